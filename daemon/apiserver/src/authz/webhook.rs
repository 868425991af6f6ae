//! The webhook authorizer: another server is asked by a SubjectAccessReview.

use std::time::Duration;

use cel::{Budget, Program, Type, Value as CelValue, Variables};
use serde_json::{Value, json};

use super::{Attributes, Decision, selectors};
use crate::authn::User;
use crate::metrics::judging::{self, Answered};
use crate::remote::{Kept, Remote};

/// What the conditions of one request may cost.
const BUDGET: u64 = 1_000_000;
/// Questions that are longer are not remembered.
const LONGEST: usize = 10_000;

/// What a server is asked, and what is made of its silence.
pub struct Webhook {
    /// How it is called in errors.
    pub name: String,
    /// The server.
    pub remote: Remote,
    /// The version of reviews that it takes.
    pub version: &'static str,
    /// How long what it allows holds.
    pub allowed: Duration,
    /// How long what it does not allow holds.
    pub refused: Duration,
    /// Whether no answer is a no.
    pub denies_failures: bool,
    /// What must be true for it to be asked.
    pub conditions: Vec<Program>,
    /// What it said.
    pub kept: Kept<Decision>,
}

/// The type of the one variable of conditions, `request`: the spec of the review.
fn request() -> Type {
    fn fields<'f>(texts: &'f [&'f str]) -> impl Iterator<Item = (String, Type)> + 'f {
        texts.iter().map(|name| ((*name).to_string(), Type::Text))
    }
    let selector = |name: &str, requirement: &str| {
        let values = ("values".to_string(), Type::list(Type::Text));
        let one = Type::object(requirement, fields(&["key", "operator"]).chain([values]));
        let raw = ("rawSelector".to_string(), Type::Text);
        Type::object(name, [raw, ("requirements".to_string(), Type::list(one))])
    };
    let selectors = [
        (
            "fieldSelector".to_string(),
            selector("kubernetes.FieldSelectorAttributes", "kubernetes.FieldSelectorRequirement"),
        ),
        (
            "labelSelector".to_string(),
            selector("kubernetes.LabelSelectorAttributes", "kubernetes.LabelSelectorRequirement"),
        ),
    ];
    let names = ["namespace", "verb", "group", "version", "resource", "subresource", "name"];
    let resource = Type::object("kubernetes.ResourceAttributes", fields(&names).chain(selectors));
    let path = Type::object("kubernetes.NonResourceAttributes", fields(&["path", "verb"]));
    let more = [
        ("resourceAttributes".to_string(), resource),
        ("nonResourceAttributes".to_string(), path),
        ("groups".to_string(), Type::list(Type::Text)),
        ("extra".to_string(), Type::map(Type::Text, Type::list(Type::Text))),
    ];
    Type::object("kubernetes.SubjectAccessReviewSpec", fields(&["user", "uid"]).chain(more))
}

/// Compiles a condition.
///
/// # Errors
/// Says what is wrong with it, and where.
pub fn condition(text: &str) -> Result<Program, String> {
    match Program::compile(text, &[("request", request())]) {
        Ok((program, Type::Bool | Type::Dyn)) => Ok(program),
        Ok(_) => Err("must evaluate to bool".into()),
        Err(error) => Err(format!("compilation failed: {error}")),
    }
}

/// The review's spec; with every field that there is, or only those that say something.
fn spec(user: &User, attributes: &Attributes, version: &str, full: bool) -> Value {
    let part = |fields: &[(&str, &str)]| {
        let fields = fields.iter().filter(|(_, value)| full || !value.is_empty());
        fields.map(|(name, value)| ((*name).to_string(), json!(value))).collect::<serde_json::Map<_, _>>()
    };
    let mut spec = part(&[("user", &user.name), ("uid", &user.uid)]);
    if full || !user.groups.is_empty() {
        // The older version calls them by one.
        let name = if version == "v1beta1" && !full { "group" } else { "groups" };
        spec.insert(name.into(), json!(user.groups));
    }
    if full || !user.extra.is_empty() {
        spec.insert("extra".into(), json!(user.extra));
    }
    if attributes.is_resource {
        let resource = part(&[
            ("namespace", &attributes.namespace),
            ("verb", &attributes.verb),
            ("group", &attributes.group),
            ("version", &attributes.version),
            ("resource", &attributes.resource),
            ("subresource", &attributes.subresource),
            ("name", &attributes.name),
        ]);
        let narrowed = [
            ("fieldSelector", selectors::of_fields(&attributes.fields)),
            ("labelSelector", selectors::of_labels(&attributes.labels)),
        ];
        let mut resource = resource;
        for (name, requirements) in narrowed.into_iter().filter(|(_, list)| !list.is_empty()) {
            resource.insert(name.into(), json!({"requirements": requirements}));
        }
        spec.insert("resourceAttributes".into(), Value::Object(resource));
    } else {
        let path = part(&[("path", &attributes.path), ("verb", &attributes.verb)]);
        spec.insert("nonResourceAttributes".into(), Value::Object(path));
    }
    Value::Object(spec)
}

impl Webhook {
    /// The server's opinion.
    pub async fn decide(&self, user: &User, attributes: &Attributes) -> Decision {
        match self.concerns(user, attributes) {
            Ok(true) => {}
            Ok(false) => return Decision::NoOpinion(String::new()),
            Err(why) => return self.failed(&why),
        }
        let spec = spec(user, attributes, self.version, false);
        let question = spec.to_string();
        let key = Kept::<Decision>::key(&question);
        if let Some(known) = self.kept.get(&key) {
            return known;
        }
        let review = json!({
            "apiVersion": format!("authorization.k8s.io/{}", self.version),
            "kind": "SubjectAccessReview", "metadata": {}, "spec": spec,
        });
        let begun = std::time::Instant::now();
        let answer = self.remote.answer(&review).await;
        let told = |answered| judging::asked(&self.name, answered, begun.elapsed(), !self.denies_failures);
        let answer = match answer {
            Ok(answer) => answer,
            Err(unanswered) => {
                told(if unanswered.late { Answered::TooLate } else { Answered::Badly });
                return self.failed(&unanswered.why);
            }
        };
        let status = &answer["status"];
        let Some(allowed) = status["allowed"].as_bool() else {
            told(Answered::Badly);
            return self.failed("the answer has no status.allowed");
        };
        told(if allowed && status["denied"] == true { Answered::Badly } else { Answered::Well });
        let denied = status["denied"] == true;
        let reason = status["reason"].as_str().unwrap_or_default().to_string();
        if let Some(error) = status["evaluationError"].as_str().filter(|error| !error.is_empty()) {
            tracing::warn!(webhook = self.name, error, "an authorization webhook could not judge in full");
        }
        let decision = match (allowed, denied) {
            (true, true) => return self.failed("the answer both allows and denies"),
            (true, false) => Decision::Allow(reason),
            (false, true) => Decision::Deny(reason),
            (false, false) => Decision::NoOpinion(reason),
        };
        if question.len() <= LONGEST {
            self.kept.put(key, decision.clone(), if allowed { self.allowed } else { self.refused });
        }
        decision
    }

    fn failed(&self, why: &str) -> Decision {
        tracing::warn!(webhook = self.name, why, "an authorization webhook failed");
        let reason = format!("authorization webhook {:?} failed", self.name);
        if self.denies_failures { Decision::Deny(reason) } else { Decision::NoOpinion(reason) }
    }

    /// Whether it is to be asked. One condition that is false decides over those that fail.
    fn concerns(&self, user: &User, attributes: &Attributes) -> Result<bool, String> {
        if self.conditions.is_empty() {
            return Ok(true);
        }
        let full = spec(user, attributes, self.version, true);
        let mut variables = Variables::new();
        variables.insert("request", CelValue::from(&full));
        let mut budget = Budget::new(BUDGET);
        let mut failure = None;
        for (index, condition) in self.conditions.iter().enumerate() {
            match condition.evaluate(&variables, &mut budget) {
                Ok(CelValue::Bool(true)) => {}
                Ok(CelValue::Bool(false)) => return Ok(false),
                Ok(other) => {
                    failure =
                        Some(format!("matchConditions[{index}] must be a bool, not {}", other.type_name()));
                }
                Err(error) => failure = Some(format!("matchConditions[{index}]: {error}")),
            }
        }
        failure.map_or(Ok(true), Err)
    }
}
