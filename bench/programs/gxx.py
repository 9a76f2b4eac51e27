"""g++ -O2 -std=c++17 of standard containers, variants and closures."""

import support

NEEDS = ["g++"]


def prepare(folder, scale):
    support.generate("source_cpp.py", scale, f"{folder}/program.cpp")


def command(folder, scale):
    return ["g++", "-O2", "-std=c++17", "-c", "program.cpp", "-o", "program.o"]
