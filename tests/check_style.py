#!/usr/bin/env python3
"""The part of the house style that a script can check, in a second, without a compiler.

  check_style.py [SOURCE_DIR]

Files have at most 700 lines of at most 100 columns and open with a comment; functions have at most
60 lines, 3 levels of nesting and 6 parameters; no goto, no forward declaration of a static
function, no changeable variable at file scope; only cli prints; headers have #pragma once.
"""
import pathlib
import re
import sys
import unicodedata

FOLDERS = ["base", "sim", "slurmio", "planner", "cli", "tests"]
FILE_LINES, FUNCTION_LINES, NESTING, PARAMETERS, COLUMNS = 700, 60, 3, 6, 100

CONTROL = re.compile(r"^( +)(?:\} else )?(if|for|while|switch|do|else)\b")
PRINTS = re.compile(r"\b(printf|puts|putchar|g_print|g_printerr|perror)\s*\(|\bstd(out|err)\b")
FORWARD = re.compile(r"^static [^=({]*\([^{]*\)( G_GNUC_\w+(\([^)]*\))?)?;", re.M)
VARIABLE = re.compile(r"^static (?!const\b|inline\b|[^=;(]*\*const\b)[^(]*(=|;)")


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def blank_texts(source):
    """The source with comments, strings and characters emptied; the lines stay where they are."""
    def empty(match):
        text = match.group(0)
        if text[0] == "/":
            return re.sub(r"[^\n]", " ", text)
        return text[0] + re.sub(r"[^\n]", " ", text[1:-1]) + text[-1]

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', empty, source,
                  flags=re.S)


def parameters_of(lines, brace):
    """How many parameters the function has whose body opens at line index `brace`; a printf format
    and what follows it are its message, not counted."""
    head = []
    for line in reversed(lines[:brace]):
        if not line.strip() or line.startswith(("}", "#")) or line.rstrip().endswith(";"):
            break
        head.insert(0, line)
    text, depth, count = " ".join(head), 0, 1
    start = text.find("(")
    if start < 0:
        return 0
    for char in text[start:]:
        depth += (char == "(") - (char == ")")
        count += char == "," and depth == 1
        if depth == 0:
            break
    return count - 2 if "..." in text else count


def check_functions(lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
            if parameters_of(lines, number - 1) > PARAMETERS:
                yield number, f"more than {PARAMETERS} parameters"
        elif line.startswith("}") and start:
            if number - start - 1 > FUNCTION_LINES:
                yield start, f"a function of {number - start - 1} lines, at most {FUNCTION_LINES}"
            start = None
        elif start:
            control = CONTROL.match(line)
            if control and len(control.group(1)) // 4 > NESTING:
                yield number, f"nested deeper than {NESTING} levels"


def check_lines(lines, folder, is_header):
    joined = "\n".join(lines)
    for match in FORWARD.finditer(joined):
        yield joined.count("\n", 0, match.start()) + 1, "a forward declaration"
    for number, line in enumerate(lines, 1):
        if re.search(r"\bgoto\b", line):
            yield number, "goto"
        if not is_header and VARIABLE.match(line) and folder != "tests":
            yield number, "a changeable variable at file scope"
        if folder not in ("cli", "tests") and PRINTS.search(line):
            yield number, "only cli prints"


def check_file(path, folder):
    source = path.read_text()
    raw = source.splitlines()
    lines = blank_texts(source).splitlines()
    if not source.startswith("/*"):
        yield 1, "the file does not open with a comment that says what it is"
    if path.suffix == ".h" and "#pragma once" not in raw:
        yield 1, "a header without #pragma once"
    if len(raw) > FILE_LINES:
        yield FILE_LINES, f"a file of {len(raw)} lines, at most {FILE_LINES}"
    for number, line in enumerate(raw, 1):
        if width(line) > COLUMNS:
            yield number, f"{width(line)} columns, at most {COLUMNS}"
        if line != line.rstrip() or "\t" in line:
            yield number, "a tab, or blanks at the end of the line"
    yield from check_functions(lines)
    yield from check_lines(lines, folder, path.suffix == ".h")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    wrong = seen = 0
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("**/*.[ch]")):
            seen += 1
            for number, what in sorted(check_file(path, folder)):
                wrong += 1
                print(f"{path.relative_to(root)}:{number}: {what}")
    print(f"{seen} files, {wrong} places against CONTRIBUTING.md")
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
