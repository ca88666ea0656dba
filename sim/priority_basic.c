/* priority/basic: first come, first served, by a counter that only falls.
 * Source: Slurm priority_basic.c (24.05); reference 2.1. */
#include "sim/priority.h"

uint32_t priority_basic_next(uint32_t *lowest, int64_t nice)
{
    int64_t value = *lowest < 2 ? 1 : (int64_t)*lowest - 1;

    if (nice <= 0 || value > nice + 1)
        value -= nice;
    value = CLAMP(value, 1, (int64_t)UINT32_MAX);
    *lowest = (uint32_t)MIN((int64_t)*lowest, value + nice);
    return (uint32_t)value;
}
