//! `kctl cluster-info dump`: what a cluster is made of, for whoever has to find out what is wrong.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{all, get, is};
use crate::print::{Format, Printer};

/// The kinds of a namespace that are dumped.
const KINDS: &[(&str, &str)] = &[
    ("", "events"),
    ("", "replicationcontrollers"),
    ("", "services"),
    ("apps", "daemonsets"),
    ("apps", "deployments"),
    ("apps", "replicasets"),
    ("", "pods"),
];

/// Files in a folder, or everything on standard output.
struct Sink {
    folder: Option<PathBuf>,
    printer: Printer,
}

impl Sink {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(std::io::stdout().write_all(bytes)?);
        };
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    }

    fn list(&self, path: &str, list: Value) -> Result<()> {
        let ending = match self.printer.format {
            Format::Json => "json",
            Format::Yaml => "yaml",
            Format::Name => {
                let kind = list["kind"].as_str().unwrap_or_default();
                bail!("list types are not supported by name printing: *v1.{kind}")
            }
            _ => "txt",
        };
        let mut text = Vec::new();
        self.printer.typed_list(&mut text, list)?;
        self.write(&format!("{path}.{ending}"), &text)
    }
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let client = session.client()?;
    let folder =
        get(matches, "output-directory").filter(|folder| !["", "-"].contains(folder)).map(PathBuf::from);
    let json = || Printer {
        format: Format::Json,
        strict: false,
        managed: is(matches, "show-managed-fields"),
        ordered: false,
        headers: true,
    };
    let printer = Printer::of(matches)?.unwrap_or_else(json);
    let sink = Sink { folder: folder.clone(), printer };
    sink.list("nodes", client.get("/api/v1/nodes").await?)?;
    let mut namespaces = all(matches, "namespaces");
    if is(matches, "all-namespaces") {
        let found = client.list::<Value>("/api/v1/namespaces", &client::ListParams::default()).await?;
        namespaces =
            found.items.iter().filter_map(|n| n["metadata"]["name"].as_str().map(str::to_string)).collect();
    } else if namespaces.is_empty() {
        namespaces = vec!["kube-system".into(), session.namespace()?];
    }
    for namespace in &namespaces {
        let mut pods = json!({});
        for (group, plural) in KINDS {
            let list: Value =
                client.get(&client::path(group, "v1", plural, Some(namespace), None, None)).await?;
            let name = match *plural {
                "replicationcontrollers" => "replication-controllers",
                other => other,
            };
            // The last are the pods, whose logs come next.
            pods.clone_from(&list);
            sink.list(&format!("{namespace}/{name}"), list)?;
        }
        for pod in pods["items"].as_array().into_iter().flatten() {
            let name = pod["metadata"]["name"].as_str().unwrap_or_default();
            let containers = ["initContainers", "containers"]
                .iter()
                .flat_map(|field| pod["spec"][*field].as_array().into_iter().flatten());
            let mut text = Vec::new();
            for container in containers {
                let container = container["name"].as_str().unwrap_or_default();
                text.extend(
                    format!("==== START logs for container {container} of pod {namespace}/{name} ====\n")
                        .bytes(),
                );
                let path = client::path("", "v1", "pods", Some(namespace), Some(name), Some("log"));
                match client.get_bytes(&path, &[("container", container.to_string())], Some("*/*")).await {
                    Ok(log) => text.extend_from_slice(&log),
                    Err(error) => text.extend(format!("Request log error: {error}\n").bytes()),
                }
                text.extend(
                    format!("==== END logs for container {container} of pod {namespace}/{name} ====\n")
                        .bytes(),
                );
            }
            sink.write(&format!("{namespace}/{name}/logs.txt"), &text)?;
        }
    }
    if let Some(folder) = folder {
        println!("Cluster info dumped to {}", folder.display());
    }
    Ok(0)
}
