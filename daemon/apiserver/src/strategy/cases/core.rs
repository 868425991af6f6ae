//! Config maps, secrets, service accounts, namespaces, roles, priority classes.

use serde_json::{Value, json};

use super::{Part, Table};

#[test]
fn config_maps() {
    let table = Table::new("", "v1", "configmaps", json!({"data": {"a": "1"}, "binaryData": {"b": "AA=="}}));
    let large = "x".repeat((1 << 20) + 1);
    table.creations(&[
        (json!({"data": {"no key": "1"}}), "data[no key]: Invalid value: \"no key\": a valid config key must consist of", json!({"data": {"a.key_-": "1"}})),
        (json!({"data": {"..": "1"}}), "data[..]: Invalid value", json!({"data": {"..a-is-fine": null, "a": "1"}})),
        (json!({"binaryData": {"no key": "AA=="}}), "binaryData[no key]: Invalid value", json!({"binaryData": {"c": "AA=="}})),
        (json!({"data": {"b": "1"}}), "data[b]: Invalid value: \"b\": duplicate of key present in binaryData", json!({"data": {"c": "1"}})),
        (json!({"data": {"a": large}}), "Too long: may not be more than 1048576 bytes", json!({"data": {"a": "x".repeat(1000)}})),
        (json!({"metadata": {"name": "No_Name"}}), "metadata.name: Invalid value: \"No_Name\": a lowercase RFC 1123 subdomain must consist of", json!({"metadata": {"name": "a.name"}})),
        (json!({"metadata": {"labels": {"a b": "c"}}}), "metadata.labels: Invalid value: \"a b\"", json!({"metadata": {"labels": {"a.b/c": "d"}}})),
        (json!({"metadata": {"labels": {"a": "no value"}}}), "metadata.labels: Invalid value: \"no value\"", json!({"metadata": {"labels": {"a": ""}}})),
        (json!({"metadata": {"annotations": {"a b": "c"}}}), "metadata.annotations: Invalid value: \"a b\"", json!({"metadata": {"annotations": {"A.B/c": "any text"}}})),
        (json!({"metadata": {"annotations": {"a": "x".repeat(256 << 10)}}}), "metadata.annotations: Too long: may not be more than 262144 bytes", json!({})),
        (json!({"metadata": {"generateName": "No_Name-"}}), "metadata.generateName: Invalid value: \"No_Name-\": a lowercase RFC 1123 subdomain must consist of", json!({"metadata": {"generateName": "a-"}})),
        (json!({"metadata": {"finalizers": ["a b"]}}), "metadata.finalizers: Invalid value: \"a b\"", json!({})),
        (json!({"metadata": {"finalizers": ["orphan", "foregroundDeletion"]}}), "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set", json!({"metadata": {"finalizers": ["orphan"]}})),
        (json!({"metadata": {"finalizers": ["simple"]}}), "metadata.finalizers[0]: Invalid value: \"simple\": name is neither a standard finalizer name nor is it fully qualified", json!({"metadata": {"finalizers": ["example.com/simple", "orphan"]}})),
        (
            json!({"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": ""}]}}),
            "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty",
            json!({"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}]}}),
        ),
        (
            json!({"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Event", "name": "p", "uid": "u"}]}}),
            "metadata.ownerReferences: Invalid value: {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"p\",\"uid\":\"u\"}: /v1, Kind=Event is disallowed from being an owner",
            json!({}),
        ),
        (
            json!({"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u", "controller": true}, {"apiVersion": "v1", "kind": "Pod", "name": "q", "uid": "v", "controller": true}]}}),
            "metadata.ownerReferences: Invalid value: [{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"u\",\"controller\":true},{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"q\",\"uid\":\"v\",\"controller\":true}]: Only one reference can have Controller set to true. Found \"true\" in references for Pod/p and Pod/q",
            json!({"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u", "controller": true}, {"apiVersion": "v1", "kind": "Pod", "name": "q", "uid": "v"}]}}),
        ),
    ]);
    // Kinds that extend the API, and theirs, have finalizers of any name.
    let hooks =
        Table::new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", json!({}));
    hooks.creations(&[(
        json!({"metadata": {"finalizers": ["a b"]}}),
        "metadata.finalizers: Invalid value: \"a b\"",
        json!({"metadata": {"finalizers": ["simple"]}}),
    )]);
    let fixed = json!({"immutable": true});
    table.updates_of(
        Part::Main,
        &fixed,
        &[
            (
                json!({"immutable": false}),
                "immutable: Forbidden: field is immutable when `immutable` is set",
                json!({"immutable": true, "metadata": {"labels": {"a": "b"}}}),
            ),
            (
                json!({"immutable": true, "data": {"a": "2"}}),
                "data: Forbidden: field is immutable when `immutable` is set",
                json!({"immutable": true}),
            ),
            (
                json!({"immutable": true, "binaryData": {"b": "AAA="}}),
                "binaryData: Forbidden: field is immutable when `immutable` is set",
                json!({"immutable": true}),
            ),
        ],
    );
    table.updates(
        Part::Main,
        &[(
            json!({"metadata": {"name": "b"}}),
            "metadata.name: Invalid value: \"b\": field is immutable",
            json!({"immutable": true, "data": {"a": "2"}}),
        )],
    );
}

#[test]
fn secrets() {
    let table = Table::new("", "v1", "secrets", json!({"data": {"a": "AA=="}}));
    let typed = |kind: &str, data: Value| json!({"type": format!("kubernetes.io/{kind}"), "data": data});
    // e30= is {}, eA== is x.
    table.creations(&[
        (json!({"data": {"no key": "AA=="}}), "data[no key]: Invalid value", json!({"stringData": {"b": "plain"}})),
        (json!({"stringData": {"a": "x".repeat((1 << 20) + 1)}}), "data: Too long: may not be more than 1048576 bytes", json!({})),
        (typed("dockercfg", json!({})), "data[.dockercfg]: Required value", typed("dockercfg", json!({".dockercfg": "e30="}))),
        (typed("dockercfg", json!({".dockercfg": "eA=="})), "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": ", json!({})),
        (typed("dockerconfigjson", json!({})), "data[.dockerconfigjson]: Required value", typed("dockerconfigjson", json!({".dockerconfigjson": "e30="}))),
        (typed("dockerconfigjson", json!({".dockerconfigjson": "eA=="})), "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\"", json!({})),
        // W10= is [], bnVsbA== is null.
        (typed("dockercfg", json!({".dockercfg": "W10="})), "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": json: cannot unmarshal array into Go value of type map[string]interface {}", typed("dockercfg", json!({".dockercfg": "bnVsbA=="}))),
        (typed("ssh-auth", json!({"ssh-privatekey": ""})), "data[ssh-privatekey]: Required value", json!({})),
        (typed("basic-auth", json!({})), "data[username]: Required value", typed("basic-auth", json!({"username": "eA=="}))),
        (typed("basic-auth", json!({})), "data[password]: Required value", typed("basic-auth", json!({"password": "eA=="}))),
        (typed("ssh-auth", json!({})), "data[ssh-privatekey]: Required value", typed("ssh-auth", json!({"ssh-privatekey": "eA=="}))),
        (typed("tls", json!({"tls.crt": "eA=="})), "data[tls.key]: Required value", typed("tls", json!({"tls.crt": "eA==", "tls.key": "eA=="}))),
        (typed("tls", json!({"tls.key": "eA=="})), "data[tls.crt]: Required value", json!({})),
        (
            typed("service-account-token", json!({})),
            "metadata.annotations[kubernetes.io/service-account.name]: Required value",
            json!({"type": "kubernetes.io/service-account-token", "metadata": {"annotations": {"kubernetes.io/service-account.name": "a"}}}),
        ),
    ]);
    table.updates(
        Part::Main,
        &[(
            json!({"type": "other"}),
            "type: Invalid value: \"other\": field is immutable",
            json!({"data": {"a": "eA=="}}),
        )],
    );
    table.updates_of(
        Part::Main,
        &json!({"immutable": true}),
        &[
            (
                json!({"immutable": null}),
                "immutable: Forbidden: field is immutable when `immutable` is set",
                json!({"immutable": true}),
            ),
            (
                json!({"immutable": true, "data": {"a": "eA=="}}),
                "data: Forbidden: field is immutable when `immutable` is set",
                json!({"immutable": true}),
            ),
        ],
    );
    let tls = json!({"type": "kubernetes.io/tls", "data": {"tls.crt": "", "tls.key": ""}});
    assert_eq!(table.warned(&tls), ["tls: failed to find any PEM data in certificate input"]);
    assert!(table.warned(&json!({})).is_empty());
}

#[test]
fn service_accounts() {
    let table = Table::new("", "v1", "serviceaccounts", json!({}));
    let stored = table.stored(&json!({"secrets": [{"name": "s", "namespace": "n", "uid": "u"}]}));
    assert_eq!(stored["secrets"], json!([{"name": "s"}]));
    let restored = table.restored(&json!({"secrets": [{"name": "s", "kind": "Secret"}]}));
    assert_eq!(restored["secrets"], json!([{"name": "s"}]));
    let annotated = json!({"metadata": {"annotations": {"kubernetes.io/enforce-mountable-secrets": "true"}}});
    assert_eq!(
        table.warned(&annotated),
        [
            "metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        ]
    );
    assert!(table.warned(&json!({})).is_empty());
}

#[test]
fn namespaces() {
    let table = Table::new("", "v1", "namespaces", json!({}));
    table.creations(&[
        (json!({"metadata": {"name": "a.b"}}), "metadata.name: Invalid value: \"a.b\": a lowercase RFC 1123 label must consist of", json!({"metadata": {"name": "a-b"}})),
        (json!({"spec": {"finalizers": ["own"]}}), "spec.finalizers: Invalid value: \"own\": name is neither a standard finalizer name nor is it fully qualified", json!({"spec": {"finalizers": ["example.com/own", "kubernetes", "orphan", "foregroundDeletion"]}})),
        (json!({"spec": {"finalizers": ["no name"]}}), "spec.finalizers: Invalid value: \"no name\"", json!({})),
    ]);
    table.updates(
        Part::Finalize,
        &[(
            json!({"spec": {"finalizers": ["own"]}}),
            "spec.finalizers[0]: Invalid value: \"own\": name is neither a standard finalizer name",
            json!({"spec": {"finalizers": ["kubernetes"]}}),
        )],
    );
    table.updates(Part::Status, &[(json!({"status": {"phase": "Terminating"}}), "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty", json!({"status": {"phase": ""}}))]);
    let going = |phase: &str| json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": phase}});
    table.updates_of(
        Part::Status,
        &going("Terminating"),
        &[(
            going("Active"),
            "status.Phase: Invalid value: \"Active\": may only be 'Terminating' if `deletionTimestamp` is not empty",
            going("Terminating"),
        )],
    );
}

#[test]
fn roles() {
    let rule = |rule: Value| json!({"rules": [rule]});
    let common = [
        (
            rule(json!({"verbs": [], "apiGroups": [""], "resources": ["pods"]})),
            "rules[0].verbs: Required value: verbs must contain at least one value",
            rule(json!({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]})),
        ),
        (
            rule(json!({"verbs": ["get"], "resources": ["pods"]})),
            "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
            json!({}),
        ),
        (
            rule(json!({"verbs": ["get"], "apiGroups": [""]})),
            "rules[0].resources: Required value: resource rules must supply at least one resource",
            json!({}),
        ),
        (
            json!({"metadata": {"name": "a/b"}}),
            "metadata.name: Invalid value: \"a/b\": may not contain '/'",
            json!({"metadata": {"name": "system:any"}}),
        ),
    ];
    let table = Table::new("rbac.authorization.k8s.io", "v1", "roles", json!({}));
    table.creations(&common);
    table.creations(&[(rule(json!({"verbs": ["get"], "nonResourceURLs": ["/a"]})), "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: namespaced rules cannot apply to non-resource URLs", json!({}))]);
    let table = Table::new("rbac.authorization.k8s.io", "v1", "clusterroles", json!({}));
    table.creations(&common);
    table.creations(&[
        (
            rule(json!({"verbs": ["get"], "nonResourceURLs": ["/a"], "apiGroups": [""], "resources": ["pods"]})),
            "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot apply to both regular resources and non-resource URLs",
            rule(json!({"verbs": ["get"], "nonResourceURLs": ["/a"]})),
        ),
        (
            json!({"aggregationRule": {"clusterRoleSelectors": []}}),
            "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil",
            json!({"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}),
        ),
        (json!({"aggregationRule": {"clusterRoleSelectors": [{"matchExpressions": [{"key": "a", "operator": "Near"}]}]}}), "aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: \"Near\"", json!({})),
        (json!({"aggregationRule": {"clusterRoleSelectors": [{}, {"matchLabels": {"a": "b c"}}]}}), "aggregationRule.clusterRoleSelectors[1]: Invalid value: null: invalid label selector.", json!({"aggregationRule": {"clusterRoleSelectors": [{}, {"matchLabels": {"a": "b"}}]}})),
    ]);
}

#[test]
fn bindings() {
    let group = "rbac.authorization.k8s.io";
    let subject = |subject: Value| json!({"subjects": [subject]});
    for (plural, role) in [("rolebindings", "Role"), ("clusterrolebindings", "ClusterRole")] {
        let table = Table::new(
            group,
            "v1",
            plural,
            json!({"roleRef": {"apiGroup": group, "kind": role, "name": "r"}}),
        );
        table.creations(&[
            (
                json!({"roleRef": {"apiGroup": "x"}}),
                "roleRef.apiGroup: Unsupported value: \"x\": supported values: \"rbac.authorization.k8s.io\"",
                json!({"roleRef": {"apiGroup": ""}}),
            ),
            (
                json!({"roleRef": {"kind": "Pod"}}),
                "roleRef.kind: Unsupported value: \"Pod\"",
                json!({"roleRef": {"kind": "ClusterRole"}}),
            ),
            (json!({"roleRef": {"name": ""}}), "roleRef.name: Required value", json!({})),
            (
                json!({"roleRef": {"name": "a/b"}}),
                "roleRef.name: Invalid value: \"a/b\": may not contain '/'",
                json!({"roleRef": {"name": "system:a"}}),
            ),
            (
                subject(json!({"kind": "ServiceAccount", "name": "No", "namespace": "n"})),
                "subjects[0].name: Invalid value: \"No\"",
                json!({}),
            ),
            (
                subject(json!({"kind": "User", "name": ""})),
                "subjects[0].name: Required value",
                subject(json!({"kind": "User", "name": "u"})),
            ),
            (
                subject(json!({"kind": "User", "name": "u", "apiGroup": "x"})),
                "subjects[0].apiGroup: Unsupported value: \"x\"",
                subject(json!({"kind": "Group", "name": "g", "apiGroup": group})),
            ),
            (
                subject(json!({"kind": "ServiceAccount", "name": "s", "namespace": "n", "apiGroup": group})),
                "subjects[0].apiGroup: Unsupported value",
                json!({}),
            ),
            (
                subject(json!({"kind": "Robot", "name": "r"})),
                "subjects[0].kind: Unsupported value: \"Robot\"",
                json!({}),
            ),
        ]);
        let nowhere = subject(json!({"kind": "ServiceAccount", "name": "s"}));
        let somewhere = subject(json!({"kind": "ServiceAccount", "name": "s", "namespace": "n"}));
        if plural == "rolebindings" {
            table.creations(&[(json!({"roleRef": {"name": ""}}), "roleRef.name: Required value", nowhere)]);
        } else {
            table.creations(&[(nowhere, "subjects[0].namespace: Required value", somewhere)]);
        }
        table.updates(
            Part::Main,
            &[(
                json!({"roleRef": {"name": "other"}}),
                "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":",
                subject(json!({"kind": "User", "name": "u"})),
            )],
        );
    }
}

#[test]
fn priority_classes() {
    let table = Table::new("scheduling.k8s.io", "v1", "priorityclasses", json!({"value": 5}));
    table.creations(&[
        (json!({"metadata": {"name": "system-node-critical"}, "value": 5}), "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000", json!({"metadata": {"name": "system-node-critical"}, "value": 2_000_001_000})),
        (json!({"metadata": {"name": "system-cluster-critical"}, "value": 2_000_000_000, "globalDefault": true}), "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: globalDefault of system-cluster-critical PriorityClass must be false", json!({"metadata": {"name": "system-cluster-critical"}, "value": 2_000_000_000})),
        (json!({"metadata": {"name": "system-own"}}), "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-own is not a known system priority class", json!({"metadata": {"name": "systemic"}})),
        (json!({"value": 1_000_000_001}), "value: Forbidden: maximum allowed value of a user defined priority is 1000000000", json!({"value": 1_000_000_000})),
        (json!({"preemptionPolicy": "Always"}), "preemptionPolicy: Unsupported value: \"Always\": supported values: \"PreemptLowerPriority\", \"Never\"", json!({"preemptionPolicy": "Never"})),
        (json!({"preemptionPolicy": ""}), "preemptionPolicy: Required value", json!({"preemptionPolicy": null})),
    ]);
    table.updates(
        Part::Main,
        &[
            (
                json!({"value": 6}),
                "value: Forbidden: may not be changed in an update.",
                json!({"description": "d"}),
            ),
            (
                json!({"preemptionPolicy": "Never"}),
                "preemptionPolicy: Invalid value: \"Never\": field is immutable",
                json!({}),
            ),
        ],
    );
}
