# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Without a login as root everything is root's all the same, and readable by the service alone."""

from __future__ import annotations


def test_root_did_not_log_in(mine):
    journal = mine.run("h1", ["journalctl", "--unit=ssh", "--grep=Accepted publickey for", "--output=cat"]).stdout
    assert "Accepted publickey for ops" in journal
    assert "Accepted publickey for root" not in journal


def test_configuration_belongs_to_root_and_the_service_s_group(mine):
    state = mine.run("h1", ["stat", "--dereference", "-c", "%U:%G %a", "/etc/prometheus/prometheus.yml"], check=True).stdout
    assert state == "root:prometheus 640\n"


def test_nothing_is_left_in_the_user_s_home(mine):
    assert mine.run("h1", "find /home/ops -newer /etc/machine-id -type f -not -path '*/.ansible/*'").stdout == ""
