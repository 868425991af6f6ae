//! What a request's query, and the body of a deletion, say about how it is to be done. What makes no sense is
//! refused whole, with a cause for each mistake.

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds;
use apimachinery::patch::PatchType;
use apimachinery::{Status, unreadable};
use http::header;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{DeleteOptions, Preconditions};
use serde_json::Value;

use crate::decode;
use crate::request::Call;

/// The longest name of a field manager, in bytes.
pub const LONGEST: usize = 128;

/// The options of all verbs are of this group.
const GROUP: &str = "meta.k8s.io";

/// A failure that upstream gives no reason.
pub fn unexplained(message: impl Into<String>) -> Status {
    Status::failure(500, "", message)
}

/// Whether a letter can be shown.
pub fn is_printable(letter: char) -> bool {
    let hidden = matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}');
    letter == ' ' || !(letter.is_control() || letter.is_whitespace() || hidden)
}

fn refuse(kind: &str, wrong: &[Violation]) -> Result<(), Status> {
    if wrong.is_empty() { Ok(()) } else { Err(Status::invalid(GROUP, kind, "", wrong)) }
}

/// A number in the query, if there is one.
///
/// # Errors
/// Refuses what is no number.
pub fn number(call: &Call, name: &str) -> Result<Option<i64>, Status> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    let Some(text) = call.query.all(name).first() else { return Ok(None) };
    text.parse().map(Some).map_err(|error: std::num::ParseIntError| {
        let why = match error.kind() {
            PosOverflow | NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        Status::bad_request(format!("strconv.ParseInt: parsing {text:?}: {why}"))
    })
}

/// The options of a creation, an update or a patch.
///
/// # Errors
/// Names everything that is wrong with them.
pub fn of_write(call: &Call) -> Result<(), Status> {
    let mut wrong = Vec::new();
    let manager = call.query.get("fieldManager");
    let field = Field::root("fieldManager");
    let kind = match call.route.verb {
        "create" => "CreateOptions",
        "update" => "UpdateOptions",
        "patch" => {
            let media = decode::media_type(call.header(header::CONTENT_TYPE));
            match PatchType::from_media_type(&media) {
                // The patch itself is refused.
                None => return Ok(()),
                Some(PatchType::Apply) if manager.is_empty() => {
                    wrong.push(Violation::required(&field, "is required for apply patch"));
                }
                Some(PatchType::Apply) => {}
                Some(_) if call.query.has("force") => {
                    let why = "may not be specified for non-apply patch";
                    wrong.push(Violation::forbidden(&Field::root("force"), why));
                }
                Some(_) => {}
            }
            "PatchOptions"
        }
        _ => return Ok(()),
    };
    if manager.len() > LONGEST {
        wrong.push(Violation::too_long(&field, LONGEST));
    }
    for (at, letter) in manager.char_indices().filter(|(_, letter)| !is_printable(*letter)) {
        let why = format!("invalid character U+{:04X} (at position {at})", u32::from(letter));
        wrong.push(Violation::invalid(&field, manager, &why));
    }
    dry_run(call.query.all("dryRun"), &mut wrong);
    let wish = call.query.get("fieldValidation");
    let known = ["", "Ignore", "Strict", "Warn"];
    if !known.contains(&wish) {
        wrong.push(Violation::unsupported(&Field::root("fieldValidation"), wish, &known));
    }
    refuse(kind, &wrong)
}

fn dry_run(values: &[String], wrong: &mut Vec<Violation>) {
    if values.iter().any(|value| value != "All") {
        wrong.push(Violation::unsupported_value(&Field::root("dryRun"), &values, &["All"]));
    }
}

/// The options of a list, or of a deletion of many.
///
/// # Errors
/// Names everything that is wrong with them.
pub fn of_list(call: &Call) -> Result<(), Status> {
    let mut wrong = Vec::new();
    let field = Field::root("resourceVersionMatch");
    let (version, matching) = (call.query.get("resourceVersion"), call.query.get("resourceVersionMatch"));
    if !matching.is_empty() {
        if version.is_empty() {
            let why = "resourceVersionMatch is forbidden unless resourceVersion is provided";
            wrong.push(Violation::forbidden(&field, why));
        }
        forbid_continued(call, &field, &mut wrong);
        if !matches!(matching, "Exact" | "NotOlderThan") {
            wrong.push(Violation::unsupported(&field, matching, &["Exact", "NotOlderThan", ""]));
        }
        if matching == "Exact" && version == "0" {
            let why = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
            wrong.push(Violation::forbidden(&field, why));
        }
    }
    if call.query.has("sendInitialEvents") {
        let why = "sendInitialEvents is forbidden for list";
        wrong.push(Violation::forbidden(&Field::root("sendInitialEvents"), why));
    }
    refuse("ListOptions", &wrong)
}

fn forbid_continued(call: &Call, field: &Field, wrong: &mut Vec<Violation>) {
    if !call.query.get("continue").is_empty() {
        let why = "resourceVersionMatch is forbidden when continue is provided";
        wrong.push(Violation::forbidden(field, why));
    }
}

/// The options of a watch.
///
/// # Errors
/// Names everything that is wrong with them.
pub fn of_watch(call: &Call) -> Result<(), Status> {
    let mut wrong = Vec::new();
    let field = Field::root("resourceVersionMatch");
    let (initial, matching) = (call.query.has("sendInitialEvents"), call.query.get("resourceVersionMatch"));
    if initial && matching != "NotOlderThan" {
        let why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
        wrong.push(Violation::forbidden(&field, why));
    }
    if !matching.is_empty() {
        if !initial {
            let why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
            wrong.push(Violation::forbidden(&field, why));
        }
        if matching != "NotOlderThan" {
            wrong.push(Violation::unsupported(&field, matching, &["NotOlderThan"]));
        }
        forbid_continued(call, &field, &mut wrong);
    }
    refuse("ListOptions", &wrong)
}

/// The options of a deletion: all from the body if there is one, else from the query.
///
/// # Errors
/// Names everything that is wrong with them.
pub async fn of_delete(call: &Call) -> Result<DeleteOptions, Status> {
    let body = call.body().await?;
    let options = if body.is_empty() {
        queried(call)?
    } else {
        let body = decode::json_of(call, body, ("", "v1", "DeleteOptions"))?;
        sent(call, &body.json)?
    };
    let many = call.route.verb == "deletecollection";
    refuse("DeleteOptions", &mistakes(&options, many))?;
    call.set_dry_run(options.dry_run.as_ref().is_some_and(|values| !values.is_empty()));
    Ok(options)
}

fn queried(call: &Call) -> Result<DeleteOptions, Status> {
    let query = &call.query;
    let text = |name: &str| Some(query.get(name)).filter(|text| !text.is_empty()).map(str::to_string);
    let flag = |name: &str| query.has(name).then(|| query.flag(name));
    let (uid, resource_version) = (text("uid"), text("resourceVersion"));
    let conditional = uid.is_some() || resource_version.is_some();
    let dry_run = query.all("dryRun").to_vec();
    Ok(DeleteOptions {
        dry_run: (!dry_run.is_empty()).then_some(dry_run),
        grace_period_seconds: number(call, "gracePeriodSeconds")?,
        orphan_dependents: flag("orphanDependents"),
        propagation_policy: query
            .has("propagationPolicy")
            .then(|| query.get("propagationPolicy").to_string()),
        preconditions: conditional.then_some(Preconditions { resource_version, uid }),
        ignore_store_read_error_with_cluster_breaking_potential: flag(
            "ignoreStoreReadErrorWithClusterBreakingPotential",
        ),
        ..DeleteOptions::default()
    })
}

fn sent(call: &Call, body: &[u8]) -> Result<DeleteOptions, Status> {
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        let why = unreadable::syntax_error(body).unwrap_or_else(|| error.to_string());
        unexplained(format!("couldn't get version/kind; json parse error: {why}"))
    })?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    // They are the same in all groups.
    if !matches!(kind, "" | "DeleteOptions") {
        return Err(unexplained(foreign(
            call,
            if api_version.is_empty() { "v1" } else { api_version },
            kind,
        )));
    }
    serde_json::from_value(value.clone()).map_err(|error| {
        let why = unreadable::type_error(&value, ("", "v1", "DeleteOptions"));
        unexplained(why.unwrap_or_else(|| error.to_string()))
    })
}

/// Why an object of another kind can't be taken for options: one object's deletion knows no kinds but options,
/// that of many knows all.
fn foreign(call: &Call, api_version: &str, kind: &str) -> String {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let many = call.route.verb == "deletecollection";
    if many && kinds::find(group, version, kind).is_some() {
        return format!("converting ({version}.{kind}) to (v1.DeleteOptions): unknown conversion");
    }
    let scheme = if many {
        "pkg/api/legacyscheme/scheme.go:30"
    } else {
        "pkg/apis/meta/internalversion/scheme/register.go:27"
    };
    format!("no kind {kind:?} is registered for version {api_version:?} in scheme {scheme:?}")
}

fn mistakes(options: &DeleteOptions, many: bool) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let field = Field::root("propagationPolicy");
    if let Some(policy) = &options.propagation_policy {
        if options.orphan_dependents.is_some() {
            let why = "orphanDependents and deletionPropagation cannot be both set";
            wrong.push(Violation::invalid(&field, policy, why));
        }
        if !matches!(policy.as_str(), "Foreground" | "Background" | "Orphan") {
            let known = ["Foreground", "Background", "Orphan", "nil"];
            wrong.push(Violation::unsupported(&field, policy, &known));
        }
    }
    let values = options.dry_run.as_deref().unwrap_or_default();
    dry_run(values, &mut wrong);
    if options.ignore_store_read_error_with_cluster_breaking_potential == Some(true) {
        let field = Field::root("ignoreStoreReadErrorWithClusterBreakingPotential");
        for (set, name) in [
            (!values.is_empty(), "dryRun"),
            (options.propagation_policy.is_some(), "propagationPolicy"),
            (options.orphan_dependents.is_some(), "orphanDependents"),
            (options.grace_period_seconds.is_some(), "gracePeriodSeconds"),
            (options.preconditions.is_some(), "preconditions"),
        ] {
            if set {
                let why = format!("cannot be set together with .{name}");
                wrong.push(Violation::invalid_value(&field, &true, &why));
            }
        }
        if many && wrong.is_empty() {
            let why = "is not allowed with DELETECOLLECTION, try again after removing the option";
            wrong.push(Violation::invalid_value(&field, &true, why));
        }
    }
    wrong
}
