/* The container a job runs in: what of it srun is told (pyxis), and what stands before the command
 * (apptainer, singularity). */
#pragma once

#include "base/error.h"

typedef enum { JOB_CONTAINER_PYXIS, JOB_CONTAINER_APPTAINER, JOB_CONTAINER_SINGULARITY } JobRuntime;

/* All borrowed; NULL and false where nothing is asked for. */
typedef struct {
    JobRuntime runtime;
    const char *image;
    char *const *mounts; /* "FROM:TO[:FLAGS]" */
    const char *workdir; /* in the container */
    char *const *flags;  /* other options, as written: "--container-remap-root", "--no-home" */
    const char *overlay; /* this and what follows: not with pyxis */
    char *const *env;    /* "K=V" */
    bool nv, rocm, cleanenv, fakeroot, writable_tmpfs;
} JobContainer;

/**
 * job_container_check - whether it can be run: an image (pyxis: or --container-name), flags that
 * the runtime may know, names of variables that are some.
 *
 * Fails with SRX_ERROR_INPUT.
 */
bool job_container_check(const JobContainer *self, GError **error);

/** job_container_srun_append - the options for srun, each with a blank before it; none but with
 * pyxis. */
void job_container_srun_append(const JobContainer *self, GString *out);

/** job_container_variables_append - lines that set what the container's variables are made of where
 * an option cannot carry their value. */
void job_container_variables_append(const JobContainer *self, GString *out);

/** job_container_command_append - "apptainer exec OPTIONS IMAGE", each word with a blank before it;
 * nothing with pyxis. */
void job_container_command_append(const JobContainer *self, GString *out);
