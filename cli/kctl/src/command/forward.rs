//! `kctl port-forward`: local ports that lead into a pod.
//!
//! Each connection is a pair of SPDY streams in one WebSocket. Behind a service or a workload the
//! pod may change: when its connection is lost, the next one goes to another pod.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;
use spdy::{Headers, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};

use super::logs::pods_of;
use crate::connect::Session;
use crate::flags::{self, all, get};
use crate::usage::usage;

/// The flags.
pub fn define() -> Command {
    Command::new("port-forward")
        .about("Forward one or more local ports to a pod")
        .arg(Arg::new("words").num_args(0..).help("TYPE/NAME [LOCAL_PORT:]REMOTE_PORT ..."))
        .arg(flags::list("address", "Addresses to listen on").default_value("localhost"))
        .arg(flags::period("pod-running-timeout", "How long to wait until a pod runs").default_value("1m0s"))
}

/// One local port and the pod's port behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    local: u16,
    remote: u16,
}

/// Reads `8080:80`, `80`, `:80`, or names of ports, which `named` resolves.
fn pair(text: &str, named: impl Fn(&str) -> Result<u16>) -> Result<Pair> {
    let (local, remote) = text.split_once(':').map_or((text, text), |(local, remote)| (local, remote));
    let remote_port = named(remote)?;
    let local_port = if local.is_empty() {
        0
    } else if local == remote && !text.contains(':') {
        remote.parse().unwrap_or(remote_port)
    } else {
        local.parse().with_context(|| format!("error parsing local port '{local}': it is not a port"))?
    };
    if remote_port == 0 {
        bail!("remote port must be > 0");
    }
    Ok(Pair { local: local_port, remote: remote_port })
}

/// The pod's port that a number or name stands for: a service's ports lead to targets.
fn resolve(service: Option<&Value>, pod: &Value, text: &str) -> Result<u16> {
    let in_pod = |name: &str| {
        pod["spec"]["containers"]
            .as_array()
            .into_iter()
            .chain(pod["spec"]["initContainers"].as_array())
            .flatten()
            .flat_map(|container| container["ports"].as_array().into_iter().flatten())
            .find(|port| port["name"] == name)
            .and_then(|port| u16::try_from(port["containerPort"].as_u64()?).ok())
    };
    let pod_name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let Some(service) = service else {
        return match text.parse::<u16>() {
            Ok(number) => Ok(number),
            Err(_) => {
                in_pod(text).with_context(|| format!("Pod '{pod_name}' does not have a named port '{text}'"))
            }
        };
    };
    let name = service["metadata"]["name"].as_str().unwrap_or_default();
    let ports = || service["spec"]["ports"].as_array().into_iter().flatten();
    let found = match text.parse::<u64>() {
        Ok(number) => ports().find(|port| port["port"] == number),
        Err(_) => ports().find(|port| port["name"] == text),
    };
    let Some(port) = found else {
        bail!("Service {name} does not have a service port {text}");
    };
    // A headless service's clients go to the pod's port itself.
    let target = if service["spec"]["clusterIP"] == "None" { &port["port"] } else { &port["targetPort"] };
    match target {
        Value::String(name) => {
            in_pod(name).with_context(|| format!("Pod '{pod_name}' does not have a named port '{name}'"))
        }
        Value::Number(number) => {
            Ok(number.as_u64().and_then(|number| u16::try_from(number).ok()).unwrap_or(0))
        }
        _ => Ok(port["port"].as_u64().and_then(|number| u16::try_from(number).ok()).unwrap_or(0)),
    }
}

/// Where the forwarded connections go.
struct Behind {
    session: Session,
    /// What was named; a pod by itself is not replaced by another.
    word: String,
    timeout: Duration,
    open: Mutex<Option<spdy::Session>>,
    requests: AtomicU64,
    /// Told when a pod that is alone is lost.
    lost: mpsc::UnboundedSender<()>,
}

/// Whether a pod takes connections, as far as its status tells: it runs, stays, and is ready if it says so.
fn serves(pod: &Value) -> bool {
    let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let unready = conditions.any(|held| held["type"] == "Ready" && held["status"] != "True");
    pod["status"]["phase"] == "Running" && pod["metadata"]["deletionTimestamp"].is_null() && !unready
}

impl Behind {
    /// Whether what was named is one pod, with which the forwarding ends.
    fn is_one_pod(&self) -> bool {
        self.word
            .split_once('/')
            .is_none_or(|(kind, _)| ["po", "pod", "pods"].contains(&kind.to_lowercase().as_str()))
    }

    /// A running pod behind the word. The first may be whatever runs; when one was lost, another is waited for
    /// until it is ready.
    async fn pod(&self, again: bool) -> Result<Value> {
        let begun = Instant::now();
        loop {
            let late = begun.elapsed() > self.timeout;
            let found = pods_of(&self.session, &self.word).await;
            let mut pods = match found {
                // Between one pod and the next there may be none.
                Err(error) if !again || late => return Err(error),
                Err(_) => Vec::new(),
                Ok(pods) => pods,
            };
            pods.sort_by_key(|pod| (!serves(pod), pod["status"]["phase"] != "Running"));
            let first = pods.into_iter().next();
            let running = first.as_ref().is_some_and(|pod| pod["status"]["phase"] == "Running");
            if let Some(pod) = first {
                if serves(&pod) || (running && (!again || late)) {
                    return Ok(pod);
                }
                if self.is_one_pod() || late {
                    let phase = pod["status"]["phase"].as_str().unwrap_or_default();
                    bail!("unable to forward port because pod is not running. Current status={phase}");
                }
            } else if !again {
                bail!("no pods found for {}", self.word);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn connect(self: &Arc<Self>, again: bool) -> Result<spdy::Session> {
        // Of several connections that find the pod lost, the first finds another.
        let mut open = self.open.lock().await;
        if let Some(held) = open.as_ref() {
            return Ok(held.clone());
        }
        let pod = self.pod(again).await?;
        let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_string();
        let (namespace, name) = (text("namespace"), text("name"));
        let path = client::path("", "v1", "pods", Some(&namespace), Some(&name), Some("portforward"));
        let (socket, _) = self.session.client()?.websocket(&path, &[spdy::tunnel::PORT_FORWARD]).await?;
        let (connected, mut incoming) = spdy::Session::client(spdy::tunnel::Tunnel::new(socket))?;
        *open = Some(connected.clone());
        if again {
            eprintln!("forwarding to pod {name} now");
        }
        let behind = self.clone();
        tokio::spawn(async move {
            // A pod opens no streams: this ends with the connection.
            while incoming.next().await.is_some() {}
            *behind.open.lock().await = None;
            if behind.is_one_pod() {
                let _ = behind.lost.send(());
            } else {
                eprintln!(
                    "lost connection to pod {name}; the next connection goes to a pod of {} that is ready",
                    behind.word
                );
            }
        });
        Ok(connected)
    }

    /// The pair of streams of one connection. A lost connection is made again, behind a service
    /// or workload perhaps to another pod.
    async fn streams(self: &Arc<Self>, port: u16) -> Result<(spdy::Stream, spdy::Stream)> {
        let held = self.open.lock().await.clone();
        let first = match held {
            Some(session) => self.pair(&session, port).await,
            None => Err(spdy::Error::Closed),
        };
        match first {
            Ok(streams) => Ok(streams),
            Err(spdy::Error::Closed | spdy::Error::Io(_)) if !self.is_one_pod() => {
                *self.open.lock().await = None;
                let session = self.connect(true).await?;
                Ok(self.pair(&session, port).await?)
            }
            Err(error) => bail!("lost connection to pod: {error}"),
        }
    }

    async fn pair(
        &self,
        session: &spdy::Session,
        port: u16,
    ) -> Result<(spdy::Stream, spdy::Stream), spdy::Error> {
        let id = self.requests.fetch_add(1, Ordering::Relaxed).to_string();
        let port = port.to_string();
        let headers = |kind: &str| {
            Headers::new([
                (header::STREAM_TYPE, kind),
                (header::PORT, port.as_str()),
                (header::REQUEST_ID, id.as_str()),
            ])
        };
        let mut errors = session.open(headers("error")).await?;
        // Nothing is written to it.
        errors.shutdown().await?;
        let data = session.open(headers("data")).await?;
        Ok((data, errors))
    }
}

async fn serve(behind: Arc<Behind>, mut local: TcpStream, pair: Pair) -> Result<()> {
    let (mut data, mut errors) = behind.streams(pair.remote).await?;
    let failure = async {
        let mut text = String::new();
        let _ = errors.read_to_string(&mut text).await;
        text
    };
    let copy = tokio::io::copy_bidirectional(&mut local, &mut data);
    tokio::pin!(failure, copy);
    tokio::select! {
        _ = &mut copy => {}
        text = &mut failure => {
            if !text.is_empty() {
                bail!("an error occurred forwarding {} -> {}: {text}", pair.local, pair.remote);
            }
            let _ = copy.await;
        }
    }
    Ok(())
}

/// The addresses of `--address`.
fn addresses(words: &[String]) -> Result<Vec<(IpAddr, bool)>> {
    let mut found = Vec::new();
    for word in words {
        if word == "localhost" {
            // Either will do: many containers have no IPv6.
            found.push((IpAddr::V4(Ipv4Addr::LOCALHOST), false));
            found.push((IpAddr::V6(Ipv6Addr::LOCALHOST), false));
        } else {
            let address = word.parse().with_context(|| format!("{word} is not a valid IP"))?;
            found.push((address, true));
        }
    }
    Ok(found)
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let mut words = all(matches, "words");
    if words.len() < 2 {
        return Err(usage("TYPE/NAME and list of ports are required for port-forward"));
    }
    let ports = words.split_off(1);
    let word = words.remove(0);
    let (lost, mut losing) = mpsc::unbounded_channel();
    let behind = Arc::new(Behind {
        session: session.again(),
        word: word.clone(),
        timeout: flags::duration(get(matches, "pod-running-timeout").unwrap_or("1m0s"))?,
        open: Mutex::new(None),
        requests: AtomicU64::new(0),
        lost,
    });
    let pod = behind.pod(false).await?;
    let service: Option<Value> = match word.split_once('/') {
        Some((kind, name)) => {
            let kind = session.discovery().await?.find(kind)?;
            if kind.plural == "services" && kind.group.is_empty() {
                Some(session.client()?.get(&kind.path(Some(&session.namespace()?), Some(name), None)).await?)
            } else {
                None
            }
        }
        None => None,
    };
    let mut pairs = Vec::new();
    for text in &ports {
        pairs.push(pair(text, |remote| resolve(service.as_ref(), &pod, remote))?);
    }
    behind.connect(false).await?;
    let addresses = addresses(&all(matches, "address"))?;
    let mut tasks = Vec::new();
    for mut pair in pairs {
        let mut listening = 0;
        for (address, needed) in &addresses {
            match TcpListener::bind(SocketAddr::new(*address, pair.local)).await {
                Ok(listener) => {
                    // All addresses share the port that the first was given.
                    pair.local = listener.local_addr()?.port();
                    listening += 1;
                    println!("Forwarding from {} -> {}", listener.local_addr()?, pair.remote);
                    tasks.push(tokio::spawn(accept(behind.clone(), listener, pair)));
                }
                Err(error) if *needed => bail!("unable to listen on port {}: {error}", pair.local),
                Err(_) => {}
            }
        }
        if listening == 0 {
            bail!("unable to listen on any of the requested ports: [{{{} {}}}]", pair.local, pair.remote);
        }
    }
    tokio::select! {
        (first, ..) = futures::future::select_all(tasks) => first??,
        Some(()) = losing.recv() => bail!("lost connection to pod"),
    }
    Ok(0)
}

async fn accept(behind: Arc<Behind>, listener: TcpListener, pair: Pair) -> Result<()> {
    loop {
        let (local, _) = listener.accept().await?;
        println!("Handling connection for {}", pair.local);
        let behind = behind.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(behind, local, pair).await {
                eprintln!("error: {error:#}");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ports() {
        let number = |text: &str| Ok(text.parse()?);
        for (text, local, remote) in [("80", 80, 80), ("8080:80", 8080, 80), (":80", 0, 80)] {
            assert_eq!(pair(text, number).expect(text), Pair { local, remote });
        }
        assert!(pair("x:80", number).is_err());
    }

    #[test]
    fn services_lead_to_targets() {
        let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [{"ports": [{"name": "web", "containerPort": 8080}]}]}});
        let service = json!({"metadata": {"name": "s"}, "spec": {"ports": [{"name": "http", "port": 80, "targetPort": "web"}, {"port": 81, "targetPort": 9}]}});
        assert_eq!(resolve(Some(&service), &pod, "80").expect("found"), 8080);
        assert_eq!(resolve(Some(&service), &pod, "http").expect("found"), 8080);
        assert_eq!(resolve(Some(&service), &pod, "81").expect("found"), 9);
        assert!(resolve(Some(&service), &pod, "82").is_err());
        assert_eq!(resolve(None, &pod, "web").expect("found"), 8080);
        assert_eq!(resolve(None, &pod, "5").expect("found"), 5);
    }

    /// A pod that answers in capitals, behind the same protocol that the API server speaks.
    #[tokio::test]
    async fn bytes_go_through_the_tunnel() {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let (server, mut incoming) = spdy::Session::server(far).expect("a server");
        tokio::spawn(async move {
            let _kept = server;
            while let Some(mut stream) = incoming.next().await {
                if stream.headers().get(header::STREAM_TYPE) == Some("data") {
                    assert_eq!(stream.headers().get(header::PORT), Some("80"));
                    tokio::spawn(async move {
                        let mut buffer = [0; 16];
                        let read = stream.read(&mut buffer).await.expect("data");
                        stream
                            .write_all(buffer[..read].to_ascii_uppercase().as_slice())
                            .await
                            .expect("written");
                        stream.shutdown().await.expect("ended");
                    });
                }
            }
        });
        let (client, _) = spdy::Session::client(near).expect("a client");
        let matches =
            crate::command().try_get_matches_from(["kctl", "port-forward", "p", "80"]).expect("flags");
        let behind = Arc::new(Behind {
            session: Session::new(&matches),
            word: "p".into(),
            timeout: Duration::from_secs(1),
            open: Mutex::new(Some(client)),
            requests: AtomicU64::new(0),
            lost: mpsc::unbounded_channel().0,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(accept(behind, listener, Pair { local: address.port(), remote: 80 }));
        let mut local = TcpStream::connect(address).await.expect("connects");
        local.write_all(b"hello").await.expect("written");
        let mut answer = String::new();
        local.read_to_string(&mut answer).await.expect("read");
        assert_eq!(answer, "HELLO");
    }
}
