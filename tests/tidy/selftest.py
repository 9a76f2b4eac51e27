#!/usr/bin/env python3
"""Every rule of tests/tidy.py fires on what it forbids, where it stands, and
on nothing else; and good code passes all of them."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import tidy  # noqa: E402

# The name of the case, rule, path, text, and the lines it fires at.
CASES = (
    ("core_must_not_ask_the_system",
     "layering", "src/core/a.c",
     '/* A. */\n#include <stdint.h>\n#include <string.h>\n'
     '#include "os/os.h"\n#include "core/b.h"\n', [3, 4]),
    ("os_must_not_know_the_engine",
     "layering", "src/os/a.c",
     '/* A. */\n#include "engine/b.h"\n#include <errno.h>\n', [2]),
    ("engine_must_not_know_the_shim",
     "layering", "src/engine/a.c",
     '/* A. */\n#include "os/os.h"\n#include "shim/b.h"\n', [3]),
    ("shim_must_go_through_the_engine",
     "layering", "shim/a.c",
     '/* A. */\n#include "engine/b.h"\n#include "core/tree.h"\n', [3]),
    ("includes_are_named_from_the_root",
     "layering", "src/engine/a.c",
     '/* A. */\n#include "../core/tree.h"\n#include "b.h"\n', [2, 3]),
    ("public_headers_need_no_library",
     "layering", "include/buddy_a.h",
     '/* A. */\n#include <stddef.h>\n#include <stdio.h>\n', [3]),
    ("functions_have_at_most_70_lines",
     "function_length", "src/os/a.c",
     "/* A. */\nstatic const int table[] = {\n" + "    1,\n" * 80 + "};\n\n"
     "int a(void)\n{\n" + "    b();\n" * 67 + "}\n\n"
     "int c(void)\n{\n" + "    b();\n" * 68 + "}\n", [156]),
    ("files_have_at_most_500_lines",
     "file_length", "shim/a.c", "/* A. */\n" + "int a;\n" * 500, [501]),
    ("lines_have_at_most_80_columns_of_text",
     "line_length", "bench/a.c",
     "/* " + "é" * 74 + " */\n/* " + "x" * 75 + " */\n", [2]),
    ("models_have_at_most_80_columns",
     "line_length", "tests/model/a.pml", "/* " + "x" * 75 + " */\n", [1]),
    ("no_tabs",
     "tabs", "tests/unit/a.c", "/* A. */\nint a(void)\n{\n\tb();\n}\n", [4]),
    ("files_open_with_a_comment",
     "opening", "tests/conform/trap01_a.c", "#include <stdio.h>\n", [1]),
    ("headers_open_with_a_comment",
     "opening", "src/core/a.h", "#ifndef A\n/* A. */\n#endif\n", [1]),
    ("comments_stand_above_declarations",
     "documented", "src/engine/a.h",
     "/* A. */\n#include <stdint.h>\n\n/* B. */\nstruct bud_b;\n\n"
     "struct bud_c {\n    int d; /* of d */\n};\n\nint bud_e(void);\n"
     "int bud_f(void);\n\n/* G. */\nint bud_g(int a,\n          int b);\n"
     "int bud_h(void);\n\nint bud_i; /* I. */\n"
     "/* ---- j ---- */\nextern int bud_j;\n", [7, 11, 12, 21]),
    ("public_macros_have_comments",
     "documented", "include/buddy_a.h",
     "/* A. */\n#ifndef BUDDY_A_H\n#define BUDDY_A_H\n\n#ifdef __cplusplus\n"
     'extern "C" {\n#endif\n\n#define BUDDY_B 1\n\n/* C. */\n'
     "#define BUDDY_C(x) \\\n    (x)\n\nint buddy_d(void);\n\n"
     "#ifdef __cplusplus\n}\n#endif\n\n#endif\n", [9, 15]),
    ("names_that_leave_a_file_say_whose_they_are",
     "prefix", "src/engine/a.h",
     "/* A. */\n#define B 1\nenum { BUD_C, D = 1, BUD_E };\n"
     "struct f { int g; };\nint h(int i);\nextern void (*j)(int);\n"
     "bool bud_k(void (*on_exit)(void *), int m);\n"
     "_Static_assert(sizeof(int) == 4, \"n\");\n"
     "extern _Thread_local int bud_o __attribute__((tls_model(\"p\")));\n"
     "typedef int q;\nstruct r;\nextern int s[4];\n",
     [2, 3, 4, 5, 6, 10, 12]),
    ("public_names_begin_with_buddy",
     "prefix", "include/buddy_a.h",
     "/* A. */\nint buddy_b(void);\nint bud_c(void);\n", [3]),
    ("the_shim_may_declare_what_it_exports",
     "prefix", "shim/a.h",
     "/* A. */\nvoid cfree(void *block);\nint other(void);\n", [3]),
    ("no_code_that_is_commented_out",
     "dead_code", "src/os/a.c",
     "/* A; it is old. */\n/* b(c, d); */\n// x = y + 1;\n/*\n"
     " * if (a) {\n *     return b;\n * }\n */\n"
     "/* Calls b(); then it\n * returns. */\n/*@ assigns x; */\n"
     "/* int count = 0; */\n", [2, 3, 5, 6, 12]),
    ("examples_in_headers_are_indented",
     "dead_code", "src/os/a.h",
     "/* A:\n *\n *     b(c);\n *\n * b(c);\n */\n", [5]),
    ("atomic_operations_stand_in_the_table",
     "atomic_table", "src/os/a.c",
     "/* A. */\nvoid a(struct bud_good_flag *flag)\n{\n"
     "    atomic_store_explicit(&flag->up, 1, memory_order_release);\n"
     "    atomic_thread_fence(memory_order_seq_cst);\n}\n", [4, 5]),
    ("atomic_operations_have_the_order_of_the_table",
     "atomic_table", "src/os/good.c",
     '#include "os/good.h"\n\nvoid raise(struct bud_good_flag *flag)\n{\n'
     "    atomic_store_explicit(&flag->up,\n"
     "                          1, memory_order_relaxed);\n}\n", [5]),
    ("atomic_operations_name_their_order",
     "atomic_table", "src/os/a.c",
     "/* A. */\nvoid a(struct bud_good_flag *flag)\n{\n"
     "    atomic_store(&flag->up, 1);\n}\n", [4]),
    ("atomic_objects_are_not_used_as_plain_ones",
     "atomic_table", "src/engine/a.c",
     "/* A. */\nstatic _Atomic int *_Atomic own = NULL;\n\n"
     "static _Atomic int one, two;\n\n"
     "int a(struct bud_good_flag *flag, struct bud_good_flag up)\n{\n"
     "    int *e = &flag->up;\n"
     "    struct bud_good_flag f = {.up = 1};\n"
     "    flag->up++;\n"
     "    return e && own != f.up &&flag->up;\n}\n", [10, 11, 11, 11]),
    ("atomics_have_no_other_spelling",
     "atomic_table", "src/core/a.c",
     "/* A; not __atomic_b. */\n#define B(c) atomic_load_explicit(c, 0)\n"
     "static atomic_uint d;\nstatic _Atomic(int) e;\n"
     "typedef _Atomic int f;\n\n"
     "int a(atomic_uint_fast8_t *g, int *h)\n{\n"
     "    __sync_fetch_and_add(h, 1);\n"
     "    return __atomic_load_n(h, __ATOMIC_RELAXED) +\n"
     "           __c11_atomic_load(h, 0);\n}\n", [2, 3, 4, 5, 7, 9, 10, 11]),
    ("the_shim_has_no_atomics_of_its_own",
     "atomic_table", "shim/a.c",
     "/* A. */\n#include <stdatomic.h>\n\nstatic _Atomic unsigned long b;\n\n"
     "int a(void)\n{\n    b = 1;\n"
     "    return atomic_load_explicit(&b, memory_order_relaxed);\n}\n",
     [8, 9]),
    ("the_table_names_steps_and_mutants_of_the_models",
     "atomic_table", "src/engine/README.md",
     "### `up`\n"
     "| `os/good.c` `raise` | store | release | `go`, `Goer` | `LATE` |\n"
     "| `os/good.c` `raise` | store | release | `Abstracts` | why |\n"
     "| `os/good.c` `raise` | store | release | `gone` | `TOLD` |\n"
     "| `os/good.c` `raise` | store | release | `skip` | `ALIVE` |\n",
     [3, 4, 4, 5, 5]),
    ("the_table_has_nothing_that_the_sources_have_not",
     "atomic_table", "src/engine/README.md",
     "### `up`, `raised`\n"
     "| `os/good.c` `raise` | store | release | `go` | `LATE` |\n"
     "| `os/good.c` `raise` | store | relaxed | none: hint | why |\n"
     "| `os/good.c` `raise` | load | relaxed | none: hint | why |\n"
     "| `os/good.c` `raise`, `lower` | store | release | `go` | why |\n"
     "| `os/good.c` `raise` | store | release | `gone` | `EARLY` |\n"
     "| `os/good.c` `raise` | store | release | none: hint |  |\n"
     "| `os/good.c` raise | store | release | none: hint | why |\n",
     [3, 4, 5, 6, 6, 7, 8]),
    ("the_engine_adds_nothing_to_an_address",
     "address_arithmetic", "src/engine/a.c",
     "/* A. */\n#define B(x) ((x) + (uintptr_t)c) /* a + b */\n\n"
     "void b(char *own, void *block, const char *text, uint64_t n)\n{\n"
     "    uintptr_t at = (uintptr_t)block;\n"
     "    c((const char *)block + n);\n"
     "    c((unsigned char *)(block)\n      - n);\n"
     "    c(n + (char *)block);\n"
     "    c((uintptr_t)d->e[n] & n);\n"
     "    c((uintptr_t)f(g(n)) >> 16);\n"
     "    own += n;\n    at -= n;\n    c(n * d->at);\n    block++;\n"
     "    c(bud_good_start(n) + 8);\n    d->base = n - h.base;\n"
     "    c(n - bud_units_object_offset(1, 2));\n"
     "    c(bud_address_at(f(n), 2) + n);\n"
     "    c((uintptr_t)block, &own, text + n, d->own, -n, own && n);\n"
     "    c(n + bud_units_for(n), *(char *)block, own->at, !at || n);\n"
     "}\n", [2, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20]),
    ("the_engine_does_not_know_how_large_units_and_words_are",
     "address_arithmetic", "src/engine/a.c",
     "/* A. */\n#define B(x) ((x) / BUD_UNIT_BYTES)\n\n"
     "void b(uint64_t n)\n{\n    c(n / 64, 1 + n);\n    c(n % 64u);\n"
     "    c(63u - n);\n    n += 64;\n    c(n * BUD_SLAB_WORDS);\n"
     "    c(BUD_UNIT_BYTES - n);\n    c(2u * node);\n"
     "    c(2 * (uint64_t)d->leaves);\n    c(node / 2);\n"
     "    c(64, n, n < BUD_UNIT_BYTES && n, 1640 + n, 64 > n, n / 640);\n"
     "    c(2 * n, nodes / 2, d->node[1], e[64] == BUD_SLAB_WORDS);\n"
     "}\n", [2, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
    ("the_engine_has_no_operators_on_bits",
     "address_arithmetic", "src/engine/a.c",
     "/* A. */\nstatic const uint64_t b = UINT64_C(512) << 10;\n\n"
     "void c(uint64_t n)\n{\n    d(n & b);\n    d(n |\n      b);\n"
     "    d(~n);\n    d(n ^ b);\n    d(n << 3);\n    d(n >> 3);\n"
     "    n |= b;\n    n &= b;\n    d(&n, n && b, n || b, *&n, '|', n->e);\n"
     "}\n", [6, 7, 9, 10, 11, 12, 13, 14]),
    ("the_shim_adds_nothing_to_an_address",
     "address_arithmetic", "shim/a.c",
     "/* A. */\nvoid *malloc(size_t n)\n{\n"
     "    b(n != 0 && (n & (n - 1u)) == 0);\n"
     "    return (char *)c(n) + 16;\n}\n", [5]),
    ("a_mean_is_that_of_the_results",
     "published_means", "README.md",
     "[all](bench/results/good.csv)\n| | glibc | a | b |\n|---|---|---|---|\n"
     "| CPU time, programs | 1.00 | **0.40** | 1.50 |\n"
     "| CPU time, all | 1.00 | 0.50 | **1.50** |\n"
     "| wall time, programs | **1.00** | 1.25 | **1.00** |\n"
     "| wall time, all | **1.00** | 1.25 | 1.00 |\n"
     "| peak RSS, programs | **1.00** | 1.50 | 2.00 |\n", [4, 5, 7, 9]),
    ("the_results_have_a_table_of_means",
     "published_means", "README.md",
     "[all](bench/results/good.csv)\n", [1, 2, 3, 4, 5, 6, 7, 8]),
    ("words_that_stay_for_ever",
     "words", "bench/a.py", "a = 1  # TO" "DO: more\nb = 'XXXXXX'\n", [1]),
    ("no_banner_art",
     "banners", "src/os/a.c",
     "/* A. */\n/******* B *******/\n/* ---- c ---- */\n"
     "// ==========\n/* @author d */\nint e = 1;\n", [2, 4, 5]),
    ("theorems_are_in_the_contracts",
     "theorem_table", "src/core/README.md",
     "| a | [`bud_good_add`](good.h): `Sum`, behavior `none`, `Some: Most` |\n"
     "| b | [`bud_good_add`](good.h): `Less` |\n| c | [`bud_good_take`](good.h) |\n"
     "| d | [`bud_good_add`](bad.h): `Sum` |\n", [2, 3, 4]),
    ("no_blanks_at_the_end",
     "trailing_blanks", "README.md", "a \nb\nc", [1, 3]),
    ("suites_say_what_they_check",
     "suites", "tests/a/suite", "#!/bin/sh\nset -u\n", [1, 2]),
)

GOOD = {
    "README.md": "[all](bench/results/good.csv)\n\n"
        "| | glibc | a | b |\n|---|---|---|---|\n"
        "| CPU time, programs | 1.00 | **0.50** | 1.50 |\n"
        "| CPU time, all | 1.00 | **0.50** | 1.50 |\n"
        "| wall time, programs | **1.00** | 1.25 | **1.00** |\n"
        "| wall time, all | **1.00** | 1.25 | **1.00** |\n"
        "| peak RSS, programs | **1.00** | 1.50 | 2.00 |\n"
        "| peak RSS, all | **1.00** | 1.50 | 2.00 |\n",
    "bench/results/good.csv": "load,allocator,round,cpu_s,wall_s,rss_kib\n"
        "git,a,1,1,5,12\ngit,b,1,3,4.01,16\ngit,glibc,1,2,4,8\n",
    "shim/exports.map": "{ global: malloc; cfree; };\n",
    "src/os/good.h":
        "/* What there is. parts.c does it. */\n#ifndef BUD_OS_GOOD_H\n"
        "#define BUD_OS_GOOD_H\n\n/* One. */\n"
        'enum bud_good { BUD_GOOD_ONE, BUD_GOOD_TWO = ";{"[0] };\n\n'
        "/* Adds. */\n/*@ assigns \\nothing; */\n"
        "static inline int bud_good_add(int a, int b)\n{\n"
        "    return a + b; /* of both */\n}\n\n"
        "/* Up. */\nstruct bud_good_flag {\n    _Atomic int up;\n};\n\n"
        "#endif\n",
    "src/core/good.h":
        "/* Sums. */\n#ifndef BUD_CORE_GOOD_H\n#define BUD_CORE_GOOD_H\n\n"
        "/* Adds. */\n/*@ ensures Less: a < b; */\n"
        "uint32_t bud_good_less(void);\n\n/* Adds. */\n/*@ ensures Sum: a;\n"
        "    behavior none:\n      ensures b;\n    behavior Some:\n"
        "      ensures Most(a); */\nuint32_t bud_good_add(void);\n\n#endif\n",
    "src/core/README.md": "| a | [`bud_good_add`](good.h): `Sum` |\n",
    "src/os/good.c": '#include "os/good.h"\n\nint x = \'"\';\n\n'
        "void raise(struct bud_good_flag *flag)\n{\n"
        "    atomic_store_explicit(&flag->up, 1, memory_order_release);\n}\n",
    "src/engine/good.h":
        "/* Addresses. */\n#ifndef BUD_ENGINE_GOOD_H\n"
        "#define BUD_ENGINE_GOOD_H\n\n/* One. */\n"
        "struct bud_good {\n    uintptr_t base;\n};\n\n/* Two. */\n"
        "char *bud_good_start(int n);\n\n#endif\n",
    "src/engine/README.md": "# Good\n\n### `up`\n\n"
        "| Where | Operation | Order | Model | Why |\n|---|---|---|---|---|\n"
        "| `os/good.c` `raise` | store | release | `go` | why; `LATE` |\n",
    "tests/model/good.pml": "/* Good. Abstracts: MUTANT_TOLD, inline gone */\n"
        "inline go() { skip }\nproctype Goer(byte me) { go() }\n"
        "#if defined(MUTANT_LATE) || defined(MUTANT_ALIVE)\n#endif\n",
    "tests/model/suite": "#!/bin/sh\n# A model and its mutants\n"
        "# kills good ALIVE\nkills good LATE -DHERE\n",
    "src/os/parts.c": '#include <errno.h>\n\n#include "os/good.h"\n',
}


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)


def found_in(tree):
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            write(root, path, text)
        os.chmod(os.path.join(root, "tests/model/suite"), 0o755)
        return tidy.findings(root)


def report(name, wrong):
    print(f"not ok {name}\n#   {wrong}" if wrong else f"ok {name}")
    return not wrong


def main():
    good = {r: f for r, f in found_in(GOOD).items() if f}
    passed = report("good_code_passes", good)
    for name, rule, path, text, lines in CASES:
        places = found_in({**GOOD, path: text})[rule]
        got = [line for where, line, _ in places if where == path]
        others = [place for place in places if place[0] != path]
        passed &= report(name, "" if got == lines and not others else
                         f"{rule}: lines {lines} expected, got {places}")
    untested = {r.__name__ for r, _ in tidy.RULES} - {c[1] for c in CASES}
    passed &= report("every_rule_has_a_case", untested)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
