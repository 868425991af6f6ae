//! What an object says of itself, one thing at a time.

use serde::Deserialize;
use serde_json::{Value, json};

/// A condition of any object.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
    pub last_transition_time: Option<jiff::Timestamp>,
    pub last_update_time: Option<jiff::Timestamp>,
    pub last_probe_time: Option<jiff::Timestamp>,
}

/// The conditions that are of none of `own` types, which someone else set.
pub fn others(all: &[Condition], own: &[&str]) -> Vec<Value> {
    let of = |one: &Condition| {
        let mut value = json!({ "type": one.kind, "status": one.status });
        for (field, text) in [("reason", &one.reason), ("message", &one.message)] {
            if !text.is_empty() {
                value[field] = text.as_str().into();
            }
        }
        for (field, stamp) in [
            ("lastTransitionTime", one.last_transition_time),
            ("lastUpdateTime", one.last_update_time),
            ("lastProbeTime", one.last_probe_time),
        ] {
            if let Some(stamp) = stamp {
                value[field] = crate::context::time(stamp).into();
            }
        }
        value
    };
    all.iter().filter(|one| !own.contains(&one.kind.as_str())).map(of).collect()
}

/// The condition of that type.
pub fn condition<'a>(all: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    all.iter().find(|condition| condition.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_of_others_stay_as_they_are() {
        let given = json!([
            {"type": "Own", "status": "True"},
            {"type": "Theirs", "status": "True", "reason": "E2E", "lastTransitionTime": "2026-01-01T00:00:00Z"},
            {"type": "Bare", "status": "", "lastProbeTime": null, "lastTransitionTime": null},
        ]);
        let all: Vec<Condition> = serde_json::from_value(given.clone()).expect("conditions");
        let kept = others(&all, &["Own"]);
        assert_eq!(kept, [given[1].clone(), json!({"type": "Bare", "status": ""})]);
    }
}
