//! `$(NAME)` in texts: in the commands and variables of containers, and where a kustomization's `vars` go.

/// Replaces `$(NAME)` by what `known` says; `$$` is a dollar sign, unknown names stay as they are.
pub fn expand(text: &str, known: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            match known(name) {
                Some(value) => out.push_str(&value),
                None => {
                    out.push_str("$(");
                    out.push_str(name);
                    out.push(')');
                }
            }
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion() {
        let known = |name: &str| (name == "A").then(|| "1".to_string());
        for (text, want) in [
            ("$(A)", "1"),
            ("$$(A)", "$(A)"),
            ("$(B)", "$(B)"),
            ("x$(A)y$", "x1y$"),
            ("$(A", "$(A"),
            ("$$", "$"),
        ] {
            assert_eq!(expand(text, known), want, "{text}");
        }
    }
}
