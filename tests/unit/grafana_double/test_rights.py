# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roles, rights on folders, tokens, organisations: what the recording shows in parts only, as a whole."""

import pytest

from tests.doubles.grafana import Grafana

from .client import Client, board


@pytest.fixture
def admin():
    with Grafana() as grafana:
        yield Client(grafana)
        assert grafana.app.mistakes == []


def test_rights_of_a_folder_hold_for_what_is_in_it(admin):
    viewer = admin.as_role("Viewer")
    admin.call("POST", "/api/folders", {"uid": "shut", "title": "shut"})
    admin.call("POST", "/api/dashboards/db", board("inside", folderUid="shut"))
    assert viewer.get("/api/dashboards/uid/inside")[0] == 200
    admin.call("POST", "/api/folders/shut/permissions", {"items": [{"role": "Editor", "permission": 2}]})
    assert viewer.get("/api/dashboards/uid/inside")[0] == viewer.get("/api/folders/shut")[0] == 403
    assert viewer.get("/api/search?query=inside")[1] == []
    assert viewer.get("/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards")[1]["items"] == []


def test_rights_of_a_team(admin):
    user = admin.call("POST", "/api/admin/users", {"login": "ann", "password": "longenough"})[1]["id"]
    team = admin.call("POST", "/api/teams", {"name": "t"})[1]["teamId"]
    admin.call("POST", f"/api/teams/{team}/members", {"userId": user})
    admin.call("POST", "/api/folders", {"uid": "f", "title": "f"})
    admin.call("POST", "/api/folders/f/permissions", {"items": [{"teamId": team, "permission": 4}]})
    ann = Client(admin.grafana, "ann:longenough")
    assert ann.get("/api/folders/f")[1]["canAdmin"] is True
    admin.call("DELETE", f"/api/teams/{team}")
    assert ann.get("/api/folders/f")[0] == 403
    assert admin.get("/api/folders/f/permissions") == (200, [])


def test_one_right_is_changed_and_the_others_stay(admin):
    admin.call("POST", "/api/folders", {"uid": "f", "title": "f"})
    admin.call("POST", "/api/access-control/folders/f/builtInRoles/Viewer", {"permission": "Edit"})
    levels = {row.get("role"): row["permissionName"] for row in admin.get("/api/folders/f/permissions")[1]}
    assert levels == {None: "Admin", "Editor": "Edit", "Viewer": "Edit"}
    admin.call("POST", "/api/access-control/folders/f/builtInRoles/Viewer", {"permission": ""})
    assert "Viewer" not in [row.get("role") for row in admin.get("/api/folders/f/permissions")[1]]


def test_token_ends(admin):
    account = admin.call("POST", "/api/serviceaccounts", {"name": "a", "role": "Viewer"})[1]["id"]
    token = admin.call("POST", f"/api/serviceaccounts/{account}/tokens", {"name": "t", "secondsToLive": 60})[1]["key"]
    client = Client(admin.grafana, token=token)
    assert client.get("/api/org")[0] == 200
    admin.grafana.clock.advance(61)
    assert client.get("/api/org")[1]["messageId"] == "api-key.expired"


def test_lock_of_a_login_ends(admin):
    for _try in range(5):
        Client(admin.grafana, "admin:wrong").get("/api/org")
    assert admin.get("/api/org")[0] == 401
    admin.grafana.clock.advance(301)
    assert admin.get("/api/org")[0] == 200


def test_organisations_share_nothing(admin):
    number = str(admin.call("POST", "/api/orgs", {"name": "second"})[1]["orgId"])
    admin.call("POST", "/api/folders", {"uid": "f", "title": "f"}, X_Grafana_Org_Id=number)
    assert admin.get("/api/folders")[1] == []
    assert [one["uid"] for one in admin.get("/api/folders", X_Grafana_Org_Id=number)[1]] == ["f"]
    admin.call("DELETE", f"/api/orgs/{number}")
    assert admin.get("/api/folders", X_Grafana_Org_Id=number)[0] == 403


def test_silence_ends(admin):
    now = admin.grafana.clock.now()
    times = {"startsAt": stamp(now), "endsAt": stamp(now + 600)}
    body = {"matchers": [{"name": "a", "value": "b", "isRegex": False}], "createdBy": "me", "comment": "c", **times}
    uid = admin.call("POST", "/api/alertmanager/grafana/api/v2/silences", body)[1]["silenceID"]
    path = f"/api/alertmanager/grafana/api/v2/silence/{uid}"
    assert admin.get(path)[1]["status"] == {"state": "active"}
    admin.grafana.clock.advance(601)
    assert admin.get(path)[1]["status"] == {"state": "expired"}


def stamp(seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).isoformat()
