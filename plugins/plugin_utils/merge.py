# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Merging of settings: what a user says is laid over what a role says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def deep_merge(base: Mapping[str, Any], over: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return ``base`` with ``over`` laid on it; neither is changed.

    Mappings are merged key by key at every depth. Any other value of ``over``, a list included, replaces
    the value of ``base``. Keys keep the order of ``base``; new ones follow.
    """
    merged = dict(base)
    for key, value in (over or {}).items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = deep_merge(below, value)
        else:
            merged[key] = value
    return merged
