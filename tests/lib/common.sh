# Shared by every suite script: where things are, how a result is reported.
#
# A suite prints one line a case, `ok NAME` or `not ok NAME`, and anything
# else as `# …`. tests/run counts those lines.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
builds=${BUD_BUILDS:-$root/.build}

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

# build NAME [MESON OPTION…]: configures once and compiles $builds/NAME.
build() {
    local dir=$builds/$1
    shift
    if [ ! -f "$dir/build.ninja" ]; then
        meson setup "$dir" "$root" "$@" >"$dir.log" 2>&1 ||
            { mkdir -p "$builds"; meson setup "$dir" "$root" "$@"; } ||
            return 1
    fi
    meson compile -C "$dir" >"$dir.log" 2>&1 || {
        sed 's/^/#   /' "$dir.log"
        return 1
    }
}

# need PACKAGE…: installs Debian packages that are missing, quietly.
need() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
            grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null 2>&1 || {
        echo "missing: ${missing[*]} (no apt-get here to install them)" >&2
        return 1
    }
    local sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    echo "# installing ${missing[*]}"
    {
        "${sudo[@]}" apt-get update &&
            DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y \
                --no-install-recommends "${missing[@]}"
    } >"${TMPDIR:-/tmp}/buddymalloc-apt.log" 2>&1 || {
        tail -n 20 "${TMPDIR:-/tmp}/buddymalloc-apt.log" >&2
        return 1
    }
}
