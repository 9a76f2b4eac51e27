"""Judges the reports of the prover: nothing unproved, nothing missing,
nothing assumed.

    gate.py list ROOT UNIT           the functions of a unit to be proved
    gate.py judge ROOT REPORTS MODE  called by the suite after the prover
"""

import json
import pathlib
import re
import sys

UNITS = {
    "tree": ["core/tree.h", "core/tree.c", "core/node.h", "core/logic.h",
             "core/lemmas.h", "core/tree_lemmas.h"],
    "run": ["core/tree_run.c", "core/piece.h", "core/run_lemmas.h"],
    "walk": ["core/tree_walk.c", "core/walk_lemmas.h"],
    "slab": ["core/slab.h", "core/slab_logic.h", "core/bits.h"],
    "units": ["core/units.h", "core/require.h"],
    "check": ["core/check.h", "core/check.c"],
    "heap": ["../include/buddy.h", "core/heap.c", "core/heap_address.h",
             "core/heap_place.h", "core/heap_logic.h", "core/heap_lemmas.h",
             "core/place_lemmas.h"],
    "size_class": ["core/size_class.h", "core/size_class.c",
                   "core/size_class_logic.h", "core/size_class_lemmas.h"],
    "headroom": ["core/headroom.h", "core/headroom.c"],
}
C_FUNCTION = re.compile(
    r"^(?:static |inline |const |struct |enum )*\w+ \*?(\w+)\([^;{}]*\)\n\{(.*?)^\}",
    re.MULTILINE | re.DOTALL)
GHOST_FUNCTION = re.compile(
    r"^  \w+ (\w+)\([^;{}]*\) \{(.*?)^  \}", re.MULTILINE | re.DOTALL)
# All that is no code; ghost functions stay.
NO_CODE = re.compile(r"/\*@ ghost|/\*.*?\*/|\*/|//[^\n]*|/@.*?@/"
                     r"|\"(?:\\.|[^\"\\])*\"|^#(?:\\\n|[^\n])*",
                     re.DOTALL | re.MULTILINE)
ANNOTATION = re.compile(r"/\*@.*?\*/|//@[^\n]*", re.DOTALL)
ASSUMED = re.compile(r"\b(axiom|axiomatic|admit|lemma|import)\b")
# What a body says to the prover, the reader or test builds; ghost code stays,
# it calls.
SAID = re.compile(r"/\*@(?!\s*ghost).*?\*/|//@(?!\s*ghost)[^\n]*"
                  r"|/@.*?@/|/\*(?!@).*?\*/|\bBUD_REQUIRE\w*\([^;]*;", re.DOTALL)
TIMED = re.compile(r"Goal typed_(?:cast_)?(\w+) : Valid(.*)")
SECONDS = re.compile(r"\((?:Qed:)?([\d.]+)(ms|s)\)")


class Gate:
    def __init__(self):
        self.failed = False

    def check(self, name, faults):
        print(f"not ok {name}" if faults else f"ok {name}")
        for fault in faults:
            print(f"#   {fault}")
        self.failed |= bool(faults)


def functions(source, unit):
    """The functions of a unit's files, each with its body."""
    found = {}
    for name in UNITS[unit]:
        text = (source / name).read_text()
        for pattern in (C_FUNCTION, GHOST_FUNCTION):
            found.update(pattern.findall(text))
    return found


def listed(path):
    lines = path.read_text().splitlines()
    return {line.split()[0]: " ".join(line.split()[1:])
            for line in lines if line and not line.startswith("#")}


def goals(report):
    """Per function: the properties, each with goals total and proved. A
    call that must return is charged to the callee; it is kept apart."""
    if not report.exists():
        return {}
    data = json.loads(report.read_text())["wp:functions"]
    return {function: {name: (kinds["wp:main"].get("total", 0),
                              kinds["wp:main"].get("valid", 0))
                       for name, kinds in properties.items()
                       if "wp:main" in kinds and name != "wp:section"}
            for function, properties in data.items()}


def seconds(log, names):
    """Prover time per function, from the lines of the log."""
    spent = dict.fromkeys(names, 0.0)
    for goal, times in TIMED.findall(log.read_text()):
        owner = max((n for n in names if goal.startswith(n + "_")),
                    key=len, default=None)
        if owner:
            spent[owner] += sum(float(value) / (1000 if unit == "ms" else 1)
                                for value, unit in SECONDS.findall(times))
    return spent


def is_smoke(name):
    return "_wp_smoke_" in name


def judge_function(properties, expected):
    """The faults of one function that must be proved."""
    faults = []
    total = 0
    for name, (count, valid) in sorted(properties.items()):
        if is_smoke(name):
            if valid < count:
                faults.append(f"contradiction or dead code: {name}")
            continue
        total += count
        if valid < count:
            faults.append(f"unproved: {name}")
    if not any("_ensures" in name for name in properties):
        faults.append("no contract")
    if expected is not None and total != expected:
        faults.append(f"{total} goals, the ledger has {expected}")
    return total, faults


def assumptions(root):
    found = []
    for path in sorted([*(root / "src" / "core").glob("*.[ch]"),
                        *(root / "tests" / "proof").glob("*.[ch]")]):
        for annotation in ANNOTATION.findall(path.read_text()):
            code = re.sub(r"//(?!@)[^\n]*", "", annotation)
            for word in ASSUMED.findall(code):
                found.append(f"{path.name}: {word}")
    return found


def defined(text):
    """The functions that a file defines, told by their braces alone."""
    start, depth = 0, 0
    code = NO_CODE.sub(" ", text)
    for brace in re.finditer(r"[{};]", code):
        head = code[start:brace.start()].strip()
        if brace[0] == "{" and head != "extern":
            if depth == 0 and head.endswith(")") and "=" not in head:
                yield re.search(r"(\w*)\s*\(", head)[1]
            depth += 1
        elif brace[0] == "}":
            depth = max(depth - 1, 0)
        if depth == 0:
            start = brace.end()


def unseen(source):
    """Files that are not in one unit, functions that their unit overlooks."""
    files = sorted((source / "core").glob("*.[ch]")) + [
        source / ".." / "include" / "buddy.h"]
    found = []
    for path in files:
        units = [unit for unit, names in UNITS.items()
                 if str(path.relative_to(source)) in names]
        if len(units) != 1:
            found.append(f"{path.name} is in {len(units)} units")
            continue
        known = functions(source, units[0])
        found += [f"{path.name}: {name}" for name in defined(path.read_text())
                  if name not in known]
    return found


def borrowed(bodies, proved, trusted):
    """Calls from proved functions to ones that nothing has proved."""
    found = []
    for name in sorted(proved):
        code = SAID.sub("", bodies[name])
        callees = set(re.findall(r"\b(\w+)\(", code))
        for callee in sorted(callees - proved - trusted - {"sizeof"}):
            found.append(f"{name} calls {callee}")
    return found


def skipped(root):
    """The pending and the trusted functions, each with its reason."""
    here = root / "tests" / "proof"
    return {**listed(here / "pending"), **listed(here / "trusted")}


def to_prove(root, unit):
    skip = skipped(root)
    return {name: body for name, body in functions(root / "src", unit).items()
            if name not in skip}


def judge_unit(gate, unit, root, reports, expected, smoke):
    """Judges one unit's functions; the ledger entries it earned. Without
    expected numbers, any number of goals will do."""
    per_function = goals(reports / f"{unit}.json")
    must = to_prove(root, unit)
    spent = seconds(reports / f"{unit}.log", must)
    earned = {}
    for name in must:
        wanted = None if expected is None else expected.get(name, 0)
        total, faults = judge_function(per_function.get(name, {}), wanted)
        earned[name] = total
        print(f"# {name:24} {total:5} goals {spent[name]:8.1f} s")
        gate.check(f"{name} is proved", faults)
    if smoke:
        ran = any(is_smoke(name) for properties in per_function.values()
                  for name in properties)
        gate.check(f"{unit} is smoke-tested",
                   [] if ran else ["no smoke test has run"])
    if expected is not None:
        gate.check(f"{unit} still has what the ledger has",
                   sorted(set(expected) - set(must)))
    print(f"# {unit}: {sum(earned.values())} goals, "
          f"{sum(spent.values()):.0f} s of provers")
    return earned


def judge(root, reports, mode):
    ledger = root / "tests" / "proof" / "goals.json"
    known = json.loads(ledger.read_text()) if ledger.exists() else {}
    gate = Gate()
    earned, bodies = {}, {}
    for unit in UNITS:
        expected = None if mode == "--update" else known.get(unit, {})
        earned[unit] = judge_unit(gate, unit, root, reports, expected,
                                  mode == "--smoke")
        bodies.update(functions(root / "src", unit))
    proved = {name for names in earned.values() for name in names}
    trusted = listed(root / "tests" / "proof" / "trusted")
    gate.check("every function of the core is in a unit",
               unseen(root / "src"))
    gate.check("nothing is assumed", assumptions(root))
    gate.check("proved functions call proved functions only",
               borrowed(bodies, proved, trusted.keys()))
    gate.check("what is skipped exists and has a reason",
               sorted(name for name, why in skipped(root).items()
                      if not why or name not in bodies))
    if mode == "--update" and not gate.failed:
        ledger.write_text(json.dumps(earned, indent=2, sort_keys=True) + "\n")
    return 1 if gate.failed else 0


def main():
    command, root = sys.argv[1], pathlib.Path(sys.argv[2])
    if command == "list":
        print(",".join(to_prove(root, sys.argv[3])))
        return 0
    return judge(root, pathlib.Path(sys.argv[3]), sys.argv[4])


if __name__ == "__main__":
    sys.exit(main())
