#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_service_account
short_description: Manage service accounts of Grafana and their tokens
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, renames, disables and removes service accounts, and makes, renews and revokes their tokens.
  - Grafana tells the key of a token once, when it is made. This module writes it into a file that only its owner may read, or
    returns it to a task that says C(no_log).
  - Neither the diff nor any message shows a key.
  - The account whose token the task itself uses is never removed.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the service account. Needed unless O(items) are given.
    type: str
  id:
    description:
      - Number that Grafana gave the account. With it a new O(name) renames the account.
      - A name that another account has is refused; Grafana itself would accept it.
    type: int
  role:
    description: What the account may do in its organization. A new account is a V(viewer) unless it is said; else it is left as it is.
    type: str
    choices: [viewer, editor, admin, none]
  is_disabled:
    description: Whether the account and all its tokens are shut out. Left as it is when not given.
    type: bool
    aliases: [disabled]
  tokens:
    description: Tokens of the account. Others that it has are left alone.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the token, which no other token in the organization has.
        type: str
        required: true
      state:
        description: Whether the token is to be there. With V(absent) it is revoked, and its O(tokens[].token_file) removed.
        type: str
        choices: [present, absent]
        default: present
      seconds_to_live:
        description:
          - For how long a new token is good; for ever when neither this nor O(tokens[].expires) is given.
          - Another value alone does not renew a token that is there.
        type: int
      expires:
        description:
          - Date or time at which the token ends, such as V(2027-01-31) or V(2027-01-31T12:00:00Z), in UTC unless it says otherwise.
          - A token that ends at another time (by more than five minutes) is made anew.
        type: str
      renew_before:
        description: Seconds before its end at which a token with O(tokens[].seconds_to_live) is made anew.
        type: int
        default: 0
      token_file:
        description:
          - File for the key, on the host that runs the module, in a directory that exists. It is replaced as a whole and gets
            the mode 0600.
          - When it is missing or empty, the token is revoked and made anew, since nobody knows its key any more. So let one
            host run the task (C(run_once), C(delegate_to)).
        type: path
      return_key:
        description:
          - Whether the key of a token that was made is returned, below RV(service_account.token_keys).
          - The task must say C(no_log) V(true), and register its result.
        type: bool
        default: false
seealso:
  - module: observability.stack.grafana_permissions
"""

EXAMPLES = r"""
- name: An account for the pipeline, with a token of thirty days that is renewed in its last week
  observability.stack.grafana_service_account:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    name: pipeline
    role: editor
    tokens:
      - name: pipeline
        seconds_to_live: 2592000
        renew_before: 604800
        token_file: /etc/pipeline/grafana-token

- name: Make a token and use its key in the next tasks
  observability.stack.grafana_service_account:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    name: backup
    role: admin
    tokens:
      - name: backup
        expires: "2027-01-31"
        return_key: true
  no_log: true
  register: backup   # backup.service_account.token_keys.backup, in the run that makes the token

- name: Revoke a token and remove its file
  observability.stack.grafana_service_account:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    name: pipeline
    tokens:
      - {name: pipeline, token_file: /etc/pipeline/grafana-token, state: absent}

- name: Rename one, shut another out
  observability.stack.grafana_service_account:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    items:
      - {id: 12, name: deployment}
      - {name: visitor, is_disabled: true}

- name: Remove an account with its tokens
  observability.stack.grafana_service_account:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    name: pipeline
    state: absent
"""

RETURN = r"""
service_account:
  description:
    - The account as the API describes it (C(id), C(uid), C(name), C(login), C(orgId), C(role), C(isDisabled)).
    - Empty when it was removed. In check mode what it would be.
  type: dict
  returned: when one account was described
  contains:
    token_keys:
      description: Keys of the tokens that this run made, by the name of the token.
      type: dict
      returned: when a token with O(tokens[].return_key) was made
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one account was described
results:
  description: For each account its C(action), C(object), the C(reasons) (options that differed) and the C(service_account).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.service_account import SERVICE_ACCOUNT, ServiceAccounts


def main():
    """Entry point."""
    run(ServiceAccounts(SERVICE_ACCOUNT))


if __name__ == "__main__":
    main()
