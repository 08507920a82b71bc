# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host in a directory: the real engine on real files, with a systemd that only keeps books. Python 3.8 and no root suffice."""

from __future__ import annotations

import grp
import hashlib
import io
import json
import os
import pwd
import tarfile

from ansible_collections.observability.stack.plugins.module_utils.host import (
    adopt,
    generation,
    layout,
    prove,
    recover,
    remove,
    service,
    spec,
    work,
)
from ansible_collections.observability.stack.plugins.module_utils.host import look as look_module
from ansible_collections.observability.stack.plugins.plugin_utils.service.carry import pack
from ansible_collections.observability.stack.plugins.plugin_utils.service.describe import Description

USER = pwd.getpwuid(os.getuid()).pw_name
GROUP = grp.getgrgid(os.getgid()).gr_name


def defaults(spec_, given):
    """Return options with their defaults filled in, as AnsibleModule does."""
    found = {}
    for name, row in spec_.items():
        value = given.get(name, row.get("default"))
        if value is not None and "options" in row:
            value = [defaults(row["options"], one) for one in value] if row["type"] == "list" else defaults(row["options"], value)
        found[name] = value
    assert not set(given) - set(spec_), "unknown options: %s" % sorted(set(given) - set(spec_))
    return found


class FakeUnit:
    """Keeps books like systemd would: what is loaded, what was started with which files."""

    root = None

    def __init__(self, name):
        self.name, self.unit = name, name + ".service"
        self.path = os.path.join(self.root, "systemd.json")

    def book(self):
        with open(self.path, encoding="utf-8") as handle:
            return json.load(handle)

    def keep(self, **change):
        book = dict(self.book(), **change)
        with open(self.path + ".new", "w", encoding="utf-8") as handle:
            json.dump(book, handle)
        os.replace(self.path + ".new", self.path)

    def on_disk(self):
        """Return what systemd would load now: the unit and its drop-in."""
        places = layout.Layout(self.name)
        parts = [places.unit, os.path.join(places.dropin_link, layout.DROPIN_NAME)]
        return "".join(open(path, encoding="utf-8").read() for path in parts if os.path.isfile(path))

    def tree(self):
        """Return the configuration that a process would read now, and its program."""
        current = os.path.join(self.root, "etc", self.name, "current")
        found = {}
        for folder, _dirs, names in os.walk(os.path.join(current, "config")):
            for name in names:
                path = os.path.join(folder, name)
                found[os.path.relpath(path, current)] = open(path, encoding="utf-8").read()
        return {"config": found, "release": os.path.realpath(os.path.join(current, "release"))}

    def show(self):
        book, text = self.book(), self.on_disk()
        return {
            "LoadState": "loaded" if text else "not-found", "ActiveState": book["state"], "SubState": "running", "NRestarts": "0",
            "UnitFileState": "enabled" if book["enabled"] else "disabled", "Result": "success",
            "NeedDaemonReload": "yes" if text and text != book["loaded"] else "no", "MainPID": str(book["pid"]),
        }  # fmt: skip

    def is_active(self):
        return self.book()["state"] == "active"

    def daemon_reload(self):
        self.keep(loaded=self.on_disk())

    def act(self, verb):
        book = self.book()
        if verb in ("start", "restart"):
            bad = "CRASH" in book["loaded"] or not book["loaded"]
            self.keep(state="failed" if bad else "active", pid=0 if bad else book["pid"] + 1, restarts=book["restarts"] + 1,
                      running=None if bad else dict(self.tree(), unit=book["loaded"]))  # fmt: skip
        elif verb == "stop":
            self.keep(state="inactive", pid=0, running=None)
        elif verb in ("enable", "disable"):
            self.keep(enabled=verb == "enable")

    def signal(self, _name):
        book = self.book()
        self.keep(running=dict(self.tree(), unit=book["running"]["unit"]), reloads=book["reloads"] + 1)

    def forget(self):
        pass

    def revive_after(self, pid):
        """Only remembered; that it acts once this process is gone is for the tests on hosts."""
        self.keep(reviver=pid)

    def leave_alone(self):
        self.keep(reviver=None)

    def journal(self, _since, lines=15):
        return ["a line of the journal"]


class FakeHost:
    """One host below a directory.

    :ivar root: the directory that plays the part of /.
    """

    def __init__(self, root, patch):
        self.root, self.patch = str(root), patch
        for path in ("etc/systemd/system", "usr/local/bin", "opt", "var/lib", "run", "mirror"):
            os.makedirs(os.path.join(self.root, path))
        self.renew_books()
        self._redirect()

    def renew_books(self):
        """Let systemd know nothing."""
        with open(self.path("systemd.json"), "w", encoding="utf-8") as handle:
            json.dump({"state": "inactive", "enabled": False, "loaded": "", "pid": 0, "running": None, "restarts": 0, "reloads": 0, "reviver": None}, handle)

    def _redirect(self):
        patch = self.patch
        patch.setattr(FakeUnit, "root", self.root)
        for module in (adopt, look_module, recover, remove, work):
            patch.setattr(module, "Unit", FakeUnit)
        for name, path in (("STATE_ROOT", "var/lib/observability.stack"), ("RUN_ROOT", "run"), ("UNIT_DIR", "etc/systemd/system"),
                           ("DROPIN_DIR", "usr/local/lib/systemd/system")):  # fmt: skip
            patch.setattr(layout, name, self.path(path))
        patch.setattr(remove.neighbours, "RUN_ROOT", self.path("run"))
        patch.setattr(remove.neighbours, "DROPIN_DIR", self.path("usr/local/lib/systemd/system"))
        patch.setattr(prove.time, "sleep", lambda _seconds: None)
        patch.setattr(service.os, "geteuid", lambda: 0)
        # Durability is the disk's affair here; it would only make the tests slow.
        patch.setattr(generation.os, "fsync", lambda _handle: None)

    def path(self, name):
        """Return the place of a path of the host."""
        return os.path.join(self.root, name.lstrip("/"))

    def archive(self, version):
        """Make an archive of the program; return its row in a description."""
        path = self.path("mirror/demo-%s.tar.gz" % version)
        body = ("#!/bin/sh\n# demo %s\nexit 0\n" % version).encode()
        if not os.path.exists(path):
            with tarfile.open(path, "w:gz") as handle:
                row = tarfile.TarInfo("demo-%s/demo" % version)
                row.size, row.mode = len(body), 0o755
                handle.addfile(row, io.BytesIO(body))
        with open(path, "rb") as handle:
            return {"url": path, "checksum": "sha256:" + hashlib.sha256(handle.read()).hexdigest(), "members": ["demo"]}

    def description(self, version="1.0.0", files=None, **over):
        """Return the options of one run."""
        files = {"demo.yml": "a: 1\n"} if files is None else files
        given = {
            "name": "demo", "config_dir": self.path("etc/demo"), "release_root": self.path("opt/observability"),
            "release": {"name": "demo", "version": version}, "archives": [self.archive(version)], "user": USER, "group": GROUP,
            "directories": [{"path": self.path("var/lib/demo"), "owner": USER, "group": GROUP, "mode": "0750"}],
            "files": [{"path": path, "content": text, "on_change": "reload"} for path, text in files.items()],
            "unit": {"exec": "demo", "flags": {}}, "health": {"timeout": 2}, "reload": {}, "data": {"paths": [self.path("var/lib/demo")]},
            "links": {self.path("usr/local/bin/demo"): "demo"},
        }  # fmt: skip
        given.update(over)
        return defaults(spec.ARGUMENT_SPEC, given)

    def run(self, params, check=False):
        """Do what action plugin and module do together; return the module's result."""
        described = Description(params)
        arguments = dict(described.arguments, secret_digests=described.arguments.get("secret_digests", {}))
        for one in arguments["files"]:
            # Nobody but root can give files away.
            one.update(owner=USER, group=GROUP)
        arguments = defaults(spec.ARGUMENT_SPEC, {key: value for key, value in arguments.items() if key in spec.ARGUMENT_SPEC})
        result = service.run(arguments, check, True)
        if not result.get("needs"):
            return result
        bundle = self.path("bundle.tar")
        if os.path.exists(bundle):
            os.unlink(bundle)
        pack(described.bodies, bundle)
        try:
            return service.run(dict(arguments, bundle=bundle, brought={}), check, True)
        finally:
            os.unlink(bundle)

    def unit(self):
        """Return the books of systemd about the service."""
        return FakeUnit("demo")

    def listing(self):
        """Return every path of the host with what it is, apart from what is not the engine's."""
        found = {}
        for folder, dirs, names in os.walk(self.root):
            for name in dirs + names:
                path = os.path.join(folder, name)
                inside = os.path.relpath(path, self.root)
                if inside.split("/")[0] not in ("mirror", "run", "bundle.tar", "systemd.json", "systemd.json.new"):
                    found[inside] = _what(path)
        return found


def _what(path):
    if os.path.islink(path):
        return "-> " + os.readlink(path)
    if os.path.isdir(path):
        return "directory"
    with open(path, encoding="utf-8", errors="replace") as handle:
        return handle.read()
