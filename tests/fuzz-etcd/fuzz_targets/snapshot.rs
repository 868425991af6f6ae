//! Files of upstream's etcd, and whatever else is given as a snapshot.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(dir) = tempfile::tempdir() else { return };
    let path = dir.path().join("db");
    if std::fs::write(&path, bytes).is_ok() {
        let _ = etcdfile::hash_kv(&path, 0);
        let _ = etcdfile::status(&path);
    }
});
