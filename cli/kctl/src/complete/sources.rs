//! Where words come from: kinds, names of objects, containers, and entries of the kubeconfig.

use std::time::Duration;

use anyhow::Result;
use client::object::MetadataOnly;
use serde_json::Value;

use crate::connect::Session;
use crate::discovery::Kind;

/// How long the server is waited for.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Formats of `-o`; those of `get` end with its tables.
const GET_FORMATS: &[&str] = &[
    "json",
    "yaml",
    "kyaml",
    "name",
    "go-template",
    "go-template-file",
    "template",
    "templatefile",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "custom-columns",
    "custom-columns-file",
    "wide",
];
const FORMATS: &[&str] = GET_FORMATS.split_at(11).0;
const VERBS: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
];

/// Where words come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Kinds, then names of that kind; `kind/name` too.
    Objects(&'static [&'static str]),
    /// Kinds alone.
    Kinds,
    /// Names of one kind, as many as one likes or one.
    Names(&'static str, bool),
    /// `pod` names, and `kind/` of what has pods.
    Pods,
    /// Containers of the pod that is the first argument.
    Containers,
    Namespaces,
    Contexts,
    Clusters,
    Users,
    /// Words that are known.
    Words(&'static [&'static str]),
    /// Files with these endings.
    Endings(&'static [&'static str]),
    Folders,
    Nothing,
}

/// What has replicas, and what is rolled out.
const SCALED: &[&str] = &["deployment", "replicaset", "replicationcontroller", "statefulset"];
const ROLLED: &[&str] = &["deployment", "daemonset", "statefulset"];

impl Source {
    /// What an argument of a command can be.
    pub fn of_argument(path: &str, args: &[String], ended: bool) -> Option<Self> {
        let first = args.is_empty();
        let only_first = |source| Some(if first { source } else { Self::Nothing });
        match path {
            "get"
            | "describe"
            | "delete"
            | "edit"
            | "label"
            | "annotate"
            | "wait"
            | "apply view-last-applied"
            | "apply edit-last-applied"
            | "expose"
            | "patch" => Some(Self::Objects(&[])),
            "set image" | "set env" | "set resources" | "set serviceaccount" | "set selector"
            | "set subject" => Some(Self::Objects(&[])),
            "scale" => Some(Self::Objects(SCALED)),
            "autoscale" => Some(Self::Objects(SCALED)),
            "taint" => Some(Self::Objects(&["node"])),
            _ if path.starts_with("rollout ") => Some(Self::Objects(ROLLED)),
            "explain" => only_first(Self::Kinds),
            "cordon" | "uncordon" | "drain" => Some(Self::Names("nodes", true)),
            "top node" => only_first(Self::Names("nodes", false)),
            "top pod" => only_first(Self::Names("pods", false)),
            "logs" if args.len() == 1 => Some(Self::Containers),
            // Behind `--` stands what is run in there.
            "exec" | "debug" if ended => None,
            "logs" | "exec" | "attach" | "port-forward" | "debug" => only_first(Self::Pods),
            "create token" => only_first(Self::Names("serviceaccounts", false)),
            "certificate approve" | "certificate deny" => {
                Some(Self::Names("certificatesigningrequests", true))
            }
            "config use-context"
            | "config rename-context"
            | "config delete-context"
            | "config get-contexts"
            | "config set-context" => only_first(Self::Contexts),
            "config delete-cluster" | "config get-clusters" | "config set-cluster" => {
                only_first(Self::Clusters)
            }
            "config delete-user" | "config get-users" | "config set-credentials" => only_first(Self::Users),
            "auth can-i" => Some(match args.len() {
                0 => Self::Words(VERBS),
                1 => Self::Kinds,
                _ => Self::Nothing,
            }),
            "completion" => only_first(Self::Words(&["fish", "powershell", "bash", "zsh"])),
            "version"
            | "api-resources"
            | "api-versions"
            | "options"
            | "cluster-info"
            | "config view"
            | "config current-context"
            | "auth whoami"
            | "events" => Some(Self::Nothing),
            _ => None,
        }
    }

    /// What the value of a flag can be.
    pub fn of_flag(path: &str, flag: &str) -> Option<Self> {
        match flag {
            "namespace" => Some(Self::Namespaces),
            "context" => Some(Self::Contexts),
            "cluster" => Some(Self::Clusters),
            "user" => Some(Self::Users),
            "container" => Some(Self::Containers),
            "filename" => Some(Self::Endings(&["json", "yaml", "yml"])),
            "kustomize" | "cache-dir" => Some(Self::Folders),
            "output" if path == "get" => Some(Self::Words(GET_FORMATS)),
            "output" => Some(Self::Words(FORMATS)),
            "cascade" => Some(Self::Words(&["background", "foreground", "orphan"])),
            "profile" => {
                Some(Self::Words(&["legacy", "general", "baseline", "restricted", "netadmin", "sysadmin"]))
            }
            "restart" => Some(Self::Words(&["Always", "OnFailure", "Never"])),
            "image-pull-policy" => Some(Self::Words(&["Always", "IfNotPresent", "Never"])),
            _ => None,
        }
    }

    /// The words, and whether they go on where they end (as `pod/` does).
    ///
    /// # Errors
    /// Fails when the server or the kubeconfig can't be asked.
    pub async fn words(self, session: &Session, args: &[String], typed: &str) -> Result<(Vec<String>, bool)> {
        let ended = |words: Vec<String>| Ok((words, false));
        match self {
            Self::Objects(only) => objects(session, only, args, typed).await,
            Self::Kinds => ended(kinds(session, &[]).await?),
            Self::Names(kind, several) => {
                if !several && !args.is_empty() {
                    return ended(Vec::new());
                }
                ended(names(session, session.discovery().await?.find(kind)?).await?)
            }
            Self::Pods => pods(session, typed).await,
            Self::Containers => ended(containers(session, args).await?),
            Self::Namespaces => ended(names(session, session.discovery().await?.find("namespaces")?).await?),
            Self::Contexts => {
                ended(sorted(session.kubeconfig()?.contexts.into_iter().map(|held| held.name).collect()))
            }
            Self::Clusters => {
                ended(sorted(session.kubeconfig()?.clusters.into_iter().map(|held| held.name).collect()))
            }
            Self::Users => {
                ended(sorted(session.kubeconfig()?.users.into_iter().map(|held| held.name).collect()))
            }
            Self::Words(words) => ended(words.iter().map(ToString::to_string).collect()),
            Self::Endings(_) | Self::Folders | Self::Nothing => ended(Vec::new()),
        }
    }
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words.dedup();
    words
}

async fn kinds(session: &Session, only: &[&str]) -> Result<Vec<String>> {
    if !only.is_empty() {
        return Ok(only.iter().map(ToString::to_string).collect());
    }
    let discovery = session.discovery().await?;
    // Those that are only created, such as reviews, have no names.
    let named = |kind: &&&Kind| kind.verbs.iter().any(|verb| verb == "get");
    Ok(sorted(discovery.preferred().iter().filter(named).map(|kind| kind.qualified()).collect()))
}

/// Names of a kind's objects, in the namespace that the flags name.
async fn names(session: &Session, kind: &Kind) -> Result<Vec<String>> {
    let namespace = if kind.namespaced { Some(session.namespace()?) } else { None };
    let params = client::ListParams { accept: Some(client::rest::METADATA_ONLY_LIST), ..Default::default() };
    let path = kind.path(namespace.as_deref(), None, None);
    let list = session.client()?.list::<MetadataOnly>(&path, &params).await?;
    Ok(list.items.into_iter().map(|object| object.metadata.name).collect())
}

async fn objects(
    session: &Session,
    only: &[&str],
    args: &[String],
    typed: &str,
) -> Result<(Vec<String>, bool)> {
    if let Some((word, _)) = typed.split_once('/') {
        let kind = session.discovery().await?.find(word)?;
        let names = names(session, kind).await?;
        return Ok((names.into_iter().map(|name| format!("{word}/{name}")).collect(), false));
    }
    match args.first() {
        // `pod/a` is followed by another of that form.
        Some(first) if first.contains('/') => {
            let kinds = kinds(session, only).await?;
            Ok((kinds.into_iter().map(|kind| format!("{kind}/")).collect(), true))
        }
        Some(first) => {
            let kind = first.rsplit(',').next().unwrap_or(first);
            Ok((names(session, session.discovery().await?.find(kind)?).await?, false))
        }
        None => {
            // Several kinds are joined by commas.
            let before = typed.rsplit_once(',').map(|(before, _)| before);
            let kinds = kinds(session, only).await?;
            let joined =
                |kind: String| before.map_or_else(|| kind.clone(), |before| format!("{before},{kind}"));
            Ok((kinds.into_iter().map(joined).collect(), false))
        }
    }
}

async fn pods(session: &Session, typed: &str) -> Result<(Vec<String>, bool)> {
    if typed.contains('/') {
        return objects(session, &[], &[], typed).await;
    }
    let discovery = session.discovery().await?;
    let mut found = names(session, discovery.find("pods")?).await?;
    let mut others: Vec<String> = [
        "daemonsets",
        "deployments",
        "jobs",
        "pods",
        "replicasets",
        "replicationcontrollers",
        "services",
        "statefulsets",
    ]
    .iter()
    .map(|kind| format!("{kind}/"))
    .filter(|kind| kind.starts_with(typed))
    .collect();
    let names = found.iter().any(|name| name.starts_with(typed));
    let more = !names && !others.is_empty();
    found.append(&mut others);
    Ok((found, more))
}

async fn containers(session: &Session, args: &[String]) -> Result<Vec<String>> {
    let Some(pod) = args.first() else { return Ok(Vec::new()) };
    let (word, name) = pod.split_once('/').unwrap_or(("pods", pod));
    let kind = session.discovery().await?.find(word)?;
    let object: Value =
        session.client()?.get(&kind.path(Some(&session.namespace()?), Some(name), None)).await?;
    let spec = if object["spec"]["template"].is_object() {
        &object["spec"]["template"]["spec"]
    } else {
        &object["spec"]
    };
    let of = |field: &str| {
        let list = spec[field].as_array().cloned().unwrap_or_default();
        list.into_iter()
            .filter_map(|container| container["name"].as_str().map(str::to_string))
            .collect::<Vec<_>>()
    };
    Ok([of("initContainers"), of("containers"), of("ephemeralContainers")].concat())
}
