/* What `sacct -P` prints, record by record. */
#include "slurmio/sacct_table.h"

#include <string.h>
#include <zlib.h>

#define COLUMNS_MOST 512
#define JOINED_MOST  200 /* lines of one record: a SubmitLine can be a whole script */
#define READ_BYTES   (1 << 16)

static const char *const names[SACCT_COLUMNS] = {
    [SACCT_JOB_ID] = "JobID",
    [SACCT_JOB_ID_RAW] = "JobIDRaw",
    [SACCT_JOB_NAME] = "JobName",
    [SACCT_USER] = "User",
    [SACCT_ACCOUNT] = "Account",
    [SACCT_CLUSTER] = "Cluster",
    [SACCT_PARTITION] = "Partition",
    [SACCT_QOS] = "QOS",
    [SACCT_SUBMIT] = "Submit",
    [SACCT_ELIGIBLE] = "Eligible",
    [SACCT_START] = "Start",
    [SACCT_END] = "End",
    [SACCT_STATE] = "State",
    [SACCT_ELAPSED] = "Elapsed",
    [SACCT_ELAPSED_RAW] = "ElapsedRaw",
    [SACCT_SUSPENDED] = "Suspended",
    [SACCT_TIMELIMIT] = "Timelimit",
    [SACCT_TIMELIMIT_RAW] = "TimelimitRaw",
    [SACCT_REQ_TRES] = "ReqTRES",
    [SACCT_ALLOC_TRES] = "AllocTRES",
    [SACCT_REQ_CPUS] = "ReqCPUS",
    [SACCT_N_CPUS] = "NCPUS",
    [SACCT_REQ_NODES] = "ReqNodes",
    [SACCT_N_NODES] = "NNodes",
    [SACCT_REQ_MEM] = "ReqMem",
    [SACCT_NODE_LIST] = "NodeList",
    [SACCT_CONSTRAINTS] = "Constraints",
    [SACCT_RESERVATION] = "Reservation",
    [SACCT_SUBMIT_LINE] = "SubmitLine",
    [SACCT_EXIT_CODE] = "ExitCode",
    [SACCT_REASON] = "Reason",
};

struct SacctTable {
    char *path;
    gzFile file;
    Diags *diags;
    char delimiter[8]; /* a character, NUL-terminated */
    guint n_columns;
    bool ends_in_bar;
    int position[SACCT_COLUMNS]; /* -1: not there */
    int free_text;               /* the column that may hold delimiters: SubmitLine; else -1 */
    GString *line;               /* read last, without its end */
    GString *record;             /* the lines of the record so far, cut into fields */
    char *fields[COLUMNS_MOST];  /* into record */
    GQueue *ahead;               /* lines read too far, char * */
    int line_number, record_line;
    uint32_t skipped;
    int first_skipped;
};

const char *sacct_column_name(SacctColumn column)
{
    return names[column];
}

/* ---- lines ---- */

/* Names of jobs are bytes of anybody's choice. */
static void make_valid(GString *line)
{
    g_autofree char *valid = NULL;

    if (g_utf8_validate(line->str, (gssize)line->len, NULL))
        return;
    valid = g_utf8_make_valid(line->str, (gssize)strlen(line->str));
    g_string_assign(line, valid);
}

static bool read_line(SacctTable *self)
{
    char buffer[READ_BYTES];

    g_string_truncate(self->line, 0);
    while (gzgets(self->file, buffer, sizeof buffer)) {
        const size_t length = strlen(buffer);
        const bool whole = length > 0 && buffer[length - 1] == '\n';

        g_string_append_len(self->line, buffer, (gssize)(length - whole));
        if (whole)
            break;
    }
    if (self->line->len == 0 && gzeof(self->file))
        return false;
    if (self->line->len > 0 && self->line->str[self->line->len - 1] == '\r')
        g_string_truncate(self->line, self->line->len - 1);
    make_valid(self->line);
    return true;
}

static bool next_line(SacctTable *self)
{
    g_autofree char *kept = g_queue_pop_head(self->ahead);

    if (kept)
        g_string_assign(self->line, kept);
    else if (!read_line(self))
        return false;
    self->line_number++;
    return true;
}

/* ---- the header ---- */

static int find_name(const char *word)
{
    static const struct {
        const char *name;
        SacctColumn column;
    } others[] = {{"AllocCPUS", SACCT_N_CPUS}, {"AllocNodes", SACCT_N_NODES}};

    for (int i = 0; i < SACCT_COLUMNS; i++)
        if (!g_ascii_strcasecmp(word, names[i]))
            return i;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (!g_ascii_strcasecmp(word, others[i].name))
            return (int)others[i].column;
    return -1;
}

/* What stands behind the first name: a bar, unless --delimiter said otherwise. */
static bool find_delimiter(SacctTable *self)
{
    const char *at = self->line->str;
    size_t length;

    while (g_ascii_isalnum(*at))
        at++;
    if (!*at) {
        strcpy(self->delimiter, "|"); /* one column */
        return self->line->len > 0;
    }
    if (*at == ' ' || !g_utf8_validate(at, -1, NULL))
        return false;
    length = (size_t)g_utf8_skip[(guchar)*at];
    memcpy(self->delimiter, at, length);
    return true;
}

static bool read_header(SacctTable *self)
{
    g_auto(GStrv) words = NULL;

    if (!next_line(self) || !find_delimiter(self))
        return false;
    words = g_strsplit(self->line->str, self->delimiter, -1);
    self->n_columns = g_strv_length(words);
    self->ends_in_bar = self->n_columns > 1 && !*words[self->n_columns - 1]; /* sacct -p */
    self->n_columns -= self->ends_in_bar;
    if (self->n_columns > COLUMNS_MOST)
        return false;
    for (guint i = 0; i < self->n_columns; i++) {
        const int column = find_name(words[i]);

        if (column >= 0 && self->position[column] < 0)
            self->position[column] = (int)i;
    }
    self->free_text = self->position[SACCT_SUBMIT_LINE];
    return self->position[SACCT_JOB_ID] >= 0 || self->position[SACCT_JOB_ID_RAW] >= 0;
}

static bool say_no_header(SacctTable *self)
{
    g_autofree char *found = g_strndup(self->line->str, 60);

    diags_add(self->diags, DIAG_ERROR, self->path, self->line_number, 0, NULL,
              "expected the header of 'sacct -P' with JobID among its columns, found '%s'; make it "
              "with: sacct -a -D -X -P -S START -E END -o ALL",
              found);
    return false;
}

SacctTable *sacct_table_open(const char *path, Diags *diags)
{
    g_autoptr(SacctTable) self = g_new0(SacctTable, 1);

    self->path = g_strdup(path);
    self->diags = diags;
    self->line = g_string_new(NULL);
    self->record = g_string_new(NULL);
    self->ahead = g_queue_new();
    for (int i = 0; i < SACCT_COLUMNS; i++)
        self->position[i] = -1;
    self->file = g_file_test(path, G_FILE_TEST_IS_DIR) ? NULL : gzopen(path, "rb");
    if (!self->file) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "could not be opened");
        return NULL;
    }
    if (!read_header(self)) {
        say_no_header(self);
        return NULL;
    }
    return g_steal_pointer(&self);
}

static void say_skipped(const SacctTable *self)
{
    int status = Z_OK;

    if (self->skipped > 0)
        diags_add(self->diags, DIAG_WARNING, self->path, self->first_skipped, 0, NULL,
                  "%u lines are no records of %u columns: left out (this is the first)",
                  self->skipped, self->n_columns);
    gzerror(self->file, &status);
    if (status != Z_OK && status != Z_STREAM_END)
        diags_add(self->diags, DIAG_ERROR, self->path, 0, 0, NULL,
                  "expected a whole file, found one that is cut off or broken");
}

void sacct_table_close(SacctTable *self)
{
    if (!self)
        return;
    if (self->file) {
        say_skipped(self);
        gzclose(self->file);
    }
    g_free(self->path);
    g_string_free(self->line, TRUE);
    g_string_free(self->record, TRUE);
    g_queue_free_full(self->ahead, g_free);
    g_free(self);
}

/* ---- records ---- */

bool sacct_table_has(const SacctTable *self, SacctColumn column)
{
    return self->position[column] >= 0;
}

const char *sacct_table_get(const SacctTable *self, SacctColumn column)
{
    return self->position[column] < 0 ? "" : self->fields[self->position[column]];
}

int sacct_table_line(const SacctTable *self)
{
    return self->record_line;
}

static bool is_time(const char *text)
{
    return !*text || g_ascii_isdigit(*text) || g_str_equal(text, "Unknown") ||
           g_str_equal(text, "None");
}

/* Whether a text can stand in a column: told by those whose values look like nothing else. */
static bool may_stand(SacctColumn column, const char *text)
{
    switch ((int)column) {
    case SACCT_JOB_ID:
    case SACCT_JOB_ID_RAW:
        return g_ascii_isdigit(*text);
    case SACCT_SUBMIT:
    case SACCT_ELIGIBLE:
    case SACCT_START:
    case SACCT_END:
        return is_time(text);
    case SACCT_STATE:
        return !*text || g_ascii_isupper(*text);
    case SACCT_ELAPSED:
    case SACCT_ELAPSED_RAW:
    case SACCT_SUSPENDED:
    case SACCT_REQ_CPUS:
    case SACCT_N_CPUS:
    case SACCT_N_NODES:
        return !*text || g_ascii_isdigit(*text) || g_str_equal(text, "INVALID");
    case SACCT_EXIT_CODE:
        return !*text || strchr(text, ':');
    default:
        return true;
    }
}

/* Where each field begins; -p ends a line in a bar, behind which there is none. */
static GPtrArray *find_fields(const SacctTable *self, char *text)
{
    const size_t width = strlen(self->delimiter);
    GPtrArray *starts = g_ptr_array_new();
    char *bar;

    g_ptr_array_add(starts, text);
    while ((bar = strstr(text, self->delimiter))) {
        text = bar + width;
        g_ptr_array_add(starts, text);
    }
    if (self->ends_in_bar && !*text) {
        g_ptr_array_set_size(starts, (gint)starts->len - 1);
        text[-(int)width] = '\0';
    }
    return starts;
}

/* Cuts the record into its columns; more fields than these belong to the free text. */
static bool cut(SacctTable *self, char *text)
{
    const size_t width = strlen(self->delimiter);
    g_autoptr(GPtrArray) starts = find_fields(self, text);
    guint extra;

    if (starts->len < self->n_columns || (starts->len > self->n_columns && self->free_text < 0))
        return false;
    extra = starts->len - self->n_columns;
    for (guint i = 0; i < self->n_columns; i++)
        self->fields[i] =
            g_ptr_array_index(starts, (int)i > self->free_text && extra ? i + extra : i);
    for (guint i = 1; i < self->n_columns; i++)
        self->fields[i][-(int)width] = '\0';
    return true;
}

static bool makes_sense(const SacctTable *self)
{
    for (int i = 0; i < SACCT_COLUMNS; i++)
        if (self->position[i] >= 0 && !may_stand((SacctColumn)i, self->fields[self->position[i]]))
            return false;
    return true;
}

/* @text as a record; the record's own buffer is what gets cut. */
static bool take(SacctTable *self, const GString *text)
{
    g_string_assign(self->record, text->str);
    return cut(self, self->record->str) && makes_sense(self);
}

/* A line that is no record: it goes on in the next ones, or it is none at all. */
static bool join(SacctTable *self)
{
    g_autoptr(GString) text = g_string_new(self->line->str);
    g_autoptr(GPtrArray) read = g_ptr_array_new_with_free_func(g_free);
    const int began = self->line_number;

    while (read->len < JOINED_MOST && next_line(self)) {
        g_string_append_printf(text, "\n%s", self->line->str);
        g_ptr_array_add(read, g_strdup(self->line->str));
        if (take(self, text))
            return true;
    }
    self->line_number = began;
    for (guint i = read->len; i-- > 0;)
        g_queue_push_head(self->ahead, g_strdup(g_ptr_array_index(read, i)));
    return false;
}

bool sacct_table_next(SacctTable *self)
{
    while (next_line(self)) {
        self->record_line = self->line_number;
        if (self->line->len == 0)
            continue;
        if (take(self, self->line) || (self->free_text >= 0 && join(self)))
            return true;
        if (self->skipped++ == 0)
            self->first_skipped = self->record_line;
    }
    return false;
}
