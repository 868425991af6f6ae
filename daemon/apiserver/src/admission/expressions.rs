//! What expressions of webhooks and policies may speak of: the types of their variables, and the
//! answers to what they ask about permissions.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apimachinery::Status;
use cel::{Answer, Check, Permissions, Program, Question, Type, Value, Variables};

use super::Attributes;
use crate::authn::User;
use crate::authz::{self, Decision};

fn texts(names: &[&str]) -> Vec<(String, Type)> {
    names.iter().map(|name| ((*name).to_string(), Type::Text)).collect()
}

/// The type of `request`.
fn request() -> Type {
    let kind = Type::object("kubernetes.GroupVersionKind", texts(&["group", "version", "kind"]));
    let resource = Type::object("kubernetes.GroupVersionResource", texts(&["group", "version", "resource"]));
    let mut user = texts(&["username", "uid"]);
    user.push(("groups".into(), Type::list(Type::Text)));
    user.push(("extra".into(), Type::map(Type::Text, Type::list(Type::Text))));
    let mut fields = texts(&["subResource", "requestSubResource", "name", "namespace", "operation"]);
    fields.extend([
        ("kind".into(), kind.clone()),
        ("requestKind".into(), kind),
        ("resource".into(), resource.clone()),
        ("requestResource".into(), resource),
        ("userInfo".into(), Type::object("kubernetes.UserInfo", user)),
        ("dryRun".into(), Type::Bool),
        ("options".into(), Type::Dyn),
    ]);
    Type::object("kubernetes.AdmissionRequest", fields)
}

/// The type of `namespaceObject`.
fn namespace() -> Type {
    let mut meta = texts(&["name", "generateName", "namespace", "uid", "resourceVersion"]);
    let labels = Type::map(Type::Text, Type::Text);
    meta.extend([
        ("labels".into(), labels.clone()),
        ("annotations".into(), labels),
        ("creationTimestamp".into(), Type::Timestamp),
        ("deletionTimestamp".into(), Type::Timestamp),
        ("deletionGracePeriodSeconds".into(), Type::Int),
        ("generation".into(), Type::Int),
        ("finalizers".into(), Type::list(Type::Text)),
    ]);
    let finalizers = [("finalizers".to_string(), Type::list(Type::Text))];
    let mut fields = texts(&["apiVersion", "kind"]);
    fields.extend([
        ("metadata".into(), Type::object("kubernetes.NamespaceMetadata", meta)),
        ("spec".into(), Type::object("kubernetes.NamespaceSpec", finalizers)),
        ("status".into(), Type::object("kubernetes.NamespaceStatus", texts(&["phase"]))),
    ]);
    Type::object("kubernetes.Namespace", fields)
}

/// The variables of expressions, with their types.
pub struct Scope {
    names: Vec<(&'static str, Type)>,
    variables: Vec<(String, Type)>,
}

impl Scope {
    /// Of a webhook's conditions.
    pub fn conditions() -> Self {
        let names = vec![
            ("object", Type::Dyn),
            ("oldObject", Type::Dyn),
            ("request", request()),
            ("authorizer", cel::AUTHORIZER),
        ];
        Self { names, variables: Vec::new() }
    }

    /// Of the conditions of a policy, which may have parameters.
    pub fn policy_conditions(parameters: bool) -> Self {
        let mut scope = Self::conditions();
        scope.names.push(("namespaceObject", namespace()));
        scope.names.extend(parameters.then_some(("params", Type::Dyn)));
        scope
    }

    /// Of a policy, which may have parameters.
    pub fn policy(parameters: bool) -> Self {
        let mut scope = Self::policy_conditions(parameters);
        scope.declare([]);
        scope
    }

    /// The same, but nobody is asked about permissions.
    pub fn without_permissions(&self) -> Self {
        let names = self.names.iter().filter(|(name, _)| *name != "authorizer").cloned().collect();
        Self { names, variables: self.variables.clone() }
    }

    /// Adds to what `variables` holds.
    pub fn declare(&mut self, variables: impl IntoIterator<Item = (String, Type)>) {
        self.variables.extend(variables);
        self.names.retain(|(name, _)| *name != "variables");
        self.names.push(("variables", Type::object("variables", self.variables.clone())));
    }

    /// Compiles an expression that comes to one of these types; to any, for none.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn compile(&self, text: &str, wanted: &[Type]) -> Result<(Program, Type), String> {
        let (program, kind) = Program::compile(text, &self.names).map_err(|error| error.message)?;
        if wanted.is_empty() || kind == Type::Dyn || wanted.contains(&kind) {
            return Ok((program, kind));
        }
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        Err(format!("must evaluate to {}", wanted.join(" or ")))
    }
}

/// What has been asked about permissions. Expressions are evaluated without waiting: first for
/// what they ask, then with the answers.
#[derive(Debug, Default)]
pub struct Asked(Mutex<Vec<(Question, Option<Answer>)>>);

impl Asked {
    fn lock(&self) -> MutexGuard<'_, Vec<(Question, Option<Answer>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the variables that ask.
    pub fn offer(self: &Arc<Self>, attributes: &Attributes<'_>, variables: &mut Variables<'_>) {
        let requested = attributes.requested();
        let own = Question {
            group: requested.group.to_string(),
            resource: requested.plural.to_string(),
            subresource: attributes.subresource.to_string(),
            namespace: attributes.namespace.clone(),
            name: attributes.name.clone(),
            ..Question::default()
        };
        variables.insert("authorizer", Value::Check(Arc::new(Check::start(self.clone()))));
        let own = Check::resource(self.clone(), own);
        variables.insert("authorizer.requestResource", Value::Check(Arc::new(own)));
    }

    /// Has the authorizers answer what is open. Gives whether anything was.
    ///
    /// # Errors
    /// Fails when they can't be asked.
    pub async fn answer(&self, attributes: &Attributes<'_>) -> Result<bool, Status> {
        let open: Vec<(usize, Question)> = {
            let all = self.lock();
            let open = all.iter().enumerate().filter(|(_, (_, answer))| answer.is_none());
            open.map(|(index, (question, _))| (index, question.clone())).collect()
        };
        for (index, question) in &open {
            let answer = decide(attributes, question).await?;
            if let Some((_, place)) = self.lock().get_mut(*index) {
                *place = Some(answer);
            }
        }
        Ok(!open.is_empty())
    }
}

impl Permissions for Asked {
    fn decide(&self, question: &Question) -> Option<Answer> {
        let mut all = self.lock();
        match all.iter().find(|(known, _)| known == question) {
            Some((_, answer)) => answer.clone(),
            None => {
                all.push((question.clone(), None));
                None
            }
        }
    }
}

async fn decide(attributes: &Attributes<'_>, question: &Question) -> Result<Answer, Status> {
    let account;
    let user: &User = match &question.service_account {
        None => &attributes.call.user,
        Some((namespace, name)) => {
            let groups = [
                "system:serviceaccounts".to_string(),
                format!("system:serviceaccounts:{namespace}"),
                "system:authenticated".to_string(),
            ];
            account = User {
                name: format!("system:serviceaccount:{namespace}:{name}"),
                groups: groups.to_vec(),
                ..User::default()
            };
            &account
        }
    };
    let asked = authz::Attributes {
        verb: question.verb.clone(),
        is_resource: question.path.is_none(),
        group: question.group.clone(),
        version: if question.path.is_none() { "*".into() } else { String::new() },
        resource: question.resource.clone(),
        subresource: question.subresource.clone(),
        namespace: question.namespace.clone(),
        name: question.name.clone(),
        path: question.path.clone().unwrap_or_default(),
        fields: apimachinery::fields::Selector::parse(&question.fields).unwrap_or_default(),
        labels: apimachinery::labels::Selector::parse(&question.labels).unwrap_or_default(),
    };
    Ok(match authz::decide(attributes.server(), user, &asked).await? {
        Decision::Allow(reason) => Answer { allowed: true, reason, ..Answer::default() },
        Decision::Deny(reason) | Decision::NoOpinion(reason) => Answer { reason, ..Answer::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_policies_may_speak_of() {
        let mut scope = Scope::policy(true);
        scope.declare([("limit".to_string(), Type::Int), ("names".to_string(), Type::list(Type::Text))]);
        let compile = |text: &str| scope.compile(text, &[Type::Bool]).map(|_| ());
        for text in [
            "object.spec.replicas <= variables.limit",
            "request.userInfo.groups.exists(g, g == 'devs') && request.operation != 'DELETE'",
            "namespaceObject.metadata.labels['team'] == params.team",
            "namespaceObject.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')",
            "authorizer.group('apps').resource('deployments').check('scale').allowed()",
            "authorizer.requestResource.check('approve').allowed()",
            "variables.names.all(n, n in object.metadata.labels)",
            "object",
        ] {
            assert_eq!(compile(text), Ok(()), "{text}");
        }
        for (text, why) in [
            ("variables.nope", "undefined field 'nope'"),
            ("variables.limit == 'x'", "found no matching overload for '_==_' applied to '(int, string)'"),
            ("request.user", "undefined field 'user'"),
            ("request.name", "must evaluate to bool"),
            ("namespaceObject.spec.nope", "undefined field 'nope'"),
            ("self.x", "undeclared reference to 'self'"),
        ] {
            let error = compile(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
        assert!(Scope::conditions().compile("params.x", &[]).is_err(), "webhooks have no parameters");
    }
}
