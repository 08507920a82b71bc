# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a user's description to what travels: arguments that hold digests only, and bodies that are sent as files."""
from __future__ import annotations

import copy
import hashlib
import os
import posixpath

from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError
from ansible_collections.observability.stack.plugins.module_utils.host.layout import DROPIN_NAME, Layout
from ansible_collections.observability.stack.plugins.plugin_utils.service.unit import arguments, render


class Description:
    """A service as the target will see it.

    :ivar arguments: the module's arguments, without any body or secret.
    :ivar bodies: {sha256: bytes}.
    :ivar texts: {path: new text} of files that may be shown in a diff.
    """

    def __init__(self, params: dict):
        self.params = copy.deepcopy(params)
        self.bodies: dict = {}
        self.texts: dict = {}
        self.arguments = {key: value for key, value in self.params.items() if value is not None and key != "service"}
        if self.params["state"] == "absent":
            # The manifest on the host says what goes. Bodies are not needed there, and a host's log shows every argument.
            self.arguments["files"] = []
        else:
            self._fill()

    def _fill(self) -> None:
        secrets, files = {}, []
        for one in self.params["files"]:
            path = "config/" + _clean(one["path"])
            digest = self._body(one["content"] or "")
            row = {key: value for key, value in one.items() if key not in ("content", "sha256") and value is not None}
            files.append(dict(row, path=path) if one["secret"] else dict(row, path=path, sha256=digest))
            if one["secret"]:
                secrets[path] = digest
            else:
                self.texts[path] = one["content"] or ""
        names = [one["path"] for one in files]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ServiceError("The description has two files named %s." % doubled[0][len("config/"):],
                               "Give one of them another name.")
        argv, text = self._unit()
        path = "unit.d/" + DROPIN_NAME
        self.texts[path] = text
        files.append({"path": path, "sha256": self._body(text), "owner": "root", "group": "root", "mode": "0644",
                      "on_change": "restart", "secret": False})
        self.arguments.update(files=files, argv=argv, secret_digests=secrets)

    def _body(self, text: str) -> str:
        data = text.encode("utf-8")
        digest = hashlib.sha256(data).hexdigest()
        self.bodies[digest] = data
        return digest

    def _unit(self) -> tuple:
        """Return (argv, unit text); paths of the configuration lead through ``current``."""
        params, unit = self.params, self.params["unit"]
        layout = Layout(params["name"], params["config_dir"])
        folder = params["package"]["bin_dir"] if params["install_method"] == "package" else posixpath.join(layout.current, "release")
        program = unit["exec"] if unit["exec"].startswith("/") else posixpath.join(folder, unit["exec"])
        words = list(unit["args"]) + arguments(unit["flags"], unit["flag_style"])
        argv = [self._through_current(layout, str(word)) for word in words]
        user = params["user"] or params["name"]
        text = render(params["description"] or params["name"], params["documentation"] or "", program, argv, user,
                      params["group"] or user, unit, params["reload"])
        return [program] + argv, text

    def _through_current(self, layout: Layout, word: str) -> str:
        """Point a flag at the generation's own file, so that not even a link put aside by hand changes what runs."""
        for one in self.params["files"]:
            public = layout.public(_clean(one["path"]))
            if word == public or word.endswith("=" + public):
                return word[:-len(public)] + os.path.join(layout.current, "config", _clean(one["path"]))
        return word


def _clean(path: str) -> str:
    clean = posixpath.normpath(path)
    if clean.startswith(("/", "../")) or clean in (".", ".."):
        raise ServiceError("The file %r is not below the configuration directory." % path,
                           "Name it relative to config_dir; what others write belongs into a directory of 'directories'.")
    return clean
