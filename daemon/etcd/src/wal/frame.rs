//! Frames: what one write to the log adds, checked as a whole.
//!
//! A frame holds all entries that were synced together, so that a torn write leaves one broken
//! frame with nothing valid after it, and anything else that is broken is damage.

use bytes::{Buf, BufMut, Bytes};

use crate::raft::{Entry, HardState, Kind};

/// Begins every frame.
const MAGIC: u32 = 0x6b61_646d;
/// Bytes before the entries: magic, checksum, length, count, first index, term, vote, commit.
pub const HEADER: usize = 48;
/// Bytes before an entry's own: length, term, kind.
const ENTRY: usize = 13;
/// Frames begin at multiples of this.
pub const ALIGN: usize = 8;
/// A length beyond this is garbage, not a frame.
const MAX: usize = 1 << 30;

/// Entries that were written together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The index of the first entry; the others follow without gaps. Entries of earlier frames
    /// from here on count no more: another leader has replaced them.
    pub first: u64,
    /// What the member must not forget, as of this frame.
    pub hard: HardState,
    /// The entries; there may be none.
    pub entries: Vec<Entry>,
}

/// Writes a frame into an empty buffer. `seed` is the segment's: a frame of a segment's earlier
/// life never passes for one of this.
pub fn write(buf: &mut Vec<u8>, seed: u32, first: u64, hard: HardState, entries: &[Entry]) {
    buf.clear();
    buf.resize(HEADER, 0);
    for entry in entries {
        buf.put_u32_le(u32::try_from(entry.data.len()).unwrap_or(u32::MAX));
        buf.put_u64_le(entry.term);
        buf.put_u8(u8::from(entry.kind == Kind::Members));
        buf.put_slice(&entry.data);
    }
    let len = u32::try_from(buf.len() - HEADER).unwrap_or(u32::MAX);
    let mut header = &mut buf[..HEADER];
    header.put_u32_le(MAGIC);
    header.put_u32_le(0);
    header.put_u32_le(len);
    header.put_u32_le(u32::try_from(entries.len()).unwrap_or(u32::MAX));
    for number in [first, hard.term, hard.vote, hard.commit] {
        header.put_u64_le(number);
    }
    let crc = crc32c::crc32c_append(seed, &buf[8..]);
    buf[4..8].copy_from_slice(&crc.to_le_bytes());
    buf.resize(buf.len().next_multiple_of(ALIGN), 0);
}

/// The frame at the start of `bytes` and its padded length; `None` when there is no valid one.
pub fn read(bytes: &Bytes, seed: u32) -> Option<(Frame, usize)> {
    let mut header = bytes.get(..HEADER)?;
    if header.get_u32_le() != MAGIC {
        return None;
    }
    let crc = header.get_u32_le();
    let len = header.get_u32_le() as usize;
    let count = header.get_u32_le();
    let first = header.get_u64_le();
    let (term, vote, commit) = (header.get_u64_le(), header.get_u64_le(), header.get_u64_le());
    let end = HEADER + len;
    if len > MAX || crc32c::crc32c_append(seed, bytes.get(8..end)?) != crc {
        return None;
    }
    let mut body = bytes.slice(HEADER..end);
    let mut entries = Vec::new();
    for at in 0..u64::from(count) {
        if body.len() < ENTRY {
            return None;
        }
        let (len, term, kind) = (body.get_u32_le() as usize, body.get_u64_le(), body.get_u8());
        if len > body.len() {
            return None;
        }
        let kind = if kind == 1 { Kind::Members } else { Kind::Normal };
        entries.push(Entry { index: first + at, term, kind, data: body.split_to(len) });
    }
    let hard = HardState { term, vote, commit };
    Some((Frame { first, hard, entries }, end.next_multiple_of(ALIGN)))
}

/// Whether a valid frame begins anywhere in `bytes`.
pub fn found_in(bytes: &Bytes, seed: u32) -> bool {
    let magic = MAGIC.to_le_bytes();
    (0..bytes.len().saturating_sub(HEADER))
        .step_by(ALIGN)
        .any(|at| bytes[at..at + 4] == magic && read(&bytes.slice(at..), seed).is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encode(entries: &[Vec<u8>], seed: u32) -> Bytes {
        let entries: Vec<Entry> = (7..)
            .zip(entries)
            .map(|(index, data)| Entry { index, term: 3, data: data.clone().into(), ..Entry::default() })
            .collect();
        let mut buf = Vec::new();
        write(&mut buf, seed, 7, HardState { term: 3, vote: 1, commit: 6 }, &entries);
        buf.into()
    }

    proptest! {
        #[test]
        fn frames_round_trip_and_any_flipped_bit_is_noticed(
            entries: Vec<Vec<u8>>, seed: u32, at: proptest::sample::Index, bit in 0u8..8,
        ) {
            let bytes = encode(&entries, seed);
            let (frame, len) = read(&bytes, seed).expect("valid");
            prop_assert_eq!(len, bytes.len());
            prop_assert_eq!(frame.entries.iter().map(|e| e.data.to_vec()).collect::<Vec<_>>(), entries);
            prop_assert!(read(&bytes, seed.wrapping_add(1)).is_none());
            // Padding isn't covered: it means nothing.
            let covered = HEADER + u32::from_le_bytes(bytes[8..12].try_into().expect("four")) as usize;
            let at = at.index(covered);
            let mut broken = bytes.to_vec();
            broken[at] ^= 1 << bit;
            prop_assert!(read(&broken.into(), seed).is_none());
        }
    }

    #[test]
    fn finds_a_frame_behind_garbage() {
        let frame = encode(&[b"entry".to_vec()], 1);
        let bytes: Bytes = [&[0xab; 24][..], &frame].concat().into();
        assert!(found_in(&bytes, 1));
        assert!(!found_in(&bytes, 2));
        assert!(!found_in(&Bytes::from(vec![0; 4096]), 1));
    }
}
