"""The deployment files, as far as they can be checked without a container engine: syntax, names, and each other."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from app import environment, jobs
from app.deploy import rehearse, supervise
from app.operations import health, metrics

HERE = Path(rehearse.__file__).parent
# What Prometheus appends to the name of a family of metrics.
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}


def variables() -> set[str]:
    """The settings that a deployment has, as their table documents them."""
    return set(re.findall(r"``(BEYOND_\w+)``", environment.__doc__ or ""))


def test_the_readme_lists_every_setting() -> None:
    readme = (rehearse.ROOT / "README.md").read_text()
    assert variables() == set(re.findall(r"\| `(BEYOND_\w+)` \|", readme))


def test_compose_and_kubernetes_name_settings_that_exist() -> None:
    for name in ("compose.yaml", "kubernetes.yaml", "Dockerfile"):
        named = set(re.findall(r"BEYOND_[A-Z_]+", (HERE / name).read_text()))
        assert named
        assert named <= variables(), name


def test_compose_runs_two_replicas_that_may_write_nowhere() -> None:
    services = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]
    sites = [service for name, service in services.items() if name.startswith("site")]
    assert len(sites) == 2
    assert all(site["read_only"] and site["cap_drop"] == ["ALL"] for site in sites)
    assert all(name in services["proxy"]["environment"]["SERVERS"] for name in ("site-1:8501", "site-2:8501"))


def test_the_cluster_waits_until_a_replica_is_warm_and_keeps_one() -> None:
    parts = {part["kind"]: part for part in yaml.safe_load_all((HERE / "kubernetes.yaml").read_text())}
    (site,) = parts["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert site["readinessProbe"]["httpGet"]["path"] == "/_stcore/health"
    assert site["securityContext"]["readOnlyRootFilesystem"]
    assert {"cpu", "memory"} <= site["resources"]["limits"].keys()
    assert parts["PodDisruptionBudget"]["spec"]["minAvailable"] == 1


def test_whatever_runs_the_site_starts_it_again_when_it_stands_still() -> None:
    """The supervisor inside the image, and the kubelet if that does not help; docker alone only marks a container."""
    image = (HERE / "Dockerfile").read_text()
    assert re.search(r'^CMD \["python", "app/deploy/supervise.py",', image, re.MULTILINE)
    assert health.PATH in image
    parts = {part["kind"]: part for part in yaml.safe_load_all((HERE / "kubernetes.yaml").read_text())}
    (site,) = parts["Deployment"]["spec"]["template"]["spec"]["containers"]
    probes = [site[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")]
    assert probes == [health.PATH] * 3
    assert supervise.health_address([]).endswith(health.PATH)
    assert "app/deploy/supervise.py" in (rehearse.ROOT / "Makefile").read_text()


def test_the_dashboard_asks_for_metrics_that_exist() -> None:
    collectors = (metrics.REGISTRY, metrics.Caches({}), metrics.Queue(jobs.queue))
    families = [family for collector in collectors for family in collector.collect()]
    known = {family.name + ending for family in families for ending in ENDINGS.get(family.type, ("",))}
    panels = json.loads((HERE / "grafana.json").read_text())["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(asked) >= 9
    for expression in asked:
        names = set(re.findall(r"(?:beyond|process)_\w+", expression))
        assert names
        assert names <= known, expression


def test_the_proxy_fills_in_every_blank() -> None:
    text = rehearse.configuration(8080, [8501, 8502], rehearse.LIMITS)
    assert "${" not in text
    assert "server 127.0.0.1:8502 max_fails=1" in text
    blanks = set(re.findall(r"\$\{(\w+)\}", re.sub(r"(?m)^#.*$", "", (HERE / "nginx.conf.template").read_text())))
    compose = yaml.safe_load((HERE / "compose.yaml").read_text())
    assert blanks == compose["services"]["proxy"]["environment"].keys()


@pytest.mark.skipif(rehearse.NGINX is None, reason="nginx is not installed")
def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "site.conf").write_text(rehearse.configuration(rehearse.free_port(), [8501, 8502], rehearse.LIMITS))
    (tmp_path / "nginx.conf").write_text(rehearse.MAIN.substitute(folder=tmp_path))
    checked = subprocess.run(
        [str(rehearse.NGINX), "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
