//! The JSON gateway: `POST /v3/kv/range` and its like, as gRPC calls and back.
//!
//! Messages are translated by their definitions (proto3's JSON mapping: bytes in base64, 64-bit
//! numbers as strings), so that every call of the API is here without code of its own.

use std::sync::LazyLock;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use etcdapi::DESCRIPTORS;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use prost::Message;
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::{Code, Status};

use crate::listen::RequestBody;

/// Paths below `/v3/` and the calls behind them.
const PATHS: &[(&str, &str, &str)] = &[
    ("kv/range", "etcdserverpb.KV", "Range"),
    ("kv/put", "etcdserverpb.KV", "Put"),
    ("kv/deleterange", "etcdserverpb.KV", "DeleteRange"),
    ("kv/txn", "etcdserverpb.KV", "Txn"),
    ("kv/compaction", "etcdserverpb.KV", "Compact"),
    ("watch", "etcdserverpb.Watch", "Watch"),
    ("lease/grant", "etcdserverpb.Lease", "LeaseGrant"),
    ("lease/revoke", "etcdserverpb.Lease", "LeaseRevoke"),
    ("kv/lease/revoke", "etcdserverpb.Lease", "LeaseRevoke"),
    ("lease/keepalive", "etcdserverpb.Lease", "LeaseKeepAlive"),
    ("lease/timetolive", "etcdserverpb.Lease", "LeaseTimeToLive"),
    ("kv/lease/timetolive", "etcdserverpb.Lease", "LeaseTimeToLive"),
    ("lease/leases", "etcdserverpb.Lease", "LeaseLeases"),
    ("kv/lease/leases", "etcdserverpb.Lease", "LeaseLeases"),
    ("cluster/member/add", "etcdserverpb.Cluster", "MemberAdd"),
    ("cluster/member/remove", "etcdserverpb.Cluster", "MemberRemove"),
    ("cluster/member/update", "etcdserverpb.Cluster", "MemberUpdate"),
    ("cluster/member/list", "etcdserverpb.Cluster", "MemberList"),
    ("cluster/member/promote", "etcdserverpb.Cluster", "MemberPromote"),
    ("maintenance/alarm", "etcdserverpb.Maintenance", "Alarm"),
    ("maintenance/status", "etcdserverpb.Maintenance", "Status"),
    ("maintenance/defragment", "etcdserverpb.Maintenance", "Defragment"),
    ("maintenance/hash", "etcdserverpb.Maintenance", "Hash"),
    ("maintenance/hashkv", "etcdserverpb.Maintenance", "HashKV"),
    ("maintenance/snapshot", "etcdserverpb.Maintenance", "Snapshot"),
    ("maintenance/transfer-leadership", "etcdserverpb.Maintenance", "MoveLeader"),
    ("maintenance/downgrade", "etcdserverpb.Maintenance", "Downgrade"),
    ("auth/enable", "etcdserverpb.Auth", "AuthEnable"),
    ("auth/disable", "etcdserverpb.Auth", "AuthDisable"),
    ("auth/status", "etcdserverpb.Auth", "AuthStatus"),
    ("auth/authenticate", "etcdserverpb.Auth", "Authenticate"),
    ("auth/user/add", "etcdserverpb.Auth", "UserAdd"),
    ("auth/user/get", "etcdserverpb.Auth", "UserGet"),
    ("auth/user/list", "etcdserverpb.Auth", "UserList"),
    ("auth/user/delete", "etcdserverpb.Auth", "UserDelete"),
    ("auth/user/changepw", "etcdserverpb.Auth", "UserChangePassword"),
    ("auth/user/grant", "etcdserverpb.Auth", "UserGrantRole"),
    ("auth/user/revoke", "etcdserverpb.Auth", "UserRevokeRole"),
    ("auth/role/add", "etcdserverpb.Auth", "RoleAdd"),
    ("auth/role/get", "etcdserverpb.Auth", "RoleGet"),
    ("auth/role/list", "etcdserverpb.Auth", "RoleList"),
    ("auth/role/delete", "etcdserverpb.Auth", "RoleDelete"),
    ("auth/role/grant", "etcdserverpb.Auth", "RoleGrantPermission"),
    ("auth/role/revoke", "etcdserverpb.Auth", "RoleRevokePermission"),
    ("lock/lock", "v3lockpb.Lock", "Lock"),
    ("lock/unlock", "v3lockpb.Lock", "Unlock"),
    ("election/campaign", "v3electionpb.Election", "Campaign"),
    ("election/proclaim", "v3electionpb.Election", "Proclaim"),
    ("election/leader", "v3electionpb.Election", "Leader"),
    ("election/observe", "v3electionpb.Election", "Observe"),
    ("election/resign", "v3electionpb.Election", "Resign"),
];

/// The definitions, read when the gateway is first used.
static POOL: LazyLock<Option<DescriptorPool>> = LazyLock::new(|| DescriptorPool::decode(DESCRIPTORS).ok());

/// The call behind a path; `None` when there is none.
pub fn find(path: &str) -> Option<MethodDescriptor> {
    let rest = path.strip_prefix("/v3/")?;
    let (_, service, method) = PATHS.iter().find(|(known, ..)| *known == rest)?;
    POOL.as_ref()?.get_service_by_name(service)?.methods().find(|found| found.name() == *method)
}

/// One of all calls.
#[cfg(any(test, fuzzing))]
pub(crate) fn call_at(at: usize) -> Option<MethodDescriptor> {
    find(&format!("/v3/{}", PATHS[at % PATHS.len()].0))
}

/// The body of a gRPC request made from JSON.
pub type GrpcBody = StreamBody<ReceiverStream<Result<Frame<Bytes>, Status>>>;

/// The gRPC request for a call, fed by JSON messages as they come in.
pub fn request<B: RequestBody>(call: &MethodDescriptor, request: Request<B>) -> Request<GrpcBody> {
    let (sender, receiver) = mpsc::channel(4);
    let (parts, body) = request.into_parts();
    tokio::spawn(feed(body, call.input(), call.is_client_streaming(), sender));
    let mut made = Request::new(StreamBody::new(ReceiverStream::new(receiver)));
    *made.method_mut() = Method::POST;
    *made.version_mut() = http::Version::HTTP_2;
    if let Ok(path) = format!("/{}/{}", call.parent_service().full_name(), call.name()).parse() {
        *made.uri_mut() = path;
    }
    *made.extensions_mut() = parts.extensions;
    let headers = made.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    headers.insert("grpcgateway-accept", HeaderValue::from_static("application/json"));
    for name in ["authorization", "token", "grpc-metadata-token"] {
        if let Some(value) = parts.headers.get(name) {
            headers.insert(if name == "authorization" { name } else { "token" }, value.clone());
        }
    }
    made
}

/// Reads JSON messages from the body and sends each on as a gRPC message.
async fn feed(
    mut body: impl RequestBody,
    kind: MessageDescriptor,
    many: bool,
    sender: mpsc::Sender<Result<Frame<Bytes>, Status>>,
) {
    let mut waiting = BytesMut::new();
    let mut sent = false;
    loop {
        let frame = tokio::select! {
            frame = body.frame() => frame,
            () = sender.closed() => return,
        };
        match frame {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    waiting.extend_from_slice(&data);
                }
                // A single message is read when the body is complete.
                if !many {
                    continue;
                }
            }
            Some(Err(_)) => return,
            None => {
                if !many || !waiting.iter().all(u8::is_ascii_whitespace) {
                    // An empty body is an empty message.
                    let text = if waiting.is_empty() { Bytes::from_static(b"{}") } else { waiting.freeze() };
                    let mut stream = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
                    for value in stream.by_ref() {
                        let message =
                            value.map_err(|error| error.to_string()).and_then(|value| encode(&kind, value));
                        if !send(&sender, message).await || !many {
                            return;
                        }
                        sent = true;
                    }
                    if !sent {
                        send(&sender, Err("unexpected EOF".into())).await;
                    }
                }
                return;
            }
        }
        // Complete messages so far; what is cut off waits for more.
        let text = waiting.clone().freeze();
        let mut stream = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
        let mut used = 0;
        while let Some(Ok(value)) = stream.next() {
            used = stream.byte_offset();
            if !send(&sender, encode(&kind, value)).await {
                return;
            }
            sent = true;
        }
        waiting.advance(used);
    }
}

async fn send(sender: &mpsc::Sender<Result<Frame<Bytes>, Status>>, message: Result<Bytes, String>) -> bool {
    match message {
        Ok(bytes) => sender.send(Ok(Frame::data(bytes))).await.is_ok(),
        Err(reason) => {
            let _ = sender.send(Err(Status::invalid_argument(reason))).await;
            false
        }
    }
}

/// A message as a gRPC frame.
pub(crate) fn encode(kind: &MessageDescriptor, value: Value) -> Result<Bytes, String> {
    let lenient = DeserializeOptions::new().deny_unknown_fields(false);
    let message = DynamicMessage::deserialize_with_options(kind.clone(), value, &lenient)
        .map_err(|error| error.to_string())?;
    let bytes = message.encode_to_vec();
    let mut frame = BytesMut::with_capacity(bytes.len() + 5);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(bytes.len()).map_err(|_| "the message is too large")?);
    frame.put_slice(&bytes);
    Ok(frame.freeze())
}

pub(crate) fn decode(kind: &MessageDescriptor, bytes: Bytes) -> Option<Value> {
    let message = DynamicMessage::decode(kind.clone(), bytes).ok()?;
    let options = SerializeOptions::new().skip_default_fields(true);
    message.serialize_with_options(serde_json::value::Serializer, &options).ok()
}

/// Takes whole gRPC frames from the front of a buffer.
pub(crate) fn take(buffer: &mut BytesMut) -> Option<Bytes> {
    let len = u32::from_be_bytes(buffer.get(1..5)?.try_into().ok()?) as usize;
    if buffer.len() < 5 + len {
        return None;
    }
    buffer.advance(5);
    Some(buffer.split_to(len).freeze())
}

/// The JSON response for a gRPC response.
pub async fn response(call: &MethodDescriptor, answer: Response<Body>) -> Response<Body> {
    let (parts, mut body) = answer.into_parts();
    let kind = call.output();
    if call.is_server_streaming() && !failed(&parts.headers) {
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(async move {
            let mut waiting = BytesMut::new();
            loop {
                let frame = tokio::select! {
                    frame = body.frame() => frame,
                    () = sender.closed() => return,
                };
                let line = match frame {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) => {
                            waiting.extend_from_slice(&data);
                            while let Some(message) = take(&mut waiting) {
                                let value = decode(&kind, message).unwrap_or_default();
                                if !send_line(&sender, json!({ "result": value })).await {
                                    return;
                                }
                            }
                            continue;
                        }
                        Err(frame) => match frame.into_trailers().ok().and_then(|map| status(&map)) {
                            Some(status) if status.code() != Code::Ok => json!({ "error": problem(&status) }),
                            _ => return,
                        },
                    },
                    Some(Err(status)) => json!({ "error": problem(&status) }),
                    None => return,
                };
                send_line(&sender, line).await;
                return;
            }
        });
        let mut made = Response::new(Body::new(StreamBody::new(ReceiverStream::new(receiver))));
        made.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        return made;
    }
    let mut outcome = status(&parts.headers);
    let mut data = BytesMut::new();
    while let Some(Ok(frame)) = body.frame().await {
        match frame.into_data() {
            Ok(part) => data.extend_from_slice(&part),
            Err(frame) => {
                if let Ok(trailers) = frame.into_trailers() {
                    outcome = outcome.or_else(|| status(&trailers));
                }
            }
        }
    }
    match outcome {
        Some(status) if status.code() != Code::Ok => refuse(&status),
        _ => match take(&mut data).and_then(|message| decode(&kind, message)) {
            Some(value) => answer_json(StatusCode::OK, &value),
            None => refuse(&Status::internal("no answer")),
        },
    }
}

async fn send_line(sender: &mpsc::Sender<Result<Frame<Bytes>, Status>>, value: Value) -> bool {
    sender.send(Ok(Frame::data(format!("{value}\n").into()))).await.is_ok()
}

fn status(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers)
}

fn failed(headers: &HeaderMap) -> bool {
    status(headers).is_some_and(|status| status.code() != Code::Ok)
}

fn problem(status: &Status) -> Value {
    json!({ "code": status.code() as i32, "message": status.message() })
}

/// An error as grpc-gateway writes it.
pub fn refuse(status: &Status) -> Response<Body> {
    let http = match status.code() {
        Code::Ok => 200,
        Code::Cancelled => 499,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => 400,
        Code::DeadlineExceeded => 504,
        Code::NotFound => 404,
        Code::AlreadyExists | Code::Aborted => 409,
        Code::PermissionDenied => 403,
        Code::Unauthenticated => 401,
        Code::ResourceExhausted => 429,
        Code::Unimplemented => 501,
        Code::Unavailable => 503,
        Code::Unknown | Code::Internal | Code::DataLoss => 500,
    };
    answer_json(StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &problem(status))
}

fn answer_json(status: StatusCode, value: &Value) -> Response<Body> {
    let mut made = Response::new(Body::new(http_body_util::Full::new(Bytes::from(value.to_string()))));
    *made.status_mut() = status;
    made.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost_reflect::Kind;

    use super::*;

    #[test]
    fn every_path_has_its_call_and_every_call_its_path() {
        for (path, ..) in PATHS {
            assert!(find(&format!("/v3/{path}")).is_some(), "{path}");
        }
        assert!(find("/v3/kv/nothing").is_none());
        let pool = POOL.as_ref().expect("the definitions decode");
        for service in pool.services().filter(|service| service.full_name() != "grpc.health.v1.Health") {
            for method in service.methods() {
                let known = |(_, name, call): &&(&str, &str, &str)| {
                    *name == service.full_name() && *call == method.name()
                };
                assert!(PATHS.iter().any(|entry| known(&entry)), "{}", method.full_name());
            }
        }
    }

    #[test]
    fn messages_keep_their_meaning() {
        let put = find("/v3/kv/put").expect("there");
        let value = json!({ "key": "Zm9v", "value": "YmFy", "lease": "9223372036854775807", "unknown": 1 });
        let mut frame = BytesMut::from(&encode(&put.input(), value).expect("encodes")[..]);
        let message = take(&mut frame).expect("whole");
        let back = decode(&put.input(), message).expect("decodes");
        assert_eq!(back, json!({ "key": "Zm9v", "value": "YmFy", "lease": "9223372036854775807" }));
        // Names as etcd's definitions have them.
        let status = find("/v3/maintenance/status").expect("there").output();
        let message =
            etcdapi::etcdserverpb::StatusResponse { db_size: 7, raft_term: 2, ..Default::default() };
        let named = decode(&status, message.encode_to_vec().into()).expect("decodes");
        assert_eq!(named, json!({ "dbSize": "7", "raftTerm": "2" }));
        assert!(encode(&put.input(), json!({ "key": "?" })).is_err());
        assert!(encode(&put.input(), json!([])).is_err());
    }

    /// A message of this kind with what the numbers say in it.
    fn some(
        kind: &MessageDescriptor,
        numbers: &mut impl Iterator<Item = u64>,
        depth: usize,
    ) -> DynamicMessage {
        let mut message = DynamicMessage::new(kind.clone());
        for field in kind.fields() {
            let number = numbers.next().unwrap_or_default();
            if !number.is_multiple_of(3) {
                continue;
            }
            let one = |numbers: &mut dyn Iterator<Item = u64>| {
                let number = numbers.next().unwrap_or_default();
                Some(match field.kind() {
                    Kind::Bool => prost_reflect::Value::Bool(true),
                    Kind::Int32 => prost_reflect::Value::I32(number as i32),
                    Kind::Uint32 => prost_reflect::Value::U32(number as u32),
                    Kind::Int64 => prost_reflect::Value::I64(number as i64),
                    Kind::Uint64 => prost_reflect::Value::U64(number),
                    Kind::String => prost_reflect::Value::String(format!("\u{e9}\"{number}")),
                    Kind::Bytes => prost_reflect::Value::Bytes(number.to_le_bytes().to_vec().into()),
                    Kind::Enum(_) => prost_reflect::Value::EnumNumber((number % 6) as i32),
                    Kind::Message(inner) if depth < 4 => {
                        prost_reflect::Value::Message(some(&inner, &mut { numbers }, depth + 1))
                    }
                    Kind::Message(_) => return None,
                    other => panic!("the API has no {other:?}"),
                })
            };
            let value = if field.is_list() {
                let items = (0..number % 4).filter_map(|_| one(numbers)).collect();
                Some(prost_reflect::Value::List(items))
            } else {
                one(numbers)
            };
            if let Some(value) = value {
                message.set_field(&field, value);
            }
        }
        message
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let names = [
            "key",
            "value",
            "lease",
            "compare",
            "success",
            "request_put",
            "requestRange",
            "create_request",
            "x",
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            prop::sample::select(&["", "Zm9v", "?", "EQUAL", "-1", "99999999999999999999"][..])
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(names.to_vec()), inner), 0..4).prop_map(
                    |fields| {
                        Value::Object(
                            fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect(),
                        )
                    }
                ),
            ]
        })
    }

    proptest! {
        /// From a message to JSON and back, for every message that a call takes or gives.
        #[test]
        fn json_carries_every_message(numbers in prop::collection::vec(any::<u64>(), 0..200), at: prop::sample::Index) {
            let (path, ..) = PATHS[at.index(PATHS.len())];
            let call = find(&format!("/v3/{path}")).expect("there");
            for kind in [call.input(), call.output()] {
                let bytes = some(&kind, &mut numbers.iter().copied(), 0).encode_to_vec();
                // What it says, without what is unsaid anyway.
                let message = DynamicMessage::decode(kind.clone(), &bytes[..]).expect("decodes");
                let value = decode(&kind, bytes.into()).expect("has a form in JSON");
                let mut frame = BytesMut::from(&encode(&kind, value.clone()).expect("is read again")[..]);
                let back = DynamicMessage::decode(kind.clone(), take(&mut frame).expect("whole")).expect("decodes");
                prop_assert!(back == message, "{value}");
            }
        }

        /// Whatever JSON comes becomes a message or is refused, and so do bytes.
        #[test]
        fn any_body_is_read_or_refused(value in any_json(), bytes: Vec<u8>, at: prop::sample::Index) {
            let (path, ..) = PATHS[at.index(PATHS.len())];
            let call = find(&format!("/v3/{path}")).expect("there");
            if let Ok(frame) = encode(&call.input(), value) {
                prop_assert!(take(&mut BytesMut::from(&frame[..])).is_some());
            }
            let _ = decode(&call.output(), bytes.clone().into());
            let _ = take(&mut BytesMut::from(&bytes[..]));
        }
    }
}
