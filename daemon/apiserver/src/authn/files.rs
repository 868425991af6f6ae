//! Static tokens from `--token-auth-file`.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::User;

/// The tokens of the file, which is read once, as upstream does.
#[derive(Default)]
pub struct TokenFile {
    tokens: Vec<(String, User)>,
}

impl TokenFile {
    /// Reads the file: `token,user,uid[,"group1,group2"]`, one line each.
    pub fn new(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read --token-auth-file {}", path.display()))?;
        let mut tokens = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields = fields(line);
            let [token, name, uid, rest @ ..] = fields.as_slice() else {
                bail!("{}:{}: a line must be token,user,uid[,\"groups\"]", path.display(), index + 1);
            };
            if token.is_empty() {
                bail!("{}:{}: the token is empty", path.display(), index + 1);
            }
            let groups =
                rest.first().map_or("", String::as_str).split(',').map(|group| group.trim().to_string());
            let user = User {
                name: name.clone(),
                uid: uid.clone(),
                groups: groups.filter(|group| !group.is_empty()).collect(),
                ..User::default()
            };
            tokens.push((token.clone(), user));
        }
        Ok(Self { tokens })
    }

    /// Whose token this is.
    pub fn user(&self, token: &str) -> Option<User> {
        self.tokens
            .iter()
            .find(|(have, _)| same(have.as_bytes(), token.as_bytes()))
            .map(|(_, user)| user.clone())
    }
}

/// A comparison that takes as long for any two texts of a length.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

fn fields(line: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => found.push(String::new()),
            letter => {
                if let Some(last) = found.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    found.into_iter().map(|field| field.trim().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokens.csv");
        std::fs::write(&path, "secret,ann,1,\"a,b\"\nother,bob,2\n").expect("writable");
        let file = TokenFile::new(Some(&path)).expect("reads");
        assert_eq!(file.user("secret").map(|user| user.groups), Some(vec!["a".into(), "b".into()]));
        assert!(file.user("secre").is_none());
        std::fs::write(&path, "secret\n").expect("writable");
        assert!(TokenFile::new(Some(&path)).is_err());
    }
}
