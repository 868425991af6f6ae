//! `--etcd-servers-overrides`: resources that are stored in another etcd than the rest.

use std::collections::HashMap;

use apimachinery::resources::{RESOURCES, Resource};
use etcdapi::Endpoint;

use super::is_storage;

/// Stands for all resources of a group.
const ALL: &str = "*";
const FORM: &str = "--etcd-servers-overrides invalid, must be of format: group/resource#servers, where servers are URLs, semicolon separated";

/// A resource that is stored in another etcd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    group: String,
    /// The plural name, or `*`.
    resource: String,
    servers: Vec<String>,
}

impl Override {
    /// The flag's items; what is wrong with them goes into `wrong`.
    pub fn read(items: &[String], wrong: &mut Vec<String>) -> Vec<Self> {
        let mut overrides = Vec::new();
        for item in items {
            let parts: Vec<&str> = item.split('#').collect();
            let [name, servers] = parts[..] else {
                wrong.push(format!("{FORM}: {item:?}"));
                continue;
            };
            let names: Vec<&str> = name.split('/').collect();
            let [group, resource] = names[..] else {
                wrong.push(format!("{FORM}: {item:?}"));
                continue;
            };
            let servers: Vec<String> = servers.split(';').map(str::to_string).collect();
            for server in &servers {
                if let Err(error) = Endpoint::parse(server, false) {
                    wrong.push(format!("--etcd-servers-overrides={item}: {error}"));
                }
            }
            overrides.push(Self { group: group.into(), resource: resource.into(), servers });
        }
        overrides
    }

    /// What it names, if that is nothing that can be stored elsewhere: as upstream, it has no effect then.
    pub fn idle(&self) -> Option<String> {
        let names_any = RESOURCES.iter().any(|resource| self.names(resource));
        (!names_any).then(|| format!("{}/{}", self.group, self.resource))
    }

    /// Whether it is about this resource, by the name that it is stored under.
    fn names(&self, resource: &Resource) -> bool {
        // Upstream's servers for these two have no other store either.
        let is_fixed = matches!(resource.group, "apiextensions.k8s.io" | "apiregistration.k8s.io");
        is_storage(resource)
            && !is_fixed
            && resource.group == self.group
            && (self.resource == ALL || resource.plural == self.resource)
    }
}

/// The addresses of every etcd that there is, the one for everything else first, and which of them has the
/// resources that are not in the first, by their prefixes. A resource's own override counts more than its group's;
/// of several for the same, the last counts.
pub fn homes(main: &[String], overrides: &[Override]) -> (Vec<Vec<String>>, HashMap<&'static str, usize>) {
    let mut servers = vec![main.to_vec()];
    let mut homes = HashMap::new();
    for resource in RESOURCES.iter().filter(|resource| is_storage(resource)) {
        let last = |all: bool| {
            overrides.iter().rev().find(|one| one.names(resource) && (one.resource == ALL) == all)
        };
        let Some(one) = last(false).or_else(|| last(true)) else { continue };
        let home = servers.iter().position(|known| *known == one.servers).unwrap_or_else(|| {
            servers.push(one.servers.clone());
            servers.len() - 1
        });
        homes.insert(resource.prefix, home);
    }
    (servers, homes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(items: &[&str]) -> Result<Vec<Override>, Vec<String>> {
        let mut wrong = Vec::new();
        let items: Vec<String> = items.iter().map(|item| item.to_string()).collect();
        let overrides = Override::read(&items, &mut wrong);
        if wrong.is_empty() { Ok(overrides) } else { Err(wrong) }
    }

    #[test]
    fn resources_have_homes() {
        let overrides = read(&[
            "/events#http://a:1;http://b:1",
            "apps/*#http://c:1",
            "apps/deployments#http://d:1",
            "apps/deployments#http://e:1",
            // The main one by its name, and what has no effect.
            "/secrets#http://main:1",
            "apiregistration.k8s.io/apiservices#http://c:1",
            "events.k8s.io/events#http://f:1",
            "/nothing#http://f:1",
        ]);
        let overrides = overrides.expect("well formed");
        let idle: Vec<String> = overrides.iter().filter_map(Override::idle).collect();
        let want = ["apiregistration.k8s.io/apiservices", "events.k8s.io/events", "/nothing"];
        assert_eq!(idle, want);
        let (servers, homes) = super::homes(&["http://main:1".into()], &overrides);
        let of = |prefix: &str| homes.get(prefix).map(|home| servers[*home].join(" "));
        assert_eq!(of("events").as_deref(), Some("http://a:1 http://b:1"));
        assert_eq!(of("deployments").as_deref(), Some("http://e:1"));
        assert_eq!(of("statefulsets").as_deref(), Some("http://c:1"));
        assert_eq!(of("replicasets").as_deref(), Some("http://c:1"));
        assert_eq!(of("secrets").as_deref(), Some("http://main:1"));
        assert_eq!((of("pods"), of("apiregistration.k8s.io/apiservices")), (None, None));
        assert_eq!(servers.len(), 4, "{servers:?}");
    }

    #[test]
    fn what_is_malformed_is_told() {
        for item in
            ["events", "/events", "events#http://a:1", "/a/b#http://a:1", "/events#a#b", "/events#ftp://x"]
        {
            assert_eq!(read(&[item]).expect_err(item).len(), 1, "{item}");
        }
        assert_eq!(read(&["/events#"]).expect_err("no server").len(), 1);
    }
}
