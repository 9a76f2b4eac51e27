"""zstd -T2 compresses 64 MB of text, and decompresses it."""

import support

NEEDS = ["zstd"]
SCRIPT = """
zstd -q -5 -T2 text -o text.zst
zstd -q -dc text.zst | cksum
"""


def prepare(folder, scale):
    support.generate("text.py", scale * 2, f"{folder}/text")


def command(folder, scale):
    return ["sh", "-ec", SCRIPT]
