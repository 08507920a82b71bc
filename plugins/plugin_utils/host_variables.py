# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Other hosts' variables, as those hosts themselves would see them.

Ansible renders ``hostvars[host][name]`` without the variable ``hostvars``. So a URL like
``http://{{ hostvars['app1'].ansible_host | default('app1') }}:9100/`` would be one thing to the host itself and another
thing to everybody who asks for it: no error, only a different address. Here both see the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible.template import Templar


class HostVariables(Mapping[str, Any]):
    """The variables of one host, each rendered when it is read. Raises Ansible's own errors of templates."""

    def __init__(self, raw: Mapping[str, Any], hostvars: Any) -> None:
        self._raw = raw
        self._hostvars = hostvars
        self._templar: Templar | None = None

    def __getitem__(self, name: str) -> Any:
        value = self._raw[name]
        if self._templar is None:
            loader = getattr(self._hostvars, "_loader", None)
            self._templar = Templar(loader=loader, variables={**self._raw, "hostvars": self._hostvars})
        return self._templar.template(value)

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def host_variables(hostvars: Any) -> Callable[[str], Mapping[str, Any]]:
    """Return a function that gives a host's variables; ``hostvars`` is Ansible's, or a plain mapping (in tests)."""
    if not hasattr(hostvars, "raw_get"):
        return hostvars.__getitem__
    return lambda host: HostVariables(hostvars.raw_get(host), hostvars)
