#!/usr/bin/env python3
"""The scenarios whose scenario.yaml says what to expect show it.

  expected.py --srx PATH [SCENARIO...]

`expect` there holds a line an instant: `"60": {job: STATE, ...}`, the state of each job at that
second as `srx simulate --until` shows it: of its last run.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LINE = re.compile(r'^  "(\d+)": \{(.*)\}$', re.M)


def expectations(directory):
    """-> [(instant, {job: state})]"""
    text = (directory / "scenario.yaml").read_text().partition("\nexpect:\n")[2]
    return [(int(at), dict(pair.split(": ") for pair in states.split(", ")))
            for at, states in LINE.findall(text)]


def states(srx, directory, at):
    """The state of each job, of its last run."""
    done = subprocess.run([srx, "simulate", directory, "--until", str(at), "--json"],
                          capture_output=True, text=True, check=True)
    runs = sorted(json.loads(done.stdout)["runs"], key=lambda run: run["attempt"])
    return {run["job"]: run["state"] for run in runs}


def disagreements(srx, directory):
    for at, wanted in expectations(directory):
        found = states(srx, directory, at)
        for job, state in wanted.items():
            if found.get(job) != state:
                yield f"{directory.name}: at {at} job {job}: expected {state}, found {found.get(job)}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--srx", default=str(ROOT / "build/dev/srx"))
    parser.add_argument("scenarios", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    directories = arguments.scenarios or sorted(
        path.parent for path in ROOT.glob("scenarios/*/scenario.yaml") if expectations(path.parent))
    wrong = [line for directory in directories for line in disagreements(arguments.srx, directory)]
    print("\n".join(wrong + [f"{len(directories)} scenarios, {len(wrong)} disagreements"]))
    return 1 if wrong or not directories else 0


if __name__ == "__main__":
    sys.exit(main())
