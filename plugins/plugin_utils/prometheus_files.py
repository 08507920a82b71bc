# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All files of Prometheus' configuration tree, as service_release takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from .endpoint_credentials import Credential
from .inline_secrets import has_inline_secret
from .plain import to_yaml
from .prometheus_config import prometheus_config
from .prometheus_passwords import PasswordFiles
from .prometheus_rules import by_base_name, names, rule_files
from .prometheus_scrape import TARGETS_DIR, Record

HEADER = "Written by Ansible (observability.stack.prometheus); changes made here are lost."

# Where prometheus.prometheus has these, and where its users, their scripts and tests look. Prometheus does not load them.
SIGNPOSTS = {
    "rules/ansible_managed.rules": "# The rules of prometheus_alert_rules are in ansible_managed.yml.\ngroups: []\n",
    "scrapes/empty_scrapes.yml": "# Files of scrape jobs are in ../scrape_configs.\nscrape_configs: []\n",
}

File = dict[str, Any]


def prometheus_files(
    settings: Mapping[str, Any],
    version: str,
    endpoints: list[Record],
    servers: list[Record],
    given: Mapping[str, Mapping[str, str]],
    own_config: str = "",
    find_credential: Callable[[str, str], Credential | None] = lambda _service, _host: None,
) -> list[File]:
    """Return the list of files: prometheus.yml, rules, targets, scrape configurations and passwords.

    ``given`` has the texts of the user's files by path on the controller, under the keys alert_rules, static_targets and
    scrape_configs. ``own_config`` is the user's own text of prometheus.yml.
    ``find_credential(service, host)`` returns how to log in to an endpoint. Raises ValueError (a sentence).
    """
    rules = {} if settings["agent_mode"] else rule_files(settings, given["alert_rules"])
    targets = _target_files(settings["targets"], given["static_targets"])
    scrapes = by_base_name(given["scrape_configs"], "prometheus_scrape_config_files", (".yml", ".json"))
    passwords = PasswordFiles(find_credential)
    endpoints, servers = passwords.add(endpoints), passwords.add(servers)
    config = None
    if not own_config:
        config = prometheus_config(settings, endpoints, version, servers, names(targets, TARGETS_DIR), bool(scrapes), given["alert_rules"])
    files = [_main_file(settings, config, own_config)]
    files += passwords.files(files[0]["content"])
    files += [{"path": path, "content": text, "on_change": "reload"} for path, text in rules.items()]
    # Prometheus watches these files itself.
    files += [{"path": path, "content": text, "on_change": "none"} for path, text in targets.items()]
    files += [_scrape_file(name, text) for name, text in sorted(scrapes.items())]
    taken = {file["path"] for file in files}
    return files + [{"path": path, "content": text, "on_change": "none"} for path, text in SIGNPOSTS.items() if path not in taken]


def _main_file(settings: Mapping[str, Any], config: dict[str, Any] | None, own_text: str) -> File:
    text = own_text if config is None else to_yaml(config, HEADER)
    # What an own text holds is not known, so it is handled with care.
    guess = True if config is None else has_inline_secret(config)
    secret = {"always": True, "never": False}.get(settings["config_secret"], guess)
    return {"path": "prometheus.yml", "content": text, "on_change": "reload", "secret": secret}


def _target_files(described: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    files = by_base_name(given, "prometheus_static_targets_files", (".yml", ".yaml", ".json"))
    for name, groups in described.items():
        if f"{name}.yml" in files:
            raise ValueError(
                f"prometheus_targets has {name}, and prometheus_static_targets_files matches a file {name}.yml: both would "
                f"be {TARGETS_DIR}/{name}.yml. Rename one."
            )
        files[f"{name}.yml"] = to_yaml(groups)
    for name, text in files.items():
        _check_targets(name, text)
    return {f"{TARGETS_DIR}/{name}": text for name, text in sorted(files.items())}


def _check_targets(name: str, text: str) -> None:
    """Raise ValueError unless the text is a list of target groups: Prometheus only logs what it cannot read there."""
    try:
        groups = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise ValueError(f"The file of targets {name} is not YAML or JSON: {' '.join(str(error).split())}") from None
    if not isinstance(groups, list) or not all(map(_is_target_group, groups)):
        raise ValueError(
            f"The targets {name.rpartition('.')[0]} must be a list of mappings with a list targets and perhaps labels, "
            "such as [{targets: ['db1:9187'], labels: {env: test}}]."
        )


def _is_target_group(group: Any) -> bool:
    return (
        isinstance(group, dict)
        and isinstance(group.get("targets"), list)
        and isinstance(group.get("labels") or {}, dict)
        and set(group) <= {"targets", "labels"}
    )


def _scrape_file(name: str, text: str) -> File:
    # Its text is not parsed here; it may carry credentials.
    return {"path": f"scrape_configs/{name}", "content": text, "on_change": "reload", "secret": True}
