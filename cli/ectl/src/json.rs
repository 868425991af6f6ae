//! Answers as etcdctl's JSON: Go's encoding of the messages, whose names and order are in the
//! definitions. Numbers are numbers, bytes base64, and what is empty is left out.

use std::sync::LazyLock;

use base64::Engine;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, ReflectMessage, Value as Reflected};
use serde_json::{Map, Value, json};

static POOL: LazyLock<Option<DescriptorPool>> =
    LazyLock::new(|| DescriptorPool::decode(etcdapi::DESCRIPTORS).ok());

/// A message of etcd's API by its name, without the package.
pub(crate) fn message(name: &str, message: &impl Message) -> Value {
    let kind = POOL.as_ref().and_then(|pool| pool.get_message_by_name(&format!("etcdserverpb.{name}")));
    let decoded = kind.and_then(|kind| DynamicMessage::decode(kind, &message.encode_to_vec()[..]).ok());
    decoded.map_or(Value::Null, |message| object(&message))
}

fn object(message: &DynamicMessage) -> Value {
    let mut fields: Vec<FieldDescriptor> = message.descriptor().fields().collect();
    fields.sort_by_key(FieldDescriptor::number);
    let mut made = Map::new();
    for field in fields {
        if !message.has_field(&field) {
            continue;
        }
        let value = value(&message.get_field(&field));
        match field.containing_oneof() {
            // An interface in Go: the chosen one inside an object named after all of them.
            Some(oneof) => {
                let name = capital(oneof.name());
                made.insert(name, json!({ field.json_name(): value }));
            }
            None => drop(made.insert(field.json_name().into(), value)),
        }
    }
    Value::Object(made)
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn value(value: &Reflected) -> Value {
    match value {
        Reflected::Bool(value) => (*value).into(),
        Reflected::I32(value) => (*value).into(),
        Reflected::I64(value) => (*value).into(),
        Reflected::U32(value) => (*value).into(),
        Reflected::U64(value) => (*value).into(),
        Reflected::String(value) => value.clone().into(),
        Reflected::Bytes(value) => base64::engine::general_purpose::STANDARD.encode(value).into(),
        Reflected::EnumNumber(value) => (*value).into(),
        Reflected::Message(message) => object(message),
        Reflected::List(values) => values.iter().map(self::value).collect(),
        // No message of the API has any.
        Reflected::F32(_) | Reflected::F64(_) | Reflected::Map(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use etcdapi::etcdserverpb::{Member, MemberAddResponse, ResponseHeader};

    use super::*;

    #[test]
    fn as_go_writes_it() {
        let member = Member {
            id: u64::MAX,
            peer_urls: vec!["http://a:1".into()],
            is_learner: true,
            ..Member::default()
        };
        let header = Some(ResponseHeader { member_id: 7, raft_term: 2, ..ResponseHeader::default() });
        let answer = MemberAddResponse { header, member: Some(member), members: Vec::new() };
        assert_eq!(
            message("MemberAddResponse", &answer).to_string(),
            r#"{"header":{"member_id":7,"raft_term":2},"member":{"ID":18446744073709551615,"peerURLs":["http://a:1"],"isLearner":true}}"#
        );
    }
}
