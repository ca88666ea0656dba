/* Runs a fuzz target without libFuzzer: every seed as it is, then with random damage, the same
 * damage every time. Usage: fuzz_x MUTATIONS FILE... */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pieces that parsers stumble over. */
static const char *const awkward[] = {
    "\n", "\t",   " ",    "[",       "]",          "{", "}",  "\"", "'",          ":",  "=",
    ",",  "-",    "#",    "\\",      "%",          "&", "*",  "@",  "|",          "\r", "\xff",
    "-1", "1e99", "[0-9", "[1-999]", "4294967296", "0", "\0", "{{", "2147483648", ";",  "\xe3\x81",
};

static void overwrite(GByteArray *bytes, GRand *draw)
{
    guint at = (guint)g_rand_int_range(draw, 0, (gint32)bytes->len);

    bytes->data[at] = (guint8)g_rand_int_range(draw, 0, 256);
}

static void cut(GByteArray *bytes, GRand *draw)
{
    guint at = (guint)g_rand_int_range(draw, 0, (gint32)bytes->len);
    guint most = MIN(bytes->len - at, 200);

    g_byte_array_remove_range(bytes, at, (guint)g_rand_int_range(draw, 1, (gint32)most + 1));
}

static void insert(GByteArray *bytes, GRand *draw)
{
    guint at = (guint)g_rand_int_range(draw, 0, (gint32)bytes->len + 1);
    const char *piece = awkward[g_rand_int_range(draw, 0, G_N_ELEMENTS(awkward))];
    guint length = MAX((guint)strlen(piece), 1);
    guint before = bytes->len;

    g_byte_array_set_size(bytes, before + length);
    memmove(bytes->data + at + length, bytes->data + at, before - at);
    memcpy(bytes->data + at, piece, length);
}

static void repeat(GByteArray *bytes, GRand *draw)
{
    guint at = (guint)g_rand_int_range(draw, 0, (gint32)bytes->len);
    guint length = MIN(bytes->len - at, 100);
    g_autofree guint8 *piece = g_memdup2(bytes->data + at, length);

    g_byte_array_append(bytes, piece, length);
}

static void damage(GByteArray *bytes, GRand *draw)
{
    static void (*const ways[])(GByteArray *, GRand *) = {overwrite, cut, insert, repeat};
    int times = g_rand_int_range(draw, 1, 6);

    for (int i = 0; i < times && bytes->len > 0; i++)
        ways[g_rand_int_range(draw, 0, G_N_ELEMENTS(ways))](bytes, draw);
}

static void run(const guint8 *data, gsize length)
{
    /* a block of exactly this size, so that a sanitizer sees one byte too many */
    g_autofree guint8 *exact = length ? g_memdup2(data, length) : g_malloc(1);

    LLVMFuzzerTestOneInput(exact, length);
}

static bool replay(const char *path, int mutations)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GRand) draw = g_rand_new_with_seed(1);

    if (!g_file_get_contents(path, &text, &length, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return false;
    }
    run((const guint8 *)text, length);
    for (int i = 0; i < mutations; i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();

        g_byte_array_append(bytes, (const guint8 *)text, (guint)length);
        damage(bytes, draw);
        run(bytes->data, bytes->len);
    }
    return true;
}

int main(int argc, char **argv)
{
    int mutations = argc > 1 ? atoi(argv[1]) : 0;
    bool ok = argc > 2;

    for (int i = 2; i < argc; i++)
        ok = replay(argv[i], mutations) && ok;
    printf("%d seeds, %d mutations each\n", argc - 2, mutations);
    return ok ? 0 : 1;
}
