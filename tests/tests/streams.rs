//! Streams into pods with upstream's kubectl, over WebSocket and over SPDY: exec with input, output
//! and exit codes, attach, copies, forwarded ports.

use std::time::Duration;

use anyhow::Result;
use kadm_tests::{Node, can_meet_pods};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn kubectl_streams_both_ways() -> Result<()> {
    if !can_meet_pods() {
        return Ok(());
    }
    let node = Node::start("one", "10.83.0.1")?;
    node.run("kadm init --single-node").ok()?;
    node.run("kubectl run web --image=kadm.local/hello").ok()?;
    node.run("kubectl run box --image=kadm.local/busybox -- sleep 3600").ok()?;
    node.run("kubectl wait pod/web pod/box --for=condition=Ready --timeout=60s").ok()?;
    for websockets in [true, false] {
        let with = format!(
            "export KUBECTL_REMOTE_COMMAND_WEBSOCKETS={websockets} KUBECTL_PORT_FORWARD_WEBSOCKETS={websockets}; "
        );
        let run = |script: &str| node.run(&format!("{with}{script}"));
        let said = run("kubectl exec box -- sh -c 'echo out; echo err >&2; exit 3'");
        assert_eq!((said.code, said.out.as_str()), (3, "out\n"), "{websockets}: {}", said.err);
        assert!(said.err.contains("err"), "{}", said.err);
        // Input ends, and all of it and of the output arrives.
        let sums = run("head -c 5000000 /dev/urandom > /tmp/x; sha256sum < /tmp/x; kubectl exec -i box -- sha256sum < /tmp/x").ok()?;
        let sums: Vec<&str> = sums.lines().collect();
        assert_eq!(sums[0], sums[1], "what went in");
        let back = run("kubectl exec -i box -- cat < /tmp/x | sha256sum").ok()?;
        assert_eq!(back.trim_end(), sums[0], "what came out");
        run("kubectl cp /tmp/x box:/tmp/y && kubectl cp box:/tmp/y /tmp/z && cmp /tmp/x /tmp/z").ok()?;
        let attached =
            run("echo said | kubectl run -i --rm try --image=kadm.local/busybox --restart=Never -q -- cat")
                .ok()?;
        assert!(attached.starts_with("said\n"), "{attached}");

        // Connections one after the other through one forwarding.
        let port = if websockets { 18080 } else { 18081 };
        run(&format!(
            "kubectl port-forward pod/web {port}:80 > /tmp/forward.log 2>&1 & echo $! > /tmp/forward.pid"
        ))
        .ok()?;
        node.until("cat /tmp/forward.log", LONG, |log| log.contains("Forwarding from 127.0.0.1"))?;
        for _ in 0..3 {
            let answer = run(&format!("kadm wget -qO- http://127.0.0.1:{port}/")).ok()?;
            assert_eq!(answer, "Hello from web\n");
        }
        run("kill $(cat /tmp/forward.pid)").ok()?;
        // A port where nobody listens is told of.
        run(&format!("timeout 20 kubectl port-forward pod/web {port}:81 > /tmp/forward.log 2>&1 &")).ok()?;
        node.until("cat /tmp/forward.log", LONG, |log| log.contains("Forwarding from 127.0.0.1"))?;
        run(&format!("kadm wget -T 2 -qO- http://127.0.0.1:{port}/"));
        node.until("cat /tmp/forward.log", LONG, |log| log.contains("Connection refused"))?;
    }
    Ok(())
}
