//! Queries of any shape: each gets an answer that blames whoever asked, never the server.

use std::convert::Infallible;

use futures::{StreamExt as _, stream};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;

use crate::cluster::Cluster;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

/// A parameter, well-formed or nearly.
fn parameter() -> impl Strategy<Value = (String, String)> {
    let of = |name: &'static str, value: &'static str| {
        (Just(name.to_string()), value.prop_map(|text: String| text))
    };
    let picked = |name: &'static str, values: &'static [&'static str]| {
        (Just(name.to_string()), prop::sample::select(values).prop_map(str::to_string))
    };
    prop_oneof![
        of("limit", "-?[0-9]{0,20}"),
        of("continue", "[A-Za-z0-9+/=]{0,80}"),
        of("resourceVersion", "-?[0-9]{0,25}|[a-z]{1,4}"),
        picked("resourceVersionMatch", &["", "Exact", "NotOlderThan", "x"]),
        of("labelSelector", "[a-z!=,()<>. /-]{0,30}"),
        of(
            "fieldSelector",
            "(metadata\\.(name|namespace)|spec\\.x|[a-z=]{0,3})(=|==|!=|,|\\\\){0,2}[a-z,\\\\=]{0,8}"
        ),
        of("timeoutSeconds", "-?[0-9]{0,20}"),
        picked("sendInitialEvents", &["true", "false", "1", "x", ""]),
        picked("allowWatchBookmarks", &["true", "0", "x"]),
        picked("watch", &["1", "true", "false", ""]),
        of("dryRun", "(All|all|None)?"),
        of("pretty", "[a-z0-9]{0,5}"),
        of("timeout", "-?[0-9]{0,3}(s|m|h|x|)"),
    ]
}

/// A token that is nearly one of this server's.
fn tokens(real: &str) -> Vec<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let text = STANDARD_NO_PAD.decode(real.trim_end_matches('=')).expect("base64");
    let text = String::from_utf8(text).expect("a text");
    let changes = [
        text.clone(),
        text.replace("meta.k8s.io/v1", "meta.k8s.io/v2"),
        text.replace("\"rv\":", "\"rv\":-"),
        text.replace("\"rv\":", "\"rv\":99999999999999999999"),
        text.replace("\"start\":\"", "\"start\":\"../../secrets/"),
        text.replace("\"start\":\"", "\"start\":\"\\u0000"),
        text.replace("\"start\"", "\"begin\""),
        text[..text.len() / 2].to_string(),
        "[]".into(),
        "null".into(),
    ];
    changes.iter().map(|text: &String| STANDARD_NO_PAD.encode(text)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_query_is_the_servers_fault() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    for name in ["a", "b", "c"] {
        assert_eq!(admin.post(MAPS, crate::config_map(name, "1")).await.0, 201);
    }
    let (_, page) = admin.get(&format!("{MAPS}?limit=1")).await;
    let real = page["metadata"]["continue"].as_str().expect("more").to_string();
    for token in tokens(&real) {
        let encoded: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let (code, answer) = admin.get(&format!("{MAPS}?limit=1&continue={encoded}")).await;
        assert!(matches!(code, 200 | 400 | 410), "{token}: {code} {answer}");
        for item in answer["items"].as_array().into_iter().flatten() {
            assert!(item["data"].is_object(), "a token leads to nothing else: {item}");
        }
    }
    let mut runner = TestRunner::deterministic();
    let queries = prop::collection::vec(parameter(), 0..5);
    for _ in 0..300 {
        let mut query = queries.new_tree(&mut runner).expect("a query").current();
        // Whatever is asked for, nobody waits long here.
        query.retain(|(name, _)| name != "timeoutSeconds" && name != "timeout");
        query.push(("timeoutSeconds".into(), "1".into()));
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish();
        let answer = admin.request(Method::GET, &format!("{MAPS}?{text}")).send().await.expect("an answer");
        let code = answer.status().as_u16();
        // As upstream, a watch from what is no version at all fails without a reason.
        if code == 500 {
            let status: serde_json::Value = answer.json().await.expect("a status");
            let message = status["message"].as_str().unwrap_or_default();
            assert!(message.starts_with("resourceVersion: Invalid value"), "{text}: {status}");
            continue;
        }
        // A revision that is not there yet is waited for, in vain.
        assert!(code < 500 || code == 504, "{text}: {code}");
    }
    cluster.stop().await;
}

/// What is no object of its kind is refused in upstream's words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_refused_in_upstreams_words() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let unrecognized = "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: ";
    let cases = [
        ("", format!("{unrecognized}unexpected end of JSON input (<empty>)")),
        ("{\"kind\"", format!("{unrecognized}unexpected end of JSON input ({{\"kind\")")),
        (
            "kind: ConfigMap\nmetadata: {name: a}\ndata: {}",
            format!(
                "{unrecognized}invalid character 'k' looking for beginning of value (6b696e643a20436f6e6669674d61700a6d657461646174613a207b6e616d ...)"
            ),
        ),
        (
            r#"{"metadata":{"name":"a"},"data":{"k":1}}"#,
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string".into(),
        ),
        (
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#,
            "Pod in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion".into(),
        ),
        (
            r#"{"apiVersion":"v1","kind":"Thing","metadata":{"name":"a"}}"#,
            "Thing in version \"v1\" cannot be handled as a ConfigMap: no kind \"Thing\" is registered for version \"v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"".into(),
        ),
    ];
    for (body, said) in cases {
        let request = admin.request(Method::POST, MAPS).header("content-type", "application/json");
        let answer = request.body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{body}");
        let status: serde_json::Value =
            serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        assert_eq!(
            (&status["reason"], status["message"].as_str()),
            (&"BadRequest".into(), Some(said.as_str()))
        );
    }
    // What is too large is not read to its end.
    let request = admin.request(Method::POST, MAPS).header("content-type", "application/json");
    let answer = request.body(" ".repeat(4 << 20)).send().await.expect("an answer");
    assert_eq!(answer.status(), 413);
    let status: serde_json::Value =
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert_eq!(status["reason"], "RequestEntityTooLarge");
    assert_eq!(status["message"], "Request entity too large: limit is 3145728");
    // A time that is none is refused wherever one may be given.
    for path in ["/version", MAPS] {
        let (code, status) = admin.get(&format!("{path}?timeout=invalid")).await;
        assert_eq!(code, 400, "{status}");
        let said = "invalid timeout specified in the request URL";
        assert!(status["message"].as_str().is_some_and(|text| text.starts_with(said)), "{status}");
    }
    assert_eq!(admin.get(&format!("{MAPS}?timeout=0s")).await.0, 200);
    // Who sends slowly has no more time than others.
    let begun = stream::once(async { Ok::<_, Infallible>("{\"metadata\":") }).chain(stream::pending());
    let request = admin.request(Method::POST, &format!("{MAPS}?timeout=1s"));
    let request = request.header("content-type", "application/json").body(reqwest::Body::wrap_stream(begun));
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 504);
    let status: serde_json::Value =
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert_eq!(status["reason"], "Timeout");
    cluster.stop().await;
}
