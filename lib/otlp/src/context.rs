//! Where a span stands in its trace, as W3C's Trace Context carries it between programs:
//! the headers `traceparent` and `tracestate`.

/// The longest `tracestate` that is carried on.
const STATE: usize = 512;

/// A span's place in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The trace; never all zeros.
    pub trace: [u8; 16],
    /// The span; never all zeros.
    pub span: [u8; 8],
    /// Whether the trace is recorded.
    pub sampled: bool,
    /// What tracing systems have to say to themselves, carried on as it is.
    pub state: String,
}

/// Bytes from lower-case hexadecimal digits.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut out = [0; N];
    for (byte, at) in out.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(out)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Text takes whatever is written.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Context {
    /// From the headers; `None` when there is no place in them that is well formed. A version that is not known
    /// may have more behind the fields that are.
    pub fn parse(parent: &str, state: &str) -> Option<Self> {
        let mut parts = parent.trim().split('-');
        let [version] = bytes::<1>(parts.next()?)?;
        let trace = bytes(parts.next()?)?;
        let span = bytes(parts.next()?)?;
        let [flags] = bytes::<1>(parts.next()?)?;
        let longer = parts.next().is_some();
        if version == 0xff || (version == 0 && longer) || trace == [0; 16] || span == [0; 8] {
            return None;
        }
        let state = if state.len() <= STATE && state.is_ascii() { state.to_string() } else { String::new() };
        Some(Self { trace, span, sampled: flags & 1 == 1, state })
    }

    /// The value of `traceparent`.
    pub fn parent(&self) -> String {
        format!("00-{}-{}-{:02x}", hex(&self.trace), hex(&self.span), u8::from(self.sampled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn headers() {
        let context = Context::parse(GOOD, "vendor=1").expect("a place");
        assert_eq!(context.parent(), GOOD);
        assert!(context.sampled && context.state == "vendor=1");
        let not = Context::parse(&GOOD.replace("-01", "-00"), "").expect("a place");
        assert!(!not.sampled);
        // Flags that are not known, and versions to come, say what they say.
        assert!(Context::parse(&GOOD.replace("-01", "-03"), "").is_some_and(|context| context.sampled));
        assert!(Context::parse(&format!("01{}-more", &GOOD[2..]), "").is_some());
        assert_eq!(
            Context::parse(GOOD, &"x".repeat(STATE + 1)).map(|context| context.state),
            Some(String::new())
        );
    }

    #[test]
    fn what_is_no_place() {
        for text in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e47ä-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Context::parse(text, ""), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_place_is_read_back(trace: [u8; 16], span: [u8; 8], sampled: bool) {
            let context = Context { trace, span, sampled, state: String::new() };
            let valid = trace != [0; 16] && span != [0; 8];
            proptest::prop_assert_eq!(Context::parse(&context.parent(), ""), valid.then_some(context));
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = Context::parse(&text, &text);
        }
    }
}
