
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kube-cri' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kube-cri'
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
        'kube-cri' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'the unix socket to serve CRI on')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('--stream-address', '--stream-address', [CompletionResultType]::ParameterName, 'where exec, attach and port-forward are served')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('image', 'image', [CompletionResultType]::ParameterValue, 'Look after the images on this machine')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Stop every pod and remove everything this runtime made')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kube-cri;image' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List images')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List images')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove an image')
            [CompletionResult]::new('pull', 'pull', [CompletionResultType]::ParameterValue, 'Pull an image from its registry')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Import an OCI or docker archive')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write an image as an OCI archive')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kube-cri;image;list' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kube-cri;image;ls' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kube-cri;image;rm' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kube-cri;image;pull' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kube-cri;image;import' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'what to call an archive''s only image')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kube-cri;image;export' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kube-cri;image;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List images')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove an image')
            [CompletionResult]::new('pull', 'pull', [CompletionResultType]::ParameterValue, 'Pull an image from its registry')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Import an OCI or docker archive')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write an image as an OCI archive')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kube-cri;image;help;list' {
            break
        }
        'kube-cri;image;help;rm' {
            break
        }
        'kube-cri;image;help;pull' {
            break
        }
        'kube-cri;image;help;import' {
            break
        }
        'kube-cri;image;help;export' {
            break
        }
        'kube-cri;image;help;help' {
            break
        }
        'kube-cri;reset' {
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'where images and containers are kept')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'where the state of running pods is kept')
            [CompletionResult]::new('--cni-conf-dir', '--cni-conf-dir', [CompletionResultType]::ParameterName, 'where CNI configurations are')
            [CompletionResult]::new('--cni-bin-dir', '--cni-bin-dir', [CompletionResultType]::ParameterName, 'where CNI plugins are; several after commas')
            [CompletionResult]::new('--plain-http-registries', '--plain-http-registries', [CompletionResultType]::ParameterName, 'registries without TLS, after commas; loopback has none')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kube-cri;help' {
            [CompletionResult]::new('image', 'image', [CompletionResultType]::ParameterValue, 'Look after the images on this machine')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Stop every pod and remove everything this runtime made')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kube-cri;help;image' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List images')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove an image')
            [CompletionResult]::new('pull', 'pull', [CompletionResultType]::ParameterValue, 'Pull an image from its registry')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Import an OCI or docker archive')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write an image as an OCI archive')
            break
        }
        'kube-cri;help;image;list' {
            break
        }
        'kube-cri;help;image;rm' {
            break
        }
        'kube-cri;help;image;pull' {
            break
        }
        'kube-cri;help;image;import' {
            break
        }
        'kube-cri;help;image;export' {
            break
        }
        'kube-cri;help;reset' {
            break
        }
        'kube-cri;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
