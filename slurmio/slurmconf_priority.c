/* slurm.conf: Priority*. Source: Slurm 24.05 and 25.05 read_config.c. */
#include "slurmio/slurmconf_read.h"

#include "base/units.h"
#include <string.h>

#define SPAN_UNLIMITED INT64_C(4294967236) /* [s] what slurmctld makes of UNLIMITED here */

static void read_span(const SlurmConf *self, const char *key, Span *out)
{
    uint32_t minutes = 0;

    if (conf_record_minutes(self->global, key, &minutes))
        *out = minutes == MINUTES_UNLIMITED ? SPAN_UNLIMITED : (Span)minutes * 60;
}

static void read_type(SlurmConf *self)
{
    const ConfPair *pair = conf_record_find(self->global, "PriorityType");
    PriorityParameters *priority = &self->cluster->config.priority;

    if (!pair)
        return;
    self->cluster->config.priority_set = true;
    if (strcmp(pair->value, "priority/multifactor") == 0)
        priority->type = PRIORITY_MULTIFACTOR;
    else if (strcmp(pair->value, "priority/basic") == 0)
        priority->type = PRIORITY_BASIC;
    else
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "PriorityType: expected priority/multifactor or priority/basic, found '%s'",
                      pair->value);
}

/* -1 is how people who want small jobs first try to say it. */
static bool is_negative_job_size(const SlurmConf *self)
{
    const ConfPair *pair = conf_record_find(self->global, "PriorityWeightJobSize");

    if (!pair || *pair->value != '-')
        return false;
    conf_pair_say(pair, self->diags, DIAG_ERROR,
                  "PriorityWeightJobSize: expected a number of at least 0, found '%s' (to favour "
                  "small jobs write a positive weight and PriorityFavorSmall=YES)",
                  pair->value);
    return true;
}

static void read_weights(SlurmConf *self)
{
    PriorityParameters *priority = &self->cluster->config.priority;
    uint64_t sum;

    conf_record_u32(self->global, "PriorityWeightAge", &priority->weight_age);
    conf_record_u32(self->global, "PriorityWeightAssoc", &priority->weight_assoc);
    conf_record_u32(self->global, "PriorityWeightFairshare", &priority->weight_fairshare);
    if (!is_negative_job_size(self))
        conf_record_u32(self->global, "PriorityWeightJobSize", &priority->weight_job_size);
    conf_record_u32(self->global, "PriorityWeightPartition", &priority->weight_partition);
    conf_record_u32(self->global, "PriorityWeightQOS", &priority->weight_qos);
    conf_record_text(self->global, "PriorityWeightTRES", &priority->weight_tres_text);
    conf_record_bool(self->global, "PriorityFavorSmall", &priority->favor_small);
    sum = (uint64_t)priority->weight_age + priority->weight_assoc + priority->weight_fairshare +
          priority->weight_job_size + priority->weight_partition + priority->weight_qos;
    if (sum > UINT32_MAX)
        diags_add(self->diags, DIAG_WARNING, self->path, 0, 0, NULL,
                  "the PriorityWeight values add up to %" G_GUINT64_FORMAT
                  ": priorities above 4294967295 are cut",
                  sum);
}

typedef struct {
    const char *word;
    uint32_t flags;
} FlagWord;

static const FlagWord *flag_of(const char *word)
{
    static const FlagWord words[] = {
        {"ACCRUE_ALWAYS", PRIORITY_ACCRUE_ALWAYS},
        {"CALCULATE_RUNNING", PRIORITY_CALCULATE_RUNNING},
        {"DEPTH_OBLIVIOUS", PRIORITY_DEPTH_OBLIVIOUS},
        {"NO_FAIR_TREE", PRIORITY_NO_FAIR_TREE},
        {"FAIR_TREE", 0},
        {"INCR_ONLY", PRIORITY_INCR_ONLY},
        {"MAX_TRES", PRIORITY_MAX_TRES},
        {"MAX_TRES_GRES", PRIORITY_MAX_TRES_GRES},
        {"NO_NORMAL_ALL", PRIORITY_NO_NORMAL_ASSOC | PRIORITY_NO_NORMAL_PART |
                              PRIORITY_NO_NORMAL_QOS | PRIORITY_NO_NORMAL_TRES},
        {"NO_NORMAL_ASSOC", PRIORITY_NO_NORMAL_ASSOC},
        {"NO_NORMAL_PART", PRIORITY_NO_NORMAL_PART},
        {"NO_NORMAL_QOS", PRIORITY_NO_NORMAL_QOS},
        {"NO_NORMAL_TRES", PRIORITY_NO_NORMAL_TRES},
        {"SMALL_RELATIVE_TO_TIME", PRIORITY_SMALL_RELATIVE_TO_TIME},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(words[i].word, word) == 0)
            return &words[i];
    return NULL;
}

static void say_unknown_flag(const SlurmConf *self, const char *word)
{
    static const char *const known[] = {
        "ACCRUE_ALWAYS",         "CALCULATE_RUNNING", "DEPTH_OBLIVIOUS",
        "NO_FAIR_TREE",          "INCR_ONLY",         "MAX_TRES",
        "NO_NORMAL_ALL",         "NO_NORMAL_ASSOC",   "NO_NORMAL_PART",
        "NO_NORMAL_QOS",         "NO_NORMAL_TRES",    "FAIR_TREE",
        "SMALL_RELATIVE_TO_TIME"};
    const char *near = nearest_word(word, known, G_N_ELEMENTS(known));

    conf_record_say(self->global, "PriorityFlags", DIAG_WARNING,
                    "PriorityFlags: Slurm silently ignores '%s'%s%s", word,
                    near ? "; did you mean " : "", near ? near : "");
}

static void read_flags(SlurmConf *self)
{
    uint32_t *flags = &self->cluster->config.priority.flags;
    g_auto(GStrv) words = NULL;

    conf_record_words(self->global, "PriorityFlags", &words);
    for (char **word = words; word && *word; word++) {
        const FlagWord *known = flag_of(*word);

        if (known)
            *flags |= known->flags;
        else
            say_unknown_flag(self, *word);
    }
    /* before 25.05 the longer name is only seen to contain the shorter one */
    if ((*flags & PRIORITY_MAX_TRES_GRES) && self->cluster->version < SLURM_25_05)
        *flags = (*flags & ~(uint32_t)PRIORITY_MAX_TRES_GRES) | PRIORITY_MAX_TRES;
}

static void read_reset(SlurmConf *self)
{
    static const char *const words[] = {"NONE",    "NOW",       "DAILY",  "WEEKLY",
                                        "MONTHLY", "QUARTERLY", "YEARLY", NULL};
    PriorityParameters *priority = &self->cluster->config.priority;
    int word = RESET_NONE;

    if (conf_record_choice(self->global, "PriorityUsageResetPeriod", words, &word))
        priority->usage_reset = (UsageReset)word;
    else if (priority->half_life == 0)
        conf_record_say(self->global, "PriorityDecayHalfLife", DIAG_ERROR,
                        "PriorityDecayHalfLife=0 needs PriorityUsageResetPeriod: usage would only "
                        "ever grow");
}

void slurmconf_read_priority(SlurmConf *self)
{
    PriorityParameters *priority = &self->cluster->config.priority;
    uint16_t damping = 1;

    read_type(self);
    read_weights(self);
    read_flags(self);
    read_span(self, "PriorityMaxAge", &priority->max_age);
    read_span(self, "PriorityDecayHalfLife", &priority->half_life);
    read_span(self, "PriorityCalcPeriod", &priority->calc_period);
    if (priority->calc_period == 0 || priority->calc_period == SPAN_UNLIMITED) {
        conf_record_say(self->global, "PriorityCalcPeriod", DIAG_ERROR,
                        "PriorityCalcPeriod: expected at least a minute, found '%s'",
                        conf_record_find(self->global, "PriorityCalcPeriod")->value);
        priority->calc_period = 300;
    }
    if (conf_record_u16(self->global, "FairShareDampeningFactor", &damping))
        priority->damping = MAX(damping, 1);
    read_reset(self);
}
