//! `kadm token`: create, list, delete and generate bootstrap tokens.

use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine;
use clap::ArgMatches;
use pki::bootstrap::BootstrapToken;
use serde_json::Value;
use tabled::settings::{Padding, Style};

use crate::config::Token;
use crate::phases::{api, tokens};

fn secrets() -> String {
    client::path("", "v1", "secrets", Some("kube-system"), None, None)
}

/// Runs the subcommand.
///
/// # Errors
/// Says what failed.
pub fn run(matches: &ArgMatches) -> Result<()> {
    match matches.subcommand() {
        Some(("create", matches)) => create(matches),
        Some(("list", _)) => list(),
        Some(("delete", matches)) => delete(matches),
        Some(("generate", _)) => {
            println!("{}", BootstrapToken::generate());
            Ok(())
        }
        _ => Ok(()),
    }
}

fn create(matches: &ArgMatches) -> Result<()> {
    let token = match matches.get_one::<String>("token") {
        Some(text) => BootstrapToken::parse(text).map_err(anyhow::Error::msg)?,
        None => BootstrapToken::generate(),
    };
    let list =
        |name: &str| -> Option<Vec<String>> { Some(matches.get_many::<String>(name)?.cloned().collect()) };
    let ttl = matches.get_one::<Duration>("ttl").copied().unwrap_or(Duration::from_secs(24 * 3600));
    let description = matches.get_one::<String>("description").cloned().unwrap_or_default();
    let secret = tokens::secret(&Token {
        token: token.clone(),
        expires: tokens::expiry(ttl),
        description,
        usages: list("usages").unwrap_or_else(tokens::default_usages),
        groups: list("groups").unwrap_or_else(tokens::default_groups),
    });
    api::admin(async |client| {
        client
            .create::<_, Value>(&secrets(), &secret)
            .await
            .map(|_| ())
            .with_context(|| format!("cannot create the token {}.…", token.id))
    })?;
    if matches.get_flag("print-join-command") {
        println!("{}", tokens::join_command(&token)?.replace("\\\n\t", ""));
    } else {
        println!("{token}");
    }
    Ok(())
}

fn list() -> Result<()> {
    let params = client::ListParams::fields("type=bootstrap.kubernetes.io/token");
    let found = api::admin(async |client| Ok(client.list::<Value>(&secrets(), &params).await?.items))?;
    let mut table = tabled::builder::Builder::default();
    table.push_record(["TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS"]);
    for secret in &found {
        let text = |key: &str| {
            let bytes = secret["data"][key]
                .as_str()
                .and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
            bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        };
        let expires = text("expiration");
        let left = expires
            .parse::<jiff::Timestamp>()
            .ok()
            .map(|at| at.as_second() - jiff::Timestamp::now().as_second());
        let ttl = match left {
            None => "<forever>".to_string(),
            Some(seconds) if seconds <= 0 => "<invalid>".to_string(),
            Some(seconds) if seconds >= 3600 => format!("{}h", seconds / 3600),
            Some(seconds) if seconds >= 60 => format!("{}m", seconds / 60),
            Some(seconds) => format!("{seconds}s"),
        };
        let usages: Vec<&str> = ["authentication", "signing"]
            .into_iter()
            .filter(|usage| text(&format!("usage-bootstrap-{usage}")) == "true")
            .collect();
        let or_none = |text: String, none: &str| if text.is_empty() { none.to_string() } else { text };
        table.push_record([
            format!("{}.{}", text("token-id"), text("token-secret")),
            ttl,
            or_none(expires, "<never>"),
            or_none(usages.join(","), "<none>"),
            or_none(text("description"), "<none>"),
            or_none(text("auth-extra-groups"), "<none>"),
        ]);
    }
    let mut table = table.build();
    table.with(Style::empty()).with(Padding::new(0, 3, 0, 0));
    for line in table.to_string().lines() {
        println!("{}", line.trim_end());
    }
    Ok(())
}

fn delete(matches: &ArgMatches) -> Result<()> {
    for text in matches.get_many::<String>("token").into_iter().flatten() {
        let id = text.split('.').next().unwrap_or_default();
        let path = format!("{}/bootstrap-token-{id}", secrets());
        api::admin(async |client| {
            client
                .delete(&path, None)
                .await
                .map(|_| ())
                .with_context(|| format!("cannot delete the token {id}"))
        })?;
        println!("bootstrap token {id:?} deleted");
    }
    Ok(())
}
