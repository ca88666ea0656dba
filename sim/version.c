/* What differs between versions of Slurm, as data. */
#include "sim/version.h"

const VersionRules *version_rules(SlurmVersion version)
{
    static const VersionRules rules[SLURM_VERSIONS] = {[SLURM_22_05] = {.name = "22.05"}};

    return &rules[version];
}
