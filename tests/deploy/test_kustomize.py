"""The manifests for several machines, as kubectl puts them together: rights, who reaches whom, what scales, what is named."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.deploy.manifests import BASE, DEPLOY, kubectl, kustomized, pods

pytestmark = pytest.mark.skipif(kubectl() is None, reason="kubectl is not on this machine")
OBJECTS = kustomized() if kubectl() else []
PODS = dict(pods(OBJECTS))
OWN = ("web", "worker", "ingester", "beat", "migrate")
SECRETS = {
    "database-password", "secret-key", "audit-key", "model-key", "milvus-token", "milvus-root-password", "metrics-token",
}  # fmt: skip
VERSIONS = {
    "Namespace": "v1", "PersistentVolumeClaim": "v1", "ConfigMap": "v1", "Service": "v1", "ServiceAccount": "v1",
    "Deployment": "apps/v1", "StatefulSet": "apps/v1", "Job": "batch/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1", "Ingress": "networking.k8s.io/v1", "NetworkPolicy": "networking.k8s.io/v1",
    "Role": "rbac.authorization.k8s.io/v1", "RoleBinding": "rbac.authorization.k8s.io/v1",
}  # fmt: skip
"""Kinds and the versions in which clusters of the last three years take them."""


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in OBJECTS if one["kind"] == kind}


def containers() -> list[tuple[str, dict[str, Any]]]:
    return [(name, one) for name, pod in PODS.items() for one in pod["containers"]]


def names_of(thing: tuple[str, dict[str, Any]]) -> str:
    return thing[0] if isinstance(thing, tuple) else ""


def test_kinds_are_known_and_everything_is_in_the_namespace() -> None:
    for one in OBJECTS:
        assert VERSIONS[one["kind"]] == one["apiVersion"]
        assert one["kind"] == "Namespace" or one["metadata"]["namespace"] == "lawqa"
    assert set(PODS) == {*OWN, "postgres", "redis", "milvus", "answer", "keywords", "router", "models"}


def test_what_selects_pods_finds_them() -> None:
    labels = [
        one["spec"]["template"]["metadata"]["labels"] for one in OBJECTS if "template" in one.get("spec", {})
    ]
    for one in OBJECTS:
        spec = one.get("spec", {})
        chosen = spec.get("podSelector") or spec.get("selector") or {}
        wanted = chosen.get("matchLabels", chosen)
        if wanted and one["kind"] in VERSIONS and one["kind"] != "PersistentVolumeClaim":
            assert [own for own in labels if wanted.items() <= own.items()], one["metadata"]["name"]


@pytest.mark.parametrize("thing", containers(), ids=names_of)
def test_nobody_has_rights_beyond_need(thing: tuple[str, dict[str, Any]]) -> None:
    name, container = thing
    pod, rights = PODS[name], container["securityContext"]
    assert rights["allowPrivilegeEscalation"] is False
    assert rights["capabilities"] == {"drop": ["ALL"]}
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    assert not [volume for volume in pod.get("volumes", []) if "hostPath" in volume]
    assert pod.get("automountServiceAccountToken") is False or pod["serviceAccountName"] == "router"
    assert container["resources"]["requests"]["cpu"]
    assert (
        "memory" in container["resources"]["limits"] or "nvidia.com/gpu" in container["resources"]["limits"]
    )


@pytest.mark.parametrize("name", OWN)
def test_lawqas_own_processes_meet_the_strictest_standard(name: str) -> None:
    pod = PODS[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_router_reads_which_servers_there_are_and_no_more() -> None:
    rules = of("Role")["router"]["rules"]
    assert rules == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}]
    assert of("RoleBinding")["router"]["subjects"][0]["name"] == PODS["router"]["serviceAccountName"]


def settings() -> list[tuple[str, str]]:
    (config,) = (one["data"] for name, one in of("ConfigMap").items() if name.startswith("lawqa-"))
    return sorted((name, value) for name, value in config.items() if "://" in value)


@pytest.mark.parametrize(("setting", "address"), settings())
def test_every_address_is_a_service_before_pods_that_listen_there(setting: str, address: str) -> None:
    parts = urlsplit(address)
    service = of("Service")[str(parts.hostname)]["spec"]
    (port,) = (one for one in service["ports"] if one["port"] == parts.port)
    listening = PODS[str(parts.hostname)]["containers"][0]["ports"]
    target = port.get("targetPort", port["port"])
    assert [one for one in listening if target in {one.get("name"), one["containerPort"]}], setting
    assert allowed("worker", str(parts.hostname), int(parts.port or 0))
    assert not allowed("milvus", str(parts.hostname), int(parts.port or 0))


def allowed(source: str, target: str, port: int) -> bool:
    """Whether both ends' policies let it through."""
    return _lets(source, "egress", "to", target, port) and _lets(target, "ingress", "from", source, port)


def _lets(name: str, way: str, word: str, other: str, port: int) -> bool:
    mine, theirs = _labels(name), _labels(other)
    for policy in of("NetworkPolicy").values():
        spec = policy["spec"]
        if not spec["podSelector"].get("matchLabels", {}).items() <= mine.items():
            continue
        for rule in spec.get(way, []):
            peers = [one["podSelector"]["matchLabels"] for one in rule[word] if "podSelector" in one]
            ports = {one["port"] for one in rule["ports"]}
            if port in ports and any(peer.items() <= theirs.items() for peer in peers):
                return True
    return False


def _labels(name: str) -> dict[str, str]:
    (found,) = (
        one["spec"]["template"]["metadata"]["labels"]
        for one in OBJECTS
        if one["metadata"]["name"] == name and "template" in one.get("spec", {})
    )
    return dict(found)


@pytest.mark.parametrize(
    ("source", "target", "port", "may"),
    [
        ("models", "router", 8021, True), ("router", "answer", 8011, True), ("models", "keywords", 8012, True),
        ("worker", "router", 8021, False), ("worker", "answer", 8011, False), ("web", "keywords", 8012, False),
        ("answer", "postgres", 5432, False), ("router", "postgres", 5432, False), ("models", "redis", 6379, False),
        ("answer", "web", 8000, False), ("postgres", "redis", 6379, False),
    ],
)  # fmt: skip
def test_who_may_speak_to_whom(source: str, target: str, port: int, may: bool) -> None:
    assert allowed(source, target, port) is may


def test_nobody_speaks_to_anybody_unless_it_is_said() -> None:
    nobody = of("NetworkPolicy")["nobody"]["spec"]
    assert nobody == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    outside = [
        name
        for name, policy in of("NetworkPolicy").items()
        for rule in policy["spec"].get("egress", [])
        for one in rule["to"]
        if "ipBlock" in one
    ]
    assert outside == ["router"], "it asks the cluster which model servers there are"


def test_web_and_workers_scale_apart() -> None:
    scaled = {
        name: one["spec"]["scaleTargetRef"]["name"] for name, one in of("HorizontalPodAutoscaler").items()
    }
    assert scaled == {"web": "web", "worker": "worker"}
    for name in scaled:
        bounds = of("HorizontalPodAutoscaler")[name]["spec"]
        assert bounds["minReplicas"] == of("Deployment")[name]["spec"]["replicas"] < bounds["maxReplicas"]
    assert of("Deployment")["web"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert of("PodDisruptionBudget")["web"]["spec"]["minAvailable"] >= 1


def test_a_page_is_served_by_nobody_who_is_not_ready() -> None:
    container = PODS["web"]["containers"][0]
    for probe in ("startupProbe", "readinessProbe"):
        assert container[probe]["exec"]["command"] == ["python", "deploy/healthy.py"]
    assert container["livenessProbe"]["exec"]["command"][-1] == "/healthz", (
        "a database that is away restarts no page"
    )


def test_secrets_are_those_of_the_readme_and_none_is_written_down() -> None:
    asked: set[str] = set()
    for name, container in containers():
        for one in container.get("env", []):
            if "valueFrom" in one:
                asked.add(one["valueFrom"]["secretKeyRef"]["key"])
            elif re.search(r"PASSWORD|TOKEN|SECRET|_KEY", one["name"]) and "KEYWORDS" not in one["name"]:
                assert one["name"].endswith("_FILE"), f"{name}: {one['name']}"
                asked.add(one["value"].rpartition("/")[2])
    assert asked == SECRETS
    assert not [one for one in OBJECTS if one["kind"] == "Secret"]
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert all(f"--from-literal={key}=" in readme or f"--from-file={key}" in readme for key in SECRETS)


@pytest.mark.parametrize("thing", containers(), ids=names_of)
def test_secrets_that_are_read_from_files_are_mounted(thing: tuple[str, dict[str, Any]]) -> None:
    name, container = thing
    mounted = {
        item["path"]
        for volume in PODS[name].get("volumes", [])
        if "secret" in volume
        for item in volume["secret"]["items"]
    }
    read = {
        one["value"].rpartition("/")[2]
        for one in container.get("env", [])
        if one.get("value", "").startswith("/run/secrets/")
    }
    assert read <= mounted


@pytest.mark.parametrize("thing", containers(), ids=names_of)
def test_images_have_a_version(thing: tuple[str, dict[str, Any]]) -> None:
    _, _, tag = thing[1]["image"].rpartition(":")
    assert re.match(r"v?\d", tag), "latest is another one tomorrow"


@pytest.mark.parametrize(("name", "context"), [("answer", 16384), ("keywords", 4096)])
def test_models_are_served_with_the_flags_of_the_script(name: str, context: int) -> None:
    script = (DEPLOY / "vllm/serve.sh").read_text(encoding="utf-8").partition("\nexec ")[2]
    flags = set(re.findall(r"--[a-z-]+", script))
    (container,) = PODS[name]["containers"]
    given = {argument.partition("=")[0]: argument.partition("=")[2] for argument in container["args"]}
    assert set(given) == flags
    assert given["--max-model-len"] == str(context)
    structured = re.search(r"--structured-outputs-config '(.+)'", script)
    assert structured
    assert given["--structured-outputs-config"] == structured[1]
    environment = {one["name"] for one in container["env"]}
    assert environment >= {"VLLM_API_KEY", "HF_HUB_OFFLINE", "VLLM_NO_USAGE_STATS", "DO_NOT_TRACK"}
    assert not environment & {"VLLM_SERVER_DEV_MODE", "VLLM_ALLOW_RUNTIME_LORA_UPDATING"}


def test_the_router_keeps_what_begins_alike_together() -> None:
    given = dict(one.removeprefix("--").split("=", 1) for one in PODS["router"]["containers"][0]["args"])
    assert given["routing-logic"] == "prefixaware"
    key, _, value = given["k8s-label-selector"].partition("=")
    assert _labels("answer")[key] == value
    assert given["k8s-namespace"] == "lawqa"
    assert int(given["k8s-port"]) == PODS["answer"]["containers"][0]["ports"][0]["containerPort"]


def test_the_brokers_settings_are_those_of_one_machine() -> None:
    assert (BASE / "redis.conf").read_bytes() == (DEPLOY / "redis.conf").read_bytes()


def test_the_example_overlay_changes_host_image_and_sizes_everywhere() -> None:
    changed = kustomized(DEPLOY / "kustomize/example")
    by_name = {(one["kind"], one["metadata"]["name"]): one for one in changed}
    assert by_name["Ingress", "web"]["spec"]["rules"][0]["host"] == "recht.kanzlei.example"
    (config,) = (
        one["data"] for (kind, name), one in by_name.items() if kind == "ConfigMap" and name[:6] == "lawqa-"
    )
    assert config["LAWQA_ALLOWED_HOSTS"] == "recht.kanzlei.example"
    assert config["LAWQA_INDEX"] == "milvus"
    own = [pod["containers"][0]["image"] for name, pod in pods(changed) if name in OWN]
    assert own == ["images.kanzlei.example/lawqa:2026.11"] * len(OWN)
    assert by_name["Deployment", "worker"]["spec"]["replicas"] == 8
