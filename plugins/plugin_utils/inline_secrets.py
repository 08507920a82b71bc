# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a configuration carries a secret in its own text, so that its file must be treated as one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

# Keys of Prometheus', Alertmanager's and Loki's configurations whose value is the secret itself (…_file keys name a file).
_ENDINGS = (
    "password",
    "secret",
    "secrets",
    "secret_key",
    "secret_access_key",
    "token",
    "credentials",
    "api_key",
    "routing_key",
    "service_key",
    "api_url",
    "webhook_url",
    "application_credential_secret",
    "client_certificate_key",
    "connection_string",
    "service_account",
    "key",
)


def has_inline_secret(value: Any) -> bool:
    """Whether ``value`` (mappings, lists, scalars) has a non-empty secret in any depth, or a URL with a password."""
    if isinstance(value, dict):
        return any((_is_secret_key(key) and bool(item)) or has_inline_secret(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(has_inline_secret, value))
    return isinstance(value, str) and "@" in value and _has_password(value)


def _is_secret_key(key: Any) -> bool:
    return any(str(key) == ending or str(key).endswith(f"_{ending}") for ending in _ENDINGS)


def _has_password(text: str) -> bool:
    try:
        return urlsplit(text).password is not None
    except ValueError:
        return False
