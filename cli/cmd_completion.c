/* srx completion bash|zsh|fish: a thin script that asks `srx complete`. */
#include "cli/command.h"

#include <stdio.h>

static const char bash_script[] =
    "_srx() {\n"
    "    local line words=(\"${COMP_WORDS[@]:1:COMP_CWORD}\") cur=${COMP_WORDS[COMP_CWORD]}\n"
    "    COMPREPLY=()\n"
    "    [[ $cur == = ]] && cur=\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "
    "\"$cur\") ;;\n"
    "        :directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d "
    "-- \"$cur\") ;;\n"
    "        *) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
    "        esac\n"
    "    done < <(srx complete \"${words[@]}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _srx srx\n";

static const char zsh_script[] =
    "#compdef srx\n"
    "_srx() {\n"
    "    local line\n"
    "    local -a found\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :files) _files ;;\n"
    "        :directories) _files -/ ;;\n"
    "        *) found+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        esac\n"
    "    done < <(srx complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)\n"
    "    (( ${#found} )) && _describe srx found\n"
    "}\n"
    "if [[ ${funcstack[1]} == _srx ]]; then _srx \"$@\"; else compdef _srx srx; fi\n";

static const char fish_script[] = "function __srx_complete\n"
                                  "    set -l words (commandline -opc) (commandline -ct)\n"
                                  "    for line in (srx complete $words[2..-1] 2>/dev/null)\n"
                                  "        switch $line\n"
                                  "            case ':files'\n"
                                  "                __fish_complete_path (commandline -ct)\n"
                                  "            case ':directories'\n"
                                  "                __fish_complete_directories (commandline -ct)\n"
                                  "            case '*'\n"
                                  "                echo $line\n"
                                  "        end\n"
                                  "    end\n"
                                  "end\n"
                                  "complete -c srx -f -a '(__srx_complete)'\n";

static bool run(G_GNUC_UNUSED const Session *session, G_GNUC_UNUSED const void *settings,
                char **operands, GError **error)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    static const char *const scripts[] = {bash_script, zsh_script, fish_script};

    for (size_t i = 0; i < G_N_ELEMENTS(shells); i++)
        if (operands[0] && !operands[1] && g_str_equal(operands[0], shells[i])) {
            fputs(scripts[i], stdout);
            return true;
        }
    return srx_fail(error, SRX_ERROR_USAGE, "expected a shell: bash, zsh or fish, found '%s'",
                    operands[0] ? operands[0] : "nothing");
}

const Command command_completion = {
    .name = "completion",
    .summary = "print a script that completes srx's words in bash, zsh or fish",
    .usage = "bash|zsh|fish",
    .examples = "source <(srx completion bash)\n"
                "srx completion fish > ~/.config/fish/completions/srx.fish\n",
    .operands = OPERANDS_NONE,
    .run = run,
};
