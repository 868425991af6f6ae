complete -c etcd -l experimental-watch-progress-notify-interval -d 'Deprecated; --watch-progress-notify-interval' -r
complete -c etcd -l config-file -d 'Path to the server configuration file; other flags and variables then count no more' -r
complete -c etcd -l name -d 'Human-readable name for this member' -r
complete -c etcd -l data-dir -d 'Path to the data directory [default: <name>.etcd]' -r
complete -c etcd -l wal-dir -d 'Path to the dedicated wal directory [default: <data-dir>/member/wal]' -r
complete -c etcd -l snapshot-count -d 'Number of committed transactions to trigger a snapshot to disk' -r
complete -c etcd -l snapshot-catchup-entries -d 'Number of entries for a slow follower to catch up after a snapshot' -r
complete -c etcd -l listen-peer-urls -d 'List of URLs to listen on for peer traffic' -r
complete -c etcd -l listen-client-urls -d 'List of URLs to listen on for client traffic' -r
complete -c etcd -l listen-metrics-urls -d 'List of URLs to listen on for the metrics and health endpoints' -r
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
complete -c etcd -l auth-token -d 'Auth token type: \'simple\', or \'jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…\'' -r
complete -c etcd -l auth-token-ttl -d 'Seconds after which an unused simple token ends' -r
complete -c etcd -l bcrypt-cost -d 'The cost of hashing an auth password (4 to 31)' -r
complete -c etcd -l logger -d 'Specify \'zap\' for structured logging' -r
complete -c etcd -l log-outputs -d '\'default\' or \'stderr\': logs go to standard error' -r
complete -c etcd -l log-level -d 'Configures log level: debug, info, warn, error, panic or fatal' -r
complete -c etcd -l client-cert-auth -d 'Enable client cert authentication' -r
complete -c etcd -l peer-client-cert-auth -d 'Enable peer client cert authentication' -r
complete -c etcd -l enable-grpc-gateway -d 'Answer JSON requests, which become gRPC calls' -r
complete -c etcd -l strict-reconfig-check -d 'Reject reconfiguration requests that would cause quorum loss' -r
complete -c etcd -l force-new-cluster -d 'Go on as a cluster of one with the data that this member has' -r
complete -c etcd -l pre-vote -d 'Enable to run an additional Raft election phase' -r
complete -c etcd -l experimental-initial-corrupt-check -d 'Deprecated; the feature gate InitialCorruptCheck' -r
complete -c etcd -s h -l help -d 'Print help'
complete -c etcd -s V -l version -d 'Print version'
