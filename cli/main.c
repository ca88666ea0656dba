/* srx: a planner and simulator for Slurm. */
#include <stdio.h>

int main(void)
{
    puts("srx " SRX_VERSION);
    return 0;
}
