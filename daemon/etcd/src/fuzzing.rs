//! The decoders of untrusted bytes, for fuzzers (`tests/fuzz-etcd`) and nobody else: this is there
//! only when a fuzzer compiles it.

use bytes::{Bytes, BytesMut};
use prost::Message;
use prost_reflect::DynamicMessage;
use tokio::io::AsyncReadExt;

use crate::{auth, authority, command, config_file, flags, gateway, members, raft, wal};

/// The entries of a log, what a peer sends, and what is kept beside the records.
pub fn entries(bytes: &[u8]) {
    let bytes = Bytes::copy_from_slice(bytes);
    if let Ok(entry) = command::Entry::decode(bytes.clone()) {
        let mut again = Vec::new();
        entry.encode(&mut again);
        assert_eq!(again.len(), entry.encoded_len());
        assert_eq!(command::Entry::decode(again.into()).ok(), Some(entry));
    }
    let _ = raft::Message::decode(bytes.clone());
    let _ = members::Members::decode(&bytes);
    let _ = auth::rules::Rules::decode(&bytes);
}

/// A segment of the log, cut anywhere.
pub fn log(bytes: &[u8]) {
    let bytes = Bytes::copy_from_slice(bytes);
    if let Some((_, length)) = wal::frame::read(&bytes, 0) {
        assert!(length >= wal::frame::HEADER);
    }
    wal::frame::found_in(&bytes, 0);
}

/// The beginning of an HTTP/2 connection, in two reads.
pub fn connection(bytes: &[u8]) {
    let (one, two) = bytes.split_at(bytes.len() / 3);
    let mut out = Vec::new();
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
    let _ = runtime.block_on(authority::Lenient::new(one.chain(two)).read_to_end(&mut out));
    assert!(out.len() <= bytes.len());
}

/// A body of the JSON gateway (the first byte says whose), a message that is made JSON, and a
/// stream of messages.
pub fn gateway(bytes: &[u8]) {
    let Some((at, body)) = bytes.split_first() else { return };
    let Some(call) = gateway::any(usize::from(*at)) else { return };
    if let Ok(value) = serde_json::from_slice(body)
        && let Ok(framed) = gateway::encode(&call.input(), value)
    {
        let message = gateway::take(&mut BytesMut::from(&framed[..])).unwrap_or_default();
        assert!(DynamicMessage::decode(call.input(), message).is_ok());
    }
    let _ = gateway::decode(&call.output(), Bytes::copy_from_slice(body));
    let _ = gateway::take(&mut BytesMut::from(body));
}

/// A configuration file.
pub fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(args) = config_file::settings(text) else { return };
    if let Ok(matches) = flags::without_environment().try_get_matches_from(args) {
        let _ = flags::Config::new(&matches);
    }
}
