
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kube-proxy' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kube-proxy'
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
        'kube-proxy' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'the KubeProxyConfiguration file')
            [CompletionResult]::new('--cleanup', '--cleanup', [CompletionResultType]::ParameterName, 'remove the nftables table and exit')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'how to reach the API server; the pod''s service account when missing')
            [CompletionResult]::new('--master', '--master', [CompletionResultType]::ParameterName, 'the API server''s address, over the kubeconfig''s')
            [CompletionResult]::new('--hostname-override', '--hostname-override', [CompletionResultType]::ParameterName, 'this node''s name, if it is not the host name')
            [CompletionResult]::new('--cluster-cidr', '--cluster-cidr', [CompletionResultType]::ParameterName, 'the pods'' networks, after commas')
            [CompletionResult]::new('--bind-address', '--bind-address', [CompletionResultType]::ParameterName, 'what an empty address of --healthz-bind-address means')
            [CompletionResult]::new('--healthz-bind-address', '--healthz-bind-address', [CompletionResultType]::ParameterName, 'where /healthz is served; empty for nowhere')
            [CompletionResult]::new('--metrics-bind-address', '--metrics-bind-address', [CompletionResultType]::ParameterName, 'where /metrics is served; empty for nowhere')
            [CompletionResult]::new('--proxy-mode', '--proxy-mode', [CompletionResultType]::ParameterName, 'nftables, which is the only mode')
            [CompletionResult]::new('--masquerade-all', '--masquerade-all', [CompletionResultType]::ParameterName, 'masquerade all traffic to cluster IPs')
            [CompletionResult]::new('--iptables-masquerade-bit', '--iptables-masquerade-bit', [CompletionResultType]::ParameterName, 'the packet mark''s bit for masquerading')
            [CompletionResult]::new('--nodeport-addresses', '--nodeport-addresses', [CompletionResultType]::ParameterName, 'networks where node ports answer, after commas; everywhere when missing')
            [CompletionResult]::new('--detect-local-mode', '--detect-local-mode', [CompletionResultType]::ParameterName, 'ClusterCIDR, which is the only mode')
            [CompletionResult]::new('--config-sync-period', '--config-sync-period', [CompletionResultType]::ParameterName, 'how often the table is looked after')
            [CompletionResult]::new('--oom-score-adj', '--oom-score-adj', [CompletionResultType]::ParameterName, 'the proxy''s own oom_score_adj')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
