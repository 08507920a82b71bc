# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module for Grafana in this process, as Ansible would: from its options to what it prints."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from collections.abc import Iterator
from typing import Any
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # before ansible-core 2.19

    @contextlib.contextmanager
    def patch_module_args(args):
        old, basic._ANSIBLE_ARGS = basic._ANSIBLE_ARGS, json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
        try:
            yield
        finally:
            basic._ANSIBLE_ARGS = old


MODULES = "ansible_collections.observability.stack.plugins.modules."
ADMIN = {"url_username": "admin", "url_password": "admin"}


class Ran(dict):
    """What a module returned; ``output`` is all that it printed."""

    output = ""

    @property
    def warned(self) -> list[str]:
        """The sentences of its warnings."""
        return [one if isinstance(one, str) else one["event"]["msg"] for one in self.get("warnings", [])]

    @property
    def before_and_after(self) -> list[tuple[Any, Any]]:
        """The two sides of each difference."""
        return [(one["before"], one["after"]) for one in self["diff"]]


@contextlib.contextmanager
def as_on_a_host() -> Iterator[None]:
    """Warnings are returned, as by a module on a host: in a process that has loaded the controller they would be displayed."""
    warnings._global_warnings.clear()  # they would be told again by the next module of this process
    internal = getattr(warnings, "_internal", None)  # since ansible-core 2.19
    with mock.patch.object(internal, "is_controller", False) if internal else contextlib.nullcontext():
        yield


def run_module(name: str, url: str, /, check: bool = False, **options: Any) -> Ran:
    """Run a module against a server, by default as its administrator, and return what it printed, failed or not."""
    login = {} if {"url_username", "token", "grafana_api_key", "grafana_user"} & set(options) else ADMIN
    args = {**login, "url": url, **options, "_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": "/tmp"}
    printed = io.StringIO()
    module = importlib.import_module(MODULES + name)
    with as_on_a_host(), patch_module_args(args), contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        module.main()
    ran = Ran(json.loads(printed.getvalue().strip().splitlines()[-1]))
    ran.output = printed.getvalue()
    if isinstance(ran.get("diff"), dict):  # of one object; here always a list
        ran["diff"] = [ran["diff"]] if ran["diff"] else []
    return ran


def converge(name: str, url: str, /, **options: Any) -> Ran:
    """Run as check mode, for real, and again: the prediction holds, and the second run changes nothing."""
    foreseen = run_module(name, url, check=True, **options)
    done = run_module(name, url, **options)
    assert not done.get("failed"), done
    assert (foreseen["changed"], foreseen.get("diff")) == (done["changed"], done.get("diff")), "check mode said something else"
    again = run_module(name, url, **options)
    assert not again["changed"], f"a second run changes {again.get('diff')}"
    return done
