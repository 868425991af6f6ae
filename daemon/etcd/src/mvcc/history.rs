//! What happened since a revision, in steps that all readers share.

use std::ops::ControlFlow;

use bytes::Bytes;

use super::store::{Change, Store, backend, decode};
use super::{KeyRange, Version};
use crate::error::Error;

/// Revisions in a step. Steps end at its multiples, wherever they begin.
const REVISIONS: i64 = 1024;
/// A step with so many bytes ends early.
const BYTES: usize = 4 << 20;
/// Keys whose versions are looked up one by one. What is known of more keys costs more to look
/// through than the records of a step.
const FEW: usize = 64;

/// A step that is being put together.
struct Step<'a> {
    keys: &'a KeyRange,
    upto: i64,
    changes: Vec<Change>,
    bytes: usize,
}

impl Step<'_> {
    /// Whether the step ends before this record. It does so between two revisions.
    fn is_over(&mut self, next: Version) -> bool {
        if let Some(last) = self.changes.last()
            && last.kv.mod_revision < next.revision.main
            && self.bytes >= BYTES
        {
            self.upto = self.upto.min(last.kv.mod_revision);
        }
        next.revision.main > self.upto
    }

    fn add(&mut self, version: Version, record: Bytes) {
        let size = record.len();
        let mut kv = decode(record);
        if self.keys.contains(&kv.key) {
            // Of a deletion only the key is on record.
            kv.mod_revision = version.revision.main;
            self.bytes += size;
            self.changes.push(Change { kv, deleted: version.tombstone });
        }
    }
}

impl Store {
    /// What happened to keys from revision `from` on, in order, and the revision that this is complete
    /// up to. Where that is not the store's, there is more, and the same call gives the same again.
    ///
    /// # Errors
    /// Fails when `from` is compacted or the backend can't be read.
    pub fn history(&self, keys: &KeyRange, from: i64) -> Result<(Vec<Change>, i64), Error> {
        if from <= self.compact_revision() {
            return Err(Error::Compacted);
        }
        let end = |begin: i64| self.revision().min(begin | (REVISIONS - 1));
        let mut step = Step { keys, upto: end(from), changes: Vec::new(), bytes: 0 };
        if self.index().has_at_most(keys, FEW) {
            let versions = self.index().history(keys, from, self.revision());
            // Revisions that are all others' are passed over.
            step.upto = end(versions.first().map_or(i64::MAX, |version| version.revision.main));
            let mut reading = self.records().read();
            for version in versions {
                if step.is_over(version) {
                    break;
                }
                step.add(version, reading.old(version).map_err(backend)?);
            }
        } else {
            let take = |version, record: &[u8]| {
                if step.is_over(version) {
                    return ControlFlow::Break(());
                }
                step.add(version, Bytes::copy_from_slice(record));
                ControlFlow::Continue(())
            };
            self.records().since(from, take).map_err(backend)?;
        }
        Ok((step.changes, step.upto))
    }
}
