//! `kadm join`: a worker finds the cluster by a token, trusts it by its CA's hash, and asks for
//! its certificate.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use client::{Client, Config};
use pki::bootstrap::BootstrapToken;
use pki::kubeconfig::{Credentials, render};
use serde_json::Value;

use crate::config::file::{self, ExtraArg, JoinFile};
use crate::config::{KUBERNETES, OWN_SOCKET};
use crate::journal::Journal;
use crate::network;
use crate::phases::preflight;

/// A node that joins.
#[derive(Clone, Debug)]
pub struct Join {
    pub endpoint: String,
    /// The token by which the cluster is found.
    pub token: BootstrapToken,
    /// The token with which the certificate is asked for.
    pub tls_token: BootstrapToken,
    pub ca_hashes: Vec<String>,
    pub unsafe_skip_ca: bool,
    pub node_name: String,
    pub node_ip: Option<std::net::IpAddr>,
    pub cri_socket: String,
    pub ignore: Vec<String>,
    /// Where the cluster's CA is kept.
    pub ca_file: PathBuf,
    pub kubelet_extra_args: Vec<ExtraArg>,
    /// The taints with which the node registers itself.
    pub taints: Option<Vec<Value>>,
}

/// Joins this machine to a cluster.
///
/// # Errors
/// Says what failed and what to do.
pub fn run(join: &Join) -> Result<()> {
    println!("[preflight] Running pre-flight checks");
    if join.ca_hashes.is_empty() && !join.unsafe_skip_ca {
        bail!(
            "give --discovery-token-ca-cert-hash (kadm init and kadm token create --print-join-command print it), or --discovery-token-unsafe-skip-ca-verification"
        );
    }
    let mut problems = preflight::node(&join.cri_socket);
    let kubeconfig = Path::new(KUBERNETES).join("kubelet.conf");
    if kubeconfig.exists() {
        problems.push(preflight::Problem {
            check: "FileAvailable--etc-kubernetes-kubelet.conf".into(),
            message: format!(
                "{} already exists; this machine is part of a cluster: run kadm reset first",
                kubeconfig.display()
            ),
        });
    }
    preflight::report(problems, &join.ignore)?;
    let journal = Journal::begin()?;
    journal.set_sysctls()?;
    let (server, ca) = component::runtime::block_on(1, discover(join))??;
    pki::write::public(&join.ca_file, ca.as_bytes())
        .with_context(|| format!("cannot write {}", join.ca_file.display()))?;
    let token = join.tls_token.to_string();
    let text = render(&server, &ca, "kubernetes", "tls-bootstrap-token-user", &Credentials::Token(&token));
    let bootstrap = Path::new(KUBERNETES).join("bootstrap-kubelet.conf");
    pki::write::secret(&bootstrap, text.as_bytes())
        .with_context(|| format!("cannot write {}", bootstrap.display()))?;
    println!(
        "[preflight] Reading configuration from the \"kubelet-config\" ConfigMap in namespace \"kube-system\"..."
    );
    let mut config = crate::phases::api::with(&bootstrap, async |client| kubelet_config(&client).await)?;
    config["authentication"]["x509"]["clientCAFile"] = serde_json::json!(join.ca_file);
    crate::init::prepare(&join.cri_socket, true)?;
    println!("[kubelet-start] Writing kubelet configuration and starting the kubelet");
    let mut extra = join.kubelet_extra_args.clone();
    if let Some(taints) = &join.taints {
        extra.push(ExtraArg { name: "register-with-taints".into(), value: taint_flag(taints)? });
    }
    crate::phases::kubelet::write(&config, &join.node_name, join.node_ip, &join.cri_socket, &extra)?;
    crate::phases::kubelet::start(&join.cri_socket)?;
    println!("[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap");
    wait_for(&kubeconfig)?;
    let _ = std::fs::remove_file(&bootstrap);
    own_network(join, &kubeconfig)?;
    println!(
        "\nThis node has joined the cluster:\n* Certificate signing request was sent to apiserver and a response was received.\n* The Kubelet was informed of the new secure connection details.\n\nRun 'kctl get nodes' on the control-plane to see this node join the cluster."
    );
    Ok(())
}

/// Finds the cluster's public facts and checks that they are who the token and hash say.
async fn discover(join: &Join) -> Result<(String, String)> {
    println!("[discovery] Reading the cluster-info ConfigMap from {}", join.endpoint);
    let server = format!("https://{}", join.endpoint);
    // Nothing is trusted yet: what comes back is checked by the token's signature, then by the hash.
    let unverified = Client::new(Config { server: server.clone(), insecure: true, ..Config::default() })?;
    let begun = Instant::now();
    let path = client::path("", "v1", "configmaps", Some("kube-public"), Some("cluster-info"), None);
    let (text, ca) = loop {
        let attempt = match unverified.get::<Value>(&path).await {
            Ok(map) => read_info(&map, join),
            Err(error) => Err(anyhow::Error::new(error).context(format!("cannot reach {server}"))),
        };
        match attempt {
            Ok(found) => break found,
            Err(error) if begun.elapsed() > Duration::from_secs(60) => return Err(error),
            // The signature appears a moment after the token does.
            Err(_) => tokio::time::sleep(Duration::from_millis(500)).await,
        }
    };
    if !join.unsafe_skip_ca {
        let hash = pki::cert::public_key_hash(&ca)?;
        if !join.ca_hashes.contains(&hash) {
            bail!(
                "the cluster's CA has the hash {hash}, not the one that was given; is {} the right cluster?",
                join.endpoint
            );
        }
        // Now trust the CA, and ask again: the answer must be the same.
        let verified = Client::new(Config {
            server: server.clone(),
            ca: Some(ca.clone().into_bytes()),
            ..Config::default()
        })?;
        let map: Value = verified
            .get(&path)
            .await
            .context("the server does not hold a certificate of the cluster's CA")?;
        if map["data"]["kubeconfig"].as_str() != Some(text.as_str()) {
            bail!("the server's cluster-info changed between two looks; try again");
        }
    }
    let info: client::config::Kubeconfig =
        serde_yaml::from_str(&text).context("cluster-info holds no kubeconfig")?;
    let server = info.clusters.first().map(|cluster| cluster.cluster.server.clone()).unwrap_or(server);
    Ok((server, ca))
}

fn read_info(map: &Value, join: &Join) -> Result<(String, String)> {
    use base64::Engine;
    let text = map["data"]["kubeconfig"].as_str().context("cluster-info holds no kubeconfig")?;
    let signature = map["data"][format!("jws-kubeconfig-{}", join.token.id)]
        .as_str()
        .with_context(|| format!("cluster-info is not signed with the token {}.…; has it expired? kadm token create makes a new one", join.token.id))?;
    if !pki::jwt::verify_detached(signature, text.as_bytes(), &join.token.secret) {
        bail!(
            "the signature of cluster-info is not the token's; the token is wrong, or this is another cluster"
        );
    }
    let info: client::config::Kubeconfig =
        serde_yaml::from_str(text).context("cluster-info holds no kubeconfig")?;
    let data = info.clusters.first().and_then(|cluster| cluster.cluster.certificate_authority_data.clone());
    let ca = base64::engine::general_purpose::STANDARD.decode(data.context("cluster-info names no CA")?)?;
    Ok((text.to_string(), String::from_utf8(ca)?))
}

async fn kubelet_config(client: &Client) -> Result<Value> {
    let path = client::path("", "v1", "configmaps", Some("kube-system"), Some("kubelet-config"), None);
    let map: Value =
        client.get(&path).await.context("cannot read the kubelet's configuration with the token")?;
    let text = map["data"]["kubelet"].as_str().context("the ConfigMap kubelet-config has no key kubelet")?;
    Ok(serde_yaml::from_str(text)?)
}

fn wait_for(path: &Path) -> Result<()> {
    let begun = Instant::now();
    while !path.exists() {
        if begun.elapsed() > Duration::from_secs(240) {
            bail!(
                "the kubelet got no certificate within 4 minutes; see {}/kubelet.log, and on the control plane: kctl get csr",
                crate::supervisor::LOGS
            );
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Waits for this node's share of the pods' network and sets it up.
fn own_network(join: &Join, kubeconfig: &Path) -> Result<()> {
    if network::is_foreign() {
        return Ok(());
    }
    let path = client::path("", "v1", "nodes", None, Some(&join.node_name), None);
    let (share, pods) = crate::phases::api::with(kubeconfig, async |client| {
        let map = client::path("", "v1", "configmaps", Some("kube-system"), Some("kubeadm-config"), None);
        let map: Value = client.get(&map).await.context("cannot read the cluster's configuration")?;
        let cluster: Value =
            serde_yaml::from_str(map["data"]["ClusterConfiguration"].as_str().unwrap_or_default())?;
        let pods = cluster["networking"]["podSubnet"].as_str().unwrap_or_default().to_string();
        let begun = Instant::now();
        loop {
            let node = client.get::<Value>(&path).await;
            if let Some(share) = node.as_ref().ok().and_then(|node| node["spec"]["podCIDR"].as_str()) {
                return Ok((share.to_string(), pods));
            }
            if begun.elapsed() > Duration::from_secs(60) {
                node.context("this node did not register itself")?;
                bail!(
                    "this node was given no pod network (spec.podCIDR) within a minute; see the controller manager's log"
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })?;
    network::write(&share, &pods)
}

/// `key=value:effect,…` as the kubelet's flag has it.
fn taint_flag(taints: &[Value]) -> Result<String> {
    let one = |taint: &Value| {
        let part = |name: &str| taint[name].as_str().unwrap_or_default();
        if part("key").is_empty() || part("effect").is_empty() {
            bail!("nodeRegistration.taints: {taint} has no key or no effect");
        }
        Ok(format!("{}={}:{}", part("key"), part("value"), part("effect")))
    };
    Ok(taints.iter().map(one).collect::<Result<Vec<_>>>()?.join(","))
}

/// Puts flags and file together. Flags win.
///
/// # Errors
/// Names the flag or field that can't be used.
pub fn load(matches: &clap::ArgMatches) -> Result<Join> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let file = match matches.get_one::<PathBuf>("config") {
        Some(path) => {
            file::read(path)?.join.with_context(|| format!("{} has no JoinConfiguration", path.display()))?
        }
        None => JoinFile::default(),
    };
    let _ = (&file.api_version, &file.kind);
    let registration = file.node_registration;
    registration.check()?;
    for (name, set) in [
        ("controlPlane", file.control_plane.is_some()),
        ("discovery.file", file.discovery.file.is_some()),
        ("discovery.timeout", file.discovery.timeout.is_some()),
        ("skipPhases", !file.skip_phases.is_empty()),
        ("timeouts", file.timeouts.is_some()),
    ] {
        if set {
            bail!("{name} is not built yet");
        }
    }
    let discovery = file.discovery.bootstrap_token.unwrap_or_default();
    let token = text("token")
        .or_else(|| text("discovery-token"))
        .or(discovery.token)
        .context("give --token (kadm token create --print-join-command prints the whole line)")?;
    let tls_token = text("token")
        .or_else(|| text("tls-bootstrap-token"))
        .or(file.discovery.tls_bootstrap_token)
        .unwrap_or_else(|| token.clone());
    let list = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).map(|values| values.cloned().collect()).unwrap_or_default()
    };
    let parse = |token: &str| BootstrapToken::parse(token).map_err(anyhow::Error::msg);
    let mut ca_hashes = list("discovery-token-ca-cert-hash");
    if ca_hashes.is_empty() {
        ca_hashes = discovery.ca_cert_hashes;
    }
    let mut ignore = list("ignore-preflight-errors");
    ignore.extend(registration.ignore_preflight_errors);
    Ok(Join {
        endpoint: text("endpoint")
            .or(discovery.api_server_endpoint)
            .context("name the API server: kadm join <host>:<port>")?,
        token: parse(&token)?,
        tls_token: parse(&tls_token)?,
        ca_hashes,
        unsafe_skip_ca: matches.get_flag("discovery-token-unsafe-skip-ca-verification")
            || discovery.unsafe_skip_ca_verification,
        node_name: text("node-name").or(registration.name).unwrap_or_else(crate::host::name).to_lowercase(),
        node_ip: crate::host::default_address(),
        cri_socket: text("cri-socket").or(registration.cri_socket).unwrap_or_else(|| OWN_SOCKET.into()),
        ignore,
        ca_file: file.ca_cert_path.unwrap_or_else(|| Path::new(KUBERNETES).join("pki/ca.crt")),
        kubelet_extra_args: registration.kubelet_extra_args,
        taints: registration.taints,
    })
}
