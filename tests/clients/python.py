"""The Python client (PyPI: kubernetes) against an API server: KUBECONFIG names it.

Every step asserts what a server of upstream's answers; the name of each is printed when it is done.
"""

import json
import threading

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock

config.load_kube_config()
core, apps = client.CoreV1Api(), client.AppsV1Api()
SPACE = "python"


def refused(code, reason, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except ApiException as error:
        assert error.status == code, error
        assert json.loads(error.body)["reason"] == reason, error.body
        return json.loads(error.body)
    raise AssertionError(f"{call} is not refused")


def config_map(name, data, **meta):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, **meta), data=data)


def version():
    found = client.VersionApi().get_code()
    assert (found.major, found.minor) == ("1", "36"), found
    groups = client.ApisApi().get_api_versions().groups
    assert "apps" in [group.name for group in groups]


def objects():
    core.create_namespace({"metadata": {"name": SPACE}})
    made = core.create_namespaced_config_map(SPACE, config_map("a", {"k": "1"}, labels={"x": "y"}))
    assert made.metadata.uid and made.metadata.creation_timestamp.tzinfo
    refused(409, "AlreadyExists", core.create_namespaced_config_map, SPACE, config_map("a", {}))
    refused(404, "NotFound", core.read_namespaced_config_map, "none", SPACE)
    wrong = refused(422, "Invalid", core.create_namespaced_config_map, SPACE, config_map("A B", {}))
    assert wrong["details"]["causes"][0]["field"] == "metadata.name", wrong
    patched = core.patch_namespaced_config_map("a", SPACE, {"data": {"k": "2", "l": "3"}})
    assert patched.data == {"k": "2", "l": "3"}
    made.data = {"stale": "yes"}
    refused(409, "Conflict", core.replace_namespaced_config_map, "a", SPACE, made)
    patched.data = {"fresh": "yes"}
    assert core.replace_namespaced_config_map("a", SPACE, patched).data == {"fresh": "yes"}
    for index in range(5):
        core.create_namespaced_config_map(SPACE, config_map(f"p{index}", {}))
    names, token = [], None
    while True:
        page = core.list_namespaced_config_map(SPACE, limit=2, _continue=token)
        names += [item.metadata.name for item in page.items]
        token = page.metadata._continue
        if not token:
            break
    assert [name for name in names if name != "kube-root-ca.crt"] == ["a", "p0", "p1", "p2", "p3", "p4"], names
    chosen = core.list_namespaced_config_map(SPACE, label_selector="x in (y,z),!w")
    assert [item.metadata.name for item in chosen.items] == ["a"]
    dry = core.delete_namespaced_config_map("p4", SPACE, dry_run="All")
    assert dry["status"] == "Success" and core.read_namespaced_config_map("p4", SPACE)
    core.delete_collection_namespaced_config_map(SPACE, field_selector="metadata.name!=a")
    left = [item.metadata.name for item in core.list_namespaced_config_map(SPACE).items]
    assert left == ["a"], left


def workloads():
    container = client.V1Container(name="c", image="x:1", ports=[client.V1ContainerPort(container_port=80)])
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels={"app": "d"}), spec=client.V1PodSpec(containers=[container]))
    spec = client.V1DeploymentSpec(
        replicas=2, selector=client.V1LabelSelector(match_labels={"app": "d"}), template=template)
    made = apps.create_namespaced_deployment(
        SPACE, client.V1Deployment(metadata=client.V1ObjectMeta(name="d"), spec=spec))
    assert made.spec.strategy.type == "RollingUpdate" and made.spec.revision_history_limit == 10
    scale = apps.patch_namespaced_deployment_scale("d", SPACE, {"spec": {"replicas": 5}})
    assert scale.spec.replicas == 5
    # A list: a strategic merge patch.
    changed = apps.patch_namespaced_deployment(
        "d", SPACE, {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "x:2"}]}}}})
    found = changed.spec.template.spec.containers
    assert len(found) == 1 and found[0].image == "x:2" and found[0].ports[0].container_port == 80
    jobs = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"template": {
        "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x"}]}}}}
    utils.create_from_dict(client.ApiClient(), jobs, namespace=SPACE)
    assert client.BatchV1Api().read_namespaced_job_status("j", SPACE).spec.completions == 1
    client.BatchV1Api().delete_namespaced_job("j", SPACE, propagation_policy="Background")
    secret = core.create_namespaced_secret(
        SPACE, client.V1Secret(metadata=client.V1ObjectMeta(name="s"), string_data={"a": "b"}))
    assert secret.data == {"a": "Yg=="} and secret.type == "Opaque"
    service = core.create_namespaced_service(SPACE, {
        "metadata": {"name": "web"}, "spec": {"selector": {"app": "d"}, "ports": [{"port": 80}]}})
    assert service.spec.cluster_ip.startswith("10.96."), service.spec


def reviews():
    review = client.AuthorizationV1Api().create_self_subject_access_review({
        "spec": {"resource_attributes": {"verb": "get", "resource": "pods"}}})
    assert review.status.allowed
    core.create_namespaced_service_account(SPACE, {"metadata": {"name": "robot"}})
    token = core.create_namespaced_service_account_token("robot", SPACE, {"spec": {"expirationSeconds": 600}})
    other = client.Configuration()
    other.host, other.verify_ssl = client.Configuration.get_default_copy().host, False
    # Versions of the client differ in what the key is called.
    other.api_key = {name: f"Bearer {token.status.token}" for name in ["authorization", "BearerToken"]}
    robot = client.CoreV1Api(client.ApiClient(other))
    error = refused(403, "Forbidden", robot.list_namespaced_pod, SPACE)
    assert f"system:serviceaccount:{SPACE}:robot" in error["message"], error


def watches():
    start = core.list_namespaced_config_map(SPACE).metadata.resource_version
    seen = []

    def change():
        core.create_namespaced_config_map(SPACE, config_map("w", {"n": "1"}))
        core.patch_namespaced_config_map("w", SPACE, {"data": {"n": "2"}})
        core.delete_namespaced_config_map("w", SPACE)

    writer = threading.Thread(target=change)
    writer.start()
    stream = watch.Watch()
    for event in stream.stream(core.list_namespaced_config_map, SPACE, resource_version=start, timeout_seconds=60):
        seen.append((event["type"], event["object"].data["n"]))
        if event["type"] == "DELETED":
            stream.stop()
    writer.join()
    assert seen == [("ADDED", "1"), ("MODIFIED", "2"), ("DELETED", "2")], seen


def dynamically():
    dyn = dynamic.DynamicClient(client.ApiClient())
    maps = dyn.resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ssa", "namespace": SPACE}, "data": {"a": "1"}}
    dyn.server_side_apply(maps, body, name="ssa", namespace=SPACE, field_manager="one")
    body["data"]["a"] = "2"
    try:
        dyn.server_side_apply(maps, body, name="ssa", namespace=SPACE, field_manager="two")
        raise AssertionError("no conflict")
    except dynamic.exceptions.ConflictError as error:
        assert json.loads(error.body)["details"]["causes"][0]["reason"] == "FieldManagerConflict"
    forced = dyn.server_side_apply(
        maps, body, name="ssa", namespace=SPACE, field_manager="two", force_conflicts=True)
    assert forced.data.a == "2"
    managers = {entry.manager: entry.operation for entry in forced.metadata.managedFields}
    assert managers == {"two": "Apply"}, managers
    definitions = dyn.resources.get(api_version="apiextensions.k8s.io/v1", kind="CustomResourceDefinition")
    definitions.create({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "snakes.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "snakes", "kind": "Snake"},
            "versions": [{
                "name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {"type": "object", "properties": {"length": {"type": "integer", "maximum": 9}}},
                    "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                }}},
            }],
        },
    })
    stream = watch.Watch()
    extensions = client.ApiextensionsV1Api()
    for event in stream.stream(extensions.list_custom_resource_definition, timeout_seconds=60):
        conditions = event["object"].status.conditions or []
        if any(one.type == "Established" and one.status == "True" for one in conditions):
            stream.stop()
    # What is established is served in a moment.
    for _ in range(200):
        try:
            dyn.resources.invalidate_cache()
            snakes = dyn.resources.get(api_version="example.com/v1", kind="Snake")
            break
        except dynamic.exceptions.ResourceNotFoundError:
            threading.Event().wait(0.05)
    snakes.create({"apiVersion": "example.com/v1", "kind": "Snake", "metadata": {"name": "s"}, "spec": {"length": 3}},
                  namespace=SPACE)
    custom = client.CustomObjectsApi()
    place = ("example.com", "v1", SPACE, "snakes", "s")
    refused(422, "Invalid", custom.patch_namespaced_custom_object, *place, {"spec": {"length": 10}})
    custom.patch_namespaced_custom_object_status(*place, {"status": {"fed": True}})
    assert custom.get_namespaced_custom_object(*place)["status"] == {"fed": True}
    extensions.delete_custom_resource_definition("snakes.example.com")


def elections():
    led = threading.Event()

    def lead():
        led.set()

    lock = LeaseLock("leader", SPACE, "me")
    settings = electionconfig.Config(
        lock, lease_duration=17, renew_deadline=15, retry_period=5, onstarted_leading=lead, onstopped_leading=None)
    threading.Thread(target=leaderelection.LeaderElection(settings).run, daemon=True).start()
    assert led.wait(60), "nobody leads"
    lease = client.CoordinationV1Api().read_namespaced_lease("leader", SPACE)
    assert lease.spec.holder_identity == "me", lease


for step in [version, objects, workloads, reviews, watches, dynamically, elections]:
    step()
    print(step.__name__, flush=True)
