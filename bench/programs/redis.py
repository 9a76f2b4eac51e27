"""redis-server under redis-benchmark: strings, lists, hashes, sets, a snapshot.

Debian links redis with jemalloc; that the C library's malloc serves it under
`glibc` is what preloading libc.so.6 is for.
"""

import signal
import time

import support

NEEDS = ["redis-server", "redis-benchmark", "redis-cli"]
STOP = signal.SIGTERM


def serve(folder, port):
    return ["redis-server", "--port", str(port), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--dir", folder,
            "--logfile", f"{folder}/log"]


def ask(port, *words):
    return support.run(["redis-cli", "-p", str(port), *words]).decode()


def snapshot(port):
    ask(port, "BGSAVE")
    deadline = time.monotonic() + support.ANSWER_SECONDS
    while "rdb_bgsave_in_progress:0" not in ask(port, "INFO", "persistence"):
        if time.monotonic() > deadline:
            raise support.Failed("BGSAVE does not end")
        time.sleep(0.05)
    if "rdb_last_bgsave_status:ok" not in ask(port, "INFO", "persistence"):
        raise support.Failed("BGSAVE failed")


def drive(folder, port, scale):
    requests = str(int(60000 * scale) + 1)
    for size in ("20", "600"):
        support.run(["redis-benchmark", "-p", str(port), "-q", "-n", requests,
                     "-c", "20", "-P", "16", "-r", "100000", "-d", size,
                     "-t", "set,get,incr,lpush,rpop,sadd,hset,zadd,mset"])
    snapshot(port)
    if int(ask(port, "DBSIZE")) < 1000 * min(scale, 1):
        raise support.Failed("the server lost keys")
