# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A role's variables as plain Python, read where a filter is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

from .plain import plain


def role_settings(context: jinja2.runtime.Context, role: str, kinds: Mapping[str, type]) -> dict[str, Any]:
    """Return the variables ``<role>_<name>`` of the template context by their names.

    ``kinds`` maps each name to bool, int, str, list or dict. Values given on the command line are text, so booleans
    and numbers are converted. Raises AnsibleFilterError (a sentence) when one is missing or of another kind.
    """
    return {name: _converted(f"{role}_{name}", _value(context, f"{role}_{name}"), kind) for name, kind in kinds.items()}


def _value(context: jinja2.runtime.Context, name: str) -> Any:
    value = context.resolve(name)
    if isinstance(value, jinja2.Undefined):
        raise AnsibleFilterError(f"{name} has no value: {value._undefined_message}")
    return plain(value)


def _converted(name: str, value: Any, kind: type) -> Any:
    try:
        if kind is bool:
            return boolean(value)
        if kind in (int, str):
            return kind("" if value is None else value)
    except (TypeError, ValueError):
        pass
    else:
        if value is None:
            return kind()
        if isinstance(value, kind):
            return value
    raise AnsibleFilterError(f"{name} must be of type {kind.__name__}, not {value!r}.")
