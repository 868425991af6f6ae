//! The records that were read or written lately, in memory.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use bytes::Bytes;

use super::Revision;

/// Bytes of records that the cache may hold.
const CACHE: usize = 12 << 20;
/// What an entry of the cache costs beside its record.
const OVERHEAD: usize = 120;

/// Second chance, bounded by bytes.
#[derive(Default)]
pub struct Cache {
    entries: HashMap<Revision, (Bytes, bool), BuildHasherDefault<Neighbours>>,
    order: VecDeque<Revision>,
    bytes: usize,
}

/// Revisions are numbers in a row that no client chooses: those that follow each other lie beside each
/// other, so that keys that were written together are found together.
#[derive(Default)]
pub struct Neighbours(u64);

impl Hasher for Neighbours {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_i64(&mut self, main: i64) {
        self.0 = main.cast_unsigned();
    }

    fn write_u32(&mut self, sub: u32) {
        self.0 = self.0.wrapping_add(u64::from(sub).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }

    fn finish(&self) -> u64 {
        // The table takes the lower bits for the place and the upper seven to tell entries apart.
        self.0 ^ (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) & (0x7f << 57))
    }
}

impl Cache {
    /// A record, if it is here.
    pub fn get(&mut self, revision: Revision) -> Option<&Bytes> {
        let (bytes, used) = self.entries.get_mut(&revision)?;
        *used = true;
        Some(bytes)
    }

    /// Takes a record in, which may push others out.
    pub fn insert(&mut self, revision: Revision, bytes: Bytes) {
        let size = bytes.len() + OVERHEAD;
        if size > CACHE / 4 {
            return;
        }
        if self.entries.insert(revision, (bytes, false)).is_none() {
            self.order.push_back(revision);
            self.bytes += size;
        }
        while self.bytes > CACHE {
            let Some(oldest) = self.order.pop_front() else { break };
            match self.entries.get_mut(&oldest) {
                Some((_, used)) if *used => {
                    *used = false;
                    self.order.push_back(oldest);
                }
                _ => self.remove(oldest),
            }
        }
        // Removed revisions linger in the order until they come up.
        if self.order.len() > 2 * self.entries.len() + 1024 {
            let entries = &self.entries;
            self.order.retain(|revision| entries.contains_key(revision));
        }
    }

    /// Forgets a record.
    pub fn remove(&mut self, revision: Revision) {
        if let Some((bytes, _)) = self.entries.remove(&revision) {
            self.bytes -= bytes.len() + OVERHEAD;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_within_its_bytes_and_keeps_what_is_used() {
        let mut cache = Cache::default();
        let revision = |main| Revision { main, sub: 0 };
        let record = Bytes::from(vec![0; 64 << 10]);
        cache.insert(revision(0), record.clone());
        for main in 1..1000 {
            assert!(cache.get(revision(0)).is_some(), "{main}");
            cache.insert(revision(main), record.clone());
            assert!(cache.bytes <= CACHE);
        }
        assert!(cache.get(revision(1)).is_none());
        assert!(cache.get(revision(999)).is_some());
    }
}
