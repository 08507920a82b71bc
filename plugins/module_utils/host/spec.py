# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of service_release: one table for the module, the action plugin and the tests."""
from __future__ import annotations

_ARCHIVE = {
    "url": {"type": "str", "required": True},
    "checksum": {"type": "str", "required": True},
    "arch": {"type": "str"},
    "members": {"type": "raw"},
}
_DIRECTORY = {
    "path": {"type": "path", "required": True},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "mode": {"type": "str", "default": "0755"},
}
_FILE = {
    "path": {"type": "str", "required": True},
    "content": {"type": "str"},
    "sha256": {"type": "str"},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str"},
    "mode": {"type": "str", "default": "0640"},
    "on_change": {"type": "str", "choices": ["reload", "restart", "none"], "default": "restart"},
    "secret": {"type": "bool", "default": False},
}
_UNIT = {
    "exec": {"type": "str", "required": True},
    "flags": {"type": "dict", "default": {}},
    "flag_style": {"type": "str", "choices": ["kingpin", "go"], "default": "kingpin"},
    "args": {"type": "list", "elements": "str", "default": []},
    "environment": {"type": "dict", "default": {}},
    "read_write_paths": {"type": "list", "elements": "str", "default": []},
    "capabilities": {"type": "list", "elements": "str", "default": []},
    "hardening": {"type": "dict", "default": {}},
    "limits": {"type": "dict", "default": {}},
    "directives": {"type": "dict", "default": {}},
    "unit_directives": {"type": "dict", "default": {}},
    "stop_timeout": {"type": "int", "default": 90},
}
_HEALTH = {
    "scheme": {"type": "str", "choices": ["http", "https"], "default": "http"},
    "address": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int"},
    "path": {"type": "str", "default": "/"},
    "status": {"type": "list", "elements": "int", "default": [200]},
    "body": {"type": "str"},
    "timeout": {"type": "int", "default": 60},
    "ca_file": {"type": "path"},
    "server_name": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "credentials_file": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path"},
    "metrics_path": {"type": "str", "default": "/metrics"},
}
ARGUMENT_SPEC = {
    "service": {"type": "dict"},
    "name": {"type": "str"},
    "state": {"type": "str", "choices": ["started", "stopped", "absent"], "default": "started"},
    "description": {"type": "str"},
    "documentation": {"type": "str"},
    "config_dir": {"type": "path"},
    "release": {"type": "dict", "options": {
        "name": {"type": "str", "required": True},
        "version": {"type": "str", "required": True},
    }},
    "release_root": {"type": "path", "default": "/opt/observability"},
    "archives": {"type": "list", "elements": "dict", "options": _ARCHIVE, "default": []},
    "source": {"type": "str", "choices": ["auto", "target", "controller"], "default": "target"},
    "download_timeout": {"type": "int", "default": 30},
    "install_method": {"type": "str", "choices": ["archive", "package"], "default": "archive"},
    "package": {"type": "dict", "options": {
        "name": {"type": "str", "required": True},
        "bin_dir": {"type": "path", "default": "/usr/bin"},
    }},
    "user": {"type": "str"},
    "group": {"type": "str"},
    "groups": {"type": "list", "elements": "str", "default": []},
    "directories": {"type": "list", "elements": "dict", "options": _DIRECTORY, "default": []},
    "files": {"type": "list", "elements": "dict", "options": _FILE, "default": []},
    "links": {"type": "dict", "default": {}},
    "unit": {"type": "dict", "options": _UNIT},
    "validate": {"type": "list", "elements": "dict", "default": [], "options": {
        "name": {"type": "str", "required": True},
        "argv": {"type": "list", "elements": "str", "required": True},
    }},
    "steps": {"type": "list", "elements": "dict", "default": [], "options": {
        "name": {"type": "str", "required": True},
        "argv": {"type": "list", "elements": "str", "required": True},
        "stdin": {"type": "str"},
        "creates": {"type": "path"},
        "when": {"type": "str", "choices": ["before", "after"], "default": "after"},
    }},
    "reload": {"type": "dict", "options": {
        "signal": {"type": "str", "default": "SIGHUP"},
        "proof": {"type": "dict", "options": {
            "metric": {"type": "str", "required": True},
            "success": {"type": "str"},
        }},
    }},
    "health": {"type": "dict", "options": _HEALTH},
    "ports": {"type": "list", "elements": "str", "default": []},
    "data": {"type": "dict", "options": {
        "paths": {"type": "list", "elements": "path", "default": []},
        "rollback": {"type": "str", "choices": ["safe", "snapshot", "refuse"], "default": "safe"},
        "floor": {"type": "str"},
    }},
    "keep_releases": {"type": "int", "default": 3},
    "remove_data": {"type": "bool", "default": False},
    "security_budget": {"type": "float", "default": 2.5},
    # Filled in by the action plugin; bodies and secrets never travel in arguments.
    "argv": {"type": "list", "elements": "str"},
    "secret_digests": {"type": "dict", "no_log": True},
    "bundle": {"type": "path"},
    "brought": {"type": "dict"},
}
REQUIRED_IF = [
    ("state", "started", ("name", "release", "unit", "health"), False),
    ("state", "stopped", ("name", "release", "unit", "health"), False),
    ("state", "absent", ("name",), False),
    ("install_method", "package", ("package",), False),
]
