#!/usr/bin/env python3
"""Broken inputs are refused in words: exit status 3, the expected message, no crash.

  broken.py --srx PATH [DIRECTORY]

DIRECTORY (tests/data/broken) holds broken files and scenario directories; beside each NAME or
NAME.EXT stands NAME.txt or NAME.EXT.txt, every line of which `srx check` must print.
"""
import argparse
import pathlib
import subprocess
import sys

LEAST = 40  # broken inputs there must be
SECONDS = 30  # each may take: sanitizers on a busy machine


def expectation(path):
    """The file that says what must be printed, or None."""
    for name in (path.with_name(path.name + ".txt"), path.with_suffix(".txt")):
        if name != path and name.is_file():
            return name
    return None


def inputs(directory):
    paths = sorted(directory.iterdir())
    expectations = {expectation(path) for path in paths if expectation(path)}
    return [path for path in paths if path not in expectations]


def wrong(srx, path):
    """What is wrong with srx's answer, or None."""
    expected = expectation(path)
    if not expected:
        return "no .txt beside it says what is expected"
    try:
        done = subprocess.run([srx, "check", path], capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"took more than {SECONDS} s"
    said = (done.stdout + done.stderr).decode(errors="replace")
    missing = [line for line in expected.read_text().splitlines() if line and line not in said]
    if done.returncode != 3:
        return f"exit status {done.returncode} instead of 3; it printed:\n{said}"
    if missing:
        return "\n".join(f"not printed: {line}" for line in missing) + f"\nbut:\n{said}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--srx", required=True)
    parser.add_argument("directory", nargs="?", type=pathlib.Path,
                        default=pathlib.Path(__file__).parent.parent / "data" / "broken")
    options = parser.parse_args()
    paths = inputs(options.directory)
    failures = 0
    for path in paths:
        problem = wrong(options.srx, path)
        if problem:
            failures += 1
            print(f"{path.name}: {problem}\n")
    print(f"{len(paths)} broken inputs, {failures} not refused as expected")
    if len(paths) < LEAST:
        print(f"expected at least {LEAST} broken inputs")
    return 1 if failures or len(paths) < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
