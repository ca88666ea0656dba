#!/usr/bin/env python3
"""Includes go down only: cli > planner, slurmio > sim > base. Fails on any other include.

  check_layers.py [SOURCE_DIR]
"""
import pathlib
import re
import sys

ALLOWED = {
    "base": {"base"},
    "sim": {"sim", "base"},
    "slurmio": {"slurmio", "sim", "base"},
    "planner": {"planner", "sim", "base"},
    "cli": {"cli", "planner", "slurmio", "sim", "base"},
}
OWN = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
SYSTEM = re.compile(r"^\s*#\s*include\s+<(cli|planner|slurmio|sim|base)/")


def wrong_includes(path, folder, root):
    """The lines of one file that include what its folder must not know."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        own = OWN.match(line)
        if SYSTEM.match(line):
            yield number, 'a header of the project is included with "..."'
        elif own:
            target = own.group(1).split("/")[0]
            if target not in ALLOWED:
                yield number, f'"{own.group(1)}": expected "folder/header.h"'
            elif target not in ALLOWED[folder]:
                yield number, f"{folder} must not include {target} ({own.group(1)})"
            elif not (root / own.group(1)).is_file():
                yield number, f'"{own.group(1)}": there is no such file'


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    wrong = seen = 0
    for folder in ALLOWED:
        for path in sorted((root / folder).glob("**/*.[ch]")):
            seen += 1
            for number, what in wrong_includes(path, folder, root):
                wrong += 1
                print(f"{path.relative_to(root)}:{number}: {what}")
    print(f"{seen} files, {wrong} includes against the layering")
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
