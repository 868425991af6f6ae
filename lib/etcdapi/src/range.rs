//! A range response that is written while its key-values are found, for a server that stores them encoded.

use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

use crate::etcdserverpb::{RangeResponse, ResponseHeader};

/// Appends a [`RangeResponse`] as it goes over the wire.
pub struct Writer<'a>(&'a mut Vec<u8>);

impl<'a> Writer<'a> {
    /// Begins with the header.
    pub fn new(out: &'a mut Vec<u8>, header: Option<ResponseHeader>) -> Self {
        // The fields that are the default are not there.
        RangeResponse { header, ..RangeResponse::default() }.encode_raw(out);
        Self(out)
    }

    /// The next key-value: an encoded [`crate::mvccpb::KeyValue`].
    pub fn kv(&mut self, encoded: &[u8]) {
        encode_key(2, WireType::LengthDelimited, self.0);
        encode_varint(encoded.len() as u64, self.0);
        self.0.extend_from_slice(encoded);
    }

    /// Ends with what is known when all key-values are: whether the limit cut the range short, and the
    /// number of keys in it, whatever the limit.
    pub fn end(self, more: bool, count: i64) {
        RangeResponse { more, count, ..RangeResponse::default() }.encode_raw(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mvccpb::KeyValue;

    #[test]
    fn is_a_range_response_on_the_wire() {
        let kv = |key: &'static str, size: usize| KeyValue {
            key: key.into(),
            value: vec![b'v'; size].into(),
            mod_revision: 7,
            ..KeyValue::default()
        };
        let header = Some(ResponseHeader { revision: 9, ..Default::default() });
        let kvs = vec![kv("a", 0), kv("b", 1 << 20)];
        for (kvs, more, count) in [(kvs, true, 300), (Vec::new(), false, 0)] {
            let mut bytes = Vec::new();
            let mut writer = Writer::new(&mut bytes, header);
            for kv in &kvs {
                writer.kv(&kv.encode_to_vec());
            }
            writer.end(more, count);
            assert!(bytes == RangeResponse { header, kvs, more, count }.encode_to_vec());
        }
    }
}
