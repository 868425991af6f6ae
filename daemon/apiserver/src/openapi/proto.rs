//! OpenAPI v2 in protobuf, as gnostic's `openapi.v2` defines it: the only form in which kubectl
//! takes it, and it does for a `kind: List`. Written straight from the JSON document; field
//! numbers are those of gnostic's OpenAPIv2.proto.

use prost::encoding::{WireType, encode_key, encode_varint};
use serde_json::Value;

/// The media types that clients ask for. The older one, with an `@`, is none by the grammar.
pub const ASKED: [&str; 2] = ["application/com.github.proto-openapi.spec.v2@v1.0+protobuf", MEDIA_TYPE];
/// The media type of the answer.
pub const MEDIA_TYPE: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// A message that is being written.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn bytes(&mut self, field: u32, bytes: &[u8]) {
        encode_key(field, WireType::LengthDelimited, &mut self.0);
        encode_varint(bytes.len() as u64, &mut self.0);
        self.0.extend_from_slice(bytes);
    }

    fn message(&mut self, field: u32, message: Message) {
        self.bytes(field, &message.0);
    }

    fn text(&mut self, field: u32, value: &Value) {
        if let Some(text) = value.as_str() {
            self.bytes(field, text.as_bytes());
        }
    }

    fn flag(&mut self, field: u32, value: &Value) {
        if value.as_bool() == Some(true) {
            encode_key(field, WireType::Varint, &mut self.0);
            encode_varint(1, &mut self.0);
        }
    }

    fn integer(&mut self, field: u32, value: &Value) {
        if let Some(number) = value.as_i64() {
            encode_key(field, WireType::Varint, &mut self.0);
            encode_varint(number.cast_unsigned(), &mut self.0);
        }
    }

    fn double(&mut self, field: u32, value: &Value) {
        if let Some(number) = value.as_f64() {
            encode_key(field, WireType::SixtyFourBit, &mut self.0);
            self.0.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn texts(&mut self, field: u32, value: &Value) {
        value.as_array().into_iter().flatten().for_each(|text| self.text(field, text));
    }

    /// `x-…` fields, each with its value as YAML.
    fn extensions(&mut self, field: u32, value: &Value) {
        for (name, value) in
            value.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with("x-"))
        {
            self.message(field, named(name, any(value)));
        }
    }
}

/// Any value: JSON is YAML.
fn any(value: &Value) -> Message {
    let mut out = Message::default();
    out.bytes(2, value.to_string().as_bytes());
    out
}

fn named(name: &str, value: Message) -> Message {
    let mut out = Message::default();
    out.bytes(1, name.as_bytes());
    out.message(2, value);
    out
}

/// The whole document.
pub fn encode(document: &Value) -> Vec<u8> {
    let mut out = Message::default();
    out.text(1, &document["swagger"]);
    let mut info = Message::default();
    info.text(1, &document["info"]["title"]);
    info.text(2, &document["info"]["version"]);
    info.text(3, &document["info"]["description"]);
    out.message(2, info);
    let mut paths = Message::default();
    for (name, item) in document["paths"].as_object().into_iter().flatten() {
        paths.message(2, named(name, path(item)));
    }
    out.message(8, paths);
    let mut definitions = Message::default();
    for (name, value) in document["definitions"].as_object().into_iter().flatten() {
        definitions.message(1, named(name, schema(value)));
    }
    out.message(9, definitions);
    out.extensions(16, document);
    out.0
}

fn path(item: &Value) -> Message {
    let mut out = Message::default();
    for (field, verb) in
        [(2, "get"), (3, "put"), (4, "post"), (5, "delete"), (6, "options"), (7, "head"), (8, "patch")]
    {
        if item[verb].is_object() {
            out.message(field, operation(&item[verb]));
        }
    }
    parameters(&mut out, 9, &item["parameters"]);
    out.extensions(10, item);
    out
}

fn operation(value: &Value) -> Message {
    let mut out = Message::default();
    out.texts(1, &value["tags"]);
    out.text(3, &value["description"]);
    out.text(5, &value["operationId"]);
    out.texts(6, &value["produces"]);
    out.texts(7, &value["consumes"]);
    parameters(&mut out, 8, &value["parameters"]);
    let mut responses = Message::default();
    for (code, response) in value["responses"].as_object().into_iter().flatten() {
        let mut plain = Message::default();
        plain.text(1, &response["description"]);
        if response["schema"].is_object() {
            let mut item = Message::default();
            item.message(1, schema(&response["schema"]));
            plain.message(2, item);
        }
        let mut choice = Message::default();
        choice.message(1, plain);
        responses.message(1, named(code, choice));
    }
    out.message(9, responses);
    out.flag(11, &value["deprecated"]);
    out.extensions(13, value);
    out
}

/// Parameters of the body, the query and the path: the kinds that there are here.
fn parameters(out: &mut Message, field: u32, list: &Value) {
    for parameter in list.as_array().into_iter().flatten() {
        let mut choice = Message::default();
        if parameter["in"] == "body" {
            let mut body = Message::default();
            body.text(1, &parameter["description"]);
            body.text(2, &parameter["name"]);
            body.text(3, &parameter["in"]);
            body.flag(4, &parameter["required"]);
            body.message(5, schema(&parameter["schema"]));
            choice.message(1, body);
        } else {
            let in_query = parameter["in"] == "query";
            let mut plain = Message::default();
            plain.flag(1, &parameter["required"]);
            plain.text(2, &parameter["in"]);
            plain.text(3, &parameter["description"]);
            plain.text(4, &parameter["name"]);
            // A query's parameters have one field more, before the type.
            plain.text(if in_query { 6 } else { 5 }, &parameter["type"]);
            plain.flag(if in_query { 20 } else { 19 }, &parameter["uniqueItems"]);
            let mut kind = Message::default();
            kind.message(if in_query { 3 } else { 4 }, plain);
            choice.message(2, kind);
        }
        let mut item = Message::default();
        item.message(1, choice);
        out.message(field, item);
    }
}

fn schema(value: &Value) -> Message {
    let mut out = Message::default();
    out.text(1, &value["$ref"]);
    out.text(2, &value["format"]);
    out.text(3, &value["title"]);
    out.text(4, &value["description"]);
    if !value["default"].is_null() {
        out.message(5, any(&value["default"]));
    }
    out.double(6, &value["multipleOf"]);
    out.double(7, &value["maximum"]);
    out.flag(8, &value["exclusiveMaximum"]);
    out.double(9, &value["minimum"]);
    out.flag(10, &value["exclusiveMinimum"]);
    out.integer(11, &value["maxLength"]);
    out.integer(12, &value["minLength"]);
    out.text(13, &value["pattern"]);
    out.integer(14, &value["maxItems"]);
    out.integer(15, &value["minItems"]);
    out.flag(16, &value["uniqueItems"]);
    out.integer(17, &value["maxProperties"]);
    out.integer(18, &value["minProperties"]);
    out.texts(19, &value["required"]);
    for one in value["enum"].as_array().into_iter().flatten() {
        out.message(20, any(one));
    }
    match &value["additionalProperties"] {
        Value::Bool(allowed) => {
            let mut item = Message::default();
            encode_key(2, WireType::Varint, &mut item.0);
            encode_varint(u64::from(*allowed), &mut item.0);
            out.message(21, item);
        }
        inner @ Value::Object(_) => {
            let mut item = Message::default();
            item.message(1, schema(inner));
            out.message(21, item);
        }
        _ => {}
    }
    let mut kind = Message::default();
    kind.text(1, &value["type"]);
    kind.texts(1, &value["type"]);
    if !kind.0.is_empty() {
        out.message(22, kind);
    }
    if value["items"].is_object() {
        let mut items = Message::default();
        items.message(1, schema(&value["items"]));
        out.message(23, items);
    }
    for one in value["allOf"].as_array().into_iter().flatten() {
        out.message(24, schema(one));
    }
    if let Some(all) = value["properties"].as_object() {
        let mut properties = Message::default();
        for (name, one) in all {
            properties.message(1, named(name, schema(one)));
        }
        out.message(25, properties);
    }
    out.flag(27, &value["readOnly"]);
    out.extensions(31, value);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The bytes, spelt out: a title within the info within the document.
    #[test]
    fn fields_go_by_number() {
        let bytes = encode(&json!({"swagger": "2.0", "info": {"title": "K"}}));
        assert_eq!(bytes, b"\x0a\x032.0\x12\x03\x0a\x01K\x42\x00\x4a\x00");
        let bytes = schema(&json!({"type": "object", "x-k": [1]})).0;
        assert_eq!(bytes, b"\xb2\x01\x08\x0a\x06object\xfa\x01\x0c\x0a\x03x-k\x12\x05\x12\x03[1]");
    }
}
