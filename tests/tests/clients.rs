//! Client libraries and helm against our API server: what they ask must be answered as upstream
//! answers it. The libraries' sessions are in `tests/clients/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use kadm_tests::twins::Server;
use kadm_tests::{Output, executable, peer};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");

/// The executable, and the peer; without one of them, why the test is skipped is printed.
fn found(name: &str) -> Option<(PathBuf, PathBuf)> {
    let (Some(ours), Some(theirs)) = (executable(), peer(name)) else {
        assert!(std::env::var_os("CI").is_none(), "{name} or the release build of kadm is missing");
        println!("skipped: {name} or the release build of kadm is missing; run cargo xtask test");
        return None;
    };
    Some((ours, theirs))
}

/// Runs a command to its end; it is stopped when it hangs.
fn run(command: &mut Command) -> Result<Output> {
    let program = command.get_program().to_os_string();
    let mut all = Command::new("timeout");
    all.args(["--kill-after=5", "300"]).arg(&program).args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => all.env(key, value),
            None => all.env_remove(key),
        };
    }
    let output = all.stdin(Stdio::null()).output().with_context(|| format!("cannot run {program:?}"))?;
    Ok(output.into())
}

#[test]
fn the_python_client() -> Result<()> {
    let Some((ours, packages)) = found("python") else { return Ok(()) };
    let server = Server::start(&ours)?;
    let mut session = Command::new("python3");
    session.arg("-W").arg("ignore").arg(format!("{CLIENTS}/python.py"));
    session.env("PYTHONPATH", packages).env("KUBECONFIG", &server.kubeconfig);
    let said = run(&mut session)?.ok()?;
    assert!(said.ends_with("elections\n"), "{said}");
    Ok(())
}

#[test]
fn the_javascript_client() -> Result<()> {
    let Some((ours, packages)) = found("node") else { return Ok(()) };
    let server = Server::start(&ours)?;
    let mut session = Command::new("node");
    session.arg(format!("{CLIENTS}/node.mjs"));
    session.env("MODULES", packages).env("KUBECONFIG", &server.kubeconfig);
    let said = run(&mut session)?.ok()?;
    assert!(said.ends_with("informers\n"), "{said}");
    Ok(())
}

/// A webhook that adds data to every object; gives its URL and its CA.
fn webhook(runtime: &tokio::runtime::Runtime, shutdown: CancellationToken) -> Result<(String, String)> {
    component::tls::install_crypto();
    let ca = pki::cert::Authority::new("hooks")?;
    let folder = tempfile::tempdir()?;
    ca.write(&folder.path().join("ca"))?;
    let leaf = pki::cert::Leaf::server("hook", vec!["localhost".into()], vec![[127, 0, 0, 1].into()]);
    ca.issue(&leaf)?.write(&folder.path().join("hook"))?;
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name));
    let tls = component::tls::ServerTls::in_memory(&read("hook.crt")?, &read("hook.key")?)?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let url = format!("https://{}/paint", listener.local_addr()?);
    let answer = |request: component::http::Request| async move {
        let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let review: Value = serde_json::from_slice(&body).unwrap_or_default();
        let patch = json!([{"op": "add", "path": "/data", "value": {"painted": "yes"}}]);
        let review = json!({
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "response": {
                "uid": review["request"]["uid"], "allowed": true,
                "patchType": "JSONPatch", "patch": STANDARD.encode(patch.to_string()),
            },
        });
        component::http::typed(http::StatusCode::OK, "application/json", review.to_string())
    };
    runtime.spawn(async move {
        component::serve::serve(listener, Some(tls), answer, shutdown, Duration::from_secs(1)).await;
    });
    Ok((url, read("ca.crt")?))
}

/// A release, and who asks about it.
struct Helm {
    helm: PathBuf,
    kctl: PathBuf,
    kubeconfig: PathBuf,
    home: tempfile::TempDir,
}

impl Helm {
    fn helm(&self, args: &[&str]) -> Result<String> {
        let mut helm = Command::new(&self.helm);
        helm.args(args).args(["--namespace", "demo"]);
        helm.env("KUBECONFIG", &self.kubeconfig).env("HOME", self.home.path());
        run(&mut helm)?.ok().with_context(|| format!("helm {}", args.join(" ")))
    }

    fn kctl(&self, args: &[&str]) -> Result<Output> {
        let mut kctl = Command::new(&self.kctl);
        kctl.args(args).args(["--namespace", "demo"]);
        run(kctl.env("KUBECONFIG", &self.kubeconfig).env("HOME", self.home.path()))
    }

    fn field(&self, object: &str, path: &str) -> Result<String> {
        self.kctl(&["get", object, "-o", &format!("jsonpath={{{path}}}")])?.ok()
    }

    /// Does for jobs what a node would: they are done at once.
    fn finish_jobs(&self, over: &AtomicBool) -> Result<()> {
        let time = "2026-01-01T00:00:00Z";
        let condition = |kind: &str| {
            json!({"type": kind, "status": "True", "reason": "CompletionsReached",
                "lastTransitionTime": time, "lastProbeTime": time})
        };
        let done = json!({"status": {
            "succeeded": 1, "startTime": time, "completionTime": time,
            "conditions": [condition("SuccessCriteriaMet"), condition("Complete")],
        }})
        .to_string();
        while !over.load(Ordering::SeqCst) {
            let jobs = self.field("jobs", ".items[*].metadata.name")?;
            for job in jobs.split_whitespace() {
                // It may be gone by now.
                self.kctl(&["patch", "job", job, "--subresource=status", "--type=merge", "-p", &done])?;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

#[test]
fn helm() -> Result<()> {
    let Some((ours, theirs)) = found("helm") else { return Ok(()) };
    let server = Server::start(&ours)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let shutdown = CancellationToken::new();
    let (url, ca) = webhook(&runtime, shutdown.clone())?;
    let release = Helm {
        helm: theirs,
        kctl: server.folder().join("kctl"),
        kubeconfig: server.kubeconfig.clone(),
        home: tempfile::tempdir()?,
    };
    let over = AtomicBool::new(false);
    let outcome = std::thread::scope(|scope| {
        let jobs = scope.spawn(|| release.finish_jobs(&over));
        let outcome = life(&release, &url, &ca);
        over.store(true, Ordering::SeqCst);
        let jobs = jobs.join().unwrap_or_else(|_| bail!("the thread that ends jobs panicked"));
        outcome.and(jobs)
    });
    shutdown.cancel();
    outcome
}

/// Installed, used, upgraded, rolled back, uninstalled.
fn life(release: &Helm, url: &str, ca: &str) -> Result<()> {
    let chart = Path::new(CLIENTS).join("chart").display().to_string();
    let hook = format!("hook.url={url},hook.ca={}", STANDARD.encode(ca));
    let said = release.helm(&["install", "demo", &chart, "--create-namespace", "--set", &hook])?;
    assert!(said.contains("STATUS: deployed"), "{said}");
    assert_eq!(release.field("deployment/demo", ".spec.replicas")?, "2");
    assert_eq!(release.field("paint/demo", ".spec.color")?, "red");
    assert_eq!(release.field("job/demo-prepare", ".status.succeeded")?, "1");
    assert!(release.kctl(&["get", "configmap", "demo-rolled-back"])?.code != 0, "not rolled back yet");
    // The chart's webhook is asked, as soon as the server has seen its configuration.
    let begun = Instant::now();
    for number in 0.. {
        let name = format!("please-{number}");
        let map = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"paint": "please"}},
        });
        let file = release.home.path().join("map.json");
        std::fs::write(&file, map.to_string())?;
        release.kctl(&["create", "-f", &file.display().to_string()])?.ok()?;
        if release.field(&format!("configmap/{name}"), ".data.painted")? == "yes" {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the webhook is never asked");
    }

    release.helm(&["upgrade", "demo", &chart, "--reuse-values", "--set", "color=green,replicas=3"])?;
    assert_eq!(release.field("deployment/demo", ".spec.replicas")?, "3");
    assert_eq!(release.field("deployment/demo", ".spec.template.spec.containers[0].env[0].value")?, "green");
    assert_eq!(release.field("paint/demo", ".spec.color")?, "green");
    assert_eq!(release.field("configmap/demo-settings", ".data.revision")?, "2");
    // What the definition refuses fails the upgrade, and says why.
    let refused = release.helm(&["upgrade", "demo", &chart, "--reuse-values", "--set", "color=blue"]);
    let why = format!("{:#}", refused.expect_err("blue is no color"));
    assert!(why.contains("spec.color: Unsupported value: \"blue\""), "{why}");

    release.helm(&["rollback", "demo", "1"])?;
    assert_eq!(release.field("deployment/demo", ".spec.replicas")?, "2");
    assert_eq!(release.field("paint/demo", ".spec.color")?, "red");
    release.field("configmap/demo-rolled-back", ".metadata.name")?;
    let history: Value = serde_json::from_str(&release.helm(&["history", "demo", "-o", "json"])?)?;
    let states: Vec<&str> =
        history.as_array().into_iter().flatten().filter_map(|one| one["status"].as_str()).collect();
    assert_eq!(states, ["superseded", "superseded", "failed", "deployed"], "{history}");
    assert!(release.helm(&["get", "manifest", "demo"])?.contains("kind: Paint"));
    assert!(release.helm(&["list"])?.contains("demo-1.0.0"));

    release.helm(&["uninstall", "demo"])?;
    for object in ["deployment/demo", "service/demo", "paint/demo", "mutatingwebhookconfiguration/demo"] {
        let answer = release.kctl(&["get", object])?;
        assert!(answer.err.contains("NotFound"), "{object}: {answer:?}");
    }
    assert_eq!(release.field("crd/paints.example.com", ".metadata.name")?, "paints.example.com");
    assert_eq!(serde_json::from_str::<Value>(&release.helm(&["list", "-o", "json"])?)?, json!([]));
    Ok(())
}
