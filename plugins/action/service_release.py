# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controller's half of service_release: describe, look, bring what is missing, act.

In steady state the module runs once and is given digests only. Bodies and archives travel as files, because every module's
arguments are written to the target's system log.
"""
from __future__ import annotations

import os
import shutil
import tempfile

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError
from ansible_collections.observability.stack.plugins.module_utils.host.spec import ARGUMENT_SPEC, REQUIRED_IF
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.role_variables import judge_variables
from ansible_collections.observability.stack.plugins.plugin_utils.service.carry import bring_archives, pack
from ansible_collections.observability.stack.plugins.plugin_utils.service.describe import Description
from ansible_collections.observability.stack.plugins.plugin_utils.service.show import diffs, failure

MODULE = "observability.stack.service_release"
display = Display()


class ActionModule(ActionBase):
    """Runs the module once when nothing has to be brought, else twice."""

    TRANSFERS_FILES = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        """Bring one service to its described state.

        :raises AnsibleActionFail: for a description that cannot be meant, before the host is touched.
        """
        result = super().run(tmp, task_vars)
        self._judge_variables(task_vars)
        try:
            description = Description(self._validated())
        except ServiceError as exc:
            raise AnsibleActionFail(str(exc)) from exc
        return {**result, **self._work(description, task_vars)}

    def _judge_variables(self, task_vars: dict) -> None:
        role = self._task._role
        if role is None:
            return
        errors, warnings = judge_variables(task_vars, role.get_name(include_role_fqcn=False), role._role_path)
        for warning in warnings:
            display.warning(warning)
        if errors:
            raise AnsibleActionFail("%s Nothing was touched." % " ".join(errors))

    def _validated(self) -> dict:
        given = plain(dict(self._task.args))
        service = given.pop("service", None) or {}
        checked = ArgumentSpecValidator(ARGUMENT_SPEC, required_if=REQUIRED_IF).validate({**service, **given})
        if checked.error_messages:
            raise AnsibleActionFail("The description of the service cannot be used: %s. Nothing was touched." % "; ".join(
                checked.error_messages))
        return checked.validated_parameters

    def _work(self, description: Description, task_vars: dict) -> dict:
        found = self._module(description.arguments, task_vars)
        need = found.pop("needs", None)
        before = found.pop("before", {})
        if need and not found.get("failed"):
            self._announce(description.params["name"], found.get("changes", []), task_vars["inventory_hostname"])
            found = self._bring_and_run(description, need, task_vars)
            if found.get("download_failed") and description.params["source"] == "auto":
                return self._download_here(description, found["msg"], task_vars)
            before = found.pop("before", before)
        if self._task.diff:
            found["diff"] = diffs(before, description.texts, description.params["name"])
        return failure(found) if found.get("failed") else found

    def _download_here(self, description: Description, why: str, task_vars: dict) -> dict:
        """Begin again, with the controller as the one who downloads."""
        display.warning("%s: %s The controller downloads, checks and copies instead. (observability_download_from: controller saves "
                        "the attempt, target forbids this.)" % (task_vars["inventory_hostname"], why.split(" Check the address", 1)[0]))
        description.params["source"] = description.arguments["source"] = "controller"
        return self._work(description, task_vars)

    @staticmethod
    def _announce(name: str, changes: list, host: str) -> None:
        """Say what is about to be done: long steps always, the others with -v."""
        for line in changes:
            say = display.display if line.startswith("install ") else display.v
            say("%s: %s: %s" % (host, name, line))

    def _bring_and_run(self, description: Description, need: dict, task_vars: dict) -> dict:
        local = tempfile.mkdtemp(prefix="observability-")
        self._make_tmp_path()
        try:
            bundle = os.path.join(local, "bundle.tar")
            pack(description.bodies if need["files"] else {}, bundle)
            arguments = dict(description.arguments, bundle=self._put(bundle), brought={})
            if need["archives"]:
                display.display("%s: download on the controller, then copy to the host" % description.params["name"])
                brought = bring_archives(need["archives"], description.params["download_timeout"])
                arguments["archives"] = [dict(one, checksum="sha256:" + digest) for one, _path, digest in brought]
                arguments["brought"] = {os.path.basename(path): self._put(path) for _one, path, _digest in brought}
            return self._module(arguments, task_vars)
        except ServiceError as exc:
            return {"failed": True, "msg": str(exc)}
        finally:
            shutil.rmtree(local, ignore_errors=True)
            self._remove_tmp_path(self._connection._shell.tmpdir)

    def _put(self, path: str) -> str:
        target = self._connection._shell.join_path(self._connection._shell.tmpdir, os.path.basename(path))
        return self._transfer_file(path, target)

    def _module(self, arguments: dict, task_vars: dict) -> dict:
        return self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
