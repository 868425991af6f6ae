complete -c kube-controller-manager -l kubeconfig -d 'Path to kubeconfig file with authorization and API server location' -r
complete -c kube-controller-manager -l master -d 'The address of the Kubernetes API server, over the kubeconfig\'s' -r
complete -c kube-controller-manager -l controllers -d 'A list of controllers to enable: \'*\', \'name\' or \'-name\'' -r
complete -c kube-controller-manager -l bind-address -d 'The IP address on which to listen for the --secure-port port' -r
complete -c kube-controller-manager -l secure-port -d 'The port on which to serve HTTPS; 0 serves none' -r
complete -c kube-controller-manager -l tls-cert-file -d 'File containing the x509 certificate for HTTPS; without it one is made up' -r
complete -c kube-controller-manager -l tls-private-key-file -d 'File containing the private key of --tls-cert-file' -r
complete -c kube-controller-manager -l authentication-kubeconfig -d 'kubeconfig with the right to create tokenreviews' -r
complete -c kube-controller-manager -l authorization-kubeconfig -d 'kubeconfig with the right to create subjectaccessreviews' -r
complete -c kube-controller-manager -l client-ca-file -d 'CA of client certificates (bearer tokens are what this port takes)' -r
complete -c kube-controller-manager -l requestheader-client-ca-file -d 'CA of front proxies (none are trusted on this port)' -r
complete -c kube-controller-manager -l cert-dir -d 'Unused: certificates that are made up stay in memory' -r
complete -c kube-controller-manager -l leader-elect -d 'Start a leader election client and gain leadership before executing' -r
complete -c kube-controller-manager -l leader-elect-lease-duration -d 'How long others wait for a leader that is silent' -r
complete -c kube-controller-manager -l leader-elect-renew-deadline -d 'How long the leader tries to renew before it gives up' -r
complete -c kube-controller-manager -l leader-elect-retry-period -d 'How long to wait between tries' -r
complete -c kube-controller-manager -l leader-elect-resource-name -d 'The name of the lease' -r
complete -c kube-controller-manager -l leader-elect-resource-namespace -d 'The namespace of the lease' -r
complete -c kube-controller-manager -l cluster-name -d 'The instance prefix for the cluster' -r
complete -c kube-controller-manager -l cluster-cidr -d 'CIDR range for pods in the cluster; for --allocate-node-cidrs' -r
complete -c kube-controller-manager -l service-cluster-ip-range -d 'CIDR range for services; node ranges must not meet it' -r
complete -c kube-controller-manager -l allocate-node-cidrs -d 'Give each node a part of --cluster-cidr' -r
complete -c kube-controller-manager -l node-cidr-mask-size -d 'Mask size of a node\'s range; 0 means 24 (IPv6: 64)' -r
complete -c kube-controller-manager -l root-ca-file -d 'The CA bundle that is published to every namespace' -r
complete -c kube-controller-manager -l service-account-private-key-file -d 'The key that signs tokens of service account secrets' -r
complete -c kube-controller-manager -l use-service-account-credentials -d 'Each controller acts as its own service account' -r
complete -c kube-controller-manager -l cluster-signing-cert-file -d 'The CA certificate that signs certificate requests' -r
complete -c kube-controller-manager -l cluster-signing-key-file -d 'The CA key that signs certificate requests' -r
complete -c kube-controller-manager -l cluster-signing-duration -d 'How long signed certificates are valid at most' -r
complete -c kube-controller-manager -l node-monitor-period -d 'How often the state of nodes is looked at' -r
complete -c kube-controller-manager -l node-monitor-grace-period -d 'How long a node may be silent before it is unhealthy' -r
complete -c kube-controller-manager -l node-startup-grace-period -d 'How long a starting node may be silent' -r
complete -c kube-controller-manager -l terminated-pod-gc-threshold -d 'Ended pods that may exist; 0 means any number' -r
complete -c kube-controller-manager -l concurrent-deployment-syncs -d 'The number of objects of this kind that are worked on at once' -r
complete -c kube-controller-manager -l concurrent-replicaset-syncs -d 'The number of objects of this kind that are worked on at once' -r
complete -c kube-controller-manager -l concurrent-daemonset-syncs -d 'The number of objects of this kind that are worked on at once' -r
complete -c kube-controller-manager -l concurrent-job-syncs -d 'The number of objects of this kind that are worked on at once' -r
complete -c kube-controller-manager -l concurrent-gc-syncs -d 'The number of objects of this kind that are worked on at once' -r
complete -c kube-controller-manager -l concurrent-namespace-syncs -d 'The number of objects of this kind that are worked on at once' -r
complete -c kube-controller-manager -l concurrent-validating-admission-policy-status-syncs -d 'The number of objects of this kind that are worked on at once' -r
complete -c kube-controller-manager -s v -l v -d 'number for the log level verbosity' -r
complete -c kube-controller-manager -s h -l help -d 'Print help'
complete -c kube-controller-manager -s V -l version -d 'Print version'
