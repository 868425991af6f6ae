//! What expressions of webhooks and admission policies may speak of: their variables, with their types.

use crate::{AUTHORIZER, Program, Type};

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

/// The type that a variable of a policy has for the expressions after it.
fn held(kind: &Type) -> Type {
    match kind {
        Type::List(of) => Type::list(held(of)),
        Type::Map(key, value) => Type::map(held(key), held(value)),
        Type::Object(_) | Type::Optional(_) | Type::Opaque(_) | Type::Type | Type::Open(_) => Type::Dyn,
        other => other.clone(),
    }
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
            ("authorizer", AUTHORIZER),
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

    /// Of a policy about objects of this type, whose parameters, if it has any, are of that one: for a check of what the
    /// policy says. Where it is enforced, both may be anything.
    pub fn typed(object: Type, parameters: Option<Type>) -> Self {
        let mut scope = Self::policy(false);
        for (name, kind) in &mut scope.names {
            if matches!(*name, "object" | "oldObject") {
                *kind = object.clone();
            }
        }
        scope.names.extend(parameters.map(|kind| ("params", kind)));
        scope
    }

    /// The same, but nobody is asked about permissions.
    pub fn without_permissions(&self) -> Self {
        let names = self.names.iter().filter(|(name, _)| *name != "authorizer").cloned().collect();
        Self { names, variables: self.variables.clone() }
    }

    /// Adds to what `variables` holds. Objects, values that may be absent and libraries' types are anything there, as
    /// upstream has it (`convertCelTypeToDeclType` of k8s.io/apiserver/pkg/admission/plugin/cel).
    pub fn declare(&mut self, variables: impl IntoIterator<Item = (String, Type)>) {
        self.variables.extend(variables.into_iter().map(|(name, kind)| (name, held(&kind))));
        self.names.retain(|(name, _)| *name != "variables");
        self.names.push(("variables", Type::object("kubernetes.variables", self.variables.clone())));
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

    #[test]
    fn objects_of_a_type() {
        let spec = Type::object("Web.spec", [("replicas".to_string(), Type::Int)]);
        let object = Type::object("Web", [("spec".to_string(), spec)]);
        let mut scope = Scope::typed(object.clone(), None);
        let (_, spec) = scope.compile("object.spec", &[]).expect("an object");
        scope.declare([("spec".to_string(), spec)]);
        let compile = |text: &str| scope.compile(text, &[]).map(|(_, kind)| kind.to_string());
        assert_eq!(compile("object.spec.replicas + oldObject.spec.replicas"), Ok("int".into()));
        assert_eq!(compile("variables.spec.whatever"), Ok("dyn".into()));
        for (text, why) in [
            ("object.spec.replicas > '1'", "found no matching overload for '_>_' applied to '(int, string)'"),
            ("oldObject.replicas", "undefined field 'replicas'"),
            ("params", "undeclared reference to 'params'"),
        ] {
            let error = compile(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
        let scope = Scope::typed(Type::Dyn, Some(object));
        assert!(scope.compile("params.spec.replicas + params.spec.replica", &[]).is_err());
    }
}
