//! The rules for names, labels and annotations. Each check gives upstream's reason for a refusal.

/// Longest DNS label.
const LABEL: usize = 63;
/// Longest DNS subdomain.
const SUBDOMAIN: usize = 253;

const LABEL_RULE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_1035_RULE: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_RULE: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
        && bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
}

fn too_long(max: usize) -> String {
    format!("must be no more than {max} characters")
}

/// An RFC 1123 label: names of namespaces, containers, ports.
pub fn dns_label(text: &str) -> Result<(), String> {
    if text.len() > LABEL {
        return Err(too_long(LABEL));
    }
    if is_label(text) { Ok(()) } else { Err(LABEL_RULE.into()) }
}

/// An RFC 1035 label: names of services.
pub fn dns_1035_label(text: &str) -> Result<(), String> {
    if text.len() > LABEL {
        return Err(too_long(LABEL));
    }
    let ok = is_label(text) && text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    if ok { Ok(()) } else { Err(LABEL_1035_RULE.into()) }
}

/// An RFC 1123 subdomain: names of most objects.
pub fn dns_subdomain(text: &str) -> Result<(), String> {
    if text.len() > SUBDOMAIN {
        return Err(too_long(SUBDOMAIN));
    }
    if !text.is_empty() && text.split('.').all(is_label) { Ok(()) } else { Err(SUBDOMAIN_RULE.into()) }
}

/// What may stand as one segment of a URL path: names of RBAC objects and the like.
pub fn path_segment(text: &str) -> Result<(), String> {
    match text {
        "." | ".." => Err(format!("may not be '{text}'")),
        _ if text.contains('/') => Err("may not contain '/'".into()),
        _ if text.contains('%') => Err("may not contain '%'".into()),
        _ => Ok(()),
    }
}

fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// A key of a label, an annotation, a taint or an extended resource: `[prefix/]name`.
pub fn qualified_name(text: &str) -> Result<(), String> {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    if let Some(prefix) = prefix {
        if prefix.is_empty() {
            return Err("prefix part must be non-empty".into());
        }
        dns_subdomain(prefix).map_err(|reason| format!("prefix part {reason}"))?;
    }
    if name.is_empty() {
        return Err("name part must be non-empty".into());
    }
    if name.len() > LABEL {
        return Err(format!("name part {}", too_long(LABEL)));
    }
    if is_word(name) { Ok(()) } else { Err(QUALIFIED_RULE.into()) }
}

/// The value of a label.
pub fn label_value(text: &str) -> Result<(), String> {
    if text.len() > LABEL {
        return Err(too_long(LABEL));
    }
    if text.is_empty() || is_word(text) { Ok(()) } else { Err(VALUE_RULE.into()) }
}

/// The key of a ConfigMap's or Secret's entry.
pub fn config_key(text: &str) -> Result<(), String> {
    if text.len() > SUBDOMAIN {
        return Err(too_long(SUBDOMAIN));
    }
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    {
        return Err("a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')".into());
    }
    match text {
        "." => Err("must not be '.'".into()),
        ".." => Err("must not be '..'".into()),
        _ if text.starts_with("..") => Err("must not start with '..'".into()),
        _ => Ok(()),
    }
}

/// The name of an environment variable: any printable ASCII but `=`.
pub fn env_name(text: &str) -> Result<(), String> {
    if !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'=') {
        Ok(())
    } else {
        Err("a valid environment variable name must consist only of printable ASCII characters other than '='".into())
    }
}

/// A variable's name as clients make them: letters, digits, `_`, `-` and `.`, and no digit first.
pub fn plain_env_name(text: &str) -> Result<(), String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if text.bytes().next().is_some_and(|b| !b.is_ascii_digit()) && text.bytes().all(plain) {
        return Ok(());
    }
    Err("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')".into())
}

/// A named port: an IANA service name.
pub fn port_name(text: &str) -> Result<(), String> {
    if text.len() > 15 {
        return Err(too_long(15));
    }
    if !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return Err("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".into());
    }
    if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        return Err("must contain at least one letter (a-z)".into());
    }
    if text.contains("--") {
        return Err("must not contain consecutive hyphens".into());
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Err("must not begin or end with a hyphen".into());
    }
    Ok(())
}

/// A port number.
pub fn port_number(port: i64) -> Result<(), String> {
    if (1..=65535).contains(&port) { Ok(()) } else { Err("must be between 1 and 65535, inclusive".into()) }
}

/// The letters of generated names: no vowels, no look-alikes, so that no words come out.
const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// `base` and five random letters; `base` is cut so that the whole fits a DNS label.
pub fn generate(base: &str) -> String {
    use rand::Rng;
    const RANDOM: usize = 5;
    let mut end = base.len().min(LABEL - RANDOM);
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    let mut name = base[..end].to_string();
    let mut rng = rand::rng();
    for _ in 0..RANDOM {
        name.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "a-b", "1a", "a.b.c"] {
            assert!(dns_subdomain(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "-a", "a-", "a..b", "a_b", "a.-b"] {
            assert!(dns_subdomain(bad).is_err(), "{bad}");
        }
        assert!(dns_1035_label("1a").is_err());
        assert!(dns_label("a.b").is_err());
        assert!(qualified_name("example.com/Some_Name").is_ok());
        assert!(qualified_name("/x").is_err());
        assert!(label_value("").is_ok());
        assert!(label_value("a b").is_err());
        assert!(config_key("..data").is_err());
    }

    #[test]
    fn generated_names_fit() {
        assert_eq!(generate("web-").len(), 9);
        assert_eq!(generate(&"x".repeat(100)).len(), 63);
    }
}
