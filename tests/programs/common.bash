# What the program checks share; each tests/programs/NAME.sh sources it.
#
# A program runs twice on the same input, under glibc and under our library,
# and what it answers is compared. `served` proves which allocator it was: the
# library, asked for statistics, prints them at exit with its process id, and
# we know the id of the process we started.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

input=$root/bench/programs/input
program=$(basename "$0" .sh)
python=/usr/bin/python3
failures=0
pid=

# Not under $TMPDIR: a socket's path must be short, and the unprivileged user of
# a server must reach it.
work=$(mktemp -d "/tmp/bud-$program.XXXXXX")
chmod 755 "$work"
started=()

finish() {
    local status=$? each
    for each in "${started[@]}"; do
        kill -KILL "$each" 2>/dev/null
    done
    rm -rf "$work"
    [ "$status" -ne 0 ] || [ "$failures" -eq 0 ] || status=1
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The copy is one that a server's unprivileged user can read, wherever the
# checkout lies, and that no build replaces meanwhile.
: "${BUD_LIBRARY:?names the library to test; tests/programs/suite sets it}"
library=$work/libbuddymalloc.so
cp "$BUD_LIBRARY" "$library" && chmod 755 "$library" || exit 2

# expect NAME COMMAND…: check, remembered for the exit status.
expect() {
    local name=$1
    shift
    check "${program}_$name" "$@" || failures=$((failures + 1))
}

# require COMMAND…: for a step without which the rest checks nothing.
require() {
    "$@" && return
    echo "# $program: failed: $*"
    exit 3
}

# start WHICH OUT COMMAND…: starts a command under `glibc` or `library`, its
# standard output in OUT, standard error in OUT.err, its process id in $pid.
# COMMAND is exec'ed, so $pid is the program's own even behind setpriv.
start() {
    local which=$1 out=$2
    shift 2
    local preload=(LD_PRELOAD=libc.so.6)
    [ "$which" = library ] &&
        preload=("LD_PRELOAD=$library" BUDDYMALLOC=stats:1)
    # Preloading libc itself takes programs off any allocator they link with.
    env "${preload[@]}" "$@" </dev/null >"$out" 2>"$out.err" &
    pid=$!
    started+=("$pid")
}

# run WHICH OUT COMMAND…: start, and the command's own exit status.
run() {
    start "$@"
    wait "$pid"
}

# both COMMAND…: the command once in $work/glibc and once in $work/library,
# which hold the same files before; output in `out`, status in `status`. What
# the two leave there is for the caller to compare.
both() {
    local which
    for which in glibc library; do
        mkdir -p "$work/$which"
        cd "$work/$which" || exit 3
        run "$which" out "$@"
        echo $? >status
        cd "$work" || exit 3
    done
}

# succeeded: both runs ended with status 0.
succeeded() {
    local which
    for which in glibc library; do
        [ "$(cat "$work/$which/status")" = 0 ] && continue
        echo "$which: status $(cat "$work/$which/status")"
        tail -n 20 "$work/$which/out.err"
        return 1
    done
}

# same FILE…: the files of the two runs are equal, and not empty.
same() {
    local file
    for file in "$@"; do
        [ -s "$work/library/$file" ] || {
            echo "$file is empty"
            return 1
        }
        cmp "$work/glibc/$file" "$work/library/$file" || {
            diff <(head -c 20000 "$work/glibc/$file") \
                <(head -c 20000 "$work/library/$file") | head -n 20
            return 1
        }
    done
}

# served FILE PID: the statistics of process PID in FILE say that our library
# handed out memory.
served() {
    awk -v pid="${2:?}" '
        /buddymalloc statistics \(pid [0-9]+\)/ {
            ours = index($0, "(pid " pid ")")
        }
        # A program may have freed everything; its spans are there still.
        ours && /live bytes[^0-9]*[0-9]/ { live = 1 }
        ours && /allocated spans[^0-9]*[1-9]/ { spans = 1 }
        END { exit !(live && spans) }
    ' "$1" && return
    echo "no statistics of process $2 in $(basename "$1"):"
    tail -n 20 "$1"
    return 1
}

# served_processes FILE COUNT: at least COUNT processes printed statistics.
served_processes() {
    local count
    count=$(grep -c 'buddymalloc statistics (pid' "$1")
    [ "$count" -ge "$2" ] && return
    echo "$count processes printed statistics, not $2"
    return 1
}

# mapped PID: a process that still runs has our library in it.
mapped() {
    grep -q "$library" "/proc/$1/maps" || {
        echo "process $1 runs without $library"
        return 1
    }
}

# not_mapped PID: and one that should not has not.
not_mapped() {
    ! grep -q "$library" "/proc/$1/maps"
}

# become_user_in FOLDER: hands the folder to an unprivileged user when we are
# root, and sets $user_prefix to what makes a command run as that user.
become_user_in() {
    user_prefix=()
    [ "$(id -u)" -eq 0 ] || return 0
    local user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
    chown -R "$user" "$1"
    user_prefix=(setpriv "--reuid=$(id -u "$user")" "--regid=$(id -g "$user")"
        --clear-groups --)
}

free_port() {
    "$python" -c '
import socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    print(probe.getsockname()[1])'
}

# until_true SECONDS COMMAND…: repeats the command until it succeeds.
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || {
            echo "never true: $*"
            return 1
        }
        sleep 0.05
    done
}

# stop PID SIGNAL: ends a server; its exit status in $stopped. Not within a
# check, whose subshell is not the server's parent.
stop() {
    kill "-$2" "$1"
    wait "$1"
    stopped=$?
}
