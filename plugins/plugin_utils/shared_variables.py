# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of variables that belong to no single role."""

from __future__ import annotations

SHARED_PREFIX = "observability"

TEXT, NUMBER, SWITCH, TEXTS, MAPPINGS, MAPPING = "a text", "a number", "true or false", "a list of texts", "a list of mappings", "a mapping"

# Every variable observability_<name> that anything in this collection reads, with what it has to be and perhaps an example.
TYPES: dict[str, tuple[str, ...]] = {
    "address": (TEXT,),
    "api_ca_file": (TEXT,),
    "api_host": (TEXT,),
    "api_password": (TEXT,),
    "api_token": (TEXT,),
    "api_username": (TEXT,),
    "ca_file": (TEXT,),
    "download_from": (TEXT,),
    "external_endpoints": (MAPPINGS, "[{service: alertmanager, url: 'https://alerts.example.org'}]"),
    "groups": (MAPPING, "{node_exporter: linux, prometheus: [monitoring, metrics]}"),
    "ignore_variables": (TEXTS, "[prometheus_owner]"),
    "labels": (MAPPING, "{site: berlin}"),
    "lock_files": (TEXTS, "[/srv/mirror/mirror.lock.yml]"),
    "mirror_architectures": (TEXTS, "[amd64, arm64]"),
    "mirror_dir": (TEXT,),
    "mirror_lock": (TEXT,),
    "mirror_programs": (TEXTS, "[prometheus, node_exporter]"),
    "mirror_retries": (NUMBER,),
    "mirror_upstream": (TEXT,),
    "mirror_url": (TEXT,),
    "probes": (MAPPINGS, "[{name: web, module: http_2xx, targets: ['https://example.org']}]"),
    "remove": (SWITCH,),
    "remove_data": (SWITCH,),
    "report_dir": (TEXT,),
    "scrape_password": (TEXT,),
    "scrape_username": (TEXT,),
    "stack": (TEXT,),
    "verify_dashboard_files": (TEXTS, "[dashboards/*.json]"),
    "verify_dashboards": (SWITCH,),
    "verify_ignore_jobs": (TEXTS, "[laptops]"),
    "verify_port": (NUMBER,),
    "verify_timeout": (NUMBER,),
}
SHARED = frozenset(f"{SHARED_PREFIX}_{name}" for name in TYPES)

# <role>_<name> that describes the endpoint to its neighbours: read by the topology, so known for every role.
ENDPOINT_NAMES = ("endpoint", "web_route_prefix", "web_external_url", "web_telemetry_path")

# <role>_<name> of prometheus.prometheus that has no effect here, and why.
RETIRED = {
    "amtool_config_alertmanager_url": "give amtool the option --alertmanager.url, or write ~/.config/amtool/config.yml",
    "amtool_config_file": "give amtool the option --alertmanager.url, or write ~/.config/amtool/config.yml",
    "amtool_config_output": "give amtool the option --output, or write ~/.config/amtool/config.yml",
    "archive_path": "a directory of archives is named in observability_mirror_url, with observability_download_from: controller",
    "binary_local_dir": "a directory of archives is named in observability_mirror_url, with observability_download_from: controller",
    "checksum": "set checksums_url (with the same prefix) to sha256:<digest>",
    "child_routes": "put the routes into alertmanager_route.routes",
    "download_host": "set observability_download_from to target, controller or auto (the default)",
    "external_url": "set web_external_url (with the same prefix)",
    "hipchat_api_url": "Alertmanager has no HipChat receiver any more",
    "hipchat_auth_token": "Alertmanager has no HipChat receiver any more",
    "listen_address": "set web_listen_address (with the same prefix)",
    "local_cache_path": "nothing is unpacked on the controller; a directory of archives is named in observability_mirror_url",
    "mask_diff": "changes of the configuration are masked unless show_config_diff (with the same prefix) is true",
    "provisioning_synced": "files that are no longer described are always removed",
    "remote_cache_path": "the host unpacks beside the place where the program goes",
    "remote_download": "set observability_download_from to target, controller or auto (the default)",
    "selinux_port": "SELinux ports are left to the administrator",
    "service_name": "the unit has the role's name",
    "skip_configure": "a program comes with its configuration, or not at all",
    "skip_install": "an installed version is never fetched again",
}
