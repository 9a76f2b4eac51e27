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
the time in which they prove every goal of the original several times over.
What the prover accepts survives; the file `survivors` says of which mutants
that is right, and why.
"""
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
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proof"))
import gate  # noqa: E402

SECONDS = int(os.environ.get("MUTANT_SECONDS", "10"))  # a goal and a prover
MINUTES = float(os.environ.get("MUTANT_MINUTES", "inf"))  # for all of them
PROVERS = 2
SAMPLE = 6

INCLUDED = ["-Isrc", "-Iinclude"]
EXACT = ["-warn-unsigned-overflow", "-warn-unsigned-downcast"]

# What the prover is given, and how, for each unit of the gate.
PROVED = {
    "tree": ("src/core/tree.c", ["-warn-unsigned-overflow"]),
    "run": ("src/core/tree_run.c", ["-warn-unsigned-overflow"]),
    "slab": ("tests/proof/slab.c", []),
    "units": ("tests/proof/units.c", EXACT),
    "check": ("src/core/check.c", EXACT),
    "heap": ("src/core/heap.c", [*EXACT, "-wp-model", "Typed+Cast"]),
    "size_class": ("src/core/size_class.c", EXACT),
    "headroom": ("src/core/headroom.c", EXACT),
}

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
DECLARATION = re.compile(r"(const |static |struct |uint\d+_t |for )")
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


class Mutant:
    def __init__(self, name, unit, function, path, text, what):
        self.name, self.unit, self.function = name, unit, function
        self.path, self.text, self.what = path, text, what


def generated(root):
    for unit in PROVED:
        wanted = gate.to_prove(root, unit)
        for file in gate.UNITS[unit]:
            path = root / "src" / file
            text = path.read_text()
            for match in gate.C_FUNCTION.finditer(text):
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


def bugs(root):
    for patch in sorted((root / "tests/mutants/bugs").glob("*.patch")):
        first = patch.read_text().split("\n", 1)[0]
        function = re.match(r"(\w+): ", first).group(1)
        unit = next(u for u in PROVED if function in gate.to_prove(root, u))
        path = re.search(r"^--- a/(\S+)", patch.read_text(), re.M).group(1)
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            subprocess.run(["patch", "-s", "-F3", "-o", out, root / path,
                            patch], check=True)
            text = out.read_text()
        yield Mutant(patch.stem, unit, function, path, text,
                     first.partition(": ")[2])


def all_mutants(root):
    """In an order that does not prefer a function, so that those which a run
    has had time for say something about the rest."""
    mixed = list(generated(root))
    random.Random(0).shuffle(mixed)
    return [*bugs(root), *mixed]


# ---- judging ----

GOAL = re.compile(r"\[wp\] \[([^]]*)\] Goal typed_(\w+)(?: : (\w+))?")


def key_of(function, whole):
    """The same for texts that differ in comments and blanks only."""
    code = re.sub(r"/\*(?!@).*?\*/|//(?!@)[^\n]*", " ", whole, flags=re.DOTALL)
    words = f"{function} {SECONDS} {' '.join(code.split())}"
    return hashlib.sha256(words.encode()).hexdigest()


class Judge:
    def __init__(self, root, out):
        self.root, self.end = root, time.monotonic() + 60 * MINUTES
        self.cache = out / "verdicts.json"
        self.known = json.loads(self.cache.read_text()) \
            if self.cache.exists() else {}

    def tree(self, folder, mutant):
        shutil.copytree(self.root / "src/core", folder / "src/core")
        shutil.copytree(self.root / "include", folder / "include")
        (folder / "tests/proof").mkdir(parents=True)
        for path in (self.root / "tests/proof").glob("*.c"):
            shutil.copy(path, folder / "tests/proof")
        if mutant.text is not None:
            (folder / mutant.path).write_text(mutant.text)

    def verdict(self, mutant):
        """(verdict, detail): proved, killed, unproved or invalid; none when
        there is no time left. The same text, headers included, is not judged
        twice."""
        source, _ = PROVED[mutant.unit]
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            self.tree(folder, mutant)
            whole = subprocess.run(
                ["cc", "-E", "-C", "-P", *INCLUDED, source], cwd=folder,
                stdout=subprocess.PIPE, text=True, check=True).stdout
            key = key_of(mutant.function, whole)
            if key not in self.known and time.monotonic() > self.end:
                return None, ""
            if key not in self.known:
                self.known[key] = self.judge(folder, mutant)
                self.cache.write_text(json.dumps(self.known))
            return self.known[key]

    def judge(self, folder, mutant):
        source, options = PROVED[mutant.unit]
        compiled = subprocess.run(
            ["cc", "-std=c11", "-w", "-fsyntax-only", *INCLUDED, source],
            cwd=folder, capture_output=True, text=True)
        if compiled.returncode != 0:
            return "invalid", compiled.stderr.split("\n")[0]
        # frama-c finds files by what the shell says of where it is.
        prover = subprocess.Popen(
            ["frama-c", "-c11", "-machdep", "x86_64",
             "-cpp-extra-args=" + " ".join(INCLUDED),
             "-kernel-warn-key",
             "typing:implicit-function-declaration=inactive",
             "-kernel-warn-key", "annot:missing-spec=inactive",
             "-wp", "-wp-rte", *options, "-wp-prover", "z3,cvc4",
             "-wp-timeout", str(SECONDS), "-wp-par", "2", "-wp-fct",
             mutant.function, source],
            cwd=folder, env={**os.environ, "PWD": str(folder)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True)
        verdict = self.read(prover.stdout)
        if verdict[0] in ("killed", "unproved"):
            os.killpg(prover.pid, 15)
        prover.wait()
        return verdict

    @staticmethod
    def read(lines):
        """The first goal that is not proved decides; below it stands what
        became of each prover."""
        last = goal = ""
        said = []
        for line in lines:
            if goal and line.startswith("  "):
                said.append(line)
            if goal and (len(said) == PROVERS or not line.startswith("  ")):
                gave_up = all(": Unknown" in prover for prover in said)
                return "killed" if gave_up else "unproved", goal
            match = GOAL.match(line)
            if match and match.group(3) != "Valid":
                goal = match.group(2)
            done = re.match(r"\[wp\] Proved goals: +(\d+) / (\d+)", line)
            if done and done.group(1) == done.group(2):
                return "proved", f"{done.group(1)} goals"
            last = line.strip() or last
        return "invalid", last


def original(mutant):
    return Mutant(mutant.function, mutant.unit, mutant.function, mutant.path,
                  None, "")


def run(root, out, chosen):
    """Prints a case a mutant; the results, name -> (mutant, verdict, goal)."""
    judge, results = Judge(root, out), {}
    excused = gate.listed(root / "tests/mutants/survivors")
    for mutant in chosen:
        verdict, detail = judge.verdict(original(mutant))
        if verdict not in ("proved", None):
            print(f"not ok {mutant.function} is proved as it stands: {detail}")
            continue
        if verdict:
            verdict, detail = judge.verdict(mutant)
        if not verdict:
            continue
        results[mutant.name] = (mutant, verdict, detail)
        is_good = verdict in ("killed", "unproved", "invalid") or \
            excused.get(mutant.name)
        print(f"{'ok' if is_good else 'not ok'} {mutant.name}: {verdict}, "
              f"{detail}")
        print(f"#   {mutant.what}", flush=True)
    print(f"# {len(results)} of {len(chosen)} run")
    return results


def write_score(root, everything, results):
    valid = {n: r for n, r in results.items() if r[1] != "invalid"}
    count = {kind: sum(r[1] == kind for r in valid.values())
             for kind in ("killed", "unproved", "proved")}
    score = root / "tests/mutants/score"
    lines = [
        "# Written by tests/mutants/suite --all: each mutant, what became of",
        "# it, and the goal that decided. `unproved` is killed as well: no",
        "# prover came to an end in time where the original is proved.",
        f"# {len(everything)} mutants, {len(results)} run, "
        f"{len(results) - len(valid)} do not compile.",
        f"# Of {len(valid)}: {count['killed'] + count['unproved']} killed "
        f"({count['unproved']} of them unproved), "
        f"{count['proved']} survive.",
    ]
    lines += [f"{name:44} {verdict:9} {detail}"
              for name, (_, verdict, detail) in sorted(results.items())]
    score.write_text("\n".join(lines) + "\n")
    print("\n".join(lines[3:5]))


def killed(root):
    """What the last full run has killed, and so must still be killed."""
    lines = (root / "tests/mutants/score").read_text().splitlines()
    return {line.split()[0] for line in lines
            if line.split()[1] in ("killed", "unproved")}


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
        excused = gate.listed(root / "tests/mutants/survivors")
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
