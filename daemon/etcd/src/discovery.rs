//! How the members of a new cluster find each other when no flag names them: in another etcd cluster
//! (`--discovery-endpoints`), where each writes its name and peer URLs below a token, or in the SRV
//! records of a domain (`--discovery-srv`).
//!
//! Keys, order and limits are those of etcd 3.6, so that members of both kinds find each other: the
//! operator writes how many members there are to be into `/_etcd/registry/<token>/_config/size`, each
//! member writes `<name>=<peer URLs>` into `/_etcd/registry/<token>/members/<id>`, and the first ones
//! by creation are the cluster.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{
    AuthenticateRequest, PutRequest, RangeRequest, RangeResponse, WatchCreateRequest, WatchRequest,
};
use etcdapi::srv::Record;
use etcdapi::{Client, prefix_end};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Request, Status};

use crate::flags::Config;
use crate::server::member_id;

/// Where the registry is.
const PREFIX: &str = "/_etcd/registry";

/// The longest wait between two tries to reach the service is two to the power of this in seconds.
const SLOWEST: u32 = 8;

/// Where to look.
#[derive(Clone, Debug)]
pub enum Discovery {
    Service(Box<Service>),
    Srv(Srv),
}

/// An etcd cluster as the place to meet.
#[derive(Clone, Debug)]
pub struct Service {
    pub token: String,
    pub client: etcdapi::Config,
    pub request_timeout: Duration,
    /// Who asks, and the password.
    pub user: Option<(String, String)>,
}

/// A domain whose records name the members.
#[derive(Clone, Debug)]
pub struct Srv {
    pub domain: String,
    /// Goes into the names of the services that are asked for.
    pub service: String,
}

/// The configuration with the members that were found. Waits until all are there.
///
/// # Errors
/// Fails when the service knows no such cluster, the cluster is full, or what members have written
/// there can't be their names and URLs.
pub async fn find(config: &Config) -> Result<Config> {
    let (text, token) = match &config.discovery {
        None => return Ok(config.clone()),
        Some(Discovery::Srv(srv)) => {
            let resolve = async |name: String| etcdapi::srv::resolve(&name).await;
            (in_records(config, srv, resolve).await?, config.token.clone())
        }
        Some(Discovery::Service(service)) => {
            let urls: Vec<String> =
                config.cluster.iter().flat_map(|(_, urls)| urls.iter().cloned()).collect();
            let id = member_id(&urls, &service.token);
            let own: Vec<String> = urls.iter().map(|url| format!("{}={url}", config.name)).collect();
            let found = service.join(id, &own.join(",")).await;
            let cluster = found.with_context(|| format!("discovery with the token {:?}", service.token))?;
            (cluster, service.token.clone())
        }
    };
    tracing::info!(cluster = text, "found the members of the new cluster");
    let cluster = crate::flags::members(&text).map_err(|reason| anyhow::anyhow!("discovery: {reason}"))?;
    if !cluster.iter().any(|(name, _)| *name == config.name) {
        bail!("discovery: cannot find this member, {:?}, among {text}", config.name);
    }
    Ok(Config { cluster, token, ..config.clone() })
}

/// Why the registry can't be used.
enum Trouble {
    /// Asking again may help.
    Again(String),
    Never(anyhow::Error),
}

impl From<Status> for Trouble {
    fn from(status: Status) -> Self {
        Self::Again(status.message().to_string())
    }
}

/// What the registry says: the wanted size, the members by creation, and the revision of both.
struct Registry {
    size: usize,
    /// Keys and what is written there.
    members: Vec<(String, String)>,
    revision: i64,
}

impl Registry {
    fn cluster(&self) -> String {
        let first: Vec<&str> = self.members.iter().take(self.size).map(|(_, value)| value.as_str()).collect();
        first.join(",")
    }

    /// Whether others have taken all places.
    fn is_full(&self, own: &str) -> bool {
        let mut first = self.members.iter().take(self.size);
        self.members.len() >= self.size && !first.any(|(key, _)| key == own)
    }
}

/// The registry's members by creation, without what is no name with URLs.
fn members(found: &RangeResponse) -> Vec<(String, String)> {
    let mut all: Vec<_> = found.kvs.iter().collect();
    all.sort_by_key(|kv| kv.create_revision);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
    let mut members = Vec::new();
    for kv in all {
        let (key, value) = (text(&kv.key), text(&kv.value));
        if value.contains('=') {
            members.push((key, value));
        } else {
            tracing::warn!(
                key,
                value,
                "the discovery service has a member without name=URL: it is passed over"
            );
        }
    }
    members
}

/// The size that the operator wrote.
fn size(value: Option<&[u8]>) -> Result<usize> {
    let value = value.context("discovery: size key not found")?;
    let size = std::str::from_utf8(value).ok().and_then(|text| text.parse::<usize>().ok());
    size.filter(|size| *size > 0).context("discovery: size key is bad")
}

/// A connection that knows who asks.
struct Session {
    client: Client,
    token: Option<MetadataValue<Ascii>>,
    timeout: Duration,
}

impl Session {
    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            request.metadata_mut().insert("token", token.clone());
        }
        request
    }

    async fn timed<T>(&self, work: impl Future<Output = Result<T, Status>>) -> Result<T, Trouble> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(done) => Ok(done?),
            Err(_) => Err(Trouble::Again("no answer within --discovery-request-timeout".into())),
        }
    }

    async fn range(&self, key: String, range_end: Vec<u8>) -> Result<RangeResponse, Trouble> {
        let range = RangeRequest { key: key.into(), range_end: range_end.into(), ..Default::default() };
        let mut kv = self.client.kv();
        self.timed(async { Ok(kv.range(self.request(range)).await?.into_inner()) }).await
    }
}

impl Service {
    fn key(&self, rest: &str) -> String {
        format!("{PREFIX}/{}/{rest}", self.token)
    }

    /// Registers a member and waits for the others: the cluster as `--initial-cluster` has it.
    async fn join(&self, id: u64, own: &str) -> Result<String> {
        let key = self.key(&format!("members/{id:x}"));
        let mut tries = 0;
        let mut registered = false;
        loop {
            let trouble = match self.attempt(&key, own, &mut registered, &mut tries).await {
                Ok(cluster) => return Ok(cluster),
                Err(Trouble::Never(error)) => return Err(error),
                Err(Trouble::Again(trouble)) => trouble,
            };
            tries = (tries + 1).min(SLOWEST);
            let wait = Duration::from_secs(1 << tries);
            tracing::warn!(
                endpoints = self.client.endpoints.join(","),
                trouble,
                ?wait,
                "the discovery service does not answer"
            );
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(
        &self,
        key: &str,
        own: &str,
        registered: &mut bool,
        tries: &mut u32,
    ) -> Result<String, Trouble> {
        let session = self.connect().await?;
        let mut found = self.look(&session, key).await?;
        if !*registered {
            let put = PutRequest {
                key: key.to_string().into(),
                value: own.to_string().into(),
                ..Default::default()
            };
            let mut kv = session.client.kv();
            session.timed(kv.put(session.request(put))).await?;
            *registered = true;
            tracing::info!(key, own, "registered with the discovery service");
            // Another one may have been faster.
            found = self.look(&session, key).await?;
        }
        *tries = 0;
        while found.members.len() < found.size {
            tracing::info!(size = found.size, found = found.members.len(), "waiting for the other members");
            self.changed(&session, found.revision + 1).await?;
            found = self.look(&session, key).await?;
        }
        Ok(found.cluster())
    }

    async fn connect(&self) -> Result<Session, Trouble> {
        let client = match Client::connect(self.client.clone()).await {
            Ok(client) => client,
            Err(error @ etcdapi::ConnectError::Io { .. }) => return Err(Trouble::Again(error.to_string())),
            Err(error) => return Err(Trouble::Never(error.into())),
        };
        let mut session = Session { client, token: None, timeout: self.request_timeout };
        if let Some((name, password)) = self.user.clone() {
            let mut auth = session.client.auth();
            let login = auth.authenticate(AuthenticateRequest { name, password });
            session.token = match tokio::time::timeout(session.timeout, login).await {
                Ok(Ok(answer)) => answer.into_inner().token.parse().ok(),
                // Without authentication a user is not wrong.
                Ok(Err(status)) if status.message().contains("authentication is not enabled") => None,
                Ok(Err(status)) if status.code() == tonic::Code::Unavailable => return Err(status.into()),
                Ok(Err(status)) => return Err(Trouble::Never(anyhow::anyhow!("{}", status.message()))),
                Err(_) => return Err(Trouble::Again("no answer within --discovery-request-timeout".into())),
            };
        }
        Ok(session)
    }

    /// What the registry says now, unless there is no place for this member.
    async fn look(&self, session: &Session, own: &str) -> Result<Registry, Trouble> {
        let config = session.range(self.key("_config/size"), Vec::new()).await?;
        let size = size(config.kvs.first().map(|kv| &kv.value[..])).map_err(Trouble::Never)?;
        let prefix = self.key("members");
        let end = prefix_end(prefix.as_bytes());
        let found = session.range(prefix, end).await?;
        let revision = found.header.as_ref().map_or(0, |header| header.revision);
        let registry = Registry { size, members: members(&found), revision };
        if registry.is_full(own) {
            return Err(Trouble::Never(anyhow::anyhow!(
                "discovery: cluster is full: {}",
                registry.cluster()
            )));
        }
        Ok(registry)
    }

    /// Waits until something is written below the token.
    async fn changed(&self, session: &Session, revision: i64) -> Result<(), Trouble> {
        let prefix = self.key("members");
        let create = WatchCreateRequest {
            range_end: prefix_end(prefix.as_bytes()).into(),
            key: prefix.into(),
            start_revision: revision,
            ..Default::default()
        };
        let first = WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) };
        // The stream of requests stays open: its end would be the watch's.
        let requests = futures::StreamExt::chain(futures::stream::iter([first]), futures::stream::pending());
        let mut events = session.client.watch().watch(session.request(requests)).await?.into_inner();
        loop {
            match events.message().await? {
                // What was compacted meanwhile is read anew, as what has changed is.
                Some(answer) if answer.canceled || !answer.events.is_empty() => return Ok(()),
                Some(_) => {}
                None => return Err(Trouble::Again("the watch has ended".into())),
            }
        }
    }
}

/// Members in SRV records, as `--initial-cluster` has them. Only this member's name is known: it is the
/// one whose address its own peer URL has.
async fn in_records(
    config: &Config,
    srv: &Srv,
    resolve: impl AsyncFn(String) -> Result<Vec<Record>, String>,
) -> Result<String> {
    let suffix = if srv.service.is_empty() { String::new() } else { format!("-{}", srv.service) };
    let mut own = Vec::new();
    for url in config.cluster.iter().flat_map(|(_, urls)| urls) {
        let (scheme, address) = url.split_once("://").with_context(|| format!("{url} has no scheme"))?;
        for address in
            tokio::net::lookup_host(address).await.with_context(|| format!("cannot resolve {url}"))?
        {
            own.push((address, scheme));
        }
    }
    let (mut found, mut why, mut others) = (Vec::new(), Vec::new(), 0);
    for (service, scheme) in [("etcd-server-ssl", "https"), ("etcd-server", "http")] {
        let name = format!("_{service}{suffix}._tcp.{}.", srv.domain);
        let records = match resolve(name.clone()).await {
            Ok(records) => records,
            Err(error) => {
                why.push(format!("{name}: {error}"));
                continue;
            }
        };
        for Record { target, port, .. } in records {
            let target = format!("{target}:{port}");
            let mut addresses = match tokio::net::lookup_host(&target).await {
                Ok(addresses) => addresses,
                Err(error) => {
                    why.push(format!("{target}: {error}"));
                    continue;
                }
            };
            let mine = addresses.find_map(|address| own.iter().find(|(known, _)| *known == address));
            match mine {
                Some((_, known)) if *known != scheme => {
                    why.push(format!("{name} has this member with {scheme}, but its peer URL has {known}"));
                }
                Some(_) => found.push(format!("{}={scheme}://{target}", config.name)),
                None => {
                    found.push(format!("{others}={scheme}://{target}"));
                    others += 1;
                }
            }
        }
    }
    if found.is_empty() {
        bail!("--discovery-srv {}: no SRV record names a member ({})", srv.domain, why.join("; "));
    }
    Ok(found.join(","))
}

#[cfg(test)]
mod tests {
    use etcdapi::mvccpb::KeyValue;

    use super::*;

    fn registry(size: usize, members: &[(&str, i64)]) -> Registry {
        let kv = |(name, create_revision): &(&str, i64)| KeyValue {
            key: format!("k/{name}").into(),
            value: format!("{name}=http://{name}:2380").into(),
            create_revision: *create_revision,
            ..Default::default()
        };
        let found = RangeResponse { kvs: members.iter().map(kv).collect(), ..Default::default() };
        Registry { size, members: super::members(&found), revision: 0 }
    }

    #[test]
    fn the_first_ones_by_creation_are_the_cluster() {
        let found = registry(2, &[("a", 9), ("b", 3), ("c", 5)]);
        assert_eq!(found.cluster(), "b=http://b:2380,c=http://c:2380");
        assert!(found.is_full("k/a") && found.is_full("k/new"));
        assert!(!found.is_full("k/b"), "a member that registers once more has its place");
        assert!(!registry(2, &[("a", 1)]).is_full("k/new"));
        assert!(registry(1, &[("a", 1)]).is_full("k/new"));
    }

    #[tokio::test]
    async fn records_name_members() {
        let found = async |own: &str, service: &str| {
            let args = ["etcd", "--name=me", "--discovery-srv=example.org", own].map(String::from);
            let more = format!("--discovery-srv-name={service}");
            let args = args.into_iter().chain([more]);
            let matches = crate::flags::command().try_get_matches_from(args).expect("flags");
            let config = Config::new(&matches).expect("valid");
            let Some(Discovery::Srv(srv)) = &config.discovery else { panic!("no domain") };
            let record = |target: &str| Record { priority: 1, weight: 1, target: target.into(), port: 2380 };
            let resolve = async |name: String| match name.as_str() {
                "_etcd-server._tcp.example.org." => Ok(vec![record("127.0.0.1"), record("127.0.0.2")]),
                "_etcd-server-ssl-blue._tcp.example.org." => Ok(vec![record("127.0.0.2")]),
                _ => Err("no such name".to_string()),
            };
            in_records(&config, srv, resolve).await.map_err(|error| error.to_string())
        };
        let own = "--initial-advertise-peer-urls=http://127.0.0.2:2380";
        assert_eq!(found(own, "").await.expect("finds"), "0=http://127.0.0.1:2380,me=http://127.0.0.2:2380");
        let secure = "--initial-advertise-peer-urls=https://127.0.0.2:2380";
        assert_eq!(found(secure, "blue").await.expect("finds"), "me=https://127.0.0.2:2380");
        for (own, service, said) in [(own, "blue", "but its peer URL has http"), (own, "red", "no such name")]
        {
            let error = found(own, service).await.expect_err("refuses");
            assert!(error.contains(said) && error.contains("example.org"), "{error}");
        }
    }

    #[test]
    fn what_is_no_member_is_passed_over() {
        let mut bad = RangeResponse::default();
        bad.kvs.push(KeyValue { key: "k".into(), value: "no url".into(), ..Default::default() });
        assert!(super::members(&bad).is_empty());
    }

    #[test]
    fn sizes() {
        assert_eq!(size(Some(b"3")).ok(), Some(3));
        for (bad, why) in
            [(None, "not found"), (Some(&b"0"[..]), "bad"), (Some(b"-1"), "bad"), (Some(b"x"), "bad")]
        {
            assert!(size(bad).expect_err("refuses").to_string().contains(why));
        }
    }
}
