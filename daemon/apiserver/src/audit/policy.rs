//! Which requests are noted, and how much of them: `audit.k8s.io/v1` policies.

use serde::Deserialize;

use crate::authn::User;
use crate::routes::Route;

/// How much of a request is noted.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    #[default]
    None,
    /// Who asked for what.
    Metadata,
    /// And what was sent.
    Request,
    /// And what was answered.
    RequestResponse,
}

impl Level {
    /// The word in events.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Metadata => "Metadata",
            Self::Request => "Request",
            Self::RequestResponse => "RequestResponse",
        }
    }
}

/// A moment of a request.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Stage {
    /// It is here.
    RequestReceived,
    /// A long answer begins.
    ResponseStarted,
    /// The answer is sent.
    ResponseComplete,
    /// Something went badly wrong.
    Panic,
}

impl Stage {
    /// The word in events.
    pub fn word(self) -> &'static str {
        match self {
            Self::RequestReceived => "RequestReceived",
            Self::ResponseStarted => "ResponseStarted",
            Self::ResponseComplete => "ResponseComplete",
            Self::Panic => "Panic",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Resources {
    group: String,
    resources: Vec<String>,
    resource_names: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    level: Level,
    users: Vec<String>,
    user_groups: Vec<String>,
    verbs: Vec<String>,
    resources: Vec<Resources>,
    namespaces: Vec<String>,
    #[serde(rename = "nonResourceURLs")]
    paths: Vec<String>,
    omit_stages: Vec<Stage>,
    omit_managed_fields: Option<bool>,
}

/// A policy: the first rule that a request meets decides.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    api_version: String,
    kind: String,
    #[serde(rename = "metadata")]
    _metadata: serde_json::Value,
    rules: Vec<Rule>,
    omit_stages: Vec<Stage>,
    omit_managed_fields: bool,
}

/// What a policy says of a request.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// How much is noted.
    pub level: Level,
    /// When nothing is.
    pub omitted: Vec<Stage>,
    /// Whether managed fields are left out.
    pub omit_managed_fields: bool,
}

fn any(list: &[String], wanted: &str) -> bool {
    list.is_empty() || list.iter().any(|word| word == "*" || word == wanted)
}

impl Rule {
    fn takes(&self, user: &User, route: &Route) -> bool {
        let group = self.user_groups.is_empty() || self.user_groups.iter().any(|group| user.is_in(group));
        if !group
            || !(self.users.is_empty() || self.users.contains(&user.name))
            || !any(&self.verbs, route.verb)
        {
            return false;
        }
        if !self.paths.is_empty() && !route.is_resource {
            return self.paths.iter().any(|path| match path.strip_suffix('*') {
                Some(start) => route.path.starts_with(start),
                None => *path == route.path,
            });
        }
        if self.resources.is_empty() && self.namespaces.is_empty() {
            return self.paths.is_empty();
        }
        if !route.is_resource {
            return false;
        }
        let namespace = self.namespaces.is_empty() || self.namespaces.contains(&route.namespace);
        let resource = self.resources.is_empty()
            || self.resources.iter().any(|given| {
                let full = if route.subresource.is_empty() {
                    route.resource.clone()
                } else {
                    format!("{}/{}", route.resource, route.subresource)
                };
                let named = given.resources.is_empty()
                    || given.resources.iter().any(|word| {
                        *word == full
                            || word == "*"
                            || word.strip_prefix("*/").is_some_and(|sub| sub == route.subresource)
                            || (!route.subresource.is_empty()
                                && word.strip_suffix("/*").is_some_and(|main| main == route.resource))
                    });
                given.group == route.group
                    && named
                    && (given.resource_names.is_empty() || given.resource_names.contains(&route.name))
            });
        namespace && resource
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// Tells what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let policy: Self = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        if policy.api_version != "audit.k8s.io/v1" || policy.kind != "Policy" {
            return Err(format!(
                "it must be a Policy of audit.k8s.io/v1, not a {} of {}",
                policy.kind, policy.api_version
            ));
        }
        if policy.rules.is_empty() {
            return Err("it has no rules".into());
        }
        Ok(policy)
    }

    /// What the policy says of a request.
    pub fn verdict(&self, user: &User, route: &Route) -> Verdict {
        let Some(rule) = self.rules.iter().find(|rule| rule.takes(user, route)) else {
            return Verdict::default();
        };
        Verdict {
            level: rule.level,
            omitted: self.omit_stages.iter().chain(&rule.omit_stages).copied().collect(),
            omit_managed_fields: rule.omit_managed_fields.unwrap_or(self.omit_managed_fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_fits_decides() {
        let policy = Policy::parse(
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n\
             - {level: None, users: [system:kube-proxy], verbs: [watch]}\n\
             - {level: None, nonResourceURLs: ['/healthz*', /version]}\n\
             - {level: Metadata, resources: [{group: '', resources: [secrets, 'pods/*']}]}\n\
             - {level: RequestResponse, namespaces: [prod]}\n\
             - {level: Request, userGroups: [devs], omitStages: [ResponseStarted]}\n\
             - {level: Metadata}\n",
        )
        .expect("a policy");
        let user = |name: &str, groups: &[&str]| User {
            name: name.into(),
            groups: groups.iter().map(ToString::to_string).collect(),
            ..User::default()
        };
        let route = |verb: &'static str, namespace: &str, resource: &str, subresource: &str| Route {
            verb,
            is_resource: true,
            version: "v1".into(),
            namespace: namespace.into(),
            resource: resource.into(),
            subresource: subresource.into(),
            ..Route::default()
        };
        let level = |user: &User, route: &Route| policy.verdict(user, route).level;
        let anyone = user("x", &[]);
        assert_eq!(level(&user("system:kube-proxy", &[]), &route("watch", "", "services", "")), Level::None);
        let health = Route { verb: "get", path: "/healthz/etcd".into(), ..Route::default() };
        assert_eq!(level(&anyone, &health), Level::None);
        assert_eq!(level(&anyone, &route("get", "prod", "secrets", "")), Level::Metadata);
        assert_eq!(level(&anyone, &route("get", "dev", "pods", "log")), Level::Metadata);
        assert_eq!(level(&anyone, &route("get", "prod", "pods", "")), Level::RequestResponse);
        let verdict = policy.verdict(&user("y", &["devs"]), &route("get", "dev", "pods", ""));
        assert_eq!(verdict.level, Level::Request);
        assert_eq!(verdict.omitted, [Stage::RequestReceived, Stage::ResponseStarted]);
        assert_eq!(
            level(&anyone, &Route { verb: "get", path: "/api".into(), ..Route::default() }),
            Level::Metadata
        );
        assert!(Policy::parse("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{levle: None}]").is_err());
        assert!(Policy::parse("apiVersion: v1\nkind: Policy\nrules: [{level: None}]").is_err());
    }
}
