//! The forms that answers come in: protobuf, gzip.

use std::io::Read;

use apimachinery::protobuf;
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
    let crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    let answer = fetch(&admin, crds, "accept", "application/vnd.kubernetes.protobuf,application/json").await;
    assert_eq!(media(&answer), "application/json");
    assert_eq!(fetch(&admin, crds, "accept", PROTOBUF).await.status(), 406);

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
