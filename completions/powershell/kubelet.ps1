
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kubelet' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kubelet'
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
        'kubelet' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The file with the KubeletConfiguration')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig with which to reach the API server; without it the kubelet runs static pods alone')
            [CompletionResult]::new('--bootstrap-kubeconfig', '--bootstrap-kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig with which to ask for a client certificate when --kubeconfig does not exist yet')
            [CompletionResult]::new('--root-dir', '--root-dir', [CompletionResultType]::ParameterName, 'Where pods'' volumes and the kubelet''s state are kept')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where the kubelet''s certificates are kept')
            [CompletionResult]::new('--pod-manifest-path', '--pod-manifest-path', [CompletionResultType]::ParameterName, 'The folder (or file) with static pods')
            [CompletionResult]::new('--pod-log-dir', '--pod-log-dir', [CompletionResultType]::ParameterName, 'Where containers'' logs are kept')
            [CompletionResult]::new('--hostname-override', '--hostname-override', [CompletionResultType]::ParameterName, 'The node''s name instead of the host name')
            [CompletionResult]::new('--node-ip', '--node-ip', [CompletionResultType]::ParameterName, 'The node''s address')
            [CompletionResult]::new('--node-labels', '--node-labels', [CompletionResultType]::ParameterName, 'Labels to register with, as key=value,key=value')
            [CompletionResult]::new('--register-with-taints', '--register-with-taints', [CompletionResultType]::ParameterName, 'Taints to register with, as key=value:effect,...')
            [CompletionResult]::new('--container-runtime-endpoint', '--container-runtime-endpoint', [CompletionResultType]::ParameterName, 'The CRI socket, such as unix:///run/containerd/containerd.sock')
            [CompletionResult]::new('--cluster-dns', '--cluster-dns', [CompletionResultType]::ParameterName, 'The cluster''s DNS servers, separated by commas')
            [CompletionResult]::new('--cluster-domain', '--cluster-domain', [CompletionResultType]::ParameterName, 'The cluster''s domain')
            [CompletionResult]::new('--cgroup-driver', '--cgroup-driver', [CompletionResultType]::ParameterName, 'cgroupfs or systemd')
            [CompletionResult]::new('--max-pods', '--max-pods', [CompletionResultType]::ParameterName, 'How many pods this node takes')
            [CompletionResult]::new('--fail-swap-on', '--fail-swap-on', [CompletionResultType]::ParameterName, 'Refuse to start while swap is on')
            [CompletionResult]::new('--register-node', '--register-node', [CompletionResultType]::ParameterName, 'Register the node with the API server')
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
