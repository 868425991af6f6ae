//! Custom resources, from their definition to the end of their objects.

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};
use crate::measured::Page;

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const WIDGETS: &str = "/apis/example.com/v1/namespaces/default/widgets";
const MERGE: &str = "application/merge-patch+json";

fn version(name: &str, storage: bool) -> Value {
    json!({
        "name": name, "served": true, "storage": storage,
        "subresources": {"status": {}, "scale": {
            "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": ".status.selector",
        }},
        "selectableFields": [{"jsonPath": ".spec.color"}],
        "additionalPrinterColumns": [
            {"name": "Color", "type": "string", "jsonPath": ".spec.color"},
            {"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"},
        ],
        "schema": {"openAPIV3Schema": {
            "type": "object",
            "properties": {
                "spec": {"type": "object", "required": ["color"], "x-kubernetes-validations": [
                    {"rule": "self.replicas < 100 || self.color == 'red'", "message": "only red ones may be that many"},
                    {"rule": "!has(oldSelf.fixed) || self.fixed == oldSelf.fixed", "message": "fixed can't change"},
                ], "properties": {
                    "fixed": {"type": "string"},
                    "color": {"type": "string", "enum": ["red", "green"]},
                    "replicas": {"type": "integer", "minimum": 0, "default": 1},
                    "ports": {
                        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port"],
                        "items": {"type": "object", "required": ["port"], "properties": {
                            "port": {"type": "integer"}, "name": {"type": "string"},
                        }},
                    },
                }},
                "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            },
        }},
    })
}

fn definition() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": {"plural": "widgets", "kind": "Widget", "shortNames": ["wd"], "categories": ["all"]},
            "versions": [version("v1", true), version("v1beta1", false)],
        },
    })
}

fn widget(name: &str, spec: Value) -> Value {
    json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": name}, "spec": spec})
}

fn is_established(object: &Value, wanted: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|c| c["type"] == "Established" && c["status"] == wanted)
}

pub async fn establish(admin: &Api, definition: Value) -> Value {
    let name = definition["metadata"]["name"].as_str().expect("a name").to_string();
    let (code, created) = admin.post(DEFINITIONS, definition).await;
    assert_eq!(code, 201, "{created}");
    let path = format!("{DEFINITIONS}?fieldSelector=metadata.name%3D{name}");
    let established = admin.until(&path, |_, object| is_established(object, "True")).await;
    // The server that says so serves it, or does in a moment.
    let group = definition_group(&established);
    while admin.get(&format!("/apis/{group}")).await.0 != 200 {
        tokio::task::yield_now().await;
    }
    established
}

fn definition_group(definition: &Value) -> String {
    definition["spec"]["group"].as_str().expect("a group").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custom_resources_live_and_die() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    definitions(&admin).await;
    objects(&admin).await;
    versions(&admin).await;
    shown(&admin).await;
    applied(&admin).await;
    let page = Page::of(&admin).await;
    page.counts("apiserver_cel_compilation_duration_seconds_count", &[]);
    page.counts("apiserver_cel_evaluation_duration_seconds_count", &[]);
    gone(&admin).await;
    cluster.stop().await;
}

async fn definitions(admin: &Api) {
    assert_eq!(admin.get(WIDGETS).await.0, 404);
    let mut bad = definition();
    bad["metadata"]["name"] = json!("gadgets.example.com");
    bad["spec"]["versions"][1]["storage"] = json!(true);
    bad["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["odd"] = json!({});
    let (code, status) = admin.post(DEFINITIONS, bad).await;
    assert_eq!(code, 422);
    let fields: Vec<&str> = status["details"]["causes"]
        .as_array()
        .expect("causes")
        .iter()
        .map(|c| c["field"].as_str().expect("a field"))
        .collect();
    assert_eq!(
        fields,
        [
            "metadata.name",
            "spec.versions[0].schema.openAPIV3Schema.properties[odd].type",
            "spec.versions",
            "status.storedVersions",
        ],
        "{status}"
    );
    let established = establish(admin, definition()).await;
    assert_eq!(established["status"]["acceptedNames"]["listKind"], "WidgetList");
    assert_eq!(established["status"]["storedVersions"], json!(["v1"]));
    // Another definition can't have the same names.
    let mut other = definition();
    other["metadata"]["name"] = json!("wudgets.example.com");
    other["spec"]["names"] = json!({"plural": "wudgets", "kind": "Widget"});
    assert_eq!(admin.post(DEFINITIONS, other).await.0, 201);
    let path = format!("{DEFINITIONS}?fieldSelector=metadata.name%3Dwudgets.example.com");
    let refused = admin.until(&path, |_, object| is_established(object, "False")).await;
    assert_eq!(refused["status"]["conditions"][0]["reason"], "ListKindConflict", "{refused}");
    assert_eq!(refused["status"]["conditions"][0]["message"], "\"WidgetList\" is already in use");
    // When the other one goes, the names are free; and the other way round.
    let first = format!("{DEFINITIONS}/widgets.example.com");
    assert_eq!(admin.send(Method::DELETE, &first, None).await.0, 200);
    admin.until(&path, |_, object| is_established(object, "True")).await;
    assert_eq!(admin.send(Method::DELETE, &format!("{DEFINITIONS}/wudgets.example.com"), None).await.0, 200);
    while admin.get(&format!("{DEFINITIONS}/wudgets.example.com")).await.0 != 404
        || admin.get(&first).await.0 != 404
    {
        tokio::task::yield_now().await;
    }
    establish(admin, definition()).await;
}

async fn objects(admin: &Api) {
    let (code, created) = admin.post(WIDGETS, widget("a", json!({"color": "red", "extra": 1}))).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["spec"], json!({"color": "red", "replicas": 1}), "pruned and defaulted");
    assert_eq!(created["metadata"]["generation"], 1);
    let (code, status) = admin
        .post(&format!("{WIDGETS}?fieldValidation=Strict"), widget("b", json!({"color": "red", "extra": 1})))
        .await;
    assert_eq!(code, 400);
    assert!(
        status["message"].as_str().is_some_and(|m| m.contains("unknown field \"spec.extra\"")),
        "{status}"
    );
    let (code, status) = admin.post(WIDGETS, widget("b", json!({"color": "blue", "replicas": -1}))).await;
    assert_eq!((code, &status["reason"]), (422, &json!("Invalid")));
    assert_eq!(
        status["message"],
        "Widget.example.com \"b\" is invalid: [spec.color: Unsupported value: \"blue\": supported values: \"red\", \"green\", spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0]"
    );
    let (code, status) = admin.post(WIDGETS, widget("b", json!({"color": "green", "replicas": 100}))).await;
    assert_eq!(code, 422);
    assert_eq!(
        status["message"],
        "Widget.example.com \"b\" is invalid: spec: Invalid value: \"object\": only red ones may be that many"
    );
    let (code, _) = admin.patch(&format!("{WIDGETS}/a"), MERGE, json!({"spec": {"fixed": "x"}})).await;
    assert_eq!(code, 200);
    let (code, status) = admin.patch(&format!("{WIDGETS}/a"), MERGE, json!({"spec": {"fixed": "y"}})).await;
    assert_eq!(code, 422, "{status}");
    // Spec and status are apart; the generation counts the spec.
    let (code, object) = admin
        .patch(&format!("{WIDGETS}/a"), MERGE, json!({"spec": {"replicas": 2}, "status": {"x": 1}}))
        .await;
    assert_eq!((code, &object["status"], &object["metadata"]["generation"]), (200, &Value::Null, &json!(3)));
    let status = json!({"spec": {"replicas": 9}, "status": {"replicas": 2, "selector": "a=b", "conditions": [{"type": "Ready", "status": "True"}]}});
    let (code, object) = admin.patch(&format!("{WIDGETS}/a/status"), MERGE, status).await;
    assert_eq!(
        (code, &object["spec"]["replicas"], &object["metadata"]["generation"]),
        (200, &json!(2), &json!(3)),
        "{object}"
    );
    let (code, scale) = admin.get(&format!("{WIDGETS}/a/scale")).await;
    assert_eq!(code, 200);
    assert_eq!(
        (&scale["spec"], &scale["status"]),
        (&json!({"replicas": 2}), &json!({"replicas": 2, "selector": "a=b"}))
    );
    let (code, _) = admin.patch(&format!("{WIDGETS}/a/scale"), MERGE, json!({"spec": {"replicas": 5}})).await;
    assert_eq!(code, 200);
    assert_eq!(admin.get(&format!("{WIDGETS}/a")).await.1["spec"]["replicas"], 5);
    assert_eq!(admin.post(WIDGETS, widget("g", json!({"color": "green"}))).await.0, 201);
    let (_, list) = admin.get(&format!("{WIDGETS}?fieldSelector=spec.color%3Dgreen")).await;
    assert_eq!(list["kind"], "WidgetList");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    // Unlike those of built-in kinds.
    assert_eq!(
        list["items"][0]["kind"].as_str().map(|kind| format!("{kind}List")).as_deref(),
        list["kind"].as_str()
    );
}

async fn versions(admin: &Api) {
    let old = WIDGETS.replace("/v1/", "/v1beta1/");
    let (code, object) = admin.get(&format!("{old}/a")).await;
    assert_eq!((code, &object["apiVersion"]), (200, &json!("example.com/v1beta1")));
    let mut new = widget("old", json!({"color": "red"}));
    new["apiVersion"] = json!("example.com/v1beta1");
    assert_eq!(admin.post(&old, new).await.0, 201);
    let (_, object) = admin.get(&format!("{WIDGETS}/old")).await;
    assert_eq!(object["apiVersion"], "example.com/v1");
    // A version that is not served any more is gone; the others stay.
    let off = json!([{"op": "replace", "path": "/spec/versions/1/served", "value": false}]);
    let path = format!("{DEFINITIONS}/widgets.example.com");
    assert_eq!(admin.patch(&path, "application/json-patch+json", off).await.0, 200);
    while admin.get(&old).await.0 != 404 {
        tokio::task::yield_now().await;
    }
    assert_eq!(admin.get(WIDGETS).await.0, 200);
}

async fn shown(admin: &Api) {
    let accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    let answer =
        admin.request(Method::GET, WIDGETS).header("accept", accept).send().await.expect("an answer");
    let table: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    let names: Vec<&str> = table["columnDefinitions"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|c| c["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["Name", "Color", "Ready"]);
    assert_eq!(table["rows"][0]["cells"], json!(["a", "red", "True"]));
    let (_, group) = admin.get("/apis/example.com").await;
    assert_eq!(group["preferredVersion"]["version"], "v1");
    let (_, list) = admin.get("/apis/example.com/v1").await;
    let names: Vec<&str> = list["resources"]
        .as_array()
        .expect("resources")
        .iter()
        .map(|r| r["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["widgets", "widgets/status", "widgets/scale"]);
    let (_, index) = admin.get("/openapi/v3").await;
    let path =
        index["paths"]["apis/example.com/v1"]["serverRelativeURL"].as_str().expect("a document").to_string();
    let (code, document) = admin.get(&path).await;
    assert_eq!(code, 200);
    let schema = &document["components"]["schemas"]["com.example.v1.Widget"];
    assert_eq!(schema["properties"]["spec"]["properties"]["color"]["enum"], json!(["red", "green"]));
    assert_eq!(schema["x-kubernetes-group-version-kind"][0]["kind"], "Widget");
    let reference = schema["properties"]["metadata"]["allOf"][0]["$ref"].as_str().expect("a reference");
    let name = reference.rsplit('/').next().expect("a name");
    assert!(document["components"]["schemas"][name].is_object(), "{reference}");
    let (_, swagger) = admin.get("/openapi/v2").await;
    assert!(swagger["definitions"]["com.example.v1.Widget"].is_object());
    let items = &swagger["definitions"]["com.example.v1.WidgetList"]["properties"]["items"]["items"];
    assert_eq!(items["$ref"], "#/definitions/com.example.v1.Widget");
    let operation =
        &swagger["paths"]["/apis/example.com/v1/namespaces/{namespace}/widgets/{name}/scale"]["get"];
    assert_eq!(operation["operationId"], "readExampleComV1NamespacedWidgetScale");
    assert_eq!(
        operation["responses"]["200"]["schema"]["$ref"],
        "#/definitions/io.k8s.api.autoscaling.v1.Scale"
    );
}

async fn applied(admin: &Api) {
    let apply = "application/apply-patch+yaml";
    let config = |ports: Value| widget("applied", json!({"color": "red", "ports": ports}));
    let path = format!("{WIDGETS}/applied");
    let (code, object) =
        admin.patch(&format!("{path}?fieldManager=a"), apply, config(json!([{"port": 80}]))).await;
    assert_eq!(code, 201, "{object}");
    let (code, object) = admin
        .patch(&format!("{path}?fieldManager=b"), apply, config(json!([{"port": 81, "name": "x"}])))
        .await;
    assert_eq!(
        (code, &object["spec"]["ports"]),
        (200, &json!([{"port": 80}, {"port": 81, "name": "x"}])),
        "{object}"
    );
    let (_, object) = admin.patch(&format!("{path}?fieldManager=a"), apply, config(json!([]))).await;
    assert_eq!(object["spec"]["ports"], json!([{"port": 81, "name": "x"}]), "{object}");
    let mut other = config(json!([]));
    other["spec"]["color"] = json!("green");
    let (code, status) = admin.patch(&format!("{path}?fieldManager=c"), apply, other).await;
    assert_eq!(code, 409);
    let message = status["message"].as_str().expect("a message");
    assert!(message.contains("conflicts with \"a\":\n- .spec.color"), "{message}");
}

async fn gone(admin: &Api) {
    let held = json!({"metadata": {"finalizers": ["example.com/hold"]}});
    assert_eq!(admin.patch(&format!("{WIDGETS}/a"), MERGE, held).await.0, 200);
    let path = format!("{DEFINITIONS}/widgets.example.com");
    let (code, object) = admin.send(Method::DELETE, &path, None).await;
    assert_eq!(code, 200);
    assert_eq!(object["metadata"]["finalizers"], json!(["customresourcecleanup.apiextensions.k8s.io"]));
    admin.until(WIDGETS, |_, object| object["metadata"]["deletionTimestamp"].is_string()).await;
    let (code, status) = admin.post(WIDGETS, widget("late", json!({"color": "red"}))).await;
    assert_eq!((code, &status["reason"]), (405, &json!("MethodNotAllowed")), "{status}");
    let gone = format!("{DEFINITIONS}?fieldSelector=metadata.name%3Dwidgets.example.com");
    let held = format!("{WIDGETS}/a");
    let (_, released) = tokio::join!(
        admin.until(&gone, |event, _| event == "DELETED"),
        admin.patch(&held, MERGE, json!({"metadata": {"finalizers": []}}))
    );
    assert_eq!(released.0, 200, "{}", released.1);
    while admin.get(WIDGETS).await.0 != 404 {
        tokio::task::yield_now().await;
    }
    // The same definition again finds nothing of the old objects.
    establish(admin, definition()).await;
    let (_, list) = admin.get(WIDGETS).await;
    assert_eq!(list["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_are_read_by_the_schema_of_the_day() {
    use etcdapi::etcdserverpb as pb;
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let definition = |properties: Value| {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "days.example.com"},
            "spec": {
                "group": "example.com", "scope": "Namespaced", "names": {"plural": "days", "kind": "Day"},
                "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                    "type": "object", "properties": {"spec": {"type": "object", "properties": properties}},
                }}}],
            },
        })
    };
    let first = definition(json!({"a": {"type": "string"}, "b": {"type": "string"}}));
    assert_eq!(admin.post(DEFINITIONS, first).await.0, 201);
    let days = "/apis/example.com/v1/namespaces/default/days";
    let day = json!({"apiVersion": "example.com/v1", "kind": "Day", "metadata": {"name": "d"}, "spec": {"a": "1", "b": "2"}});
    let mut tries = 0;
    while admin.post(days, day.clone()).await.0 != 201 {
        tries += 1;
        assert!(tries < 2000, "the resource is never served");
    }
    assert_eq!(admin.get(&format!("{days}/d")).await.1["spec"], json!({"a": "1", "b": "2"}));
    // One field goes, another one comes.
    let changed = definition(json!({"a": {"type": "string"}, "c": {"type": "string", "default": "3"}}));
    let patch = json!({"spec": {"versions": changed["spec"]["versions"]}});
    assert_eq!(admin.patch(&format!("{DEFINITIONS}/days.example.com"), MERGE, patch).await.0, 200);
    let wanted = json!({"a": "1", "c": "3"});
    let mut tries = 0;
    while admin.get(&format!("{days}/d")).await.1["spec"] != wanted {
        tries += 1;
        assert!(tries < 2000, "the schema is never seen");
    }
    assert_eq!(admin.get(days).await.1["items"][0]["spec"], wanted);
    assert_eq!(admin.until(days, |_, object| object["metadata"]["name"] == "d").await["spec"], wanted);
    // Reading writes nothing.
    let etcd =
        etcdapi::Client::connect(etcdapi::Config::new(vec![cluster.etcd.clone()])).await.expect("etcd");
    let request = pb::RangeRequest {
        key: "/registry/example.com/days/default/d".into(),
        ..pb::RangeRequest::default()
    };
    let answer = etcd.kv().range(request).await.expect("an answer").into_inner();
    let stored: Value = serde_json::from_slice(&answer.kvs[0].value).expect("JSON");
    assert_eq!(stored["spec"], json!({"a": "1", "b": "2"}));
    // The next change does.
    assert_eq!(admin.patch(&format!("{days}/d"), MERGE, json!({"spec": {"a": "4"}})).await.0, 200);
    assert_eq!(admin.get(&format!("{days}/d")).await.1["spec"], json!({"a": "4", "c": "3"}));
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_that_could_cost_too_much_are_refused_when_they_are_written() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let mut costly = definition();
    let spec = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";
    let names = json!({"type": "array", "items": {"type": "string"}});
    let rule = json!({"rule": "self.names.all(a, self.names.exists_one(b, a == b))"});
    let schema = costly.pointer_mut(spec).expect("a schema");
    schema["properties"]["names"] = names;
    schema["x-kubernetes-validations"].as_array_mut().expect("rules").push(rule);
    let (code, status) = admin.post(DEFINITIONS, costly.clone()).await;
    assert_eq!(code, 422, "{status}");
    let cause = &status["details"]["causes"][0];
    let field = "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[2].rule";
    assert_eq!((&cause["reason"], &cause["field"]), (&json!("FieldValueForbidden"), &json!(field)));
    let message = cause["message"].as_str().unwrap_or_default();
    assert!(message.contains("exceeds budget by factor of more than 100x"), "{message}");
    assert!(message.contains("adding maxItems, maxProperties, and maxLength"), "{message}");
    // With an end to its list and texts, the rule is taken.
    let schema = costly.pointer_mut(spec).expect("a schema");
    schema["properties"]["names"]["maxItems"] = json!(20);
    schema["properties"]["names"]["items"]["maxLength"] = json!(40);
    let (code, status) = admin.post(&format!("{DEFINITIONS}?dryRun=All"), costly).await;
    assert_eq!(code, 201, "{status}");
    cluster.stop().await;
}
