//! Forwarded ports when pods go: behind a service another pod takes over, a pod by itself ends kctl.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use kadm_tests::fixture::{Fixture, answer, pods};
use kadm_tests::{built, executable, kctl};
use spdy::header;
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite;

/// The pods of a cluster of two: which one is there, and the end of each one's connections.
struct Pods {
    ready: Mutex<&'static str>,
    ended: watch::Sender<&'static str>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pod(name: &str, ready: bool) -> String {
    let (gone, ready) =
        if ready { ("", "True") } else { (r#","deletionTimestamp":"2020-01-01T00:00:00Z""#, "False") };
    format!(
        r#"{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"{name}","namespace":"default"{gone}}},"spec":{{"containers":[{{"name":"c","image":"x"}}]}},"status":{{"phase":"Running","conditions":[{{"type":"Ready","status":"{ready}"}}]}}}}"#
    )
}

/// Says the pod's name to every connection until the pod ends.
#[expect(clippy::result_large_err, reason = "the library's own signature")]
fn forward(name: &'static str, stream: TcpStream, mut ended: watch::Receiver<&'static str>) -> Result<()> {
    let protocol = |_: &tungstenite::handshake::server::Request,
                    mut response: tungstenite::handshake::server::Response| {
        let chosen = tungstenite::http::HeaderValue::from_static(spdy::tunnel::PORT_FORWARD);
        response.headers_mut().insert("sec-websocket-protocol", chosen);
        Ok(response)
    };
    stream.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // What is left of the connection ends with the runtime.
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream)?;
        let socket = tokio_tungstenite::accept_hdr_async(stream, protocol).await?;
        let (_session, mut incoming) = spdy::Session::server(spdy::tunnel::Tunnel::new(socket))?;
        let mut kept = Vec::new();
        loop {
            tokio::select! {
                _ = ended.wait_for(|ended| *ended == name) => return Ok(()),
                stream = incoming.next() => {
                    let Some(mut stream) = stream else { return Ok(()) };
                    if stream.headers().get(header::STREAM_TYPE) == Some("data") {
                        stream.write_all(name.as_bytes()).await?;
                        stream.shutdown().await?;
                    }
                    kept.push(stream);
                }
            }
        }
    })
}

fn cluster() -> Result<(Fixture, Arc<Pods>)> {
    let state = Arc::new(Pods { ready: Mutex::new("a"), ended: watch::Sender::new("") });
    let held = state.clone();
    let fixture = pods(move |path, stream| {
        let path = path.split('?').next().unwrap_or(path);
        let ready = *lock(&held.ready);
        let json =
            |body: &str| answer(stream.try_clone().expect("a socket"), "200 OK", "application/json", body);
        match path.trim_start_matches("/api/v1/namespaces/default/") {
            "services/web" => json(
                r#"{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","namespace":"default"},"spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":8080}]}}"#,
            ),
            // The first pod stays in the list for a while, as on its way out.
            "pods" => {
                let others = if ready == "b" { format!("{},", pod("a", false)) } else { String::new() };
                json(&format!(
                    r#"{{"kind":"PodList","apiVersion":"v1","metadata":{{}},"items":[{others}{}]}}"#,
                    pod(ready, true)
                ));
            }
            "pods/a" => json(&pod("a", true)),
            "pods/a/portforward" => drop(forward("a", stream, held.ended.subscribe())),
            "pods/b/portforward" => drop(forward("b", stream, held.ended.subscribe())),
            other => answer(stream, "404 Not Found", "text/plain", other),
        }
    })?;
    Ok((fixture, state))
}

/// A forwarding that runs; ended when dropped.
struct Forwarding {
    child: Child,
    out: BufReader<ChildStdout>,
    err: BufReader<ChildStderr>,
    port: u16,
}

impl Drop for Forwarding {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Forwarding {
    fn start(program: &Path, home: &Path, fixture: &Fixture, to: &str) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["-s", &format!("http://{}", fixture.address)])
            .args(["port-forward", "--address=127.0.0.1", to, ":80"])
            .env_clear()
            .env("HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let out = BufReader::new(child.stdout.take().context("its output")?);
        let err = BufReader::new(child.stderr.take().context("its errors")?);
        let mut forwarding = Self { child, out, err, port: 0 };
        let mut line = String::new();
        forwarding.out.read_line(&mut line)?;
        let port = line.strip_prefix("Forwarding from 127.0.0.1:").and_then(|rest| rest.split(' ').next());
        forwarding.port = match port {
            Some(port) => port.parse()?,
            None => {
                forwarding.err.read_to_string(&mut line)?;
                anyhow::bail!("no forwarding: {line}")
            }
        };
        Ok(forwarding)
    }

    /// What the pod says.
    fn ask(&self) -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(b"hello")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }

    /// Reads errors until there are those words.
    fn says(&mut self, words: &str) -> Result<()> {
        let mut said = String::new();
        while !said.contains(words) {
            anyhow::ensure!(self.err.read_line(&mut said)? > 0, "it never says {words:?}: {said}");
        }
        Ok(())
    }
}

#[test]
fn a_service_survives_its_pod() -> Result<()> {
    let Some(kadm) = built() else { return Ok(()) };
    let home = tempfile::tempdir()?;
    let kctl = kctl(&kadm, home.path())?;
    let (fixture, pods) = cluster()?;
    let mut forwarding = Forwarding::start(&kctl, home.path(), &fixture, "service/web")?;
    assert_eq!((forwarding.ask()?, forwarding.ask()?), ("a".into(), "a".into()));
    *lock(&pods.ready) = "b";
    pods.ended.send_replace("a");
    forwarding.says("lost connection to pod a; the next connection goes to a pod of service/web")?;
    assert_eq!(forwarding.ask()?, "b");
    forwarding.says("forwarding to pod b now")?;
    assert_eq!(forwarding.ask()?, "b");
    Ok(())
}

#[test]
fn a_pod_takes_its_forwarding_with_it() -> Result<()> {
    let Some(kadm) = executable() else { return Ok(()) };
    let home = tempfile::tempdir()?;
    let kctl = kctl(&kadm, home.path())?;
    let (fixture, pods) = cluster()?;
    let mut forwarding = Forwarding::start(&kctl, home.path(), &fixture, "pod/a")?;
    assert_eq!(forwarding.ask()?, "a");
    pods.ended.send_replace("a");
    forwarding.says("error: lost connection to pod\n")?;
    assert_eq!(forwarding.child.wait()?.code(), Some(1));
    Ok(())
}
