//! Revisions: which transaction, and which change inside it.

/// One change in the history of the store. `main` counts transactions, `sub` the changes of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision {
    /// The transaction: what clients see as the revision.
    pub main: i64,
    /// The change inside the transaction.
    pub sub: u32,
}

/// What happened to a key at a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// When.
    pub revision: Revision,
    /// A deletion; else a put.
    pub tombstone: bool,
}

impl Version {
    /// The record's key in the backend: big-endian, so that records lie in the order of
    /// revisions, and with etcd's layout, so that hashes over records can be compared.
    pub fn backend_key(self) -> BackendKey {
        let mut bytes = [0; 18];
        bytes[..8].copy_from_slice(&self.revision.main.to_be_bytes());
        bytes[8] = b'_';
        bytes[9..17].copy_from_slice(&u64::from(self.revision.sub).to_be_bytes());
        bytes[17] = b't';
        BackendKey { bytes, len: if self.tombstone { 18 } else { 17 } }
    }

    /// The inverse of [`Self::backend_key`]; `None` when the bytes are something else.
    pub fn from_backend_key(bytes: &[u8]) -> Option<Self> {
        let tombstone = match bytes.len() {
            17 => false,
            18 if bytes[17] == b't' => true,
            _ => return None,
        };
        let main = i64::from_be_bytes(bytes[..8].try_into().ok()?);
        let sub = u64::from_be_bytes(bytes[9..17].try_into().ok()?);
        Some(Self { revision: Revision { main, sub: u32::try_from(sub).ok()? }, tombstone })
    }
}

/// An encoded [`Version`].
pub struct BackendKey {
    bytes: [u8; 18],
    len: usize,
}

impl AsRef<[u8]> for BackendKey {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn backend_keys_round_trip_in_order(a in 0i64.., b in 0i64.., sub: u32, tombstone: bool) {
            let version = |main| Version { revision: Revision { main, sub }, tombstone };
            let (x, y) = (version(a), version(b));
            prop_assert_eq!(Version::from_backend_key(x.backend_key().as_ref()), Some(x));
            prop_assert_eq!(x.backend_key().as_ref().cmp(y.backend_key().as_ref()), a.cmp(&b));
        }
    }
}
