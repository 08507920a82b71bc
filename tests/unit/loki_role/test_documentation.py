# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/loki.md says what the role does, and the real program accepts what the role makes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.unit.documented import examples, rows
from tests.unit.loki_role.support import DEFAULTS, ROLE, config, described, file
from tests.unit.programs import program, run

PAGE = "loki.md"
OF_THE_ROLE = [block for block in examples(PAGE) if isinstance(block, dict) and any(name.startswith("loki_") for name in block)]
S3 = {"storage": "s3", "storage_settings": {"bucketnames": "logs", "endpoint": "s3.example.org", "access_key_id": "${ID}", "secret_access_key": "${KEY}"}}
THREE = {"loki": ["l1", "l2", "l3"], "alertmanager": ["a1"]}
FILESYSTEM = {"object_store": "filesystem", "store": "tsdb", "schema": "v13", "index": {"prefix": "index_", "period": "24h"}}


def written(made: dict, directory: Path) -> Path:
    """Write the configuration into a directory and return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "config.yml"
    path.write_text(file(made)["content"], encoding="utf-8")
    return path


def accepted(made: dict, directory: Path) -> None:
    """Fail unless the program accepts the configuration."""
    flags = made["unit"]["flags"]
    words = ["-config.expand-env=true"] if flags.get("config.expand-env") else []
    answer = run(program("loki"), f"-config.file={written(made, directory)}", *words, "-verify-config")
    assert answer.returncode == 0, answer.stderr + answer.stdout


def test_the_page_names_only_variables_that_are_there():
    assert OF_THE_ROLE
    assert {name for block in OF_THE_ROLE for name in block} - set(DEFAULTS) == set()
    same = " ".join(cells[0] for cells in rows(PAGE, "there") if cells[1].startswith("the same"))
    assert {name for name in same.replace("`", "").replace(",", " ").split() if name.startswith("loki_")} - set(DEFAULTS) == set()


@pytest.mark.parametrize("block", OF_THE_ROLE, ids=lambda block: next(iter(block)))
def test_loki_accepts_every_example(block, tmp_path):
    given = {name[len("loki_") :]: value for name, value in block.items()}
    target = given.pop("target", None)
    if target:
        accepted(described({"loki": ["l1", "l2"]}, {"l1": {"loki_target": target}, "l2": {"loki_target": "read,backend"}}, **S3), tmp_path)
    else:
        accepted(described(**given), tmp_path)


@pytest.mark.parametrize("target", ["all", "read", "write", "backend", "distributor,ingester", "querier", "query-frontend", "compactor", "ruler"])
def test_loki_accepts_hosts_that_work_as_one(target, tmp_path):
    others = {"l1": {"loki_target": target}, "l2": {"loki_target": "write"}, "l3": {"loki_target": "all"}}
    accepted(described(THREE, {**others, "a1": {"alertmanager_basic_auth_users": {"u": "p"}}}, **S3), tmp_path)


@pytest.mark.parametrize(
    ("storage", "where"),
    [
        ("gcs", {"bucket_name": "logs"}),
        ("azure", {"account_name": "a", "account_key": "Zm9v", "container_name": "logs"}),
        ("filesystem", {}),
    ],
)
def test_loki_accepts_every_storage(storage, where, tmp_path):
    accepted(described(storage=storage, storage_settings=where, retention="31d", overrides={"a": {"retention_period": "1d"}}), tmp_path)


def test_loki_accepts_tls_and_levels(tmp_path):
    tls = {"cert_file": "/x.pem", "key_file": "/x.key", "client_auth_type": "RequireAndVerifyClientCert", "client_ca_file": "/ca.pem", "min_version": "TLS13"}
    accepted(described(web_config={"tls_server_config": tls}, log_level="debug", log_format="json", web_route_prefix="/logs"), tmp_path)


@pytest.fixture
def compare(tmp_path):
    """A function that compares the schema that runs with a new one as the transaction does; it returns what is said."""
    script = ROLE / "files" / "schema-check.sh"

    def once(old: dict | None, new: dict) -> str:
        shutil.rmtree(tmp_path / "etc", ignore_errors=True)
        (tmp_path / "etc").mkdir()
        if old is not None:
            written(old, tmp_path / "etc")
        argv = ["/bin/sh", str(script), str(program("loki")), str(written(new, tmp_path / "staged")), str(tmp_path / "etc")]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        assert bool(done.returncode) == bool(done.stdout), done
        return done.stdout

    return once


def periods(*given: dict) -> dict:
    """Describe a Loki with these periods."""
    return described(schema_config={"configs": [{**FILESYSTEM, **one} for one in given]})


def test_a_period_that_has_begun_stays_as_it_is(compare):
    first, later = {"from": "2020-10-24"}, {"from": "2099-01-01", "index": {"prefix": "logs_", "period": "24h"}}
    assert compare(None, periods(first)) == ""
    assert compare(periods(first), periods(first)) == ""
    assert compare(periods(first), periods(first, later)) == "", "a period that lies ahead may come"
    assert compare(periods(first, later), periods(first)) == "", "and go"
    for changed in ({"from": "2021-01-01"}, {"from": "2020-10-24", "index": {"prefix": "other_", "period": "24h"}}):
        said = compare(periods(first), periods(changed))
        assert "would no longer find" in said and "from 2020-10-24" in said and "loki_schema_check" in said
    assert "from 2024-01-01" in compare(periods(first), periods(first, {"from": "2024-01-01"})), "nor may one begin in the past"


def test_another_storage_is_another_schema(compare):
    assert "object_store:s3" in compare(described(), described(storage="s3", storage_settings={"bucketnames": "b", "region": "r"}))


def test_another_layout_of_the_same_is_no_change(compare, tmp_path):
    """What another tool wrote, with other spellings and what is the default anyway."""
    other = config(described())
    period = other["schema_config"]["configs"][0]
    period["index"] = {"period": "1d", "prefix": "index_", "path_prefix": "index/"}
    text = "---\n" + yaml.safe_dump(other, default_flow_style=True)
    assert compare({"files": [{"path": "config.yml", "content": text}]}, described()) == ""


def test_what_no_program_can_read_has_stored_nothing(compare):
    assert compare({"files": [{"path": "config.yml", "content": "server: {no_such_key: 1}\n"}]}, described()) == ""
