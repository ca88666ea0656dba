/* How a value of a workflow file reads once {{ }} has put it into a text. srunx reads YAML 1.1 and
 * prints with Python: true becomes True, 1.0e-3 becomes 0.001, 010 becomes 8. */
#pragma once

#include "base/yaml.h"

/** literal_text - what {{ }} gives for @node. Times stay as written ("1:30:00"), lists and maps
 * look as in Python. Returns: (transfer full) */
char *literal_text(const YamlNode *node);

/** literal_is_python - whether a text is an argument that srunx has Python compute: "python: ..."
 */
bool literal_is_python(const char *text);

/** literal_python - the value of "python: 'text'" and other bare constants; NULL when it takes
 * Python to know. Returns: (transfer full) */
char *literal_python(const char *text);
