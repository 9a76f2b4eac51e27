"""gcc -O2 of a generated C program of 300 functions."""

import support

NEEDS = ["gcc"]


def prepare(folder, scale):
    support.generate("source_c.py", scale, f"{folder}/program.c")


def command(folder, scale):
    return ["gcc", "-O2", "-c", "program.c", "-o", "program.o"]
