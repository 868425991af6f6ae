#!/usr/bin/env bash
# Keeps a program's settings in etcd: defaults are written once, a setting changes only if it is
# still what it was, and all are listed. ETCDCTL names the client: etcdctl, or ectl.
set -euo pipefail

etcdctl=${ETCDCTL:-etcdctl}
prefix=${1:-/settings/}

# default NAME VALUE: written if there is none.
default() {
    printf 'create("%s") = "0"\n\nput %s %s\n\n\n' "$prefix$1" "$prefix$1" "$2" | "$etcdctl" txn | sed -n 1p
}

# change NAME OLD NEW: written if it still is OLD.
change() {
    printf 'value("%s") = "%s"\n\nput %s %s\n\nget %s\n\n' "$prefix$1" "$2" "$prefix$1" "$3" "$prefix$1" |
        "$etcdctl" txn
}

default color blue
default color green
default size 10
change color blue red
change color blue yellow

echo "all settings:"
"$etcdctl" get "$prefix" --prefix | paste - -
echo "names: $("$etcdctl" get "$prefix" --prefix --keys-only | sed '/^$/d' | wc -l)"
"$etcdctl" get "${prefix}color" --print-value-only

# A setting with an end: its lease takes it along.
lease=$("$etcdctl" lease grant 600 | cut -d' ' -f2)
"$etcdctl" put "${prefix}maintenance" yes --lease="$lease"
"$etcdctl" lease revoke "$lease" >/dev/null
"$etcdctl" get "${prefix}maintenance" --write-out=fields | grep Count

if "$etcdctl" get "$prefix" --prefix --order=SIDEWAYS 2>/dev/null; then
    echo "that is no order"
fi
"$etcdctl" del "$prefix" --prefix
