
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kube-scheduler' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kube-scheduler'
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
        'kube-scheduler' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The path to the configuration file (KubeSchedulerConfiguration v1)')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Path to kubeconfig file with authorization and API server location')
            [CompletionResult]::new('--master', '--master', [CompletionResultType]::ParameterName, 'The address of the Kubernetes API server, over the kubeconfig''s')
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
