# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""In every scenario: what the groups promise runs, answers, and nothing on the hosts has failed."""

from __future__ import annotations

import urllib.request


def test_every_service_of_the_groups_runs_and_answers(mine, expected):
    assert expected
    for host, unit, port, path in expected:
        assert mine.run(host, ["systemctl", "is-active", unit]).stdout == "active\n", f"{unit} on {host}"
        assert mine.run(host, ["systemctl", "is-enabled", unit]).stdout == "enabled\n", f"{unit} on {host}"
        with urllib.request.urlopen(f"http://{mine.hosts[host].address}:{port}{path}", timeout=10) as answer:
            assert answer.status == 200


def test_no_unit_has_failed(mine, expected):
    for host, unit, _port, _path in expected:
        assert mine.run(host, ["systemctl", "is-failed", unit]).stdout != "failed\n", f"{unit} on {host}"
        assert mine.run(host, ["systemctl", "show", "--value", "--property=NRestarts", unit]).stdout == "0\n", f"{unit} on {host}"
