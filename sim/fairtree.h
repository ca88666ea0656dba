/* Fair Tree. Siblings are sorted by level fair share, an account's users all stand where their
 * account stands, and a user's factor is the rank in that order over the number of users.
 * Guarantees: who belongs to a better served account never overtakes a worse served one's users.
 * As Slurm does and not as its manual says: tied accounts are not merged, the first user of the
 * second one only shares the last rank. Source: Slurm fair_tree.c (22.05 to 25.05); reference 3.1.
 */
#pragma once

#include "sim/sharetree.h"

/**
 * fair_tree_rank - O(n log n) in the associations.
 * @raw:       by association: decayed usage; parents hold the sums of their children
 * @fs_factor: by association: rank / users, in (0, 1], for users; 0 for accounts
 * @level_fs:  by association: shares over usage among its siblings, +infinity without usage
 */
void fair_tree_rank(const ShareTree *tree, const double *raw, double *fs_factor, double *level_fs);
