
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kube-apiserver' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kube-apiserver'
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
        'kube-apiserver' {
            [CompletionResult]::new('--admission-control-config-file', '--admission-control-config-file', [CompletionResultType]::ParameterName, 'a file with the settings of admission plugins')
            [CompletionResult]::new('--advertise-address', '--advertise-address', [CompletionResultType]::ParameterName, 'the address that the kubernetes service leads to; by default the host''s')
            [CompletionResult]::new('--allow-privileged', '--allow-privileged', [CompletionResultType]::ParameterName, 'allow privileged containers')
            [CompletionResult]::new('--anonymous-auth', '--anonymous-auth', [CompletionResultType]::ParameterName, 'let requests without credentials through to authorization as system:anonymous')
            [CompletionResult]::new('--api-audiences', '--api-audiences', [CompletionResultType]::ParameterName, 'audiences that service-account tokens are accepted for; by default the issuer')
            [CompletionResult]::new('--audit-log-batch-buffer-size', '--audit-log-batch-buffer-size', [CompletionResultType]::ParameterName, 'how many audit events may wait to be written')
            [CompletionResult]::new('--audit-log-batch-max-size', '--audit-log-batch-max-size', [CompletionResultType]::ParameterName, 'most audit events of one batch for the log')
            [CompletionResult]::new('--audit-log-batch-max-wait', '--audit-log-batch-max-wait', [CompletionResultType]::ParameterName, 'how long a batch for the log waits for more events')
            [CompletionResult]::new('--audit-log-batch-throttle-burst', '--audit-log-batch-throttle-burst', [CompletionResultType]::ParameterName, 'most batches for the log at once')
            [CompletionResult]::new('--audit-log-batch-throttle-enable', '--audit-log-batch-throttle-enable', [CompletionResultType]::ParameterName, 'write only so many batches in a second')
            [CompletionResult]::new('--audit-log-batch-throttle-qps', '--audit-log-batch-throttle-qps', [CompletionResultType]::ParameterName, 'most batches for the log in a second')
            [CompletionResult]::new('--audit-log-compress', '--audit-log-compress', [CompletionResultType]::ParameterName, 'compress rotated audit logs')
            [CompletionResult]::new('--audit-log-format', '--audit-log-format', [CompletionResultType]::ParameterName, 'how audit events are written: json, or the line of text of old servers (legacy)')
            [CompletionResult]::new('--audit-log-maxage', '--audit-log-maxage', [CompletionResultType]::ParameterName, 'how many days rotated audit logs stay; 0: for ever')
            [CompletionResult]::new('--audit-log-maxbackup', '--audit-log-maxbackup', [CompletionResultType]::ParameterName, 'how many rotated audit logs stay; 0: all')
            [CompletionResult]::new('--audit-log-maxsize', '--audit-log-maxsize', [CompletionResultType]::ParameterName, 'the size in megabytes at which the audit log is rotated')
            [CompletionResult]::new('--audit-log-mode', '--audit-log-mode', [CompletionResultType]::ParameterName, 'when events are written: batch, blocking (the answer waits) or blocking-strict (a request that can''t be noted fails)')
            [CompletionResult]::new('--audit-log-path', '--audit-log-path', [CompletionResultType]::ParameterName, 'where audit events are written, one line each; - for standard output')
            [CompletionResult]::new('--audit-log-truncate-enabled', '--audit-log-truncate-enabled', [CompletionResultType]::ParameterName, 'cut events and batches for the log that are too large')
            [CompletionResult]::new('--audit-log-truncate-max-batch-size', '--audit-log-truncate-max-batch-size', [CompletionResultType]::ParameterName, 'most bytes of a batch for the log')
            [CompletionResult]::new('--audit-log-truncate-max-event-size', '--audit-log-truncate-max-event-size', [CompletionResultType]::ParameterName, 'most bytes of an event in the log; one that has more loses its objects')
            [CompletionResult]::new('--audit-log-version', '--audit-log-version', [CompletionResultType]::ParameterName, 'the version of events that are written')
            [CompletionResult]::new('--audit-webhook-batch-buffer-size', '--audit-webhook-batch-buffer-size', [CompletionResultType]::ParameterName, 'how many audit events may wait to be sent')
            [CompletionResult]::new('--audit-webhook-batch-max-size', '--audit-webhook-batch-max-size', [CompletionResultType]::ParameterName, 'most audit events of one batch')
            [CompletionResult]::new('--audit-webhook-batch-max-wait', '--audit-webhook-batch-max-wait', [CompletionResultType]::ParameterName, 'how long a batch waits for more events')
            [CompletionResult]::new('--audit-webhook-batch-throttle-burst', '--audit-webhook-batch-throttle-burst', [CompletionResultType]::ParameterName, 'most batches at once')
            [CompletionResult]::new('--audit-webhook-batch-throttle-enable', '--audit-webhook-batch-throttle-enable', [CompletionResultType]::ParameterName, 'send only so many batches in a second')
            [CompletionResult]::new('--audit-webhook-batch-throttle-qps', '--audit-webhook-batch-throttle-qps', [CompletionResultType]::ParameterName, 'most batches in a second')
            [CompletionResult]::new('--audit-webhook-config-file', '--audit-webhook-config-file', [CompletionResultType]::ParameterName, 'a kubeconfig of the server that audit events are sent to')
            [CompletionResult]::new('--audit-webhook-initial-backoff', '--audit-webhook-initial-backoff', [CompletionResultType]::ParameterName, 'the pause before events are sent again after a failure')
            [CompletionResult]::new('--audit-webhook-mode', '--audit-webhook-mode', [CompletionResultType]::ParameterName, 'when events are sent: batch, blocking (the answer waits) or blocking-strict (a request that can''t be noted fails)')
            [CompletionResult]::new('--audit-webhook-truncate-enabled', '--audit-webhook-truncate-enabled', [CompletionResultType]::ParameterName, 'cut events and batches that are too large')
            [CompletionResult]::new('--audit-webhook-truncate-max-batch-size', '--audit-webhook-truncate-max-batch-size', [CompletionResultType]::ParameterName, 'most bytes of a batch')
            [CompletionResult]::new('--audit-webhook-truncate-max-event-size', '--audit-webhook-truncate-max-event-size', [CompletionResultType]::ParameterName, 'most bytes of an event; one that has more loses its objects')
            [CompletionResult]::new('--audit-webhook-version', '--audit-webhook-version', [CompletionResultType]::ParameterName, 'the version of events that are sent')
            [CompletionResult]::new('--audit-policy-file', '--audit-policy-file', [CompletionResultType]::ParameterName, 'the policy that says which requests are audited')
            [CompletionResult]::new('--authentication-config', '--authentication-config', [CompletionResultType]::ParameterName, 'a file with the issuers of tokens, and who may come without one')
            [CompletionResult]::new('--authentication-token-webhook-cache-ttl', '--authentication-token-webhook-cache-ttl', [CompletionResultType]::ParameterName, 'how long that server''s answers hold')
            [CompletionResult]::new('--authentication-token-webhook-config-file', '--authentication-token-webhook-config-file', [CompletionResultType]::ParameterName, 'a kubeconfig of a server that knows tokens')
            [CompletionResult]::new('--authentication-token-webhook-version', '--authentication-token-webhook-version', [CompletionResultType]::ParameterName, 'the version of reviews that it takes')
            [CompletionResult]::new('--authorization-config', '--authorization-config', [CompletionResultType]::ParameterName, 'a file with the authorizers in order, read anew when it changes')
            [CompletionResult]::new('--authorization-mode', '--authorization-mode', [CompletionResultType]::ParameterName, 'authorizers in order: Node, RBAC, ABAC, Webhook, AlwaysAllow, AlwaysDeny [default: AlwaysAllow]')
            [CompletionResult]::new('--authorization-policy-file', '--authorization-policy-file', [CompletionResultType]::ParameterName, 'the policies of ABAC, one JSON line each')
            [CompletionResult]::new('--authorization-webhook-cache-authorized-ttl', '--authorization-webhook-cache-authorized-ttl', [CompletionResultType]::ParameterName, 'how long what the webhook allows holds')
            [CompletionResult]::new('--authorization-webhook-cache-unauthorized-ttl', '--authorization-webhook-cache-unauthorized-ttl', [CompletionResultType]::ParameterName, 'how long what it does not allow holds')
            [CompletionResult]::new('--authorization-webhook-config-file', '--authorization-webhook-config-file', [CompletionResultType]::ParameterName, 'a kubeconfig of the server that authorizes')
            [CompletionResult]::new('--authorization-webhook-version', '--authorization-webhook-version', [CompletionResultType]::ParameterName, 'the version of reviews that it takes')
            [CompletionResult]::new('--bind-address', '--bind-address', [CompletionResultType]::ParameterName, 'the address to listen on')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'where a self-signed certificate is kept when none is given')
            [CompletionResult]::new('--client-ca-file', '--client-ca-file', [CompletionResultType]::ParameterName, 'the CA of client certificates')
            [CompletionResult]::new('--default-not-ready-toleration-seconds', '--default-not-ready-toleration-seconds', [CompletionResultType]::ParameterName, 'how long pods tolerate a node that is not ready')
            [CompletionResult]::new('--default-unreachable-toleration-seconds', '--default-unreachable-toleration-seconds', [CompletionResultType]::ParameterName, 'how long pods tolerate a node that is out of reach')
            [CompletionResult]::new('--disable-admission-plugins', '--disable-admission-plugins', [CompletionResultType]::ParameterName, 'admission plugins to leave out')
            [CompletionResult]::new('--enable-admission-plugins', '--enable-admission-plugins', [CompletionResultType]::ParameterName, 'admission plugins to add to those that are on by default')
            [CompletionResult]::new('--enable-bootstrap-token-auth', '--enable-bootstrap-token-auth', [CompletionResultType]::ParameterName, 'accept bootstrap tokens from kube-system')
            [CompletionResult]::new('--enable-priority-and-fairness', '--enable-priority-and-fairness', [CompletionResultType]::ParameterName, 'queue requests by flow schemas and priority levels; without it those past the limits are turned away')
            [CompletionResult]::new('--encryption-provider-config', '--encryption-provider-config', [CompletionResultType]::ParameterName, 'a file that says which resources are encrypted in etcd, and how')
            [CompletionResult]::new('--encryption-provider-config-automatic-reload', '--encryption-provider-config-automatic-reload', [CompletionResultType]::ParameterName, 'read that file anew when it changes')
            [CompletionResult]::new('--endpoint-reconciler-type', '--endpoint-reconciler-type', [CompletionResultType]::ParameterName, 'who keeps the kubernetes service''s endpoints: lease, master-count or none')
            [CompletionResult]::new('--etcd-cafile', '--etcd-cafile', [CompletionResultType]::ParameterName, 'the CA of etcd''s certificate')
            [CompletionResult]::new('--etcd-certfile', '--etcd-certfile', [CompletionResultType]::ParameterName, 'the client certificate for etcd')
            [CompletionResult]::new('--etcd-keyfile', '--etcd-keyfile', [CompletionResultType]::ParameterName, 'the key of the client certificate for etcd')
            [CompletionResult]::new('--etcd-compaction-interval', '--etcd-compaction-interval', [CompletionResultType]::ParameterName, 'how long etcd keeps history; 0 leaves that to others')
            [CompletionResult]::new('--etcd-prefix', '--etcd-prefix', [CompletionResultType]::ParameterName, 'the prefix of all keys in etcd')
            [CompletionResult]::new('--etcd-servers', '--etcd-servers', [CompletionResultType]::ParameterName, 'etcd''s client addresses, comma separated')
            [CompletionResult]::new('--event-ttl', '--event-ttl', [CompletionResultType]::ParameterName, 'how long events are kept')
            [CompletionResult]::new('--feature-gates', '--feature-gates', [CompletionResultType]::ParameterName, 'features as name=true or name=false; unknown names are refused')
            [CompletionResult]::new('--kubelet-certificate-authority', '--kubelet-certificate-authority', [CompletionResultType]::ParameterName, 'the CA of kubelets'' serving certificates; without it they are not verified')
            [CompletionResult]::new('--kubelet-client-certificate', '--kubelet-client-certificate', [CompletionResultType]::ParameterName, 'the client certificate for kubelets')
            [CompletionResult]::new('--kubelet-client-key', '--kubelet-client-key', [CompletionResultType]::ParameterName, 'the key of the client certificate for kubelets')
            [CompletionResult]::new('--kubelet-preferred-address-types', '--kubelet-preferred-address-types', [CompletionResultType]::ParameterName, 'which of a node''s addresses to use, in order [default: Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP]')
            [CompletionResult]::new('--max-mutating-requests-inflight', '--max-mutating-requests-inflight', [CompletionResultType]::ParameterName, 'most changing requests at a time, 0 is no limit; with priority and fairness the sum of both limits is shared out')
            [CompletionResult]::new('--max-requests-inflight', '--max-requests-inflight', [CompletionResultType]::ParameterName, 'most reading requests at a time, 0 is no limit')
            [CompletionResult]::new('--min-request-timeout', '--min-request-timeout', [CompletionResultType]::ParameterName, 'the shortest time, in seconds, that a watch lasts when the client names none')
            [CompletionResult]::new('--oidc-ca-file', '--oidc-ca-file', [CompletionResultType]::ParameterName, 'the CA of the OpenID issuer; by default the host''s')
            [CompletionResult]::new('--oidc-client-id', '--oidc-client-id', [CompletionResultType]::ParameterName, 'the audience of the OpenID issuer''s tokens')
            [CompletionResult]::new('--oidc-groups-claim', '--oidc-groups-claim', [CompletionResultType]::ParameterName, 'the claim with the user''s groups')
            [CompletionResult]::new('--oidc-groups-prefix', '--oidc-groups-prefix', [CompletionResultType]::ParameterName, 'what goes in front of each of these groups')
            [CompletionResult]::new('--oidc-issuer-url', '--oidc-issuer-url', [CompletionResultType]::ParameterName, 'the OpenID issuer')
            [CompletionResult]::new('--oidc-required-claim', '--oidc-required-claim', [CompletionResultType]::ParameterName, 'a claim that must have a value, as key=value')
            [CompletionResult]::new('--oidc-username-claim', '--oidc-username-claim', [CompletionResultType]::ParameterName, 'the claim with the user''s name [default: sub]')
            [CompletionResult]::new('--oidc-username-prefix', '--oidc-username-prefix', [CompletionResultType]::ParameterName, 'what goes in front of the name; - for nothing')
            [CompletionResult]::new('--profiling', '--profiling', [CompletionResultType]::ParameterName, 'serve /debug/pprof/: the command line, and which profiles there are not')
            [CompletionResult]::new('--proxy-client-cert-file', '--proxy-client-cert-file', [CompletionResultType]::ParameterName, 'the client certificate for extension API servers')
            [CompletionResult]::new('--proxy-client-key-file', '--proxy-client-key-file', [CompletionResultType]::ParameterName, 'the key of the client certificate for extension API servers')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'the longest that a request other than a watch may take')
            [CompletionResult]::new('--requestheader-allowed-names', '--requestheader-allowed-names', [CompletionResultType]::ParameterName, 'common names of the certificates that may speak for others; empty: any')
            [CompletionResult]::new('--requestheader-client-ca-file', '--requestheader-client-ca-file', [CompletionResultType]::ParameterName, 'the CA of the certificates that may speak for others')
            [CompletionResult]::new('--requestheader-extra-headers-prefix', '--requestheader-extra-headers-prefix', [CompletionResultType]::ParameterName, 'prefixes of headers with a user''s extra facts')
            [CompletionResult]::new('--requestheader-group-headers', '--requestheader-group-headers', [CompletionResultType]::ParameterName, 'headers with a user''s groups')
            [CompletionResult]::new('--requestheader-uid-headers', '--requestheader-uid-headers', [CompletionResultType]::ParameterName, 'headers with a user''s UID')
            [CompletionResult]::new('--requestheader-username-headers', '--requestheader-username-headers', [CompletionResultType]::ParameterName, 'headers with a user''s name')
            [CompletionResult]::new('--runtime-config', '--runtime-config', [CompletionResultType]::ParameterName, 'API groups to serve or not, as group/version=true|false')
            [CompletionResult]::new('--secure-port', '--secure-port', [CompletionResultType]::ParameterName, 'the port to listen on')
            [CompletionResult]::new('--service-account-issuer', '--service-account-issuer', [CompletionResultType]::ParameterName, 'the issuer of service-account tokens; the first signs, all are accepted')
            [CompletionResult]::new('--service-account-jwks-uri', '--service-account-jwks-uri', [CompletionResultType]::ParameterName, 'where the issuer''s keys are published')
            [CompletionResult]::new('--service-account-key-file', '--service-account-key-file', [CompletionResultType]::ParameterName, 'keys that verify service-account tokens')
            [CompletionResult]::new('--service-account-lookup', '--service-account-lookup', [CompletionResultType]::ParameterName, 'check that a token''s account still exists')
            [CompletionResult]::new('--service-account-max-token-expiration', '--service-account-max-token-expiration', [CompletionResultType]::ParameterName, 'the longest life of a requested token; 0 is no limit')
            [CompletionResult]::new('--service-account-extend-token-expiration', '--service-account-extend-token-expiration', [CompletionResultType]::ParameterName, 'let the tokens that pods mount live for a year, so that old clients that never read them again keep working')
            [CompletionResult]::new('--service-account-signing-key-file', '--service-account-signing-key-file', [CompletionResultType]::ParameterName, 'the key that signs service-account tokens')
            [CompletionResult]::new('--service-cluster-ip-range', '--service-cluster-ip-range', [CompletionResultType]::ParameterName, 'the CIDR that cluster IPs come from')
            [CompletionResult]::new('--service-node-port-range', '--service-node-port-range', [CompletionResultType]::ParameterName, 'the ports that node ports come from')
            [CompletionResult]::new('--storage-backend', '--storage-backend', [CompletionResultType]::ParameterName, 'how objects are stored')
            [CompletionResult]::new('--storage-media-type', '--storage-media-type', [CompletionResultType]::ParameterName, 'how objects are encoded in etcd: JSON')
            [CompletionResult]::new('--tls-cert-file', '--tls-cert-file', [CompletionResultType]::ParameterName, 'the serving certificate and its chain')
            [CompletionResult]::new('--tls-private-key-file', '--tls-private-key-file', [CompletionResultType]::ParameterName, 'the serving certificate''s key')
            [CompletionResult]::new('--token-auth-file', '--token-auth-file', [CompletionResultType]::ParameterName, 'a CSV file of static tokens: token,user,uid[,"group,…"]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
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
