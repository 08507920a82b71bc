#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_plugin
short_description: Manage plugins of Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Installs and removes plugins, and sets what an organization chose for them.
  - With O(url) the server does it by itself when asked, and no restart is needed.
  - Without O(url) Grafana's own program does it, on the host that the task runs on. The server has to be restarted then.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
  - observability.stack.grafana.secrets
options:
  url:
    description:
      - Base URL of Grafana with its path prefix. Without it C(grafana-cli) or C(grafana cli) is used.
      - A user and password inside the URL are used when no others are given, and are never shown.
    type: str
    required: false
    aliases: [grafana_url]
  name:
    description: Id of the plugin, for instance V(grafana-clock-panel). Needed unless O(items) are given.
    type: str
    aliases: [id]
  version:
    description:
      - Version of the plugin. Without it any version that is there is fine, and a new plugin is the newest one.
      - With V(latest) a newer one takes its place. Through the API that is what the server has heard of.
    type: str
  enabled:
    description: Whether the plugin is in use; for plugins that are apps. Needs O(url).
    type: bool
  pinned:
    description: Whether the app stands in the menu. Needs O(url).
    type: bool
  json_data:
    description: Settings of the app by its own names. Those that nobody names stay. Needs O(url).
    type: dict
  secure_json_data:
    description: Secrets of the app by its own names. Needs O(url).
    type: dict
  executable:
    description: Grafana's program, when it is not in C(PATH) under the name C(grafana-cli) or C(grafana). Used without O(url).
    type: path
  grafana_plugins_dir:
    description: Directory of the plugins. Otherwise the program's own. Used without O(url).
    type: str
  grafana_repo:
    description: Address of the catalogue of plugins, when it is not grafana.com. Used without O(url).
    type: str
  grafana_plugin_url:
    description: Address of the plugin's archive, instead of what the catalogue says. Used without O(url).
    type: str
notes:
  - With O(validate_certs=false) the program is run with C(--insecure). In community.grafana that is the default, here it is not.
  - Installing through the API wants the administrator of the server; see C(plugin_admin_enabled) in its configuration.
seealso:
  - module: observability.stack.grafana_datasource
"""

EXAMPLES = r"""
- name: A plugin in the version that was tested, installed by the server itself
  observability.stack.grafana_plugin:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ vault_grafana_password }}"
    name: grafana-clock-panel
    version: 2.1.8

- name: An app with its settings
  observability.stack.grafana_plugin:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ vault_grafana_password }}"
    name: example-tickets-app
    enabled: true
    pinned: true
    json_data:
      address: https://tickets.example.com
    secure_json_data:
      apiKey: "{{ vault_tickets_key }}"

- name: The newest version, with the program on the host
  observability.stack.grafana_plugin:
    name: grafana-clock-panel
    version: latest
    grafana_plugins_dir: /var/lib/grafana/plugins
  notify: Restart Grafana

- name: A plugin from one's own mirror, with a program that is not in PATH
  observability.stack.grafana_plugin:
    name: grafana-clock-panel
    executable: /opt/grafana/bin/grafana
    grafana_repo: https://mirror.example.com/api/plugins
    grafana_plugin_url: https://mirror.example.com/grafana-clock-panel-2.1.8.zip
  notify: Restart Grafana

- name: Remove a plugin
  observability.stack.grafana_plugin:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ vault_grafana_password }}"
    name: grafana-clock-panel
    state: absent
"""

RETURN = r"""
version:
  description: Version of the plugin that is there now.
  type: str
  returned: when one plugin was described
msg:
  description: What was done, in a sentence; without O(url) with the command.
  type: str
  returned: when one plugin was described
plugin:
  description: The plugin as the API describes it, without secrets.
  type: dict
  returned: with O(url), when one plugin was described
action:
  description: What was done - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one plugin was described
results:
  description: For each plugin its C(action), C(object), the C(reasons) (options that differed) and the C(plugin).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.plugin import Plugins
from ansible_collections.observability.stack.plugins.module_utils.grafana.plugin_cli import by_program

OPTIONS = {
    "url": {"type": "str", "aliases": ["grafana_url"]},
    "executable": {"type": "path"},
    "grafana_plugins_dir": {"type": "str"},
    "grafana_repo": {"type": "str"},
    "grafana_plugin_url": {"type": "str"},
}


def main():
    """Entry point."""
    run(Plugins(), OPTIONS, instead=by_program)


if __name__ == "__main__":
    main()
