"""Judges the reports of the prover: nothing unproved, nothing missing,
nothing assumed.

    gate.py planted ROOT OUT                 each planted fault is found
    gate.py judge ROOT OUT SECONDS [UNIT…]   after so long a run of the prover
    gate.py update ROOT OUT SECONDS [UNIT…]  the same, and rewrites the ledger
"""
import json
import pathlib
import re
import sys
import typing

import granted
import printed
import units

# All that is no code; ghost functions stay.
NO_CODE = re.compile(r"/\*@ ghost|/\*.*?\*/|\*/|//[^\n]*|/@.*?@/"
                     r"|\"(?:\\.|[^\"\\])*\"|^#(?:\\\n|[^\n])*",
                     re.DOTALL | re.MULTILINE)
TIMED = re.compile(r"Goal typed_(?:cast_)?(\w+) : Valid(.*)")
SECONDS = re.compile(r"\((?:Qed:)?([\d.]+)(ms|s)\)")
SMOKE = "_wp_smoke_"


class Run(typing.NamedTuple):
    """What the prover has left of one unit."""
    goals: dict      # function -> property -> (goals, proved)
    functions: dict  # function -> what was printed of it
    printed: str
    log: str


def read_run(out, unit):
    try:
        data = json.loads((out / f"{unit}.json").read_text())["wp:functions"]
        text = (out / f"{unit}.c").read_text()
        log = (out / f"{unit}.log").read_text()
    except FileNotFoundError:
        return Run({}, {}, "", "")
    goals = {function: {name: (kinds["wp:main"].get("total", 0),
                               kinds["wp:main"].get("valid", 0))
                        for name, kinds in properties.items()
                        if "wp:main" in kinds and name != "wp:section"}
             for function, properties in data.items()}
    return Run(goals, printed.functions(text), text, log)


def seconds(log, names):
    """Time of the provers that proved each function, from the log."""
    spent = dict.fromkeys(names, 0.0)
    for goal, times in TIMED.findall(log):
        owner = max((n for n in names if goal.startswith(n + "_")),
                    key=len, default=None)
        if owner:
            spent[owner] += sum(float(value) / (1000 if unit == "ms" else 1)
                                for value, unit in SECONDS.findall(times))
    return spent


class Verdict(typing.NamedTuple):
    clauses: int
    goals: int
    proved: int
    smoke: int  # tests that found nothing
    faults: list


def judge_smoke(name, function, tests):
    """A test per loop and, where something is required, one of that."""
    kinds = [test.rsplit(SMOKE, 1)[1] for test in tests]
    wanted = {"default_requires": "requires" in function.clauses,
              "dead_loop": function.loops()}
    for kind, count in wanted.items():
        if sum(k.startswith(kind) for k in kinds) < count:
            yield f"not smoke-tested: {kind}"
    for test, (count, valid) in sorted(tests.items()):
        if valid < count:
            yield f"contradiction: {test.rsplit(SMOKE, 1)[1]}"


def judge_function(name, run):
    """What became of one function that must be proved."""
    properties = run.goals.get(name, {})
    tests = {p: n for p, n in properties.items() if SMOKE in p}
    goals = {p: n for p, n in properties.items() if SMOKE not in p}
    faults = [f"unproved: {p}" for p, (count, valid) in sorted(goals.items())
              if valid < count]
    function = run.functions.get(name)
    if function is None or not function.body:
        return Verdict(0, 0, 0, 0, ["the prover has not seen it"])
    if not {"ensures", "assigns"} <= set(function.clauses) or not goals:
        faults.append("no contract")
    if "behavior " in function.contract and not \
            {"complete behaviors", "disjoint behaviors"} <= \
            set(function.clauses):
        faults.append("behaviors that may leave a gap")
    faults += ["loop without variant"] * function.unbounded()
    faults += judge_smoke(name, function, tests)
    return Verdict(len(function.clauses),
                   sum(count for count, _ in goals.values()),
                   sum(valid for _, valid in goals.values()),
                   sum(valid for _, valid in tests.values()), faults)


# ---- what is taken for granted ----

def assumptions(unit, run, recursive):
    return [*granted.assumed(run.printed),
            *granted.undefined(printed.definitions(run.printed), recursive),
            *granted.warnings(unit, run.log)]


def borrowed(proved, trusted):
    """Calls from proved functions to what nothing has proved."""
    return [f"{name} calls {callee}" for name in sorted(proved)
            for callee in sorted(proved[name].calls())
            if callee not in proved and callee not in trusted]


def circular(proved):
    """Functions whose own contract their proof would rest on."""
    calls = {name: {c for c in proved[name].calls() if c in proved}
             for name in proved}
    while True:
        leaves = {name for name in calls if not calls[name]}
        if not leaves:
            break
        calls = {name: callees - leaves for name, callees in calls.items()
                 if name not in leaves}
    return [f"{name} calls itself" for name in sorted(calls)
            if reaches(calls, name)]


def reaches(calls, start):
    seen, todo = set(), list(calls[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += calls[name]
    return start in seen


def stubs(runs, proved, trusted):
    """Contracts of functions that are not proved to keep it, and contracts
    that callers read differently from the one that was proved."""
    found = set()
    for unit, run in runs.items():
        for name, function in run.functions.items():
            if not function.contract or name in trusted:
                continue
            if name not in proved and not function.body:
                found.add(f"{name}: a contract without a body")
            elif name in proved and \
                    function.contract != proved[name].contract:
                found.add(f"{name}: {unit} reads another contract")
    return sorted(found)


# ---- what is overlooked ----

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


def unseen(root):
    """Files that are not in one unit, functions that their unit overlooks or
    that two units have."""
    source = root / "src"
    files = sorted((source / "core").glob("*.[ch]")) + [
        source / ".." / "include" / "buddy.h"]
    found = []
    for path in files:
        owners = [name for name, unit in units.UNITS.items()
                  if str(path.relative_to(source)) in unit.sources]
        if len(owners) != 1:
            found.append(f"{path.name} is in {len(owners)} units")
            continue
        known = units.functions(root, units.UNITS[owners[0]])
        found += [f"{path.name}: {name}" for name in defined(path.read_text())
                  if name not in known]
    names = [name for unit in units.UNITS.values()
             for name in units.functions(root, unit)]
    return found + [f"{name} is defined twice" for name in sorted(set(names))
                    if names.count(name) > 1]


# ---- the judgement ----

class Gate:
    def __init__(self):
        self.failed = False

    def check(self, name, faults):
        print(f"not ok {name}" if faults else f"ok {name}")
        for fault in faults:
            print(f"#   {fault}")
        self.failed |= bool(faults)


def judge_unit(gate, unit, names, run, ledger, recursive):
    """Prints a row a function. Without a ledger any number of goals will
    do."""
    spent = seconds(run.log, names)
    verdicts = {}
    for name in names:
        verdict = verdicts[name] = judge_function(name, run)
        faults = list(verdict.faults)
        if ledger is not None and verdict.goals != ledger.get(name):
            faults.append(f"{verdict.goals} goals, the ledger has "
                          f"{ledger.get(name)}")
        gate.check(f"{name:28} {verdict.clauses:8} {verdict.goals:6} "
                   f"{verdict.proved:7} {verdict.smoke:6} "
                   f"{spent[name]:7.1f} s", faults)
    gate.check(f"{unit} assumes nothing", assumptions(unit, run, recursive))
    if ledger is not None:
        gate.check(f"{unit} still has what the ledger has",
                   sorted(set(ledger) - set(names)))
    return verdicts


def judge(root, out, chosen, ledger):
    """Prints the table and, when every unit is there, judges the whole; what
    each function of each unit has earned."""
    gate, runs, rows = Gate(), {}, {}
    recursive = units.listed(root / "tests" / "proof" / "recursive")
    print(f"# {'function':28} {'clauses':>9} {'goals':>6} {'proved':>7} "
          f"{'smoke':>6} {'time':>9}")
    for unit in chosen:
        runs[unit] = read_run(out, unit)
        names = units.to_prove(root, units.UNITS[unit])
        expected = None if ledger is None else ledger.get(unit, {})
        rows[unit] = judge_unit(gate, unit, names, runs[unit], expected,
                                recursive)
    if runs.keys() == units.UNITS.keys():
        judge_whole(gate, root, runs, rows, recursive)
        gate.check("the ledger has no other unit",
                   sorted(set(ledger or {}) - set(units.UNITS)))
    return gate.failed, rows


def judge_whole(gate, root, runs, rows, recursive):
    proved = {name: run.functions[name] for unit, run in runs.items()
              for name in rows[unit] if name in run.functions}
    trusted = units.trusted(root)
    gate.check("every function of the core is in a unit", unseen(root))
    definitions = {unit: printed.definitions(run.printed)
                   for unit, run in runs.items()}
    gate.check("a definition is the same in every unit",
               granted.redefined(definitions))
    gate.check("what is listed as recursive is", granted.unused(
        recursive, {n: d for known in definitions.values()
                    for n, d in known.items()}))
    gate.check("the compiler sees what the prover sees", [
        f"{path.name}: {word}"
        for path in [*sorted((root / "src" / "core").glob("*.[ch]")),
                     root / "include" / "buddy.h"]
        for word in sorted(granted.two_faced(path.read_text()))])
    gate.check("no contract is a stub", stubs(runs, proved, trusted))
    gate.check("proved functions call proved functions only",
               borrowed(proved, trusted))
    gate.check("no proof goes in a circle", circular(proved))
    everything = {name for unit in units.UNITS.values()
                  for name in units.functions(root, unit)}
    gate.check("what is trusted exists and has a reason",
               sorted(name for name, why in units.trusted(root).items()
                      if not why or name not in everything))


def summary(root, rows, seconds):
    verdicts = [verdict for unit in rows.values() for verdict in unit.values()]
    goals, proved, smoke = (sum(getattr(v, field) for v in verdicts)
                            for field in ("goals", "proved", "smoke"))
    return (f"# {len(verdicts)} functions, {proved} of {goals} goals proved, "
            f"{smoke} smoke tests passed, "
            f"nothing assumed but {' and '.join(units.trusted(root))}; "
            f"{seconds / 60:.0f} min")


# ---- faults planted on purpose ----

NAMED = re.compile(r"^ *(?:(?:axiomatic|lemma|inductive|type|union) (\w+)"
                   r"|(?:\w+ )+(\w+)(?: : \d+;|\(.*?\)[;\s{]))",
                   re.MULTILINE | re.DOTALL)


def announced(text):
    """(name, fault): what stands above each function, definition or field of
    the planted file."""
    for fault in re.finditer(r"/\* FAULT (.*?) \*/$", text, re.MULTILINE):
        yield next(n for n in NAMED.search(text, fault.end()).groups() if n), \
            fault[1]


def judge_planted(root, out):
    """Each fault that is announced is found, and none where none is."""
    folder = root / "tests" / "proof" / "planted"
    run = read_run(out, "planted")
    bodies = {n: f for n, f in run.functions.items() if f.body}
    recursive = units.listed(folder / "recursive")
    definitions = printed.definitions(run.printed)
    faults = [f"{name}: {fault}" for name in bodies
              for fault in judge_function(name, run).faults]
    faults += [*borrowed(bodies, {}), *circular(bodies),
               *stubs({"planted": run}, bodies, {}),
               *assumptions("planted", run, recursive),
               *granted.unused(recursive, definitions)]
    gate = Gate()
    for name, fault in announced((folder / "planted.c").read_text()):
        found = [re.sub(rf"\b{name}\b", "", f) for f in faults
                 if re.search(rf"\b{name}\b", f)]
        is_right = any(fault in f for f in found) if fault != "none" \
            else name in {**bodies, **definitions} and not found
        gate.check(f"planted: {name}: {fault}",
                   [] if is_right else ["not found; but", *found])
    other = printed.definitions(run.printed.replace("Falls(n - 1)", "n"))
    gate.check("planted: another definition of Falls", [] if granted.redefined(
        {"planted": definitions, "other": other}) else ["not found"])
    opening, _, text = (folder / "two_faced.c").read_text().partition("*/")
    words = re.search(r"FAULTS ([^.]*)", opening)[1].replace("*", " ").split()
    gate.check("planted: two faces",
               sorted(set(words) ^ granted.two_faced(text)))
    return gate


def main():
    command, root, out = sys.argv[1], *map(pathlib.Path, sys.argv[2:4])
    if command == "planted":
        return 1 if judge_planted(root, out).failed else 0
    path = root / "tests" / "proof" / "goals.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    failed, rows = judge(root, out, sys.argv[5:] or [*units.UNITS],
                         None if command == "update" else known)
    if command == "update" and not failed:
        known.update({unit: {name: verdict.goals
                             for name, verdict in names.items()}
                      for unit, names in rows.items()})
        kept = {unit: known[unit] for unit in units.UNITS if unit in known}
        path.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    print(summary(root, rows, int(sys.argv[4])))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
