//! What a new user does, whole: the README's session on a bare node.

use std::time::Duration;

use anyhow::Result;
use kadm_tests::{Node, skip_reason};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_users_session() -> Result<()> {
    if skip_reason().is_some() {
        return Ok(());
    }
    let node = Node::start("one", "10.77.0.1")?;
    // The executable stays after a reset, so it is there before.
    node.run("kadm install").ok()?;
    let before = node.inventory()?;
    let printed = node.run("kadm init --single-node").ok()?;
    assert!(printed.contains("kadm join 10.77.0.1:6443 --token "), "{printed}");

    let nodes = node.run("kctl get nodes").ok()?;
    assert!(nodes.lines().any(|line| line.starts_with("one ") && line.contains(" Ready ")), "{nodes}");
    let pods = node.run("kctl get pods -n kube-system").ok()?;
    for name in [
        "etcd-one",
        "kube-apiserver-one",
        "kube-controller-manager-one",
        "kube-scheduler-one",
        "kube-proxy-",
        "kube-dns-",
    ] {
        let line = pods.lines().find(|line| line.starts_with(name));
        assert!(line.is_some_and(|line| line.contains("1/1     Running   0")), "{name}:\n{pods}");
    }

    node.run("kctl create deployment hello --image=kadm.local/hello --replicas=3").ok()?;
    node.run("kctl rollout status deployment hello --timeout=60s").ok()?;
    node.run("kctl expose deployment hello --port=80").ok()?;
    let answer = node.until(
        "kctl run -i --rm try --image=kadm.local/hello --restart=Never -- wget -qO- http://hello </dev/null",
        LONG,
        |out| out.contains("Hello from hello-"),
    )?;
    assert!(answer.contains("Hello from hello-"), "{answer}");

    let keys = node.run("ectl get /registry --prefix --keys-only").ok()?;
    assert!(keys.contains("/registry/deployments/default/hello"), "{keys}");
    assert!(keys.contains("/registry/minions/one"), "{keys}");

    let exec = node.run("kctl exec deploy/hello -- wget -qO- http://localhost").ok()?;
    assert!(exec.contains("Hello from hello-"), "{exec}");
    let code = node.run("kctl exec deploy/hello -- wget -qO- http://localhost:1").code;
    assert_eq!(code, 1, "the command's own exit code comes back");
    let logs = node.run("kctl logs deploy/hello").ok()?;
    assert!(logs.contains("is listening on port 80"), "{logs}");

    node.run("kctl scale deployment hello --replicas=1").ok()?;
    node.until("kctl get pods -l app=hello -o name", LONG, |out| out.lines().count() == 1)?;
    node.run("kctl delete deployment hello --timeout=60s").ok()?;
    node.until("kctl get pods -l app=hello -o name", LONG, |out| out.trim().is_empty())?;

    node.run("kadm reset -f").ok()?;
    let after = node.inventory()?;
    let left: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    // Cgroups are the machine's: another test's node may just have gone.
    let gone: Vec<_> =
        before.iter().filter(|line| !after.contains(line) && !line.starts_with("cgroup ")).collect();
    assert!(left.is_empty() && gone.is_empty(), "left by reset: {left:#?}\ngone: {gone:#?}");
    Ok(())
}
