//! A folder as a page of links, as Go writes it.

use std::fmt::Write;

/// The page.
pub fn page(names: &[String]) -> String {
    let mut page =
        String::from("<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n");
    for name in names {
        let _ = writeln!(page, "<a href=\"{}\">{}</a>", escaped(name), shown(name));
    }
    page.push_str("</pre>\n");
    page
}

/// A name as a relative link.
pub fn escaped(name: &str) -> String {
    // What stands before a colon would be read as a scheme.
    let mut text = String::from(if name.contains(':') { "./" } else { "" });
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn shown(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&#34;"),
            '\'' => text.push_str("&#39;"),
            other => text.push(other),
        }
    }
    text
}
