# zstd: compresses and decompresses in threads; every byte compared.
. "$(dirname "$0")/common.bash"

"$python" "$input/text.py" 0.4 >"$work/text"
for level in 3 9; do
    both zstd -q -c "-$level" -T2 "$work/text"
    expect "compresses_at_level_$level" succeeded
    expect "compresses_at_level_${level}_as_under_glibc" same out
    expect "is_served_at_level_$level" served "$work/library/out.err" "$pid"
done
mv "$work/library/out" "$work/text.zst"
both zstd -q -dc "$work/text.zst"
expect decompresses succeeded
expect gives_the_text_back cmp "$work/text" "$work/library/out"
