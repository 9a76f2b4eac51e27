"""What a unit takes for granted, though each of its goals is proved: axioms
under any name, C that the prover misreads, what it has warned of, and code
that it sees otherwise than the compiler."""
import re

import printed

# How an annotation may begin, and what may follow `loop`: not with an axiom or
# lemma, and not with what WP skips.
HEADS = {"requires", "assumes", "assigns", "ensures", "behavior", "assert",
         "loop", "ghost", "predicate", "logic"}
LOOP_HEADS = {"invariant", "assigns", "variant"}
# What they may not have further on: words that assume, or that take from what
# a contract seems to say. `for` is a variant's relation, or one behavior.
WORDS = re.compile(r"\b(?:admit|check|terminates|exits|decreases|reads|"
                   r"allocates|frees|for)\b|\\from\b")
# To WP a member of a union does not overlap the others, a bit-field holds any
# integer, and assembly writes what its operands say.
MISREAD = re.compile(r"\bunion \w+|\b(?:__)?asm(?:__)?\b|\w+ : \d+ ;")

WARNING = re.compile(r"^\[\S+\] (?:\S+:\d+: )?(?:Warning|User Error|Failure):"
                     r"([^\n]*\n(?:  [^\n]*\n)*)", re.MULTILINE)
# What the prover may warn of, and how often in which unit; none: always.
EXPECTED = {
    # A pass finds nothing left to prove.
    "No goal generated": None,
    # buddy_init takes its bytes as void *, see BYTES in units.py; the harness
    # calls it.
    "Cast with incompatible pointers types (source: sint8*) (target: uint8*)":
        {"heap": 5, "heap_harness": 4},
    "Cast with incompatible pointers types (source: uint8*) (target: sint8*)":
        {"heap_harness": 1},
}


def assumed(text):
    """What the annotations and the code as printed assume."""
    rest = printed.FUNCTION.sub(" ", printed.IMPLICIT.sub(" ", text))
    found = {fault for match in printed.FUNCTION.finditer(text)
             for fault in read(match[0], match["name"])}
    return sorted(found | set(read(rest, None)))


def read(text, function):
    for said in printed.annotations(text):
        where = function or " ".join(said.split()[:2])
        head = re.match(r"\s*(\w*)", said)[1]
        words = WORDS.findall(said) + [
            f"loop {word}" for word in re.findall(r"\bloop (\w+)", said)
            if word not in LOOP_HEADS]
        if head not in HEADS:
            words.append(head)
        yield from (f"{where}: {word}" for word in words)
    for words in MISREAD.findall(text):
        yield f"{function or 'outside of functions'}: {words}"


# ---- definitions ----

def undefined(definitions, recursive):
    """Definitions that may have no meaning, or any. Of two that call each
    other, one has to be declared first."""
    for name, definition in definitions.items():
        if definition.body is None:
            yield f"{name}: not defined, or twice"
        elif definition.is_recursive():
            if name not in recursive:
                yield f"{name}: recursive, and not listed"
                continue
            parameter = recursive[name].split()[0]
            if not descends(definition, parameter):
                yield f"{name}: {parameter} does not fall to 0"


def descends(definition, parameter):
    """Whether each call to itself is on `parameter - 1`, and there is none
    where the parameter is 0 or less: `p <= 0 ? … : CALLS`, or
    `… || (p > 0 && CALLS)`."""
    name, body = definition.name, definition.body
    if re.search(r"∀|∃|\\let|\\lambda", body) or \
            parameter not in definition.parameters:
        return False
    place = definition.parameters.index(parameter)
    if any(len(call) <= place or call[place] != f"{parameter} - 1"
           for call in definition.own_calls()):
        return False
    choice = re.match(rf"{parameter} ≤ 0\? ([^?:]*): ", body)
    if choice:
        return name not in printed.words(choice[1])
    guarded = rf"\({parameter} > 0 ∧ [^?⇒⇔⊻]*\)"
    return all(re.fullmatch(guarded, part) for part in body.split(" ∨ ")
               if name in printed.words(part))


def unused(recursive, definitions):
    return [f"{name}: listed, and not recursive" for name in recursive
            if name not in definitions
            or not definitions[name].is_recursive()]


def redefined(units):
    """Names that mean one thing in one unit and another in the next, so that
    a contract is read otherwise than it was proved."""
    known, found = {}, set()
    for unit, definitions in units.items():
        for name, definition in definitions.items():
            if known.setdefault(name, definition) != definition:
                found.add(f"{name}: {unit} has another definition")
    return sorted(found)


# ---- what the prover and the compiler are told ----

def warnings(unit, log):
    said = [" ".join(text.split()) for text in WARNING.findall(log)]
    for text in sorted(set(said)):
        allowed = EXPECTED.get(text, {})
        if allowed is not None and said.count(text) > allowed.get(unit, 0):
            yield f"warned {said.count(text)} times: {text}"


DIRECTIVE = re.compile(r"^\s*(?:#|%:)\s*(\w+)((?:\\\n|[^\n])*)", re.MULTILINE)
HARMLESS = {"include", "else", "endif"}
# Else a contract could read otherwise than it stands.
MACRO = re.compile(r"\s*(?:BUD|BUDDY)_\w+\b")
# The core may ask for these; require.h says what BUD_CHECKS is.
ASKED = {"BUD_CHECKS", "__cplusplus", "__builtin_ctzll", "__builtin_trap"}


def two_faced(text):
    """Words by which a file can show the prover other code than the compiler,
    or than the reader."""
    words = set(re.findall(r"\b(?:__\w+|_Pragma)\b", text))
    for directive, rest in DIRECTIVE.findall(text):
        if directive.startswith(("if", "elif")):
            words |= printed.words(rest)
        elif directive in ("define", "undef"):
            if not MACRO.match(rest):
                words.add(rest.split()[0])
        elif directive not in HARMLESS:
            words.add(directive)
    guard = re.search(r"^#ifndef (\w+_H)\n#define \1\n", text, re.MULTILINE)
    return words - ASKED - {guard and guard[1]}
