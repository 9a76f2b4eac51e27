# redis: redis-benchmark, a data set read back, snapshots by a forked child.
. "$(dirname "$0")/common.bash"

"$python" - >"$work/commands" <<'PY'
import random

draw = random.Random(6)


def put(*words):
    words = [str(word) for word in words]
    print(f"*{len(words)}", end="\r\n")
    for word in words:
        print(f"${len(word)}\r\n{word}", end="\r\n")


for i in range(12000):
    put("SET", f"string:{i}", draw.choice("abcdef") * (i % 700))
    put("APPEND", f"string:{draw.randrange(i + 1)}",
        "tail" * draw.randint(1, 90))
    put("HSET", f"hash:{i % 300}", f"field{i}", i * i)
    put("RPUSH", f"list:{i % 200}", "item" * draw.randint(1, 30))
    put("ZADD", f"sorted:{i % 100}", i % 977, f"member{i}")
    put("SADD", f"set:{i % 100}", draw.randrange(5000))
    if i % 5 == 0:
        put("DEL", f"string:{draw.randrange(i + 1)}")
        put("LPOP", f"list:{i % 200}")
put("EVAL", "for i = 1, 20000 do redis.call('SET', 'script:' .. i, "
    "string.rep('x', i % 99)) end return 1", 0)
PY

port=$(free_port)
ask() { redis-cli -p "$port" "$@"; }

serve() {
    mkdir -p "$work/$1"
    start "$1" "$work/$1/log" redis-server --port "$port" --bind 127.0.0.1 \
        --save "" --dir "$work/$1" --enable-debug-command yes
    require until_true 10 ask PING
}

fill() {
    redis-cli -p "$port" --pipe <"$work/commands" >"$work/$1/pipe" 2>&1
    ask DEBUG DIGEST >"$work/$1/digest"
    {
        for i in 0 7 100 5000 11999; do ask GET "string:$i"; done
        ask HGETALL hash:7 | sort
        ask LRANGE list:3 0 -1
        ask ZRANGE sorted:5 0 -1 WITHSCORES
        ask SMEMBERS set:9 | sort
    } >"$work/$1/answers"
}

no_errors() { grep -q 'errors: 0,' "$work/library/pipe"; }

benchmark() {
    redis-benchmark -p "$port" -q --csv -n 40000 -c 20 -P 8 -r 20000 -d 200 \
        >"$work/benchmark" 2>&1 || return 1
    # One line a test; a server that answers with errors makes it say so.
    ! grep -i error "$work/benchmark" &&
        [ "$(grep -c '^"' "$work/benchmark")" -ge 18 ] &&
        [ "$(ask PING)" = PONG ]
}

snapshot() {
    ask BGSAVE >/dev/null
    until_true 20 sh -c "redis-cli -p $port INFO persistence |
        grep -q 'rdb_bgsave_in_progress:0'" &&
        ask INFO persistence | grep -q 'rdb_last_bgsave_status:ok' &&
        [ -s "$work/library/dump.rdb" ]
}

# While a child writes the snapshot the parent keeps changing the data.
snapshot_under_load() {
    redis-benchmark -p "$port" -q -n 100000 -P 8 -r 20000 -t set,lpush,hset \
        >/dev/null 2>&1 &
    local load=$!
    snapshot || return 1
    wait "$load"
}

serve glibc
expect glibc_run_is_not_served not_mapped "$pid"
fill glibc
stop "$pid" TERM

serve library
server=$pid
expect is_mapped mapped "$server"
fill library
expect takes_every_command no_errors
expect holds_the_data_as_under_glibc same digest answers
expect benchmark_runs_clean benchmark
expect snapshot_under_load snapshot_under_load
ask FLUSHALL >/dev/null
fill library
expect holds_the_data_after_load same digest answers
expect snapshot snapshot
stop "$server" TERM
expect ends_cleanly test "$stopped" -eq 0
expect is_served served "$work/library/log.err" "$server"

serve library
ask DEBUG DIGEST >"$work/library/digest"
expect reads_its_snapshot_back same digest
stop "$pid" TERM
expect ends_cleanly_again test "$stopped" -eq 0
