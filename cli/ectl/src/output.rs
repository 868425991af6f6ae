//! The output formats: simple for people, fields and json for programs, tables for lists.

use std::io::Write;

use base64::Engine;
use clap::ArgMatches;
use etcdapi::etcdserverpb::response_op::Response;
use etcdapi::etcdserverpb::{
    DeleteRangeResponse, PutResponse, RangeResponse, ResponseHeader, ResponseOp, TxnResponse,
};
use etcdapi::mvccpb::{Event, KeyValue};
use prost::Message;
use serde_json::{Map, Value, json as literal};
use tabled::builder::Builder;
use tabled::settings::formatting::AlignmentStrategy;
use tabled::settings::object::Rows;
use tabled::settings::style::HorizontalLine;
use tabled::settings::{Alignment, Style};

use crate::{Done, Failure, json, on, text};

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Simple,
    Fields,
    Json,
    Table,
    Protobuf,
}

/// Prints responses.
#[derive(Clone, Copy)]
pub(crate) struct Printer {
    pub(crate) format: Format,
    hex: bool,
    pub(crate) keys_only: bool,
    pub(crate) values_only: bool,
}

/// Answers that etcdctl has no fields for.
const NO_FIELDS: &[&str] =
    &["AuthStatusResponse", "AuthUserGetResponse", "AuthUserListResponse", "MemberPromoteResponse"];

/// Prints a line; a reader that has gone ends the program quietly.
pub(crate) fn line(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    if out.write_all(bytes).and_then(|()| out.write_all(b"\n")).is_err() {
        std::process::exit(0);
    }
}

impl Printer {
    pub(crate) fn new(matches: &ArgMatches) -> Self {
        let format = match text(matches, "write-out") {
            Some("fields") => Format::Fields,
            Some("json") => Format::Json,
            Some("table") => Format::Table,
            Some("protobuf") => Format::Protobuf,
            _ => Format::Simple,
        };
        Self {
            format,
            hex: on(matches, "hex"),
            keys_only: on(matches, "keys-only"),
            values_only: on(matches, "print-value-only"),
        }
    }

    /// An answer of the API by its name: `simple` prints it for people.
    ///
    /// # Errors
    /// Fails when it has no such form.
    pub(crate) fn answer(
        &self,
        name: &str,
        message: &impl Message,
        header: Option<&ResponseHeader>,
        simple: impl FnOnce(),
    ) -> Done {
        match self.format {
            Format::Simple => simple(),
            Format::Json => print(json::message(name, message)),
            Format::Protobuf => raw(message),
            Format::Table => return Err(unsupported("table")),
            // As etcdctl: these have no fields.
            Format::Fields if NO_FIELDS.contains(&name) => return Err(unsupported("fields")),
            Format::Fields => header_fields(header),
        }
        Ok(())
    }

    /// An answer about leases. etcdctl's JSON has the header's fields beside the others.
    ///
    /// # Errors
    /// Fails when it has no such form.
    pub(crate) fn lease(
        &self,
        message: &impl Message,
        header: Option<&ResponseHeader>,
        more: &[(&str, Value)],
        simple: impl FnOnce(),
    ) -> Done {
        match self.format {
            Format::Simple => simple(),
            Format::Protobuf => raw(message),
            Format::Table => return Err(unsupported("table")),
            Format::Fields => {
                header_fields(header);
                for (name, value) in more.iter().filter(|(name, _)| *name != "Error") {
                    println!("\"{name}\" : {value}");
                }
            }
            Format::Json => {
                let mut made = match header_json(header) {
                    Value::Object(made) => made,
                    _ => Map::new(),
                };
                made.extend(more.iter().map(|(name, value)| ((*name).to_string(), value.clone())));
                print(Value::Object(made));
            }
        }
        Ok(())
    }

    /// Whether key-values have this form: they have none as a table.
    ///
    /// # Errors
    /// Fails when not.
    pub(crate) fn no_table(&self) -> Done {
        if self.format == Format::Table { Err(unsupported("table")) } else { Ok(()) }
    }

    /// A key or value as people see it.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        if self.hex {
            bytes.iter().flat_map(|byte| format!("\\x{byte:02x}").into_bytes()).collect()
        } else {
            bytes.to_vec()
        }
    }

    fn kv(&self, kv: &KeyValue) {
        if !self.values_only {
            line(&self.bytes(&kv.key));
        }
        if !self.keys_only {
            line(&self.bytes(&kv.value));
        } else {
            line(b"");
        }
    }

    /// The simple form of a range.
    fn range(&self, response: &RangeResponse) {
        for kv in &response.kvs {
            self.kv(kv);
        }
    }

    pub(crate) fn get(&self, response: &RangeResponse, count_only: bool) {
        match self.format {
            Format::Protobuf => raw(response),
            Format::Json => print(range_json(response)),
            Format::Fields => {
                header_fields(response.header.as_ref());
                range_fields(response);
            }
            _ if count_only => line(response.count.to_string().as_bytes()),
            _ => self.range(response),
        }
    }

    pub(crate) fn put(&self, response: &PutResponse) {
        match self.format {
            Format::Protobuf => raw(response),
            Format::Json => print(put_json(response)),
            Format::Fields => {
                header_fields(response.header.as_ref());
                if let Some(kv) = &response.prev_kv {
                    kv_fields("Prev", kv);
                }
            }
            _ => {
                line(b"OK");
                if let Some(kv) = &response.prev_kv {
                    self.kv(kv);
                }
            }
        }
    }

    pub(crate) fn delete(&self, response: &DeleteRangeResponse) {
        match self.format {
            Format::Protobuf => raw(response),
            Format::Json => print(delete_json(response)),
            Format::Fields => {
                header_fields(response.header.as_ref());
                println!("\"Deleted\" : {}", response.deleted);
                for kv in &response.prev_kvs {
                    kv_fields("Prev", kv);
                }
            }
            _ => {
                line(response.deleted.to_string().as_bytes());
                for kv in &response.prev_kvs {
                    self.kv(kv);
                }
            }
        }
    }

    pub(crate) fn txn(&self, response: &TxnResponse) {
        match self.format {
            Format::Protobuf => raw(response),
            Format::Json => print(txn_json(response)),
            Format::Fields => {
                header_fields(response.header.as_ref());
                println!("\"Succeeded\" : {}", response.succeeded);
                for ResponseOp { response } in &response.responses {
                    match response {
                        Some(Response::ResponseRange(response)) => self.get(response, false),
                        Some(Response::ResponsePut(response)) => self.put(response),
                        Some(Response::ResponseDeleteRange(response)) => self.delete(response),
                        Some(Response::ResponseTxn(response)) => self.txn(response),
                        None => {}
                    }
                }
            }
            _ => {
                line(if response.succeeded { b"SUCCESS" } else { b"FAILURE" });
                for ResponseOp { response } in &response.responses {
                    line(b"");
                    match response {
                        Some(Response::ResponseRange(response)) => self.range(response),
                        Some(Response::ResponsePut(response)) => self.put(response),
                        Some(Response::ResponseDeleteRange(response)) => self.delete(response),
                        Some(Response::ResponseTxn(response)) => self.txn(response),
                        None => {}
                    }
                }
            }
        }
    }

    /// One event of a watch, in the simple form.
    pub(crate) fn event(&self, event: &Event) {
        line(if event.r#type == 1 { b"DELETE" } else { b"PUT" });
        if let Some(kv) = &event.prev_kv {
            self.kv(kv);
        }
        if let Some(kv) = &event.kv {
            self.kv(kv);
        }
    }
}

/// An event of a watch, field by field.
pub(crate) fn event_fields(event: &Event) {
    println!("\"Type\" : {}", if event.r#type == 1 { "DELETE" } else { "PUT" });
    if let Some(kv) = &event.prev_kv {
        kv_fields("Prev", kv);
    }
    if let Some(kv) = &event.kv {
        kv_fields("", kv);
    }
}

/// Writes a message as it goes over the wire.
pub(crate) fn raw(message: &impl Message) {
    let mut out = std::io::stdout().lock();
    // It may end anywhere but with a line, and whoever watches waits for all of it.
    if out.write_all(&message.encode_to_vec()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Bytes in quotes, as Go's `%q` writes them.
pub(crate) fn quote(bytes: &[u8]) -> String {
    let mut made = String::from("\"");
    for part in bytes.utf8_chunks() {
        for c in part.valid().chars() {
            match c {
                '"' => made.push_str("\\\""),
                '\\' => made.push_str("\\\\"),
                '\u{7}' => made.push_str("\\a"),
                '\u{8}' => made.push_str("\\b"),
                '\u{c}' => made.push_str("\\f"),
                '\n' => made.push_str("\\n"),
                '\r' => made.push_str("\\r"),
                '\t' => made.push_str("\\t"),
                '\u{b}' => made.push_str("\\v"),
                c if c < ' ' || c == '\u{7f}' => made.push_str(&format!("\\x{:02x}", c as u32)),
                c if c.is_control() => made.push_str(&format!("\\u{:04x}", c as u32)),
                c => made.push(c),
            }
        }
        for byte in part.invalid() {
            made.push_str(&format!("\\x{byte:02x}"));
        }
    }
    made.push('"');
    made
}

/// Prints JSON on one line.
pub(crate) fn print(value: Value) {
    line(value.to_string().as_bytes());
}

/// A form that the answer doesn't have.
fn unsupported(form: &str) -> Failure {
    Failure { code: 4, message: format!("{form} not supported as output format") }
}

/// Shows rows in whatever form.
///
/// # Errors
/// Fails when they have no such form.
pub(crate) fn show(printer: Printer, head: &[&str], rows: Vec<Vec<String>>, json: Value) -> Done {
    match printer.format {
        Format::Protobuf => return Err(unsupported("protobuf")),
        Format::Json => print(json),
        Format::Table => table(head, rows),
        Format::Fields => {
            for row in rows {
                for (name, value) in head.iter().zip(row) {
                    println!("\"{name}\" : {value:?}");
                }
                println!();
            }
        }
        Format::Simple => {
            for row in rows {
                println!("{}", row.join(", "));
            }
        }
    }
    Ok(())
}

/// A cell is not made wider by more words than this.
const WIDTH: usize = 30;

/// Breaks a text between words, as etcdctl's tables do.
fn wrapped(text: &str) -> String {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}

/// Rows as a table with etcdctl's look.
fn tabular(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut builder = Builder::default();
    builder.push_record(head.iter().map(ToString::to_string));
    for row in rows {
        builder.push_record(row.iter().map(|cell| wrapped(cell)));
    }
    let mut table = builder.build();
    // A line below the head, and none between the rows.
    let line = HorizontalLine::inherit(Style::ascii());
    table
        .with(Style::ascii().remove_horizontal().horizontals([(1, line)]))
        .with(Alignment::right())
        .with(AlignmentStrategy::PerLine);
    table.modify(Rows::first(), Alignment::center());
    table.to_string()
}

/// Prints rows as a table with etcdctl's look.
pub(crate) fn table(head: &[&str], rows: Vec<Vec<String>>) {
    line(tabular(head, rows).as_bytes());
}

pub(crate) fn encode(bytes: &[u8]) -> Value {
    base64::engine::general_purpose::STANDARD.encode(bytes).into()
}

/// Like Go's `omitempty`: zeroes, empty texts and false are left out.
pub(crate) fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(value) => value.as_f64() == Some(0.0),
        Value::String(value) => value.is_empty(),
        Value::Array(value) => value.is_empty(),
        Value::Object(_) => false,
    };
    let fields: Map<String, Value> = fields
        .into_iter()
        .filter(|(_, value)| !empty(value))
        .map(|(name, value)| (name.into(), value))
        .collect();
    Value::Object(fields)
}

pub(crate) fn header_json(header: Option<&ResponseHeader>) -> Value {
    let header = header.copied().unwrap_or_default();
    object([
        ("cluster_id", header.cluster_id.into()),
        ("member_id", header.member_id.into()),
        ("revision", header.revision.into()),
        ("raft_term", header.raft_term.into()),
    ])
}

pub(crate) fn kv_json(kv: &KeyValue) -> Value {
    object([
        ("key", encode(&kv.key)),
        ("create_revision", kv.create_revision.into()),
        ("mod_revision", kv.mod_revision.into()),
        ("version", kv.version.into()),
        ("value", encode(&kv.value)),
        ("lease", kv.lease.into()),
    ])
}

fn kvs_json(kvs: &[KeyValue]) -> Value {
    kvs.iter().map(kv_json).collect()
}

fn range_json(response: &RangeResponse) -> Value {
    object([
        ("header", header_json(response.header.as_ref())),
        ("kvs", kvs_json(&response.kvs)),
        ("more", response.more.into()),
        ("count", response.count.into()),
    ])
}

fn put_json(response: &PutResponse) -> Value {
    let previous = response.prev_kv.as_ref().map_or(Value::Null, kv_json);
    object([("header", header_json(response.header.as_ref())), ("prev_kv", previous)])
}

fn delete_json(response: &DeleteRangeResponse) -> Value {
    object([
        ("header", header_json(response.header.as_ref())),
        ("deleted", response.deleted.into()),
        ("prev_kvs", kvs_json(&response.prev_kvs)),
    ])
}

fn txn_json(response: &TxnResponse) -> Value {
    let responses: Vec<Value> = response
        .responses
        .iter()
        .map(|op| {
            let (name, value) = match &op.response {
                Some(Response::ResponseRange(response)) => ("response_range", range_json(response)),
                Some(Response::ResponsePut(response)) => ("response_put", put_json(response)),
                Some(Response::ResponseDeleteRange(response)) => {
                    ("response_delete_range", delete_json(response))
                }
                Some(Response::ResponseTxn(response)) => ("response_txn", txn_json(response)),
                None => return literal!({ "Response": null }),
            };
            literal!({ "Response": { name: value } })
        })
        .collect();
    object([
        ("header", header_json(response.header.as_ref())),
        ("succeeded", response.succeeded.into()),
        ("responses", responses.into()),
    ])
}

pub(crate) fn event_json(event: &Event) -> Value {
    object([
        ("type", event.r#type.into()),
        ("kv", event.kv.as_ref().map_or(Value::Null, kv_json)),
        ("prev_kv", event.prev_kv.as_ref().map_or(Value::Null, kv_json)),
    ])
}

pub(crate) fn header_fields(header: Option<&ResponseHeader>) {
    let header = header.copied().unwrap_or_default();
    println!("\"ClusterID\" : {}", header.cluster_id);
    println!("\"MemberID\" : {}", header.member_id);
    println!("\"Revision\" : {}", header.revision);
    println!("\"RaftTerm\" : {}", header.raft_term);
}

fn kv_fields(prefix: &str, kv: &KeyValue) {
    println!("\"{prefix}Key\" : {}", quote(&kv.key));
    println!("\"{prefix}CreateRevision\" : {}", kv.create_revision);
    println!("\"{prefix}ModRevision\" : {}", kv.mod_revision);
    println!("\"{prefix}Version\" : {}", kv.version);
    println!("\"{prefix}Value\" : {}", quote(&kv.value));
    println!("\"{prefix}Lease\" : {}", kv.lease);
}

fn range_fields(response: &RangeResponse) {
    for kv in &response.kvs {
        kv_fields("", kv);
    }
    println!("\"More\" : {}", response.more);
    println!("\"Count\" : {}", response.count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_no_lines_between_rows_and_break_long_cells() {
        let cells = |cells: [&str; 2]| cells.map(String::from).to_vec();
        let rows = vec![cells(["1", "x"]), cells(["22", "memberID:7294158357954708631 alarm:NOSPACE"])];
        let lines = [
            "+----+------------------------------+",
            "| ID |             WHY              |",
            "+----+------------------------------+",
            "|  1 |                            x |",
            "| 22 | memberID:7294158357954708631 |",
            "|    |                alarm:NOSPACE |",
            "+----+------------------------------+",
        ];
        assert_eq!(tabular(&["ID", "WHY"], rows), lines.join("\n"));
    }

    #[test]
    fn quotes_as_go() {
        assert_eq!(quote(b"a\x07\"\\\n\x01\xff\xc3\xa9"), r#""a\a\"\\\n\x01\xffé""#);
    }

    #[test]
    fn json_leaves_zeroes_out() {
        let kv = KeyValue { key: "a".into(), mod_revision: 3, ..Default::default() };
        assert_eq!(kv_json(&kv).to_string(), r#"{"key":"YQ==","mod_revision":3}"#);
    }
}
