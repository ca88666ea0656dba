/* One HTML file that holds all it needs. */
#include "cli/page.h"

#include "cli/page_parts.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* JSON as HTML may hold it: no text in it can close the element or open a comment. */
static char *data_text(const json_t *data)
{
    char *text = json_dumps(data, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(10));
    GString *out = g_string_sized_new(strlen(text) + 64);

    for (const char *at = text; *at; at++) {
        if (*at == '<' || *at == '>' || *at == '&')
            g_string_append_printf(out, "\\u%04x", (guint)*at);
        else
            g_string_append_c(out, *at);
    }
    free(text);
    return g_string_free(out, FALSE);
}

/* What a content security policy calls a text: 'sha256-...'. */
static char *hash_of(const char *text)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;
    g_autofree char *coded = NULL;

    g_checksum_update(sum, (const guchar *)text, -1);
    g_checksum_get_digest(sum, digest, &length);
    coded = g_base64_encode(digest, length);
    return g_strdup_printf("'sha256-%s'", coded);
}

static char *policy_of(void)
{
    g_autofree char *style = hash_of(page_style), *script = hash_of(page_script);

    return g_strdup_printf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; "
                           "form-action 'none'",
                           style, script);
}

typedef struct {
    const char *name, *text;
} Part;

static const char *part_named(const Part *parts, const char *name, size_t length)
{
    for (const Part *part = parts; part->name; part++)
        if (strlen(part->name) == length && strncmp(part->name, name, length) == 0)
            return part->text;
    return "";
}

/* In one pass: what is filled in is not looked at again. */
static char *fill(const char *template, const Part *parts)
{
    GString *out = g_string_new(NULL);
    const char *at = template, *open, *close;

    for (; (open = strstr(at, "{{")) && (close = strstr(open, "}}")); at = close + 2) {
        g_string_append_len(out, at, open - at);
        g_string_append(out, part_named(parts, open + 2, (size_t)(close - open - 2)));
    }
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}

char *page_html(const json_t *data, const char *title)
{
    g_autofree char *valid = g_utf8_make_valid(title, -1);
    g_autofree char *escaped = g_markup_escape_text(valid, -1);
    g_autofree char *policy = policy_of(), *text = data_text(data);

    return fill(page_template, (const Part[]){{"policy", policy},
                                              {"title", escaped},
                                              {"style", page_style},
                                              {"data", text},
                                              {"script", page_script},
                                              {NULL, NULL}});
}
