# postgres: initdb, pgbench with four clients, sorts, joins, JSON; then a dump.
. "$(dirname "$0")/common.bash"

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
require test -x "$bin/postgres"

cat >"$work/queries.sql" <<'SQL'
SELECT sum(abalance), min(abalance), max(abalance) FROM pgbench_accounts;
SELECT sum(tbalance) FROM pgbench_tellers;
SELECT sum(bbalance), (SELECT sum(delta) FROM pgbench_history)
    FROM pgbench_branches;
CREATE TABLE word AS SELECT i, md5(i::text) AS t, i % 97 AS g
    FROM generate_series(1, 60000) AS i;
CREATE INDEX word_t ON word(t);
SELECT g, count(*), md5(string_agg(t, ',' ORDER BY t)) FROM word
    GROUP BY g ORDER BY g;
SELECT count(*) FROM word a JOIN word b ON a.t > b.t AND a.g = b.i;
SELECT md5(json_agg(json_build_object('t', t, 'g', g) ORDER BY i)::text)
    FROM word;
SELECT count(*) FROM word WHERE t ~ '^[0-9]+[a-f]{2}.*9$';
DO $$ DECLARE x text := ''; BEGIN
    FOR n IN 1..3000 LOOP x := x || md5(n::text); END LOOP;
    RAISE NOTICE '%', md5(x);
END $$;
SELECT md5(string_agg(x::text, '' ORDER BY x)) FROM
    (SELECT sqrt(generate_series(1, 20000)) AS x) s;
VACUUM ANALYZE;
SQL

# Where the two servers are told apart is the folder of their socket.
client() {
    local which=$1 tool=$2
    shift 2
    "$bin/$tool" -h "$work/$which" -U test "$@"
}

prepare() {
    mkdir -p "$work/$1"
    become_user_in "$work/$1"
    run "$1" "$work/$1/initdb" "${user_prefix[@]}" "$bin/initdb" \
        -D "$work/$1/data" -U test -A trust -N --locale=C -E UTF8
}

serve() {
    start "$1" "$work/$1/log" "${user_prefix[@]}" "$bin/postgres" \
        -D "$work/$1/data" -h '' -k "$work/$1" -F
    require until_true 20 client "$1" psql -qAtX -c 'SELECT 1' postgres
}

# With fixed seeds and counts the balances do not depend on who comes first.
work_with() {
    local which=$1 folder=$work/$1
    client "$which" pgbench -i -q -s 2 postgres >"$folder/fill" 2>&1 &&
        run "$which" "$folder/pgbench" "$bin/pgbench" -h "$folder" -U test \
            -n -c 4 -j 2 -t 400 --random-seed=7 postgres &&
        pgbench=$pid &&
        client "$which" pgbench -n -c 4 -j 2 -t 1000 -S -M prepared postgres \
            >"$folder/select" 2>&1 &&
        run "$which" "$folder/answers" "$bin/psql" -h "$folder" -U test -qAtX \
            -v ON_ERROR_STOP=1 -f "$work/queries.sql" postgres &&
        psql=$pid &&
        run "$which" "$folder/dump" "$bin/pg_dump" -h "$folder" -U test \
            -t word -t pgbench_accounts postgres &&
        pg_dump=$pid
}

every_transaction_done() {
    grep -q 'transactions actually processed: 1600/1600' \
        "$work/library/pgbench" &&
        grep -q 'failed transactions: 0 ' "$work/library/pgbench"
}

# The rows of a dump come in the order of the file, which clients decide, and
# between \restrict and \unrestrict, whose key is random.
sort_dumps() {
    local which
    for which in glibc library; do
        grep -vE '^(--|\\(un)?restrict )' "$work/$which/dump" |
            sort >"$work/$which/rows"
    done
}

prepare glibc
serve glibc
expect glibc_run_is_not_served not_mapped "$pid"
server=$pid
expect glibc_run_works work_with glibc
stop "$server" INT

prepare library
initdb_status=$?
expect initdb_runs test "$initdb_status" -eq 0
expect initdb_is_served served "$work/library/initdb.err" "$pid"
serve library
server=$pid
expect is_mapped mapped "$server"
work_with library
work_status=$?
expect backends_work test "$work_status" -eq 0
expect every_transaction_is_done every_transaction_done
expect answers_as_under_glibc same answers
sort_dumps
expect dump_is_as_under_glibc same rows
stop "$server" INT
expect ends_cleanly test "$stopped" -eq 0
expect is_served served "$work/library/log.err" "$server"
# The postmaster, its helpers and a process for every connection.
expect backends_are_served served_processes "$work/library/log.err" 20
expect pgbench_is_served served "$work/library/pgbench.err" "$pgbench"
expect psql_is_served served "$work/library/answers.err" "$psql"
expect pg_dump_is_served served "$work/library/dump.err" "$pg_dump"
