//! What the API server counts, read by those who collect it: `promtool` must find nothing wrong with
//! it but what is upstream's too, and Prometheus must be able to scrape it.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use kadm_tests::executable;
use kadm_tests::twins::Server;

/// Ends with its test.
struct Prometheus(Child);

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn prometheus_scrapes_the_api_server() -> Result<()> {
    let peers = ["/usr/bin/prometheus", "/usr/bin/promtool"].map(Path::new);
    let (Some(ours), true) = (executable(), peers.iter().all(|peer| peer.exists())) else {
        assert!(std::env::var_os("CI").is_none(), "prometheus or the release build of kadm is missing");
        println!("skipped: prometheus or the release build of kadm is missing; run cargo xtask test");
        return Ok(());
    };
    let server = Server::start(&ours)?;
    let kctl = |args: &[&str]| -> Result<String> {
        let output = Command::new(server.folder().join("kctl"))
            .args(args)
            .env("KUBECONFIG", &server.kubeconfig)
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            bail!("kctl {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    // Requests of several kinds, so that there is something to count.
    kctl(&["create", "namespace", "counted"])?;
    kctl(&["get", "pods", "--all-namespaces"])?;
    assert!(kctl(&["get", "configmap", "none"]).is_err());
    let metrics = kctl(&["get", "--raw", "/metrics"])?;
    let mut promtool = Command::new("/usr/bin/promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("promtool does not start")?;
    let mut input = promtool.stdin.take().context("promtool has no standard input")?;
    let writer = std::thread::spawn(move || input.write_all(metrics.as_bytes()));
    let told = promtool.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))??;
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    // Names are upstream's: what promtool would name otherwise stays. Anything else is a mistake.
    let style = [
        "should",
        "non-histogram and non-summary metrics",
        "use base unit",
        "counter metrics",
        "no help text",
    ];
    let wrong: Vec<&str> =
        told.lines().filter(|line| !style.iter().any(|known| line.contains(known))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");

    let config = format!(
        "scrape_configs:\n- job_name: api\n  scrape_interval: 1s\n  scheme: https\n  authorization: {{credentials: secret}}\n  tls_config: {{insecure_skip_verify: true}}\n  static_configs:\n  - targets: ['127.0.0.1:{}']\n",
        server.port
    );
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("prometheus.yml"), config)?;
    // A port found free can be taken before it is used: try again with others.
    for _ in 0..3 {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new("/usr/bin/prometheus")
            .arg(format!("--config.file={}", folder.path().join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join(port.to_string()).display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("prometheus does not start")?;
        let mut prometheus = Prometheus(child);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(120) {
            if prometheus.0.try_wait()?.is_some() {
                break;
            }
            let asked = Command::new("/usr/bin/promtool")
                .args(["query", "instant", &format!("http://127.0.0.1:{port}")])
                .arg("apiserver_request_total{code=\"404\",resource=\"configmaps\"}")
                .output()?;
            if asked.status.success()
                && String::from_utf8_lossy(&asked.stdout).contains("resource=\"configmaps\"")
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        if prometheus.0.try_wait()?.is_none() {
            bail!("prometheus never shows the request that it should have scraped");
        }
    }
    bail!("prometheus does not start")
}
