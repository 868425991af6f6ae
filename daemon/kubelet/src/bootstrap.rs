//! TLS bootstrap: with a bootstrap token the kubelet asks for its client certificate (KEP-266),
//! and asks again before it lapses.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use client::{Client, Config, ListParams, path};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// The link to the certificate in use, with its key.
pub fn current(cert_dir: &Path) -> PathBuf {
    cert_dir.join("kubelet-client-current.pem")
}

/// Makes sure that `kubeconfig` exists, by asking for a certificate if it does not.
///
/// # Errors
/// Says what is missing, or that the request was denied.
pub async fn ensure(kubeconfig: &Path, bootstrap: Option<&Path>, cert_dir: &Path, node: &str) -> Result<()> {
    if kubeconfig.exists() {
        return Ok(());
    }
    let Some(bootstrap) = bootstrap.filter(|path| path.exists()) else {
        bail!(
            "there is no {} and no bootstrap kubeconfig to get one with; run kadm init or kadm join first",
            kubeconfig.display()
        );
    };
    tracing::info!(bootstrap = %bootstrap.display(), "asking for a client certificate");
    let config = Config::from_kubeconfig(bootstrap)?;
    let client = Client::new(config.clone())?;
    let pem = request(&client, node).await?;
    store(cert_dir, &pem)?;
    let file = current(cert_dir).to_string_lossy().into_owned();
    let credentials = pki::kubeconfig::Credentials::Files { certificate: &file, key: &file };
    let ca = String::from_utf8(config.ca.clone().unwrap_or_default())
        .context("the bootstrap kubeconfig's CA is not text")?;
    let text = pki::kubeconfig::render(&config.server, &ca, "default-cluster", "default-auth", &credentials);
    pki::write::secret(kubeconfig, text.as_bytes())
        .with_context(|| format!("cannot write {}", kubeconfig.display()))
}

/// Writes certificate and key into one dated file and points the link to it.
fn store(cert_dir: &Path, pem: &str) -> Result<()> {
    let name = format!("kubelet-client-{}.pem", jiff::Timestamp::now().strftime("%Y-%m-%d-%H-%M-%S"));
    let file = cert_dir.join(name);
    pki::write::secret(&file, pem.as_bytes()).with_context(|| format!("cannot write {}", file.display()))?;
    let link = current(cert_dir);
    let temporary = cert_dir.join(".kubelet-client-next");
    let _ = std::fs::remove_file(&temporary);
    std::os::unix::fs::symlink(&file, &temporary)
        .and_then(|()| std::fs::rename(&temporary, &link))
        .with_context(|| format!("cannot point {} to {}", link.display(), file.display()))
}

/// Asks for a client certificate and waits for it; gives certificate and key in one PEM.
async fn request(client: &Client, node: &str) -> Result<String> {
    use base64::Engine;
    let request =
        pki::cert::request(&pki::Leaf::client(&format!("system:node:{node}"), Some("system:nodes")))?;
    let body = json!({
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
        "metadata": {"generateName": "csr-"},
        "spec": {
            "request": base64::engine::general_purpose::STANDARD.encode(&request.certificate),
            "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
            "usages": ["digital signature", "client auth"],
        },
    });
    let collection = path("certificates.k8s.io", "v1", "certificatesigningrequests", None, None, None);
    let created: Value =
        client.create(&collection, &body).await.context("cannot ask for a client certificate")?;
    let name = created["metadata"]["name"].as_str().unwrap_or_default().to_string();
    let mut params = ListParams::fields(format!("metadata.name={name}"));
    params.resource_version = created["metadata"]["resourceVersion"].as_str().map(str::to_string);
    let issued = async {
        loop {
            let mut watch = client.watch::<Value>(&collection, &params, 300, &[]).await?;
            while let Some(event) = watch.next().await? {
                let (client::watch::WatchEvent::Added(found) | client::watch::WatchEvent::Modified(found)) =
                    event
                else {
                    continue;
                };
                let conditions = found["status"]["conditions"].as_array().cloned().unwrap_or_default();
                if let Some(denied) =
                    conditions.iter().find(|c| c["type"] == "Denied" || c["type"] == "Failed")
                {
                    bail!(
                        "the certificate request {name} was refused: {}",
                        denied["message"].as_str().unwrap_or_default()
                    );
                }
                if let Some(certificate) = found["status"]["certificate"].as_str() {
                    return Ok(certificate.to_string());
                }
            }
        }
    };
    let certificate = tokio::time::timeout(Duration::from_secs(900), issued)
        .await
        .with_context(|| format!("nobody approved the certificate request {name} within 15 minutes"))??;
    let certificate = base64::engine::general_purpose::STANDARD
        .decode(certificate)
        .context("the issued certificate is not base64")?;
    Ok(format!("{}{}", String::from_utf8_lossy(&certificate), request.key))
}

/// Renews the client certificate when between 70 and 90 % of its life are over.
pub async fn rotate(client: Client, cert_dir: PathBuf, node: String, shutdown: CancellationToken) {
    let share = 0.7 + rand::random::<f64>() * 0.2;
    loop {
        let lifetime = std::fs::read_to_string(current(&cert_dir)).ok().and_then(|pem| {
            let (_, parsed) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).ok()?;
            let validity = parsed.parse_x509().ok()?.validity().clone();
            Some((validity.not_before.timestamp(), validity.not_after.timestamp()))
        });
        // Certificates that are not ours to rotate are none of our business.
        let Some((from, to)) = lifetime else { return };
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a certificate's life fit")]
        let due = from + ((to - from) as f64 * share) as i64 - jiff::Timestamp::now().as_second();
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(u64::try_from(due).unwrap_or_default())) => {}
            () = shutdown.cancelled() => return,
        }
        let renewed = match request(&client, &node).await {
            Ok(pem) => store(&cert_dir, &pem),
            Err(error) => Err(error),
        };
        match renewed {
            Ok(()) => tracing::info!("renewed the client certificate"),
            Err(error) => {
                tracing::warn!(error = %format!("{error:#}"), "cannot renew the client certificate; trying again");
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        }
    }
}

/// The serving certificate: the configured one, else one that is signed by itself, as upstream's
/// default.
///
/// # Errors
/// Names the file that can't be written.
pub fn serving(cert_dir: &Path, node: &str, addresses: Vec<std::net::IpAddr>) -> Result<(PathBuf, PathBuf)> {
    let base = cert_dir.join("kubelet");
    let (certificate, key) = (cert_dir.join("kubelet.crt"), cert_dir.join("kubelet.key"));
    if !certificate.exists() || !key.exists() {
        let ca = pki::Authority::new(&format!("{node}-ca@{}", jiff::Timestamp::now().as_second()))?;
        let mut pair = ca.issue(&pki::Leaf::server(
            &format!("{node}@{}", jiff::Timestamp::now().as_second()),
            vec![node.to_string()],
            addresses,
        ))?;
        pair.certificate.push_str(&ca.certificate);
        pair.write(&base)?;
    }
    Ok((certificate, key))
}
