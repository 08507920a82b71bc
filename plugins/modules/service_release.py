#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: service_release
short_description: Bring one systemd service to its described state, as one transaction
version_added: 0.1.0
description:
  - Installs a released program, its configuration and its hardened unit, and proves that the service answers.
  - Everything is staged and checked first, by the new program itself; then one rename swaps the whole generation in; the
    service is reloaded or restarted only when the change needs it; and when it does not prove itself healthy, the
    earlier generation is put back and proven instead. A bad change never takes a running service down for good.
  - A run that was interrupted is finished or undone by the next one.
  - In steady state the module runs once, asks no network and writes nothing.
notes:
  - The target needs systemd, root and Python 3.8 or newer; no other package.
  - File bodies and archives travel as files, never as arguments, since arguments are logged on the target.
options:
  service:
    description: The options below as one mapping, as roles hand them over. Options given beside it win.
    type: dict
  name:
    description: Name of the systemd unit, without C(.service).
    type: str
  state:
    description:
      - Whether the service is to run, to be installed but stopped, or to be gone.
      - V(absent) removes everything that was made here, by the manifest on the host; data stay unless O(remove_data=true).
    type: str
    choices: [started, stopped, absent]
    default: started
  description:
    description: The unit's description.
    type: str
  documentation:
    description: A URL for the unit.
    type: str
  config_dir:
    description: Directory of the configuration; generations live below it. Default is C(/etc/NAME).
    type: path
  release:
    description: What is installed. Several units may share one release.
    type: dict
    suboptions:
      name:
        description: Name of the program's release.
        type: str
        required: true
      version:
        description: Its version.
        type: str
        required: true
  release_root:
    description: Where releases are kept, as C(<release_root>/<release>/<version>).
    type: path
    default: /opt/observability
  archives:
    description: What the release is made from. The host takes the entries of its own architecture.
    type: list
    elements: dict
    default: []
    suboptions:
      url:
        description: Address of the archive (http, https, file, or a path on the side that downloads). tar, zip or a bare file.
        type: str
        required: true
      checksum:
        description: C(sha256:<hex>), or the address of a checksum file that lists the archive.
        type: str
        required: true
      arch:
        description: Architecture in the names of Go's releases (amd64, arm64, armv7 ...). Every architecture when not given.
        type: str
      members:
        description:
          - Members to install, a list, or a mapping of names in the archive to names on the host.
          - Everything when not given.
        type: raw
  source:
    description:
      - Who downloads.
      - V(auto) is the host, and the controller when the host reaches no server (no route, no name, no trusted certificate). A
        server's refusal and a wrong checksum are final.
    type: str
    choices: [auto, target, controller]
    default: target
  download_timeout:
    description: Seconds without a byte after which a download is given up.
    type: int
    default: 30
  install_method:
    description:
      - V(package) installs the distribution's package and runs its program with the described configuration and unit body.
      - It is weaker than V(archive), since a package cannot be rolled back.
    type: str
    choices: [archive, package]
    default: archive
  package:
    description: The package, with O(install_method=package).
    type: dict
    suboptions:
      name:
        description: Name of the package.
        type: str
        required: true
      bin_dir:
        description: Where the package puts its programs.
        type: path
        default: /usr/bin
  user:
    description: Account that runs the service; created when it is missing. Default is O(name).
    type: str
  group:
    description: Its group; created when it is missing. Default is O(user).
    type: str
  groups:
    description: Further groups that the account joins.
    type: list
    elements: str
    default: []
  directories:
    description: Directories that outlive generations, for data and for files that others write.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Absolute path.
        type: path
        required: true
      owner:
        description: Owner.
        type: str
        default: root
      group:
        description: Group.
        type: str
        default: root
      mode:
        description: Octal mode.
        type: str
        default: "0755"
  files:
    description:
      - The configuration tree, whole. Files that are no longer described are removed.
      - C(/etc/NAME/PATH) leads to the current generation's file.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Path relative to O(config_dir).
        type: str
        required: true
      content:
        description: The text.
        type: str
      sha256:
        description: Filled in from O(files[].content) before the module runs.
        type: str
      owner:
        description: Owner.
        type: str
        default: root
      group:
        description: Group, by default the service's.
        type: str
      mode:
        description: Octal mode.
        type: str
        default: "0640"
      on_change:
        description: What the service needs when this file changes.
        type: str
        choices: [reload, restart, none]
        default: restart
      secret:
        description: Whether neither its text nor its digest may be shown.
        type: bool
        default: false
  links:
    description: Convenience links to programs of the current release, C(path) to C(program).
    type: dict
    default: {}
  unit:
    description: The body of the unit.
    type: dict
    suboptions:
      exec:
        description: Program of the release, or an absolute path.
        type: str
        required: true
      flags:
        description: Flags by name. Null leaves one out, a list repeats it, booleans are spelled as O(unit.flag_style) says.
        type: dict
        default: {}
      flag_style:
        description: V(kingpin) for C(--name=value), C(--name), C(--no-name). V(go) for C(-name=value).
        type: str
        choices: [kingpin, go]
        default: kingpin
      args:
        description: Arguments before the flags.
        type: list
        elements: str
        default: []
      environment:
        description: Environment variables; no secrets, since units can be read by everybody.
        type: dict
        default: {}
      read_write_paths:
        description: Directories that the service may write; everything else is read-only.
        type: list
        elements: str
        default: []
      capabilities:
        description: Capabilities that it keeps, for example C(CAP_NET_RAW).
        type: list
        elements: str
        default: []
      hardening:
        description: Directives that replace the strict profile's; null removes one.
        type: dict
        default: {}
      limits:
        description: Resource limits, for example C(nofile).
        type: dict
        default: {}
      directives:
        description: Further directives of C([Service]), written last.
        type: dict
        default: {}
      unit_directives:
        description: Further directives of C([Unit]), written last.
        type: dict
        default: {}
      stop_timeout:
        description: Seconds that the service gets to stop.
        type: int
        default: 90
  validate:
    description: Commands that must accept the staged tree, run as the service's user with the new program.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What the command checks, as people would say it.
        type: str
        required: true
      argv:
        description: Words of the command. C({config}), C({release}), C({exec}) and the word C({flags}) are filled in.
        type: list
        elements: str
        required: true
  steps:
    description:
      - What a program does to its own data on behalf of the description, such as installing a plugin. Run as O(user).
      - A step is done again when its words or what it reads have changed, so it must be one that can be done twice.
      - A step that fails takes the whole change back.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What it does, as a person would say it ("install the plugin x"). It tells the step from others.
        type: str
        required: true
      argv:
        description: Command; C({config}), C({release}), C({exec}) and C({flags}) are replaced as in O(validate).
        type: list
        elements: str
        required: true
      stdin:
        description: A file of O(files) that the command reads from its standard input, where no list of processes shows it.
        type: str
      creates:
        description: A path; the step is also done when it is not there.
        type: path
      when:
        description: V(before) the swap, which then restarts the service; or V(after) the service has proven itself.
        type: str
        choices: [before, after]
        default: after
  reload:
    description: How the service takes a new configuration without a restart, and how that is proven.
    type: dict
    suboptions:
      signal:
        description: Signal to the main process.
        type: str
        default: SIGHUP
      proof:
        description: Metrics by which the service says that it took the new configuration.
        type: dict
        suboptions:
          metric:
            description: Metric with the time of the last successful reload; must grow.
            type: str
            required: true
          success:
            description: Metric that is 0 after a refused reload.
            type: str
  health:
    description: The probe that proves the service. It is stored with the generation, so that a roll-back is proven by the old one.
    type: dict
    suboptions:
      scheme:
        description: Scheme.
        type: str
        choices: [http, https]
        default: http
      address:
        description: Address to dial, from the host itself.
        type: str
        default: 127.0.0.1
      port:
        description: TCP port. The service's own process must listen on it.
        type: int
      path:
        description: Path.
        type: str
        default: /
      status:
        description: Accepted status codes.
        type: list
        elements: int
        default: [200]
      body:
        description: Regular expression that the body must contain.
        type: str
      timeout:
        description: Seconds after which the service counts as failed.
        type: int
        default: 60
      ca_file:
        description: Authority that signed the certificate.
        type: path
      server_name:
        description: Name that the certificate must carry.
        type: str
      validate_certs:
        description: Whether the certificate must be trusted.
        type: bool
        default: true
      credentials_file:
        description: File on the host with C(user:password) for basic authentication.
        type: path
      client_cert:
        description: Certificate on the host with which the probe identifies itself, where the service asks for one.
        type: path
      client_key:
        description: Its key.
        type: path
      metrics_path:
        description: Where the metrics of O(reload) are.
        type: str
        default: /metrics
  ports:
    description: Addresses (C(host:port)) that must be free before the swap when the service does not hold them itself.
    type: list
    elements: str
    default: []
  data:
    description: What the service writes, and whether an older version may run on it again.
    type: dict
    suboptions:
      paths:
        description: Directories with data.
        type: list
        elements: path
        default: []
      rollback:
        description:
          - V(safe) when an older version reads what a newer one wrote; V(snapshot) to copy the data while the service is
            stopped for an upgrade; V(refuse) to stay with the new version and fail loudly.
        type: str
        choices: [safe, snapshot, refuse]
        default: safe
      floor:
        description: The oldest version that reads the data of all later ones.
        type: str
  keep_releases:
    description: How many earlier generations are kept.
    type: int
    default: 3
  remove_data:
    description: With O(state=absent), whether data go too.
    type: bool
    default: false
  security_budget:
    description: The score of C(systemd-analyze security) that the unit must not exceed; checked by tests.
    type: float
    default: 2.5
  argv:
    description: Filled in by the action plugin.
    type: list
    elements: str
  secret_digests:
    description: Filled in by the action plugin.
    type: dict
  bundle:
    description: Filled in by the action plugin.
    type: path
  brought:
    description: Filled in by the action plugin.
    type: dict
extends_documentation_fragment:
  - observability.stack.attributes
attributes:
  check_mode:
    support: full
    details: The new configuration is checked by the program that is installed, in a directory of its own.
  diff_mode:
    support: full
    details: Secret files are named, and nothing of them is shown.
author:
  - observability.stack contributors (@observability-stack)
"""

EXAMPLES = r"""
- name: Bring node_exporter to its described state
  observability.stack.service_release:
    name: node_exporter
    release: {name: node_exporter, version: "1.12.1"}
    archives: "{{ 'node_exporter' | observability.stack.release_archives('1.12.1') }}"
    unit:
      exec: node_exporter
      flags: {web.listen-address: ":9100"}
      hardening: {ProtectHome: read-only, PrivateDevices: false, PrivateUsers: false, ProtectProc: default}
    health: {port: 9100, path: /metrics, body: node_exporter_build_info}
    ports: ["0.0.0.0:9100"]

- name: Remove it again
  observability.stack.service_release:
    name: node_exporter
    state: absent
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, as sentences.
  returned: always
  type: list
  elements: str
  sample: ["change prometheus.yml", "reload prometheus (prometheus.yml: changed)"]
version:
  description: The version that the description wants.
  returned: when not absent
  type: str
previous_version:
  description: The version that was there.
  returned: when not absent
  type: str
generation:
  description: Number of the generation that is current.
  returned: when not absent
  type: int
restarted:
  description: Whether a running service was restarted.
  returned: when not absent
  type: bool
reloaded:
  description: Whether it was reloaded.
  returned: when not absent
  type: bool
rolled_back:
  description: Whether the change failed and the earlier generation was put back.
  returned: when not absent
  type: bool
validated:
  description: Whether the program accepted the configuration; false only in check mode on a host where it is not installed yet.
  returned: when something changes
  type: bool
journal:
  description: The service's own last lines.
  returned: when the service failed
  type: list
  elements: str
phases:
  description: Seconds that each phase took.
  returned: always
  type: dict
  sample: {look: 0.03, plan: 0.0, stage: 1.9, validate: 0.2, swap: 0.01, activate: 0.3, prove: 0.6, commit: 0.01}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError
from ansible_collections.observability.stack.plugins.module_utils.host.service import run
from ansible_collections.observability.stack.plugins.module_utils.host.spec import ARGUMENT_SPEC, REQUIRED_IF


def main():
    """Run on the target; see the action plugin of the same name for the controller's half."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, required_if=REQUIRED_IF, supports_check_mode=True)
    try:
        module.exit_json(**run(module.params, module.check_mode, module._diff))
    except ServiceError as exc:
        module.fail_json(msg=str(exc), **exc.details)


if __name__ == "__main__":
    main()
