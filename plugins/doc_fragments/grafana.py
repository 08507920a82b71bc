# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """How a module reaches Grafana, and what all modules for Grafana have in common."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Base URL of Grafana with its path prefix, for instance V(https://example.com/grafana).
      - A user and password inside the URL are used when no others are given, and are never shown.
    type: str
    required: true
    aliases: [grafana_url]
  url_username:
    description: User name for basic authentication. Without it and without O(token), V(admin) is used.
    type: str
    aliases: [grafana_user]
  url_password:
    description: Password for basic authentication. C(netrc) files are never read.
    type: str
    aliases: [grafana_password]
  token:
    description:
      - Token of a service account. With it, O(url_username), O(url_password), O(org_id) and O(org_name) are ignored, since a
        token belongs to one organization.
    type: str
    aliases: [grafana_api_key]
  org_id:
    description:
      - Number of the organization to work in. Without it and without O(org_name) that is V(1), whichever one the account works
        in at the moment; that one is never switched.
    type: int
  org_name:
    description: Name of the organization to work in, instead of its number.
    type: str
  skip_version_check:
    description: Has no effect, since what the server can do is asked of its API and not told by its version.
    type: bool
    default: false
  headers:
    description:
      - Further request headers, for instance for a proxy before the server.
      - They are not treated as secrets; use O(url_password) or O(token) for those.
    type: dict
    default: {}
  ca_path:
    description: File with the certificates of the authorities to trust, instead of the library's own list.
    type: path
  server_name:
    description: Name that the server's certificate must bear, when it is another than that in O(url).
    type: str
  client_cert:
    description: Client certificate (PEM), alone or together with its key.
    type: path
  client_key:
    description: Key of O(client_cert) when it is in a file of its own.
    type: path
  validate_certs:
    description: Whether the server's certificate must be valid.
    type: bool
    default: true
  use_proxy:
    description: Whether the proxies of the environment (C(https_proxy), C(no_proxy)) are used.
    type: bool
    default: true
  timeout:
    description: Seconds to wait for each answer.
    type: float
    default: 30.0
  retries:
    description:
      - How often a request is sent again after a lost connection, one of the statuses 429, 502, 503 and 504, or a database
        that was locked; with growing pauses, or those the server asks for.
      - Requests that write without being repeatable (POST) are sent again only after 429 and 503.
    type: int
    default: 3
requirements:
  - requests (on the host that runs the module)
notes:
  - The module runs well on the controller; delegate it there (C(delegate_to) V(localhost)),
    so that managed hosts need no Python library.
attributes:
  check_mode:
    description: Can run in check mode and say what it would do, without writing anything.
    support: full
  diff_mode:
    description: Says in diff mode what changes, or would change in check mode.
    support: full
    details: Computed before anything is written. Secrets are masked.
"""

    BULK = r"""
options:
  state:
    description: Whether the object is to be there.
    type: str
    choices: [present, absent]
    default: present
  items:
    description:
      - Several objects at once, each a mapping with this module's own options.
      - They are read with as few requests as the server allows, and only what differs is written.
    type: list
    elements: dict
  purge:
    description: Whether objects inside O(scope) that O(items) does not describe are removed.
    type: bool
    default: false
  scope:
    description: Patterns such as V(team-a *) of the names that O(purge) may remove; it removes nothing else.
    type: list
    elements: str
    default: []
"""

    SECRETS = r"""
options:
  update_secrets:
    description:
      - Grafana does not tell secrets, so nobody can see whether they differ.
      - With V(on_create) they are sent with a new object, and when something else changes.
      - With V(always) they are sent, and a change is reported, every time.
    type: str
    choices: [always, on_create]
    default: on_create
"""
