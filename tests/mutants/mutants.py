#!/usr/bin/env python3
"""Changes proved functions one small step at a time and lets the prover judge
each function alone: a proof that passes over a mistake proves too little.

    mutants.py list ROOT              the mutants, a line each
    mutants.py run ROOT OUT NAME…     these
    mutants.py sample ROOT OUT SEED   six of them, chosen by the seed
    mutants.py all ROOT OUT           all; rewrites tests/mutants/score

A mutant is named FUNCTION.OPERATOR.N, or after its file in bugs/: a mistake
that other allocators have made, as a patch whose first line says which
function it breaks. It is killed by the first goal that no prover proves in
the steps in which they prove every goal of the original. What the prover
accepts survives; the file `survivors` says of which mutants that is right, and
why. Goals that a mutant has in common with the original are proved once.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proof"))
import units  # noqa: E402

MINUTES = float(os.environ.get("MUTANT_MINUTES", "inf"))  # for all of them
SAMPLE = 6

# ---- operators: (name, pattern, what the match becomes) ----

SWAPS = {
    "relational": {"<=": "<", "<": "<=", ">=": ">", ">": ">=",
                   "==": "!=", "!=": "=="},
    "arithmetic": {"+": "-", "-": "+", "*": "+", "/": "*", "%": "/",
                   "<<": ">>", ">>": "<<", "&": "|", "|": "&"},
    "logical": {"&&": "||", "||": "&&"},
}
LITERAL = re.compile(r"(?<![\w.])(\d+)(u?)\b")
CHILD = re.compile(r"\b2u \* (\w+(?:\.\w+)?)( \+ 1u)?(?![\w.])")
CONDITION = re.compile(r"\b(?:if|while) \(")
STATEMENT = re.compile(r"(?<=[;{}])\s*([^;{}]+;)")
# A parameter that only ghost code reads is named in a statement of its own.
DECLARATION = re.compile(
    r"(const |static |struct |uint\d+_t |for |\(void\)\w+;)")
SAID = re.compile(r"/\*.*?\*/|//[^\n]*|\bBUD_REQUIRE\w*\([^;]*;", re.DOTALL)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def closing(code, at):
    """Past the parenthesis that closes the one at `at`."""
    depth = 0
    while True:
        depth += (code[at] == "(") - (code[at] == ")")
        at += 1
        if depth == 0:
            return at


def edits(code):
    """(operator, start, end, text in its place) of a body without comments."""
    for name, swap in SWAPS.items():
        for match in re.finditer(r"(?<= )([<>=!&|+*/%-]{1,2})(?= )", code):
            if match.group() in swap:
                yield name, *match.span(), swap[match.group()]
    for match in re.finditer(r"\+\+|--", code):
        yield "step", *match.span(), "--" if match.group() == "++" else "++"
    for match in LITERAL.finditer(code):
        number, suffix = int(match.group(1)), match.group(2)
        for other in (number - 1, number + 1):
            if other >= 0:
                yield "constant", *match.span(), f"{other}{suffix}"
    for match in CONDITION.finditer(code):
        end = closing(code, match.end() - 1)
        inside = code[match.end() - 1:end]
        yield "negation", match.end() - 1, end, f"(!{inside})"
    for match in STATEMENT.finditer(code):
        if not DECLARATION.match(match.group(1)):
            yield "deletion", *match.span(1), ";"
    for match in CHILD.finditer(code):
        yield "child", *match.span(), \
            f"2u * {match.group(1)}" + ("" if match.group(2) else " + 1u")


class Mutant(typing.NamedTuple):
    name: str
    unit: units.Unit
    function: str
    path: str  # of the file that it changes
    text: str  # the changed file; none is the original
    what: str


def generated(root):
    for unit in units.UNITS.values():
        wanted = units.to_prove(root, unit)
        for file in unit.sources:
            if file.startswith("../tests/"):  # does not ship
                continue
            path = root / "src" / file
            text = path.read_text()
            for match in units.C_FUNCTION.finditer(text):
                function = match.group(1)
                if function not in wanted:
                    continue
                start = match.start(2)
                code = "{" + SAID.sub(blank, match.group(2))
                counts, seen = {}, set()
                for operator, first, last, new in edits(code):
                    counts[operator] = counts.get(operator, 0) + 1
                    first, last = first - 1 + start, last - 1 + start
                    changed = text[:first] + new + text[last:]
                    if changed in seen:
                        continue
                    seen.add(changed)
                    line = text.count("\n", 0, first) + 1
                    yield Mutant(
                        f"{function}.{operator}.{counts[operator]}", unit,
                        function, f"src/{file}", changed,
                        f"{file}:{line}: {' '.join(text[first:last].split())}"
                        f" -> {new}")


def body(function, text):
    return dict(units.C_FUNCTION.findall(text))[function]


def bugs(root):
    for patch in sorted((root / "tests/mutants/bugs").glob("*.patch")):
        first = patch.read_text().split("\n", 1)[0]
        function = re.match(r"(\w+): ", first).group(1)
        unit = next(u for u in units.UNITS.values()
                    if function in units.to_prove(root, u))
        path = re.search(r"^--- a/(\S+)", patch.read_text(), re.M).group(1)
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            subprocess.run(["patch", "-s", "-F3", "-o", out, root / path,
                            patch], check=True)
            text = out.read_text()
        if body(function, text) == body(function, (root / path).read_text()):
            raise SystemExit(f"{patch.name} changes another function")
        yield Mutant(patch.stem, unit, function, path, text,
                     first.partition(": ")[2])


def all_mutants(root):
    """In an order that does not prefer a function, so that those which a run
    has had time for say something about the rest."""
    mixed = list(generated(root))
    random.Random(0).shuffle(mixed)
    return [*bugs(root), *mixed]


# ---- judging ----

PASS = "[wp] Running WP plugin..."
GOAL = re.compile(r"\[wp\] \[[^]]*\] Goal typed_(?:cast_)?(\w+)(?: : (\w+))?")
PROVED = re.compile(r"\[wp\] Proved goals: +(\d+) / (\d+)")


def read(lines, passes):
    """The verdict that the prover's output comes to. What is not proved in the
    last pass is not proved."""
    number = count = 0
    is_proved = False
    for line in lines:
        number += line.startswith(PASS)
        goal, total = GOAL.match(line), PROVED.match(line)
        if goal and goal.group(2) != "Valid" and number == passes:
            return "killed", goal.group(1)
        if total:
            count = count or int(total.group(2))
            is_proved = total.group(1) == total.group(2)
        last = line.strip()
    return ("proved", f"{count} goals") if is_proved else ("invalid", last)


def key_of(function, whole, passes):
    """The same for texts that differ in comments and blanks only."""
    code = re.sub(r"/\*(?!@).*?\*/|//(?!@)[^\n]*", " ", whole, flags=re.DOTALL)
    words = f"{function} {passes} {' '.join(code.split())}"
    return hashlib.sha256(words.encode()).hexdigest()


class Judge:
    """Judges texts of functions, none of them twice. Several threads may ask
    at a time."""

    def __init__(self, root, out):
        self.root, self.end = root, time.monotonic() + 60 * MINUTES
        self.verdicts = out / "verdicts.json"
        self.goals = out / "goals"
        self.goals.mkdir(exist_ok=True)
        self.known = json.loads(self.verdicts.read_text()) \
            if self.verdicts.exists() else {}
        self.lock = threading.Lock()
        self.originals = {}

    def tree(self, folder, mutant):
        shutil.copytree(self.root / "src/core", folder / "src/core")
        shutil.copytree(self.root / "include", folder / "include")
        (folder / "tests/proof").mkdir(parents=True)
        for path in (self.root / "tests/proof").glob("*.c"):
            shutil.copy(path, folder / "tests/proof")
        if mutant.text is not None:
            (folder / mutant.path).write_text(mutant.text)

    def passes(self, mutant):
        """The passes that the original of the function needs: "late" when there
        is no time left, none when even all of them leave a goal."""
        with self.lock:
            future = self.originals.get(mutant.function)
            is_mine = future is None
            if is_mine:
                future = concurrent.futures.Future()
                self.originals[mutant.function] = future
        if is_mine:
            future.set_result(self.passes_of(mutant._replace(text=None)))
        return future.result()

    def passes_of(self, original):
        for passes in (units.PROOF, [*units.PROOF, *units.PATIENCE]):
            verdict, _ = self.verdict(original, passes)
            if verdict is None:
                return "late"
            if verdict == "proved":
                return passes
        return None

    def verdict(self, mutant, passes):
        """(verdict, detail): proved, killed or invalid; none when there is no
        time left."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            self.tree(folder, mutant)
            whole = subprocess.run(
                ["cc", "-E", "-C", "-P", *units.INCLUDED, mutant.unit.file],
                cwd=folder, stdout=subprocess.PIPE, text=True,
                check=True).stdout
            key = key_of(mutant.function, whole, passes)
            if key not in self.known:
                if time.monotonic() > self.end:
                    return None, ""
                verdict = self.judge(folder, mutant, passes)
                with self.lock:
                    self.known[key] = verdict
                    self.verdicts.write_text(json.dumps(self.known))
            return self.known[key]

    def judge(self, folder, mutant, passes):
        compiled = subprocess.run(
            ["cc", "-std=c11", "-w", "-fsyntax-only", *units.INCLUDED,
             mutant.unit.file], cwd=folder, capture_output=True, text=True)
        if compiled.returncode != 0:
            return "invalid", compiled.stderr.split("\n")[0]
        # frama-c finds files by what the shell says of where it is.
        prover = subprocess.Popen(
            units.command(mutant.unit, [mutant.function], passes,
                          "report.json", "printed.c"),
            cwd=folder, env={**os.environ, "PWD": str(folder),
                             "FRAMAC_WP_CACHE": "update",
                             "FRAMAC_WP_CACHEDIR": str(self.goals)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True)
        verdict = read(prover.stdout, len(passes))
        if verdict[0] == "killed":
            os.killpg(prover.pid, 15)
        prover.communicate()
        return verdict


def run(root, out, chosen):
    """Prints a case a mutant; the results, name -> (mutant, verdict, goal)."""
    judge, results = Judge(root, out), {}
    excused = units.listed(root / "tests/mutants/survivors")

    def judged(mutant):
        passes = judge.passes(mutant)
        if passes == "late":
            return None, ""
        if passes is None:
            return None, "the function is not proved as it stands"
        return judge.verdict(mutant, passes)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutant, (verdict, detail) in zip(chosen, pool.map(judged, chosen)):
            if verdict is None:
                if detail:
                    print(f"not ok {mutant.name}: {detail}", flush=True)
                continue
            results[mutant.name] = (mutant, verdict, detail)
            is_good = verdict != "proved" or mutant.name in excused
            print(f"{'ok' if is_good else 'not ok'} {mutant.name}: {verdict}, "
                  f"{detail}")
            print(f"#   {mutant.what}", flush=True)
    print(f"# {len(results)} of {len(chosen)} run")
    return results


def write_score(root, everything, results):
    valid = {n: r for n, r in results.items() if r[1] != "invalid"}
    survive = sum(r[1] == "proved" for r in valid.values())
    score = root / "tests/mutants/score"
    lines = [
        "# Written by tests/mutants/suite --all: each mutant, what became of",
        "# it, and the goal that decided.",
        f"# {len(everything)} mutants, {len(results)} run, "
        f"{len(results) - len(valid)} do not compile.",
        f"# Of {len(valid)}: {len(valid) - survive} killed, "
        f"{survive} survive.",
    ]
    lines += [f"{name:44} {verdict:9} {detail}"
              for name, (_, verdict, detail) in sorted(results.items())]
    score.write_text("\n".join(lines) + "\n")
    print("\n".join(lines[2:4]))


def killed(root):
    """What the last full run has killed, and so must still be killed."""
    lines = (root / "tests/mutants/score").read_text().splitlines()
    return {line.split()[0] for line in lines
            if line.split()[1] == "killed"}


def main():
    command, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    everything = all_mutants(root)
    if command == "list":
        for mutant in everything:
            print(f"{mutant.name:44} {mutant.what}")
        return 0
    out = pathlib.Path(sys.argv[3])
    if command == "all":
        results = run(root, out, everything)
        write_score(root, everything, results)
        excused = units.listed(root / "tests/mutants/survivors")
        wrong = [n for n in excused if n in results and
                 results[n][1] != "proved" or n not in
                 [m.name for m in everything]]
        print("not ok" if wrong else "ok", "the survivors are as listed")
        for name in wrong:
            print(f"#   {name} does not survive")
    elif command == "sample":
        known = killed(root)
        chosen = random.Random(sys.argv[4]).sample(
            [m for m in everything if m.name in known], SAMPLE)
        results = run(root, out, chosen)
    else:
        names = sys.argv[4:]
        results = run(root, out, [m for m in everything if m.name in names])
    return 0 if results else 1


if __name__ == "__main__":
    sys.exit(main())
