"""PyPI's etcd3, which speaks gRPC, against a server: keys, transactions, leases, watches, locks."""

import io
import sys

import etcd3
from cases import run

host, port = sys.argv[1].split(":")
client = etcd3.client(host=host, port=int(port), timeout=60)


def keys():
    client.put("g/a", "1")
    client.put("g/b", bytes([0, 255]))
    value, meta = client.get("g/a")
    assert (value, meta.key, meta.version) == (b"1", b"g/a", 1)
    assert client.get("g/none") == (None, None)
    assert [meta.key for _, meta in client.get_prefix("g/", sort_order="descend")] == [b"g/b", b"g/a"]
    assert client.put_if_not_exists("g/c", "3") and not client.put_if_not_exists("g/c", "4")
    assert client.replace("g/c", "3", "5") and not client.replace("g/c", "3", "6")
    assert client.delete("g/c") and not client.delete("g/c")
    assert client.delete_prefix("g/").deleted == 2


def transactions():
    client.put("gt", "1")

    def swap(old, new):
        t = client.transactions
        return client.transaction(
            compare=[t.value("gt") == old, t.version("gt") > 0],
            success=[t.put("gt", new)],
            failure=[t.get("gt")],
        )

    assert swap("1", "2")[0]
    succeeded, answers = swap("1", "3")
    assert not succeeded and answers[0][0][0] == b"2"
    t = client.transactions
    nested = client.transaction(compare=[], success=[t.txn(compare=[], success=[t.put("gt", "9")], failure=[])], failure=[])
    assert nested[0] and client.get("gt")[0] == b"9"
    client.delete("gt")


def leases():
    lease = client.lease(60)
    client.put("gl", "x", lease=lease)
    assert (lease.granted_ttl, lease.keys) == (60, [b"gl"]) and 0 < lease.remaining_ttl <= 60
    assert lease.refresh()[0].TTL == 60
    lease.revoke()
    assert client.get("gl") == (None, None)


def watches():
    events, cancel = client.watch_prefix("gw/")
    client.put("gw/a", "1")
    client.put("other", "0")
    client.delete("gw/a")
    first, second = next(events), next(events)
    cancel()
    assert isinstance(first, etcd3.events.PutEvent) and (first.key, first.value) == (b"gw/a", b"1")
    assert isinstance(second, etcd3.events.DeleteEvent) and second.key == b"gw/a"
    client.delete("other")


def locks():
    lock = client.lock("g-lock", ttl=60)
    assert lock.acquire() and lock.is_acquired()
    assert not client.lock("g-lock", ttl=60).acquire(timeout=0)
    lock.refresh()
    assert lock.release() and not lock.is_acquired()
    with client.lock("g-lock", ttl=60) as held:
        assert held.is_acquired()


def maintenance():
    assert len(list(client.members)) == 1
    status = client.status()
    assert status.version.startswith("3.") and status.leader is not None
    assert list(client.list_alarms()) == []
    assert client.hash()
    client.defragment()
    out = io.BytesIO()
    client.snapshot(out)
    assert len(out.getvalue()) > 1000
    revision = client.get_response("none").header.revision
    client.compact(revision)
    try:
        client.compact(revision)
        raise AssertionError("compacted twice")
    except etcd3.exceptions.Etcd3Exception:
        pass
    except Exception as error:
        assert "required revision has been compacted" in str(error), error


run([keys, transactions, leases, watches, locks, maintenance])
