/* One HTML file that holds all it needs: style, script and data. */
#pragma once

#include <jansson.h>

/**
 * page_html - the page that shows @data (see cli/digest.h).
 * @title: of the window; any text
 *
 * Nothing is loaded: a content security policy forbids it, and allows this very script and style
 * only, by their hashes. The data are escaped so that no text in them ends their element.
 *
 * Returns: (transfer full)
 */
char *page_html(const json_t *data, const char *title);
