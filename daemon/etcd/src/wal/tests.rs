//! The log against crashes and damage.

use std::fs;

use proptest::prelude::*;

use super::*;

const WHO: Identity = Identity { cluster_id: 1, member_id: 2 };

fn append(wal: &mut Wal, entries: &[Vec<u8>]) {
    let entries: Vec<Entry> = (wal.next_index()..)
        .zip(entries)
        .map(|(index, data)| Entry { index, term: 1, data: data.clone().into(), ..Entry::default() })
        .collect();
    wal.write(&entries, None).expect("writes");
}

type Entries = Vec<(u64, Vec<u8>)>;

fn replay(dir: &Path, after: u64) -> Result<(Entries, Wal), WalError> {
    let mut seen = Vec::new();
    let wal = Wal::open(dir, after, |frame| {
        seen.retain(|(index, _)| *index < frame.first);
        seen.extend(frame.entries.iter().map(|entry| (entry.index, entry.data.to_vec())));
        Ok::<_, WalError>(())
    })?;
    Ok((seen, wal))
}

#[test]
fn entries_come_back_and_more_follow() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut wal = Wal::create(dir.path(), WHO, 1).expect("creates");
    append(&mut wal, &[b"a".to_vec(), b"b".to_vec()]);
    drop(wal);
    let (seen, mut wal) = replay(dir.path(), 0).expect("opens");
    assert_eq!(seen, [(1, b"a".to_vec()), (2, b"b".to_vec())]);
    assert_eq!((wal.identity(), wal.next_index()), (WHO, 3));
    append(&mut wal, &[b"c".to_vec()]);
    drop(wal);
    assert_eq!(replay(dir.path(), 0).expect("opens").0.len(), 3);
    let (mut seen, _) = replay(dir.path(), 2).expect("opens");
    seen.retain(|(index, _)| *index > 2);
    assert_eq!(seen, [(3, b"c".to_vec())]);
}

#[test]
fn another_leader_replaces_entries_and_a_snapshot_all_of_them() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut wal = Wal::create(dir.path(), WHO, 1).expect("creates");
    append(&mut wal, &[b"a".to_vec(), b"b".to_vec(), b"c".to_vec()]);
    let other = Entry { index: 2, term: 5, data: "x".into(), ..Entry::default() };
    let hard = HardState { term: 5, vote: 9, commit: 1 };
    wal.write(&[other], Some(hard)).expect("writes");
    assert_eq!(wal.next_index(), 3);
    drop(wal);
    let (seen, mut wal) = replay(dir.path(), 0).expect("opens");
    assert_eq!(seen, [(1, b"a".to_vec()), (2, b"x".to_vec())]);
    assert_eq!(wal.hard_state(), hard);
    let hard = HardState { commit: 40, ..hard };
    wal.restart(40, hard).expect("restarts");
    append(&mut wal, &[b"y".to_vec()]);
    drop(wal);
    let (seen, wal) = replay(dir.path(), 40).expect("opens");
    assert_eq!((seen, wal.hard_state()), (vec![(41, b"y".to_vec())], hard));
}

#[test]
fn segments_rotate_and_are_released() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut wal = Wal::create(dir.path(), WHO, 1).expect("creates");
    let large = vec![7; 9 << 20];
    for _ in 0..4 {
        append(&mut wal, std::slice::from_ref(&large));
    }
    assert_eq!(wal.segments(), 4);
    wal.release(2).expect("releases");
    assert_eq!(wal.segments(), 2);
    drop(wal);
    // The file that was to be the next segment is no part of the log.
    assert!(dir.path().join(spare::NAME).exists());
    let (seen, _) = replay(dir.path(), 2).expect("opens");
    assert!(!dir.path().join(spare::NAME).exists());
    let after: Vec<u64> = seen.iter().map(|(index, _)| *index).filter(|index| *index > 2).collect();
    assert_eq!(after, [3, 4]);
    assert!(matches!(replay(dir.path(), 0).map(|_| ()), Err(WalError::Gap { expected: 1, found: 2, .. })));
}

#[test]
fn a_write_that_no_spare_file_holds_gets_a_segment_of_its_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut wal = Wal::create(dir.path(), WHO, 1).expect("creates");
    for size in [9 << 20, 20 << 20, 5] {
        append(&mut wal, &[vec![7; size]]);
    }
    drop(wal);
    let (seen, _) = replay(dir.path(), 0).expect("opens");
    assert_eq!(seen.iter().map(|(_, data)| data.len()).collect::<Vec<_>>(), [9 << 20, 20 << 20, 5]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever part of the last write reaches the disk, what was synced before is there.
    #[test]
    fn a_torn_write_loses_only_itself(
        synced in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..4), 1..6),
        torn in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..3000), 1..4),
        lost: prop::sample::Index,
        pages in prop::collection::vec(any::<bool>(), 8),
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let mut wal = Wal::create(dir.path(), WHO, 1).expect("creates");
        for batch in &synced {
            append(&mut wal, batch);
        }
        let path = wal.segments[0].path.clone();
        let (start, before) = (wal.offset, fs::read(&path).expect("reads"));
        append(&mut wal, &torn);
        let end = wal.offset;
        drop(wal);
        // Some 512-byte sectors of the write are missing, one of them for certain.
        let mut after = fs::read(&path).expect("reads");
        let sectors: Vec<u64> = (start / 512..=(end - 1) / 512).collect();
        let certain = sectors[lost.index(sectors.len())];
        let mut changed = false;
        for (at, sector) in sectors.iter().enumerate() {
            if *sector == certain || pages[at % pages.len()] {
                let range = (*sector as usize * 512)..(*sector as usize * 512 + 512);
                changed |= before[range.clone()] != after[range.clone()];
                after[range.clone()].copy_from_slice(&before[range]);
            }
        }
        prop_assume!(changed);
        fs::write(&path, after).expect("writes");
        let flat: Vec<Vec<u8>> = synced.concat();
        let (seen, mut wal) = replay(dir.path(), 0).expect("opens");
        let all = flat.iter().chain(&torn).count();
        // The sectors lost may have held nothing but padding.
        prop_assert!(seen.len() == flat.len() || seen.len() == all);
        prop_assert_eq!(seen.iter().take(flat.len()).map(|(_, e)| e.clone()).collect::<Vec<_>>(), flat);
        let next = wal.next_index();
        append(&mut wal, &[b"after".to_vec()]);
        drop(wal);
        let (seen, _) = replay(dir.path(), 0).expect("opens again");
        prop_assert_eq!(seen.last(), Some(&(next, b"after".to_vec())));
    }
}

#[test]
fn damage_before_the_end_is_refused_by_name() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut wal = Wal::create(dir.path(), WHO, 1).expect("creates");
    append(&mut wal, &[b"first".to_vec()]);
    append(&mut wal, &[b"second".to_vec()]);
    let path = wal.segments[0].path.clone();
    drop(wal);
    let mut bytes = fs::read(&path).expect("reads");
    bytes[HEAD as usize + 56] ^= 1;
    fs::write(&path, bytes).expect("writes");
    let error = replay(dir.path(), 0).map(|_| ()).expect_err("refuses");
    assert!(error.to_string().contains("is damaged at byte 64"), "{error}");
}

#[test]
fn a_foreign_file_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("0000000000000000-0000000000000000.wal"), b"x").expect("writes");
    assert!(matches!(replay(dir.path(), 0).map(|_| ()), Err(WalError::Foreign { .. })));
}

#[test]
fn an_error_of_the_disk_is_told_once() {
    let error = WalError::Io { path: "/log".into(), cause: std::io::Error::from_raw_os_error(28) };
    let told = format!("{:#}", anyhow::Error::from(error));
    assert_eq!(told, "/log: No space left on device (os error 28)");
}
