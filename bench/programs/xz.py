"""xz -T2 compresses 8 MB of text in blocks, and decompresses it."""

import support

NEEDS = ["xz"]
SCRIPT = """
xz -3 -T2 --block-size=1MiB -k text
xz -dc -T2 text.xz | cksum
"""


def prepare(folder, scale):
    support.generate("text.py", scale / 4, f"{folder}/text")


def command(folder, scale):
    return ["sh", "-ec", SCRIPT]
