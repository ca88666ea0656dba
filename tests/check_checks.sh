#!/bin/bash
# check_checks.sh: the checks find what they are for, in a tree made for it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{base,sim,planner,slurmio,cli}
failed=0

# expect TEXT COMMAND...: the command fails and says TEXT
expect() {
    local text=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "not found: $text"
        failed=1
    elif ! grep -qF -- "$text" <<<"$said"; then
        echo "expected '$text', found: $said"
        failed=1
    fi
}

lines() { # lines N TEXT: a file of N lines
    for ((i = 0; i < $1; i++)); do echo "$2"; done
}

echo '/* x. */' >"$tree/slurmio/b.h"
printf '/* x. */\n#include "slurmio/b.h"\n' >"$tree/planner/a.c"
expect 'planner/a.c:2: planner must not include slurmio' "$here/check_layers.py" "$tree"
printf '/* x. */\n#include "b.h"\n' >"$tree/planner/a.c"
expect 'expected "folder/header.h"' "$here/check_layers.py" "$tree"
printf '/* x. */\n#include "base/none.h"\n' >"$tree/planner/a.c"
expect 'there is no such file' "$here/check_layers.py" "$tree"

expect 'a header without #pragma once' "$here/check_style.py" "$tree"
printf 'int x;\n' >"$tree/planner/a.c"
expect 'does not open with a comment' "$here/check_style.py" "$tree"
{ echo '/* x. */'; lines 701 ''; } >"$tree/planner/a.c"
expect 'a file of 702 lines' "$here/check_style.py" "$tree"
{ echo '/* x. */'; echo 'int f(void)'; echo '{'; lines 61 '    f();'; echo '}'; } >"$tree/planner/a.c"
expect 'a function of 61 lines' "$here/check_style.py" "$tree"
printf '/* x. */\nint f(int a, int b, int c, int d,\n      int e, int f, int g)\n{\n}\n' >"$tree/planner/a.c"
expect 'more than 6 parameters' "$here/check_style.py" "$tree"
printf '/* x. */\nint f(void)\n{\n                if (1)\n                    f();\n}\n' >"$tree/planner/a.c"
expect 'nested deeper than 3' "$here/check_style.py" "$tree"
printf '/* x. */\nstatic int f(void);\n' >"$tree/planner/a.c"
expect 'a forward declaration' "$here/check_style.py" "$tree"
printf '/* x. */\nstatic int count = 0;\n' >"$tree/planner/a.c"
expect 'a changeable variable' "$here/check_style.py" "$tree"
printf '/* x. */\nvoid f(void)\n{\n    g_print("x");\n}\n' >"$tree/planner/a.c"
expect 'only cli prints' "$here/check_style.py" "$tree"
[ $failed -eq 0 ] && echo "the checks find what they are for"
exit $failed
