/* Fuzz target: the strict YAML reader. */
#include "base/yaml.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_malloc(size + 1); /* yaml_parse wants a NUL behind it */
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(YamlDocument) document = NULL;

    memcpy(text, data, size);
    text[size] = '\0';
    document = yaml_parse(text, size, "fuzz.yaml", diags);

    for (size_t i = 0; i < diags_length(diags); i++)
        g_free(diag_format(diags_nth(diags, i)));
    return 0;
}
