//! A range response whose key-values are already encoded, for a server that stores them so.

use bytes::{Buf, BufMut, Bytes};
use prost::DecodeError;
use prost::encoding::{DecodeContext, WireType, encode_key, encode_varint, encoded_len_varint};

use crate::etcdserverpb::{RangeResponse, ResponseHeader};

/// [`RangeResponse`] on the wire, with encoded [`crate::mvccpb::KeyValue`]s. Only the sending side uses it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EncodedRange {
    /// Cluster, member, revision.
    pub header: Option<ResponseHeader>,
    /// Encoded key-values.
    pub kvs: Vec<Bytes>,
    /// Whether the limit cut the range short.
    pub more: bool,
    /// Keys in the range, whatever the limit.
    pub count: i64,
}

impl EncodedRange {
    fn rest(&self) -> RangeResponse {
        RangeResponse { header: None, kvs: Vec::new(), more: self.more, count: self.count }
    }
}

impl prost::Message for EncodedRange {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        if let Some(header) = &self.header {
            prost::encoding::message::encode(1, header, buf);
        }
        for kv in &self.kvs {
            encode_key(2, WireType::LengthDelimited, buf);
            encode_varint(kv.len() as u64, buf);
            buf.put_slice(kv);
        }
        self.rest().encode_raw(buf);
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
        let header =
            self.header.as_ref().map_or(0, |header| prost::encoding::message::encoded_len(1, header));
        let kvs: usize = self.kvs.iter().map(|kv| 1 + encoded_len_varint(kv.len() as u64) + kv.len()).sum();
        header + kvs + self.rest().encoded_len()
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::mvccpb::KeyValue;

    #[test]
    fn is_a_range_response_on_the_wire() {
        let kv = KeyValue { key: "a".into(), value: "b".into(), mod_revision: 7, ..Default::default() };
        let header = Some(ResponseHeader { revision: 9, ..Default::default() });
        let encoded = EncodedRange {
            header,
            kvs: vec![kv.encode_to_vec().into(), kv.encode_to_vec().into()],
            more: true,
            count: 300,
        };
        let bytes = encoded.encode_to_vec();
        assert_eq!(bytes.len(), encoded.encoded_len());
        let plain = RangeResponse { header, kvs: vec![kv.clone(), kv], more: true, count: 300 };
        assert_eq!(RangeResponse::decode(&bytes[..]), Ok(plain));
    }
}
