"""Prints bytes to compress: words of a skewed vocabulary, some noise between.

Usage: text.py SCALE   (32 MB at scale 1)
"""

import random
import sys

draw = random.Random(1)
words = [bytes(draw.choices(b"etaoinshrdlu", k=draw.randint(2, 9)))
         for _ in range(5000)]
weights = [1 / (rank + 1) for rank in range(len(words))]
left = int(32e6 * float(sys.argv[1]))
while left > 0:
    chunk = b" ".join(draw.choices(words, weights, k=20000))
    chunk += draw.randbytes(4000)
    sys.stdout.buffer.write(chunk[:left])
    left -= len(chunk)
