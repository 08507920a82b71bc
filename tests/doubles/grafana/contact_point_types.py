# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The types of contact points: which settings each must have, and which are secret.

The webhook and the mail are recorded; the others are from memory of upstream, neither recorded nor looked up.
"""

from __future__ import annotations

from typing import Any

# type -> (required settings, secret settings)
TYPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "dingding": (("url",), ("url",)),
    "discord": (("url",), ("url",)),
    "email": (("addresses",), ()),
    "googlechat": (("url",), ("url",)),
    "jira": (("api_url", "project", "issue_type"), ("user", "password", "api_token")),
    "kafka": (("kafkaRestProxy", "kafkaTopic"), ("kafkaRestProxy", "password")),
    "line": (("token",), ("token",)),
    "mqtt": (("brokerUrl", "topic"), ("password", "tlsConfig.caCertificate", "tlsConfig.clientCertificate", "tlsConfig.clientKey")),
    "oncall": (("url",), ("password", "authorization_credentials")),
    "opsgenie": (("apiKey",), ("apiKey",)),
    "pagerduty": (("integrationKey",), ("integrationKey",)),
    "prometheus-alertmanager": (("url",), ("basicAuthPassword",)),
    "pushover": (("apiToken", "userKey"), ("apiToken", "userKey")),
    "sensugo": (("url", "apikey"), ("apikey",)),
    "slack": ((), ("url", "token")),
    "sns": (("topic_arn",), ("sigv4.access_key", "sigv4.secret_key")),
    "teams": (("url",), ("url",)),
    "telegram": (("bottoken", "chatid"), ("bottoken",)),
    "threema": (("gateway_id", "recipient_id", "api_secret"), ("api_secret",)),
    "victorops": (("url",), ("url",)),
    "webex": (("bot_token", "room_id"), ("bot_token",)),
    "webhook": (("url",), ("password", "authorization_credentials", "tlsConfig.clientKey", "hmacConfig.secret")),
    "wecom": ((), ("url", "secret")),
}
REDACTED = "[REDACTED]"


def missing(kind: str, settings: dict[str, Any]) -> str:
    """Return the first required setting that is not there. Upstream's parser does not mind the case of a name."""
    there = {name.lower() for name, value in settings.items() if value}
    return next((name for name in TYPES[kind][0] if name.lower() not in there), "")


def place(settings: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """Return the mapping and the key of a setting whose name may have a dot."""
    *above, key = name.split(".")
    for part in above:
        inner = settings.get(part)
        settings = inner if isinstance(inner, dict) else {}
    return settings, key


def copied(settings: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of settings that can be changed."""
    return {name: copied(value) if isinstance(value, dict) else value for name, value in settings.items()}


def redacted(kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings whose secrets are not told."""
    shown = copied(settings)
    for name in TYPES[kind][1]:
        inner, key = place(shown, name)
        if inner.get(key):
            inner[key] = REDACTED
    return shown


def restored(kind: str, settings: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """Return settings in which a redacted secret is the old one again."""
    merged = copied(settings)
    for name in TYPES[kind][1]:
        inner, key = place(merged, name)
        if inner.get(key) == REDACTED:
            before, old_key = place(old, name)
            inner[key] = before.get(old_key, "")
    return merged
