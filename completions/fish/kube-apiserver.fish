complete -c kube-apiserver -l admission-control -d 'deprecated: the admission plugins, and no others; use --enable- and --disable-admission-plugins' -r
complete -c kube-apiserver -l admission-control-config-file -d 'a file with the settings of admission plugins' -r
complete -c kube-apiserver -l advertise-address -d 'the address that the kubernetes service leads to; by default the host\'s' -r
complete -c kube-apiserver -l aggregator-reject-forwarding-redirect -d 'refuse redirects of extension API servers' -r
complete -c kube-apiserver -l allow-metric-labels -d 'values that a label of a metric may have, as metric,label=value,…; others become "unexpected"' -r
complete -c kube-apiserver -l allow-metric-labels-manifest -d 'a file with such values, metric,label: value,… each line' -r
complete -c kube-apiserver -l allow-privileged -d 'allow privileged containers' -r
complete -c kube-apiserver -l anonymous-auth -d 'let requests without credentials through to authorization as system:anonymous' -r
complete -c kube-apiserver -l api-audiences -d 'audiences that service-account tokens are accepted for; by default the issuer' -r
complete -c kube-apiserver -l audit-log-batch-buffer-size -d 'how many audit events may wait to be written' -r
complete -c kube-apiserver -l audit-log-batch-max-size -d 'most audit events of one batch for the log' -r
complete -c kube-apiserver -l audit-log-batch-max-wait -d 'how long a batch for the log waits for more events' -r
complete -c kube-apiserver -l audit-log-batch-throttle-burst -d 'most batches for the log at once' -r
complete -c kube-apiserver -l audit-log-batch-throttle-enable -d 'write only so many batches in a second' -r
complete -c kube-apiserver -l audit-log-batch-throttle-qps -d 'most batches for the log in a second' -r
complete -c kube-apiserver -l audit-log-compress -d 'compress rotated audit logs' -r
complete -c kube-apiserver -l audit-log-format -d 'how audit events are written: json, or the line of text of old servers (legacy)' -r -f -a "json\t''
legacy\t''"
complete -c kube-apiserver -l audit-log-maxage -d 'how many days rotated audit logs stay; 0: for ever' -r
complete -c kube-apiserver -l audit-log-maxbackup -d 'how many rotated audit logs stay; 0: all' -r
complete -c kube-apiserver -l audit-log-maxsize -d 'the size in megabytes at which the audit log is rotated' -r
complete -c kube-apiserver -l audit-log-mode -d 'when events are written: batch, blocking (the answer waits) or blocking-strict (a request that can\'t be noted fails)' -r -f -a "batch\t''
blocking\t''
blocking-strict\t''"
complete -c kube-apiserver -l audit-log-path -d 'where audit events are written, one line each; - for standard output' -r
complete -c kube-apiserver -l audit-log-truncate-enabled -d 'cut events and batches for the log that are too large' -r
complete -c kube-apiserver -l audit-log-truncate-max-batch-size -d 'most bytes of a batch for the log' -r
complete -c kube-apiserver -l audit-log-truncate-max-event-size -d 'most bytes of an event in the log; one that has more loses its objects' -r
complete -c kube-apiserver -l audit-log-version -d 'the version of events that are written' -r -f -a "audit.k8s.io/v1\t''"
complete -c kube-apiserver -l audit-webhook-batch-buffer-size -d 'how many audit events may wait to be sent' -r
complete -c kube-apiserver -l audit-webhook-batch-max-size -d 'most audit events of one batch' -r
complete -c kube-apiserver -l audit-webhook-batch-max-wait -d 'how long a batch waits for more events' -r
complete -c kube-apiserver -l audit-webhook-batch-throttle-burst -d 'most batches at once' -r
complete -c kube-apiserver -l audit-webhook-batch-throttle-enable -d 'send only so many batches in a second' -r
complete -c kube-apiserver -l audit-webhook-batch-throttle-qps -d 'most batches in a second' -r
complete -c kube-apiserver -l audit-webhook-config-file -d 'a kubeconfig of the server that audit events are sent to' -r
complete -c kube-apiserver -l audit-webhook-initial-backoff -d 'the pause before events are sent again after a failure' -r
complete -c kube-apiserver -l audit-webhook-mode -d 'when events are sent: batch, blocking (the answer waits) or blocking-strict (a request that can\'t be noted fails)' -r -f -a "batch\t''
blocking\t''
blocking-strict\t''"
complete -c kube-apiserver -l audit-webhook-truncate-enabled -d 'cut events and batches that are too large' -r
complete -c kube-apiserver -l audit-webhook-truncate-max-batch-size -d 'most bytes of a batch' -r
complete -c kube-apiserver -l audit-webhook-truncate-max-event-size -d 'most bytes of an event; one that has more loses its objects' -r
complete -c kube-apiserver -l audit-webhook-version -d 'the version of events that are sent' -r -f -a "audit.k8s.io/v1\t''"
complete -c kube-apiserver -l audit-policy-file -d 'the policy that says which requests are audited' -r
complete -c kube-apiserver -l authentication-config -d 'a file with the issuers of tokens, and who may come without one' -r
complete -c kube-apiserver -l authentication-token-webhook-cache-ttl -d 'how long that server\'s answers hold' -r
complete -c kube-apiserver -l authentication-token-webhook-config-file -d 'a kubeconfig of a server that knows tokens' -r
complete -c kube-apiserver -l authentication-token-webhook-version -d 'the version of reviews that it takes' -r -f -a "v1\t''
v1beta1\t''"
complete -c kube-apiserver -l authorization-config -d 'a file with the authorizers in order, read anew when it changes' -r
complete -c kube-apiserver -l authorization-mode -d 'authorizers in order: Node, RBAC, ABAC, Webhook, AlwaysAllow, AlwaysDeny [default: AlwaysAllow]' -r
complete -c kube-apiserver -l authorization-policy-file -d 'the policies of ABAC, one JSON line each' -r
complete -c kube-apiserver -l authorization-webhook-cache-authorized-ttl -d 'how long what the webhook allows holds' -r
complete -c kube-apiserver -l authorization-webhook-cache-unauthorized-ttl -d 'how long what it does not allow holds' -r
complete -c kube-apiserver -l authorization-webhook-config-file -d 'a kubeconfig of the server that authorizes' -r
complete -c kube-apiserver -l authorization-webhook-version -d 'the version of reviews that it takes' -r -f -a "v1\t''
v1beta1\t''"
complete -c kube-apiserver -l bind-address -d 'the address to listen on' -r
complete -c kube-apiserver -l cert-dir -d 'where a self-signed certificate is kept when none is given' -r
complete -c kube-apiserver -l client-ca-file -d 'the CA of client certificates' -r
complete -c kube-apiserver -l debug-socket-path -d 'a socket, without TLS or authentication, for /debug/pprof/' -r
complete -c kube-apiserver -l default-not-ready-toleration-seconds -d 'how long pods tolerate a node that is not ready' -r
complete -c kube-apiserver -l default-unreachable-toleration-seconds -d 'how long pods tolerate a node that is out of reach' -r
complete -c kube-apiserver -l delete-collection-workers -d 'how many objects of a collection are deleted at once' -r
complete -c kube-apiserver -l disable-admission-plugins -d 'admission plugins to leave out' -r
complete -c kube-apiserver -l disabled-metrics -d 'metrics that are not told, by their whole names' -r
complete -c kube-apiserver -l enable-admission-plugins -d 'admission plugins to add to those that are on by default' -r
complete -c kube-apiserver -l enable-aggregator-routing -d 'go to the endpoints of extension API servers\' and webhooks\' services, not to the cluster IPs' -r
complete -c kube-apiserver -l enable-bootstrap-token-auth -d 'accept bootstrap tokens from kube-system' -r
complete -c kube-apiserver -l enable-garbage-collector -d 'hold owners back until the garbage collector has seen to their dependents, where that is asked for' -r
complete -c kube-apiserver -l enable-logs-handler -d 'serve the files in /var/log at /logs, to whom RBAC lets; deprecated upstream' -r
complete -c kube-apiserver -l enable-priority-and-fairness -d 'queue requests by flow schemas and priority levels; without it those past the limits are turned away' -r
complete -c kube-apiserver -l egress-selector-config-file -d 'a file that says by which proxies etcd, the cluster and other servers are reached' -r
complete -c kube-apiserver -l encryption-provider-config -d 'a file that says which resources are encrypted in etcd, and how' -r
complete -c kube-apiserver -l encryption-provider-config-automatic-reload -d 'read that file anew when it changes' -r
complete -c kube-apiserver -l endpoint-reconciler-type -d 'who keeps the kubernetes service\'s endpoints: lease, master-count or none' -r -f -a "lease\t''
master-count\t''
none\t''"
complete -c kube-apiserver -l etcd-cafile -d 'the CA of etcd\'s certificate' -r
complete -c kube-apiserver -l etcd-certfile -d 'the client certificate for etcd' -r
complete -c kube-apiserver -l etcd-keyfile -d 'the key of the client certificate for etcd' -r
complete -c kube-apiserver -l etcd-compaction-interval -d 'how long etcd keeps history; 0 leaves that to others' -r
complete -c kube-apiserver -l etcd-count-metric-poll-period -d 'how old the count of objects may be that metrics tell; 0: none is told' -r
complete -c kube-apiserver -l etcd-db-metric-poll-interval -d 'how old the size of etcd\'s database may be that metrics tell; 0: none is told' -r
complete -c kube-apiserver -l etcd-healthcheck-timeout -d 'how long etcd may be out of reach before /healthz and /livez fail' -r
complete -c kube-apiserver -l etcd-readycheck-timeout -d 'how long etcd may be out of reach before /readyz fails' -r
complete -c kube-apiserver -l etcd-prefix -d 'the prefix of all keys in etcd' -r
complete -c kube-apiserver -l etcd-servers -d 'etcd\'s client addresses, comma separated' -r
complete -c kube-apiserver -l etcd-servers-overrides -d 'group/resource#servers: another etcd for a resource, its addresses separated by semicolons' -r
complete -c kube-apiserver -l event-ttl -d 'how long events are kept' -r
complete -c kube-apiserver -l external-hostname -d 'the name by which others reach this server, in discovery and for OpenID Connect; by default its address' -r
complete -c kube-apiserver -l feature-gates -d 'features as name=true or name=false: what is on by default stays so, and what is off is not built' -r
complete -c kube-apiserver -l kubelet-certificate-authority -d 'the CA of kubelets\' serving certificates; without it they are not verified' -r
complete -c kube-apiserver -l kubelet-client-certificate -d 'the client certificate for kubelets' -r
complete -c kube-apiserver -l kubelet-client-key -d 'the key of the client certificate for kubelets' -r
complete -c kube-apiserver -l kubelet-preferred-address-types -d 'which of a node\'s addresses to use, in order [default: Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP]' -r
complete -c kube-apiserver -l kubelet-timeout -d 'how long a kubelet may take to accept a connection' -r
complete -c kube-apiserver -l kubernetes-service-node-port -d 'the node port of the kubernetes service; 0: it has none' -r
complete -c kube-apiserver -l lease-reuse-duration-seconds -d 'how long etcd\'s leases are used again for other objects that expire' -r
complete -c kube-apiserver -l max-connection-bytes-per-sec -d 'most bytes a second of a connection to a pod, in each direction; 0 is no limit' -r
complete -c kube-apiserver -l max-mutating-requests-inflight -d 'most changing requests at a time, 0 is no limit; with priority and fairness the sum of both limits is shared out' -r
complete -c kube-apiserver -l max-requests-inflight -d 'most reading requests at a time, 0 is no limit' -r
complete -c kube-apiserver -l min-request-timeout -d 'the shortest time, in seconds, that a watch lasts when the client names none' -r
complete -c kube-apiserver -l oidc-ca-file -d 'the CA of the OpenID issuer; by default the host\'s' -r
complete -c kube-apiserver -l oidc-client-id -d 'the audience of the OpenID issuer\'s tokens' -r
complete -c kube-apiserver -l oidc-groups-claim -d 'the claim with the user\'s groups' -r
complete -c kube-apiserver -l oidc-groups-prefix -d 'what goes in front of each of these groups' -r
complete -c kube-apiserver -l oidc-issuer-url -d 'the OpenID issuer' -r
complete -c kube-apiserver -l oidc-required-claim -d 'a claim that must have a value, as key=value' -r
complete -c kube-apiserver -l oidc-signing-algs -d 'the algorithms that the OpenID issuer\'s tokens may be signed with [default: RS256]' -r
complete -c kube-apiserver -l oidc-username-claim -d 'the claim with the user\'s name [default: sub]' -r
complete -c kube-apiserver -l oidc-username-prefix -d 'what goes in front of the name; - for nothing' -r
complete -c kube-apiserver -l profiling -d 'serve /debug/pprof/: the command line, and which profiles there are not' -r
complete -c kube-apiserver -l proxy-client-cert-file -d 'the client certificate for extension API servers' -r
complete -c kube-apiserver -l proxy-client-key-file -d 'the key of the client certificate for extension API servers' -r
complete -c kube-apiserver -l request-timeout -d 'the longest that a request other than a watch may take' -r
complete -c kube-apiserver -l requestheader-allowed-names -d 'common names of the certificates that may speak for others; empty: any' -r
complete -c kube-apiserver -l requestheader-client-ca-file -d 'the CA of the certificates that may speak for others' -r
complete -c kube-apiserver -l requestheader-extra-headers-prefix -d 'prefixes of headers with a user\'s extra facts' -r
complete -c kube-apiserver -l requestheader-group-headers -d 'headers with a user\'s groups' -r
complete -c kube-apiserver -l requestheader-uid-headers -d 'headers with a user\'s UID' -r
complete -c kube-apiserver -l requestheader-username-headers -d 'headers with a user\'s name' -r
complete -c kube-apiserver -l runtime-config -d 'API groups to serve or not, as group/version=true|false' -r
complete -c kube-apiserver -l secure-port -d 'the port to listen on' -r
complete -c kube-apiserver -l service-account-issuer -d 'the issuer of service-account tokens; the first signs, all are accepted' -r
complete -c kube-apiserver -l service-account-jwks-uri -d 'where the issuer\'s keys are published' -r
complete -c kube-apiserver -l service-account-key-file -d 'keys that verify service-account tokens' -r
complete -c kube-apiserver -l service-account-lookup -d 'check that a token\'s account still exists' -r
complete -c kube-apiserver -l service-account-max-token-expiration -d 'the longest life of a requested token; 0 is no limit' -r
complete -c kube-apiserver -l service-account-extend-token-expiration -d 'let the tokens that pods mount live for a year, so that old clients that never read them again keep working' -r
complete -c kube-apiserver -l service-account-signing-endpoint -d 'the socket of a program that signs service-account tokens and tells their keys: a path, or @ and the name of an abstract one; in place of the key files' -r
complete -c kube-apiserver -l service-account-signing-key-file -d 'the key that signs service-account tokens' -r
complete -c kube-apiserver -l service-cluster-ip-range -d 'the CIDR that cluster IPs come from' -r
complete -c kube-apiserver -l service-node-port-range -d 'the ports that node ports come from' -r
complete -c kube-apiserver -l storage-backend -d 'how objects are stored' -r -f -a "etcd3\t''
\t''"
complete -c kube-apiserver -l storage-media-type -d 'how objects are encoded in etcd: JSON' -r -f -a "application/json\t''"
complete -c kube-apiserver -l tls-cert-file -d 'the serving certificate and its chain' -r
complete -c kube-apiserver -l tls-private-key-file -d 'the serving certificate\'s key' -r
complete -c kube-apiserver -l token-auth-file -d 'a CSV file of static tokens: token,user,uid[,"group,…"]' -r
complete -c kube-apiserver -l tracing-config-file -d 'a TracingConfiguration: where spans of requests are sent, and of how many' -r
complete -c kube-apiserver -s v -l v -d 'number for the log level verbosity' -r
complete -c kube-apiserver -l cors-allowed-origins -d 'origins from which browsers may ask: regular expressions with ^ or // in front of the host and $ or : behind it' -r
complete -c kube-apiserver -l disable-http2-serving -d 'offer HTTP/1.1 alone' -r
complete -c kube-apiserver -l goaway-chance -d 'the share of HTTP/2 requests, up to 0.02, after which the client is sent to another connection, and so to another server behind a balancer' -r
complete -c kube-apiserver -l http2-max-streams-per-connection -d 'how many requests of an HTTP/2 connection may be open at once; 0: 250' -r
complete -c kube-apiserver -l livez-grace-period -d 'how long after the start unfinished work is no reason for /livez to fail' -r
complete -c kube-apiserver -l permit-address-sharing -d 'bind with SO_REUSEADDR; it is always so' -r
complete -c kube-apiserver -l permit-port-sharing -d 'bind with SO_REUSEPORT, so that several servers can listen on the port' -r
complete -c kube-apiserver -l send-retry-after-while-not-ready-once -d 'answer requests with 429 and Retry-After until the server has been ready once; masters\' and those for its health are answered' -r
complete -c kube-apiserver -l shutdown-delay-duration -d 'how long the server goes on after it was told to end, while /readyz fails' -r
complete -c kube-apiserver -l shutdown-send-retry-after -d 'go on listening until the last requests are answered, and answer others with 429 and Retry-After' -r
complete -c kube-apiserver -l shutdown-watch-termination-grace-period -d 'how long watches are given to end, if that is longer than other requests are given' -r
complete -c kube-apiserver -l storage-initialization-timeout -d 'how long etcd may take to answer at the start' -r
complete -c kube-apiserver -l strict-transport-security-directives -d 'directives of that header: max-age=seconds, includeSubDomains, preload' -r
complete -c kube-apiserver -l tls-cipher-suites -d 'TLS 1.2\'s cipher suites, by Go\'s names; those of TLS 1.3 are always on' -r
complete -c kube-apiserver -l tls-curve-preferences -d 'key exchanges by their numbers, the preferred first: 29 (X25519), 23 (P-256), 24 (P-384)' -r
complete -c kube-apiserver -l tls-min-version -d 'the lowest version of TLS: VersionTLS12 or VersionTLS13' -r
complete -c kube-apiserver -l tls-sni-cert-key -d 'a certificate and key for clients that ask for a name, or call an address of the server: cert,key or cert,key:name,*.domain,address; without names, those in the certificate' -r
complete -c kube-apiserver -l contention-profiling -d 'Go\'s profiles of locks: not built' -r
complete -c kube-apiserver -l coordinated-leadership-lease-duration -d 'of coordinated leader election, which is behind a gate that is off and not built' -r
complete -c kube-apiserver -l coordinated-leadership-renew-deadline -d 'of coordinated leader election, which is behind a gate that is off and not built' -r
complete -c kube-apiserver -l coordinated-leadership-retry-period -d 'of coordinated leader election, which is behind a gate that is off and not built' -r
complete -c kube-apiserver -l emulated-version -d 'the version to behave as: 1.36 alone' -r
complete -c kube-apiserver -l emulation-forward-compatible -d 'serve newer versions of what the emulated version has; there are none' -r
complete -c kube-apiserver -l min-compatibility-version -d 'the oldest version of other servers of the cluster: 1.35 or 1.36' -r
complete -c kube-apiserver -l peer-advertise-ip -d 'needs the gate UnknownVersionInteroperabilityProxy, which is not built' -r
complete -c kube-apiserver -l peer-advertise-port -d 'needs the gate UnknownVersionInteroperabilityProxy, which is not built' -r
complete -c kube-apiserver -l peer-ca-file -d 'needs the gate UnknownVersionInteroperabilityProxy, which is not built' -r
complete -c kube-apiserver -l runtime-config-emulation-forward-compatible -d 'switch on newer versions than the emulated one has; there are none' -r
complete -c kube-apiserver -l show-hidden-metrics-for-version -d 'show metrics that this version hides, as 1.35 did; there are none' -r
complete -c kube-apiserver -l watch-cache -d 'answer lists and watches from a cache; it is always so' -r
complete -c kube-apiserver -l watch-cache-sizes -d 'resource[.group]#size: sizes are found out; none can be 0' -r
complete -c kube-apiserver -l logging-format -d 'how lines are written: text, or json with ts, caller, msg and v' -r -f -a "text\t''
json\t''"
complete -c kube-apiserver -l log-flush-frequency -d 'the longest that a line may wait; each is written at once' -r
complete -c kube-apiserver -l vmodule -d 'pattern=N,…: the verbosity of source files whose names, without .rs, are so' -r
complete -c kube-apiserver -l log-json-info-buffer-size -d 'alpha: needs the gate LoggingAlphaOptions, which is not built' -r
complete -c kube-apiserver -l log-text-info-buffer-size -d 'alpha: needs the gate LoggingAlphaOptions, which is not built' -r
complete -c kube-apiserver -l log-json-split-stream -d 'alpha: needs the gate LoggingAlphaOptions, which is not built' -r
complete -c kube-apiserver -l log-text-split-stream -d 'alpha: needs the gate LoggingAlphaOptions, which is not built' -r
complete -c kube-apiserver -s h -l help -d 'Print help'
complete -c kube-apiserver -s V -l version -d 'Print version'
