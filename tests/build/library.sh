# Sourced by the suite: the library as each compiler and option makes it. The
# build folders are kept, as those of other suites are.

map=$root/shim/exports.map

# The symbols of the map's global part, one a line.
mapped() {
    sed 's|/\*.*\*/||; /\/\*/,/\*\//d' "$map" |
        sed -n '/global:/,/local:/p' | tr -d ' \n' |
        sed 's/global://; s/local:.*//' | tr ';' '\n' | sed '/^$/d' | sort
}

exported() {
    nm -D --defined-only "$1" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort
}

exports_the_map() {
    [ "$(mapped | wc -l)" -gt 20 ] && diff <(mapped) <(exported "$1")
}

# What a library leaves to others must be in libc or its loader.
needs_only_libc() {
    local libc undefined
    libc=$(ldd "$1" | awk '/libc\.so\.6/ { print $3 } /ld-linux/ { print $1 }')
    undefined=$(nm -D --undefined-only "$1" |
        awk '$1 == "U" { sub(/@.*/, "", $2); print $2 }' | sort)
    [ "$(wc -w <<<"$libc")" -eq 2 ] && [ -n "$undefined" ] || return
    # shellcheck disable=SC2086 # two files
    comm -23 <(printf '%s\n' "$undefined") <(nm -D --defined-only $libc |
        awk 'NF == 3 { sub(/@.*/, "", $3); print $3 }' | sort -u) |
        sed 's/^/neither libc nor its loader has /' | grep . && return 1
    readelf -d "$1" | grep NEEDED | grep -v 'libc\.so\.6\|ld-linux' && return 1
    ! readelf -d "$1" | grep TEXTREL
}

warns_of_everything() {
    local flag
    for flag in -Wall -Wextra -Wconversion -Wshadow -Werror; do
        grep '"command"' "$1/compile_commands.json" | grep -v -e " $flag " &&
            return 1
    done
    return 0
}

serves() {
    [ -x "$work/preloaded" ] ||
        "${cc[@]}" "$here/served.c" -o "$work/preloaded" || return
    is_served env LD_PRELOAD="$1" "$work/preloaded"
}

check_library() {
    check "$1_library_exports_the_map" exports_the_map "$2"
    check "$1_library_needs_only_libc" needs_only_libc "$2"
    check "$1_library_serves_a_program" serves "$2"
}

check_build() {
    local name=$1
    shift
    check "$name" build "$@" || return
    check_library "$name" "$builds/$1/shim/libbuddymalloc.so"
}

check_library release "$libdir/libbuddymalloc.so"
check_build debug_by_gcc debug --buildtype=debug -Dwerror=true
check warnings_are_errors_for_gcc warns_of_everything "$builds/debug"
CC=clang check_build release_by_clang clang --buildtype=release -Dwerror=true
check warnings_are_errors_for_clang warns_of_everything "$builds/clang"
check_build lto lto --buildtype=release -Dwerror=true -Db_lto=true

# ---- the archives ----

# Their global symbols are in the program's name space.
names_are_ours() {
    local archive=$1
    shift
    nm --defined-only -g "$archive" | awk 'NF == 3 { print $3 }' | sort -u |
        comm -23 - <(mapped) | grep -v "$@"
    [ "${PIPESTATUS[4]}" -eq 1 ]
}

# Apart from what one member defines for another.
needs_nothing() {
    local object=$work/core.o
    ld -r --whole-archive "$1" -o "$object" && ! nm --undefined-only "$object" |
        grep -v ' _GLOBAL_OFFSET_TABLE_$'
}

check archive_has_no_names_of_others \
    names_are_ours "$libdir/libbuddymalloc.a" '^bud_\|^buddy_'
check core_archive_has_no_names_of_others \
    names_are_ours "$libdir/libbuddy.a" '^bud_\|^buddy_'
check core_archive_needs_nothing needs_nothing "$libdir/libbuddy.a"
check core_archive_by_clang_needs_nothing \
    needs_nothing "$builds/clang/src/core/libbuddy.a"
check debug_core_archive_needs_nothing \
    needs_nothing "$builds/debug/src/core/libbuddy.a"
