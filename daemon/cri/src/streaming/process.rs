//! Exec and attach, however their streams travel: what comes in and goes out as messages.

use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{DRAIN, Session};
use crate::exec::{self, Stream, Streams};
use crate::runtime::Runtime;

/// What the client sends.
pub enum Input {
    Stdin(Bytes),
    /// No more stdin; the rest goes on.
    StdinEnds,
    Resize(Size),
}

/// A terminal's size, as resize messages have it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// How the last message reads: from version 4 on a `Status` in JSON, before it an error's
/// sentence, or nothing.
pub fn last_words(status: &Value, protocol: &str) -> String {
    if matches!(protocol, "v5.channel.k8s.io" | "v4.channel.k8s.io") {
        return status.to_string();
    }
    status["message"].as_str().unwrap_or_default().to_string()
}

/// What the client is sent.
pub enum Output {
    Stdout(Bytes),
    Stderr(Bytes),
    /// The last message: a Kubernetes `Status`.
    End(Value),
}

/// Runs or attaches until it is over or the client goes away, which is the end of `input`.
pub async fn serve(
    runtime: &Arc<Runtime>,
    session: Session,
    input: mpsc::Receiver<Input>,
    output: mpsc::Sender<Output>,
) {
    let end = match session {
        Session::Exec { id, command, tty, stdin, stdout, stderr } => {
            match exec::execute(runtime, &id, &command, tty, (stdin, stdout, stderr && !tty)).await {
                Ok(mut execution) => {
                    let streams = std::mem::take(&mut execution.streams);
                    let (mut reader, mut writer) = join(streams, input, &output);
                    let code = tokio::select! {
                        code = execution.exit_code() => code,
                        // The client went away: nobody is left to run the command for.
                        _ = &mut reader => {
                            execution.kill();
                            execution.exit_code().await
                        }
                    };
                    let _ = tokio::time::timeout(DRAIN, &mut writer).await;
                    writer.abort();
                    reader.abort();
                    match code {
                        Ok(code) => exit_status(code),
                        Err(error) => failure(&format!("{error:#}")),
                    }
                }
                Err(error) => failure(&format!("{error:#}")),
            }
        }
        Session::Attach { id, stdin, stdout, stderr, .. } => {
            match exec::attach(runtime, &id, (stdin, stdout, stderr)).await {
                Ok(streams) => {
                    let (mut reader, mut writer) = join(streams, input, &output);
                    tokio::select! {
                        _ = &mut writer => {}
                        _ = &mut reader => {}
                    }
                    writer.abort();
                    reader.abort();
                    exit_status(0)
                }
                Err(error) => failure(&format!("{error:#}")),
            }
        }
        Session::PortForward { .. } => return,
    };
    let _ = output.send(Output::End(end)).await;
}

type Task = tokio::task::JoinHandle<()>;

/// Starts both directions; the first task ends when the client has gone.
fn join(streams: Streams, input: mpsc::Receiver<Input>, output: &mpsc::Sender<Output>) -> (Task, Task) {
    let reader = tokio::spawn(read_in(input, streams.stdin, streams.terminal));
    let (out, problem) = (output.clone(), output.clone());
    let writer = tokio::spawn(async move {
        tokio::join!(
            pump(streams.stdout, Output::Stdout, out),
            pump(streams.stderr, Output::Stderr, problem)
        );
    });
    (reader, writer)
}

async fn pump(stream: Option<Stream>, wrap: fn(Bytes) -> Output, output: mpsc::Sender<Output>) {
    let Some(stream) = stream else { return };
    let mut buffer = vec![0u8; 32 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if output.send(wrap(Bytes::copy_from_slice(&buffer[..count]))).await.is_err() {
            return;
        }
    }
}

async fn read_in(mut input: mpsc::Receiver<Input>, mut stdin: Option<Stream>, terminal: Option<Stream>) {
    while let Some(message) = input.recv().await {
        match message {
            Input::Stdin(data) => {
                if let Some(stream) = &stdin
                    && stream.write_all(&data).await.is_err()
                {
                    stdin = None;
                }
            }
            Input::StdinEnds => stdin = None,
            Input::Resize(size) => {
                if let Some(terminal) = &terminal {
                    let _ = terminal.resize(size.width, size.height);
                }
            }
        }
    }
}

/// How a command ended.
fn exit_status(code: i32) -> Value {
    if code == 0 {
        return json!({ "metadata": {}, "status": "Success" });
    }
    json!({
        "metadata": {},
        "status": "Failure",
        "message": format!("command terminated with non-zero exit code: exit status {code}"),
        "reason": "NonZeroExitCode",
        "details": { "causes": [{ "reason": "ExitCode", "message": code.to_string() }] },
    })
}

fn failure(message: &str) -> Value {
    json!({
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "InternalError",
        "details": { "causes": [{ "message": message }] },
        "code": 500,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        assert_eq!(exit_status(0)["status"], "Success");
        assert_eq!(exit_status(3)["details"]["causes"][0]["message"], "3");
        assert_eq!(exit_status(3)["reason"], "NonZeroExitCode");
        assert!(last_words(&exit_status(0), "v4.channel.k8s.io").starts_with('{'));
        assert_eq!(last_words(&exit_status(0), "channel.k8s.io"), "");
        assert!(last_words(&exit_status(3), "v2.channel.k8s.io").ends_with("exit status 3"));
    }
}
