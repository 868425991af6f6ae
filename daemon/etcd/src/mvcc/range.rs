//! Which keys a request means.

use std::ops::Bound;

use bytes::Bytes;

/// Where a range begins and ends.
pub type Bounds<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>);

/// A set of neighbouring keys, as `key` and `range_end` of a request give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRange {
    /// One key.
    One(Bytes),
    /// From the first up to but without the second.
    Between(Bytes, Bytes),
    /// The key and all that follow.
    From(Bytes),
}

impl KeyRange {
    /// An empty end means one key, a zero byte "to the end".
    pub fn new(key: Bytes, end: Bytes) -> Self {
        if end.is_empty() {
            Self::One(key)
        } else if end[..] == [0] {
            Self::From(key)
        } else {
            Self::Between(key, end)
        }
    }

    /// Whether `key` is in the range.
    pub fn contains(&self, key: &[u8]) -> bool {
        match self {
            Self::One(one) => key == &one[..],
            Self::Between(start, end) => &start[..] <= key && key < &end[..],
            Self::From(start) => &start[..] <= key,
        }
    }

    /// Whether no key can be in the range.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Between(start, end) if start >= end)
    }

    /// The bounds for a `BTreeMap`; a range that is empty has none.
    pub fn bounds(&self) -> Option<Bounds<'_>> {
        match self {
            Self::One(key) => Some((Bound::Included(key), Bound::Included(key))),
            Self::Between(start, end) if start < end => Some((Bound::Included(start), Bound::Excluded(end))),
            Self::Between(..) => None,
            Self::From(start) => Some((Bound::Included(start), Bound::Unbounded)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        let range = |end: &'static [u8]| KeyRange::new(Bytes::from_static(b"b"), Bytes::from_static(end));
        assert!(range(b"").contains(b"b") && !range(b"").contains(b"ba"));
        assert!(range(b"\0").contains(b"zzz") && !range(b"\0").contains(b"a"));
        assert!(range(b"c").contains(b"bz") && !range(b"c").contains(b"c"));
        assert!(range(b"a").is_empty() && range(b"a").bounds().is_none());
    }
}
