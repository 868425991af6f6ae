//! Logs, streams, copies and debuggers of pods that run: kubectl and kctl do the same, line by line, on one cluster.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use kadm_tests::terminal::Terminal;
use kadm_tests::{Node, can_meet_pods};
use regex::Regex;

#[test]
fn pods_that_run_are_met_alike() -> Result<()> {
    if !can_meet_pods() {
        return Ok(());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kubectl/cluster");
    let node = Node::start("one", "10.84.0.1")?;
    node.run("kadm init --single-node").ok()?;
    let pods = std::fs::read_to_string(folder.join("pods.yaml"))?;
    node.run_with("cat > /tmp/pods.yaml && kubectl apply -f /tmp/pods.yaml", &pods)?.ok()?;
    node.run("kubectl wait pod/two pod/defb pod/tty --for=condition=Ready --timeout=60s").ok()?;
    node.run("kubectl wait pod/done --for=jsonpath={.status.phase}=Failed --timeout=60s").ok()?;
    node.run("kubectl wait job/job --for=condition=Complete --timeout=60s").ok()?;
    node.run("kubectl rollout status deployment/dep --timeout=60s").ok()?;
    let noise = [
        (r"\bkctl\b", "kubectl"),
        (r"debugger-[a-z0-9]{5}\b", "debugger-RANDOM"),
        (r"\bdep-[a-z0-9]+-[a-z0-9]{5}\b", "dep-RANDOM"),
        (r"\bjob-[a-z0-9]{5}\b", "job-RANDOM"),
        (r"kube-api-access-[a-z0-9]{5}", "kube-api-access-RANDOM"),
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
    ];
    let noise: Vec<(Regex, &str)> =
        noise.iter().map(|(pattern, with)| Ok((Regex::new(pattern)?, *with))).collect::<Result<_>>()?;
    node.run_with("cat > /tmp/shown", SHOWN)?.ok()?;
    let run = |program: &str, line: &str| -> Result<String> {
        // A line that never ends must not hold the tests up; it says so with timeout's code.
        let script = "cd /tmp; export EDITOR=true; . /tmp/shown; eval \"$(cat)\" < /dev/null";
        let output = node.run_with(&format!("K={program} timeout -k 5 {LIMIT} sh -c '{script}'"), line)?;
        let mut said = format!("{}--\n{}exit code {}", output.out, output.err, output.code);
        for (pattern, with) in &noise {
            said = pattern.replace_all(&said, *with).into_owned();
        }
        Ok(said)
    };
    let lines = std::fs::read_to_string(folder.join("pods.lines"))?;
    let (mut count, mut different) = (0, Vec::new());
    for line in lines.lines().filter_map(|line| line.strip_prefix("$ ")) {
        count += 1;
        let (theirs, ours) = (run("kubectl", line)?, run("kctl", line)?);
        if theirs != ours {
            different.push(format!("$ {line}\nkubectl:\n{theirs}\nkctl:\n{ours}\n"));
        }
    }
    println!("{count} lines compared");
    if !different.is_empty() {
        bail!("{} lines differ:\n{}", different.len(), different.join("\n"));
    }
    detaches(&node)
}

/// The keys that leave a container end kctl, and nothing else: what kubectl 1.35 can't do.
fn detaches(node: &Node) -> Result<()> {
    node.run("kubectl wait pod/tty --for=condition=Ready --timeout=60s").ok()?;
    let restarts =
        || node.run("kubectl get pod tty -o jsonpath={.status.containerStatuses[0].restartCount}").ok();
    let before = restarts()?;
    let mut terminal = Terminal::start(node.command("kctl attach -it tty --detach-keys=ctrl-a,x"))?;
    terminal.until(LONG, |shown| shown.contains("try pressing enter"))?;
    terminal.press("echo in$((1+1))side\r")?;
    terminal.until(LONG, |shown| shown.contains("in2side"))?;
    terminal.press("\x01x")?;
    let (status, shown) = terminal.end(LONG)?;
    ensure!(status.success(), "{status}: {shown}");
    ensure!(
        shown.contains("Session ended, resume using 'kctl attach tty -c a -n default -i -t' command"),
        "{shown}"
    );
    let log = node.run("kubectl logs tty --tail=1").ok()?;
    ensure!(!log.contains('x'), "the keys came through: {log}");
    ensure!(restarts()? == before, "the container did not go on");
    Ok(())
}

const LONG: Duration = Duration::from_secs(60);

/// Seconds that one line may take.
const LIMIT: u32 = 30;

/// What lines about debuggers make and look at: a pod, made anew, and what of a pod a debugger changes.
const SHOWN: &str = r#"
mk() {
    kubectl delete pod dbg copy --force --grace-period=0 > /dev/null 2>&1
    kubectl apply -f - > /dev/null <<'Y'
apiVersion: v1
kind: Pod
metadata: {name: dbg, labels: {l: m}, annotations: {x: "why"}}
spec:
  securityContext: {runAsUser: 0}
  initContainers: [{name: i, image: kadm.local/busybox, command: ["true"]}]
  containers:
  - name: a
    image: kadm.local/busybox
    command: [sleep, "36000"]
    livenessProbe: {exec: {command: ["true"]}}
    readinessProbe: {exec: {command: ["true"]}}
    startupProbe: {exec: {command: ["true"]}}
    securityContext: {capabilities: {add: [KILL]}}
Y
}
spec() {
    for field in .metadata.labels .metadata.annotations.x .spec.shareProcessNamespace .spec.hostPID .spec.nodeName \
        .spec.initContainers .spec.containers .spec.ephemeralContainers; do
        kubectl get pod "$1" -o jsonpath="{$field}"
        echo
    done
}
"#;
