/* Licences: taken at start, returned when the last node has cleaned up.
 * Source: Slurm licenses.c; reference 7.13. */
#include "sim/core.h"

bool license_free(const Sim *self, const SimJob *job)
{
    const JobRequest *request = job->request;

    for (uint32_t i = 0; i < request->n_licenses; i++) {
        const LicenseRequest *asked = &request->licenses[i];

        if (self->licenses_used[asked->license] + asked->count >
            self->cluster->licenses[asked->license].total)
            return false;
    }
    return true;
}

void license_take(Sim *self, const SimJob *job)
{
    for (uint32_t i = 0; i < job->request->n_licenses; i++)
        self->licenses_used[job->request->licenses[i].license] += job->request->licenses[i].count;
}

void license_return(Sim *self, const SimJob *job)
{
    for (uint32_t i = 0; i < job->request->n_licenses; i++)
        self->licenses_used[job->request->licenses[i].license] -= job->request->licenses[i].count;
}
