# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """How a module reaches an HTTP API."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Base URL of the server with its path prefix, for instance V(https://prometheus.example.com/prometheus).
      - A user and password inside the URL are used when no others are given, and are never shown.
    type: str
    required: true
  url_username:
    description: User name for basic authentication.
    type: str
  url_password:
    description: Password for basic authentication. C(netrc) files are never read.
    type: str
  token:
    description: Bearer token, instead of a user name and password.
    type: str
  headers:
    description:
      - Further request headers, for instance C(X-Scope-OrgID) of a multi-tenant store.
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
    default: 10.0
  retries:
    description:
      - How often a request is sent again after a lost connection or one of the statuses 429, 502, 503 and 504,
        with growing pauses, or those the server asks for.
      - Requests that write without being repeatable (POST) are sent again only after 429 and 503.
    type: int
    default: 3
requirements:
  - requests (on the host that runs the module)
notes:
  - The module runs well on the controller; delegate it there (C(delegate_to) V(localhost)),
    so that managed hosts need no Python library.
"""
