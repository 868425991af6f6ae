//! kill -9 of each daemon in turn while clients write: it is back at once, and nothing that was
//! acknowledged is lost.

use std::time::Duration;

use anyhow::{Context, Result};
use kadm_tests::{Node, skip_reason};

const LONG: Duration = Duration::from_secs(60);

/// Clients that create objects one after the other and note what was acknowledged.
const WRITERS: &str = r#"
for writer in 1 2 3 4; do
    (
        n=0
        while [ ! -e /tmp/stop ]; do
            n=$((n + 1))
            name=w$writer-$n
            kctl create configmap "$name" --from-literal=n=$n --request-timeout=5s >/dev/null 2>&1 && echo "configmap/$name" >> /tmp/acknowledged.$writer
        done
        touch /tmp/ended.$writer
    ) >/dev/null 2>&1 &
done
"#;

#[test]
fn killed_daemons_come_back_and_nothing_is_lost() -> Result<()> {
    if skip_reason().is_some() {
        return Ok(());
    }
    let node = Node::start("one", "10.79.0.1")?;
    node.run("kadm init --single-node").ok()?;
    node.run("kctl create deployment hello --image=kadm.local/hello --replicas=1").ok()?;
    node.run("kctl rollout status deployment hello --timeout=60s").ok()?;
    let started =
        "kctl get pods -l app=hello -o jsonpath='{.items[0].status.containerStatuses[0].containerID}'";
    let container = node.run(started).ok()?;
    node.run(WRITERS).ok()?;
    for (round, name) in
        ["etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubelet", "kube-cri"]
            .iter()
            .enumerate()
    {
        node.run(&format!("kctl create configmap before-{round} --from-literal=a={round}")).ok()?;
        let before = node.pid_of(name).with_context(|| format!("{name} does not run"))?;
        node.run(&format!("kill -9 {before}")).ok()?;
        let again = format!("pid=$(pgrep -o -x -f '{name} .*') && [ \"$pid\" != {before} ]");
        node.until(&again, LONG, |_| true).with_context(|| format!("{name} is not started again"))?;
        // What was acknowledged before is there, and the cluster takes new work.
        node.until(&format!("kctl get configmap before-{round} -o jsonpath='{{.data.a}}'"), LONG, |out| {
            out == round.to_string()
        })?;
        node.until(&format!("kctl create configmap after-{round}"), LONG, |_| true)?;
    }
    node.until("kctl get --raw /readyz", LONG, |out| out == "ok")?;
    node.run("touch /tmp/stop").ok()?;
    node.until("ls /tmp/ended.* | wc -l", LONG, |out| out.trim() == "4")?;
    let stored = node.run("kctl get configmaps -o name").ok()?;
    let stored: std::collections::HashSet<&str> = stored.lines().collect();
    let acknowledged = node.run("cat /tmp/acknowledged.*").ok()?;
    let lost: Vec<&str> = acknowledged.lines().filter(|name| !stored.contains(name)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(acknowledged.lines().count() > 20, "the writers wrote: {}", acknowledged.lines().count());
    println!("{} writes were acknowledged under {} kills", acknowledged.lines().count(), 6);
    assert_eq!(node.run(started).ok()?, container, "the container was not touched");
    // Scheduler, controllers and kubelet still do their work.
    node.run("kctl scale deployment hello --replicas=2").ok()?;
    node.run("kctl rollout status deployment hello --timeout=60s").ok()?;
    Ok(())
}
