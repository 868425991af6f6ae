//! Two servers that are alike: an etcd and a kube-apiserver each, of the executable under test, on
//! loopback. What one client does to the first and another does to the second can be compared,
//! names and all, without either seeing the other's objects.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// One etcd and one API server; gone when dropped.
pub struct Server {
    etcd: Child,
    api: Child,
    /// The API server's port.
    pub port: u16,
    /// The administrator's credentials.
    pub kubeconfig: PathBuf,
    folder: tempfile::TempDir,
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Server {
    /// Starts both and waits until the API server is ready.
    ///
    /// # Errors
    /// Has the last lines that the API server wrote.
    pub fn start(executable: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = |name: &str| folder.path().join(name);
        for name in ["etcd", "kube-apiserver", "kctl"] {
            std::os::unix::fs::symlink(executable, file(name))?;
        }
        std::fs::write(file("sa.key"), pki::cert::new_key()?)?;
        std::fs::write(
            file("tokens"),
            "secret,admin,admin-uid,\"system:masters\"\nother,jane,jane-uid,\"devs,ops\"\n",
        )?;
        // A port found free can be taken before it is used: try again with others.
        let mut last = String::new();
        for _ in 0..3 {
            let (client, peer, port) = (free_port()?, free_port()?, free_port()?);
            let (client, peer) = (format!("http://127.0.0.1:{client}"), format!("http://127.0.0.1:{peer}"));
            let log = |name: &str| std::fs::File::create(file(name));
            let mut etcd = Command::new(file("etcd"))
                .arg("--data-dir")
                .arg(file("data"))
                .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
                .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
                .args(["--initial-cluster", &format!("default={peer}")])
                .stdin(Stdio::null())
                .stdout(log("etcd.log")?)
                .stderr(Stdio::null())
                .spawn()
                .context("etcd does not start")?;
            let mut api = Command::new(file("kube-apiserver"))
                .arg(format!("--etcd-servers={client}"))
                .arg(format!("--cert-dir={}", file("certs").display()))
                .arg(format!("--secure-port={port}"))
                .arg(format!("--token-auth-file={}", file("tokens").display()))
                .arg(format!("--service-account-signing-key-file={}", file("sa.key").display()))
                .arg(format!("--service-account-key-file={}", file("sa.key").display()))
                .args([
                    "--bind-address=127.0.0.1",
                    "--advertise-address=127.0.0.1",
                    "--authorization-mode=RBAC",
                    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                    "--service-cluster-ip-range=10.96.0.0/16",
                ])
                .stdin(Stdio::null())
                .stdout(log("api.log")?)
                .stderr(log("api.err")?)
                .spawn()
                .context("kube-apiserver does not start")?;
            let kubeconfig = file("kubeconfig");
            std::fs::write(&kubeconfig, config(port))?;
            if ready(&mut api, &file("kctl"), &kubeconfig)? {
                return Ok(Self { etcd, api, port, kubeconfig, folder });
            }
            for child in [&mut api, &mut etcd] {
                let _ = child.kill();
                let _ = child.wait();
            }
            last = std::fs::read_to_string(file("api.log")).unwrap_or_default()
                + &std::fs::read_to_string(file("api.err")).unwrap_or_default();
        }
        bail!("the API server does not become ready: {last}")
    }

    /// A folder that lives as long as the server.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in [&mut self.api, &mut self.etcd] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn ready(api: &mut Child, kctl: &Path, kubeconfig: &Path) -> Result<bool> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        if api.try_wait()?.is_some() {
            return Ok(false);
        }
        let answer = Command::new(kctl)
            .args(["get", "--raw", "/readyz"])
            .env("KUBECONFIG", kubeconfig)
            .stdin(Stdio::null())
            .output()?;
        if answer.status.success() {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(false)
}

/// The kubeconfig: the administrator, and jane who may do nothing.
fn config(port: u16) -> String {
    format!(
        r#"apiVersion: v1
clusters:
- cluster:
    insecure-skip-tls-verify: true
    server: https://127.0.0.1:{port}
  name: twin
contexts:
- context:
    cluster: twin
    user: admin
  name: twin
- context:
    cluster: twin
    namespace: default
    user: jane
  name: jane
current-context: twin
kind: Config
users:
- name: admin
  user:
    token: secret
- name: jane
  user:
    token: other
"#
    )
}
