# Sourced by shim/run and by the tests: installs what a build needs, and builds.
# Nothing here writes to standard output; progress is one line on standard
# error, details go to a log that is shown when a step fails.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
builds=${BUD_BUILDS:-$root/.build}

# need PACKAGE…: installs the Debian packages that are missing.
need() {
    local missing=() package log sudo=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
            grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "buddymalloc: please install: ${missing[*]} (Debian's names;" \
            "there is no apt-get here to do it)" >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || {
            echo "buddymalloc: please install as root: ${missing[*]}" >&2
            return 1
        }
        sudo=(sudo)
    fi
    echo "buddymalloc: installing ${missing[*]}" >&2
    log=$(mktemp)
    if { "${sudo[@]}" apt-get update && "${sudo[@]}" env \
        DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        return 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
}

# need_tool COMMAND PACKAGE…: the same, only when the command is missing; a
# compiler that is no Debian package is as good.
need_tool() {
    command -v "$1" >/dev/null 2>&1 && return 0
    shift
    need "$@"
}

need_build_tools() {
    local missing=()
    command -v cc >/dev/null 2>&1 || missing+=(gcc libc6-dev)
    command -v meson >/dev/null 2>&1 || missing+=(meson)
    command -v ninja >/dev/null 2>&1 || missing+=(ninja-build)
    need "${missing[@]}"
}

# build NAME [MESON OPTION…]: brings the build folder $builds/NAME up to date,
# one caller at a time.
build() {
    local dir=$builds/$1 log=$builds/$1.log
    shift
    mkdir -p "$builds"
    {
        flock 9
        { [ -f "$dir/build.ninja" ] || meson setup "$dir" "$root" "$@"; } &&
            ninja -C "$dir"
    } >"$log" 2>&1 9>"$dir.lock" && return 0
    echo "buddymalloc: the build failed; the end of $log:" >&2
    tail -n 40 "$log" >&2
    return 1
}
