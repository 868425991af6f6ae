complete -c etcd -l config-file -d 'Path to the server configuration file; other flags and variables then count no more' -r
complete -c etcd -l name -d 'Human-readable name for this member' -r
complete -c etcd -l data-dir -d 'Path to the data directory [default: <name>.etcd]' -r
complete -c etcd -l wal-dir -d 'Path to the dedicated wal directory [default: <data-dir>/member/wal]' -r
complete -c etcd -l snapshot-count -d 'Number of committed transactions to trigger a snapshot to disk' -r
complete -c etcd -l snapshot-catchup-entries -d 'Number of entries for a slow follower to catch up after a snapshot' -r
complete -c etcd -l listen-peer-urls -d 'List of URLs to listen on for peer traffic' -r
complete -c etcd -l listen-client-urls -d 'List of URLs to listen on for client traffic' -r
complete -c etcd -l listen-metrics-urls -d 'List of URLs to listen on for the metrics and health endpoints' -r
complete -c etcd -l metrics -d 'Level of detail: basic, or extensive with histograms of how long calls took' -r
complete -c etcd -l quota-backend-bytes -d 'Raise alarms when backend size exceeds the given quota; 0 means 2 GiB' -r
complete -c etcd -l max-txn-ops -d 'Maximum number of operations permitted in a transaction' -r
complete -c etcd -l max-request-bytes -d 'Maximum client request size in bytes the server will accept' -r
complete -c etcd -l heartbeat-interval -d 'Time in milliseconds of a heartbeat interval (for clusters)' -r
complete -c etcd -l election-timeout -d 'Time in milliseconds for an election to timeout (for clusters)' -r
complete -c etcd -l initial-advertise-peer-urls -d 'List of this member\'s peer URLs' -r
complete -c etcd -l initial-cluster -d 'Initial cluster configuration [default: <name>=<initial-advertise-peer-urls>]' -r
complete -c etcd -l initial-cluster-state -d 'Initial cluster state (\'new\' or \'existing\')' -r
complete -c etcd -l initial-cluster-token -d 'Initial cluster token for the cluster during bootstrap' -r
complete -c etcd -l advertise-client-urls -d 'List of this member\'s client URLs to advertise' -r
complete -c etcd -l auto-compaction-mode -d 'Interpret auto-compaction-retention as \'periodic\' or \'revision\'' -r
complete -c etcd -l auto-compaction-retention -d 'Auto compaction retention length; 0 disables auto compaction' -r
complete -c etcd -l cert-file -d 'Path to the client server TLS cert file' -r
complete -c etcd -l key-file -d 'Path to the client server TLS key file' -r
complete -c etcd -l trusted-ca-file -d 'Path to the client server TLS trusted CA cert file' -r
complete -c etcd -l peer-cert-file -d 'Path to the peer server TLS cert file' -r
complete -c etcd -l peer-key-file -d 'Path to the peer server TLS key file' -r
complete -c etcd -l max-learners -d 'Sets the maximum number of learners that can be available in the cluster membership' -r
complete -c etcd -l peer-trusted-ca-file -d 'Path to the peer server TLS trusted CA file' -r
complete -c etcd -l watch-progress-notify-interval -d 'Duration of periodic watch progress notifications' -r
complete -c etcd -l feature-gates -d 'Comma-separated feature=true|false pairs' -r
complete -c etcd -l corrupt-check-time -d 'Duration of time between cluster corruption check passes' -r
complete -c etcd -l compact-hash-check-time -d 'Duration of time between comparisons of members\' compactions (feature gate CompactHashCheck)' -r
complete -c etcd -l auth-token -d 'Auth token type: \'simple\', or \'jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…\'' -r
complete -c etcd -l auth-token-ttl -d 'Seconds after which an unused simple token ends' -r
complete -c etcd -l bcrypt-cost -d 'The cost of hashing an auth password (4 to 31)' -r
complete -c etcd -l discovery-token -d 'Discovery token of the cluster to be bootstrapped' -r
complete -c etcd -l discovery-endpoints -d 'List of endpoints of the etcd cluster in which members find each other' -r
complete -c etcd -l discovery-dial-timeout -d 'Dial timeout for the discovery service' -r
complete -c etcd -l discovery-request-timeout -d 'Timeout for requests to the discovery service' -r
complete -c etcd -l discovery-keepalive-time -d 'Keepalive time for connections to the discovery service' -r
complete -c etcd -l discovery-keepalive-timeout -d 'Keepalive timeout for connections to the discovery service' -r
complete -c etcd -l discovery-cert -d 'Path to the TLS cert file for the discovery service' -r
complete -c etcd -l discovery-key -d 'Path to the TLS key file for the discovery service' -r
complete -c etcd -l discovery-cacert -d 'Path to the CA cert file of the discovery service' -r
complete -c etcd -l discovery-user -d 'username[:password] for the discovery service' -r
complete -c etcd -l discovery-password -d 'Password for the discovery service' -r
complete -c etcd -l discovery-srv -d 'DNS domain whose SRV records name the members of the cluster' -r
complete -c etcd -l discovery-srv-name -d 'Suffix of the SRV service names that are asked for' -r
complete -c etcd -l max-snapshots -d 'Deprecated; at most so many snapshot files are kept: here it is one' -r
complete -c etcd -l max-wals -d 'At most so many log files are kept that nothing needs: here they are removed at once' -r
complete -c etcd -l v2-deprecation -d 'Deprecated; there is no v2 store here' -r
complete -c etcd -l listen-client-http-urls -d 'List of URLs for JSON and pages alone; other client URLs then have gRPC alone' -r
complete -c etcd -l max-concurrent-streams -d 'Maximum concurrent streams that each client can open at a time' -r
complete -c etcd -l grpc-keepalive-min-time -d 'The shortest time between a client\'s own probes; who asks more often is sent away' -r
complete -c etcd -l grpc-keepalive-interval -d 'How often a connection is probed (0 to disable)' -r
complete -c etcd -l grpc-keepalive-timeout -d 'How long a probe may go unanswered (0 to disable)' -r
complete -c etcd -l warning-unary-request-duration -d 'A request that takes longer is logged with a warning' -r
complete -c etcd -l cors -d 'Comma-separated list of origins for CORS (empty or * means allow all)' -r
complete -c etcd -l host-whitelist -d 'Comma-separated hostnames of HTTP requests without TLS (empty or * means all)' -r
complete -c etcd -l client-cert-allowed-hostname -d 'Comma-separated SAN hostnames; client certs need one of them' -r
complete -c etcd -l client-crl-file -d 'Path to the client certificate revocation list file, signed by a CA with the usage cRLSign' -r
complete -c etcd -l peer-cert-allowed-cn -d 'Comma-separated list of allowed CNs for inter-peer TLS authentication' -r
complete -c etcd -l peer-cert-allowed-hostname -d 'Comma-separated SAN hostnames; peer certs need one of them' -r
complete -c etcd -l peer-client-cert-file -d 'Path to the TLS cert file that is shown to peers [default: --peer-cert-file]' -r
complete -c etcd -l peer-client-key-file -d 'Path to the TLS key file for --peer-client-cert-file' -r
complete -c etcd -l peer-crl-file -d 'Path to the peer certificate revocation list file, signed by a CA with the usage cRLSign' -r
complete -c etcd -l cipher-suites -d 'Comma-separated list of TLS 1.2 cipher suites (empty: all that are safe)' -r
complete -c etcd -l tls-min-version -d 'Minimum TLS version: TLS1.2 or TLS1.3' -r
complete -c etcd -l tls-max-version -d 'Maximum TLS version: TLS1.2 or TLS1.3 (empty: the newest)' -r
complete -c etcd -l self-signed-cert-validity -d 'Years that certificates of --auto-tls and --peer-auto-tls are good for' -r
complete -c etcd -l log-format -d '\'json\': one JSON object a line; \'console\': text' -r
complete -c etcd -l logger -d 'Specify \'zap\' for structured logging' -r
complete -c etcd -l log-outputs -d 'Comma-separated: default, stdout, stderr, or files' -r
complete -c etcd -l log-rotation-config-json -d 'How the log file is rotated: MiB and days, files that are kept, time in names, gzip' -r
complete -c etcd -l log-level -d 'Configures log level: debug, info, warn, error, panic or fatal' -r
complete -c etcd -l client-cert-auth -d 'Enable client cert authentication' -r
complete -c etcd -l peer-client-cert-auth -d 'Enable peer client cert authentication' -r
complete -c etcd -l auto-tls -d 'Client TLS using a certificate that the member makes itself' -r
complete -c etcd -l peer-auto-tls -d 'Peer TLS using certificates that members make themselves; they prove nothing' -r
complete -c etcd -l enable-grpc-gateway -d 'Answer JSON requests, which become gRPC calls' -r
complete -c etcd -l discovery-insecure-transport -d 'Disable transport security for the discovery service' -r
complete -c etcd -l discovery-insecure-skip-tls-verify -d 'Skip verification of the discovery service\'s certificate (for tests only)' -r
complete -c etcd -l enable-log-rotation -d 'Rotate the file that --log-outputs names' -r
complete -c etcd -l memory-mlock -d 'Keep all of the program\'s memory in RAM' -r
complete -c etcd -l experimental-memory-mlock -d 'Deprecated; --memory-mlock' -r
complete -c etcd -l socket-reuse-port -d 'Set SO_REUSEPORT on listeners' -r
complete -c etcd -l socket-reuse-address -d 'Set SO_REUSEADDR on listeners; they always have it' -r
complete -c etcd -l peer-skip-client-san-verification -d 'Do not compare a peer\'s address with its certificate' -r
complete -c etcd -l experimental-peer-skip-client-san-verification -d 'Deprecated; --peer-skip-client-san-verification' -r
complete -c etcd -l strict-reconfig-check -d 'Reject reconfiguration requests that would cause quorum loss' -r
complete -c etcd -l force-new-cluster -d 'Go on as a cluster of one with the data that this member has' -r
complete -c etcd -l pre-vote -d 'Enable to run an additional Raft election phase' -r
complete -c etcd -l experimental-initial-corrupt-check -d 'Deprecated; the feature gate InitialCorruptCheck' -r
complete -c etcd -l experimental-compact-hash-check-enabled -d 'Deprecated; the feature gate CompactHashCheck' -r
complete -c etcd -l experimental-enable-lease-checkpoint -d 'Deprecated; the feature gate LeaseCheckpoint' -r
complete -c etcd -l experimental-enable-lease-checkpoint-persist -d 'Deprecated; the feature gate LeaseCheckpointPersist' -r
complete -c etcd -l experimental-stop-grpc-service-on-defrag -d 'Deprecated; the feature gate StopGRPCServiceOnDefrag' -r
complete -c etcd -l experimental-txn-mode-write-with-shared-buffer -d 'Deprecated; the feature gate TxnModeWriteWithSharedBuffer' -r
complete -c etcd -l experimental-warning-unary-request-duration -d 'Deprecated; --warning-unary-request-duration' -r
complete -c etcd -l experimental-corrupt-check-time -d 'Deprecated; --corrupt-check-time' -r
complete -c etcd -l experimental-compact-hash-check-time -d 'Deprecated; --compact-hash-check-time' -r
complete -c etcd -l experimental-snapshot-catchup-entries -d 'Deprecated; --snapshot-catchup-entries' -r
complete -c etcd -l experimental-watch-progress-notify-interval -d 'Deprecated; --watch-progress-notify-interval' -r
complete -c etcd -l backend-batch-interval -d 'the log says what is on disk, and the backend is written by --snapshot-count' -r
complete -c etcd -l backend-batch-limit -d 'the log says what is on disk, and the backend is written by --snapshot-count' -r
complete -c etcd -l backend-bbolt-freelist-type -d 'the backend is no bbolt file' -r
complete -c etcd -l bootstrap-defrag-threshold-megabytes -d '`ectl defrag` gives room back while the member serves' -r
complete -c etcd -l client-cert-file -d 'the JSON gateway calls the member from inside, without TLS' -r
complete -c etcd -l client-key-file -d 'the JSON gateway calls the member from inside, without TLS' -r
complete -c etcd -l compaction-batch-limit -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -l compaction-sleep-interval -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -l discovery -d 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints' -r
complete -c etcd -l discovery-fallback -d 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints' -r
complete -c etcd -l discovery-proxy -d 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints' -r
complete -c etcd -l distributed-tracing-address -d 'no traces are sent anywhere' -r
complete -c etcd -l distributed-tracing-instance-id -d 'no traces are sent anywhere' -r
complete -c etcd -l distributed-tracing-sampling-rate -d 'no traces are sent anywhere' -r
complete -c etcd -l distributed-tracing-service-name -d 'no traces are sent anywhere' -r
complete -c etcd -l downgrade-check-time -d 'there is one storage version, so that nothing is migrated' -r
complete -c etcd -l enable-distributed-tracing -d 'no traces are sent anywhere' -r
complete -c etcd -l enable-pprof -d 'there are no profiles of Go\'s kind; use perf' -r
complete -c etcd -l experimental-bootstrap-defrag-threshold-megabytes -d '`ectl defrag` gives room back while the member serves' -r
complete -c etcd -l experimental-compaction-batch-limit -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -l experimental-compaction-sleep-interval -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -l experimental-distributed-tracing-address -d 'no traces are sent anywhere' -r
complete -c etcd -l experimental-distributed-tracing-instance-id -d 'no traces are sent anywhere' -r
complete -c etcd -l experimental-distributed-tracing-sampling-rate -d 'no traces are sent anywhere' -r
complete -c etcd -l experimental-distributed-tracing-service-name -d 'no traces are sent anywhere' -r
complete -c etcd -l experimental-downgrade-check-time -d 'there is one storage version, so that nothing is migrated' -r
complete -c etcd -l experimental-enable-distributed-tracing -d 'no traces are sent anywhere' -r
complete -c etcd -l experimental-warning-apply-duration -d 'applying is not timed entry by entry; see etcd_disk_backend_commit_duration_seconds' -r
complete -c etcd -l initial-election-tick-advance -d 'a member that starts waits for a leader as any other does' -r
complete -c etcd -l raft-read-timeout -d 'members keep one stream each way, whose end they notice by heartbeats' -r
complete -c etcd -l raft-write-timeout -d 'members keep one stream each way, whose end they notice by heartbeats' -r
complete -c etcd -l unsafe-no-fsync -d 'what is acknowledged is on disk; for experiments use a RAM disk' -r
complete -c etcd -l warning-apply-duration -d 'applying is not timed entry by entry; see etcd_disk_backend_commit_duration_seconds' -r
complete -c etcd -s h -l help -d 'Print help'
complete -c etcd -s V -l version -d 'Print version'
