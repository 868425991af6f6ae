//! The state against a model that keeps every version of everything in a plain map.

use std::collections::BTreeMap;

use etcdapi::etcdserverpb::{DeleteRangeRequest, PutRequest, RangeRequest};
use etcdapi::mvccpb::KeyValue;
use proptest::prelude::*;
use prost::Message;

use super::backend::Meta;
use super::{KeyRange, Store};

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

fn compare(store: &Store, model: &Model) {
    let newest = model.revisions.len() as i64 - 1;
    assert_eq!(store.revision(), newest.max(1));
    for revision in model.compacted.max(1)..=newest {
        let found = store.range(&everything(revision)).expect("reads");
        let kvs: Vec<KeyValue> =
            found.kvs.into_iter().map(|bytes| KeyValue::decode(bytes).expect("decodes")).collect();
        let expected: Vec<KeyValue> = model.revisions[revision as usize].values().cloned().collect();
        assert_eq!(kvs, expected, "at revision {revision}");
    }
    if model.compacted > 1 {
        assert!(store.range(&everything(model.compacted - 1)).is_err());
    }
    // The history tells how each revision came from the one before.
    let all = KeyRange::new(vec![0].into(), vec![0].into());
    let from = model.compacted + 1;
    let (changes, upto) = store.history(&all, from, usize::MAX).expect("reads");
    assert_eq!(upto, store.revision());
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
