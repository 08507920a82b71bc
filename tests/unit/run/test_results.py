"""The closing line is what CI reads: every failure must be in it, also one that pytest could not report."""

from tests.run.results import FAILED, NOT_RUN, PASSED, Counts, Result, stage_counts, summary

REPORT = '<testsuites><testsuite tests="10" failures="1" errors="1" skipped="3"/></testsuites>'


def test_counts_come_from_pytests_report(tmp_path):
    report = tmp_path / "unit.xml"
    report.write_text(REPORT)
    assert stage_counts(False, report) == Counts(passed=5, failed=2, skipped=3)


def test_a_failure_that_no_report_shows_still_counts(tmp_path):
    report = tmp_path / "unit.xml"
    report.write_text('<testsuites><testsuite tests="4" failures="0" errors="0" skipped="0"/></testsuites>')
    assert stage_counts(False, report) == Counts(passed=4, failed=1)


def test_a_stage_without_report_counts_as_one(tmp_path):
    assert stage_counts(True, tmp_path / "none.xml") == Counts(passed=1)
    assert stage_counts(False, tmp_path / "none.xml") == Counts(failed=1)


def test_the_last_line_is_the_plain_sum():
    results = [
        Result("unit", PASSED, 65, Counts(passed=12, skipped=1)),
        Result("hosts", FAILED, 1, Counts(passed=3, failed=2)),
        Result("molecule-x", NOT_RUN, 0, Counts(), "no time"),
    ]
    lines = summary(results, [("programs", 61.0, PASSED)], 200).splitlines()
    assert lines[-1] == "15 passed, 2 failed, 1 skipped"
    assert any("molecule-x" in line and "NOT RUN" in line and "no time" in line for line in lines)
    assert any("unit" in line and "1:05" in line for line in lines)
    assert any("programs (background)" in line and "1:01" in line for line in lines)
