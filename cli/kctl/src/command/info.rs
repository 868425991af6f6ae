//! `kctl api-resources`, `api-versions`, `cluster-info`, `version`, `completion`.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::print::table;

/// The Kubernetes version that kctl is made for.
pub const VERSION: &str = "v1.36.2";

/// The flags of `api-resources`.
pub fn define_resources() -> Command {
    Command::new("api-resources")
        .about("Print the supported API resources on the server")
        .arg(flags::text("api-group", "Only this group"))
        .arg(
            flags::text("namespaced", "Only (true) or no (false) namespaced resources")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true")
                .value_parser(|text: &str| match flags::truth(text) {
                    Some(truth) => Ok(truth.to_string()),
                    None => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
                }),
        )
        .arg(flags::list("verbs", "Only resources with these verbs"))
        .arg(flags::list("categories", "Only resources of these categories"))
        .arg(flags::boolean("no-headers", false, "Don't print headers"))
        .arg(flags::text("sort-by", "name or kind"))
        .arg(flags::boolean("cached", false, "Use what discovery has cached"))
        .args(flags::output())
}

/// Runs `api-resources`.
pub async fn resources(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if let Some(by) = get(matches, "sort-by").filter(|by| !["", "name", "kind"].contains(by)) {
        bail!("--sort-by accepts only name or kind{}", if by.is_empty() { " " } else { "" });
    }
    let discovery = session.discovery().await?;
    let verbs = flags::all(matches, "verbs");
    let categories = flags::all(matches, "categories");
    let mut kinds: Vec<_> = discovery
        .kinds
        .iter()
        .filter(|kind| get(matches, "api-group").is_none_or(|group| kind.group == group))
        .filter(|kind| get(matches, "namespaced").is_none_or(|wanted| (wanted == "true") == kind.namespaced))
        .filter(|kind| verbs.iter().all(|verb| kind.verbs.contains(verb)))
        .filter(|kind| categories.iter().all(|category| kind.categories.contains(category)))
        .filter(|kind| !kind.verbs.is_empty())
        // Each resource once, at its group's preferred version.
        .filter(|kind| {
            discovery.groups.iter().find(|(group, _)| *group == kind.group).is_none_or(|(_, versions)| {
                versions.iter().find(|version| {
                    discovery.kinds.iter().any(|other| {
                        other.group == kind.group && other.version == **version && other.plural == kind.plural
                    })
                }) == Some(&kind.version)
            })
        })
        .collect();
    match get(matches, "sort-by") {
        Some("kind") => kinds.sort_by(|a, b| a.kind.cmp(&b.kind)),
        Some("name") => kinds.sort_by(|a, b| a.plural.cmp(&b.plural)),
        _ => kinds.sort_by(|a, b| (&a.group, &a.plural).cmp(&(&b.group, &b.plural))),
    }
    if get(matches, "output") == Some("name") {
        for kind in kinds {
            println!("{}", kind.qualified());
        }
        return Ok(0);
    }
    let wide = match get(matches, "output") {
        None | Some("") => false,
        Some("wide") => true,
        Some(other) => {
            if !["json", "kyaml", "yaml"].contains(&other) {
                return Err(crate::print::unknown(other, "json,kyaml,name,wide,yaml"));
            }
            let list: Vec<Value> = kinds
                .iter()
                .map(|kind| {
                    let mut entry = json!({"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced});
                    if !kind.group.is_empty() {
                        entry["group"] = kind.group.clone().into();
                    }
                    entry["version"] = kind.version.clone().into();
                    entry["kind"] = kind.kind.clone().into();
                    entry["verbs"] = json!(kind.verbs);
                    for (field, values) in [("shortNames", &kind.short_names), ("categories", &kind.categories)] {
                        if !values.is_empty() {
                            entry[field] = json!(values);
                        }
                    }
                    entry
                })
                .collect();
            let whole =
                json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": list});
            if let Some(mut printer) = crate::print::Printer::of(matches)? {
                printer.ordered = true;
                printer.object(&whole)?;
            }
            return Ok(0);
        }
    };
    let mut headers: Vec<String> =
        ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"].map(String::from).to_vec();
    if wide {
        headers.extend(["VERBS", "CATEGORIES"].map(String::from));
    }
    let rows: Vec<Vec<String>> = kinds
        .iter()
        .map(|kind| {
            let mut row = vec![
                kind.plural.clone(),
                kind.short_names.join(","),
                kind.api_version(),
                kind.namespaced.to_string(),
                kind.kind.clone(),
            ];
            if wide {
                row.extend([kind.verbs.join(","), kind.categories.join(",")]);
            }
            row
        })
        .collect();
    print!("{}", table::render((!is(matches, "no-headers")).then_some(headers), &rows));
    Ok(0)
}

/// The flags of `api-versions`.
pub fn define_versions() -> Command {
    Command::new("api-versions")
        .about("Print the supported API versions on the server, in the form of \"group/version\"")
}

/// Runs `api-versions`.
pub async fn versions(session: &Session, _matches: &ArgMatches) -> Result<u8> {
    let mut lines: Vec<String> = session
        .discovery()
        .await?
        .groups
        .iter()
        .flat_map(|(group, versions)| {
            versions.iter().map(
                move |version| if group.is_empty() { version.clone() } else { format!("{group}/{version}") },
            )
        })
        .collect();
    lines.sort();
    for line in lines {
        println!("{line}");
    }
    Ok(0)
}

/// The flags of `cluster-info`.
pub fn define_cluster_info() -> Command {
    let about = "Display addresses of the control plane and services";
    Command::new("cluster-info").about(about).arg(flags::forgotten()).subcommand(
        Command::new("dump")
            .about("Dump relevant information for debugging and diagnosis")
            .arg(flags::forgotten())
            .args(flags::output())
            .arg(flags::boolean("all-namespaces", false, "Dump all namespaces").short('A'))
            .arg(flags::list("namespaces", "Namespaces to dump"))
            .arg(flags::text("output-directory", "Where to put the files; - or nothing prints them"))
            .arg(
                flags::period("pod-running-timeout", "How long to wait until a pod runs")
                    .default_value("20s"),
            ),
    )
}

/// Runs `cluster-info`.
pub async fn cluster_info(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if let Some((_, inner)) = matches.subcommand() {
        return super::dump::run(session, inner).await;
    }
    let client = session.client()?;
    let server = client.config().server.clone();
    let params = client::ListParams::labels("kubernetes.io/cluster-service=true");
    let services = client
        .list::<Value>(&client::path("", "v1", "services", Some("kube-system"), None, None), &params)
        .await?;
    println!("Kubernetes control plane is running at {server}");
    for service in &services.items {
        let name = service["metadata"]["name"].as_str().unwrap_or_default();
        let shown = service["metadata"]["labels"]["kubernetes.io/name"].as_str().unwrap_or(name);
        let port =
            service["spec"]["ports"][0]["name"].as_str().map(|port| format!(":{port}")).unwrap_or_default();
        println!("{shown} is running at {server}/api/v1/namespaces/kube-system/services/{name}{port}/proxy");
    }
    println!("\nTo further debug and diagnose cluster problems, use 'kctl cluster-info dump'.");
    Ok(0)
}

/// The flags of `version`.
pub fn define_version() -> Command {
    Command::new("version")
        .about("Print the client and server version information")
        .arg(flags::boolean("client", false, "Client version only (no server required)"))
        .arg(flags::text("output", "json or yaml").short('o'))
        .arg(flags::forgotten())
}

/// Runs `version`.
pub async fn version(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let extra = flags::all(matches, "forgotten");
    if !extra.is_empty() && !is(matches, "client") {
        bail!("extra arguments: [{}]", extra.join(" "));
    }
    let output = get(matches, "output").filter(|output| !output.is_empty());
    if output.is_some_and(|output| !["json", "yaml"].contains(&output)) {
        bail!("--output must be 'yaml' or 'json'");
    }
    let mut answer = json!({"clientVersion": {
        "major": "1", "minor": "36", "gitVersion": VERSION, "compiler": "rustc", "platform": format!("linux/{}", std::env::consts::ARCH),
    }});
    let server: Option<Result<Value>> = if is(matches, "client") {
        None
    } else {
        let answer = session.client()?.get::<Value>("/version").await;
        Some(answer.map_err(anyhow::Error::from).and_then(|server| {
            anyhow::ensure!(
                server["gitVersion"].is_string(),
                "unable to parse the server version: the answer has none; is this a Kubernetes API server?"
            );
            Ok(server)
        }))
    };
    // Our own version is known, whatever the server's is.
    let (server, missing) = match server {
        None => (None, None),
        Some(Ok(server)) => (Some(server), None),
        Some(Err(error)) => (None, Some(error)),
    };
    if let Some(server) = server {
        answer["serverVersion"] = server;
    }
    match output {
        Some("json") => println!("{}", serde_json::to_string_pretty(&answer)?),
        Some(_) => print!("{}", serde_yaml::to_string(&answer)?),
        None => {
            println!("Client Version: {VERSION}");
            if let Some(version) = answer["serverVersion"]["gitVersion"].as_str() {
                println!("Server Version: {version}");
            }
        }
    }
    missing.map_or(Ok(0), Err)
}

/// The flags of `completion`.
pub fn define_completion() -> Command {
    Command::new("completion")
        .about("Output shell completion code for the specified shell")
        .arg(Arg::new("shell").num_args(0..))
}

/// Runs `completion`.
pub async fn completion(_session: &Session, matches: &ArgMatches) -> Result<u8> {
    let given = flags::all(matches, "shell");
    let script = match given.as_slice() {
        [] => return Err(crate::usage::usage("Shell not specified.")),
        [shell] => crate::completion_script(shell)
            .ok_or_else(|| crate::usage::usage(format!("Unsupported shell type {shell:?}.")))?,
        _ => return Err(crate::usage::usage("Too many arguments. Expected only the shell type.")),
    };
    print!("{script}");
    Ok(0)
}

/// The flags of `options`.
pub fn define_options() -> Command {
    Command::new("options").about("Print the list of flags inherited by all commands").arg(flags::forgotten())
}

/// Runs `options`.
pub async fn options(_session: &Session, _matches: &ArgMatches) -> Result<u8> {
    println!("The following options can be passed to any command:\n");
    for arg in flags::global() {
        let short = arg.get_short().map(|letter| format!("-{letter}, ")).unwrap_or_default();
        let long = arg.get_long().unwrap_or_default();
        let default: Vec<String> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        let default = if default.is_empty() { "''".to_string() } else { default.join(",") };
        println!(
            "    {short}--{long}={default}:\n\t{}\n",
            arg.get_help().map(ToString::to_string).unwrap_or_default()
        );
    }
    Ok(0)
}
