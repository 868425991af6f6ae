//! HPACK's Huffman code (RFC 7541, appendix B). It is canonical: how long each symbol's code is
//! says what the codes are.

/// Bits of each byte's code, and of the end's.
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6,
    6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7,
    8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7,
    15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24,
    23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23,
    23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26,
    26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20,
    21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27,
    27, 27, 26, 30,
];
const LONGEST: usize = 30;
const SHORTEST: usize = 5;
/// The symbol that no text may hold.
const END: u16 = 256;

struct Code {
    /// The first code of each length,
    first: [u32; LONGEST + 1],
    /// and where its symbol is.
    start: [u16; LONGEST + 2],
    /// By length, then by value.
    symbols: [u16; 257],
}

const CODE: Code = {
    let mut code = Code { first: [0; LONGEST + 1], start: [0; LONGEST + 2], symbols: [0; 257] };
    let (mut next, mut at, mut length) = (0u32, 0usize, 1);
    while length <= LONGEST {
        next <<= 1;
        code.first[length] = next;
        code.start[length] = at as u16;
        let mut symbol = 0;
        while symbol < LENGTHS.len() {
            if LENGTHS[symbol] as usize == length {
                code.symbols[at] = symbol as u16;
                at += 1;
                next += 1;
            }
            symbol += 1;
        }
        length += 1;
    }
    code.start[LONGEST + 1] = at as u16;
    code
};
static TABLE: Code = CODE;

/// The symbol whose code begins `bits` bits of `held`, and its length.
fn symbol(held: u64, bits: usize) -> Option<(u16, usize)> {
    (SHORTEST..=LONGEST.min(bits)).find_map(|length| {
        let code = (held >> (bits - length)) as u32 & ((1 << length) - 1);
        let at = usize::from(TABLE.start[length]) + code.checked_sub(TABLE.first[length])? as usize;
        (at < usize::from(TABLE.start[length + 1])).then(|| (TABLE.symbols[at], length))
    })
}

/// The text that `bytes` stand for; `None` if they stand for none.
pub fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(bytes.len() * 8 / SHORTEST);
    let (mut held, mut bits, mut input) = (0u64, 0usize, bytes.iter());
    loop {
        while bits < LONGEST
            && let Some(byte) = input.next()
        {
            held = held << 8 | u64::from(*byte);
            bits += 8;
        }
        let Some((found, length)) = symbol(held, bits) else { break };
        if found == END {
            return None;
        }
        text.push(found as u8);
        bits -= length;
    }
    // What fills the last byte are ones.
    let rest = (1u64 << bits) - 1;
    (bits < 8 && held & rest == rest).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encode(text: &[u8]) -> Vec<u8> {
        let (mut held, mut bits, mut out) = (0u64, 0, Vec::new());
        for byte in text {
            let length = usize::from(LENGTHS[usize::from(*byte)]);
            let place = TABLE.symbols.iter().position(|symbol| *symbol == u16::from(*byte)).expect("all are");
            let code = TABLE.first[length] + (place - usize::from(TABLE.start[length])) as u32;
            held = held << length | u64::from(code);
            bits += length;
            while bits >= 8 {
                bits -= 8;
                out.push((held >> bits) as u8);
                held &= (1 << bits) - 1;
            }
        }
        if bits > 0 {
            out.push((held << (8 - bits)) as u8 | (0xff >> bits) as u8);
        }
        out
    }

    #[test]
    fn the_examples_of_the_standard() {
        // RFC 7541, C.4 and C.6.
        for (text, code) in [
            ("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"),
            ("no-cache", "a8eb10649cbf"),
            ("custom-key", "25a849e95ba97d7f"),
            ("custom-value", "25a849e95bb8e8b4bf"),
            ("302", "6402"),
            ("Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"),
        ] {
            let bytes: Vec<u8> = (0..code.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&code[at..at + 2], 16).expect("hex"))
                .collect();
            assert_eq!(decode(&bytes).as_deref(), Some(text.as_bytes()));
            assert_eq!(encode(text.as_bytes()), bytes);
        }
    }

    #[test]
    fn wrong_ends_are_refused() {
        assert_eq!(decode(&[]), Some(Vec::new()));
        // Nothing but filling, eight bits of it.
        assert_eq!(decode(&[0xff]), None);
        // The end's code.
        assert_eq!(decode(&[0xff, 0xff, 0xff, 0xff]), None);
        // Filled with a zero.
        assert_eq!(decode(&[0b1111_1000, 0b0000_0000]), None);
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(text in prop::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(decode(&encode(&text)), Some(text));
        }

        #[test]
        fn anything_is_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Some(text) = decode(&bytes) {
                prop_assert_eq!(encode(&text), bytes);
            }
        }
    }
}
