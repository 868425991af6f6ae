
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'kadm' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'kadm'
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
        'kadm' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Set up the control plane on this machine')
            [CompletionResult]::new('join', 'join', [CompletionResultType]::ParameterValue, 'Join this machine to a cluster as a worker')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Take back everything that init or join have done on this machine')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Manage bootstrap tokens')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show configuration')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install the executable and its names')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the version')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('phase', 'phase', [CompletionResultType]::ParameterValue, 'Run one phase of init alone')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('preflight', 'preflight', [CompletionResultType]::ParameterValue, 'Run pre-flight checks')
            [CompletionResult]::new('certs', 'certs', [CompletionResultType]::ParameterValue, 'Generate certificates')
            [CompletionResult]::new('kubeconfig', 'kubeconfig', [CompletionResultType]::ParameterValue, 'Generate the kubeconfig files of the control plane and the administrator')
            [CompletionResult]::new('etcd', 'etcd', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifest of a local etcd')
            [CompletionResult]::new('control-plane', 'control-plane', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifests of the control plane')
            [CompletionResult]::new('kubelet-start', 'kubelet-start', [CompletionResultType]::ParameterValue, 'Write the kubelet''s settings and start the node''s daemons')
            [CompletionResult]::new('wait-control-plane', 'wait-control-plane', [CompletionResultType]::ParameterValue, 'Wait for the control plane to start')
            [CompletionResult]::new('upload-config', 'upload-config', [CompletionResultType]::ParameterValue, 'Upload the kubeadm and kubelet configuration to ConfigMaps')
            [CompletionResult]::new('mark-control-plane', 'mark-control-plane', [CompletionResultType]::ParameterValue, 'Mark this node as a control plane')
            [CompletionResult]::new('bootstrap-token', 'bootstrap-token', [CompletionResultType]::ParameterValue, 'Generate the bootstrap token with which nodes join')
            [CompletionResult]::new('addon', 'addon', [CompletionResultType]::ParameterValue, 'Install the addons kube-proxy and kube-dns')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;preflight' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('ca', 'ca', [CompletionResultType]::ParameterValue, 'Only ca')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('apiserver-kubelet-client', 'apiserver-kubelet-client', [CompletionResultType]::ParameterValue, 'Only apiserver-kubelet-client')
            [CompletionResult]::new('front-proxy-ca', 'front-proxy-ca', [CompletionResultType]::ParameterValue, 'Only front-proxy-ca')
            [CompletionResult]::new('front-proxy-client', 'front-proxy-client', [CompletionResultType]::ParameterValue, 'Only front-proxy-client')
            [CompletionResult]::new('etcd-ca', 'etcd-ca', [CompletionResultType]::ParameterValue, 'Only etcd/ca')
            [CompletionResult]::new('etcd-server', 'etcd-server', [CompletionResultType]::ParameterValue, 'Only etcd/server')
            [CompletionResult]::new('etcd-peer', 'etcd-peer', [CompletionResultType]::ParameterValue, 'Only etcd/peer')
            [CompletionResult]::new('etcd-healthcheck-client', 'etcd-healthcheck-client', [CompletionResultType]::ParameterValue, 'Only etcd/healthcheck-client')
            [CompletionResult]::new('apiserver-etcd-client', 'apiserver-etcd-client', [CompletionResultType]::ParameterValue, 'Only apiserver-etcd-client')
            [CompletionResult]::new('sa', 'sa', [CompletionResultType]::ParameterValue, 'Only sa')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;certs;all' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;ca' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;apiserver' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;apiserver-kubelet-client' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;front-proxy-ca' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;front-proxy-client' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;etcd-ca' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;etcd-server' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;etcd-peer' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;etcd-healthcheck-client' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;apiserver-etcd-client' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;sa' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;certs;help' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('ca', 'ca', [CompletionResultType]::ParameterValue, 'Only ca')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('apiserver-kubelet-client', 'apiserver-kubelet-client', [CompletionResultType]::ParameterValue, 'Only apiserver-kubelet-client')
            [CompletionResult]::new('front-proxy-ca', 'front-proxy-ca', [CompletionResultType]::ParameterValue, 'Only front-proxy-ca')
            [CompletionResult]::new('front-proxy-client', 'front-proxy-client', [CompletionResultType]::ParameterValue, 'Only front-proxy-client')
            [CompletionResult]::new('etcd-ca', 'etcd-ca', [CompletionResultType]::ParameterValue, 'Only etcd/ca')
            [CompletionResult]::new('etcd-server', 'etcd-server', [CompletionResultType]::ParameterValue, 'Only etcd/server')
            [CompletionResult]::new('etcd-peer', 'etcd-peer', [CompletionResultType]::ParameterValue, 'Only etcd/peer')
            [CompletionResult]::new('etcd-healthcheck-client', 'etcd-healthcheck-client', [CompletionResultType]::ParameterValue, 'Only etcd/healthcheck-client')
            [CompletionResult]::new('apiserver-etcd-client', 'apiserver-etcd-client', [CompletionResultType]::ParameterValue, 'Only apiserver-etcd-client')
            [CompletionResult]::new('sa', 'sa', [CompletionResultType]::ParameterValue, 'Only sa')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;certs;help;all' {
            break
        }
        'kadm;init;phase;certs;help;ca' {
            break
        }
        'kadm;init;phase;certs;help;apiserver' {
            break
        }
        'kadm;init;phase;certs;help;apiserver-kubelet-client' {
            break
        }
        'kadm;init;phase;certs;help;front-proxy-ca' {
            break
        }
        'kadm;init;phase;certs;help;front-proxy-client' {
            break
        }
        'kadm;init;phase;certs;help;etcd-ca' {
            break
        }
        'kadm;init;phase;certs;help;etcd-server' {
            break
        }
        'kadm;init;phase;certs;help;etcd-peer' {
            break
        }
        'kadm;init;phase;certs;help;etcd-healthcheck-client' {
            break
        }
        'kadm;init;phase;certs;help;apiserver-etcd-client' {
            break
        }
        'kadm;init;phase;certs;help;sa' {
            break
        }
        'kadm;init;phase;certs;help;help' {
            break
        }
        'kadm;init;phase;kubeconfig' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('admin', 'admin', [CompletionResultType]::ParameterValue, 'Only admin')
            [CompletionResult]::new('super-admin', 'super-admin', [CompletionResultType]::ParameterValue, 'Only super-admin')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'Only kubelet')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;kubeconfig;all' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;kubeconfig;admin' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;kubeconfig;super-admin' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;kubeconfig;kubelet' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;kubeconfig;controller-manager' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;kubeconfig;scheduler' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;kubeconfig;help' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('admin', 'admin', [CompletionResultType]::ParameterValue, 'Only admin')
            [CompletionResult]::new('super-admin', 'super-admin', [CompletionResultType]::ParameterValue, 'Only super-admin')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'Only kubelet')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;kubeconfig;help;all' {
            break
        }
        'kadm;init;phase;kubeconfig;help;admin' {
            break
        }
        'kadm;init;phase;kubeconfig;help;super-admin' {
            break
        }
        'kadm;init;phase;kubeconfig;help;kubelet' {
            break
        }
        'kadm;init;phase;kubeconfig;help;controller-manager' {
            break
        }
        'kadm;init;phase;kubeconfig;help;scheduler' {
            break
        }
        'kadm;init;phase;kubeconfig;help;help' {
            break
        }
        'kadm;init;phase;etcd' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;control-plane' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;control-plane;all' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;control-plane;apiserver' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;control-plane;controller-manager' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;control-plane;scheduler' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;control-plane;help' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;control-plane;help;all' {
            break
        }
        'kadm;init;phase;control-plane;help;apiserver' {
            break
        }
        'kadm;init;phase;control-plane;help;controller-manager' {
            break
        }
        'kadm;init;phase;control-plane;help;scheduler' {
            break
        }
        'kadm;init;phase;control-plane;help;help' {
            break
        }
        'kadm;init;phase;kubelet-start' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;wait-control-plane' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;upload-config' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;mark-control-plane' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;bootstrap-token' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;addon' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('kube-proxy', 'kube-proxy', [CompletionResultType]::ParameterValue, 'Only kube-proxy')
            [CompletionResult]::new('kube-dns', 'kube-dns', [CompletionResultType]::ParameterValue, 'Only kube-dns')
            [CompletionResult]::new('kube-cni', 'kube-cni', [CompletionResultType]::ParameterValue, 'Only kube-cni')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;addon;all' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;addon;kube-proxy' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;addon;kube-dns' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;addon;kube-cni' {
            [CompletionResult]::new('--apiserver-advertise-address', '--apiserver-advertise-address', [CompletionResultType]::ParameterName, 'The address that the API server tells others it is at; the default route''s without it')
            [CompletionResult]::new('--apiserver-bind-port', '--apiserver-bind-port', [CompletionResultType]::ParameterName, 'The API server''s port')
            [CompletionResult]::new('--apiserver-cert-extra-sans', '--apiserver-cert-extra-sans', [CompletionResultType]::ParameterName, 'More names and addresses for the API server''s certificate')
            [CompletionResult]::new('--cert-dir', '--cert-dir', [CompletionResultType]::ParameterName, 'Where certificates are kept')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file')
            [CompletionResult]::new('--control-plane-endpoint', '--control-plane-endpoint', [CompletionResultType]::ParameterName, 'A stable name or address for the control plane')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--image-repository', '--image-repository', [CompletionResultType]::ParameterName, 'Where the images come from; made on this machine without it')
            [CompletionResult]::new('--kubernetes-version', '--kubernetes-version', [CompletionResultType]::ParameterName, 'The version of the control plane')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--pod-network-cidr', '--pod-network-cidr', [CompletionResultType]::ParameterName, 'The pods'' network')
            [CompletionResult]::new('--service-cidr', '--service-cidr', [CompletionResultType]::ParameterName, 'The services'' network')
            [CompletionResult]::new('--service-dns-domain', '--service-dns-domain', [CompletionResultType]::ParameterName, 'The cluster''s DNS domain')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--skip-phases', '--skip-phases', [CompletionResultType]::ParameterName, 'Phases to be left out')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The token with which nodes join; a random one without it')
            [CompletionResult]::new('--token-ttl', '--token-ttl', [CompletionResultType]::ParameterName, 'How long the token holds; 0 for ever')
            [CompletionResult]::new('--skip-token-print', '--skip-token-print', [CompletionResultType]::ParameterName, 'Do not print the token')
            [CompletionResult]::new('--single-node', '--single-node', [CompletionResultType]::ParameterName, 'Let this node run ordinary pods as well: no control-plane taint')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;init;phase;addon;help' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('kube-proxy', 'kube-proxy', [CompletionResultType]::ParameterValue, 'Only kube-proxy')
            [CompletionResult]::new('kube-dns', 'kube-dns', [CompletionResultType]::ParameterValue, 'Only kube-dns')
            [CompletionResult]::new('kube-cni', 'kube-cni', [CompletionResultType]::ParameterValue, 'Only kube-cni')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;addon;help;all' {
            break
        }
        'kadm;init;phase;addon;help;kube-proxy' {
            break
        }
        'kadm;init;phase;addon;help;kube-dns' {
            break
        }
        'kadm;init;phase;addon;help;kube-cni' {
            break
        }
        'kadm;init;phase;addon;help;help' {
            break
        }
        'kadm;init;phase;help' {
            [CompletionResult]::new('preflight', 'preflight', [CompletionResultType]::ParameterValue, 'Run pre-flight checks')
            [CompletionResult]::new('certs', 'certs', [CompletionResultType]::ParameterValue, 'Generate certificates')
            [CompletionResult]::new('kubeconfig', 'kubeconfig', [CompletionResultType]::ParameterValue, 'Generate the kubeconfig files of the control plane and the administrator')
            [CompletionResult]::new('etcd', 'etcd', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifest of a local etcd')
            [CompletionResult]::new('control-plane', 'control-plane', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifests of the control plane')
            [CompletionResult]::new('kubelet-start', 'kubelet-start', [CompletionResultType]::ParameterValue, 'Write the kubelet''s settings and start the node''s daemons')
            [CompletionResult]::new('wait-control-plane', 'wait-control-plane', [CompletionResultType]::ParameterValue, 'Wait for the control plane to start')
            [CompletionResult]::new('upload-config', 'upload-config', [CompletionResultType]::ParameterValue, 'Upload the kubeadm and kubelet configuration to ConfigMaps')
            [CompletionResult]::new('mark-control-plane', 'mark-control-plane', [CompletionResultType]::ParameterValue, 'Mark this node as a control plane')
            [CompletionResult]::new('bootstrap-token', 'bootstrap-token', [CompletionResultType]::ParameterValue, 'Generate the bootstrap token with which nodes join')
            [CompletionResult]::new('addon', 'addon', [CompletionResultType]::ParameterValue, 'Install the addons kube-proxy and kube-dns')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;phase;help;preflight' {
            break
        }
        'kadm;init;phase;help;certs' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('ca', 'ca', [CompletionResultType]::ParameterValue, 'Only ca')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('apiserver-kubelet-client', 'apiserver-kubelet-client', [CompletionResultType]::ParameterValue, 'Only apiserver-kubelet-client')
            [CompletionResult]::new('front-proxy-ca', 'front-proxy-ca', [CompletionResultType]::ParameterValue, 'Only front-proxy-ca')
            [CompletionResult]::new('front-proxy-client', 'front-proxy-client', [CompletionResultType]::ParameterValue, 'Only front-proxy-client')
            [CompletionResult]::new('etcd-ca', 'etcd-ca', [CompletionResultType]::ParameterValue, 'Only etcd/ca')
            [CompletionResult]::new('etcd-server', 'etcd-server', [CompletionResultType]::ParameterValue, 'Only etcd/server')
            [CompletionResult]::new('etcd-peer', 'etcd-peer', [CompletionResultType]::ParameterValue, 'Only etcd/peer')
            [CompletionResult]::new('etcd-healthcheck-client', 'etcd-healthcheck-client', [CompletionResultType]::ParameterValue, 'Only etcd/healthcheck-client')
            [CompletionResult]::new('apiserver-etcd-client', 'apiserver-etcd-client', [CompletionResultType]::ParameterValue, 'Only apiserver-etcd-client')
            [CompletionResult]::new('sa', 'sa', [CompletionResultType]::ParameterValue, 'Only sa')
            break
        }
        'kadm;init;phase;help;certs;all' {
            break
        }
        'kadm;init;phase;help;certs;ca' {
            break
        }
        'kadm;init;phase;help;certs;apiserver' {
            break
        }
        'kadm;init;phase;help;certs;apiserver-kubelet-client' {
            break
        }
        'kadm;init;phase;help;certs;front-proxy-ca' {
            break
        }
        'kadm;init;phase;help;certs;front-proxy-client' {
            break
        }
        'kadm;init;phase;help;certs;etcd-ca' {
            break
        }
        'kadm;init;phase;help;certs;etcd-server' {
            break
        }
        'kadm;init;phase;help;certs;etcd-peer' {
            break
        }
        'kadm;init;phase;help;certs;etcd-healthcheck-client' {
            break
        }
        'kadm;init;phase;help;certs;apiserver-etcd-client' {
            break
        }
        'kadm;init;phase;help;certs;sa' {
            break
        }
        'kadm;init;phase;help;kubeconfig' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('admin', 'admin', [CompletionResultType]::ParameterValue, 'Only admin')
            [CompletionResult]::new('super-admin', 'super-admin', [CompletionResultType]::ParameterValue, 'Only super-admin')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'Only kubelet')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            break
        }
        'kadm;init;phase;help;kubeconfig;all' {
            break
        }
        'kadm;init;phase;help;kubeconfig;admin' {
            break
        }
        'kadm;init;phase;help;kubeconfig;super-admin' {
            break
        }
        'kadm;init;phase;help;kubeconfig;kubelet' {
            break
        }
        'kadm;init;phase;help;kubeconfig;controller-manager' {
            break
        }
        'kadm;init;phase;help;kubeconfig;scheduler' {
            break
        }
        'kadm;init;phase;help;etcd' {
            break
        }
        'kadm;init;phase;help;control-plane' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            break
        }
        'kadm;init;phase;help;control-plane;all' {
            break
        }
        'kadm;init;phase;help;control-plane;apiserver' {
            break
        }
        'kadm;init;phase;help;control-plane;controller-manager' {
            break
        }
        'kadm;init;phase;help;control-plane;scheduler' {
            break
        }
        'kadm;init;phase;help;kubelet-start' {
            break
        }
        'kadm;init;phase;help;wait-control-plane' {
            break
        }
        'kadm;init;phase;help;upload-config' {
            break
        }
        'kadm;init;phase;help;mark-control-plane' {
            break
        }
        'kadm;init;phase;help;bootstrap-token' {
            break
        }
        'kadm;init;phase;help;addon' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('kube-proxy', 'kube-proxy', [CompletionResultType]::ParameterValue, 'Only kube-proxy')
            [CompletionResult]::new('kube-dns', 'kube-dns', [CompletionResultType]::ParameterValue, 'Only kube-dns')
            [CompletionResult]::new('kube-cni', 'kube-cni', [CompletionResultType]::ParameterValue, 'Only kube-cni')
            break
        }
        'kadm;init;phase;help;addon;all' {
            break
        }
        'kadm;init;phase;help;addon;kube-proxy' {
            break
        }
        'kadm;init;phase;help;addon;kube-dns' {
            break
        }
        'kadm;init;phase;help;addon;kube-cni' {
            break
        }
        'kadm;init;phase;help;help' {
            break
        }
        'kadm;init;help' {
            [CompletionResult]::new('phase', 'phase', [CompletionResultType]::ParameterValue, 'Run one phase of init alone')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;init;help;phase' {
            [CompletionResult]::new('preflight', 'preflight', [CompletionResultType]::ParameterValue, 'Run pre-flight checks')
            [CompletionResult]::new('certs', 'certs', [CompletionResultType]::ParameterValue, 'Generate certificates')
            [CompletionResult]::new('kubeconfig', 'kubeconfig', [CompletionResultType]::ParameterValue, 'Generate the kubeconfig files of the control plane and the administrator')
            [CompletionResult]::new('etcd', 'etcd', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifest of a local etcd')
            [CompletionResult]::new('control-plane', 'control-plane', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifests of the control plane')
            [CompletionResult]::new('kubelet-start', 'kubelet-start', [CompletionResultType]::ParameterValue, 'Write the kubelet''s settings and start the node''s daemons')
            [CompletionResult]::new('wait-control-plane', 'wait-control-plane', [CompletionResultType]::ParameterValue, 'Wait for the control plane to start')
            [CompletionResult]::new('upload-config', 'upload-config', [CompletionResultType]::ParameterValue, 'Upload the kubeadm and kubelet configuration to ConfigMaps')
            [CompletionResult]::new('mark-control-plane', 'mark-control-plane', [CompletionResultType]::ParameterValue, 'Mark this node as a control plane')
            [CompletionResult]::new('bootstrap-token', 'bootstrap-token', [CompletionResultType]::ParameterValue, 'Generate the bootstrap token with which nodes join')
            [CompletionResult]::new('addon', 'addon', [CompletionResultType]::ParameterValue, 'Install the addons kube-proxy and kube-dns')
            break
        }
        'kadm;init;help;phase;preflight' {
            break
        }
        'kadm;init;help;phase;certs' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('ca', 'ca', [CompletionResultType]::ParameterValue, 'Only ca')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('apiserver-kubelet-client', 'apiserver-kubelet-client', [CompletionResultType]::ParameterValue, 'Only apiserver-kubelet-client')
            [CompletionResult]::new('front-proxy-ca', 'front-proxy-ca', [CompletionResultType]::ParameterValue, 'Only front-proxy-ca')
            [CompletionResult]::new('front-proxy-client', 'front-proxy-client', [CompletionResultType]::ParameterValue, 'Only front-proxy-client')
            [CompletionResult]::new('etcd-ca', 'etcd-ca', [CompletionResultType]::ParameterValue, 'Only etcd/ca')
            [CompletionResult]::new('etcd-server', 'etcd-server', [CompletionResultType]::ParameterValue, 'Only etcd/server')
            [CompletionResult]::new('etcd-peer', 'etcd-peer', [CompletionResultType]::ParameterValue, 'Only etcd/peer')
            [CompletionResult]::new('etcd-healthcheck-client', 'etcd-healthcheck-client', [CompletionResultType]::ParameterValue, 'Only etcd/healthcheck-client')
            [CompletionResult]::new('apiserver-etcd-client', 'apiserver-etcd-client', [CompletionResultType]::ParameterValue, 'Only apiserver-etcd-client')
            [CompletionResult]::new('sa', 'sa', [CompletionResultType]::ParameterValue, 'Only sa')
            break
        }
        'kadm;init;help;phase;certs;all' {
            break
        }
        'kadm;init;help;phase;certs;ca' {
            break
        }
        'kadm;init;help;phase;certs;apiserver' {
            break
        }
        'kadm;init;help;phase;certs;apiserver-kubelet-client' {
            break
        }
        'kadm;init;help;phase;certs;front-proxy-ca' {
            break
        }
        'kadm;init;help;phase;certs;front-proxy-client' {
            break
        }
        'kadm;init;help;phase;certs;etcd-ca' {
            break
        }
        'kadm;init;help;phase;certs;etcd-server' {
            break
        }
        'kadm;init;help;phase;certs;etcd-peer' {
            break
        }
        'kadm;init;help;phase;certs;etcd-healthcheck-client' {
            break
        }
        'kadm;init;help;phase;certs;apiserver-etcd-client' {
            break
        }
        'kadm;init;help;phase;certs;sa' {
            break
        }
        'kadm;init;help;phase;kubeconfig' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('admin', 'admin', [CompletionResultType]::ParameterValue, 'Only admin')
            [CompletionResult]::new('super-admin', 'super-admin', [CompletionResultType]::ParameterValue, 'Only super-admin')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'Only kubelet')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            break
        }
        'kadm;init;help;phase;kubeconfig;all' {
            break
        }
        'kadm;init;help;phase;kubeconfig;admin' {
            break
        }
        'kadm;init;help;phase;kubeconfig;super-admin' {
            break
        }
        'kadm;init;help;phase;kubeconfig;kubelet' {
            break
        }
        'kadm;init;help;phase;kubeconfig;controller-manager' {
            break
        }
        'kadm;init;help;phase;kubeconfig;scheduler' {
            break
        }
        'kadm;init;help;phase;etcd' {
            break
        }
        'kadm;init;help;phase;control-plane' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            break
        }
        'kadm;init;help;phase;control-plane;all' {
            break
        }
        'kadm;init;help;phase;control-plane;apiserver' {
            break
        }
        'kadm;init;help;phase;control-plane;controller-manager' {
            break
        }
        'kadm;init;help;phase;control-plane;scheduler' {
            break
        }
        'kadm;init;help;phase;kubelet-start' {
            break
        }
        'kadm;init;help;phase;wait-control-plane' {
            break
        }
        'kadm;init;help;phase;upload-config' {
            break
        }
        'kadm;init;help;phase;mark-control-plane' {
            break
        }
        'kadm;init;help;phase;bootstrap-token' {
            break
        }
        'kadm;init;help;phase;addon' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('kube-proxy', 'kube-proxy', [CompletionResultType]::ParameterValue, 'Only kube-proxy')
            [CompletionResult]::new('kube-dns', 'kube-dns', [CompletionResultType]::ParameterValue, 'Only kube-dns')
            [CompletionResult]::new('kube-cni', 'kube-cni', [CompletionResultType]::ParameterValue, 'Only kube-cni')
            break
        }
        'kadm;init;help;phase;addon;all' {
            break
        }
        'kadm;init;help;phase;addon;kube-proxy' {
            break
        }
        'kadm;init;help;phase;addon;kube-dns' {
            break
        }
        'kadm;init;help;phase;addon;kube-cni' {
            break
        }
        'kadm;init;help;help' {
            break
        }
        'kadm;join' {
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'The bootstrap token')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A kubeadm v1beta4 configuration file (JoinConfiguration)')
            [CompletionResult]::new('--discovery-token', '--discovery-token', [CompletionResultType]::ParameterName, 'The bootstrap token by which the cluster is found, over --token')
            [CompletionResult]::new('--tls-bootstrap-token', '--tls-bootstrap-token', [CompletionResultType]::ParameterName, 'The bootstrap token with which the node''s certificate is asked for')
            [CompletionResult]::new('--discovery-token-ca-cert-hash', '--discovery-token-ca-cert-hash', [CompletionResultType]::ParameterName, 'The hash of the cluster''s CA, as sha256:<hex>')
            [CompletionResult]::new('--discovery-token-unsafe-skip-ca-verification', '--discovery-token-unsafe-skip-ca-verification', [CompletionResultType]::ParameterName, 'Trust whoever answers')
            [CompletionResult]::new('--node-name', '--node-name', [CompletionResultType]::ParameterName, 'This node''s name')
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; kadm''s own runtime without it')
            [CompletionResult]::new('--ignore-preflight-errors', '--ignore-preflight-errors', [CompletionResultType]::ParameterName, 'Checks whose failure is only warned of; ''all'' for every one')
            [CompletionResult]::new('--control-plane', '--control-plane', [CompletionResultType]::ParameterName, 'Join as a further control-plane node (not built yet)')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;reset' {
            [CompletionResult]::new('--cri-socket', '--cri-socket', [CompletionResultType]::ParameterName, 'The container runtime''s socket; without it, the one that the kubelet uses')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;token' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a token on the server')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tokens on the server')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete tokens')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print a random token without creating it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;token;create' {
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'How long it holds; 0 for ever')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What it is for, for people')
            [CompletionResult]::new('--groups', '--groups', [CompletionResultType]::ParameterName, 'The groups of who uses it')
            [CompletionResult]::new('--usages', '--usages', [CompletionResultType]::ParameterName, 'signing, authentication')
            [CompletionResult]::new('--print-join-command', '--print-join-command', [CompletionResultType]::ParameterName, 'Print the whole line with which a node joins')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;token;list' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;token;delete' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;token;generate' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;token;help' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a token on the server')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tokens on the server')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete tokens')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print a random token without creating it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;token;help;create' {
            break
        }
        'kadm;token;help;list' {
            break
        }
        'kadm;token;help;delete' {
            break
        }
        'kadm;token;help;generate' {
            break
        }
        'kadm;token;help;help' {
            break
        }
        'kadm;config' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('print', 'print', [CompletionResultType]::ParameterValue, 'Print configuration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;config;print' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('init-defaults', 'init-defaults', [CompletionResultType]::ParameterValue, 'Print the default InitConfiguration and ClusterConfiguration')
            [CompletionResult]::new('join-defaults', 'join-defaults', [CompletionResultType]::ParameterValue, 'Print the default JoinConfiguration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;config;print;init-defaults' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;config;print;join-defaults' {
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;config;print;help' {
            [CompletionResult]::new('init-defaults', 'init-defaults', [CompletionResultType]::ParameterValue, 'Print the default InitConfiguration and ClusterConfiguration')
            [CompletionResult]::new('join-defaults', 'join-defaults', [CompletionResultType]::ParameterValue, 'Print the default JoinConfiguration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;config;print;help;init-defaults' {
            break
        }
        'kadm;config;print;help;join-defaults' {
            break
        }
        'kadm;config;print;help;help' {
            break
        }
        'kadm;config;help' {
            [CompletionResult]::new('print', 'print', [CompletionResultType]::ParameterValue, 'Print configuration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;config;help;print' {
            [CompletionResult]::new('init-defaults', 'init-defaults', [CompletionResultType]::ParameterValue, 'Print the default InitConfiguration and ClusterConfiguration')
            [CompletionResult]::new('join-defaults', 'join-defaults', [CompletionResultType]::ParameterValue, 'Print the default JoinConfiguration')
            break
        }
        'kadm;config;help;print;init-defaults' {
            break
        }
        'kadm;config;help;print;join-defaults' {
            break
        }
        'kadm;config;help;help' {
            break
        }
        'kadm;install' {
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'Where to')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;version' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('--v', '--v', [CompletionResultType]::ParameterName, 'number for the log level verbosity')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'kadm;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Set up the control plane on this machine')
            [CompletionResult]::new('join', 'join', [CompletionResultType]::ParameterValue, 'Join this machine to a cluster as a worker')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Take back everything that init or join have done on this machine')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Manage bootstrap tokens')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show configuration')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install the executable and its names')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the version')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'kadm;help;init' {
            [CompletionResult]::new('phase', 'phase', [CompletionResultType]::ParameterValue, 'Run one phase of init alone')
            break
        }
        'kadm;help;init;phase' {
            [CompletionResult]::new('preflight', 'preflight', [CompletionResultType]::ParameterValue, 'Run pre-flight checks')
            [CompletionResult]::new('certs', 'certs', [CompletionResultType]::ParameterValue, 'Generate certificates')
            [CompletionResult]::new('kubeconfig', 'kubeconfig', [CompletionResultType]::ParameterValue, 'Generate the kubeconfig files of the control plane and the administrator')
            [CompletionResult]::new('etcd', 'etcd', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifest of a local etcd')
            [CompletionResult]::new('control-plane', 'control-plane', [CompletionResultType]::ParameterValue, 'Generate the static Pod manifests of the control plane')
            [CompletionResult]::new('kubelet-start', 'kubelet-start', [CompletionResultType]::ParameterValue, 'Write the kubelet''s settings and start the node''s daemons')
            [CompletionResult]::new('wait-control-plane', 'wait-control-plane', [CompletionResultType]::ParameterValue, 'Wait for the control plane to start')
            [CompletionResult]::new('upload-config', 'upload-config', [CompletionResultType]::ParameterValue, 'Upload the kubeadm and kubelet configuration to ConfigMaps')
            [CompletionResult]::new('mark-control-plane', 'mark-control-plane', [CompletionResultType]::ParameterValue, 'Mark this node as a control plane')
            [CompletionResult]::new('bootstrap-token', 'bootstrap-token', [CompletionResultType]::ParameterValue, 'Generate the bootstrap token with which nodes join')
            [CompletionResult]::new('addon', 'addon', [CompletionResultType]::ParameterValue, 'Install the addons kube-proxy and kube-dns')
            break
        }
        'kadm;help;init;phase;preflight' {
            break
        }
        'kadm;help;init;phase;certs' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('ca', 'ca', [CompletionResultType]::ParameterValue, 'Only ca')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('apiserver-kubelet-client', 'apiserver-kubelet-client', [CompletionResultType]::ParameterValue, 'Only apiserver-kubelet-client')
            [CompletionResult]::new('front-proxy-ca', 'front-proxy-ca', [CompletionResultType]::ParameterValue, 'Only front-proxy-ca')
            [CompletionResult]::new('front-proxy-client', 'front-proxy-client', [CompletionResultType]::ParameterValue, 'Only front-proxy-client')
            [CompletionResult]::new('etcd-ca', 'etcd-ca', [CompletionResultType]::ParameterValue, 'Only etcd/ca')
            [CompletionResult]::new('etcd-server', 'etcd-server', [CompletionResultType]::ParameterValue, 'Only etcd/server')
            [CompletionResult]::new('etcd-peer', 'etcd-peer', [CompletionResultType]::ParameterValue, 'Only etcd/peer')
            [CompletionResult]::new('etcd-healthcheck-client', 'etcd-healthcheck-client', [CompletionResultType]::ParameterValue, 'Only etcd/healthcheck-client')
            [CompletionResult]::new('apiserver-etcd-client', 'apiserver-etcd-client', [CompletionResultType]::ParameterValue, 'Only apiserver-etcd-client')
            [CompletionResult]::new('sa', 'sa', [CompletionResultType]::ParameterValue, 'Only sa')
            break
        }
        'kadm;help;init;phase;certs;all' {
            break
        }
        'kadm;help;init;phase;certs;ca' {
            break
        }
        'kadm;help;init;phase;certs;apiserver' {
            break
        }
        'kadm;help;init;phase;certs;apiserver-kubelet-client' {
            break
        }
        'kadm;help;init;phase;certs;front-proxy-ca' {
            break
        }
        'kadm;help;init;phase;certs;front-proxy-client' {
            break
        }
        'kadm;help;init;phase;certs;etcd-ca' {
            break
        }
        'kadm;help;init;phase;certs;etcd-server' {
            break
        }
        'kadm;help;init;phase;certs;etcd-peer' {
            break
        }
        'kadm;help;init;phase;certs;etcd-healthcheck-client' {
            break
        }
        'kadm;help;init;phase;certs;apiserver-etcd-client' {
            break
        }
        'kadm;help;init;phase;certs;sa' {
            break
        }
        'kadm;help;init;phase;kubeconfig' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('admin', 'admin', [CompletionResultType]::ParameterValue, 'Only admin')
            [CompletionResult]::new('super-admin', 'super-admin', [CompletionResultType]::ParameterValue, 'Only super-admin')
            [CompletionResult]::new('kubelet', 'kubelet', [CompletionResultType]::ParameterValue, 'Only kubelet')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            break
        }
        'kadm;help;init;phase;kubeconfig;all' {
            break
        }
        'kadm;help;init;phase;kubeconfig;admin' {
            break
        }
        'kadm;help;init;phase;kubeconfig;super-admin' {
            break
        }
        'kadm;help;init;phase;kubeconfig;kubelet' {
            break
        }
        'kadm;help;init;phase;kubeconfig;controller-manager' {
            break
        }
        'kadm;help;init;phase;kubeconfig;scheduler' {
            break
        }
        'kadm;help;init;phase;etcd' {
            break
        }
        'kadm;help;init;phase;control-plane' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('apiserver', 'apiserver', [CompletionResultType]::ParameterValue, 'Only apiserver')
            [CompletionResult]::new('controller-manager', 'controller-manager', [CompletionResultType]::ParameterValue, 'Only controller-manager')
            [CompletionResult]::new('scheduler', 'scheduler', [CompletionResultType]::ParameterValue, 'Only scheduler')
            break
        }
        'kadm;help;init;phase;control-plane;all' {
            break
        }
        'kadm;help;init;phase;control-plane;apiserver' {
            break
        }
        'kadm;help;init;phase;control-plane;controller-manager' {
            break
        }
        'kadm;help;init;phase;control-plane;scheduler' {
            break
        }
        'kadm;help;init;phase;kubelet-start' {
            break
        }
        'kadm;help;init;phase;wait-control-plane' {
            break
        }
        'kadm;help;init;phase;upload-config' {
            break
        }
        'kadm;help;init;phase;mark-control-plane' {
            break
        }
        'kadm;help;init;phase;bootstrap-token' {
            break
        }
        'kadm;help;init;phase;addon' {
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'All of them')
            [CompletionResult]::new('kube-proxy', 'kube-proxy', [CompletionResultType]::ParameterValue, 'Only kube-proxy')
            [CompletionResult]::new('kube-dns', 'kube-dns', [CompletionResultType]::ParameterValue, 'Only kube-dns')
            [CompletionResult]::new('kube-cni', 'kube-cni', [CompletionResultType]::ParameterValue, 'Only kube-cni')
            break
        }
        'kadm;help;init;phase;addon;all' {
            break
        }
        'kadm;help;init;phase;addon;kube-proxy' {
            break
        }
        'kadm;help;init;phase;addon;kube-dns' {
            break
        }
        'kadm;help;init;phase;addon;kube-cni' {
            break
        }
        'kadm;help;join' {
            break
        }
        'kadm;help;reset' {
            break
        }
        'kadm;help;token' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a token on the server')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tokens on the server')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete tokens')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print a random token without creating it')
            break
        }
        'kadm;help;token;create' {
            break
        }
        'kadm;help;token;list' {
            break
        }
        'kadm;help;token;delete' {
            break
        }
        'kadm;help;token;generate' {
            break
        }
        'kadm;help;config' {
            [CompletionResult]::new('print', 'print', [CompletionResultType]::ParameterValue, 'Print configuration')
            break
        }
        'kadm;help;config;print' {
            [CompletionResult]::new('init-defaults', 'init-defaults', [CompletionResultType]::ParameterValue, 'Print the default InitConfiguration and ClusterConfiguration')
            [CompletionResult]::new('join-defaults', 'join-defaults', [CompletionResultType]::ParameterValue, 'Print the default JoinConfiguration')
            break
        }
        'kadm;help;config;print;init-defaults' {
            break
        }
        'kadm;help;config;print;join-defaults' {
            break
        }
        'kadm;help;install' {
            break
        }
        'kadm;help;version' {
            break
        }
        'kadm;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
