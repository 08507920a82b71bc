# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plugins through Grafana's own program on the host: for servers that nobody may ask, or that do not run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import Any, Mapping

from ..engine.errors import Failure

ELSEWHERE = ("/usr/sbin", "/usr/local/bin", "/usr/share/grafana/bin", "/opt/grafana/bin")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
ONLY_BY_API = ("items", "enabled", "pinned", "json_data", "secure_json_data")
ADDRESSES = ("grafana_repo", "grafana_plugin_url")
Params = Mapping[str, Any]


def by_program(params: dict[str, Any], check_mode: bool) -> dict[str, Any] | None:
    """Bring a plugin into its state with the program; None when a server is to be asked.

    Ansible returns the parameters with the result, so the logins in their addresses are taken out.

    :raises Failure: when it cannot be done so.
    """
    if params["url"]:
        return None
    named = [name for name in ONLY_BY_API if params.get(name) not in (None, [], {})]
    if named or params["purge"]:
        raise Failure(f"{', '.join(named) or 'purge'} needs the API of a server: give its url.")
    if not params["name"]:
        raise Failure("the plugin needs name.")
    command = base_command(params)
    params.update({name: without_login(params[name]) for name in ADDRESSES if params[name]})
    had = installed(command).get(params["name"])
    act = decided(params, command, had)
    now = after(params, command, act, had)
    if act and not check_mode:
        run([*command, *act], umask=0o022)
        now = installed(command).get(params["name"])
        confirm(params, now)
    return told(params, command, act, had, now)


def base_command(params: Params) -> list[str]:
    """The program with the options that all of its commands take.

    :raises Failure: when there is no program.
    """
    given = params["executable"]
    path = os.pathsep.join([os.environ.get("PATH", ""), *ELSEWHERE])
    found = given or shutil.which("grafana-cli", path=path) or shutil.which("grafana", path=path)
    if not found or not os.access(found, os.X_OK):
        where = given or "PATH"
        raise Failure(f"grafana-cli binary is not present or not in PATH: {where}. Name it in executable, or give the url of a server.")
    command = [found] + (["cli"] if os.path.basename(found) == "grafana" else [])
    for option, flag in (("grafana_plugin_url", "--pluginUrl"), ("grafana_plugins_dir", "--pluginsDir"), ("grafana_repo", "--repo")):
        command += [flag, params[option]] if params[option] else []
    return [*command, *([] if params["validate_certs"] else ["--insecure"]), "plugins"]


def run(command: list[str], umask: int = -1) -> str:
    """What a command prints.

    :raises Failure: when it fails, with its last words.
    """
    before = os.umask(umask) if umask >= 0 else -1
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise Failure(f"{shown(command)} could not be run: {error.strerror}.") from error
    finally:
        if before >= 0:
            os.umask(before)
    output, errors = (COLOURS.sub("", part.decode("utf-8", "replace")).strip() for part in (done.stdout, done.stderr))
    if done.returncode:
        said = [line.strip() for line in (errors or output).splitlines() if line.strip()]
        raise Failure(f"{shown(command)} failed with status {done.returncode}: {without_login(said[-1] if said else 'it said nothing')}")
    return output


def installed(command: list[str]) -> dict[str, str]:
    """{name: version} of the plugins that are there."""
    rows = [re.fullmatch(r"(\S+) @ (\S*)", line.strip()) for line in run([*command, "ls"]).splitlines()]
    return {row.group(1): row.group(2) for row in rows if row}


def newest(params: Params, command: list[str]) -> str:
    """The newest version that the repository has; empty when it tells none."""
    lines = run([*command, "list-versions", params["name"]]).splitlines()
    versions = [line.strip() for line in lines if re.fullmatch(r"v?\d+\.\S*", line.strip())]
    return versions[0] if versions else ""


def decided(params: Params, command: list[str], had: str | None) -> list[str]:
    """The words of the command that has to run; none when all is as wanted."""
    name, version = params["name"], params["version"]
    if params["state"] == "absent":
        return ["uninstall", name] if had is not None else []
    if had is None:
        return ["install", name, *([version] if version and version != "latest" else [])]
    if not version or version == had:
        return []
    if version == "latest":
        return ["update", name] if newest(params, command) not in ("", had) else []
    return ["install", name, version]


def after(params: Params, command: list[str], act: list[str], had: str | None) -> str | None:
    """The version that there will be; empty when only the repository knows."""
    if not act:
        return had
    if act[0] == "uninstall":
        return None
    return act[2] if len(act) > 2 else newest(params, command) if act[0] == "update" else ""


def confirm(params: Params, now: str | None) -> None:
    """Believe the program only when it shows what it did."""
    there, wanted = now is not None, params["state"] == "present"
    if there != wanted:
        raise Failure(f"The program says that it is done, but the plugin {params['name']} is {'still' if there else 'not'} there.")


def told(params: Params, command: list[str], act: list[str], had: str | None, now: str | None) -> dict[str, Any]:
    """The result."""
    name, line = params["name"], shown([*command, *act])
    if params["state"] == "absent":
        words = f"Grafana plugin {name} {'' if act else 'already '}uninstalled : {shown([*command, 'uninstall', name])}"
    else:
        words = f"Grafana plugin {name} installed : {line}" if act else "Grafana plugin already installed"
    sides = [{} if version is None else {"name": name, "version": version or "the newest"} for version in (had, now)]
    diff = {"before_header": f"plugin {name}", "after_header": f"plugin {name}", "before": sides[0], "after": sides[1]}
    action = "unchanged" if not act else "deleted" if act[0] == "uninstall" else "created" if had is None else "updated"
    return {"changed": bool(act), "msg": words, "version": now or None, "action": action, "diff": diff if act else []}


def shown(command: list[str]) -> str:
    """A command as it may be shown: without logins in its addresses."""
    return " ".join(map(without_login, command))


def without_login(text: str) -> str:
    """A text without the users and passwords of the addresses in it."""
    return re.sub(r"(\w+://)[^/\s@]+@", r"\1", text)
