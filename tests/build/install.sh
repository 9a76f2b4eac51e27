# Sourced by the suite: what every meson project does, in a copy of the tree,
# and programs that are linked against the result.

stage=$work/stage
log=$work/plain.log

plainly() { (cd "$work/tree" && DESTDIR=$stage "$@") >>"$log" 2>&1; }

stop_unless() {
    check "$@" && return
    tail -n 20 "$log" | sed 's/^/#   /'
    exit 1
}

stop_unless meson_setup plainly meson setup build
stop_unless meson_compile plainly meson compile -C build
check meson_test plainly meson test -C build
stop_unless meson_install plainly meson install -C build

no_warnings() { ! grep -i 'warning:' "$log"; }
check plain_build_has_no_warnings no_warnings

libdir=$(dirname "$(find "$stage" -name libbuddymalloc.so)")
include=$(dirname "$(find "$stage" -name buddy.h)")

# ---- what is installed ----

version=$(sed -n "s/^ *version: '\(.*\)',$/\1/p" "$root/meson.build" |
    head -n 1)

says_its_version() {
    echo "version $version; in $libdir:" && ls -l "$libdir"
    [ -n "$version" ] && [ -f "$libdir/libbuddymalloc.so.$version" ] &&
        [ "$(pkg_config --modversion)" = "$version" ]
}

has_a_soname() {
    readelf -d "$libdir/libbuddymalloc.so" |
        grep -F "soname: [libbuddymalloc.so.${version%%.*}]" &&
        [ -e "$libdir/libbuddymalloc.so.${version%%.*}" ]
}

all_headers_are_installed() {
    diff <(cd "$root/include" && ls ./*.h) <(cd "$include" && ls ./*.h)
}

pkg_config() {
    PKG_CONFIG_SYSROOT_DIR=$stage PKG_CONFIG_LIBDIR=$libdir/pkgconfig \
        pkg-config "$@" buddymalloc
}

check version_is_the_projects says_its_version
check library_has_a_soname has_a_soname
check every_header_is_installed all_headers_are_installed

# ---- programs linked against it ----

# -fno-builtin: or the compiler sees that a block serves no purpose.
cc=(gcc -std=gnu11 -O1 -fno-builtin -w)
cxx=(g++ -std=c++17 -O1 -fno-builtin -w)

links_by_pkg_config() {
    local flags program=$work/served
    flags=$(pkg_config --cflags --libs) || return
    # shellcheck disable=SC2086 # the flags are words on purpose
    "${cc[@]}" "$here/served.c" -o "$program" $flags &&
        readelf -d "$program" | grep -F "[libbuddymalloc.so." &&
        is_served env LD_LIBRARY_PATH="$libdir" "$program"
}

# links_statically NAME COMPILER…: the archive takes the place of libc's malloc.
links_statically() {
    local program=$work/$1
    shift
    "$@" "$libdir/libbuddymalloc.a" -o "$program" && is_served "$program"
}

# A shared library calls functions that the program itself does not: either
# all of libc's are replaced or none.
links_whole() {
    "${cc[@]}" -shared -fPIC "$here/extras.c" -o "$work/libextras.so" &&
        "${cc[@]}" -DPROGRAM "$here/extras.c" "$libdir/libbuddymalloc.a" \
            "$work/libextras.so" -Wl,-rpath,"$work" -o "$work/extras" &&
        "$work/extras"
}

static_program_reads_options() {
    BUDDYMALLOC=stats:1 "$work/static_c" </dev/null 2>&1 |
        grep 'buddymalloc statistics'
}

check program_linked_by_pkg_config_is_served links_by_pkg_config
check c_program_with_the_archive_is_served \
    links_statically static_c "${cc[@]}" "$here/served.c"
check cxx_program_with_the_archive_is_served \
    links_statically static_cxx "${cxx[@]}" "$here/served.cpp"
check fully_static_c_program_is_served \
    links_statically static_c_alone "${cc[@]}" -static "$here/served.c"
check fully_static_cxx_program_is_served \
    links_statically static_cxx_alone "${cxx[@]}" -static "$here/served.cpp"
check archive_replaces_all_functions_or_none links_whole
check program_with_the_archive_reads_options static_program_reads_options

# ---- the core, embedded ----

strict=(-pedantic-errors -Wall -Wextra -Wconversion -Wshadow -Werror
    -I"$include")

embeds() {
    "$@" "${strict[@]}" "$here/embed.c" -x none "$libdir/libbuddy.a" \
        -o "$work/embed" && "$work/embed"
}

check core_embeds_in_c11 embeds gcc -std=c11 -x c
check core_embeds_in_cxx17 embeds g++ -std=c++17 -x c++

headers_compile() {
    local header
    for header in "$include"/*.h; do
        "$@" "${strict[@]}" -fsyntax-only -include "$header" /dev/null ||
            return
    done
}

check headers_compile_alone_as_c11_by_gcc headers_compile gcc -std=c11 -x c
check headers_compile_alone_as_c11_by_clang \
    headers_compile clang -std=c11 -x c
check headers_compile_alone_as_cxx17_by_gcc \
    headers_compile g++ -std=c++17 -x c++
check headers_compile_alone_as_cxx17_by_clang \
    headers_compile clang++ -std=c++17 -x c++
