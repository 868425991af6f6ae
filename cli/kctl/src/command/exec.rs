//! `kctl exec` and `kctl attach`.

use std::io::{Read, Write};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Arg, ArgMatches, Command};
use client::stream::{Socket, V4, V5, channel};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::pods::{self, For};
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, all, get, is};
use crate::terminal;
use crate::usage::usage;

/// The keys that detach unless others are given.
pub const DETACH_KEYS: &str = "ctrl-p,ctrl-q";

fn streams(command: Command) -> Command {
    command
        .arg(flags::text("container", "The container").short('c'))
        .arg(flags::boolean("stdin", false, "Pass stdin to the container").short('i'))
        .arg(flags::boolean("tty", false, "Stdin is a TTY").short('t'))
        .arg(flags::boolean("quiet", false, "Only print output from the remote session").short('q'))
}

/// `--detach-keys`.
pub fn detach_keys() -> Arg {
    flags::text("detach-keys", "The keys that leave the container and let it go on")
        .default_value(DETACH_KEYS)
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
        .arg(detach_keys())
        .arg(flags::period("pod-running-timeout", "How long to wait until a pod runs").default_value("1m0s"))
}

/// Runs `exec`.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let command = all(matches, "command");
    let limit = pods::running_timeout(matches).map_err(|error| usage(error.to_string()))?;
    let (pod, files) = (get(matches, "pod"), all(matches, "filename"));
    if pod.is_none() && files.is_empty() {
        bail!("pod, type/name or --filename must be specified");
    }
    if command.is_empty() {
        bail!("you must specify at least one command for the container");
    }
    let named = match pod {
        Some(word) => pods::object(session, word).await?,
        None => {
            let targets = crate::select::targets(session, matches).await?;
            let [target] = targets.as_slice() else { bail!("cannot exec into multiple objects at a time") };
            (target.kind.clone(), session.fetch(&target.path(None)).await?)
        }
    };
    let pod = first(session, named, limit).await?;
    if let Some(phase) = ended(&pod) {
        bail!("cannot exec into a container in a completed pod; current phase is {phase}");
    }
    let quiet = is(matches, "quiet");
    // What is named is for the server to find.
    let container = pods::named_or_default(&pod, get(matches, "container"), quiet)?;
    let stdin = is(matches, "stdin");
    let stream = Stream { stdin, raw: raw(stdin, is(matches, "tty"), quiet), ..Stream::default() };
    Ok(connect(session, place(&pod, &container), "exec", &command, &stream).await?.code)
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
    let limit = pods::running_timeout(matches).map_err(|error| usage(error.to_string()))?;
    let attachment = Attachment::read(matches)?;
    let named = pods::object(session, &word).await?;
    let pod = first(session, named, limit).await?;
    if let Some(phase) = ended(&pod) {
        bail!("cannot attach a container in a completed pod; current phase is {phase}");
    }
    Ok(attachment.run(session, &pod, get(matches, "container")).await?.code)
}

async fn first(session: &Session, named: (Kind, Value), limit: Duration) -> Result<Value> {
    let pods = pods::of(session, named, For::Streams, limit).await?;
    pods.into_iter().next().context("there is no pod")
}

/// The phase of a pod that has ended.
fn ended(pod: &Value) -> Option<&str> {
    pod["status"]["phase"].as_str().filter(|phase| ["Succeeded", "Failed"].contains(phase))
}

/// Whether the terminal becomes the container's: it is wanted, there is input, and that is a terminal.
fn raw(stdin: bool, tty: bool, quiet: bool) -> bool {
    if !stdin || !tty {
        return false;
    }
    let is_terminal = terminal::stdin_is_terminal();
    if !is_terminal && !quiet {
        eprintln!("Unable to use a TTY - input is not a terminal or the right kind of file");
    }
    is_terminal
}

/// How `attach`, `run` and `debug` attach to a container.
pub struct Attachment {
    pub stdin: bool,
    pub tty: bool,
    pub quiet: bool,
    /// The keys that detach.
    keys: Vec<u8>,
}

impl Attachment {
    /// Reads the flags.
    ///
    /// # Errors
    /// Fails on detach keys that there are not.
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let keys = get(matches, "detach-keys").filter(|keys| !keys.is_empty()).unwrap_or(DETACH_KEYS);
        let keys = terminal::keys(keys).map_err(|error| anyhow!("could not bind detach keys: {error}"))?;
        let (stdin, tty, quiet) = (is(matches, "stdin"), is(matches, "tty"), is(matches, "quiet"));
        Ok(Self { stdin, tty, quiet, keys })
    }

    /// Attaches to a container of a pod, and stays until one side ends.
    ///
    /// # Errors
    /// Fails when the container is not there, or the stream can't be had.
    pub async fn run(&self, session: &Session, pod: &Value, container: Option<&str>) -> Result<Ended> {
        let name = pods::chosen_container(pod, container, self.quiet)
            .map_err(|error| anyhow!("cannot attach to the container: {error}"))?;
        let has_tty = pods::container(pod, &name).is_some_and(|held| held["tty"] == true);
        if self.tty && !has_tty && !self.quiet {
            eprintln!("error: Unable to use a TTY - container {name} did not allocate one");
        }
        // A container that has a terminal speaks as to one, whatever was asked for.
        let raw = raw(self.stdin, has_tty, self.quiet);
        if !self.quiet {
            eprintln!(
                "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt."
            );
            eprintln!("If you don't see a command prompt, try pressing enter.");
        }
        let detach = if raw { self.keys.clone() } else { Vec::new() };
        let stream = Stream { stdin: self.stdin, raw, redraw: true, detach };
        let ended = connect(session, place(pod, &name), "attach", &[], &stream).await?;
        if raw && !self.quiet {
            let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
            let again = format!("'kctl attach {} -c {name} -n {} -i -t'", text("name"), text("namespace"));
            let ephemeral = pod["spec"]["ephemeralContainers"].as_array().into_iter().flatten();
            if ephemeral.into_iter().any(|held| held["name"] == name.as_str()) {
                println!(
                    "Session ended, the ephemeral container will not be restarted but may be reattached using {again} if it is still running"
                );
            } else {
                println!("Session ended, resume using {again} command");
            }
        }
        Ok(ended)
    }
}

/// Namespace, pod and container.
fn place<'p>(pod: &'p Value, container: &'p str) -> (&'p str, &'p str, &'p str) {
    let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
    (text("namespace"), text("name"), container)
}

/// What goes over a stream.
#[derive(Clone, Debug, Default)]
struct Stream {
    /// Our input goes to the container.
    stdin: bool,
    /// Our terminal is the container's.
    raw: bool,
    /// The size is told as another first, so that the screen is drawn anew.
    redraw: bool,
    /// The keys that detach; none do if there are none.
    detach: Vec<u8>,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub code: u8,
    /// Whether the command printed anything that reached us.
    pub spoke: bool,
}

/// Opens the stream and stays until the command ends.
async fn connect(
    session: &Session,
    (namespace, pod, container): (&str, &str, &str),
    verb: &str,
    command: &[String],
    stream: &Stream,
) -> Result<Ended> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for word in command {
        query.append_pair("command", word);
    }
    query.append_pair("container", container);
    for (name, value) in
        [("stdin", stream.stdin), ("stdout", true), ("stderr", !stream.raw), ("tty", stream.raw)]
    {
        if value {
            query.append_pair(name, "true");
        }
    }
    let path = client::path("", "v1", "pods", Some(namespace), Some(pod), Some(verb));
    let (socket, protocol) =
        session.client()?.websocket(&format!("{path}?{}", query.finish()), &[V5, V4]).await?;
    let held = if stream.raw { terminal::Raw::enter() } else { None };
    let outcome = pump(socket, protocol == V5, stream).await;
    drop(held);
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

async fn pump(socket: Socket, half_close: bool, stream: &Stream) -> Result<Ended> {
    let (mut sink, mut source) = socket.split();
    let (sender, mut outgoing) = tokio::sync::mpsc::channel::<Vec<u8>>(16);
    let (leave, mut left) = tokio::sync::mpsc::channel::<()>(1);
    if stream.stdin {
        let sender = sender.clone();
        let mut keys = terminal::Detach::new(stream.detach.clone());
        // A thread of its own: a read from a terminal can't be cancelled, and must hold nobody up.
        std::thread::spawn(move || {
            let mut input = std::io::stdin();
            let mut buffer = vec![0u8; 32 * 1024];
            loop {
                match input.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => {
                        let (bytes, detached) = keys.pass(&buffer[..read]);
                        let mut message = vec![channel::STDIN];
                        message.extend(bytes);
                        if message.len() > 1 && sender.blocking_send(message).is_err() {
                            return;
                        }
                        if detached {
                            let _ = leave.blocking_send(());
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
    if stream.raw {
        let sender = sender.clone();
        let mut redraw = stream.redraw;
        tokio::spawn(async move {
            let mut changed =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::window_change()).ok();
            loop {
                let more = u16::from(std::mem::take(&mut redraw));
                // First another size, then the right one.
                for more in (0..=more).rev() {
                    let Some((columns, rows)) = terminal::size() else { break };
                    let size = format!("{{\"Width\":{},\"Height\":{}}}", columns + more, rows + more);
                    let message = [&[channel::RESIZE], size.as_bytes()].concat();
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
            // The container goes on by itself.
            Some(()) = left.recv() => {
                let _ = sink.close().await;
                return Ok(Ended { code: 0, spoke });
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
