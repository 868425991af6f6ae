//! Headers as HTTP/2 packs them (RFC 7541): the reading side. What we write is never remembered by
//! the client, so that writing needs no table.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use crate::huffman;

/// One header.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    pub name: Box<[u8]>,
    pub value: Box<[u8]>,
    /// HTTP/2 forbids it: a capital letter, or what belongs to a connection (RFC 9113, 8.2).
    pub wrong: bool,
}

impl Field {
    fn new(name: &[u8], value: &[u8]) -> Arc<Self> {
        let wrong = name.is_empty()
            || name.iter().any(|byte| byte.is_ascii_uppercase() || *byte <= b' ' || *byte >= 0x7f)
            || value.iter().any(|byte| matches!(byte, b'\0' | b'\r' | b'\n'))
            || matches!(
                name,
                b"connection" | b"proxy-connection" | b"keep-alive" | b"transfer-encoding" | b"upgrade"
            )
            || (name == b"te" && value != b"trailers");
        Arc::new(Self { name: name.into(), value: value.into(), wrong })
    }

    /// What it counts in a table (RFC 7541, 4.1).
    fn size(&self) -> usize {
        self.name.len() + self.value.len() + 32
    }
}

/// Appendix A, from index 1 on.
const STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

static FIELDS: LazyLock<Vec<Arc<Field>>> = LazyLock::new(|| {
    STATIC.iter().map(|(name, value)| Field::new(name.as_bytes(), value.as_bytes())).collect()
});

/// The size that a table may have: what HTTP/2 begins with, and we ask for no other.
const TABLE: usize = 4096;

/// The block can't be read; the connection is of no use any more.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable;

/// What the client's earlier headers mean for later ones.
pub struct Decoder {
    /// Newest first.
    table: VecDeque<Arc<Field>>,
    size: usize,
    most: usize,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { table: VecDeque::new(), size: 0, most: TABLE }
    }
}

impl Decoder {
    /// The headers in a block; `None` in place of a list that is longer than `most`.
    ///
    /// # Errors
    /// Fails when the block is not HPACK.
    pub fn decode(&mut self, block: &[u8], most: usize) -> Result<Option<Vec<Arc<Field>>>, Unreadable> {
        let mut input = Input(block);
        let mut fields = Vec::with_capacity(8);
        let mut size = 0;
        while let Some(first) = input.0.first().copied() {
            let field = match first {
                0x80.. => self.at(input.number(7)?)?,
                0x40.. => {
                    let field = self.literal(&mut input, 6)?;
                    self.remember(field.clone());
                    field
                }
                // Sizes change between blocks only.
                0x20.. if !fields.is_empty() || size > 0 => return Err(Unreadable),
                0x20.. => {
                    let most = input.number(5)?;
                    if most > TABLE {
                        return Err(Unreadable);
                    }
                    self.most = most;
                    self.evict(0);
                    continue;
                }
                _ => self.literal(&mut input, 4)?,
            };
            size += field.size();
            if size <= most {
                fields.push(field);
            }
        }
        Ok((size <= most).then_some(fields))
    }

    fn at(&self, index: usize) -> Result<Arc<Field>, Unreadable> {
        let index = index.checked_sub(1).ok_or(Unreadable)?;
        let found = match index.checked_sub(STATIC.len()) {
            None => FIELDS.get(index),
            Some(index) => self.table.get(index),
        };
        found.cloned().ok_or(Unreadable)
    }

    fn literal(&self, input: &mut Input<'_>, prefix: u32) -> Result<Arc<Field>, Unreadable> {
        let index = input.number(prefix)?;
        if index == 0 {
            let name = input.text()?;
            return Ok(Field::new(&name, &input.text()?));
        }
        let named = self.at(index)?;
        Ok(Field::new(&named.name, &input.text()?))
    }

    fn remember(&mut self, field: Arc<Field>) {
        let size = field.size();
        self.evict(size);
        if size <= self.most {
            self.size += size;
            self.table.push_front(field);
        }
    }

    /// Makes room.
    fn evict(&mut self, room: usize) {
        while self.size + room > self.most
            && let Some(oldest) = self.table.pop_back()
        {
            self.size -= oldest.size();
        }
    }
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.0.split_first().ok_or(Unreadable)?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number that begins in the last `prefix` bits of a byte (RFC 7541, 5.1).
    fn number(&mut self, prefix: u32) -> Result<usize, Unreadable> {
        let full = (1 << prefix) - 1;
        let mut number = usize::from(self.byte()?) & full;
        if number < full {
            return Ok(number);
        }
        // Nothing that is longer than this makes sense.
        for shift in [0, 7, 14, 21] {
            let byte = usize::from(self.byte()?);
            number += (byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Unreadable)
    }

    fn text(&mut self) -> Result<std::borrow::Cow<'a, [u8]>, Unreadable> {
        let packed = self.0.first().is_some_and(|first| *first >= 0x80);
        let length = self.number(7)?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(Unreadable)?;
        self.0 = rest;
        if packed { huffman::decode(text).map(Into::into).ok_or(Unreadable) } else { Ok(text.into()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let hex: String = hex.split_whitespace().collect();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
    }

    fn lines(fields: Option<Vec<Arc<Field>>>) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let fields = fields.expect("not too long");
        fields.iter().map(|field| format!("{}: {}", text(&field.name), text(&field.value))).collect()
    }

    #[test]
    fn the_examples_of_the_standard() {
        // RFC 7541, C.3 and C.4: the same three requests, plain and in Huffman's code.
        let plain = [
            "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
            "8286 84be 5808 6e6f 2d63 6163 6865",
            "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
        ];
        let packed = [
            "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
            "8286 84be 5886 a8eb 1064 9cbf",
            "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        ];
        for blocks in [plain, packed] {
            let mut decoder = Decoder::default();
            let mut next = |block: &str| lines(decoder.decode(&bytes(block), 4096).expect("readable"));
            assert_eq!(
                next(blocks[0]),
                [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]
            );
            assert_eq!(next(blocks[1])[4], "cache-control: no-cache");
            assert_eq!(
                next(blocks[2]),
                [
                    ":method: GET",
                    ":scheme: https",
                    ":path: /index.html",
                    ":authority: www.example.com",
                    "custom-key: custom-value"
                ]
            );
            assert_eq!(decoder.size, 164);
        }
    }

    #[test]
    fn a_table_forgets_the_oldest_and_may_be_made_smaller() {
        let mut decoder = Decoder::default();
        // 100 headers of 48 bytes in 4,096.
        for number in 0..100 {
            let mut block = vec![0x40, 4];
            block.extend_from_slice(format!("n{number:03}").as_bytes());
            block.extend_from_slice(&[12]);
            block.extend_from_slice(b"twelve-bytes");
            decoder.decode(&block, 4096).expect("readable");
        }
        assert_eq!((decoder.table.len(), decoder.size), (85, 85 * 48));
        assert_eq!(lines(decoder.decode(&[0x80 | 62], 4096).expect("readable")), ["n099: twelve-bytes"]);
        // To 48, then to nothing, and what is longer than the table empties it.
        decoder.decode(&[0x3f, 17, 0x80 | 62], 4096).expect("one is left");
        assert_eq!(decoder.decode(&[0x80 | 63], 4096), Err(Unreadable));
        decoder.decode(&[0x20], 4096).expect("readable");
        assert_eq!(decoder.decode(&[0x80 | 62], 4096), Err(Unreadable));
        decoder.decode(&[0x40, 1, b'a', 1, b'b'], 4096).expect("readable");
        assert!(decoder.table.is_empty());
        // Larger than we allow; after a header.
        assert_eq!(decoder.decode(&bytes("3fe2 1f"), 4096), Err(Unreadable));
        assert_eq!(decoder.decode(&[0x82, 0x20], 4096), Err(Unreadable));
    }

    #[test]
    fn lists_that_are_too_long_are_read_and_not_kept() {
        let mut decoder = Decoder::default();
        decoder.decode(&[0x40, 1, b'a', 1, b'b'], 4096).expect("readable");
        // A small block that stands for a long list.
        assert_eq!(decoder.decode(&vec![0x80 | 62; 10_000], 4096), Ok(None));
        assert_eq!(lines(decoder.decode(&[0x80 | 62], 4096).expect("readable")), ["a: b"]);
    }

    #[test]
    fn what_http2_forbids_is_marked() {
        for (name, value, wrong) in [
            ("te", "trailers", false),
            ("te", "gzip", true),
            ("Te", "trailers", true),
            ("connection", "close", true),
            ("", "x", true),
            ("a b", "x", true),
            ("a", "x\ny", true),
            (":path", "/x", false),
        ] {
            assert_eq!(Field::new(name.as_bytes(), value.as_bytes()).wrong, wrong, "{name}: {value}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_or_refused(blocks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..6)) {
            let mut decoder = Decoder::default();
            for block in blocks {
                let _ = decoder.decode(&block, 300);
                prop_assert!(decoder.size <= TABLE);
                prop_assert_eq!(decoder.size, decoder.table.iter().map(|field| field.size()).sum::<usize>());
            }
        }
    }
}
