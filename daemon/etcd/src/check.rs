//! What is wrong with a request before anybody looks at the state.

use std::collections::BTreeSet;

use bytes::Bytes;
use etcdapi::etcdserverpb::range_request::{SortOrder, SortTarget};
use etcdapi::etcdserverpb::request_op::Request;
use etcdapi::etcdserverpb::{DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest};

use crate::error::Error;
use crate::mvcc::KeyRange;

/// Checks a range.
///
/// # Errors
/// Fails without a key and with an order that doesn't exist.
pub fn range(request: &RangeRequest) -> Result<(), Error> {
    if request.key.is_empty() {
        return Err(Error::EmptyKey);
    }
    let order = SortOrder::try_from(request.sort_order);
    let target = SortTarget::try_from(request.sort_target);
    if order.is_err() || target.is_err() { Err(Error::InvalidSort) } else { Ok(()) }
}

/// Checks a put.
///
/// # Errors
/// Fails without a key and with both a value (or lease) and the wish to keep the old one.
pub fn put(request: &PutRequest) -> Result<(), Error> {
    if request.key.is_empty() {
        return Err(Error::EmptyKey);
    }
    if request.ignore_value && !request.value.is_empty() {
        return Err(Error::ValueProvided);
    }
    if request.ignore_lease && request.lease != 0 {
        return Err(Error::LeaseProvided);
    }
    Ok(())
}

/// Checks a deletion.
///
/// # Errors
/// Fails without a key.
pub fn delete_range(request: &DeleteRangeRequest) -> Result<(), Error> {
    if request.key.is_empty() { Err(Error::EmptyKey) } else { Ok(()) }
}

/// Checks a transaction and all inside it.
///
/// # Errors
/// Fails when it has too many operations, changes a key twice, or an operation is wrong.
pub fn txn(request: &TxnRequest, max_ops: usize) -> Result<(), Error> {
    operations(request, max_ops)?;
    intervals(&request.success)?;
    intervals(&request.failure)?;
    Ok(())
}

fn operations(request: &TxnRequest, max_ops: usize) -> Result<(), Error> {
    let most = request.compare.len().max(request.success.len()).max(request.failure.len());
    if most > max_ops {
        return Err(Error::TooManyOps);
    }
    if request.compare.iter().any(|compare| compare.key.is_empty()) {
        return Err(Error::EmptyKey);
    }
    for op in request.success.iter().chain(&request.failure) {
        match &op.request {
            Some(Request::RequestRange(request)) => range(request)?,
            Some(Request::RequestPut(request)) => put(request)?,
            Some(Request::RequestDeleteRange(request)) => delete_range(request)?,
            Some(Request::RequestTxn(inner)) => operations(inner, max_ops - most)?,
            // An operation without a request is answered without a response.
            None => return Err(Error::KeyNotFound),
        }
    }
    Ok(())
}

/// Puts and deletions of one branch.
#[derive(Default)]
struct Changes {
    puts: BTreeSet<Bytes>,
    deletions: Vec<KeyRange>,
}

impl Changes {
    fn deletes(&self, key: &[u8]) -> bool {
        self.deletions.iter().any(|range| range.contains(key))
    }
}

/// No key may be changed twice in one transaction: both changes would have the same revision.
fn intervals(ops: &[RequestOp]) -> Result<Changes, Error> {
    let mut all = Changes::default();
    for op in ops {
        if let Some(Request::RequestDeleteRange(request)) = &op.request {
            all.deletions.push(KeyRange::new(request.key.clone(), request.range_end.clone()));
        }
    }
    for op in ops {
        let Some(Request::RequestTxn(inner)) = &op.request else { continue };
        let (then, otherwise) = (intervals(&inner.success)?, intervals(&inner.failure)?);
        // Only one of the two will run: they may agree on keys with each other.
        for key in then.puts.union(&otherwise.puts) {
            if all.puts.contains(key) || all.deletes(key) {
                return Err(Error::DuplicateKey);
            }
        }
        all.puts.extend(then.puts);
        all.puts.extend(otherwise.puts);
        all.deletions.extend(then.deletions);
        all.deletions.extend(otherwise.deletions);
    }
    for op in ops {
        let Some(Request::RequestPut(request)) = &op.request else { continue };
        if all.deletes(&request.key) || !all.puts.insert(request.key.clone()) {
            return Err(Error::DuplicateKey);
        }
    }
    Ok(all)
}

/// Whether a transaction only reads.
pub fn read_only(request: &TxnRequest) -> bool {
    request.success.iter().chain(&request.failure).all(|op| match &op.request {
        Some(Request::RequestRange(_)) => true,
        Some(Request::RequestTxn(inner)) => read_only(inner),
        _ => false,
    })
}

/// Whether all reads of a transaction may be old.
pub fn serializable(request: &TxnRequest) -> bool {
    request.success.iter().chain(&request.failure).all(|op| match &op.request {
        Some(Request::RequestRange(range)) => range.serializable,
        Some(Request::RequestTxn(inner)) => serializable(inner),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn op(request: Request) -> RequestOp {
        RequestOp { request: Some(request) }
    }

    fn put_op(key: &'static str) -> RequestOp {
        op(Request::RequestPut(PutRequest { key: key.into(), ..Default::default() }))
    }

    fn delete_op(key: &'static str, end: &'static str) -> RequestOp {
        op(Request::RequestDeleteRange(DeleteRangeRequest {
            key: key.into(),
            range_end: end.into(),
            prev_kv: false,
        }))
    }

    #[test]
    fn a_key_changes_once() {
        let check = |success| txn(&TxnRequest { success, ..Default::default() }, 8);
        let nested =
            |success, failure| op(Request::RequestTxn(TxnRequest { success, failure, ..Default::default() }));
        assert_eq!(check(vec![put_op("a"), put_op("b"), delete_op("c", "e")]), Ok(()));
        assert_eq!(check(vec![put_op("a"), put_op("a")]), Err(Error::DuplicateKey));
        assert_eq!(check(vec![put_op("d"), delete_op("c", "e")]), Err(Error::DuplicateKey));
        assert_eq!(check(vec![nested(vec![put_op("a")], vec![put_op("a")])]), Ok(()));
        assert_eq!(check(vec![put_op("a"), nested(vec![], vec![put_op("a")])]), Err(Error::DuplicateKey));
        assert_eq!(check(vec![delete_op("a", ""), delete_op("a", "")]), Ok(()));
        assert_eq!(check((0..9).map(|_| delete_op("a", "")).collect()), Err(Error::TooManyOps));
        assert_eq!(check(vec![put_op("")]), Err(Error::EmptyKey));
    }
}
