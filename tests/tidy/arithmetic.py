"""Arithmetic of addresses that stands outside the core.

The core has a proved function for every step between addresses, units,
offsets and numbers of a bitmap. What a text shows of such steps elsewhere:
as operands casts to addresses and byte pointers, names declared as such, and
offsets as the core gives them; the sizes of units and words; and, in the
engine, every operator on bits. Strings are `const char *`, so that a name
declared so is let pass.
"""
import os
import re

OPERATOR = r"(?:\+|-(?!>)|\*|/|%|\^|&(?!&)|\|(?!\|)|<<|>>)"
BEFORE = r"(?:\+|-|/|%|\^|(?<!&)&\s|(?<!\|)\||<<|>>)"
NESTED = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
OPERAND = rf"[&*]?(?:(?:\w|\.|->|\[[^][]*\])+(?:{NESTED})?|{NESTED})"
OF_BYTES = r"(?:(?:un)?signed\s+char|char|u?int8_t|void)"
CAST = (rf"\(\s*(?:(?:const\s+)?{OF_BYTES}(?:\s+const)?\s*\*(?:\s*const)?"
        r"|u?intptr_t)\s*\)")
DECLARED = re.compile(
    rf"(?:(?<!const ){OF_BYTES}\s*\*\s*|const\s+void\s*\*\s*|\bu?intptr_t\s+)"
    r"(?:const\s+)?(\w+)")
MEMBERS = r"(?:\w+(?:\[[^][]*\])?(?:->|\.))*"

# Not the counts among them.
OFFSET = r"\bbud_(?:units_(?!for\b|to_bytes\b)|address_)\w+"
SIZE = r"(?:BUD_UNIT_BYTES|BUD_SLAB_WORDS|(?<![\w.])6[34][uUlL]*)\b"
NODE = r"(?:\w|->|\.)*(?:\bnode|\bleaves|_node|_leaves)\b"
NUMBER = r"(?<![\w.])[12][uU]?\b"

ADDRESS = "core/address.h and units.h have a proved function for this address"
GEOMETRY = "core/bits.h and units.h know the sizes of words and units"
TREE = "core/node.h finds the nodes of a tree"
BITS = "core/bits.h has the operations on bits"

EVERYWHERE = (
    (rf"{CAST}\s*{OPERAND}\s*{OPERATOR}", ADDRESS),
    (rf"{BEFORE}=?\s*{CAST}", ADDRESS),
    (rf"{OFFSET}{NESTED}\s*{OPERATOR}|(?:{BEFORE}|\*)=?\s*{OFFSET}", ADDRESS),
    (rf"{SIZE}\s*{OPERATOR}|{OPERATOR}=?\s*{SIZE}", GEOMETRY),
    (rf"{NUMBER}\s*\*\s*(?:\(\w+\)\s*)?{NODE}"
     rf"|\b{NODE}\s*(?:\*|/|<<|>>|\^|\|)=?\s*{NUMBER}", TREE),
)
ENGINE = (
    (r"~|\^|(?<!&)&=?\s|(?<!\|)\|(?!\|)|<<|>>", BITS),
)
# Not code: what macros have besides, and constants like 2 MiB.
ASIDE = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|UINT\d+_C\(\d+\)\s*<<\s*\w+',
                   re.S)


def names(text):
    """What a text declares to be an address or a pointer to bytes."""
    return set(DECLARED.findall(text))


def patterns(source, known):
    yield from EVERYWHERE
    if source.path.startswith("src/engine/"):
        yield from ENGINE
    if known:
        name = rf"{MEMBERS}(?:{'|'.join(sorted(known))})\b"
        yield (rf"(?<![\w.>]){name}(?:{NESTED})?\s*(?:\+\+|--|{OPERATOR})",
               ADDRESS)
        yield rf"{BEFORE}=?\s*{name}", ADDRESS


def names_in_headers(root, source_of):
    """Those of the engine's headers, which hold for every file."""
    folder = os.path.join(root, "src/engine")
    headers = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return set().union(*(names(source_of(root, f"src/engine/{name}").code)
                         for name in headers if name.endswith(".h")))


def judge(source, shared):
    """The lines of such arithmetic, in code and in macros."""
    found = {}
    parts = [(1, source.code)] + [
        (line, text) for line, _, text in source.directives
        if not re.match(r"#\s*include", text)]
    for first, text in parts:
        text = ASIDE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
        for pattern, remedy in patterns(source, shared | names(source.code)):
            for match in re.finditer(pattern, text):
                line = first + text.count("\n", 0, match.start())
                found.setdefault(line, remedy)
    yield from found.items()
