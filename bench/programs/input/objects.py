"""A Python program of many small objects, some large ones, and two threads.

Usage: objects.py SCALE
"""

import json
import re
import sys
import threading

scale = float(sys.argv[1])


class Node:
    def __init__(self, key):
        self.key, self.left, self.right, self.tags = key, None, None, []

    def insert(self, key):
        node = self
        while True:
            side = "left" if key < node.key else "right"
            below = getattr(node, side)
            if below is None:
                setattr(node, side, Node(key))
                return
            below.tags.append(key)
            node = below


def count(node):
    total, stack = 0, [node]
    while stack:
        node = stack.pop()
        if node is not None:
            total += 1 + len(node.tags) % 3
            stack += [node.left, node.right]
    return total


def trees(seed, answers):
    root, x = Node(1 << 30), seed
    for _ in range(int(30000 * scale) + 1):
        x = (x * 1103515245 + 12345) % (1 << 31)
        root.insert(x)
    answers[seed] = count(root)


def documents():
    total = 0
    for d in range(int(100 * scale) + 1):
        document = {f"key{i}": {"name": "n" * (i % 50),
                                "list": list(range(i % 40)),
                                "text": str(i) * (i % 9)} for i in range(800)}
        text = json.dumps(document)
        back = json.loads(text)
        total += len(text) + len(back)
        total += len(re.findall(r'"name": "n{10,20}"', text))
        total += len(bytearray(1 << (10 + d % 14)))
    return total


def strings():
    parts = [f"{i:x}-{i * i}" for i in range(int(600000 * scale) + 1)]
    text = ",".join(parts)
    table = {part: i for i, part in enumerate(text.split(","))}
    return len(text) + len(table) + len(sorted(table, key=lambda s: s[::-1]))


answers = {}
threads = [threading.Thread(target=trees, args=(s, answers)) for s in (1, 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(answers.items()), documents(), strings())
