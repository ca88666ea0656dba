#!/usr/bin/env python3
"""The documents and the program agree.

  check_docs.py SRX [SOURCE_DIR]

Every relative link of a Markdown file leads somewhere; every command and option that srx's help
names stands in docs/commands.md, and every long option there is one that the help knows.
"""
import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def broken_links(path, root):
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target and not (path.parent / target).exists():
            yield f"{path.relative_to(root)}: nothing at {target}"


def help_of(srx, *words):
    return subprocess.run([srx, "help", *words], capture_output=True, text=True, check=True).stdout


def commands_of(srx):
    return re.findall(r"^  ([a-z]+)  ", help_of(srx), flags=re.M)


def section_of(text, command):
    """What docs/commands.md says under "## srx COMMAND"."""
    found = re.search(rf"^## srx {command}\b.*?(?=^## |\Z)", text, flags=re.M | re.S)
    return found.group(0) if found else ""


def disagreements(srx, text):
    for command in commands_of(srx):
        if f"srx {command}" not in text:
            yield f"docs/commands.md: no word about srx {command}"
        known = set(re.findall(r"^\s+(?:-\w, )?(--[a-z][a-z-]+)", help_of(srx, command), re.M))
        section = section_of(text, command)
        for option in sorted(known - set(OPTION.findall(text))):
            yield f"docs/commands.md: no word about {option} of srx {command}"
        told = set(re.findall(r"^\| (?:`-\w`, )?`(--[a-z][a-z-]+)", section, flags=re.M))
        for option in sorted(told - known):
            yield f"docs/commands.md: srx {command} knows no {option}"


def main():
    srx = pathlib.Path(sys.argv[1]).resolve()
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent.parent)
    root = root.resolve()
    documents = [p for p in sorted(root.rglob("*.md")) if "build" not in p.relative_to(root).parts]
    wrong = [w for path in documents for w in broken_links(path, root)]
    wrong += disagreements(srx, (root / "docs" / "commands.md").read_text())
    print("\n".join(wrong + [f"{len(documents)} documents, {len(wrong)} disagreements"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
