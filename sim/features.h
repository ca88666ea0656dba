/* Node features a job asks for: --constraint and --prefer.
 *
 * Slurm's grammar: terms joined by & and | from left to right, parentheses one level deep, and at
 * most one pair of brackets. [a|b] means "all nodes of one alternative"; a*4, or [a*2&b*4], means
 * "so many nodes with this feature, the others any". Source: job_scheduler.c _feature_string2list,
 * node_scheduler.c valid_feature_counts. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* One alternative or term of a constraint. */
typedef struct {
    char *name;
    uint32_t count; /* "a*4": that many nodes; 0 = all */
    uint8_t group;  /* brackets: terms of one [a|b] share a group number > 0 */
    uint8_t part;   /* which alternative inside the brackets, 1..; 0 outside them */
    uint8_t paren;  /* terms of one (a|b) share a number > 0 */
    bool or_next;   /* joined to the next term by | (else &) */
} FeatureTerm;

typedef struct {
    FeatureTerm *terms;
    uint32_t n;
} Features;

/** features_parse - false when Slurm would not read the expression; @out is then empty. */
bool features_parse(const char *text, Features *out);
void features_clear(Features *self);

/** features_match - does a node satisfy the expression (counts and groups aside)? Of what stands in
 * brackets it needs one part. */
bool features_match(const Features *self, char *const *node_features);

/** features_parts - how many alternatives stand in brackets; 0 without brackets. */
uint32_t features_parts(const Features *self);

/** features_match_part - does a node satisfy what is outside the brackets and alternative @part
 * (1..)? */
bool features_match_part(const Features *self, uint32_t part, char *const *node_features);

/** features_exclusive - [a|b]: every node must be of the same alternative. */
bool features_exclusive(const Features *self);

/** features_count - nodes asked for with alternative @part (0: with a lone a*4); 0 = no count. */
uint32_t features_count(const Features *self, uint32_t part);
