//! Header blocks: names and values with lengths, compressed by one zlib stream a direction that
//! begins with a dictionary from the protocol's text.

use std::sync::LazyLock;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::Error;

/// Header names (lower case) and values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// From names and values; names are lower-cased.
    pub fn new<N: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.as_ref().to_ascii_lowercase(), value.into()))
                .collect(),
        )
    }

    /// The value of a header; its name is taken in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The most that one block may grow to when it is unpacked.
const MOST: usize = 64 * 1024;

/// Words of the dictionary; each has its length before it.
const WORDS: &str = "options head post put delete trace accept accept-charset accept-encoding \
accept-language accept-ranges age allow authorization cache-control connection content-base \
content-encoding content-language content-length content-location content-md5 content-range \
content-type date etag expect expires from host if-match if-modified-since if-none-match if-range \
if-unmodified-since last-modified location max-forwards pragma proxy-authenticate \
proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade \
user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public \
set-cookie keep-alive origin";
/// What follows the words, without lengths.
const TAIL: &str = "100101201202205206300302303304305306307402405406407408409410411412413414415416\
417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 \
Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service \
UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, \
Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,\
text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,\
utf-,*,enq=0.";

static DICTIONARY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut all = Vec::with_capacity(1423);
    for word in WORDS.split(' ') {
        let word = word.replace('_', " ");
        all.extend_from_slice(&(word.len() as u32).to_be_bytes());
        all.extend_from_slice(word.as_bytes());
    }
    all.extend_from_slice(TAIL.as_bytes());
    all
});

/// Packs the blocks of one direction.
pub struct Packer(Compress);

impl Packer {
    pub fn new() -> Result<Self, Error> {
        let mut zlib = Compress::new(Compression::best(), true);
        zlib.set_dictionary(&DICTIONARY).map_err(broken)?;
        Ok(Self(zlib))
    }

    pub fn pack(&mut self, headers: &Headers) -> Result<Vec<u8>, Error> {
        let mut plain = Vec::new();
        plain.extend_from_slice(&(headers.0.len() as u32).to_be_bytes());
        for (name, value) in &headers.0 {
            for text in [name, value] {
                plain.extend_from_slice(&(text.len() as u32).to_be_bytes());
                plain.extend_from_slice(text.as_bytes());
            }
        }
        let mut packed = Vec::with_capacity(plain.len() + 64);
        let begun = self.0.total_in();
        loop {
            let done = (self.0.total_in() - begun) as usize;
            self.0.compress_vec(&plain[done..], &mut packed, FlushCompress::Sync).map_err(broken)?;
            // Room left over means that everything is out.
            if packed.len() < packed.capacity() {
                return Ok(packed);
            }
            packed.reserve(1024);
        }
    }
}

/// Unpacks the blocks of one direction.
pub struct Unpacker(Decompress);

impl Unpacker {
    pub fn new() -> Self {
        Self(Decompress::new(true))
    }

    pub fn unpack(&mut self, packed: &[u8]) -> Result<Headers, Error> {
        let mut plain = Vec::with_capacity(1024);
        let begun = self.0.total_in();
        loop {
            let done = (self.0.total_in() - begun) as usize;
            match self.0.decompress_vec(&packed[done..], &mut plain, FlushDecompress::Sync) {
                Ok(Status::StreamEnd) => return Err(Error::Protocol("the header stream ended".into())),
                Ok(_) if plain.len() < plain.capacity() => return parse(&plain),
                Ok(_) if plain.len() >= MOST => {
                    return Err(Error::Protocol(format!("a header block is larger than {MOST} bytes")));
                }
                Ok(_) => plain.reserve(4096),
                Err(error) if error.needs_dictionary().is_some() => {
                    self.0.set_dictionary(&DICTIONARY).map_err(broken)?;
                }
                Err(error) => return Err(broken(error)),
            }
        }
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Protocol(format!("header compression: {error}"))
}

fn parse(plain: &[u8]) -> Result<Headers, Error> {
    fn number(rest: &mut &[u8]) -> Option<usize> {
        let (bytes, after) = rest.split_first_chunk::<4>()?;
        *rest = after;
        Some(u32::from_be_bytes(*bytes) as usize)
    }
    fn text(rest: &mut &[u8]) -> Option<String> {
        let (bytes, after) = number(rest).and_then(|length| rest.split_at_checked(length))?;
        *rest = after;
        String::from_utf8(bytes.to_vec()).ok()
    }
    let mut rest = plain;
    let mut read = || {
        let count = number(&mut rest)?;
        (0..count).map(|_| Some((text(&mut rest)?, text(&mut rest)?))).collect::<Option<Vec<_>>>()
    };
    match read() {
        Some(pairs) => Ok(Headers(pairs)),
        None => Err(Error::Protocol("a header block is cut short or not text".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The checksum by which SPDY/3's dictionary goes on the wire.
    #[test]
    fn the_dictionary_is_the_protocols() {
        let (mut a, mut b) = (1u32, 0u32);
        for byte in DICTIONARY.iter() {
            a = (a + u32::from(*byte)) % 65521;
            b = (b + a) % 65521;
        }
        assert_eq!(b << 16 | a, 0xe3c6_a7c2);
        assert_eq!(DICTIONARY.len(), 1423);
    }

    #[test]
    fn names_in_any_case() {
        let headers = Headers::new([("streamType", "error"), ("port", "80")]);
        assert_eq!(headers.get("StreamType"), Some("error"));
        assert_eq!(headers.get("x"), None);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Unpacker::new().unpack(b"not zlib at all").is_err());
        assert!(parse(&[0, 0, 0, 1, 0, 0, 0, 9, b'x']).is_err());
        assert!(parse(&[0xff; 16]).is_err());
        assert!(parse(&[]).is_err());
    }

    #[test]
    fn blocks_that_explode_are_refused() {
        let mut packer = Packer::new().expect("a packer");
        let packed = packer.pack(&Headers::new([("a", "x".repeat(10 << 20))])).expect("packed");
        assert!(Unpacker::new().unpack(&packed).is_err());
    }

    proptest! {
        #[test]
        fn blocks_come_back(
            blocks in prop::collection::vec(prop::collection::vec(("[a-z]{1,9}", ".{0,300}"), 0..8), 1..6)
        ) {
            let (mut packer, mut unpacker) = (Packer::new().expect("a packer"), Unpacker::new());
            for pairs in blocks {
                let headers = Headers::new(pairs);
                let packed = packer.pack(&headers).expect("packed");
                prop_assert_eq!(unpacker.unpack(&packed).expect("unpacked"), headers);
            }
        }

        #[test]
        fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = parse(&bytes);
            let _ = Unpacker::new().unpack(&bytes);
        }
    }
}
