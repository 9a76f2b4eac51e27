# Shared by the suites that run one small program a trap: compiles the
# programs of a folder and runs each under the library, with a time limit.
#
# A program says what it needs in its first lines:
#   flags: …      more options for the compiler; @LIBRARY@ is the library
#   seconds: N    its time limit, when 60 is not right
# It exits with 0 when everything holds, with 77 when the machine does not
# offer what it needs, and says why on its last line of output.  A file
# lib_NAME.c becomes NAME.so beside the programs.
#
# BUD_OPTIONS are the options of the library, a program's own excepted.
# BUD_LIBRARY names another library to test; BUD_LIBRARY=none tests the C
# library itself.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

# library_under_test: its path, nothing for the C library itself.
library_under_test() {
    local file
    case ${BUD_LIBRARY-} in
    none) return 0 ;;
    '')
        build release >&2 || return 1
        file=$(find "$builds/release" -name libbuddymalloc.so | head -n 1)
        [ -n "$file" ] || return 1
        readlink -f "$file"
        ;;
    *) readlink -f "$BUD_LIBRARY" ;;
    esac
}

# said FILE WORD: what the first lines of FILE say after `WORD:`.
said() { sed -n "1,12s/^.*$2: *//p" "$1" | sed 's/ *\*\/$//' | head -n 1; }

# compile SOURCE FOLDER: makes the program or library when it is older than
# what it is made from.
compile() {
    local source=$1 folder=$2 name out flags mode=()
    name=$(basename "${source%.*}")
    out=$folder/$name
    flags=$(said "$source" flags)
    case $name in
    lib_*)
        out=$folder/${name#lib_}.so
        mode=(-shared -fPIC)
        ;;
    esac
    case $flags in
    *@LIBRARY@*)
        # Linking against the C library alone needs no file.
        flags=${flags//@LIBRARY@/$library ${library:+-Wl,-rpath,${library%/*}}}
        rm -f "$out"
        ;;
    esac
    if [ -z "$(find "$source" "$here"/trap.h "$here"/programs.sh \
        "$(dirname "$source")"/*.h -newer "$out" 2>&1)" ]; then
        return 0
    fi
    local compiler=(gcc -std=gnu11)
    [[ $source == *.cpp ]] && compiler=(g++ -std=c++17)
    # shellcheck disable=SC2086 # the flags are words on purpose
    "${compiler[@]}" -D_GNU_SOURCE -O1 -g -fno-builtin -Wall \
        -Wextra -Wno-missing-field-initializers -I"$here" \
        "${mode[@]}" "$source" -o "$out" -pthread -ldl $flags
}

# run_one PROGRAM SOURCE: prints its line and returns whether it may pass.
# What it wrote goes to a file and its process group is ended with it, so
# that no child it lost keeps the suite waiting.
run_one() {
    local program=$1 source=$2 name seconds group status
    name=$(basename "$program")${BUD_OPTIONS:+ with $BUD_OPTIONS}
    seconds=$(said "$source" seconds)
    LC_ALL=C TRAP_LIBRARY=$library timeout -k 5 "${seconds:-60}" \
        env -u BUDDYMALLOC ${BUD_OPTIONS:+"BUDDYMALLOC=$BUD_OPTIONS"} \
        LD_PRELOAD="$library" "$program" \
        >"$program.out" 2>&1 </dev/null &
    group=$!
    wait "$group" 2>/dev/null
    status=$?
    kill -KILL -- -"$group" 2>/dev/null
    case $status in
    0) ok "$name" ;;
    77) printf '# skipped %s: %s\n' \
        "$name" "$(tail -n 1 "$program.out")" ;;
    124 | 137) not_ok "$name (still running after ${seconds:-60} s)" ;;
    *) not_ok "$name (status $status)" ;;
    esac
    case $status in
    0 | 77) ;;
    *)
        tail -n 20 "$program.out" | cut -c 1-300 | sed 's/^/#   /'
        return 1
        ;;
    esac
}

# run_programs SUITE [PATTERN]: every program of the suite whose name
# matches the pattern, an extended regular expression.
run_programs() {
    local suite=$1 pattern=${2-} folder=$builds/$1 source name status=0
    library=$(library_under_test) || {
        not_ok "$suite: there is no library to test"
        return 1
    }
    mkdir -p "$folder"
    printf '# under test: %s\n' "${library:-the C library}"
    for source in "$root/tests/$suite"/lib_*.c "$root/tests/$suite"/*.{c,cpp}
    do
        [ -f "$source" ] || continue
        name=$(basename "${source%.*}")
        case $name in
        lib_*)
            [[ $source == */lib_*.c ]] && compile "$source" "$folder"
            continue
            ;;
        esac
        [[ $name =~ $pattern ]] || continue
        if ! compile "$source" "$folder"; then
            not_ok "$name (does not compile)"
            status=1
            continue
        fi
        run_one "$folder/$name" "$source" || status=1
    done
    return $status
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
