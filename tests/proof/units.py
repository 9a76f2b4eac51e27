"""What the prover is given, and how: one entry of UNITS a unit.

    units.py list                 the units, those that take longest first
    units.py command ROOT UNIT OUT
                                  the prover's command line, a word a line; it
                                  leaves OUT/UNIT.json and OUT/UNIT.c
"""
import pathlib
import re
import sys
import typing


class Unit(typing.NamedTuple):
    file: str      # what the prover is given
    options: list  # how it checks arithmetic
    sources: list  # below src/: the files whose functions the unit proves


NO_OVERFLOW = ["-warn-unsigned-overflow"]
# No conversion loses a bit either.
EXACT = [*NO_OVERFLOW, "-warn-unsigned-downcast"]
# buddy_init takes its bytes as void *, the one cast between pointer types.
BYTES = [*EXACT, "-wp-model", "Typed+Cast"]

# In the order in which they are started: those that take longest first.
UNITS = {
    "heap": Unit("src/core/heap.c", BYTES,
                 ["../include/buddy.h", "core/heap.c", "core/heap_address.h",
                  "core/heap_place.h", "core/heap_logic.h",
                  "core/heap_lemmas.h", "core/place_lemmas.h"]),
    "tree": Unit("src/core/tree.c", NO_OVERFLOW,
                 ["core/tree.h", "core/tree.c", "core/node.h", "core/logic.h",
                  "core/lemmas.h", "core/tree_lemmas.h"]),
    "run": Unit("src/core/tree_run.c", NO_OVERFLOW,
                ["core/tree_run.c", "core/piece.h", "core/run_lemmas.h",
                 "core/piece_lemmas.h"]),
    "heap_walk": Unit("src/core/heap_walk.c", EXACT,
                      ["core/heap_walk.c", "core/count_lemmas.h"]),
    "walk": Unit("src/core/tree_walk.c", NO_OVERFLOW,
                 ["core/tree_walk.c", "core/walk_lemmas.h"]),
    "harness": Unit("tests/proof/harness.c", NO_OVERFLOW,
                    ["../tests/proof/harness.c"]),
    "heap_harness": Unit("tests/proof/heap.c", BYTES,
                         ["../tests/proof/heap_harness.c"]),
    "check": Unit("src/core/check.c", EXACT, ["core/check.h", "core/check.c"]),
    "size_class": Unit("src/core/size_class.c", EXACT,
                       ["core/size_class.h", "core/size_class.c",
                        "core/size_class_logic.h",
                        "core/size_class_lemmas.h"]),
    "slab": Unit("tests/proof/slab.c", EXACT,
                 ["core/slab.h", "core/slab_logic.h", "core/slab_lemmas.h",
                  "core/bits.h", "../tests/proof/lowest.h"]),
    "headroom": Unit("src/core/headroom.c", EXACT,
                     ["core/headroom.h", "core/headroom.c"]),
    "units": Unit("tests/proof/units.c", EXACT,
                  ["core/units.h", "core/address.h", "core/require.h"]),
}

# Faults that the gate must find, see there.
PLANTED = Unit("tests/proof/planted/planted.c", NO_OVERFLOW,
               ["../tests/proof/planted/planted.c"])

INCLUDED = ["-Isrc", "-Iinclude"]
FRAMA_C = ["frama-c", "-c11", "-machdep", "x86_64",
           "-cpp-extra-args=" + " ".join(INCLUDED),
           "-kernel-warn-key",
           "typing:implicit-function-declaration=inactive",
           "-kernel-warn-key", "annot:missing-spec=inactive",
           "-wp", "-wp-rte", "-wp-cache", "none"]

C_FUNCTION = re.compile(
    r"^(?:static |inline |const |struct |enum )*\w+ \*?(\w+)\([^;{}]*\)\n\{(.*?)^\}",
    re.MULTILINE | re.DOTALL)
GHOST_FUNCTION = re.compile(
    r"^  \w+ (\w+)\([^;{}]*\) \{(.*?)^  \}", re.MULTILINE | re.DOTALL)


def functions(root, unit):
    """The functions of a unit's sources, in their order."""
    return [name for source in unit.sources
            for pattern in (C_FUNCTION, GHOST_FUNCTION)
            for name, _ in pattern.findall((root / "src" / source).read_text())]


def listed(path):
    """A file of names, each with a reason."""
    lines = path.read_text().splitlines()
    return {line.split()[0]: " ".join(line.split()[1:])
            for line in lines if line and not line.startswith("#")}


def trusted(root):
    """The functions whose contract is assumed, each with its reason."""
    return listed(root / "tests" / "proof" / "trusted")


def to_prove(root, unit):
    assumed = trusted(root)
    return [name for name in functions(root, unit) if name not in assumed]


# The passes, each over what the ones before have left unproved. CVC4 proves
# most goals, in a tenth of a second, or runs into these steps in one second.
# Steps limit a prover whatever else the machine does; the seconds are more than
# they take.
PROOF = [
    ["-wp-prover", "cvc4", "-wp-timeout", "10", "-wp-steps", "100000"],
    ["-wp-prover=-cvc4,+z3", "-wp-steps", "4000000"],
]
PATIENCE = [
    ["-wp-prover=-z3,+cvc4", "-wp-timeout", "40", "-wp-steps", "300000"],
    ["-wp-prover=-cvc4,+z3", "-wp-steps", "12000000"],
]
# Looks for a proof of `false` from what a contract requires or assumes, and at
# each loop, call and branch. Contradictions put into functions of the tree took
# CVC4 up to 47,000 steps.
SMOKE = [["-wp-prover=-z3,-cvc4,+cvc4", "-wp-steps", "60000",
          "-wp-smoke-timeout", "10", "-wp-smoke-tests"]]


def command(unit, names, passes, report, printed):
    """The prover's command line for these functions of a unit. It writes a
    report, and the code as the prover has understood it."""
    words = [*FRAMA_C, *unit.options, "-wp-par", "1", unit.file,
             "-print", "-print-libc", "-ocode", printed]
    for number, options in enumerate(passes):
        if number > 0:
            words += ["-then", "-wp"]
        words += ["-wp-fct", ",".join(names), *options]
    return [*words, "-wp-report-json", report]


def main():
    if sys.argv[1] == "list":
        print("\n".join(UNITS))
        return
    root, name, out = pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    unit = UNITS.get(name, PLANTED)
    passes = [*PROOF, *(PATIENCE if unit is not PLANTED else []), *SMOKE]
    print("\n".join(command(unit, to_prove(root, unit), passes,
                            f"{out}/{name}.json", f"{out}/{name}.c")))


if __name__ == "__main__":
    main()
