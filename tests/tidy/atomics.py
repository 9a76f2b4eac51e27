"""The atomic operations of src and shim, and the table of them in
src/engine/README.md: what tests/tidy.py compares. Atomics have one spelling,
that of <stdatomic.h> with `_Atomic` before or after the type, so that none is
passed over.

An operation is known by its object (the last name in its first argument), its
file, its function, what it does and its memory orders, as the table writes
them: `compare_exchange_weak`, `release/acquire`. A section of the table begins
with a heading that names the object, and the pointers it goes by. A step of a
model is an `inline` or a `proctype`; a mutant is one that the suite kills.
"""
import collections
import os
import re

TABLE = "src/engine/README.md"
FOLDERS = ("src/core", "src/engine", "src/os", "shim")
MODELS = "tests/model"

Operation = collections.namedtuple("Operation", "line object where what order")
Row = collections.namedtuple("Row", "line objects where what order model why")

CALL = re.compile(r"\batomic_(\w+?)(_explicit)?\s*\(")
DECLARED = re.compile(r"\b(?:_Atomic\s+(?:\w+\s+)*|atomic_flag\s+)(\w+)\s*"
                      r"(?:\[[^]]*\]\s*)?[;=,]")
OTHER_SPELLING = re.compile(
    r"\b__(?:c11_)?atomic_\w+|\b__sync_\w+"
    r"|\batomic_(?:bool|[su]?char|u?short|u?int|u?l?long|\w+_t)\b"
    r"|\b_Atomic\s*\(|\btypedef\b[^;{]*\b(?:_Atomic|atomic_flag)\b")
IN_MACRO = re.compile(r"\b(?:_Atomic|atomic_\w+|memory_order\w*|__\w*atomic\w*|"
                      r"__sync_\w+)\b")
STEP = re.compile(r"^\s*(?:inline|proctype)\s+(\w+)", re.M)
MUTANT = re.compile(r"^\s*#\s*(?:el)?if.*$", re.M)
KILLED = re.compile(r"^kills \w+ (\w+)", re.M)
ROW = re.compile(r"\| `([\w/]+\.[ch])` (`\w+`(?:, `\w+`)*) \| (\w+) \| "
                 r"([\w/]+) \| (.*?) \| (.*?) \|$")


def arguments(code, start):
    """The arguments of the call whose parenthesis opens before `start`, and
    the place of the one that closes."""
    depth, at, found = 0, start, [""]
    while depth >= 0:
        here = code[at]
        depth += (here in "([") - (here in ")]")
        if here == "," and depth == 0:
            found.append("")
        elif depth >= 0:
            found[-1] += here
        at += 1
    return found, at - 1


def name_of(expression):
    names = re.findall(r"\w+", re.sub(r"\[.*?\]", "", expression))
    return names[-1] if names else ""


def function_at(source, line):
    for chunk in source.chunks:
        if chunk.is_function and chunk.first <= line <= chunk.last:
            return next(iter(chunk.names()), "")
    return ""


def short(path):
    return path.removeprefix("src/").removeprefix("engine/")


def operations(source):
    """Every atomic call; its order is empty when it names none."""
    for match in CALL.finditer(source.code):
        found, _ = arguments(source.code, match.end())
        orders = re.findall(r"\bmemory_order_(\w+)", ",".join(found))
        what = match.group(1)
        line = source.line(match.start())
        yield Operation(
            line, what if what.endswith("_fence") else name_of(found[0]),
            (short(source.path), function_at(source, line)), what,
            "/".join(orders))


def declared(source):
    """The atomic objects of a file, whether each is a member, and whether only
    this file can name it."""
    for chunk in source.chunks:
        is_struct = not chunk.is_function and bool(re.match(
            r"\s*(static\s+)?struct\s+\w*\s*\{", chunk.text))
        for match in DECLARED.finditer(chunk.text):
            start = re.split(r"[;{}]", chunk.text[:match.start()])[-1]
            is_own = not is_struct and "static" in start.split()
            yield match.group(1), is_struct, is_own


def plain_uses(source, objects):
    """Where an atomic object is used without a call that names an order; an
    address may be taken, a declaration may initialise."""
    calls = []
    for match in CALL.finditer(source.code):
        calls.append((match.start(), arguments(source.code, match.end())[1]))
    for name, is_member in objects:
        use = rf"(?:->\s*|(?<=[\w\])])\.){name}\b" if is_member else \
            rf"(?<![\w.>])(?<!enum )(?<!struct ){name}\b"
        for match in re.finditer(use, source.code):
            at = match.start()
            if any(first <= at < last and name == name_of(
                    arguments(source.code, source.code.index(
                        "(", first) + 1)[0][0]) for first, last in calls):
                continue
            before = re.split(r"[;{}]", source.code[:at])[-1]
            if re.search(r"(?<!&)&[\w\[\].()>-]*$", before) or re.search(
                    r"\b(_Atomic|atomic_flag)\b", before):
                continue
            yield source.line(at), name


def rows(lines):
    """The rows of the table; a line that begins like one and is none has no
    objects."""
    objects = ()
    for number, text in enumerate(lines, 1):
        if text.startswith("#"):
            objects = tuple(re.findall(r"`(\w+)`", text))
        if not objects or not text.startswith("| `"):
            continue
        match = ROW.match(text)
        if not match:
            yield Row(number, (), ("", ""), "", "", "", "")
            continue
        for function in re.findall(r"\w+", match.group(2)):
            yield Row(number, objects, (match.group(1), function),
                      *match.groups()[2:])


def is_for(row, operation):
    return operation.object in row.objects and row.where == operation.where \
        and row.what == operation.what


class Known:
    """What the tree has of all this; read once for each root."""

    def __init__(self, root, read):
        paths = [f"{folder}/{name}" for folder in FOLDERS
                 if os.path.isdir(os.path.join(root, folder))
                 for name in sorted(os.listdir(os.path.join(root, folder)))
                 if name.endswith((".c", ".h"))]
        sources = {path: read(root, path) for path in paths}
        self.operations = [o for s in sources.values() for o in operations(s)]
        self.shared, self.own = set(), {}
        for path, source in sources.items():
            for name, is_member, is_own in declared(source):
                to = self.own.setdefault(path, set()) if is_own else \
                    self.shared
                to.add((name, is_member))
        self.rows = []
        if os.path.exists(os.path.join(root, TABLE)):
            self.rows = list(rows(read(root, TABLE).lines))
        self.steps, self.mutants = set(), set()
        folder = os.path.join(root, MODELS)
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.endswith((".pml", ".inc")):
                text = re.sub(r"/\*.*?\*/", "",
                              read(root, f"{MODELS}/{name}").text, flags=re.S)
                self.steps.update(STEP.findall(text))
                self.mutants.update(re.findall(
                    r"\bMUTANT_(\w+)", "\n".join(MUTANT.findall(text))))
        self.mutants &= set(KILLED.findall(
            read(root, f"{MODELS}/suite").text))


def other_spellings(source):
    for match in OTHER_SPELLING.finditer(source.code):
        yield source.line(match.start()), match.group().split()[0]
    for line, _, text in source.directives:
        if IN_MACRO.search(text) and not re.match(r"#\s*include\b", text):
            yield line, "a macro"


def judge_source(source, known):
    for line, name in other_spellings(source):
        yield line, (f"not by {name}: declare with _Atomic, call what "
                     "<stdatomic.h> names")
    for operation in operations(source):
        if not operation.order:
            yield operation.line, f"name the memory order of {operation.what}"
            continue
        orders = [r.order for r in known.rows if is_for(r, operation)]
        if not orders:
            yield operation.line, (f"{TABLE} has no row for {operation.what} "
                                   f"of {operation.object} here")
        elif operation.order not in orders:
            yield operation.line, (f"{TABLE} says {' or '.join(orders)}, not "
                                   f"{operation.order}")
    objects = known.shared | known.own.get(source.path, set())
    for line, name in plain_uses(source, sorted(objects)):
        yield line, f"{name} is atomic: load or store it, with an order"


def judge_table(known):
    for row in known.rows:
        if not row.objects:
            yield row.line, ("write: | `file` `function` | operation | order "
                             "| model | reason |")
            continue
        alike = [o for o in known.operations if is_for(row, o)]
        if not alike:
            yield row.line, (f"{row.where[0]} has no {row.what} of "
                             f"{row.objects[0]} in {row.where[1]}")
        elif row.order not in [o.order for o in alike] and any(
                o.order in [r.order for r in known.rows if is_for(r, o)]
                for o in alike):
            yield row.line, f"{row.where[1]} has no {row.what} {row.order}"
        for step in re.findall(r"`(\w+)`", row.model):
            if step not in known.steps:
                yield row.line, f"tests/model/ has no step {step}"
        for mutant in re.findall(r"`([A-Z_]+)`", row.why):
            if mutant not in known.mutants:
                yield row.line, f"tests/model/ kills no MUTANT_{mutant}"
        if not row.why.strip() or not row.model.strip():
            yield row.line, "name the model's step, or none, and the reason"
