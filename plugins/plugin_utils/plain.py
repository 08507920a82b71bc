# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Template values as plain Python, and plain Python as YAML text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


def plain(value: Any) -> Any:
    """Return *value* built of nothing but dict, list, str, int, float, bool and None.

    Ansible hands filters subclasses of these (lazy containers, tagged or encrypted strings);
    YAML's safe dumper refuses them, and a copy also keeps filters from changing their input.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    for kind in (int, float, str):
        if isinstance(value, kind):
            # kind.__str__ and not str(): a subclass may answer str() with another subclass.
            return str.__str__(value) if kind is str else kind(value)
    return str(value)  # vault strings of core 2.16 and earlier decrypt when asked for their text


def plain_value(values: Mapping[str, Any], name: str, default: Any = None) -> Any:
    """Return the variable *name* of *values* as plain Python, or *default* when it is not there."""
    # `in` first: a host's variables are templated when they are read, and most are not there.
    return plain(values[name]) if name in values else default


_OTHER_BREAKS = frozenset("\r\x85\u2028\u2029")


class _BlockDumper(yaml.SafeDumper):
    """Writes text of several lines as it reads, and never an alias (`*id001`)."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
    style = "|" if "\n" in data else None
    if _OTHER_BREAKS.intersection(data):
        style = '"'  # YAML would take these for ends of lines and fold them into spaces
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_BlockDumper.add_representer(str, _text)


def to_yaml(value: Any, header: str = "") -> str:
    """Return *value* as YAML text, keys in the order given, below *header* (a comment without its #)."""
    body = yaml.dump(plain(value), Dumper=_BlockDumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=2**16)
    return "".join("# %s\n" % line for line in header.splitlines()) + body
