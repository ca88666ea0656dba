#!/bin/bash
# check_format.sh [SOURCE_DIR]: every C file is as clang-format 14 would write it. Exit status 77
# (skipped) where that version is not installed: others format a little differently.
set -eu
cd "${1:-$(dirname "$0")/..}"
tool=$(command -v clang-format-14 || command -v clang-format || true)
if [ -z "$tool" ] || ! "$tool" --version | grep -q 'version 14\.'; then
    echo "skipped: clang-format 14 is not installed (apt-get install clang-format-14)"
    exit 77
fi
mapfile -t files < <(find base sim slurmio planner cli tests -name '*.[ch]' | sort)
bad=0
for file in "${files[@]}"; do
    if ! "$tool" "$file" | cmp -s - "$file"; then
        echo "$file: run $(basename "$tool") -i $file"
        bad=$((bad + 1))
    fi
done
echo "${#files[@]} files, $bad to format"
[ "$bad" -eq 0 ]
