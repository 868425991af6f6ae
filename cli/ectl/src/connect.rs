//! Which servers the global flags mean, and connections to them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;
use etcdapi::{Client, Config, Tls};

use crate::{Failure, on, text};

/// Where kubeadm, and kadm, keep the client certificate that health checks use.
const PKI: &str = "/etc/kubernetes/pki/etcd";

/// The endpoints that the flags name.
pub(crate) fn endpoints(matches: &ArgMatches) -> (Vec<String>, Tls) {
    let path = |name: &str| text(matches, name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let mut tls = Tls {
        ca: path("cacert"),
        cert: path("cert"),
        key: path("key"),
        server_name: None,
        insecure_skip_verify: on(matches, "insecure-skip-tls-verify"),
    };
    if let Some(endpoints) = text(matches, "endpoints").filter(|endpoints| !endpoints.is_empty()) {
        return (endpoints.split(',').map(|endpoint| endpoint.trim().to_string()).collect(), tls);
    }
    let pki = Path::new(PKI);
    let files = ["ca.crt", "healthcheck-client.crt", "healthcheck-client.key"].map(|file| pki.join(file));
    if !tls.is_set() && files.iter().all(|file| std::fs::File::open(file).is_ok()) {
        let [ca, cert, key] = files;
        tls = Tls { ca: Some(ca), cert: Some(cert), key: Some(key), ..tls };
        return (vec!["https://127.0.0.1:2379".into()], tls);
    }
    (vec!["127.0.0.1:2379".into()], tls)
}

fn duration(matches: &ArgMatches, name: &str) -> Duration {
    matches.get_one::<Duration>(name).copied().unwrap_or(Duration::from_secs(5))
}

/// A connection to the given endpoints.
pub(crate) async fn to(matches: &ArgMatches, endpoints: Vec<String>, tls: Tls) -> Result<Client, Failure> {
    let config = Config {
        endpoints,
        tls,
        dial_timeout: duration(matches, "dial-timeout"),
        keepalive: Some(duration(matches, "keepalive-time").max(Duration::from_secs(10))),
        keepalive_timeout: duration(matches, "keepalive-timeout"),
    };
    Client::connect(config).await.map_err(Failure::connection)
}

/// A connection to whichever endpoint answers.
pub(crate) async fn connect(matches: &ArgMatches) -> Result<Client, Failure> {
    let (endpoints, tls) = endpoints(matches);
    to(matches, endpoints, tls).await
}

/// Runs a short command within its time.
pub(crate) async fn timed<T>(
    matches: &ArgMatches,
    work: impl Future<Output = Result<T, tonic::Status>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(duration(matches, "command-timeout"), work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Failure::error("context deadline exceeded: no answer within --command-timeout")),
    }
}
