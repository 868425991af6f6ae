//! `kctl config`: reading and changing kubeconfig files.
//!
//! Changes are made to a file's own text as data, so that what kctl does not know stays in it,
//! and each entry is changed in the file that has it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use base64::Engine;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::config::Kubeconfig;
use serde_json::{Map, Value, json};

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::print::{Printer, table};
use crate::usage::usage;

/// The flags.
pub fn define() -> Command {
    let name = || Arg::new("name").num_args(0..).value_name("NAME");
    let sub = |name_: &'static str, about: &'static str| Command::new(name_).about(about).arg(name());
    let repeated = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append)
    };
    Command::new("config")
        .about("Modify kubeconfig files")
        .subcommand_required(true)
        .subcommand(sub("current-context", "Display the current-context"))
        .subcommand(sub("delete-cluster", "Delete the specified cluster from the kubeconfig"))
        .subcommand(sub("delete-context", "Delete the specified context from the kubeconfig"))
        .subcommand(sub("delete-user", "Delete the specified user from the kubeconfig"))
        .subcommand(sub("get-clusters", "Display clusters defined in the kubeconfig"))
        .subcommand(
            sub("get-contexts", "Describe one or many contexts")
                .arg(flags::boolean("no-headers", false, "Don't print headers"))
                .arg(flags::text("output", "name").short('o')),
        )
        .subcommand(sub("get-users", "Display users defined in the kubeconfig"))
        .subcommand(sub("rename-context", "Rename a context from the kubeconfig file"))
        .subcommand(sub("set", "Set an individual value in a kubeconfig file").arg(flags::boolean(
            "set-raw-bytes",
            false,
            "The value of a data field is not base64 yet",
        )))
        .subcommand(
            sub("set-cluster", "Set a cluster entry in kubeconfig")
                .arg(flags::text("proxy-url", "The proxy on the way to the cluster"))
                .arg(flags::boolean("embed-certs", false, "Put the certificate into the file")),
        )
        .subcommand(sub("set-context", "Set a context entry in kubeconfig").arg(flags::boolean(
            "current",
            false,
            "Modify the current context",
        )))
        .subcommand(
            sub("set-credentials", "Set a user entry in kubeconfig")
                .arg(flags::boolean("embed-certs", false, "Put certificate and key into the file"))
                .arg(flags::text("auth-provider", "The auth provider"))
                .arg(flags::list("auth-provider-arg", "'key=value' for the auth provider"))
                .arg(flags::text("exec-command", "The command of the exec credential plugin"))
                .arg(flags::text("exec-api-version", "The API version of the exec credential plugin"))
                .arg(flags::list("exec-arg", "Arguments of the exec credential plugin"))
                .arg(repeated("exec-env", "'key=value' for the exec credential plugin's environment"))
                .arg(flags::text("exec-interactive-mode", "Never, IfAvailable or Always"))
                .arg(flags::boolean("exec-provide-cluster-info", false, "Tell the plugin about the cluster")),
        )
        .subcommand(sub("unset", "Unset an individual value in a kubeconfig file"))
        .subcommand(sub("use-context", "Set the current-context in a kubeconfig file").visible_alias("use"))
        .subcommand(
            Command::new("view")
                .about("Display merged kubeconfig settings or a specified kubeconfig file")
                .args(flags::output())
                .arg(flags::boolean("raw", false, "Show credentials as well"))
                .arg(flags::boolean("minify", false, "Only what the current context uses"))
                .arg(flags::boolean("flatten", false, "Put the contents of files in their place"))
                .arg(flags::boolean("merge", true, "Merge the whole hierarchy of files")),
        )
}

/// What `config set` knows of a cluster.
const CLUSTER_FIELDS: &[&str] = &[
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "certificate-authority",
    "certificate-authority-data",
    "proxy-url",
    "disable-compression",
];

/// And of a user.
const USER_FIELDS: &[&str] = &[
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "token",
    "tokenFile",
    "act-as",
    "act-as-uid",
    "act-as-groups",
    "act-as-user-extra",
    "as",
    "as-uid",
    "as-groups",
    "as-user-extra",
    "username",
    "password",
    "auth-provider",
    "exec",
];

/// The one name that a command takes.
fn one(matches: &ArgMatches, what: &str) -> Result<String> {
    let names = all(matches, "name");
    match names.as_slice() {
        [name] if !name.is_empty() => Ok(name.clone()),
        _ => Err(usage(format!("you must specify a {what}"))),
    }
}

/// What is said of words that a command does not take.
fn unexpected(what: &str, matches: &ArgMatches) -> anyhow::Error {
    print!("{}", crate::usage::help(&["config", what]));
    anyhow::anyhow!("Unexpected args: [{}]", all(matches, "name").join(" "))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((what, inner)) = matches.subcommand() else { return Ok(1) };
    let files = Files::new(session);
    match what {
        "view" => return view(session, inner),
        "current-context" => {
            let config = session.held_kubeconfig()?;
            if config.current_context.is_empty() {
                bail!("current-context is not set");
            }
            println!("{}", config.current_context);
        }
        "get-contexts" => return contexts(&session.held_kubeconfig()?, inner),
        "get-clusters" => names(session.held_kubeconfig()?.clusters.into_iter().map(|cluster| cluster.name)),
        "get-users" => names(session.held_kubeconfig()?.users.into_iter().map(|user| user.name)),
        "use-context" => {
            let name = one(inner, "current_context").map_err(|_| unexpected(what, inner))?;
            if !session.held_kubeconfig()?.contexts.iter().any(|context| context.name == name) {
                bail!("no context exists with the name: {name:?}");
            }
            files.change(None, |config| config["current-context"] = name.clone().into())?;
            println!("Switched to context {name:?}.");
        }
        "delete-cluster" | "delete-context" | "delete-user" => delete(session, &files, what, inner)?,
        "rename-context" => rename(session, &files, inner)?,
        "set-context" => set_context(session, &files, inner)?,
        "set-cluster" => set_cluster(&files, inner)?,
        "set-credentials" => set_credentials(&files, inner)?,
        _ => property(session, &files, what == "set", inner)?,
    }
    Ok(0)
}

fn names(found: impl Iterator<Item = String>) {
    println!("NAME");
    let mut found: Vec<String> = found.collect();
    found.sort();
    for name in found {
        println!("{name}");
    }
}

fn contexts(config: &Kubeconfig, matches: &ArgMatches) -> Result<u8> {
    if let Some(other) = get(matches, "output").filter(|output| !["", "name"].contains(output)) {
        bail!("output must be one of '' or 'name': {other}");
    }
    let wanted = all(matches, "name");
    let mut found: Vec<_> = config
        .contexts
        .iter()
        .filter(|context| wanted.is_empty() || wanted.contains(&context.name))
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    if get(matches, "output") == Some("name") {
        for context in &found {
            println!("{}", context.name);
        }
    } else {
        let rows: Vec<Vec<String>> = found
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
        print!("{}", table::render((!is(matches, "no-headers")).then_some(headers), &rows));
    }
    let mut failures = super::write::Failures::default();
    for name in wanted.iter().filter(|name| !config.contexts.iter().any(|context| context.name == **name)) {
        failures.add(anyhow::anyhow!("context {name} not found"))?;
    }
    Ok(failures.end())
}

/// A kubeconfig as kubectl prints it: kind first, then who and where.
fn printed(config: &Kubeconfig) -> Result<Value> {
    let list =
        |values: Value| if values.as_array().is_some_and(Vec::is_empty) { Value::Null } else { values };
    Ok(json!({
        "kind": "Config", "apiVersion": "v1",
        "clusters": list(serde_json::to_value(&config.clusters)?),
        "users": list(serde_json::to_value(&config.users)?),
        "contexts": list(serde_json::to_value(&config.contexts)?),
        "current-context": config.current_context,
    }))
}

fn view(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if !is(matches, "merge") && !session.file_is_named() {
        bail!("if merge==false a precise file must be specified");
    }
    let mut config = session.held_kubeconfig()?;
    if is(matches, "minify") {
        let current = session.context_name().unwrap_or_else(|| config.current_context.clone());
        config.contexts.retain(|context| context.name == current);
        let Some(context) = config.contexts.first().map(|context| context.context.clone()) else {
            if session.context_name().is_some() {
                bail!("cannot locate context {current}");
            }
            bail!("current-context must exist in order to minify");
        };
        config.current_context = current;
        config.clusters.retain(|cluster| cluster.name == context.cluster);
        config.users.retain(|user| user.name == context.user);
    }
    let encoded = |path: &Path| -> Result<String> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(base64::engine::general_purpose::STANDARD.encode(bytes))
    };
    if is(matches, "flatten") {
        for cluster in &mut config.clusters {
            if let Some(path) = cluster.cluster.certificate_authority.take() {
                cluster.cluster.certificate_authority_data = Some(encoded(&path)?);
            }
        }
        for user in &mut config.users {
            if let Some(path) = user.user.client_certificate.take() {
                user.user.client_certificate_data = Some(encoded(&path)?);
            }
            if let Some(path) = user.user.client_key.take() {
                user.user.client_key_data = Some(encoded(&path)?);
            }
        }
    }
    // --flatten shows credentials as they are, to make one file of many.
    if !is(matches, "raw") && !is(matches, "flatten") {
        for cluster in &mut config.clusters {
            if let Some(data) = &mut cluster.cluster.certificate_authority_data {
                *data = "DATA+OMITTED".into();
            }
        }
        for user in &mut config.users {
            let user = &mut user.user;
            if let Some(data) = &mut user.client_certificate_data {
                *data = "DATA+OMITTED".into();
            }
            if let Some(data) = &mut user.client_key_data {
                *data = "DATA+OMITTED".into();
            }
            for secret in [&mut user.token, &mut user.password].into_iter().flatten() {
                *secret = "REDACTED".into();
            }
        }
    }
    config.clusters.sort_by(|a, b| a.name.cmp(&b.name));
    config.users.sort_by(|a, b| a.name.cmp(&b.name));
    config.contexts.sort_by(|a, b| a.name.cmp(&b.name));
    let whole = printed(&config)?;
    match Printer::of(matches)? {
        Some(mut printer) => {
            printer.ordered = true;
            printer.object(&whole)?;
        }
        None => print!("{}", yaml::document(&crate::print::sorted(&whole))),
    }
    Ok(0)
}

/// The files of the configuration, as data.
struct Files {
    paths: Vec<PathBuf>,
}

impl Files {
    fn new(session: &Session) -> Self {
        Self { paths: session.files() }
    }

    /// Where an entry is kept; new ones go to the first file that there is.
    fn of(&self, entry: Option<(&str, &str)>) -> Result<PathBuf> {
        if let Some((section, name)) = entry {
            for path in self.paths.iter().filter(|path| path.exists()) {
                if named(&mut load(path)?, section, name).is_some() {
                    return Ok(path.clone());
                }
            }
        }
        let found = self.paths.iter().find(|path| path.exists()).or(self.paths.last());
        found.cloned().context("no kubeconfig file is named")
    }

    fn change(&self, entry: Option<(&str, &str)>, change: impl FnOnce(&mut Value)) -> Result<PathBuf> {
        let path = self.of(entry)?;
        let mut config = load(&path)?;
        change(&mut config);
        save(&path, config)?;
        Ok(path)
    }
}

fn load(path: &Path) -> Result<Value> {
    if !path.exists() {
        return Ok(json!({}));
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let value: Value =
        serde_yaml::from_str(&text).with_context(|| format!("{} is malformed", path.display()))?;
    Ok(if value.is_object() { value } else { json!({}) })
}

fn save(path: &Path, mut config: Value) -> Result<()> {
    config["apiVersion"] = "v1".into();
    config["kind"] = "Config".into();
    for section in ["clusters", "contexts", "users"] {
        match config[section].as_array_mut() {
            Some(list) if !list.is_empty() => {
                list.sort_by_key(|entry| entry["name"].as_str().unwrap_or_default().to_string());
            }
            _ => config[section] = Value::Null,
        }
    }
    if config["current-context"].is_null() {
        config["current-context"] = "".into();
    }
    let text = yaml::document(&crate::print::sorted(&config));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Credentials are in it: never readable by others, never half-written.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("cannot write below {}", folder.display()))?;
    std::io::Write::write_all(&mut temporary, text.as_bytes())?;
    temporary.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// `clusters` has entries with a `cluster`, and so on.
fn inner_name(section: &str) -> &str {
    match section {
        "clusters" => "cluster",
        "contexts" => "context",
        _ => "user",
    }
}

fn named<'a>(config: &'a mut Value, section: &str, name: &str) -> Option<&'a mut Value> {
    config.get_mut(section)?.as_array_mut()?.iter_mut().find(|entry| entry["name"] == name)
}

/// The inner part of an entry, which is made where it is missing; the flag says that it was.
fn entry<'a>(config: &'a mut Value, section: &str, name: &str) -> Option<&'a mut Map<String, Value>> {
    if named(config, section, name).is_none() {
        if !config[section].is_array() {
            config[section] = json!([]);
        }
        config[section].as_array_mut()?.push(json!({"name": name, inner_name(section): {}}));
    }
    let found = named(config, section, name)?;
    if !found[inner_name(section)].is_object() {
        found[inner_name(section)] = json!({});
    }
    found[inner_name(section)].as_object_mut()
}

fn given(matches: &ArgMatches, flag: &str) -> bool {
    matches.value_source(flag) == Some(ValueSource::CommandLine)
}

/// Puts a text where the flag is given; an empty one takes the field away.
fn put(map: &mut Map<String, Value>, matches: &ArgMatches, flag: &str, field: &str) {
    if given(matches, flag) {
        match get(matches, flag) {
            Some(value) if !value.is_empty() => _ = map.insert(field.into(), value.into()),
            _ => _ = map.shift_remove(field),
        }
    }
}

/// Puts a file's path, or with `--embed-certs` what is in it.
fn put_file(map: &mut Map<String, Value>, matches: &ArgMatches, flag: &str, config: &Path) -> Result<()> {
    if !given(matches, flag) {
        return Ok(());
    }
    let (file, data) = (get(matches, flag).unwrap_or_default(), format!("{flag}-data"));
    map.shift_remove(flag);
    map.shift_remove(&data);
    if file.is_empty() {
        return Ok(());
    }
    if is(matches, "embed-certs") {
        let bytes = std::fs::read(file).map_err(|error| {
            anyhow::anyhow!("could not read {flag} data from {file}: {}", crate::usage::of_system(&error))
        })?;
        map.insert(data, base64::engine::general_purpose::STANDARD.encode(bytes).into());
        return Ok(());
    }
    let path = std::path::absolute(file)?;
    let folder = std::path::absolute(config)?;
    // Below the file's own folder a path is relative to it.
    let shown = folder.parent().and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(&path);
    map.insert(flag.into(), shown.display().to_string().into());
    Ok(())
}

fn set_context(session: &Session, files: &Files, matches: &ArgMatches) -> Result<()> {
    let names = all(matches, "name");
    let name = match (names.as_slice(), is(matches, "current")) {
        ([name], false) if !name.is_empty() => name.clone(),
        ([], true) => {
            let current = session.held_kubeconfig()?.current_context;
            if current.is_empty() {
                bail!("no current context is set");
            }
            current
        }
        ([_, ..], true) => bail!("you cannot specify both a context name and --current"),
        _ => bail!("you must specify a non-empty context name or --current"),
    };
    let exists = session.held_kubeconfig()?.contexts.iter().any(|context| context.name == name);
    files.change(Some(("contexts", &name)), |config| {
        if let Some(map) = entry(config, "contexts", &name) {
            for field in ["cluster", "user"] {
                put(map, matches, field, field);
                map.entry(field).or_insert("".into());
            }
            put(map, matches, "namespace", "namespace");
        }
    })?;
    println!("Context {name:?} {}.", if exists { "modified" } else { "created" });
    Ok(())
}

fn set_cluster(files: &Files, matches: &ArgMatches) -> Result<()> {
    let name = one(matches, "non-empty cluster name").map_err(|_| unexpected("set-cluster", matches))?;
    if given(matches, "certificate-authority") && is(matches, "insecure-skip-tls-verify") {
        bail!("you cannot specify a certificate authority and insecure mode at the same time");
    }
    let path = files.of(Some(("clusters", &name)))?;
    let mut failed = Ok(());
    files.change(Some(("clusters", &name)), |config| {
        let Some(map) = entry(config, "clusters", &name) else { return };
        for flag in ["server", "tls-server-name", "proxy-url"] {
            put(map, matches, flag, flag);
        }
        map.entry("server").or_insert("".into());
        if given(matches, "insecure-skip-tls-verify") {
            if is(matches, "insecure-skip-tls-verify") {
                map.insert("insecure-skip-tls-verify".into(), true.into());
                map.shift_remove("certificate-authority");
                map.shift_remove("certificate-authority-data");
            } else {
                map.shift_remove("insecure-skip-tls-verify");
            }
        }
        if given(matches, "certificate-authority") {
            map.shift_remove("insecure-skip-tls-verify");
        }
        failed = put_file(map, matches, "certificate-authority", &path);
    })?;
    failed?;
    println!("Cluster {name:?} set.");
    Ok(())
}

fn set_credentials(files: &Files, matches: &ArgMatches) -> Result<()> {
    let name = one(matches, "non-empty user name").map_err(|_| unexpected("set-credentials", matches))?;
    let filled = |flag: &str| get(matches, flag).is_some_and(|value| !value.is_empty());
    if filled("token") && (filled("username") || filled("password")) {
        bail!(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password"
        );
    }
    if let Some(wrong) = all(matches, "exec-env").iter().find(|pair| !pair.contains('=')) {
        bail!("env {wrong:?} needs to be in the form name=value");
    }
    let path = files.of(Some(("users", &name)))?;
    let mut failed = Ok(());
    files.change(Some(("users", &name)), |config| {
        let Some(map) = entry(config, "users", &name) else { return };
        // One way to say who we are replaces the others.
        if given(matches, "token") {
            for field in ["username", "password", "tokenFile"] {
                map.shift_remove(field);
            }
        } else if given(matches, "username") || given(matches, "password") {
            map.shift_remove("token");
        }
        for flag in ["token", "username", "password"] {
            put(map, matches, flag, flag);
        }
        failed = put_file(map, matches, "client-certificate", &path)
            .and_then(|()| put_file(map, matches, "client-key", &path));
        if given(matches, "auth-provider") {
            let settings: Map<String, Value> = all(matches, "auth-provider-arg")
                .iter()
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| (key.to_string(), value.into()))
                .collect();
            map.insert(
                "auth-provider".into(),
                json!({"name": get(matches, "auth-provider"), "config": settings}),
            );
        }
        let about_exec = [
            "exec-command",
            "exec-api-version",
            "exec-arg",
            "exec-env",
            "exec-interactive-mode",
            "exec-provide-cluster-info",
        ];
        if about_exec.iter().any(|flag| given(matches, flag)) {
            let exec = map
                .entry("exec")
                .or_insert(json!({"command": "", "args": null, "env": null, "provideClusterInfo": false}));
            for (flag, field) in [
                ("exec-command", "command"),
                ("exec-api-version", "apiVersion"),
                ("exec-interactive-mode", "interactiveMode"),
            ] {
                if let Some(value) = get(matches, flag) {
                    exec[field] = value.into();
                }
            }
            // The older versions have a default, v1 has none.
            let older = ["v1beta1", "v1alpha1"].iter().any(|version| {
                exec["apiVersion"].as_str().is_some_and(|held| held.ends_with(&format!("/{version}")))
            });
            if older && exec["interactiveMode"].is_null() {
                exec["interactiveMode"] = "IfAvailable".into();
            }
            if given(matches, "exec-arg") {
                exec["args"] = json!(all(matches, "exec-arg"));
            }
            if given(matches, "exec-provide-cluster-info") {
                exec["provideClusterInfo"] = is(matches, "exec-provide-cluster-info").into();
            }
            let env: Vec<Value> = all(matches, "exec-env")
                .iter()
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| json!({"name": name, "value": value}))
                .collect();
            if !env.is_empty() {
                exec["env"] = json!(env);
            }
        }
    })?;
    failed?;
    println!("User {name:?} set.");
    Ok(())
}

fn delete(session: &Session, files: &Files, what: &str, matches: &ArgMatches) -> Result<()> {
    let kind = what.trim_start_matches("delete-");
    let names = all(matches, "name");
    let [name] = names.as_slice() else {
        if kind == "user" {
            return Err(usage("user to delete is required"));
        }
        print!("{}", crate::usage::help(&["config", what]));
        return Ok(());
    };
    let section = format!("{kind}s");
    let current = session.held_kubeconfig()?.current_context;
    let path = files.of(Some((&section, name)))?;
    if named(&mut load(&path)?, &section, name).is_none() {
        bail!("cannot delete {kind} {name}, not in {}", path.display());
    }
    if kind == "context" && current == *name {
        eprintln!(
            "warning: this removed your active context, use \"kctl config use-context\" to select a different one"
        );
    }
    files.change(Some((&section, name)), |config| {
        if let Some(list) = config[section.as_str()].as_array_mut() {
            list.retain(|entry| entry["name"] != name.as_str());
        }
    })?;
    println!("deleted {kind} {name} from {}", path.display());
    Ok(())
}

fn rename(session: &Session, files: &Files, matches: &ArgMatches) -> Result<()> {
    let names = all(matches, "name");
    let [old, new] = names.as_slice() else {
        return Err(unexpected("rename-context", matches));
    };
    let config = session.held_kubeconfig()?;
    let path = files.of(Some(("contexts", old)))?;
    if !config.contexts.iter().any(|context| context.name == *old) {
        bail!("cannot rename the context {old:?}, it's not in {}", path.display());
    }
    if config.contexts.iter().any(|context| context.name == *new) {
        bail!("cannot rename the context {old:?}, the context {new:?} already exists in {}", path.display());
    }
    files.change(Some(("contexts", old)), |file| {
        if let Some(entry) = named(file, "contexts", old) {
            entry["name"] = new.clone().into();
        }
        if file["current-context"] == old.as_str() {
            file["current-context"] = new.clone().into();
        }
    })?;
    println!("Context {old:?} renamed to {new:?}.");
    Ok(())
}

/// `config set` and `config unset`: one field by its path, `users.admin.token`.
fn property(session: &Session, files: &Files, set: bool, matches: &ArgMatches) -> Result<()> {
    let words = all(matches, "name");
    let (path, value) = match (set, words.as_slice()) {
        (true, [path, value]) => (path, Some(value.clone())),
        (false, [path]) => (path, None),
        (true, _) => return Err(unexpected("set", matches)),
        (false, _) => return Err(unexpected("unset", matches)),
    };
    let parts: Vec<&str> = path.split('.').collect();
    let done = if set { "set" } else { "unset" };
    match parts.as_slice() {
        ["current-context"] => {
            files.change(None, |config| config["current-context"] = value.unwrap_or_default().into())?;
        }
        [section @ ("clusters" | "contexts" | "users")] if !set => {
            files.change(None, |config| config[*section] = Value::Null)?;
        }
        [section @ ("clusters" | "contexts" | "users"), middle @ ..] if !middle.is_empty() => {
            // Names have dots, too: the longest that there is.
            let config = session.held_kubeconfig()?;
            let known = |name: &str| match *section {
                "clusters" => config.clusters.iter().any(|held| held.name == name),
                "contexts" => config.contexts.iter().any(|held| held.name == name),
                _ => config.users.iter().any(|held| held.name == name),
            };
            let split = (1..=middle.len())
                .rev()
                .find(|length| known(&middle[..*length].join(".")))
                .unwrap_or(middle.len().max(2) - 1);
            let (name, field) =
                (middle[..split.min(middle.len())].join("."), middle[split.min(middle.len())..].join("."));
            if !set && !known(&name) && !field.is_empty() {
                bail!("current map key `{name}` is invalid");
            }
            let fields: &[&str] = match *section {
                "clusters" => CLUSTER_FIELDS,
                "contexts" => &["cluster", "user", "namespace"],
                _ => USER_FIELDS,
            };
            if !field.is_empty() && !fields.contains(&field.split('.').next().unwrap_or_default()) {
                bail!("{section}.{name} has no field {field:?}: it has {}", fields.join(", "));
            }
            let truth = ["insecure-skip-tls-verify", "disable-compression"].contains(&field.as_str());
            if let Some(wrong) = value.as_deref().filter(|value| truth && flags::truth(value).is_none()) {
                bail!("strconv.ParseBool: parsing {wrong:?}: invalid syntax");
            }
            if field.is_empty() {
                if set {
                    bail!("can't set a whole entry; name one of its fields, as {section}.{name}.field");
                }
                files.change(Some((section, &name)), |config| {
                    if let Some(list) = config[*section].as_array_mut() {
                        list.retain(|entry| entry["name"] != name.as_str());
                    }
                })?;
            } else {
                let value = match value {
                    Some(value) if field.ends_with("-data") && is(matches, "set-raw-bytes") => {
                        Some(base64::engine::general_purpose::STANDARD.encode(value))
                    }
                    Some(value) if field.ends_with("-data") => {
                        base64::engine::general_purpose::STANDARD
                            .decode(&value)
                            .map_err(|error| anyhow::anyhow!("error decoding value: {error}"))?;
                        Some(value)
                    }
                    other => other,
                };
                files.change(Some((section, &name)), |config| {
                    let Some(map) = entry(config, section, &name) else { return };
                    match value {
                        None => _ = map.shift_remove(&field),
                        Some(value)
                            if field == "insecure-skip-tls-verify" || field == "disable-compression" =>
                        {
                            map.insert(field.clone(), (flags::truth(&value) == Some(true)).into());
                        }
                        Some(value) => _ = map.insert(field.clone(), value.into()),
                    }
                    for (section, needed) in
                        [("clusters", &["server"][..]), ("contexts", &["cluster", "user"][..])]
                    {
                        if parts[0] == section {
                            for field in needed {
                                map.entry(*field).or_insert("".into());
                            }
                        }
                    }
                })?;
            }
        }
        _ => bail!("unable to parse path {path:?}: begin with clusters, contexts, users or current-context"),
    }
    println!("Property {path:?} {done}.");
    Ok(())
}
