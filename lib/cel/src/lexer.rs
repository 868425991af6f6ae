//! From text to tokens.

use crate::ParseError;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Ident(String),
    Int(u64),
    UInt(u64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

const SIGNS: [&str; 27] = [
    "||", "&&", "<=", ">=", "==", "!=", "?.", "[?", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(",
    ")", "[", "]", "{", "}", ",", ".", ";",
];

/// The tokens of a text, each with its place.
pub fn tokens(text: &str) -> Result<Vec<(Token, usize)>, ParseError> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            out.push((Token::End, at));
            return Ok(out);
        };
        let fail = |message: &str| Err(ParseError::syntax(at, message));
        if let Some((token, after)) = literal(rest, at)? {
            out.push((token, at));
            rest = after;
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            let (token, after) = number(rest, at)?;
            out.push((token, at));
            rest = after;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            out.push((Token::Ident(rest[..end].to_string()), at));
            rest = &rest[end..];
        } else if first == '`' {
            let Some(end) = rest[1..].find('`') else { return fail("an unclosed `") };
            out.push((Token::Ident(rest[1..=end].to_string()), at));
            rest = &rest[end + 2..];
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            out.push((Token::Sign(sign), at));
            rest = &rest[sign.len()..];
        } else {
            return fail(&format!("token recognition error at {first:?}"));
        }
    }
}

fn number(text: &str, at: usize) -> Result<(Token, &str), ParseError> {
    let fail = || ParseError::syntax(at, "invalid number");
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let end = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let value = u64::from_str_radix(&hex[..end], 16).map_err(|_| fail())?;
        return Ok(match hex[end..].strip_prefix(['u', 'U']) {
            Some(rest) => (Token::UInt(value), rest),
            None => (Token::Int(value), &hex[end..]),
        });
    }
    let bytes = text.as_bytes();
    let mut end = 0;
    let mut is_double = false;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' => {}
            b'.' if !is_double && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) => is_double = true,
            b'e' | b'E' => {
                let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
                if !bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                    break;
                }
                is_double = true;
                end += sign;
            }
            _ => break,
        }
        end += 1;
    }
    let (digits, rest) = text.split_at(end);
    if is_double {
        return Ok((Token::Double(digits.parse().map_err(|_| fail())?), rest));
    }
    let value = digits.parse().map_err(|_| fail())?;
    Ok(match rest.strip_prefix(['u', 'U']) {
        Some(rest) => (Token::UInt(value), rest),
        None => (Token::Int(value), rest),
    })
}

/// A text or bytes, if one begins here.
fn literal(text: &str, at: usize) -> Result<Option<(Token, &str)>, ParseError> {
    let (mut raw, mut bytes) = (false, false);
    let mut rest = text;
    for _ in 0..2 {
        if !raw && let Some(after) = rest.strip_prefix(['r', 'R']) {
            (raw, rest) = (true, after);
        } else if !bytes && let Some(after) = rest.strip_prefix(['b', 'B']) {
            (bytes, rest) = (true, after);
        }
    }
    let Some(quote) = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(*quote)) else {
        return Ok(None);
    };
    rest = &rest[quote.len()..];
    let fail = |what: &str| ParseError::syntax(at, what);
    let mut out: Vec<u8> = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(quote) {
            let token = if bytes {
                Token::Bytes(out)
            } else {
                Token::Text(String::from_utf8(out).map_err(|_| fail("a text is not UTF-8"))?)
            };
            return Ok(Some((token, after)));
        }
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { return Err(fail("an unclosed text")) };
        if c == '\n' && quote.len() == 1 {
            return Err(fail("a line ends within a text"));
        }
        if c != '\\' || raw {
            out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            rest = chars.as_str();
            continue;
        }
        let Some(escape) = chars.next() else { return Err(fail("an unclosed text")) };
        let after = chars.as_str();
        let digits = |length: usize, radix: u32| -> Result<(u32, &str), ParseError> {
            let digits = after.get(..length).ok_or_else(|| fail("an invalid escape"))?;
            Ok((u32::from_str_radix(digits, radix).map_err(|_| fail("an invalid escape"))?, &after[length..]))
        };
        let plain = match escape {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'v' => Some('\x0b'),
            '\\' | '\'' | '"' | '`' | '?' => Some(escape),
            _ => None,
        };
        if let Some(c) = plain {
            out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            rest = after;
            continue;
        }
        let (code, end) = match escape {
            'x' | 'X' => digits(2, 16)?,
            'u' => digits(4, 16)?,
            'U' => digits(8, 16)?,
            '0'..='3' => {
                let (low, end) = digits(2, 8)?;
                (escape.to_digit(8).unwrap_or(0) * 64 + low, end)
            }
            _ => return Err(fail("an invalid escape")),
        };
        if bytes && !matches!(escape, 'u' | 'U') {
            out.push(u8::try_from(code).map_err(|_| fail("an invalid escape"))?);
        } else {
            let c = char::from_u32(code).ok_or_else(|| fail("an invalid escape"))?;
            out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        rest = end;
    }
}
