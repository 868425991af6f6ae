//! A second node joins with the printed line, becomes Ready and runs pods; pods on one node reach
//! a Service that is backed by the other.

use std::time::Duration;

use anyhow::{Context, Result};
use kadm_tests::{Node, skip_reason};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_worker_joins_and_its_pods_are_reached() -> Result<()> {
    if skip_reason().is_some() {
        return Ok(());
    }
    let (one, two) = Node::pair(("one", "10.78.0.1"), ("two", "10.78.0.2"))?;
    let printed = one.run("kadm init --single-node").ok()?;
    let (_, line) = printed.split_once("kadm join ").context("init prints the join command")?;
    two.run(&format!("kadm join {}", line.replace("\\\n", " "))).ok()?;
    one.run("kctl wait node/two --for=condition=Ready --timeout=60s").ok()?;

    let manifest = |node: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: on-{node}, labels: {{app: on-{node}}}}}\nspec:\n  nodeName: {node}\n  containers: [{{name: c, image: kadm.local/hello}}]\n"
        )
    };
    for node in ["one", "two"] {
        one.run_with("kctl apply -f -", &manifest(node))?.ok()?;
        one.run(&format!("kctl wait pod/on-{node} --for=condition=Ready --timeout=60s")).ok()?;
        one.run(&format!("kctl expose pod on-{node} --port=80 --name=svc-{node}")).ok()?;
    }
    for (from, to) in [("one", "two"), ("two", "one"), ("one", "one"), ("two", "two")] {
        let answer =
            one.until(&format!("kctl exec on-{from} -- wget -T 2 -qO- http://svc-{to}"), LONG, |_| true)?;
        assert_eq!(answer, format!("Hello from on-{to}\n"), "from {from} to {to}");
    }
    // A wrong token is refused with a word about it.
    let refused =
        two.run("kadm reset -f >/dev/null && kadm join 10.78.0.1:6443 --token aaaaaa.bbbbbbbbbbbbbbbb");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("discovery-token-ca-cert-hash"), "{}", refused.err);
    Ok(())
}
