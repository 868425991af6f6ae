//! The state against a model that keeps every version of everything in a plain map.

use std::collections::BTreeMap;

use etcdapi::etcdserverpb::{DeleteRangeRequest, PutRequest, RangeRequest};
use etcdapi::mvccpb::KeyValue;
use proptest::prelude::*;
use prost::Message;

use super::backend::Meta;
use super::{Change, KeyRange, Store};

#[derive(Clone, Debug)]
enum Op {
    Put(u8, u8),
    Delete(u8, u8),
    Compact(u8),
    Flush,
    Reopen,
    Defragment,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0u8..12, any::<u8>()).prop_map(|(key, value)| Op::Put(key, value)),
        2 => (0u8..12, 0u8..4).prop_map(|(key, span)| Op::Delete(key, span)),
        1 => any::<u8>().prop_map(Op::Compact),
        1 => Just(Op::Flush),
        1 => Just(Op::Reopen),
        1 => Just(Op::Defragment),
    ]
}

/// The state at every revision.
#[derive(Default)]
struct Model {
    revisions: Vec<BTreeMap<Vec<u8>, KeyValue>>,
    compacted: i64,
}

fn key(number: u8) -> Vec<u8> {
    format!("key{number:02}").into_bytes()
}

fn everything(revision: i64) -> RangeRequest {
    RangeRequest { key: vec![0].into(), range_end: vec![0].into(), revision, ..Default::default() }
}

fn flush(store: &mut Store) {
    let batch = store.begin_flush(Meta::default());
    store.backend().write(&batch).expect("writes");
    store.flushed();
}

/// All steps of a history.
fn history(store: &Store, keys: &KeyRange, mut from: i64) -> Vec<Change> {
    let mut all = Vec::new();
    while from <= store.revision() {
        let (changes, upto) = store.history(keys, from).expect("reads");
        assert!((from..=store.revision()).contains(&upto));
        assert!(changes.iter().all(|change| (from..=upto).contains(&change.kv.mod_revision)));
        all.extend(changes);
        from = upto + 1;
    }
    all
}

fn compare(store: &Store, model: &Model) {
    let newest = model.revisions.len() as i64 - 1;
    assert_eq!(store.revision(), newest.max(1));
    for revision in model.compacted.max(1)..=newest {
        let (kvs, _) = store.decoded(&everything(revision)).expect("reads");
        let expected: Vec<KeyValue> = model.revisions[revision as usize].values().cloned().collect();
        assert_eq!(kvs, expected, "at revision {revision}");
    }
    if model.compacted > 1 {
        assert!(store.decoded(&everything(model.compacted - 1)).is_err());
    }
    // The history tells how each revision came from the one before.
    let all = KeyRange::new(vec![0].into(), vec![0].into());
    let from = model.compacted + 1;
    let changes = history(store, &all, from);
    let one = KeyRange::One(key(1).into());
    let (mut ours, mut theirs) = (history(store, &one, from), changes.clone());
    theirs.retain(|change| one.contains(&change.kv.key));
    let bare = |change: Change| (change.kv, change.deleted);
    assert!(ours.drain(..).map(bare).eq(theirs.into_iter().map(bare)));
    let mut state = model.revisions.get(from as usize - 1).cloned().unwrap_or_default();
    let mut at = from - 1;
    for change in changes {
        if change.kv.mod_revision != at {
            assert_eq!(state, model.revisions[at as usize], "after revision {at}");
            at = change.kv.mod_revision;
        }
        if change.deleted {
            assert!(state.remove(&change.kv.key[..]).is_some());
        } else {
            state.insert(change.kv.key.to_vec(), change.kv);
        }
    }
    assert_eq!(&state, model.revisions.last().expect("not empty"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn behaves_as_the_model(ops in prop::collection::vec(op(), 1..60)) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("db");
        let (mut store, _) = Store::open(&path).expect("opens");
        let mut model = Model { revisions: vec![BTreeMap::new(), BTreeMap::new()], compacted: 0 };
        for op in ops {
            match op {
                Op::Put(number, value) => {
                    store.put(PutRequest { key: key(number).into(), value: vec![value].into(), ..Default::default() })
                        .expect("puts");
                    let revision = store.revision() + 1;
                    let mut next = model.revisions.last().expect("not empty").clone();
                    let old = next.get(&key(number));
                    let kv = KeyValue {
                        key: key(number).into(),
                        value: vec![value].into(),
                        create_revision: old.map_or(revision, |old| old.create_revision),
                        version: old.map_or(1, |old| old.version + 1),
                        mod_revision: revision,
                        lease: 0,
                    };
                    next.insert(key(number), kv);
                    model.revisions.push(next);
                    store.commit();
                }
                Op::Delete(number, span) => {
                    let request = DeleteRangeRequest {
                        key: key(number).into(), range_end: key(number + span).into(), prev_kv: true,
                    };
                    let (count, previous) = store.delete_range(&request).expect("deletes");
                    let mut next = model.revisions.last().expect("not empty").clone();
                    let gone: Vec<KeyValue> =
                        next.extract_if(key(number)..key(number + span), |_, _| true).map(|(_, kv)| kv).collect();
                    assert_eq!(count as usize, gone.len());
                    assert_eq!(&previous, &gone);
                    if !gone.is_empty() {
                        model.revisions.push(next);
                    }
                    store.commit();
                }
                Op::Compact(part) => {
                    let revision = (store.revision() * i64::from(part)) / 255;
                    let done = store.compact(revision);
                    assert_eq!(done.is_ok(), revision > model.compacted);
                    model.compacted = model.compacted.max(revision);
                }
                Op::Flush => flush(&mut store),
                Op::Reopen => {
                    flush(&mut store);
                    drop(store);
                    store = Store::open(&path).expect("opens").0;
                }
                Op::Defragment => {
                    assert!(store.backend().defragment(|| true).expect("defragments"));
                }
            }
            compare(&store, &model);
        }
    }
}

#[test]
fn a_lease_takes_its_keys_along() {
    let dir = tempfile::tempdir().expect("a directory");
    let (mut store, _) = Store::open(&dir.path().join("db")).expect("opens");
    assert_eq!(store.grant(7, 1), Ok(2));
    assert!(store.grant(7, 60).is_err());
    let put = |store: &mut Store, name: &'static str, lease| {
        let request = PutRequest { key: name.into(), lease, ..Default::default() };
        store.check_put(&request).expect("may put");
        store.put(request).expect("puts");
        store.commit();
    };
    put(&mut store, "a", 7);
    put(&mut store, "b", 7);
    put(&mut store, "b", 0);
    flush(&mut store);
    drop(store);
    let (mut store, _) = Store::open(&dir.path().join("db")).expect("opens");
    assert_eq!(store.leases()[&7].keys.iter().map(|key| key.to_vec()).collect::<Vec<_>>(), [b"a".to_vec()]);
    store.revoke(7).expect("revokes");
    assert_eq!(store.commit().len(), 1);
    assert!(!store.exists(b"a") && store.exists(b"b"));
    assert!(store.check_put(&PutRequest { key: "c".into(), lease: 7, ..Default::default() }).is_err());
}

/// A store with a history that was compacted once, and changed since.
fn compacted(path: &std::path::Path) -> Store {
    let (mut store, _) = Store::open(path).expect("opens");
    let put = |store: &mut Store, key: &str, value: &str| {
        let (key, value) = (key.to_string().into(), value.to_string().into());
        store.put(PutRequest { key, value, ..Default::default() }).expect("puts");
        store.commit();
    };
    for (key, value) in [("a", "1"), ("b", "1"), ("a", "2"), ("c", "1")] {
        put(&mut store, key, value);
    }
    flush(&mut store);
    store.compact(4).expect("compacts");
    put(&mut store, "b", "2");
    put(&mut store, "d", "1");
    store
}

#[test]
fn a_hash_leaves_out_what_its_revision_no_longer_shows_of_before_the_compaction() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = compacted(&dir.path().join("db"));
    // Revisions 2 (a=1) and 3 (b=1) are history: 2 was compacted, and 6 hides 3.
    let mut expected = crc32c::crc32c(b"key");
    for main in [4, 5, 6, 7] {
        let version = super::Version { revision: super::Revision { main, sub: 0 }, tombstone: false };
        expected = crc32c::crc32c_append(expected, version.backend_key().as_ref());
        let record = store.records().read().get(version.revision).expect("reads");
        expected = crc32c::crc32c_append(expected, &record);
    }
    assert_eq!(store.hash(0).expect("hashes"), (expected, 7));
    // At 5, b=1 is shown.
    assert_ne!(store.hash(5).expect("hashes").0, expected);
}

#[test]
fn a_hash_during_a_flush_is_that_before_and_after() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = compacted(&dir.path().join("db"));
    let before = store.hash(0).expect("hashes");
    let batch = store.begin_flush(Meta::default());
    assert_eq!(store.hash(0).expect("hashes"), before, "begun");
    store.backend().write(&batch).expect("writes");
    assert_eq!(store.hash(0).expect("hashes"), before, "written");
    store.flushed();
    assert_eq!(store.hash(0).expect("hashes"), before, "done");
}

#[test]
fn a_range_that_is_held_shows_what_was_there() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = compacted(&dir.path().join("db"));
    flush(&mut store);
    // In the file alone, and not there yet.
    drop(store);
    let (mut store, _) = Store::open(&dir.path().join("db")).expect("opens");
    let put = |store: &mut Store, value: &'static str| {
        let request = PutRequest { key: "new".into(), value: value.into(), ..Default::default() };
        store.put(request).expect("puts");
        store.commit();
    };
    put(&mut store, "first");
    let orders = [(0, 0), (2, 4)].map(|(sort_order, sort_target)| RangeRequest {
        sort_order,
        sort_target,
        limit: 2,
        ..everything(0)
    });
    for request in [everything(0)].into_iter().chain(orders) {
        let (expected, found) = store.decoded(&request).expect("reads");
        assert!(!expected.is_empty());
        let held = store.hold(&request).expect("holds");
        put(&mut store, "later");
        store.compact(store.revision()).expect("compacts");
        flush(&mut store);
        store.backend().defragment(|| true).expect("gives back");
        let mut shown = Vec::new();
        let told = held
            .show(&request, |bytes| shown.push(KeyValue::decode(bytes.clone()).expect("decodes")))
            .expect("reads");
        assert_eq!((shown, told.more, told.count), (expected, found.more, found.count));
    }
}

#[test]
fn a_hash_under_way_lets_others_write() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = compacted(&dir.path().join("db"));
    flush(&mut store);
    let expected = store.hash(0).expect("hashes");
    let unhashed = store.to_hash(0).expect("is to be hashed");
    let (mut hasher, mut hashed) = (super::hash::Hasher::default(), 0);
    // At every record: a put of a key that is still to come, a flush, and a compaction.
    let walked = unhashed.each(|version, bytes| {
        let request = PutRequest { key: "b".into(), value: "new".into(), ..Default::default() };
        store.put(request).expect("puts");
        store.commit();
        store.compact(store.revision()).expect("compacts");
        flush(&mut store);
        hasher.add(version, bytes);
        hashed += 1;
    });
    walked.expect("reads");
    assert!(hashed > 1, "{hashed} records");
    assert_eq!((hasher.end(), unhashed.revision), expected);
    assert_eq!(unhashed.hash().expect("hashes").hash, expected.0, "and once more, of what is gone");
    assert_ne!(store.hash(0).expect("hashes").0, expected.0);
}

#[test]
fn a_compaction_is_hashed_as_its_revision_was_before() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = compacted(&dir.path().join("db"));
    store.hash_compactions(true);
    let (hash, revision) = store.hash(6).expect("hashes");
    // While the file still has what the compaction before removed.
    let batch = store.begin_flush(Meta::default());
    store.compact(6).expect("compacts");
    let unhashed = store.unhashed().expect("is to be hashed");
    // Whatever happens in the meantime.
    store.backend().write(&batch).expect("writes");
    store.flushed();
    store.compact(7).expect("compacts");
    flush(&mut store);
    assert_eq!(unhashed.hash().expect("hashes"), super::hash::CompactionHash { hash, previous: 4, revision });
}

#[test]
fn what_leases_have_left_is_in_the_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("db");
    let left =
        |store: &Store| store.leases().iter().map(|(id, lease)| (*id, lease.remaining)).collect::<Vec<_>>();
    let (mut store, _) = Store::open(&path).expect("opens");
    for id in 1..=3 {
        store.grant(id, 600).expect("grants");
        store.checkpoint(id, 100 * id);
    }
    store.checkpoint(9, 100);
    flush(&mut store);
    // Begun anew, and gone.
    store.checkpoint(2, 0);
    store.revoke(3).expect("revokes");
    assert_eq!(left(&store), [(1, 100), (2, 0)]);
    flush(&mut store);
    drop(store);
    let (mut store, _) = Store::open(&path).expect("opens");
    assert_eq!(left(&store), [(1, 100), (2, 0)]);
    store.grant(3, 600).expect("grants");
    flush(&mut store);
    drop(store);
    let (store, _) = Store::open(&path).expect("opens");
    assert_eq!(left(&store), [(1, 100), (2, 0), (3, 0)]);
}

#[test]
fn history_of_many_keys_is_that_of_each_wherever_the_records_are() {
    let dir = tempfile::tempdir().expect("a directory");
    let (mut store, _) = Store::open(&dir.path().join("db")).expect("opens");
    let key = |at: usize| format!("many{at:03}");
    let fill = |store: &mut Store, rounds: std::ops::Range<usize>, size: usize| {
        for round in rounds {
            for at in 0..100 {
                if (round + at) % 7 == 0 {
                    let request = DeleteRangeRequest { key: key(at).into(), ..Default::default() };
                    store.delete_range(&request).expect("deletes");
                } else {
                    let value = vec![b'v'; size].into();
                    store.put(PutRequest { key: key(at).into(), value, ..Default::default() }).expect("puts");
                    // Two changes in one revision.
                    let value = "w".into();
                    store.put(PutRequest { key: "z".into(), value, ..Default::default() }).expect("puts");
                }
                store.commit();
            }
        }
    };
    let check = |store: &Store| {
        let told = |change: &Change| (change.kv.clone(), change.deleted);
        for from in [1, 700, 1500, 2400, i64::MAX].map(|from| from.min(store.revision())) {
            let all = history(store, &KeyRange::From("many".into()), from);
            for one in (0..100).step_by(9).map(key).chain(["z".into()]) {
                let one = KeyRange::One(one.into());
                let expected = all.iter().filter(|change| one.contains(&change.kv.key)).map(told);
                assert!(history(store, &one, from).iter().map(told).eq(expected), "{from}");
            }
            let revisions = all.iter().map(|change| change.kv.mod_revision);
            assert!(revisions.is_sorted());
            assert_eq!(all.first().map(|change| change.kv.mod_revision), Some(from.max(2)));
        }
    };
    fill(&mut store, 0..10, 8);
    flush(&mut store);
    check(&store);
    fill(&mut store, 10..20, 16 << 10);
    let batch = store.begin_flush(Meta::default());
    fill(&mut store, 20..30, 8);
    check(&store);
    store.backend().write(&batch).expect("writes");
    check(&store);
    store.flushed();
    check(&store);
    // Large records end a step early.
    let (changes, upto) = store.history(&KeyRange::From("many".into()), 1030).expect("reads");
    assert!(upto < 1500 && changes.len() > 200, "{upto}");
}
