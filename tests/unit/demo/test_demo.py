"""The demo chooses a host and says what it chose, or says what to do."""

import pytest
import yaml

from tests import demo


@pytest.fixture(autouse=True)
def inventory(tmp_path, monkeypatch):
    monkeypatch.delenv("DEMO_HOST", raising=False)
    monkeypatch.delenv("OBSERVABILITY_MIRROR_URL", raising=False)
    path = tmp_path / "inventory.yml"
    path.write_text(yaml.safe_dump({"all": {"children": {group: {"hosts": {"box": {}}} for group in ("prometheus", "nodes")}}}))
    monkeypatch.setattr(demo, "INVENTORY", path)
    monkeypatch.setattr(demo, "MINE", tmp_path / "mine" / "host.yml")
    return path


def test_a_host_of_ones_own_is_reached_by_ssh_and_sudo(monkeypatch):
    monkeypatch.setenv("DEMO_HOST", "ops@192.0.2.7")
    place = demo.choose()
    host = yaml.safe_load(place.inventory.read_text())["all"]["hosts"]["box"]
    assert host == {"ansible_host": "192.0.2.7", "ansible_user": "ops", "ansible_become": True}
    assert "192.0.2.7" in place.told


def test_root_needs_no_sudo_and_a_mirror_is_taken_over(monkeypatch):
    monkeypatch.setenv("DEMO_HOST", "root@192.0.2.7")
    monkeypatch.setenv("OBSERVABILITY_MIRROR_URL", "https://mirror.example.com")
    written = yaml.safe_load(demo.choose().inventory.read_text())["all"]
    assert written["hosts"]["box"]["ansible_become"] is False
    assert written["vars"] == {"observability_mirror_url": "https://mirror.example.com"}


def test_without_a_place_it_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(demo.os, "geteuid", lambda: 1000)
    assert demo.main(["up"]) == 1
    assert "DEMO_HOST=user@host" in capsys.readouterr().err


def test_urls_come_from_the_inventory(monkeypatch):
    monkeypatch.setenv("DEMO_HOST", "ops@192.0.2.7")
    lines = [line.split() for line in demo.urls(demo.choose())]
    assert ["prometheus", "http://192.0.2.7:9090/"] in lines
    assert ["node_exporter", "http://192.0.2.7:9100/"] in lines


def test_a_failed_program_is_named(monkeypatch):
    monkeypatch.setattr(demo.sys, "executable", "/bin/false")
    with pytest.raises(demo.DemoError, match=r"tests\.lab\.mirror fill"):
        demo.module("tests.lab.mirror", "fill")
