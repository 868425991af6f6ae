//! Clients that send a whole URL as `:authority`, like etcdctl 3.4 does for `endpoint status` when
//! the endpoint has `http://`. Upstream's server takes it; our HTTP library refuses the request
//! before anybody sees it. So the scheme is cut out of what arrives.
//!
//! Only the first request of a connection is looked at: a client that sends its authority as it
//! should costs nothing after that.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FRAME_HEADER: usize = 9;
/// The largest frame that a client may send: what HTTP/2 allows without asking.
const MAX_FRAME: usize = 16_384;
const HEADERS: u8 = 1;
const PADDED: u8 = 8;
const PRIORITY: u8 = 0x20;
/// The index of `:authority` in HPACK's static table.
const AUTHORITY: usize = 1;

/// What begins an authority that is none, plain and in HPACK's Huffman code with its length in
/// bits.
#[allow(clippy::unusual_byte_groupings, reason = "a group is a letter")]
const SCHEMES: [(&[u8], u64, u32); 2] = [
    (b"http://", 0b100111_01001_01001_101011_1011100_011000_011000, 41),
    (b"https://", 0b100111_01001_01001_101011_01000_1011100_011000_011000, 46),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is known.
    Preface,
    /// No request has come yet.
    First,
    /// The client is one of those.
    Wrong,
    /// It is not.
    Right,
}

/// A connection whose requests have authorities as they should be.
pub struct Lenient<S> {
    inner: S,
    state: State,
    /// Frames that are not whole yet.
    raw: BytesMut,
    /// What may be read.
    done: BytesMut,
}

impl<S> Lenient<S> {
    /// Looks at what arrives on `inner`.
    pub fn new(inner: S) -> Self {
        Self { inner, state: State::Preface, raw: BytesMut::new(), done: BytesMut::new() }
    }

    /// Moves whole frames on.
    fn advance(&mut self) {
        if self.state == State::Preface {
            let seen = self.raw.len().min(PREFACE.len());
            if self.raw[..seen] != PREFACE[..seen] {
                self.state = State::Right;
            } else if seen == PREFACE.len() {
                self.state = State::First;
                self.done.put(self.raw.split_to(seen));
            }
        }
        while self.state == State::First || self.state == State::Wrong {
            let Some(header) = self.raw.get(..FRAME_HEADER) else { return };
            let len = header[..3].iter().fold(0, |len, byte| (len << 8) | usize::from(*byte));
            if len > MAX_FRAME {
                // The HTTP library refuses it by name.
                self.state = State::Right;
                break;
            }
            if self.raw.len() < FRAME_HEADER + len {
                return;
            }
            let mut frame = self.raw.split_to(FRAME_HEADER + len);
            if frame[3] == HEADERS {
                match mended(&frame) {
                    Some(fixed) => {
                        self.state = State::Wrong;
                        frame = fixed;
                    }
                    None if self.state == State::First => self.state = State::Right,
                    None => {}
                }
            }
            self.done.put(frame);
        }
        if self.state == State::Right {
            self.done.put(self.raw.split());
        }
    }
}

/// A HEADERS frame without the scheme in its authority, if there is one.
fn mended(frame: &[u8]) -> Option<BytesMut> {
    let (flags, mut at) = (frame[4], FRAME_HEADER);
    let mut end = frame.len();
    if flags & PADDED != 0 {
        end = end.checked_sub(usize::from(*frame.get(at)?))?;
        at += 1;
    }
    if flags & PRIORITY != 0 {
        at += 5;
    }
    while at < end {
        let first = *frame.get(at)?;
        let (bits, literal) = match first {
            0x80.. => (7, false),
            0x40.. => (6, true),
            // A change of the table's size.
            0x20.. => (5, false),
            _ => (4, true),
        };
        let name = integer(frame, &mut at, bits)?;
        if !literal {
            continue;
        }
        if name == 0 {
            let (_, len) = text(frame, &mut at)?;
            at += len;
        }
        let start = at;
        let (huffman, len) = text(frame, &mut at)?;
        let value = frame.get(at..at + len)?;
        at += len;
        if name != AUTHORITY {
            continue;
        }
        let shorter = if huffman { cut_huffman(value)? } else { cut_plain(value)? };
        let mut fixed = BytesMut::with_capacity(frame.len());
        fixed.put_slice(&frame[..start]);
        put_text(&mut fixed, huffman, &shorter);
        fixed.put_slice(&frame[at..]);
        let len = u32::try_from(fixed.len() - FRAME_HEADER).ok()?;
        fixed[..3].copy_from_slice(&len.to_be_bytes()[1..]);
        return Some(fixed);
    }
    None
}

/// HPACK's integer with a prefix of so many bits.
fn integer(bytes: &[u8], at: &mut usize, bits: u32) -> Option<usize> {
    let max = (1usize << bits) - 1;
    let mut value = usize::from(*bytes.get(*at)?) & max;
    *at += 1;
    if value < max {
        return Some(value);
    }
    for shift in (0..28).step_by(7) {
        let byte = usize::from(*bytes.get(*at)?);
        *at += 1;
        value += (byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The head of a text: whether it is in Huffman code, and its length.
fn text(bytes: &[u8], at: &mut usize) -> Option<(bool, usize)> {
    let huffman = bytes.get(*at)? & 0x80 != 0;
    Some((huffman, integer(bytes, at, 7)?))
}

fn put_text(into: &mut BytesMut, huffman: bool, value: &[u8]) {
    let flag = if huffman { 0x80 } else { 0 };
    match u8::try_from(value.len()) {
        Ok(len) if len < 0x7f => into.put_u8(flag | len),
        _ => {
            into.put_u8(flag | 0x7f);
            let mut rest = value.len() - 0x7f;
            while rest >= 0x80 {
                into.put_u8(0x80 | u8::try_from(rest & 0x7f).unwrap_or_default());
                rest >>= 7;
            }
            into.put_u8(u8::try_from(rest).unwrap_or_default());
        }
    }
    into.put_slice(value);
}

fn cut_plain(value: &[u8]) -> Option<Vec<u8>> {
    SCHEMES.iter().find_map(|(scheme, ..)| value.strip_prefix(*scheme)).map(<[u8]>::to_vec)
}

/// The same in Huffman code, whose letters have lengths of their own: what follows moves up by
/// bits.
fn cut_huffman(value: &[u8]) -> Option<Vec<u8>> {
    let head = value.get(..8)?.try_into().map(u64::from_be_bytes).ok()?;
    let (_, _, bits) = SCHEMES.iter().find(|(_, code, bits)| head >> (64 - bits) == *code)?;
    // Where the last letter ends.
    let mut end = *bits;
    loop {
        let at = (end / 8) as usize;
        let next = [0, 1, 2].map(|more| value.get(at + more).copied().unwrap_or(0xff));
        let window = (u32::from_be_bytes([0, next[0], next[1], next[2]]) >> (16 - end % 8)) & 0xff;
        match letter(window) {
            Some(len) if (end + len) as usize <= value.len() * 8 => end += len,
            // Less than a byte of ones fills up the last one.
            _ if value.len() * 8 - (end as usize) < 8 => break,
            _ => return None,
        }
    }
    let (whole, part) = ((bits / 8) as usize, bits % 8);
    let rest = &value[whole..];
    let mut moved: Vec<u8> = (0..rest.len())
        .map(|at| (rest[at] << part) | (rest.get(at + 1).copied().unwrap_or(0xff) >> (8 - part)))
        .collect();
    moved.truncate((end - bits).div_ceil(8) as usize);
    Some(moved)
}

/// The bits of the letter that these eight begin with, if it has no more: those of names, numbers
/// and addresses have not.
fn letter(window: u32) -> Option<u32> {
    [(5, 0b01001), (6, 0b10_1101), (7, 0b111_1011), (8, 0b1111_1101)]
        .into_iter()
        .find(|(bits, last)| window >> (8 - bits) <= *last)
        .map(|(bits, _)| bits)
}

impl<S: AsyncRead + Unpin> AsyncRead for Lenient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.done.is_empty() {
            if this.state == State::Right {
                return Pin::new(&mut this.inner).poll_read(context, buffer);
            }
            let mut space = [0; 4096];
            let mut space = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.inner).poll_read(context, &mut space))?;
            if space.filled().is_empty() {
                // The end, maybe in the middle of a frame: whoever reads judges that.
                this.state = State::Right;
                this.done.put(this.raw.split());
                if this.done.is_empty() {
                    return Poll::Ready(Ok(()));
                }
            } else {
                this.raw.put_slice(space.filled());
                this.advance();
            }
        }
        let len = this.done.len().min(buffer.remaining());
        buffer.put_slice(&this.done[..len]);
        this.done.advance(len);
        if this.done.is_empty() && this.state == State::Right {
            this.done = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lenient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt;

    use super::*;

    /// The request of etcdctl 3.4, to `http://127.0.0.1:23793`.
    const OLD: &[u8] = b"\x83\x86\x45\x97\x60\xa9\x24\x88\x2d\x9d\xcb\x65\x71\xaf\xa0\x66\xa9\x25\xa8\x75\
        \x10\xac\x6e\x48\xd3\x6a\x3f\x41\x90\x9d\x29\xae\xe3\x0c\x04\x4e\xae\x05\xc0\xb8\x6e\x09\x97\x5f\x67";

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let len = u32::try_from(payload.len()).expect("small").to_be_bytes();
        [&len[1..], &[kind, 4, 0, 0, 0, 1], payload].concat()
    }

    async fn through(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Lenient::new(in_two(bytes)).read_to_end(&mut out).await.expect("reads");
        out
    }

    fn in_two(bytes: &[u8]) -> impl AsyncRead + Unpin {
        AsyncReadExt::chain(
            std::io::Cursor::new(bytes[..bytes.len() / 3].to_vec()),
            std::io::Cursor::new(bytes[bytes.len() / 3..].to_vec()),
        )
    }

    #[tokio::test]
    async fn the_scheme_is_cut_out_and_nothing_else() {
        let settings = frame(4, &[]);
        let old = [PREFACE, &settings, &frame(HEADERS, OLD), &frame(0, b"data")].concat();
        let expected = {
            // 127.0.0.1:23793 in Huffman code.
            let value = b"\x08\x9d\x5c\x0b\x81\x70\xdc\x13\x2e\xbe\xcf";
            let block = [&OLD[..27], &[0x41, 0x80 | 11], &value[..]].concat();
            let value = [PREFACE, &settings, &frame(HEADERS, &block), &frame(0, b"data")].concat();
            assert!(value.len() + 5 == old.len());
            value
        };
        let got = through(&old).await;
        assert_eq!(got, expected);
        assert_eq!(through(&expected).await, expected, "what is right stays");
        let plain = [b"\x83\x01\x16https://127.0.0.1:2379".to_vec(), b"\x84".to_vec()].concat();
        let fixed = [b"\x83\x01\x0e127.0.0.1:2379".to_vec(), b"\x84".to_vec()].concat();
        let connection = |block: &[u8]| [PREFACE, &frame(HEADERS, block)].concat();
        assert_eq!(through(&connection(&plain)).await, connection(&fixed));
        assert_eq!(through(b"GET / HTTP/1.1\r\n\r\n").await, b"GET / HTTP/1.1\r\n\r\n");
    }

    /// Huffman code of what is in addresses.
    fn encode(text: &str) -> Vec<u8> {
        let code = |letter: char| match letter {
            '0'..='2' => format!("{:05b}", letter as u32 - '0' as u32),
            '3'..='9' => format!("{:06b}", letter as u32 - '3' as u32 + 0b01_1001),
            '.' => "010111".into(),
            '/' => "011000".into(),
            ':' => "1011100".into(),
            'h' => "100111".into(),
            't' => "01001".into(),
            'p' => "101011".into(),
            's' => "01000".into(),
            other => unreachable!("{other}"),
        };
        let mut bits: String = text.chars().map(code).collect();
        while !bits.len().is_multiple_of(8) {
            bits.push('1');
        }
        bits.as_bytes()
            .chunks(8)
            .map(|byte| byte.iter().fold(0, |byte, bit| (byte << 1) | (bit - b'0')))
            .collect()
    }

    #[test]
    fn every_address_is_found_behind_its_scheme() {
        for port in 1..=u16::MAX {
            for scheme in ["http://", "https://"] {
                let address = format!("10.0.3.{}:{port}", port % 256);
                let cut = cut_huffman(&encode(&format!("{scheme}{address}")));
                assert_eq!(cut, Some(encode(&address)), "{scheme}{address}");
            }
        }
    }

    proptest! {
        /// Untrusted bytes: what has no such authority passes as it is, and nothing panics.
        #[test]
        fn any_bytes_pass(frames in prop::collection::vec((0u8..10, prop::collection::vec(any::<u8>(), 0..80)), 0..6), tail: Vec<u8>) {
            let mut bytes = PREFACE.to_vec();
            for (kind, payload) in &frames {
                bytes.extend(frame(*kind, payload));
            }
            bytes.extend(&tail);
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            let got = runtime.block_on(through(&bytes));
            if !frames.iter().any(|(kind, _)| *kind == HEADERS) {
                // The tail may be a frame of its own.
                prop_assert!(got.len() + 8 >= bytes.len(), "{} of {}", got.len(), bytes.len());
            }
            let mut headers = frame(HEADERS, &tail);
            headers[4] = tail.first().copied().unwrap_or_default();
            let _ = mended(&headers);
        }
    }
}
