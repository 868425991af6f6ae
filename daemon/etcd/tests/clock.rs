//! Leases while the time of day jumps: they last as long as they should, by a clock that nobody
//! sets.

mod common;

use common::{Member, free_port};
use etcdapi::etcdserverpb::{LeaseGrantRequest, LeaseTimeToLiveRequest, PutRequest, RangeRequest};

const DAY: i64 = 86_400;

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

#[tokio::test]
async fn leases_do_not_heed_the_time_of_day() {
    if !common::clocks() {
        eprintln!("skipped: no libfaketime (Debian's faketime)");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let clock = dir.path().join("clock");
    common::set_clock(&clock, 0);
    let endpoint = format!("http://127.0.0.1:{}", free_port());
    let args = [
        "etcd".into(),
        format!("--data-dir={}", dir.path().join("data").display()),
        format!("--listen-client-urls={endpoint}"),
        format!("--advertise-client-urls={endpoint}"),
        "--listen-peer-urls=http://127.0.0.1:0".into(),
    ];
    let member = Member::under(endpoint, &args, &common::clock(&clock));
    let client = member.client().await;
    let (mut leases, mut kv) = (client.lease(), client.kv());
    let mut grant = async |ttl| {
        let lease = leases.lease_grant(LeaseGrantRequest { ttl, id: 0 }).await.expect("grants").into_inner();
        let key = format!("lease/{ttl}");
        let put = PutRequest { key: key.into(), value: "v".into(), lease: lease.id, ..Default::default() };
        kv.put(put).await.expect("puts");
        lease.id
    };
    let long = grant(7 * DAY).await;
    // A clock that goes forward ends nothing early.
    common::set_clock(&clock, 30 * DAY);
    let short = grant(1).await;
    // And one that goes back keeps nothing alive.
    common::set_clock(&clock, -30 * DAY);
    let mut kv = client.kv();
    let mut held = async |key: &str| {
        let range = RangeRequest { key: key.to_string().into(), count_only: true, ..Default::default() };
        kv.range(range).await.expect("reads").into_inner().count == 1
    };
    while held("lease/1").await {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mut leases = client.lease();
    let mut left = async |id| {
        let asked = LeaseTimeToLiveRequest { id, ..Default::default() };
        leases.lease_time_to_live(asked).await.expect("answers").into_inner().ttl
    };
    assert_eq!(left(short).await, -1, "it is gone");
    common::set_clock(&clock, 30 * DAY);
    assert!(left(long).await > 6 * DAY, "it has lost days");
    assert!(held(&format!("lease/{}", 7 * DAY)).await);
}
