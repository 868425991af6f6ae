//! Which servers the global flags mean, and connections to them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use clap::ArgMatches;
use etcdapi::etcdserverpb::AuthenticateRequest;
use etcdapi::{Client, Config, Tls};
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};

use crate::{Failure, on, text};

/// Where kubeadm, and kadm, keep the client certificate that health checks use.
const PKI: &str = "/etc/kubernetes/pki/etcd";

/// The endpoints that the flags name.
///
/// # Errors
/// Fails when they are to be discovered, and can't.
pub(crate) async fn endpoints(matches: &ArgMatches) -> Result<(Vec<String>, Tls), Failure> {
    let given = |name: &str| text(matches, name).unwrap_or_default();
    let domain = given("discovery-srv");
    if domain.is_empty() {
        return Ok(named(matches));
    }
    let (_, mut tls) = named(matches);
    tls.server_name = Some(domain.to_string());
    let secure = !on(matches, "insecure-discovery");
    Ok((crate::discovery::endpoints(domain, given("discovery-srv-name"), secure).await?, tls))
}

fn named(matches: &ArgMatches) -> (Vec<String>, Tls) {
    let path = |name: &str| text(matches, name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let mut tls = Tls {
        ca: path("cacert"),
        cert: path("cert"),
        key: path("tls-key"),
        server_name: None,
        insecure_skip_verify: on(matches, "insecure-skip-tls-verify"),
    };
    if let Some(endpoints) = text(matches, "endpoints").filter(|endpoints| !endpoints.is_empty()) {
        let secure = !on(matches, "insecure-transport");
        let endpoint = |endpoint: &str| match endpoint.trim() {
            plain if secure && !plain.contains("://") => format!("https://{plain}"),
            as_it_is => as_it_is.to_string(),
        };
        return (endpoints.split(',').map(endpoint).collect(), tls);
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
        keepalive: Some(duration(matches, "keepalive-time")),
        keepalive_timeout: duration(matches, "keepalive-timeout"),
        dial: None,
    };
    let started = Instant::now();
    let addresses = config.endpoints.join(",");
    let client = Client::connect(config).await.map_err(Failure::error)?;
    if on(matches, "debug") {
        eprintln!("debug: connected to {addresses} in {:?}", started.elapsed());
    }
    authenticate(matches, &client).await?;
    Ok(client)
}

/// The token of the user that the flags name, once it is known.
static TOKEN: OnceLock<MetadataValue<Ascii>> = OnceLock::new();

/// Logs in, if the flags name a user: `--user name`, `--user name:password` or `--password`.
async fn authenticate(matches: &ArgMatches, client: &Client) -> Result<(), Failure> {
    if TOKEN.get().is_some() {
        return Ok(());
    }
    if let Some(token) = log_in(matches, client, ["as-user", "password"], "Password").await? {
        let _ = TOKEN.set(token);
    }
    Ok(())
}

/// A token for the user that the two flags name, if they name one and the server asks for users.
///
/// # Errors
/// Fails when the password is wrong or can't be read.
pub(crate) async fn log_in(
    matches: &ArgMatches,
    client: &Client,
    [user, password]: [&str; 2],
    prompt: &str,
) -> Result<Option<MetadataValue<Ascii>>, Failure> {
    let given = |name: &str| text(matches, name).filter(|text| !text.is_empty());
    let Some(user) = given(user) else { return Ok(None) };
    let (name, password) = match (given(password), user.split_once(':')) {
        (Some(password), _) => (user.to_string(), password.to_string()),
        (None, Some((name, password))) => (name.to_string(), password.to_string()),
        (None, None) => {
            eprint!("{prompt}: ");
            let mut read = || {
                let mut line = String::new();
                std::io::stdin().read_line(&mut line).map_err(Failure::io)?;
                Ok(line.trim_end_matches(['\r', '\n']).to_string())
            };
            let password = crate::terminal::without_echo(&mut read)?;
            eprintln!();
            (user.to_string(), password)
        }
    };
    match timed(matches, client.auth().authenticate(AuthenticateRequest { name, password })).await {
        Ok(answer) => Ok(answer.into_inner().token.parse().ok()),
        // As etcdctl: without authentication a user is not wrong.
        Err(failure) if failure.message == "etcdserver: authentication is not enabled" => Ok(None),
        // Nor is there a client without its user.
        Err(failure) => Err(Failure::connection(failure.message)),
    }
}

/// A request, with the user's token.
pub(crate) fn ask<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(token) = TOKEN.get() {
        request.metadata_mut().insert("token", token.clone());
    }
    request
}

/// A connection to whichever endpoint answers.
pub(crate) async fn connect(matches: &ArgMatches) -> Result<Client, Failure> {
    let (endpoints, tls) = endpoints(matches).await?;
    to(matches, endpoints, tls).await
}

/// Runs a short command within its time.
pub(crate) async fn timed<T>(
    matches: &ArgMatches,
    work: impl Future<Output = Result<T, tonic::Status>>,
) -> Result<T, Failure> {
    let started = Instant::now();
    let done = tokio::time::timeout(duration(matches, "command-timeout"), work).await;
    if on(matches, "debug") {
        let how = match &done {
            Ok(Ok(_)) => "answered".to_string(),
            Ok(Err(status)) => format!("refused as {:?}", status.code()),
            Err(_) => "not answered".to_string(),
        };
        eprintln!("debug: request {how} in {:?}", started.elapsed());
    }
    match done {
        Ok(done) => Ok(done?),
        Err(_) => Err(Failure::error("context deadline exceeded: no answer within --command-timeout")),
    }
}
