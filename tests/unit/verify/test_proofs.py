# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For each way in which a stack can be wrong: who notices, and what is said. Nothing else may be blamed."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import files_to_read, observations, prove

from tests.unit.verify import world

UNREACHABLE = {"unreachable": True, "msg": "Failed to connect to the host via ssh"}
REFUSED = {"msg": "GET http://10.0.0.1:9090/api/v1/targets failed: connection refused."}


def targets(seen):
    return seen["prometheus"]["mon1"]["targets"]["active"]


def of(seen, address):
    return next(item for item in targets(seen) if item["scrape_url"] == f"http://{address}/metrics")


def drop(seen, address):
    targets(seen).remove(of(seen, address))


def rule(seen, number=0):
    return seen["prometheus"]["mon1"]["rules"][0]["rules"][number]


def rules_on_disk(seen, text, mtime=900.0):
    seen["prometheus_disk"]["mon1"]["files"][1].update(content=text, mtime=mtime)


def cluster(seen, host="mon1"):
    return seen["alertmanager"][host]["status"]["cluster"]


def silence_receivers(seen, run, status="firing"):
    for kind in ("firing", "resolved"):
        for result in seen[kind].values():
            result["alerts"] = [item for item in result["alerts"] if item["labels"]["run"] != run or item["status"] != status]


def dashboard(seen):
    return seen["panels"]["mon1"]["dashboards"][0]


def empty_panel(seen, *titles):
    dashboard(seen)["empty"] += [{"panel": title, "may_be_empty": False} for title in titles]


def no_rule_path(seen, message="The answer was not as expected"):
    seen["fires"]["mon1"] = {"msg": message}
    silence_receivers(seen, "R-rule")
    silence_receivers(seen, "R-rule", "resolved")
    for result in seen["reached"].values():
        result["alerts"] = [{"labels": {"run": "R-api"}}]


NODE = ("node_exporter", "web1", "target is up", "from mon1")
GROUP = ("prometheus", "mon1", "rule group is loaded and healthy", "g")
PROMETHEUS_DISK = ("prometheus", "mon1", "runs the configuration on disk", "")
ALERTMANAGER_DISK = ("alertmanager", "mon2", "runs the configuration on disk", "")
MESH = ("alertmanager", "mon1", "mesh is whole", "")
PROBE = ("blackbox_exporter", "mon1", "probe succeeds", "shop: https://shop.example")
QUERIES = ("prometheus", "mon1", "accepts every panel's query", "")
PANELS = ("node_exporter", "mon1", "panels have data", "Nodes")
FIRES = ("prometheus", "mon1", "test rule fires", "")
BY_RULE = ("alertmanager", "mon1, mon2", "alert by rule arrives", "")
BY_API = ("alertmanager", "mon1, mon2", "alert by API arrives", "")
RULE_ENDS = ("alertmanager", "mon1, mon2", "alert by rule resolves", "")

# what is broken: (how, {the proof that fails: a part of what it says})
FAULTS = {
    "a target is missing": (lambda seen: drop(seen, "10.0.0.3:9100"), {NODE: "no such target (10.0.0.3:9100)"}),
    "a target is down": (
        lambda seen: of(seen, "10.0.0.3:9100").update(
            health="down", last_error='Get "http://10.0.0.3:9100/metrics": dial tcp 10.0.0.3:9100: connect: connection refused'
        ),
        {NODE: "down: connection refused"},
    ),
    "a target answers with an error": (
        lambda seen: of(seen, "10.0.0.3:9100").update(health="down", last_error="server returned HTTP status 401 Unauthorized"),
        {NODE: "down: server returned HTTP status 401"},
    ),
    "a target was never scraped": (lambda seen: of(seen, "10.0.0.3:9100").update(health="unknown"), {NODE: "not scraped yet"}),
    "a target of the user is down": (
        lambda seen: targets(seen).append({**world.target("shop", "shop", "10.0.0.9:80"), "health": "down", "last_error": "EOF"}),
        {("prometheus", "mon1", "target is up", "shop: shop:80"): "down: EOF (http://10.0.0.9:80/metrics)"},
    ),
    "Prometheus is down": (
        lambda seen: [seen["prometheus"].update(mon1=REFUSED), no_rule_path(seen)],
        {("prometheus", "mon1", "API answers", ""): "connection refused", FIRES: "not as expected", BY_RULE: "the test rule fires nowhere"},
    ),
    "the configuration was edited and not loaded": (
        lambda seen: seen["prometheus_disk"]["mon1"]["files"][0].update(content=world.CONFIG.replace("15s", "30s")),
        {PROMETHEUS_DISK: "differs in global.scrape_interval"},
    ),
    "the last load failed": (
        lambda seen: seen["prometheus"]["mon1"]["runtime"].update(reloadConfigSuccess=False),
        {PROMETHEUS_DISK: "the last attempt to load the configuration failed"},
    ),
    "the configuration is gone": (
        lambda seen: seen["prometheus_disk"]["mon1"]["files"].pop(0),
        {PROMETHEUS_DISK: "/etc/prometheus/prometheus.yml is not there"},
    ),
    "the host cannot be reached": (lambda seen: seen["prometheus_disk"].update(mon1=UNREACHABLE), {PROMETHEUS_DISK: "Failed to connect to the host via ssh"}),
    "a rule file was added and not loaded": (
        lambda seen: seen["prometheus_disk"]["mon1"]["files"].append(
            {"path": "/etc/prometheus/rules/b.yml", "content": "groups: [{name: h, rules: []}]", "mtime": 2000.0}
        ),
        {("prometheus", "mon1", "rule group is loaded and healthy", "h"): "it is on disk but not loaded"},
    ),
    "a rule file was removed and not unloaded": (lambda seen: seen["prometheus_disk"]["mon1"]["files"].pop(1), {GROUP: "it is loaded but no longer on disk"}),
    "a rule file is broken": (
        lambda seen: rules_on_disk(seen, "groups: ["),
        {("prometheus", "mon1", "rule group is loaded and healthy", "(no readable groups)"): "on disk but not loaded", GROUP: "no longer on disk"},
    ),
    "a rule was added and not loaded": (
        lambda seen: rules_on_disk(seen, world.RULES.replace("]}]", ", {alert: New, expr: '1'}]}]"), 2000.0),
        {GROUP: "the rules on disk are not those that are loaded"},
    ),
    "an expression was edited and not loaded": (
        lambda seen: rules_on_disk(seen, world.RULES.replace("up==0", "up==1"), 2000.0),
        {GROUP: "rule Down was changed on disk after the last load"},
    ),
    "a label was edited and not loaded": (
        lambda seen: rules_on_disk(seen, world.RULES.replace("page", "none"), 2000.0),
        {GROUP: "rule Down was changed on disk after the last load"},
    ),
    "a rule cannot be evaluated": (
        lambda seen: rule(seen).update(health="err", last_error="many-to-many matching not allowed"),
        {GROUP: "rule Down has the health 'err': many-to-many matching not allowed"},
    ),
    "a rule was never evaluated": (lambda seen: rule(seen, 1).update(health="unknown"), {GROUP: "'unknown': not evaluated yet"}),
    "Prometheus does not know an Alertmanager": (
        lambda seen: seen["prometheus"]["mon1"]["alertmanagers"]["active"].pop(1),
        {("prometheus", "mon1", "sends alerts to Alertmanager", "mon2"): "10.0.0.2:9093 is not among the active ones (10.0.0.1:9093)"},
    ),
    "a panel has no data": (lambda seen: empty_panel(seen, "Load"), {PANELS: "1 of 5 without data: Load"}),
    "a dashboard finds nothing at all": (
        lambda seen: [empty_panel(seen, "Load", "CPU", "Disk", "Net"), dashboard(seen)["without_values"].append("job")],
        {PANELS: "4 of 5 without data: Load, CPU, Disk, and 1 more (variable job has no value)"},
    ),
    "a panel's query is refused": (
        lambda seen: [
            dashboard(seen)["errors"].append({"panel": "Load", "ref": "A", "query": "sum(", "message": "parse error: unclosed left parenthesis"}),
            empty_panel(seen, "Load"),
        ],
        {QUERIES: "1 of 7 refused: Nodes, Load: parse error: unclosed left parenthesis"},
    ),
    "Prometheus does not answer queries": (lambda seen: seen["panels"].update(mon1={"msg": "no answer within 60 s"}), {QUERIES: "no answer within 60 s"}),
    "an Alertmanager is down": (
        lambda seen: [seen["alertmanager"].update(mon2={"msg": "connection refused"}), seen["reached"].update(mon2={"msg": "refused"})],
        {("alertmanager", "mon2", "API answers", ""): "connection refused", ("alertmanager", "mon2", "test alerts reach it", ""): "refused"},
    ),
    "Alertmanager's configuration was edited": (
        lambda seen: seen["alertmanager_disk"]["mon2"]["files"][0].update(content=world.ALERTMANAGER.replace("ops", "dev")),
        {ALERTMANAGER_DISK: "differs in route.receiver, receivers[dev].name"},
    ),
    "Alertmanager's last load failed": (
        lambda seen: seen["alertmanager"]["mon2"]["reload"].update(successful=False),
        {ALERTMANAGER_DISK: "the last attempt to load the configuration failed"},
    ),
    "a member is missing in the mesh": (lambda seen: cluster(seen)["peers"].pop(), {MESH: "1 of 2 members, ready"}),
    "a stranger is in the mesh": (lambda seen: cluster(seen)["peers"].append({"name": "03"}), {MESH: "3 of 2 members"}),
    "a member dies while verify runs": (
        lambda seen: seen["reached"]["mon1"].update(status={"cluster": {"status": "ready", "peers": [{"name": "02"}]}}),
        {MESH: "1 of 2 members, ready"},
    ),
    "the mesh does not settle": (lambda seen: cluster(seen).update(status="settling"), {MESH: "2 of 2 members, settling"}),
    "the mesh is switched off": (lambda seen: cluster(seen).update(status="disabled", peers=[]), {MESH: "0 of 2 members, disabled"}),
    "a probe fails": (lambda seen: seen["probes"]["mon1"]["results"][0].update(value=0.0), {PROBE: "probe_success is 0 (asked mon1)"}),
    "a probe is missing": (lambda seen: seen["probes"]["mon1"]["results"].clear(), {PROBE: "no result (asked mon1)"}),
    "the exporter of a probe is down": (
        lambda seen: [seen["probes"]["mon1"]["results"].clear(), targets(seen)[-1].update(health="down", last_error="EOF")],
        {PROBE: "down: EOF (asked mon1)"},
    ),
    "probes cannot be asked for": (lambda seen: seen["probes"].update(mon1={"msg": "timeout"}), {PROBE: "timeout (asked mon1)"}),
    "the test rule is missing": (no_rule_path, {FIRES: "not as expected", BY_RULE: "the test rule fires nowhere"}),
    "the test metric cannot be written": (
        lambda seen: [no_rule_path(seen), seen["written"].update(default={"changed": False, "msg": "No space left"})],
        {FIRES: "not as expected", BY_RULE: "/var/lib/node_exporter/observability_verify.prom could not be written on mon1: No space left"},
    ),
    "Prometheus cannot reach one Alertmanager": (
        lambda seen: seen["reached"]["mon1"]["alerts"].pop(0),
        {("alertmanager", "mon1", "test alerts reach it", ""): "not there: alert by rule"},
    ),
    "the route does not lead to the receiver": (
        lambda seen: [silence_receivers(seen, "R-rule"), silence_receivers(seen, "R-api")],
        {BY_RULE: "no notification within 120 s, though the alert was sent", BY_API: "no notification within 120 s, though the alert was sent"},
    ),
    "the API refuses the alert": (
        lambda seen: [seen["posted"].update(mon1={"msg": "bad labels"}), silence_receivers(seen, "R-api")],
        {BY_API: "it could not be posted: bad labels"},
    ),
    "no receiver can start": (
        lambda seen: [
            seen["receivers"].update(mon1={"changed": False, "msg": "Port 19099 is used"}),
            silence_receivers(seen, "R-rule"),
            silence_receivers(seen, "R-api"),
        ],
        {
            BY_RULE: "no receiver could be started on mon1: Port 19099",
            BY_API: "no receiver could be started on mon1: Port 19099",
        },
    ),
    "an alert arrives too late": (
        lambda seen: seen["firing"]["mon2"]["alerts"][1].update(after=130.0),
        {("alertmanager", "mon2", "alert by rule arrives", ""): "notified by mon2, but later than 120 s"},
    ),
    "an alert never resolves": (lambda seen: silence_receivers(seen, "R-rule", "resolved"), {RULE_ENDS: "no notice of its end within 120 s"}),
}


def test_a_healthy_stack_has_only_good_proofs():
    proofs = prove(world.plan(), world.seen())
    assert [record for record in proofs if record["ok"] is not True] == []
    assert {record["service"] for record in proofs} == {"prometheus", "alertmanager", "node_exporter", "blackbox_exporter"}
    assert len(proofs) == 28
    assert all(record["hint"] == "" for record in proofs)


@pytest.mark.parametrize(("break_it", "expected"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found_and_only_the_culprit_is_named(break_it, expected):
    plan, seen = world.plan(), world.seen()
    break_it(seen)
    found = world.failed(plan, seen)
    assert set(found) == set(expected)
    for proof, part in expected.items():
        assert part in found[proof]


def test_every_failure_says_what_to_do():
    for break_it, _ in FAULTS.values():
        seen = world.seen()
        break_it(seen)
        assert all(record["hint"].endswith(".") for record in prove(world.plan(), seen) if record["ok"] is False)


def test_a_run_that_saw_nothing_at_all_fails_and_blames_the_servers():
    found = world.failed(world.plan(), {kind: {} for kind in world.seen()})
    assert ("prometheus", "mon1", "API answers", "") in found
    assert ("alertmanager", "mon2", "API answers", "") in found


def test_a_rule_file_rewritten_with_the_same_rules_is_no_finding():
    seen = world.seen()
    rules_on_disk(seen, world.RULES.replace("up==0", "( up ) == 0  # all"), 2000.0)
    assert world.failed(world.plan(), seen) == {}


@pytest.mark.parametrize(
    ("scrape_url", "instance"),
    [("http://localhost:9090/metrics", "localhost:9090"), ("http://prometheus.example/metrics", "mon1:9090")],
)
def test_a_target_is_known_by_loopback_or_by_its_instance(scrape_url, instance):
    seen = world.seen()
    of(seen, "10.0.0.1:9090").update(scrape_url=scrape_url, instance=instance)
    assert world.failed(world.plan(), seen) == {}


def test_a_job_that_may_be_down_is_not_listed():
    seen = world.seen()
    targets(seen).append({**world.target("spot", "x", "10.0.0.9:80"), "health": "down"})
    assert len(world.failed(world.plan(), seen)) == 1
    assert world.failed(world.plan(ignore_jobs=["spot"]), seen) == {}


def test_servers_that_share_targets_need_each_target_once():
    groups = {**world.GROUPS, "prometheus": ["mon1", "mon2"]}
    shards = {host: {"prometheus_shards": 2} for host in ("mon1", "mon2")}
    plan, seen = world.plan(groups=groups, variables=shards), world.seen()
    other = world.prometheus()
    moved = of(seen, "10.0.0.3:9100")
    targets(seen).remove(moved)
    targets(seen).append(world.target("prometheus", "mon2", "10.0.0.2:9090"))
    other["targets"]["active"] = [moved, world.target("prometheus", "mon2", "10.0.0.2:9090")]
    seen["prometheus"]["mon2"] = other
    seen["prometheus_disk"]["mon2"] = seen["prometheus_disk"]["mon1"]
    seen["fires"]["mon2"] = {"msg": "nothing"}
    assert world.failed(plan, seen) == {}
    other["targets"]["active"].remove(moved)
    assert {key[0:2] for key in world.failed(plan, seen)} == {("node_exporter", "web1")}


def test_results_are_found_by_the_key_of_their_item_and_skipped_ones_are_none():
    registered = {"fires": {"results": [{"item": {"key": "a"}, "results": []}, {"item": {"key": "b"}, "skipped": True}]}, "probes": {"skipped": True}}
    seen = observations(registered)
    assert list(seen["fires"]) == ["a"]
    assert seen["probes"] == {}


def test_rule_files_are_read_where_the_running_configuration_says():
    seen = world.seen()
    (item,) = files_to_read(world.plan(), seen)
    assert item["paths"] == ["/etc/prometheus/prometheus.yml", "/etc/prometheus/rules/*.yml"]
    seen["prometheus"]["mon1"] = REFUSED
    assert files_to_read(world.plan(), seen)[0]["paths"] == ["/etc/prometheus/prometheus.yml"]
