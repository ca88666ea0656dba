/* What lies in cli/page, as the build puts it into the program. */
#pragma once

extern const char page_template[]; /* page.html, with {{name}} for what page_html fills in */
extern const char page_style[];    /* page.css */
extern const char page_script[];   /* every .js, in the order of CMakeLists.txt */
