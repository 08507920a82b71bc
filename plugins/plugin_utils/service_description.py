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
from .timespan import seconds
from .versions import version_key

#: The variables `<role>_<name>` that every role has in its defaults.
COMMON_VARIABLES = (
    "version",
    "binary_url",
    "checksums_url",
    "mirror_url",
    "download_from",
    "install_method",
    "binary_install_dir",
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

#: Flags whose values add up: the user's come to the role's own.
ADDING_FLAGS = ("enable-feature",)


def complete(own: dict, role: str, values: dict, archives: list, web_text: str, shared: dict | None = None) -> dict:
    """Return the whole description of a service.

    *own* is the role's part; its health paths are below the route prefix, which is added here unless health.at_root is true. *values* holds COMMON_VARIABLES
    and OPTIONAL_VARIABLES without the role's prefix. *archives* come from the lock; *web_text* is the finished web configuration,
    '' when there is none. Two keys of *own* are about it: web_flags (see web_flag), and web_always when it is to be there empty too.
    A program that has its listener, TLS and users in a configuration of its own says web_server: false; none of the flags of
    Prometheus' programs is made for it then, and it says its health scheme itself. One whose whole archive is installed names the
    programs to be found by name: programs, {name: path in the archive}.
    *shared* may hold observability_scrape_username and observability_scrape_password.
    Raises ValueError (a sentence naming the variable) when a value cannot be used.
    """
    own = plain(own)
    given = plain(values)
    flags, always = own.pop("web_flags", {"web.config.file": "0"}), own.pop("web_always", False)
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
    web_server, programs = own.pop("web_server", True), own.pop("programs", {})
    description = deep_merge(base, own)
    _add_unit(description, given)
    _add_listener(description, role, given)
    _add_prefix(description, given)
    _add_secret_files(description, given.get("secret_files") or {})
    _add_links(description, given["binary_install_dir"], programs)
    if web_server:
        _add_web_server(description, role, given, web_text, flags, always, shared)
    description["unit"]["flags"] = merge_flags(description["unit"]["flags"], given["config_flags_extra"])
    description["health"].update(given["health"])
    return description


def _add_web_server(description: dict, role: str, given: dict, web_text: str, flags: dict, always: bool, shared: dict | None) -> None:
    """Add what Prometheus' programs have in common: flags for addresses and URLs, and the web configuration."""
    own = description["unit"]["flags"]
    own["web.listen-address"] = list(given["web_listen_address"]) if isinstance(given["web_listen_address"], list) else [given["web_listen_address"]]
    for name in ("external_url", "route_prefix"):
        if given.get("web_" + name):
            own["web." + name.replace("_", "-")] = given["web_" + name]
    flag = web_flag(role, flags, given["version"], bool(web_text))
    if flag and (web_text or always):
        _add_web_config(description, given["web_config"], web_text or "{}\n", flag)
    if web_text and given["web_config"].get("basic_auth_users"):
        _add_probe_credentials(description, credential(role, {"%s_web_config" % role: given["web_config"], **(shared or {})}))


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
        elif name in ADDING_FLAGS and value:
            merged[name] = list(dict.fromkeys(_words(flags.get(name)) + _words(value)))
        else:
            merged[name] = True if value in (None, "") else value
    return merged


def _words(value: object) -> list:
    """Return the values of a flag that is given as one text with commas, as a list, or not at all."""
    texts = value if isinstance(value, list) else [value or ""]
    return [word for text in texts for word in str(text).split(",") if word]


def web_flag(role: str, flags: dict, version: str, wanted: bool) -> str:
    """Return the flag that names the web configuration in this version: *flags* maps each to the version that brought it.

    A version that is not known is taken for a new one. Raises ValueError when it is wanted and no flag is there yet.
    """
    newest = sorted(flags, key=lambda flag: version_key(flags[flag]), reverse=True)
    for flag in newest:
        if not version or version_key(version) >= version_key(flags[flag]):
            return flag
    if wanted:
        raise ValueError("%s_web_config: TLS and users need version %s or newer; the version here is %s" % (role, flags[newest[-1]], version))
    return ""


def _add_links(description: dict, directory: str, programs: dict) -> None:
    """Let the programs be found by name; a package's are already."""
    programs = programs or {name: name for archive in description["archives"][:1] for name in _installed(archive["members"])}
    if directory and description["install_method"] == "archive":
        description["links"] = {"%s/%s" % (directory.rstrip("/"), name): path for name, path in programs.items()}


def _installed(members: list | dict) -> list:
    """Return the names that an archive's members have on the host."""
    return list(members.values()) if isinstance(members, dict) else list(members)


def _add_unit(description: dict, given: dict) -> None:
    unit = description.setdefault("unit", {})
    if "stop_timeout" in unit:
        unit["stop_timeout"] = seconds(unit["stop_timeout"])
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
    description["ports"] = list(addresses) + list(description.get("ports", []))
    description["health"] = {
        "scheme": "http",
        "address": host,
        "port": port,
        "status": [200],
        **description.get("health", {}),
    }


def _add_prefix(description: dict, given: dict) -> None:
    """Put the health probe's paths below the prefix under which the server answers; not those of a port of its own (at_root)."""
    health = description["health"]
    prefix = "" if health.pop("at_root", False) else url_path(given.get("web_route_prefix") or given.get("web_external_url"))
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


def _add_web_config(description: dict, config: dict, text: str, flag: str) -> None:
    files = description.setdefault("files", [])
    # Users, headers and certificates are read anew for every request: no restart, no reload.
    files.append({"path": WEB_FILE, "content": text, "secret": True, "on_change": "none"})
    description["unit"]["flags"][flag] = "%s/%s" % (description["config_dir"], WEB_FILE)
    tls = config.get("tls_server_config") or {}
    http = config.get("http_server_config") or {}
    if tls:
        description["health"].update(scheme="https", ca_file=tls.get("cert_file"))
    # But the kind of listener is chosen at start. systemd ignores X- names, and a unit that
    # differs restarts the service, so this line is what makes a change of kind take effect.
    kind = "%s %s" % ("https" if tls else "http", "http2" if http.get("http2", True) else "http1")
    description["unit"]["directives"].setdefault("X-WebServer", kind)


def _add_probe_credentials(description: dict, known: Credential | None) -> None:
    """Let the health probe log in, or accept the refusal when only hashes are known."""
    health = description["health"]
    if known is None:
        # Refused for want of a password is an answer too: the server is up and guards its pages. It shows none of them.
        health["status"] = [200, 401]
        health.pop("body", None)
        # Without the metrics no reload can be proved; a restart proves itself.
        description.pop("reload", None)
        return
    entry = {"path": PROBE_FILE, "content": "%s:%s\n" % (known.user, known.password), "owner": "root", "group": "root", "mode": "0600"}
    description["files"].append({**entry, "secret": True, "on_change": "none"})
    health["credentials_file"] = "%s/%s" % (description["config_dir"], PROBE_FILE)
