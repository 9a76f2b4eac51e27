# lua5.4: trees, strings, closures, coroutines, many full collections.
. "$(dirname "$0")/common.bash"

both lua5.4 "$input/objects.lua" 0.5
expect runs succeeded
expect answers_as_under_glibc same out
expect is_served served "$work/library/out.err" "$pid"
