#!/usr/bin/env python3
"""Write what `sacct -D -X -P` would print of a recorded case, from the columns of its runs.

  sacct_of.py CASE_DIR [-o FILE] [--columns JobID,User,...] [--full]

The recording keeps the columns of runs[] that `sacct -o` was asked for; their times become calendar
times again. --full writes the whole table (`sacct -o ALL`) of a recording that holds it.
"""
import argparse
import json
import pathlib
import sys
import time

TIMES = ("Submit", "Eligible", "Start", "End")


def stamp(seconds, t0):
    if seconds is None:
        return "Unknown"
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t0 + seconds))


def table(recording, columns=None):
    """-> the text of the dump"""
    runs = [run for job in recording["jobs"] for run in job["runs"]]
    if not runs:
        sys.exit("expected a recording with runs, found none")
    names = columns or list(runs[0])
    t0 = recording["meta"]["t0"]
    lines = ["|".join(names)]
    for run in runs:
        cells = (stamp(run[name], t0) if name in TIMES else run[name] for name in names)
        lines.append("|".join(cells))
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", type=pathlib.Path)
    parser.add_argument("-o", dest="output", type=pathlib.Path)
    parser.add_argument("--columns", type=lambda text: text.split(","))
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    recording = json.loads((args.case / "recording.json").read_text())
    if args.full and not recording.get("sacct"):
        sys.exit(f"{args.case}: expected a recording with the key sacct, found none")
    text = recording["sacct"] if args.full else table(recording, args.columns)
    if args.output:
        args.output.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
