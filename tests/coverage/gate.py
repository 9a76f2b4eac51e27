#!/usr/bin/env python3
"""Holds a folder to a share of lines and branches that are run.

    gate.py COVERAGE.json FOLDER LINE_PERCENT BRANCH_PERCENT

Reads gcovr's JSON and prints a case for each file that has code, and below
it, as file:line, what was not run.
"""
import json
import sys


def missing(path, line):
    """What was not run in a line, one sentence each."""
    if line["count"] == 0:
        yield f"{path}:{line['line_number']} is not run"
    elif any(branch["count"] == 0 for branch in line["branches"]):
        counts = [branch["count"] for branch in line["branches"]]
        ways = ", ".join(str(i + 1) for i, n in enumerate(counts) if n == 0)
        yield (f"{path}:{line['line_number']} "
               f"never takes branch {ways} of {len(counts)}")


def percent(part, whole):
    return 100.0 if whole == 0 else 100.0 * part / whole


def judge(file, wanted_lines, wanted_branches):
    """Prints the case of one file; whether it passes."""
    lines = [line for line in file["lines"] if not line["gcovr/noncode"]]
    branches = [branch for line in lines for branch in line["branches"]]
    run_lines = percent(sum(line["count"] > 0 for line in lines), len(lines))
    run_branches = percent(sum(branch["count"] > 0 for branch in branches),
                           len(branches))
    good = run_lines >= wanted_lines and run_branches >= wanted_branches
    print(f"{'ok' if good else 'not ok'} {file['file']}: "
          f"{run_lines:.1f} % of {len(lines)} lines, "
          f"{run_branches:.1f} % of {len(branches)} branches")
    for line in lines:
        for sentence in missing(file["file"], line):
            print("#   " + sentence)
    return good


def main(path, folder, wanted_lines, wanted_branches):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    files = [file for file in report["files"]
             if file["file"].startswith(folder + "/") and file["lines"]]
    if not files:
        print(f"not ok {folder}: nothing in it was measured")
        return 1
    results = [judge(file, float(wanted_lines), float(wanted_branches))
               for file in sorted(files, key=lambda file: file["file"])]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
