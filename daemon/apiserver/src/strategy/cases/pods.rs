//! A table of what may not be in a pod: each line spoils a pod that is right, and names the field that
//! is blamed for it. The same place with something else in it is right again.

use serde_json::{Value, json};

use super::{Part, Table};

fn good() -> Value {
    json!({"spec": {
        "containers": [{"name": "c", "image": "x:1", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
        "volumes": [{"name": "v", "emptyDir": {}}],
    }})
}

/// Where, what is wrong there, the beginning of what is said, and what would be right.
type Case = (&'static str, Value, &'static str, Value);

fn cases() -> Vec<Case> {
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let node = |expression: Value| json!({"nodeAffinity": {required: {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}});
    let term = |key: &str| json!({"podAffinity": {required: [{"topologyKey": key, "labelSelector": {}}]}});
    let spread = |skew: i64, key: &str, when: &str, more: Value| {
        let mut one = json!({"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": when});
        more.as_object().into_iter().flatten().for_each(|(name, value)| one[name] = value.clone());
        json!([one])
    };
    let environment = |from: Value| json!([{"name": "A", "valueFrom": from}]);
    let volume = |source: Value| {
        let mut one = json!({"name": "v"});
        source.as_object().into_iter().flatten().for_each(|(name, value)| one[name] = value.clone());
        json!([one])
    };
    vec![
        (
            "affinity",
            json!({"nodeAffinity": {required: {"nodeSelectorTerms": []}}}),
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value",
            node(json!({"key": "a", "operator": "Exists"})),
        ),
        (
            "affinity",
            node(json!({"key": "a", "operator": "In"})),
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value",
            node(json!({"key": "a", "operator": "In", "values": ["b"]})),
        ),
        (
            "affinity",
            node(json!({"key": "a", "operator": "Exists", "values": ["b"]})),
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Forbidden",
            node(json!({"key": "a", "operator": "DoesNotExist"})),
        ),
        (
            "affinity",
            node(json!({"key": "a", "operator": "Gt", "values": ["1", "2"]})),
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value",
            node(json!({"key": "a", "operator": "Lt", "values": ["1"]})),
        ),
        (
            "affinity",
            node(json!({"key": "a", "operator": "Near"})),
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value",
            node(json!({"key": "a", "operator": "NotIn", "values": ["b"]})),
        ),
        (
            "affinity",
            json!({"nodeAffinity": {preferred: [{"weight": 0, "preference": {}}]}}),
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value",
            json!({"nodeAffinity": {preferred: [{"weight": 100, "preference": {}}]}}),
        ),
        (
            "affinity",
            json!({"nodeAffinity": {required: {"nodeSelectorTerms": [{"matchFields": [{"key": "spec.x", "operator": "In", "values": ["n"]}]}]}}}),
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: Invalid value",
            json!({"nodeAffinity": {required: {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}]}}}),
        ),
        (
            "affinity",
            term(""),
            "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value",
            term("zone"),
        ),
        (
            "topologySpreadConstraints",
            spread(0, "zone", "DoNotSchedule", json!({})),
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value",
            spread(1, "zone", "DoNotSchedule", json!({})),
        ),
        (
            "topologySpreadConstraints",
            spread(1, "", "DoNotSchedule", json!({})),
            "spec.topologySpreadConstraints[0].topologyKey: Required value",
            spread(1, "zone", "ScheduleAnyway", json!({})),
        ),
        (
            "topologySpreadConstraints",
            spread(1, "zone", "Maybe", json!({})),
            "spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value",
            spread(1, "zone", "DoNotSchedule", json!({"minDomains": 2})),
        ),
        (
            "topologySpreadConstraints",
            spread(1, "zone", "ScheduleAnyway", json!({"minDomains": 1})),
            "spec.topologySpreadConstraints[0].minDomains: Invalid value",
            spread(1, "zone", "DoNotSchedule", json!({"nodeTaintsPolicy": "Honor"})),
        ),
        (
            "topologySpreadConstraints",
            spread(1, "zone", "DoNotSchedule", json!({"nodeAffinityPolicy": "Mind"})),
            "spec.topologySpreadConstraints[0].nodeAffinityPolicy: Unsupported value",
            json!([]),
        ),
        (
            "topologySpreadConstraints",
            spread(1, "zone", "DoNotSchedule", json!({"matchLabelKeys": ["a"]})),
            "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden",
            spread(1, "zone", "DoNotSchedule", json!({"matchLabelKeys": ["a"], "labelSelector": {}})),
        ),
        (
            "schedulingGates",
            json!([{"name": "a b"}]),
            "spec.schedulingGates[0]: Invalid value",
            json!([{"name": "example.com/a"}]),
        ),
        (
            "schedulingGates",
            json!([{"name": "a"}, {"name": "a"}]),
            "spec.schedulingGates[1]: Duplicate value",
            json!([{"name": "a"}, {"name": "b"}]),
        ),
        (
            "readinessGates",
            json!([{"conditionType": "a b"}]),
            "spec.readinessGates[0].conditionType: Invalid value",
            json!([{"conditionType": "example.com/Ready"}]),
        ),
        (
            "securityContext",
            json!({"runAsUser": -1}),
            "spec.securityContext.runAsUser: Invalid value",
            json!({"runAsUser": 0}),
        ),
        (
            "securityContext",
            json!({"fsGroup": 1u64 << 31}),
            "spec.securityContext.fsGroup: Invalid value",
            json!({"fsGroup": 5}),
        ),
        (
            "securityContext",
            json!({"supplementalGroups": [1, -1]}),
            "spec.securityContext.supplementalGroups[1]: Invalid value",
            json!({"supplementalGroups": [1]}),
        ),
        (
            "securityContext",
            json!({"seccompProfile": {"type": "Localhost"}}),
            "spec.securityContext.seccompProfile.localhostProfile: Required value",
            json!({"seccompProfile": {"type": "Localhost", "localhostProfile": "a/b.json"}}),
        ),
        (
            "securityContext",
            json!({"seccompProfile": {"type": "RuntimeDefault", "localhostProfile": "a"}}),
            "spec.securityContext.seccompProfile.localhostProfile: Invalid value",
            json!({"seccompProfile": {"type": "RuntimeDefault"}}),
        ),
        (
            "securityContext",
            json!({"seccompProfile": {"type": "Mild"}}),
            "spec.securityContext.seccompProfile.type: Unsupported value",
            json!({"seccompProfile": {"type": "Unconfined"}}),
        ),
        (
            "securityContext",
            json!({"fsGroupChangePolicy": "Never"}),
            "spec.securityContext.fsGroupChangePolicy: Unsupported value",
            json!({"fsGroupChangePolicy": "OnRootMismatch"}),
        ),
        (
            "securityContext",
            json!({"sysctls": [{"name": "A B", "value": "1"}]}),
            "spec.securityContext.sysctls[0].name: Invalid value",
            json!({"sysctls": [{"name": "net.ipv4.ip_forward", "value": "1"}]}),
        ),
        (
            "securityContext",
            json!({"sysctls": [{"name": "a", "value": "1"}, {"name": "a", "value": "1"}]}),
            "spec.securityContext.sysctls[1].name: Duplicate value",
            json!({"sysctls": [{"name": "kernel/shm_rmid_forced", "value": "1"}]}),
        ),
        ("preemptionPolicy", json!("Maybe"), "spec.preemptionPolicy: Unsupported value", json!("Never")),
        ("os", json!({"name": "plan9"}), "spec.os.name: Unsupported value", json!({"name": "linux"})),
        (
            "hostAliases",
            json!([{"ip": "x", "hostnames": ["a"]}]),
            "spec.hostAliases[0].ip: Invalid value",
            json!([{"ip": "10.0.0.1", "hostnames": ["a.b"]}]),
        ),
        (
            "hostAliases",
            json!([{"ip": "::1", "hostnames": ["a_b"]}]),
            "spec.hostAliases[0].hostnames[0]: Invalid value",
            json!([{"ip": "::1"}]),
        ),
        (
            "dnsConfig",
            json!({"nameservers": ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"]}),
            "spec.dnsConfig.nameservers: Invalid value",
            json!({"nameservers": ["1.1.1.1"]}),
        ),
        (
            "dnsConfig",
            json!({"nameservers": ["dns"]}),
            "spec.dnsConfig.nameservers[0]: Invalid value",
            json!({"searches": ["a.b"]}),
        ),
        (
            "dnsConfig",
            json!({"options": [{"value": "1"}]}),
            "spec.dnsConfig.options[0]: Required value",
            json!({"options": [{"name": "ndots", "value": "1"}]}),
        ),
        (
            "containers/0/securityContext",
            json!({"runAsGroup": -2}),
            "spec.containers[0].securityContext.runAsGroup: Invalid value",
            json!({"runAsGroup": 2}),
        ),
        (
            "containers/0/securityContext",
            json!({"procMount": "Unmasked"}),
            "spec.containers[0].securityContext.procMount: Invalid value",
            json!({"procMount": "Default"}),
        ),
        (
            "containers/0/securityContext",
            json!({"allowPrivilegeEscalation": false, "capabilities": {"add": ["CAP_SYS_ADMIN"]}}),
            "spec.containers[0].securityContext: Invalid value",
            json!({"allowPrivilegeEscalation": false, "capabilities": {"add": ["NET_ADMIN"]}}),
        ),
        (
            "containers/0/lifecycle",
            json!({"preStop": {}}),
            "spec.containers[0].lifecycle.preStop: Required value",
            json!({"preStop": {"exec": {"command": ["a"]}}}),
        ),
        (
            "containers/0/lifecycle",
            json!({"postStart": {"exec": {"command": []}}}),
            "spec.containers[0].lifecycle.postStart.exec.command: Required value",
            json!({"postStart": {"httpGet": {"port": 80}}}),
        ),
        (
            "containers/0/lifecycle",
            json!({"postStart": {"exec": {"command": ["a"]}, "sleep": {"seconds": 1}}}),
            "spec.containers[0].lifecycle.postStart: Forbidden",
            json!({"preStop": {"sleep": {"seconds": 30}}}),
        ),
        (
            "containers/0/lifecycle",
            json!({"preStop": {"sleep": {"seconds": 31}}}),
            "spec.containers[0].lifecycle.preStop.sleep: Invalid value",
            json!({"preStop": {"sleep": {"seconds": 0}}}),
        ),
        (
            "containers/0/lifecycle",
            json!({"preStop": {"httpGet": {"port": 80, "scheme": "FTP"}}}),
            "spec.containers[0].lifecycle.preStop.httpGet.scheme: Unsupported value",
            json!({"preStop": {"httpGet": {"port": 80, "scheme": "HTTPS"}}}),
        ),
        (
            "containers/0/env",
            environment(json!({"fieldRef": {"fieldPath": "spec.nothing"}})),
            "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value",
            environment(json!({"fieldRef": {"fieldPath": "status.podIP"}})),
        ),
        (
            "containers/0/env",
            environment(json!({"fieldRef": {"fieldPath": "metadata.labels"}})),
            "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value",
            environment(json!({"fieldRef": {"fieldPath": "metadata.labels['a/b']"}})),
        ),
        (
            "containers/0/env",
            environment(json!({"resourceFieldRef": {"resource": "limits.x"}})),
            "spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value",
            environment(json!({"resourceFieldRef": {"resource": "limits.cpu"}})),
        ),
        (
            "containers/0/env",
            environment(json!({"secretKeyRef": {"name": "a", "key": ""}})),
            "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value",
            environment(json!({"secretKeyRef": {"name": "a", "key": "k"}})),
        ),
        (
            "containers/0/env",
            environment(json!({"configMapKeyRef": {"name": "A", "key": "k"}})),
            "spec.containers[0].env[0].valueFrom.configMapKeyRef.name: Invalid value",
            environment(json!({"configMapKeyRef": {"name": "a", "key": "k"}})),
        ),
        (
            "containers/0/envFrom",
            json!([{"configMapRef": {"name": ""}}]),
            "spec.containers[0].envFrom[0].configMapRef.name: Required value",
            json!([{"configMapRef": {"name": "a"}, "prefix": "A_"}]),
        ),
        (
            "containers/0/envFrom",
            json!([{"secretRef": {"name": "a"}, "prefix": "a=b"}]),
            "spec.containers[0].envFrom[0].prefix: Invalid value",
            json!([{"secretRef": {"name": "a"}}]),
        ),
        (
            "containers/0/resizePolicy",
            json!([{"resourceName": "disk", "restartPolicy": "NotRequired"}]),
            "spec.containers[0].resizePolicy[0].resourceName: Unsupported value",
            json!([{"resourceName": "cpu", "restartPolicy": "NotRequired"}]),
        ),
        (
            "containers/0/resizePolicy",
            json!([{"resourceName": "cpu", "restartPolicy": "Maybe"}]),
            "spec.containers[0].resizePolicy[0].restartPolicy: Unsupported value",
            json!([{"resourceName": "memory", "restartPolicy": "RestartContainer"}]),
        ),
        (
            "containers/0/resources",
            json!({"claims": [{"name": "gone"}]}),
            "spec.containers[0].resources.claims[0]: Not found",
            json!({"limits": {"cpu": "1"}}),
        ),
        (
            "volumes",
            volume(json!({"emptyDir": {"sizeLimit": "-1"}})),
            "spec.volumes[0].emptyDir.sizeLimit: Forbidden",
            volume(json!({"emptyDir": {"sizeLimit": "1Gi"}})),
        ),
        (
            "volumes",
            volume(json!({"secret": {"secretName": "s", "defaultMode": 0o1000}})),
            "spec.volumes[0].secret.defaultMode: Invalid value",
            volume(json!({"secret": {"secretName": "s", "defaultMode": 0o400}})),
        ),
        (
            "volumes",
            volume(json!({"configMap": {"name": "m", "items": [{"key": "", "path": "a"}]}})),
            "spec.volumes[0].configMap.items[0].key: Required value",
            volume(json!({"configMap": {"name": "m", "items": [{"key": "k", "path": "a/b"}]}})),
        ),
        (
            "volumes",
            volume(json!({"configMap": {"name": "m", "items": [{"key": "k", "path": "../a"}]}})),
            "spec.volumes[0].configMap.items[0].path: Invalid value",
            volume(json!({"configMap": {"name": "m"}})),
        ),
        (
            "volumes",
            volume(json!({"downwardAPI": {"items": [{"path": "a"}]}})),
            "spec.volumes[0].downwardAPI: Required value",
            volume(
                json!({"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.labels"}}]}}),
            ),
        ),
        (
            "volumes",
            volume(
                json!({"downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]}}),
            ),
            "spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value",
            volume(
                json!({"downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu", "containerName": "c"}}]}}),
            ),
        ),
        (
            "volumes",
            volume(json!({"nfs": {"server": "s", "path": "a"}})),
            "spec.volumes[0].nfs.path: Invalid value",
            volume(json!({"nfs": {"server": "s", "path": "/a"}})),
        ),
        (
            "volumes",
            volume(json!({"csi": {"driver": ""}})),
            "spec.volumes[0].csi.driver: Required value",
            volume(json!({"csi": {"driver": "d"}})),
        ),
        (
            "volumes",
            volume(
                json!({"projected": {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 599}}]}}),
            ),
            "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value",
            volume(
                json!({"projected": {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 600}}]}}),
            ),
        ),
        (
            "volumes",
            volume(
                json!({"projected": {"sources": [{"secret": {"name": "s"}, "configMap": {"name": "m"}}]}}),
            ),
            "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type",
            volume(
                json!({"projected": {"sources": [{"secret": {"name": "s"}}, {"configMap": {"name": "m"}}]}}),
            ),
        ),
    ]
}

/// The patch that puts a value at a place of the spec.
fn at(place: &str, value: &Value) -> Value {
    let mut pod = good();
    let (parent, name) = place.rsplit_once('/').unwrap_or(("", place));
    let pointer = if parent.is_empty() { "/spec".to_string() } else { format!("/spec/{parent}") };
    pod.pointer_mut(&pointer).expect("a place")[name] = value.clone();
    pod
}

#[test]
fn each_rule_refuses_and_accepts() {
    let table = Table::new("", "v1", "pods", good());
    for (place, wrong, said, right) in cases() {
        table.creations(&[(at(place, &wrong), said, at(place, &right))]);
    }
}

/// A container with these fields beside its own.
fn container(more: Value) -> Value {
    let mut pod = good();
    apimachinery::patch::merge(&mut pod["spec"]["containers"][0], more);
    pod
}

/// A pod with these fields in its spec.
fn spec(more: Value) -> Value {
    let mut pod = good();
    apimachinery::patch::merge(&mut pod["spec"], more);
    pod
}

#[test]
fn mounts_and_devices() {
    let table = Table::new("", "v1", "pods", good());
    let mount = |more: Value| {
        let mut mount = json!({"name": "v", "mountPath": "/v"});
        apimachinery::patch::merge(&mut mount, more);
        container(json!({"volumeMounts": [mount]}))
    };
    let block = |devices: Value, mounts: Value, source: Value| {
        let mut pod = container(json!({"volumeDevices": devices, "volumeMounts": mounts}));
        let mut volume = json!({"name": "b"});
        apimachinery::patch::merge(&mut volume, source);
        pod["spec"]["volumes"] = json!([{"name": "v", "emptyDir": {}}, volume]);
        pod
    };
    let claim = || json!({"persistentVolumeClaim": {"claimName": "c"}});
    let device = |name: &str, path: &str| json!({"name": name, "devicePath": path});
    let right = || block(json!([device("b", "/dev/b")]), json!([]), claim());
    table.creations(&[
        (mount(json!({"name": ""})), "spec.containers[0].volumeMounts[0].name: Required value", mount(json!({}))),
        (mount(json!({"name": "gone"})), "spec.containers[0].volumeMounts[0].name: Not found: \"gone\"", mount(json!({}))),
        (mount(json!({"mountPath": ""})), "spec.containers[0].volumeMounts[0].mountPath: Required value", mount(json!({"mountPath": "/x"}))),
        (mount(json!({"subPath": "/a"})), "spec.containers[0].volumeMounts[0].subPath: Invalid value: \"/a\": must be a relative path", mount(json!({"subPath": "a"}))),
        (mount(json!({"subPath": "a/../b"})), "spec.containers[0].volumeMounts[0].subPath: Invalid value: \"a/../b\": must not contain '..'", mount(json!({"subPathExpr": "$(A)"}))),
        (mount(json!({"subPath": "a", "subPathExpr": "b"})), "spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: \"b\": subPathExpr and subPath are mutually exclusive", mount(json!({"subPath": "a"}))),
        (mount(json!({"mountPropagation": "Both"})), "spec.containers[0].volumeMounts[0].mountPropagation: Unsupported value: \"Both\": supported values: \"Bidirectional\", \"HostToContainer\", \"None\"", mount(json!({"mountPropagation": "HostToContainer"}))),
        (mount(json!({"mountPropagation": "Bidirectional"})), "spec.containers[0].volumeMounts[0].mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers", mount(json!({"mountPropagation": "None"}))),
        (mount(json!({"recursiveReadOnly": "Enabled"})), "spec.containers[0].volumeMounts[0].recursiveReadOnly: Forbidden: may only be specified when readOnly is true", mount(json!({"recursiveReadOnly": "Enabled", "readOnly": true}))),
        (mount(json!({"recursiveReadOnly": "IfPossible", "readOnly": true, "mountPropagation": "HostToContainer"})), "spec.containers[0].volumeMounts[0].recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None", mount(json!({"recursiveReadOnly": "Disabled"}))),
        (mount(json!({"recursiveReadOnly": "Maybe"})), "spec.containers[0].volumeMounts[0].recursiveReadOnly: Unsupported value: \"Maybe\"", mount(json!({"recursiveReadOnly": "IfPossible", "readOnly": true}))),
        (block(json!([device("", "/dev/b")]), json!([]), claim()), "spec.containers[0].volumeDevices[0].name: Required value", right()),
        (block(json!([device("gone", "/dev/b")]), json!([]), claim()), "spec.containers[0].volumeDevices[0].name: Not found: \"gone\"", right()),
        (block(json!([device("b", "")]), json!([]), claim()), "spec.containers[0].volumeDevices[0].devicePath: Required value", right()),
        (block(json!([device("b", "/dev/../b")]), json!([]), claim()), "spec.containers[0].volumeDevices[0].devicePath: Invalid value: \"/dev/../b\": can not contain backsteps ('..')", right()),
        (block(json!([device("b", "/dev/b"), device("b", "/dev/c")]), json!([]), claim()), "spec.containers[0].volumeDevices[1].name: Invalid value: \"b\": must be unique", right()),
        (block(json!([device("b", "/dev/b"), device("v", "/dev/b")]), json!([]), claim()), "spec.containers[0].volumeDevices[1].devicePath: Invalid value: \"/dev/b\": must be unique", right()),
        (block(json!([device("b", "/dev/b")]), json!([]), json!({"emptyDir": {}})), "spec.containers[0].volumeDevices[0].name: Invalid value: \"b\": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode", right()),
        (block(json!([device("b", "/dev/b")]), json!([{"name": "b", "mountPath": "/b"}]), claim()), "spec.containers[0].volumeMounts[0].name: Invalid value: \"b\": must not already exist in volumeDevices", right()),
        (block(json!([device("b", "/b")]), json!([{"name": "v", "mountPath": "/b"}]), claim()), "spec.containers[0].volumeMounts[0].mountPath: Invalid value: \"/b\": must not already exist as a path in volumeDevices", right()),
    ]);
}

#[test]
fn amounts() {
    let table = Table::new("", "v1", "pods", good());
    let of = |limits: Value, requests: Value| {
        container(json!({"resources": {"limits": limits, "requests": requests}}))
    };
    let whole = |limits: Value, requests: Value, own: Value| {
        let mut pod = container(json!({"resources": own}));
        pod["spec"]["resources"] = json!({"limits": limits, "requests": requests});
        pod
    };
    let none = || json!({});
    let at = "spec.containers[0].resources";
    let said = |rest: &str| -> &'static str { Box::leak(format!("{at}{rest}").into_boxed_str()) };
    table.creations(&[
        (of(json!({"disk": "1"}), none()), said(".limits[disk]: Invalid value: \"disk\": must be a standard resource for containers"), of(json!({"a.io/disk": "1"}), none())),
        (of(json!({"no name": "1"}), none()), said(".limits[no name]: Invalid value: \"no name\""), of(json!({"ephemeral-storage": "1"}), none())),
        (of(json!({"cpu": "-1"}), none()), said(".limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"), of(json!({"cpu": "0"}), none())),
        (of(json!({"a.io/disk": "1500m"}), none()), said(".limits[a.io/disk]: Invalid value: \"1500m\": must be an integer"), of(json!({"a.io/disk": "2"}), none())),
        (of(json!({"cpu": "1"}), json!({"cpu": "2"})), said(".requests[cpu]: Invalid value: \"2\": must be less than or equal to cpu limit of 1"), of(json!({"cpu": "2"}), json!({"cpu": "1"}))),
        (of(json!({"a.io/disk": "2"}), json!({"a.io/disk": "1"})), said(".requests[a.io/disk]: Invalid value: \"1\": must be equal to a.io/disk limit of 2"), of(json!({"a.io/disk": "2"}), json!({"a.io/disk": "2"}))),
        (of(none(), json!({"a.io/disk": "1"})), said(".limits: Required value: Limit must be set for non overcommitable resources"), of(none(), json!({"cpu": "1"}))),
        (of(json!({"hugepages-2Mi": "2Mi"}), none()), said(": Forbidden: HugePages require cpu or memory"), of(json!({"hugepages-2Mi": "2Mi", "memory": "1Gi"}), none())),
        (whole(json!({"ephemeral-storage": "1"}), none(), none()), "spec.resources.limits[ephemeral-storage]: Unsupported value: \"ephemeral-storage\"", whole(json!({"cpu": "1"}), none(), none())),
        (whole(json!({"cpu": "2"}), json!({"cpu": "1"}), json!({"requests": {"cpu": "1500m"}})), "spec.resources.requests[cpu]: Invalid value: \"1\": must be greater than or equal to aggregate container requests of 1500m", whole(json!({"cpu": "2"}), json!({"cpu": "2"}), json!({"requests": {"cpu": "1500m"}}))),
        (whole(json!({"cpu": "1"}), none(), json!({"limits": {"cpu": "2"}, "requests": {"cpu": "1"}})), "spec.containers[0].resources.limits[cpu]: Invalid value: \"2\": must be less than or equal to pod limits of 1", whole(json!({"cpu": "2"}), none(), json!({"limits": {"cpu": "2"}, "requests": {"cpu": "1"}}))),
        (spec(json!({"resources": {"claims": [{"name": "a"}]}})), "spec.resources.claims: Forbidden: claims are not supported for Resources at pod-level", good()),
    ]);
}

#[test]
fn containers() {
    let table = Table::new("", "v1", "pods", good());
    let init = |more: Value| {
        let mut one = json!({"name": "i", "image": "x:1"});
        apimachinery::patch::merge(&mut one, more);
        spec(json!({"initContainers": [one]}))
    };
    let rules = |rules: Value| container(json!({"restartPolicy": "Never", "restartPolicyRules": rules}));
    let rule = |action: &str, codes: Value| json!([{"action": action, "exitCodes": codes}]);
    let codes = || json!({"operator": "In", "values": [42]});
    let many = vec![json!({"action": "Restart", "exitCodes": codes()}); 21];
    let probe = |which: &str, more: Value| {
        let mut probe = json!({"httpGet": {"port": 80}});
        apimachinery::patch::merge(&mut probe, more);
        container(json!({which: probe}))
    };
    let grpc = |port: i32| container(json!({"readinessProbe": {"grpc": {"port": port}}}));
    let security = |more: Value| container(json!({"securityContext": more}));
    let armor = |kind: &str, name: Value| {
        security(json!({"appArmorProfile": {"type": kind, "localhostProfile": name}}))
    };
    table.creations(&[
        (init(json!({"restartPolicy": "Maybe"})), "spec.initContainers[0].restartPolicy: Unsupported value: \"Maybe\"", init(json!({"restartPolicy": "Always"}))),
        (init(json!({"livenessProbe": {"exec": {"command": ["a"]}}})), "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always", init(json!({"restartPolicy": "Always", "livenessProbe": {"exec": {"command": ["a"]}}}))),
        (container(json!({"restartPolicyRules": rule("Restart", codes())})), "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used", rules(rule("Restart", codes()))),
        (rules(rule("Run", codes())), "spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"Run\"", rules(rule("Restart", codes()))),
        (rules(rule("Restart", Value::Null)), "spec.containers[0].restartPolicyRules[0].exitCodes: Required value", rules(rule("Restart", codes()))),
        (rules(rule("Restart", json!({"operator": "Is", "values": [1]}))), "spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: \"Is\"", rules(rule("Restart", json!({"operator": "NotIn", "values": [0]})))),
        (rules(rule("Restart", json!({"operator": "In"}))), "spec.containers[0].restartPolicyRules[0].exitCodes.values: Invalid value", rules(rule("Restart", codes()))),
        (rules(json!(many)), "spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items", rules(json!(&many[..20]))),
        (probe("livenessProbe", json!({"terminationGracePeriodSeconds": 0})), "spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0", probe("livenessProbe", json!({"terminationGracePeriodSeconds": 1}))),
        (probe("readinessProbe", json!({"terminationGracePeriodSeconds": 1})), "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes", probe("startupProbe", json!({"terminationGracePeriodSeconds": 1}))),
        (probe("livenessProbe", json!({"httpGet": {"scheme": "FTP"}})), "spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: \"FTP\"", probe("livenessProbe", json!({"httpGet": {"scheme": "HTTPS"}}))),
        (probe("livenessProbe", json!({"httpGet": {"httpHeaders": [{"name": "a b", "value": "c"}]}})), "spec.containers[0].livenessProbe.httpGet.httpHeaders[0].name: Invalid value: \"a b\"", probe("livenessProbe", json!({"httpGet": {"httpHeaders": [{"name": "X-A", "value": "c"}]}}))),
        (grpc(0), "spec.containers[0].readinessProbe.grpc.port: Invalid value: 0", grpc(1)),
        (spec(json!({"hostNetwork": true, "containers": [{"name": "c", "image": "x", "ports": [{"containerPort": 80, "hostPort": 81}]}]})), "spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` is true", spec(json!({"hostNetwork": true, "containers": [{"name": "c", "image": "x", "ports": [{"containerPort": 80}]}]}))),
        (security(json!({"privileged": true})), "spec.containers[0].securityContext.privileged: Forbidden: disallowed by cluster policy", security(json!({"privileged": false}))),
        (armor("", Value::Null), "spec.containers[0].securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set", armor("Unconfined", Value::Null)),
        (armor("Mild", Value::Null), "spec.containers[0].securityContext.appArmorProfile.type: Unsupported value: \"Mild\"", armor("RuntimeDefault", Value::Null)),
        (armor("Localhost", Value::Null), "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost", armor("Localhost", json!("a"))),
        (armor("Localhost", json!(" a")), "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: \" a\": must not be padded with whitespace", armor("Localhost", json!("a"))),
        (armor("RuntimeDefault", json!("a")), "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: \"a\": can only be set when AppArmor type is Localhost", armor("RuntimeDefault", Value::Null)),
        (spec(json!({"ephemeralContainers": [{"name": "e", "image": "x"}]})), "spec.ephemeralContainers: Forbidden: cannot be set on create", good()),
    ]);
}

#[test]
fn pods_as_a_whole() {
    let table = Table::new("", "v1", "pods", good());
    let claim = |more: Value| {
        let mut claim = json!({"name": "d", "resourceClaimName": "c"});
        apimachinery::patch::merge(&mut claim, more);
        spec(json!({"resourceClaims": [claim]}))
    };
    let windows = |more: Value| {
        let mut pod = spec(json!({"os": {"name": "windows"}}));
        apimachinery::patch::merge(&mut pod["spec"], more);
        pod
    };
    let anti = |more: Value| {
        let mut term = json!({"topologyKey": "zone", "labelSelector": {}});
        apimachinery::patch::merge(&mut term, more);
        spec(
            json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}),
        )
    };
    let node = |value: &str| {
        let terms = json!([{"matchExpressions": [{"key": "a", "operator": "In", "values": [value]}]}]);
        spec(
            json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}}),
        )
    };
    let search = |domains: Value| spec(json!({"dnsConfig": {"searches": domains}}));
    let volume = |source: Value| {
        let mut one = json!({"name": "v"});
        apimachinery::patch::merge(&mut one, source);
        spec(json!({"volumes": [one]}))
    };
    let long: Vec<String> = (0..10).map(|n| format!("{}.{n}", vec!["a"; 110].join("."))).collect();
    let at = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]";
    let said = |rest: &str| -> &'static str { Box::leak(format!("{at}{rest}").into_boxed_str()) };
    table.creations(&[
        (claim(json!({"name": ""})), "spec.resourceClaims[0].name: Required value", claim(json!({}))),
        (claim(json!({"name": "D"})), "spec.resourceClaims[0].name: Invalid value: \"D\"", claim(json!({}))),
        (spec(json!({"resourceClaims": [{"name": "d", "resourceClaimName": "c"}, {"name": "d", "resourceClaimName": "c"}]})), "spec.resourceClaims[1].name: Duplicate value: \"d\"", claim(json!({}))),
        (claim(json!({"resourceClaimName": null})), "spec.resourceClaims[0]: Invalid value: \"d\": must specify one of: `resourceClaimName`, `resourceClaimTemplateName`", claim(json!({"resourceClaimName": null, "resourceClaimTemplateName": "t"}))),
        (claim(json!({"resourceClaimTemplateName": "t"})), "spec.resourceClaims[0]: Invalid value: \"d\": at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified", claim(json!({}))),
        (claim(json!({"resourceClaimName": "No Name"})), "spec.resourceClaims[0].resourceClaimName: Invalid value: \"No Name\"", claim(json!({}))),
        (windows(json!({"hostPID": true})), "spec.hostPID: Forbidden: cannot be set for a windows pod", windows(json!({}))),
        (windows(json!({"securityContext": {"runAsUser": 1}})), "spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod", windows(json!({"securityContext": {"runAsNonRoot": true}}))),
        (windows(json!({"containers": [{"name": "c", "image": "x", "securityContext": {"capabilities": {}}}]})), "spec.containers[0].securityContext.capabilities: Forbidden: cannot be set for a windows pod", windows(json!({"securityContext": {"windowsOptions": {}}}))),
        (spec(json!({"os": {"name": "linux"}, "securityContext": {"windowsOptions": {}}})), "spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod", spec(json!({"os": {"name": "linux"}}))),
        (spec(json!({"hostUsers": false, "hostPID": true})), "spec.hostPID: Forbidden: when `pod.Spec.HostUsers` is false", spec(json!({"hostUsers": false}))),
        (spec(json!({"hostUsers": false, "hostIPC": true})), "spec.hostIPC: Forbidden: when `pod.Spec.HostUsers` is false", spec(json!({"hostUsers": true, "hostIPC": true}))),
        (spec(json!({"hostUsers": false, "hostNetwork": true})), "spec.hostNetwork: Forbidden: when `pod.Spec.HostUsers` is false", spec(json!({"hostNetwork": true}))),
        (search(json!(["a b"])), "spec.dnsConfig.searches[0]: Invalid value: \"a b\"", search(json!(["a.b.", ".", "_tcp.a"]))),
        (search(json!(long)), "spec.dnsConfig.searches: Invalid value", search(json!(&long[..9]))),
        (spec(json!({"activeDeadlineSeconds": 1i64 << 31})), "spec.activeDeadlineSeconds: Invalid value: 2147483648: must be between 1 and 2147483647, inclusive", spec(json!({"activeDeadlineSeconds": 1}))),
        (spec(json!({"securityContext": {"seLinuxChangePolicy": "Never"}})), "spec.securityContext.seLinuxChangePolicy: Unsupported value: \"Never\"", spec(json!({"securityContext": {"seLinuxChangePolicy": "Recursive"}}))),
        (anti(json!({"labelSelector": null, "matchLabelKeys": ["a"]})), said(".matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"), anti(json!({"matchLabelKeys": ["a"]}))),
        (anti(json!({"mismatchLabelKeys": ["a b"]})), said(".mismatchLabelKeys[0]: Invalid value: \"a b\""), anti(json!({"mismatchLabelKeys": ["a"]}))),
        (anti(json!({"matchLabelKeys": ["a"], "mismatchLabelKeys": ["a"]})), said(".matchLabelKeys[0]: Invalid value: \"a\": exists in both matchLabelKeys and mismatchLabelKeys"), anti(json!({"matchLabelKeys": ["a"], "mismatchLabelKeys": ["b"]}))),
        (node("no value"), "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values[0]: Invalid value: \"no value\"", node("a")),
        (volume(json!({"csi": {"driver": "no driver"}})), "spec.volumes[0].csi.driver: Invalid value: \"no driver\"", volume(json!({"csi": {"driver": "a.io"}}))),
        (volume(json!({"csi": {"driver": "a.io", "nodePublishSecretRef": {}}})), "spec.volumes[0].csi.nodePublishSecretRef.name: Required value", volume(json!({"csi": {"driver": "a.io", "nodePublishSecretRef": {"name": "s"}}}))),
        (volume(json!({"image": {}})), "spec.volumes[0].image.reference: Required value", volume(json!({"image": {"reference": "x:1", "pullPolicy": "Never"}}))),
        (volume(json!({"image": {"reference": "x", "pullPolicy": "Maybe"}})), "spec.volumes[0].image.pullPolicy: Unsupported value: \"Maybe\"", volume(json!({"image": {"reference": "x:1"}}))),
        (volume(json!({"gitRepo": {"repository": ""}})), "spec.volumes[0].gitRepo.repository: Required value", volume(json!({"gitRepo": {"repository": "r"}}))),
        (volume(json!({"rbd": {"monitors": [], "image": "i"}})), "spec.volumes[0].rbd.monitors: Required value", volume(json!({"rbd": {"monitors": ["m"], "image": "i"}}))),
        (volume(json!({"iscsi": {"targetPortal": "", "iqn": "iqn.a", "lun": 0}})), "spec.volumes[0].iscsi.targetPortal: Required value", volume(json!({"iscsi": {"targetPortal": "t", "iqn": "iqn.2001-04.com.example:a", "lun": 0}}))),
        (volume(json!({"azureFile": {"secretName": "s", "shareName": ""}})), "spec.volumes[0].azureFile.shareName: Required value", volume(json!({"azureFile": {"secretName": "s", "shareName": "n"}}))),
        (volume(json!({"emptyDir": {}, "cinder": {"volumeID": "v"}})), "spec.volumes[0].cinder: Forbidden: may not specify more than 1 volume type", volume(json!({"cinder": {"volumeID": "v"}}))),
    ]);
}

#[test]
fn containers_for_debugging() {
    let table = Table::new("", "v1", "pods", good());
    let debug = |more: Value| {
        let mut one = json!({"name": "e", "image": "x", "imagePullPolicy": "Always", "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"});
        apimachinery::patch::merge(&mut one, more);
        spec(json!({"ephemeralContainers": [one]}))
    };
    let right =
        || debug(json!({"targetContainerName": "c", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}));
    let why = "Forbidden: cannot be set for an Ephemeral Container";
    let said = |field: &str| -> &'static str {
        Box::leak(format!("spec.ephemeralContainers[0].{field}: {why}").into_boxed_str())
    };
    table.updates(Part::EphemeralContainers, &[
        (debug(json!({"ports": [{"containerPort": 80}]})), said("ports"), right()),
        (debug(json!({"livenessProbe": {"exec": {"command": ["a"]}}})), said("livenessProbe"), right()),
        (debug(json!({"lifecycle": {}})), said("lifecycle"), right()),
        (debug(json!({"resources": {"limits": {"cpu": "1"}}})), said("resources"), right()),
        (debug(json!({"restartPolicy": "Always"})), said("restartPolicy"), right()),
        (debug(json!({"volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "a"}]})), said("volumeMounts[0].subPath"), right()),
        (debug(json!({"volumeMounts": [{"name": "gone", "mountPath": "/v"}]})), "spec.ephemeralContainers[0].volumeMounts[0].name: Not found: \"gone\"", right()),
        (debug(json!({"targetContainerName": "gone"})), "spec.ephemeralContainers[0].targetContainerName: Not found: \"gone\"", right()),
        (debug(json!({"securityContext": {"privileged": true}})), "spec.ephemeralContainers[0].securityContext.privileged: Forbidden: disallowed by cluster policy", right()),
        (debug(json!({"name": "c"})), "spec.ephemeralContainers[0].name: Duplicate value: \"c\"", right()),
        (debug(json!({"image": ""})), "spec.ephemeralContainers[0].image: Required value", right()),
    ]);
}

#[test]
fn volumes_of_old_drivers() {
    let table = Table::new("", "v1", "pods", good());
    let volume = |source: Value| {
        let mut one = json!({"name": "v"});
        apimachinery::patch::merge(&mut one, source);
        spec(json!({"volumes": [one]}))
    };
    let iscsi = |more: Value| {
        let mut source = json!({"targetPortal": "t:3260", "iqn": "iqn.2001-04.com.example:a", "lun": 0});
        apimachinery::patch::merge(&mut source, more);
        volume(json!({"iscsi": source}))
    };
    let azure = |kind: Value, uri: &str| {
        volume(json!({"azureDisk": {"diskName": "d", "diskURI": uri, "kind": kind}}))
    };
    let quobyte = |more: Value| {
        let mut source = json!({"registry": "r:1,[::1]:2", "volume": "v"});
        apimachinery::patch::merge(&mut source, more);
        volume(json!({"quobyte": source}))
    };
    let flex = |option: &str| volume(json!({"flexVolume": {"driver": "a/b", "options": {option: "x"}}}));
    let long = "p".repeat(70);
    table.creations(&[
        (volume(json!({"gitRepo": {"repository": "r", "directory": "/a"}})), "spec.volumes[0].gitRepo.directory: Invalid value: \"/a\": must be a relative path", volume(json!({"gitRepo": {"repository": "r", "directory": "a/..b"}}))),
        (volume(json!({"gitRepo": {"repository": "r", "directory": "a/../b"}})), "spec.volumes[0].gitRepo.directory: Invalid value: \"a/../b\": must not contain '..'", json!({})),
        (volume(json!({"gcePersistentDisk": {"pdName": ""}})), "spec.volumes[0].persistentDisk.pdName: Required value", volume(json!({"gcePersistentDisk": {"pdName": "d"}}))),
        (volume(json!({"gcePersistentDisk": {"pdName": "d", "partition": 256}})), "spec.volumes[0].persistentDisk.partition: Invalid value: 256: must be between 0 and 255, inclusive", volume(json!({"gcePersistentDisk": {"pdName": "d", "partition": 255}}))),
        (volume(json!({"awsElasticBlockStore": {"volumeID": "d", "partition": -1}})), "spec.volumes[0].awsElasticBlockStore.partition: Invalid value: -1", volume(json!({"awsElasticBlockStore": {"volumeID": "d"}}))),
        (iscsi(json!({"iqn": "a"})), "spec.volumes[0].iscsi.iqn: Invalid value: \"a\": must be valid format starting with iqn, eui, or naa", iscsi(json!({"iqn": "eui.0123456789abcdef"}))),
        (iscsi(json!({"iqn": "naa.1"})), "spec.volumes[0].iscsi.iqn: Invalid value: \"naa.1\": must be valid format", iscsi(json!({"iqn": format!("naa.{}", "0".repeat(32))}))),
        (iscsi(json!({"lun": 256})), "spec.volumes[0].iscsi.lun: Invalid value: 256", iscsi(json!({"lun": 255}))),
        (iscsi(json!({"chapAuthSession": true})), "spec.volumes[0].iscsi.secretRef: Required value", iscsi(json!({"chapAuthSession": true, "secretRef": {"name": "s"}}))),
        (iscsi(json!({"initiatorName": "me"})), "spec.volumes[0].iscsi.initiatorname: Invalid value: \"me\"", iscsi(json!({"initiatorName": "iqn.2001-04.com.example:b"}))),
        (iscsi(json!({"initiatorName": "iqn.2001-04.com.example:b", "targetPortal": long})), "spec.volumes[0].name: Invalid value: \"v\": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters", iscsi(json!({"targetPortal": long}))),
        (volume(json!({"glusterfs": {"endpoints": "e", "path": ""}})), "spec.volumes[0].glusterfs.path: Required value", volume(json!({"glusterfs": {"endpoints": "e", "path": "p"}}))),
        (volume(json!({"flocker": {}})), "spec.volumes[0].flocker: Required value: one of datasetName and datasetUUID is required", volume(json!({"flocker": {"datasetName": "a"}}))),
        (volume(json!({"flocker": {"datasetName": "a", "datasetUUID": "b"}})), "spec.volumes[0].flocker: Invalid value: \"resource\": datasetName and datasetUUID can not be specified simultaneously", volume(json!({"flocker": {"datasetUUID": "b"}}))),
        (volume(json!({"flocker": {"datasetName": "a/b"}})), "spec.volumes[0].flocker.datasetName: Invalid value: \"a/b\": must not contain '/'", json!({})),
        (volume(json!({"cephfs": {"monitors": []}})), "spec.volumes[0].cephfs.monitors: Required value", volume(json!({"cephfs": {"monitors": ["m"]}}))),
        (volume(json!({"cinder": {"volumeID": "v", "secretRef": {}}})), "spec.volumes[0].cinder.secretRef.name: Required value", volume(json!({"cinder": {"volumeID": "v", "secretRef": {"name": "s"}}}))),
        (quobyte(json!({"registry": ""})), "spec.volumes[0].quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas", quobyte(json!({}))),
        (quobyte(json!({"registry": "r"})), "spec.volumes[0].quobyte.registry: Invalid value: \"r\": must be a host:port pair", json!({})),
        (quobyte(json!({"tenant": "t".repeat(65)})), "spec.volumes[0].quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters", quobyte(json!({"tenant": "t"}))),
        (quobyte(json!({"volume": ""})), "spec.volumes[0].quobyte.volume: Required value", json!({})),
        (volume(json!({"fc": {}})), "spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both", volume(json!({"fc": {"wwids": ["w"]}}))),
        (volume(json!({"fc": {"wwids": ["w"], "targetWWNs": ["t"], "lun": 1}})), "spec.volumes[0].fc.targetWWNs: Invalid value: [\"t\"]: targetWWNs and wwids can not be specified simultaneously", json!({})),
        (volume(json!({"fc": {"targetWWNs": ["t"]}})), "spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified", volume(json!({"fc": {"targetWWNs": ["t"], "lun": 255}}))),
        (volume(json!({"fc": {"targetWWNs": ["t"], "lun": 256}})), "spec.volumes[0].fc.lun: Invalid value: 256", json!({})),
        (flex("kubernetes.io/a"), "spec.volumes[0].flexVolume.options[kubernetes.io/a]: Invalid value: \"kubernetes.io/a\": kubernetes.io and k8s.io namespaces are reserved", flex("a.io/b")),
        (volume(json!({"flexVolume": {"driver": ""}})), "spec.volumes[0].flexVolume.driver: Required value", json!({})),
        (azure(json!("Managed"), "https://a"), "spec.volumes[0].azureDisk.diskURI: Unsupported value: \"https://a\": supported values: \"/subscriptions/", azure(json!("Managed"), "/subscriptions/a")),
        (azure(json!("Shared"), "u"), "spec.volumes[0].azureDisk.diskURI: Unsupported value: \"u\": supported values: \"https://", azure(json!("Shared"), "https://a")),
        (azure(json!("Own"), "https://a"), "spec.volumes[0].azureDisk.kind: Unsupported value: \"Own\": supported values: \"Dedicated\", \"Managed\", \"Shared\"", azure(json!("Dedicated"), "https://a")),
        (volume(json!({"vsphereVolume": {"volumePath": ""}})), "spec.volumes[0].vsphereVolume.volumePath: Required value", volume(json!({"vsphereVolume": {"volumePath": "p"}}))),
        (volume(json!({"photonPersistentDisk": {"pdID": ""}})), "spec.volumes[0].photonPersistentDisk.pdID: Required value", volume(json!({"photonPersistentDisk": {"pdID": "p"}}))),
        (volume(json!({"portworxVolume": {"volumeID": ""}})), "spec.volumes[0].portworxVolume.volumeID: Required value", volume(json!({"portworxVolume": {"volumeID": "p"}}))),
        (volume(json!({"storageos": {"volumeName": "No"}})), "spec.volumes[0].storageos.volumeName: Invalid value: \"No\"", volume(json!({"storageos": {"volumeName": "n", "volumeNamespace": "s"}}))),
        (volume(json!({"scaleIO": {"gateway": "", "system": "s", "volumeName": "n", "secretRef": {"name": "s"}}})), "spec.volumes[0].scaleIO.gateway: Required value", volume(json!({"scaleIO": {"gateway": "g", "system": "s", "volumeName": "n", "secretRef": {"name": "s"}}}))),
    ]);
}

#[test]
fn volumes_of_many_sources() {
    let table = Table::new("", "v1", "pods", good());
    let volume = |source: Value| {
        let mut one = json!({"name": "v"});
        apimachinery::patch::merge(&mut one, source);
        spec(json!({"volumes": [one]}))
    };
    let sources = |sources: Value| volume(json!({"projected": {"sources": sources}}));
    let bundle = |more: Value| {
        let mut source = json!({"name": "b", "path": "p"});
        apimachinery::patch::merge(&mut source, more);
        sources(json!([{"clusterTrustBundle": source}]))
    };
    let claim = |more: Value| {
        let mut claim =
            json!({"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}}});
        apimachinery::patch::merge(&mut claim, more);
        volume(json!({"ephemeral": {"volumeClaimTemplate": claim}}))
    };
    let item = |key: &str, path: &str| json!({"name": key, "items": [{"key": "k", "path": path}]});
    let file = |more: Value| {
        let mut item = json!({"path": "p"});
        apimachinery::patch::merge(&mut item, more);
        volume(json!({"downwardAPI": {"items": [item]}}))
    };
    table.creations(&[
        (sources(json!([{"secret": item("a", "p")}, {"configMap": item("b", "p")}])), "spec.volumes[0].projected: Invalid value: \"b\": conflicting duplicate paths", sources(json!([{"secret": item("a", "p")}, {"configMap": item("b", "q")}]))),
        (bundle(json!({"signerName": "a.b/c"})), "spec.volumes[0].projected.sources[0].clusterTrustBundlePEM: Invalid value", bundle(json!({}))),
        (bundle(json!({"path": ""})), "spec.volumes[0].projected.sources[0].clusterTrustBundlePEM.path: Required value", bundle(json!({"name": null, "signerName": "a.b/c", "labelSelector": {}}))),
        (bundle(json!({"name": null})), "spec.volumes[0].projected.sources[0].clusterTrustBundlePEM: Required value: either name or signerName must be specified", json!({})),
        (volume(json!({"ephemeral": {}})), "spec.volumes[0].ephemeral.volumeClaimTemplate: Required value", claim(json!({"metadata": {"labels": {"a": "b"}}}))),
        (claim(json!({"metadata": {"name": "n"}})), "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set", claim(json!({}))),
        (claim(json!({"spec": {"accessModes": []}})), "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value", json!({})),
        (file(json!({})), "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required", file(json!({"fieldRef": {"fieldPath": "metadata.uid"}}))),
        (file(json!({"fieldRef": {"fieldPath": "spec.nodeName"}})), "spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: \"spec.nodeName\"", file(json!({"fieldRef": {"fieldPath": "metadata.labels['a']"}}))),
        (file(json!({"resourceFieldRef": {"resource": "limits.cpu"}})), "spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value", file(json!({"resourceFieldRef": {"containerName": "c", "resource": "limits.cpu"}}))),
        (file(json!({"resourceFieldRef": {"containerName": "c", "resource": "limits.x"}})), "spec.volumes[0].downwardAPI.resourceFieldRef.resource: Unsupported value: \"limits.x\"", json!({})),
    ]);
}

#[test]
fn changes() {
    let table = Table::new("", "v1", "pods", good());
    let container = |more: Value| {
        let mut one =
            json!({"name": "c", "image": "x:1", "volumeMounts": [{"name": "v", "mountPath": "/v"}]});
        apimachinery::patch::merge(&mut one, more);
        one
    };
    // Defaults and all, as the server has it.
    let stored = table.stored(&Value::Null);
    let with = |more: Value| {
        let mut one = stored["spec"]["containers"][0].clone();
        apimachinery::patch::merge(&mut one, more);
        spec(json!({"containers": [one]}))
    };
    let note = |notes: Value| json!({"metadata": {"annotations": notes}});
    table.updates(Part::Main, &[
        (spec(json!({"containers": [container(json!({})), container(json!({"name": "d"}))]})), "spec.containers: Forbidden: pod updates may not add or remove containers", with(json!({"image": "y"}))),
        (spec(json!({"initContainers": [container(json!({"name": "d"}))]})), "spec.initContainers: Forbidden: pod updates may not add or remove containers", json!({})),
        (spec(json!({"hostNetwork": true})), "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`", json!({})),
        (with(json!({"resources": {"requests": {"cpu": "1"}}})), "metadata: Invalid value: \"BestEffort\": Pod QoS is immutable", json!({})),
        (spec(json!({"nodeSelector": {"a": "b"}})), "spec: Forbidden: pod updates may not change fields", json!({})),
        (spec(json!({"schedulingGates": [{"name": "a"}]})), "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a'", json!({})),
        (note(json!({"kubernetes.io/config.mirror": "x"})), "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation", note(json!({"own": "x"}))),
        (note(json!({"container.apparmor.security.beta.kubernetes.io/c": "unconfined"})), "metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: Forbidden: may not add AppArmor annotations", json!({})),
    ]);
    let mirror = note(json!({"kubernetes.io/config.mirror": "x"}));
    table.updates_of(Part::Main, &mirror, &[
        (note(json!({"kubernetes.io/config.mirror": "y"})), "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation", json!({})),
    ]);
    let deadline = |seconds: Value| spec(json!({"activeDeadlineSeconds": seconds}));
    table.updates(
        Part::Main,
        &[(deadline(json!(0)), "spec.activeDeadlineSeconds: Invalid value: 0", deadline(json!(9)))],
    );
    table.updates_of(
        Part::Main,
        &deadline(json!(9)),
        &[(
            deadline(json!(10)),
            "spec.activeDeadlineSeconds: Invalid value: 10: must be less than or equal to previous value",
            deadline(json!(8)),
        )],
    );
    let tolerations = |all: Value| spec(json!({"tolerations": all}));
    let old = json!({"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 3});
    let longer = json!({"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9});
    let other = json!({"key": "b", "operator": "Exists"});
    table.updates_of(Part::Main, &tolerations(json!([old])), &[
        (tolerations(json!([other])), "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds", tolerations(json!([longer, other]))),
    ]);
    let term = |values: Value| json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": values}]}}});
    let expression = |key: &str| json!({"key": key, "operator": "Exists"});
    let gated = spec(
        json!({"schedulingGates": [{"name": "g"}], "nodeSelector": {"a": "b"}, "affinity": term(json!([expression("a")]))}),
    );
    let at = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: ";
    table.updates_of(Part::Main, &gated, &[
        (spec(json!({"nodeSelector": {"a": "c"}})), "spec.nodeSelector: Invalid value: {\"a\":\"c\"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)", spec(json!({"nodeSelector": {"a": "b", "c": "d"}}))),
        (spec(json!({"affinity": term(json!([expression("b")]))})), at, spec(json!({"affinity": term(json!([expression("a"), expression("b")]))}))),
        (
                spec(json!({"schedulingGates": [{"name": "g"}, {"name": "h"}]})),
                "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'h'",
                spec(json!({"schedulingGates": []})),
            ),
        (spec(json!({"affinity": {"podAffinity": {}}})), "spec: Forbidden: pod updates may not change fields", json!({})),
    ]);
    let said = "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value";
    assert_eq!(table.changed(&deadline(json!(9)), &json!({"spec": {"activeDeadlineSeconds": null}})), [said]);
    let field = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    let said = format!(
        "{field}: Invalid value: []: no additions/deletions to non-empty NodeSelectorTerms list are allowed"
    );
    assert_eq!(table.changed(&gated, &json!({"spec": {"affinity": null}})), [said]);
}

#[test]
fn amounts_that_change() {
    let amounts = |requests: Value, limits: Value| {
        let container = json!({"name": "c", "image": "x:1", "volumeMounts": [{"name": "v", "mountPath": "/v"}], "resources": {"requests": requests, "limits": limits}});
        spec(json!({"containers": [container]}))
    };
    let table = Table::new("", "v1", "pods", good());
    let old = amounts(
        json!({"cpu": "1", "ephemeral-storage": "1Gi"}),
        json!({"cpu": "2", "ephemeral-storage": "1Gi"}),
    );
    table.updates_of(
        Part::Resize,
        &old,
        &[
            (
                amounts(json!({"ephemeral-storage": "1Gi"}), json!({"ephemeral-storage": "1Gi"})),
                "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
                amounts(
                    json!({"cpu": "2", "ephemeral-storage": "1Gi"}),
                    json!({"cpu": "3", "ephemeral-storage": "1Gi"}),
                ),
            ),
            (
                amounts(
                    json!({"cpu": "1", "ephemeral-storage": "1Mi"}),
                    json!({"cpu": "2", "ephemeral-storage": "1Gi"}),
                ),
                "spec: Forbidden: only cpu and memory resources are mutable",
                amounts(
                    json!({"cpu": "1", "memory": "1Mi", "ephemeral-storage": "1Gi"}),
                    json!({"cpu": "2", "ephemeral-storage": "1Gi"}),
                ),
            ),
        ],
    );
    table.updates(
        Part::Resize,
        &[(
            amounts(json!({"cpu": "1"}), json!({})),
            "spec: Invalid value: \"BestEffort\": Pod QOS Class may not change as a result of resizing",
            json!({}),
        )],
    );
}

#[test]
fn statuses() {
    let table = Table::new(
        "",
        "v1",
        "pods",
        json!({"spec": {"restartPolicy": "OnFailure", "containers": [{"name": "c", "image": "x:1"}], "resourceClaims": [{"name": "d", "resourceClaimName": "n"}]}}),
    );
    let status = |status: Value| json!({"status": status});
    let claims = |all: Value| status(json!({"resourceClaimStatuses": all}));
    let ips =
        |all: &[&str]| status(json!({"podIPs": all.iter().map(|ip| json!({"ip": ip})).collect::<Vec<_>>()}));
    table.updates(Part::Status, &[
        (status(json!({"conditions": [{"type": "no type", "status": "True"}]})), "metadata.conditions[0].Type: Invalid value: \"no type\"", status(json!({"conditions": [{"type": "a.b/c", "status": "True"}]}))),
        (status(json!({"nominatedNodeName": "No Node"})), "status.nominatedNodeName: Invalid value: \"No Node\"", status(json!({"nominatedNodeName": "n"}))),
        (claims(json!([{"name": "e"}])), "status.resourceClaimStatuses[0].name: Invalid value: \"e\": must match the name of an entry in `spec.resourceClaims`", claims(json!([{"name": "d", "resourceClaimName": "x"}]))),
        (claims(json!([{"name": "d"}, {"name": "d"}])), "status.resourceClaimStatuses[1].name: Duplicate value: \"d\"", claims(json!([]))),
        (claims(json!([{"name": "d", "resourceClaimName": "No Name"}])), "status.resourceClaimStatuses[0].name: Invalid value: \"No Name\"", json!({})),
        (ips(&["10.0.0.1", "10.0.0.2"]), "status.podIPs: Invalid value: [\"10.0.0.1\",\"10.0.0.2\"]: may specify no more than one IP for each IP family", ips(&["10.0.0.1", "::1"])),
        (ips(&["10.0.0.1", "10.0.0.1"]), "status.podIPs[1]: Duplicate value: \"10.0.0.1\"", ips(&["10.0.0.1"])),
        (ips(&["ten"]), "status.podIPs[0]: Invalid value: \"ten\"", ips(&[])),
    ]);
    let state = |state: Value| {
        status(
            json!({"containerStatuses": [{"name": "c", "image": "x:1", "imageID": "", "ready": false, "restartCount": 0, "state": state}]}),
        )
    };
    let ended = |code: i32| state(json!({"terminated": {"exitCode": code}}));
    let running = || state(json!({"running": {}}));
    table.updates_of(
        Part::Status,
        &ended(0),
        &[(
            running(),
            "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
            ended(0),
        )],
    );
    table.updates_of(
        Part::Status,
        &running(),
        &[(claims(json!([{"name": "e"}])), "status.resourceClaimStatuses[0]", ended(0))],
    );
    table.updates_of(
        Part::Status,
        &ended(1),
        &[(claims(json!([{"name": "e"}])), "status.resourceClaimStatuses[0]", running())],
    );
}
