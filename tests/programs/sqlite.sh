# sqlite3: an order book in a file; answers and the file itself are compared.
. "$(dirname "$0")/common.bash"

"$python" "$input/sql.py" 0.5 >"$work/orders.sql"
both sqlite3 orders.db ".read $work/orders.sql"
expect runs succeeded
expect answers_as_under_glibc same out
expect leaves_the_same_database same orders.db
expect is_served served "$work/library/out.err" "$pid"
expect reads_the_database_back cmp \
    <(sqlite3 "$work/glibc/orders.db" .dump) \
    <(LD_PRELOAD=$library sqlite3 "$work/library/orders.db" .dump)
