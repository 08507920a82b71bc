# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

from ansible_collections.observability.stack.plugins.action import verify_report
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.record import proof, trouble
from ansible_collections.observability.stack.plugins.plugin_utils.report.files import to_json, to_junit
from ansible_collections.observability.stack.plugins.plugin_utils.report.page import to_html
from ansible_collections.observability.stack.plugins.plugin_utils.report.table import LONGEST_LIST, failures, sentence, table

FACTS = {"run": "R", "started": "2026-01-01T00:00:00Z", "seconds": 12.3}
GOOD = proof("target is up", "node_exporter", "web1", True, subject="from mon1", detail="http://10.0.0.3:9100/metrics", hint="x")
BAD = proof("target is up", "node_exporter", "web2", False, subject="from mon1", detail='down: <EOF> & "x"\x00', hint="See the journal.")
LATE = proof("alert by rule arrives", "alertmanager", "mon1", True, seconds=12.34, detail="notified by mon1")
SKIPPED = proof("alert by API arrives", "alertmanager", "mon1", None, detail="in check mode verify only reads")
PROOFS = [GOOD, BAD, LATE, SKIPPED]


def test_the_table_has_a_line_for_each_proof_and_hints_below_failures():
    lines = table(PROOFS).splitlines()
    assert lines[0].split() == ["ok", "node_exporter", "web1", "target", "is", "up", "(from", "mon1)", "http://10.0.0.3:9100/metrics"]
    assert lines[1].startswith("FAILED")
    assert lines[2].strip() == "-> See the journal."
    assert lines[3].endswith("notified by mon1 (12.3 s)")
    assert lines[4].startswith("-")
    assert lines[-1] == "4 proofs: 2 hold, 1 failed, 1 not tried."


def test_columns_are_aligned():
    lines = [line for line in table(PROOFS).splitlines()[:-2] if "->" not in line]
    assert len({line.index("  mon1  ") if "  mon1  " in line else line.index("  web") for line in lines}) == 1


def test_of_many_proofs_only_what_does_not_hold_is_listed():
    text = table([*([GOOD] * LONGEST_LIST), BAD])
    assert len(text.splitlines()) == 5
    assert f"{LONGEST_LIST} times" in text
    assert "down: <EOF>" in text


def test_an_empty_run_has_a_table():
    assert table([]).strip() == "0 proofs: 0 hold, 0 failed."


def test_the_failure_names_the_culprit_and_what_to_do():
    assert failures(PROOFS).startswith("node_exporter on web2: target is up (from mon1): down: <EOF>")
    assert failures([proof("a", "b", "c", False, detail="why.")]) == "b on c: a: why."
    assert failures([GOOD]) == ""


def test_json_holds_the_facts_the_counts_and_every_proof():
    report = json.loads(to_json(PROOFS, FACTS))
    assert report["format"] == 1
    assert report["run"] == "R"
    assert report["summary"] == {"total": 4, "passed": 2, "failed": 1, "not_tried": 1}
    assert report["proofs"] == PROOFS


def test_junit_is_well_formed_and_counts():
    root = ElementTree.fromstring(to_junit(PROOFS, FACTS))
    assert (root.get("tests"), root.get("failures"), root.get("skipped"), root.get("time")) == ("4", "1", "1", "12.300")
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["node_exporter", "alertmanager"]
    failure = suites["node_exporter"].find("testcase/failure")
    assert failure.get("message") == 'down: <EOF> & "x"?'
    assert failure.text == "See the journal."
    assert suites["alertmanager"].find("testcase/skipped").get("message") == SKIPPED["detail"]
    assert suites["alertmanager"].find("testcase").get("time") == "12.340"


class Page(HTMLParser):
    """What a page shows and what it would fetch."""

    def __init__(self, html):
        super().__init__()
        self.links, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.links += [value for name, value in attributes if name in ("src", "href")] + [tag] * (tag in ("script", "link", "img"))

    def handle_data(self, data):
        self.words.append(data.strip())


def test_the_page_needs_nothing_else_and_shows_failures_first():
    page = Page(to_html(PROOFS, FACTS))
    assert page.links == []
    assert page.words.count('down: <EOF> & "x"\x00') == 2
    assert page.words.index("What failed") < page.words.index("node_exporter")
    assert "See the journal." in page.words
    assert "4 proofs: 2 hold, 1 failed, 1 not tried." in page.words


def test_the_page_of_a_good_run_has_no_list_of_failures():
    assert "What failed" not in to_html([GOOD], FACTS)


def test_a_failed_result_becomes_one_line():
    assert trouble({"msg": "a\n  b"}) == "a b"
    assert trouble(None) == trouble({}) == "nothing was observed"
    assert len(trouble({"msg": "x" * 1000})) == 400


def test_the_sentence_leaves_out_what_is_not_there():
    assert sentence([GOOD]) == "1 proof: 1 hold, 0 failed"


def test_verify_report_writes_every_format_and_leaves_no_staged_file(tmp_path):
    paths = verify_report.write(PROOFS, FACTS, tmp_path / "a/b")
    assert sorted(paths) == sorted(str(path.resolve()) for path in (tmp_path / "a/b").iterdir())
    assert {path.rpartition("/")[2] for path in paths} == {"verify.json", "verify.xml", "verify.html"}
    verify_report.write([GOOD], FACTS, tmp_path / "a/b")
    assert json.loads((tmp_path / "a/b/verify.json").read_text(encoding="utf-8"))["summary"]["total"] == 1
