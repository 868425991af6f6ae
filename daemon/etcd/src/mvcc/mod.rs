//! The multi-version key-value state: every put and deletion makes a new revision, and any
//! revision since the last compaction can be read.
//!
//! Values and time go in, effects come out; the only I/O is reading old records ([`records`]).

pub mod backend;
mod cache;
mod copy;
pub mod hash;
pub mod history;
pub mod index;
pub mod range;
pub mod records;
pub mod store;
#[cfg(test)]
mod tests;

pub use etcdfile::{Revision, Version};
pub use range::KeyRange;
pub use store::{Change, Store};
#[cfg(test)]
mod damage;
