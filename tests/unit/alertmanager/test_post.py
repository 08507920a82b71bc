# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.alertmanager.api import Alertmanager, matcher
from ansible_collections.observability.stack.plugins.module_utils.alertmanager.post import bring, payload, report, to_post
from ansible_collections.observability.stack.plugins.module_utils.engine.client import Client, Connection
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure

from tests.unit.engine.web_double import WebDouble

LABELS = {"alertname": "A", "severity": "none"}
FIRING = {"labels": LABELS, "annotations": {}, "startsAt": "2026-01-01T00:00:00Z"}


def now():
    return "2026-01-02T00:00:00Z"


def test_the_payload_has_the_apis_names_and_only_text():
    alert = {"labels": {**LABELS, "n": 1, "empty": "", "none": None}, "annotations": {"x": True}, "starts_at": "s", "ends_at": None}
    assert payload(alert) == {"labels": {**LABELS, "n": "1"}, "annotations": {"x": "True"}, "startsAt": "s"}


def test_an_alert_without_a_name_is_refused():
    with pytest.raises(Failure, match="no label 'alertname'"):
        payload({"labels": {"severity": "none"}})


@pytest.mark.parametrize(
    ("state", "existing", "posted", "changed"),
    [
        ("firing", [], 1, True),
        ("firing", [FIRING], 1, False),
        ("firing", [{**FIRING, "annotations": {"a": "b"}}], 1, True),
        ("firing", [{**FIRING, "labels": {**LABELS, "x": "y"}}], 1, True),
        ("resolved", [], 0, False),
        ("resolved", [{**FIRING, "labels": {**LABELS, "x": "y"}}], 0, False),
        ("resolved", [FIRING], 1, True),
    ],
)
def test_what_is_posted_and_whether_that_changes_anything(state, existing, posted, changed):
    alerts, found = to_post([payload({"labels": LABELS})], existing, state, now)
    assert (len(alerts), found) == (posted, changed)


def test_an_end_keeps_the_beginning():
    (alert,), _ = to_post([payload({"labels": LABELS})], [FIRING], "resolved", now)
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")


def server(web, read_only=False):
    return Alertmanager(Client(Connection(url=web.url, attempts=1), read_only))


def test_without_write_nothing_is_sent():
    with WebDouble((200, {}, [])) as web:
        (result,) = bring([{"labels": LABELS}], "firing", [server(web, read_only=True)], write=False)
        assert (result["changed"], result["posted"], result["error"]) == (True, 0, "")
        assert web.verbs == ["GET"]


def test_requests_of_a_post_are_two():
    with WebDouble((200, {}, []), (200, {}, b"")) as web:
        bring([{"labels": LABELS}, {"labels": {**LABELS, "x": "y"}}], "firing", [server(web)], write=True)
        assert web.verbs == ["GET", "POST"]
        assert web.requests[0][1] == "/api/v2/alerts?filter=alertname%3D%22A%22"


@pytest.mark.parametrize(("require", "fails"), [("all", True), ("any", False)])
def test_a_member_that_fails(require, fails):
    params = {"require": require, "state": "firing"}
    with WebDouble((200, {}, [])) as good, WebDouble((500, {}, {"error": "broken"})) as bad:
        results = bring([{"labels": LABELS}], "firing", [server(good), server(bad)], write=True)
    if fails:
        with pytest.raises(Failure, match=r"1 of 2 Alertmanagers did not take the alerts.*broken"):
            report(results, [{"labels": LABELS}], params)
    else:
        result = report(results, [{"labels": LABELS}], params)
        assert result["changed"] is True
        assert "broken" in result["warnings_of_server"][0]


def test_when_all_fail_any_is_not_enough():
    with WebDouble((500, {}, {"error": "broken"})) as bad:
        results = bring([{"labels": LABELS}], "firing", [server(bad)], write=True)
    with pytest.raises(Failure, match="1 of 1"):
        report(results, [{"labels": LABELS}], {"require": "any", "state": "firing"})


def test_the_diff_says_where_what_changes():
    results = [{"url": "http://a", "changed": True, "error": ""}, {"url": "http://b", "changed": False, "error": ""}]
    diff = report(results, [{"labels": LABELS}], {"require": "all", "state": "resolved"})["diff"]
    assert diff == {"before": "A at http://a: firing\n", "after": "A at http://a: resolved\n"}


@pytest.mark.parametrize(("value", "text"), [("A", 'n="A"'), ('a"b', r'n="a\"b"'), ("a\\b", 'n="a\\\\b"')])
def test_matchers_escape_values(value, text):
    assert matcher("n", value) == text
