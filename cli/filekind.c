/* What a file is, seen from its content. */
#include "cli/filekind.h"

#include <string.h>

enum { PROBE_BYTES = 1 << 16 };

const char *file_kind_name(FileKind kind)
{
    static const char *const names[] = {
        [FILE_UNKNOWN] = "unknown",
        [FILE_WORKFLOW] = "a workflow",
        [FILE_SCRIPT] = "a job script",
        [FILE_SLURM_CONF] = "a slurm.conf",
        [FILE_BESIDE] = "a file that belongs to a slurm.conf",
        [FILE_ACCOUNTING] = "accounting data",
        [FILE_SCENARIO] = "a scenario",
        [FILE_SACCT] = "job records",
    };

    return names[kind];
}

#define SACCTMGR_LINE    "^[ \\t]*(sudo\\s+)?sacctmgr\\s"
#define ACCOUNTING_TABLE "^(Account|User|Cluster|Name|QOS|Org)\\|"

typedef struct {
    const char *pattern;
    FileKind kind;
} Sign;

/* The first line that matches one of these settles it; earlier signs are tried first. */
static const Sign signs[] = {
    {"^#SBATCH", FILE_SCRIPT},
    {"^[ \\t]*(SwitchName|BlockName)\\s*=", FILE_BESIDE},
    {"^[ \\t]*AutoDetect\\s*=", FILE_BESIDE},
    {"^[ \\t]*Name\\s*=\\s*\\w+\\s+(Type|File|Count|Cores|Flags|Links)\\s*=", FILE_BESIDE},
    {"^[ \\t]*NodeName\\s*=.*\\s(Name|File|AutoDetect)\\s*=", FILE_BESIDE},
    {"^[ \\t]*(NodeName|PartitionName|ClusterName|SlurmctldHost|ControlMachine|SlurmctldPort|"
     "SchedulerType|SelectType|SchedulerParameters|AuthType|SlurmUser|GresTypes|PreemptType|"
     "PreemptMode|Priority\\w+|NodeSet|Include)(\\s*=|\\s)",
     FILE_SLURM_CONF},
    {SACCTMGR_LINE, FILE_ACCOUNTING},
    {"^[ \\t]*(-i\\s+)?(add|create|modify|delete|update)\\s+\\w+", FILE_ACCOUNTING},
    {"^(Cluster|Parent|Account|User|QOS|DefaultAccount)\\s+-\\s", FILE_ACCOUNTING},
    {"^([^\\n]*\\|)?(JobID|JobIDRaw|Elapsed|ElapsedRaw|NNodes|ReqTRES)\\|", FILE_SACCT},
    {ACCOUNTING_TABLE, FILE_ACCOUNTING},
    {"^\\w[^|\\n]*\\|(\\w|\\s|%)*\\|", FILE_ACCOUNTING},
    {"^(slurm_version|horizon|shows|expect|now)\\s*:", FILE_SCENARIO},
    {"^[ \\t]*[\\[{][\\s\\S]{0,400}\"(id|submit|runtime|cmd)\"\\s*:", FILE_SCENARIO},
    {"^[ \\t]*(name|jobs|tasks|args|sweep|- name|default_project)\\s*:", FILE_WORKFLOW},
    {"^[A-Za-z]\\w*\\s*=\\s*\\S", FILE_SLURM_CONF},
};

static bool has_line(const char *text, const char *pattern)
{
    return g_regex_match_simple(pattern, text, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0);
}

/* Accounting is often set up by a script; a job's script has directives. */
static FileKind kind_of_script(const char *text)
{
    bool accounts = has_line(text, SACCTMGR_LINE) || has_line(text, ACCOUNTING_TABLE);

    return accounts && !has_line(text, "^#SBATCH") ? FILE_ACCOUNTING : FILE_SCRIPT;
}

static FileKind kind_by_name(const char *path)
{
    static const struct {
        const char *end;
        FileKind kind;
    } names[] = {
        {"gres.conf", FILE_BESIDE}, {"topology.conf", FILE_BESIDE}, {".conf", FILE_SLURM_CONF},
        {".yaml", FILE_WORKFLOW},   {".yml", FILE_WORKFLOW},        {".sh", FILE_SCRIPT},
        {".sbatch", FILE_SCRIPT},   {".slurm", FILE_SCRIPT},        {".job", FILE_SCRIPT},
        {".txt", FILE_ACCOUNTING},  {".cfg", FILE_ACCOUNTING},      {".json", FILE_SCENARIO},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_suffix(path, names[i].end))
            return names[i].kind;
    return FILE_UNKNOWN;
}

/* A name that Slurm itself gives a file cannot mean anything else. */
static FileKind kind_by_fixed_name(const char *path)
{
    static const struct {
        const char *name;
        FileKind kind;
    } names[] = {
        {"slurm.conf", FILE_SLURM_CONF}, {"gres.conf", FILE_BESIDE},
        {"topology.conf", FILE_BESIDE},  {"scenario.yaml", FILE_SCENARIO},
        {"usage.txt", FILE_SCENARIO},    {"nodes.txt", FILE_SCENARIO},
        {"trace.swf", FILE_SCENARIO},    {"trace.swf.gz", FILE_SCENARIO},
        {"jobs.yml", FILE_SCENARIO},     {"jobs.json", FILE_SCENARIO},
        {"jobs.yaml", FILE_SCENARIO},    {"accounting.txt", FILE_ACCOUNTING},
    };
    g_autofree char *base = g_path_get_basename(path);

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(base, names[i].name))
            return names[i].kind;
    return FILE_UNKNOWN;
}

/* Block scalars of YAML can hold lines of any other language. */
static bool may_be(const char *path, FileKind kind)
{
    bool yaml = g_str_has_suffix(path, ".yaml") || g_str_has_suffix(path, ".yml");

    return !yaml || kind == FILE_WORKFLOW || kind == FILE_SCENARIO;
}

FileKind file_kind_of(const char *path, const char *text, size_t length)
{
    FileKind fixed = kind_by_fixed_name(path);
    g_autofree char *head = g_utf8_make_valid(text, (gssize)MIN(length, PROBE_BYTES));

    if (fixed != FILE_UNKNOWN)
        return fixed;
    if (g_str_has_prefix(head, "#!"))
        return kind_of_script(head);
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
        if (may_be(path, signs[i].kind) && has_line(head, signs[i].pattern))
            return signs[i].kind;
    return kind_by_name(path);
}

bool file_kind_probe(const char *path, FileKind *out, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GError) cause = NULL;

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        *out = FILE_SCENARIO;
        return true;
    }
    if (!g_file_get_contents(path, &text, &length, &cause))
        return srx_fail(error, SRX_ERROR_INPUT, "%s: cannot be read: %s", path,
                        g_file_test(path, G_FILE_TEST_EXISTS) ? cause->message
                                                              : "no such file or directory");
    *out = file_kind_of(path, text, length);
    return true;
}
