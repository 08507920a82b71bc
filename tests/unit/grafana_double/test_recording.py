# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every recorded call of a real Grafana, made again: the double answers as it did, but for what is listed."""

import json

import pytest

from .binding import Different
from .listed import ACCIDENTS, NOT_IMITATED
from .recording import Player, calls, recorded_grafana

CALLS = list(calls())
NAMES = [call.name for call in CALLS]


def order_accident(grafana, call):
    path = call.request["path"].split("?")[0]
    grafana.faults.add(f"^{path}$", method=call.request["method"], times=1, status=call.response["status"], body=json.dumps(call.response["body"]))


@pytest.fixture(scope="module")
def differences(tmp_path_factory):
    """Replay everything once; return how each answer differed."""
    found = {}
    with recorded_grafana(tmp_path_factory.mktemp("grafana")) as grafana:
        player = Player(grafana)
        for call in CALLS:
            if call.name in ACCIDENTS:
                order_accident(grafana, call)
            try:
                player.play(call)
            except Different as difference:
                found[call.name] = str(difference)
        player.connection.close()
        assert grafana.app.mistakes == []
    return found


@pytest.mark.parametrize("name", NAMES)
def test_answers_as_recorded(differences, name):
    if name in NOT_IMITATED:
        assert name in differences, f"{name} is answered as recorded now: take it off the list"
    else:
        assert name not in differences, differences[name]


def test_lists_name_recorded_calls():
    assert {*NOT_IMITATED, *ACCIDENTS} <= set(NAMES)
    assert all((NOT_IMITATED | ACCIDENTS).values())


def test_recording_is_whole():
    assert len(CALLS) == 949
    assert len(set(NAMES)) == 949
