#!/usr/bin/env python3
"""Changes proved functions one small step at a time and lets the prover judge
each function alone: a proof that passes over a mistake proves too little.

    mutants.py list ROOT              the mutants, a line each
    mutants.py run ROOT OUT NAME…     these
    mutants.py sample ROOT OUT SEED   six of them, chosen by the seed
    mutants.py all ROOT OUT           all whose verdict in tests/mutants/score
                                      may have changed; rewrites it

A mutant is named FUNCTION.OPERATOR.N, or after its file in bugs/: a mistake
that other allocators have made, as a patch whose first line says which
function it breaks. It is killed by the first goal that no prover proves in
the steps in which they prove every goal of the original. What the prover
accepts survives; the file `survivors` says of which mutants that is right, and
why. A verdict stands as long as the function, the contracts of what it calls
and the predicates stand.
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
MOST = [*units.PROOF, *units.PATIENCE]

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

# Of the further operators, see further_edits.
COMPOUNDS = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "%=": "/=",
             "<<=": ">>=", ">>=": "<<=", "&=": "|=", "|=": "&="}
COMPOUND = re.compile(r"(?<= )(?:[-+*/%&|]|<<|>>)=(?= )")
UNARY = re.compile(r"(?<![\w)])[!~](?=[\w(])")
LOOP = re.compile(r"\bfor \([^;]*; ([^;]*);")
RETURNED = re.compile(r"\breturn ([^;?]*(?:&&|\|\|)[^;?]*);")
# Backwards, what a condition before a `?` begins after.
BEGINS = re.compile(r"(?:\breturn|[=,?:(])\s*$")
EQUALITY = re.compile(r"[^<>=!&|]*[=!]=[^<>=!&|]*")
SYMBOL = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
ENUM = re.compile(r"^enum \w* ?\{(.*?)^\}", re.MULTILINE | re.DOTALL)
# Answers that are macros, and what each is taken for.
ANSWERS = {"BUD_TREE_NONE": "BUD_TREE_OK", "BUD_CLASS_NONE": "BUD_CLASS_COUNT",
           "BUD_CHECK_SHAPE": "BUD_CHECK_OK"}


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


def opening(code, at):
    """Where the condition starts that ends at `at`, before a `?`."""
    code = re.sub(r"[=!<>]=", "~~", code)
    depth = 0
    while depth > 0 or not BEGINS.search(code, 0, at):
        at -= 1
        depth += (code[at] == ")") - (code[at] == "(")
    return at


def choices(code):
    """(start, end) of the conditions that are in no `if` or `while`, but for
    those that `relational` negates."""
    spans = [match.span(1) for pattern in (LOOP, RETURNED)
             for match in pattern.finditer(code)]
    spans += [(opening(code, match.start()), match.start())
              for match in re.finditer(r"\s*\?", code)]
    return [(start, end) for start, end in spans
            if not EQUALITY.fullmatch(code[start:end])]


def siblings(root):
    """Each answer, and the one that it is mistaken for: the next of its enum,
    after the last one the first."""
    found = dict(ANSWERS)
    headers = [*(root / "src/core").glob("*.h"), root / "include/buddy.h"]
    for header in headers:
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL)
        for enum in ENUM.findall(text):
            names = SYMBOL.findall(enum)
            found.update(zip(names, names[1:] + names[:1]))
    return found


def further_edits(code, others):
    """Like edits, with counts of their own: to add one renames no other."""
    for match in COMPOUND.finditer(code):
        yield "compound", *match.span(), COMPOUNDS[match.group()]
    for match in UNARY.finditer(code):
        yield "unary", *match.span(), ""
    for start, end in choices(code):
        yield "choice", start, end, f"!({code[start:end]})"
    for match in SYMBOL.finditer(code):
        name = match.group()
        yield "symbol", *match.span(), others.get(name, f"({name} - 1u)")


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
        # Any compiler warns of a function without its last return.
        is_last = match.group(1).startswith("return") and \
            not code[match.end():].strip()
        if not DECLARATION.match(match.group(1)) and not is_last:
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
    others = siblings(root)
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
                for operator, first, last, new in [
                        *edits(code), *further_edits(code, others)]:
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
                        f" -> {' '.join(new.split())}")


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
# Of what constants alone make wrong there is no goal, and the rest follows.
CERTAIN = "guaranteed RTE:"
GOAL = re.compile(r"\[wp\] \[[^]]*\] Goal typed_(?:cast_)?(\w+)(?: : (\w+))?")
PROVED = re.compile(r"\[wp\] Proved goals: +(\d+) / (\d+)")


def read(lines, passes):
    """The verdict that the prover's output comes to. What is not proved in the
    last pass is not proved."""
    number = count = 0
    is_proved = False
    for line in lines:
        number += line.startswith(PASS)
        if line.strip() == CERTAIN:
            return "killed", "guaranteed RTE"
        goal, total = GOAL.match(line), PROVED.match(line)
        if goal and goal.group(2) != "Valid" and number == passes:
            return "killed", goal.group(1)
        if total:
            count = count or int(total.group(2))
            is_proved = total.group(1) == total.group(2)
        last = line.strip()
    return ("proved", f"{count} goals") if is_proved else ("invalid", last)


LABEL = re.compile(r"_([A-Z][A-Za-z0-9]*)(?=_|$)")
CHECKED = re.compile(r"_assert_(?:rte_)?([a-z_]+?)(?:_\d+)?$")
KIND = re.compile(r"_(requires|ensures|assigns|variant|invariant)(?=_|$)")

# What decides, and how the score names it.
DECIDED = [
    ("undefined behaviour", re.compile(r"_assert_rte_|guaranteed RTE")),
    ("assertions", re.compile(r"_assert_")),
    ("loop invariants and variants", re.compile(r"_loop_")),
    ("preconditions of what it calls", re.compile(r"_call_.*_requires")),
    ("its own contract", re.compile(r"")),
]


def part_of(goal):
    """What selects a goal and few others: its label, what is checked, or the
    kind of clause."""
    labels, checked = LABEL.findall(goal), CHECKED.search(goal)
    if labels:
        return labels[-1]
    if checked:
        return checked.group(1)
    return "@" + (KIND.findall(goal) or ["check"])[-1]


# ---- what a verdict depends on ----

FUNCTION = re.compile(
    r"(?P<head>(?:/\*@(?:(?!\*/).)*\*/\s*)?"
    r"^(?:static |inline |const |struct |enum )*\w+ \*?(?P<name>\w+)"
    r"\([^;{}]*\))\s*(?:;|\{.*?^\})", re.MULTILINE | re.DOTALL)
GHOST = re.compile(
    r"(?P<head>/\*@ ghost\n(?:(?!\*/).)*?^  \w+ (?P<name>\w+)\([^;{}]*\)) \{"
    r".*?\*/", re.MULTILINE | re.DOTALL)


def words(text):
    """The text without what is for readers only."""
    code = re.sub(r"/\*(?!@).*?\*/|//(?!@)[^\n]*", " ", text, flags=re.DOTALL)
    return " ".join(code.split())


class Line(typing.NamedTuple):
    """A line of the file score."""
    name: str
    verdict: str
    key: str  # of what the verdict depends on
    detail: str


def read_score(root):
    lines = (root / "tests/mutants/score").read_text().splitlines()
    return [Line(*line.split(maxsplit=3)) for line in lines
            if not line.startswith("#")]


class Surroundings:
    """What the proof of a function of a unit depends on: what is outside of
    functions, the function, and the contracts of those that it names."""

    def __init__(self, root, unit):
        whole = subprocess.run(
            ["cc", "-E", "-C", "-P", *units.INCLUDED, unit.file], cwd=root,
            stdout=subprocess.PIPE, text=True, check=True).stdout
        self.whole, self.heads = {}, {}
        for pattern in (FUNCTION, GHOST):
            for match in pattern.finditer(whole):
                for texts, text in ((self.whole, match.group()),
                                    (self.heads, match.group("head"))):
                    name = match.group("name")
                    texts[name] = texts.get(name, "") + words(text)
            whole = pattern.sub(" ", whole)
        self.rest = words(whole)

    def of(self, function):
        own = self.whole[function]
        named = sorted(set(re.findall(r"\w+", own)) & set(self.heads))
        return " ".join([self.rest, own, *(self.heads[n] for n in named)])


class Judge:
    """Judges mutants, none of them twice. Several threads may ask at a time."""

    def __init__(self, root, out, score):
        self.root, self.end = root, time.monotonic() + 60 * MINUTES
        self.verdicts = out / "verdicts.json"
        self.goals = out / "goals"
        self.goals.mkdir(exist_ok=True)
        self.known = {line.key: (line.verdict, line.detail) for line in score}
        if self.verdicts.exists():
            self.known.update(json.loads(self.verdicts.read_text()))
        self.lock = threading.Lock()
        self.surroundings = {unit.file: Surroundings(root, unit)
                             for unit in units.UNITS.values()}
        self.originals = {}

    def key(self, mutant, passes=MOST):
        """The same as long as nothing that the verdict depends on changes."""
        around = self.surroundings[mutant.unit.file].of(mutant.function)
        changed = "" if mutant.text is None else \
            words(body(mutant.function, mutant.text))
        text = f"{mutant.unit.options} {passes} {around} {changed}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def tree(self, folder, mutant):
        shutil.copytree(self.root / "src/core", folder / "src/core")
        shutil.copytree(self.root / "include", folder / "include")
        (folder / "tests/proof").mkdir(parents=True)
        for path in (self.root / "tests/proof").glob("*.[ch]"):
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
        for count in range(len(units.PROOF), len(MOST) + 1):
            passes = MOST[:count]
            key = self.key(original, passes)
            if key not in self.known:
                if self.is_late():
                    return "late"
                self.note(key, self.judge(original, passes))
            if self.known[key][0] == "proved":
                return passes
        return None

    def is_late(self):
        return time.monotonic() > self.end

    def note(self, key, verdict):
        with self.lock:
            self.known[key] = verdict
            self.verdicts.write_text(json.dumps(self.known))

    def verdict(self, mutant):
        """(verdict, detail): proved, killed or invalid. The verdict is none
        when there is none, for a reason or, without, for lack of time."""
        key = self.key(mutant)
        if key not in self.known:
            passes = self.passes(mutant)
            if passes is None:
                return None, "the function is not proved as it stands"
            if passes == "late" or self.is_late():
                return None, ""
            self.note(key, self.judge(mutant, passes))
        return self.known[key]

    def judge(self, mutant, passes):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            self.tree(folder, mutant)
            return self.judge_in(folder, mutant, passes)

    def judge_in(self, folder, mutant, passes):
        compiled = subprocess.run(
            ["cc", "-std=c11", "-w", "-fsyntax-only", *units.INCLUDED,
             mutant.unit.file], cwd=folder, capture_output=True, text=True)
        if compiled.returncode != 0:
            return "invalid", compiled.stderr.split("\n")[0]
        # The cache does not tell Z3's `unknown` in few steps from that in
        # many, and so serves the first pass alone.
        first = [*passes[0], "-wp-cache", "update",
                 "-wp-cache-dir", str(self.goals)]
        verdict, goal = self.prove(folder, mutant, [first])
        if verdict != "killed":
            return verdict, goal
        # What the first pass leaves is tried alone in the others: where it is
        # left for good, nothing else needs to be tried.
        part = ["-wp-prop", part_of(goal)]
        alone = self.prove(folder, mutant, [[*some, *part] for some in passes])
        if alone[0] == "killed":
            return alone
        return self.prove(folder, mutant, passes)

    def prove(self, folder, mutant, passes):
        # frama-c finds files by what the shell says of where it is.
        prover = subprocess.Popen(
            units.command(mutant.unit, [mutant.function], passes,
                          "report.json", "printed.c"),
            cwd=folder, env={**os.environ, "PWD": str(folder)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True)
        verdict = read(prover.stdout, len(passes))
        if verdict[0] == "killed":
            os.killpg(prover.pid, 15)
        prover.communicate()
        return verdict


failed = []


def case(is_good, text):
    print(f"{'ok' if is_good else 'not ok'} {text}", flush=True)
    if not is_good:
        failed.append(text)


def run(root, out, chosen, score=()):
    """Prints a case a mutant; the results, name -> Line. What the score says
    of the same text counts."""
    judge, results = Judge(root, out, score), {}
    excused = units.listed(root / "tests/mutants/survivors")

    # As in ../proof/suite.
    threads = os.cpu_count() * 3 // 2
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        for mutant, (verdict, detail) in zip(
                chosen, pool.map(judge.verdict, chosen)):
            if verdict is None:
                if detail:
                    case(False, f"{mutant.name}: {detail}")
                continue
            results[mutant.name] = Line(mutant.name, verdict,
                                        judge.key(mutant), detail)
            is_good = verdict != "proved" or mutant.name in excused
            case(is_good, f"{mutant.name}: {verdict}, {detail}")
            print(f"#   {mutant.what}", flush=True)
    print(f"# {len(results)} of {len(chosen)} run")
    return results


def write_score(root, everything, results):
    valid = [line for line in results.values() if line.verdict != "invalid"]
    survive = sum(line.verdict == "proved" for line in valid)
    lines = [
        "# Written by tests/mutants/suite --all: each mutant, what became of",
        "# it, what that depends on in short, and the goal that decided.",
        f"# {len(everything)} mutants, {len(results)} run, "
        f"{len(results) - len(valid)} do not compile.",
        f"# Of {len(valid)}: {len(valid) - survive} killed, "
        f"{survive} survive.",
    ]
    decided = [next(name for name, goal in DECIDED if goal.search(line.detail))
               for line in valid if line.verdict == "killed"]
    lines += [f"#   {decided.count(name):5} by {name}" for name, _ in DECIDED]
    lines += [f"{line.name:44} {line.verdict:8} {line.key} {line.detail}"
              for line in sorted(results.values())]
    (root / "tests/mutants/score").write_text("\n".join(lines) + "\n")
    print("\n".join(line for line in lines[2:] if line.startswith("#")))


def main():
    command, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    everything = all_mutants(root)
    if command == "list":
        for mutant in everything:
            print(f"{mutant.name:44} {mutant.what}")
        return 0
    out = pathlib.Path(sys.argv[3])
    names = {mutant.name for mutant in everything}
    if command == "all":
        results = run(root, out, everything, read_score(root))
        write_score(root, everything, results)
        excused = units.listed(root / "tests/mutants/survivors")
        wrong = [n for n in excused if n in results and
                 results[n].verdict != "proved" or n not in names]
        case(not wrong, "the survivors are as listed")
        for name in wrong:
            print(f"#   {name} does not survive")
    elif command == "sample":
        known = {line.name for line in read_score(root)
                 if line.verdict == "killed"}
        chosen = random.Random(sys.argv[4]).sample(
            [m for m in everything if m.name in known], SAMPLE)
        results = run(root, out, chosen)
    else:
        wanted = set(sys.argv[4:])
        results = run(root, out, [m for m in everything if m.name in wanted])
        for name in sorted(wanted - names):
            case(False, f"{name}: no such mutant")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
