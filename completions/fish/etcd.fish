# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_etcd_global_optspecs
    string join \n config-file= name= data-dir= wal-dir= snapshot-count= snapshot-catchup-entries= listen-peer-urls= listen-client-urls= listen-metrics-urls= metrics= quota-backend-bytes= max-txn-ops= max-request-bytes= heartbeat-interval= election-timeout= initial-advertise-peer-urls= initial-cluster= initial-cluster-state= initial-cluster-token= advertise-client-urls= auto-compaction-mode= auto-compaction-retention= cert-file= key-file= trusted-ca-file= peer-cert-file= peer-key-file= max-learners= peer-trusted-ca-file= watch-progress-notify-interval= feature-gates= corrupt-check-time= compact-hash-check-time= auth-token= auth-token-ttl= bcrypt-cost= discovery-token= discovery-endpoints= discovery-dial-timeout= discovery-request-timeout= discovery-keepalive-time= discovery-keepalive-timeout= discovery-cert= discovery-key= discovery-cacert= discovery-user= discovery-password= discovery-srv= discovery-srv-name= max-snapshots= max-wals= v2-deprecation= listen-client-http-urls= max-concurrent-streams= grpc-keepalive-min-time= grpc-keepalive-interval= grpc-keepalive-timeout= warning-unary-request-duration= cors= host-whitelist= client-cert-allowed-hostname= client-crl-file= peer-cert-allowed-cn= peer-cert-allowed-hostname= peer-client-cert-file= peer-client-key-file= peer-crl-file= cipher-suites= tls-min-version= tls-max-version= self-signed-cert-validity= log-format= logger= log-outputs= log-rotation-config-json= log-level= client-cert-auth= peer-client-cert-auth= auto-tls= peer-auto-tls= enable-grpc-gateway= discovery-insecure-transport= discovery-insecure-skip-tls-verify= enable-log-rotation= memory-mlock= experimental-memory-mlock= socket-reuse-port= socket-reuse-address= peer-skip-client-san-verification= experimental-peer-skip-client-san-verification= strict-reconfig-check= force-new-cluster= pre-vote= experimental-initial-corrupt-check= experimental-compact-hash-check-enabled= experimental-enable-lease-checkpoint= experimental-enable-lease-checkpoint-persist= experimental-stop-grpc-service-on-defrag= experimental-txn-mode-write-with-shared-buffer= experimental-warning-unary-request-duration= experimental-corrupt-check-time= experimental-compact-hash-check-time= experimental-snapshot-catchup-entries= experimental-watch-progress-notify-interval= backend-batch-interval= backend-batch-limit= backend-bbolt-freelist-type= bootstrap-defrag-threshold-megabytes= client-cert-file= client-key-file= compaction-batch-limit= compaction-sleep-interval= discovery= discovery-fallback= discovery-proxy= distributed-tracing-address= distributed-tracing-instance-id= distributed-tracing-sampling-rate= distributed-tracing-service-name= downgrade-check-time= enable-distributed-tracing= enable-pprof= experimental-bootstrap-defrag-threshold-megabytes= experimental-compaction-batch-limit= experimental-compaction-sleep-interval= experimental-distributed-tracing-address= experimental-distributed-tracing-instance-id= experimental-distributed-tracing-sampling-rate= experimental-distributed-tracing-service-name= experimental-downgrade-check-time= experimental-enable-distributed-tracing= experimental-warning-apply-duration= initial-election-tick-advance= raft-read-timeout= raft-write-timeout= unsafe-no-fsync= warning-apply-duration= h/help V/version
end

function __fish_etcd_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_etcd_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_etcd_using_subcommand
    set -l cmd (__fish_etcd_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c etcd -n "__fish_etcd_needs_command" -l config-file -d 'Path to the server configuration file; other flags and variables then count no more' -r
complete -c etcd -n "__fish_etcd_needs_command" -l name -d 'Human-readable name for this member' -r
complete -c etcd -n "__fish_etcd_needs_command" -l data-dir -d 'Path to the data directory [default: <name>.etcd]' -r
complete -c etcd -n "__fish_etcd_needs_command" -l wal-dir -d 'Path to the dedicated wal directory [default: <data-dir>/member/wal]' -r
complete -c etcd -n "__fish_etcd_needs_command" -l snapshot-count -d 'Number of committed transactions to trigger a snapshot to disk' -r
complete -c etcd -n "__fish_etcd_needs_command" -l snapshot-catchup-entries -d 'Number of entries for a slow follower to catch up after a snapshot' -r
complete -c etcd -n "__fish_etcd_needs_command" -l listen-peer-urls -d 'List of URLs to listen on for peer traffic' -r
complete -c etcd -n "__fish_etcd_needs_command" -l listen-client-urls -d 'List of URLs to listen on for client traffic' -r
complete -c etcd -n "__fish_etcd_needs_command" -l listen-metrics-urls -d 'List of URLs to listen on for the metrics and health endpoints' -r
complete -c etcd -n "__fish_etcd_needs_command" -l metrics -d 'Level of detail: basic, or extensive with histograms of how long calls took' -r
complete -c etcd -n "__fish_etcd_needs_command" -l quota-backend-bytes -d 'Raise alarms when backend size exceeds the given quota; 0 means 2 GiB' -r
complete -c etcd -n "__fish_etcd_needs_command" -l max-txn-ops -d 'Maximum number of operations permitted in a transaction' -r
complete -c etcd -n "__fish_etcd_needs_command" -l max-request-bytes -d 'Maximum client request size in bytes the server will accept' -r
complete -c etcd -n "__fish_etcd_needs_command" -l heartbeat-interval -d 'Time in milliseconds of a heartbeat interval (for clusters)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l election-timeout -d 'Time in milliseconds for an election to timeout (for clusters)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l initial-advertise-peer-urls -d 'List of this member\'s peer URLs' -r
complete -c etcd -n "__fish_etcd_needs_command" -l initial-cluster -d 'Initial cluster configuration [default: <name>=<initial-advertise-peer-urls>]' -r
complete -c etcd -n "__fish_etcd_needs_command" -l initial-cluster-state -d 'Initial cluster state (\'new\' or \'existing\')' -r
complete -c etcd -n "__fish_etcd_needs_command" -l initial-cluster-token -d 'Initial cluster token for the cluster during bootstrap' -r
complete -c etcd -n "__fish_etcd_needs_command" -l advertise-client-urls -d 'List of this member\'s client URLs to advertise' -r
complete -c etcd -n "__fish_etcd_needs_command" -l auto-compaction-mode -d 'Interpret auto-compaction-retention as \'periodic\' or \'revision\'' -r
complete -c etcd -n "__fish_etcd_needs_command" -l auto-compaction-retention -d 'Auto compaction retention length; 0 disables auto compaction' -r
complete -c etcd -n "__fish_etcd_needs_command" -l cert-file -d 'Path to the client server TLS cert file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l key-file -d 'Path to the client server TLS key file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l trusted-ca-file -d 'Path to the client server TLS trusted CA cert file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-cert-file -d 'Path to the peer server TLS cert file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-key-file -d 'Path to the peer server TLS key file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l max-learners -d 'Sets the maximum number of learners that can be available in the cluster membership' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-trusted-ca-file -d 'Path to the peer server TLS trusted CA file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l watch-progress-notify-interval -d 'Duration of periodic watch progress notifications' -r
complete -c etcd -n "__fish_etcd_needs_command" -l feature-gates -d 'Comma-separated feature=true|false pairs' -r
complete -c etcd -n "__fish_etcd_needs_command" -l corrupt-check-time -d 'Duration of time between cluster corruption check passes' -r
complete -c etcd -n "__fish_etcd_needs_command" -l compact-hash-check-time -d 'Duration of time between comparisons of members\' compactions (feature gate CompactHashCheck)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l auth-token -d 'Auth token type: \'simple\', or \'jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…\'' -r
complete -c etcd -n "__fish_etcd_needs_command" -l auth-token-ttl -d 'Seconds after which an unused simple token ends' -r
complete -c etcd -n "__fish_etcd_needs_command" -l bcrypt-cost -d 'The cost of hashing an auth password (4 to 31)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-token -d 'Discovery token of the cluster to be bootstrapped' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-endpoints -d 'List of endpoints of the etcd cluster in which members find each other' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-dial-timeout -d 'Dial timeout for the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-request-timeout -d 'Timeout for requests to the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-keepalive-time -d 'Keepalive time for connections to the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-keepalive-timeout -d 'Keepalive timeout for connections to the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-cert -d 'Path to the TLS cert file for the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-key -d 'Path to the TLS key file for the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-cacert -d 'Path to the CA cert file of the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-user -d 'username[:password] for the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-password -d 'Password for the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-srv -d 'DNS domain whose SRV records name the members of the cluster' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-srv-name -d 'Suffix of the SRV service names that are asked for' -r
complete -c etcd -n "__fish_etcd_needs_command" -l max-snapshots -d 'Deprecated; at most so many snapshot files are kept: here it is one' -r
complete -c etcd -n "__fish_etcd_needs_command" -l max-wals -d 'At most so many log files are kept that nothing needs: here they are removed at once' -r
complete -c etcd -n "__fish_etcd_needs_command" -l v2-deprecation -d 'Deprecated; there is no v2 store here' -r
complete -c etcd -n "__fish_etcd_needs_command" -l listen-client-http-urls -d 'List of URLs for JSON and pages alone; other client URLs then have gRPC alone' -r
complete -c etcd -n "__fish_etcd_needs_command" -l max-concurrent-streams -d 'Maximum concurrent streams that each client can open at a time' -r
complete -c etcd -n "__fish_etcd_needs_command" -l grpc-keepalive-min-time -d 'The shortest time between a client\'s own probes; who asks more often is sent away' -r
complete -c etcd -n "__fish_etcd_needs_command" -l grpc-keepalive-interval -d 'How often a connection is probed (0 to disable)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l grpc-keepalive-timeout -d 'How long a probe may go unanswered (0 to disable)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l warning-unary-request-duration -d 'A request that takes longer is logged with a warning' -r
complete -c etcd -n "__fish_etcd_needs_command" -l cors -d 'Comma-separated list of origins for CORS (empty or * means allow all)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l host-whitelist -d 'Comma-separated hostnames of HTTP requests without TLS (empty or * means all)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l client-cert-allowed-hostname -d 'Comma-separated SAN hostnames; client certs need one of them' -r
complete -c etcd -n "__fish_etcd_needs_command" -l client-crl-file -d 'Path to the client certificate revocation list file, signed by a CA with the usage cRLSign' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-cert-allowed-cn -d 'Comma-separated list of allowed CNs for inter-peer TLS authentication' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-cert-allowed-hostname -d 'Comma-separated SAN hostnames; peer certs need one of them' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-client-cert-file -d 'Path to the TLS cert file that is shown to peers [default: --peer-cert-file]' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-client-key-file -d 'Path to the TLS key file for --peer-client-cert-file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-crl-file -d 'Path to the peer certificate revocation list file, signed by a CA with the usage cRLSign' -r
complete -c etcd -n "__fish_etcd_needs_command" -l cipher-suites -d 'Comma-separated list of TLS 1.2 cipher suites (empty: all that are safe)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l tls-min-version -d 'Minimum TLS version: TLS1.2 or TLS1.3' -r
complete -c etcd -n "__fish_etcd_needs_command" -l tls-max-version -d 'Maximum TLS version: TLS1.2 or TLS1.3 (empty: the newest)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l self-signed-cert-validity -d 'Years that certificates of --auto-tls and --peer-auto-tls are good for' -r
complete -c etcd -n "__fish_etcd_needs_command" -l log-format -d '\'json\': one JSON object a line; \'console\': text' -r
complete -c etcd -n "__fish_etcd_needs_command" -l logger -d 'Specify \'zap\' for structured logging' -r
complete -c etcd -n "__fish_etcd_needs_command" -l log-outputs -d 'Comma-separated: default, stdout, stderr, or files' -r
complete -c etcd -n "__fish_etcd_needs_command" -l log-rotation-config-json -d 'How the log file is rotated: MiB and days, files that are kept, time in names, gzip' -r
complete -c etcd -n "__fish_etcd_needs_command" -l log-level -d 'Configures log level: debug, info, warn, error, panic or fatal' -r
complete -c etcd -n "__fish_etcd_needs_command" -l client-cert-auth -d 'Enable client cert authentication' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-client-cert-auth -d 'Enable peer client cert authentication' -r
complete -c etcd -n "__fish_etcd_needs_command" -l auto-tls -d 'Client TLS using a certificate that the member makes itself' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-auto-tls -d 'Peer TLS using certificates that members make themselves; they prove nothing' -r
complete -c etcd -n "__fish_etcd_needs_command" -l enable-grpc-gateway -d 'Answer JSON requests, which become gRPC calls' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-insecure-transport -d 'Disable transport security for the discovery service' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-insecure-skip-tls-verify -d 'Skip verification of the discovery service\'s certificate (for tests only)' -r
complete -c etcd -n "__fish_etcd_needs_command" -l enable-log-rotation -d 'Rotate the file that --log-outputs names' -r
complete -c etcd -n "__fish_etcd_needs_command" -l memory-mlock -d 'Keep all of the program\'s memory in RAM' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-memory-mlock -d 'Deprecated; --memory-mlock' -r
complete -c etcd -n "__fish_etcd_needs_command" -l socket-reuse-port -d 'Set SO_REUSEPORT on listeners' -r
complete -c etcd -n "__fish_etcd_needs_command" -l socket-reuse-address -d 'Set SO_REUSEADDR on listeners; they always have it' -r
complete -c etcd -n "__fish_etcd_needs_command" -l peer-skip-client-san-verification -d 'Do not compare a peer\'s address with its certificate' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-peer-skip-client-san-verification -d 'Deprecated; --peer-skip-client-san-verification' -r
complete -c etcd -n "__fish_etcd_needs_command" -l strict-reconfig-check -d 'Reject reconfiguration requests that would cause quorum loss' -r
complete -c etcd -n "__fish_etcd_needs_command" -l force-new-cluster -d 'Go on as a cluster of one with the data that this member has' -r
complete -c etcd -n "__fish_etcd_needs_command" -l pre-vote -d 'Enable to run an additional Raft election phase' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-initial-corrupt-check -d 'Deprecated; the feature gate InitialCorruptCheck' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-compact-hash-check-enabled -d 'Deprecated; the feature gate CompactHashCheck' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-enable-lease-checkpoint -d 'Deprecated; the feature gate LeaseCheckpoint' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-enable-lease-checkpoint-persist -d 'Deprecated; the feature gate LeaseCheckpointPersist' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-stop-grpc-service-on-defrag -d 'Deprecated; the feature gate StopGRPCServiceOnDefrag' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-txn-mode-write-with-shared-buffer -d 'Deprecated; the feature gate TxnModeWriteWithSharedBuffer' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-warning-unary-request-duration -d 'Deprecated; --warning-unary-request-duration' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-corrupt-check-time -d 'Deprecated; --corrupt-check-time' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-compact-hash-check-time -d 'Deprecated; --compact-hash-check-time' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-snapshot-catchup-entries -d 'Deprecated; --snapshot-catchup-entries' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-watch-progress-notify-interval -d 'Deprecated; --watch-progress-notify-interval' -r
complete -c etcd -n "__fish_etcd_needs_command" -l backend-batch-interval -d 'the log says what is on disk, and the backend is written by --snapshot-count' -r
complete -c etcd -n "__fish_etcd_needs_command" -l backend-batch-limit -d 'the log says what is on disk, and the backend is written by --snapshot-count' -r
complete -c etcd -n "__fish_etcd_needs_command" -l backend-bbolt-freelist-type -d 'the backend is no bbolt file' -r
complete -c etcd -n "__fish_etcd_needs_command" -l bootstrap-defrag-threshold-megabytes -d '`ectl defrag` gives room back while the member serves' -r
complete -c etcd -n "__fish_etcd_needs_command" -l client-cert-file -d 'the JSON gateway calls the member from inside, without TLS' -r
complete -c etcd -n "__fish_etcd_needs_command" -l client-key-file -d 'the JSON gateway calls the member from inside, without TLS' -r
complete -c etcd -n "__fish_etcd_needs_command" -l compaction-batch-limit -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -n "__fish_etcd_needs_command" -l compaction-sleep-interval -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery -d 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-fallback -d 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints' -r
complete -c etcd -n "__fish_etcd_needs_command" -l discovery-proxy -d 'this is the discovery service of etcd v2; use --discovery-token and --discovery-endpoints' -r
complete -c etcd -n "__fish_etcd_needs_command" -l distributed-tracing-address -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l distributed-tracing-instance-id -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l distributed-tracing-sampling-rate -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l distributed-tracing-service-name -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l downgrade-check-time -d 'there is one storage version, so that nothing is migrated' -r
complete -c etcd -n "__fish_etcd_needs_command" -l enable-distributed-tracing -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l enable-pprof -d 'there are no profiles of Go\'s kind; use perf' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-bootstrap-defrag-threshold-megabytes -d '`ectl defrag` gives room back while the member serves' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-compaction-batch-limit -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-compaction-sleep-interval -d 'compactions are worked off a little at a time as they come, without rests' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-distributed-tracing-address -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-distributed-tracing-instance-id -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-distributed-tracing-sampling-rate -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-distributed-tracing-service-name -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-downgrade-check-time -d 'there is one storage version, so that nothing is migrated' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-enable-distributed-tracing -d 'no traces are sent anywhere' -r
complete -c etcd -n "__fish_etcd_needs_command" -l experimental-warning-apply-duration -d 'applying is not timed entry by entry; see etcd_disk_backend_commit_duration_seconds' -r
complete -c etcd -n "__fish_etcd_needs_command" -l initial-election-tick-advance -d 'a member that starts waits for a leader as any other does' -r
complete -c etcd -n "__fish_etcd_needs_command" -l raft-read-timeout -d 'members keep one stream each way, whose end they notice by heartbeats' -r
complete -c etcd -n "__fish_etcd_needs_command" -l raft-write-timeout -d 'members keep one stream each way, whose end they notice by heartbeats' -r
complete -c etcd -n "__fish_etcd_needs_command" -l unsafe-no-fsync -d 'what is acknowledged is on disk; for experiments use a RAM disk' -r
complete -c etcd -n "__fish_etcd_needs_command" -l warning-apply-duration -d 'applying is not timed entry by entry; see etcd_disk_backend_commit_duration_seconds' -r
complete -c etcd -n "__fish_etcd_needs_command" -s h -l help -d 'Print help'
complete -c etcd -n "__fish_etcd_needs_command" -s V -l version -d 'Print version'
complete -c etcd -n "__fish_etcd_needs_command" -f -a "gateway" -d 'A TCP proxy in front of the members of a cluster'
complete -c etcd -n "__fish_etcd_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and not __fish_seen_subcommand_from start help" -s h -l help -d 'Print help'
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and not __fish_seen_subcommand_from start help" -f -a "start" -d 'Start the gateway'
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and not __fish_seen_subcommand_from start help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -l listen-addr -d 'Listen address' -r
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -l discovery-srv -d 'DNS domain whose SRV records name the endpoints' -r
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -l discovery-srv-name -d 'Service name to query when using DNS discovery' -r
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -l insecure-discovery -d 'Accept endpoints of SRV records without TLS, unverified' -r
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -l trusted-ca-file -d 'CA that the discovered endpoints\' certificates are verified with' -r
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -l endpoints -d 'Comma separated etcd cluster endpoints' -r
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -l retry-delay -d 'How long an endpoint that failed is left alone' -r
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help'
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start the gateway'
complete -c etcd -n "__fish_etcd_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etcd -n "__fish_etcd_using_subcommand help; and not __fish_seen_subcommand_from gateway help" -f -a "gateway" -d 'A TCP proxy in front of the members of a cluster'
complete -c etcd -n "__fish_etcd_using_subcommand help; and not __fish_seen_subcommand_from gateway help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etcd -n "__fish_etcd_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "start" -d 'Start the gateway'
