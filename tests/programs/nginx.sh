# nginx: files, compressed pages, listings and a proxy compared, under load.
. "$(dirname "$0")/common.bash"

site=$work/site
mkdir -p "$site/list"
for i in 1 2 3 4 5 6; do
    for ((line = 0; line < 60 * i * i; line++)); do
        echo "<p>paragraph $line of page $i</p>"
    done >"$site/page$i.html"
    head -c $((9000 << i)) /usr/bin/env >"$site/data$i.bin"
done
echo '<!--#include virtual="/page2.html" --> included' >"$site/included.html"
touch -d @1600000000 "$site"/list/entry{1..200}
touch -d @1600000000 "$site"/*

port=$(free_port)

configure() {
    cat >"$work/$1/nginx.conf" <<CONFIGURATION
daemon off;
worker_processes 2;
error_log stderr crit;
pid $work/$1/pid;
events { worker_connections 256; }
http {
    access_log off;
    types { text/html html; }
    gzip on;
    ssi on;
    client_body_temp_path $work/$1/body;
    proxy_temp_path $work/$1/proxy;
    fastcgi_temp_path $work/$1/fastcgi;
    uwsgi_temp_path $work/$1/uwsgi;
    scgi_temp_path $work/$1/scgi;
    server {
        listen 127.0.0.1:$port;
        root $site;
        location /list/ { autoindex on; }
        location /via/ { proxy_pass http://127.0.0.1:$port/; }
    }
}
CONFIGURATION
}

serve() {
    mkdir -p "$work/$1"
    configure "$1"
    become_user_in "$work/$1"
    start "$1" "$work/$1/log" "${user_prefix[@]}" \
        "$(PATH=$PATH:/usr/sbin command -v nginx)" -e stderr \
        -p "$work/$1" -c "$work/$1/nginx.conf"
    require until_true 10 get /page1.html
}

get() { curl -sS --max-time 20 "http://127.0.0.1:$port$1" "${@:2}"; }

fetch() {
    local path
    for path in /page{1..6}.html /data{1..6}.bin /list/ /included.html \
        /missing /via/page4.html /via/data6.bin; do
        echo "$path"
        get "$path" -w '\n%{http_code} %{size_download}\n'
        get "$path" --compressed -w '\n%{http_code}\n'
        get "$path" -r 100-4000
    done >"$work/$1/$2" 2>&1
}

load() {
    wrk -t1 -c20 -d2s -s "$work/mix.lua" "http://127.0.0.1:$port/" \
        >"$work/load" 2>&1 || return 1
    cat "$work/load"
    # wrk prints these lines only when there were such.
    ! grep -qE 'Non-2xx|Socket errors' "$work/load" &&
        grep -qE '^ +[1-9][0-9]{2,} requests in' "$work/load"
}

cat >"$work/mix.lua" <<'LUA'
local paths = { "/page3.html", "/data5.bin", "/list/", "/included.html",
                "/via/page5.html", "/page6.html" }
local at = 0
request = function()
    at = at % #paths + 1
    return wrk.format("GET", paths[at], { ["Accept-Encoding"] = "gzip" })
end
LUA

serve glibc
expect glibc_run_is_not_served not_mapped "$pid"
fetch glibc first
cp "$work/glibc/first" "$work/glibc/after"
stop "$pid" QUIT

workers() { pgrep -P "$server"; }
every_worker_is_mapped() {
    local worker
    [ "$(workers | wc -l)" -ge 2 ] || return 1
    for worker in $(workers); do
        mapped "$worker" || return 1
    done
}

serve library
server=$pid
expect is_mapped mapped "$server"
expect workers_are_mapped every_worker_is_mapped
fetch library first
expect answers_as_under_glibc same first
expect load_runs_clean load
before=$(workers | sort)
replaced() { [ -z "$(comm -12 <(echo "$before") <(workers | sort))" ]; }
kill -HUP "$server"
expect reload_replaces_the_workers until_true 10 replaced
expect load_runs_clean_after_reload load
fetch library after
expect answers_as_under_glibc_after_load same after
stop "$server" QUIT
expect ends_cleanly test "$stopped" -eq 0
expect is_served served "$work/library/log.err" "$server"
expect workers_are_served served_processes "$work/library/log.err" 5
