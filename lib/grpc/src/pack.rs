//! Headers as HTTP/2 packs them (RFC 7541): the writing side. Nothing is put into the client's table.

use http::{HeaderMap, StatusCode};

/// `content-type: application/grpc`, whose name has index 31 in the static table; not remembered.
pub const GRPC: &[u8] = b"\x0f\x10\x10application/grpc";
/// `:status: 200`, from the static table.
pub const OK: u8 = 0x80 | 8;
/// `grpc-status: 0`, not remembered.
pub const GOOD: &[u8] = b"\x00\x0bgrpc-status\x010";

/// The client's table is to have no size.
pub const RESIZE: u8 = 0x20;

/// Appends a status.
pub fn status(block: &mut Vec<u8>, code: StatusCode) {
    if code == StatusCode::OK {
        return block.push(OK);
    }
    block.extend_from_slice(&[8, 3]);
    block.extend_from_slice(code.as_str().as_bytes());
}

/// Appends headers, which are not remembered.
pub fn pack(block: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        block.push(0);
        for text in [name.as_str().as_bytes(), value.as_bytes()] {
            length(block, text.len());
            block.extend_from_slice(text);
        }
    }
}

/// A text's length, after a bit that says that it is plain.
fn length(block: &mut Vec<u8>, length: usize) {
    let Some(mut rest) = length.checked_sub(127) else {
        return block.push(length as u8);
    };
    block.push(127);
    while rest >= 128 {
        block.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    block.push(rest as u8);
}
