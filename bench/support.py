"""What the real loads share: finding programs, users, ports, inputs.

A load is a module of bench/programs/ with

    NEEDS                            the programs it runs
    prepare(folder, scale)           makes its input, once, outside any measure
    command(folder, scale)           the measured command, or for a server:
    serve(folder, port)              the measured command
    drive(folder, port, scale)       the client: raises when an answer is wrong
    STOP                             the signal that ends the server cleanly

and optionally UNPRIVILEGED = True (the program refuses to run as root) and
ENVIRONMENT. `folder` is a fresh copy of what prepare made, and the working
folder of the command, whose standard output must be the same in every run.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
INPUT = os.path.join(HERE, "programs", "input")
ANSWER_SECONDS = 20


class Failed(Exception):
    """A load did not do what it must; the message says which and why."""


def find(program):
    """The path of a program, or None. Also looks where servers live."""
    if program == "python3":
        # The system's own, rather than a version manager's shell script.
        return "/usr/bin/python3" if os.path.exists("/usr/bin/python3") \
            else sys.executable
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which(program, path=path)
    if found is None:
        root = "/usr/lib/postgresql"
        versions = os.listdir(root) if os.path.isdir(root) else []
        for version in sorted(versions, reverse=True):
            candidate = os.path.join(root, version, "bin", program)
            if os.access(candidate, os.X_OK):
                return candidate
    return found


def user():
    """Whom a server that refuses root runs as: (name, uid, gid) or None."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return name, entry.pw_uid, entry.pw_gid
    raise Failed("no unprivileged user to run a server as")


def as_user(command):
    """The command, run as the unprivileged user when we are root."""
    entry = user()
    if entry is None:
        return list(command)
    _, uid, gid = entry
    return [find("setpriv") or "setpriv", f"--reuid={uid}", f"--regid={gid}",
            "--clear-groups", "--"] + list(command)


def give(folder):
    """Hands a folder and what is in it to the unprivileged user."""
    entry = user()
    if entry is None:
        return
    for path, folders, files in os.walk(folder):
        for name in [path] + [os.path.join(path, f) for f in folders + files]:
            os.lchown(name, entry[1], entry[2])


def run(command, **more):
    """Runs a command that is no part of the measure; raises when it fails."""
    more.setdefault("timeout", 300)
    done = subprocess.run(command, stdin=more.pop("stdin", subprocess.DEVNULL),
                          stdout=more.pop("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE, check=False, **more)
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise Failed(f"{os.path.basename(command[0])}: status "
                     f"{done.returncode} {' '.join(last)}")
    return done.stdout


def generate(generator, scale, path):
    """Writes what bench/programs/input/GENERATOR prints at a scale."""
    with open(path, "wb") as out:
        run([find("python3"), os.path.join(INPUT, generator), str(scale)],
            stdout=out)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, alive):
    """Until a server listens on loopback, or is gone, or takes too long."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if not alive():
            raise Failed("the server ended before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise Failed("the server does not listen")
