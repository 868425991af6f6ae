//! Quantities: fixed-point numbers with a suffix, such as `100m`, `1.5Gi` or `12e6`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// How a quantity was written, and so how it is written back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `12e6`
    Exponent,
    /// `12Mi`
    Binary,
    /// `12M`
    Decimal,
}

/// A number held exactly in billionths, the finest that the API allows; finer input rounds up.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

/// The text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAQuantity {
    /// Not a number with a suffix.
    #[error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    Format,
    /// A suffix that there is not.
    #[error("unable to parse quantity's suffix")]
    Suffix,
}

const NANO: i128 = 1_000_000_000;
/// Larger magnitudes are capped, as upstream caps them.
const MAX: i128 = (i64::MAX as i128) * NANO;

impl Quantity {
    /// Zero.
    pub const ZERO: Self = Self { nanos: 0, format: Format::Decimal };

    /// A whole number.
    pub fn from_units(units: i64) -> Self {
        Self { nanos: i128::from(units) * NANO, format: Format::Decimal }
    }

    /// A number of thousandths.
    pub fn from_millis(millis: i64) -> Self {
        Self { nanos: i128::from(millis) * 1_000_000, format: Format::Decimal }
    }

    /// A whole number that prints with binary suffixes.
    pub fn from_bytes(bytes: i64) -> Self {
        Self { nanos: i128::from(bytes) * NANO, format: Format::Binary }
    }

    /// The value in units, rounded up.
    pub fn units(&self) -> i64 {
        clamp(ceil(self.nanos, NANO))
    }

    /// The value in thousandths, rounded up.
    pub fn millis(&self) -> i64 {
        clamp(ceil(self.nanos, 1_000_000))
    }

    /// The value as a fraction, near enough for ratios.
    pub fn as_f64(&self) -> f64 {
        self.nanos as f64 / NANO as f64
    }

    /// Whether the value is a whole number.
    pub fn is_whole(&self) -> bool {
        self.nanos % NANO == 0
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match self.nanos.cmp(&0) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }
    }

    /// The sum, in the format of `self` (of `other` when `self` is zero).
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let format = if self.nanos == 0 { other.format } else { self.format };
        Self { nanos: self.nanos.saturating_add(other.nanos).clamp(-MAX, MAX), format }
    }

    /// The difference, in the format of `self` (of `other` when `self` is zero).
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&Self { nanos: -other.nanos, format: other.format })
    }
}

fn ceil(value: i128, unit: i128) -> i128 {
    value.div_euclid(unit) + i128::from(value.rem_euclid(unit) != 0)
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

impl FromStr for Quantity {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        // Without any digits it is a zero, if anything is there at all.
        let exponent = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if text.is_empty() || fraction.contains('.') || !exponent.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAQuantity::Format);
        }
        // value = digits * base^exponent * 10^-len(fraction)
        let (format, base, exponent): (Format, i128, i32) = match suffix {
            "" => (Format::Decimal, 10, 0),
            "n" => (Format::Decimal, 10, -9),
            "u" => (Format::Decimal, 10, -6),
            "m" => (Format::Decimal, 10, -3),
            "k" => (Format::Decimal, 10, 3),
            "M" => (Format::Decimal, 10, 6),
            "G" => (Format::Decimal, 10, 9),
            "T" => (Format::Decimal, 10, 12),
            "P" => (Format::Decimal, 10, 15),
            "E" => (Format::Decimal, 10, 18),
            "Ki" => (Format::Binary, 2, 10),
            "Mi" => (Format::Binary, 2, 20),
            "Gi" => (Format::Binary, 2, 30),
            "Ti" => (Format::Binary, 2, 40),
            "Pi" => (Format::Binary, 2, 50),
            "Ei" => (Format::Binary, 2, 60),
            _ => {
                let power = suffix.strip_prefix(['e', 'E']).ok_or(NotAQuantity::Suffix)?;
                (Format::Exponent, 10, power.parse().map_err(|_| NotAQuantity::Suffix)?)
            }
        };
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        let shift = i32::try_from(fraction.len()).map_err(|_| NotAQuantity::Format)?;
        let nanos = if digits.is_empty() {
            0
        } else if digits.len() > 30 && shift == 0 {
            MAX
        } else {
            // Past 30 digits only the fraction's tail can be dropped; it is below a billionth.
            let kept = digits.len().min(30);
            let lost = i32::try_from(digits.len() - kept).map_err(|_| NotAQuantity::Format)?;
            let mut value: i128 = digits[..kept].parse().map_err(|_| NotAQuantity::Format)?;
            let round_up = digits[kept..].bytes().any(|digit| digit != b'0');
            let mut tens = 9 - shift + lost;
            if base == 2 {
                value = match value.checked_mul(1i128 << exponent) {
                    Some(value) => value,
                    None => MAX,
                };
            } else {
                tens = tens.saturating_add(exponent);
            }
            let scaled = if tens >= 0 {
                10i128
                    .checked_pow(tens.unsigned_abs())
                    .and_then(|power| value.checked_mul(power))
                    .unwrap_or(MAX)
            } else {
                match 10i128.checked_pow(tens.unsigned_abs()) {
                    Some(power) => ceil(value, power),
                    None => 1,
                }
            };
            scaled.max(i128::from(round_up)).min(MAX)
        };
        Ok(Self { nanos: if negative { -nanos } else { nanos }, format })
    }
}

/// What upstream gives back for an amount, where that is not the text itself: the canonical form, unless the text
/// was near enough to it to be kept (`0500m`, `1.5E3`).
///
/// Nothing where the text is no quantity. As `ParseQuantity` of upstream's `api/resource` has it.
pub fn given_back(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let quantity: Quantity = trimmed.parse().ok()?;
    let given = if is_kept(trimmed) { trimmed.to_string() } else { quantity.to_string() };
    (given != text).then_some(given)
}

/// Whether upstream takes a quantity's text for canonical enough to write it again as it is.
fn is_kept(text: &str) -> bool {
    if text == "0" {
        return true;
    }
    let rest = text.trim_start_matches(['-', '+']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let shifted = format!("{whole}{fraction}");
    let decimal = |power: i32| {
        let scale = power - i32::try_from(fraction.len()).unwrap_or(i32::MAX);
        shifted.len() <= 18
            && scale >= -9
            && scale % 3 == 0
            && !shifted.ends_with("000")
            && !shifted.starts_with('0')
    };
    let binary = |exponent: usize| {
        let value: u64 = whole.parse().unwrap_or_default();
        // What fits without a decimal number of any size.
        fraction.is_empty() && whole.len() + exponent * 3 / 10 <= 14 && value & 7 != 0
    };
    match suffix {
        "" => decimal(0),
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        exponent => exponent.get(1..).and_then(|power| power.parse().ok()).is_some_and(decimal),
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        let sign = if self.nanos < 0 { "-" } else { "" };
        let size = self.nanos.abs();
        if self.format == Format::Binary && size >= 1024 * NANO && self.is_whole() {
            let mut units = size / NANO;
            let mut suffix = 0;
            while suffix < 6 && units % 1024 == 0 {
                units /= 1024;
                suffix += 1;
            }
            return write!(f, "{sign}{units}{}", ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][suffix]);
        }
        let mut value = size;
        let mut power: i32 = -9;
        while value % 1000 == 0 && power < 18 {
            value /= 1000;
            power += 3;
        }
        if self.format == Format::Exponent {
            return if power == 0 { write!(f, "{sign}{value}") } else { write!(f, "{sign}{value}e{power}") };
        }
        let suffix = match power {
            -9 => "n",
            -6 => "u",
            -3 => "m",
            0 => "",
            3 => "k",
            6 => "M",
            9 => "G",
            12 => "T",
            15 => "P",
            _ => "E",
        };
        write!(f, "{sign}{value}{suffix}")
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> String {
        text.parse::<Quantity>().map(|q| q.to_string()).unwrap_or_else(|_| "error".into())
    }

    #[test]
    fn canonical_forms() {
        for (text, want) in [
            ("0", "0"),
            ("100m", "100m"),
            ("0.1", "100m"),
            ("1.5Gi", "1536Mi"),
            ("1024Mi", "1Gi"),
            ("1000", "1k"),
            ("1500", "1500"),
            ("12e6", "12e6"),
            ("5E", "5E"),
            ("12E", "9223372036854775807"),
            ("12E3", "12e3"),
            ("1023", "1023"),
            ("0.5Ki", "512"),
            ("-1.5", "-1500m"),
            ("1n", "1n"),
            ("0.0000000001", "1n"),
            ("99999999999999999999999999999999999999", "9223372036854775807"),
            (".5", "500m"),
            ("5.", "5"),
            ("", "error"),
            ("abc", "error"),
            ("1.2.3", "error"),
            ("1 Gi", "error"),
            ("1gi", "error"),
        ] {
            assert_eq!(canonical(text), want, "{text:?}");
        }
    }

    #[test]
    fn what_is_given_back() {
        for (text, back) in [
            ("0", None),
            ("00", Some("0")),
            ("0m", Some("0")),
            ("1", None),
            ("1000m", Some("1")),
            ("0500m", None),
            ("+5", None),
            ("0.5", Some("500m")),
            (".5", Some("500m")),
            ("1.5", Some("1500m")),
            ("1.500", None),
            ("1E3", None),
            ("1e1", Some("10")),
            ("1000", Some("1k")),
            ("1000.0", Some("1k")),
            ("512Mi", None),
            ("01Gi", None),
            ("1024Mi", Some("1Gi")),
            ("1.5Gi", Some("1536Mi")),
            ("100Ti", None),
            (" 1", Some("1")),
            ("x", None),
        ] {
            assert_eq!(given_back(text).as_deref(), back, "{text}");
        }
    }

    #[test]
    fn rounding_is_up() {
        let q: Quantity = "1001m".parse().expect("parses");
        assert_eq!((q.units(), q.millis()), (2, 1001));
        let q: Quantity = "-1001m".parse().expect("parses");
        assert_eq!(q.units(), -1);
    }

    proptest! {
        #[test]
        fn printing_keeps_the_value(number in -1_000_000_000i64..1_000_000_000, suffix in 0usize..13) {
            let suffix = ["", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "e3", "e-3"][suffix];
            let q: Quantity = format!("{number}{suffix}").parse().expect("parses");
            let again: Quantity = q.to_string().parse().expect("canonical text parses");
            prop_assert_eq!(q, again);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,12}") {
            let _ = text.parse::<Quantity>();
        }

        #[test]
        fn order_is_by_value(a in -10_000i64..10_000, b in -10_000i64..10_000) {
            let qa: Quantity = format!("{a}m").parse().expect("parses");
            let qb: Quantity = format!("{b}m").parse().expect("parses");
            prop_assert_eq!(qa.cmp(&qb), a.cmp(&b));
            prop_assert_eq!(qa.plus(&qb).millis(), a + b);
        }
    }
}
