/* Random numbers: one named stream a purpose. */
#include "base/rng.h"

#include <math.h>

struct Rng {
    GRand *rand;
};

/* FNV-1a, 64 bits: the same on every machine and in every GLib. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

Rng *rng_new(uint64_t seed, uint32_t replication, const char *purpose)
{
    Rng *self = g_new(Rng, 1);
    uint64_t hash = hash_text(purpose);
    guint32 seeds[] = {(guint32)seed, (guint32)(seed >> 32), replication, (guint32)hash,
                       (guint32)(hash >> 32)};

    self->rand = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
    return self;
}

void rng_free(Rng *self)
{
    if (!self)
        return;
    g_rand_free(self->rand);
    g_free(self);
}

double rng_uniform(Rng *self)
{
    return g_rand_double(self->rand);
}

uint32_t rng_below(Rng *self, uint32_t n)
{
    uint64_t fair = (UINT64_C(1) << 32) / n * n,
             draw; /* beyond it some results would be likelier */

    g_assert(n > 0);
    do {
        draw = g_rand_int(self->rand);
    } while (draw >= fair);
    return (uint32_t)(draw % n);
}

/* Box and Muller, 1958; the second value is dropped so that a draw has no memory. */
double rng_normal(Rng *self)
{
    double u = 1 - rng_uniform(self), v = rng_uniform(self);

    return sqrt(-2 * log(u)) * cos(2 * G_PI * v);
}

double rng_exponential(Rng *self, double mean)
{
    return -mean * log(1 - rng_uniform(self));
}

double rng_lognormal(Rng *self, double p50, double p90)
{
    const double z90 = 1.2815515655446004; /* the standard normal's 90th percentile */

    return p50 * exp(log(p90 / p50) / z90 * rng_normal(self));
}
