//! Which resources the server has, for controllers that work on all of them.

use client::{Client, Error};
use serde::Deserialize;

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApiResource {
    pub group: String,
    pub version: String,
    pub plural: String,
    pub singular: String,
    pub kind: String,
    pub namespaced: bool,
    pub verbs: Vec<String>,
}

impl ApiResource {
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|other| other == verb)
    }

    pub fn path(&self, namespace: &str, name: Option<&str>) -> String {
        let namespace = (self.namespaced && !namespace.is_empty()).then_some(namespace);
        client::path(&self.group, &self.version, &self.plural, namespace, name, None)
    }
}

#[derive(Deserialize)]
struct Groups {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    name: String,
    versions: Vec<Version>,
    preferred_version: Version,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    group_version: String,
    version: String,
}

#[derive(Deserialize)]
struct Resources {
    #[serde(default)]
    resources: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    name: String,
    #[serde(default)]
    singular_name: String,
    kind: String,
    namespaced: bool,
    #[serde(default)]
    verbs: Vec<String>,
}

/// All resources in their preferred versions; a group whose server is down is left out.
///
/// # Errors
/// Fails when the list of groups can't be had.
pub async fn resources(client: &Client) -> Result<Vec<ApiResource>, Error> {
    let groups: Groups = client.get("/apis").await?;
    let mut versions = vec!["v1".to_string()];
    versions.extend(groups.groups.into_iter().map(|group| group.preferred_version.group_version));
    let mut found = Vec::new();
    for group_version in versions {
        let (group, version) = group_version.split_once('/').unwrap_or(("", &group_version));
        match of_version(client, group, version).await {
            Ok(list) => found.extend(list),
            Err(error) => tracing::debug!(group_version, %error, "cannot discover the group's resources"),
        }
    }
    Ok(found)
}

/// The groups that have a version, the one without a name first.
///
/// # Errors
/// Fails when the list of groups can't be had.
pub async fn groups(client: &Client, version: &str) -> Result<Vec<String>, Error> {
    let groups: Groups = client.get("/apis").await?;
    let has = |group: &Group| group.versions.iter().any(|one| one.version == version);
    let named = groups.groups.into_iter().filter(has).map(|group| group.name);
    Ok((version == "v1").then(String::new).into_iter().chain(named).collect())
}

/// Where a version of a group is.
pub fn path(group: &str, version: &str) -> String {
    if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") }
}

/// The resources of a version of a group.
///
/// # Errors
/// Fails when there is no such version, and when its server is down.
pub async fn of_version(client: &Client, group: &str, version: &str) -> Result<Vec<ApiResource>, Error> {
    let list: Resources = client.get(&path(group, version)).await?;
    let own = list.resources.into_iter().filter(|entry| !entry.name.contains('/'));
    Ok(own
        .map(|entry| ApiResource {
            group: group.into(),
            version: version.into(),
            plural: entry.name,
            singular: entry.singular_name,
            kind: entry.kind,
            namespaced: entry.namespaced,
            verbs: entry.verbs,
        })
        .collect())
}
