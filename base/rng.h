/* Random numbers: one named stream a purpose, so that a new draw here moves nothing there. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct Rng Rng;

/** rng_new - the stream called @purpose of replication @replication under @seed. */
Rng *rng_new(uint64_t seed, uint32_t replication, const char *purpose);
void rng_free(Rng *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rng, rng_free)

double rng_uniform(Rng *self);                           /* [0, 1) */
uint32_t rng_below(Rng *self, uint32_t n);               /* 0..n-1, n > 0 */
double rng_normal(Rng *self);                            /* mean 0, deviation 1 */
double rng_exponential(Rng *self, double mean);          /* mean > 0 */
double rng_lognormal(Rng *self, double p50, double p90); /* 0 < p50 <= p90 */
