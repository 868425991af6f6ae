//! Frames, flags and error codes (RFC 9113, sections 4, 6 and 7).

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PADDED: u8 = 8;
pub const PRIORITIZED: u8 = 0x20;

/// The length of a frame's head.
pub const HEAD: usize = 9;
/// The longest payload that is sent without asking.
pub const LONGEST: usize = 16_384;
/// The widest window.
pub const WIDEST: i64 = (1 << 31) - 1;

/// Why a connection or a stream ends: HTTP/2's error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Reason {
    NoError = 0,
    Protocol = 1,
    Internal = 2,
    FlowControl = 3,
    StreamClosed = 5,
    FrameSize = 6,
    Refused = 7,
    Compression = 9,
    Calm = 11,
}

/// What is before each payload.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    pub length: usize,
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
}

impl Head {
    pub fn parse(bytes: &[u8; HEAD]) -> Self {
        let [a, b, c, kind, flags, stream @ ..] = *bytes;
        Self {
            length: usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c),
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & 0x7fff_ffff,
        }
    }

    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub fn bytes(&self) -> [u8; HEAD] {
        let [_, a, b, c] = u32::try_from(self.length).unwrap_or(u32::MAX).to_be_bytes();
        let [d, e, f, g] = self.stream.to_be_bytes();
        [a, b, c, self.kind, self.flags, d, e, f, g]
    }
}

/// Writes a frame.
pub fn put(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    out.extend_from_slice(&Head { length: payload.len(), kind, flags, stream }.bytes());
    out.extend_from_slice(payload);
}

/// Makes what follows after the head that begins at `begin` data of a stream: in one frame, or in as
/// many as it takes, each with a head of its own.
pub fn divide(out: &mut Vec<u8>, begin: usize, longest: usize, stream: u32) {
    let first = begin + HEAD;
    let length = out.len() - first;
    let frames = length.div_ceil(longest).max(1);
    out.resize(out.len() + (frames - 1) * HEAD, 0);
    // The last ones move first, as they have to make room.
    for frame in (0..frames).rev() {
        let from = first + frame * longest;
        let length = (length - frame * longest).min(longest);
        let to = from + frame * HEAD;
        out.copy_within(from..from + length, to);
        let head = Head { length, kind: DATA, flags: 0, stream };
        out[to - HEAD..to].copy_from_slice(&head.bytes());
    }
}

/// Writes a block of headers, in as many frames as it takes.
pub fn headers(out: &mut Vec<u8>, stream: u32, block: &[u8], end: bool) {
    let (mut kind, mut flags) = (HEADERS, if end { END_STREAM } else { 0 });
    let mut parts = block.chunks(LONGEST).peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            flags |= END_HEADERS;
        }
        put(out, kind, flags, stream, part);
        (kind, flags) = (CONTINUATION, 0);
    }
}

/// Opens a window further.
pub fn window(out: &mut Vec<u8>, stream: u32, more: u32) {
    put(out, WINDOW_UPDATE, 0, stream, &more.to_be_bytes());
}

/// Ends a stream by force.
pub fn reset(out: &mut Vec<u8>, stream: u32, reason: Reason) {
    put(out, RST_STREAM, 0, stream, &(reason as u32).to_be_bytes());
}

/// The payload without its padding; `None` if there is more padding than payload.
pub fn unpadded(head: Head, payload: &[u8]) -> Option<&[u8]> {
    if !head.has(PADDED) {
        return Some(payload);
    }
    let (padding, rest) = payload.split_first()?;
    rest.get(..rest.len().checked_sub(usize::from(*padding))?)
}
