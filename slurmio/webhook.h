/* A Slack webhook: where its secret address comes from, and how a text is posted there, through
 * curl. The address is never in an argument, a log, a message or a child's environment. */
#pragma once

#include "slurmio/outbox.h"

typedef struct Webhook Webhook;

#define WEBHOOK_VARIABLE "SLACK_WEBHOOK_URL"

/**
 * webhook_new - the webhook whose address the environment has, or else the first line of @path.
 * @path: a file that nobody but its owner may read; NULL: srx/slack-webhook in the user's
 *        configuration directory
 *
 * Fails with SRX_ERROR_USAGE when there is none, SRX_ERROR_INPUT when others can read the file or
 * what it holds is no https address (http is for this machine only), SRX_ERROR_FAILED without curl.
 */
Webhook *webhook_new(const char *path, GError **error);
void webhook_free(Webhook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Webhook, webhook_free)

/** webhook_body - the JSON that says @text, where nothing is markup. Returns: (transfer full) */
char *webhook_body(const char *text);

/** webhook_post - posts @text, once; takes 10 s at most. */
Delivery webhook_post(const Webhook *self, const char *text);
