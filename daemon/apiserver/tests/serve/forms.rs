//! The forms that answers come in: protobuf, gzip.

use std::io::Read;

use apimachinery::protobuf;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

async fn fetch(api: &Api, path: &str, header: &'static str, value: &str) -> reqwest::Response {
    api.request(Method::GET, path).header(header, value).send().await.expect("an answer")
}

fn media(response: &reqwest::Response) -> String {
    response.headers()["content-type"].to_str().expect("a text").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_come_in_the_form_that_is_asked_for() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let map = |name: &str, text: String| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"key": text}});
    let (_, created) = admin.post(MAPS, map("a", "1".into())).await;

    // A list of a built-in kind says what its items are; they don't.
    for form in ["application/json", "application/yaml"] {
        let list = fetch(&admin, MAPS, "accept", form).await.text().await.expect("a body");
        let list: Value = serde_yaml::from_str(&list).expect("a list");
        assert_eq!((&list["kind"], &list["apiVersion"]), (&json!("ConfigMapList"), &json!("v1")));
        let item = list["items"].as_array().and_then(|items| items.iter().find(|i| i["data"]["key"] == "1"));
        let item = item.and_then(Value::as_object).expect("the map");
        let mut keys: Vec<&str> = item.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["data", "metadata"], "{form}");
    }

    // Both ways in protobuf.
    let answer = fetch(&admin, &format!("{MAPS}/a"), "accept", PROTOBUF).await;
    assert_eq!(media(&answer), PROTOBUF);
    let bytes = answer.bytes().await.expect("a body");
    let object = protobuf::decode(&bytes, ("", "v1", "ConfigMap")).expect("an object");
    assert_eq!(object, created);
    let mut changed = object;
    changed["data"]["key"] = json!("2");
    let body = protobuf::encode(&changed, ("", "v1", "ConfigMap")).expect("known");
    let request = admin.request(Method::PUT, &format!("{MAPS}/a")).header("content-type", PROTOBUF);
    let answer = request.header("accept", PROTOBUF).body(body).send().await.expect("an answer");
    let object = protobuf::decode(&answer.bytes().await.expect("a body"), ("", "v1", "ConfigMap"));
    assert_eq!(object.expect("an object")["data"]["key"], "2");
    let answer = fetch(&admin, &format!("{MAPS}/none"), "accept", PROTOBUF).await;
    assert_eq!((answer.status().as_u16(), media(&answer).as_str()), (404, PROTOBUF));
    let status =
        protobuf::decode(&answer.bytes().await.expect("a body"), ("", "v1", "Status")).expect("a status");
    assert_eq!((&status["reason"], &status["code"]), (&json!("NotFound"), &json!(404)));
    // What has no protobuf form comes as JSON if that is taken too.
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com", "scope": "Cluster", "names": {"plural": "things", "kind": "Thing"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}],
        },
    });
    crate::custom::establish(&admin, definition).await;
    let things = "/apis/example.com/v1/things";
    let answer =
        fetch(&admin, things, "accept", "application/vnd.kubernetes.protobuf,application/json").await;
    assert_eq!(media(&answer), "application/json");
    assert_eq!(fetch(&admin, things, "accept", PROTOBUF).await.status(), 406);

    // Metadata alone, in either version.
    for version in ["v1", "v1beta1"] {
        let accept = format!("{PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v={version}");
        let answer =
            admin.request(Method::GET, MAPS).header("accept", &accept).send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), media(&answer).as_str()), (200, PROTOBUF), "{version}");
        let bytes = answer.bytes().await.expect("a body");
        let says = format!("meta.k8s.io/{version}\x12\x19PartialObjectMetadataList");
        assert!(bytes.windows(says.len()).any(|window| window == says.as_bytes()), "{version}");
    }

    // Events in protobuf are framed by their length.
    let path = format!("{MAPS}?watch=1&fieldSelector=metadata.name%3Da");
    let mut answer = fetch(&admin, &path, "accept", PROTOBUF).await;
    assert_eq!(media(&answer), "application/vnd.kubernetes.protobuf;stream=watch");
    let mut frame = Vec::new();
    while frame.len() < 4
        || frame.len() < 4 + u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]) as usize
    {
        frame.extend(answer.chunk().await.expect("a chunk").expect("more"));
    }
    let at = frame.windows(4).position(|window| window == b"k8s\0").expect("an object");
    let object = protobuf::decode(&frame[at..], ("", "v1", "ConfigMap")).expect("an object");
    assert_eq!(object["data"]["key"], "2");

    // Large answers are compressed for those who take it, and say the same.
    for index in 0..20 {
        admin.post(MAPS, map(&format!("big-{index}"), "x".repeat(10_000))).await;
    }
    let plain = fetch(&admin, MAPS, "accept-encoding", "identity").await.bytes().await.expect("a body");
    let answer = fetch(&admin, MAPS, "accept-encoding", "gzip").await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let packed = answer.bytes().await.expect("a body");
    assert!(packed.len() < plain.len() / 10, "{} of {}", packed.len(), plain.len());
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut text).expect("gzip");
    let list =
        |text: &[u8]| -> Value { serde_json::from_slice::<Value>(text).expect("JSON")["items"].clone() };
    assert_eq!(list(&text), list(&plain));
    let small = fetch(&admin, &format!("{MAPS}/a"), "accept-encoding", "gzip").await;
    assert!(!small.headers().contains_key("content-encoding"));
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discovery_is_read_once_and_watches_run_over_websockets() {
    use futures::StreamExt;
    use tokio_tungstenite::tungstenite::Message;
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let ask = async |tag: &str| {
        let request =
            admin.request(Method::GET, "/apis").header("accept", accept).header("if-none-match", tag);
        request.send().await.expect("an answer")
    };
    let first = ask("\"other\"").await;
    assert_eq!(first.status(), 200);
    let tag = first.headers()["etag"].to_str().expect("a text").to_string();
    assert!(first.text().await.expect("a body").contains("APIGroupDiscoveryList"));
    let second = ask(&tag).await;
    assert_eq!((second.status().as_u16(), second.headers()["etag"].to_str().ok()), (304, Some(tag.as_str())));
    assert!(second.text().await.expect("a body").is_empty());
    // What is served changes: the tag does, too.
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "tags.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "tags", "kind": "Tag"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}],
        },
    });
    assert_eq!(admin.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd).await.0, 201);
    let mut tries = 0;
    while ask(&tag).await.status() != 200 {
        tries += 1;
        assert!(tries < 1000, "the new resource is never seen");
    }

    // A browser's watch: the token is a sub-protocol of the handshake.
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
    assert_eq!(admin.post("/api/v1/namespaces/default/serviceaccounts", account).await.0, 201);
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "default"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}],
    });
    assert_eq!(admin.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding).await.0, 201);
    let request = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    let (_, answer) = admin.post("/api/v1/namespaces/default/serviceaccounts/default/token", request).await;
    let token = answer["status"]["token"].as_str().expect("a token");
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, token);
    let maps = "/api/v1/namespaces/default/configmaps";
    let url = format!("{}{maps}?watch=1&resourceVersion=0", cluster.url.replace("https", "wss"));
    let connect = async || {
        let request = http::Request::builder()
            .uri(&url)
            .header("host", "localhost")
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header(
                "sec-websocket-protocol",
                format!("base64url.bearer.authorization.k8s.io.{encoded}, watch.example"),
            )
            .body(())
            .expect("a request");
        let roots = component::tls::read_roots(&cluster.folder.path().join("ca.crt")).expect("a CA");
        let tls = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let address = cluster.url.trim_start_matches("https://").to_string();
        let stream = tokio::net::TcpStream::connect(address).await.expect("connects");
        let name = rustls::pki_types::ServerName::try_from("localhost").expect("a name");
        let stream = tokio_rustls::TlsConnector::from(std::sync::Arc::new(tls)).connect(name, stream).await;
        tokio_tungstenite::client_async(request, stream.expect("TLS")).await
    };
    let mut tries = 0;
    let (mut socket, response) = loop {
        match connect().await {
            Ok(connected) => break connected,
            // The role is seen a moment later.
            Err(error) => {
                tries += 1;
                assert!(tries < 500, "{error}");
            }
        }
    };
    assert_eq!(response.headers()["sec-websocket-protocol"], "watch.example");
    for name in ["one", "two"] {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
        assert_eq!(admin.post(maps, map).await.0, 201);
    }
    let mut names = Vec::new();
    while names.len() < 2 {
        let message = socket.next().await.expect("a message").expect("no error");
        let Message::Text(text) = message else { panic!("{message:?}") };
        let event: Value = serde_json::from_str(&text).expect("one event");
        if event["object"]["metadata"]["name"] != "kube-root-ca.crt" {
            assert_eq!(event["type"], "ADDED");
            names.push(event["object"]["metadata"]["name"].as_str().expect("a name").to_string());
        }
    }
    assert_eq!(names, ["one", "two"]);
    socket.close(None).await.expect("closes");
    cluster.stop().await;
}

/// What is written and what is not, as upstream's types have it; and every answer can be found in the audit log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zeros_are_left_away_as_upstream_does() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let path = "/apis/apps/v1/namespaces/default/deployments";
    let given = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "d", "labels": {}, "annotations": {"a": ""}, "finalizers": []},
        "spec": {
            "replicas": 0, "minReadySeconds": 0, "paused": false, "revisionHistoryLimit": 0,
            "selector": {"matchLabels": {"app": "d"}, "matchExpressions": []},
            "template": {
                "metadata": {"labels": {"app": "d"}, "name": ""},
                "spec": {
                    "hostNetwork": false, "hostUsers": true, "shareProcessNamespace": false, "nodeName": "",
                    "nodeSelector": {}, "tolerations": [], "volumes": [{"name": "e", "emptyDir": {}}],
                    "containers": [{
                        "name": "c", "image": "x", "tty": false, "command": [], "env": [{"name": "E", "value": ""}],
                        "securityContext": {"privileged": false, "capabilities": {}},
                        "livenessProbe": {"tcpSocket": {"port": 1, "host": ""}, "initialDelaySeconds": 0},
                    }],
                },
            },
        },
    });
    let (code, created) = admin.post(&format!("{path}?fieldValidation=Strict"), given.clone()).await;
    assert_eq!(code, 201, "{created}");
    let (_, read) = admin.get(&format!("{path}/d")).await;
    assert_eq!(read, created);
    let meta = read["metadata"].as_object().expect("metadata");
    assert!(!meta.contains_key("labels") && !meta.contains_key("finalizers"), "{read}");
    assert_eq!(read["status"], json!({}));
    let spec = read["spec"].as_object().expect("a spec");
    assert_eq!((&spec["replicas"], &spec["revisionHistoryLimit"]), (&json!(0), &json!(0)));
    assert!(!spec.contains_key("paused") && !spec.contains_key("minReadySeconds"), "{read}");
    assert_eq!(spec["selector"], json!({"matchLabels": {"app": "d"}}));
    let pod = spec["template"]["spec"].as_object().expect("a pod's spec");
    let gone = ["hostNetwork", "nodeName", "nodeSelector", "tolerations"];
    assert!(gone.iter().all(|name| !pod.contains_key(*name)), "{read}");
    assert_eq!((&pod["hostUsers"], &pod["shareProcessNamespace"]), (&json!(true), &json!(false)));
    assert_eq!((&pod["securityContext"], &pod["volumes"][0]["emptyDir"]), (&json!({}), &json!({})));
    let container = pod["containers"][0].as_object().expect("a container");
    assert_eq!(container["resources"], json!({}));
    assert_eq!(container["env"], json!([{"name": "E"}]));
    assert_eq!(container["securityContext"], json!({"privileged": false, "capabilities": {}}));
    assert!(!container.contains_key("tty") && !container.contains_key("command"), "{read}");
    assert_eq!(container["livenessProbe"]["tcpSocket"], json!({"port": 1}));

    // What stands there can be patched, and the same body again changes nothing.
    let patch = json!([{"op": "add", "path": "/spec/template/spec/containers/0/resources/limits", "value": {"cpu": "1"}}]);
    let request = admin.request(Method::PATCH, &format!("{path}/d"));
    let answer =
        request.header("content-type", "application/json-patch+json").body(patch.to_string()).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
    let (_, patched) = admin.get(&format!("{path}/d")).await;
    assert_eq!(patched["metadata"]["generation"], 2);
    let mut again = given;
    again["spec"]["template"]["spec"]["containers"][0]["resources"] =
        json!({"limits": {"cpu": "1000m"}, "claims": []});
    let (code, put) = admin.send(Method::PUT, &format!("{path}/d"), Some(again)).await;
    assert_eq!(
        (code, &put["metadata"]["resourceVersion"]),
        (200, &patched["metadata"]["resourceVersion"]),
        "{put} {patched}"
    );
    let (_, role) = admin
        .post(
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "none"}}),
        )
        .await;
    assert_eq!(role.get("rules"), Some(&Value::Null));
    cluster.stop().await;
}

/// The body of upstream's test/integration/apiserver/field_validation_test.go: two keys stand twice.
const TWICE: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: twice
  labels:
    app: nginx
spec:
  unknown1: val1
  unknownDupe: valDupe
  unknownDupe: valDupe2
  paused: true
  paused: false
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx:latest
        unknownNested: val1
        imagePullPolicy: Always
        imagePullPolicy: Never";
/// What is told of it.
const TOLD: [&str; 6] = [
    "line 10: key \"unknownDupe\" already set in map",
    "line 12: key \"paused\" already set in map",
    "line 26: key \"imagePullPolicy\" already set in map",
    "unknown field \"spec.template.spec.containers[0].unknownNested\"",
    "unknown field \"spec.unknown1\"",
    "unknown field \"spec.unknownDupe\"",
];

/// The code, the warnings and the body of an answer.
async fn said(request: reqwest::RequestBuilder) -> (u16, Vec<String>, Value) {
    let answer = request.send().await.expect("an answer");
    let told = |value: &reqwest::header::HeaderValue| {
        let text = value.to_str().unwrap_or_default().strip_prefix("299 - \"").unwrap_or_default();
        text.strip_suffix('"').unwrap_or_default().replace("\\\"", "\"")
    };
    let warnings = answer.headers().get_all("warning").iter().map(told).collect();
    let code = answer.status().as_u16();
    (code, warnings, answer.json().await.expect("JSON"))
}

/// Keys that stand twice in YAML are refused, told or passed over, as the client wishes; the last one counts. Booleans and
/// numbers are those of YAML 1.1.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_may_stand_twice_in_yaml() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let all = "/apis/apps/v1/namespaces/default/deployments";
    let one = format!("{all}/twice");
    for (method, path) in [(Method::POST, all), (Method::PUT, &*one)] {
        for (wish, warnings) in [("Strict", 0), ("Ignore", 0), ("Warn", 6), ("", 6)] {
            // Each creation begins with nothing.
            if method == Method::POST {
                admin.send(Method::DELETE, &one, None).await;
            }
            let path = format!("{path}?fieldValidation={wish}");
            let request = admin.request(method.clone(), &path).header("content-type", "application/yaml");
            let (code, told, body) = said(request.body(TWICE)).await;
            if wish == "Strict" {
                let why = format!(
                    "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: yaml: unmarshal errors:\n  {}, {}",
                    TOLD[..3].join("\n  "),
                    TOLD[3..].join(", ")
                );
                assert_eq!((code, &body["message"]), (400, &json!(why)), "{method}");
                continue;
            }
            assert!(code == 200 || code == 201, "{method} {wish}: {body}");
            assert_eq!(told, TOLD[..warnings], "{method} {wish}");
            assert_eq!(body["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"], "Never");
        }
    }

    let apply = |wish: &str, text: &str| {
        let path = format!("{one}?fieldManager=a&force=true&fieldValidation={wish}");
        let request = admin.request(Method::PATCH, &path);
        said(request.header("content-type", "application/apply-patch+yaml").body(text.to_string()))
    };
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: twice}\nspec:\n";
    let yaml = format!("{head}  replicas: 1\n  replicas: 2\n");
    let json = "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"twice\"}, \"spec\": {\n\t\"paused\": true,\n\t\"replicas\": 1,\n\t\"paused\": false,\n\t\"replicas\": 2}}";
    for (text, lines) in [
        (&*yaml, ["line 6: key \"replicas\" already set in map"].as_slice()),
        (json, &["line 4: key \"paused\" already set in map", "line 5: key \"replicas\" already set in map"]),
    ] {
        let (code, told, body) = apply("Strict", text).await;
        let why = format!(
            "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  {}",
            lines.join("\n  ")
        );
        assert_eq!((code, told.len(), &body["message"]), (400, 0, &json!(why)));
        for (wish, warned) in [("Warn", lines), ("", lines), ("Ignore", &[])] {
            let (code, told, body) = apply(wish, text).await;
            assert_eq!(
                (code, told, &body["spec"]["replicas"]),
                (200, warned.iter().map(ToString::to_string).collect(), &json!(2)),
                "{wish}"
            );
        }
    }

    let request = admin.request(Method::POST, "/api/v1/namespaces/default/podtemplates");
    let text = "metadata: {name: p}\ntemplate:\n  spec:\n    hostPID: no\n    terminationGracePeriodSeconds: 0x10\n    containers: [{name: c, image: i, stdin: yes}]\n";
    let (code, _, made) = said(request.header("content-type", "application/yaml").body(text)).await;
    let spec = &made["template"]["spec"];
    assert_eq!((code, &spec["containers"][0]["stdin"]), (201, &json!(true)), "{made}");
    assert_eq!((&spec["hostPID"], &spec["terminationGracePeriodSeconds"]), (&Value::Null, &json!(16)));

    let request = admin.request(Method::POST, "/api/v1/namespaces/default/configmaps");
    let (code, _, status) = said(request.header("content-type", "application/yaml").body("a: b: c")).await;
    let why = "the object provided is unrecognized (must be of type ConfigMap): yaml: line 1, column 5: mapping values are not allowed in this context (613a20623a2063)";
    assert_eq!((code, &status["message"]), (400, &json!(why)));
    cluster.stop().await;
}

/// Tables and metadata alone, as test/e2e/apimachinery/{table_conversion,watchlist}.go ask for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_have_two_versions() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let path = "/api/v1/namespaces/default/podtemplates";
    for index in 0..3 {
        let template = json!({
            "metadata": {"name": format!("template-{index:04}")},
            "template": {"spec": {"containers": [{"name": "test", "image": "test2"}]}},
        });
        assert_eq!(admin.post(path, template).await.0, 201);
    }
    let one = format!("{path}/template-0000");
    for version in ["v1", "v1beta1"] {
        let group = format!("meta.k8s.io/{version}");
        let accept = |kind: &str| format!("application/json;as={kind};v={version};g=meta.k8s.io");
        let get = async |path: &str, kind: &str| {
            let request = admin.request(Method::GET, path).header("accept", accept(kind));
            let (code, _, body) = said(request).await;
            assert_eq!((code, &body["apiVersion"]), (200, &json!(group)), "{body}");
            body
        };
        let table = get(&one, "Table").await;
        assert_eq!(
            (&table["kind"], &table["rows"][0]["cells"][0]),
            (&json!("Table"), &json!("template-0000"))
        );
        assert_eq!(table["rows"][0]["object"]["apiVersion"], group);
        let first = get(&format!("{path}?limit=2"), "Table").await;
        assert_eq!(first["rows"].as_array().map(Vec::len), Some(2));
        let token = first["metadata"]["continue"].as_str().expect("more");
        let last = get(&format!("{path}?continue={token}"), "Table").await;
        assert_eq!(last["rows"][0]["cells"][0], "template-0002");
        assert_eq!(get(&one, "PartialObjectMetadata").await["metadata"]["name"], "template-0000");
        let list = get(path, "PartialObjectMetadataList").await;
        assert_eq!(
            (&list["items"][2]["apiVersion"], &list["kind"]),
            (&json!(group), &json!("PartialObjectMetadataList"))
        );

        // A watch in place of a list is of objects; any other may be of rows.
        let watch = format!("{path}?watch=1&timeoutSeconds=1&allowWatchBookmarks=true");
        let initial = format!("{watch}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
        let fetched = async |path: &str, accept: String| {
            let answer =
                admin.request(Method::GET, path).header("accept", accept).send().await.expect("an answer");
            (answer.status().as_u16(), answer.text().await.expect("a body"))
        };
        assert_eq!(fetched(&initial, accept("Table")).await.0, 406);
        let (code, text) = fetched(&initial, format!("{},application/json", accept("Table"))).await;
        assert!(
            code == 200 && text.contains("\"kind\":\"PodTemplate\"") && text.contains("initial-events-end"),
            "{text}"
        );
        let notes = |text: &str| -> Value {
            let last: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("an event");
            last["object"]["metadata"]["annotations"].clone()
        };
        let list = |text: &str| -> Value {
            let list = notes(text)["kubernetes.io/initial-events-list-blueprint"]
                .as_str()
                .map(|text| STANDARD.decode(text));
            serde_json::from_slice(&list.expect("a list").expect("base64")).expect("JSON")
        };
        assert_eq!(
            list(&text),
            json!({"kind": "PodTemplateList", "apiVersion": "v1", "metadata": {}, "items": null})
        );
        let (_, text) = fetched(&initial, accept("PartialObjectMetadata")).await;
        assert_eq!(
            list(&text),
            json!({"kind": "PartialObjectMetadataList", "apiVersion": group, "metadata": {}, "items": null})
        );
        let (_, text) = fetched(&watch, "application/json".into()).await;
        assert_eq!(notes(&text), json!({"k8s.io/initial-events-end": "true"}));
        let (code, text) = fetched(&watch, accept("Table")).await;
        assert!(code == 200 && text.contains("\"kind\":\"Table\"") && text.contains(&group), "{text}");
    }
    cluster.stop().await;
}

/// What goes out as YAML comes back as it was: texts that YAML 1.1 takes for something else are quoted. Fields are in the
/// order of their names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn yaml_comes_back_as_it_went_out() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let texts = [
        "yes",
        "on",
        "n",
        "0644",
        "1_0",
        "0x1F",
        "1:30",
        "~",
        "",
        "<<",
        "1e3",
        ".5",
        "a: b",
        "# c",
        "x\ny\n",
        " z",
        "=",
        "2001-12-14",
    ];
    let data: serde_json::Map<String, Value> =
        texts.iter().enumerate().map(|(index, text)| (format!("k{index:02}"), json!(text))).collect();
    let (code, made) = admin.post(MAPS, json!({"metadata": {"name": "odd"}, "data": data})).await;
    assert_eq!(code, 201, "{made}");
    let path = format!("{MAPS}/odd");
    let text = fetch(&admin, &path, "accept", "application/yaml").await.text().await.expect("a text");
    assert!(text.starts_with("apiVersion: v1\ndata:\n  k00: \"yes\"\n"), "{text}");
    assert_eq!(yaml::one(&text), Ok(made.clone()), "{text}");
    let request = admin.request(Method::PUT, &path).header("content-type", "application/yaml").body(text);
    let (code, _, again) = said(request).await;
    assert_eq!((code, again), (200, made.clone()));
    let list = fetch(&admin, MAPS, "accept", "application/yaml").await.text().await.expect("a text");
    let list = yaml::one(&list).expect("YAML");
    let one = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["metadata"]["name"] == "odd")
        .expect("there");
    assert_eq!(one["data"], made["data"]);
    let missing = fetch(&admin, &format!("{MAPS}/none"), "accept", "application/yaml")
        .await
        .text()
        .await
        .expect("a text");
    assert!(missing.starts_with("apiVersion: v1\ncode: 404\n"), "{missing}");
    cluster.stop().await;
}

/// What is wrong with patches, by themselves and with what they make of an object: the cases of upstream's
/// test/integration/apiserver/field_validation_test.go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patches_are_looked_at_closely() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let all = "/apis/apps/v1/namespaces/default/deployments";
    let container = json!({"name": "nginx", "image": "nginx:latest", "imagePullPolicy": "Always"});
    let labels = json!({"app": "nginx"});
    let deployment = json!({"metadata": {"name": "d", "labels": labels}, "spec": {
        "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }});
    let merge = r#"{"spec": {"unknown1": "val1", "unknownDupe": "valDupe", "unknownDupe": "valDupe2", "paused": true, "paused": false,
        "template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:latest", "unknownNested": "val1",
            "imagePullPolicy": "Always", "imagePullPolicy": "Never"}]}}}}"#;
    let json_patch = r#"[
        {"op": "add", "path": "/spec/unknown1", "value": "val1", "foo":"bar"},
        {"op": "add", "path": "/spec/unknown2", "path": "/spec/unknown3", "value": "val1"},
        {"op": "add", "path": "/spec/unknownDupe", "value": "valDupe"},
        {"op": "add", "path": "/spec/unknownDupe", "value": "valDupe2"},
        {"op": "add", "path": "/spec/paused", "value": true},
        {"op": "add", "path": "/spec/paused", "value": false},
        {"op": "add", "path": "/spec/template/spec/containers/0/unknownNested", "value": "val1"}]"#;
    // What is unknown is not told of twice, where the type is known.
    let text = r#"{"metadata": {"name": "e", "labels": {"app": "nginx"}}, "spec": {"unknown1": "val1",
        "unknownDupe": "valDupe", "unknownDupe": "valDupe2", "paused": true, "paused": false,
        "selector": {"matchLabels": {"app": "nginx"}}, "template": {"metadata": {"labels": {"app": "nginx"}}, "spec": {
            "containers": [{"name": "nginx", "image": "nginx:latest", "unknownNested": "val1",
                "imagePullPolicy": "Always", "imagePullPolicy": "Never"}]}}}}"#;
    let request = admin.request(Method::POST, all).header("content-type", "application/json").body(text);
    let (code, told, body) = said(request).await;
    assert_eq!(code, 201, "{body}");
    let wanted = [
        "unknown field \"spec.unknown1\"",
        "unknown field \"spec.unknownDupe\"",
        "duplicate field \"spec.paused\"",
        "unknown field \"spec.template.spec.containers[0].unknownNested\"",
        "duplicate field \"spec.template.spec.containers[0].imagePullPolicy\"",
    ];
    assert_eq!(told, wanted);
    let unknown = [
        "unknown field \"spec.template.spec.containers[0].unknownNested\"",
        "unknown field \"spec.unknown1\"",
        "unknown field \"spec.unknownDupe\"",
    ];
    let twice = [
        "duplicate field \"spec.unknownDupe\"",
        "duplicate field \"spec.paused\"",
        "duplicate field \"spec.template.spec.containers[0].imagePullPolicy\"",
    ];
    let merged = [&twice[..], &unknown[..]].concat();
    let patched = vec![
        "json patch unknown field \"[0].foo\"",
        "json patch duplicate field \"[1].path\"",
        unknown[0],
        unknown[1],
        "unknown field \"spec.unknown3\"",
        unknown[2],
    ];
    for (media, patch, wanted) in [
        ("application/merge-patch+json", merge, &merged),
        ("application/strategic-merge-patch+json", merge, &merged),
        ("application/json-patch+json", json_patch, &patched),
    ] {
        for wish in ["Strict", "Warn", "", "Ignore"] {
            admin.send(Method::DELETE, &format!("{all}/d"), None).await;
            assert_eq!(admin.post(all, deployment.clone()).await.0, 201);
            let request = admin.request(Method::PATCH, &format!("{all}/d?fieldValidation={wish}"));
            let (code, told, body) = said(request.header("content-type", media).body(patch)).await;
            if wish == "Strict" {
                let message = body["message"].as_str().unwrap_or_default();
                let end = format!("strict decoding error: {}", wanted.join(", "));
                assert!(code == 422 && message.ends_with(&end), "{media}: {body}");
            } else {
                let wanted: &[&str] = if wish == "Ignore" { &[] } else { wanted };
                assert_eq!(
                    (code, &told[..]),
                    (200, &wanted.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
                    "{media} {wish}"
                );
                assert_eq!(body["spec"]["paused"], Value::Null, "{media}");
            }
        }
    }
    cluster.stop().await;
}
