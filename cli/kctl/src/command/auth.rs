//! `kctl auth can-i` and `whoami`.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::print::table;

/// The flags.
pub fn define() -> Command {
    Command::new("auth")
        .about("Inspect authorization")
        .subcommand_required(true)
        .subcommand(
            Command::new("can-i")
                .about("Check whether an action is allowed")
                .arg(Arg::new("words").num_args(0..).help("VERB [TYPE | TYPE/NAME | NONRESOURCEURL]"))
                .arg(flags::boolean("all-namespaces", false, "In all namespaces").short('A'))
                .arg(flags::boolean("quiet", false, "Only the exit code").short('q'))
                .arg(flags::boolean("list", false, "Print all allowed actions"))
                .arg(flags::boolean("no-headers", false, "Don't print headers"))
                .arg(flags::text("subresource", "A subresource such as log or scale")),
        )
        .subcommand(Command::new("whoami").about("Check self subject attributes").args(flags::output()))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    match matches.subcommand() {
        Some(("whoami", inner)) => whoami(session, inner).await,
        Some((_, inner)) if is(inner, "list") => list(session, inner).await,
        Some((_, inner)) => can_i(session, inner).await,
        None => Ok(1),
    }
}

async fn can_i(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "words");
    let [verb, what] = words.as_slice() else {
        bail!("you must specify two arguments: verb resource or verb resource/resourceName");
    };
    let spec = if what.starts_with('/') {
        json!({"nonResourceAttributes": {"verb": verb, "path": what}})
    } else {
        let (word, name) = what.split_once('/').unwrap_or((what, ""));
        let (group, plural, namespaced) = match session.discovery().await?.find(word) {
            _ if word == "*" => ("*".to_string(), "*".to_string(), true),
            Ok(kind) => (kind.group.clone(), kind.plural.clone(), kind.namespaced),
            Err(_) => {
                eprintln!("Warning: the server doesn't have a resource type '{word}'\n");
                let (plural, group) = word.split_once('.').unwrap_or((word, ""));
                (group.to_string(), plural.to_string(), true)
            }
        };
        let namespace =
            if is(matches, "all-namespaces") || !namespaced { String::new() } else { session.namespace()? };
        json!({"resourceAttributes": {
            "verb": verb, "group": group, "resource": plural, "name": name, "namespace": namespace,
            "subresource": get(matches, "subresource").unwrap_or_default(),
        }})
    };
    let body =
        json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec});
    let answer: Value =
        session.client()?.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &body).await?;
    let allowed = answer["status"]["allowed"] == true;
    if !is(matches, "quiet") {
        let reason = answer["status"]["reason"].as_str().unwrap_or_default();
        match (allowed, reason) {
            (true, _) => println!("yes"),
            (false, "") => println!("no"),
            (false, reason) => println!("no - {reason}"),
        }
    }
    Ok(u8::from(!allowed))
}

async fn list(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let body = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": session.namespace()?},
    });
    let answer: Value =
        session.client()?.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", &body).await?;
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_string)).collect()
    };
    let show = |list: Vec<String>| format!("[{}]", list.join(" "));
    let mut rows = Vec::new();
    for rule in answer["status"]["resourceRules"].as_array().into_iter().flatten() {
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                let name = if group.is_empty() { resource } else { format!("{resource}.{group}") };
                rows.push(vec![
                    name,
                    "[]".into(),
                    show(strings(&rule["resourceNames"])),
                    show(strings(&rule["verbs"])),
                ]);
            }
        }
    }
    for rule in answer["status"]["nonResourceRules"].as_array().into_iter().flatten() {
        rows.push(vec![
            String::new(),
            show(strings(&rule["nonResourceURLs"])),
            "[]".into(),
            show(strings(&rule["verbs"])),
        ]);
    }
    let headers = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"].map(String::from).to_vec();
    print!("{}", table::render((!is(matches, "no-headers")).then_some(headers), &rows));
    Ok(0)
}

async fn whoami(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let answer: Value =
        session.client()?.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", &body).await?;
    if let Some(printer) = crate::print::Printer::of(matches)? {
        printer.object(&answer)?;
        return Ok(0);
    }
    let user = &answer["status"]["userInfo"];
    let mut rows =
        vec![vec!["Username".to_string(), user["username"].as_str().unwrap_or_default().to_string()]];
    let groups: Vec<&str> =
        user["groups"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    rows.push(vec!["Groups".into(), format!("[{}]", groups.join(" "))]);
    for (key, value) in user["extra"].as_object().into_iter().flatten() {
        let values: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        rows.push(vec![format!("Extra: {key}"), format!("[{}]", values.join(" "))]);
    }
    print!("{}", table::render(Some(vec!["ATTRIBUTE".into(), "VALUE".into()]), &rows));
    Ok(0)
}
