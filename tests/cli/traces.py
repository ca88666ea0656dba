#!/usr/bin/env python3
"""Textbook schedules, job by job, against those that other simulators made of the same traces.

  traces.py POLICY TRACES [NAME...]

Runs srx on TRACES/NAME.swf.gz (all that have a schedule) and holds every start against
TRACES/NAME.POLICY.txt.gz. Prints a line a trace: jobs, and how many start at another time.
"""
import gzip
import pathlib
import subprocess
import sys


def starts_of(lines):
    return {job: int(start) for job, start in lines}


def wanted(path):
    with gzip.open(path, "rt") as lines:
        return starts_of(line.split() for line in lines)


def simulated(trace, policy):
    run = subprocess.run(["srx", "simulate", trace, "--policy", policy, "-P"],
                         stdout=subprocess.PIPE, text=True, check=True)
    rows = [line.split("|") for line in run.stdout.splitlines()[1:]]
    return starts_of((row[0], row[2]) for row in rows)


def main():
    policy, folder, names = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    files = sorted(folder.glob(f"*.{policy}.txt.gz"))
    for path in files:
        name = path.name.split(".")[0]
        if names and name not in names:
            continue
        theirs, ours = wanted(path), simulated(folder / f"{name}.swf.gz", policy)
        differ = sum(ours.get(job) != start for job, start in theirs.items())
        differ += len(ours.keys() - theirs.keys())
        print(f"{name} {len(theirs)} {differ}")


if __name__ == "__main__":
    main()
