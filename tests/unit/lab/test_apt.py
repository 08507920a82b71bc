# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sources of the hosts' packages follow from this machine's."""

from __future__ import annotations

from tests.lab import apt
from tests.lab.apt import Source

DEB822 = """\
Types: deb deb-src
# a comment inside
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/x.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
"""


def test_deb822_gives_one_source_per_suite_and_leaves_out_what_is_off():
    assert [str(source) for source in apt.parse_deb822(DEB822)] == [
        "deb http://mirror.example/debian bookworm main contrib",
        "deb http://mirror.example/debian bookworm-updates main contrib",
        "deb http://mirror.example/security bookworm-security main",
    ]


def test_classic_list_with_options_and_comments():
    text = "# deb http://no.example x main\n deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian trixie main contrib # why\ndeb-src http://m x main\n"
    assert apt.parse_list(text) == [Source("http://m.example/debian", "trixie", "main contrib")]


def test_another_release_comes_from_the_same_mirrors():
    sources = apt.parse_deb822(DEB822) + [Source("http://vendor.example", "stable", "main")]
    assert [str(source) for source in apt.derive("trixie", "bookworm", sources)] == [
        "deb http://mirror.example/debian trixie main",
        "deb http://mirror.example/debian trixie-updates main",
        "deb http://mirror.example/security trixie-security main",
    ]


def test_without_a_debian_source_of_its_own_nothing_is_derived():
    assert apt.derive("trixie", "bookworm", [Source("http://vendor.example", "bookworm-vendor", "main")]) == []


def test_sources_are_read_from_both_kinds_of_files_and_disabled_ones_are_not(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb http://a.example bookworm main\n")
    (tmp_path / "sources.list.d" / "b.sources").write_text("Types: deb\nURIs: http://b.example\nSuites: s\nComponents: main\n")
    (tmp_path / "sources.list.d" / "c.list.disabled").write_text("deb http://c.example bookworm main\n")
    assert [source.uri for source in apt.machine_sources(tmp_path)] == ["http://a.example", "http://b.example"]


def test_a_chosen_mirror_wins(monkeypatch):
    monkeypatch.setenv("OBSERVABILITY_LAB_DEBIAN_MIRROR", "http://mine.example/debian")
    assert apt.sources_for("trixie") == [Source("http://mine.example/debian", "trixie", "main")]
