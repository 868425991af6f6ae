//! What an entry of the log asks for, and its bytes there.

use bytes::{Buf, BufMut, Bytes};
use etcdapi::etcdserverpb::{
    AlarmRequest, AuthDisableRequest, AuthEnableRequest, AuthRoleAddRequest, AuthRoleDeleteRequest,
    AuthRoleGrantPermissionRequest, AuthRoleRevokePermissionRequest, AuthUserAddRequest,
    AuthUserChangePasswordRequest, AuthUserDeleteRequest, AuthUserGrantRoleRequest,
    AuthUserRevokeRoleRequest, CompactionRequest, DeleteRangeRequest, LeaseGrantRequest, LeaseRevokeRequest,
    Member, MemberPromoteRequest, MemberRemoveRequest, MemberUpdateRequest, PutRequest, TxnRequest,
};
use prost::{DecodeError, Message};

use crate::auth::By;

/// A user's password was checked: give it this token.
#[derive(Clone, PartialEq, Message)]
pub struct IssueToken {
    #[prost(string, tag = "1")]
    pub user: String,
    #[prost(string, tag = "2")]
    pub token: String,
}

/// What a lease has left, as its leader knows it.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct LeaseCheckpoint {
    #[prost(int64, tag = "1")]
    pub id: i64,
    /// Seconds; 0: it has begun anew.
    #[prost(int64, tag = "2")]
    pub remaining_ttl: i64,
}

/// See [`LeaseCheckpoint`]; upstream calls it `LeaseCheckpointRequest`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct LeaseCheckpoints {
    #[prost(message, repeated, tag = "1")]
    pub checkpoints: Vec<LeaseCheckpoint>,
}

/// Declares the commands with the numbers that they have in the log for ever.
macro_rules! commands {
    ($($number:literal $name:ident($message:ty)),* $(,)?) => {
        /// A change to the state. Requests that only read are no commands.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Command {
            $($name($message),)*
        }

        impl Command {
            /// The length of [`Self::encode`]'s output.
            pub fn encoded_len(&self) -> usize {
                1 + match self { $(Self::$name(request) => request.encoded_len(),)* }
            }

            fn encode(&self, buf: &mut Vec<u8>) {
                match self {
                    $(Self::$name(request) => {
                        buf.put_u8($number);
                        request.encode_raw(buf);
                    })*
                }
            }

            fn decode(mut bytes: Bytes) -> Result<Self, CommandError> {
                if bytes.is_empty() {
                    return Err(CommandError::Empty);
                }
                Ok(match bytes.get_u8() {
                    $($number => Self::$name(Message::decode(bytes)?),)*
                    kind => return Err(CommandError::Unknown(kind)),
                })
            }
        }
    };
}

commands! {
    1 Put(PutRequest),
    2 DeleteRange(DeleteRangeRequest),
    3 Txn(TxnRequest),
    4 Compact(CompactionRequest),
    5 LeaseGrant(LeaseGrantRequest),
    6 LeaseRevoke(LeaseRevokeRequest),
    7 Alarm(AlarmRequest),
    8 AuthEnable(AuthEnableRequest),
    9 AuthDisable(AuthDisableRequest),
    10 IssueToken(IssueToken),
    11 UserAdd(AuthUserAddRequest),
    12 UserDelete(AuthUserDeleteRequest),
    13 UserChangePassword(AuthUserChangePasswordRequest),
    14 UserGrantRole(AuthUserGrantRoleRequest),
    15 UserRevokeRole(AuthUserRevokeRoleRequest),
    16 RoleAdd(AuthRoleAddRequest),
    17 RoleDelete(AuthRoleDeleteRequest),
    18 RoleGrantPermission(AuthRoleGrantPermissionRequest),
    19 RoleRevokePermission(AuthRoleRevokePermissionRequest),
    20 AddMember(Member),
    21 RemoveMember(MemberRemoveRequest),
    22 PromoteMember(MemberPromoteRequest),
    23 UpdateMember(MemberUpdateRequest),
    // A member tells its name and where its clients find it.
    24 Publish(Member),
    25 LeaseCheckpoint(LeaseCheckpoints),
}

/// On whose behalf: kinds of entries begin below this.
const USER: u8 = 0x40;
const SERVER: u8 = 0x41;

/// The entry's bytes are none of ours.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("an entry of unknown kind {0}: written by a newer version?")]
    Unknown(u8),
    #[error("an entry that can't be decoded: {0}")]
    Decode(#[from] DecodeError),
    #[error("an empty entry")]
    Empty,
    #[error("an entry that ends too early")]
    Short,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub by: By,
    pub command: Command,
}

impl Entry {
    /// The length of [`Self::encode`]'s output.
    pub fn encoded_len(&self) -> usize {
        let by = match &self.by {
            By::Nobody => 0,
            By::Server => 1,
            By::User { name, .. } => 1 + 8 + 4 + name.len(),
        };
        by + self.command.encoded_len()
    }

    /// Appends the entry's bytes: on whose behalf, the command's kind, the request.
    pub fn encode(&self, buf: &mut Vec<u8>) {
        match &self.by {
            By::Nobody => {}
            By::Server => buf.put_u8(SERVER),
            By::User { name, revision } => {
                buf.put_u8(USER);
                buf.put_u64_le(*revision);
                buf.put_u32_le(u32::try_from(name.len()).unwrap_or(u32::MAX));
                buf.put_slice(name.as_bytes());
            }
        }
        self.command.encode(buf);
    }

    /// Reads an entry's bytes.
    ///
    /// # Errors
    /// Fails when [`Self::encode`] did not write them.
    pub fn decode(mut bytes: Bytes) -> Result<Self, CommandError> {
        let by = match bytes.first() {
            Some(&SERVER) => {
                bytes.advance(1);
                By::Server
            }
            Some(&USER) => {
                bytes.advance(1);
                let revision = bytes.try_get_u64_le().map_err(|_| CommandError::Short)?;
                let len = bytes.try_get_u32_le().map_err(|_| CommandError::Short)? as usize;
                if len > bytes.len() {
                    return Err(CommandError::Short);
                }
                By::User { name: String::from_utf8_lossy(&bytes.split_to(len)).into_owned(), revision }
            }
            _ => By::Nobody,
        };
        Ok(Self { by, command: Command::decode(bytes)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn round_trip() {
        let put = PutRequest { key: "k".into(), value: "v".into(), lease: 7, ..Default::default() };
        let user = By::User { name: "ann".into(), revision: 9 };
        for (by, command) in [
            (By::Nobody, Command::Put(put.clone())),
            (user.clone(), Command::Put(put)),
            (By::Server, Command::LeaseRevoke(LeaseRevokeRequest { id: -1 })),
            (user, Command::Compact(CompactionRequest { revision: 3, physical: true })),
        ] {
            let entry = Entry { by, command };
            let mut bytes = Vec::new();
            entry.encode(&mut bytes);
            assert_eq!(bytes.len(), entry.encoded_len());
            assert_eq!(Entry::decode(bytes.into()).ok(), Some(entry));
        }
        assert!(Entry::decode(Bytes::from_static(&[99])).is_err());
        assert!(Entry::decode(Bytes::new()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = Entry::decode(bytes.into());
        }
    }
}
