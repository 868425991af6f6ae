//! YAML as Kubernetes reads and writes it (sigs.k8s.io/yaml): YAML 1.1 with merge keys, cut down to what JSON
//! can say. `yes` and `on` are booleans, `0644` is a number, of two equal keys the last counts.
//!
//! Texts that begin with a brace are JSON, as many documents as there are; what is none is YAML. Only [`first`] takes
//! everything for YAML.

mod scalar;
mod write;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Once;

use libyaml_safer::{EventData, Mark, Parser};
use serde_json::{Map, Value};

pub use write::document;

/// How many values the anchors of a document may stand for: a few lines could be billions.
const MOST_ALIASED: usize = 1_000_000;
/// How deep a document may go; what is done with it later is recursive.
const DEEPEST: usize = 1000;
/// The same of one that is sent to a server: JSON goes no deeper there, and the parser looks at every level for each word.
const DEEPEST_SENT: usize = 128;

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "error converting YAML to JSON: {}", self.bare())
    }
}

impl Error {
    /// Without saying what was tried.
    pub fn bare(&self) -> String {
        format!("yaml: {}", self.0)
    }
}

impl std::error::Error for Error {}

fn place(mark: Mark) -> String {
    format!("line {}, column {}", mark.line + 1, mark.column + 1)
}

impl Error {
    fn at(mark: Mark, what: impl std::fmt::Display) -> Self {
        Self(format!("{}: {what}", place(mark)))
    }
}

impl From<libyaml_safer::Error> for Error {
    fn from(error: libyaml_safer::Error) -> Self {
        let Some(mark) = error.problem_mark() else { return Self(error.to_string()) };
        let within = match error.context_mark().filter(|_| error.context().is_some()) {
            Some(begun) if begun != mark => format!(" (in what begins at {})", place(begun)),
            _ => String::new(),
        };
        Self::at(mark, format!("{}{within}", error.problem()))
    }
}

/// The documents of a text one after the other; an error is the last.
pub fn documents(text: &str) -> Vec<Result<Value, Error>> {
    read(text, Booleans::Many)
}

/// The same as kustomize reads objects: of the booleans of YAML 1.1 only `true` and `false` are some, while
/// `yes`, `off` and `n` are texts.
pub fn documents_with_few_booleans(text: &str) -> Vec<Result<Value, Error>> {
    read(text, Booleans::Few)
}

/// The same, and no mapping may have a key twice.
pub fn documents_with_unique_keys(text: &str) -> Vec<Result<Value, Error>> {
    read(text, Booleans::FewAndUniqueKeys)
}

/// Which plain words are booleans.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Booleans {
    Many,
    Few,
    FewAndUniqueKeys,
}

fn read(text: &str, booleans: Booleans) -> Vec<Result<Value, Error>> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        if let Ok(found) = values.collect::<Result<Vec<_>, _>>() {
            return found.into_iter().map(|value| Ok(numbers(value))).collect();
        }
    }
    let mut found = Vec::new();
    each(text, booleans, DEEPEST, |next| {
        found.push(next.map(|(value, _)| value));
        true
    });
    found
}

/// A document, and what stands twice in it.
type Document = (Value, Vec<String>);

/// Gives documents as long as they are taken; an error is the last.
fn each(
    text: &str,
    booleans: Booleans,
    deepest: usize,
    mut take: impl FnMut(Result<Document, Error>) -> bool,
) {
    // A block scalar that ends with the text must end with a line, for the parser and for Go's tools.
    let ended =
        if text.is_empty() || text.ends_with('\n') { Cow::from(text) } else { format!("{text}\n").into() };
    let mut input = ended.as_bytes();
    let mut parser = Parser::new();
    LAST.set(None);
    parser.set_input_string(&mut input);
    loop {
        let next = whole(|| next_document(&mut parser, booleans, deepest));
        let failed = next.is_err();
        let Some(next) = next.transpose() else { return };
        if !take(next) || failed {
            return;
        }
    }
}

/// The first document of a text, nothing counts as null, and which of its keys stand twice, as
/// `yaml.UnmarshalStrict` of sigs.k8s.io/yaml tells it: by the lines of their second values. The rest of the text is not
/// looked at.
///
/// # Errors
/// Says where the text is malformed.
pub fn first(text: &[u8]) -> Result<(Value, Vec<String>), Error> {
    let Ok(text) = std::str::from_utf8(text) else { return Err(Error("invalid UTF-8".into())) };
    let mut found = Ok((Value::Null, Vec::new()));
    each(text.trim_start_matches('\u{feff}'), Booleans::Many, DEEPEST_SENT, |next| {
        found = next;
        false
    });
    found
}

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
    /// Where the last thing ended that could be read.
    static LAST: Cell<Option<Mark>> = const { Cell::new(None) };
}

/// libyaml-safer 0.3 panics on some malformed texts, such as `{!,`: those are refused with words.
fn whole<T>(read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !READING.get() {
                before(info);
            }
        }));
    });
    READING.set(true);
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    READING.set(false);
    done.unwrap_or_else(|_| {
        let place = LAST.get().map_or_else(|| "line 1, column 1".into(), place);
        Err(Error(format!("{place}: malformed YAML behind this")))
    })
}

/// A text that is one value; nothing counts as null.
///
/// # Errors
/// Says where the text is malformed.
pub fn one(text: &str) -> Result<Value, Error> {
    documents(text).into_iter().next().unwrap_or(Ok(Value::Null))
}

/// Numbers beyond 64 bits with sign are floating, as in Go's tools.
fn numbers(value: Value) -> Value {
    match value {
        Value::Number(number) if !number.is_i64() => {
            number.as_f64().and_then(scalar::float).unwrap_or(Value::Number(number))
        }
        Value::Array(list) => Value::Array(list.into_iter().map(numbers).collect()),
        Value::Object(map) => {
            Value::Object(map.into_iter().map(|(key, value)| (key, numbers(value))).collect())
        }
        other => other,
    }
}

/// What is open: a list, or a mapping with the key that waits for its value.
enum Open {
    List(Vec<Value>),
    Mapping(Map<String, Value>, Option<Key>),
}

enum Key {
    /// With whether it was written as a text.
    Name(String, bool),
    /// `<<`: the value's fields are put in.
    Merge,
}

struct Frame {
    open: Open,
    anchor: Option<String>,
    begun: Mark,
    /// The keys that were written here, where each may be but once.
    keys: HashSet<String>,
}

struct Builder {
    stack: Vec<Frame>,
    anchors: HashMap<String, Value>,
    /// Anchors whose values have not ended.
    growing: HashSet<String>,
    aliased: usize,
    root: Option<Value>,
    unique: bool,
    deepest: usize,
    /// Keys that stand twice.
    twice: Vec<String>,
}

/// What a copy of a value costs: a long text more than a short one.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::String(text) => text.len() / 32,
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// The next document, if there is one.
fn next_document(
    parser: &mut Parser<&mut &[u8]>,
    booleans: Booleans,
    deepest: usize,
) -> Result<Option<Document>, Error> {
    let mut builder = Builder {
        stack: Vec::new(),
        anchors: HashMap::new(),
        growing: HashSet::new(),
        aliased: 0,
        root: None,
        twice: Vec::new(),
        deepest,
        unique: booleans == Booleans::FewAndUniqueKeys,
    };
    loop {
        let event = parser.parse()?;
        let mark = event.start_mark;
        LAST.set(Some(event.end_mark));
        match event.data {
            EventData::StreamStart { .. } | EventData::DocumentStart { .. } => {}
            EventData::StreamEnd => return Ok(None),
            EventData::DocumentEnd { .. } => {
                return Ok(Some((builder.root.unwrap_or(Value::Null), builder.twice)));
            }
            EventData::Scalar { anchor, tag, value, plain_implicit, .. } => {
                let merge = value == "<<" && plain_implicit && tag.is_none();
                if merge && builder.wants_key() {
                    builder.key(Key::Merge);
                    continue;
                }
                let mut resolved = scalar::resolve(&value, plain_implicit, tag.as_deref())
                    .map_err(|what| Error::at(mark, what))?;
                let few = booleans != Booleans::Many && plain_implicit && tag.is_none();
                if few && resolved.is_boolean() && !["true", "false"].contains(&value.to_lowercase().as_str())
                {
                    resolved = value.into();
                }
                if let Some(anchor) = anchor {
                    builder.anchors.insert(anchor, resolved.clone());
                }
                builder.put(resolved, mark)?;
            }
            EventData::Alias { anchor } => {
                if builder.growing.contains(&anchor) {
                    return Err(Error::at(mark, format!("anchor '{anchor}' value contains itself")));
                }
                let Some(value) = builder.anchors.get(&anchor) else {
                    return Err(Error::at(mark, format!("unknown anchor '{anchor}' referenced")));
                };
                builder.aliased += count(value);
                if builder.aliased > MOST_ALIASED {
                    return Err(Error::at(mark, "document contains excessive aliasing"));
                }
                let value = value.clone();
                builder.put(value, mark)?;
            }
            EventData::SequenceStart { anchor, .. } => {
                builder.begin(Open::List(Vec::new()), anchor, mark)?;
            }
            EventData::MappingStart { anchor, .. } => {
                builder.begin(Open::Mapping(Map::new(), None), anchor, mark)?;
            }
            EventData::SequenceEnd | EventData::MappingEnd => builder.end()?,
        }
    }
}

impl Builder {
    fn wants_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { open: Open::Mapping(_, None), .. }))
    }

    fn key(&mut self, key: Key) {
        if let Some(Frame { open: Open::Mapping(_, waiting), .. }) = self.stack.last_mut() {
            *waiting = Some(key);
        }
    }

    fn begin(&mut self, open: Open, anchor: Option<String>, begun: Mark) -> Result<(), Error> {
        if self.stack.len() >= self.deepest {
            return Err(Error::at(begun, format!("more than {} levels", self.deepest)));
        }
        self.growing.extend(anchor.clone());
        self.stack.push(Frame { open, anchor, begun, keys: HashSet::new() });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Error> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let value = match frame.open {
            Open::List(list) => Value::Array(list),
            Open::Mapping(map, _) => Value::Object(map),
        };
        if let Some(anchor) = frame.anchor {
            self.growing.remove(&anchor);
            self.anchors.insert(anchor, value.clone());
        }
        self.put(value, frame.begun)
    }

    /// A value goes where it belongs: into a list, behind its key, or it is the key.
    fn put(&mut self, value: Value, mark: Mark) -> Result<(), Error> {
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        match &mut frame.open {
            Open::List(list) => list.push(value),
            Open::Mapping(map, waiting) => match waiting.take() {
                Some(Key::Name(name, is_text)) => {
                    if map.contains_key(&name) {
                        let shown = if is_text { format!("{name:?}") } else { name.clone() };
                        self.twice.push(format!("line {}: key {shown} already set in map", mark.line + 1));
                    }
                    map.insert(name, value);
                }
                Some(Key::Merge) => merge(map, value).map_err(|what| Error::at(mark, what))?,
                None => {
                    let name = name(&value).map_err(|what| Error::at(mark, what))?;
                    if self.unique && !frame.keys.insert(name.clone()) {
                        return Err(Error::at(mark, format!("mapping key {name:?} already defined")));
                    }
                    *waiting = Some(Key::Name(name, value.is_string()));
                }
            },
        }
        Ok(())
    }
}

/// Puts in the fields of a mapping, or of several of which the first counts most.
fn merge(map: &mut Map<String, Value>, value: Value) -> Result<(), String> {
    match value {
        Value::Object(fields) => map.extend(fields),
        Value::Array(list) => {
            for inner in list.into_iter().rev() {
                let Value::Object(fields) = inner else {
                    return Err("map merge requires map or sequence of maps as the value".into());
                };
                map.extend(fields);
            }
        }
        _ => return Err("map merge requires map or sequence of maps as the value".into()),
    }
    Ok(())
}

/// A number as Go has it: digits up to 10 to the 21st, an exponent with its sign beyond.
pub fn number(held: &serde_json::Number) -> String {
    let Some(amount) = held.as_f64().filter(|_| held.is_f64()) else { return held.to_string() };
    if amount != 0.0 && !(1e-6..1e21).contains(&amount.abs()) {
        let text = format!("{amount:e}");
        return if text.contains("e-") { text } else { text.replacen('e', "e+", 1) };
    }
    amount.to_string()
}

/// A key as JSON has it.
fn name(key: &Value) -> Result<String, String> {
    match key {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(self::number(number)),
        Value::Bool(_) => Ok(key.to_string()),
        Value::Null => Err("a key is null".into()),
        Value::Array(_) => Err("invalid map key: a list".into()),
        Value::Object(_) => Err("invalid map key: a map".into()),
    }
}

#[cfg(test)]
mod tests;
