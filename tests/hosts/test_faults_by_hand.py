# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people do to a host by hand: the next run says what it found, and brings the described state back."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hosts.support import NEW, OLD, PICTURE, Case, Outcome, Poller, node_exporter, picture, run_cases
from tests.lab.lab import Lab

# name: (harm, what the run says that it does)
HARM = {
    "a file edited in place": ("echo '# mine' >> /etc/node_exporter/web.yml", "change web.yml"),
    "an edit that replaced the link": ("sed -i 's/{}/{ }/' /etc/node_exporter/web.yml", "put back the link /etc/node_exporter/web.yml"),
    "a link removed": ("rm /etc/node_exporter/web.yml", "link /etc/node_exporter/web.yml"),
    "a file dropped into the tree": ("echo x > /etc/node_exporter/current/config/extra.yml", "remove extra.yml"),
    "a link dropped into the tree": ("ln -s /etc/passwd /etc/node_exporter/current/config/extra.yml", "remove extra.yml"),
    "a file with another mode": ("chmod 0666 /etc/node_exporter/current/config/web.yml", "set owner and mode of web.yml"),
    "the base unit edited": ("echo '# mine' >> /etc/systemd/system/node_exporter.service", "put the unit node_exporter in place"),
    "the unit's body edited": ("sed -i s/DESCRIBED=.*/DESCRIBED=9/ /etc/node_exporter/current/unit.d/*", "change the unit"),
    "the service stopped": ("systemctl stop node_exporter", "start node_exporter"),
    "the service killed": ("systemctl kill -s KILL node_exporter; sleep 0.5", "start node_exporter"),
    "the unit disabled": ("systemctl disable node_exporter", "enable the unit"),
    "the program removed": ("rm -r /opt/observability/node_exporter", "install node_exporter"),
    "the program replaced": ("cp --remove-destination /bin/true /opt/observability/node_exporter/*/node_exporter", "install node_exporter"),
    "the link to the generation removed": ("rm /etc/node_exporter/current", "restart node_exporter"),
    "a data directory for everybody": ("chmod 0777 /var/lib/node_exporter", "set up the directory /var/lib/node_exporter"),
}
NOT_THE_SERVICES = ("the unit disabled", "a data directory for everybody", "a link removed")


def comparable(lines: list[str]) -> set[str]:
    """Return a picture without numbers and names that grow with each run, and without the records that hold them."""
    numbered = re.compile(r"(?<=generations/)\d+|(?<=node_exporter/1\.12\.1)[-.][0-9a-f.]+")
    records = ("/generation.json", "/release.json", "services/node_exporter.json")
    return {numbered.sub("", line) for line in lines if not line.endswith(records)}


class Run:
    """All harm, one after the other."""

    def __init__(self, lab: Lab, host: str) -> None:
        described = node_exporter(lab, keep_releases=0)
        first = run_cases(lab, host, [Case("the first install", described)])
        assert first["the first install"].message == ""
        self.before = picture(lab, host)
        cases = [Case(name, described, harm=harm) for name, (harm, _says) in HARM.items()]
        self.outcomes: dict[str, Outcome] = run_cases(lab, host, cases, PICTURE)


@pytest.fixture(scope="module")
def run(lab: Lab, boot: Callable[[str], str]) -> Run:
    return Run(lab, boot("faults2"))


@pytest.mark.parametrize("name", HARM)
def test_the_described_state_comes_back(run: Run, name: str) -> None:
    outcome = run.outcomes[name]
    assert outcome.message == ""
    assert any(HARM[name][1] in change for change in outcome.result["changes"]), outcome.result["changes"]
    assert comparable(outcome.seen) == comparable(run.before)
    if name in NOT_THE_SERVICES:
        assert not outcome.result["restarted"], "nothing that the service reads has changed"


@pytest.mark.parametrize("flags", [{"no.such.flag": "1"}, {"web.listen-address": "192.0.2.1:9100"}], ids=["refused", "rolled back"])
def test_a_failed_run_keeps_what_somebody_made(lab: Lab, run: Run, flags: dict[str, str]) -> None:
    described = node_exporter(lab, keep_releases=0)
    wrong = Case("mine", node_exporter(lab, unit={"flags": flags}), harm="sed -i 's/{}/{ } # mine/' /etc/node_exporter/web.yml")
    mine = run_cases(lab, "faults2", [wrong], PICTURE)["mine"]
    assert mine.message != ""
    assert any(re.fullmatch(r"f \d+ \S+ /etc/node_exporter/web.yml ", line) for line in mine.seen), "the file is gone"
    assert "# mine" in lab.get("faults2", "/etc/node_exporter/web.yml")
    assert run_cases(lab, "faults2", [Case("again", described)])["again"].message == ""


def test_two_runs_at_once(lab: Lab, run: Run) -> None:
    wishes = [node_exporter(lab, version, keep_releases=0) for version in (OLD["node_exporter"], NEW["node_exporter"])]
    with ThreadPoolExecutor(2) as pool, Poller(lab.hosts["faults2"].address) as poller:
        both = list(pool.map(lambda wish: run_cases(lab, "faults2", [Case("one", wish)])["one"], wishes))
    assert [one.message for one in both] == ["", ""]
    assert poller.gap < 5
    version = lab.run("faults2", "readlink /etc/node_exporter/current/release | xargs basename", check=True).stdout.strip()
    text = lab.run("faults2", "cat /etc/node_exporter/current/unit.d/*", check=True).stdout
    assert f"DESCRIBED={version}" in text
    last = run_cases(lab, "faults2", [Case("again", node_exporter(lab, version, keep_releases=0))])["again"]
    assert last.result["changed"] is False
