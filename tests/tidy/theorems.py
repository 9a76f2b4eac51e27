"""The clauses that a page of theorems names, each after a link to the function
whose contract has it: what tests/tidy.py looks up.

    [`bud_tree_alloc`](tree.h): `Lowest`, behavior `none`
"""
import os
import re

WORD = r"(?:behaviors? |predicate )?`[\w: ]+`"
CLAIM = re.compile(rf"\[`(\w+)`\]\(([\w./]+\.[ch])\)(?:: ({WORD}(?:, {WORD})*))?")


def contract(text, name):
    """What stands from the contract's opening to the function's name; None
    when the text declares no such function."""
    declared = re.search(rf"^[ \w*]+\b{name}\(", text, re.M)
    if not declared:
        return None
    before = text[:declared.start()]
    return before[max(before.rfind("/*@ "), before.rfind("/@ ")):]


def judge(source):
    for number, line in enumerate(source.lines, 1):
        for name, file, clauses in CLAIM.findall(line):
            path = os.path.join(source.root, os.path.dirname(source.path), file)
            text = ""
            if os.path.exists(path):
                with open(path, encoding="utf-8") as opened:
                    text = opened.read()
            found = contract(text, name)
            if found is None:
                yield number, f"{file} has no function {name}"
                continue
            for clause in re.findall(r"\w+", " ".join(
                    re.findall(r"`(.*?)`", clauses))):
                if not re.search(rf"\b{clause}\s*[:({{]", found):
                    yield number, f"the contract of {name} has no {clause}"
