//! `/flagz` and `/statusz`: how the server was started and how it is, for people, and as objects of
//! `config.k8s.io` for whoever asks for them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Instant;

use apimachinery::Status;
use clap::ArgMatches;
use component::http::typed;
use http::StatusCode;
use serde_json::{Value, json};

use crate::discovery;
use crate::request::Answer;
use crate::server::Server;

const WARNING: &str = "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.";

/// When the server was started.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    time: jiff::Timestamp,
    instant: Instant,
}

impl Start {
    /// Now.
    pub fn now() -> Self {
        Self { time: jiff::Timestamp::now(), instant: Instant::now() }
    }

    /// How long ago that was.
    pub fn age(&self) -> std::time::Duration {
        self.instant.elapsed()
    }
}

/// Every flag with its value, given or not.
pub fn flags(matches: &ArgMatches) -> BTreeMap<String, String> {
    let mut flags = BTreeMap::new();
    for id in matches.ids() {
        if let Ok(Some(values)) = matches.try_get_raw(id.as_str()) {
            let values: Vec<String> = values.map(|value| value.to_string_lossy().into_owned()).collect();
            flags.insert(id.as_str().to_string(), values.join(","));
        }
    }
    flags
}

/// The form that is asked for: `None` for text, the version of an object otherwise.
fn negotiate(accept: &str, kind: &str) -> Result<Option<&'static str>, Status> {
    if accept.trim().is_empty() {
        return Ok(None);
    }
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let parameters: BTreeMap<&str, &str> = parts.filter_map(|part| part.split_once('=')).collect();
        match media {
            "text/plain" | "text/*" | "*/*" => return Ok(None),
            "application/json"
                if parameters.get("as") == Some(&kind) && parameters.get("g") == Some(&"config.k8s.io") =>
            {
                match parameters.get("v") {
                    Some(&"v1beta1") => return Ok(Some("v1beta1")),
                    Some(&"v1alpha1") => return Ok(Some("v1alpha1")),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Err(Status::not_acceptable(&format!("text/plain, application/json;v=v1beta1;g=config.k8s.io;as={kind}")))
}

fn object(kind: &str, version: &str, fields: Value) -> Answer {
    let mut object = json!({
        "kind": kind, "apiVersion": format!("config.k8s.io/{version}"), "metadata": {"name": "kube-apiserver"},
    });
    for (name, value) in fields.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
    Ok(typed(StatusCode::OK, "application/json", object.to_string()))
}

/// Answers `/flagz`.
pub fn flagz(server: &Server, accept: &str) -> Answer {
    let flags = &server.options.flags;
    if let Some(version) = negotiate(accept, "Flagz")? {
        return object("Flagz", version, json!({"flags": flags}));
    }
    let mut text = format!("\nkube-apiserver flagz\n{WARNING}\n\n");
    for (name, value) in flags {
        let _ = writeln!(text, "{name}={value}");
    }
    Ok(typed(StatusCode::OK, "text/plain; charset=utf-8", text))
}

/// Answers `/statusz`.
pub fn statusz(server: &Server, accept: &str) -> Answer {
    let started = server.started;
    let up = started.instant.elapsed().as_secs();
    let binary = component::KUBERNETES_VERSION.trim_start_matches('v');
    let emulated = binary.rsplit_once('.').map_or(binary, |(minor, _)| minor);
    // The roots alone, as upstream.
    let mut roots: Vec<String> = discovery::paths(server)
        .iter()
        .filter_map(|path| path.split('/').nth(1))
        .filter(|root| !root.is_empty())
        .map(|root| format!("/{root}"))
        .collect();
    roots.dedup();
    if let Some(version) = negotiate(accept, "Statusz")? {
        let time = started.time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let fields = json!({
            "startTime": time, "uptimeSeconds": up, "goVersion": "rust", "binaryVersion": binary,
            "emulationVersion": emulated, "paths": roots,
        });
        return object("Statusz", version, fields);
    }
    let text = format!(
        "\nkube-apiserver statusz\n{WARNING}\n\nStarted: {}\nUp: {} hr {:02} min {:02} sec\nGo version: rust\nBinary version: {binary}\nEmulation version: {emulated}\nPaths: {}\n",
        started.time.strftime("%a %b %e %H:%M:%S UTC %Y"),
        up / 3600,
        up / 60 % 60,
        up % 60,
        roots.join(" ")
    );
    Ok(typed(StatusCode::OK, "text/plain; charset=utf-8", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for text in ["", "*/*", "text/plain", "application/xml, text/plain;q=0.5"] {
            assert_eq!(negotiate(text, "Flagz").ok(), Some(None), "{text}");
        }
        let object = "application/json;v=v1beta1;g=config.k8s.io;as=Flagz";
        assert_eq!(negotiate(object, "Flagz").ok(), Some(Some("v1beta1")));
        for text in [
            object.replace("Flagz", "Statusz").as_str(),
            "application/json",
            "application/json;v=v3;g=config.k8s.io;as=Flagz",
        ] {
            assert_eq!(negotiate(text, "Flagz").err().map(|status| status.code), Some(406), "{text}");
        }
    }
}
