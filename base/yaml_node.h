/* The inside of a YAML document: shared by the files that build it and read it, by nobody else. */
#pragma once

#include "base/yaml.h"

#define YAML_NODES_MOST    1000000
#define YAML_EXPANDED_MOST 100000 /* nodes that aliases stand for */
#define YAML_DEPTH_MOST    64

struct YamlNode {
    const YamlDocument *document;
    YamlKind kind;
    bool quoted;
    bool open;        /* while it is being built: an alias to it would never end */
    int line, column; /* 1.., in characters */
    int height;       /* levels below it */
    size_t size;      /* nodes it stands for, aliases expanded */
    char *text;
    GPtrArray *keys;   /* YamlNode *, of a map */
    GPtrArray *values; /* YamlNode *, of a list or map */
};

struct YamlDocument {
    char *file;
    char *text;    /* as it stands, without a BOM */
    GArray *lines; /* size_t: where each line starts */
    GPtrArray *nodes;
    const YamlNode *root;
};

/**
 * yaml_text_check - whether @text may be given to libyaml: UTF-8, no NUL and no control characters,
 * not too long. What is wrong is told in @diags.
 */
bool yaml_text_check(const char *text, size_t length, const char *file, Diags *diags);

/** yaml_text_lines - where each line of @text starts. Returns: (transfer full) size_t */
GArray *yaml_text_lines(const char *text);

/**
 * yaml_text_join_surrogates - JSON writes characters beyond U+FFFF as two escapes (\ud83d\ude00),
 * which libyaml refuses; each such pair becomes the one escape of YAML (\U0001f600).
 *
 * Returns: (transfer full)
 */
char *yaml_text_join_surrogates(const char *text);

void yaml_node_free(void *node);

/** yaml_build - fills @document from its text. False when that failed, told in @diags. */
bool yaml_build(YamlDocument *document, Diags *diags);

/** yaml_document_line - the source line of a number, up to the end of the text; NULL beyond it. */
const char *yaml_document_line(const YamlDocument *self, int line);
