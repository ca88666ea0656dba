/* The weighted terms of a priority, as sprio shows them. */
#pragma once

typedef struct {
    double age, assoc, fairshare, job_size, partition, qos, tres;
} PriorityTerms;
