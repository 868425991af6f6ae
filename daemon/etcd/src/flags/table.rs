//! The flags of etcd 3.6: those that are built, those that have other names by now, and those that
//! are not built, each with what upstream does unless told otherwise and why it is not there.

/// Flags with a value: name, default, help.
pub(super) const VALUES: &[(&str, &str, &str)] = &[
    (
        "config-file",
        "",
        "Path to the server configuration file; other flags and variables then count no more",
    ),
    ("name", "default", "Human-readable name for this member"),
    ("data-dir", "", "Path to the data directory [default: <name>.etcd]"),
    ("wal-dir", "", "Path to the dedicated wal directory [default: <data-dir>/member/wal]"),
    ("snapshot-count", "10000", "Number of committed transactions to trigger a snapshot to disk"),
    (
        "snapshot-catchup-entries",
        "5000",
        "Number of entries for a slow follower to catch up after a snapshot",
    ),
    ("listen-peer-urls", "http://localhost:2380", "List of URLs to listen on for peer traffic"),
    ("listen-client-urls", "http://localhost:2379", "List of URLs to listen on for client traffic"),
    ("listen-metrics-urls", "", "List of URLs to listen on for the metrics and health endpoints"),
    ("metrics", "basic", "Level of detail: basic, or extensive with histograms of how long calls took"),
    ("quota-backend-bytes", "0", "Raise alarms when backend size exceeds the given quota; 0 means 2 GiB"),
    ("max-txn-ops", "128", "Maximum number of operations permitted in a transaction"),
    ("max-request-bytes", "1572864", "Maximum client request size in bytes the server will accept"),
    ("heartbeat-interval", "100", "Time in milliseconds of a heartbeat interval (for clusters)"),
    ("election-timeout", "1000", "Time in milliseconds for an election to timeout (for clusters)"),
    ("initial-advertise-peer-urls", "http://localhost:2380", "List of this member's peer URLs"),
    ("initial-cluster", "", "Initial cluster configuration [default: <name>=<initial-advertise-peer-urls>]"),
    ("initial-cluster-state", "new", "Initial cluster state ('new' or 'existing')"),
    ("initial-cluster-token", "etcd-cluster", "Initial cluster token for the cluster during bootstrap"),
    ("advertise-client-urls", "http://localhost:2379", "List of this member's client URLs to advertise"),
    ("auto-compaction-mode", "periodic", "Interpret auto-compaction-retention as 'periodic' or 'revision'"),
    ("auto-compaction-retention", "0", "Auto compaction retention length; 0 disables auto compaction"),
    ("cert-file", "", "Path to the client server TLS cert file"),
    ("key-file", "", "Path to the client server TLS key file"),
    ("trusted-ca-file", "", "Path to the client server TLS trusted CA cert file"),
    ("peer-cert-file", "", "Path to the peer server TLS cert file"),
    ("peer-key-file", "", "Path to the peer server TLS key file"),
    (
        "max-learners",
        "1",
        "Sets the maximum number of learners that can be available in the cluster membership",
    ),
    ("peer-trusted-ca-file", "", "Path to the peer server TLS trusted CA file"),
    ("watch-progress-notify-interval", "10m", "Duration of periodic watch progress notifications"),
    ("feature-gates", "", "Comma-separated feature=true|false pairs"),
    ("corrupt-check-time", "0s", "Duration of time between cluster corruption check passes"),
    (
        "compact-hash-check-time",
        "1m0s",
        "Duration of time between comparisons of members' compactions (feature gate CompactHashCheck)",
    ),
    ("auth-token", "simple", "Auth token type: 'simple', or 'jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…'"),
    ("auth-token-ttl", "300", "Seconds after which an unused simple token ends"),
    ("bcrypt-cost", "10", "The cost of hashing an auth password (4 to 31)"),
    ("discovery-token", "", "Discovery token of the cluster to be bootstrapped"),
    ("discovery-endpoints", "", "List of endpoints of the etcd cluster in which members find each other"),
    ("discovery-dial-timeout", "2s", "Dial timeout for the discovery service"),
    ("discovery-request-timeout", "5s", "Timeout for requests to the discovery service"),
    ("discovery-keepalive-time", "2s", "Keepalive time for connections to the discovery service"),
    ("discovery-keepalive-timeout", "6s", "Keepalive timeout for connections to the discovery service"),
    ("discovery-cert", "", "Path to the TLS cert file for the discovery service"),
    ("discovery-key", "", "Path to the TLS key file for the discovery service"),
    ("discovery-cacert", "", "Path to the CA cert file of the discovery service"),
    ("discovery-user", "", "username[:password] for the discovery service"),
    ("discovery-password", "", "Password for the discovery service"),
    ("discovery-srv", "", "DNS domain whose SRV records name the members of the cluster"),
    ("discovery-srv-name", "", "Suffix of the SRV service names that are asked for"),
    ("max-snapshots", "5", "Deprecated; at most so many snapshot files are kept: here it is one"),
    ("max-wals", "5", "At most so many log files are kept that nothing needs: here they are removed at once"),
    ("v2-deprecation", "write-only", "Deprecated; there is no v2 store here"),
    (
        "listen-client-http-urls",
        "",
        "List of URLs for JSON and pages alone; other client URLs then have gRPC alone",
    ),
    (
        "max-concurrent-streams",
        "4294967295",
        "Maximum concurrent streams that each client can open at a time",
    ),
    (
        "grpc-keepalive-min-time",
        "5s",
        "The shortest time between a client's own probes; who asks more often is sent away",
    ),
    ("grpc-keepalive-interval", "2h", "How often a connection is probed (0 to disable)"),
    ("grpc-keepalive-timeout", "20s", "How long a probe may go unanswered (0 to disable)"),
    ("warning-unary-request-duration", "300ms", "A request that takes longer is logged with a warning"),
    ("cors", "*", "Comma-separated list of origins for CORS (empty or * means allow all)"),
    ("host-whitelist", "*", "Comma-separated hostnames of HTTP requests without TLS (empty or * means all)"),
    ("client-cert-allowed-hostname", "", "Comma-separated SAN hostnames; client certs need one of them"),
    (
        "client-crl-file",
        "",
        "Path to the client certificate revocation list file, signed by a CA with the usage cRLSign",
    ),
    ("peer-cert-allowed-cn", "", "Comma-separated list of allowed CNs for inter-peer TLS authentication"),
    ("peer-cert-allowed-hostname", "", "Comma-separated SAN hostnames; peer certs need one of them"),
    (
        "peer-client-cert-file",
        "",
        "Path to the TLS cert file that is shown to peers [default: --peer-cert-file]",
    ),
    ("peer-client-key-file", "", "Path to the TLS key file for --peer-client-cert-file"),
    (
        "peer-crl-file",
        "",
        "Path to the peer certificate revocation list file, signed by a CA with the usage cRLSign",
    ),
    ("cipher-suites", "", "Comma-separated list of TLS 1.2 cipher suites (empty: all that are safe)"),
    ("tls-min-version", "TLS1.2", "Minimum TLS version: TLS1.2 or TLS1.3"),
    ("tls-max-version", "", "Maximum TLS version: TLS1.2 or TLS1.3 (empty: the newest)"),
    (
        "self-signed-cert-validity",
        "1",
        "Years that certificates of --auto-tls and --peer-auto-tls are good for",
    ),
    ("log-format", "console", "'json': one JSON object a line; 'console': text"),
    ("logger", "zap", "Specify 'zap' for structured logging"),
    ("log-outputs", "default", "Comma-separated: default, stdout, stderr, or files"),
    (
        "log-rotation-config-json",
        r#"{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}"#,
        "How the log file is rotated: MiB and days, files that are kept, time in names, gzip",
    ),
    ("log-level", "info", "Configures log level: debug, info, warn, error, panic or fatal"),
];

/// Flags that are true or false: name, default, help.
pub(super) const BOOLEANS: &[(&str, bool, &str)] = &[
    ("client-cert-auth", false, "Enable client cert authentication"),
    ("peer-client-cert-auth", false, "Enable peer client cert authentication"),
    ("auto-tls", false, "Client TLS using a certificate that the member makes itself"),
    ("peer-auto-tls", false, "Peer TLS using certificates that members make themselves; they prove nothing"),
    ("enable-grpc-gateway", true, "Answer JSON requests, which become gRPC calls"),
    ("discovery-insecure-transport", true, "Disable transport security for the discovery service"),
    (
        "discovery-insecure-skip-tls-verify",
        false,
        "Skip verification of the discovery service's certificate (for tests only)",
    ),
    ("enable-log-rotation", false, "Rotate the file that --log-outputs names"),
    ("memory-mlock", false, "Keep all of the program's memory in RAM"),
    ("experimental-memory-mlock", false, "Deprecated; --memory-mlock"),
    ("socket-reuse-port", false, "Set SO_REUSEPORT on listeners"),
    ("socket-reuse-address", false, "Set SO_REUSEADDR on listeners; they always have it"),
    ("peer-skip-client-san-verification", false, "Do not compare a peer's address with its certificate"),
    (
        "experimental-peer-skip-client-san-verification",
        false,
        "Deprecated; --peer-skip-client-san-verification",
    ),
    ("strict-reconfig-check", true, "Reject reconfiguration requests that would cause quorum loss"),
    ("force-new-cluster", false, "Go on as a cluster of one with the data that this member has"),
    ("pre-vote", true, "Enable to run an additional Raft election phase"),
    ("experimental-initial-corrupt-check", false, "Deprecated; the feature gate InitialCorruptCheck"),
    ("experimental-compact-hash-check-enabled", false, "Deprecated; the feature gate CompactHashCheck"),
    ("experimental-enable-lease-checkpoint", false, "Deprecated; the feature gate LeaseCheckpoint"),
    (
        "experimental-enable-lease-checkpoint-persist",
        false,
        "Deprecated; the feature gate LeaseCheckpointPersist",
    ),
    (
        "experimental-stop-grpc-service-on-defrag",
        false,
        "Deprecated; the feature gate StopGRPCServiceOnDefrag",
    ),
    (
        "experimental-txn-mode-write-with-shared-buffer",
        true,
        "Deprecated; the feature gate TxnModeWriteWithSharedBuffer",
    ),
];

/// See [`GATES`].
type Gate = (&'static str, &'static str, Option<(bool, &'static str)>);

/// Feature gates of etcd 3.6: the name, the deprecated flag that means the same, and what this program
/// does, where that can't be changed, with the reason.
pub(super) const GATES: &[Gate] = &[
    ("InitialCorruptCheck", "experimental-initial-corrupt-check", None),
    ("CompactHashCheck", "experimental-compact-hash-check-enabled", None),
    ("LeaseCheckpoint", "experimental-enable-lease-checkpoint", None),
    ("LeaseCheckpointPersist", "experimental-enable-lease-checkpoint-persist", None),
    ("SetMemberLocalAddr", "", Some((false, "the kernel chooses the address that connections come from"))),
    (
        "StopGRPCServiceOnDefrag",
        "experimental-stop-grpc-service-on-defrag",
        Some((false, "a member goes on serving while it is defragmented")),
    ),
    (
        "TxnModeWriteWithSharedBuffer",
        "experimental-txn-mode-write-with-shared-buffer",
        Some((true, "transactions never copy a buffer")),
    ),
];

/// Deprecated names of flags that are built, as etcd 3.6 still takes them: the old and the new name.
pub(super) const RENAMED: &[(&str, &str)] = &[
    ("experimental-warning-unary-request-duration", "warning-unary-request-duration"),
    ("experimental-corrupt-check-time", "corrupt-check-time"),
    ("experimental-compact-hash-check-time", "compact-hash-check-time"),
    ("experimental-snapshot-catchup-entries", "snapshot-catchup-entries"),
    ("experimental-watch-progress-notify-interval", "watch-progress-notify-interval"),
];

/// A flag of upstream's that is not built: only what upstream does unless told otherwise is taken.
pub(super) struct Unbuilt {
    pub name: &'static str,
    /// Values that change nothing. The first one is upstream's default; `true` and `false` make it a
    /// flag without a value.
    pub taken: &'static [&'static str],
    pub why: &'static str,
}

const fn unbuilt(name: &'static str, taken: &'static [&'static str], why: &'static str) -> Unbuilt {
    Unbuilt { name, taken, why }
}

const TRACES: &str = "no traces are sent anywhere";
const COMPACTION: &str = "compactions are worked off a little at a time as they come, without rests";
const BATCHES: &str = "the log says what is on disk, and the backend is written by --snapshot-count";
const V2: &str = "this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints";
const APPLY: &str = "applying is not timed entry by entry; see etcd_disk_backend_commit_duration_seconds";
const PEERS: &str = "members keep one stream each way, whose end they notice by heartbeats";
const DEFRAGMENT: &str = "`ectl defrag` gives room back while the member serves";

/// See [`Unbuilt`].
pub(super) const UNBUILT: &[Unbuilt] = &[
    unbuilt("backend-batch-interval", &["0s", "0", "100ms"], BATCHES),
    unbuilt("backend-batch-limit", &["0", "10000"], BATCHES),
    unbuilt("backend-bbolt-freelist-type", &["map", "array", ""], "the backend is no bbolt file"),
    unbuilt("bootstrap-defrag-threshold-megabytes", &["0"], DEFRAGMENT),
    unbuilt("client-cert-file", &[""], "the JSON gateway calls the member from inside, without TLS"),
    unbuilt("client-key-file", &[""], "the JSON gateway calls the member from inside, without TLS"),
    unbuilt("compaction-batch-limit", &["0", "1000"], COMPACTION),
    unbuilt("compaction-sleep-interval", &["0s", "0", "10ms"], COMPACTION),
    unbuilt("discovery", &[""], V2),
    unbuilt("discovery-fallback", &["exit"], V2),
    unbuilt("discovery-proxy", &[""], V2),
    unbuilt("distributed-tracing-address", &["localhost:4317"], TRACES),
    unbuilt("distributed-tracing-instance-id", &[""], TRACES),
    unbuilt("distributed-tracing-sampling-rate", &["0"], TRACES),
    unbuilt("distributed-tracing-service-name", &["etcd"], TRACES),
    unbuilt("downgrade-check-time", &["5s"], "there is one storage version, so that nothing is migrated"),
    unbuilt("enable-distributed-tracing", &["false"], TRACES),
    unbuilt("enable-pprof", &["false"], "there are no profiles of Go's kind; use perf"),
    unbuilt("experimental-bootstrap-defrag-threshold-megabytes", &["0"], DEFRAGMENT),
    unbuilt("experimental-compaction-batch-limit", &["0", "1000"], COMPACTION),
    unbuilt("experimental-compaction-sleep-interval", &["0s", "0", "10ms"], COMPACTION),
    unbuilt("experimental-distributed-tracing-address", &["localhost:4317"], TRACES),
    unbuilt("experimental-distributed-tracing-instance-id", &[""], TRACES),
    unbuilt("experimental-distributed-tracing-sampling-rate", &["0"], TRACES),
    unbuilt("experimental-distributed-tracing-service-name", &["etcd"], TRACES),
    unbuilt(
        "experimental-downgrade-check-time",
        &["5s"],
        "there is one storage version, so that nothing is migrated",
    ),
    unbuilt("experimental-enable-distributed-tracing", &["false"], TRACES),
    unbuilt("experimental-warning-apply-duration", &["100ms"], APPLY),
    unbuilt(
        "initial-election-tick-advance",
        &["true"],
        "a member that starts waits for a leader as any other does",
    ),
    unbuilt("raft-read-timeout", &["5s"], PEERS),
    unbuilt("raft-write-timeout", &["5s"], PEERS),
    unbuilt("unsafe-no-fsync", &["false"], "what is acknowledged is on disk; for experiments use a RAM disk"),
    unbuilt("warning-apply-duration", &["100ms"], APPLY),
];
