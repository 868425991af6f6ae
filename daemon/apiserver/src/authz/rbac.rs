//! Roles and bindings. They are kept in an index by subject, which is made anew when one of
//! them changed.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use apimachinery::Status;
use k8s_openapi::api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};

use super::{Attributes, Decision};
use crate::authn::User;
use crate::server::Server;
use crate::storage::Entry;

/// The caches that the index is made of.
const SOURCES: [&str; 4] = ["clusterroles", "clusterrolebindings", "roles", "rolebindings"];

type Version = [(u64, u64); 4];
type Rules = Arc<Vec<PolicyRule>>;

/// One binding, with its role's rules.
struct Binding {
    /// The namespace that it is valid in; empty for all.
    namespace: String,
    /// How it is called, for explanations.
    name: String,
    role: String,
    rules: Rules,
}

#[derive(Default)]
struct Index {
    version: Version,
    bindings: Vec<Binding>,
    users: HashMap<String, Vec<usize>>,
    groups: HashMap<String, Vec<usize>>,
}

/// The authorizer.
#[derive(Default)]
pub struct Rbac {
    index: RwLock<Arc<Index>>,
}

impl Rbac {
    async fn index(&self, server: &Arc<Server>) -> Result<Arc<Index>, Status> {
        let mut version = Version::default();
        for (prefix, version) in SOURCES.iter().zip(&mut version) {
            *version = server.store.version(server.store.known(prefix)).await?;
        }
        let have = self.index.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if have.version == version {
            return Ok(have);
        }
        Box::pin(self.renew(server, version)).await
    }

    /// Makes the index anew.
    async fn renew(&self, server: &Arc<Server>, mut version: Version) -> Result<Arc<Index>, Status> {
        let mut lists: [Vec<Arc<Entry>>; SOURCES.len()] = Default::default();
        for ((prefix, list), version) in SOURCES.iter().zip(&mut lists).zip(&mut version) {
            (*list, *version) = server.store.everything(server.store.known(prefix)).await?;
        }
        let index = Arc::new(build(&lists, version));
        *self.index.write().unwrap_or_else(std::sync::PoisonError::into_inner) = index.clone();
        Ok(index)
    }

    /// Judges.
    pub async fn decide(
        &self,
        server: &Arc<Server>,
        user: &User,
        attributes: &Attributes,
    ) -> Result<Decision, Status> {
        let index = self.index(server).await?;
        for binding in index.of(user) {
            let here = binding.namespace.is_empty()
                || (attributes.is_resource && binding.namespace == attributes.namespace);
            if here && binding.rules.iter().any(|rule| allows(rule, attributes)) {
                let kind = if binding.namespace.is_empty() { "ClusterRoleBinding" } else { "RoleBinding" };
                return Ok(Decision::Allow(format!(
                    "RBAC: allowed by {kind} {:?} of {} to {:?}",
                    binding.name, binding.role, user.name
                )));
            }
        }
        Ok(Decision::NoOpinion(String::new()))
    }

    /// All rules that a user has in a namespace.
    pub async fn rules(
        &self,
        server: &Arc<Server>,
        user: &User,
        namespace: &str,
    ) -> Result<Vec<PolicyRule>, Status> {
        let index = self.index(server).await?;
        let bindings = index.of(user).filter(|b| b.namespace.is_empty() || b.namespace == namespace);
        Ok(bindings.flat_map(|binding| binding.rules.iter().cloned()).collect())
    }
}

impl Index {
    fn of(&self, user: &User) -> impl Iterator<Item = &Binding> {
        let by_user = self.users.get(&user.name).into_iter().flatten();
        let by_group = user.groups.iter().filter_map(|group| self.groups.get(group)).flatten();
        by_user.chain(by_group).map(|index| &self.bindings[*index])
    }

    fn add(&mut self, namespace: &str, name: &str, role: &RoleRef, rules: Rules, subjects: &[Subject]) {
        let index = self.bindings.len();
        self.bindings.push(Binding {
            namespace: namespace.to_string(),
            name: if namespace.is_empty() { name.to_string() } else { format!("{name}/{namespace}") },
            role: format!("{} {:?}", role.kind, role.name),
            rules,
        });
        for subject in subjects {
            match subject.kind.as_str() {
                "User" => self.users.entry(subject.name.clone()).or_default().push(index),
                "Group" => self.groups.entry(subject.name.clone()).or_default().push(index),
                "ServiceAccount" => {
                    let namespace = subject.namespace.as_deref().unwrap_or(namespace);
                    let user = format!("system:serviceaccount:{namespace}:{}", subject.name);
                    self.users.entry(user).or_default().push(index);
                }
                _ => {}
            }
        }
    }
}

fn build(lists: &[Vec<Arc<Entry>>; SOURCES.len()], version: Version) -> Index {
    let [entries, cluster_bindings, roles, bindings] = lists;
    let mut cluster: HashMap<String, Rules> = HashMap::new();
    let mut sums = Vec::new();
    for entry in entries {
        if let Some(role) = entry.typed::<ClusterRole>() {
            sums.extend(role.aggregation_rule.map(|rule| (entry.name().to_string(), rule)));
            cluster.insert(entry.name().to_string(), Arc::new(role.rules.unwrap_or_default()));
        }
    }
    // Some roles are the sum of others, sums among them: as often as sums may be nested.
    for _ in 0..4 {
        for (name, rule) in &sums {
            let selectors: Vec<_> = rule
                .cluster_role_selectors
                .iter()
                .flatten()
                .filter_map(|selector| apimachinery::labels::Selector::try_from(selector).ok())
                .collect();
            let parts = entries.iter().filter(|entry| {
                entry.name() != name && selectors.iter().any(|selector| selector.matches(&*entry.labels))
            });
            let all =
                parts.filter_map(|entry| cluster.get(entry.name())).flat_map(|rules| rules.iter().cloned());
            let mut all: Vec<PolicyRule> = all.collect();
            all.dedup();
            cluster.insert(name.clone(), Arc::new(all));
        }
    }
    let mut local: HashMap<(String, String), Rules> = HashMap::new();
    for entry in roles {
        if let Some(role) = entry.typed::<Role>() {
            let key = (entry.namespace().to_string(), entry.name().to_string());
            local.insert(key, Arc::new(role.rules.unwrap_or_default()));
        }
    }
    let mut index = Index { version, ..Index::default() };
    for entry in cluster_bindings {
        let Some(binding) = entry.typed::<ClusterRoleBinding>() else { continue };
        let Some(rules) = cluster.get(&binding.role_ref.name) else { continue };
        index.add("", entry.name(), &binding.role_ref, rules.clone(), &binding.subjects.unwrap_or_default());
    }
    for entry in bindings {
        let Some(binding) = entry.typed::<RoleBinding>() else { continue };
        let rules = if binding.role_ref.kind == "ClusterRole" {
            cluster.get(&binding.role_ref.name)
        } else {
            local.get(&(entry.namespace().to_string(), binding.role_ref.name.clone()))
        };
        let Some(rules) = rules else { continue };
        let subjects = binding.subjects.unwrap_or_default();
        index.add(entry.namespace(), entry.name(), &binding.role_ref, rules.clone(), &subjects);
    }
    index
}

fn holds(list: Option<&Vec<String>>, wanted: &str) -> bool {
    list.into_iter().flatten().any(|have| have == "*" || have == wanted)
}

/// Whether the rule allows it.
pub fn allows(rule: &PolicyRule, wanted: &Attributes) -> bool {
    if !rule.verbs.iter().any(|verb| verb == "*" || *verb == wanted.verb) {
        return false;
    }
    if !wanted.is_resource {
        return rule.non_resource_urls.iter().flatten().any(|url| {
            url == "*"
                || *url == wanted.path
                || url.strip_suffix('*').is_some_and(|prefix| wanted.path.starts_with(prefix))
        });
    }
    if !holds(rule.api_groups.as_ref(), &wanted.group) {
        return false;
    }
    let resource = rule.resources.iter().flatten().any(|have| {
        if have == "*" {
            return true;
        }
        if wanted.subresource.is_empty() {
            return *have == wanted.resource;
        }
        have.strip_prefix("*/").is_some_and(|sub| sub == wanted.subresource)
            || have.split_once('/').is_some_and(|(r, s)| r == wanted.resource && s == wanted.subresource)
    });
    resource
        && rule.resource_names.as_ref().is_none_or(|names| names.is_empty() || names.contains(&wanted.name))
}

/// Whether `rule`, which someone wants to grant, is within what the `owned` rules give.
pub fn covers(owned: &[PolicyRule], rule: &PolicyRule) -> bool {
    let each = |list: Option<&Vec<String>>| -> Vec<String> { list.cloned().unwrap_or_default() };
    for verb in &rule.verbs {
        for path in each(rule.non_resource_urls.as_ref()) {
            let covered = owned.iter().any(|own| {
                own.verbs.iter().any(|have| have == "*" || have == verb)
                    && own.non_resource_urls.iter().flatten().any(|have| {
                        *have == path
                            || have == "*"
                            || have.strip_suffix('*').is_some_and(|p| path.starts_with(p))
                    })
            });
            if !covered {
                return false;
            }
        }
        for group in each(rule.api_groups.as_ref()) {
            for resource in each(rule.resources.as_ref()) {
                let mut names = each(rule.resource_names.as_ref());
                if names.is_empty() {
                    names.push(String::new());
                }
                for name in names {
                    let covered = owned.iter().any(|own| {
                        own.verbs.iter().any(|have| have == "*" || have == verb)
                            && holds(own.api_groups.as_ref(), &group)
                            && own.resources.iter().flatten().any(|have| {
                                have == "*"
                                    || *have == resource
                                    || (have.starts_with("*/")
                                        && resource.split_once('/').is_some_and(|(_, s)| s == &have[2..]))
                            })
                            && own.resource_names.as_ref().is_none_or(|have| {
                                have.is_empty() || (!name.is_empty() && have.contains(&name))
                            })
                    });
                    if !covered {
                        return false;
                    }
                }
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str], names: &[&str]) -> PolicyRule {
        let all = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        PolicyRule {
            verbs: all(verbs),
            api_groups: Some(all(groups)),
            resources: Some(all(resources)),
            resource_names: (!names.is_empty()).then(|| all(names)),
            non_resource_urls: None,
        }
    }

    fn wanted(verb: &str, resource: &str, sub: &str, name: &str) -> Attributes {
        Attributes {
            verb: verb.into(),
            is_resource: true,
            resource: resource.into(),
            subresource: sub.into(),
            name: name.into(),
            ..Attributes::default()
        }
    }

    #[test]
    fn rules() {
        let pods = rule(&["get"], &[""], &["pods", "pods/log"], &[]);
        assert!(allows(&pods, &wanted("get", "pods", "", "x")));
        assert!(allows(&pods, &wanted("get", "pods", "log", "x")));
        assert!(!allows(&pods, &wanted("get", "pods", "exec", "x")));
        assert!(!allows(&pods, &wanted("list", "pods", "", "")));
        let named = rule(&["*"], &["*"], &["*/scale"], &["a"]);
        assert!(allows(&named, &wanted("update", "deployments", "scale", "a")));
        assert!(!allows(&named, &wanted("update", "deployments", "scale", "b")));
        assert!(!allows(&named, &wanted("update", "deployments", "", "a")));
    }

    #[test]
    fn no_one_grants_more_than_they_have() {
        let owned = [rule(&["get", "list"], &[""], &["pods"], &[])];
        assert!(covers(&owned, &rule(&["get"], &[""], &["pods"], &["x"])));
        assert!(!covers(&owned, &rule(&["delete"], &[""], &["pods"], &[])));
        assert!(!covers(&owned, &rule(&["*"], &[""], &["pods"], &[])));
        assert!(covers(&[rule(&["*"], &["*"], &["*"], &[])], &rule(&["*"], &["*"], &["*"], &[])));
    }
}
