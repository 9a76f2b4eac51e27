"""From raw measures to tables: medians, ratios to glibc, spread, means.

A ratio compares an allocator with glibc in the same round, so that what slows
the machine for a while slows both. The figure of a load is the median of its
rounds' ratios, its spread their lowest and highest.
"""

import csv
import math
import statistics

BASELINE = "glibc"
COLUMNS = ["load", "allocator", "round", "cpu_s", "wall_s", "rss_kib"]
FIGURES = [("cpu_s", "CPU time", "s", 1), ("wall_s", "wall time", "s", 1),
           ("rss_kib", "peak RSS", "MiB", 1024)]


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


def table(rows, figure, title, unit, divisor):
    """Lines: a load each, then the geometric mean and the worst load."""
    loads = in_order(rows, "load")
    others = [a for a in in_order(rows, "allocator") if a != BASELINE]
    lines = [f"{title}: {BASELINE} in {unit} (median); the others relative to "
             "it, median and lowest–highest of the rounds",
             f"{'load':<18}{BASELINE:>9}"
             + "".join(f"{other:>18}" for other in others)]
    medians = {other: {} for other in others}
    for load in loads:
        base = values(rows, load, BASELINE, figure).values()
        cells = (f"{statistics.median(base) / divisor:>9.2f}" if base
                 else f"{'–':>9}")
        for other in others:
            found = ratios(rows, load, other, figure)
            if found:
                medians[other][load] = statistics.median(found)
                cells += (f"{medians[other][load]:>8.2f} "
                          f"{min(found):.2f}–{max(found):.2f}".rjust(18))
            else:
                cells += f"{'–':>18}"
        lines.append(f"{load:<18}{cells}")
    # A mean is fair only over the loads that every allocator finished.
    common = [load for load in loads
              if all(load in medians[other] for other in others)]
    for name, pick in (("geometric mean", geometric_mean), ("worst", max)):
        if common and others:
            cells = "".join(
                f"{pick([medians[other][load] for load in common]):>8.3f}"
                + " " * 10 for other in others)
            lines.append(f"{name:<18}{'':>9}{cells}".rstrip())
    if len(common) < len(loads):
        lines.append(f"(means over the {len(common)} of {len(loads)} loads "
                     "that every allocator finished)")
    return lines


def tables(rows):
    lines = []
    for figure, title, unit, divisor in FIGURES:
        lines += table(rows, figure, title, unit, divisor) + [""]
    return "\n".join(lines)
