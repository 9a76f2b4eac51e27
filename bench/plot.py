#!/usr/bin/env python3
"""Draws results/NAME.csv as results/NAME.svg.

  bench/plot.py NAME

A panel each for CPU time, wall time and peak memory; in it a row a load, in the
row a mark an allocator at its ratio to glibc, with a line over its rounds. The
ratio's axis is logarithmic, so that half and twice look alike.
"""

import html
import math
import os
import statistics
import sys

import report
from support import HERE

COLOURS = ["#0b6e4f", "#c8553d", "#3066be", "#a37b00", "#7d3c98", "#555555"]
ROW, LABEL, PANEL, GAP, TOP = 16, 130, 260, 24, 60
LOWEST, HIGHEST = 0.25, 4.0


def across(ratio):
    """The distance of a ratio from a panel's left edge; clamped to it."""
    clamped = min(max(ratio, LOWEST), HIGHEST)
    return PANEL * math.log(clamped / LOWEST) / math.log(HIGHEST / LOWEST)


def text(x, y, words, anchor="start", colour="#222"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'fill="{colour}">{html.escape(words)}</text>')


def line(x1, y1, x2, y2, colour, width=1.0):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}" stroke-width="{width}"/>')


def panel(rows, left, figure, title, loads, others):
    bottom = TOP + ROW * len(loads)
    parts = [text(left, TOP - 22, f"{title}, relative to {report.BASELINE}")]
    for tick in (0.25, 0.5, 1, 2, 4):
        x = left + across(tick)
        parts += [line(x, TOP - 4, x, bottom, "#999" if tick == 1 else "#ddd"),
                  text(x, TOP - 8, f"{tick:g}", "middle", "#777")]
    for row, load in enumerate(loads):
        for index, other in enumerate(others):
            found = report.ratios(rows, load, other, figure)
            if not found:
                continue
            # Side by side within the row, so that equal marks stay visible.
            y = TOP + ROW * (row + (index + 1) / (len(others) + 1))
            colour = COLOURS[index % len(COLOURS)]
            parts.append(line(left + across(min(found)), y,
                              left + across(max(found)), y, colour, 1.5))
            x = left + across(statistics.median(found))
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" '
                         f'fill="{colour}"/>')
    return parts


def draw(rows):
    loads = report.in_order(rows, "load")
    others = report.others_in(rows)
    width = LABEL + len(report.FIGURES) * (PANEL + GAP)
    height = TOP + ROW * len(loads) + GAP
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
             f'height="{height}" font-family="sans-serif" font-size="11">',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for index, other in enumerate(others):
        parts.append(text(LABEL + index * 110, 18, f"● {other}",
                          colour=COLOURS[index % len(COLOURS)]))
    for row, load in enumerate(loads):
        y = TOP + ROW * row
        parts += [text(LABEL - 10, y + ROW * 0.75, load, "end"),
                  line(LABEL, y, width - GAP, y, "#eee")]
    for index, (figure, title, *_) in enumerate(report.FIGURES):
        parts += panel(rows, LABEL + index * (PANEL + GAP), figure, title,
                       loads, others)
    return "\n".join(parts + ["</svg>", ""])


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__.strip())
        return 2
    source = f"{HERE}/results/{sys.argv[1]}.csv"
    if not os.path.exists(source):
        print(f"bench/plot.py: no {source}", file=sys.stderr)
        return 2
    with open(source[:-3] + "svg", "w", encoding="utf-8") as out:
        out.write(draw(report.read(source)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
