//! What an entry of the log asks for, and its bytes there.

use bytes::{Buf, BufMut, Bytes};
use etcdapi::etcdserverpb::{
    AlarmRequest, CompactionRequest, DeleteRangeRequest, LeaseGrantRequest, LeaseRevokeRequest, PutRequest,
    TxnRequest,
};
use prost::{DecodeError, Message};

/// A change to the state. Requests that only read are no commands.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Put(PutRequest),
    DeleteRange(DeleteRangeRequest),
    Txn(TxnRequest),
    Compact(CompactionRequest),
    LeaseGrant(LeaseGrantRequest),
    LeaseRevoke(LeaseRevokeRequest),
    Alarm(AlarmRequest),
}

/// The entry's bytes are none of ours.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("an entry of unknown kind {0}: written by a newer version?")]
    Unknown(u8),
    #[error("an entry that can't be decoded: {0}")]
    Decode(#[from] DecodeError),
    #[error("an empty entry")]
    Empty,
}

impl Command {
    /// The length of [`Self::encode`]'s output.
    pub fn encoded_len(&self) -> usize {
        1 + match self {
            Self::Put(request) => request.encoded_len(),
            Self::DeleteRange(request) => request.encoded_len(),
            Self::Txn(request) => request.encoded_len(),
            Self::Compact(request) => request.encoded_len(),
            Self::LeaseGrant(request) => request.encoded_len(),
            Self::LeaseRevoke(request) => request.encoded_len(),
            Self::Alarm(request) => request.encoded_len(),
        }
    }

    /// Appends the entry's bytes: its kind, then the request.
    pub fn encode(&self, buf: &mut Vec<u8>) {
        match self {
            Self::Put(request) => append(1, request, buf),
            Self::DeleteRange(request) => append(2, request, buf),
            Self::Txn(request) => append(3, request, buf),
            Self::Compact(request) => append(4, request, buf),
            Self::LeaseGrant(request) => append(5, request, buf),
            Self::LeaseRevoke(request) => append(6, request, buf),
            Self::Alarm(request) => append(7, request, buf),
        }
    }

    /// Reads an entry's bytes.
    ///
    /// # Errors
    /// Fails when [`Self::encode`] did not write them.
    pub fn decode(mut bytes: Bytes) -> Result<Self, CommandError> {
        if bytes.is_empty() {
            return Err(CommandError::Empty);
        }
        Ok(match bytes.get_u8() {
            1 => Self::Put(Message::decode(bytes)?),
            2 => Self::DeleteRange(Message::decode(bytes)?),
            3 => Self::Txn(Message::decode(bytes)?),
            4 => Self::Compact(Message::decode(bytes)?),
            5 => Self::LeaseGrant(Message::decode(bytes)?),
            6 => Self::LeaseRevoke(Message::decode(bytes)?),
            7 => Self::Alarm(Message::decode(bytes)?),
            kind => return Err(CommandError::Unknown(kind)),
        })
    }
}

fn append(kind: u8, request: &impl Message, buf: &mut Vec<u8>) {
    buf.put_u8(kind);
    request.encode_raw(buf);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let put = PutRequest { key: "k".into(), value: "v".into(), lease: 7, ..Default::default() };
        for command in [
            Command::Put(put),
            Command::Compact(CompactionRequest { revision: 3, physical: true }),
            Command::LeaseRevoke(LeaseRevokeRequest { id: -1 }),
        ] {
            let mut bytes = Vec::new();
            command.encode(&mut bytes);
            assert_eq!(bytes.len(), command.encoded_len());
            assert_eq!(Command::decode(bytes.into()).ok(), Some(command));
        }
        assert!(Command::decode(Bytes::from_static(&[99])).is_err());
        assert!(Command::decode(Bytes::new()).is_err());
    }
}
