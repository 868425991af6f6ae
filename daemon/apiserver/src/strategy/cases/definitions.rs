//! Definitions of custom resources.

use serde_json::{Value, json};

use super::{Part, Table};

fn version(name: &str) -> Value {
    json!({
        "name": name, "served": true, "storage": name == "v1",
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {
            "spec": {"type": "object", "properties": {"color": {"type": "string"}}},
        }}},
    })
}

fn good() -> Value {
    json!({
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [version("v1")],
        },
    })
}

fn table() -> Table {
    Table::new("apiextensions.k8s.io", "v1", "customresourcedefinitions", good())
}

fn spec(spec: Value) -> Value {
    json!({"spec": spec})
}

/// The only version, with a change.
fn one(change: Value) -> Value {
    let mut one = version("v1");
    apimachinery::patch::merge(&mut one, change);
    spec(json!({"versions": [one]}))
}

/// Two versions, the other one with a change.
fn two(change: Value) -> Value {
    let mut other = version("v2");
    apimachinery::patch::merge(&mut other, change);
    spec(json!({"versions": [version("v1"), other]}))
}

#[test]
fn names() {
    let names = |names: Value| spec(json!({"names": names}));
    let protected = |annotation: Value| {
        let metadata =
            json!({"name": "widgets.apps.k8s.io", "annotations": {"api-approved.kubernetes.io": annotation}});
        json!({"metadata": metadata, "spec": {"group": "apps.k8s.io"}})
    };
    let at = "metadata.annotations[api-approved.kubernetes.io]";
    let said = |rest: &str| -> &'static str { Box::leak(format!("{at}: {rest}").into_boxed_str()) };
    table().creations(&[
        (json!({"metadata": {"name": "gadgets.example.com"}}), "metadata.name: Invalid value: \"gadgets.example.com\": must be spec.names.plural+\".\"+spec.group", json!({})),
        (spec(json!({"group": ""})), "spec.group: Required value", json!({})),
        (spec(json!({"group": "example"})), "spec.group: Invalid value: \"example\": should be a domain with at least one dot", json!({})),
        (spec(json!({"scope": ""})), "spec.scope: Required value", spec(json!({"scope": "Cluster"}))),
        (spec(json!({"scope": "Planet"})), "spec.scope: Unsupported value: \"Planet\": supported values: \"Cluster\", \"Namespaced\"", json!({})),
        (names(json!({"kind": ""})), "spec.names.kind: Required value", json!({})),
        (names(json!({"kind": "1K"})), "spec.names.kind: Invalid value: \"1K\": may have mixed case, but should otherwise match: a DNS-1035 label", names(json!({"kind": "K1"}))),
        (names(json!({"singular": "W"})), "spec.names.singular: Invalid value: \"W\": a DNS-1035 label", names(json!({"singular": "w"}))),
        (names(json!({"listKind": "Widget"})), "spec.names.listKind: Invalid value: \"Widget\": kind and listKind may not be the same", names(json!({"listKind": "Widgets"}))),
        (names(json!({"shortNames": ["a", "1"]})), "spec.names.shortNames[1]: Invalid value: \"1\"", names(json!({"shortNames": ["a"]}))),
        (names(json!({"categories": ["All"]})), "spec.names.categories[0]: Invalid value: \"All\"", names(json!({"categories": ["all"]}))),
        (spec(json!({"preserveUnknownFields": true})), "spec.preserveUnknownFields: Invalid value: true: cannot set to true", spec(json!({"preserveUnknownFields": false}))),
        (protected(Value::Null), said("Required value: protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111"), protected(json!("https://example.com/1"))),
        (protected(json!("yes")), said("Invalid value: \"yes\": protected groups must have approval annotation \"api-approved.kubernetes.io\" with either a URL or a reason starting with \"unapproved\""), protected(json!("unapproved, a try"))),
    ]);
    let status = |status: Value| json!({"status": status});
    table().updates(
        Part::Status,
        &[(
            status(json!({"acceptedNames": {"plural": "W", "kind": "K"}})),
            "status.acceptedNames.plural: Invalid value: \"W\"",
            status(json!({"acceptedNames": {"plural": "w", "kind": "K"}})),
        )],
    );
}

#[test]
fn versions() {
    let columns = |column: Value| {
        let mut whole = json!({"name": "c", "type": "string", "jsonPath": ".spec.color"});
        apimachinery::patch::merge(&mut whole, column);
        json!({"additionalPrinterColumns": [whole]})
    };
    let scale = |change: Value| {
        let mut scale =
            json!({"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"});
        apimachinery::patch::merge(&mut scale, change);
        json!({"subresources": {"scale": scale}})
    };
    let fields = |path: &str| json!({"selectableFields": [{"jsonPath": path}]});
    let schema = |schema: Value| json!({"schema": {"openAPIV3Schema": schema}});
    table().creations(&[
        (spec(json!({"versions": []})), "spec.versions: Invalid value: []: must have exactly one version marked as storage version", two(json!({}))),
        (spec(json!({"versions": []})), "status.storedVersions: Invalid value: []: must have at least one stored version", json!({})),
        (two(json!({"storage": true})), "spec.versions: Invalid value: [\"v1\",\"v2\"]: must have exactly one version marked as storage version", json!({})),
        (two(json!({"name": "v1"})), "spec.versions: Invalid value: [\"v1\",\"v1\"]: must contain unique version names", json!({})),
        (two(json!({"name": "2"})), "spec.versions[1].name: Invalid value: \"2\": a DNS-1035 label", json!({})),
        (one(json!({"schema": null})), "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required", json!({})),
        (two(json!({"schema": null})), "spec.versions[1].schema.openAPIV3Schema: Required value: schemas are required", json!({})),
        // What all versions say alike is told of the definition as a whole.
        (one(schema(json!({"nullable": true}))), "spec.validation.openAPIV3Schema.nullable: Forbidden", json!({})),
        (two(schema(json!({"nullable": true}))), "spec.versions[1].schema.openAPIV3Schema.nullable: Forbidden", json!({})),
        (one(schema(json!({"x-kubernetes-validations": [{"rule": "1"}]}))), "spec.validation.openAPIV3Schema.x-kubernetes-validations[0].rule: Invalid value: \"1\"", one(schema(json!({"x-kubernetes-validations": [{"rule": "true"}]})))),
        (one(columns(json!({"name": ""}))), "spec.additionalPrinterColumns[0].name: Required value", one(columns(json!({})))),
        (two(columns(json!({"name": ""}))), "spec.versions[1].additionalPrinterColumns[0].name: Required value", two(columns(json!({})))),
        (one(columns(json!({"type": ""}))), "spec.additionalPrinterColumns[0].type: Required value: must be one of boolean,date,integer,number,string", json!({})),
        (one(columns(json!({"type": "text"}))), "spec.additionalPrinterColumns[0].type: Invalid value: \"text\": must be one of boolean,date,integer,number,string", one(columns(json!({"type": "date"})))),
        (one(columns(json!({"format": "hex"}))), "spec.additionalPrinterColumns[0].format: Invalid value: \"hex\": must be one of byte,date,date-time,double,float,int32,int64,password", one(columns(json!({"format": "byte"})))),
        (one(columns(json!({"jsonPath": ""}))), "spec.additionalPrinterColumns[0].JSONPath: Required value", json!({})),
        (one(columns(json!({"jsonPath": "spec"}))), "spec.additionalPrinterColumns[0].JSONPath: Invalid value: \"spec\": must be a simple json path starting with .", json!({})),
        (one(scale(json!({"specReplicasPath": ""}))), "spec.subresources.scale.specReplicasPath: Required value", one(scale(json!({})))),
        (two(scale(json!({"specReplicasPath": ".status.replicas"}))), "spec.versions[1].subresources.scale.specReplicasPath: Invalid value: \".status.replicas\": should be a json path under .spec", two(scale(json!({})))),
        (one(scale(json!({"statusReplicasPath": ".spec.replicas"}))), "spec.subresources.scale.statusReplicasPath: Invalid value: \".spec.replicas\": should be a json path under .status", json!({})),
        (one(scale(json!({"labelSelectorPath": ".selector"}))), "spec.subresources.scale.labelSelectorPath: Invalid value: \".selector\": should be a json path under either .spec or .status", one(scale(json!({"labelSelectorPath": ".status.selector"})))),
        (one(fields(".spec.size")), "spec.selectableFields[0].jsonPath: Invalid value: \".spec.size\": is an invalid path", one(fields(".spec.color"))),
        (two(fields(".spec")), "spec.versions[1].selectableFields[0].jsonPath: Invalid value: \".spec\": must point to a field of type string, boolean or integer.", two(fields(".spec.color"))),
        (one(json!({"deprecationWarning": "old"})), "spec.versions[0].deprecationWarning: Invalid value: \"old\": can only be set for deprecated versions", one(json!({"deprecated": true, "deprecationWarning": "old"}))),
        (one(json!({"deprecated": true, "deprecationWarning": ""})), "spec.versions[0].deprecationWarning: Invalid value: \"\": must not be an empty string", one(json!({"deprecated": true}))),
        (one(json!({"deprecated": true, "deprecationWarning": "a\nb"})), "spec.versions[0].deprecationWarning: Invalid value: \"a\\nb\": must only contain printable UTF-8 characters; non-printable character found at index 1", json!({})),
        (one(json!({"deprecated": true, "deprecationWarning": "x".repeat(257)})), "spec.versions[0].deprecationWarning: Invalid value: ", one(json!({"deprecated": true, "deprecationWarning": "x".repeat(256)}))),
    ]);
    let old = json!({"spec": {"versions": [version("v1"), version("v2")]}});
    table().updates_of(Part::Main, &old, &[
        (spec(json!({"group": "example.org"})), "spec.group: Invalid value: \"example.org\": field is immutable", json!({})),
        (spec(json!({"names": {"plural": "gadgets"}})), "spec.names.plural: Invalid value: \"gadgets\": field is immutable", json!({})),
        (
            json!({"spec": {"versions": [{"name": "v2", "served": true, "storage": true, "schema": version("v2")["schema"]}]}}),
            "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was previously a storage version",
            json!({"spec": {"versions": [version("v1")]}}),
        ),
    ]);
    let established = json!({"status": {"storedVersions": ["v1"], "conditions": [{"type": "Established", "status": "True"}]}});
    for (change, said) in [
        (json!({"scope": "Cluster"}), "spec.scope: Invalid value: \"Cluster\": field is immutable"),
        (
            json!({"names": {"kind": "Gadget"}}),
            "spec.names.kind: Invalid value: \"Gadget\": field is immutable",
        ),
    ] {
        assert_eq!(table().changed(&established, &spec(change.clone())), [said]);
        let fresh = json!({"status": {"storedVersions": ["v1"]}});
        assert_eq!(table().changed(&fresh, &spec(change)), Vec::<String>::new(), "nobody uses it yet");
    }
}
