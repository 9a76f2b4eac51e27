# Sourced by the suite: what the calculator answers, and what it says to a
# question that has no answer.

calculator=$builds/release/bench/headroom

builds_the_calculator() {
    build release --buildtype=release &&
        ninja -C "$builds/release" bench/headroom
}

# says STATUS STDOUT STDERR ARGUMENT…: exactly that, and no more.
says() {
    local status=0 out err expected=$1$'\n'$2$'\n'$3
    shift 3
    out=$(timeout 20 "$calculator" "$@" 2>"$work/stderr") || status=$?
    err=$(cat "$work/stderr")
    diff <(printf '%s\n' "$expected") <(printf '%s\n' "$status" "$out" "$err")
}

answers() { says 0 "$1" "" "${@:2}"; }

refuses_to_answer() { says 2 "" "headroom: $1" "${@:2}"; }

case_of "the calculator builds" builds_the_calculator

# By hand: M + (M - 1) n / 2 units, rounded up to a multiple of 2^n. The first is
# 12 + 16, up to one of 8; the second 25600 + 102396 of 4 KiB, up to one of 256.
while IFS=: read -r arguments answer; do
    # shellcheck disable=SC2086 # the arguments are words on purpose
    case_of "headroom $arguments is ${answer%% *}" answers "$answer" $arguments
done <<'END'
12 8 1:32 bytes (2.67 times what is in use)
100M 1M:524288000 bytes (5.00 times what is in use)
48K 32K 4K:131072 bytes (2.67 times what is in use)
48K 20000 4K:131072 bytes (2.67 times what is in use)
010 8 1:24 bytes (2.40 times what is in use)
16G 16 16:17179869184 bytes (1.00 times what is in use)
8G 8G 8G:8589934592 bytes (1.00 times what is in use)
END

too_many="more bytes than there are addresses; give fewer"
no_size="not a size; give digits, then K, M, G or nothing"
no_power="not a power of two; give one, as 4K"
in_blocks="less than the block of LARGEST; count each block rounded up to a \
power of two, and at least SMALLEST"

for size in 17179869185G 17179869184G 18446744073709551616 \
    99999999999999999999999K; do
    case_of "LIVE $size is too large to count" \
        refuses_to_answer "LIVE is $size: $too_many" "$size" 1M
    case_of "LARGEST $size is too large to count" \
        refuses_to_answer "LARGEST is $size: $too_many" 1M "$size"
done
for size in -1K -1 +1 '' ' 1' 0x10 K 1KK 1k 1T 1.5M; do
    case_of "'$size' is no size" \
        refuses_to_answer "LIVE is $size: $no_size" "$size" 1M
done
case_of "SMALLEST is a size" \
    refuses_to_answer "SMALLEST is 4k: $no_size" 1M 64K 4k
for size in 0 3 3000 12K; do
    case_of "SMALLEST $size is no power of two" \
        refuses_to_answer "SMALLEST is $size: $no_power" 1M 64K "$size"
done
case_of "LIVE is not 0" refuses_to_answer \
    "LIVE is 0: nothing is in use; give the most there is at any time" 0 1M
case_of "LARGEST is not 0" refuses_to_answer \
    "LARGEST is 0: no block; give the size of the largest" 1M 0
case_of "LIVE holds LARGEST" \
    refuses_to_answer "LIVE is 1M: $in_blocks" 1M 2M
case_of "LIVE holds LARGEST rounded up to a power of two" \
    refuses_to_answer "LIVE is 5000: $in_blocks" 5000 5000 1
case_of "LIVE holds LARGEST rounded up to SMALLEST" \
    refuses_to_answer "LIVE is 100: $in_blocks" 100 10
case_of "LIVE holds LARGEST though no block is so large" refuses_to_answer \
    "LIVE is 8589934592G: $in_blocks" 8589934592G 8589934593G 1G

no_heap() {
    says 1 "" "headroom: no heap is that large: it has at most 1073741824 \
blocks of SMALLEST, here $1, and fewer than 2^64 bytes; give a smaller LIVE \
or LARGEST, or another SMALLEST" "${@:2}"
}

case_of "a heap has at most 2^30 blocks" no_heap 1 5G 1M 1
case_of "a heap has at most 2^30 blocks, of 4K by default" no_heap 4K 4096G 8K
case_of "a heap has fewer than 2^64 bytes" \
    no_heap 1G 8589934592G 8589934592G 1G

usage="usage: headroom LIVE LARGEST [SMALLEST], in bytes or with K, M, G, as \
headroom 100M 1M 4K"
case_of "one argument is too few" says 2 "" "$usage" 1M
case_of "four arguments are too many" says 2 "" "$usage" 1M 64K 4K 4K
