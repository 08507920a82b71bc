# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What API modules share above the client: connection options, and one place where errors become failures."""

from __future__ import annotations

import contextlib
import gc
import re
from typing import Any, Callable, Iterable, Iterator, Mapping
from urllib.parse import unquote

from ansible.module_utils.basic import AnsibleModule

from .client import MISSING_REQUESTS, Client, Connection, requests
from .errors import Failure

SHORT = 8  # characters of a secret that may be a part of other words
PASSWORD_IN_URL = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")


def connection_options() -> dict[str, dict[str, Any]]:
    """Argument spec of the doc fragment observability.stack.api."""
    return {
        "url": {"type": "str", "required": True},
        "url_username": {"type": "str"},
        "url_password": {"type": "str", "no_log": True},
        "token": {"type": "str", "no_log": True},
        "headers": {"type": "dict", "default": {}},
        "ca_path": {"type": "path"},
        "server_name": {"type": "str"},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path", "no_log": False},
        "validate_certs": {"type": "bool", "default": True},
        "use_proxy": {"type": "bool", "default": True},
        "timeout": {"type": "float", "default": 10.0},
        "retries": {"type": "int", "default": 3},
    }


def connection_of(params: dict[str, Any], url: str, **more: Any) -> Connection:
    """The connection to ``url`` that the module's parameters describe."""
    return Connection(
        **more,
        url=url,
        username=params["url_username"],
        password=params["url_password"],
        token=params["token"],
        headers={key: str(value) for key, value in params["headers"].items()},
        ca_path=params["ca_path"],
        server_name=params["server_name"],
        client_cert=params["client_cert"],
        client_key=params["client_key"],
        validate_certs=params["validate_certs"],
        use_proxy=params["use_proxy"],
        timeout=params["timeout"],
        attempts=params["retries"] + 1,
    )


class QuietModule(AnsibleModule):
    """A module that does not write its arguments to the host's log.

    Ansible knows which of its own options are secret, but not which values inside ``items`` and free mappings are: those are
    known when they have been checked, and its log is written before.
    """

    def _log_invocation(self) -> None:
        """Say that the module runs, and nothing else."""
        self.log("Invoked")


class Clients:
    """Gives clients of the servers that a module's options describe; none of them can write in check mode."""

    def __init__(self, module: AnsibleModule) -> None:
        self._module = module

    def __call__(self, where: str | Connection) -> Client:
        """The client for a URL, reached as the module's options say, or for a whole connection."""
        there = where if isinstance(where, Connection) else connection_of(self._module.params, where)
        return Client(there, read_only=self._module.check_mode)

    @property
    def hidden(self) -> bool:
        """Whether the task says no_log, so that nobody is shown its result."""
        return bool(self._module.no_log)

    def hide(self, values: Iterable[Any]) -> None:
        """Show these values to nobody: secrets that Ansible cannot know, since they come inside a list of mappings."""
        self._module.no_log_values.update(text for value in values for text in texts(value))

    def uncover(self, values: Iterable[Any]) -> None:
        """No longer hide those of these values that are short: they would hide parts of other words (``14`` in ``3.14.0``).

        Only for values that no result holds and that stand in the module's own arguments no more.
        """
        own = set(texts([self._module.params.get(name) for name in ("url_password", "token")]))
        self._module.no_log_values.difference_update({text for text in texts(list(values)) if len(text) < SHORT} - own)


def texts(value: Any) -> list[str]:
    """The texts in a value, those inside lists and mappings too; neither the empty one nor yes and no."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [text for one in value for text in texts(one)]
    return [] if value is None or isinstance(value, bool) or value == "" else [str(value)]


def passwords_in_urls(value: Any) -> set[str]:
    """The passwords that stand before the host in URLs, as they are written there and as they are."""
    found = {password for text in texts(value) for password in PASSWORD_IN_URL.findall(text)}
    return found | {unquote(password) for password in found}


@contextlib.contextmanager
def no_garbage() -> Iterator[None]:
    """A module holds what it reads until its end: to look for garbage in hundreds of documents takes as long as to read them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def run_api_module(
    options: Mapping[str, Any],
    work: Callable[..., dict[str, Any]],
    connection: Mapping[str, Any] | None = None,
    instead: Callable[[dict[str, Any], bool], dict[str, Any] | None] | None = None,
    **rules: Any,
) -> None:
    """Run one API module: ``work(params, client_for, check_mode)`` returns the result, errors become one sentence.

    ``client_for`` is of Clients. ``connection`` are the options of the connection, when ``options`` do not hold them already;
    ``instead(params, check_mode)`` does without the API, and without the library that it takes, or returns None to go there.
    ``rules`` are AnsibleModule's own (required_if, mutually_exclusive, ...).
    """
    if connection is None:
        connection = connection_options()
        rules["required_together"] = [("url_username", "url_password"), *rules.pop("required_together", [])]
        rules["mutually_exclusive"] = [("token", "url_username"), *rules.pop("mutually_exclusive", [])]
    module = QuietModule(argument_spec={**connection, **options}, supports_check_mode=True, **rules)
    module.no_log_values.update(passwords_in_urls(module.params))
    try:
        with no_garbage():
            result = instead(module.params, module.check_mode) if instead else None
            if result is None and requests is None:
                raise Failure(MISSING_REQUESTS)
            result = work(module.params, Clients(module), module.check_mode) if result is None else result
    except Failure as error:
        module.fail_json(msg=str(error), http_status=getattr(error, "status", None))
    else:
        for warning in result.pop("warnings_of_server", []):
            module.warn(warning)
        module.exit_json(**{"changed": False, **result})
