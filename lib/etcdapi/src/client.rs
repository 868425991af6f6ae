//! A client of an etcd cluster: one HTTP/2 connection, made anew to the next endpoint when lost.

use std::time::Duration;

use tonic::transport::Channel;

use crate::connector::{ConnectError, Connector, Dial, Endpoint, Tls};
use crate::etcdserverpb::auth_client::AuthClient;
use crate::etcdserverpb::cluster_client::ClusterClient;
use crate::etcdserverpb::kv_client::KvClient;
use crate::etcdserverpb::lease_client::LeaseClient;
use crate::etcdserverpb::maintenance_client::MaintenanceClient;
use crate::etcdserverpb::watch_client::WatchClient;
use crate::health::health_client::HealthClient;
use crate::v3electionpb::election_client::ElectionClient;
use crate::v3lockpb::lock_client::LockClient;

/// How to reach a cluster.
#[derive(Clone, Debug)]
pub struct Config {
    /// `http://`, `https://` or `unix://` addresses, or `host:port`.
    pub endpoints: Vec<String>,
    /// For https endpoints.
    pub tls: Tls,
    /// The longest wait for one endpoint's connection.
    pub dial_timeout: Duration,
    /// How often an idle connection is probed; `None` never.
    pub keepalive: Option<Duration>,
    /// How long a probe may go unanswered.
    pub keepalive_timeout: Duration,
    /// What makes the connections to hosts, if they are not straight.
    pub dial: Option<Dial>,
}

impl Config {
    /// These endpoints, with etcd's usual timeouts.
    pub fn new(endpoints: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            endpoints: endpoints.into_iter().map(Into::into).collect(),
            tls: Tls::default(),
            dial_timeout: Duration::from_secs(2),
            keepalive: Some(Duration::from_secs(30)),
            keepalive_timeout: Duration::from_secs(10),
            dial: None,
        }
    }
}

/// The stubs of one cluster. Cheap to clone; clones share the connection.
///
/// Requests that fail for want of a connection come back as `Unavailable`; whether to send them
/// again is the caller's to know, since only it knows whether they may run twice.
#[derive(Clone)]
pub struct Client {
    channel: Channel,
}

impl Client {
    /// Connects to the first endpoint that answers.
    ///
    /// # Errors
    /// Fails when an endpoint is malformed or none of them answers.
    pub async fn connect(config: Config) -> Result<Self, ConnectError> {
        let (endpoint, connector) = prepare(config)?;
        // One try by hand: the channel's own errors hide the reason.
        drop(connector.clone().connect().await?);
        Ok(Self { channel: open(endpoint, connector) })
    }

    /// Connects when first used.
    ///
    /// # Errors
    /// Fails when an endpoint is malformed.
    pub fn lazy(config: Config) -> Result<Self, ConnectError> {
        let (endpoint, connector) = prepare(config)?;
        Ok(Self { channel: open(endpoint, connector) })
    }

    /// The connection itself, for services that aren't etcd's.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Keys and values.
    pub fn kv(&self) -> KvClient<Channel> {
        KvClient::new(self.channel.clone())
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX)
    }

    /// Watches.
    pub fn watch(&self) -> WatchClient<Channel> {
        WatchClient::new(self.channel.clone())
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX)
    }

    /// Leases.
    pub fn lease(&self) -> LeaseClient<Channel> {
        LeaseClient::new(self.channel.clone()).max_decoding_message_size(usize::MAX)
    }

    /// Membership.
    pub fn cluster(&self) -> ClusterClient<Channel> {
        ClusterClient::new(self.channel.clone()).max_decoding_message_size(usize::MAX)
    }

    /// Status, alarms, defragmentation, snapshots.
    pub fn maintenance(&self) -> MaintenanceClient<Channel> {
        MaintenanceClient::new(self.channel.clone()).max_decoding_message_size(usize::MAX)
    }

    /// Users and roles.
    pub fn auth(&self) -> AuthClient<Channel> {
        AuthClient::new(self.channel.clone())
    }

    /// Locks.
    pub fn lock(&self) -> LockClient<Channel> {
        LockClient::new(self.channel.clone())
    }

    /// Elections.
    pub fn election(&self) -> ElectionClient<Channel> {
        ElectionClient::new(self.channel.clone())
    }

    /// gRPC's health service.
    pub fn health(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel.clone())
    }
}

/// What grpc-go's clients raise shorter intervals to; servers send those away that ask more often.
const SHORTEST: Duration = Duration::from_secs(10);

fn prepare(config: Config) -> Result<(tonic::transport::Endpoint, Connector), ConnectError> {
    let tls_default = config.tls.is_set();
    let endpoints = config
        .endpoints
        .iter()
        .map(|text| Endpoint::parse(text.trim(), tls_default))
        .collect::<Result<Vec<_>, _>>()?;
    let authority = endpoints.first().ok_or(ConnectError::NoEndpoints)?.authority();
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{authority}"))
        .map_err(|_| ConnectError::BadEndpoint(authority))?
        .initial_stream_window_size(4 << 20)
        .initial_connection_window_size(16 << 20)
        .buffer_size(4096)
        .keep_alive_timeout(config.keepalive_timeout)
        .keep_alive_while_idle(false);
    let endpoint = match config.keepalive {
        Some(interval) => endpoint.http2_keep_alive_interval(interval.max(SHORTEST)),
        None => endpoint,
    };
    Ok((endpoint, Connector::new(endpoints, config.tls, config.dial_timeout).by(config.dial)))
}

fn open(endpoint: tonic::transport::Endpoint, connector: Connector) -> Channel {
    endpoint.connect_with_connector_lazy(tower::service_fn(move |_| connector.clone().connect()))
}
