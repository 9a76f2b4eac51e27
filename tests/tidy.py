#!/usr/bin/env python3
"""Checks what a machine can of the house style, so that reviewers can look at
what it cannot.

    tests/tidy.py            prints `file:line: rule: remedy`, exits with 1 if
                             there was anything to print
    tests/tidy.py --suite    the same as a line `ok RULE` or `not ok RULE` each
    tests/tidy.py --format   runs clang-format over every C file

A rule is a function that yields lines and remedies for one file; RULES at the
end says which files it reads. C is not parsed: comments, strings and
directives are blanked, and what is left is cut at the braces and semicolons of
the outermost level, which is enough to see functions and declarations.
"""
import bisect
import os
import re
import subprocess
import sys

TESTS = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(TESTS, "tidy"), os.path.join(TESTS, "../bench")]
import arithmetic  # noqa: E402
import atomics  # noqa: E402
import report  # noqa: E402
import theorems  # noqa: E402

MAX_COLUMNS = 80
MAX_FUNCTION_LINES = 70
MAX_FILE_LINES = 500

C_FOLDERS = ("src", "shim", "include", "tests", "bench")
C_SUFFIXES = (".c", ".h", ".cpp")

# What the files of a folder may include. `<` stands for every system header.
LAYERS = {
    "include/": ("<stdbool.h>", "<stddef.h>", "<stdint.h>"),
    "src/core/": ("core/", "buddy.h", "<stdbool.h>", "<stddef.h>",
                  "<stdint.h>"),
    "src/os/": ("os/", "<"),
    "src/engine/": ("engine/", "core/", "os/", "<"),
    "shim/": ("shim/", "engine/", "buddymalloc.h", "<"),
}

# ---- reading a file ----

TOKEN = re.compile(
    r'(?P<comment>/\*.*?\*/|//[^\n]*)'
    r'|(?P<string>"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')'
    r'|^[ \t]*(?P<directive>\#(?:\\\n|/\*.*?\*/|[^\n])*)',
    re.S | re.M)


def blanks(text):
    return re.sub(r"[^\n]", " ", text)


class Source:
    """A file, its lines, and for C its comments, directives and bare code."""

    def __init__(self, root, path):
        self.root, self.path = root, path
        with open(os.path.join(root, path), "rb") as file:
            self.text = file.read().decode("utf-8", "replace")
        self.lines = self.text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.comments, self.directives = [], []
        self.is_c = path.endswith(C_SUFFIXES)
        self.code = TOKEN.sub(self.blank, self.text) if self.is_c else ""
        self.chunks = list(self.cut()) if self.is_c else []

    def line(self, position):
        return bisect.bisect_right(self.starts, position)

    def blank(self, match):
        text = match.group()
        if match.lastgroup == "string":
            return text[0] + blanks(text[1:-1]) + text[-1]
        place = (self.line(match.start(match.lastgroup)),
                 self.line(match.end() - 1), match.group(match.lastgroup))
        if match.lastgroup == "comment":
            self.comments.append(place)
        else:
            self.directives.append(place)
        return blanks(text)

    def cut(self):
        """Declarations and definitions of the outermost level."""
        start, depth, is_function, outer = 0, 0, False, 0
        for match in re.finditer(r"[{};]", self.code):
            here, end = match.group(), match.end()
            head = self.code[start:match.start()].strip()
            if here == "{":
                if depth == 0 and re.fullmatch(r'extern\s*" "', head):
                    start, outer = end, outer + 1
                    continue
                if depth == 0:
                    is_function = head.endswith(")") and "=" not in head
                depth += 1
                continue
            if here == "}":
                if depth == 0:
                    start, outer = end, outer - 1
                    continue
                depth -= 1
            if depth > 0 or (here == "}" and not is_function):
                continue
            if head:
                yield Chunk(self, start, end, is_function)
            start, is_function = end, False


class Chunk:
    """One declaration or definition of the outermost level."""

    def __init__(self, source, start, end, is_function):
        text = source.code[start:end]
        start += len(text) - len(text.lstrip())
        self.text, self.is_function = source.code[start:end], is_function
        self.first, self.last = source.line(start), source.line(end - 1)

    def names(self):
        """The identifiers that it declares for whoever includes it."""
        text = re.sub(r"\b(__attribute__|_Alignas|BUD_ALIAS)\s*\((?:[^()]|"
                      r"\((?:[^()]|\([^()]*\))*\))*\)", " ", self.text)
        if re.match(r"_Static_assert\b|static_assert\b", text):
            return
        head, brace, body = text.partition("{")
        tag = re.search(r"\b(struct|union|enum)\s*(\w*)\s*$", head)
        if brace and tag and "(" not in head:
            if tag.group(2):
                yield tag.group(2)
            body, _, rest = body.rpartition("}")
            if tag.group(1) == "enum":
                yield from re.findall(r"(?:^|,)\s*(\w+)", body)
            head = rest
        elif re.fullmatch(r"\s*(struct|union|enum)\s+\w+\s*;", head):
            return
        declared = (re.match(r"[^(]*\(\s*\*\s*(?:const\s+)?(\w+)", head) or
                    re.search(r"(\w+)\s*\(", head) or
                    re.search(r"(\w+)\s*(?:\[[^=]*)?(?:=.*)?;?\s*$", head,
                              re.S))
        if declared:
            yield declared.group(1)


# ---- rules for C ----


def layering(source):
    allowed = next((LAYERS[f] for f in LAYERS if source.path.startswith(f)),
                   None)
    for line, _, text in source.directives:
        match = re.match(r'#\s*include\s*(?:"([^"]*)"|(<[^>]*>))', text)
        if not match:
            continue
        name = match.group(1) or match.group(2)
        if ".." in name.split("/"):
            yield line, f"name {name} from the root of the sources"
        elif allowed and not name.startswith(allowed):
            yield line, f"{name} is not for this layer; it may include " + \
                ", ".join("<…>" if a == "<" else a for a in allowed)


def function_length(source):
    for chunk in source.chunks:
        length = chunk.last - chunk.first + 1
        if chunk.is_function and length > MAX_FUNCTION_LINES:
            yield chunk.first, (f"{length} lines; split what is more than "
                                f"{MAX_FUNCTION_LINES} into functions")


def file_length(source):
    if len(source.lines) - 1 > MAX_FILE_LINES:
        yield MAX_FILE_LINES + 1, (f"{len(source.lines) - 1} lines; over "
                                   f"{MAX_FILE_LINES} is two ideas: two files")


def line_length(source):
    for number, text in enumerate(source.lines, 1):
        if len(text) > MAX_COLUMNS:
            yield number, f"{len(text)} columns; wrap at {MAX_COLUMNS}"


def tabs(source):
    for number, text in enumerate(source.lines, 1):
        if "\t" in text:
            yield number, "indent with blanks"


def opening(source):
    """A .c may leave it to the header of its name, or to one that names it."""
    if source.comments and not source.text[:source.starts[
            source.comments[0][0] - 1]].strip():
        return
    folder, name = os.path.split(source.path)
    for header in os.listdir(os.path.join(source.root, folder)):
        if name.endswith(".c") and header.endswith(".h") and (
                header == name[:-1] + "h" or re.search(
                    r"\b" + re.escape(name),
                    Source(source.root, os.path.join(folder, header)).text)):
            return
    yield 1, "open with a comment: what is this file for, what does it know"


def documented(source):
    """A comment right above, or a line of the same paragraph that has one."""
    own_line = {last for first, last, text in source.comments
                if not source.lines[first - 1][:source.lines[first - 1].find(
                    text[:2])].strip() and not text.startswith("/* ---- ")}
    trailing = {first for first, last, text in
                source.comments + source.directives
                if "/*" in text and last not in own_line}
    places = [(c.first, c.last, next(iter(c.names()), "")) for c in
              source.chunks if not re.fullmatch(
                  r"(struct|union|enum)\s+\w+\s*;|_Static_assert.*", c.text,
                  re.S)]
    if source.path.startswith("include/"):
        places += [(first, last, text.split()[1].partition("(")[0])
                   for first, last, text in source.directives
                   if re.match(r"#define\s+\w+\S* \S", text)]
    told = set()
    for first, last, name in sorted(places):
        if first - 1 in own_line or first - 1 in told or last in trailing:
            told.add(last)
        else:
            yield first, f"say above it what {name or 'this'} is"


def prefix(source):
    public = source.path.startswith("include/")
    wanted = r"(?i:buddy)" if public else r"bud_|BUD_"
    exported = set()
    if source.path.startswith("shim/"):
        with open(os.path.join(source.root, "shim/exports.map")) as file:
            exported = set(re.findall(r"\w+", file.read()))
    found = [(c.first, name) for c in source.chunks for name in c.names()]
    for line, _, text in source.directives:
        match = re.match(r"#\s*define\s+(\w+)", text)
        if match:
            found.append((line, match.group(1)))
    for line, name in found:
        if not re.match(wanted, name) and name not in exported:
            yield line, f"{name} leaves the file: begin it with " + \
                ("buddy_ or BUDDY_" if public else "bud_ or BUD_")


CODE_LINE = re.compile(
    r"(return\b.*|break|continue|goto \w+"
    r"|[\w.>\[\]*()-]+(\+\+|--|\s*(<<|>>|[-+*/%|&^])?=[^=].*)"
    r"|[\w.>-]+\([^()]*(\([^()]*\)[^()]*)*\)"
    r"|((const|static|unsigned|struct|enum|void|int|char|bool|size_t"
    r"|u?int\d+_t)\s+)+[\w\s*,\[\]=]+);"
    r"|(if|for|while|switch) \(.*\) \{|#\s*(include|define|if|endif)\b.*")


def dead_code(source):
    """In a header, code indented by four blanks is an example."""
    for first, _, text in source.comments:
        if text.startswith(("/*@", "//@")):
            continue
        for offset, line in enumerate(text.split("\n")):
            match = re.match(r"\s*(?:/?\*+|//)?(\s*)(.*?)(?:\s*\*+/)?$", line)
            is_example = source.path.endswith(".h") and \
                len(match.group(1)) >= 4
            if CODE_LINE.fullmatch(match.group(2)) and not is_example:
                yield first + offset, "remove code that is commented out"


KNOWN_ATOMICS = {}


def atomic_table(source):
    """The sources and the table are compared both ways."""
    if source.root not in KNOWN_ATOMICS:
        KNOWN_ATOMICS[source.root] = atomics.Known(source.root, Source)
    known = KNOWN_ATOMICS[source.root]
    if source.is_c:
        yield from atomics.judge_source(source, known)
    else:
        yield from atomics.judge_table(known)


ADDRESSES = {}


def address_arithmetic(source):
    """None outside the core."""
    if source.root not in ADDRESSES:
        ADDRESSES[source.root] = arithmetic.names_in_headers(source.root,
                                                             Source)
    yield from arithmetic.judge(source, ADDRESSES[source.root])


# ---- rules for documents ----

RESULTS = re.compile(r"\]\((bench/results/[\w.-]+\.csv)\)")


def published_means(source):
    """The table of means is what bench/run.py --report prints of the results
    that the same file links to."""
    for path in dict.fromkeys(RESULTS.findall(source.text)):
        name = os.path.basename(path)[:-len(".csv")]
        table = report.summary(report.read(os.path.join(source.root, path)))
        first = source.lines.index(table[0]) if table[0] in source.lines else 0
        shown = source.lines[first:first + len(table)]
        for number, line in enumerate(table):
            if shown[number:number + 1] != [line]:
                yield (first + number + 1,
                       f"bench/run.py --report {name} prints: {line}")


def theorem_table(source):
    """The functions and clauses that a page names as theorems are there."""
    yield from theorems.judge(source)


# ---- rules for every file ----


def words(source):
    for number, text in enumerate(source.lines, 1):
        for word in re.findall(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b", text):
            yield number, f"do it or file it; {word} stays for ever"


def banners(source):
    for number, text in enumerate(source.lines, 1):
        if re.match(r"\s*(/[*/]|\*|#).*?([-*=#~_+/.])\2{5,}", text):
            yield number, "no banner art; /* ---- name ---- */ will do"
        elif re.match(r"\s*(/[*/]|\*|#).*(@author|\bAuthor:|\$Id)", text):
            yield number, "the history knows the authors and the changes"


def trailing_blanks(source):
    for number, text in enumerate(source.lines, 1):
        if text != text.rstrip():
            yield number, "remove the blanks at the end of the line"
    if source.text and not source.text.endswith("\n"):
        yield len(source.lines), "end the last line with a newline"


def suites(source):
    if not os.access(os.path.join(source.root, source.path), os.X_OK):
        yield 1, "tests/run passes over a suite that is not executable"
    if not re.match(r"# \w.{10,}", (source.lines + [""])[1]):
        yield 2, "say in a comment on this line what the suite checks"


# ---- the table ----

SHIPPED = r"(src|shim|include)/.*\.[ch]$"
ANY_C = r"(" + "|".join(C_FOLDERS) + r")/.*\.(c|h|cpp)$"
MODELS = r"tests/model/.*\.(pml|inc)$"

RULES = (
    (layering, SHIPPED),
    (function_length, ANY_C),
    (file_length, SHIPPED),
    (line_length, ANY_C + "|" + MODELS),
    (tabs, ANY_C + "|" + MODELS),
    (opening, ANY_C),
    (documented, r"(include|src/\w+)/.*\.h$"),
    (prefix, r"(include|src/\w+|shim)/.*\.h$"),
    (dead_code, ANY_C),
    (atomic_table, r"(src/\w+|shim)/.*\.[ch]$|src/engine/README\.md$"),
    (address_arithmetic, r"(src/engine|shim)/.*\.[ch]$"),
    (published_means, r"README\.md$"),
    (theorem_table, r"src/core/README\.md$"),
    (words, r".*"),
    (banners, r".*\.(c|h|cpp|py|sh|bash|build|pml|inc)$|.*/(run|suite)$"),
    (trailing_blanks, r".*"),
    (suites, r"tests/\w+/suite$"),
)


def files(root):
    """Every text file of the tree, except what is hidden or was built."""
    for folder, folders, names in os.walk(root):
        skipped = ("build", ".") if folder == root else ("__pycache__", ".")
        folders[:] = sorted(f for f in folders if not f.startswith(skipped))
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root)
            if not name.startswith(".") and not path.endswith(
                    (".csv", ".png", ".svg", ".pyc", ".so", ".o", ".a")):
                yield path


def findings(root):
    """Rule name -> list of (path, line, remedy)."""
    KNOWN_ATOMICS.clear()
    ADDRESSES.clear()
    found = {rule.__name__: [] for rule, _ in RULES}
    for path in files(root):
        source = Source(root, path)
        for rule, where in RULES:
            if re.match(where, path):
                found[rule.__name__] += [(path, line, remedy) for
                                         line, remedy in sorted(rule(source))]
    return found


CXX_WORDS = ("class", "delete", "new", "this", "throw", "try")


def format_all(root):
    """clang-format reads C as C++: what are names to C wear a disguise of the
    same length meanwhile."""
    for path in filter(re.compile(ANY_C).match, files(root)):
        text = before = Source(root, path).text
        for word in CXX_WORDS if not path.endswith(".cpp") else ():
            text = re.sub(rf"\b{word}\b", word[:-1] + "0", text)
        text = subprocess.run(
            ["clang-format", "--assume-filename", os.path.join(root, path)],
            input=text, text=True, stdout=subprocess.PIPE, check=True).stdout
        for word in CXX_WORDS if not path.endswith(".cpp") else ():
            text = re.sub(rf"\b{word[:-1]}0\b", word, text)
        if text != before:
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
            print("formatted", path)
    return 0


def main(arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if arguments == ["--format"]:
        return format_all(root)
    if arguments not in ([], ["--suite"]):
        print(__doc__)
        return 2
    bad = 0
    for rule, found in findings(root).items():
        if arguments:
            print("not ok" if found else "ok", rule.replace("_", "-"))
        for path, line, remedy in found:
            print(f"{'#   ' if arguments else ''}{path}:{line}: "
                  f"{rule.replace('_', '-')}: {remedy}")
        bad += len(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
