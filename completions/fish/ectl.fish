# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_ectl_global_optspecs
    string join \n endpoints= cacert= cert= key= insecure-skip-tls-verify= insecure-transport= dial-timeout= command-timeout= keepalive-time= keepalive-timeout= w/write-out= hex= h/help V/version
end

function __fish_ectl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_ectl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_ectl_using_subcommand
    set -l cmd (__fish_ectl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c ectl -n "__fish_ectl_needs_command" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_needs_command" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_needs_command" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_needs_command" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_needs_command" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_needs_command" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_needs_command" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_needs_command" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_needs_command" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_needs_command" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_needs_command" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_needs_command" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_needs_command" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_needs_command" -s V -l version -d 'Print version'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "get" -d 'Gets the key or a range of keys'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "put" -d 'Puts the given key into the store'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "del" -d 'Removes the specified key or range of keys [key, range_end)'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "compaction" -d 'Compacts the event history in etcd'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "lease" -d 'Lease related commands'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "txn" -d 'Txn processes all the requests in one transaction'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "watch" -d 'Watches events stream on keys or prefixes'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "endpoint" -d 'Endpoint related commands'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "member" -d 'Membership related commands'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "alarm" -d 'Alarm related commands'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "defrag" -d 'Defragments the storage of the etcd members with given endpoints'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "snapshot" -d 'Manages etcd node snapshots'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "version" -d 'Prints the version of ectl'
complete -c ectl -n "__fish_ectl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand get" -l consistency -d 'Linearizable(l) or Serializable(s)' -r -f -a "l\t''
s\t''"
complete -c ectl -n "__fish_ectl_using_subcommand get" -l order -d 'Order of results; ASCEND or DESCEND (ASCEND by default)' -r -f -a "ASCEND\t''
DESCEND\t''
NONE\t''
\t''"
complete -c ectl -n "__fish_ectl_using_subcommand get" -l sort-by -d 'Sort target' -r -f -a "CREATE\t''
KEY\t''
MODIFY\t''
VALUE\t''
VERSION\t''
\t''"
complete -c ectl -n "__fish_ectl_using_subcommand get" -l limit -d 'Maximum number of results' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l prefix -d 'Get keys with matching prefix' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l from-key -d 'Get keys that are greater than or equal to the given key using byte compare' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l rev -d 'Specify the kv revision' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l keys-only -d 'Get only the keys' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l count-only -d 'Get only the count' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l print-value-only -d 'Only write values when using the "simple" output format' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l min-create-rev -d 'Minimum create revision' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l max-create-rev -d 'Maximum create revision' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l min-mod-rev -d 'Minimum modification revision' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l max-mod-rev -d 'Maximum modification revision' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand get" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand get" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand put" -l lease -d 'lease ID (in hexadecimal) to attach to the key' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l prev-kv -d 'return the previous key-value pair before modification' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l ignore-value -d 'updates the key using its current value' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l ignore-lease -d 'updates the key using its current lease' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand put" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand put" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand del" -l prefix -d 'delete keys with matching prefix' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l prev-kv -d 'return deleted key-value pairs' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l from-key -d 'delete keys that are greater than or equal to the given key using byte compare' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand del" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand del" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l physical -d 'wait until the old revisions are physically removed' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand compaction" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -f -a "grant" -d 'Creates leases'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -f -a "revoke" -d 'Revokes leases'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -f -a "timetolive" -d 'Get lease information'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -f -a "list" -d 'List all active leases'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -f -a "keep-alive" -d 'Keeps leases alive (renew)'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and not __fish_seen_subcommand_from grant revoke timetolive list keep-alive help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from grant" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l keys -d 'Get keys attached to this lease' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from timetolive" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l once -d 'Resets the keep-alive time to its original value and exits' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from keep-alive" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from help" -f -a "grant" -d 'Creates leases'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Revokes leases'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from help" -f -a "timetolive" -d 'Get lease information'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from help" -f -a "list" -d 'List all active leases'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from help" -f -a "keep-alive" -d 'Keeps leases alive (renew)'
complete -c ectl -n "__fish_ectl_using_subcommand lease; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand txn" -s i -l interactive -d 'Input transaction in interactive mode' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand txn" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand txn" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l prefix -d 'Watch on a prefix if prefix is set' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l rev -d 'Revision to start watching' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l prev-kv -d 'get the previous key-value pair before the event happens' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l progress-notify -d 'get periodic watch progress notification from server' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -s i -l interactive -d 'Interactive mode' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand watch" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand watch" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l cluster -d 'use all endpoints from the cluster member list' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -f -a "status" -d 'Prints out the status of endpoints'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -f -a "health" -d 'Checks the healthiness of endpoints'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -f -a "hashkv" -d 'Prints the KV history hash for each endpoint'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and not __fish_seen_subcommand_from status health hashkv help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l cluster -d 'use all endpoints from the cluster member list' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l cluster -d 'use all endpoints from the cluster member list' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from health" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l rev -d 'maximum revision to hash (default: latest revision)' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l cluster -d 'use all endpoints from the cluster member list' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from hashkv" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from help" -f -a "status" -d 'Prints out the status of endpoints'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from help" -f -a "health" -d 'Checks the healthiness of endpoints'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from help" -f -a "hashkv" -d 'Prints the KV history hash for each endpoint'
complete -c ectl -n "__fish_ectl_using_subcommand endpoint; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -f -a "list" -d 'Lists all members in the cluster'
complete -c ectl -n "__fish_ectl_using_subcommand member; and not __fish_seen_subcommand_from list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from help" -f -a "list" -d 'Lists all members in the cluster'
complete -c ectl -n "__fish_ectl_using_subcommand member; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -f -a "list" -d 'Lists all alarms'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -f -a "disarm" -d 'Disarms all alarms'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and not __fish_seen_subcommand_from list disarm help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from disarm" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from help" -f -a "list" -d 'Lists all alarms'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from help" -f -a "disarm" -d 'Disarms all alarms'
complete -c ectl -n "__fish_ectl_using_subcommand alarm; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l cluster -d 'use all endpoints from the cluster member list' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand defrag" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -f -a "save" -d 'Stores an etcd node backend snapshot to a given file'
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and not __fish_seen_subcommand_from save help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from help" -f -a "save" -d 'Stores an etcd node backend snapshot to a given file'
complete -c ectl -n "__fish_ectl_using_subcommand snapshot; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand version" -l endpoints -d 'gRPC endpoints, comma-separated [default: 127.0.0.1:2379]' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l cacert -d 'verify certificates of TLS-enabled secure servers using this CA bundle' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l cert -d 'identify secure client using this TLS certificate file' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l key -d 'identify secure client using this TLS key file' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l insecure-skip-tls-verify -d 'skip server certificate verification' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l insecure-transport -d 'disable transport security for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l dial-timeout -d 'dial timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l command-timeout -d 'timeout for short running command' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l keepalive-time -d 'keepalive time for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -l keepalive-timeout -d 'keepalive timeout for client connections' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -s w -l write-out -d 'set the output format' -r -f -a "simple\t''
fields\t''
json\t''
table\t''"
complete -c ectl -n "__fish_ectl_using_subcommand version" -l hex -d 'print byte strings as hex encoded strings' -r
complete -c ectl -n "__fish_ectl_using_subcommand version" -s h -l help -d 'Print help'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "get" -d 'Gets the key or a range of keys'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "put" -d 'Puts the given key into the store'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "del" -d 'Removes the specified key or range of keys [key, range_end)'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "compaction" -d 'Compacts the event history in etcd'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "lease" -d 'Lease related commands'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "txn" -d 'Txn processes all the requests in one transaction'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "watch" -d 'Watches events stream on keys or prefixes'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "endpoint" -d 'Endpoint related commands'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "member" -d 'Membership related commands'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "alarm" -d 'Alarm related commands'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "defrag" -d 'Defragments the storage of the etcd members with given endpoints'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "snapshot" -d 'Manages etcd node snapshots'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "version" -d 'Prints the version of ectl'
complete -c ectl -n "__fish_ectl_using_subcommand help; and not __fish_seen_subcommand_from get put del compaction lease txn watch endpoint member alarm defrag snapshot version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from lease" -f -a "grant" -d 'Creates leases'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from lease" -f -a "revoke" -d 'Revokes leases'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from lease" -f -a "timetolive" -d 'Get lease information'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from lease" -f -a "list" -d 'List all active leases'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from lease" -f -a "keep-alive" -d 'Keeps leases alive (renew)'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from endpoint" -f -a "status" -d 'Prints out the status of endpoints'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from endpoint" -f -a "health" -d 'Checks the healthiness of endpoints'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from endpoint" -f -a "hashkv" -d 'Prints the KV history hash for each endpoint'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from member" -f -a "list" -d 'Lists all members in the cluster'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from alarm" -f -a "list" -d 'Lists all alarms'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from alarm" -f -a "disarm" -d 'Disarms all alarms'
complete -c ectl -n "__fish_ectl_using_subcommand help; and __fish_seen_subcommand_from snapshot" -f -a "save" -d 'Stores an etcd node backend snapshot to a given file'
