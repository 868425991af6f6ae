//! `kctl config`.

use anyhow::{Context as _, Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::config::{Context, Kubeconfig, NamedContext};

use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::print::table;

/// The flags.
pub fn define() -> Command {
    let name = || Arg::new("name").required(true).value_name("NAME");
    Command::new("config")
        .about("Modify kubeconfig files")
        .subcommand_required(true)
        .subcommand(
            Command::new("view")
                .about("Display merged kubeconfig settings")
                .arg(flags::boolean("raw", false, "Show credentials as well"))
                .arg(flags::boolean("minify", false, "Only what the current context uses"))
                .arg(flags::text("output", "json or yaml").short('o')),
        )
        .subcommand(Command::new("current-context").about("Display the current context"))
        .subcommand(
            Command::new("get-contexts")
                .about("Describe the contexts")
                .arg(flags::boolean("no-headers", false, "Don't print headers"))
                .arg(flags::text("output", "name").short('o')),
        )
        .subcommand(Command::new("get-clusters").about("Display the clusters"))
        .subcommand(Command::new("get-users").about("Display the users"))
        .subcommand(
            Command::new("use-context").visible_alias("use").about("Set the current context").arg(name()),
        )
        .subcommand(
            Command::new("set-context")
                .about("Set a context entry")
                .arg(Arg::new("name").value_name("NAME"))
                .arg(flags::boolean("current", false, "Modify the current context")),
        )
        .subcommand(Command::new("delete-context").about("Delete a context").arg(name()))
        .subcommand(
            Command::new("rename-context")
                .about("Rename a context")
                .arg(name())
                .arg(Arg::new("new").required(true)),
        )
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let config = session.kubeconfig()?;
    match matches.subcommand() {
        Some(("view", inner)) => view(config, inner),
        Some(("current-context", _)) => {
            if config.current_context.is_empty() {
                bail!("current-context is not set");
            }
            println!("{}", config.current_context);
            Ok(0)
        }
        Some(("get-contexts", inner)) => {
            if get(inner, "output") == Some("name") {
                for context in &config.contexts {
                    println!("{}", context.name);
                }
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = config
                .contexts
                .iter()
                .map(|named| {
                    let mark = if named.name == config.current_context { "*" } else { "" };
                    let context = &named.context;
                    vec![
                        mark.into(),
                        named.name.clone(),
                        context.cluster.clone(),
                        context.user.clone(),
                        context.namespace.clone().unwrap_or_default(),
                    ]
                })
                .collect();
            let headers = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"].map(String::from).to_vec();
            print!("{}", table::render((!is(inner, "no-headers")).then_some(headers), &rows));
            Ok(0)
        }
        Some(("get-clusters", _)) => names(config.clusters.iter().map(|cluster| cluster.name.as_str())),
        Some(("get-users", _)) => names(config.users.iter().map(|user| user.name.as_str())),
        Some(("use-context", inner)) => {
            let name = get(inner, "name").unwrap_or_default();
            if !config.contexts.iter().any(|context| context.name == name) {
                bail!("no context exists with the name: {name:?}");
            }
            change(session, |config| config.current_context = name.into())?;
            println!("Switched to context {name:?}.");
            Ok(0)
        }
        Some(("set-context", inner)) => set_context(session, &config, inner),
        Some(("delete-context", inner)) => {
            let name = get(inner, "name").unwrap_or_default();
            if !config.contexts.iter().any(|context| context.name == name) {
                bail!(
                    "cannot delete context {name}, not in {}",
                    session.files().first().map(|f| f.display().to_string()).unwrap_or_default()
                );
            }
            change(session, |config| config.contexts.retain(|context| context.name != name))?;
            println!(
                "deleted context {name} from {}",
                session.files().first().map(|f| f.display().to_string()).unwrap_or_default()
            );
            Ok(0)
        }
        Some(("rename-context", inner)) => {
            let (old, new) = (get(inner, "name").unwrap_or_default(), get(inner, "new").unwrap_or_default());
            if !config.contexts.iter().any(|context| context.name == old) {
                bail!(
                    "cannot rename the context {old:?}, it's not in {}",
                    session.files().first().map(|f| f.display().to_string()).unwrap_or_default()
                );
            }
            change(session, |config| {
                for context in config.contexts.iter_mut().filter(|context| context.name == old) {
                    context.name = new.into();
                }
                if config.current_context == old {
                    config.current_context = new.into();
                }
            })?;
            println!("Context {old:?} renamed to {new:?}.");
            Ok(0)
        }
        _ => Ok(1),
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Result<u8> {
    println!("NAME");
    for name in names {
        println!("{name}");
    }
    Ok(0)
}

fn view(mut config: Kubeconfig, matches: &ArgMatches) -> Result<u8> {
    if is(matches, "minify") {
        let current = config.current_context.clone();
        config.contexts.retain(|context| context.name == current);
        let Some(context) = config.contexts.first().map(|context| context.context.clone()) else {
            bail!("current-context must exist in order to minify")
        };
        config.clusters.retain(|cluster| cluster.name == context.cluster);
        config.users.retain(|user| user.name == context.user);
    }
    if !is(matches, "raw") {
        for cluster in &mut config.clusters {
            if let Some(data) = &mut cluster.cluster.certificate_authority_data {
                *data = "DATA+OMITTED".into();
            }
        }
        for user in &mut config.users {
            let user = &mut user.user;
            for data in [&mut user.client_certificate_data, &mut user.client_key_data].into_iter().flatten() {
                *data = "DATA+OMITTED".into();
            }
            for secret in [&mut user.token, &mut user.password].into_iter().flatten() {
                *secret = "REDACTED".into();
            }
        }
    }
    config.api_version = Some("v1".into());
    config.kind = Some("Config".into());
    match get(matches, "output") {
        Some("json") => println!("{}", serde_json::to_string_pretty(&config)?),
        _ => print!("{}", serde_yaml::to_string(&config)?),
    }
    Ok(0)
}

/// Changes the file that settings are written to: the first of the list.
fn change(session: &Session, change: impl FnOnce(&mut Kubeconfig)) -> Result<()> {
    let file = session.files().into_iter().next().context("no kubeconfig file is named")?;
    let mut config = if file.exists() {
        Kubeconfig::read(&file)?
    } else {
        Kubeconfig { api_version: Some("v1".into()), kind: Some("Config".into()), ..Default::default() }
    };
    change(&mut config);
    let text = serde_yaml::to_string(&config)?;
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Credentials are in it: never readable by others, never half-written.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("cannot write below {}", folder.display()))?;
    std::io::Write::write_all(&mut temporary, text.as_bytes())?;
    temporary.persist(&file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(())
}

fn set_context(session: &Session, config: &Kubeconfig, matches: &ArgMatches) -> Result<u8> {
    let name = match (get(matches, "name"), is(matches, "current")) {
        (Some(name), false) => name.to_string(),
        (None, true) if !config.current_context.is_empty() => config.current_context.clone(),
        (None, true) => bail!("no current context is set"),
        _ => bail!("you must specify a non-empty context name or --current"),
    };
    let exists = config.contexts.iter().any(|context| context.name == name);
    let set = |context: &mut Context| {
        for (flag, field) in [("cluster", &mut context.cluster), ("user", &mut context.user)] {
            if let Some(value) = get(matches, flag) {
                *field = value.into();
            }
        }
        if let Some(namespace) = get(matches, "namespace") {
            context.namespace = Some(namespace.into()).filter(|namespace: &String| !namespace.is_empty());
        }
    };
    change(session, |config| match config.contexts.iter_mut().find(|context| context.name == name) {
        Some(found) => set(&mut found.context),
        None => {
            let mut context = Context::default();
            set(&mut context);
            config.contexts.push(NamedContext { name: name.clone(), context });
        }
    })?;
    println!("Context {name:?} {}.", if exists { "modified" } else { "created" });
    Ok(0)
}
