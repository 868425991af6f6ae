//! ApplySets (KEP-3659): an object of the server, the parent, keeps which kinds and namespaces a
//! set of applied objects has; a label on each member says that it belongs to the set.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use base64::Engine;
use client::PatchType;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::prune::Visited;
use super::write::{DryRun, send};
use crate::connect::Session;
use crate::discovery::{Discovery, Kind};

/// Of the parent: the set's id.
const ID: &str = "applyset.kubernetes.io/id";
/// Of members: the id of their set.
const PART_OF: &str = "applyset.kubernetes.io/part-of";
/// Of the parent: who maintains the set, its members' kinds, and namespaces beside the parent's.
const TOOLING: &str = "applyset.kubernetes.io/tooling";
const KINDS: &str = "applyset.kubernetes.io/contains-group-kinds";
const NAMESPACES: &str = "applyset.kubernetes.io/additional-namespaces";
/// Of definitions of custom resources: objects of the kind may be parents.
const PARENT_TYPE: &str = "applyset.kubernetes.io/is-parent-type";
/// Sets are interchangeable with kubectl's: they say that it maintains them.
const TOOL: &str = "kubectl";
const MANAGER: &str = "kubectl-applyset";

/// One set.
pub struct ApplySet {
    parent: Kind,
    namespace: Option<String>,
    name: String,
    id: String,
    /// Kinds as `Kind.group`, and namespaces: what the parent had before.
    before: [BTreeSet<String>; 2],
    now: [BTreeSet<String>; 2],
}

/// The id of the set whose parent is this object.
fn id(name: &str, namespace: &str, kind: &str, group: &str) -> String {
    let digest = Sha256::digest(format!("{name}.{namespace}.{kind}.{group}"));
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);
    format!("applyset-{text}-v1")
}

fn group_kind(kind: &Kind) -> String {
    if kind.group.is_empty() { kind.kind.clone() } else { format!("{}.{}", kind.kind, kind.group) }
}

fn list(value: &Value) -> BTreeSet<String> {
    let text = value.as_str().unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_string).collect()
}

impl ApplySet {
    /// The set of `--applyset [RESOURCE[.GROUP]/]NAME`; a Secret is meant when there is no resource.
    ///
    /// # Errors
    /// Fails when the parent can't be one, or belongs to another tool.
    pub async fn find(session: &Session, reference: &str) -> Result<Self> {
        let (resource, name) = reference.split_once('/').unwrap_or(("secrets", reference));
        if name.is_empty() || name.contains('/') {
            bail!("invalid parent reference {reference:?}: expected [RESOURCE][.GROUP]/NAME");
        }
        let discovery = session.discovery().await?;
        let parent =
            discovery.find(resource).context(format!("invalid parent reference {reference:?}"))?.clone();
        // The namespace of the configuration or the default does not count here.
        let namespace = match (parent.namespaced, session.namespace_is_explicit()) {
            (false, _) => None,
            (true, true) => Some(session.namespace()?),
            (true, false) => bail!("namespace is required to use namespace-scoped ApplySet"),
        };
        let id = id(name, namespace.as_deref().unwrap_or_default(), &parent.kind, &parent.group);
        let mut set = Self {
            parent,
            namespace,
            name: name.into(),
            id,
            before: Default::default(),
            now: Default::default(),
        };
        set.check_type(session).await?;
        match session.client()?.get::<Value>(&set.path()).await {
            Ok(found) => set.take_over(&found)?,
            // Secrets and config maps are made when they are needed.
            Err(error) if error.is_not_found() && set.is_built_in() => {}
            Err(error) if error.is_not_found() => {
                bail!("custom resource ApplySet parents cannot be created automatically")
            }
            Err(error) => return Err(error.into()),
        }
        Ok(set)
    }

    fn is_built_in(&self) -> bool {
        self.parent.group.is_empty() && ["secrets", "configmaps"].contains(&self.parent.plural.as_str())
    }

    fn path(&self) -> String {
        self.parent.path(self.namespace.as_deref(), Some(&self.name), None)
    }

    async fn check_type(&self, session: &Session) -> Result<()> {
        if self.is_built_in() {
            return Ok(());
        }
        let place =
            format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}", self.parent.qualified());
        let definition = session.client()?.get::<Value>(&place).await;
        if definition.is_ok_and(|found| found["metadata"]["labels"][PARENT_TYPE] == "true") {
            return Ok(());
        }
        bail!(
            "resource {:?} is not permitted as an ApplySet parent: only secrets, configmaps and custom resources whose definition has the label {PARENT_TYPE}=true are",
            self.parent.qualified()
        )
    }

    /// Reads what the parent says about the set.
    fn take_over(&mut self, parent: &Value) -> Result<()> {
        let metadata = &parent["metadata"];
        let shown = format!("{}.{}/{}", self.parent.plural, self.parent.group, self.name);
        let tool = metadata["annotations"][TOOLING].as_str().unwrap_or_default();
        match tool.split_once('/') {
            Some((TOOL, _)) => {}
            _ if tool.is_empty() => {
                bail!(
                    "ApplySet parent object {shown:?} already exists and is missing required annotation {TOOLING:?}"
                )
            }
            _ => bail!(
                "ApplySet parent object {shown:?} already exists and is managed by tooling {tool:?} instead of {TOOL:?}"
            ),
        }
        match metadata["labels"][ID].as_str() {
            None => bail!("ApplySet parent object {shown:?} exists and does not have required label {ID}"),
            Some(held) if held != self.id => bail!(
                "ApplySet parent object {shown:?} exists and has incorrect value for label {ID:?} (got: {held}, want: {})",
                self.id
            ),
            Some(_) => {}
        }
        if metadata["annotations"][KINDS].is_null() {
            bail!(
                "parsing ApplySet annotation on {shown}: kubectl requires the {KINDS:?} annotation to be set on all ApplySet parent objects"
            );
        }
        self.before = [list(&metadata["annotations"][KINDS]), list(&metadata["annotations"][NAMESPACES])];
        Ok(())
    }

    /// Makes an object of the files a member.
    ///
    /// # Errors
    /// Fails when it says itself whose member it is.
    pub fn add(&mut self, kind: &Kind, object: &mut Value, namespace: Option<&str>) -> Result<()> {
        if object["metadata"]["labels"].is_null() {
            object["metadata"]["labels"] = json!({});
        }
        let labels = &mut object["metadata"]["labels"];
        if !labels[PART_OF].is_null() {
            bail!("ApplySet label {PART_OF:?} already set in input data");
        }
        labels[PART_OF] = self.id.clone().into();
        self.now[0].insert(group_kind(kind));
        if let Some(namespace) = namespace.filter(|namespace| Some(*namespace) != self.namespace.as_deref()) {
            self.now[1].insert(namespace.into());
        }
        Ok(())
    }

    /// Before members are applied the parent names all kinds and namespaces of before and now, so
    /// that nothing is lost when something fails between.
    ///
    /// # Errors
    /// As the server refuses.
    pub async fn widen(&self, session: &Session, dry: DryRun) -> Result<()> {
        let both = |at: usize| &self.before[at] | &self.now[at];
        self.update(session, dry, [both(0), both(1)]).await
    }

    /// After pruning it names what there is.
    ///
    /// # Errors
    /// As the server refuses.
    pub async fn settle(&self, session: &Session, dry: DryRun) -> Result<()> {
        self.update(session, dry, self.now.clone()).await
    }

    async fn update(&self, session: &Session, dry: DryRun, held: [BTreeSet<String>; 2]) -> Result<()> {
        if dry == DryRun::Client {
            return Ok(());
        }
        let [kinds, namespaces] = held.map(|part| part.into_iter().collect::<Vec<_>>().join(","));
        let mut parent = json!({
            "apiVersion": self.parent.api_version(),
            "kind": self.parent.kind,
            "metadata": {
                "name": self.name,
                "labels": {ID: self.id},
                "annotations": {
                    KINDS: kinds,
                    NAMESPACES: namespaces,
                    TOOLING: format!("{TOOL}/{}", super::info::VERSION),
                },
            },
        });
        if let Some(namespace) = &self.namespace {
            parent["metadata"]["namespace"] = namespace.clone().into();
        }
        let mut query = vec![("fieldManager", MANAGER.to_string()), ("force", "false".into())];
        if dry == DryRun::Server {
            query.push(("dryRun", "All".into()));
        }
        let content = PatchType::Apply.content_type();
        let Err(error) = send(session, "PATCH", &self.path(), &query, content, &parent).await else {
            return Ok(());
        };
        if !error.downcast_ref::<client::Error>().is_some_and(client::Error::is_conflict) {
            return Err(error.context("failed to update ApplySet parent"));
        }
        eprintln!(
            "WARNING: failed to update ApplySet: {error:#}\nApplySet field manager {MANAGER} should own these fields. Retrying with conflicts forced."
        );
        query[1].1 = "true".into();
        send(session, "PATCH", &self.path(), &query, content, &parent).await.map(drop)
    }

    /// Members that are in the files no more.
    ///
    /// # Errors
    /// As the server refuses.
    pub async fn candidates(&self, session: &Session, visited: &Visited) -> Result<Vec<(Kind, Value)>> {
        let discovery = session.discovery().await?;
        let params = client::ListParams::labels(format!("{PART_OF}={}", self.id));
        let namespaces: BTreeSet<&str> = self.before[1]
            .iter()
            .chain(&self.now[1])
            .map(String::as_str)
            .chain(self.namespace.as_deref())
            .collect();
        let mut found = Vec::new();
        for text in &(&self.before[0] | &self.now[0]) {
            let Some(kind) = served(discovery, text) else {
                bail!("could not find mapping for kind in {KINDS:?} annotation: {text}");
            };
            let places: Vec<Option<&str>> = if kind.namespaced {
                namespaces.iter().map(|space| Some(*space)).collect()
            } else {
                vec![None]
            };
            for namespace in places {
                let held =
                    session.client()?.list::<Value>(&kind.path(namespace, None, None), &params).await?;
                let gone = held.items.into_iter().filter(|object| !visited.has(object));
                found.extend(gone.map(|object| (kind.clone(), object)));
            }
        }
        Ok(found)
    }
}

/// The kind of `Kind.group`, at the version that the server prefers.
fn served<'a>(discovery: &'a Discovery, text: &str) -> Option<&'a Kind> {
    discovery.preferred().into_iter().find(|kind| group_kind(kind) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> ApplySet {
        let parent = Kind {
            group: String::new(),
            version: "v1".into(),
            kind: "Secret".into(),
            plural: "secrets".into(),
            singular: "secret".into(),
            short_names: Vec::new(),
            categories: Vec::new(),
            namespaced: true,
            verbs: Vec::new(),
            subresources: Vec::new(),
        };
        ApplySet {
            parent,
            namespace: Some("ns".into()),
            name: "set".into(),
            id: id("set", "ns", "Secret", ""),
            before: Default::default(),
            now: Default::default(),
        }
    }

    #[test]
    fn ids_are_those_of_the_specification() {
        // 43 letters of base64 without padding between the two marks.
        let id = id("set", "ns", "Secret", "");
        assert!(id.starts_with("applyset-") && id.ends_with("-v1"), "{id}");
        assert_eq!(id.len(), "applyset-".len() + 43 + "-v1".len());
    }

    #[test]
    fn members_are_labelled_and_their_kinds_and_namespaces_kept() {
        let mut set = set();
        let mut kind = set.parent.clone();
        kind.group = "apps".into();
        kind.kind = "Deployment".into();
        let mut object = json!({"metadata": {"name": "a"}});
        set.add(&kind, &mut object, Some("other")).expect("adds");
        assert_eq!(object["metadata"]["labels"][PART_OF], set.id.as_str());
        assert!(set.add(&kind, &mut object, Some("ns")).is_err(), "it has the label");
        set.add(&set.parent.clone(), &mut json!({"metadata": {}}), Some("ns")).expect("adds");
        let [kinds, namespaces] = &set.now;
        assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), ["Deployment.apps", "Secret"]);
        assert_eq!(namespaces.iter().map(String::as_str).collect::<Vec<_>>(), ["other"]);
    }

    #[test]
    fn parents_of_others_are_left_alone() {
        let mut set = set();
        let parent = |id: &str, tool: &str| json!({"metadata": {"labels": {ID: id}, "annotations": {TOOLING: tool, KINDS: "ConfigMap"}}});
        let own = set.id.clone();
        assert!(set.take_over(&json!({"metadata": {}})).is_err());
        assert!(set.take_over(&parent("other", "kubectl/v1.35.0")).is_err());
        assert!(set.take_over(&parent(&own, "helm/v4")).is_err());
        set.take_over(&parent(&own, "kubectl/v1.35.0")).expect("is ours");
        assert!(set.before[0].contains("ConfigMap"));
    }
}
