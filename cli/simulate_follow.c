/* srx simulate DIR --follow RECORDING */
#include "cli/following.h"
#include "cli/messages.h"
#include "cli/simulate.h"
#include "slurmio/recordingfile.h"

/* As given; or, where there is no such file, in the scenario's directory. */
static char *recording_path(const char *directory, const char *text)
{
    if (g_path_is_absolute(text) || g_file_test(text, G_FILE_TEST_EXISTS))
        return g_strdup(text);
    return g_build_filename(directory, text, NULL);
}

static bool read_version(const Session *session, const char *path, char **out, GError **error)
{
    g_autoptr(Diags) diags = diags_new();

    *out = recordingfile_version(path, diags);
    messages_print(session, diags);
    if (*out)
        return true;
    if (diags_check(diags, path, error))
        srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", path);
    return false;
}

static Recording *load_recording(const Session *session, const char *path, Load *load,
                                 GError **error)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Recording) recording = recordingfile_load(path, load, diags);

    messages_print(session, diags);
    if (recording)
        return g_steal_pointer(&recording);
    if (diags_check(diags, path, error))
        srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", path);
    return NULL;
}

static bool print_horizons(const Session *session, const SimulateChoice *choice,
                           const Following *following, GError **error)
{
    Horizon horizons[HORIZONS];

    if (!following_horizons(following, horizons, error))
        return false;
    if (choice->json)
        horizons_json(horizons, stdout);
    else
        horizons_text(horizons, &session->out, stdout);
    return true;
}

static void print(const Session *session, const SimulateChoice *choice, const Following *following)
{
    g_autoptr(Follow) follow = follow_new(following->recording);
    g_autoptr(Sim) sim = following_sim(following, follow, choice->until);

    if (choice->until != INSTANT_NEVER) {
        follow_release(follow, sim);
        sim_run(sim, following->scenario->horizon);
        simulate_print(session, choice, &(Schedule){following->scenario, sim, 0});
    } else if (choice->json) {
        following_json(following, follow, stdout);
    } else {
        following_text(following, follow, &session->out, stdout);
    }
}

bool simulate_follow(const Session *session, const SimulateChoice *choice, const char *directory,
                     GError **error)
{
    g_autofree char *path = recording_path(directory, choice->follow);
    g_autofree char *version = NULL;
    g_autoptr(Scenario) scenario = NULL;
    g_autoptr(Recording) recording = NULL;

    if (!read_version(session, path, &version, error))
        return false;
    scenario = simulate_load(session, directory,
                             choice->slurm_version ? choice->slurm_version
                             : *version            ? version
                                                   : NULL,
                             error);
    if (!scenario)
        return false;
    recording = load_recording(session, path, scenario->load, error);
    if (!recording)
        return false;
    if (choice->horizons)
        return print_horizons(session, choice, &(Following){scenario, recording}, error);
    print(session, choice, &(Following){scenario, recording});
    return true;
}
