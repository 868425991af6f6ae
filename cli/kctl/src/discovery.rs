//! What the server serves: groups, versions, kinds, short names, categories.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use bytes::Bytes;
use client::Client;
use serde::Deserialize;
use serde_json::Value;

/// One kind of object at one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub plural: String,
    pub singular: String,
    pub short_names: Vec<String>,
    pub categories: Vec<String>,
    pub namespaced: bool,
    pub verbs: Vec<String>,
    pub subresources: Vec<String>,
}

impl Kind {
    /// `v1`, `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `pods`, `deployments.apps`: how messages name the resource.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// `pod`, `deployment.apps`: how `-o name` and confirmations name it.
    pub fn singular_qualified(&self) -> String {
        let singular =
            if self.singular.is_empty() { self.kind.to_lowercase() } else { self.singular.clone() };
        if self.group.is_empty() { singular } else { format!("{singular}.{}", self.group) }
    }

    /// The path of the collection, an object or a subresource.
    pub fn path(&self, namespace: Option<&str>, name: Option<&str>, subresource: Option<&str>) -> String {
        client::path(
            &self.group,
            &self.version,
            &self.plural,
            namespace.filter(|_| self.namespaced),
            name,
            subresource,
        )
    }
}

/// All kinds, the preferred version of each group first.
#[derive(Debug, Default)]
pub struct Discovery {
    pub kinds: Vec<Kind>,
    /// Group, and its versions in the server's order of preference.
    pub groups: Vec<(String, Vec<String>)>,
}

const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// One of the two documents. The server is always asked, but what it tagged before and has not
/// changed is read from the cache.
async fn document(client: &Client, path: &str, cache: Option<&Path>) -> Result<Bytes, client::Error> {
    let file = cache.map(|folder| folder.join(path.trim_start_matches('/')));
    // The tag is the file's first line.
    let held = file.as_ref().and_then(|file| std::fs::read(file).ok());
    let split = |bytes: &[u8]| -> Option<(String, usize)> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        Some((String::from_utf8(bytes[..end].to_vec()).ok()?, end + 1))
    };
    let tagged = held.as_deref().and_then(split);
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::ACCEPT, http::HeaderValue::from_static(AGGREGATED));
    if let Some(tag) = tagged.as_ref().and_then(|(tag, _)| http::HeaderValue::from_str(tag).ok()) {
        headers.insert(http::header::IF_NONE_MATCH, tag);
    }
    let answer = client.send(http::Method::GET, path, headers, None).await?;
    if answer.status() == http::StatusCode::NOT_MODIFIED
        && let (Some(held), Some((_, start))) = (held, tagged)
    {
        return Ok(Bytes::from(held).slice(start..));
    }
    if !answer.status().is_success() {
        // The usual way knows how refusals are told.
        return client.get_bytes(path, &[], Some(AGGREGATED)).await;
    }
    let tag = answer.headers().get(http::header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_string);
    let bytes = answer.bytes().await?;
    if let (Some(file), Some(tag)) = (file, tag) {
        // A cache that can't be written is no reason to fail.
        let _ = store(&file, &tag, &bytes);
    }
    Ok(bytes)
}

fn store(file: &Path, tag: &str, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut temporary, format!("{tag}\n").as_bytes())?;
    std::io::Write::write_all(&mut temporary, bytes)?;
    temporary.persist(file)?;
    Ok(())
}

/// What may be left out or null.
fn or_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(de: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(de)?.unwrap_or_default())
}

/// A discovery document of whichever kind: nothing of it is kept that commands don't use.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    kind: String,
    /// Of aggregated discovery.
    #[serde(deserialize_with = "or_default")]
    items: Vec<AggregatedGroup>,
    /// Of the core API's older document.
    #[serde(deserialize_with = "or_default")]
    versions: Vec<String>,
    /// Of the other groups' older document.
    #[serde(deserialize_with = "or_default")]
    groups: Vec<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    name: String,
    versions: Vec<GroupVersion>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GroupVersion {
    version: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AggregatedGroup {
    metadata: GroupName,
    #[serde(deserialize_with = "or_default")]
    versions: Vec<AggregatedVersion>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GroupName {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AggregatedVersion {
    version: String,
    #[serde(deserialize_with = "or_default")]
    resources: Vec<AggregatedResource>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AggregatedResource {
    resource: String,
    #[serde(deserialize_with = "or_default")]
    response_kind: ResponseKind,
    scope: String,
    singular_resource: String,
    #[serde(deserialize_with = "or_default")]
    verbs: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    short_names: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    categories: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    subresources: Vec<Subresource>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResponseKind {
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Subresource {
    subresource: String,
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|value| value.as_str().map(str::to_string)).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

impl Discovery {
    /// Asks the server, in two requests where it knows aggregated discovery.
    pub async fn load(client: &Client, cache: Option<PathBuf>) -> Result<Self> {
        let (core, groups) = tokio::try_join!(
            document(client, "/api", cache.as_deref()),
            document(client, "/apis", cache.as_deref())
        )?;
        let mut found = Self::default();
        for document in [core, groups] {
            let document: Document = serde_json::from_slice(&document).map_err(|error| {
                anyhow::anyhow!(
                    "{} does not answer as a Kubernetes API server does ({error}); is the address right?",
                    client.config().server
                )
            })?;
            match document.kind.as_str() {
                "APIGroupDiscoveryList" => found.aggregated(document.items),
                "APIVersions" => {
                    for version in document.versions {
                        found.groups.push((String::new(), vec![version.clone()]));
                        found.legacy(client, "", &version).await?;
                    }
                }
                "APIGroupList" => {
                    for group in document.groups {
                        let versions: Vec<String> =
                            group.versions.into_iter().map(|version| version.version).collect();
                        for version in &versions {
                            // An aggregated API that is down must not break every command.
                            let _ = found.legacy(client, &group.name, version).await;
                        }
                        found.groups.push((group.name, versions));
                    }
                }
                _ => bail!(
                    "{} does not answer as a Kubernetes API server does; is the address right?",
                    client.config().server
                ),
            }
        }
        Ok(found)
    }

    fn aggregated(&mut self, groups: Vec<AggregatedGroup>) {
        for group in groups {
            let name = group.metadata.name;
            let mut versions = Vec::new();
            for version in group.versions {
                let number = version.version;
                versions.push(number.clone());
                self.kinds.extend(version.resources.into_iter().map(|resource| Kind {
                    group: name.clone(),
                    version: number.clone(),
                    kind: resource.response_kind.kind,
                    plural: resource.resource,
                    singular: resource.singular_resource,
                    short_names: resource.short_names,
                    categories: resource.categories,
                    namespaced: resource.scope == "Namespaced",
                    verbs: resource.verbs,
                    subresources: resource.subresources.into_iter().map(|sub| sub.subresource).collect(),
                }));
            }
            self.groups.push((name, versions));
        }
    }

    async fn legacy(&mut self, client: &Client, group: &str, version: &str) -> Result<()> {
        let path =
            if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
        let list: Value = client.get(&path).await?;
        for resource in list["resources"].as_array().into_iter().flatten() {
            let name = text(&resource["name"]);
            if let Some((plural, sub)) = name.split_once('/') {
                if let Some(kind) = self
                    .kinds
                    .iter_mut()
                    .find(|kind| kind.group == group && kind.version == version && kind.plural == plural)
                {
                    kind.subresources.push(sub.to_string());
                }
                continue;
            }
            self.kinds.push(Kind {
                group: group.into(),
                version: version.into(),
                kind: text(&resource["kind"]),
                plural: name,
                singular: text(&resource["singularName"]),
                short_names: strings(&resource["shortNames"]),
                categories: strings(&resource["categories"]),
                namespaced: resource["namespaced"] == true,
                verbs: strings(&resource["verbs"]),
                subresources: Vec::new(),
            });
        }
        Ok(())
    }

    /// The kind that a word on the command line means: plural, singular, short name or kind, with
    /// a group and version after dots (`deployments.v1.apps`) or without.
    pub fn find(&self, word: &str) -> Result<&Kind> {
        let lower = word.to_lowercase();
        let (name, rest) = lower.split_once('.').unwrap_or((&lower, ""));
        // Messages repeat what was typed.
        let typed = word.split('.').next().unwrap_or(word);
        let named = |kind: &&Kind| {
            kind.plural == name
                || kind.singular == name
                || kind.kind.to_lowercase() == name
                || kind.short_names.iter().any(|short| short == name)
        };
        let fits = |kind: &&Kind| {
            if rest.is_empty() || kind.group == rest {
                return true;
            }
            rest.split_once('.').map_or(rest == kind.version && kind.group.is_empty(), |(version, group)| {
                version == kind.version && group == kind.group
            }) || (!kind.group.is_empty() && kind.group.starts_with(&format!("{rest}.")))
        };
        // Exact names win over short names, which win over nothing; the server's order decides.
        let candidates: Vec<&Kind> = self.kinds.iter().filter(named).filter(fits).collect();
        let exact = candidates.iter().find(|kind| kind.plural == name || kind.singular == name);
        if let Some(found) = exact.or(candidates.first()) {
            if exact.is_none() && found.short_names.iter().any(|short| short == name) {
                // A short name of several: the server's first is meant.
                let mut told: Vec<String> = vec![found.qualified()];
                for other in
                    candidates.iter().filter(|other| other.short_names.iter().any(|short| short == name))
                {
                    if !told.contains(&other.qualified()) {
                        told.push(other.qualified());
                        crate::connect::warn(&format!(
                            "short name {name:?} could also match lower priority resource {}",
                            other.qualified()
                        ));
                    }
                }
            }
            return Ok(found);
        }
        let near = self.nearest(name);
        match near {
            Some(near) if near != name => {
                bail!("the server doesn't have a resource type {typed:?}; did you mean {near:?}?")
            }
            _ => bail!("the server doesn't have a resource type {typed:?}"),
        }
    }

    /// The kind of a manifest.
    pub fn of_manifest(&self, api_version: &str, kind: &str) -> Result<&Kind> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.kinds
            .iter()
            .find(|found| found.group == group && found.version == version && found.kind == kind)
            .ok_or_else(|| {
                anyhow::anyhow!(
                    "no matches for kind {kind:?} in version {api_version:?}\nensure CRDs are installed first"
                )
            })
    }

    /// Each resource once, at the version its group prefers.
    pub fn preferred(&self) -> Vec<&Kind> {
        let mut seen = std::collections::HashSet::new();
        // Kinds come in the order of groups and versions.
        self.kinds
            .iter()
            .filter(|kind| !kind.verbs.is_empty() && seen.insert((&kind.group, &kind.plural)))
            .collect()
    }

    /// The kinds of a category, such as `all`.
    pub fn category(&self, name: &str) -> Vec<&Kind> {
        let mut seen = std::collections::HashSet::new();
        self.kinds
            .iter()
            .filter(|kind| kind.categories.iter().any(|category| category == name))
            .filter(|kind| seen.insert((kind.group.clone(), kind.plural.clone())))
            .collect()
    }

    fn nearest(&self, word: &str) -> Option<&str> {
        self.kinds
            .iter()
            .map(|kind| kind.plural.as_str())
            .map(|plural| (distance(word, plural), plural))
            .filter(|(distance, _)| *distance <= 2)
            .min()
            .map(|(_, plural)| plural)
    }
}

/// How many letters must change to make one word of the other.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(group: &str, plural: &str, name: &str, short: &str) -> Kind {
        Kind {
            group: group.into(),
            version: "v1".into(),
            kind: name.into(),
            plural: plural.into(),
            singular: name.to_lowercase(),
            short_names: vec![short.into()],
            categories: vec!["all".into()],
            namespaced: true,
            verbs: Vec::new(),
            subresources: Vec::new(),
        }
    }

    /// A server that tags its documents sends them once; a document that changed is read again.
    #[tokio::test]
    async fn tagged_documents_are_cached() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            let mut asked = Vec::new();
            for (tag, body) in [("one", "body"), ("one", "body"), ("two", "else"), ("two", "else")] {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).await.expect("a request");
                let request = String::from_utf8_lossy(&buffer[..read]).to_lowercase();
                let known = request.lines().find_map(|line| line.strip_prefix("if-none-match: "));
                asked.push(known.map(str::to_string));
                let answer = if known == Some(&format!("\"{tag}\"")) {
                    "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_string()
                } else {
                    format!(
                        "HTTP/1.1 200 OK\r\netag: \"{tag}\"\r\ncontent-length: 4\r\nconnection: close\r\n\r\n{body}"
                    )
                };
                stream.write_all(answer.as_bytes()).await.expect("answered");
            }
            asked
        });
        let config = client::Config { server: format!("http://{address}"), ..client::Config::default() };
        let client = Client::new(config).expect("a client");
        let cache = tempfile::tempdir().expect("a folder");
        for body in ["body", "body", "else", "else"] {
            let bytes = document(&client, "/api", Some(cache.path())).await.expect("a document");
            assert_eq!(bytes, body);
        }
        let asked = server.await.expect("ends");
        let asked: Vec<_> = asked.iter().map(Option::as_deref).collect();
        assert_eq!(asked, [None, Some("\"one\""), Some("\"one\""), Some("\"two\"")]);
    }

    #[test]
    fn words_find_kinds() {
        let discovery = Discovery {
            kinds: vec![
                kind("", "events", "Event", "ev"),
                kind("apps", "deployments", "Deployment", "deploy"),
                kind("events.k8s.io", "events", "Event", "ev"),
            ],
            groups: Vec::new(),
        };
        for (word, group, plural) in [
            ("deploy", "apps", "deployments"),
            ("Deployment", "apps", "deployments"),
            ("deployments.apps", "apps", "deployments"),
            ("deployments.v1.apps", "apps", "deployments"),
            ("ev", "", "events"),
            ("events.events.k8s.io", "events.k8s.io", "events"),
        ] {
            let found = discovery.find(word).expect(word);
            assert_eq!((found.group.as_str(), found.plural.as_str()), (group, plural), "{word}");
        }
        let error = discovery.find("deploymnets").expect_err("misspelt").to_string();
        assert!(error.contains("did you mean \"deployments\""), "{error}");
    }
}
