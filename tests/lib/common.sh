# Shared by every suite script: where things are, how a result is reported.
#
# A suite prints one line a case, `ok NAME` or `not ok NAME`, and anything
# else as `# …`. tests/run counts those lines.

. "$(dirname "${BASH_SOURCE[0]}")/../../shim/build.sh"

ok() { printf 'ok %s\n' "$*"; }

not_ok() {
    printf 'not ok %s\n' "$*"
}

# check NAME COMMAND…: ok when the command succeeds; its output on failure.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        ok "$name"
    else
        not_ok "$name (status $?)"
        printf '%s\n' "$output" | tail -n "${CHECK_LINES:-40}" | sed 's/^/#   /'
        return 1
    fi
}
