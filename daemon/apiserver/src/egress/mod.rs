//! Ways out of the server's network (KEP-1281): to etcd, to what helps the control plane, and into the cluster's
//! network, each straight or by a proxy, as `--egress-selector-config-file` says.

mod bridge;
mod config;
mod connect;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use component::metrics::Family;
pub use etcdapi::Duplex as Stream;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use bridge::Bridge;
use config::{Configuration, Wanted};
use connect::Proxy;

use crate::service_endpoints::Address;

/// How long a proxy may take with one connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// From 5 ms to 12.5 s.
const TIMES: [f64; 6] = [0.005, 0.025, 0.1, 0.5, 2.5, 12.5];

/// Connections that proxies were asked for.
pub static STARTS: Family<2, 0> = Family::counters(
    "apiserver_egress_dialer_dial_start_total",
    "Dial starts, labeled by the protocol (http-connect or grpc) and transport (tcp or uds).",
    ["protocol", "transport"],
);
/// How long they took.
pub static TOOK: Family<2, 6> = Family::histograms(
    "apiserver_egress_dialer_dial_duration_seconds",
    "Dial latency histogram in seconds, labeled by the protocol (http-connect or grpc), transport (tcp or uds)",
    ["protocol", "transport"],
    TIMES,
);
/// Those that failed: at the proxy, or behind it.
pub static FAILED: Family<3, 0> = Family::counters(
    "apiserver_egress_dialer_dial_failure_count",
    "Dial failure count, labeled by the protocol (http-connect or grpc), transport (tcp or uds), and stage (connect or proxy). The stage indicates at which stage the dial failed",
    ["protocol", "stage", "transport"],
);

/// Why there is no connection, and whether the proxy itself was reached.
#[derive(Debug)]
pub struct Unreachable {
    why: String,
    stage: &'static str,
}

impl Unreachable {
    fn connect(why: String) -> Self {
        Self { why, stage: "connect" }
    }

    fn proxy(why: String) -> Self {
        Self { why, stage: "proxy" }
    }
}

/// A way to one kind of destination.
#[derive(Debug, Default)]
pub struct Way(Option<Through>);

/// A way by a proxy.
#[derive(Debug)]
struct Through {
    hop: Arc<Hop>,
    /// For clients that can only be told of a proxy of HTTP.
    bridge: Bridge,
}

/// What is asked for connections.
#[derive(Debug)]
enum Hop {
    Connect(Proxy),
    Grpc(PathBuf),
}

/// All ways.
#[derive(Debug, Default)]
pub struct Egress {
    /// To webhooks, issuers and collectors that are not in the cluster.
    pub controlplane: Way,
    /// To etcd.
    pub etcd: Way,
    /// To nodes, pods and services.
    pub cluster: Way,
}

impl Egress {
    /// The ways of a configuration file; the proxies are not asked yet.
    ///
    /// # Errors
    /// Says what is wrong with the file, or why TLS can't be set up.
    pub async fn read(path: &Path, shutdown: &CancellationToken) -> Result<Self, String> {
        let text = std::fs::read(path).map_err(|error| error.to_string())?;
        let wanted = Configuration::read(&text)?.ways().map_err(|wrong| wrong.join("; "))?;
        let mut egress = Self::default();
        for (name, wanted) in wanted {
            let hop = match wanted {
                Wanted::Direct => continue,
                Wanted::Connect(place) => Hop::Connect(Proxy::new(place)?),
                Wanted::Grpc(path) => Hop::Grpc(path),
            };
            let hop = Arc::new(hop);
            let bridge = Bridge::open(hop.clone(), shutdown.clone()).await.map_err(|e| e.to_string())?;
            let way = Way(Some(Through { hop, bridge }));
            match name {
                "etcd" => egress.etcd = way,
                "cluster" => egress.cluster = way,
                _ => egress.controlplane = way,
            }
        }
        Ok(egress)
    }
}

/// Whether a configuration file is well formed.
#[cfg(test)]
pub fn check(text: &[u8]) -> Result<(), String> {
    Configuration::read(text)?.ways().map(|_| ()).map_err(|wrong| wrong.join("; "))
}

impl Way {
    /// Whether there is no proxy.
    pub fn is_direct(&self) -> bool {
        self.0.is_none()
    }

    /// A connection to a host's port.
    ///
    /// # Errors
    /// Says why there is none.
    pub async fn dial(&self, host: &str, port: u16) -> Result<Box<dyn Stream>, String> {
        match &self.0 {
            Some(through) => through.hop.dial(&address(host, port)).await,
            None => {
                let failed = |error: std::io::Error| format!("dial tcp {}: {error}", address(host, port));
                let stream = TcpStream::connect((host, port)).await.map_err(failed)?;
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
        }
    }

    /// This way for etcd's client; `None` where it is straight.
    pub fn dialer(&self) -> Option<etcdapi::Dial> {
        let hop = self.0.as_ref()?.hop.clone();
        Some(etcdapi::Dial::new(move |host: String, port: u16| {
            let hop = hop.clone();
            Box::pin(async move { hop.dial(&address(&host, port)).await.map_err(std::io::Error::other) })
        }))
    }

    /// A channel of gRPC to a host and port, without TLS; `None` where the way is straight.
    pub fn channel(&self, address: &str) -> Option<tonic::transport::Channel> {
        let hop = self.0.as_ref()?.hop.clone();
        let address = address.to_string();
        let connector = tower::service_fn(move |_: tonic::transport::Uri| {
            let (hop, address) = (hop.clone(), address.clone());
            async move { hop.dial(&address).await.map(TokioIo::new).map_err(std::io::Error::other) }
        });
        // The authority is never looked up; gRPC wants one for its `:authority` header.
        let endpoint = tonic::transport::Endpoint::from_static("http://localhost");
        Some(endpoint.connect_with_connector_lazy(connector))
    }

    /// The URL of a proxy of HTTP, for this process alone, that goes this way; `None` where it is straight. All
    /// its connections lead to `address` if that is given, whatever they are asked for.
    pub fn proxy(&self, address: Option<&str>) -> Option<String> {
        Some(self.0.as_ref()?.bridge.url(address))
    }

    /// Has a client go this way: what its URLs call `host` is at that address, if it is given.
    ///
    /// # Errors
    /// Says why it can't.
    pub fn lead(
        &self,
        mut builder: reqwest::ClientBuilder,
        to: Option<(&str, &Address)>,
    ) -> Result<reqwest::ClientBuilder, String> {
        let Some(url) = self.proxy(to.map(|(_, address)| address.to_string()).as_deref()) else {
            if let Some((host, Address::Ip(address))) = to {
                builder = builder.resolve(host, *address);
            }
            return Ok(builder);
        };
        let proxy = reqwest::Proxy::all(url).map_err(|error| error.to_string())?;
        Ok(builder.proxy(proxy))
    }
}

/// Host and port, as the proxies are told them.
fn address(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

impl Hop {
    fn labels(&self) -> [&'static str; 2] {
        match self {
            Self::Connect(proxy) => ["http_connect", proxy.transport()],
            Self::Grpc(_) => ["grpc", "uds"],
        }
    }

    async fn dial(&self, address: &str) -> Result<Box<dyn Stream>, String> {
        let [protocol, transport] = self.labels();
        STARTS.add([protocol, transport], 1);
        let begun = Instant::now();
        let dial = async {
            match self {
                Self::Connect(proxy) => proxy.dial(address).await,
                Self::Grpc(path) => match konnectivity::dial(path, address).await {
                    Ok(stream) => Ok(Box::new(stream) as Box<dyn Stream>),
                    Err(failed) if failed.is_of_proxy() => Err(Unreachable::connect(failed.to_string())),
                    Err(failed) => Err(Unreachable::proxy(failed.to_string())),
                },
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, dial).await.unwrap_or_else(|_| {
            Err(Unreachable::proxy(format!("dial timeout: no connection to {address} in {PATIENCE:?}")))
        });
        match outcome {
            Ok(stream) => {
                TOOK.observe([protocol, transport], begun.elapsed().as_secs_f64());
                Ok(stream)
            }
            Err(Unreachable { why, stage }) => {
                FAILED.add([protocol, stage, transport], 1);
                Err(why)
            }
        }
    }
}
