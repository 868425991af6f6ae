//! What the flags make of what is written on a command line.

use std::path::PathBuf;
use std::time::Duration;

use super::*;

fn config(args: &[&str]) -> Result<Config, Vec<String>> {
    let args = std::iter::once("etcd").chain(args.iter().copied()).map(Into::into).collect();
    let matches = command().try_get_matches_from(go_style(args)).map_err(|error| vec![error.to_string()])?;
    Config::new(&matches)
}

#[test]
fn defaults_and_go_style() {
    let plain = config(&[]).expect("defaults are valid");
    assert_eq!(plain.data_dir, PathBuf::from("default.etcd"));
    assert_eq!(plain.listen_client.len(), 1);
    assert_eq!(config(&["--name=a", "--name=b", "--pre-vote", "--pre-vote=false"]).expect("valid").name, "b");
    let named = config(&["-name", "m1", "-max-txn-ops=5", "--client-cert-auth=false"]).expect("valid");
    assert_eq!((named.data_dir, named.limits.max_txn_ops), (PathBuf::from("m1.etcd"), 5));
}

#[test]
fn how_connections_are_probed() {
    let limits = |args: &[&str]| config(args).expect("valid").limits;
    let plain = limits(&[]);
    let hours = Duration::from_secs(2 * 60 * 60);
    assert_eq!(plain.keepalive, Some((hours, Duration::from_secs(20))));
    assert_eq!(plain.pings, Duration::from_secs(5));
    let given = limits(&["--grpc-keepalive-min-time=1m", "--grpc-keepalive-interval=0s"]);
    assert_eq!((given.pings, given.keepalive), (Duration::from_secs(60), None));
    assert!(config(&["--grpc-keepalive-min-time=often"]).is_err());
}

#[test]
fn what_kubeadm_writes() {
    let config = config(&[
        "--advertise-client-urls=https://10.0.0.1:2379",
        "--cert-file=/etc/kubernetes/pki/etcd/server.crt",
        "--client-cert-auth=true",
        "--data-dir=/var/lib/etcd",
        "--feature-gates=InitialCorruptCheck=true",
        "--initial-advertise-peer-urls=https://10.0.0.1:2380",
        "--initial-cluster=node=https://10.0.0.1:2380",
        "--key-file=/etc/kubernetes/pki/etcd/server.key",
        "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379",
        "--listen-metrics-urls=http://127.0.0.1:2381",
        "--listen-peer-urls=https://10.0.0.1:2380",
        "--name=node",
        "--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt",
        "--peer-client-cert-auth=true",
        "--peer-key-file=/etc/kubernetes/pki/etcd/peer.key",
        "--peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
        "--snapshot-count=10000",
        "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
        "--watch-progress-notify-interval=5s",
    ])
    .expect("valid");
    assert_eq!(config.listen_client.len(), 2);
    assert_eq!(config.limits.progress_interval, Duration::from_secs(5));
    assert!(config.client_cert_auth);
}

/// The flags of etcd 3.6, as its own program registers them.
const PUBLISHED: &str = "
    advertise-client-urls auth-token auth-token-ttl auto-compaction-mode auto-compaction-retention auto-tls
    backend-batch-interval backend-batch-limit backend-bbolt-freelist-type bcrypt-cost
    bootstrap-defrag-threshold-megabytes cert-file cipher-suites client-cert-allowed-hostname
    client-cert-auth client-cert-file client-crl-file client-key-file compact-hash-check-time
    compaction-batch-limit compaction-sleep-interval config-file corrupt-check-time cors data-dir discovery
    discovery-cacert discovery-cert discovery-dial-timeout discovery-endpoints discovery-fallback
    discovery-insecure-skip-tls-verify discovery-insecure-transport discovery-keepalive-time
    discovery-keepalive-timeout discovery-key discovery-password discovery-proxy discovery-request-timeout
    discovery-srv discovery-srv-name discovery-token discovery-user distributed-tracing-address
    distributed-tracing-instance-id distributed-tracing-sampling-rate distributed-tracing-service-name
    downgrade-check-time election-timeout enable-distributed-tracing enable-grpc-gateway
    enable-log-rotation enable-pprof experimental-bootstrap-defrag-threshold-megabytes
    experimental-compact-hash-check-enabled experimental-compact-hash-check-time
    experimental-compaction-batch-limit experimental-compaction-sleep-interval
    experimental-corrupt-check-time experimental-distributed-tracing-address
    experimental-distributed-tracing-instance-id experimental-distributed-tracing-sampling-rate
    experimental-distributed-tracing-service-name experimental-downgrade-check-time
    experimental-enable-distributed-tracing experimental-enable-lease-checkpoint
    experimental-enable-lease-checkpoint-persist experimental-initial-corrupt-check
    experimental-memory-mlock experimental-peer-skip-client-san-verification
    experimental-snapshot-catchup-entries experimental-stop-grpc-service-on-defrag
    experimental-txn-mode-write-with-shared-buffer experimental-warning-apply-duration
    experimental-warning-unary-request-duration experimental-watch-progress-notify-interval feature-gates
    force-new-cluster grpc-keepalive-interval grpc-keepalive-min-time grpc-keepalive-timeout
    heartbeat-interval host-whitelist initial-advertise-peer-urls initial-cluster initial-cluster-state
    initial-cluster-token initial-election-tick-advance key-file listen-client-http-urls listen-client-urls
    listen-metrics-urls listen-peer-urls log-format log-level log-outputs log-rotation-config-json logger
    max-concurrent-streams max-learners max-request-bytes max-snapshots max-txn-ops max-wals memory-mlock
    metrics name peer-auto-tls peer-cert-allowed-cn peer-cert-allowed-hostname peer-cert-file
    peer-client-cert-auth peer-client-cert-file peer-client-key-file peer-crl-file peer-key-file
    peer-skip-client-san-verification peer-trusted-ca-file pre-vote quota-backend-bytes raft-read-timeout
    raft-write-timeout self-signed-cert-validity snapshot-catchup-entries snapshot-count socket-reuse-address
    socket-reuse-port strict-reconfig-check tls-max-version tls-min-version trusted-ca-file unsafe-no-fsync
    v2-deprecation wal-dir warning-apply-duration warning-unary-request-duration
    watch-progress-notify-interval";

#[test]
fn every_flag_of_upstreams_is_there_and_no_other() {
    let command = command();
    let ours: std::collections::BTreeSet<_> = command.get_arguments().filter_map(Arg::get_long).collect();
    let theirs: std::collections::BTreeSet<_> = PUBLISHED.split_whitespace().collect();
    assert_eq!(
        ours.difference(&theirs).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "flags that upstream has not"
    );
    assert_eq!(theirs.difference(&ours).collect::<Vec<_>>(), Vec::<&&str>::new(), "flags that are missing");
    for arg in command.get_arguments() {
        let (Some(flag), Some(env)) = (arg.get_long(), arg.get_env()) else { continue };
        assert_eq!(env.to_str(), Some(variable(flag).as_str()));
    }
}

#[test]
fn what_is_not_built_is_taken_as_upstream_does_by_itself_and_refused_otherwise() {
    for flag in table::UNBUILT {
        for value in flag.taken {
            let taken = config(&[&format!("--{}={value}", flag.name)]);
            assert!(taken.is_ok(), "--{}={value}: {taken:?}", flag.name);
        }
        let other = match flag.taken.first() {
            Some(&"true") => "false",
            Some(&"false") => "true",
            _ => "7",
        };
        let wrong = config(&[&format!("--{}={other}", flag.name)]).expect_err(flag.name);
        assert!(wrong[0].starts_with(&format!("--{}: not built here: ", flag.name)), "{wrong:?}");
        assert!(wrong[0].ends_with(flag.why), "{wrong:?}");
    }
    // With one dash, as Go takes it, and with its value as a word of its own.
    let wrong = config(&["-unsafe-no-fsync"]).expect_err("refuses");
    assert!(wrong[0].starts_with("--unsafe-no-fsync: "), "{wrong:?}");
    assert!(config(&["-metrics", "extensive"]).expect("valid").extensive_metrics);
    assert!(config(&["--metrics=all"]).expect_err("refuses")[0].contains("neither basic nor extensive"));
    assert!(subcommand(&["etcd".into(), "grpc-proxy".into()]).expect("refuses").contains("grpc-proxy"));
}

#[test]
fn certificates_that_a_member_makes_are_not_made_beside_files_that_are_named() {
    let made = config(&["--auto-tls", "--peer-auto-tls", "--data-dir=/d"]).expect("valid");
    let at = |kind: &str| {
        Some((format!("/d/fixtures/{kind}/cert.pem").into(), format!("/d/fixtures/{kind}/key.pem").into()))
    };
    assert_eq!((made.cert, made.peer_cert), (at("client"), at("peer")));
    assert!(made.self_signed.clients && made.self_signed.peers && made.self_signed.years == 1);
    let named = config(&["--auto-tls", "--cert-file=a", "--key-file=b"]).expect("valid");
    assert_eq!((named.cert, named.self_signed.clients), (Some(("a".into(), "b".into())), false));
    assert!(config(&["--self-signed-cert-validity=0"]).is_err());
}

#[test]
fn deprecated_names_mean_the_new_ones() {
    let old = config(&["--experimental-corrupt-check-time=3s"]).expect("valid");
    assert_eq!(old.corrupt_check, Some(Duration::from_secs(3)));
    let both = ["--experimental-corrupt-check-time=3s", "--corrupt-check-time=3s"];
    assert!(config(&both).expect_err("refuses")[0].contains("at the same time"));
    for both in [
        ["--experimental-memory-mlock", "--memory-mlock"],
        ["--experimental-warning-apply-duration=100ms", "--warning-apply-duration=100ms"],
        ["--experimental-initial-corrupt-check", "--feature-gates=InitialCorruptCheck=true"],
    ] {
        assert!(config(&both).expect_err("refuses")[0].contains("at the same time"), "{both:?}");
    }
    let old = config(&["--experimental-initial-corrupt-check"]).expect("valid");
    assert!(old.initial_corrupt_check);
}

#[test]
fn feature_gates() {
    let gates = |text: &str| config(&[&format!("--feature-gates={text}")]);
    assert!(gates("InitialCorruptCheck=true").expect("valid").initial_corrupt_check);
    let checked =
        |args: &[&str]| config(args).map(|config| (config.compaction_check, config.limits.hash_compactions));
    assert_eq!(checked(&[]), Ok((None, false)));
    assert_eq!(checked(&["--compact-hash-check-time=5s"]), Ok((None, false)));
    let both = ["--feature-gates=CompactHashCheck=true", "--compact-hash-check-time=5s"];
    assert_eq!(checked(&both), Ok((Some(Duration::from_secs(5)), true)));
    let old = ["--experimental-compact-hash-check-enabled", "--experimental-compact-hash-check-time=2m"];
    assert_eq!(checked(&old), Ok((Some(Duration::from_secs(120)), true)));
    assert!(config(&["--compact-hash-check-time=0s"]).expect_err("refuses")[0].contains("must be >0"));
    assert!(gates("TxnModeWriteWithSharedBuffer=true,LeaseCheckpoint=false,AllAlpha=false").is_ok());
    for (text, said) in [
        ("LeaseCheckpointPersist=true", "requires enabling feature gate LeaseCheckpoint"),
        ("TxnModeWriteWithSharedBuffer=false", "copy"),
        ("AllBeta=true", "AllBeta"),
        ("Wonder=true", "not known"),
        ("InitialCorruptCheck=perhaps", "feature=true"),
    ] {
        let wrong = gates(text).expect_err(text);
        assert!(wrong[0].contains(said), "{wrong:?}");
    }
    let both = gates("LeaseCheckpoint=true,LeaseCheckpointPersist=true").expect("valid");
    assert_eq!(both.limits.lease_checkpoints, Some(Duration::from_secs(300)));
    let old = config(&["--experimental-enable-lease-checkpoint"]).expect("valid");
    assert_eq!(old.limits.lease_checkpoints, Some(Duration::from_secs(300)));
    assert_eq!(config(&[]).expect("valid").limits.lease_checkpoints, None);
}

#[test]
fn where_members_find_each_other() {
    let service = ["--discovery-token=t", "--discovery-endpoints=a:1, http://b:2"];
    let more =
        ["--discovery-user=u:p", "--discovery-insecure-transport=false", "--discovery-dial-timeout=9s"];
    let found = config(&[&service[..], &more[..]].concat()).expect("valid").discovery;
    let Some(crate::discovery::Discovery::Service(found)) = found else { panic!("{found:?}") };
    assert_eq!(found.client.endpoints, ["https://a:1", "http://b:2"]);
    assert_eq!((found.user, found.token), (Some(("u".into(), "p".into())), "t".into()));
    assert_eq!(found.client.dial_timeout, Duration::from_secs(9));
    assert_eq!(found.request_timeout, Duration::from_secs(5));
    for (args, said) in [
        (vec!["--discovery-token=t"], "must be set"),
        (vec!["--discovery-endpoints=a:1"], "must be set"),
        (vec!["--discovery-token=t", "--discovery-endpoints=a:1,,"], "empty"),
        (vec!["--discovery-token=t", "--discovery-endpoints=a:1", "--discovery-srv=x"], "choose one"),
        (vec!["--discovery-srv=x", "--initial-cluster=default=http://localhost:2380"], "choose one"),
        (vec!["--discovery-token=t", "--discovery-endpoints=a:1", "--discovery-user=u"], "no password"),
        (vec!["--discovery=https://discovery.example/x"], "--discovery-token"),
        (vec!["--max-wals=0"], "for ever"),
        (vec!["--election-timeout=50001"], "should be set less than 50000ms"),
        (vec!["--v2-deprecation=not-yet"], "not-yet"),
    ] {
        let wrong = config(&args).expect_err(said);
        assert!(wrong.iter().any(|reason| reason.contains(said)), "{said}: {wrong:?}");
    }
}

#[test]
fn mistakes_are_reported_together_and_by_name() {
    let wrong = config(&[
        "--initial-cluster=a=http://localhost:2380,b=http://h:2380",
        "--listen-client-urls=https://0.0.0.0:2379",
        "--feature-gates=Wonder=true",
    ])
    .expect_err("wrong");
    let all = wrong.join("\n");
    for part in ["couldn't find local name", "--cert-file", "--advertise-client-urls is required", "Wonder"] {
        assert!(all.contains(part), "{part} in {all}");
    }
}
