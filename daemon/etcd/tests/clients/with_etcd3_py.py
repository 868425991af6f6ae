"""PyPI's etcd3-py, which speaks JSON too, against a server: keys, transactions, leases, watches, locks.

It knows only the form that errors had until 3.4, so there are none here.
"""

import sys
import threading

from cases import run
from etcd3 import Client

host, port = sys.argv[1].split(":")
client = Client(host, int(port), timeout=60)


def keys():
    client.put("py/a", "1")
    assert client.range("py/a").kvs[0].value == b"1"
    client.put("py/b", bytes([0, 255]))
    found = client.range("py/", prefix=True)
    assert [(kv.key, kv.value) for kv in found.kvs] == [(b"py/a", b"1"), (b"py/b", bytes([0, 255]))]
    assert client.range("py/", prefix=True, count_only=True).count == 2
    assert client.range("py/", prefix=True, limit=1).more
    assert client.put("py/a", "2", prev_kv=True).prev_kv.value == b"1"
    assert client.delete_range("py/", prefix=True).deleted == 2


def transactions():
    client.put("pyt", "1")

    def swap(old, new):
        txn = client.Txn()
        txn.compare(txn.key("pyt").value == old)
        txn.success(txn.put("pyt", new))
        txn.failure(txn.range("pyt"))
        return txn.commit()

    assert swap("1", "2").succeeded
    refused = swap("1", "3")
    assert not refused.succeeded
    assert refused.responses[0].response_range.kvs[0].value == b"2"
    client.delete_range("pyt")


def leases():
    with client.Lease(ttl=60) as lease:
        client.put("pyl", "x", lease=lease.ID)
        assert lease.alive() and 0 < lease.ttl() <= 60
        assert lease.time_to_live(keys=True).keys == [b"pyl"]
        lease.keepalive_once()
    assert not client.range("pyl").kvs


def watches():
    seen = []
    enough = threading.Event()

    def take(event):
        seen.append((event.type.value if event.type else "PUT", event.key, event.value))
        if len(seen) == 2:
            enough.set()

    start = client.put("other", "0").header.revision + 1
    watcher = client.Watcher(key="pyw/", prefix=True, start_revision=start)
    watcher.onEvent(take)
    watcher.runDaemon()
    client.put("pyw/a", "1")
    client.put("other", "0")
    client.delete_range("pyw/a")
    assert enough.wait(60)
    watcher.stop()
    assert [(kind, key) for kind, key, _ in seen] == [("PUT", b"pyw/a"), ("DELETE", b"pyw/a")], seen
    client.delete_range("other")


def locks():
    with client.Lock("py-lock", lock_ttl=60) as lock:
        assert lock.is_acquired
    # The server's own locks.
    lease = client.lease_grant(60).ID
    held = client.lock("py-lock-2", lease=lease)
    assert held.key.startswith(b"py-lock-2/")
    client.unlock(held.key)
    client.lease_revoke(lease)


def users():
    client.role_add("py-role")
    client.role_grant_permission("py-role", key="py/", permType="READWRITE", prefix=True)
    assert client.role_get("py-role").perm[0].key == b"py/"
    client.user_add("py-user", "secret")
    client.user_grant_role("py-user", "py-role")
    assert client.user_get("py-user").roles == ["py-role"]
    client.user_delete("py-user")
    client.role_delete("py-role")


def maintenance():
    assert len(client.member_list().members) == 1
    assert client.status().version.startswith("3.")
    assert client.hash().hash
    client.defragment()
    assert client.health() == "true"


run([keys, transactions, leases, watches, locks, users, maintenance])
