
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kube-controller-manager' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kube-controller-manager'
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
        'kube-controller-manager' {
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to kubeconfig file with authorization and API server location')
            [CompletionResult]::new('--master', '--master', [CompletionResultType]::ParameterName, 'The address of the Kubernetes API server, over the kubeconfig''s')
            [CompletionResult]::new('--controllers', '--controllers', [CompletionResultType]::ParameterName, 'A list of controllers to enable: ''*'', ''name'' or ''-name''')
            [CompletionResult]::new('--bind-address', '--bind-address', [CompletionResultType]::ParameterName, 'The IP address on which to listen for the --secure-port port')
            [CompletionResult]::new('--secure-port', '--secure-port', [CompletionResultType]::ParameterName, 'The port on which to serve HTTPS; 0 serves none')
            [CompletionResult]::new('--tls-cert-file', '--tls-cert-file', [CompletionResultType]::ParameterName, 'File containing the x509 certificate for HTTPS; without it one is made up')
            [CompletionResult]::new('--tls-private-key-file', '--tls-private-key-file', [CompletionResultType]::ParameterName, 'File containing the private key of --tls-cert-file')
            [CompletionResult]::new('--authentication-kubeconfig', '--authentication-kubeconfig', [CompletionResultType]::ParameterName, 'kubeconfig with the right to create tokenreviews')
            [CompletionResult]::new('--authorization-kubeconfig', '--authorization-kubeconfig', [CompletionResultType]::ParameterName, 'kubeconfig with the right to create subjectaccessreviews')
            [CompletionResult]::new('--client-ca-file', '--client-ca-file', [CompletionResultType]::ParameterName, 'CA of client certificates (bearer tokens are what this port takes)')
            [CompletionResult]::new('--requestheader-client-ca-file', '--requestheader-client-ca-file', [CompletionResultType]::ParameterName, 'CA of front proxies (none are trusted on this port)')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Unused: certificates that are made up stay in memory')
            [CompletionResult]::new('--leader-elect', '--leader-elect', [CompletionResultType]::ParameterName, 'Start a leader election client and gain leadership before executing')
            [CompletionResult]::new('--leader-elect-lease-duration', '--leader-elect-lease-duration', [CompletionResultType]::ParameterName, 'How long others wait for a leader that is silent')
            [CompletionResult]::new('--leader-elect-renew-deadline', '--leader-elect-renew-deadline', [CompletionResultType]::ParameterName, 'How long the leader tries to renew before it gives up')
            [CompletionResult]::new('--leader-elect-retry-period', '--leader-elect-retry-period', [CompletionResultType]::ParameterName, 'How long to wait between tries')
            [CompletionResult]::new('--leader-elect-resource-name', '--leader-elect-resource-name', [CompletionResultType]::ParameterName, 'The name of the lease')
            [CompletionResult]::new('--leader-elect-resource-namespace', '--leader-elect-resource-namespace', [CompletionResultType]::ParameterName, 'The namespace of the lease')
            [CompletionResult]::new('--cluster-name', '--cluster-name', [CompletionResultType]::ParameterName, 'The instance prefix for the cluster')
            [CompletionResult]::new('--cluster-cidr', '--cluster-cidr', [CompletionResultType]::ParameterName, 'CIDR range for pods in the cluster; for --allocate-node-cidrs')
            [CompletionResult]::new('--service-cluster-ip-range', '--service-cluster-ip-range', [CompletionResultType]::ParameterName, 'CIDR range for services; node ranges must not meet it')
            [CompletionResult]::new('--allocate-node-cidrs', '--allocate-node-cidrs', [CompletionResultType]::ParameterName, 'Give each node a part of --cluster-cidr')
            [CompletionResult]::new('--node-cidr-mask-size', '--node-cidr-mask-size', [CompletionResultType]::ParameterName, 'Mask size of a node''s range; 0 means 24 (IPv6: 64)')
            [CompletionResult]::new('--root-ca-file', '--root-ca-file', [CompletionResultType]::ParameterName, 'The CA bundle that is published to every namespace')
            [CompletionResult]::new('--service-account-private-key-file', '--service-account-private-key-file', [CompletionResultType]::ParameterName, 'The key that signs tokens of service account secrets')
            [CompletionResult]::new('--use-service-account-credentials', '--use-service-account-credentials', [CompletionResultType]::ParameterName, 'Each controller acts as its own service account')
            [CompletionResult]::new('--cluster-signing-cert-file', '--cluster-signing-cert-file', [CompletionResultType]::ParameterName, 'The CA certificate that signs certificate requests')
            [CompletionResult]::new('--cluster-signing-key-file', '--cluster-signing-key-file', [CompletionResultType]::ParameterName, 'The CA key that signs certificate requests')
            [CompletionResult]::new('--cluster-signing-duration', '--cluster-signing-duration', [CompletionResultType]::ParameterName, 'How long signed certificates are valid at most')
            [CompletionResult]::new('--node-monitor-period', '--node-monitor-period', [CompletionResultType]::ParameterName, 'How often the state of nodes is looked at')
            [CompletionResult]::new('--node-monitor-grace-period', '--node-monitor-grace-period', [CompletionResultType]::ParameterName, 'How long a node may be silent before it is unhealthy')
            [CompletionResult]::new('--node-startup-grace-period', '--node-startup-grace-period', [CompletionResultType]::ParameterName, 'How long a starting node may be silent')
            [CompletionResult]::new('--terminated-pod-gc-threshold', '--terminated-pod-gc-threshold', [CompletionResultType]::ParameterName, 'Ended pods that may exist; 0 means any number')
            [CompletionResult]::new('--concurrent-deployment-syncs', '--concurrent-deployment-syncs', [CompletionResultType]::ParameterName, 'The number of objects of this kind that are worked on at once')
            [CompletionResult]::new('--concurrent-replicaset-syncs', '--concurrent-replicaset-syncs', [CompletionResultType]::ParameterName, 'The number of objects of this kind that are worked on at once')
            [CompletionResult]::new('--concurrent-daemonset-syncs', '--concurrent-daemonset-syncs', [CompletionResultType]::ParameterName, 'The number of objects of this kind that are worked on at once')
            [CompletionResult]::new('--concurrent-job-syncs', '--concurrent-job-syncs', [CompletionResultType]::ParameterName, 'The number of objects of this kind that are worked on at once')
            [CompletionResult]::new('--concurrent-gc-syncs', '--concurrent-gc-syncs', [CompletionResultType]::ParameterName, 'The number of objects of this kind that are worked on at once')
            [CompletionResult]::new('--concurrent-namespace-syncs', '--concurrent-namespace-syncs', [CompletionResultType]::ParameterName, 'The number of objects of this kind that are worked on at once')
            [CompletionResult]::new('--concurrent-validating-admission-policy-status-syncs', '--concurrent-validating-admission-policy-status-syncs', [CompletionResultType]::ParameterName, 'The number of objects of this kind that are worked on at once')
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
