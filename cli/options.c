/* The options of a command: declared once, read by the parser, the help and the completion. */
#include "cli/options.h"

#include "base/text.h"
#include "base/units.h"
#include "cli/wrap.h"

#include <string.h>

enum { HELP_INDENT = 28 };

struct Options {
    GArray *all; /* Option */
};

Options *options_new(void)
{
    Options *self = g_new0(Options, 1);

    self->all = g_array_new(FALSE, FALSE, sizeof(Option));
    return self;
}

static void release(const GOptionEntry *entry)
{
    switch (entry->arg) {
    case G_OPTION_ARG_STRING:
    case G_OPTION_ARG_FILENAME:
        g_clear_pointer((char **)entry->arg_data, g_free);
        break;
    case G_OPTION_ARG_STRING_ARRAY:
    case G_OPTION_ARG_FILENAME_ARRAY:
        g_clear_pointer((char ***)entry->arg_data, g_strfreev);
        break;
    case G_OPTION_ARG_NONE:
    case G_OPTION_ARG_INT:
    case G_OPTION_ARG_CALLBACK:
    case G_OPTION_ARG_DOUBLE:
    case G_OPTION_ARG_INT64:
        break;
    }
}

void options_free(Options *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < options_length(self); i++)
        release(&options_nth(self, i)->entry);
    g_array_unref(self->all);
    g_free(self);
}

void options_add(Options *self, const char *heading, const GOptionEntry *entries)
{
    for (const GOptionEntry *entry = entries; entry->long_name; entry++) {
        Option option = {heading, *entry};

        g_array_append_val(self->all, option);
    }
}

size_t options_length(const Options *self)
{
    return self->all->len;
}

const Option *options_nth(const Options *self, size_t index)
{
    return &g_array_index(self->all, Option, index);
}

bool option_takes_value(const Option *self)
{
    return self->entry.arg != G_OPTION_ARG_NONE;
}

/* The option a message of GOption ends with, without its dashes: "Unknown option --jsn". */
static const char *option_in(const char *message)
{
    const char *dash = strrchr(message, ' ');

    return dash && dash[1] == '-' ? dash + 1 + strspn(dash + 1, "-") : NULL;
}

static const char *nearest_option(const Options *self, const char *name)
{
    g_autofree const char **names = g_new0(const char *, options_length(self) + 1);

    for (size_t i = 0; i < options_length(self); i++)
        names[i] = options_nth(self, i)->entry.long_name;
    return nearest_word(name, names, options_length(self));
}

/* GLib quotes with curly marks, in any locale. */
static char *plain_quotes(const char *message)
{
    GString *out = g_string_new(message);

    g_string_replace(out, "\u201c", "'", 0);
    g_string_replace(out, "\u201d", "'", 0);
    return g_string_free(out, FALSE);
}

static bool refuse(const Options *self, const char *command, const GError *cause, GError **error)
{
    const char *name = option_in(cause->message);
    g_autofree char *message = plain_quotes(cause->message);
    const char *near = NULL;

    if (g_error_matches(cause, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) && name && name[1])
        near = nearest_option(self, name);
    if (near)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "%s; did you mean --%s? ('srx help %s' lists the options)", message, near,
                        command);
    return srx_fail(error, SRX_ERROR_USAGE, "%s ('srx help %s' lists the options)", message,
                    command);
}

/* The first "--" has done its work once the options are read. */
static void drop_separator(char **argv)
{
    for (char **at = argv; *at; at++)
        if (g_str_equal(*at, "--")) {
            g_free(*at);
            memmove(at, at + 1, sizeof(char *) * (g_strv_length(at + 1) + 1));
            return;
        }
}

bool options_parse(Options *self, char ***argv, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    g_autofree char *command = g_strdup((*argv)[0]);
    g_autoptr(GError) cause = NULL;

    for (size_t i = 0; i < options_length(self); i++)
        g_array_append_val(entries, options_nth(self, i)->entry);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, &g_array_index(entries, GOptionEntry, 0), NULL);
    if (!g_option_context_parse_strv(context, argv, &cause))
        return refuse(self, command, cause, error);
    drop_separator(*argv);
    return true;
}

/* "  -q, --qos=QOS" */
static char *option_left(const GOptionEntry *entry)
{
    g_autofree char *letter =
        entry->short_name ? g_strdup_printf("-%c, ", entry->short_name) : g_strdup("    ");

    return g_strdup_printf("  %s--%s%s%s", letter, entry->long_name,
                           entry->arg_description ? "=" : "",
                           entry->arg_description ? entry->arg_description : "");
}

static void option_append(GString *out, const Option *option, int columns)
{
    g_autofree char *left = option_left(&option->entry);

    if (text_width(left) > HELP_INDENT - 2)
        g_string_append_printf(out, "%s\n%*s", left, HELP_INDENT, "");
    else
        g_string_append_printf(out, "%-*s", HELP_INDENT, left);
    wrap_append(out, option->entry.description, HELP_INDENT, columns);
}

char *options_help(const Options *self, int columns)
{
    GString *out = g_string_new(NULL);
    const char *heading = NULL;

    for (size_t i = 0; i < options_length(self); i++) {
        const Option *option = options_nth(self, i);

        if (option->entry.flags & G_OPTION_FLAG_HIDDEN)
            continue;
        if (g_strcmp0(heading, option->heading) != 0)
            g_string_append_printf(out, "%s%s:\n", heading ? "\n" : "", option->heading);
        heading = option->heading;
        option_append(out, option, columns);
    }
    return g_string_free(out, FALSE);
}
