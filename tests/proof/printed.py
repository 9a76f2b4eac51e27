"""Reads a unit as the prover saw it: what Frama-C prints, with macros
expanded, each function's contracts merged, and every loop and jump in place."""
import re
import typing

CLAUSE = (r"(?:requires|assumes|assigns|ensures|complete behaviors|"
          r"disjoint behaviors|terminates|decreases|exits|allocates|frees)\b")
# A declaration or definition with its contract; ghost ones are indented.
FUNCTION = re.compile(
    r"(?:/\*?@(?P<contract>(?=\s*(?:behavior\b|" + CLAUSE + r"))"
    r"(?:(?!\*/|@/|/@|/\*).)*)(?:\*/|@/)\n)?"
    r"^(?P<indent>(?:  )?)(?:[\w*]+ )+\**(?P<name>\w+)\([^;{}()]*\)"
    r"(?:;|\n(?P=indent)\{\n(?P<body>.*?)^(?P=indent)\})",
    re.MULTILINE | re.DOTALL)
# What a body says to the prover; ghost code stays.
SAID = re.compile(r"/\*@(?!\s*ghost\b).*?\*/|/@.*?@/", re.DOTALL)
# A builtin without prototype, with the contract that the prover makes up.
IMPLICIT = re.compile(r"/\*@(?:(?!\*/).)*\*/\n"
                      r"extern \w+ \( /\* missing proto \*/", re.DOTALL)
LOOP = re.compile(r"\b(?:while|for|do)\b")
ANNOTATION = re.compile(r"/\*@(.*?)\*/", re.DOTALL)
IN_GHOST = re.compile(r"/@(.*?)@/", re.DOTALL)
# One is alone in its annotation; no other `=` is printed before its body.
DEFINITION = re.compile(
    r"\s*(?:predicate|logic)\b[^=;]*?\b(?P<name>\w+)\s*(?:\{[\w, ]*\})?"
    r"\s*(?:\((?P<parameters>[^()]*)\))?\s*(?:=(?P<body>.*))?;\s*",
    re.DOTALL)


class Function(typing.NamedTuple):
    contract: str  # its clauses, in one line
    clauses: list  # the first word of each
    body: str      # none for a declaration
    code: str      # the body without annotations, each at its place

    def calls(self):
        return set(re.findall(r"\b(\w+)\(", self.code)) - {"sizeof"}

    def loops(self):
        """How many there are; the prover itself refuses jumps backwards."""
        return len(LOOP.findall(self.code))

    def unbounded(self):
        """How many loops nothing bounds."""
        return sum(not self.is_bounded(loop.start())
                   for loop in LOOP.finditer(self.code))

    def is_bounded(self, loop):
        """Whether the annotation above the loop has a variant."""
        before = self.body[:loop].rstrip()
        opening = "/@" if before.endswith("@/") else "/*@"
        said = before[before.rfind(opening):]
        return said.endswith(("@/", "*/")) and \
            re.search(r"\bloop variant\b", said) is not None


class Definition(typing.NamedTuple):
    """A predicate or logic function."""
    name: str
    parameters: list
    body: typing.Optional[str]  # in one line; none for a declaration

    def is_recursive(self):
        return self.body is not None and self.name in words(self.body)

    def own_calls(self):
        """The arguments of each call to itself."""
        for call in re.finditer(rf"\b{self.name}\b", self.body):
            yield arguments(self.body[call.end():])


def arguments(text):
    """Those of the call whose name stands before the text."""
    opening = re.match(r"\s*(?:\{[^}]*\})?\s*\(", text)
    depth, found = 1, [""]
    for letter in text[opening.end():] if opening else "":
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return [argument.strip() for argument in found]
        if letter == "," and depth == 1:
            found.append("")
        else:
            found[-1] += letter
    return []


def words(text):
    return set(re.findall(r"[A-Za-z_]\w*", text))


def annotations(text):
    """What stands in each; ghost code, and what is said in it."""
    for said in ANNOTATION.findall(text):
        yield said
        yield from IN_GHOST.findall(said)


def definitions(text):
    """Predicates and logic functions by name. One that reads otherwise than
    expected, or that is overloaded, counts as declared."""
    found = {}
    for said in annotations(text):
        if re.match(r"\s*(?:predicate|logic)\b", said):
            match = DEFINITION.fullmatch(said)
            name = match["name"] if match else " ".join(said.split()[:4])
            parameters = (match and match["parameters"] or "").split(",")
            body = match and match["body"]
            definition = Definition(
                name, [re.search(r"(\w*)\W*$", p)[1] for p in parameters],
                body and " ".join(body.split()))
            if found.setdefault(name, definition) != definition:
                found[name] = definition._replace(body=None)
    return found


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def functions(text):
    found = {}
    for match in FUNCTION.finditer(text):
        contract = match["contract"] or ""
        function = Function(
            " ".join(contract.split()),
            re.findall(rf"^\s*({CLAUSE})", contract, re.MULTILINE),
            match["body"] or "", SAID.sub(blank, match["body"] or ""))
        # A declaration has the contract when the definition has none.
        if match["name"] not in found or match["body"] is not None:
            found[match["name"]] = function
    return found
