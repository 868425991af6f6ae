//! `kctl port-forward`: local ports that lead into a pod.
//!
//! Each connection is a pair of SPDY streams in one WebSocket. Behind a service or a workload the
//! pod may change: when its connection is lost, the next one goes to another pod.

mod ports;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;
use spdy::{Headers, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};

use self::ports::Pair;
use super::pods::{self, For};
use crate::connect::Session;
use crate::flags::{self, all};
use crate::usage::usage;

/// The flags.
pub fn define() -> Command {
    Command::new("port-forward")
        .about("Forward one or more local ports to a pod")
        .arg(Arg::new("words").num_args(0..).help("TYPE/NAME [LOCAL_PORT:]REMOTE_PORT ..."))
        .arg(flags::list("address", "Addresses to listen on").default_value("localhost"))
        .arg(flags::period("pod-running-timeout", "How long to wait until a pod runs").default_value("1m0s"))
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
            let found = async {
                let named = pods::object(&self.session, &self.word).await?;
                pods::of(&self.session, named, For::Streams, self.timeout).await
            };
            let mut found = match found.await {
                // Between one pod and the next there may be none.
                Err(error) if !again || late => return Err(error),
                Err(_) => Vec::new(),
                Ok(found) => found,
            };
            if again {
                found.sort_by_key(|pod| !serves(pod));
            }
            let first = found.into_iter().next();
            if let Some(pod) = first {
                let phase = pod["status"]["phase"].as_str().unwrap_or_default();
                if serves(&pod) || (phase == "Running" && (!again || late)) {
                    return Ok(pod);
                }
                if !again || self.is_one_pod() || late {
                    bail!("unable to forward port because pod is not running. Current status={phase}");
                }
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

/// The addresses of `--address`, each once, in their order as texts; and whether each is needed.
fn addresses(words: &[String]) -> Result<BTreeMap<String, (IpAddr, bool)>> {
    let mut found = BTreeMap::new();
    for word in words {
        if word == "localhost" {
            // Either will do: many containers have no IPv6.
            for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
                found.entry(address.to_string()).or_insert((address, false));
            }
        } else {
            let address = word.parse().map_err(|_| anyhow!("{word} is not a valid IP"))?;
            found.insert(word.clone(), (address, true));
        }
    }
    Ok(found)
}

/// Listens on all addresses, at the same port.
async fn listen(
    addresses: &BTreeMap<String, (IpAddr, bool)>,
    mut pair: Pair,
) -> Result<Vec<(TcpListener, Pair)>> {
    let (mut listeners, mut errors, mut needed_failed) = (Vec::new(), Vec::new(), false);
    for (text, (address, needed)) in addresses {
        match TcpListener::bind(SocketAddr::new(*address, pair.local)).await {
            Ok(listener) => {
                // All share the port that the first was given.
                pair.local = listener.local_addr()?.port();
                println!("Forwarding from {} -> {}", listener.local_addr()?, pair.remote);
                listeners.push((listener, pair));
            }
            Err(error) => {
                let (family, place) = match address {
                    IpAddr::V4(_) => ("tcp4", format!("{text}:{}", pair.local)),
                    IpAddr::V6(_) => ("tcp6", format!("[{text}]:{}", pair.local)),
                };
                errors.push(format!(
                    "unable to create listener: Error listen {family} {place}: bind: {}",
                    crate::usage::of_system(&error)
                ));
                needed_failed |= *needed;
            }
        }
    }
    if needed_failed || listeners.is_empty() {
        bail!("Listeners failed to create with the following errors: [{}]", errors.join(" "));
    }
    Ok(listeners)
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let mut words = all(matches, "words");
    if words.len() < 2 {
        return Err(usage("TYPE/NAME and list of ports are required for port-forward"));
    }
    let texts = words.split_off(1);
    let word = words.remove(0);
    let timeout = pods::running_timeout(matches).map_err(|error| usage(error.to_string()))?;
    let (lost, mut losing) = mpsc::unbounded_channel();
    let behind = Arc::new(Behind {
        session: session.again(),
        word: word.clone(),
        timeout,
        open: Mutex::new(None),
        requests: AtomicU64::new(0),
        lost,
    });
    let (kind, object) = pods::object(session, &word).await?;
    let service = (kind.group.is_empty() && kind.plural == "services").then(|| object.clone());
    let found = pods::of(session, (kind, object), For::Streams, timeout).await?;
    let pairs = ports::pairs(&texts, service.as_ref(), found.first().context("there is no pod")?)?;
    let addresses = addresses(&all(matches, "address"))?;
    behind.connect(false).await?;
    let mut tasks = Vec::new();
    for pair in &pairs {
        match listen(&addresses, *pair).await {
            Ok(listeners) => {
                let accepted =
                    listeners.into_iter().map(|(listener, pair)| accept(behind.clone(), listener, pair));
                tasks.extend(accepted.map(tokio::spawn));
            }
            // The others may do.
            Err(error) => eprintln!("Unable to listen on port {}: {error:#}", pair.local),
        }
    }
    if tasks.is_empty() {
        let pairs: Vec<String> =
            pairs.iter().map(|pair| format!("{{{} {}}}", pair.local, pair.remote)).collect();
        bail!("unable to listen on any of the requested ports: [{}]", pairs.join(" "));
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
