//! `kctl exec` and `kctl attach`.

use std::io::{Read, Write};

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::stream::{Socket, V4, V5, channel};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::logs::{default_container, pods_of};
use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::terminal;

fn streams(command: Command) -> Command {
    command
        .arg(flags::text("container", "The container").short('c'))
        .arg(flags::boolean("stdin", false, "Pass stdin to the container").short('i'))
        .arg(flags::boolean("tty", false, "Stdin is a TTY").short('t'))
        .arg(flags::boolean("quiet", false, "Only print output from the remote session").short('q'))
}

/// The flags of `exec`.
pub fn define() -> Command {
    streams(Command::new("exec"))
        .about("Execute a command in a container")
        .arg(Arg::new("pod").value_name("POD | TYPE/NAME"))
        .arg(
            Arg::new("filename")
                .long("filename")
                .short('f')
                .action(clap::ArgAction::Append)
                .help("The file with the pod, or with what has pods"),
        )
        .arg(flags::period("pod-running-timeout", "How long to wait until a pod runs").default_value("1m0s"))
        .arg(Arg::new("command").num_args(0..).last(true).help("The command and its arguments"))
}

/// The flags of `attach`.
pub fn define_attach() -> Command {
    streams(Command::new("attach"))
        .about("Attach to a process that is already running in a container")
        .arg(Arg::new("pod").num_args(0..).value_name("POD | TYPE/NAME | TYPE NAME"))
        .arg(flags::period("pod-running-timeout", "How long to wait until a pod runs").default_value("1m0s"))
}

/// Runs `exec`.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let command = all(matches, "command");
    if get(matches, "pod").is_none() && all(matches, "filename").is_empty() {
        bail!("pod, type/name or --filename must be specified");
    }
    if command.is_empty() {
        bail!("you must specify at least one command for the container");
    }
    let pod = first(session, matches, get(matches, "pod"), "exec into").await?;
    stream(session, &pod, matches, "exec", &command).await
}

/// Runs `attach`.
pub async fn attach(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "pod");
    let word = match words.as_slice() {
        [] => bail!("at least 1 argument is required for attach"),
        [word] => word.clone(),
        [kind, name] => format!("{kind}/{name}"),
        several => bail!(
            "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {}: [{}]",
            several.len(),
            several.join(" ")
        ),
    };
    let pod = first(session, matches, Some(&word), "attach").await?;
    stream(session, &pod, matches, "attach", &[]).await
}

async fn first(session: &Session, matches: &ArgMatches, word: Option<&str>, doing: &str) -> Result<Value> {
    let word = match word {
        Some(word) => word.to_string(),
        None => {
            let target = crate::select::targets(session, matches).await?.into_iter().next();
            target.map(|target| format!("{}/{}", target.kind.qualified(), target.name)).unwrap_or_default()
        }
    };
    let pods = pods_of(session, &word).await?;
    let Some(pod) = pods.into_iter().next() else { bail!("no such pod") };
    let phase = pod["status"]["phase"].as_str().unwrap_or_default();
    if phase == "Succeeded" || phase == "Failed" {
        bail!("cannot {doing} a container in a completed pod; current phase is {phase}");
    }
    Ok(pod)
}

async fn stream(
    session: &Session,
    pod: &Value,
    matches: &ArgMatches,
    verb: &str,
    command: &[String],
) -> Result<u8> {
    let container = match get(matches, "container") {
        Some(name) => name.to_string(),
        None => default_container(pod)?,
    };
    if verb == "attach" && !is(matches, "quiet") {
        eprintln!(
            "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt."
        );
        eprintln!("If you don't see a command prompt, try pressing enter.");
    }
    let mut tty = is(matches, "tty");
    let stdin = is(matches, "stdin");
    if tty && !terminal::stdin_is_terminal() {
        eprintln!("Unable to use a TTY - input is not a terminal or the right kind of file");
        tty = false;
    }
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    Ok(connect(session, namespace, name, &container, verb, command, stdin, tty).await?.code)
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub code: u8,
    /// Whether the command printed anything that reached us.
    pub spoke: bool,
}

/// Opens the stream and stays until the command ends.
#[expect(clippy::too_many_arguments, reason = "each is one flag of the request")]
pub async fn connect(
    session: &Session,
    namespace: &str,
    pod: &str,
    container: &str,
    verb: &str,
    command: &[String],
    stdin: bool,
    tty: bool,
) -> Result<Ended> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for word in command {
        query.append_pair("command", word);
    }
    query.append_pair("container", container);
    for (name, value) in [("stdin", stdin), ("stdout", true), ("stderr", !tty), ("tty", tty)] {
        if value {
            query.append_pair(name, "true");
        }
    }
    let path = client::path("", "v1", "pods", Some(namespace), Some(pod), Some(verb));
    let (socket, protocol) =
        session.client()?.websocket(&format!("{path}?{}", query.finish()), &[V5, V4]).await?;
    let raw = if tty && stdin { terminal::Raw::enter() } else { None };
    let outcome = pump(socket, protocol == V5, stdin, tty).await;
    drop(raw);
    // On a terminal that is itself again: in raw mode a line does not end where it should.
    if let Ok(Ended { code: code @ 1.., .. }) = &outcome {
        eprintln!("command terminated with exit code {code}");
    }
    outcome
}

/// Runs a command in a container with our own input and output: what `cp` does with `tar`.
///
/// # Errors
/// Fails when the stream does, or when `output` does.
pub async fn pipe(
    session: &Session,
    place: (&str, &str, &str),
    command: &[&str],
    mut input: Option<tokio::sync::mpsc::Receiver<Vec<u8>>>,
    mut output: impl FnMut(&[u8]) -> Result<()>,
) -> Result<(u8, String)> {
    let (namespace, pod, container) = place;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for word in command {
        query.append_pair("command", word);
    }
    if !container.is_empty() {
        query.append_pair("container", container);
    }
    for (name, value) in [("stdin", input.is_some()), ("stdout", true), ("stderr", true)] {
        if value {
            query.append_pair(name, "true");
        }
    }
    let path = client::path("", "v1", "pods", Some(namespace), Some(pod), Some("exec"));
    let (socket, protocol) =
        session.client()?.websocket(&format!("{path}?{}", query.finish()), &[V5, V4]).await?;
    let (mut sink, mut source) = socket.split();
    let mut errors = Vec::new();
    loop {
        let next_input = async {
            match &mut input {
                Some(input) => input.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            message = source.next() => {
                let data = match message {
                    Some(Ok(Message::Binary(data))) => data.to_vec(),
                    Some(Ok(Message::Close(_))) | None => return Ok((0, String::from_utf8_lossy(&errors).into_owned())),
                    Some(Ok(_)) => continue,
                    Some(Err(error)) => bail!("the connection broke: {error}"),
                };
                let Some((&number, bytes)) = data.split_first() else { continue };
                match number {
                    channel::STDOUT => output(bytes)?,
                    channel::STDERR => errors.extend_from_slice(bytes),
                    channel::ERROR if !bytes.is_empty() => {
                        return Ok((code_of(bytes)?, String::from_utf8_lossy(&errors).into_owned()));
                    }
                    _ => {}
                }
            }
            piece = next_input => {
                let message = match piece {
                    Some(bytes) => {
                        let mut message = vec![channel::STDIN];
                        message.extend_from_slice(&bytes);
                        message
                    }
                    None => {
                        input = None;
                        if protocol != V5 {
                            continue;
                        }
                        vec![channel::CLOSE, channel::STDIN]
                    }
                };
                let _ = sink.send(Message::Binary(message.into())).await;
            }
        }
    }
}

async fn pump(socket: Socket, half_close: bool, stdin: bool, tty: bool) -> Result<Ended> {
    let (mut sink, mut source) = socket.split();
    let (sender, mut outgoing) = tokio::sync::mpsc::channel::<Vec<u8>>(16);
    if stdin {
        let sender = sender.clone();
        // A thread of its own: a read from a terminal can't be cancelled, and must hold nobody up.
        std::thread::spawn(move || {
            let mut input = std::io::stdin();
            let mut buffer = vec![0u8; 32 * 1024];
            loop {
                match input.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => {
                        let mut message = vec![channel::STDIN];
                        message.extend_from_slice(&buffer[..read]);
                        if sender.blocking_send(message).is_err() {
                            return;
                        }
                    }
                }
            }
            if half_close {
                let _ = sender.blocking_send(vec![channel::CLOSE, channel::STDIN]);
            }
        });
    }
    if tty {
        let sender = sender.clone();
        tokio::spawn(async move {
            let mut changed =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::window_change()).ok();
            loop {
                if let Some((columns, rows)) = terminal::size() {
                    let mut message = vec![channel::RESIZE];
                    message
                        .extend_from_slice(format!("{{\"Width\":{columns},\"Height\":{rows}}}").as_bytes());
                    if sender.send(message).await.is_err() {
                        return;
                    }
                }
                match &mut changed {
                    Some(changed) => _ = changed.recv().await,
                    None => return,
                }
            }
        });
    }
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let mut spoke = false;
    loop {
        tokio::select! {
            message = source.next() => {
                let data = match message {
                    Some(Ok(Message::Binary(data))) => data.to_vec(),
                    Some(Ok(Message::Text(text))) => text.as_bytes().to_vec(),
                    Some(Ok(Message::Close(_))) | None => return Ok(Ended { code: 0, spoke }),
                    Some(Ok(_)) => continue,
                    Some(Err(error)) => bail!("the connection broke: {error}"),
                };
                let Some((&number, bytes)) = data.split_first() else { continue };
                match number {
                    channel::STDOUT => {
                        spoke |= !bytes.is_empty();
                        out.write_all(bytes)?;
                        out.flush()?;
                    }
                    channel::STDERR => {
                        spoke |= !bytes.is_empty();
                        err.write_all(bytes)?;
                        err.flush()?;
                    }
                    channel::ERROR if !bytes.is_empty() => return Ok(Ended { code: code_of(bytes)?, spoke }),
                    _ => {}
                }
            }
            Some(message) = outgoing.recv() => {
                if sink.send(Message::Binary(message.into())).await.is_err() {
                    // The other side says why on its channel; read on.
                    outgoing.close();
                }
            }
        }
    }
}

/// The command's end: a Status whose cause `ExitCode` has the number.
fn code_of(bytes: &[u8]) -> Result<u8> {
    let status: Value = serde_json::from_slice(bytes).unwrap_or(Value::Null);
    if status["status"] == "Success" {
        return Ok(0);
    }
    let code = status["details"]["causes"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|cause| cause["reason"] == "ExitCode")
        .and_then(|cause| cause["message"].as_str()?.parse::<u8>().ok());
    match code {
        Some(code) => Ok(code),
        None => bail!(
            "{}",
            status["message"]
                .as_str()
                .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), str::to_string)
        ),
    }
}
