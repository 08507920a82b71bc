# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The small pure parts of the engine, each by its cases."""

from __future__ import annotations

import io
import json
import os
import socket
import tarfile
import time
import zipfile

import pytest
from ansible_collections.observability.stack.plugins.module_utils.host import archive, data, download, layout, manifest, ports, release, remove
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError, explain
from ansible_collections.observability.stack.plugins.module_utils.host.health import Probe
from ansible_collections.observability.stack.plugins.module_utils.host.plan import version_key
from ansible_collections.observability.stack.plugins.plugin_utils.service.describe import Description
from ansible_collections.observability.stack.plugins.plugin_utils.service.unit import arguments, render

A, B = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("listing", "found"),
    [
        ("%s  demo.tar.gz\n%s  other.tar.gz\n" % (A, B), A),
        ("%s *demo.tar.gz\n" % A.upper(), A),
        ("%s  ./dist/demo.tar.gz\n" % A, A),
        ("\n%s\n" % A, A),
    ],
)
def test_a_digest_is_found_in_a_checksum_file(listing, found):
    assert download.digest_from(listing, "demo.tar.gz", "sums") == found


@pytest.mark.parametrize("listing", ["", "%s  demo.tar.gz.sig\n" % A, "%s\n%s\n" % (A, B), "<html>404</html>", "%s  mydemo.tar.gz" % A])
def test_a_checksum_file_without_the_archive_is_refused(listing):
    with pytest.raises(ServiceError, match="does not list demo.tar.gz"):
        download.digest_from(listing, "demo.tar.gz", "sums")


def test_what_counts_as_a_pinned_checksum():
    assert download.pinned_digest("sha256:" + A.upper()) == A
    assert download.pinned_digest(A) == A
    for other in ("https://example.org/sums.txt", "md5:" + "a" * 32, A[:-1], "", None):
        assert download.pinned_digest(other) is None


@pytest.mark.parametrize(
    ("address", "parts"),
    [("0.0.0.0:9090", ("0.0.0.0", 9090)), (":9100", ("", 9100)), ("[::1]:80", ("::1", 80)), ("localhost:1", ("localhost", 1)), ("9090", ("", 9090))],
)
def test_addresses_are_split(address, parts):
    assert ports.split(address) == parts


def test_a_taken_port_is_known_and_whose_it_is():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        port = server.getsockname()[1]
        assert ports.taken("127.0.0.1:%d" % port)
        assert ports.taken("0.0.0.0:%d" % port)
        assert ports.holds(os.getpid(), port)
        assert "pid %d" % os.getpid() in ports.holder(port)
    assert not ports.taken("127.0.0.1:%d" % port)
    assert not ports.holds(os.getpid(), port)


def test_a_port_of_every_address_is_taken_also_where_the_kernel_knows_no_ipv6(monkeypatch):
    real = socket.socket

    def without_ipv6(family=socket.AF_INET, *rest):
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return real(family, *rest)

    with real() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        monkeypatch.setattr(socket, "socket", without_ipv6)
        assert ports.taken(":%d" % server.getsockname()[1])
    assert not ports.taken(":0")


def test_a_server_that_sends_a_byte_now_and_then_is_given_up(tmp_path):
    class Drip:
        def read1(self, _size):
            time.sleep(0.01)
            return b"x"

    with open(tmp_path / "file", "wb") as handle, pytest.raises(socket.timeout):
        download._receive(Drip(), handle, 0.1)


@pytest.mark.parametrize("style", ["kingpin", "go"])
def test_flags_are_spelled_as_the_library_wants_them(style):
    flags = {"a.b": 1, "--dashed": "x", "on": True, "off": False, "none": None, "many": ["1", "2"], "empty": ""}
    wanted = {
        "kingpin": ["--a.b=1", "--dashed=x", "--on", "--no-off", "--many=1", "--many=2", "--empty="],
        "go": ["-a.b=1", "-dashed=x", "-on=true", "-off=false", "-many=1", "-many=2", "-empty="],
    }
    assert arguments(flags, style) == wanted[style]


def unit(**over):
    base = {"stop_timeout": 90, "environment": {}, "limits": {}, "capabilities": [], "read_write_paths": [], "hardening": {}, "directives": {},
            "unit_directives": {}}  # fmt: skip
    return dict(base, **over)


def lines(**over):
    return render("A b", "https://x/%20", "/opt/x", ["--a=b"], "me", "us", unit(**over), None).splitlines()


def test_what_a_user_says_wins_over_the_profile():
    text = lines(hardening={"ProtectHome": "read-only", "PrivateTmp": None, "PrivateDevices": False}, directives={"LimitCORE": 0, "X": ["1", "2"]})
    assert "ProtectHome=read-only" in text
    assert "ProtectHome=yes" not in text
    assert not [line for line in text if line.startswith("PrivateTmp")]
    assert "PrivateDevices=no" in text
    assert text[-3:] == ["LimitCORE=0", "X=1", "X=2"]


def test_a_capability_needs_the_hosts_user_namespace():
    text = lines(capabilities=["CAP_NET_RAW"])
    assert {"PrivateUsers=no", "CapabilityBoundingSet=CAP_NET_RAW", "AmbientCapabilities=CAP_NET_RAW"} <= set(text)
    assert {"PrivateUsers=yes", "CapabilityBoundingSet="} <= set(lines())


def test_free_text_stays_on_its_line_and_is_no_specifier():
    text = render("50% of\n[Service]\nExecStart=/evil", "https://x/%20", "/opt/x", [], "me", "us", unit(), None)
    assert "Description=50%% of [Service] ExecStart=/evil\n" in text
    assert "Documentation=https://x/%%20\n" in text


@pytest.mark.parametrize(
    ("old", "new", "policy", "snapshots", "back"),
    [
        ("1.0", "2.0", {}, {}, True),
        ("1.0", "2.0", {"paths": ["/d"]}, {}, True),
        ("1.0", "2.0", {"paths": ["/d"], "rollback": "refuse"}, {}, False),
        ("1.0", "1.0", {"paths": ["/d"], "rollback": "refuse"}, {}, True),
        ("1.0", "2.0", {"paths": ["/d"], "rollback": "snapshot"}, {}, False),
        ("1.0", "2.0", {"paths": ["/d"], "rollback": "snapshot"}, {"/d": "/d.copy"}, True),
        ("2.54.1", "3.0.0", {"paths": ["/d"], "floor": "2.55.0"}, {}, False),
        ("2.55.0", "3.0.0", {"paths": ["/d"], "floor": "2.55.0"}, {}, True),
        ("adopted", "3.0.0", {"paths": ["/d"], "floor": "2.55.0"}, {}, False),
    ],
)
def test_data_decide_about_the_way_back(old, new, policy, snapshots, back):
    assert (data.may_go_back(policy, old, new, snapshots) == "") is back


def test_versions_sort_as_people_count():
    names = ["2.9.0", "2.10.0", "3.0.0-rc.1", "3.0.0", "v3.0.1"]
    assert sorted(names, key=version_key)[:2] == ["2.9.0", "2.10.0"]
    assert version_key("3.0.1") == version_key("v3.0.1") > version_key("3.0.0")


class TestProbe:
    """What a service's answer means."""

    def probe(self, monkeypatch, code, text, **health):
        monkeypatch.setattr(Probe, "_get", lambda _self, _path: (code, text))
        return Probe(dict({"port": 1}, **health))

    def test_answers(self, monkeypatch):
        assert self.probe(monkeypatch, 200, "fine").answer() == ""
        assert self.probe(monkeypatch, 401, "", status=[200, 401]).answer() == ""
        assert "answered 503: starting" in self.probe(monkeypatch, 503, "starting").answer()
        assert self.probe(monkeypatch, 200, "x build_info 1", body="build_info").answer() == ""
        assert "does not contain 'build_info'" in self.probe(monkeypatch, 200, "x", body="build_info").answer()

    def test_metrics(self, monkeypatch):
        body = '# HELP a x\na{l="1"} 2\na{l="2"} 3\nb 1.5e+09\nba 7\nc nonsense here\n'
        assert self.probe(monkeypatch, 200, body).metrics(["a", "b"]) == {"a": 2.0, "b": 1.5e9}
        assert self.probe(monkeypatch, 500, body).metrics(["a"]) == {}

    def test_addresses(self):
        assert Probe({"port": 1, "address": "::1", "scheme": "https"}).base == "https://[::1]:1"


class TestArchives:
    """What must never be unpacked, and what must."""

    def tar(self, path, *rows):
        with tarfile.open(str(path), "w:gz") as handle:
            for name, kind, link in rows:
                row = tarfile.TarInfo(name)
                row.type, row.linkname, row.size = kind, link, 1 if kind == tarfile.REGTYPE else 0
                handle.addfile(row, io.BytesIO(b"x"))
        return str(path)

    @pytest.mark.parametrize(
        "row",
        [("../out", tarfile.REGTYPE, ""), ("/abs", tarfile.REGTYPE, ""), ("a/../../out", tarfile.REGTYPE, ""), ("l", tarfile.SYMTYPE, "/etc"),
         ("d/l", tarfile.SYMTYPE, "../../etc"), ("h", tarfile.LNKTYPE, "../x"), ("p", tarfile.FIFOTYPE, ""), ("c", tarfile.CHRTYPE, "")],
    )  # fmt: skip
    def test_bad_members_spoil_the_archive(self, tmp_path, row):
        path = self.tar(tmp_path / "a.tar.gz", ("top/demo", tarfile.REGTYPE, ""), row)
        os.mkdir(str(tmp_path / "in"))
        with pytest.raises(ServiceError, match="is refused"):
            archive.unpack(path, "a.tar.gz", str(tmp_path / "in"), {"demo": "demo"})

    def test_members_are_found_with_and_without_the_top_directory(self, tmp_path):
        path = self.tar(tmp_path / "a.tar.gz", ("top-1.0/bin/demo", tarfile.REGTYPE, ""), ("top-1.0/other", tarfile.REGTYPE, ""))
        for number, name in enumerate(("bin/demo", "top-1.0/bin/demo")):
            target = tmp_path / str(number)
            target.mkdir()
            archive.unpack(path, "a.tar.gz", str(target), {name: "demo"})
            assert os.listdir(str(target)) == ["demo"]
        with pytest.raises(ServiceError, match="has no member missing"):
            archive.unpack(path, "a.tar.gz", str(tmp_path / "0"), {"missing": "missing"})

    def test_zip_and_bare_files(self, tmp_path):
        path = str(tmp_path / "a.zip")
        with zipfile.ZipFile(path, "w") as handle:
            handle.writestr("top/demo", "x")
        for name, members in (("a.zip", {"demo": "demo"}), ("demo-linux", {"demo-linux": "demo"})):
            target = tmp_path / name.replace(".", "")
            target.mkdir()
            archive.unpack(path, name, str(target), members)
            assert os.access(str(target / "demo"), os.X_OK)

    def test_a_truncated_archive_is_a_sentence(self, tmp_path):
        path = self.tar(tmp_path / "a.tar.gz", ("top/demo", tarfile.REGTYPE, ""))
        with open(path, "rb+") as handle:
            handle.truncate(40)
        (tmp_path / "in").mkdir()
        with pytest.raises(ServiceError, match="a.tar.gz cannot be unpacked"):
            archive.unpack(path, "a.tar.gz", str(tmp_path / "in"), {"demo": "demo"})


class TestReleases:
    """Which installed release is the described one."""

    ROW = {"url": "https://x/demo.tar.gz", "checksum": "sha256:" + A, "members": ["demo"]}  # noqa: RUF012

    @pytest.fixture
    def releases(self, tmp_path):
        tree = tmp_path / "1.0"
        tree.mkdir()
        program = tree / "demo"
        program.write_text("x")
        about = program.stat()
        record = {"format": 1, "version": "1.0", "archives": [{"file": "demo.tar.gz", "sha256": A, "members": {"demo": "demo"}}],
                  "programs": {"demo": {"size": about.st_size, "mtime_ns": about.st_mtime_ns, "sha256": A}}}  # fmt: skip
        (tree / "release.json").write_text(json.dumps(record))
        return tmp_path

    def test_found(self, releases):
        assert release.find(str(releases), "1.0", [self.ROW]) == str(releases / "1.0")
        assert release.find(str(releases), "1.0", [dict(self.ROW, checksum="https://x/sums")]) == str(releases / "1.0")

    @pytest.mark.parametrize("change", [{"checksum": "sha256:" + B}, {"members": ["demo", "tool"]}, {"url": "https://x/other.tar.gz"}])
    def test_another_archive_is_another_release(self, releases, change):
        assert release.find(str(releases), "1.0", [dict(self.ROW, **change)]) is None

    def test_a_program_changed_by_hand_is_no_release(self, releases):
        (releases / "1.0" / "demo").write_text("longer")
        assert release.find(str(releases), "1.0", [self.ROW]) is None

    def test_an_unknown_architecture_is_a_sentence(self):
        with pytest.raises(ServiceError, match="no archive for this host's architecture riscv64 .known: amd64, arm64."):
            release.for_arch([{"arch": "arm64"}, {"arch": "amd64"}], "riscv64")


def test_a_manifest_of_a_later_format_is_refused(tmp_path):
    path = tmp_path / "demo.json"
    path.write_text('{"format": 2}')
    with pytest.raises(ServiceError, match="has format 2; this release knows format 1"):
        manifest.load(str(path))
    path.write_text("{")
    with pytest.raises(ServiceError, match="is damaged"):
        manifest.load(str(path))
    assert manifest.load(str(tmp_path / "none.json")) is None


def test_every_path_of_a_service_leads_through_its_names():
    places = layout.Layout("demo", "/etc/x", "/opt/o", "shared")
    assert (places.releases, places.generation(7), places.public("a/b")) == ("/opt/o/shared", "/etc/x/generations/7", "/etc/x/a/b")
    assert layout.Layout("demo").config_dir == "/etc/demo"


def test_an_error_of_the_system_is_a_sentence():
    assert str(explain(OSError(13, "Permission denied", "/opt"))).startswith("/opt: Permission denied.")
    told = explain(KeyError("x"))
    assert "unexpected KeyError" in str(told)
    assert "exception" in told.details
    assert explain(told) is told


def test_nothing_of_a_directory_that_holds_more_is_promised_to_go(host):
    known = dict(manifest.new("demo", host.path("etc/demo"), ""), directories=[host.path("srv"), host.path("srv/demo")], described=[host.path("srv/demo")])
    os.makedirs(host.path("srv/demo"))
    with open(host.path("srv/demo/x"), "w", encoding="utf-8"):
        pass
    places = layout.Layout("demo", host.path("etc/demo"))
    assert "keep %s, which holds data" % host.path("srv/demo") in remove.plan_removal(places, known, False)
    assert "remove %s" % host.path("srv/demo") in remove.plan_removal(places, known, True)


@pytest.mark.parametrize("state", ["started", "stopped", "absent"])
def test_no_text_of_a_file_is_among_the_arguments(host, state):
    """A host writes the arguments of every module into its log."""
    files = [{"path": "a.yml", "content": "shown-3f", "secret": False}, {"path": "secrets/x", "content": "hidden-9c", "secret": True}]
    described = Description({**host.description(state=state), "files": files})
    said = json.dumps(described.arguments)
    assert "shown-3f" not in said and "hidden-9c" not in said
