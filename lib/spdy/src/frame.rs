//! Frames: what goes over the wire, read and written one at a time.

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::Error;
use crate::headers::{Headers, Packer, Unpacker};

const VERSION: u16 = 3;
const SYN_STREAM: u16 = 1;
const SYN_REPLY: u16 = 2;
const RST_STREAM: u16 = 3;
const PING: u16 = 6;
const GOAWAY: u16 = 7;
const HEADERS: u16 = 8;

const FIN: u8 = 1;

/// The most that a control frame may hold.
const MOST_CONTROL: usize = 64 * 1024;
/// Data is handed on in pieces of this size, however large its frame is.
const PIECE: usize = 32 * 1024;

/// RST_STREAM's codes that we send.
pub mod reset {
    pub const PROTOCOL_ERROR: u32 = 1;
    pub const INVALID_STREAM: u32 = 2;
    pub const CANCEL: u32 = 5;
}

/// One frame. SETTINGS, WINDOW_UPDATE and CREDENTIAL say nothing to us and are passed over.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    SynStream {
        id: u32,
        fin: bool,
        headers: Headers,
    },
    SynReply {
        id: u32,
        fin: bool,
    },
    Reset {
        id: u32,
        status: u32,
    },
    Ping(u32),
    GoAway {
        last: u32,
    },
    /// More headers, which nobody reads here, and perhaps the stream's end.
    Headers {
        id: u32,
        fin: bool,
    },
    Data {
        id: u32,
        fin: bool,
        bytes: Bytes,
    },
}

fn control(kind: u16, flags: u8, payload: &[u8]) -> BytesMut {
    let mut out = BytesMut::with_capacity(8 + payload.len());
    out.put_u16(0x8000 | VERSION);
    out.put_u16(kind);
    out.put_u32(u32::from(flags) << 24 | payload.len() as u32);
    out.put_slice(payload);
    out
}

impl Frame {
    /// The frame's head and its data, to be written one after the other.
    pub fn encode(self, packer: &mut Packer) -> Result<(BytesMut, Bytes), Error> {
        let word = |number: u32| number.to_be_bytes();
        let head = match self {
            Self::SynStream { id, fin, headers } => {
                let block = packer.pack(&headers)?;
                // No parent stream; priority and credential slot are 0.
                let payload = [&word(id)[..], &word(0), &[0, 0], &block].concat();
                if payload.len() > MOST_CONTROL {
                    return Err(Error::Protocol("a stream's headers are too large".into()));
                }
                control(SYN_STREAM, u8::from(fin) * FIN, &payload)
            }
            Self::SynReply { id, fin } => {
                let block = packer.pack(&Headers::default())?;
                control(SYN_REPLY, u8::from(fin) * FIN, &[&word(id)[..], &block].concat())
            }
            Self::Reset { id, status } => control(RST_STREAM, 0, &[word(id), word(status)].concat()),
            Self::Ping(id) => control(PING, 0, &word(id)),
            Self::GoAway { last } => control(GOAWAY, 0, &[word(last), word(0)].concat()),
            Self::Headers { id, fin } => {
                let block = packer.pack(&Headers::default())?;
                control(HEADERS, u8::from(fin) * FIN, &[&word(id)[..], &block].concat())
            }
            Self::Data { id, fin, bytes } => {
                let mut head = BytesMut::with_capacity(8);
                head.put_u32(id);
                head.put_u32(u32::from(fin) << 24 | bytes.len() as u32);
                return Ok((head, bytes));
            }
        };
        Ok((head, Bytes::new()))
    }
}

/// Reads frames.
pub struct Reader<R> {
    from: R,
    unpacker: Unpacker,
    /// What is left of a data frame that is handed on in pieces.
    rest: Option<(u32, bool, usize)>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub fn new(from: R) -> Self {
        Self { from, unpacker: Unpacker::new(), rest: None }
    }

    /// The next frame; `None` when the peer has closed between two frames.
    pub async fn next(&mut self) -> Result<Option<Frame>, Error> {
        loop {
            if let Some((id, fin, left)) = self.rest.take() {
                let size = left.min(PIECE);
                let mut bytes = vec![0; size];
                self.from.read_exact(&mut bytes).await?;
                let last = size == left;
                if !last {
                    self.rest = Some((id, fin, left - size));
                }
                return Ok(Some(Frame::Data { id, fin: fin && last, bytes: bytes.into() }));
            }
            let mut head = [0; 8];
            if self.from.read(&mut head[..1]).await? == 0 {
                return Ok(None);
            }
            self.from.read_exact(&mut head[1..]).await?;
            let [a, b, c, d, flags, l1, l2, l3] = head;
            let length = u32::from_be_bytes([0, l1, l2, l3]) as usize;
            let fin = flags & FIN != 0;
            if a & 0x80 == 0 {
                self.rest = Some((u32::from_be_bytes([a, b, c, d]), fin, length));
                continue;
            }
            let (version, kind) = (u16::from_be_bytes([a & 0x7f, b]), u16::from_be_bytes([c, d]));
            if version != VERSION {
                return Err(Error::Protocol(format!("version {version} where 3 is spoken")));
            }
            if length > MOST_CONTROL {
                return Err(Error::Protocol(format!("a control frame of {length} bytes")));
            }
            let mut payload = vec![0; length];
            self.from.read_exact(&mut payload).await?;
            if let Some(frame) = self.control(kind, fin, &payload)? {
                return Ok(Some(frame));
            }
        }
    }

    fn control(&mut self, kind: u16, fin: bool, payload: &[u8]) -> Result<Option<Frame>, Error> {
        let short = || Error::Protocol(format!("a control frame of type {kind} is too short"));
        let word = |at: usize| {
            let bytes = payload.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map(u32::from_be_bytes).ok_or_else(short)
        };
        // Every header block must be read: the next one builds on it.
        Ok(Some(match kind {
            SYN_STREAM => Frame::SynStream {
                id: word(0)? & 0x7fff_ffff,
                fin,
                headers: self.unpacker.unpack(payload.get(10..).ok_or_else(short)?)?,
            },
            SYN_REPLY | HEADERS => {
                let id = word(0)? & 0x7fff_ffff;
                self.unpacker.unpack(payload.get(4..).ok_or_else(short)?)?;
                if kind == HEADERS { Frame::Headers { id, fin } } else { Frame::SynReply { id, fin } }
            }
            RST_STREAM => Frame::Reset { id: word(0)? & 0x7fff_ffff, status: word(4)? },
            PING => Frame::Ping(word(0)?),
            GOAWAY => Frame::GoAway { last: word(0)? & 0x7fff_ffff },
            _ => return Ok(None),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frames() -> impl Strategy<Value = Frame> {
        let id = 1..0x7fff_ffffu32;
        let headers = prop::collection::vec(("[a-z]{1,9}", ".{0,30}"), 0..5).prop_map(Headers::new);
        prop_oneof![
            (id.clone(), any::<bool>(), headers).prop_map(|(id, fin, headers)| Frame::SynStream {
                id,
                fin,
                headers
            }),
            (id.clone(), any::<bool>()).prop_map(|(id, fin)| Frame::SynReply { id, fin }),
            (id.clone(), any::<bool>()).prop_map(|(id, fin)| Frame::Headers { id, fin }),
            (id.clone(), 0..12u32).prop_map(|(id, status)| Frame::Reset { id, status }),
            any::<u32>().prop_map(Frame::Ping),
            id.clone().prop_map(|last| Frame::GoAway { last }),
            (id, any::<bool>(), prop::collection::vec(any::<u8>(), 0..PIECE))
                .prop_map(|(id, fin, bytes)| Frame::Data { id, fin, bytes: bytes.into() }),
        ]
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
    }

    proptest! {
        #[test]
        fn frames_come_back(all in prop::collection::vec(frames(), 1..8)) {
            let mut packer = Packer::new().expect("a packer");
            let mut wire = Vec::new();
            let mut expected = Vec::new();
            for frame in all {
                expected.push(format!("{frame:?}"));
                let (head, data) = frame.encode(&mut packer).expect("encoded");
                wire.extend_from_slice(&head);
                wire.extend_from_slice(&data);
            }
            let mut reader = Reader::new(&wire[..]);
            run(async {
                for expected in expected {
                    let frame = reader.next().await.expect("a frame").expect("not the end");
                    assert_eq!(format!("{frame:?}"), expected);
                }
                assert!(reader.next().await.expect("the end").is_none());
            });
        }

        #[test]
        fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let mut reader = Reader::new(&bytes[..]);
            run(async { while let Ok(Some(_)) = reader.next().await {} });
        }
    }

    #[test]
    fn large_data_comes_in_pieces() {
        let mut wire = vec![0, 0, 0, 5, FIN, 1, 0, 0];
        wire.extend(vec![7; 0x10000]);
        let mut reader = Reader::new(&wire[..]);
        run(async {
            let first = reader.next().await.expect("a frame");
            assert_eq!(first, Some(Frame::Data { id: 5, fin: false, bytes: vec![7; PIECE].into() }));
            let second = reader.next().await.expect("a frame");
            assert_eq!(second, Some(Frame::Data { id: 5, fin: true, bytes: vec![7; PIECE].into() }));
        });
    }
}
