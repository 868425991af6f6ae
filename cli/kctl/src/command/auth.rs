//! `kctl auth can-i` and `whoami`.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::print::table;
use crate::usage::Plain;

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
        .subcommand(
            Command::new("reconcile")
                .about("Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects")
                .args(flags::files())
                .args(flags::output())
                .arg(flags::dry_run())
                .arg(flags::boolean("remove-extra-permissions", false, "Remove permissions that the file does not have"))
                .arg(flags::boolean("remove-extra-subjects", false, "Remove subjects that the file does not have")),
        )
        .subcommand(Command::new("whoami")
                .about("Check self subject attributes")
                .args(flags::output())
                .arg(flags::forgotten()))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    match matches.subcommand() {
        Some(("whoami", inner)) => whoami(session, inner).await,
        Some(("reconcile", inner)) => super::reconcile::run(session, inner).await,
        Some((_, inner)) if is(inner, "list") => list(session, inner).await,
        Some((_, inner)) => can_i(session, inner).await,
        None => Ok(1),
    }
}

/// The verbs that some resource has.
const VERBS: &[&str] = &[
    "*",
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
    "escalate",
    "impersonate",
    "approve",
    "sign",
    "attest",
];

async fn can_i(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "words");
    let [verb, what] = words.as_slice() else {
        let text = "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kctl auth can-i -h' for help and examples.";
        return Err(Plain(text.into()).into());
    };
    let spec = if what.starts_with('/') {
        json!({"nonResourceAttributes": {"verb": verb, "path": what}})
    } else {
        if !VERBS.contains(&verb.as_str()) {
            eprintln!("Warning: verb '{verb}' is not a known verb\n");
        }
        let (word, name) = what.split_once('/').unwrap_or((what, ""));
        let (group, plural, namespaced) = match session.discovery().await?.find(word) {
            _ if word == "*" => ("*".to_string(), "*".to_string(), true),
            Ok(kind) => {
                if !kind.namespaced && !is(matches, "all-namespaces") {
                    let group = if kind.group.is_empty() {
                        String::new()
                    } else {
                        format!(" in group '{}'", kind.group)
                    };
                    eprintln!("Warning: resource '{}' is not namespace scoped{group}\n", kind.plural);
                }
                (kind.group.clone(), kind.plural.clone(), kind.namespaced)
            }
            Err(_) => {
                let (plural, group) = word.split_once('.').unwrap_or((word, ""));
                let within = if group.is_empty() { String::new() } else { format!(" in group '{group}'") };
                eprintln!("Warning: the server doesn't have a resource type '{plural}'{within}\n");
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
    if !all(matches, "words").is_empty() {
        bail!("list option must be specified with no arguments");
    }
    let body = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": session.namespace()?},
    });
    let answer: Value =
        session.client()?.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", &body).await?;
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_string)).collect()
    };
    // One rule for each resource and each path, with all its verbs, in the order of their words.
    let mut rules: Vec<Access> = Vec::new();
    for rule in answer["status"]["resourceRules"].as_array().into_iter().flatten() {
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                let names = strings(&rule["resourceNames"]);
                let held = rules.iter_mut().find(|held| {
                    held.group == group
                        && held.resource == resource
                        && held.names == names
                        && held.url.is_none()
                });
                let verbs = strings(&rule["verbs"]);
                match held {
                    Some(held) => {
                        for verb in verbs {
                            if !held.verbs.contains(&verb) {
                                held.verbs.push(verb);
                            }
                        }
                    }
                    None => rules.push(Access { verbs, group: group.clone(), resource, names, url: None }),
                }
            }
        }
    }
    for rule in answer["status"]["nonResourceRules"].as_array().into_iter().flatten() {
        for url in strings(&rule["nonResourceURLs"]) {
            for verb in strings(&rule["verbs"]) {
                rules.push(Access { verbs: vec![verb], url: Some(url.clone()), ..Access::default() });
            }
        }
    }
    rules.sort_by_cached_key(Access::words);
    let rows: Vec<Vec<String>> = rules
        .iter()
        .map(|rule| {
            let name = if rule.group.is_empty() {
                rule.resource.clone()
            } else {
                format!("{}.{}", rule.resource, rule.group)
            };
            vec![
                name,
                format!("[{}]", rule.url.as_deref().unwrap_or_default()),
                format!("[{}]", rule.names.join(" ")),
                format!("[{}]", rule.verbs.join(" ")),
            ]
        })
        .collect();
    let headers = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"].map(String::from).to_vec();
    print!("{}", table::render((!is(matches, "no-headers")).then_some(headers), &rows));
    Ok(0)
}

/// One line of what is allowed.
#[derive(Default)]
struct Access {
    verbs: Vec<String>,
    group: String,
    resource: String,
    names: Vec<String>,
    url: Option<String>,
}

impl Access {
    /// What the lines are sorted by: the rule as Go prints it.
    fn words(&self) -> String {
        let list = |list: &[String]| list.join(" ");
        let (groups, resources) = match self.url {
            Some(_) => (String::new(), String::new()),
            None => (self.group.clone(), self.resource.clone()),
        };
        format!(
            "[{}],[{groups}],[{resources}],[{}],[{}]",
            list(&self.verbs),
            list(&self.names),
            self.url.as_deref().unwrap_or_default()
        )
    }
}

async fn whoami(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let answer: Value =
        session.client()?.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", &body).await?;
    if let Some(printer) = crate::print::Printer::of(matches)? {
        printer.typed(&answer)?;
        return Ok(0);
    }
    let user = &answer["status"]["userInfo"];
    let mut rows =
        vec![vec!["Username".to_string(), user["username"].as_str().unwrap_or_default().to_string()]];
    if let Some(uid) = user["uid"].as_str().filter(|uid| !uid.is_empty()) {
        rows.push(vec!["UID".into(), uid.into()]);
    }
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
