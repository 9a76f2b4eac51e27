# xz: compresses and decompresses in two threads; every byte compared.
. "$(dirname "$0")/common.bash"

"$python" "$input/text.py" 0.2 >"$work/text"
both xz -3 -T2 --block-size=1MiB -c "$work/text"
expect compresses succeeded
expect compresses_as_under_glibc same out
mv "$work/library/out" "$work/text.xz"
both xz -dc -T2 "$work/text.xz"
expect decompresses succeeded
expect gives_the_text_back cmp "$work/text" "$work/library/out"

# xz closes its standard error before it exits, so that no statistics can come
# from it; what it has mapped while it works must do.
start library "$work/library/out" xz -3 -T2 -c "$work/text"
expect is_mapped until_true 10 mapped "$pid"
wait "$pid"
