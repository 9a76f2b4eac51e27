"""Prints a C++ program full of standard containers and templates.

Usage: source_cpp.py SCALE   (4 record types at scale 1)
"""

import random
import sys

draw = random.Random(3)
records = max(1, int(4 * float(sys.argv[1])))

print("""#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>
""")
for r in range(records):
    fields = draw.randrange(3, 7)
    types = [draw.choice(["int", "std::string", "double", "std::vector<int>"])
             for _ in range(fields)]
    print(f"struct record_{r} {{")
    for i, kind in enumerate(types):
        print(f"    {kind} f{i}{{}};")
    tied = ", ".join(f"f{i}" for i in range(fields))
    print(f"    auto key() const {{ return std::tie({tied}); }}")
    print(f"    bool operator<(const record_{r} &o) const "
          "{ return key() < o.key(); }\n};")
    print(f"""
static std::size_t use_{r}(int n)
{{
    std::map<std::string, std::vector<record_{r}>> by_name;
    std::unordered_map<int, std::shared_ptr<record_{r}>> by_id;
    std::set<record_{r}> sorted;
    for (int i = 0; i < n; i++) {{
        auto made = std::make_shared<record_{r}>();
        by_id.emplace(i, made);
        by_name["name" + std::to_string(i % 7)].push_back(*made);
        sorted.insert(*made);
    }}
    std::vector<std::variant<int, std::string, record_{r}>> mixed;
    for (auto &[name, list] : by_name) {{
        std::sort(list.begin(), list.end());
        mixed.emplace_back(name);
        mixed.emplace_back(list.front());
        mixed.emplace_back(static_cast<int>(list.size()));
    }}
    std::function<std::size_t(std::size_t)> twice =
        [&](std::size_t x) {{ return x * 2 + sorted.size(); }};
    return std::accumulate(mixed.begin(), mixed.end(), twice(by_id.size()),
        [](std::size_t sum, const auto &item) {{ return sum + item.index(); }});
}}""")
calls = " + ".join(f"use_{r}(50)" for r in range(records))
print(f"""
int main()
{{
    std::ostringstream out;
    out << {calls};
    std::cout << out.str() << std::endl;
}}""")
