//! Step 3: from a body to an object, with the client's wish about fields that do not exist.

use std::borrow::Cow;

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::{self, Kind, Object};
use apimachinery::resources::Resource;
use apimachinery::{Status, protobuf, strict, typed, unreadable};
use bytes::Bytes;
use http::header;
use serde_json::Value;

use crate::extensions;
use crate::request::Call;

/// What is to happen with unknown and duplicate fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// They are dropped without a word.
    Ignore,
    /// They are dropped, and the client is warned.
    Warn,
    /// The request is refused.
    Strict,
}

/// The client's wish; a warning is the default.
pub fn validation(call: &Call) -> Result<Validation, Status> {
    match call.query.get("fieldValidation") {
        "" | "Warn" => Ok(Validation::Warn),
        "Ignore" => Ok(Validation::Ignore),
        "Strict" => Ok(Validation::Strict),
        other => Err(Status::bad_request(format!("fieldValidation: Unsupported value: {other:?}"))),
    }
}

/// The media type of a header, without parameters, in lower case.
pub fn media_type(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body as JSON.
pub struct Body {
    pub json: Bytes,
    /// The keys that stand twice in the YAML that it was.
    twice: Vec<String>,
}

impl From<Bytes> for Body {
    fn from(json: Bytes) -> Self {
        Self { json, twice: Vec::new() }
    }
}

/// YAML as a value, with the keys that stand twice in it, of which the last counts. Fields are in the order of their
/// names, as upstream converts it: what is told of them is told in that order.
///
/// # Errors
/// Says where it is malformed.
pub fn yaml(body: &[u8]) -> Result<(Value, Vec<String>), yaml::Error> {
    match strict::parse(body) {
        Ok((value, twice)) if twice.is_empty() => Ok((value, twice)),
        _ => yaml::first(body).map(|(mut value, twice)| {
            value.sort_all_objects();
            (value, twice)
        }),
    }
}

/// What upstream's reader of YAML says of keys that stand twice.
pub fn told_twice(twice: &[String]) -> String {
    format!("yaml: unmarshal errors:\n  {}", twice.join("\n  "))
}

/// The body as JSON; YAML and protobuf are converted.
pub fn json(call: &Call, body: Bytes) -> Result<Body, Status> {
    let resource = call.resource;
    json_of(call, body, (resource.group, resource.version, resource.kind))
}

/// [`json`] of a body of another kind than the resource's.
pub fn json_of(call: &Call, body: Bytes, expected: (&str, &str, &str)) -> Result<Body, Status> {
    match media_type(call.header(header::CONTENT_TYPE)).as_str() {
        "" | "application/json" => Ok(body.into()),
        "application/yaml" | "application/x-yaml" => {
            let (value, twice) =
                yaml(&body).map_err(|error| unrecognized(expected.2, &body, &error.bare()))?;
            let json = serde_json::to_vec(&value).map_err(Status::internal)?.into();
            Ok(Body { json, twice })
        }
        "application/vnd.kubernetes.protobuf" => {
            let value = protobuf::decode(&body, expected).map_err(|error| match error {
                protobuf::ProtobufError::UnknownKind(_) => Status::unsupported_media_type(error.to_string()),
                protobuf::ProtobufError::Malformed(_) => Status::bad_request(error.to_string()),
            })?;
            serde_json::to_vec(&value).map(|json| Bytes::from(json).into()).map_err(Status::internal)
        }
        _ => Err(Status::unsupported_media_type(
            "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
        )),
    }
}

/// The type behind a kind that the table names.
pub fn kind(group: &str, version: &str, kind: &str) -> Result<&'static Kind, Status> {
    kinds::find(group, version, kind).ok_or_else(|| Status::internal(format!("{kind} has no type")))
}

/// The type of a resource's objects.
pub fn kind_of(resource: &Resource) -> Result<&'static Kind, Status> {
    resource.object_type().ok_or_else(|| Status::internal(format!("{} has no type", resource.kind)))
}

/// The requested version of a custom resource, when `kind` is its kind.
fn custom(call: &Call, kind: &Kind) -> Option<std::sync::Arc<extensions::Version>> {
    let resource = call.resource;
    let same = (resource.group, resource.version, resource.kind) == (kind.group, kind.version, kind.kind);
    extensions::version_of(resource).filter(|_| same)
}

fn unknown_fields(paths: Vec<String>) -> impl Iterator<Item = String> {
    paths.into_iter().map(|path| format!("unknown field {path:?}"))
}

/// The refusal of a body that names no kind, or is no JSON at all.
fn no_object(kind: &Kind, body: &[u8], error: &serde_json::Error) -> Status {
    let why = unreadable::syntax_error(body).unwrap_or_else(|| error.to_string());
    unrecognized(kind.kind, body, &format!("couldn't get version/kind; json parse error: {why}"))
}

/// The refusal of a body that can't be read, with the beginning of it.
fn unrecognized(kind: &str, body: &[u8], why: &str) -> Status {
    /// So much of it is shown.
    const SHOWN: usize = 30;
    let more = if body.len() > SHOWN { " ..." } else { "" };
    let start = &body[..body.len().min(SHOWN)];
    let summary = match body.first() {
        None => "<empty>".to_string(),
        Some(b'{') => String::from_utf8_lossy(start).into_owned() + more,
        Some(_) => start.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + more,
    };
    Status::bad_request(format!(
        "the object provided is unrecognized (must be of type {kind}): {why} ({summary})"
    ))
}

/// The refusal of an object of another kind or version.
fn foreign(kind: &Kind, api_version: &str, (found_version, found_kind): (&str, &str)) -> Status {
    let (group, version) = found_version.split_once('/').unwrap_or(("", found_version));
    let handled = |why: String| {
        Status::bad_request(format!(
            "{found_kind} in version {version:?} cannot be handled as a {}: {why}",
            kind.kind
        ))
    };
    let custom = kinds::find(kind.group, kind.version, kind.kind).is_none();
    if custom && found_kind != kind.kind {
        return Status::bad_request(format!(
            "the kind in the data ({found_kind}) does not match the expected kind ({})",
            kind.kind
        ));
    }
    if !custom && kinds::find(group, version, found_kind).is_none() {
        return handled(format!(
            "no kind {found_kind:?} is registered for version {found_version:?} in scheme \"pkg/api/legacyscheme/scheme.go:30\""
        ));
    }
    if found_kind != kind.kind {
        // The group's name in the server's own types.
        let own =
            if kind.group.is_empty() { "core" } else { kind.group.split('.').next().unwrap_or_default() };
        return handled(format!(
            "converting ({version}.{found_kind}) to ({own}.{}): unknown conversion",
            kind.kind
        ));
    }
    Status::bad_request(format!(
        "the API version in the data ({found_version}) does not match the expected API version ({api_version})"
    ))
}

/// Whether JSON has no blanks between its parts and writes every character as itself.
fn is_plain(json: &[u8]) -> bool {
    let mut quoted = false;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => quoted = !quoted,
            b'\\' if bytes.next() == Some(&b'u') => return false,
            b' ' | b'\t' | b'\n' | b'\r' if !quoted => return false,
            _ => {}
        }
    }
    true
}

/// Reads an object of `kind`, which `apiVersion` and `kind` in the body must name if they are
/// there.
pub fn object(call: &Call, kind: &Kind, body: &Body) -> Result<Box<dyn Object>, Status> {
    let wish = validation(call)?;
    let Body { json: body, twice } = body;
    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read for what is wrong with it")]
    struct Head<'a> {
        #[serde(borrow, default, rename = "apiVersion")]
        api_version: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        kind: Option<Cow<'a, str>>,
    }
    let api_version =
        if kind.group.is_empty() { kind.version.into() } else { format!("{}/{}", kind.group, kind.version) };
    let refused = |error: &dyn std::fmt::Display| {
        Status::bad_request(format!(
            "{} in version {:?} cannot be handled as a {}: {error}",
            kind.kind, kind.version, kind.kind
        ))
    };
    let named = (kind.group, kind.version, kind.kind);
    let (mut input, mut problems) = strict::parse(body).map_err(|error| no_object(kind, body, &error))?;
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    let odd = |name: &str| input.get(name).is_some_and(|value| !value.is_string() && !value.is_null());
    if !input.is_object() || odd("apiVersion") || odd("kind") {
        serde_json::from_slice::<Head<'_>>(body).map_err(|error| no_object(kind, body, &error))?;
    }
    let found = (
        text("apiVersion").filter(|found| !found.is_empty()).unwrap_or(&api_version),
        text("kind").filter(|found| !found.is_empty()).unwrap_or(kind.kind),
    );
    if found != (api_version.as_str(), kind.kind) {
        return Err(foreign(kind, &api_version, found));
    }
    let settled = typed::settle(&mut input, named);
    let body = body.trim_ascii_end();
    // What most clients send can be read as it is.
    let text = if settled.changed || !problems.is_empty() || !is_plain(body) {
        Cow::Owned(serde_json::to_vec(&input).map_err(Status::internal)?)
    } else {
        Cow::Borrowed(body)
    };
    let mut object = (kind.decode)(&text).map_err(|error| match unreadable::type_error(&input, named) {
        Some(why) => refused(&why),
        None => refused(&error),
    })?;
    if wish != Validation::Ignore && settled.unknown {
        strict::with_unknown(body, &mut problems, strict::unknown(&input, &object.value()));
    }
    if let Some(version) = custom(call, kind) {
        problems.extend(unknown_fields(version.prune(object.as_mut())));
    }
    if wish != Validation::Ignore {
        report(call, wish, kind, problems, twice)?;
    }
    Ok(object)
}

/// Tells of what is wrong with an object, what stood `twice` in its YAML first.
fn report(
    call: &Call,
    wish: Validation,
    kind: &Kind,
    mut problems: Vec<String>,
    twice: &[String],
) -> Result<(), Status> {
    if problems.is_empty() && twice.is_empty() {
        return Ok(());
    }
    if wish == Validation::Strict {
        if !twice.is_empty() {
            problems.insert(0, told_twice(twice));
        }
        return Err(Status::bad_request(format!(
            "{} in version {:?} cannot be handled as a {}: strict decoding error: {}",
            kind.kind,
            kind.version,
            kind.kind,
            problems.join(", ")
        )));
    }
    for problem in twice.iter().cloned().chain(problems) {
        call.warn(problem);
    }
    Ok(())
}

/// Reads the result of a patch. `shown` is what a refusal shows of it; `found`, what is wrong with the patch
/// by itself.
pub fn patched(
    call: &Call,
    kind: &Kind,
    value: &Value,
    shown: &dyn Fn(&Value) -> String,
    found: &[String],
) -> Result<Box<dyn Object>, Status> {
    let wish = validation(call)?;
    let named = (kind.group, kind.version, kind.kind);
    let mut settled = value.clone();
    let typed = typed::settle(&mut settled, named);
    let text = serde_json::to_vec(&settled).map_err(Status::internal)?;
    // As upstream: such a refusal names no object.
    let refused = |why: &str| {
        let wrong = Violation::invalid(&Field::root("patch"), &shown(value), why);
        Status::invalid("", "", "", &[wrong])
    };
    let mut object = (kind.decode)(&text).map_err(|error| {
        refused(&unreadable::type_error(value, named).unwrap_or_else(|| error.to_string()))
    })?;
    let mut problems = found.to_vec();
    if let Some(version) = custom(call, kind) {
        problems.extend(unknown_fields(version.prune(object.as_mut())));
    } else if wish != Validation::Ignore && typed.unknown {
        problems.extend(strict::unknown(&settled, &object.value()));
    }
    match wish {
        Validation::Strict if !problems.is_empty() => {
            Err(refused(&format!("strict decoding error: {}", problems.join(", "))))
        }
        Validation::Warn => {
            problems.into_iter().for_each(|problem| call.warn(problem));
            Ok(object)
        }
        _ => Ok(object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_json_is_told_from_other() {
        for text in [r#"{"a":"b c","d":[1,true,"\"e \\"]}"#, "{}", r#""\n""#] {
            assert!(is_plain(text.as_bytes()), "{text}");
        }
        for text in [r#"{"a": 1}"#, "{}\n", r#"{"\u0061":1}"#, r#"{"a":"\\", "b":1}"#] {
            assert!(!is_plain(text.as_bytes()), "{text}");
        }
    }
}
