//! Three members: they elect, replicate, lose their leader, take members in and let them go.

mod common;

use std::path::Path;
use std::time::Duration;

use common::cluster::{Cluster, retry};
use common::free_port;
use etcdapi::etcdserverpb::{
    LeaseGrantRequest, LeaseKeepAliveRequest, LeaseTimeToLiveRequest, MemberAddRequest, MemberPromoteRequest,
    MemberRemoveRequest, MoveLeaderRequest, PutRequest, RangeRequest, StatusRequest,
};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

fn exists(path: &Path) -> bool {
    path.join("member").exists()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_members_survive_the_loss_of_each_and_the_return_of_all() {
    let mut cluster = Cluster::start(&["a", "b", "c"]);
    cluster.put("k", "1").await;
    for name in ["a", "b", "c"] {
        cluster.has(name, "k", "1").await;
        // Followers pass on writes, and confirm reads with the leader.
        let client = cluster.client(name).await;
        let put = PutRequest { key: format!("from-{name}").into(), ..Default::default() };
        client.kv().put(put).await.expect("puts");
        let found = client.kv().range(RangeRequest { key: "from-a".into(), ..Default::default() }).await;
        assert_eq!(found.expect("reads").into_inner().count, 1);
    }
    // A lease lives on through a change of leaders, and is kept alive through any member.
    let lease = cluster.client("b").await.lease().lease_grant(LeaseGrantRequest { ttl: 3600, id: 0 }).await;
    let lease = lease.expect("grants").into_inner().id;
    let ids = cluster.ids().await;
    let leader = cluster.leader().await;
    let next = ids.keys().find(|name| **name != leader).expect("another").clone();
    let transfer = MoveLeaderRequest { target_id: ids[&next] };
    cluster.client(&leader).await.maintenance().move_leader(transfer).await.expect("hands over");
    assert_eq!(cluster.leader().await, next);
    for name in ["a", "b", "c"] {
        let requests = tokio_stream::iter([LeaseKeepAliveRequest { id: lease }]);
        let mut answers =
            cluster.client(name).await.lease().lease_keep_alive(requests).await.expect("asks").into_inner();
        assert_eq!(answers.message().await.expect("answers").expect("an answer").ttl, 3600, "through {name}");
    }
    // All hold the same.
    let mut hashes = Vec::new();
    for name in ["a", "b", "c"] {
        let request = etcdapi::etcdserverpb::HashKvRequest { revision: 4 };
        cluster.has(name, "k", "1").await;
        hashes.push(
            cluster
                .client(name)
                .await
                .maintenance()
                .hash_kv(request)
                .await
                .expect("hashes")
                .into_inner()
                .hash,
        );
    }
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
    // A leader that is told to end hands over: nobody waits for an election.
    let leader = cluster.leader().await;
    let term = async |name: &str| {
        let status = cluster.client(name).await.maintenance().status(StatusRequest {}).await;
        status.expect("answers").into_inner().raft_term
    };
    let before = term(&leader).await;
    let pid = i32::try_from(cluster.members[&leader].process.id()).expect("a pid");
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM)
        .expect("signals");
    let mut ending = cluster.members.remove(&leader).expect("runs");
    let mut tries = 0;
    while ending.process.try_wait().expect("asks").is_none() {
        assert!(tries < 600, "it does not end");
        tries += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let next = cluster.leader().await;
    let status = cluster.client(&next).await.maintenance().status(StatusRequest {}).await;
    // One election, and it was certain: trials would have been lost on a leader that still led.
    assert_eq!(status.expect("answers").into_inner().raft_term, before + 1);
    cluster.run(&leader, "new");
    cluster.has(&leader, "k", "1").await;
    // The leader dies: another leads, and nothing that was acknowledged is lost.
    let leader = cluster.leader().await;
    cluster.kill(&leader);
    cluster.put("k", "2").await;
    cluster.run(&leader, "new");
    cluster.has(&leader, "k", "2").await;
    // All die and come back.
    for name in ["a", "b", "c"] {
        cluster.kill(name);
    }
    for name in ["a", "b", "c"] {
        cluster.run(name, "new");
    }
    for name in ["a", "b", "c"] {
        cluster.has(name, "k", "2").await;
    }
    // One that has lost its data must not come back under its old id.
    cluster.kill("b");
    std::fs::remove_dir_all(cluster.data("b")).expect("removes");
    cluster.run("b", "new");
    let mut forgetful = cluster.members.remove("b").expect("runs");
    let mut tries = 0;
    while forgetful.process.try_wait().expect("asks").is_none() {
        assert!(tries < 600, "a member that has lost its data goes on");
        tries += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Without a majority there are no writes.
    cluster.kill("a");
    let put = PutRequest { key: "k".into(), value: "3".into(), ..Default::default() };
    let refused = cluster.client("c").await.kv().put(put).await;
    assert!(refused.is_err(), "{refused:?}");
    // Nor reads, unless they may be old.
    let range = |serializable| RangeRequest { key: "k".into(), serializable, ..Default::default() };
    let client = cluster.client("c").await;
    assert!(client.kv().range(range(false)).await.is_err());
    let old = client.kv().range(range(true)).await.expect("may be old").into_inner();
    assert_eq!(old.kvs[0].value, "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_join_as_learners_by_snapshot_and_leave() {
    let mut cluster = Cluster::start(&["a"]);
    for n in 0..200 {
        cluster.put(&format!("k{n}"), "x").await;
    }
    // What is flushed is no longer in the log: a newcomer needs a snapshot.
    let flush = etcdapi::etcdserverpb::DefragmentRequest {};
    cluster.client("a").await.maintenance().defragment(flush).await.expect("flushes");
    cluster.ports.insert("b".into(), (free_port(), free_port()));
    let add = MemberAddRequest { peer_urls: vec![cluster.peer_url("b")], is_learner: true };
    let added = cluster.client("a").await.cluster().member_add(add.clone()).await.expect("adds").into_inner();
    let id = added.member.expect("a member").id;
    let twice = cluster.client("a").await.cluster().member_add(add).await.expect_err("one learner at a time");
    assert_eq!(twice.message(), "etcdserver: too many learner members in cluster");
    let early = cluster.client("a").await.cluster().member_promote(MemberPromoteRequest { id }).await;
    assert_eq!(
        early.expect_err("it has nothing").message(),
        "etcdserver: can only promote a learner member which is in sync with leader"
    );
    cluster.run("b", "existing");
    cluster.has("b", "k199", "x").await;
    let put = PutRequest { key: "k".into(), ..Default::default() };
    let refused = cluster.client("b").await.kv().put(put).await.expect_err("a learner");
    assert_eq!(refused.message(), "etcdserver: rpc not supported for learner");
    retry(async || cluster.client("a").await.cluster().member_promote(MemberPromoteRequest { id }).await)
        .await;
    cluster.put("both", "1").await;
    cluster.has("b", "both", "1").await;
    let status = retry(async || cluster.client("b").await.maintenance().status(StatusRequest {}).await).await;
    assert!(!status.into_inner().is_learner);
    // One leaves: it ends, and the other is alone again.
    let ids = cluster.ids().await;
    retry(async || {
        cluster.client("a").await.cluster().member_remove(MemberRemoveRequest { id: ids["b"] }).await
    })
    .await;
    let mut gone = cluster.members.remove("b").expect("runs");
    let mut tries = 0;
    while gone.process.try_wait().expect("asks").is_none() {
        assert!(tries < 600, "a member that was removed goes on");
        tries += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(exists(&cluster.data("b")));
    cluster.put("alone", "1").await;
    cluster.has("a", "alone", "1").await;
    assert_eq!(cluster.ids().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_member_goes_on_alone_when_told_to() {
    let mut cluster = Cluster::start(&["a", "b", "c"]);
    for n in 0..20 {
        cluster.put(&format!("k{n}"), "x").await;
    }
    cluster.has("b", "k19", "x").await;
    for name in ["a", "b", "c"] {
        cluster.kill(name);
    }
    // The majority is lost for ever.
    cluster.run_with("b", "new", &["--force-new-cluster"]);
    cluster.put("alone", "1").await;
    cluster.has("b", "k0", "x").await;
    cluster.has("b", "k19", "x").await;
    assert_eq!(cluster.ids().await.into_keys().collect::<Vec<_>>(), ["b"]);
    // It stays so without the flag, and with it.
    for more in [&[][..], &["--force-new-cluster"]] {
        cluster.kill("b");
        cluster.run_with("b", "new", more);
        cluster.has("b", "alone", "1").await;
        assert_eq!(cluster.ids().await.len(), 1);
    }
    // Others may join again, with nothing of what they had.
    cluster.ports.retain(|name, _| name == "b");
    cluster.ports.insert("d".into(), (free_port(), free_port()));
    let add = MemberAddRequest { peer_urls: vec![cluster.peer_url("d")], is_learner: false };
    cluster.client("b").await.cluster().member_add(add).await.expect("adds");
    cluster.run("d", "existing");
    cluster.has("d", "k19", "x").await;
    cluster.has("d", "alone", "1").await;
}

/// What a lease has left, as its leader knows it.
async fn left(cluster: &Cluster, lease: i64) -> i64 {
    let asked = LeaseTimeToLiveRequest { id: lease, ..Default::default() };
    retry(async || cluster.any().await.lease().lease_time_to_live(asked).await).await.into_inner().ttl
}

/// Hands leadership to another member, whoever has it, and waits until that leads.
async fn hand_over(cluster: &Cluster) {
    let ids = cluster.ids().await;
    retry(async || {
        let leader = cluster.leader().await;
        let next = ids.keys().find(|name| **name != leader).expect("another");
        let transfer = MoveLeaderRequest { target_id: ids[next] };
        cluster.client(&leader).await.maintenance().move_leader(transfer).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_lease_has_left_outlasts_leaders_and_restarts() {
    let mut cluster = Cluster::with_faults(&[], |_, _| String::new());
    let names = ["a", "b", "c"];
    for name in names {
        cluster.ports.insert(name.into(), (free_port(), free_port()));
        cluster.faults.insert(name.into(), "lease-checkpoints=300".into());
    }
    let gates = ["--feature-gates=LeaseCheckpoint=true,LeaseCheckpointPersist=true"];
    for name in names {
        cluster.run_with(name, "new", &gates);
    }
    let lease = LeaseGrantRequest { ttl: 3600, id: 7 };
    retry(async || cluster.any().await.lease().lease_grant(lease).await).await;
    // Every change of leaders would give it all of its time again.
    let enough = tokio::time::timeout(Duration::from_secs(120), async {
        loop {
            hand_over(&cluster).await;
            let begun = left(&cluster, 7).await;
            if begun <= 3596 {
                return;
            }
            while left(&cluster, 7).await > begun - 2 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    });
    enough.await.expect("the time goes on");
    for name in names {
        cluster.kill(name);
    }
    for name in names {
        cluster.run_with(name, "new", &gates);
    }
    assert!(left(&cluster, 7).await <= 3597, "all of its time again after a restart");
    // Kept alive it has.
    let answer = retry(async || {
        let requests = tokio_stream::iter([LeaseKeepAliveRequest { id: 7 }]);
        cluster.any().await.lease().lease_keep_alive(requests).await?.into_inner().message().await
    })
    .await;
    assert_eq!(answer.expect("an answer").ttl, 3600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_of_another_cluster_is_turned_away() {
    let mut cluster = Cluster::start(&["a", "b", "c"]);
    cluster.put("k", "ours").await;
    cluster.has("c", "k", "ours").await;
    cluster.kill("c");
    // At its addresses there is one with other data now, as after a mistake with directories.
    let (data, kept) = (cluster.data("c"), cluster.dir.path().join("kept"));
    std::fs::rename(&data, &kept).expect("renames");
    let log = cluster.dir.path().join("log");
    let output = format!("--log-outputs={}", log.display());
    cluster.run_with("c", "new", &["--initial-cluster-token=another", &output]);
    let told = tokio::time::timeout(Duration::from_secs(120), async {
        while !std::fs::read_to_string(&log).unwrap_or_default().contains("cluster ID mismatch") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    told.await.expect("it is told why");
    // The others go on, and it has nothing of theirs.
    let mut stranger = cluster.members.remove("c").expect("runs");
    cluster.put("k2", "ours").await;
    let text = std::fs::read_to_string(&log).expect("reads");
    assert!(!text.contains("ready to serve") && !text.contains("fetching a snapshot"), "{text}");
    stranger.kill();
    std::fs::remove_dir_all(&data).expect("removes");
    std::fs::rename(&kept, &data).expect("renames");
    cluster.run("c", "new");
    cluster.has("c", "k2", "ours").await;
}
