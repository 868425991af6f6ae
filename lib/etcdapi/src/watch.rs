//! A watch's response whose events are already encoded, so that all who watch the same share them.

use std::collections::VecDeque;

use bytes::{Buf, BufMut, Bytes};
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

use crate::etcdserverpb::WatchResponse;
use crate::mvccpb::KeyValue;

/// The field of [`WatchResponse`] that holds the events.
const EVENTS: u32 = 11;

/// Appends an event as [`WatchResponse`] holds it: that a key was put, or deleted, and what it was
/// before.
pub fn append(out: &mut Vec<u8>, deleted: bool, kv: &KeyValue, prev_kv: Option<&KeyValue>) {
    let message = |tag, kv: &KeyValue| prost::encoding::message::encoded_len(tag, kv);
    let length = if deleted { 2 } else { 0 } + message(2, kv) + prev_kv.map_or(0, |kv| message(3, kv));
    encode_key(EVENTS, WireType::LengthDelimited, out);
    encode_varint(length as u64, out);
    if deleted {
        prost::encoding::int32::encode(1, &1, out);
    }
    prost::encoding::message::encode(2, kv, out);
    if let Some(kv) = prev_kv {
        prost::encoding::message::encode(3, kv, out);
    }
}

/// The events that [`append`] has put together, each as it stands there.
pub fn split(events: &Bytes) -> impl Iterator<Item = Bytes> {
    let mut rest = events.clone();
    std::iter::from_fn(move || {
        let mut ahead = rest.clone();
        prost::encoding::decode_key(&mut ahead).ok()?;
        let length = usize::try_from(prost::encoding::decode_varint(&mut ahead).ok()?).ok()?;
        let head = rest.remaining() - ahead.remaining();
        (length <= ahead.remaining()).then(|| rest.split_to(head + length))
    })
}

/// A [`WatchResponse`] to be sent.
#[derive(Clone, Debug, Default)]
pub struct EncodedWatch {
    /// All but the events.
    pub rest: WatchResponse,
    /// Events as [`append`] has put them together.
    pub events: Vec<Bytes>,
}

impl From<WatchResponse> for EncodedWatch {
    /// A response without events.
    fn from(rest: WatchResponse) -> Self {
        Self { rest, events: Vec::new() }
    }
}

/// Events of at least so many bytes are sent from where they are; fewer are cheaper to copy.
const SHARED: usize = 4 << 10;

impl EncodedWatch {
    /// Appends the response as gRPC frames it, in parts. None is empty.
    pub fn parts(self, out: &mut VecDeque<Bytes>) {
        let length = self.rest.encoded_len() + self.events.iter().map(Bytes::len).sum::<usize>();
        let mut part = Vec::with_capacity(length.min(64));
        part.put_u8(0);
        part.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
        self.rest.encode_raw(&mut part);
        for events in self.events {
            if events.len() < SHARED {
                part.put_slice(&events);
                continue;
            }
            if !part.is_empty() {
                out.push_back(std::mem::take(&mut part).into());
            }
            out.push_back(events);
        }
        if !part.is_empty() {
            out.push_back(part.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::etcdserverpb::ResponseHeader;
    use crate::mvccpb::Event;

    #[test]
    fn is_a_watch_response_on_the_wire() {
        let kv = |value: &'static str, revision| KeyValue {
            key: "a".into(),
            value: value.into(),
            mod_revision: revision,
            ..Default::default()
        };
        let long = "x".repeat(300);
        let events = vec![
            Event { r#type: 0, kv: Some(kv("b", 7)), prev_kv: None },
            Event { r#type: 1, kv: Some(kv("", 8)), prev_kv: Some(kv("b", 7)) },
            Event { r#type: 0, kv: Some(KeyValue { value: long.into(), ..kv("", 9) }), prev_kv: None },
        ];
        let mut framed = Vec::new();
        for event in &events {
            append(&mut framed, event.r#type == 1, event.kv.as_ref().expect("there"), event.prev_kv.as_ref());
        }
        let framed = Bytes::from(framed);
        let parts: Vec<Bytes> = split(&framed).collect();
        assert_eq!((parts.len(), parts.concat()), (3, framed.to_vec()));
        let header = Some(ResponseHeader { revision: 9, ..Default::default() });
        let rest = WatchResponse { header, watch_id: 3, fragment: true, ..Default::default() };
        let many = Bytes::from(framed.repeat(SHARED / framed.len() + 1));
        let short = [parts[0].clone(), framed.slice(parts[0].len()..)];
        for (lots, count) in [
            (short.to_vec(), 1),
            (vec![many.clone(), many.clone()], 3),
            (vec![many.clone(), short[0].clone(), short[1].clone(), many.clone()], 4),
            (Vec::new(), 1),
        ] {
            let mut sent = VecDeque::new();
            EncodedWatch { rest: rest.clone(), events: lots.clone() }.parts(&mut sent);
            assert_eq!(sent.len(), count);
            assert_eq!(lots.contains(&many), sent.iter().any(|part| part.as_ptr() == many.as_ptr()));
            let bytes: Vec<u8> = sent.into_iter().flatten().collect();
            let (prefix, message) = bytes.split_at(5);
            assert_eq!(
                prefix,
                [&[0][..], &u32::try_from(message.len()).expect("short").to_be_bytes()].concat()
            );
            let times = lots.iter().map(Bytes::len).sum::<usize>() / framed.len();
            let events = std::iter::repeat_n(&events, times).flatten().cloned().collect();
            assert_eq!(WatchResponse::decode(message), Ok(WatchResponse { events, ..rest.clone() }));
        }
    }
}
