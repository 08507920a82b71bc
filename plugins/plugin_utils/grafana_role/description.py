# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana's part of a service description, made of the role's variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..endpoint_credentials import Find
from ..inline_secrets import has_inline_secret
from ..plain import to_yaml
from . import dashboards
from .datasources import Record, escaped, inventory_sources, merged, own_sources
from .ini import ADMIN_PASSWORD, Configuration
from .ldap import ldap_text
from .plugins import plugin_steps

HEADER = "Written by Ansible (observability.stack.grafana); changes made here are lost."
PACKAGE_HOME = "/usr/share/grafana"
TRIAL = "trial.sh"
# Grafana writes warnings for kinds of provisioning whose directory is not there.
KINDS = ("alerting", "dashboards", "datasources", "plugins")

Settings = Mapping[str, Any]
File = dict[str, Any]


def grafana_description(settings: Settings, endpoints: list[Record], find: Find, texts: Mapping[str, Mapping[str, str]], trial: str) -> dict[str, Any]:
    """Return files, steps, checks, health and more. Raises ValueError (a sentence).

    ``endpoints`` are the records of this host's stack, ``find(service, host)`` how to log in to one; ``texts`` the dashboards (see
    dashboard_files); ``trial`` the text of the script that tries a configuration.
    """
    if settings["state"] == "absent":
        # What is to be removed need not be rendered, so no mistake in it can stand in the way.
        return {}
    configuration = Configuration(settings)
    protocol = configuration.values["server"].get("protocol") or "http"
    embedded = (configuration.values.get("database") or {}).get("type", "sqlite3") == "sqlite3"
    tls = protocol in ("https", "h2")
    return {
        "directories": _directories(settings, texts),
        "files": _files(settings, configuration, endpoints, find, texts) + _trial_files(settings, trial),
        "steps": _steps(settings, configuration.values["paths"]["plugins"]),
        "validate": _checks(settings),
        "health": {"scheme": "https" if tls else "http", **({"ca_file": configuration.values["server"].get("cert_file")} if tls else {})},
        # Grafana changes its database when a newer version starts. The one in the data directory can be put back.
        "data": {"paths": [settings["data_dir"]], "rollback": "snapshot" if embedded else "refuse"},
        "unit": {"capabilities": ["CAP_NET_BIND_SERVICE"] if configuration.values["server"]["http_port"] < 1024 else []},
    }


def _directories(settings: Settings, texts: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    top = f"{settings['config_dir']}/{dashboards.DIRECTORY}"
    found = [{"path": settings["data_dir"], "owner": settings["system_user"], "group": settings["system_group"], "mode": "0750"}]
    # Its files are links one by one: a link for the whole would make every dashboard a new one in each generation.
    return found + ([{"path": top, "owner": "root", "group": settings["system_group"], "mode": "0750"}] if any(texts.values()) else [])


def _files(settings: Settings, configuration: Configuration, endpoints: list[Record], find: Find, texts: Mapping[str, Mapping[str, str]]) -> list[File]:
    files: list[File] = [{"path": "grafana.ini", "content": configuration.text, "secret": not settings["show_config_diff"]}]
    # The administrator's password is set by a step, with which no restart is needed.
    files += [
        {"path": path, "content": text, "secret": True, "on_change": "none" if path == ADMIN_PASSWORD else "restart"}
        for path, text in configuration.secrets.items()
    ]
    if settings["ldap"]:
        files.append({"path": "ldap.toml", "content": ldap_text(settings["ldap"]), "secret": True})
    files += [_sources_file(settings, endpoints, find), *_provider_file(settings, texts), *_own_files(settings["provisioning_files"])]
    files += dashboards.dashboard_files(texts)
    there = {file["path"].split("/")[1] for file in files if file["path"].startswith("provisioning/")}
    return files + [{"path": f"provisioning/{kind}/README", "content": f"{HEADER}\n", "on_change": "none"} for kind in KINDS if kind not in there]


def _sources_file(settings: Settings, endpoints: list[Record], find: Find) -> File:
    made = inventory_sources(endpoints, find) if settings["datasources_from_inventory"] else []
    # The user's own are written as upstream's documentation does, where $$ is a dollar sign already.
    own = own_sources(settings["datasources"])
    sources = merged([escaped(one) for one in made], own)
    secret = any(one.get("secureJsonData") for one in sources) or has_inline_secret(own)
    text = to_yaml({"apiVersion": 1, "prune": True, "datasources": sources}, HEADER)
    return {"path": "provisioning/datasources/observability.yaml", "content": text, "secret": secret}


def _provider_file(settings: Settings, texts: Mapping[str, Mapping[str, str]]) -> list[File]:
    rows = dashboards.providers(texts, settings)
    text = to_yaml({"apiVersion": 1, "providers": rows}, HEADER)
    return [{"path": "provisioning/dashboards/observability.yaml", "content": text}] if rows else []


def _own_files(given: Mapping[str, Any]) -> list[File]:
    files = []
    for path, content in given.items():
        if path.split("/")[0] not in (*KINDS, "access-control") or not path.endswith((".yaml", ".yml", ".json")):
            raise ValueError(f"grafana_provisioning_files has {path!r}: give a kind and a name, such as alerting/shop.yaml. Kinds are {', '.join(KINDS)}.")
        # Contact points carry secrets in many keys.
        files.append({"path": f"provisioning/{path}", "content": content if isinstance(content, str) else to_yaml(content, HEADER), "secret": True})
    return files


def _home(settings: Settings, release: str) -> str:
    return PACKAGE_HOME if settings["install_method"] == "package" else release


def _trial_files(settings: Settings, trial: str) -> list[File]:
    return [{"path": TRIAL, "content": trial, "on_change": "none", "mode": "0644"}] if settings["trial_start"] else []


def _checks(settings: Settings) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = [{"name": "Grafana runs on this host", "argv": ["{exec}", "--version"]}]
    if settings["trial_start"]:
        words = [f"{name}={value}" for name, value in settings["environment"].items()]
        argv = ["/usr/bin/env", *words, "/bin/sh", "{config}/" + TRIAL, "{exec}", _home(settings, "{release}"), "{config}", settings["config_dir"]]
        checks.append({"name": "Grafana starts with the configuration, on an empty database", "argv": argv})
    return checks


def _steps(settings: Settings, plugins: str) -> list[dict[str, Any]]:
    words = [f"{name}={value}" for name, value in settings["environment"].items()]
    cli = ["/usr/bin/env", *words, "{exec}", "cli", f"--homepath={_home(settings, '{release}')}"]
    reset = [*cli, "--config={config}/grafana.ini", "admin", "reset-admin-password", "--password-from-stdin"]
    return [
        *plugin_steps(settings, cli, plugins),
        # The server takes the one of its configuration at its very first start only. By standard input, so that no list of
        # processes shows it; the old one need not be known.
        {"name": "set the administrator's password", "argv": reset, "stdin": ADMIN_PASSWORD},
    ]
