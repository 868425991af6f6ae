"""PyPI's etcd3gw, which speaks JSON, against a server: keys, transactions, leases, watches, locks."""

import sys

import etcd3gw
from cases import run

host, port = sys.argv[1].split(":")
client = etcd3gw.client(host=host, port=int(port), api_path="/v3/", timeout=60)


def keys():
    assert client.put("gw/a", "1")
    assert client.put("gw/b", bytes([0, 255]))
    assert client.get("gw/a") == [b"1"]
    assert client.get("gw/b") == [bytes([0, 255])]
    assert client.get("gw/none") == []
    assert [kv["key"] for _, kv in client.get_prefix("gw/")] == [b"gw/a", b"gw/b"]
    found = client.get("gw/", range_end="gw0", metadata=True, sort_order="descend", sort_target="key", limit=1)
    assert [(value, kv["key"], kv["version"]) for value, kv in found] == [(bytes([0, 255]), b"gw/b", "1")]
    assert client.create("gw/c", "3") and not client.create("gw/c", "4")
    assert client.replace("gw/c", "3", "5") and not client.replace("gw/c", "3", "6")
    assert client.delete("gw/c") and not client.delete("gw/c")
    assert client.delete_prefix("gw/")
    assert client.get_prefix("gw/") == []


def transactions():
    import base64

    def text(value):
        return base64.b64encode(value.encode()).decode()

    def swap(old, new):
        return client.transaction(
            {
                "compare": [{"key": text("gwt"), "result": "EQUAL", "target": "VALUE", "value": text(old)}],
                "success": [{"request_put": {"key": text("gwt"), "value": text(new)}}],
                "failure": [{"request_range": {"key": text("gwt")}}],
            }
        )

    client.put("gwt", "1")
    assert swap("1", "2")["succeeded"]
    refused = swap("1", "3")
    assert "succeeded" not in refused, refused
    assert refused["responses"][0]["response_range"]["kvs"][0]["value"] == text("2")
    client.delete("gwt")


def leases():
    lease = client.lease(ttl=60)
    client.put("gwl/a", "x", lease)
    assert 0 < lease.ttl() <= 60
    assert lease.refresh() == 60
    assert lease.keys() == [b"gwl/a"]
    assert lease.revoke()
    assert client.get("gwl/a") == []


def watches():
    events, cancel = client.watch_prefix("gww/")
    client.put("gww/a", "1")
    client.put("other", "0")
    client.delete("gww/a")
    first, second = next(events), next(events)
    cancel()
    assert (first["kv"]["key"], first["kv"]["value"]) == (b"gww/a", b"1"), first
    assert (second["kv"]["key"], second["type"]) == (b"gww/a", "DELETE"), second
    client.delete("other")


def locks():
    lock = client.lock("gw-lock", ttl=60)
    assert lock.acquire() and lock.is_acquired()
    assert not client.lock("gw-lock", ttl=60).acquire()
    assert lock.refresh() == 60
    assert lock.release()
    with client.lock("gw-lock", ttl=60) as held:
        assert held.is_acquired()


def members():
    assert client.status()["version"].startswith("3.")
    assert len(client.members()) == 1


run([keys, transactions, leases, watches, locks, members])
