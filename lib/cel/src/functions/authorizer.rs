//! Questions about permissions. Whoever evaluates answers them; an answer that is not there yet
//! fails the evaluation, which is then done again.

use std::sync::Arc;

use super::Outcome;
use crate::eval::{EvalError, fail};
use crate::value::Value;

/// What is asked: whether a verb is allowed on a resource or path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The service account that is asked for, as namespace and name; `None`: who makes the request.
    pub service_account: Option<(String, String)>,
    /// The path; `None` for resources.
    pub path: Option<String>,
    /// The API group.
    pub group: String,
    /// The resource.
    pub resource: String,
    /// The subresource.
    pub subresource: String,
    /// The namespace; empty for all.
    pub namespace: String,
    /// The object's name; empty for all.
    pub name: String,
    /// What the objects are narrowed to by a field selector.
    pub fields: String,
    /// What they are narrowed to by a label selector.
    pub labels: String,
    /// What is to be done.
    pub verb: String,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why.
    pub reason: String,
    /// What went wrong; empty for nothing.
    pub error: String,
}

/// Who knows the answers.
pub trait Permissions: std::fmt::Debug + Send + Sync {
    /// The answer; `None` when it is not there yet.
    fn decide(&self, question: &Question) -> Option<Answer>;
}

/// How far a question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing is asked yet.
    Start,
    /// A path.
    Path,
    /// A group, whose resource is missing.
    Group,
    /// A resource.
    Resource,
}

/// A question that is being put.
#[derive(Clone, Debug)]
pub struct Check {
    /// Who answers.
    pub permissions: Arc<dyn Permissions>,
    /// The question so far.
    pub question: Question,
    /// How far it is put.
    pub stage: Stage,
}

impl Check {
    /// The start of any question.
    pub fn start(permissions: Arc<dyn Permissions>) -> Self {
        Self { permissions, question: Question::default(), stage: Stage::Start }
    }

    /// A question about a resource that lacks its verb alone.
    pub fn resource(permissions: Arc<dyn Permissions>, question: Question) -> Self {
        Self { permissions, question, stage: Stage::Resource }
    }
}

pub fn call<'v>(name: &str, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    if let [Value::Decision(answer)] = arguments {
        return Some(Ok(match name {
            "allowed" => Value::Bool(answer.allowed),
            "reason" => Value::text(answer.reason.as_str()),
            "errored" => Value::Bool(!answer.error.is_empty()),
            "error" => Value::text(answer.error.as_str()),
            _ => return None,
        }));
    }
    let (Value::Check(check), rest) = arguments.split_first()? else { return None };
    let mut next = (**check).clone();
    let question = &mut next.question;
    match (name, check.stage, rest) {
        ("serviceAccount", Stage::Start, [Value::Text(namespace), Value::Text(account)]) => {
            if namespace.is_empty() || account.is_empty() {
                return Some(fail("serviceAccount: a namespace and a name are needed"));
            }
            question.service_account = Some((namespace.to_string(), account.to_string()));
        }
        ("path", Stage::Start, [Value::Text(path)]) => {
            if path.is_empty() {
                return Some(fail("path must not be empty"));
            }
            question.path = Some(path.to_string());
            next.stage = Stage::Path;
        }
        ("group", Stage::Start, [Value::Text(group)]) => {
            question.group = group.to_string();
            next.stage = Stage::Group;
        }
        ("resource", Stage::Group, [Value::Text(resource)]) => {
            if resource.is_empty() {
                return Some(fail("resource must not be empty"));
            }
            question.resource = resource.to_string();
            next.stage = Stage::Resource;
        }
        ("subresource", Stage::Resource, [Value::Text(subresource)]) => {
            question.subresource = subresource.to_string();
        }
        ("namespace", Stage::Resource, [Value::Text(namespace)]) => {
            question.namespace = namespace.to_string()
        }
        ("name", Stage::Resource, [Value::Text(name)]) => question.name = name.to_string(),
        ("fieldSelector", Stage::Resource, [Value::Text(text)]) => question.fields = text.to_string(),
        ("labelSelector", Stage::Resource, [Value::Text(text)]) => question.labels = text.to_string(),
        ("check", Stage::Path | Stage::Resource, [Value::Text(verb)]) => {
            question.verb = verb.to_string();
            return Some(match check.permissions.decide(question) {
                Some(answer) => Ok(Value::Decision(Arc::new(answer))),
                None => Err(EvalError::Unanswered),
            });
        }
        _ => return None,
    }
    Some(Ok(Value::Check(Arc::new(next))))
}
