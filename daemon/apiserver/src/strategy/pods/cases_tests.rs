//! A table of what may not be in a pod: each line spoils a pod that is right, and names the field that
//! is blamed for it. The same place with something else in it is right again.

use apimachinery::invalid::Field;
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};

use super::*;

fn blamed(pod: &Value) -> Vec<String> {
    let mut pod: Pod = serde_json::from_value(pod.clone()).expect("a pod");
    (PODS.rules.default)(&mut pod);
    let mut out = Vec::new();
    validate_spec(&pod.spec.expect("a spec"), &Field::root("spec"), &mut out);
    out.iter().map(ToString::to_string).collect()
}

fn good() -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {
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
            "spec.volumes[0].downwardAPI.items[0]: Required value",
            volume(
                json!({"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.labels"}}]}}),
            ),
        ),
        (
            "volumes",
            volume(
                json!({"downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]}}),
            ),
            "spec.volumes[0].downwardAPI.items[0].resourceFieldRef.containerName: Required value",
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
            "spec.volumes[0].projected.sources[0].configMap: Forbidden",
            volume(
                json!({"projected": {"sources": [{"secret": {"name": "s"}}, {"configMap": {"name": "m"}}]}}),
            ),
        ),
    ]
}

#[test]
fn each_rule_refuses_and_accepts() {
    assert_eq!(blamed(&good()), Vec::<String>::new());
    for (place, wrong, said, right) in cases() {
        let mut pod = good();
        let (parent, name) = place.rsplit_once('/').unwrap_or(("", place));
        let pointer = if parent.is_empty() { "/spec".to_string() } else { format!("/spec/{parent}") };
        pod.pointer_mut(&pointer).expect("a place")[name] = wrong.clone();
        let found = blamed(&pod);
        assert!(found.iter().any(|one| one.starts_with(said)), "{place} {wrong}: {found:#?}");
        pod.pointer_mut(&pointer).expect("a place")[name] = right.clone();
        assert_eq!(blamed(&pod), Vec::<String>::new(), "{place} {right}");
    }
}
