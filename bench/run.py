#!/usr/bin/env python3
"""Measures programs under several allocators: CPU, wall time, peak memory.

  bench/run.py                                every load, every allocator here
  bench/run.py --quick                        a tenth of the work, one round
  bench/run.py --loads 'micro_*,redis'        some loads (names or patterns)
  bench/run.py --allocators glibc,buddymalloc,rpmalloc=/opt/librpmalloc.so
  bench/run.py --list                         the loads, a line each
  bench/run.py --report NAME                  the tables of an earlier run

Rounds are interleaved: in each, every load runs under every allocator before
the next load, in an order that turns from round to round. The raw measures go
to bench/results/NAME.csv as they arrive, the tables to standard output. The
exit status is 0 when every load ran and every output was right.
"""

import argparse
import csv
import fnmatch
import glob
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import report
import support
from support import Failed, HERE

ROOT = os.path.dirname(HERE)
BUILDS = os.environ.get("BUD_BUILDS") or os.path.join(ROOT, ".build")
RELEASE = os.path.join(BUILDS, "release")
DEBIAN = {"jemalloc": "libjemalloc.so.2", "mimalloc": "libmimalloc.so.2*",
          "tcmalloc": "libtcmalloc_minimal.so.4"}
LOAD_SECONDS = 300
# Name of a micro load: its program and the arguments before the scale.
MICRO = {"micro_lifo": ["micro_lifo"],
         "micro_churn_10k": ["micro_churn", "10e3"],
         "micro_churn_1m": ["micro_churn", "1e6"],
         "micro_prodcons": ["micro_prodcons"],
         "micro_larson": ["micro_larson"],
         "micro_mixed": ["micro_mixed"],
         "micro_large": ["micro_large"],
         "micro_realloc": ["micro_realloc"],
         "micro_threads": ["micro_threads"]}


class Micro:
    """A micro load: a program of this folder, its arguments, its scale."""

    NEEDS = []

    def __init__(self, name):
        self.name = name
        self.program, *self.arguments = MICRO[name]
        with open(f"{HERE}/{self.program}.c", encoding="utf-8") as source:
            comment = source.read().partition("*/")[0]
        words = comment.replace("/*", "").replace("\n *", " ").split()
        title = " ".join(words).partition(". ")[0]
        self.title = title if len(title) < 80 else title.partition(":")[0] + "."

    def command(self, folder, scale):
        return [f"{RELEASE}/bench/{self.program}", *self.arguments, str(scale)]


def load_module(path):
    name = os.path.basename(path)[:-3]
    # The prefix keeps a load named like a module of Python apart from it.
    spec = importlib.util.spec_from_file_location("load_" + name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.name = name
    module.title = module.__doc__.strip().splitlines()[0]
    return module


def all_loads():
    paths = sorted(glob.glob(f"{HERE}/programs/*.py"))
    return [Micro(name) for name in MICRO] + [load_module(p) for p in paths]


def choose_loads(patterns):
    loads = all_loads()
    if not patterns:
        return loads
    for pattern in patterns:
        if not fnmatch.filter([load.name for load in loads], pattern):
            raise Failed(f"no load is named {pattern}; see --list")
    return [load for load in loads
            if any(fnmatch.fnmatch(load.name, p) for p in patterns)]


def missing(load):
    return [need for need in load.NEEDS if support.find(need) is None]


def build(target=None):
    if not os.path.exists(f"{RELEASE}/build.ninja"):
        support.run(["meson", "setup", RELEASE, ROOT, "--buildtype=release"])
    command = ["meson", "compile", "-C", RELEASE]
    support.run(command + ([target] if target else []))


def own_library():
    if "BUD_LIBRARY" in os.environ:
        return os.environ["BUD_LIBRARY"]
    build()
    found = glob.glob(f"{RELEASE}/**/libbuddymalloc.so", recursive=True)
    if not found:
        raise Failed(f"no libbuddymalloc.so in {RELEASE}; BUD_LIBRARY names "
                     "another")
    return found[0]


def debian_library(name):
    folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
               "/usr/lib64", "/usr/lib", "/usr/local/lib"]
    for folder in folders:
        found = sorted(glob.glob(f"{folder}/{DEBIAN[name]}"))
        if found:
            return found[-1]
    return None


def choose_allocators(words):
    """By name: the path of every allocator asked for, glibc first."""
    chosen = {report.BASELINE: "libc.so.6"}
    for word in words or ["buddymalloc", *DEBIAN]:
        name, given, path = word.partition("=")
        if given:
            if not os.path.isfile(path):
                raise Failed(f"{name}: no library {path}")
        elif name == "buddymalloc":
            path = own_library()
        elif name in DEBIAN:
            path = debian_library(name)
            if path is None and words:
                raise Failed(f"{name}: {DEBIAN[name]} is not installed")
            if path is None:
                print(f"# {name} is not installed: left out")
                continue
        elif name == report.BASELINE:
            continue
        else:
            raise Failed(f"unknown allocator {name}; any library: NAME=PATH")
        chosen[name] = os.path.abspath(path)
    return chosen


def check_preloads(name, library):
    """A library the loader declines would leave glibc measured in its name."""
    maps = subprocess.run(["cat", "/proc/self/maps"], check=False,
                          capture_output=True, text=True,
                          env={**os.environ, "LD_PRELOAD": library})
    if os.path.basename(library) not in maps.stdout:
        raise Failed(f"{name}: {library} cannot be preloaded: "
                     f"{maps.stderr.strip() or 'it is not in the process'}")


class Bench:
    """One run of the bench: its working folder, its scale, its results."""

    def __init__(self, folder, scale):
        self.folder = folder
        self.scale = scale
        self.outputs = {}

    def adopt(self, allocators):
        """Copies of the libraries: readable by a server's own user, and the
        same to the end even when somebody builds meanwhile."""
        copies = {}
        for name, library in allocators.items():
            copies[name] = library
            if os.path.isabs(library):
                target = f"{self.folder}/lib-{name}"
                os.makedirs(target)
                copies[name] = shutil.copy(library, target)
                os.chmod(copies[name], 0o755)
            check_preloads(name, copies[name])
        shutil.copy(f"{RELEASE}/bench/measure", f"{self.folder}/measure")
        return copies

    def prepare(self, load):
        folder = f"{self.folder}/input-{load.name}"
        os.makedirs(folder)
        if hasattr(load, "prepare"):
            load.prepare(folder, self.scale)

    def measure(self, load, allocator, library):
        """(cpu_s, wall_s, rss_kib) of one run; raises Failed."""
        folder = f"{self.folder}/run"
        shutil.copytree(f"{self.folder}/input-{load.name}", folder,
                        symlinks=True)
        try:
            if hasattr(load, "serve"):
                return self.measure_server(load, library, folder)
            return self.measure_command(load, allocator, library, folder)
        finally:
            shutil.rmtree(folder)

    def start(self, load, library, folder, command):
        path = support.find(command[0])
        command = [path or command[0]] + command[1:]
        if getattr(load, "UNPRIVILEGED", False):
            support.give(folder)
            command = support.as_user(command)
        return subprocess.Popen(
            [f"{self.folder}/measure", f"{self.folder}/report", library]
            + command, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=open(f"{self.folder}/stdout", "wb"),
            stderr=open(f"{self.folder}/stderr", "wb"),
            env={**os.environ, **getattr(load, "ENVIRONMENT", {})},
            start_new_session=True)

    def finish(self, process):
        """Waits and reads the report; a run that takes too long is killed."""
        try:
            process.wait(LOAD_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failed(f"still running after {LOAD_SECONDS} s") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode != 0:
            raise Failed("the measure failed: " + self.last_words())
        with open(f"{self.folder}/report", encoding="ascii") as file:
            cpu_s, wall_s, rss_kib, status = file.read().split()
        if int(status) != 0:
            raise Failed(f"wait status {status}: " + self.last_words())
        return float(cpu_s), float(wall_s), int(rss_kib)

    def last_words(self):
        with open(f"{self.folder}/stderr", errors="replace",
                  encoding="utf-8") as file:
            return " ".join(file.read().strip().splitlines()[-2:])

    def measure_command(self, load, allocator, library, folder):
        process = self.start(load, library, folder,
                             load.command(folder, self.scale))
        figures = self.finish(process)
        with open(f"{self.folder}/stdout", "rb") as file:
            output = hashlib.sha256(file.read()).hexdigest()
        if self.outputs.setdefault(load.name, output) != output:
            raise Failed(f"its output differs from the first run's "
                         f"(under {allocator})")
        return figures

    def measure_server(self, load, library, folder):
        port = support.free_port()
        process = self.start(load, library, folder, load.serve(folder, port))
        try:
            support.wait_for_port(port, lambda: process.poll() is None)
            started = time.monotonic()
            load.drive(folder, port, self.scale)
            wall_s = time.monotonic() - started
            if process.poll() is not None:
                raise Failed("the server ended early: " + self.last_words())
        finally:
            if process.poll() is None:
                process.send_signal(load.STOP)
            figures = self.finish(process)
        # Starting and stopping count as CPU, waiting for them not as wall.
        return figures[0], wall_s, figures[2]


def describe_machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
                break
    return (f"{model}, {os.cpu_count()} processors, Linux "
            f"{os.uname().release}, {os.confstr('CS_GNU_LIBC_VERSION')}")


def run_rounds(bench, loads, allocators, rounds, out):
    """Every load under every allocator, `rounds` times: what failed."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(report.COLUMNS)
    failures = []
    names = list(allocators)
    for number in range(1, rounds + 1):
        for load in loads:
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                print(f"\r\033[Kround {number} of {rounds}: {load.name} "
                      f"under {name}", end="", file=sys.stderr, flush=True)
                try:
                    figures = bench.measure(load, name, allocators[name])
                except (Failed, OSError, subprocess.SubprocessError) as why:
                    failures.append(f"{load.name} under {name}, round "
                                    f"{number}: {why}")
                    continue
                writer.writerow([load.name, name, number, *figures])
                out.flush()
    print("\r\033[K", end="", file=sys.stderr)
    return failures


def bench_all(arguments):
    loads = choose_loads(arguments.loads)
    skipped = [f"{load.name}: needs {', '.join(missing(load))}, which is not "
               "installed" for load in loads if missing(load)]
    loads = [load for load in loads if not missing(load)]
    allocators = choose_allocators(arguments.allocators)
    build("bench")
    path = f"{HERE}/results/{arguments.name}.csv"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench.") as folder, \
            open(path, "w", newline="", encoding="utf-8") as out:
        os.chmod(folder, 0o755)
        bench = Bench(folder, 0.1 if arguments.quick else arguments.scale)
        copies = bench.adopt(allocators)
        for load in loads:
            bench.prepare(load)
        failures = run_rounds(bench, loads, copies,
                              1 if arguments.quick else arguments.rounds, out)
    print(f"# {describe_machine()}")
    for name, library in allocators.items():
        print(f"# {name}: "
              f"{os.path.realpath(library) if '/' in library else library}")
    print(f"# scale {bench.scale}; raw measures: {os.path.relpath(path)}\n")
    print(report.tables(report.read(path)))
    for line in skipped:
        print(f"skipped {line}")
    for line in failures:
        print(f"FAILED {line}")
    return 1 if failures else 0


def comma_list(text):
    return [word for word in text.split(",") if word]


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=comma_list, metavar="NAME,…",
                        help="names or patterns; default: all")
    parser.add_argument("--allocators", type=comma_list,
                        metavar="NAME[=PATH],…",
                        help="default: buddymalloc and those of jemalloc, "
                        "mimalloc, tcmalloc that are installed; glibc always")
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--scale", type=float, default=1.0,
                        help="how much work a load is; default: 1")
    parser.add_argument("--quick", action="store_true",
                        help="scale 0.1, one round")
    parser.add_argument("--name", default="latest",
                        help="results/NAME.csv; default: latest")
    parser.add_argument("--list", action="store_true", help="the loads")
    parser.add_argument("--report", metavar="NAME",
                        help="the tables of results/NAME.csv")
    return parser.parse_args()


def main():
    arguments = parse()
    try:
        if arguments.list:
            for load in all_loads():
                lacks = missing(load)
                print(f"{load.name:<21}{load.title}"
                      + (f" [needs {', '.join(lacks)}]" if lacks else ""))
            return 0
        if arguments.report:
            path = f"{HERE}/results/{arguments.report}.csv"
            if not os.path.exists(path):
                raise Failed(f"no {os.path.relpath(path)}; without --report, "
                             f"--name {arguments.report} measures it")
            print(report.tables(report.read(path)))
            return 0
        return bench_all(arguments)
    except (Failed, FileNotFoundError) as why:
        print(f"bench/run.py: {why}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, BrokenPipeError):
        return 130


if __name__ == "__main__":
    sys.exit(main())
