//! What kctl tells a person on a terminal beyond kubectl's words, and no script.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use kadm_tests::built;
use kadm_tests::terminal::Terminal;
use kadm_tests::twins::Server;

const LONG: Duration = Duration::from_secs(60);

struct Bed {
    server: Server,
    kctl: PathBuf,
}

impl Bed {
    fn start() -> Result<Option<Self>> {
        let Some(ours) = built() else { return Ok(None) };
        let server = Server::start(&ours)?;
        let kctl = std::env::var_os("KADM_KCTL").map_or_else(|| server.folder().join("kctl"), PathBuf::from);
        Ok(Some(Self { server, kctl }))
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("exec \"$KCTL\" {args}")])
            .env("KCTL", &self.kctl)
            .env("KUBECONFIG", &self.server.kubeconfig)
            .env("HOME", self.server.folder())
            .current_dir(self.server.folder());
        command
    }

    /// Runs a command to its end; gives what it printed.
    fn run(&self, args: &str) -> Result<String> {
        let output = self.command(args).stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        anyhow::ensure!(output.status.success(), "kctl {args}: {said}");
        Ok(String::from_utf8_lossy(&output.stdout).into_owned() + &said)
    }

    /// Runs a command to its end; gives what it said on standard error.
    fn said(&self, args: &str) -> Result<String> {
        let output = self.command(args).stdin(Stdio::null()).output()?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn file(&self, name: &str, text: &str) -> Result<()> {
        std::fs::write(self.server.folder().join(name), text).context(name.to_string())
    }

    /// Waits until a command on a terminal has shown all the words.
    fn shows(&self, args: &str, words: &[&str]) -> Result<Terminal> {
        let mut terminal = Terminal::start(self.command(args))?;
        terminal.until(LONG, |shown| words.iter().all(|word| shown.contains(word)))?;
        Ok(terminal)
    }
}

/// A pod whose image can't be pulled, of a workload that no controller looks after here.
const CRASHING: &str = r#"{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady","message":"containers with unready status: [c]"}],"containerStatuses":[{"name":"c","ready":false,"restartCount":4,"image":"x","imageID":"x","state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 40s restarting failed container"}},"lastState":{"terminated":{"exitCode":7,"reason":"Error"}}}]}}"#;

const WORKLOAD: &str = r#"
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: web}}
spec: {nodeName: nowhere, containers: [{name: c, image: x}]}
"#;

#[test]
fn waits_say_what_for() -> Result<()> {
    let Some(bed) = Bed::start()? else { return Ok(()) };
    bed.file("workload.yaml", WORKLOAD)?;
    bed.run("apply -f workload.yaml")?;
    bed.run(&format!("patch pod web-1 --subresource=status -p '{CRASHING}'"))?;
    let still = "CrashLoopBackOff: back-off 40s restarting failed container";

    let waiting = bed.shows(
        "wait --for=condition=Ready pod/web-1 --timeout=10m",
        &["waiting for pods/web-1: Ready is False, not true (ContainersNotReady", still],
    )?;
    bed.run(
        r#"patch pod web-1 --subresource=status -p '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}'"#,
    )?;
    let (status, shown) = waiting.end(LONG)?;
    assert!(status.success() && shown.contains("pod/web-1 condition met"), "{shown}");

    bed.run(&format!("patch pod web-1 --subresource=status -p '{CRASHING}'"))?;
    bed.shows(
        "rollout status deployment/web --timeout=10m",
        &["Waiting for deployment", &format!("still waiting: pod web-1: container c waits: {still}")],
    )?;
    bed.shows(
        "wait --for=condition=Available deployment/web --timeout=10m",
        &["waiting for deployments.apps/web: it has no condition Available yet", "still waiting: pod web-1"],
    )?;

    // Nothing of it where nobody looks: longer than the patience of either.
    let said = bed.said("wait --for=condition=Ready pod/web-1 --timeout=4s")?;
    assert_eq!(said, "error: timed out waiting for the condition on pods/web-1\n");
    let said = bed.said("rollout status deployment/web --timeout=4s")?;
    assert_eq!(said, "error: timed out waiting for the condition\n");
    Ok(())
}

#[test]
fn a_namespace_that_stays_says_why() -> Result<()> {
    let Some(bed) = Bed::start()? else { return Ok(()) };
    bed.run("create namespace stuck")?;
    bed.file(
        "held.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, namespace: stuck, finalizers: [example.com/mine]}\n",
    )?;
    bed.run("apply -f held.yaml")?;
    let waiting = bed.shows(
        "delete namespace stuck",
        &["namespace/stuck is still there", "still in stuck: configmap/held is held by example.com/mine"],
    )?;
    drop(waiting);
    Ok(())
}

#[test]
fn conflicts_show_both_sides() -> Result<()> {
    let Some(bed) = Bed::start()? else { return Ok(()) };
    let map = |value: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shared}}\ndata: {{key: {value}}}\n")
    };
    bed.file("one.yaml", &map("first"))?;
    bed.file("two.yaml", &map("second"))?;
    bed.run("apply --server-side --field-manager=robot -f one.yaml")?;
    let terminal = Terminal::start(bed.command("apply --server-side -f two.yaml"))?;
    let (status, shown) = terminal.end(LONG)?;
    assert!(!status.success(), "{shown}");
    assert!(
        shown.contains(r#".data.key: the file has "second", the server "first" (conflict with "robot""#),
        "{shown}"
    );
    let said = bed.said("apply --server-side -f two.yaml")?;
    assert!(said.contains("conflict with \"robot\"") && !said.contains("the file has"), "{said}");
    Ok(())
}

#[test]
fn a_crashed_container_has_an_earlier_log() -> Result<()> {
    let Some(bed) = Bed::start()? else { return Ok(()) };
    bed.file("workload.yaml", WORKLOAD)?;
    bed.run("apply -f workload.yaml")?;
    bed.run(&format!("patch pod web-1 --subresource=status -p '{CRASHING}'"))?;
    // There is no node to have the log from: what is suggested comes from the pod's status.
    let hint = "the last ended with exit code 7 (Error); its log: kctl logs -p web-1 -c c";
    let (_, shown) = Terminal::start(bed.command("logs web-1"))?.end(LONG)?;
    assert!(shown.contains(hint), "{shown}");
    let (_, shown) = Terminal::start(bed.command("logs -p web-1"))?.end(LONG)?;
    assert!(!shown.contains("hint:"), "{shown}");
    assert!(!bed.said("logs web-1")?.contains("hint:"));
    Ok(())
}

#[test]
fn words_that_are_nearly_right() -> Result<()> {
    let Some(bed) = Bed::start()? else { return Ok(()) };
    for (args, hint) in [
        ("gte pods", "Did you mean this?\n\tget"),
        ("get deploymnets", "did you mean \"deployments\"?"),
        ("get pods --outptu=wide", "Did you mean --output?"),
        ("explain pod.spec.contianers", "did you mean \"containers\"?"),
    ] {
        let said = bed.said(args)?;
        assert!(said.contains(hint), "{args}: {said}");
    }
    Ok(())
}

#[test]
fn everything_is_more_than_all() -> Result<()> {
    let Some(bed) = Bed::start()? else { return Ok(()) };
    bed.file(
        "definition.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {plural: things, singular: thing, kind: Thing}\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n",
    )?;
    bed.file(
        "objects.yaml",
        "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: mine}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n---\napiVersion: v1\nkind: Event\nmetadata: {name: said}\ninvolvedObject: {kind: Pod, name: x, namespace: default}\nreason: Because\n",
    )?;
    bed.run("apply -f definition.yaml")?;
    bed.run("wait --for=condition=Established crd/things.example.com --timeout=60s")?;
    bed.run("create -f objects.yaml")?;
    let all = bed.run("get all")?;
    assert!(all.contains("service/kubernetes") && !all.contains("plain"), "{all}");
    let everything = bed.run("get everything -o name")?;
    for name in
        ["thing.example.com/mine", "configmap/plain", "event/said", "namespace/default", "service/kubernetes"]
    {
        assert_eq!(everything.lines().filter(|line| *line == name).count(), 1, "{name}: {everything}");
    }
    assert!(bed.run("get everything")?.contains("thing.example.com/mine"));
    Ok(())
}
