/* libyaml's events -> nodes, with every limit that keeps a hostile file small. */
#include "base/yaml_node.h"

#include "base/text.h"
#include <string.h>
#include <yaml.h>

#define TAG_PREFIX "tag:yaml.org,2002:"

/* A list or map whose end has not come yet. */
typedef struct {
    YamlNode *node;
    YamlNode *key;     /* of a map: read, its value not yet */
    GHashTable *seen;  /* of a map: key -> its YamlNode */
    GPtrArray *merges; /* of a map: what "<<" names, in order */
} Frame;

typedef struct {
    YamlDocument *document;
    Diags *diags;
    GHashTable *anchors; /* name -> YamlNode */
    GPtrArray *open;     /* Frame *, outermost first */
    size_t expanded;     /* nodes that aliases stood for so far */
    bool done;           /* the document has ended */
} Builder;

void yaml_node_free(void *node)
{
    YamlNode *self = node;

    g_free(self->text);
    g_clear_pointer(&self->keys, g_ptr_array_unref);
    g_clear_pointer(&self->values, g_ptr_array_unref);
    g_free(self);
}

static void frame_free(void *data)
{
    Frame *self = data;

    g_clear_pointer(&self->seen, g_hash_table_unref);
    g_ptr_array_unref(self->merges);
    g_free(self);
}

static bool G_GNUC_PRINTF(3, 4)
    refuse(Builder *self, const yaml_mark_t *mark, const char *format, ...)
{
    int line = (int)MIN(mark->line, G_MAXINT - 1) + 1;
    g_autofree char *text = NULL;
    va_list values;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    diags_add(self->diags, DIAG_ERROR, self->document->file, line,
              (int)MIN(mark->column, G_MAXINT - 1) + 1, yaml_document_line(self->document, line),
              "%s", text);
    return false;
}

static YamlNode *add_node(Builder *self, YamlKind kind, const yaml_mark_t *mark)
{
    YamlNode *node = g_new0(YamlNode, 1);

    node->document = self->document;
    node->kind = kind;
    node->line = (int)MIN(mark->line, G_MAXINT - 1) + 1;
    node->column = (int)MIN(mark->column, G_MAXINT - 1) + 1;
    node->size = 1;
    if (kind != YAML_SCALAR)
        node->values = g_ptr_array_new();
    if (kind == YAML_MAP)
        node->keys = g_ptr_array_new();
    g_ptr_array_add(self->document->nodes, node);
    return node;
}

static Frame *top_frame(Builder *self)
{
    return self->open->len ? g_ptr_array_index(self->open, self->open->len - 1) : NULL;
}

static bool take_key(Builder *self, Frame *frame, YamlNode *node, const yaml_mark_t *mark)
{
    if (node->kind == YAML_SCALAR) {
        frame->key = node;
        return true;
    }
    if (node->kind == YAML_MAP)
        return refuse(self, mark,
                      "expected a plain key, found a map; a text with {{ }} needs quotes: "
                      "\"{{ name }}\"");
    return refuse(self, mark, "expected a plain key, found a list");
}

static void take_pair(Builder *self, Frame *frame, YamlNode *value)
{
    YamlNode *key = g_steal_pointer(&frame->key), *first;

    if (!key->quoted && !strcmp(key->text, "<<")) {
        g_ptr_array_add(frame->merges, value);
        return;
    }
    first = g_hash_table_lookup(frame->seen, key->text);
    if (first) {
        diags_add(self->diags, DIAG_ERROR, self->document->file, key->line, key->column,
                  yaml_document_line(self->document, key->line),
                  "the key '%s' is given twice, first in line %d", key->text, first->line);
        return;
    }
    g_hash_table_insert(frame->seen, key->text, key);
    g_ptr_array_add(frame->node->keys, key);
    g_ptr_array_add(frame->node->values, value);
}

/* A finished node, or an alias of one, takes its place in what is open. */
static bool place_node(Builder *self, YamlNode *node, const yaml_mark_t *mark)
{
    Frame *frame = top_frame(self);

    if (!frame) {
        self->document->root = node;
        return true;
    }
    if (frame->node->kind == YAML_MAP && !frame->key)
        return take_key(self, frame, node, mark);
    frame->node->size += node->size;
    frame->node->height = MAX(frame->node->height, node->height + 1);
    if (frame->node->kind == YAML_LIST)
        g_ptr_array_add(frame->node->values, node);
    else
        take_pair(self, frame, node);
    return true;
}

static void name_node(Builder *self, const yaml_char_t *anchor, YamlNode *node)
{
    if (anchor)
        g_hash_table_insert(self->anchors, g_strdup((const char *)anchor), node);
}

/* YAML's own kinds may be named (!!str); a program's (!!python/object, !Ref) may not. */
static bool check_tag(Builder *self, const yaml_event_t *event, const yaml_char_t *tag)
{
    static const char *const known[] = {"str", "int", "float",  "bool",     "null",
                                        "seq", "map", "binary", "timestamp"};
    const char *text = (const char *)tag;

    if (!text || !strcmp(text, "!"))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (g_str_has_prefix(text, TAG_PREFIX) && !strcmp(text + strlen(TAG_PREFIX), known[i]))
            return true;
    }
    return refuse(self, &event->start_mark, "expected plain YAML, found the tag '%s'", text);
}

static bool on_scalar(Builder *self, const yaml_event_t *event)
{
    YamlNode *node;

    if (strlen((const char *)event->data.scalar.value) != event->data.scalar.length)
        return refuse(self, &event->start_mark, "expected text, found a NUL character in it");
    if (!check_tag(self, event, event->data.scalar.tag))
        return false;
    node = add_node(self, YAML_SCALAR, &event->start_mark);
    node->text = g_strdup((const char *)event->data.scalar.value);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || event->data.scalar.tag;
    name_node(self, event->data.scalar.anchor, node);
    return place_node(self, node, &event->start_mark);
}

static bool on_start(Builder *self, const yaml_event_t *event, YamlKind kind,
                     const yaml_char_t *anchor, const yaml_char_t *tag)
{
    Frame *frame;

    if (self->open->len >= YAML_DEPTH_MOST)
        return refuse(self, &event->start_mark, "expected at most %d levels, found more",
                      YAML_DEPTH_MOST);
    if (!check_tag(self, event, tag))
        return false;
    frame = g_new0(Frame, 1);
    frame->node = add_node(self, kind, &event->start_mark);
    frame->node->open = true;
    frame->merges = g_ptr_array_new();
    if (kind == YAML_MAP)
        frame->seen = g_hash_table_new(g_str_hash, g_str_equal);
    name_node(self, anchor, frame->node);
    g_ptr_array_add(self->open, frame);
    return true;
}

/* The pairs of @from that @frame does not have itself: YAML's merge key. */
static void merge_map(Frame *frame, const YamlNode *from)
{
    for (guint i = 0; i < from->keys->len; i++) {
        YamlNode *key = g_ptr_array_index(from->keys, i);

        if (g_hash_table_contains(frame->seen, key->text))
            continue;
        g_hash_table_insert(frame->seen, key->text, key);
        g_ptr_array_add(frame->node->keys, key);
        g_ptr_array_add(frame->node->values, g_ptr_array_index(from->values, i));
    }
}

static bool merge_all(Builder *self, Frame *frame, const yaml_mark_t *mark)
{
    for (guint i = 0; i < frame->merges->len; i++) {
        YamlNode *what = g_ptr_array_index(frame->merges, i);
        guint n = what->kind == YAML_LIST ? what->values->len : 1;

        for (guint j = 0; j < n; j++) {
            const YamlNode *map =
                what->kind == YAML_LIST ? g_ptr_array_index(what->values, j) : what;

            if (map->kind != YAML_MAP)
                return refuse(self, mark, "expected a map, or a list of maps, after '<<'");
            merge_map(frame, map);
        }
    }
    return true;
}

static bool on_end(Builder *self, const yaml_event_t *event)
{
    Frame *frame = g_ptr_array_steal_index(self->open, self->open->len - 1);
    YamlNode *node = frame->node;
    yaml_mark_t start = {.line = (size_t)node->line - 1, .column = (size_t)node->column - 1};
    bool fine = merge_all(self, frame, &event->start_mark);

    node->open = false;
    frame_free(frame);
    return fine && place_node(self, node, &start);
}

static bool on_alias(Builder *self, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    YamlNode *node = g_hash_table_lookup(self->anchors, name);

    if (!node)
        return refuse(self, &event->start_mark, "no '&%s' comes before this alias", name);
    if (node->open)
        return refuse(self, &event->start_mark, "'*%s' stands inside what it names", name);
    self->expanded += node->size;
    if (self->expanded > YAML_EXPANDED_MOST)
        return refuse(self, &event->start_mark, "aliases stand for more than %d nodes",
                      YAML_EXPANDED_MOST);
    if ((int)self->open->len + node->height > YAML_DEPTH_MOST)
        return refuse(self, &event->start_mark, "expected at most %d levels, found more",
                      YAML_DEPTH_MOST);
    return place_node(self, node, &event->start_mark);
}

static bool on_document(Builder *self, const yaml_event_t *event)
{
    if (self->done)
        return refuse(self, &event->start_mark, "expected one document, found a second one");
    return true;
}

static bool on_event(Builder *self, const yaml_event_t *event)
{
    if (self->document->nodes->len >= YAML_NODES_MOST)
        return refuse(self, &event->start_mark, "expected at most %d keys and values, found more",
                      YAML_NODES_MOST);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return on_document(self, event);
    case YAML_DOCUMENT_END_EVENT:
        self->done = true;
        return true;
    case YAML_SCALAR_EVENT:
        return on_scalar(self, event);
    case YAML_ALIAS_EVENT:
        return on_alias(self, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_start(self, event, YAML_LIST, event->data.sequence_start.anchor,
                        event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return on_start(self, event, YAML_MAP, event->data.mapping_start.anchor,
                        event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_end(self, event);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
        break;
    }
    return true;
}

/* libyaml's complaints in words that say what to do. */
static const char *explain(const yaml_parser_t *parser)
{
    static const struct {
        const char *problem, *words;
    } known[] = {
        {"mapping values are not allowed in this context",
         "unexpected ':'; a text with ': ' in it needs quotes, and the keys of one map start in "
         "one column"},
        {"could not find expected ':'", "expected ':' after this key"},
        {"did not find expected key", "expected a key in the column of its neighbours"},
        {"did not find expected '-' indicator", "expected '- ' in the column of its neighbours"},
        {"did not find expected ',' or ']'", "expected ',' or ']' in the list before this"},
        {"did not find expected ',' or '}'", "expected ',' or '}' in the map before this"},
        {"found unexpected end of stream", "the text ends inside quotes"},
        {"block sequence entries are not allowed in this context",
         "unexpected '-'; a list starts on a line of its own"},
        {"found unknown escape character",
         "unknown escape in double quotes; write \\\\ for a backslash, or use single quotes"},
        {"did not find expected <document start>", "unexpected text after the end of the document"},
        {"did not find expected node content", "expected a value here"},
        {"found character that cannot start any token",
         "this character needs quotes at the start of a text"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (parser->problem && !strcmp(parser->problem, known[i].problem))
            return known[i].words;
    }
    return parser->problem ? parser->problem : "this is no YAML";
}

/* What stands at libyaml's mark; 0 at the end of the text. */
static char character_at(const Builder *self, const yaml_mark_t *mark)
{
    const char *line = yaml_document_line(self->document, (int)mark->line + 1);

    for (size_t i = 0; line && i < mark->column && *line; i++)
        line = text_next(line);
    return line ? *line : '\0';
}

static bool refuse_syntax(Builder *self, const yaml_parser_t *parser)
{
    const yaml_mark_t *mark = &parser->problem_mark;

    if (character_at(self, mark) == '\t')
        return refuse(self, mark, "expected blanks, found a tab; YAML is not indented with tabs");
    if (parser->problem && strstr(parser->problem, "end of stream") && parser->context)
        mark = &parser->context_mark;
    return refuse(self, mark, "%s", explain(parser));
}

static bool read_events(Builder *self, yaml_parser_t *parser)
{
    bool more = true, fine = true;

    while (more && fine) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event))
            return refuse_syntax(self, parser);
        more = event.type != YAML_STREAM_END_EVENT;
        fine = on_event(self, &event);
        yaml_event_delete(&event);
    }
    if (fine && !self->document->root) {
        diags_add(self->diags, DIAG_ERROR, self->document->file, 0, 0, NULL,
                  "expected a document, found nothing");
        return false;
    }
    return fine;
}

bool yaml_build(YamlDocument *document, Diags *diags)
{
    g_autofree char *text = yaml_text_join_surrogates(document->text);
    size_t errors = diags_count(diags, DIAG_ERROR);
    Builder self = {.document = document, .diags = diags};
    yaml_parser_t parser;
    bool fine;

    if (!yaml_parser_initialize(&parser)) /* fails only without memory */
        g_error("libyaml could not be started");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    document->nodes = g_ptr_array_new_with_free_func(yaml_node_free);
    self.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self.open = g_ptr_array_new_with_free_func(frame_free);
    fine = read_events(&self, &parser);
    g_ptr_array_unref(self.open);
    g_hash_table_unref(self.anchors);
    yaml_parser_delete(&parser);
    return fine && diags_count(diags, DIAG_ERROR) == errors;
}
