//! The same cluster on another runtime: Debian's containerd with runc in place of kube-cri.

use std::time::Duration;

use anyhow::Result;
use kadm_tests::{Node, program, skip_reason};

const LONG: Duration = Duration::from_secs(60);
const SOCKET: &str = "unix:///run/containerd/containerd.sock";

/// containerd as a user would set it up, except for what this machine can't do: lower an
/// `oom_score_adj`.
const START: &str = r#"
mkdir -p /etc/containerd
cat > /etc/containerd/config.toml <<'CONFIG'
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "kadm.local/pause:latest"
  restrict_oom_score_adj = true
CONFIG
setsid containerd > /var/log/containerd.log 2>&1 < /dev/null &
"#;

#[test]
fn a_cluster_on_containerd() -> Result<()> {
    if skip_reason().is_some() || program("containerd").is_none() || program("runc").is_none() {
        return Ok(());
    }
    let node = Node::start("one", "10.80.0.1")?;
    node.run("kadm install").ok()?;
    node.run(START).ok()?;
    node.until("test -S /run/containerd/containerd.sock", LONG, |_| true)?;
    let before = node.inventory()?;
    node.run(&format!("kadm init --single-node --cri-socket {SOCKET}")).ok()?;
    let nodes = node.run("kctl get nodes -o wide").ok()?;
    assert!(nodes.contains("containerd://"), "{nodes}");

    node.run("kctl create deployment hello --image=kadm.local/hello --replicas=2").ok()?;
    node.run("kctl rollout status deployment hello --timeout=60s").ok()?;
    node.run("kctl expose deployment hello --port=80").ok()?;
    // Its streams speak SPDY; ours are translated.
    let answer = node.until("kctl exec deploy/hello -- wget -qO- http://hello", LONG, |_| true)?;
    assert!(answer.starts_with("Hello from hello-"), "{answer}");
    assert_eq!(node.run("kctl exec deploy/hello -- wget -qO- http://localhost:1").code, 1);
    let logs = node.run("kctl logs deploy/hello").ok()?;
    assert!(logs.contains("is listening on port 80"), "{logs}");

    node.run("kadm reset -f").ok()?;
    let after = node.inventory()?;
    let left: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    // What containerd keeps for itself is not ours to remove.
    let left: Vec<_> = left.into_iter().filter(|line| !line.contains("containerd")).collect();
    let gone: Vec<_> =
        before.iter().filter(|line| !after.contains(line) && !line.starts_with("cgroup ")).collect();
    assert!(left.is_empty() && gone.is_empty(), "left by reset: {left:#?}\ngone: {gone:#?}");
    Ok(())
}
