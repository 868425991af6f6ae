//! `kctl logs`.

use std::io::Write;

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use futures::StreamExt;
use serde_json::Value;

use super::pods;
use crate::connect::Session;
use crate::flags::{self, get, is};

/// The flags.
pub fn define() -> Command {
    Command::new("logs")
        .about("Print the logs for a container in a pod")
        .arg(Arg::new("resource").num_args(0..).help("POD | TYPE/NAME [CONTAINER]"))
        .arg(flags::boolean("follow", false, "Stream the logs").short('f'))
        .arg(flags::boolean("previous", false, "The previous instance of the container").short('p'))
        .arg(flags::boolean("timestamps", false, "Include timestamps on each line"))
        .arg(flags::boolean("all-containers", false, "All containers of the pod"))
        .arg(flags::boolean("prefix", false, "Prefix each line with its pod and container"))
        .arg(flags::boolean("ignore-errors", false, "Go on when a log can't be read"))
        .arg(flags::text("container", "The container").short('c'))
        .arg(
            flags::integer("tail", "Lines of recent log to display; -1 for all").allow_negative_numbers(true),
        )
        .arg(flags::period("since", "Only logs newer than a duration like 5s, 2m, 3h"))
        .arg(flags::text("since-time", "Only logs after a time (RFC 3339)"))
        .arg(flags::integer("limit-bytes", "At most this many bytes"))
        .arg(flags::boolean("all-pods", false, "All pods of what is named, with prefixes"))
        .arg(flags::boolean(
            "insecure-skip-tls-verify-backend",
            false,
            "Don't check the kubelet's certificate",
        ))
        .arg(flags::period("pod-running-timeout", "How long to wait until a pod runs").default_value("20s"))
        .arg(flags::integer("max-log-requests", "How many logs may be followed at once").default_value("5"))
        .arg(flags::selector())
}

/// What is wrong with the flags that choose a part of the log; kubectl says so once it has the pods.
fn check(matches: &ArgMatches, inline: Option<&String>) -> Result<()> {
    let since = get(matches, "since");
    if since.is_some() && get(matches, "since-time").is_some() {
        bail!("at most one of `sinceTime` or `sinceSeconds` may be specified");
    }
    if since.is_some_and(|since| since.starts_with('-')) {
        bail!("--since must be greater than 0");
    }
    let container = get(matches, "container").filter(|name| !name.is_empty());
    let inline = inline.map(String::as_str);
    if let Some(name) = inline.or(container).filter(|_| is(matches, "all-containers")) {
        bail!("--all-containers=true should not be specified with container name {name}");
    }
    if inline.is_some() && get(matches, "container").is_some() {
        bail!("only one of -c or an inline [CONTAINER] arg is allowed");
    }
    let number = |name: &str| get(matches, name).and_then(|text| text.parse::<i64>().ok());
    if number("limit-bytes").is_some_and(|limit| limit < 0) {
        bail!("--limit-bytes must be greater than 0");
    }
    if number("tail").is_some_and(|tail| tail < -1) {
        bail!("--tail must be greater than or equal to -1");
    }
    Ok(())
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let args = flags::all(matches, "resource");
    let namespace = session.namespace()?;
    let client = session.client()?;
    let selector = get(matches, "selector");
    if let Some(time) = get(matches, "since-time").filter(|time| time.parse::<jiff::Timestamp>().is_err()) {
        bail!("parsing time {time:?}: it is not like 2006-01-02T15:04:05Z07:00");
    }
    if selector.is_some() && !args.is_empty() {
        return Err(crate::usage::Usage("only a selector (-l) or a POD name is allowed".into()).into());
    }
    let found = match (args.first().filter(|_| args.len() <= 2), selector) {
        (None, Some(selector)) => {
            client
                .list::<Value>(
                    &client::path("", "v1", "pods", Some(&namespace), None, None),
                    &client::ListParams::labels(selector),
                )
                .await?
                .items
        }
        (Some(word), None) => {
            let named = pods::object(session, word).await.map_err(|error| {
                match error.downcast::<client::Error>() {
                    // What is forbidden is told as everywhere.
                    Ok(client::Error::Status(status)) if status.reason != "Forbidden" => anyhow::anyhow!(
                        "error from server ({}): {} in namespace {namespace:?}",
                        status.reason,
                        status.message
                    ),
                    Ok(other) => other.into(),
                    Err(error) => error,
                }
            })?;
            check(matches, args.get(1))?;
            let mut found =
                pods::of(session, named, pods::For::Logs, pods::running_timeout(matches)?).await?;
            if found.len() > 1 && !is(matches, "all-pods") {
                eprintln!(
                    "Found {} pods, using pod/{}",
                    found.len(),
                    found[0]["metadata"]["name"].as_str().unwrap_or_default()
                );
                found.truncate(1);
            }
            found
        }
        _ => {
            return Err(crate::usage::usage(
                "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
            ));
        }
    };
    if selector.is_some() {
        check(matches, None)?;
    }
    if found.is_empty() {
        eprintln!("No resources found in {namespace} namespace.");
        return Ok(0);
    }
    let mut query: Vec<(&str, String)> = Vec::new();
    for (flag, parameter) in [("follow", "follow"), ("previous", "previous"), ("timestamps", "timestamps")] {
        if is(matches, flag) {
            query.push((parameter, "true".into()));
        }
    }
    let tail = get(matches, "tail").map(str::to_string).or_else(|| selector.map(|_| "10".to_string()));
    if let Some(tail) = tail.filter(|tail| tail != "-1") {
        query.push(("tailLines", tail));
    }
    if is(matches, "insecure-skip-tls-verify-backend") {
        query.push(("insecureSkipTLSVerifyBackend", "true".into()));
    }
    // Nothing is as if it were not said.
    if let Some(since) =
        get(matches, "since").map(flags::duration).transpose()?.filter(|since| !since.is_zero())
    {
        query.push(("sinceSeconds", format!("{:.0}", since.as_secs_f64().round())));
    }
    if let Some(time) = get(matches, "since-time") {
        query.push(("sinceTime", time.into()));
    }
    if let Some(limit) = get(matches, "limit-bytes").filter(|limit| limit.parse() != Ok(0)) {
        query.push(("limitBytes", limit.into()));
    }
    let mut sources: Vec<(String, String)> = Vec::new();
    for pod in &found {
        let name = pod["metadata"]["name"].as_str().unwrap_or_default().to_string();
        if is(matches, "all-containers") {
            for field in ["initContainers", "containers", "ephemeralContainers"] {
                for container in pod["spec"][field].as_array().into_iter().flatten() {
                    sources.push((name.clone(), container["name"].as_str().unwrap_or_default().into()));
                }
            }
        } else {
            let container = match get(matches, "container")
                .or(args.get(1).map(String::as_str))
                .filter(|name| !name.is_empty())
            {
                Some(container) if pods::container(pod, container).is_none() => {
                    bail!("container {container} is not valid for pod {name}");
                }
                Some(container) => container.to_string(),
                None => {
                    let chosen = pods::default_container(pod)?;
                    if let Some(absent) = chosen.absent {
                        eprintln!("Default container name {absent:?} not found in pod {name}");
                    }
                    if let Some(told) = chosen.told.filter(|_| !is(matches, "all-pods")) {
                        eprintln!("{told}");
                    }
                    chosen.name.to_string()
                }
            };
            sources.push((name, container));
        }
    }
    let most: usize = get(matches, "max-log-requests").unwrap_or("5").parse()?;
    if is(matches, "follow") && sources.len() > most {
        bail!(
            "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use --max-log-requests to increase the limit",
            sources.len()
        );
    }
    let prefix = is(matches, "prefix") || is(matches, "all-pods");
    let several = is(matches, "follow") && sources.len() > 1;
    let mut tasks = Vec::new();
    for (pod, container) in sources {
        let held = found.iter().find(|held| held["metadata"]["name"] == pod.as_str());
        let mut query = query.clone();
        query.push(("container", container.clone()));
        let path = client::path("", "v1", "pods", Some(&namespace), Some(&pod), Some("log"));
        let label = prefix.then(|| format!("[pod/{pod}/{container}] "));
        let stream = copy(client.clone(), path, query, label, several);
        if is(matches, "follow") {
            let ignore = is(matches, "ignore-errors");
            tasks.push(tokio::spawn(async move {
                match stream.await {
                    Err(error) if ignore && !is_closed(&error) => {
                        Ok(writeln!(std::io::stdout(), "error: {}", told(&error))?)
                    }
                    done => done,
                }
            }));
        } else {
            let done = stream.await;
            let earlier = held.and_then(|held| super::hints::earlier_life(held, &container));
            if let Some(earlier) = earlier
                && !is(matches, "previous")
                && super::hints::wanted()
            {
                eprintln!("hint: {earlier}");
            }
            let Err(error) = done else { continue };
            if !is(matches, "ignore-errors") {
                return Err(error);
            }
            writeln!(std::io::stdout(), "error: {}", told(&error))?;
        }
    }
    for task in tasks {
        task.await??;
    }
    Ok(0)
}

/// Whether nobody reads our output any more.
fn is_closed(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The server's message alone, where it is one.
fn told(error: &anyhow::Error) -> String {
    match error.downcast_ref::<client::Error>().and_then(client::Error::status) {
        Some(status) => status.message.clone(),
        None => format!("{error:#}"),
    }
}

/// Copies a log to standard output. `whole` says that others write there, too: no line is parted then.
async fn copy(
    client: client::Client,
    path: String,
    query: Vec<(&'static str, String)>,
    label: Option<String>,
    whole: bool,
) -> Result<()> {
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", http::HeaderValue::from_static("*/*"));
    let response = client.request(http::Method::GET, &path, &query, headers, None).await?;
    let mut body = response.bytes_stream();
    let mut out = std::io::stdout();
    let mut line: Vec<u8> = Vec::new();
    let label = label.unwrap_or_default();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(client::Error::from)?;
        if label.is_empty() && !whole {
            out.write_all(&chunk)?;
            out.flush()?;
            continue;
        }
        // All that is complete goes out at once.
        let mut lines = Vec::with_capacity(chunk.len());
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                lines.extend_from_slice(label.as_bytes());
                lines.append(&mut line);
            }
        }
        out.write_all(&lines)?;
        out.flush()?;
    }
    if !line.is_empty() {
        out.write_all(label.as_bytes())?;
        out.write_all(&line)?;
    }
    out.flush()?;
    Ok(())
}
