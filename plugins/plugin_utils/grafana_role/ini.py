# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""grafana.ini from variables. Secrets leave it: each becomes a file, and the ini only names it.

Upstream replaces ``$__file{path}`` by what the file holds, so whatever is moved out means the same as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..endpoint_record import url_path
from ..listen import split_address
from ..merge import deep_merge
from ..web_config import is_hash
from .settings import SECTIONS

HEADER = "# Written by Ansible (observability.stack.grafana); changes made here are lost.\n"
SECRETS_DIR = "secrets"
ADMIN_PASSWORD = f"{SECRETS_DIR}/admin_password"
# Harmless where it is too wide: the value is the same, only in another file.
_SECRET_KEY = re.compile(r"pass|secret|token|credential|connstr|dsn|private|license_text|(^|_)key$|encryption")
_URL_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")
_PATH_OR_URL_KEY = re.compile(r"(cert|client|ca)_key$|_(path|file|url)$")
_PROVIDER = re.compile(r"\$__\w+\{")

Ini = dict[str, Any]


class Configuration:
    """The text of grafana.ini, the files that it names, and what others must know of it.

    :ivar values: sections as they are written, secrets included; keys outside of sections stand at the top.
    :ivar text: the file's text.
    :ivar secrets: {path below the configuration directory: content}.
    """

    def __init__(self, settings: Mapping[str, Any]):
        """Raises ValueError (a sentence) for what cannot work."""
        self.values = _values(settings)
        self.secrets: dict[str, str] = {}
        place = f"{settings['config_dir']}/{SECRETS_DIR}"
        self.text = HEADER + "".join(self._lines(self.values, place))

    def _lines(self, values: Ini, place: str) -> Iterator[str]:
        for section, keys in _sections(values):
            if section:
                yield f"\n[{section}]\n"
            for key, value in keys.items():
                yield f"{key} = {self._written(section, key, value, place)}\n"

    def _written(self, section: str, key: str, value: Any, place: str) -> str:
        text = _text(value)
        if not is_secret(key, text):
            return quoted(section, key, text)
        name = ADMIN_PASSWORD if (section, key) == ("security", "admin_password") else f"{SECRETS_DIR}/{section}.{key}".replace("/.", "/")
        self.secrets[name] = text
        return f"$__file{{{place}/{name.split('/', 1)[1]}}}"


def _values(settings: Mapping[str, Any]) -> Ini:
    """Lay what the user says over what the role says; addresses and TLS come from the variables that all roles have."""
    given = {name: settings[name] for name in SECTIONS if settings[name]}
    values = deep_merge(deep_merge(_defaults(settings), given), settings["ini"])
    if values["server"].get("protocol") in ("socket", "socket_h2"):
        raise ValueError("grafana_ini.server.protocol: a socket cannot be watched or scraped. Listen on a port of 127.0.0.1 for a proxy on the same host.")
    values["paths"]["data"] = settings["data_dir"]
    values["server"] |= _server(settings, values["server"])
    values["metrics"] |= _metrics_login(settings)
    values["security"] |= {"admin_user": settings["admin_user"], "admin_password": settings["admin_password"]}
    if not settings["admin_password"]:
        raise ValueError(
            "grafana_admin_password is not set, and Grafana's own default is known to everybody. Choose one and keep it in a vault "
            "(ansible-vault); a change of it is carried out on the next run."
        )
    if len(settings["admin_password"]) < 4 or settings["admin_password"] != settings["admin_password"].strip():
        raise ValueError("grafana_admin_password: Grafana refuses passwords of less than 4 characters, and cuts spaces at their ends. Choose another.")
    return values


def _defaults(settings: Mapping[str, Any]) -> Ini:
    data, config = settings["data_dir"], settings["config_dir"]
    ldap = {"auth": {"ldap": {"enabled": True, "config_file": f"{config}/current/config/ldap.toml"}}} if settings["ldap"] else {}
    return {
        # Through `current`: a package has files of its own where the public names would be.
        "paths": {"data": data, "logs": f"{data}/log", "plugins": f"{data}/plugins", "provisioning": f"{config}/current/config/provisioning"},
        "server": {},
        "security": {},
        "metrics": {"enabled": True},
        # systemd's journal keeps the log; a file beside it would need its own care.
        "log": {"mode": "console"},
        **ldap,
    }


def _server(settings: Mapping[str, Any], given: Ini) -> Ini:
    host, port = split_address(settings["web_listen_address"])
    server: Ini = {"http_addr": "" if host in ("0.0.0.0", "*") else host, "http_port": port}
    tls = settings["web_config"].get("tls_server_config") or {}
    if tls:
        server |= {
            "protocol": given.get("protocol") if given.get("protocol") == "h2" else "https",
            "cert_file": tls.get("cert_file"),
            "cert_key": tls.get("key_file"),
        }
        server |= {"min_tls_version": tls["min_version"]} if tls.get("min_version") else {}
    if settings["web_external_url"]:
        server["root_url"] = settings["web_external_url"].rstrip("/") + "/"
    prefix = path_prefix(settings)
    if prefix and prefix != url_path(settings["web_external_url"]):
        raise ValueError(
            f"grafana_web_route_prefix is {settings['web_route_prefix']!r}: Grafana answers below the path of grafana_web_external_url, or below '/' "
            "when a proxy takes the path away. Give one of these."
        )
    return server | ({"serve_from_sub_path": True} if prefix else {})


def path_prefix(settings: Mapping[str, Any]) -> str:
    """Return the path below which Grafana answers, without its last slash."""
    return url_path(settings["web_route_prefix"] or settings["web_external_url"])


def _metrics_login(settings: Mapping[str, Any]) -> Ini:
    """Users of the other roles' web pages may read: of Grafana's, that is the one that may read its metrics."""
    users = settings["web_config"].get("basic_auth_users") or {}
    if not users:
        return {}
    if len(users) > 1 or any(is_hash(str(password)) for password in users.values()):
        raise ValueError("grafana_basic_auth_users: Grafana's metrics have one user, with a plain password. People log in to Grafana itself.")
    name, password = next(iter(users.items()))
    return {"basic_auth_username": name, "basic_auth_password": str(password)}


def _sections(values: Ini) -> Iterator[tuple[str, Ini]]:
    """Yield (name, keys): top keys first, then sections; a mapping inside a section is the section of both names (auth.ldap)."""
    yield "", {key: value for key, value in values.items() if not isinstance(value, dict)}
    for section, keys in values.items():
        if isinstance(keys, dict):
            own = {key: value for key, value in keys.items() if not isinstance(value, dict) and value is not None}
            if own:
                yield section, own
            for name, below in keys.items():
                if isinstance(below, dict):
                    yield f"{section}.{name}", {key: value for key, value in below.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def is_secret(key: str, text: str) -> bool:
    """Tell whether a value belongs into a file of its own."""
    if not text or _PROVIDER.search(text) or text.lower() in ("true", "false") or text.isdigit():
        return False
    return bool(_URL_PASSWORD.search(text) or (_SECRET_KEY.search(key) and not _PATH_OR_URL_KEY.search(key)))


def quoted(section: str, key: str, text: str) -> str:
    """Return a value as the ini's reader takes it for what it is: # and ; would begin a comment. Raises ValueError."""
    if "\n" in text:
        raise ValueError(f"grafana_ini.{section}.{key} has several lines. Put it into grafana_secret_files and name it by $__file{{}}.")
    if not re.search(r"[#;`\"]|^\s|\s$|^'", text):
        return text
    mark = next((mark for mark in ("`", '"""') if mark not in text), "")
    if not mark:
        raise ValueError(f"grafana_ini.{section}.{key} has both kinds of quotation marks. Put it into grafana_secret_files and name it by $__file{{}}.")
    return f"{mark}{text}{mark}"
