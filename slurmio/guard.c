/* The guard of a batch script. */
#include "slurmio/guard.h"

/* The script itself, the guard and what the guard has just started are never among the others. The
 * name of a process stands in brackets in its stat line and may hold anything, so that what is
 * after the last bracket counts. A guard that ends processes is deaf to the script, which waits for
 * it and takes its status for "ended after its line". */
static const char functions[] =
    "srx_stat() {\n"
    "    local text= IFS=$' \\t\\n'\n"
    "    IFS= read -r -d '' text 2>/dev/null <\"/proc/$1/stat\" || :\n"
    "    text=${text##*) }\n"
    "    srx_fields=($text)\n"
    "}\n"
    "srx_others() {\n"
    "    local pid parent self=$BASHPID\n"
    "    srx_pids=()\n"
    "    for pid in /proc/[0-9]*; do\n"
    "        pid=${pid#/proc/}\n"
    "        srx_stat \"$pid\"\n"
    "        parent=${srx_fields[1]-}\n"
    "        [[ ${srx_fields[2]-} == \"$$\" && ${srx_fields[0]} != [ZX] ]] || continue\n"
    "        [[ $pid != \"$$\" && $pid != \"$self\" && $pid != \"$srx_guard\" ]] || continue\n"
    "        [[ $self == \"$$\" || $parent != \"$self\" ]] || continue\n"
    "        srx_pids+=(\"$pid\")\n"
    "    done\n"
    "    ((${#srx_pids[@]}))\n"
    "}\n"
    "srx_wait_for_others() {\n"
    "    local left=$(($1 * 5))\n"
    "    while srx_others; do\n"
    "        ((left-- > 0)) || return 1\n"
    "        sleep 0.2\n"
    "    done\n"
    "}\n"
    "srx_end_others() {\n"
    "    local grace=$((srx_guard_seconds < 10 ? srx_guard_seconds : 10))\n"
    "    srx_others || return 0\n"
    "    echo \"srx: $1 ${srx_guard_seconds} s ago, ending what is left (${#srx_pids[@]} "
    "processes)\" >&2\n"
    "    kill -CONT \"${srx_pids[@]}\" 2>/dev/null || :\n"
    "    kill -TERM \"${srx_pids[@]}\" 2>/dev/null || :\n"
    "    srx_wait_for_others \"$grace\" && return\n"
    "    kill -KILL \"${srx_pids[@]}\" 2>/dev/null || :\n"
    "    srx_wait_for_others 5 || :\n"
    "}\n"
    "srx_size() {\n"
    "    if [[ -f /proc/$$/fd/$1 ]]; then stat -L -c %s \"/proc/$$/fd/$1\"; else echo 0; fi\n"
    "}\n"
    "srx_line_came() {\n"
    "    local fd size from\n"
    "    for fd in 1 2; do\n"
    "        size=$(srx_size $fd)\n"
    "        ((size > srx_read[fd])) || continue\n"
    "        from=$((srx_read[fd] - 4096 > srx_first[fd] ? srx_read[fd] - 4096 : srx_first[fd]))\n"
    "        srx_read[fd]=$size\n"
    "        tail -c \"+$((from + 1))\" \"/proc/$$/fd/$fd\" | grep -q -a \"$srx_grep\" -e "
    "\"$srx_done_when\" &&\n"
    "            return\n"
    "    done\n"
    "    return 1\n"
    "}\n"
    "srx_nap() {\n"
    "    sleep \"$1\" &\n"
    "    srx_sleep=$!\n"
    "    wait \"$srx_sleep\" || :\n"
    "}\n"
    "srx_watch_for_line() {\n"
    "    srx_sleep=\n"
    "    trap '[[ ! $srx_sleep ]] || kill \"$srx_sleep\" 2>/dev/null; exit 1' TERM\n"
    "    set +o pipefail\n"
    "    until srx_line_came; do srx_nap 1; done\n"
    "    srx_nap \"$srx_guard_seconds\"\n"
    "    trap '' TERM\n"
    "    srx_end_others 'the line that ends the work came'\n"
    "    exit 0\n"
    "}\n"
    "srx_guard_begin() {\n"
    "    srx_guard= srx_guard_seconds=$1 srx_done_when=$2 srx_grep=-P\n"
    "    srx_stat $$\n"
    "    if [[ ${srx_fields[2]-} != \"$$\" ]]; then\n"
    "        echo 'srx: no guard, as the script does not lead a process group' >&2\n"
    "        srx_guard_seconds=\n"
    "        return 0\n"
    "    fi\n"
    "    [[ $srx_done_when ]] || return 0\n"
    "    grep -q -P x <<<x 2>/dev/null || srx_grep=-E\n"
    "    srx_first=(0 \"$(srx_size 1)\" \"$(srx_size 2)\")\n"
    "    srx_read=(\"${srx_first[@]}\")\n"
    "    srx_watch_for_line &\n"
    "    srx_guard=$!\n"
    "}\n"
    "srx_guard_end() {\n"
    "    local status=$1\n"
    "    if [[ $srx_guard ]]; then\n"
    "        kill -TERM \"$srx_guard\" 2>/dev/null || :\n"
    "        wait \"$srx_guard\" 2>/dev/null && status=0\n"
    "        srx_guard=\n"
    "    fi\n"
    "    [[ $srx_guard_seconds ]] || return \"$status\"\n"
    "    srx_wait_for_others \"$srx_guard_seconds\" || srx_end_others 'the main process ended'\n"
    "    return \"$status\"\n"
    "}\n";

const char *guard_functions(void)
{
    return functions;
}

char *guard_begin(const char *done_when, uint32_t seconds)
{
    g_autofree char *pattern = g_shell_quote(done_when ? done_when : "");

    return g_strdup_printf("srx_guard_begin %u %s\n", seconds, pattern);
}

const char *guard_end(void)
{
    return "srx_guard_end $?\n";
}
