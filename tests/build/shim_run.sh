# Sourced by the suite: shim/run as a stranger meets it, in a fresh copy that
# has no build folder of its own yet.

tree=$work/tree
run=$tree/shim/run
made=$tree/.build/release/shim/libbuddymalloc.so

# ---- building ----

first_call() {
    [ "$(printf 'a\0b' | "$run" cat 2>"$said" | od -An -tx1)" = " 61 00 62" ] &&
        cat "$said" && grep building "$said" && [ -f "$made" ]
}

second_call() {
    touch -r "$made" "$work/before"
    "$run" true 2>"$said" && [ ! -s "$said" ] && [ ! "$made" -nt "$work/before" ]
}

touched_source() {
    touch "$tree/src/core/tree.h"
    second_call
    cat "$said"
    grep building "$said" && [ "$made" -nt "$work/before" ] && second_call
}

# A build that fails: says why, does not start the program, tries again.
broken_source() {
    local source=$tree/src/core/tree.c status=0 times
    cp -p "$source" "$work/tree.c"
    for times in 1 2; do
        echo 'not C' >>"$source"
        "$run" echo started >"$said" 2>&1
        [ $? -eq 125 ] && grep -q 'tree\.c.*error' "$said" &&
            ! grep started "$said" || status=$times
    done
    cat "$said"
    cp "$work/tree.c" "$source"
    "$run" true 2>"$said" && second_call && return "$status"
}

# Three strangers at once: one builds, the others wait for it.
first_calls_at_once() {
    local number
    rm -rf "$tree/.build"
    for number in 1 2 3; do
        "$run" cat /proc/self/maps >"$work/maps$number" 2>>"$said" &
    done
    wait
    for number in 1 2 3; do
        grep -F "$made" "$work/maps$number" || return
    done
}

check first_call_builds_and_leaves_input_and_output_alone first_call
check first_calls_at_once_build_one_library first_calls_at_once
check second_call_does_not_build second_call
check touched_source_is_built_again touched_source
check broken_source_is_reported_with_status_125 broken_source

# ---- what it says itself ----

explains_itself() {
    "$run" >"$said" 2>&1
    [ $? -eq 2 ] && cat "$said" && grep -q 'shim/run.*PROGRAM' "$said" &&
        [ "$(wc -l <"$said")" -le 12 ] && ! grep 'set -u' "$said" &&
        "$run" --help | diff - "$said"
}

# refuses STATUS WORDS ARGUMENT…: nothing on standard output.
refuses() {
    local status=$1 words=$2 output
    shift 2
    output=$("$run" "$@" 2>"$said")
    [ $? -eq "$status" ] && [ -z "$output" ] && cat "$said" &&
        grep -qF -e "$words" "$said" && [ "$(wc -l <"$said")" -eq 1 ]
}

check no_arguments_explain_it explains_itself
check unknown_program_is_named_with_status_127 \
    refuses 127 "'no-such-program'" no-such-program an_argument
check unknown_program_after_stats_is_named \
    refuses 127 "'no-such-program'" --stats no-such-program
check unknown_path_is_named_with_status_127 \
    refuses 127 "'./no/such'" ./no/such
check folder_is_not_a_program refuses 127 "'/usr'" /usr
check unknown_option_is_named_with_status_2 refuses 2 --fast --fast true

# ---- what is the program's own ----

keeps_status() {
    local status
    for status in 0 1 77 125 127 255; do
        "$run" sh -c "exit $status"
        [ $? -eq "$status" ] || return
    done
}

keeps_signals() {
    python3 - "$run" <<'END'
import os, signal, subprocess, sys
run = sys.argv[1]
# A shell that runs this in the background has it ignored.
signal.signal(signal.SIGINT, signal.SIG_DFL)
for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV):
    ended = subprocess.run([run, "sh", "-c", f"kill -{int(number)} $$"])
    assert ended.returncode == -number, (number, ended)
child = subprocess.Popen([run, "sh", "-c", "echo $$; exec sleep 60"],
                         stdout=subprocess.PIPE)
assert int(child.stdout.readline()) == child.pid
child.send_signal(signal.SIGINT)
assert child.wait() == -signal.SIGINT, child
END
}

keeps_data() {
    head -c 3000000 /dev/urandom >"$work/data"
    "$run" cat <"$work/data" 2>"$said" | cmp - "$work/data" &&
        [ ! -s "$said" ]
}

keeps_arguments() {
    [ "$("$run" printf '<%s>' 'a b' '' '*' --stats "d'e")" = \
        "<a b><><*><--stats><d'e>" ]
}

serves_children() {
    "$run" sh -c 'sh -c "cat /proc/self/maps" | cat' |
        grep -F libbuddymalloc.so
}

keeps_preloaded() {
    LD_PRELOAD=libm.so.6 "$run" cat /proc/self/maps >"$said" &&
        grep libm.so "$said" && grep libbuddymalloc "$said"
}

check exit_status_is_the_programs keeps_status
check signals_are_the_programs keeps_signals
check binary_data_passes_unchanged keeps_data
check arguments_pass_unchanged keeps_arguments
check children_are_served serves_children
check other_preloaded_libraries_stay keeps_preloaded

# ---- --stats ----

# prints_statistics PROGRAM…: one whose output is `output`.
prints_statistics() {
    local figure
    [ "$("$run" --stats "$@" 2>"$said")" = output ] || return
    cat "$said"
    for figure in 'live bytes' 'peak' 'blocks' 'spans' 'class' 'reserved' \
        'purged bytes' 'system calls'; do
        grep -q "$figure" "$said" || { echo "no $figure" && return 1; }
    done
}

stats_keeps_options() {
    BUDDYMALLOC=foreign:ignore "$run" --stats sh -c 'echo "$BUDDYMALLOC"' \
        2>"$said" | grep -xF foreign:ignore,stats:1
}

check stats_prints_a_table_on_standard_error \
    prints_statistics python3 -c 'print("output")'
# As the programs of coreutils do, to see whether all was written.
check stats_are_printed_when_the_program_closes_standard_error \
    prints_statistics "$(type -P echo)" output
check stats_keeps_the_status \
    bash -c '"$0" --stats sh -c "exit 9" 2>/dev/null; [ $? -eq 9 ]' "$run"
check stats_keeps_other_options stats_keeps_options

# ---- from where it is called ----

# is_loaded COMMAND…: shim/run, called in this way, serves its program.
is_loaded() { "$@" cat /proc/self/maps | grep -qF libbuddymalloc.so; }

from() { (cd "$1" && shift && is_loaded "$@"); }

through_symlink() {
    ln -sf "$run" "$work/link"
    mkdir -p "$work/bin"
    ln -sf ../link "$work/bin/under-buddymalloc"
    is_loaded "$work/link" && from / "$work/bin/under-buddymalloc" &&
        (PATH=$work/bin:$PATH && is_loaded under-buddymalloc)
}

relative_program() {
    ln -sf "$(type -P cat)" "$work/bin/my cat"
    (cd "$work/bin" && "$run" './my cat' /proc/self/maps) |
        grep -qF libbuddymalloc.so
}

# LD_PRELOAD has no way to write a blank or a colon in a path.
path_with() {
    mkdir -p "$work/odd"
    ln -sfn "$tree/.build" "$work/odd/a$1b"
    BUD_BUILDS="$work/odd/a$1b" "$run" cat /proc/self/maps >"$said" \
        2>"$work/errors"
    [ $? -eq 125 ] || grep libbuddymalloc.so "$said" || {
        head -n 3 "$work/errors"
        return 1
    }
}

check works_by_relative_path from "$tree" ./shim/run
check works_from_its_own_folder from "$tree/shim" ./run
check works_from_another_folder from / "$run"
check works_through_symlinks through_symlink
check runs_a_program_by_relative_path relative_program
check path_with_a_blank_works_or_is_refused path_with ' '
check path_with_a_colon_works_or_is_refused path_with ':'

# ---- machines that lack something ----

# path_without COMMAND…: a PATH with all the machine has but these.
path_without() {
    rm -rf "$work/path"
    cp -rs /usr/bin "$work/path"
    (cd "$work/path" && rm -f "$@")
}

compilers=(cc gcc c99 c89 clang)

names_missing_tools() {
    local package
    path_without apt-get dpkg-query meson ninja "${compilers[@]}"
    PATH=$work/path BUD_BUILDS=$work/none "$run" echo started >"$said" 2>&1
    [ $? -eq 125 ] || return
    cat "$said"
    for package in gcc meson ninja-build; do
        grep -qw "$package" "$said" || {
            echo "$package is not named"
            return 1
        }
    done
    ! grep started "$said"
}

needs_no_tools_when_built() {
    PATH=$work/path is_loaded "$run"
}

# apt-get and dpkg-query that know one package, which is missing.
installs_meson_alone() {
    path_without apt-get dpkg-query sudo meson
    printf '#!/bin/sh\nexit 1\n' >"$work/path/dpkg-query"
    printf '#!/bin/sh\nexec "$@"\n' >"$work/path/sudo"
    cat >"$work/path/apt-get" <<END
#!/bin/sh
echo "\$@" >>"$work/apt.log"
[ "\$1" = update ] || ln -s /usr/bin/meson "$work/path/meson"
END
    chmod +x "$work/path"/{apt-get,dpkg-query,sudo}
    rm -f "$work/apt.log" "$tree/.build/release.stamp"
    [ "$(PATH=$work/path "$run" echo output 2>"$said")" = output ] || return
    cat "$said" "$work/apt.log"
    grep 'installing meson$' "$said" &&
        grep '^install .* meson$' "$work/apt.log"
}

check missing_tools_are_named_where_there_is_no_apt names_missing_tools
check no_tools_are_needed_once_it_is_built needs_no_tools_when_built
check only_what_is_missing_is_installed installs_meson_alone
