/* The one way a symbol leaves the library; exports.map lists them again, and
 * a test compares the two. */
#ifndef BUD_SHIM_EXPORT_H
#define BUD_SHIM_EXPORT_H

#define BUD_EXPORT __attribute__((visibility("default")))

/* A second name for a function of the same file. */
#define BUD_ALIAS(function) \
    __attribute__((visibility("default"), alias(#function)))

#endif
