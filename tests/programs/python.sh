# python3: objects, threads and children; then modules of Python's own tests.
. "$(dirname "$0")/common.bash"

export PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
both "$python" "$input/objects.py" 0.5
expect runs succeeded
expect answers_as_under_glibc same out
expect is_served served "$work/library/out.err" "$pid"

# Without Python's own pools every object is a block of ours.
export PYTHONMALLOC=malloc
both "$python" "$input/objects.py" 0.5
unset PYTHONMALLOC
expect runs_without_its_own_pools succeeded
expect answers_as_under_glibc_without_its_own_pools same out
expect is_served_without_its_own_pools served "$work/library/out.err" "$pid"

cat >"$work/children.py" <<'PY'
import concurrent.futures
import hashlib
import multiprocessing
import os
import subprocess
import sys
import threading
import zlib


def work(seed):
    lists = [[seed * i] * (i % 60) for i in range(4000)]
    text = repr(lists[::7]).encode()
    return hashlib.sha256(zlib.compress(text)).hexdigest()


if __name__ == "__main__":
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        print(list(pool.map(work, range(16))))
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        print(pool.map(work, range(8)))
    # Forks while other threads allocate.
    done = threading.Event()

    def churn():
        while not done.is_set():
            [bytearray(n) for n in range(0, 6000, 7)]

    threads = [threading.Thread(target=churn) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(40):
        child = os.fork()
        if child == 0:
            os._exit(len(work(n)) % 128)
        print(n, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    for n in range(10):
        print(subprocess.run([sys.executable, "-c", f"print({n} ** 50)"],
                             capture_output=True, check=True).stdout)
    done.set()
    for thread in threads:
        thread.join()
PY
both "$python" "$work/children.py"
expect threads_and_children_run succeeded
expect threads_and_children_answer_as_under_glibc same out
expect parent_is_served served "$work/library/out.err" "$pid"

modules=(test_array test_bytes test_deque test_dict test_fork1 test_gc
    test_json test_list test_mmap test_re test_struct test_subprocess
    test_thread test_threading test_threadsignals test_unicode test_zlib)
# Their children must print nothing of ours, which they would not expect; the
# parent has read its options by then.
cat >"$work/own_tests.py" <<'PY'
import os
import runpy
import sys

os.environ.pop("BUDDYMALLOC", None)
sys.argv[0] = "test"
runpy.run_module("test", run_name="__main__", alter_sys=True)
PY
outcome() {
    sed -nE 's/^([0-9]+ tests? (OK|failed|skipped).*)$/\1/p
        s/^(    test_.*)$/\1/p' out >outcome
}
# The two runs at the same time: these tests mostly wait.
own_tests() {
    cd "$work/$1" || exit 3
    start "$1" out "$python" "$work/own_tests.py" --timeout 60 "${modules[@]}"
    cd "$work" || exit 3
}
own_tests glibc
of_glibc=$pid
own_tests library
wait "$of_glibc"
echo $? >"$work/glibc/status"
wait "$pid"
echo $? >"$work/library/status"
for which in glibc library; do
    (cd "$work/$which" && outcome)
done
expect own_tests_end_as_under_glibc same outcome status
expect own_tests_are_served served "$work/library/out.err" "$pid"
expect own_tests_were_there grep -qE '^[1-9][0-9]+ tests OK' \
    "$work/library/outcome"
