/* slurm.conf: PreemptType, PreemptMode, PreemptExemptTime, and how people mix them up.
 * Source: Slurm 24.05 and 25.05 read_config.c, preempt_mode_num. */
#include "slurmio/slurmconf_read.h"

#include "base/units.h"
#include <string.h>

#define METHODS (PREEMPT_CANCEL | PREEMPT_REQUEUE | PREEMPT_SUSPEND)

static const char *const mode_words[] = {"OFF", "CLUSTER", "CANCEL", "REQUEUE", "SUSPEND",
                                         "ON",  "GANG",    "WITHIN", "PRIORITY"};
static const uint16_t mode_flags[] = {PREEMPT_OFF,     PREEMPT_OFF,     PREEMPT_CANCEL,
                                      PREEMPT_REQUEUE, PREEMPT_SUSPEND, PREEMPT_SUSPEND,
                                      PREEMPT_GANG,    PREEMPT_WITHIN,  PREEMPT_PRIORITY};

static int mode_word(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(mode_words); i++)
        if (g_ascii_strcasecmp(mode_words[i], word) == 0)
            return (int)i;
    return -1;
}

static bool refuse_word(const SlurmConf *self, const ConfPair *pair, const char *word)
{
    const char *near = nearest_word(word, mode_words, G_N_ELEMENTS(mode_words));

    if (g_ascii_strncasecmp(word, "preempt/", strlen("preempt/")) == 0)
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "PreemptMode: expected OFF, CANCEL, REQUEUE or SUSPEND, GANG, found the type "
                      "'%s' (write PreemptType=%s and PreemptMode=REQUEUE or SUSPEND,GANG)",
                      word, word);
    else if (near)
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "PreemptMode: expected OFF, CANCEL, REQUEUE, SUSPEND, GANG or WITHIN, found "
                      "'%s'; did you mean %s",
                      word, near);
    else
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "PreemptMode: expected OFF, CANCEL, REQUEUE, SUSPEND, GANG or WITHIN, found "
                      "'%s'",
                      word);
    return false;
}

static bool refuse_priority(const SlurmConf *self, const ConfPair *pair)
{
    conf_pair_say(
        pair, self->diags, DIAG_ERROR,
        "PreemptMode: expected OFF, CANCEL, REQUEUE or SUSPEND,GANG, found '%s': PRIORITY "
        "needs Slurm 25.05 (to let partitions preempt by PriorityTier write "
        "PreemptType=preempt/partition_prio and PreemptMode=SUSPEND,GANG)",
        pair->value);
    return false;
}

bool slurmconf_preempt_mode(const SlurmConf *self, const ConfPair *pair, uint16_t *out)
{
    g_auto(GStrv) words = g_strsplit_set(pair->value, ", ", -1);
    uint16_t mode = PREEMPT_OFF;
    int methods = 0;

    for (char **word = words; *word; word++) {
        const int known = **word ? mode_word(*word) : 0;

        if (known < 0)
            return refuse_word(self, pair, *word);
        if (mode_flags[known] == PREEMPT_PRIORITY && self->cluster->version < SLURM_25_05)
            return refuse_priority(self, pair);
        mode |= mode_flags[known];
        methods += **word && (mode_flags[known] & ~METHODS) == 0;
    }
    if (methods > 1 || ((mode & PREEMPT_GANG) && (mode & PREEMPT_WITHIN))) {
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "PreemptMode: expected one of OFF, CANCEL, REQUEUE, SUSPEND, with GANG or "
                      "with WITHIN, found '%s'",
                      pair->value);
        return false;
    }
    *out = mode;
    return true;
}

static bool names_mode(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    return words[0] && mode_word(g_strstrip(words[0])) >= 0;
}

/* PreemptType holds a mode: people swap the two keys. */
static void refuse_type(SlurmConf *self, const ConfPair *type)
{
    static const char *const known[] = {"preempt/none", "preempt/qos", "preempt/partition_prio"};
    const char *slash = strchr(type->value, '/');
    const char *word = slash ? slash + 1 : type->value;
    const char *near = nearest_word(type->value, known, G_N_ELEMENTS(known));

    if (names_mode(word))
        conf_pair_say(type, self->diags, DIAG_ERROR,
                      "PreemptType: expected preempt/qos or preempt/partition_prio, found the mode "
                      "'%s'; PreemptType and PreemptMode are swapped (write "
                      "PreemptType=preempt/partition_prio and PreemptMode=%s)",
                      type->value,
                      g_ascii_strncasecmp(word, "SUSPEND", strlen("SUSPEND")) == 0 ? "SUSPEND,GANG"
                                                                                   : word);
    else
        conf_pair_say(type, self->diags, DIAG_ERROR,
                      "PreemptType: expected preempt/none, preempt/qos or preempt/partition_prio, "
                      "found '%s'%s%s",
                      type->value, near ? "; did you mean " : "", near ? near : "");
}

static bool read_type(SlurmConf *self)
{
    const ConfPair *type = conf_record_find(self->global, "PreemptType");

    if (!type || strcmp(type->value, "preempt/none") == 0)
        return true;
    if (strcmp(type->value, "preempt/qos") == 0)
        self->cluster->config.preempt = PREEMPT_QOS;
    else if (strcmp(type->value, "preempt/partition_prio") == 0)
        self->cluster->config.preempt = PREEMPT_PARTITION_PRIO;
    else {
        refuse_type(self, type);
        return false;
    }
    return true;
}

static void check_pair(SlurmConf *self)
{
    const Config *config = &self->cluster->config;
    const ConfPair *mode = conf_record_find(self->global, "PreemptMode");
    const bool does_something = config->preempt_mode & (METHODS | PREEMPT_PRIORITY);

    if (config->preempt_mode == PREEMPT_SUSPEND)
        conf_pair_say(mode, self->diags, DIAG_ERROR,
                      "PreemptMode=SUSPEND needs GANG, which resumes the jobs (write "
                      "PreemptMode=SUSPEND,GANG)");
    else if (config->preempt == PREEMPT_NONE &&
             (config->preempt_mode & (METHODS | PREEMPT_WITHIN | PREEMPT_PRIORITY)))
        conf_pair_say(
            mode, self->diags, DIAG_ERROR,
            "PreemptMode=%s needs a PreemptType (write PreemptType=preempt/partition_prio "
            "or preempt/qos)",
            mode->value);
    else if (config->preempt != PREEMPT_NONE && !does_something)
        conf_record_say(self->global, "PreemptType", DIAG_ERROR,
                        "%s needs a PreemptMode (write PreemptMode=CANCEL, REQUEUE or "
                        "SUSPEND,GANG)",
                        conf_record_find(self->global, "PreemptType")->value);
}

static void read_exempt_time(SlurmConf *self)
{
    const ConfPair *pair = conf_record_find(self->global, "PreemptExemptTime");
    g_autoptr(GError) error = NULL;
    Span span = 0;

    if (!pair || strcmp(pair->value, "-1") == 0)
        return;
    if (span_parse(pair->value, &span, &error))
        self->cluster->config.preempt_exempt_time =
            span >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)span;
    else
        conf_pair_say(pair, self->diags, DIAG_ERROR, "PreemptExemptTime: %s", error->message);
}

void slurmconf_read_preempt(SlurmConf *self)
{
    const ConfPair *mode = conf_record_find(self->global, "PreemptMode");
    const bool types_well = read_type(self);
    const bool modes_well =
        !mode || slurmconf_preempt_mode(self, mode, &self->cluster->config.preempt_mode);

    if (types_well && modes_well)
        check_pair(self);
    read_exempt_time(self);
}
