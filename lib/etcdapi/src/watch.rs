//! A watch's response whose events are already encoded, so that all who watch the same share them.

use bytes::{Buf, BufMut, Bytes};
use prost::DecodeError;
use prost::encoding::{DecodeContext, WireType, encode_key, encode_varint};

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

/// [`WatchResponse`] on the wire. Only the sending side uses it.
#[derive(Clone, Debug, Default, PartialEq)]
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

impl prost::Message for EncodedWatch {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        self.rest.encode_raw(buf);
        for events in &self.events {
            buf.put_slice(events);
        }
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        prost::encoding::skip_field(wire_type, tag, buf, ctx)
    }

    fn encoded_len(&self) -> usize {
        self.rest.encoded_len() + self.events.iter().map(Bytes::len).sum::<usize>()
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;

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
        let encoded = EncodedWatch {
            rest: rest.clone(),
            events: vec![parts[0].clone(), framed.slice(parts[0].len()..)],
        };
        let bytes = encoded.encode_to_vec();
        assert_eq!(bytes.len(), encoded.encoded_len());
        assert_eq!(WatchResponse::decode(&bytes[..]), Ok(WatchResponse { events, ..rest }));
    }
}
