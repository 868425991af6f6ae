//! The ABAC authorizer: a file with one policy on each line, `abac.authorization.kubernetes.io/v1beta1`
//! or the older form without a version. It is read once, as upstream reads it.

use std::path::Path;

use serde::Deserialize;

use super::{Attributes, Decision};
use crate::authn::{AUTHENTICATED, User};

/// All policies.
pub struct Abac(Vec<Policy>);

/// What one line allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Policy {
    user: String,
    group: String,
    readonly: bool,
    #[serde(rename = "apiGroup")]
    api_group: String,
    namespace: String,
    resource: String,
    #[serde(rename = "nonResourcePath")]
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Versioned {
    #[serde(rename = "apiVersion")]
    _version: String,
    kind: String,
    #[serde(default)]
    spec: Policy,
}

fn line(text: &str) -> Result<Policy, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if !value.is_object() || value.get("spec").is_some_and(|spec| !spec.is_object()) {
        return Err("a policy is a JSON object".into());
    }
    match value["apiVersion"].as_str() {
        None | Some("" | "v0") => {
            let mut policy: Policy = serde_json::from_value(value).map_err(|error| error.to_string())?;
            if policy.user.is_empty() && policy.group.is_empty() {
                policy.group = AUTHENTICATED.into();
            }
            if policy.namespace.is_empty() && policy.resource.is_empty() {
                policy.path = "*".into();
            }
            for part in [&mut policy.namespace, &mut policy.resource] {
                if part.is_empty() {
                    *part = "*".into();
                }
            }
            policy.api_group = "*".into();
            Ok(everyone(policy))
        }
        Some("abac.authorization.kubernetes.io/v1beta1") => {
            let policy: Versioned = serde_json::from_value(value).map_err(|error| error.to_string())?;
            if policy.kind != "Policy" {
                return Err(format!("the kind {:?} is not Policy", policy.kind));
            }
            Ok(everyone(policy.spec))
        }
        Some(other) => Err(format!("there is no version {other:?} of policies")),
    }
}

/// A star stands for everyone who is known.
fn everyone(mut policy: Policy) -> Policy {
    if policy.user == "*" || policy.group == "*" {
        policy.user.clear();
        policy.group = AUTHENTICATED.into();
    }
    policy
}

impl Policy {
    fn allows(&self, user: &User, attributes: &Attributes) -> bool {
        let whom = (!self.user.is_empty() || !self.group.is_empty())
            && (self.user.is_empty() || self.user == user.name)
            && (self.group.is_empty() || user.is_in(&self.group));
        let reads = matches!(attributes.verb.as_str(), "get" | "list" | "watch");
        let fits = |wanted: &str, is: &str| wanted == "*" || wanted == is;
        let what = if attributes.is_resource {
            fits(&self.namespace, &attributes.namespace)
                && fits(&self.resource, &attributes.resource)
                && fits(&self.api_group, &attributes.group)
        } else {
            fits(&self.path, &attributes.path)
                || self
                    .path
                    .strip_suffix('*')
                    .is_some_and(|start| !start.is_empty() && attributes.path.starts_with(start))
        };
        whom && (!self.readonly || reads) && what
    }
}

impl Abac {
    /// Reads the file.
    ///
    /// # Errors
    /// Names the line and what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let lines = text.lines().enumerate().filter(|(_, line)| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        });
        let policies =
            lines.map(|(index, text)| line(text).map_err(|why| format!("line {}: {why}", index + 1)));
        Ok(Self(policies.collect::<Result<_, _>>()?))
    }

    /// Whether a policy allows it.
    pub fn decide(&self, user: &User, attributes: &Attributes) -> Decision {
        if self.0.iter().any(|policy| policy.allows(user, attributes)) {
            Decision::Allow(String::new())
        } else {
            Decision::NoOpinion("No policy matched.".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, groups: &[&str]) -> User {
        let groups = groups.iter().map(ToString::to_string).collect();
        User { name: name.into(), groups, ..User::default() }
    }

    fn check(policy: &str, user: &User, attributes: &Attributes, allowed: bool) {
        let policy = line(policy).unwrap_or_else(|error| panic!("{policy}: {error}"));
        assert_eq!(policy.allows(user, attributes), allowed, "{policy:?} {user:?} {attributes:?}");
    }

    fn of(verb: &str, namespace: &str, group: &str, resource: &str) -> Attributes {
        Attributes {
            verb: verb.into(),
            is_resource: true,
            namespace: namespace.into(),
            group: group.into(),
            resource: resource.into(),
            ..Attributes::default()
        }
    }

    fn to(verb: &str, path: &str) -> Attributes {
        Attributes { verb: verb.into(), path: path.into(), ..Attributes::default() }
    }

    #[test]
    fn policies() {
        let v1 = |spec: &str| {
            format!(
                r#"{{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{spec}}}"#
            )
        };
        let (ann, bob, nobody) =
            (user("ann", &["dev", AUTHENTICATED]), user("bob", &[AUTHENTICATED]), user("x", &[]));
        let all = v1(r#"{"user":"ann","namespace":"*","resource":"*","apiGroup":"*"}"#);
        check(&all, &ann, &of("delete", "a", "apps", "deployments"), true);
        check(&all, &bob, &of("delete", "a", "apps", "deployments"), false);
        check(&all, &ann, &to("get", "/healthz"), false);
        let reads = v1(r#"{"group":"dev","readonly":true,"namespace":"a","resource":"pods"}"#);
        check(&reads, &ann, &of("list", "a", "", "pods"), true);
        check(&reads, &ann, &of("create", "a", "", "pods"), false);
        check(&reads, &ann, &of("list", "b", "", "pods"), false);
        check(&reads, &ann, &of("list", "a", "x", "pods"), false);
        let both = v1(r#"{"user":"bob","group":"dev","namespace":"*","resource":"*","apiGroup":"*"}"#);
        check(&both, &ann, &of("get", "a", "", "pods"), false);
        check(&both, &bob, &of("get", "a", "", "pods"), false);
        let paths = v1(r#"{"group":"*","readonly":true,"nonResourcePath":"/api*"}"#);
        check(&paths, &bob, &to("get", "/apis/apps"), true);
        check(&paths, &bob, &to("get", "/version"), false);
        check(&paths, &bob, &to("post", "/apis/apps"), false);
        check(&paths, &nobody, &to("get", "/apis"), false);
        check(&v1("{}"), &ann, &of("get", "", "", "pods"), false);
        // The older form leaves out what it does not restrict.
        check(r#"{"user":"ann"}"#, &ann, &of("create", "a", "apps", "deployments"), true);
        check(r#"{"user":"ann"}"#, &ann, &to("post", "/x"), true);
        check(r#"{"resource":"pods"}"#, &bob, &of("create", "a", "", "pods"), true);
        check(r#"{"resource":"pods"}"#, &nobody, &of("create", "a", "", "pods"), false);
        check(r#"{"resource":"pods"}"#, &bob, &to("get", "/x"), false);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "{",
            "[]",
            r#"{"usr":"ann"}"#,
            r#"{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Polity","spec":{}}"#,
            r#"{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"verbs":["get"]}}"#,
            r#"{"apiVersion":"abac.authorization.kubernetes.io/v2","kind":"Policy"}"#,
        ] {
            assert!(line(text).is_err(), "{text}");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("policies");
        std::fs::write(&path, "# comment\n\n{\"user\":\"ann\"}\n{\n").expect("writable");
        let Err(error) = Abac::read(&path) else { panic!("it is accepted") };
        assert!(error.starts_with("line 4: "), "{error}");
    }
}
