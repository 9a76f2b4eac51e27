"""Prints a history for `git fast-import`: files that grow, change and branch.

Usage: history.py SCALE   (3000 commits at scale 1)
"""

import random
import sys

draw = random.Random(5)
commits = max(20, int(3000 * float(sys.argv[1])))
words = ["".join(draw.choices("abcdefghij", k=draw.randint(2, 10)))
         for _ in range(900)]
files = {}
out = sys.stdout.buffer


def line():
    return " ".join(draw.choices(words, k=draw.randint(1, 11)))


def put(text):
    data = text.encode()
    out.write(b"data %d\n%s\n" % (len(data), data))


for c in range(commits):
    stamp = f"A U Thor <author@example.org> {1500000000 + c * 60} +0000"
    out.write(f"commit refs/heads/main\nmark :{c + 1}\n".encode())
    out.write(f"author {stamp}\ncommitter {stamp}\n".encode())
    put(f"Change {c}\n\n{line()}\n")
    if c > 0:
        out.write(f"from :{c}\n".encode())
    for _ in range(draw.randint(1, 4)):
        name = f"part{draw.randrange(12)}/file{draw.randrange(25)}.txt"
        lines = files.setdefault(name, [line() for _ in range(40)])
        for _ in range(draw.randint(1, 6)):
            lines[draw.randrange(len(lines))] = line()
        lines.insert(draw.randrange(len(lines)), line())
        out.write(f"M 100644 inline {name}\n".encode())
        put("\n".join(lines) + "\n")
out.write(b"done\n")
