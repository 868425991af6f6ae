//! `kctl certificate`: approving and denying signing requests.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{self, all, is};
use crate::manifest;

/// The flags.
pub fn define() -> Command {
    let sub = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(Arg::new("name").num_args(0..).value_name("NAME"))
            .args(flags::files())
            .args(flags::output())
            .arg(flags::boolean("force", false, "Update the request even where it has been decided already"))
    };
    Command::new("certificate")
        .about("Modify certificate resources")
        .subcommand_required(true)
        .subcommand(sub("approve", "Approve a certificate signing request"))
        .subcommand(sub("deny", "Deny a certificate signing request"))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((verb, inner)) = matches.subcommand() else { return Ok(0) };
    let mut names = all(inner, "name");
    if manifest::given(inner) {
        for item in manifest::read_all(inner, verb).await? {
            names.push(item.object["metadata"]["name"].as_str().unwrap_or_default().to_string());
        }
    }
    if names.is_empty() {
        bail!("one or more CSRs must be specified as <name> or -f <filename>");
    }
    let (kind, reason, said) = match verb {
        "approve" => ("Approved", "KubectlApprove", "approved"),
        _ => ("Denied", "KubectlDeny", "denied"),
    };
    let discovered = session.discovery().await?.find("certificatesigningrequests.certificates.k8s.io")?;
    for name in names {
        let name =
            name.trim_start_matches("csr/").trim_start_matches("certificatesigningrequests/").to_string();
        let path = discovered.path(None, Some(&name), None);
        // Somebody may decide at the same time: read again and look again.
        loop {
            let mut request: Value = session.client()?.get(&path).await?;
            let mut conditions: Vec<Value> =
                request["status"]["conditions"].as_array().cloned().unwrap_or_default();
            let has = |wanted: &str| conditions.iter().any(|condition| condition["type"] == wanted);
            if has(kind) && !is(inner, "force") {
                break;
            }
            if has(if kind == "Approved" { "Denied" } else { "Approved" }) {
                bail!(
                    "certificate signing request {name:?} is already {}",
                    if kind == "Approved" { "Denied" } else { "Approved" }
                );
            }
            conditions.retain(|condition| condition["type"] != kind);
            conditions.push(json!({
                "type": kind, "status": "True", "reason": reason,
                "message": format!("This CSR was {said} by kubectl certificate {verb}."),
                "lastUpdateTime": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            }));
            request["status"]["conditions"] = json!(conditions);
            match session.client()?.update::<Value, Value>(&format!("{path}/approval"), &request).await {
                Err(error) if error.is_conflict() => {}
                other => {
                    other?;
                    break;
                }
            }
        }
        match crate::print::Printer::of(inner)? {
            Some(printer) => printer.typed(&session.client()?.get::<Value>(&path).await?)?,
            None => println!("certificatesigningrequest.certificates.k8s.io/{name} {said}"),
        }
    }
    Ok(0)
}
