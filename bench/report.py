"""From raw measures to tables: medians, ratios to glibc, spread, means.

A ratio compares an allocator with glibc in the same round, so that what slows
the machine for a while slows both. The figure of a load is the median of its
rounds' ratios, its spread their lowest and highest. The mean of some loads is
the geometric mean of their figures.
"""

import csv
import math
import statistics

BASELINE = "glibc"
COLUMNS = ["load", "allocator", "round", "cpu_s", "wall_s", "rss_kib"]
FIGURES = [("cpu_s", "CPU time", "s", 1), ("wall_s", "wall time", "s", 1),
           ("rss_kib", "peak RSS", "MiB", 1024)]
MICRO = "micro_"  # how the name of a load begins that is no program


def read(path):
    """The rows of a CSV file, figures as numbers."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["round"] = int(row["round"])
        for figure, *_ in FIGURES:
            row[figure] = float(row[figure])
    return rows


def in_order(rows, column):
    return list(dict.fromkeys(row[column] for row in rows))


def others_in(rows):
    return [a for a in in_order(rows, "allocator") if a != BASELINE]


def values(rows, load, allocator, figure):
    """By round: the figure of one load under one allocator."""
    return {row["round"]: row[figure] for row in rows
            if row["load"] == load and row["allocator"] == allocator}


def ratios(rows, load, allocator, figure):
    """The ratio to the baseline of every round that both finished."""
    ours = values(rows, load, allocator, figure)
    base = values(rows, load, BASELINE, figure)
    return [ours[r] / base[r] for r in sorted(ours) if base.get(r, 0) > 0]


def geometric_mean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


def finished_by_all(rows):
    """The loads that have a figure under every allocator: only over these is
    a comparison of allocators fair."""
    return [load for load in in_order(rows, "load")
            if all(ratios(rows, load, other, figure)
                   for other in others_in(rows) for figure, *_ in FIGURES)]


def table(rows, figure, title, unit, divisor):
    """Lines: a load each, then the worst figure of each allocator."""
    others = others_in(rows)
    lines = [f"{title}: {BASELINE} in {unit} (median); the others relative to "
             "it, median and lowest–highest of the rounds",
             f"{'load':<18}{BASELINE:>9}"
             + "".join(f"{other:>18}" for other in others)]
    for load in in_order(rows, "load"):
        base = values(rows, load, BASELINE, figure).values()
        cells = (f"{statistics.median(base) / divisor:>9.2f}" if base
                 else f"{'–':>9}")
        for other in others:
            found = ratios(rows, load, other, figure)
            cells += (f"{statistics.median(found):.2f} "
                      f"{min(found):.2f}–{max(found):.2f}" if found
                      else "–").rjust(18)
        lines.append(f"{load:<18}{cells}")
    loads = finished_by_all(rows)
    if loads and others:
        cells = "".join(f"{max(medians(rows, loads, other, figure)):>8.2f}"
                        + " " * 10 for other in others)
        lines.append(f"{'worst':<27}{cells}".rstrip())
    return lines


def medians(rows, loads, allocator, figure):
    return [statistics.median(ratios(rows, load, allocator, figure))
            for load in loads]


def summary_row(rows, name, loads, figure):
    """A row of means; the lowest is bold, and what it equals once rounded."""
    means = [f"{geometric_mean(medians(rows, loads, allocator, figure)):.2f}"
             for allocator in [BASELINE] + others_in(rows)]
    best = min(means, key=float)
    cells = [f"**{mean}**" if mean == best else mean for mean in means]
    return f"| {name} | {' | '.join(cells)} |"


def summary(rows):
    """Lines: the means as a table in Markdown, which README.md shows."""
    loads, columns = finished_by_all(rows), [BASELINE] + others_in(rows)
    groups = [("programs", [l for l in loads if not l.startswith(MICRO)]),
              ("micro loads", [l for l in loads if l.startswith(MICRO)]),
              ("all", loads)]
    return [f"| | {' | '.join(columns)} |",
            "|---" * (len(columns) + 1) + "|"] + [
        summary_row(rows, f"{title}, {name}", some, figure)
        for figure, title, *_ in FIGURES for name, some in groups if some]


def tables(rows):
    lines = []
    for figure, title, unit, divisor in FIGURES:
        lines += table(rows, figure, title, unit, divisor) + [""]
    loads, everything = finished_by_all(rows), in_order(rows, "load")
    if len(loads) < len(everything):
        lines.append(f"(the worst and the means are over the {len(loads)} of "
                     f"{len(everything)} loads that every allocator finished)")
    if loads and others_in(rows):
        micro = sum(load.startswith(MICRO) for load in loads)
        lines += [f"geometric means over {len(loads) - micro} programs and "
                  f"{micro} micro loads, relative to {BASELINE}"]
        lines += summary(rows)
    return "\n".join(lines)
