
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
            [CompletionResult]::new('--experimental-watch-progress-notify-interval', '--experimental-watch-progress-notify-interval', [CompletionResultType]::ParameterName, 'Deprecated; --watch-progress-notify-interval')
            [CompletionResult]::new('--config-file', '--config-file', [CompletionResultType]::ParameterName, 'Path to the server configuration file; other flags and variables then count no more')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Human-readable name for this member')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Path to the data directory [default: <name>.etcd]')
            [CompletionResult]::new('--wal-dir', '--wal-dir', [CompletionResultType]::ParameterName, 'Path to the dedicated wal directory [default: <data-dir>/member/wal]')
            [CompletionResult]::new('--snapshot-count', '--snapshot-count', [CompletionResultType]::ParameterName, 'Number of committed transactions to trigger a snapshot to disk')
            [CompletionResult]::new('--snapshot-catchup-entries', '--snapshot-catchup-entries', [CompletionResultType]::ParameterName, 'Number of entries for a slow follower to catch up after a snapshot')
            [CompletionResult]::new('--listen-peer-urls', '--listen-peer-urls', [CompletionResultType]::ParameterName, 'List of URLs to listen on for peer traffic')
            [CompletionResult]::new('--listen-client-urls', '--listen-client-urls', [CompletionResultType]::ParameterName, 'List of URLs to listen on for client traffic')
            [CompletionResult]::new('--listen-metrics-urls', '--listen-metrics-urls', [CompletionResultType]::ParameterName, 'List of URLs to listen on for the metrics and health endpoints')
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
            [CompletionResult]::new('--auth-token', '--auth-token', [CompletionResultType]::ParameterName, 'Auth token type: ''simple'', or ''jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…''')
            [CompletionResult]::new('--auth-token-ttl', '--auth-token-ttl', [CompletionResultType]::ParameterName, 'Seconds after which an unused simple token ends')
            [CompletionResult]::new('--bcrypt-cost', '--bcrypt-cost', [CompletionResultType]::ParameterName, 'The cost of hashing an auth password (4 to 31)')
            [CompletionResult]::new('--logger', '--logger', [CompletionResultType]::ParameterName, 'Specify ''zap'' for structured logging')
            [CompletionResult]::new('--log-outputs', '--log-outputs', [CompletionResultType]::ParameterName, '''default'' or ''stderr'': logs go to standard error')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'Configures log level: debug, info, warn, error, panic or fatal')
            [CompletionResult]::new('--client-cert-auth', '--client-cert-auth', [CompletionResultType]::ParameterName, 'Enable client cert authentication')
            [CompletionResult]::new('--peer-client-cert-auth', '--peer-client-cert-auth', [CompletionResultType]::ParameterName, 'Enable peer client cert authentication')
            [CompletionResult]::new('--enable-grpc-gateway', '--enable-grpc-gateway', [CompletionResultType]::ParameterName, 'Answer JSON requests, which become gRPC calls')
            [CompletionResult]::new('--strict-reconfig-check', '--strict-reconfig-check', [CompletionResultType]::ParameterName, 'Reject reconfiguration requests that would cause quorum loss')
            [CompletionResult]::new('--force-new-cluster', '--force-new-cluster', [CompletionResultType]::ParameterName, 'Go on as a cluster of one with the data that this member has')
            [CompletionResult]::new('--pre-vote', '--pre-vote', [CompletionResultType]::ParameterName, 'Enable to run an additional Raft election phase')
            [CompletionResult]::new('--experimental-initial-corrupt-check', '--experimental-initial-corrupt-check', [CompletionResultType]::ParameterName, 'Deprecated; the feature gate InitialCorruptCheck')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
