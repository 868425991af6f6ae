//! `kctl logs`.

use std::io::Write;

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use futures::StreamExt;
use serde_json::Value;

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

/// Finds the pods behind a word: a pod, or what owns pods.
pub async fn pods_of(session: &Session, word: &str) -> Result<Vec<Value>> {
    let namespace = session.namespace()?;
    let client = session.client()?;
    let pod = |name: &str| client::path("", "v1", "pods", Some(&namespace), Some(name), None);
    let Some((kind, name)) = word.split_once('/') else {
        return Ok(vec![client.get(&pod(word)).await?]);
    };
    let kind = session.discovery().await?.find(kind)?.clone();
    if kind.plural == "pods" && kind.group.is_empty() {
        return Ok(vec![client.get(&pod(name)).await?]);
    }
    let owner: Value = client.get(&kind.path(Some(&namespace), Some(name), None)).await?;
    let selector = match kind.plural.as_str() {
        "services" | "replicationcontrollers" => owner["spec"]["selector"].clone(),
        _ => owner["spec"]["selector"]["matchLabels"].clone(),
    };
    let Some(labels) = selector.as_object().filter(|labels| !labels.is_empty()) else {
        bail!("{word} has no selector that names pods");
    };
    let text: Vec<String> =
        labels.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
    let list = client
        .list::<Value>(
            &client::path("", "v1", "pods", Some(&namespace), None, None),
            &client::ListParams::labels(text.join(",")),
        )
        .await?;
    let mut pods = list.items;
    // The one that is ready longest is the most telling.
    pods.sort_by_key(|pod| {
        let ready = pod["status"]["conditions"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|c| c["type"] == "Ready" && c["status"] == "True");
        (!ready, pod["metadata"]["creationTimestamp"].as_str().unwrap_or_default().to_string())
    });
    if pods.is_empty() {
        bail!("no pods found for {word}");
    }
    Ok(pods)
}

/// The container that is meant when none is named.
pub fn default_container(pod: &Value) -> Result<String> {
    if let Some(name) = pod["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"].as_str() {
        return Ok(name.into());
    }
    let mut names = Vec::new();
    for (field, mark) in
        [("containers", ""), ("ephemeralContainers", " (ephem)"), ("initContainers", " (init)")]
    {
        for container in pod["spec"][field].as_array().into_iter().flatten() {
            names.push(format!("{}{mark}", container["name"].as_str().unwrap_or_default()));
        }
    }
    let Some(first) = names.first() else { bail!("the pod has no containers") };
    if names.len() > 1 {
        eprintln!("Defaulted container {first:?} out of: {}", names.join(", "));
    }
    Ok(first.clone())
}

/// What is wrong with the flags that choose a part of the log; kubectl says so once it has the pods.
fn check(matches: &ArgMatches) -> Result<()> {
    let since = get(matches, "since");
    if since.is_some() && get(matches, "since-time").is_some() {
        bail!("at most one of `sinceTime` or `sinceSeconds` may be specified");
    }
    if since.is_some_and(|since| since.starts_with('-')) {
        bail!("--since must be greater than 0");
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
    let pods = match (args.first().filter(|_| args.len() <= 2), selector) {
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
            let mut found =
                pods_of(session, word).await.map_err(|error| match error.downcast::<client::Error>() {
                    // What is forbidden is told as everywhere.
                    Ok(client::Error::Status(status)) if status.reason != "Forbidden" => anyhow::anyhow!(
                        "error from server ({}): {} in namespace {namespace:?}",
                        status.reason,
                        status.message
                    ),
                    Ok(other) => other.into(),
                    Err(error) => error,
                })?;
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
    check(matches)?;
    if pods.is_empty() {
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
    if let Some(since) = get(matches, "since") {
        query.push(("sinceSeconds", flags::duration(since)?.as_secs().max(1).to_string()));
    }
    if let Some(time) = get(matches, "since-time") {
        query.push(("sinceTime", time.into()));
    }
    if let Some(limit) = get(matches, "limit-bytes") {
        query.push(("limitBytes", limit.into()));
    }
    let mut sources: Vec<(String, String)> = Vec::new();
    for pod in &pods {
        let name = pod["metadata"]["name"].as_str().unwrap_or_default().to_string();
        if is(matches, "all-containers") {
            for field in ["initContainers", "containers", "ephemeralContainers"] {
                for container in pod["spec"][field].as_array().into_iter().flatten() {
                    sources.push((name.clone(), container["name"].as_str().unwrap_or_default().into()));
                }
            }
        } else {
            let container =
                match get(matches, "container").map(str::to_string).or_else(|| args.get(1).cloned()) {
                    Some(container) => {
                        let held =
                            ["containers", "initContainers", "ephemeralContainers"].iter().any(|field| {
                                pod["spec"][*field]
                                    .as_array()
                                    .into_iter()
                                    .flatten()
                                    .any(|held| held["name"] == container.as_str())
                            });
                        if !held {
                            bail!("container {container} is not valid for pod {name}");
                        }
                        container
                    }
                    None => default_container(pod)?,
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
    let mut tasks = Vec::new();
    for (pod, container) in sources {
        let held = pods.iter().find(|held| held["metadata"]["name"] == pod.as_str());
        let mut query = query.clone();
        query.push(("container", container.clone()));
        let path = client::path("", "v1", "pods", Some(&namespace), Some(&pod), Some("log"));
        let label = prefix.then(|| format!("[pod/{pod}/{container}] "));
        let stream = copy(client.clone(), path, query, label);
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

async fn copy(
    client: client::Client,
    path: String,
    query: Vec<(&'static str, String)>,
    label: Option<String>,
) -> Result<()> {
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", http::HeaderValue::from_static("*/*"));
    let response = client.request(http::Method::GET, &path, &query, headers, None).await?;
    let mut body = response.bytes_stream();
    let mut out = std::io::stdout();
    let mut line: Vec<u8> = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(client::Error::from)?;
        let Some(label) = &label else {
            out.write_all(&chunk)?;
            out.flush()?;
            continue;
        };
        for byte in chunk {
            line.push(byte);
            if byte == b'\n' {
                out.write_all(label.as_bytes())?;
                out.write_all(&line)?;
                line.clear();
            }
        }
        out.flush()?;
    }
    if let (Some(label), false) = (&label, line.is_empty()) {
        out.write_all(label.as_bytes())?;
        out.write_all(&line)?;
    }
    out.flush()?;
    Ok(())
}
