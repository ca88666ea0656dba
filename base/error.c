/* Errors: one domain, a code only where a caller acts on it. */
#include "base/error.h"

G_DEFINE_QUARK(srx_error, srx_error)

static void G_GNUC_PRINTF(3, 0)
    set_error(GError **error, SrxError code, const char *format, va_list values)
{
    if (error)
        *error = g_error_new_valist(SRX_ERROR, (int)code, format, values);
}

bool srx_fail(GError **error, SrxError code, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    set_error(error, code, format, values);
    va_end(values);
    return false;
}

void *srx_fail_null(GError **error, SrxError code, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    set_error(error, code, format, values);
    va_end(values);
    return NULL;
}
