"""Prints a C program as generators of parsers and bindings write them: tables,
switches, loops, calls.

Usage: source_c.py SCALE   (300 functions at scale 1)
"""

import random
import sys

draw = random.Random(2)
functions = max(4, int(300 * float(sys.argv[1])))

print("#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n")
print("struct node {\n    struct node *left, *right;\n    uint64_t key;")
print("    char name[24];\n};")
for f in range(functions):
    table = ", ".join(str(draw.randrange(1 << 30)) for _ in range(24))
    print(f"static const uint32_t table_{f}[] = {{ {table} }};")
    print(f"static uint64_t step_{f}(struct node *n, uint64_t x)\n{{")
    print(f"    for (uint32_t i = 0; i < {draw.randrange(8, 90)}; i++) {{")
    print(f"        switch ((x ^ table_{f}[i % 24]) % 16) {{")
    for case in sorted(draw.sample(range(16), 9)):
        kind = draw.randrange(4)
        if kind == 0:
            body = f"x = x * {draw.randrange(3, 999, 2)}u + n->key;"
        elif kind == 1:
            body = f"x ^= x >> {draw.randrange(1, 31)};"
        elif kind == 2:
            body = (f"if (x & {draw.randrange(1, 99)}u) "
                    f"x += table_{f}[(x >> 7) % 24]; else n->key++;")
        elif f > 0:
            body = (f"if (x % 97 == 0) x += step_{draw.randrange(f)}"
                    "(n->left ? n->left : n, x >> 9);")
        else:
            body = "x += strlen(n->name);"
        print(f"        case {case}: {body} break;")
    print("        default: x = (x << 1) | (x >> 63);")
    print("        }\n    }\n    return x;\n}")
print("int main(void)\n{\n    struct node n = {0, 0, 1, \"root\"};")
print("    uint64_t x = 42;")
for f in range(0, functions, 3):
    print(f"    x = step_{f}(&n, x % 1000003);")
print('    printf("%llu\\n", (unsigned long long)x);\n    return 0;\n}')
