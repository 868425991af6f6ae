//! `kadm join`: a worker finds the cluster by a token, trusts it by its CA's hash, and asks for
//! its certificate.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use client::{Client, Config};
use pki::bootstrap::BootstrapToken;
use pki::kubeconfig::{Credentials, render};
use serde_json::Value;

use crate::config::{KUBERNETES, OWN_SOCKET};
use crate::journal::Journal;
use crate::phases::preflight;
use crate::{install, network};

/// A node that joins.
#[derive(Clone, Debug)]
pub struct Join {
    pub endpoint: String,
    pub token: BootstrapToken,
    pub ca_hashes: Vec<String>,
    pub unsafe_skip_ca: bool,
    pub node_name: String,
    pub node_ip: Option<std::net::IpAddr>,
    pub cri_socket: String,
    pub ignore: Vec<String>,
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
    let ca_file = Path::new(KUBERNETES).join("pki/ca.crt");
    pki::write::public(&ca_file, ca.as_bytes())
        .with_context(|| format!("cannot write {}", ca_file.display()))?;
    let token = join.token.to_string();
    let text = render(&server, &ca, "kubernetes", "tls-bootstrap-token-user", &Credentials::Token(&token));
    let bootstrap = Path::new(KUBERNETES).join("bootstrap-kubelet.conf");
    pki::write::secret(&bootstrap, text.as_bytes())
        .with_context(|| format!("cannot write {}", bootstrap.display()))?;
    println!(
        "[preflight] Reading configuration from the \"kubelet-config\" ConfigMap in namespace \"kube-system\"..."
    );
    let config = crate::phases::api::with(&bootstrap, async |client| kubelet_config(&client).await)?;
    crate::init::prepare(&join.cri_socket, true)?;
    println!("[kubelet-start] Writing kubelet configuration and starting the kubelet");
    crate::phases::kubelet::write(&config, &join.node_name, join.node_ip, &join.cri_socket)?;
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

/// Puts flags together.
///
/// # Errors
/// Names the flag that can't be used.
pub fn load(matches: &clap::ArgMatches) -> Result<Join> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let token = text("token")
        .or_else(|| text("discovery-token"))
        .context("give --token (kadm token create --print-join-command prints the whole line)")?;
    let list = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).map(|values| values.cloned().collect()).unwrap_or_default()
    };
    let _ = install::PREFIX;
    Ok(Join {
        endpoint: text("endpoint").context("name the API server: kadm join <host>:<port>")?,
        token: BootstrapToken::parse(&token).map_err(anyhow::Error::msg)?,
        ca_hashes: list("discovery-token-ca-cert-hash"),
        unsafe_skip_ca: matches.get_flag("discovery-token-unsafe-skip-ca-verification"),
        node_name: text("node-name").unwrap_or_else(crate::host::name).to_lowercase(),
        node_ip: crate::host::default_address(),
        cri_socket: text("cri-socket").unwrap_or_else(|| OWN_SOCKET.into()),
        ignore: list("ignore-preflight-errors"),
    })
}
