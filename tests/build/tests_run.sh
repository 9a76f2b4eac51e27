# Sourced by the suite: tests/run itself, in a small tree with suites that are
# made to pass, to fail, and to stop early.

runner=$work/runner
mkdir -p "$runner"/{shim,tests/lib}
cp "$root/tests/run" "$runner/tests/"
cp "$root/tests/lib/common.sh" "$runner/tests/lib/"
cp "$root/shim/build.sh" "$runner/shim/"

# fake NAME SCRIPT: a suite.
fake() {
    mkdir -p "$runner/tests/$1"
    printf '#!/bin/sh\n# says what %s checks\n%s\n' "$1" "$2" \
        >"$runner/tests/$1/suite"
    chmod +x "$runner/tests/$1/suite"
}

# ends STATUS LINE SUITE…: how a run of these ends.
ends() {
    local status=$1 line=$2
    shift 2
    "$runner/tests/run" "$@" >"$said" 2>&1
    [ $? -eq "$status" ] && cat "$said" && [ "$(tail -n 1 "$said")" = "$line" ]
}

lists_every_suite() {
    local suite
    "$root/tests/run" --list >"$said" && cat "$said" || return
    for suite in "$root"/tests/*/suite; do
        suite=$(basename "$(dirname "$suite")")
        grep -E "^$suite +[^ ].{10,}" "$said" || return
    done
    [ "$(wc -l <"$said")" -eq "$(ls "$root"/tests/*/suite | wc -l)" ]
}

unknown_suite() {
    ends 2 "tests/run: no suite 'nothing'; try tests/run --list" good nothing &&
        ! grep '^ok' "$said"
}

fake good 'echo "ok a"; echo "# not ok, a remark"; echo "ok b"'
fake bad 'echo "ok a"; echo "not ok b"; echo "not ok c"; exit 1'
fake lenient 'echo "not ok a"'
fake silent ':'
fake early 'echo "ok a"; exit 3'

check list_has_every_suite_with_what_it_checks lists_every_suite
check unknown_suite_is_named_and_nothing_runs unknown_suite
check passing_suite_passes ends 0 '2 passed, 0 failed' good
check failed_checks_are_counted ends 1 '1 passed, 2 failed' bad
check failed_check_fails_whatever_the_status \
    ends 1 '0 passed, 1 failed' lenient
check suite_that_checks_nothing_fails ends 1 '0 passed, 1 failed' silent
check suite_that_stops_early_fails ends 1 '1 passed, 1 failed' early
check later_suites_run_after_a_failure \
    ends 1 '3 passed, 2 failed' bad good
check all_suites_run_by_default ends 1 '4 passed, 5 failed'
