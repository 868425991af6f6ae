//! The backend's file with bits flipped or its end cut off.

use etcdapi::etcdserverpb::PutRequest;

use super::Store;
use super::backend::Meta;

/// A file with some history, written in several batches.
fn sample(path: &std::path::Path) -> (u32, i64) {
    let (mut store, _) = Store::open(path).expect("opens");
    for n in 0..600 {
        let put = PutRequest {
            key: format!("key{n:03}").into(),
            value: format!("value{n}").repeat(20).into(),
            ..Default::default()
        };
        store.put(put).expect("puts");
        store.commit();
        if n % 100 == 99 {
            let batch = store.begin_flush(Meta { index: n, ..Meta::default() });
            store.backend().write(&batch).expect("writes");
            store.flushed();
        }
    }
    store.hash(0).expect("hashes")
}

#[test]
fn a_flipped_bit_or_a_lost_end_is_refused_or_means_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("db");
    let expected = sample(&path);
    let good = std::fs::read(&path).expect("reads");
    let (mut refused, mut same) = (0, 0);
    let mut judge = |bad: &[u8], what: String| {
        std::fs::write(&path, bad).expect("writes");
        match Store::open(&path) {
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains(&path.display().to_string()), "{error}");
            }
            Ok((store, _)) => {
                same += 1;
                assert_eq!(store.hash(0).expect("hashes"), expected, "{what}");
            }
        }
    };
    // Step is odd, so that bits of all kinds of places are hit.
    for at in (0..good.len()).step_by(1511) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        judge(&bad, format!("byte {at} is another"));
    }
    for keep in (4..good.len()).step_by(20_011) {
        judge(&good[..keep], format!("only {keep} bytes are left"));
    }
    // Free pages may hold anything.
    assert!(refused > 50 && same > 20, "{refused} refused, {same} the same");
}

#[test]
fn a_newer_layout_is_refused_by_its_number() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("db");
    sample(&path);
    let database = redb::Database::open(&path).expect("opens");
    let txn = database.begin_write().expect("begins");
    txn.open_table(etcdfile::META).expect("opens").insert("format", 99).expect("inserts");
    txn.commit().expect("commits");
    drop(database);
    let error = Store::open(&path).map(|_| ()).expect_err("refuses").to_string();
    assert!(error.contains("has layout 99"), "{error}");
}
