/* The one way a symbol leaves the library; exports.map lists them again, and
 * a test compares the two. */
#ifndef BUD_SHIM_EXPORT_H
#define BUD_SHIM_EXPORT_H

#define BUD_EXPORT __attribute__((visibility("default")))

/* A second name for a function of the same file. */
#define BUD_ALIAS(function)                                                    \
    __attribute__((visibility("default"), alias(#function)))

/* A linker takes only those members of an archive that something asks for.
 * The files of the shim ask for each other in a ring, so that a program linked
 * against the archive gets the whole interface: half of it would mix two
 * heaps. */
struct bud_part {
    const struct bud_part *next;
};

#define BUD_PART(this_file, next_file)                                         \
    extern const struct bud_part bud_part_##next_file;                         \
    extern const struct bud_part bud_part_##this_file;                         \
    const struct bud_part bud_part_##this_file = {&bud_part_##next_file}

#endif
