//! The protobuf encoding that Go clients prefer: read into JSON, and written from it. Which
//! number each field has stands in `generated/protobuf.txt`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// What protobuf objects begin with.
pub const MAGIC: &[u8] = b"k8s\0";
/// The deepest nesting that is followed.
const DEEPEST: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Bytes,
    Integer,
    Boolean,
    Double,
    Time,
    MicroTime,
    Quantity,
    IntOrText,
    Raw,
    Texts,
    Message(usize),
    /// The message, or something simpler: what a schema of custom resources may have instead of a schema.
    Either(Simple, usize),
}

/// What may stand in JSON where a message could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Simple {
    /// `true` or `false`.
    Boolean,
    /// A list of such messages.
    List,
    /// A list of texts.
    Texts,
}

#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    pub(crate) repeated: bool,
    pub(crate) map: bool,
    pub(crate) inline: bool,
    /// Zero is told from nothing.
    pub(crate) keeps_zero: bool,
    /// An integer of 64 bits, not 32.
    pub(crate) wide: bool,
    /// In JSON it is there also when it is zero, or nothing.
    pub(crate) always: Option<Always>,
}

/// What JSON has for a field that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Always {
    Zero,
    Null,
}

pub(crate) struct Tables {
    kinds: HashMap<(&'static str, &'static str, &'static str), usize>,
    messages: Vec<BTreeMap<u64, Field>>,
    /// The messages' names, which are those of the types.
    types: Vec<&'static str>,
    /// The numbers of each message's fields as upstream writes them in JSON, one behind the other.
    order: Vec<Vec<u64>>,
    /// Each message's fields by their names, those of the messages that stand in it among them.
    names: Vec<Vec<Field>>,
    /// Which messages have a field that is always there.
    always: Vec<bool>,
    /// The message of every object's metadata, and that of every list's.
    object_meta: Option<usize>,
    list_meta: Option<usize>,
}

impl Tables {
    /// The message of a kind.
    pub(crate) fn message(&self, group_version_kind: (&str, &str, &str)) -> Option<usize> {
        self.kinds.get(&group_version_kind).copied()
    }

    /// A message's fields, in JSON's order.
    pub(crate) fn fields(&self, message: usize) -> impl Iterator<Item = &Field> {
        let order = self.order.get(message).map_or(&[][..], Vec::as_slice);
        order.iter().filter_map(move |number| self.messages.get(message)?.get(number))
    }

    /// A message's fields by their names, with those that stand in it from others.
    pub(crate) fn by_name(&self, message: usize) -> impl Iterator<Item = &Field> {
        self.names.get(message).map_or(&[][..], Vec::as_slice).iter()
    }

    /// The name of a message's type.
    pub(crate) fn name(&self, message: usize) -> &'static str {
        self.types.get(message).copied().unwrap_or_default()
    }

    /// Whether some field of the message is always there.
    pub(crate) fn has_always(&self, message: usize) -> bool {
        self.always.get(message).copied().unwrap_or_default()
    }

    /// The field of that name, also one that stands in the message from another.
    pub(crate) fn field(&self, message: usize, name: &str) -> Option<&Field> {
        self.place(message, name).map(|(_, field)| field)
    }

    /// [`Self::field`], with its place among [`Self::by_name`].
    pub(crate) fn place(&self, message: usize, name: &str) -> Option<(usize, &Field)> {
        let names = self.names.get(message)?;
        let at = names.binary_search_by_key(&name, |field| field.name).ok()?;
        Some((at, names.get(at)?))
    }

    /// Group, version and kind of all that are known.
    #[cfg(test)]
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        self.kinds.keys().copied()
    }

    /// How many messages there are.
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }
}

pub(crate) static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        kinds: HashMap::new(),
        messages: Vec::new(),
        types: Vec::new(),
        order: Vec::new(),
        names: Vec::new(),
        always: Vec::new(),
        object_meta: None,
        list_meta: None,
    };
    for line in include_str!("generated/protobuf.txt").lines() {
        let words: Vec<&'static str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["kind", group, version, kind, message] => {
                let group = if *group == "-" { "" } else { group };
                if let Ok(message) = message.parse() {
                    tables.kinds.insert((group, version, kind), message);
                }
            }
            ["message", name] => {
                tables.types.push(name);
                tables.messages.push(BTreeMap::new());
                tables.order.push(Vec::new());
            }
            [number, name, kind] => {
                let (Ok(number), Some(message)) = (number.parse(), tables.messages.last_mut()) else {
                    continue;
                };
                message.insert(number, field(name, kind));
                if let Some(order) = tables.order.last_mut() {
                    order.push(number);
                }
            }
            _ => {}
        }
    }
    let metadata = |kind| {
        let message = tables.kinds.get(&("", "v1", kind))?;
        match tables.messages.get(*message)?.get(&1)?.kind {
            Type::Message(message) => Some(message),
            _ => None,
        }
    };
    tables.names = (0..tables.len())
        .map(|message| {
            let mut names = Vec::new();
            name_fields(&tables, message, &mut names);
            names.sort_unstable_by_key(|field| field.name);
            names
        })
        .collect();
    tables.always = (0..tables.len())
        .map(|message| tables.by_name(message).any(|field| field.always.is_some()))
        .collect();
    tables.object_meta = metadata("ConfigMap");
    tables.list_meta = metadata("Status");
    tables
});

fn name_fields(tables: &Tables, message: usize, names: &mut Vec<Field>) {
    for field in tables.messages.get(message).into_iter().flat_map(|message| message.values()) {
        match field.kind {
            Type::Message(inner) if field.inline => name_fields(tables, inner, names),
            _ => names.push(*field),
        }
    }
}

fn field(name: &'static str, text: &'static str) -> Field {
    let flags = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let kind = match &text[..text.len() - flags.len()] {
        "s" => Type::Text,
        "b" => Type::Bytes,
        "i" => Type::Integer,
        "B" => Type::Boolean,
        "d" => Type::Double,
        "t" => Type::Time,
        "u" => Type::MicroTime,
        "q" => Type::Quantity,
        "o" => Type::IntOrText,
        "l" => Type::Texts,
        other => {
            let message = other.trim_start_matches(|c: char| !c.is_ascii_digit());
            match (&other[..other.len() - message.len()], message.parse()) {
                ("", Ok(message)) => Type::Message(message),
                ("B", Ok(message)) => Type::Either(Simple::Boolean, message),
                ("m", Ok(message)) => Type::Either(Simple::List, message),
                ("s", Ok(message)) => Type::Either(Simple::Texts, message),
                _ => Type::Raw,
            }
        }
    };
    let has = |flag| flags.contains(flag);
    let always = match (has('!'), has('~')) {
        (true, _) => Some(Always::Zero),
        (_, true) => Some(Always::Null),
        _ => None,
    };
    Field {
        name,
        kind,
        repeated: has('*'),
        map: has('%'),
        inline: has('^'),
        keeps_zero: has('?'),
        wide: has('+'),
        always,
    }
}

/// Why protobuf can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtobufError {
    /// The bytes end early or contradict themselves.
    #[error("the body is no protobuf object: {0}")]
    Malformed(&'static str),
    /// The kind is not among those with known field numbers.
    #[error("objects of kind {0} cannot be read as protobuf; send JSON")]
    UnknownKind(String),
}

use ProtobufError::Malformed;

type Result<T> = std::result::Result<T, ProtobufError>;

/// Reads a body: the magic, the envelope with its type, the object. `expected` is taken where the
/// envelope names no type.
///
/// # Errors
/// Fails on malformed input and on kinds without known field numbers.
pub fn decode(body: &[u8], expected: (&str, &str, &str)) -> Result<Value> {
    let envelope = body.strip_prefix(MAGIC).ok_or(Malformed("it does not begin with k8s"))?;
    let (mut api_version, mut kind, mut raw) = (String::new(), String::new(), &[][..]);
    for part in Reader(envelope) {
        match part? {
            (1, Wire::Bytes(type_meta)) => {
                for part in Reader(type_meta) {
                    match part? {
                        (1, Wire::Bytes(text)) => api_version = string(text)?,
                        (2, Wire::Bytes(text)) => kind = string(text)?,
                        _ => {}
                    }
                }
            }
            (2, Wire::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let (group, version) = if api_version.is_empty() {
        (expected.0, expected.1)
    } else {
        api_version.split_once('/').unwrap_or(("", &api_version))
    };
    let name = if kind.is_empty() { expected.2 } else { &kind };
    // Options belong to every group and are the same in all of them.
    let found = TABLES.kinds.get(&(group, version, name)).or_else(|| TABLES.kinds.get(&("", "v1", name)));
    let message = *found.ok_or_else(|| ProtobufError::UnknownKind(name.to_string()))?;
    let mut object = Map::new();
    let version = if group.is_empty() { version.to_string() } else { format!("{group}/{version}") };
    object.insert("apiVersion".into(), version.into());
    object.insert("kind".into(), name.into());
    read(raw, message, &mut object, 0)?;
    Ok(Value::Object(object))
}

enum Wire<'a> {
    Number(u64),
    Fixed(u64),
    Bytes(&'a [u8]),
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(Malformed("it ends early"))?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed("a number is too long"))
    }

    fn take(&mut self, len: u64) -> Result<&'a [u8]> {
        let len =
            usize::try_from(len).ok().filter(|len| *len <= self.0.len()).ok_or(Malformed("it ends early"))?;
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        Ok(taken)
    }

    fn part(&mut self) -> Result<(u64, Wire<'a>)> {
        let key = self.varint()?;
        let wire = match key & 7 {
            0 => Wire::Number(self.varint()?),
            1 => Wire::Fixed(u64::from_le_bytes(
                self.take(8)?.try_into().map_err(|_| Malformed("it ends early"))?,
            )),
            2 => {
                let len = self.varint()?;
                Wire::Bytes(self.take(len)?)
            }
            5 => {
                let bytes = self.take(4)?.try_into().map_err(|_| Malformed("it ends early"))?;
                Wire::Fixed(u64::from(u32::from_le_bytes(bytes)))
            }
            _ => return Err(Malformed("a field has an unknown encoding")),
        };
        Ok((key >> 3, wire))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<(u64, Wire<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let part = self.part();
        if part.is_err() {
            self.0 = &[];
        }
        Some(part)
    }
}

fn string(bytes: &[u8]) -> Result<String> {
    std::str::from_utf8(bytes).map(str::to_string).map_err(|_| Malformed("a text is not UTF-8"))
}

fn read(bytes: &[u8], message: usize, into: &mut Map<String, Value>, depth: usize) -> Result<()> {
    if depth > DEEPEST {
        return Err(Malformed("it is nested too deep"));
    }
    let Some(fields) = TABLES.messages.get(message) else { return Err(Malformed("a message is unknown")) };
    for part in Reader(bytes) {
        let (number, wire) = part?;
        let Some(field) = fields.get(&number) else { continue };
        if field.inline {
            if let (Type::Message(message), Wire::Bytes(bytes)) = (field.kind, wire) {
                read(bytes, message, into, depth + 1)?;
            }
            continue;
        }
        if field.map {
            let Wire::Bytes(bytes) = wire else { return Err(Malformed("a map is no message")) };
            let (mut key, mut value) = (String::new(), None);
            for part in Reader(bytes) {
                match part? {
                    (1, Wire::Bytes(text)) => key = string(text)?,
                    (2, wire) => value = value_of(field.kind, wire, depth)?,
                    _ => {}
                }
            }
            let value = value.unwrap_or_else(|| match field.kind {
                Type::Message(_) => Value::Object(Map::new()),
                Type::Time | Type::MicroTime => Value::Null,
                _ => Value::String(String::new()),
            });
            if let Value::Object(map) = into.entry(field.name).or_insert_with(|| Value::Object(Map::new())) {
                map.insert(key, value);
            }
            continue;
        }
        let value = match value_of(field.kind, wire, depth)? {
            Some(value) => value,
            // One of a list's JSON values: `null`.
            None if field.repeated => Value::Null,
            None => continue,
        };
        if field.repeated {
            if let Value::Array(list) = into.entry(field.name).or_insert_with(|| Value::Array(Vec::new())) {
                list.push(value);
            }
            continue;
        }
        // Go writes the zero of a plain field and nothing for a missing pointer; JSON has neither.
        let is_zero = match &value {
            Value::String(text) => text.is_empty() && field.kind == Type::Text,
            Value::Number(number) => number.as_i64() == Some(0),
            Value::Bool(flag) => !flag && field.kind == Type::Boolean,
            _ => false,
        };
        if !is_zero || field.keeps_zero {
            into.insert(field.name.to_string(), value);
        }
    }
    Ok(())
}

fn value_of(kind: Type, wire: Wire<'_>, depth: usize) -> Result<Option<Value>> {
    let wrong = || Malformed("a field has another type");
    Ok(Some(match (kind, wire) {
        (Type::Integer, Wire::Number(number)) => Value::from(number as i64),
        (Type::Boolean, Wire::Number(number)) => Value::from(number != 0),
        (Type::Double, Wire::Fixed(bits)) => Value::from(f64::from_bits(bits)),
        (Type::Text, Wire::Bytes(bytes)) => Value::from(string(bytes)?),
        (Type::Bytes, Wire::Bytes(bytes)) => Value::from(STANDARD.encode(bytes)),
        (Type::Raw, Wire::Bytes(bytes)) => {
            let mut raw = &[][..];
            for part in Reader(bytes) {
                if let (1, Wire::Bytes(bytes)) = part? {
                    raw = bytes;
                }
            }
            if raw.is_empty() {
                return Ok(None);
            }
            serde_json::from_slice(raw).map_err(|_| Malformed("an embedded object is no JSON"))?
        }
        (Type::Texts, Wire::Bytes(bytes)) => {
            let mut list = Vec::new();
            for part in Reader(bytes) {
                if let (1, Wire::Bytes(text)) = part? {
                    list.push(Value::from(string(text)?));
                }
            }
            Value::Array(list)
        }
        (Type::Quantity, Wire::Bytes(bytes)) => {
            let mut text = String::new();
            for part in Reader(bytes) {
                if let (1, Wire::Bytes(bytes)) = part? {
                    text = string(bytes)?;
                }
            }
            Value::from(if text.is_empty() { "0".to_string() } else { text })
        }
        (Type::IntOrText, Wire::Bytes(bytes)) => {
            let (mut is_text, mut number, mut text) = (false, 0, String::new());
            for part in Reader(bytes) {
                match part? {
                    (1, Wire::Number(kind)) => is_text = kind == 1,
                    (2, Wire::Number(value)) => number = value as i64,
                    (3, Wire::Bytes(bytes)) => text = string(bytes)?,
                    _ => {}
                }
            }
            if is_text { Value::from(text) } else { Value::from(number as i32) }
        }
        (Type::Time | Type::MicroTime, Wire::Bytes(bytes)) => {
            if bytes.is_empty() {
                return Ok(None);
            }
            let (mut seconds, mut nanos) = (0i64, 0i32);
            for part in Reader(bytes) {
                match part? {
                    (1, Wire::Number(value)) => seconds = value as i64,
                    (2, Wire::Number(value)) => nanos = value as i32,
                    _ => {}
                }
            }
            let time = Timestamp::new(seconds, nanos).map_err(|_| Malformed("a time is out of range"))?;
            let format = if kind == Type::Time { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%.6fZ" };
            Value::from(time.strftime(format).to_string())
        }
        (Type::Message(message), Wire::Bytes(bytes)) => message_of(bytes, message, depth)?,
        (Type::Either(simple, message), Wire::Bytes(bytes)) => either(bytes, simple, message, depth)?,
        _ => return Err(wrong()),
    }))
}

fn message_of(bytes: &[u8], message: usize, depth: usize) -> Result<Value> {
    let mut map = Map::new();
    read(bytes, message, &mut map, depth + 1)?;
    Ok(Value::Object(map))
}

/// `JSONSchemaPropsOrBool` has the truth first and the schema second; the other two have the schema first and
/// their list second.
fn either(bytes: &[u8], simple: Simple, message: usize, depth: usize) -> Result<Value> {
    let (mut schema, mut allows, mut list) = (None, false, Vec::new());
    for part in Reader(bytes) {
        match (simple, part?) {
            (Simple::Boolean, (1, Wire::Number(number))) => allows = number != 0,
            (Simple::Boolean, (2, Wire::Bytes(bytes)))
            | (Simple::List | Simple::Texts, (1, Wire::Bytes(bytes))) => {
                schema = Some(message_of(bytes, message, depth)?);
            }
            (Simple::List, (2, Wire::Bytes(bytes))) => list.push(message_of(bytes, message, depth)?),
            (Simple::Texts, (2, Wire::Bytes(text))) => list.push(Value::from(string(text)?)),
            _ => {}
        }
    }
    Ok(match (simple, schema) {
        (Simple::List | Simple::Texts, _) if !list.is_empty() => Value::Array(list),
        (_, Some(schema)) => schema,
        (Simple::Boolean, None) => Value::Bool(allows),
        (Simple::List | Simple::Texts, None) => Value::Null,
    })
}

// ---- writing ----

/// Whether objects of that kind can be written.
pub fn knows(group: &str, version: &str, kind: &str) -> bool {
    TABLES.kinds.contains_key(&(group, version, kind))
}

/// An object in its envelope; `None` for kinds without known field numbers.
pub fn encode(object: &Value, group_version_kind: (&str, &str, &str)) -> Option<Vec<u8>> {
    let (group, version, kind) = group_version_kind;
    let message =
        *TABLES.kinds.get(&(group, version, kind)).or_else(|| TABLES.kinds.get(&("", "v1", kind)))?;
    let mut raw = Vec::with_capacity(512);
    write(object.as_object()?, message, &mut raw);
    let api_version = if group.is_empty() { version.to_string() } else { format!("{group}/{version}") };
    Some(envelope(&api_version, kind, &raw))
}

/// The metadata of an object, alone, as `PartialObjectMetadata` of that version of `meta.k8s.io`.
pub fn encode_partial(api_version: &str, object: &Value) -> Option<Vec<u8>> {
    Some(envelope(api_version, "PartialObjectMetadata", &partial(object)?))
}

fn partial(object: &Value) -> Option<Vec<u8>> {
    let mut raw = Vec::new();
    nested(&mut raw, 1, |out| {
        if let (Some(message), Some(meta)) = (TABLES.object_meta, object["metadata"].as_object()) {
            write(meta, message, out);
        }
    });
    Some(raw)
}

/// Writes a list piece by piece: the envelope needs to know the size of all before the first.
pub struct List {
    raw: Vec<u8>,
    message: Option<usize>,
    /// The number of the field of items.
    items: u64,
    /// What follows the items.
    tail: Vec<u8>,
    api_version: String,
    kind: String,
}

impl List {
    /// A list of objects of that kind; `None` where their field numbers are unknown.
    pub fn new(meta: &Value, group_version_kind: (&str, &str, &str)) -> Option<Self> {
        let (group, version, kind) = group_version_kind;
        let message = *TABLES.kinds.get(&(group, version, kind))?;
        let api_version = if group.is_empty() { version.to_string() } else { format!("{group}/{version}") };
        let raw = list_meta(1, meta);
        let (kind, tail) = (format!("{kind}List"), Vec::new());
        Some(Self { raw, message: Some(message), items: 2, tail, api_version, kind })
    }

    /// A list of metadata, of that version of `meta.k8s.io`: in `v1beta1` the two fields have each other's numbers.
    pub fn of_metadata(api_version: &str, meta: &Value) -> Self {
        let (raw, items, tail) = match api_version {
            "meta.k8s.io/v1beta1" => (Vec::new(), 1, list_meta(2, meta)),
            _ => (list_meta(1, meta), 2, Vec::new()),
        };
        let (api_version, kind) = (api_version.to_string(), "PartialObjectMetadataList".to_string());
        Self { raw, message: None, items, tail, api_version, kind }
    }

    /// Adds an object.
    pub fn push(&mut self, object: &Value) {
        let message = self.message;
        nested(&mut self.raw, self.items, |out| match (message, object.as_object()) {
            (Some(message), Some(object)) => write(object, message, out),
            _ => out.extend(partial(object).unwrap_or_default()),
        });
    }

    /// The list in its envelope.
    pub fn finish(mut self) -> Vec<u8> {
        self.raw.extend(self.tail);
        envelope(&self.api_version, &self.kind, &self.raw)
    }
}

/// A list's metadata as the field of that number.
fn list_meta(field: u64, meta: &Value) -> Vec<u8> {
    let mut raw = Vec::new();
    nested(&mut raw, field, |out| {
        if let (Some(message), Some(meta)) = (TABLES.list_meta, meta.as_object()) {
            write(meta, message, out);
        }
    });
    raw
}

/// One event of a watch, framed by its length: `object` is in its envelope already.
pub fn watch_frame(kind: &str, object: &[u8]) -> Vec<u8> {
    let mut event = Vec::with_capacity(object.len() + 24);
    bytes(&mut event, 1, kind.as_bytes());
    nested(&mut event, 2, |out| bytes(out, 1, object));
    let mut out = Vec::with_capacity(event.len() + 4);
    out.extend(u32::try_from(event.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(event);
    out
}

fn envelope(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 64);
    out.extend_from_slice(MAGIC);
    nested(&mut out, 1, |out| {
        bytes(out, 1, api_version.as_bytes());
        bytes(out, 2, kind.as_bytes());
    });
    bytes(&mut out, 2, raw);
    // No encoding, no other content type.
    bytes(&mut out, 3, b"");
    bytes(&mut out, 4, b"");
    out
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

/// A field that is a message: its length goes before it.
fn nested(out: &mut Vec<u8>, field: u64, content: impl FnOnce(&mut Vec<u8>)) {
    varint(out, field << 3 | 2);
    let start = out.len();
    content(out);
    let len = out.len() - start;
    let mut prefix = Vec::with_capacity(5);
    varint(&mut prefix, len as u64);
    out.splice(start..start, prefix);
}

fn write(object: &Map<String, Value>, message: usize, out: &mut Vec<u8>) {
    let Some(fields) = TABLES.messages.get(message) else { return };
    for (number, field) in fields {
        if field.inline {
            if let Type::Message(message) = field.kind {
                nested(out, *number, |out| write(object, message, out));
            }
            continue;
        }
        let Some(value) = object.get(field.name).filter(|value| !value.is_null()) else { continue };
        if field.map {
            let mut entries: Vec<(&String, &Value)> = value.as_object().into_iter().flatten().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            for (key, value) in entries {
                nested(out, *number, |out| {
                    bytes(out, 1, key.as_bytes());
                    write_value(field.kind, value, 2, out);
                });
            }
        } else if field.repeated {
            for value in value.as_array().into_iter().flatten() {
                write_value(field.kind, value, *number, out);
            }
        } else {
            write_value(field.kind, value, *number, out);
        }
    }
}

fn write_value(kind: Type, value: &Value, field: u64, out: &mut Vec<u8>) {
    let text = || value.as_str().unwrap_or_default();
    match kind {
        Type::Text => bytes(out, field, text().as_bytes()),
        Type::Bytes => bytes(out, field, &STANDARD.decode(text()).unwrap_or_default()),
        Type::Integer => number(out, field, value.as_i64().unwrap_or_default() as u64),
        Type::Boolean => number(out, field, u64::from(value.as_bool().unwrap_or_default())),
        Type::Double => {
            varint(out, field << 3 | 1);
            out.extend(value.as_f64().unwrap_or_default().to_le_bytes());
        }
        Type::Quantity => nested(out, field, |out| match value {
            Value::String(text) => bytes(out, 1, text.as_bytes()),
            other => bytes(out, 1, other.to_string().as_bytes()),
        }),
        Type::IntOrText => nested(out, field, |out| {
            number(out, 1, u64::from(value.is_string()));
            number(out, 2, value.as_i64().unwrap_or_default() as u64);
            bytes(out, 3, text().as_bytes());
        }),
        Type::Raw => nested(out, field, |out| bytes(out, 1, value.to_string().as_bytes())),
        Type::Texts => nested(out, field, |out| {
            for value in value.as_array().into_iter().flatten() {
                bytes(out, 1, value.as_str().unwrap_or_default().as_bytes());
            }
        }),
        Type::Time | Type::MicroTime => nested(out, field, |out| {
            if let Ok(time) = text().parse::<Timestamp>() {
                number(out, 1, time.as_second() as u64);
                number(out, 2, time.subsec_nanosecond() as u64);
            }
        }),
        Type::Message(message) => nested(out, field, |out| {
            if let Some(object) = value.as_object() {
                write(object, message, out);
            }
        }),
        Type::Either(simple, message) => nested(out, field, |out| {
            let at = match simple {
                Simple::Boolean => {
                    number(out, 1, u64::from(value.as_bool().unwrap_or_else(|| value.is_object())));
                    2
                }
                Simple::List | Simple::Texts => 1,
            };
            if value.is_object() {
                write_value(Type::Message(message), value, at, out);
            }
            let one = if simple == Simple::List { Type::Message(message) } else { Type::Text };
            for value in value.as_array().into_iter().flatten() {
                write_value(one, value, 2, out);
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn golden() -> Option<String> {
        let own = std::env::var("KADM_REFERENCE").map(|path| path + "/golden").unwrap_or_default();
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/api/golden");
        let deeper = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/api/golden");
        let found = [own.as_str(), root, deeper].into_iter().find(|p| std::path::Path::new(p).is_dir());
        if found.is_none() {
            assert!(std::env::var_os("CI").is_none(), "the reference data is missing");
            println!("skipped: no reference data");
        }
        found.map(str::to_string)
    }

    /// Numbers as in the two versions' published messages.
    #[test]
    fn lists_of_metadata_of_either_version() {
        let object = serde_json::json!({"metadata": {"name": "a"}});
        let meta = serde_json::json!({"resourceVersion": "7"});
        let list = |version: &str| {
            let mut list = List::of_metadata(version, &meta);
            list.push(&object);
            list.finish()
        };
        let partial = partial(&object).expect("known");
        let item = |field: u8| [&[field << 3 | 2, partial.len() as u8][..], &partial[..]].concat();
        let head = |field: u8| list_meta(field.into(), &meta);
        let holds = |list: &[u8], part: &[u8]| list.windows(part.len()).any(|window| window == part);
        let (new, old) = (list("meta.k8s.io/v1"), list("meta.k8s.io/v1beta1"));
        assert!(holds(&new, &[head(1), item(2)].concat()) && holds(&new, b"meta.k8s.io/v1\x12"));
        assert!(holds(&old, &[item(1), head(2)].concat()) && holds(&old, b"meta.k8s.io/v1beta1\x12"));
    }

    /// Numbers and shapes as in apiextensions.k8s.io/v1's published messages.
    #[test]
    fn schemas_or_what_may_stand_for_them() {
        const CRD: (&str, &str, &str) = ("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
        let definition = serde_json::json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "things.example.com"},
            "spec": {
                "group": "example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"},
                "conversion": {"strategy": "Webhook", "webhook": {
                    "clientConfig": {"url": "https://example.com", "caBundle": "YQ=="},
                    "conversionReviewVersions": ["v1"],
                }},
                "versions": [{
                    "name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                    "selectableFields": [{"jsonPath": ".spec.a"}],
                    "schema": {"openAPIV3Schema": {
                        "type": "object", "x-kubernetes-preserve-unknown-fields": true, "maximum": 1.5,
                        "properties": {
                            "list": {"type": "array", "items": {"type": "string"}, "additionalItems": false},
                            "many": {"items": [{"type": "string"}, {"type": "integer", "maxLength": 0}]},
                            "free": {"additionalProperties": true, "enum": [null, 1, "a"]},
                            "map": {"additionalProperties": {"type": "boolean"}, "default": {"a": [1]}},
                            "old": {"dependencies": {"a": ["b", "c"], "d": {"type": "object"}}},
                        },
                        "x-kubernetes-validations": [{"rule": "true", "optionalOldSelf": false}],
                    }},
                }],
            },
            "status": {"acceptedNames": {"plural": "things", "kind": "Thing"}, "storedVersions": ["v1"]},
        });
        let bytes = encode(&definition, CRD).expect("its fields are known");
        assert_eq!(decode(&bytes, CRD).expect("it is well-formed"), definition);

        let one = |kind: Type, value: Value| {
            let mut out = Vec::new();
            write_value(kind, &value, 1, &mut out);
            out
        };
        let schema = TABLES.types.iter().position(|name| *name == "JSONSchemaProps").expect("it is there");
        let either = |simple| Type::Either(simple, schema);
        let text = serde_json::json!({"type": "a"});
        assert_eq!(one(either(Simple::Boolean), true.into()), [10, 2, 8, 1]);
        assert_eq!(one(either(Simple::Boolean), false.into()), [10, 2, 8, 0]);
        assert_eq!(one(either(Simple::Boolean), text.clone()), [10, 7, 8, 1, 18, 3, 42, 1, b'a']);
        assert_eq!(one(either(Simple::List), text.clone()), [10, 5, 10, 3, 42, 1, b'a']);
        assert_eq!(one(either(Simple::List), Value::from(vec![text])), [10, 5, 18, 3, 42, 1, b'a']);
        assert_eq!(one(either(Simple::Texts), Value::from(vec!["a"])), [10, 3, 18, 1, b'a']);
    }

    #[test]
    fn golden_objects_read_the_same_as_their_json() {
        let Some(folder) = golden() else { return };
        let mut wrong = Vec::new();
        let mut checked = 0;
        for (group, version, kind) in TABLES.kinds.keys() {
            let name = if group.is_empty() { "core" } else { group };
            let path = format!("{folder}/{name}.{version}.{kind}");
            let (Ok(pb), Ok(json)) =
                (std::fs::read(format!("{path}.pb")), std::fs::read(format!("{path}.json")))
            else {
                continue;
            };
            let want: Value = serde_json::from_slice(&json).expect("golden JSON");
            let have = match decode(&pb, (group, version, kind)) {
                Ok(have) => have,
                Err(error) => {
                    wrong.push(format!("{kind}: {error}"));
                    continue;
                }
            };
            checked += 1;
            if have != want {
                let mut lost = crate::strict::unknown(&want, &have);
                lost.extend(crate::strict::unknown(&have, &want).iter().map(|f| format!("added {f}")));
                differ(&have, &want, "", &mut lost);
                // Go's null time.
                lost.retain(|field| !field.contains("disruptedPodsKey"));
                if lost.is_empty() {
                    continue;
                }
                wrong.push(format!("{kind}: {lost:?}"));
            }
        }
        assert!(checked > 60, "only {checked} kinds were checked");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn golden_objects_are_written_to_the_byte() {
        let Some(folder) = golden() else { return };
        let mut wrong = Vec::new();
        let mut checked = 0;
        for (group, version, kind) in TABLES.kinds.keys() {
            let name = if group.is_empty() { "core" } else { group };
            let path = format!("{folder}/{name}.{version}.{kind}");
            let (Ok(pb), Ok(json)) =
                (std::fs::read(format!("{path}.pb")), std::fs::read(format!("{path}.json")))
            else {
                continue;
            };
            let value: Value = serde_json::from_slice(&json).expect("golden JSON");
            let have = encode(&value, (group, version, kind)).expect("a known kind");
            checked += 1;
            if have != pb {
                let at = have.iter().zip(&pb).position(|(a, b)| a != b).unwrap_or(have.len().min(pb.len()));
                wrong.push(format!(
                    "{kind}: {} instead of {} bytes, at {at}: {:?} instead of {:?}",
                    have.len(),
                    pb.len(),
                    String::from_utf8_lossy(&have[at.saturating_sub(20)..(at + 30).min(have.len())]),
                    String::from_utf8_lossy(&pb[at.saturating_sub(20)..(at + 30).min(pb.len())])
                ));
            }
        }
        assert!(checked > 60, "only {checked} kinds were checked");
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    fn differ(have: &Value, want: &Value, path: &str, out: &mut Vec<String>) {
        match (have, want) {
            (Value::Object(a), Value::Object(b)) => {
                for (key, value) in a {
                    if let Some(other) = b.get(key) {
                        differ(value, other, &format!("{path}.{key}"), out);
                    }
                }
            }
            (Value::Array(a), Value::Array(b)) => {
                for (index, (a, b)) in a.iter().zip(b).enumerate() {
                    differ(a, b, &format!("{path}[{index}]"), out);
                }
            }
            (a, b) if a != b => out.push(format!("{path}: {a} instead of {b}")),
            _ => {}
        }
    }

    /// The parts of an envelope: its kind, and the object's bytes.
    fn open(bytes: &[u8]) -> (String, &[u8]) {
        let (mut kind, mut raw) = (String::new(), &[][..]);
        for part in Reader(bytes.strip_prefix(MAGIC).expect("the magic")) {
            match part.expect("well formed") {
                (1, Wire::Bytes(meta)) => {
                    for part in Reader(meta) {
                        if let (2, Wire::Bytes(text)) = part.expect("well formed") {
                            kind = string(text).expect("a text");
                        }
                    }
                }
                (2, Wire::Bytes(bytes)) => raw = bytes,
                _ => {}
            }
        }
        (kind, raw)
    }

    #[test]
    fn lists_and_events_hold_their_objects() {
        let map = |name: &str| serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "b"}});
        let mut list =
            List::new(&serde_json::json!({"resourceVersion": "7"}), ("", "v1", "ConfigMap")).expect("known");
        list.push(&map("x"));
        list.push(&map("y"));
        let bytes = list.finish();
        let (kind, raw) = open(&bytes);
        assert_eq!(kind, "ConfigMapList");
        let mut items = Vec::new();
        for part in Reader(raw) {
            match part.expect("well formed") {
                (1, Wire::Bytes(meta)) => {
                    let mut out = Map::new();
                    super::read(meta, TABLES.list_meta.expect("known"), &mut out, 0).expect("well formed");
                    assert_eq!(Value::Object(out), serde_json::json!({"resourceVersion": "7"}));
                }
                (2, Wire::Bytes(item)) => {
                    items.push(
                        decode(&envelope("v1", "ConfigMap", item), ("", "v1", "ConfigMap"))
                            .expect("an object"),
                    );
                }
                _ => panic!("an unknown field"),
            }
        }
        assert_eq!(items, [map("x"), map("y")]);

        let object = encode(&map("x"), ("", "v1", "ConfigMap")).expect("known");
        let frame = watch_frame("ADDED", &object);
        let (size, event) = frame.split_at(4);
        assert_eq!(u32::from_be_bytes(size.try_into().expect("four")) as usize, event.len());
        let parts: Vec<_> = Reader(event).map(|part| part.expect("well formed")).collect();
        let [(1, Wire::Bytes(b"ADDED")), (2, Wire::Bytes(raw))] = parts.as_slice() else {
            panic!("no event")
        };
        let Some(Ok((1, Wire::Bytes(inner)))) = Reader(raw).next() else { panic!("no object") };
        assert_eq!(*inner, object);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut body = MAGIC.to_vec();
            body.extend(bytes);
            let _ = decode(&body, ("", "v1", "Pod"));
        }
    }
}
