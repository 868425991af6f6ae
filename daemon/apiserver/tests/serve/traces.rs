//! Spans of requests, as a collector gets them, and the lease that names the server in them.

use std::collections::HashMap;

use component::http::{Request, typed};
use http::StatusCode;
use http_body_util::BodyExt as _;
use otlp::wire::trace_service_server::{TraceService, TraceServiceServer};
use otlp::wire::{
    ExportTraceServiceRequest, ExportTraceServiceResponse, Resource, Span, SpanKind, any_value::Value as Any,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cluster::Cluster;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const ABOVE: &str = "00f067aa0ba902b7";

struct Collector(mpsc::UnboundedSender<ExportTraceServiceRequest>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        let _ = self.0.send(request.into_inner());
        Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
    }
}

/// A collector on a socket in the folder.
fn collector(folder: &std::path::Path) -> mpsc::UnboundedReceiver<ExportTraceServiceRequest> {
    let (spans, given) = mpsc::unbounded_channel();
    let listener = tokio::net::UnixListener::bind(folder.join("collector.sock")).expect("a socket");
    let incoming = tokio_stream::wrappers::UnixListenerStream::new(listener);
    tokio::spawn(async move {
        let service = TraceServiceServer::new(Collector(spans));
        let _ = tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming).await;
    });
    given
}

fn start(folder: &std::path::Path, rate: u32) -> Vec<String> {
    let socket = folder.join("collector.sock");
    let text = format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\nendpoint: unix://{}\nsamplingRatePerMillion: {rate}\n",
        socket.display()
    );
    let file = folder.join("tracing.yaml");
    std::fs::write(&file, text).expect("writable");
    vec![format!("--tracing-config-file={}", file.display())]
}

/// All spans, and who sent them; what has ended when the server ends is sent before.
async fn all(mut given: mpsc::UnboundedReceiver<ExportTraceServiceRequest>) -> (Resource, Vec<Span>) {
    let (mut who, mut spans) = (Resource::default(), Vec::new());
    while let Ok(request) = given.try_recv() {
        for resource in request.resource_spans {
            who = resource.resource.expect("a resource");
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    (who, spans)
}

fn said(attributes: &[otlp::wire::KeyValue]) -> HashMap<String, Value> {
    let value = |any: &otlp::wire::KeyValue| match any.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Any::StringValue(text)) => json!(text),
        Some(Any::IntValue(number)) => json!(number),
        other => panic!("{other:?}"),
    };
    attributes.iter().map(|any| (any.key.clone(), value(any))).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).expect("hexadecimal")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_told_to_a_collector() {
    let mut given = None;
    let started = Cluster::start_with(|folder| {
        given = Some(collector(folder));
        start(folder, 0)
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let parent = |flags: &str| format!("00-{TRACE}-{ABOVE}-{flags}");

    // A webhook sees its place in the trace.
    let shutdown = CancellationToken::new();
    let (tell, mut seen) = mpsc::unbounded_channel();
    let port = cluster
        .serve("hook", shutdown.clone(), move |request: Request| {
            let tell = tell.clone();
            async move {
                let header = request.headers().get("traceparent").cloned();
                let _ = tell.send(header.and_then(|value| value.to_str().map(str::to_string).ok()));
                let body = request.into_body().collect().await.expect("a body").to_bytes();
                let review: Value = serde_json::from_slice(&body).expect("JSON");
                let answer = json!({
                    "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                    "response": {"uid": review["request"]["uid"], "allowed": true},
                });
                typed(StatusCode::OK, "application/json", answer.to_string())
            }
        })
        .await;
    let ca = std::fs::read_to_string(cluster.folder.path().join("ca.crt")).expect("the CA");
    let url = format!("https://localhost:{port}/check");
    let more = json!({"rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}], "matchConditions": [{"name": "ours", "expression": "object.metadata.name.startsWith('traced')"}]});
    let hook = super::admission::configuration("ValidatingWebhookConfiguration", &url, &ca, more);
    let hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    assert_eq!(admin.post(hooks, hook).await.0, 201);

    let create = |api: &crate::cluster::Api, name: &str, parent: &str| {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
        api.request(Method::POST, MAPS)
            .header("traceparent", parent)
            .header("tracestate", "vendor=1")
            .header("content-type", "application/json")
            .header("user-agent", "tester")
            .body(map.to_string())
            .send()
    };
    let answer = create(&admin, "traced", &parent("01")).await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let length = answer.text().await.expect("a body").len();
    // Neither what the client does not sample, nor what someone asks for who has no say, nor nonsense.
    assert_eq!(create(&admin, "traced-not", &parent("00")).await.expect("an answer").status(), 201);
    assert_eq!(create(&admin, "traced-no", "00-nonsense-01").await.expect("an answer").status(), 201);
    let nobody = cluster.user("nobody", None);
    assert_eq!(create(&nobody, "traced-no", &parent("01")).await.expect("an answer").status(), 403);
    // A watch lasts.
    let watch = format!("{MAPS}?watch=1&timeoutSeconds=1");
    let answer = admin.request(Method::GET, &watch).header("traceparent", parent("01")).send().await;
    answer.expect("an answer").text().await.expect("a stream");
    let sent = seen.recv().await.expect("a call").expect("a place in the trace");
    assert_eq!((seen.recv().await, seen.recv().await), (Some(None), Some(None)));

    // The server is there by the name that its spans have.
    let leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io/identity%3Dkube-apiserver";
    let lease = admin.get(leases).await.1["items"][0].clone();
    let name = lease["metadata"]["name"].as_str().expect("a name").to_string();
    assert!(name.starts_with("apiserver-"), "{lease}");
    assert_eq!(lease["spec"]["leaseDurationSeconds"], 3600);
    let holder = lease["spec"]["holderIdentity"].as_str().expect("a holder");
    assert!(holder.starts_with(&format!("{name}_")), "{holder}");
    let (code, text) =
        admin.get("/readyz/poststarthook/start-kube-apiserver-identity-lease-controller").await;
    assert_eq!(code, 200, "{text}");

    let url = cluster.url.clone();
    cluster.stop().await;
    let (who, spans) = all(given.expect("a collector")).await;
    let who = said(&who.attributes);
    assert_eq!((&who["service.name"], &who["service.instance.id"]), (&json!("apiserver"), &json!(name)));
    let requests = spans.iter().filter(|span| !span.name.starts_with("etcdserverpb.KV/"));
    assert_eq!(requests.count(), 3, "{spans:?}");
    let find = |name: &str| {
        spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name}: {spans:?}"))
    };
    assert!(spans.iter().all(|span| span.trace_id == bytes(TRACE) && span.trace_state == "vendor=1"
        || span.name.starts_with("GET")));

    let created = find("POST /api/v1/namespaces/{:namespace}/configmaps");
    assert_eq!((created.parent_span_id.clone(), created.kind()), (bytes(ABOVE), SpanKind::Server));
    let attributes = said(&created.attributes);
    for (key, value) in [
        ("http.request.method", json!("POST")),
        ("http.response.status_code", json!(201)),
        ("http.response.body.size", json!(length)),
        ("http.target", json!(MAPS)),
        ("url.path", json!(MAPS)),
        ("url.scheme", json!("https")),
        ("user_agent.original", json!("tester")),
        ("client.address", json!("127.0.0.1")),
        ("server.address", json!("127.0.0.1")),
        ("server.port", json!(url.rsplit_once(':').expect("a port").1.parse::<u16>().expect("a number"))),
    ] {
        assert_eq!(attributes.get(key), Some(&value), "{key}: {attributes:?}");
    }
    let called = find("HTTP POST");
    assert_eq!((called.kind(), &called.parent_span_id), (SpanKind::Client, &created.span_id));
    assert_eq!(sent, format!("00-{TRACE}-{}-01", hex::encode(&called.span_id)));
    assert!(called.start_time_unix_nano >= created.start_time_unix_nano);
    assert!(called.end_time_unix_nano <= created.end_time_unix_nano);

    let stored = spans
        .iter()
        .find(|span| span.name == "etcdserverpb.KV/Txn" && span.parent_span_id == created.span_id)
        .expect("what stored the object");
    assert_eq!(stored.kind(), SpanKind::Client);
    assert!(stored.start_time_unix_nano >= called.end_time_unix_nano);
    let attributes = said(&stored.attributes);
    assert_eq!((&attributes["rpc.method"], &attributes["rpc.grpc.status_code"]), (&json!("Txn"), &json!(0)));

    let watched = find("GET /api/v1/namespaces/{:namespace}/configmaps");
    assert_eq!(watched.parent_span_id, bytes(ABOVE));
    // It ends with the stream, not with its beginning.
    let lasted = watched.end_time_unix_nano - watched.start_time_unix_nano;
    assert!(lasted >= 900_000_000, "{lasted}");
    shutdown.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_traces_everyone() {
    let mut given = None;
    let started = Cluster::start_with(|folder| {
        given = Some(collector(folder));
        start(folder, 1_000_000)
    });
    let Some(cluster) = started.await else { return };
    let nobody = cluster.user("nobody", None);
    let asked = nobody
        .request(Method::GET, &format!("{MAPS}/none"))
        .header("traceparent", format!("00-{TRACE}-{ABOVE}-01"));
    assert_eq!(asked.send().await.expect("an answer").status(), 403);
    cluster.stop().await;
    let (_, spans) = all(given.expect("a collector")).await;
    let span = spans.iter().find(|span| span.name.ends_with("/configmaps/{:name}")).expect("a span");
    assert_ne!(span.trace_id, bytes(TRACE));
    let [link] = &span.links[..] else { panic!("{span:?}") };
    assert_eq!((&link.trace_id, &link.span_id), (&bytes(TRACE), &bytes(ABOVE)));
    assert_eq!(said(&span.attributes)["http.response.status_code"], 403);
    assert!(span.status.is_none());
}
