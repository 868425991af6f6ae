//! OpenAPI v2 and v3 of a default server, compared with what v1.36 publishes: everything but the
//! sentences must be the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};
use crate::published::reference;
use crate::reference::{differ, read};

/// What upstream has and this server does not: it serves no CBOR, no lists in shards, and does not
/// delete objects that can't be read.
const ABSENT: [&str; 3] = ["shardSelector", "shardInfo", "ignoreStoreReadErrorWithClusterBreakingPotential"];

fn is_absent(text: &str) -> bool {
    ABSENT.contains(&text) || text.contains("cbor")
}

/// Takes away the sentences and what this server does not have, and resolves shared parameters.
fn bare(value: &Value, document: &Value) -> Value {
    match value {
        Value::Object(map) => {
            if let Some(name) =
                map.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/parameters/"))
            {
                return bare(&document["parameters"][name], document);
            }
            let kept = map.iter().filter(|(key, value)| {
                !((key.as_str() == "description" && value.is_string()) || is_absent(key))
            });
            // In the order of keys, so that lists can be sorted.
            let sorted: BTreeMap<_, _> =
                kept.map(|(key, value)| (key.clone(), bare(value, document))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(list) => {
            let kept = list.iter().filter(|one| !is_absent(one.as_str().unwrap_or_default()));
            let mut all: Vec<Value> = kept.map(|one| bare(one, document)).collect();
            all.retain(|one| !is_absent(one["name"].as_str().unwrap_or_default()));
            // Parameters, media types and kinds are sets.
            all.sort_by_key(Value::to_string);
            Value::Array(all)
        }
        other => other.clone(),
    }
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Kinds of versions that are not served are left out of upstream's lists of all kinds.
fn only_served(schemas: &mut Value, served: &BTreeSet<String>) {
    for name in ["DeleteOptions", "WatchEvent"] {
        let path = format!("io.k8s.apimachinery.pkg.apis.meta.v1.{name}");
        if let Some(Value::Array(kinds)) = schemas[&path].get_mut("x-kubernetes-group-version-kind") {
            kinds.retain(|kind| {
                let part = |part: &str| kind[part].as_str().unwrap_or_default();
                served.contains(&format!("{}/{}", part("group"), part("version")))
            });
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openapi_is_upstreams() {
    let Some(reference) = reference() else { return };
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let mut wrong = Vec::new();
    let served = third(&admin, &reference, &mut wrong).await;
    second(&admin, &reference, &served, &mut wrong).await;
    cluster.stop().await;
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

/// Compares every document; gives the groups and versions that are served.
async fn third(admin: &Api, reference: &Path, wrong: &mut Vec<String>) -> BTreeSet<String> {
    let (_, index) = admin.get("/openapi/v3").await;
    let mut served = BTreeSet::new();
    for name in names(&index["paths"]) {
        let file = reference.join(format!("openapi/v3/{}_openapi.json", name.replace('/', "__")));
        let (code, have) = admin.get(&format!("/openapi/v3/{name}")).await;
        assert_eq!(code, 200, "{name}");
        let want = read(&file);
        for part in ["paths", "components"] {
            differ(&format!("{name} {part}"), &bare(&have[part], &have), &bare(&want[part], &want), wrong);
        }
        match name.split('/').collect::<Vec<_>>()[..] {
            ["api", version] => _ = served.insert(format!("/{version}")),
            ["apis", group, version] => _ = served.insert(format!("{group}/{version}")),
            _ => {}
        }
    }
    assert!(served.len() > 20, "{served:?}");
    served
}

async fn second(admin: &Api, reference: &Path, served: &BTreeSet<String>, wrong: &mut Vec<String>) {
    let (_, have) = admin.get("/openapi/v2").await;
    let mut want = read(&reference.join("openapi/swagger.json"));
    only_served(&mut want["definitions"], served);
    let is_served = |path: &str| match path.trim_matches('/').split('/').collect::<Vec<_>>()[..] {
        ["apis", group] => served.iter().any(|one| one.starts_with(&format!("{group}/"))),
        ["apis", group, version, ..] => served.contains(&format!("{group}/{version}")),
        // Upstream's files of the host are not served.
        ["logs", ..] => false,
        _ => true,
    };
    for path in names(&want["paths"]) {
        if is_served(&path) {
            let pair = (bare(&have["paths"][&path], &have), bare(&want["paths"][&path], &want));
            differ(&format!("v2 {path}"), &pair.0, &pair.1, wrong);
        }
    }
    for path in names(&have["paths"]).difference(&names(&want["paths"])) {
        wrong.push(format!("v2 {path} is none of upstream's"));
    }
    for name in names(&have["definitions"]) {
        let pair = (bare(&have["definitions"][&name], &have), bare(&want["definitions"][&name], &want));
        differ(&format!("v2 {name}"), &pair.0, &pair.1, wrong);
    }
    for part in ["security", "securityDefinitions"] {
        differ(&format!("v2 {part}"), &bare(&have[part], &have), &bare(&want[part], &want), wrong);
    }
}

/// Sentences may be missing only where the types have none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_are_described() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let (_, have) = admin.get("/openapi/v3/apis/apps/v1").await;
    let schemas = &have["components"]["schemas"];
    let deployment = &schemas["io.k8s.api.apps.v1.Deployment"];
    assert!(deployment["description"].as_str().is_some_and(|text| !text.is_empty()), "{deployment}");
    for (name, schema) in schemas.as_object().expect("schemas") {
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let told = schema["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(told || name.contains("meta.v1"), "{name}.{field}");
        }
    }
    cluster.stop().await;
}

/// What checks the types of policies reads the schemas that are published, and says in the status what it found: both as
/// in test/e2e/apimachinery/validatingadmissionpolicy.go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn published_schemas_give_expressions_their_types() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "crontabs.stable.example.com"},
        "spec": {"group": "stable.example.com", "scope": "Namespaced",
            "names": {"plural": "crontabs", "singular": "crontab", "kind": "CronTab"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                "type": "object", "properties": {"spec": {"type": "object", "properties": {
                    "replicas": {"type": "integer"}, "cronSpec": {"type": "string"},
                }}},
            }}}]},
    });
    crate::custom::establish(&admin, definition).await;
    for (document, schema, kind, expressions) in [
        (
            "apis/apps/v1",
            "io.k8s.api.apps.v1.Deployment",
            "Deployment",
            [
                ("object.spec.replicas > 1", ""),
                ("object.spec.replicas > '1'", "'_>_' applied to '(int, string)'"),
                ("'got ' + object.spec.replicas", "'_+_' applied to '(string, int)'"),
                ("object.spec.template.spec.containers.all(c, c.resources.limits['cpu'] != '1')", ""),
                ("object.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')", ""),
                ("object.spec.strategy.rollingUpdate.maxSurge == 1", ""),
                ("object.replicas > 1", "undefined field 'replicas'"),
            ]
            .as_slice(),
        ),
        (
            "apis/stable.example.com/v1",
            "com.example.stable.v1.CronTab",
            "CronTab",
            [
                ("object.spec.replicas > 1 && object.metadata.labels['a'] == object.kind", ""),
                ("object.spec.replicas > '1'", "'_>_' applied to '(int, string)'"),
                ("object.spec.maxRetries < 10", "undefined field 'maxRetries'"),
            ]
            .as_slice(),
        ),
    ] {
        let (_, have) = admin.get(&format!("/openapi/v3/{document}")).await;
        let schemas = have["components"]["schemas"].as_object().expect("schemas");
        let types = cel::type_of(kind, &schemas[schema], schemas).expect("a type");
        let scope = cel::Scope::typed(types, None);
        for (text, wrong) in expressions {
            match scope.compile(text, &[]) {
                Ok(_) => assert_eq!(*wrong, "", "{kind}: {text}"),
                Err(error) => assert!(!wrong.is_empty() && error.contains(wrong), "{kind}: {text}: {error}"),
            }
        }
    }

    let path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"},
        "spec": {"validations": [{"expression": "object.spec.replicas > 1"}], "matchConstraints": {"resourceRules": [
            {"apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"], "operations": ["CREATE"]},
        ]}},
    });
    let (code, created) = admin.post(path, policy).await;
    assert_eq!(code, 201, "{created}");
    for found in [
        json!({}),
        json!({"expressionWarnings": [{"fieldRef": "spec.validations[0].expression", "warning": "w"}]}),
        json!({}),
    ] {
        let applied = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": "p"}, "status": {"observedGeneration": 1, "typeChecking": found},
        });
        let status = format!("{path}/p/status?fieldManager=checker&force=true");
        let (code, answer) = admin.patch(&status, "application/apply-patch+yaml", applied).await;
        assert_eq!((code, &answer["status"]["typeChecking"]), (200, &found), "{answer}");
        assert_eq!(answer["status"]["observedGeneration"], 1);
    }
    cluster.stop().await;
}
