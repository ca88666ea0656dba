/* JSON written as it comes, for answers too long to be built in memory first. */
#pragma once

#include "base/units.h"

#include <stdio.h>

/** json_text - a string with its quotes, or null. Bytes that are no UTF-8 become U+FFFD. */
void json_text(FILE *out, const char *text);

/** json_instant - seconds, or null for INSTANT_NEVER. */
void json_instant(FILE *out, Instant instant);

/** json_number - at most six digits behind the point, none where it is whole. */
void json_number(FILE *out, double number);
