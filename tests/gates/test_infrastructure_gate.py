"""The gate `infrastructure` passes the shop on every stack, and catches what is planted in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.findings import Findings
from backwright.gates.infrastructure import GATE
from backwright.gates.infrastructure.compose import compose
from backwright.gates.infrastructure.dockerfile import dockerfile
from backwright.gates.infrastructure.kubernetes import kubernetes
from backwright.gates.infrastructure.monitoring import queries, rules
from backwright.gates.infrastructure.tools import Work
from backwright.gates.machine import available
from backwright.gates.promql import named
from tests.gates.conftest import SHOP, Ready
from tests.gates.copies import Edit, codes, copy_of, said

IMAGE, COMPOSE, RULE, METRIC, RUN, CLUSTER = (
    f"gate/infrastructure-{each}" for each in ("image", "compose", "rule", "metric", "run", "kubernetes")
)
PARTS: dict[str, Callable[[Work], object]] = {
    IMAGE: dockerfile,
    COMPOSE: compose,
    RULE: rules,
    METRIC: queries,
    CLUSTER: kubernetes,
}
DOCKER = "infrastructure/docker"
RULES = "infrastructure/monitoring/rules.yaml"
DATABASE = "infrastructure/monitoring/grafana/dashboards/database.json"

DEFECTS: dict[str, tuple[str, str, Edit]] = {
    "root in the image": (IMAGE, "as a number", (f"{DOCKER}/Dockerfile", "USER 10001:10001\n", "")),
    "root by number": (IMAGE, "as a number", (f"{DOCKER}/Dockerfile", "USER 10001:10001", "USER 0:0")),
    "no health check": (IMAGE, "says whether", (f"{DOCKER}/Dockerfile", "HEALTHCHECK", "LABEL health=")),
    "a shell before the server": (
        IMAGE,
        "signals",
        (f"{DOCKER}/Dockerfile", 'CMD ["node", "dist/api/main.js"]', "CMD node dist/api/main.js"),
    ),
    "a base of no version": (
        IMAGE,
        "which version",
        (f"{DOCKER}/Dockerfile", "node:24.19.0-bookworm-slim AS build", "node AS build"),
    ),
    "everything is copied": (
        IMAGE,
        "no earlier stage",
        (f"{DOCKER}/Dockerfile", "COPY --from=build /app/dist dist", "COPY . ."),
    ),
    "a secret in a layer": (
        IMAGE,
        "TOKEN_SECRET stays",
        (f"{DOCKER}/Dockerfile", "ENV NODE_ENV=production", "ENV NODE_ENV=production TOKEN_SECRET=x"),
    ),
    "a port for everybody": (
        COMPOSE,
        "other machines",
        (f"{DOCKER}/compose.yaml", '"127.0.0.1:${SERVER_PORT:-3000}:3000"', '"${SERVER_PORT:-3000}:3000"'),
    ),
    "a password in the file": (
        COMPOSE,
        "GF_SECURITY_ADMIN_PASSWORD",
        (f"{DOCKER}/compose.yaml", "${GRAFANA_PASSWORD:?set it in .env}", "letmein"),
    ),
    "a password in a url": (
        COMPOSE,
        "DATABASE_MIGRATION_URL in the file",
        (f"{DOCKER}/compose.yaml", "shop_migrator:${MIGRATOR_PASSWORD:?set it in .env}@", "shop_migrator:letmein@"),
    ),
    "no wait for migrations": (
        COMPOSE,
        "before the migrations",
        (f"{DOCKER}/compose.yaml", "service_completed_successfully", "service_started"),
    ),
    "a variable nobody reads": (
        COMPOSE,
        "METRIC_HOST, which no program",
        (f"{DOCKER}/compose.yaml", "METRICS_HOST: 0.0.0.0", "METRIC_HOST: 0.0.0.0"),
    ),
    "capabilities": (COMPOSE, "keeps capabilities", (f"{DOCKER}/compose.yaml", "  cap_drop: [ALL]\n", "")),
    "no limit of memory": (COMPOSE, "no mem_limit", (f"{DOCKER}/compose.yaml", "    mem_limit: 1g\n", "")),
    "secrets are committed": (COMPOSE, "would be committed", (".gitignore", "\n.env\n", "\n")),
    "a metric nobody measures": (
        METRIC,
        "db_client_connections, which",
        (DATABASE, "sum by (db_client_connection_pool_name) (db_client_connection_max", "sum (db_client_connections"),
    ),
    "a label nobody has": (
        METRIC,
        "for pool, which",
        (DATABASE, 'db_client_connection_max{job=\\"shop\\"}', 'db_client_connection_max{pool=\\"x\\"}'),
    ),
    "a group nobody has": (
        METRIC,
        "groups by pool",
        (
            DATABASE,
            "sum by (db_client_connection_pool_name) (db_client_connection_max",
            "sum by (pool) (db_client_connection_max",
        ),
    ),
    "an alert without a test": (RULE, "ServerLost", (RULES, "alert: ServerDown", "alert: ServerLost")),
}
TOO_MANY = """{{job="shop"}}[5m])) > {}
        for: 5m
        labels:
          severity: ticket
        annotations:
          summary: "More than one request in ten"""
THRESHOLDS: dict[str, Edit] = {
    "twice the budget": (
        RULES,
        'job:http_server_failures:ratio_rate5m{job="shop"} > 0.0144',
        'job:http_server_failures:ratio_rate5m{job="shop"} > 0.0288',
    ),
    "a hundredth of a second": (RULES, "[5m]))) > 0.1\n        for: 5m", "[5m]))) > 0.01\n        for: 5m"),
    "never too many": (RULES, TOO_MANY.format(0.1), TOO_MANY.format(1.1)),
    "no syntax": (RULES, "absent(up", "absent((up"),
}


def _engine() -> bool:
    return available("podman") or os.path.exists("/var/run/docker.sock")


def test_the_shop_passes(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.failures == ()
    assert result.status == "passed"
    assert result.count > 300
    for tool in ("hadolint", "promtool"):
        assert available(tool) or f"{tool} was not run: not on the PATH" in result.reason


@pytest.mark.slow
def test_the_shop_on_the_other_stack_passes(ready: Ready) -> None:
    result = GATE.run(ready(SHOP, "fastapi"))
    assert result.failures == ()
    assert result.count > 300


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_caught(defect: str, shop: ProjectSystem, tmp_path: Path) -> None:
    code, words, edit = DEFECTS[defect]
    work = Work(copy_of(shop, tmp_path, [edit]), Findings("infrastructure", "checks"))
    PARTS[code](work)
    result = work.findings.result()
    assert words in said(result, code), result.failures


@pytest.mark.slow
@pytest.mark.skipif(not available("promtool"), reason="promtool is not on the PATH")
@pytest.mark.parametrize("defect", THRESHOLDS)
def test_a_wrong_rule_is_caught_by_its_test(defect: str, shop: ProjectSystem, tmp_path: Path) -> None:
    work = Work(copy_of(shop, tmp_path, [THRESHOLDS[defect]]), Findings("infrastructure", "checks"))
    rules(work)
    assert "promtool" in said(work.findings.result(), RULE)


BASE = "infrastructure/kubernetes/base"
DEPLOYMENT, JOB = f"{BASE}/server/deployment.yaml", f"{BASE}/migration/job.yaml"
OVERLAYS = "infrastructure/kubernetes/overlays/production"
READINESS = "          readinessProbe:\n            httpGet:\n              path: /readyz\n"
NO_BUDGET = """[../../../base/server]
patches:
  - patch: |-
      $patch: delete
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: {name: shop}"""
IN_A_CLUSTER: dict[str, tuple[str, Edit]] = {
    "no readiness": ("no readinessProbe", (DEPLOYMENT, "readinessProbe:", "readyProbe:")),
    "readiness asks whether it lives": ("not /readyz", (DEPLOYMENT, READINESS, READINESS.replace("readyz", "livez"))),
    "liveness asks the database": (
        "would end every server",
        (
            DEPLOYMENT,
            "livenessProbe:\n            httpGet:\n              path: /livez",
            "livenessProbe:\n            httpGet:\n              path: /readyz",
        ),
    ),
    "no preStop": ("no preStop", (DEPLOYMENT, "preStop:", "postStart:")),
    "killed too early": (
        "killed after 12 s",
        (DEPLOYMENT, "terminationGracePeriodSeconds: 20", "terminationGracePeriodSeconds: 12"),
    ),
    "servers are taken away": ("before there are new ones", (DEPLOYMENT, "maxUnavailable: 0", "maxUnavailable: 1")),
    "root": ("run as root", (DEPLOYMENT, "runAsUser: 10001", "runAsUser: 0")),
    "a root file system to write to": (
        "change its image",
        (DEPLOYMENT, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    ),
    "capabilities": ("keeps capabilities", (DEPLOYMENT, "drop: [ALL]", "drop: [NET_RAW]")),
    "no limit of memory": ("no limits.memory", (DEPLOYMENT, "              memory: 512Mi\n", "")),
    "a token of the cluster": (
        "token of the cluster",
        (DEPLOYMENT, "automountServiceAccountToken: false", "automountServiceAccountToken: true"),
    ),
    "a service of nobody": (
        "the Service meets no pod",
        (f"{BASE}/server/service.yaml", "component: server", "component: web"),
    ),
    "a policy for nobody": (
        "the NetworkPolicy meets no pod",
        (f"{BASE}/server/network-policy.yaml", "component: server", "component: web"),
    ),
    "no budget of disruptions": (
        "no PodDisruptionBudget",
        (
            f"{OVERLAYS}/rolling/kustomization.yaml",
            "[../../../base/server]",
            NO_BUDGET,
        ),
    ),
    "an autoscaler of nothing": (
        "scales nothing",
        (f"{BASE}/server/autoscaler.yaml", "kind: Deployment\n    name: shop", "kind: Deployment\n    name: market"),
    ),
    "one server": ("one server alone", (f"{BASE}/server/autoscaler.yaml", "minReplicas: 2", "minReplicas: 1")),
    "a variable nobody reads": (
        "METRIC_HOST is set",
        (f"{OVERLAYS}/rolling/kustomization.yaml", "METRICS_HOST", "METRIC_HOST"),
    ),
    "the latest image": (
        "which version",
        (f"{OVERLAYS}/environment/kustomization.yaml", "newTag: 1.0.0", "newTag: latest"),
    ),
    "a job without end": ("go on for ever", (JOB, "  activeDeadlineSeconds: 900\n", "")),
    "a job that seeds": ("the job runs", (JOB, '"dist/database/migrate.js", "up"', '"dist/database/seed.js"')),
    "an overlay that cannot be built": (
        "kubectl kustomize",
        (f"{OVERLAYS}/blue/kustomization.yaml", "../rolling", "../rollin"),
    ),
}


@pytest.mark.slow
@pytest.mark.skipif(not available("kubectl"), reason="kubectl is not on the PATH")
@pytest.mark.parametrize("defect", IN_A_CLUSTER)
def test_a_planted_defect_of_the_cluster_is_caught(defect: str, shop: ProjectSystem, tmp_path: Path) -> None:
    words, edit = IN_A_CLUSTER[defect]
    work = Work(copy_of(shop, tmp_path, [edit]), Findings("infrastructure", "checks"))
    kubernetes(work)
    assert words in said(work.findings.result(), CLUSTER)


@pytest.mark.skipif(not (available("kubectl") and available("kubernetes-validate")), reason="no validator is here")
def test_a_field_that_kubernetes_does_not_know_is_caught(shop: ProjectSystem, tmp_path: Path) -> None:
    edit = (DEPLOYMENT, "minReadySeconds: 5", "minReadySecond: 5")
    work = Work(copy_of(shop, tmp_path, [edit]), Findings("infrastructure", "checks"))
    kubernetes(work)
    assert "kubernetes-validate" in said(work.findings.result(), CLUSTER)


GONE = {"docker": IMAGE, "monitoring": RULE, "kubernetes": CLUSTER}


@pytest.mark.parametrize("folder", GONE)
def test_a_part_that_is_gone_is_missed(folder: str, shop: ProjectSystem, tmp_path: Path) -> None:
    work = Work(copy_of(shop, tmp_path), Findings("infrastructure", "checks"))
    shutil.rmtree(work.system.folder / "infrastructure" / folder)
    PARTS[GONE[folder]](work)
    assert GONE[folder] in codes(work.findings.result())


@pytest.mark.slow
@pytest.mark.skipif(not _engine(), reason="no container engine is here")
def test_the_image_is_built_and_the_services_run(shop: ProjectSystem) -> None:
    result = GATE.run(replace(shop, full=True))
    assert result.failures == ()
    if "the image was not run" in result.reason:
        pytest.skip(result.reason)


@pytest.mark.slow
@pytest.mark.skipif(not _engine(), reason="no container engine is here")
def test_what_only_a_run_shows_is_caught(shop: ProjectSystem, tmp_path: Path) -> None:
    """A secret of this machine gets into the image, and the server cannot be measured from outside its container."""
    edits = [
        (".dockerignore", "**/.env*\n", ""),
        (f"{DOCKER}/compose.yaml", "METRICS_HOST: 0.0.0.0", "METRICS_HOST: 127.0.0.1"),
    ]
    system = copy_of(shop, tmp_path, edits)
    (system.folder / "config" / "staging" / ".env").write_text("TOKEN_SECRET=x\n", encoding="utf-8")
    result = GATE.run(replace(system, full=True))
    if "the image was not run" in result.reason:
        pytest.skip(result.reason)
    assert "config/staging/.env" in said(result, IMAGE)
    if "prometheus was not run" not in result.reason and "the compose file" not in result.reason:
        assert "does not measure the server" in said(result, RUN)


NAMED: dict[str, tuple[set[str], set[str], set[str]]] = {
    "up == 0": ({"up"}, set(), set()),
    'sum by (a, b) (rate(x_total{c="} by (z)"}[5m])) > bool 1': ({"x_total"}, {"c"}, {"a", "b"}),
    "histogram_quantile(0.9, sum by (le) (rate(y_bucket[5m]))) / on (job) z": ({"y_bucket", "z"}, set(), {"le", "job"}),
    'job:x:rate5m{job=~"a|b"} offset 5m and absent(y)': ({"job:x:rate5m", "y"}, {"job"}, set()),
    "vector(0) or 2 * 1e3": (set(), set(), set()),
}


@pytest.mark.parametrize("expression", NAMED)
def test_what_an_expression_names_is_found(expression: str) -> None:
    metrics, labels, groupings = NAMED[expression]
    found = named(expression)
    assert (set(found.metrics), {label for _, label in found.labels}, set(found.groupings)) == (
        metrics,
        labels,
        groupings,
    )


def test_a_stack_without_an_image_is_not_judged(
    shop: ProjectSystem, tmp_path: Path, planted: Callable[..., ProjectSystem]
) -> None:
    system = copy_of(shop, tmp_path, [(".backwright/run.json", '"image": {', '"picture": {')])
    result = GATE.run(system)
    assert result.status == "not_run"
    assert "how its image is built" in result.reason
