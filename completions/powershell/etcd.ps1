
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'etcd' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'etcd'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'etcd' {
            [CompletionResult]::new('--config-file', '--config-file', [CompletionResultType]::ParameterName, 'Path to the server configuration file; other flags and variables then count no more')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Human-readable name for this member')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Path to the data directory [default: <name>.etcd]')
            [CompletionResult]::new('--wal-dir', '--wal-dir', [CompletionResultType]::ParameterName, 'Path to the dedicated wal directory [default: <data-dir>/member/wal]')
            [CompletionResult]::new('--snapshot-count', '--snapshot-count', [CompletionResultType]::ParameterName, 'Number of committed transactions to trigger a snapshot to disk')
            [CompletionResult]::new('--snapshot-catchup-entries', '--snapshot-catchup-entries', [CompletionResultType]::ParameterName, 'Number of entries for a slow follower to catch up after a snapshot')
            [CompletionResult]::new('--listen-peer-urls', '--listen-peer-urls', [CompletionResultType]::ParameterName, 'List of URLs to listen on for peer traffic')
            [CompletionResult]::new('--listen-client-urls', '--listen-client-urls', [CompletionResultType]::ParameterName, 'List of URLs to listen on for client traffic')
            [CompletionResult]::new('--listen-metrics-urls', '--listen-metrics-urls', [CompletionResultType]::ParameterName, 'List of URLs to listen on for the metrics and health endpoints')
            [CompletionResult]::new('--metrics', '--metrics', [CompletionResultType]::ParameterName, 'Level of detail: basic, or extensive with histograms of how long calls took')
            [CompletionResult]::new('--quota-backend-bytes', '--quota-backend-bytes', [CompletionResultType]::ParameterName, 'Raise alarms when backend size exceeds the given quota; 0 means 2 GiB')
            [CompletionResult]::new('--max-txn-ops', '--max-txn-ops', [CompletionResultType]::ParameterName, 'Maximum number of operations permitted in a transaction')
            [CompletionResult]::new('--max-request-bytes', '--max-request-bytes', [CompletionResultType]::ParameterName, 'Maximum client request size in bytes the server will accept')
            [CompletionResult]::new('--heartbeat-interval', '--heartbeat-interval', [CompletionResultType]::ParameterName, 'Time in milliseconds of a heartbeat interval (for clusters)')
            [CompletionResult]::new('--election-timeout', '--election-timeout', [CompletionResultType]::ParameterName, 'Time in milliseconds for an election to timeout (for clusters)')
            [CompletionResult]::new('--initial-advertise-peer-urls', '--initial-advertise-peer-urls', [CompletionResultType]::ParameterName, 'List of this member''s peer URLs')
            [CompletionResult]::new('--initial-cluster', '--initial-cluster', [CompletionResultType]::ParameterName, 'Initial cluster configuration [default: <name>=<initial-advertise-peer-urls>]')
            [CompletionResult]::new('--initial-cluster-state', '--initial-cluster-state', [CompletionResultType]::ParameterName, 'Initial cluster state (''new'' or ''existing'')')
            [CompletionResult]::new('--initial-cluster-token', '--initial-cluster-token', [CompletionResultType]::ParameterName, 'Initial cluster token for the cluster during bootstrap')
            [CompletionResult]::new('--advertise-client-urls', '--advertise-client-urls', [CompletionResultType]::ParameterName, 'List of this member''s client URLs to advertise')
            [CompletionResult]::new('--auto-compaction-mode', '--auto-compaction-mode', [CompletionResultType]::ParameterName, 'Interpret auto-compaction-retention as ''periodic'' or ''revision''')
            [CompletionResult]::new('--auto-compaction-retention', '--auto-compaction-retention', [CompletionResultType]::ParameterName, 'Auto compaction retention length; 0 disables auto compaction')
            [CompletionResult]::new('--cert-file', '--cert-file', [CompletionResultType]::ParameterName, 'Path to the client server TLS cert file')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'Path to the client server TLS key file')
            [CompletionResult]::new('--trusted-ca-file', '--trusted-ca-file', [CompletionResultType]::ParameterName, 'Path to the client server TLS trusted CA cert file')
            [CompletionResult]::new('--peer-cert-file', '--peer-cert-file', [CompletionResultType]::ParameterName, 'Path to the peer server TLS cert file')
            [CompletionResult]::new('--peer-key-file', '--peer-key-file', [CompletionResultType]::ParameterName, 'Path to the peer server TLS key file')
            [CompletionResult]::new('--max-learners', '--max-learners', [CompletionResultType]::ParameterName, 'Sets the maximum number of learners that can be available in the cluster membership')
            [CompletionResult]::new('--peer-trusted-ca-file', '--peer-trusted-ca-file', [CompletionResultType]::ParameterName, 'Path to the peer server TLS trusted CA file')
            [CompletionResult]::new('--watch-progress-notify-interval', '--watch-progress-notify-interval', [CompletionResultType]::ParameterName, 'Duration of periodic watch progress notifications')
            [CompletionResult]::new('--feature-gates', '--feature-gates', [CompletionResultType]::ParameterName, 'Comma-separated feature=true|false pairs')
            [CompletionResult]::new('--corrupt-check-time', '--corrupt-check-time', [CompletionResultType]::ParameterName, 'Duration of time between cluster corruption check passes')
            [CompletionResult]::new('--compact-hash-check-time', '--compact-hash-check-time', [CompletionResultType]::ParameterName, 'Duration of time between comparisons of members'' compactions (feature gate CompactHashCheck)')
            [CompletionResult]::new('--auth-token', '--auth-token', [CompletionResultType]::ParameterName, 'Auth token type: ''simple'', or ''jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…''')
            [CompletionResult]::new('--auth-token-ttl', '--auth-token-ttl', [CompletionResultType]::ParameterName, 'Seconds after which an unused simple token ends')
            [CompletionResult]::new('--bcrypt-cost', '--bcrypt-cost', [CompletionResultType]::ParameterName, 'The cost of hashing an auth password (4 to 31)')
            [CompletionResult]::new('--discovery-token', '--discovery-token', [CompletionResultType]::ParameterName, 'Discovery token of the cluster to be bootstrapped')
            [CompletionResult]::new('--discovery-endpoints', '--discovery-endpoints', [CompletionResultType]::ParameterName, 'List of endpoints of the etcd cluster in which members find each other')
            [CompletionResult]::new('--discovery-dial-timeout', '--discovery-dial-timeout', [CompletionResultType]::ParameterName, 'Dial timeout for the discovery service')
            [CompletionResult]::new('--discovery-request-timeout', '--discovery-request-timeout', [CompletionResultType]::ParameterName, 'Timeout for requests to the discovery service')
            [CompletionResult]::new('--discovery-keepalive-time', '--discovery-keepalive-time', [CompletionResultType]::ParameterName, 'Keepalive time for connections to the discovery service')
            [CompletionResult]::new('--discovery-keepalive-timeout', '--discovery-keepalive-timeout', [CompletionResultType]::ParameterName, 'Keepalive timeout for connections to the discovery service')
            [CompletionResult]::new('--discovery-cert', '--discovery-cert', [CompletionResultType]::ParameterName, 'Path to the TLS cert file for the discovery service')
            [CompletionResult]::new('--discovery-key', '--discovery-key', [CompletionResultType]::ParameterName, 'Path to the TLS key file for the discovery service')
            [CompletionResult]::new('--discovery-cacert', '--discovery-cacert', [CompletionResultType]::ParameterName, 'Path to the CA cert file of the discovery service')
            [CompletionResult]::new('--discovery-user', '--discovery-user', [CompletionResultType]::ParameterName, 'username[:password] for the discovery service')
            [CompletionResult]::new('--discovery-password', '--discovery-password', [CompletionResultType]::ParameterName, 'Password for the discovery service')
            [CompletionResult]::new('--discovery-srv', '--discovery-srv', [CompletionResultType]::ParameterName, 'DNS domain whose SRV records name the members of the cluster')
            [CompletionResult]::new('--discovery-srv-name', '--discovery-srv-name', [CompletionResultType]::ParameterName, 'Suffix of the SRV service names that are asked for')
            [CompletionResult]::new('--max-snapshots', '--max-snapshots', [CompletionResultType]::ParameterName, 'Deprecated; at most so many snapshot files are kept: here it is one')
            [CompletionResult]::new('--max-wals', '--max-wals', [CompletionResultType]::ParameterName, 'At most so many log files are kept that nothing needs: here they are removed at once')
            [CompletionResult]::new('--v2-deprecation', '--v2-deprecation', [CompletionResultType]::ParameterName, 'Deprecated; there is no v2 store here')
            [CompletionResult]::new('--listen-client-http-urls', '--listen-client-http-urls', [CompletionResultType]::ParameterName, 'List of URLs for JSON and pages alone; other client URLs then have gRPC alone')
            [CompletionResult]::new('--max-concurrent-streams', '--max-concurrent-streams', [CompletionResultType]::ParameterName, 'Maximum concurrent streams that each client can open at a time')
            [CompletionResult]::new('--grpc-keepalive-min-time', '--grpc-keepalive-min-time', [CompletionResultType]::ParameterName, 'The shortest time between a client''s own probes; who asks more often is sent away')
            [CompletionResult]::new('--grpc-keepalive-interval', '--grpc-keepalive-interval', [CompletionResultType]::ParameterName, 'How often a connection is probed (0 to disable)')
            [CompletionResult]::new('--grpc-keepalive-timeout', '--grpc-keepalive-timeout', [CompletionResultType]::ParameterName, 'How long a probe may go unanswered (0 to disable)')
            [CompletionResult]::new('--warning-unary-request-duration', '--warning-unary-request-duration', [CompletionResultType]::ParameterName, 'A request that takes longer is logged with a warning')
            [CompletionResult]::new('--cors', '--cors', [CompletionResultType]::ParameterName, 'Comma-separated list of origins for CORS (empty or * means allow all)')
            [CompletionResult]::new('--host-whitelist', '--host-whitelist', [CompletionResultType]::ParameterName, 'Comma-separated hostnames of HTTP requests without TLS (empty or * means all)')
            [CompletionResult]::new('--client-cert-allowed-hostname', '--client-cert-allowed-hostname', [CompletionResultType]::ParameterName, 'Comma-separated SAN hostnames; client certs need one of them')
            [CompletionResult]::new('--client-crl-file', '--client-crl-file', [CompletionResultType]::ParameterName, 'Path to the client certificate revocation list file, signed by a CA with the usage cRLSign')
            [CompletionResult]::new('--peer-cert-allowed-cn', '--peer-cert-allowed-cn', [CompletionResultType]::ParameterName, 'Comma-separated list of allowed CNs for inter-peer TLS authentication')
            [CompletionResult]::new('--peer-cert-allowed-hostname', '--peer-cert-allowed-hostname', [CompletionResultType]::ParameterName, 'Comma-separated SAN hostnames; peer certs need one of them')
            [CompletionResult]::new('--peer-client-cert-file', '--peer-client-cert-file', [CompletionResultType]::ParameterName, 'Path to the TLS cert file that is shown to peers [default: --peer-cert-file]')
            [CompletionResult]::new('--peer-client-key-file', '--peer-client-key-file', [CompletionResultType]::ParameterName, 'Path to the TLS key file for --peer-client-cert-file')
            [CompletionResult]::new('--peer-crl-file', '--peer-crl-file', [CompletionResultType]::ParameterName, 'Path to the peer certificate revocation list file, signed by a CA with the usage cRLSign')
            [CompletionResult]::new('--cipher-suites', '--cipher-suites', [CompletionResultType]::ParameterName, 'Comma-separated list of TLS 1.2 cipher suites (empty: all that are safe)')
            [CompletionResult]::new('--tls-min-version', '--tls-min-version', [CompletionResultType]::ParameterName, 'Minimum TLS version: TLS1.2 or TLS1.3')
            [CompletionResult]::new('--tls-max-version', '--tls-max-version', [CompletionResultType]::ParameterName, 'Maximum TLS version: TLS1.2 or TLS1.3 (empty: the newest)')
            [CompletionResult]::new('--self-signed-cert-validity', '--self-signed-cert-validity', [CompletionResultType]::ParameterName, 'Years that certificates of --auto-tls and --peer-auto-tls are good for')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, '''json'': one JSON object a line; ''console'': text')
            [CompletionResult]::new('--logger', '--logger', [CompletionResultType]::ParameterName, 'Specify ''zap'' for structured logging')
            [CompletionResult]::new('--log-outputs', '--log-outputs', [CompletionResultType]::ParameterName, 'Comma-separated: default, stdout, stderr, or files')
            [CompletionResult]::new('--log-rotation-config-json', '--log-rotation-config-json', [CompletionResultType]::ParameterName, 'How the log file is rotated: MiB and days, files that are kept, time in names, gzip')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'Configures log level: debug, info, warn, error, panic or fatal')
            [CompletionResult]::new('--client-cert-auth', '--client-cert-auth', [CompletionResultType]::ParameterName, 'Enable client cert authentication')
            [CompletionResult]::new('--peer-client-cert-auth', '--peer-client-cert-auth', [CompletionResultType]::ParameterName, 'Enable peer client cert authentication')
            [CompletionResult]::new('--auto-tls', '--auto-tls', [CompletionResultType]::ParameterName, 'Client TLS using a certificate that the member makes itself')
            [CompletionResult]::new('--peer-auto-tls', '--peer-auto-tls', [CompletionResultType]::ParameterName, 'Peer TLS using certificates that members make themselves; they prove nothing')
            [CompletionResult]::new('--enable-grpc-gateway', '--enable-grpc-gateway', [CompletionResultType]::ParameterName, 'Answer JSON requests, which become gRPC calls')
            [CompletionResult]::new('--discovery-insecure-transport', '--discovery-insecure-transport', [CompletionResultType]::ParameterName, 'Disable transport security for the discovery service')
            [CompletionResult]::new('--discovery-insecure-skip-tls-verify', '--discovery-insecure-skip-tls-verify', [CompletionResultType]::ParameterName, 'Skip verification of the discovery service''s certificate (for tests only)')
            [CompletionResult]::new('--enable-log-rotation', '--enable-log-rotation', [CompletionResultType]::ParameterName, 'Rotate the file that --log-outputs names')
            [CompletionResult]::new('--memory-mlock', '--memory-mlock', [CompletionResultType]::ParameterName, 'Keep all of the program''s memory in RAM')
            [CompletionResult]::new('--experimental-memory-mlock', '--experimental-memory-mlock', [CompletionResultType]::ParameterName, 'Deprecated; --memory-mlock')
            [CompletionResult]::new('--socket-reuse-port', '--socket-reuse-port', [CompletionResultType]::ParameterName, 'Set SO_REUSEPORT on listeners')
            [CompletionResult]::new('--socket-reuse-address', '--socket-reuse-address', [CompletionResultType]::ParameterName, 'Set SO_REUSEADDR on listeners; they always have it')
            [CompletionResult]::new('--peer-skip-client-san-verification', '--peer-skip-client-san-verification', [CompletionResultType]::ParameterName, 'Do not compare a peer''s address with its certificate')
            [CompletionResult]::new('--experimental-peer-skip-client-san-verification', '--experimental-peer-skip-client-san-verification', [CompletionResultType]::ParameterName, 'Deprecated; --peer-skip-client-san-verification')
            [CompletionResult]::new('--strict-reconfig-check', '--strict-reconfig-check', [CompletionResultType]::ParameterName, 'Reject reconfiguration requests that would cause quorum loss')
            [CompletionResult]::new('--force-new-cluster', '--force-new-cluster', [CompletionResultType]::ParameterName, 'Go on as a cluster of one with the data that this member has')
            [CompletionResult]::new('--pre-vote', '--pre-vote', [CompletionResultType]::ParameterName, 'Enable to run an additional Raft election phase')
            [CompletionResult]::new('--experimental-initial-corrupt-check', '--experimental-initial-corrupt-check', [CompletionResultType]::ParameterName, 'Deprecated; the feature gate InitialCorruptCheck')
            [CompletionResult]::new('--experimental-compact-hash-check-enabled', '--experimental-compact-hash-check-enabled', [CompletionResultType]::ParameterName, 'Deprecated; the feature gate CompactHashCheck')
            [CompletionResult]::new('--experimental-enable-lease-checkpoint', '--experimental-enable-lease-checkpoint', [CompletionResultType]::ParameterName, 'Deprecated; the feature gate LeaseCheckpoint')
            [CompletionResult]::new('--experimental-enable-lease-checkpoint-persist', '--experimental-enable-lease-checkpoint-persist', [CompletionResultType]::ParameterName, 'Deprecated; the feature gate LeaseCheckpointPersist')
            [CompletionResult]::new('--experimental-stop-grpc-service-on-defrag', '--experimental-stop-grpc-service-on-defrag', [CompletionResultType]::ParameterName, 'Deprecated; the feature gate StopGRPCServiceOnDefrag')
            [CompletionResult]::new('--experimental-txn-mode-write-with-shared-buffer', '--experimental-txn-mode-write-with-shared-buffer', [CompletionResultType]::ParameterName, 'Deprecated; the feature gate TxnModeWriteWithSharedBuffer')
            [CompletionResult]::new('--experimental-warning-unary-request-duration', '--experimental-warning-unary-request-duration', [CompletionResultType]::ParameterName, 'Deprecated; --warning-unary-request-duration')
            [CompletionResult]::new('--experimental-corrupt-check-time', '--experimental-corrupt-check-time', [CompletionResultType]::ParameterName, 'Deprecated; --corrupt-check-time')
            [CompletionResult]::new('--experimental-compact-hash-check-time', '--experimental-compact-hash-check-time', [CompletionResultType]::ParameterName, 'Deprecated; --compact-hash-check-time')
            [CompletionResult]::new('--experimental-snapshot-catchup-entries', '--experimental-snapshot-catchup-entries', [CompletionResultType]::ParameterName, 'Deprecated; --snapshot-catchup-entries')
            [CompletionResult]::new('--experimental-watch-progress-notify-interval', '--experimental-watch-progress-notify-interval', [CompletionResultType]::ParameterName, 'Deprecated; --watch-progress-notify-interval')
            [CompletionResult]::new('--backend-batch-interval', '--backend-batch-interval', [CompletionResultType]::ParameterName, 'the log says what is on disk, and the backend is written by --snapshot-count')
            [CompletionResult]::new('--backend-batch-limit', '--backend-batch-limit', [CompletionResultType]::ParameterName, 'the log says what is on disk, and the backend is written by --snapshot-count')
            [CompletionResult]::new('--backend-bbolt-freelist-type', '--backend-bbolt-freelist-type', [CompletionResultType]::ParameterName, 'the backend is no bbolt file')
            [CompletionResult]::new('--bootstrap-defrag-threshold-megabytes', '--bootstrap-defrag-threshold-megabytes', [CompletionResultType]::ParameterName, '`ectl defrag` gives room back while the member serves')
            [CompletionResult]::new('--client-cert-file', '--client-cert-file', [CompletionResultType]::ParameterName, 'the JSON gateway calls the member from inside, without TLS')
            [CompletionResult]::new('--client-key-file', '--client-key-file', [CompletionResultType]::ParameterName, 'the JSON gateway calls the member from inside, without TLS')
            [CompletionResult]::new('--compaction-batch-limit', '--compaction-batch-limit', [CompletionResultType]::ParameterName, 'compactions are worked off a little at a time as they come, without rests')
            [CompletionResult]::new('--compaction-sleep-interval', '--compaction-sleep-interval', [CompletionResultType]::ParameterName, 'compactions are worked off a little at a time as they come, without rests')
            [CompletionResult]::new('--discovery', '--discovery', [CompletionResultType]::ParameterName, 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints')
            [CompletionResult]::new('--discovery-fallback', '--discovery-fallback', [CompletionResultType]::ParameterName, 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints')
            [CompletionResult]::new('--discovery-proxy', '--discovery-proxy', [CompletionResultType]::ParameterName, 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints')
            [CompletionResult]::new('--distributed-tracing-address', '--distributed-tracing-address', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--distributed-tracing-instance-id', '--distributed-tracing-instance-id', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--distributed-tracing-sampling-rate', '--distributed-tracing-sampling-rate', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--distributed-tracing-service-name', '--distributed-tracing-service-name', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--downgrade-check-time', '--downgrade-check-time', [CompletionResultType]::ParameterName, 'there is one storage version, so that nothing is migrated')
            [CompletionResult]::new('--enable-distributed-tracing', '--enable-distributed-tracing', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--enable-pprof', '--enable-pprof', [CompletionResultType]::ParameterName, 'there are no profiles of Go''s kind; use perf')
            [CompletionResult]::new('--experimental-bootstrap-defrag-threshold-megabytes', '--experimental-bootstrap-defrag-threshold-megabytes', [CompletionResultType]::ParameterName, '`ectl defrag` gives room back while the member serves')
            [CompletionResult]::new('--experimental-compaction-batch-limit', '--experimental-compaction-batch-limit', [CompletionResultType]::ParameterName, 'compactions are worked off a little at a time as they come, without rests')
            [CompletionResult]::new('--experimental-compaction-sleep-interval', '--experimental-compaction-sleep-interval', [CompletionResultType]::ParameterName, 'compactions are worked off a little at a time as they come, without rests')
            [CompletionResult]::new('--experimental-distributed-tracing-address', '--experimental-distributed-tracing-address', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--experimental-distributed-tracing-instance-id', '--experimental-distributed-tracing-instance-id', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--experimental-distributed-tracing-sampling-rate', '--experimental-distributed-tracing-sampling-rate', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--experimental-distributed-tracing-service-name', '--experimental-distributed-tracing-service-name', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--experimental-downgrade-check-time', '--experimental-downgrade-check-time', [CompletionResultType]::ParameterName, 'there is one storage version, so that nothing is migrated')
            [CompletionResult]::new('--experimental-enable-distributed-tracing', '--experimental-enable-distributed-tracing', [CompletionResultType]::ParameterName, 'no traces are sent anywhere')
            [CompletionResult]::new('--experimental-warning-apply-duration', '--experimental-warning-apply-duration', [CompletionResultType]::ParameterName, 'applying is not timed entry by entry; see etcd_disk_backend_commit_duration_seconds')
            [CompletionResult]::new('--initial-election-tick-advance', '--initial-election-tick-advance', [CompletionResultType]::ParameterName, 'a member that starts waits for a leader as any other does')
            [CompletionResult]::new('--raft-read-timeout', '--raft-read-timeout', [CompletionResultType]::ParameterName, 'members keep one stream each way, whose end they notice by heartbeats')
            [CompletionResult]::new('--raft-write-timeout', '--raft-write-timeout', [CompletionResultType]::ParameterName, 'members keep one stream each way, whose end they notice by heartbeats')
            [CompletionResult]::new('--unsafe-no-fsync', '--unsafe-no-fsync', [CompletionResultType]::ParameterName, 'what is acknowledged is on disk; for experiments use a RAM disk')
            [CompletionResult]::new('--warning-apply-duration', '--warning-apply-duration', [CompletionResultType]::ParameterName, 'applying is not timed entry by entry; see etcd_disk_backend_commit_duration_seconds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('gateway', 'gateway', [CompletionResultType]::ParameterValue, 'A TCP proxy in front of the members of a cluster')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'etcd;gateway' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start the gateway')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'etcd;gateway;start' {
            [CompletionResult]::new('--listen-addr', '--listen-addr', [CompletionResultType]::ParameterName, 'Listen address')
            [CompletionResult]::new('--discovery-srv', '--discovery-srv', [CompletionResultType]::ParameterName, 'DNS domain whose SRV records name the endpoints')
            [CompletionResult]::new('--discovery-srv-name', '--discovery-srv-name', [CompletionResultType]::ParameterName, 'Service name to query when using DNS discovery')
            [CompletionResult]::new('--insecure-discovery', '--insecure-discovery', [CompletionResultType]::ParameterName, 'Accept endpoints of SRV records without TLS, unverified')
            [CompletionResult]::new('--trusted-ca-file', '--trusted-ca-file', [CompletionResultType]::ParameterName, 'CA that the discovered endpoints'' certificates are verified with')
            [CompletionResult]::new('--endpoints', '--endpoints', [CompletionResultType]::ParameterName, 'Comma separated etcd cluster endpoints')
            [CompletionResult]::new('--retry-delay', '--retry-delay', [CompletionResultType]::ParameterName, 'How long an endpoint that failed is left alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'etcd;gateway;help' {
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start the gateway')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'etcd;gateway;help;start' {
            break
        }
        'etcd;gateway;help;help' {
            break
        }
        'etcd;help' {
            [CompletionResult]::new('gateway', 'gateway', [CompletionResultType]::ParameterValue, 'A TCP proxy in front of the members of a cluster')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'etcd;help;gateway' {
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start the gateway')
            break
        }
        'etcd;help;gateway;start' {
            break
        }
        'etcd;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
