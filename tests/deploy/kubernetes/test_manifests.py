"""Manifests of each overlay, as Kustomize makes them, against the schemas of the Kubernetes API and our own rules."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.local.stack.services import SERVICES

FOLDER = Path(__file__).parents[3] / "deploy" / "kubernetes"
OVERLAYS = ("overlays/trial", "overlays/production", "topology", "migrations")
VERSIONS = ("1.31", "1.34")
OPERATORS = {"RabbitmqCluster", "MongoDBCommunity", "ScaledObject", "TriggerAuthentication"}
"""Kinds of operators, whose schemas no package carries."""
KUSTOMIZE = ("kustomize", "build") if shutil.which("kustomize") else ("kubectl", "kustomize")

pytestmark = pytest.mark.skipif(shutil.which(KUSTOMIZE[0]) is None, reason="neither kustomize nor kubectl is installed")
Manifest = dict[str, Any]


@cache
def made(overlay: str) -> tuple[Manifest, ...]:
    run = subprocess.run([*KUSTOMIZE, str(FOLDER / overlay)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return tuple(yaml.safe_load_all(run.stdout))


def of_kind(overlay: str, kind: str) -> dict[str, Manifest]:
    return {it["metadata"]["name"]: it for it in made(overlay) if it["kind"] == kind}


def pod_of(manifest: Manifest) -> Manifest:
    spec: Manifest = manifest["spec"]["template"]["spec"]
    return spec


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_manifests_are_as_the_kubernetes_api_describes_them(overlay: str) -> None:
    checked = [it for it in made(overlay) if it["kind"] not in OPERATORS]
    for manifest in checked:
        for version in VERSIONS:
            kubernetes_validate.validate(manifest, version, strict=True)
    assert len(checked) >= 1


def test_a_field_that_there_is_not_is_found() -> None:
    broken = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"portz": []}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, VERSIONS[0], strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_container_has_rights_that_it_does_not_need(overlay: str) -> None:
    pods = [pod_of(it) for kind in ("Deployment", "Job") for it in of_kind(overlay, kind).values()]
    assert pods
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"]
            assert not rights["allowPrivilegeEscalation"]
            assert rights["capabilities"]["drop"] == ["ALL"]
            assert "memory" in container["resources"]["limits"]
            assert re.search(r"[:@][\w.:-]+$", container["image"])
            assert not container["image"].endswith(":latest")
            assert "env" not in container or not any("_URL" in it["name"] for it in container["env"])


@pytest.mark.parametrize("overlay", OVERLAYS[:2])
def test_each_service_is_probed_kept_and_drained(overlay: str) -> None:
    deployments, budgets = of_kind(overlay, "Deployment"), of_kind(overlay, "PodDisruptionBudget")
    assert {*SERVICES, "broker", "store", "site"} == set(budgets)
    for name in SERVICES:
        pod = pod_of(deployments[name])
        (container,) = pod["containers"]
        assert container["args"] == [f"services.{name}"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
        assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
        assert deployments[name]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert waits < pod["terminationGracePeriodSeconds"]
        selected = deployments[name]["spec"]["selector"]["matchLabels"]
        assert selected == budgets[name]["spec"]["selector"]["matchLabels"]
        assert selected.items() <= deployments[name]["spec"]["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize("overlay", OVERLAYS[:2])
def test_queues_scale_intake_and_notifier_and_never_dispatcher(overlay: str) -> None:
    scaled = of_kind(overlay, "ScaledObject")
    assert {it["spec"]["scaleTargetRef"]["name"] for it in scaled.values()} == {"intake", "notifier"}
    deployments = of_kind(overlay, "Deployment")
    for name, it in scaled.items():
        assert "replicas" not in deployments[name]["spec"], "a roll-out would undo the scaling"
        pattern = it["spec"]["triggers"][0]["metadata"]["queueName"]
        assert re.search(pattern, f"{name}.campaign.approved.v1")
        assert not any(re.search(pattern, f"{other}.campaign.approved.v1") for other in SERVICES if other != name)
        assert not any(re.search(pattern, f"{name}.{end}") for end in ("dead", "retry.60s"))


def test_nothing_is_reached_but_what_is_named_and_nothing_secret_is_in_a_manifest() -> None:
    policies = of_kind("overlays/production", "NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert of_kind("overlays/production", "Secret") == {}
    assert {it["metadata"]["namespace"] for it in made("overlays/production") if it["kind"] != "Namespace"} == {
        "one-to-many"
    }


def test_the_broker_and_the_store_have_three_members_on_three_machines_and_tls_alone() -> None:
    broker = of_kind("overlays/production", "RabbitmqCluster")["broker"]["spec"]
    store = of_kind("overlays/production", "MongoDBCommunity")["store"]["spec"]
    assert (broker["replicas"], store["members"]) == (3, 3)
    assert broker["tls"]["disableNonTLSListeners"]
    assert store["security"]["tls"]["enabled"]
    assert {user["name"] for user in store["users"]} == set(SERVICES)


def test_each_database_is_migrated_by_a_container_that_knows_no_other() -> None:
    pod = pod_of(of_kind("migrations", "Job")["migrations"])
    volumes = {it["name"]: it.get("secret", {}).get("secretName") for it in pod["volumes"]}
    assert {it["args"][-1] for it in pod["containers"]} == set(SERVICES)
    for container in pod["containers"]:
        name = container["args"][-1]
        keys = {"keys"} if name in ("dispatcher", "intake") else set()  # by whose tokens customers are found
        assert {volumes[it["name"]] for it in container["volumeMounts"]} - {None} == {f"{name}-connections", *keys}
    policies = of_kind("overlays/production", "NetworkPolicy")
    allowed = policies["store"]["spec"]["ingress"][0]["from"]
    assert {"podSelector": {"matchLabels": {"app": "migrations"}}} in allowed
    assert policies["migrations"]["spec"]["podSelector"] == {"matchLabels": {"app": "migrations"}}
