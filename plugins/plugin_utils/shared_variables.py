# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of variables that belong to no single role."""

from __future__ import annotations

SHARED_PREFIX = "observability"

# Every variable observability_<name> that anything in this collection reads.
SHARED = frozenset(
    f"{SHARED_PREFIX}_{name}"
    for name in (
        "address",
        "api_ca_file",
        "api_host",
        "api_password",
        "api_token",
        "api_username",
        "ca_file",
        "download_from",
        "external_endpoints",
        "groups",
        "ignore_variables",
        "labels",
        "lock_files",
        "mirror_architectures",
        "mirror_dir",
        "mirror_lock",
        "mirror_programs",
        "mirror_retries",
        "mirror_upstream",
        "mirror_url",
        "probes",
        "remove",
        "remove_data",
        "report_dir",
        "stack",
        "verify_ignore_jobs",
        "verify_port",
        "verify_timeout",
    )
)

# <role>_<name> that describes the endpoint to its neighbours: read by the topology, so known for every role.
ENDPOINT_NAMES = ("endpoint", "web_route_prefix", "web_external_url", "web_telemetry_path")

# <role>_<name> of prometheus.prometheus that has no effect here, and why.
RETIRED = {
    "amtool_config_alertmanager_url": "give amtool the option --alertmanager.url, or write ~/.config/amtool/config.yml",
    "amtool_config_file": "give amtool the option --alertmanager.url, or write ~/.config/amtool/config.yml",
    "amtool_config_output": "give amtool the option --output, or write ~/.config/amtool/config.yml",
    "binary_install_dir": "programs live in /opt/observability, one directory for each version",
    "binary_local_dir": "name the directory in observability_mirror_url and set observability_download_from: controller",
    "hipchat_api_url": "Alertmanager has no HipChat receiver any more",
    "hipchat_auth_token": "Alertmanager has no HipChat receiver any more",
    "local_cache_path": "nothing is unpacked on the controller",
    "provisioning_synced": "files that are no longer described are always removed",
    "remote_cache_path": "the host unpacks beside the place where the program goes",
    "remote_download": "set observability_download_from to target (the default here) or controller",
    "selinux_port": "SELinux ports are left to the administrator",
    "skip_install": "an installed version is never fetched again",
}
