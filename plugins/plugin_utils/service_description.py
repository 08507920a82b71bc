# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The part of a service's description that is the same for every role.

A role says what is its own (flags, files, hardening); this adds what each role would
otherwise repeat: release, account, web configuration, health address, pass-through.
"""

from __future__ import annotations

from .endpoint_credentials import Credential, credential
from .endpoint_record import url_path
from .listen import local_address
from .merge import deep_merge
from .plain import plain

#: The variables `<role>_<name>` that every role has in its defaults.
COMMON_VARIABLES = (
    "version",
    "binary_url",
    "checksums_url",
    "mirror_url",
    "download_from",
    "install_method",
    "state",
    "remove_data",
    "system_user",
    "system_group",
    "config_dir",
    "web_listen_address",
    "web_config",
    "config_flags_extra",
    "environment",
    "unit_directives",
    "unit_hardening",
    "health",
)

#: Variables that only some roles have; "" where a role has none.
OPTIONAL_VARIABLES = ("web_external_url", "web_route_prefix", "secret_files")

WEB_FILE = "web.yml"
PROBE_FILE = "probe.auth"
SECRETS_DIR = "secrets"


def complete(own: dict, role: str, values: dict, archives: list, web_text: str, shared: dict | None = None) -> dict:
    """Return the whole description of a service.

    *own* is the role's part; its health paths are below the route prefix, which is added here. *values* holds COMMON_VARIABLES
    and OPTIONAL_VARIABLES without the role's prefix. *archives* come from the lock; *web_text* is the finished web configuration,
    '' when there is none. *shared* may hold observability_scrape_username and observability_scrape_password.
    Raises ValueError (a sentence naming the variable) when a value cannot be used.
    """
    own = plain(own)
    given = plain(values)
    base = {
        "name": role,
        "config_dir": given["config_dir"],
        "release": {"name": role, "version": given["version"]},
        "archives": archives,
        "source": given["download_from"],
        "install_method": given["install_method"],
        "user": given["system_user"],
        "group": given["system_group"],
        "state": given["state"],
        "remove_data": given["remove_data"],
    }
    description = deep_merge(base, own)
    _add_unit(description, given)
    _add_listener(description, role, given)
    _add_prefix(description, given)
    _add_secret_files(description, given.get("secret_files") or {})
    if web_text:
        _add_web_config(description, given["web_config"], web_text, credential(role, {"%s_web_config" % role: given["web_config"], **(shared or {})}))
    description["unit"]["flags"] = merge_flags(description["unit"]["flags"], given["config_flags_extra"])
    description["health"].update(given["health"])
    return description


def merge_flags(flags: dict, extra: dict) -> dict:
    """Lay the user's flags over the role's.

    null or '' is the bare flag, as in prometheus.prometheus; null on a flag that the role sets takes it away. Dashes before
    a name do no harm.
    """
    merged = dict(flags)
    for given, value in extra.items():
        name = given.lstrip("-")
        if value is None and name in flags:
            del merged[name]
        else:
            merged[name] = True if value in (None, "") else value
    return merged


def _add_unit(description: dict, given: dict) -> None:
    unit = description.setdefault("unit", {})
    unit["flags"] = dict(unit.get("flags", {}))
    unit["environment"] = {**unit.get("environment", {}), **given["environment"]}
    unit["hardening"] = {**unit.get("hardening", {}), **given["unit_hardening"]}
    unit["directives"] = {**unit.get("directives", {}), **given["unit_directives"]}
    if given["install_method"] == "package":
        # A distribution may call the program and its unit otherwise than upstream does. Its unit is the one to use: two
        # units of one program would both start, and one of them would find the port taken.
        unit["exec"] = description["package"].pop("exec", unit["exec"])
        description["name"] = description["package"].pop("unit", description["name"])
        # The distribution decides; a version of the user's is one to be compared with.
        description["release"]["version"] = given["version"] or "package"
    else:
        description.pop("package", None)


def _add_listener(description: dict, role: str, given: dict) -> None:
    addresses = given["web_listen_address"]
    addresses = [addresses] if isinstance(addresses, str) else addresses
    try:
        host, port = local_address(addresses[0])
        for address in addresses:
            local_address(address)
    except (ValueError, IndexError) as error:
        raise ValueError("%s_web_listen_address: %s" % (role, error or "give at least one address")) from None
    description["unit"]["flags"]["web.listen-address"] = addresses
    description["ports"] = list(addresses) + list(description.get("ports", []))
    description["health"] = {
        "scheme": "http",
        "address": host,
        "port": port,
        "status": [200],
        **description.get("health", {}),
    }


def _add_prefix(description: dict, given: dict) -> None:
    """Add the URL flags; put the health probe's paths below the prefix under which the server answers."""
    flags = description["unit"]["flags"]
    for name in ("external_url", "route_prefix"):
        if given.get("web_" + name):
            flags["web." + name.replace("_", "-")] = given["web_" + name]
    prefix = url_path(given.get("web_route_prefix") or given.get("web_external_url"))
    health = description["health"]
    health["path"] = prefix + health.get("path", "/-/ready")
    health["metrics_path"] = prefix + health.get("metrics_path", "/metrics")


def _add_secret_files(description: dict, contents: dict) -> None:
    """Add files that the service's configuration refers to as <config_dir>/secrets/<name>."""
    on_change = "reload" if description.get("reload") else "restart"
    for name, content in contents.items():
        if "/" in name or name.startswith("."):
            raise ValueError(
                "%s_secret_files: %r is not a plain file name; files are put into %s/%s" % (description["name"], name, description["config_dir"], SECRETS_DIR)
            )
        entry = {"path": "%s/%s" % (SECRETS_DIR, name), "content": content, "secret": True, "on_change": on_change}
        description.setdefault("files", []).append(entry)


def _add_web_config(description: dict, config: dict, text: str, known: Credential | None) -> None:
    files = description.setdefault("files", [])
    # Users, headers and certificates are read anew for every request: no restart, no reload.
    files.append({"path": WEB_FILE, "content": text, "secret": True, "on_change": "none"})
    description["unit"]["flags"]["web.config.file"] = "%s/%s" % (description["config_dir"], WEB_FILE)
    tls = config.get("tls_server_config") or {}
    http = config.get("http_server_config") or {}
    if tls:
        description["health"].update(scheme="https", ca_file=tls.get("cert_file"))
    # But the kind of listener is chosen at start. systemd ignores X- names, and a unit that
    # differs restarts the service, so this line is what makes a change of kind take effect.
    kind = "%s %s" % ("https" if tls else "http", "http2" if http.get("http2", True) else "http1")
    description["unit"]["directives"].setdefault("X-WebServer", kind)
    if config.get("basic_auth_users"):
        _add_probe_credentials(description, known)


def _add_probe_credentials(description: dict, known: Credential | None) -> None:
    """Let the health probe log in, or accept the refusal when only hashes are known."""
    health = description["health"]
    if known is None:
        # Refused for want of a password is an answer too: the server is up and guards its pages. It shows none of them.
        health["status"] = [200, 401]
        health.pop("body", None)
        return
    entry = {"path": PROBE_FILE, "content": "%s:%s\n" % (known.user, known.password), "owner": "root", "group": "root", "mode": "0600"}
    description["files"].append({**entry, "secret": True, "on_change": "none"})
    health["credentials_file"] = "%s/%s" % (description["config_dir"], PROBE_FILE)
