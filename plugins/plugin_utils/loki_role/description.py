# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What service_release is told of Loki, from the role's settings and the inventory's endpoints. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..endpoint_credentials import Find
from ..inline_secrets import has_inline_secret
from ..plain import to_yaml
from .cluster import Member, clustered
from .config import ALERTMANAGER_PASSWORD, OVERRIDES_FILE, configuration
from .rules import rule_files

CONFIG_FILE, SCHEMA_CHECK, ENVIRONMENT_FILE = "config.yml", "schema-check.sh", "secrets/environment"
HEADER = "Written by the role observability.stack.loki. Changes made here are undone by its next run."
# As systemd reads an EnvironmentFile, a shell does too.
SOURCE = 'set -a; . "$1"; shift; exec "$@"'

Settings = Mapping[str, Any]
Record = Mapping[str, Any]


def loki_description(
    settings: Settings, own: Member, members: list[Member], alertmanagers: list[Record], find: Find, texts: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Return files, flags, checks, ports and more. Raises ValueError (a sentence).

    ``find(service, host)`` returns how to log in to an endpoint; ``texts`` has ``rules``, {path: text} of the user's files of rules,
    and ``script``, {name: text} of the script that compares schemas.
    """
    if settings["state"] == "absent":
        # What is to be removed need not be rendered, so no mistake in it can stand in the way.
        return {}
    known = next(filter(None, (find("alertmanager", record["host"]) for record in alertmanagers if record["auth_from"])), None)
    config = configuration(settings, own, members, alertmanagers, known)
    variables = {str(name): str(value) for name, value in settings["secret_environment"].items()}
    if known:
        # The text is put into YAML as it is, so it is a quoted one already.
        variables[ALERTMANAGER_PASSWORD] = json.dumps(known.password)
    together = clustered(members, settings["storage"])
    ports = [f"{config['server']['grpc_listen_address'] or '0.0.0.0'}:{config['server']['grpc_listen_port']}"]
    return {
        "files": _files(settings, config, variables, texts),
        "validate": _checks(settings, bool(variables)),
        "ports": ports + ([f"0.0.0.0:{settings['memberlist_port']}"] if together else []),
        "health": _health(config["server"]),
        "unit": {
            "flags": {"config.file": f"{settings['config_dir']}/{CONFIG_FILE}", **({"config.expand-env": True} if variables else {})},
            "directives": {"EnvironmentFile": f"{settings['config_dir']}/current/config/{ENVIRONMENT_FILE}"} if variables else {},
        },
    }


def _files(settings: Settings, config: Mapping[str, Any], variables: Mapping[str, str], texts: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    secret = not settings["show_config_diff"] and has_inline_secret(_without_names(config))
    files: list[dict[str, Any]] = [{"path": CONFIG_FILE, "content": to_yaml(config, HEADER), "secret": secret}]
    if settings["overrides"]:
        files.append({"path": OVERRIDES_FILE, "content": to_yaml({"overrides": settings["overrides"]}, HEADER)})
    if variables:
        files.append({"path": ENVIRONMENT_FILE, "content": environment_text(variables), "secret": True})
    # The ruler looks for new rules each minute.
    files += [{"path": path, "content": text, "on_change": "none"} for path, text in rule_files(settings, texts["rules"]).items()]
    if settings["schema_check"]:
        files += [{"path": SCHEMA_CHECK, "content": text, "on_change": "none", "mode": "0644"} for text in texts["script"].values()]
    return files


def _without_names(value: Any) -> Any:
    """Return the configuration without values that only name a variable of the environment."""
    if isinstance(value, Mapping):
        return {key: _without_names(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_names(item) for item in value]
    return "" if isinstance(value, str) and value.startswith("${") and value.endswith("}") else value


def environment_text(variables: Mapping[str, str]) -> str:
    """Return the text of an environment file that systemd and a shell read alike. Raises ValueError (a sentence)."""
    lines = []
    for name, value in variables.items():
        if not name.isidentifier() or "\n" in value:
            raise ValueError(f"loki_secret_environment: {name!r} must be a name of letters, digits and _, and its value one line.")
        escaped = re.sub(r'([\\"$`])', r"\\\1", value)
        lines.append(f'{name}="{escaped}"\n')
    return "".join(lines)


def _checks(settings: Settings, environment: bool) -> list[dict[str, Any]]:
    words = ["{exec}", "{flags}", "-verify-config"]
    if environment:
        words = ["/bin/sh", "-c", SOURCE, "sh", "{config}/" + ENVIRONMENT_FILE, *words]
    checks = [{"name": "Loki accepts the configuration and every flag", "argv": words}]
    if settings["schema_check"]:
        argv = ["/bin/sh", "{config}/" + SCHEMA_CHECK, "{exec}", "{config}/" + CONFIG_FILE, settings["config_dir"]]
        checks.append({"name": "what is stored stays readable", "argv": argv})
    return checks


def _health(server: Mapping[str, Any]) -> dict[str, Any]:
    certificate = (server.get("http_tls_config") or {}).get("cert_file")
    return {"scheme": "https", "ca_file": certificate} if certificate else {"scheme": "http"}
