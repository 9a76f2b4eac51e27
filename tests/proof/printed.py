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
LOOP = re.compile(r"\b(?:while|for|do)\b")


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
