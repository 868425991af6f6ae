//! The one message of a call, as gRPC frames it: a flag, four bytes of length, and so many bytes.

use std::fmt::Display;

use tonic::Status;

/// What is before each message.
pub const PREFIX: usize = 5;

/// Appends a message.
pub fn append(reply: &mut Vec<u8>, message: &impl prost::Message) {
    reply.reserve(PREFIX + message.encoded_len());
    framed(reply, |reply| message.encode_raw(reply));
}

/// Appends the message that `encode` appends, whose length need not be known before.
pub fn framed<T>(reply: &mut Vec<u8>, encode: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let begin = reply.len() + PREFIX;
    reply.extend_from_slice(&[0; PREFIX]);
    let result = encode(reply);
    let length = u32::try_from(reply.len() - begin).unwrap_or(u32::MAX);
    reply[begin - 4..begin].copy_from_slice(&length.to_be_bytes());
    result
}

/// A message by itself.
pub fn message(message: &impl prost::Message) -> Vec<u8> {
    let mut reply = Vec::with_capacity(PREFIX + message.encoded_len());
    append(&mut reply, message);
    reply
}

/// How long the message is that begins here.
pub fn announced(framed: &[u8]) -> Option<usize> {
    let [_, length @ ..] = framed.first_chunk::<PREFIX>()?;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

/// The refusal of a message that is too long, in grpc-go's words.
pub fn too_long(found: impl Display, most: impl Display) -> Status {
    Status::resource_exhausted(format!("grpc: received message larger than max ({found} vs. {most})"))
}

/// The one message in a body.
pub fn unframe(framed: &[u8], most: usize) -> Result<&[u8], Status> {
    let Some(length) = announced(framed) else {
        return Err(Status::internal("the request has no message"));
    };
    if framed[0] == 1 {
        return Err(Status::unimplemented("grpc: Decompressor is not installed: send messages as they are"));
    }
    if framed[0] > 1 {
        return Err(Status::internal(format!("grpc: received unexpected payload format {}", framed[0])));
    }
    if length > most {
        return Err(too_long(length, most));
    }
    match framed[PREFIX..].len().cmp(&length) {
        std::cmp::Ordering::Less => Err(Status::internal("unexpected EOF")),
        std::cmp::Ordering::Equal => Ok(&framed[PREFIX..]),
        std::cmp::Ordering::Greater => {
            Err(Status::internal("more than one message for a call that takes one"))
        }
    }
}
