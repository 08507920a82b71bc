# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Content for Grafana's API, with dashboards described as for other roles."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.filter.grafana_content import grafana_content


def test_dashboards_of_other_roles_join_the_content():
    content = {"folders": [{"title": "Hosts"}], "dashboards": [{"path": "own.json"}]}
    assert grafana_content(content, [{"dashboard_id": 1860, "revision_id": 37, "datasource": "Prometheus", "folder": "Hosts"}]) == {
        "folders": [{"title": "Hosts"}],
        "dashboards": [
            {"path": "own.json"},
            {"dashboard_id": "1860", "dashboard_revision": "37", "inputs": {"DS_PROMETHEUS": "Prometheus"}, "folder": "Hosts"},
        ],
    }


def test_without_dashboards_the_content_stays_as_it_is():
    assert grafana_content({"dashboards": None}, []) == {"dashboards": None}


def test_an_input_that_is_named_wins_over_the_data_source():
    (board,) = grafana_content({}, [{"id": 7, "datasource": "A", "inputs": {"DS_PROMETHEUS": "B", "VAR": "c"}}])["dashboards"]
    assert board == {"dashboard_id": "7", "inputs": {"DS_PROMETHEUS": "B", "VAR": "c"}}


def test_what_is_no_mapping_is_shown():
    with pytest.raises(AnsibleFilterError, match="grafana_dashboards: 1860 is no mapping"):
        grafana_content({}, [1860])
