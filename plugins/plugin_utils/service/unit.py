# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A systemd service's body from a mapping: pure text, the same for the same input.

Directives and their meaning: systemd.exec(5), systemd.service(5); the profile's score is what `systemd-analyze security` says.
"""
from __future__ import annotations

from collections.abc import Mapping

# What a network service that keeps its data in one directory can live with. A description opens what it needs, and says why.
STRICT = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "DevicePolicy": "closed",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectControlGroups": "yes",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectProc": "invisible",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RemoveIPC": "yes",
    "KeyringMode": "private",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": ["@system-service", "~@privileged @resources"],
    "SystemCallErrorNumber": "EPERM",
    "UMask": "0027",
}


def arguments(flags: Mapping, style: str) -> list:
    """Turn a mapping of flags into arguments.

    :param flags: null leaves a flag out, a list repeats it, true and false are spelled as the program's library wants them.
    :param style: ``kingpin`` (``--name=value``, ``--name``, ``--no-name``) or ``go`` (``-name=value``, ``-name=true``).
    """
    found = []
    for name, value in flags.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is None:
                continue
            found.append(_argument(str(name).lstrip("-"), one, style))
    return found


def _argument(name: str, value, style: str) -> str:
    if style == "go":
        return "-%s=%s" % (name, str(value).lower() if isinstance(value, bool) else value)
    if isinstance(value, bool):
        return "--%s%s" % ("" if value else "no-", name)
    return "--%s=%s" % (name, value)


def quote(word: str) -> str:
    """Quote one word for Environment= and lists of paths (systemd.syntax(7)), so that it means itself.

    ``%`` would begin a specifier and is doubled.
    """
    text = str(word).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    text = "".join("\\x%02x" % ord(char) if ord(char) < 32 or ord(char) == 127 else char for char in text)
    return '"%s"' % text if not text or any(char in text for char in " '\";#\\") else text


def quote_argument(word: str) -> str:
    """Quote one word for ExecStart= (systemd.service(5), "Command lines"), where ``$`` would name a variable."""
    return quote(word).replace("$", "$$")


def render(description: str, documentation: str, program: str, argv: list, user: str, group: str, unit: Mapping,
           reload: Mapping | None) -> str:
    """Return the drop-in that is the whole body of a service.

    :param program: absolute path of the program.
    :param argv: its arguments.
    :param unit: the description's ``unit`` option with its defaults.
    """
    sections = {
        "Unit": {"Description": _sentence(description), "Documentation": documentation.replace("%", "%%") or None, "Wants": "network-online.target",
                 "After": "network-online.target", "StartLimitIntervalSec": "0"},
        "Service": _service(program, argv, user, group, unit, reload),
    }
    # Last, and as lines of their own: systemd lets the last scalar win and adds to lists.
    extra = {"Unit": unit["unit_directives"], "Service": unit["directives"]}
    lines = ["# Written by observability.stack; changes made here are replaced by the next run."]
    for name, directives in ((name, [*rows.items(), *extra[name].items()]) for name, rows in sections.items()):
        lines += ["", "[%s]" % name]
        for key, value in directives:
            for one in value if isinstance(value, (list, tuple)) else [value]:
                if one is not None:
                    lines.append("%s=%s" % (key, _plain(one)))
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    """Keep a free text on its line, and from being read as specifiers."""
    return " ".join(text.split()).replace("%", "%%").rstrip("\\")


def _plain(value) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _service(program: str, argv: list, user: str, group: str, unit: Mapping, reload: Mapping | None) -> dict:
    command = " \\\n  ".join([quote(program)] + [quote_argument(word) for word in argv])
    body = {
        "Type": "exec",
        "User": user,
        "Group": group,
        # The empty first line takes back what a package's own unit says.
        "ExecStart": ["", command],
        "ExecReload": ["", "/bin/kill -%s $MAINPID" % (reload.get("signal") or "SIGHUP").replace("SIG", "", 1)] if reload else None,
        "Restart": "on-failure",
        "RestartSec": "5s",
        "TimeoutStopSec": "%ds" % unit["stop_timeout"],
        "Environment": [quote("%s=%s" % pair) for pair in unit["environment"].items()] or None,
        "LimitNOFILE": "65536",
    }
    body.update({"Limit" + name.upper(): value for name, value in unit["limits"].items()})
    body.update(_hardening(unit))
    return body


def _hardening(unit: Mapping) -> dict:
    profile: dict = dict(STRICT)
    capabilities = " ".join(unit["capabilities"])
    if capabilities:
        # A capability counts only in the host's own user namespace.
        profile["PrivateUsers"] = "no"
        profile["SystemCallFilter"] = ["@system-service", "~@resources"]
    profile["CapabilityBoundingSet"] = capabilities
    profile["AmbientCapabilities"] = capabilities
    profile["ReadWritePaths"] = " ".join(quote(path) for path in unit["read_write_paths"]) or None
    profile.update(unit["hardening"])
    return profile
