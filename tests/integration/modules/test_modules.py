# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""prometheus_query, prometheus_info, alertmanager_alert, alertmanager_info, alertmanager_receiver and files_read, by playbooks."""

from __future__ import annotations

from pathlib import Path

import pytest

PLAYBOOKS = Path(__file__).parent / "playbooks"


@pytest.mark.parametrize("name", ["prometheus", "alertmanager"])
def test_the_modules_do_what_their_playbook_asserts(stack, name):
    urls = {"prometheus_url": "prometheus", "alertmanager1_url": "am1", "alertmanager2_url": "am2"}
    variables = [word for key, server in urls.items() for word in ("-e", f"{key}={stack.url(server)}")]
    run = stack.playbook(PLAYBOOKS / f"{name}.yml", *variables)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "geheim" not in run.stdout + run.stderr
