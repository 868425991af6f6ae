//! Which flow a request belongs to: the flow schema with the lowest precedence that matches it.

use k8s_openapi::api::flowcontrol::v1 as api;

use crate::authn::User;
use crate::routes::Route;

/// The name of a schema or level that is always there.
pub const CATCH_ALL: &str = "catch-all";
/// The name of a schema or level that is always there.
pub const EXEMPT: &str = "exempt";

/// What tells the flows of a schema apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Nothing,
    User,
    Namespace,
}

/// A flow schema.
#[derive(Debug)]
pub struct Schema {
    /// Its name.
    pub name: String,
    /// Its UID, for the answer's headers.
    pub uid: String,
    /// Its priority level.
    pub level: String,
    precedence: i32,
    by: By,
    rules: Vec<api::PolicyRulesWithSubjects>,
}

fn subject_matches(subject: &api::Subject, user: &User) -> bool {
    let fits = |wanted: &str, have: &str| wanted == "*" || wanted == have;
    match subject.kind.as_str() {
        "User" => subject.user.as_ref().is_some_and(|wanted| fits(&wanted.name, &user.name)),
        "Group" => {
            let wanted = subject.group.as_ref().map(|group| group.name.as_str());
            wanted.is_some_and(|wanted| wanted == "*" || user.is_in(wanted))
        }
        "ServiceAccount" => subject.service_account.as_ref().is_some_and(|wanted| {
            let account =
                user.name.strip_prefix("system:serviceaccount:").and_then(|name| name.split_once(':'));
            account.is_some_and(|(namespace, name)| wanted.namespace == namespace && fits(&wanted.name, name))
        }),
        _ => false,
    }
}

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|one| one == "*" || one == wanted)
}

fn resource_matches(rule: &api::ResourcePolicyRule, route: &Route) -> bool {
    let resource = if route.subresource.is_empty() {
        route.resource.clone()
    } else {
        format!("{}/{}", route.resource, route.subresource)
    };
    let place = if route.namespace.is_empty() {
        rule.cluster_scope.unwrap_or(false)
    } else {
        rule.namespaces.as_ref().is_some_and(|namespaces| has(namespaces, &route.namespace))
    };
    place
        && has(&rule.verbs, route.verb)
        && has(&rule.api_groups, &route.group)
        && has(&rule.resources, &resource)
}

fn path_matches(rule: &api::NonResourcePolicyRule, route: &Route) -> bool {
    let fits = |pattern: &String| {
        pattern == "*"
            || *pattern == route.path
            || pattern
                .strip_suffix('*')
                .is_some_and(|start| start.ends_with('/') && route.path.starts_with(start))
    };
    has(&rule.verbs, route.verb) && rule.non_resource_urls.iter().any(fits)
}

impl Schema {
    /// From its object.
    pub fn new(schema: &api::FlowSchema) -> Option<Self> {
        let spec = schema.spec.as_ref()?;
        let by = match spec.distinguisher_method.as_ref().map(|method| method.type_.as_str()) {
            Some("ByUser") => By::User,
            Some("ByNamespace") => By::Namespace,
            _ => By::Nothing,
        };
        Some(Self {
            name: schema.metadata.name.clone()?,
            uid: schema.metadata.uid.clone().unwrap_or_default(),
            level: spec.priority_level_configuration.name.clone(),
            precedence: spec.matching_precedence.unwrap_or(1000),
            by,
            rules: spec.rules.clone().unwrap_or_default(),
        })
    }

    /// One that takes everything; used where the cluster has none of that name yet.
    pub fn everything(name: &str) -> Self {
        let (precedence, by) = if name == EXEMPT { (1, By::Nothing) } else { (10_000, By::User) };
        Self { name: name.into(), uid: String::new(), level: name.into(), precedence, by, rules: Vec::new() }
    }

    fn matches(&self, user: &User, route: &Route) -> bool {
        self.rules.iter().any(|rule| {
            rule.subjects.iter().any(|subject| subject_matches(subject, user))
                && if route.is_resource {
                    rule.resource_rules.iter().flatten().any(|rule| resource_matches(rule, route))
                } else {
                    rule.non_resource_rules.iter().flatten().any(|rule| path_matches(rule, route))
                }
        })
    }

    /// What tells this request's flow from others of the schema.
    pub fn distinguisher<'a>(&self, user: &'a User, route: &'a Route) -> &'a str {
        match self.by {
            By::Nothing => "",
            By::User => &user.name,
            By::Namespace => &route.namespace,
        }
    }
}

/// Puts schemas in the order in which they are tried.
pub fn sort(schemas: &mut [Schema]) {
    schemas.sort_by(|a, b| (a.precedence, &a.name).cmp(&(b.precedence, &b.name)));
}

/// The schema of a request, among sorted ones; one of them takes what no other does.
pub fn find<'a>(schemas: &'a [Schema], user: &User, route: &Route) -> Option<&'a Schema> {
    let matching = schemas.iter().find(|schema| schema.matches(user, route));
    matching.or_else(|| schemas.iter().find(|schema| schema.name == CATCH_ALL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(name: &str, precedence: i32, rule: serde_json::Value) -> Schema {
        let object = json!({
            "metadata": {"name": name}, "spec": {
                "matchingPrecedence": precedence, "priorityLevelConfiguration": {"name": "x"}, "rules": [rule],
            },
        });
        Schema::new(&serde_json::from_value(object).expect("a schema")).expect("a spec")
    }

    #[test]
    fn the_first_that_matches() {
        let everyone = json!([{"kind": "Group", "group": {"name": "*"}}]);
        let mut schemas = [
            schema(
                "pods",
                500,
                json!({"subjects": everyone, "resourceRules": [{"verbs": ["list"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["a"]}]}),
            ),
            schema(
                "all-ann",
                700,
                json!({"subjects": [{"kind": "User", "user": {"name": "ann"}}], "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": true}]}),
            ),
            schema(
                "accounts",
                500,
                json!({"subjects": [{"kind": "ServiceAccount", "serviceAccount": {"namespace": "n", "name": "*"}}], "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["pods/status"], "namespaces": ["*"]}]}),
            ),
            schema(
                "paths",
                300,
                json!({"subjects": everyone, "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/apis/*"]}]}),
            ),
            Schema::everything(CATCH_ALL),
        ];
        sort(&mut schemas);
        assert_eq!(
            schemas.iter().map(|schema| schema.name.as_str()).collect::<Vec<_>>(),
            ["paths", "accounts", "pods", "all-ann", "catch-all"]
        );
        let user = |name: &str| User { name: name.into(), groups: vec!["g".into()], ..User::default() };
        let of = |verb: &'static str, namespace: &str, subresource: &str| Route {
            verb,
            is_resource: true,
            resource: "pods".into(),
            namespace: namespace.into(),
            subresource: subresource.into(),
            ..Route::default()
        };
        let to = |path: &str| Route { verb: "get", path: path.into(), ..Route::default() };
        let found = |name: &str, route: Route| {
            find(&schemas, &user(name), &route).map(|schema| schema.name.clone()).unwrap_or_default()
        };
        assert_eq!(found("bob", of("list", "a", "")), "pods");
        assert_eq!(found("bob", of("list", "b", "")), CATCH_ALL);
        assert_eq!(found("bob", of("list", "", "")), CATCH_ALL);
        assert_eq!(found("ann", of("list", "", "")), "all-ann");
        assert_eq!(found("ann", of("update", "a", "status")), "all-ann");
        assert_eq!(found("system:serviceaccount:n:x", of("update", "a", "status")), "accounts");
        assert_eq!(found("system:serviceaccount:m:x", of("update", "a", "status")), CATCH_ALL);
        assert_eq!(found("bob", to("/healthz")), "paths");
        assert_eq!(found("bob", to("/apis/apps")), "paths");
        assert_eq!(found("bob", to("/healthz/x")), CATCH_ALL);
    }
}
