//! Image names: `[registry/]repository[:tag][@digest]`, with Docker Hub's defaults for what a
//! short name leaves out.

use anyhow::{Result, bail};

/// A name, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `docker.io`, `registry.k8s.io`, `localhost:5000`.
    pub registry: String,
    /// `library/busybox`.
    pub path: String,
    /// `latest` when neither tag nor digest was given.
    pub tag: Option<String>,
    /// `sha256:…`.
    pub digest: Option<String>,
}

impl Reference {
    /// Reads a name as people write it.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |why: &str| anyhow::anyhow!("{text:?} is not an image name: {why}");
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => {
                super::digest_hex(digest).map_err(|_| bad("its digest is not sha256 and 64 hex digits"))?;
                (rest, Some(digest.to_string()))
            }
            None => (text, None),
        };
        let (first, remainder) = rest.split_once('/').unwrap_or(("", rest));
        let is_registry = (first.contains(['.', ':']) || first == "localhost")
            && first.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[');
        let (registry, path) = if is_registry { (first, remainder) } else { ("docker.io", rest) };
        let (path, tag) = match path.rsplit_once(':') {
            Some((path, tag)) => (path, Some(tag.to_string())),
            None => (path, None),
        };
        let registry = if registry == "index.docker.io" { "docker.io" } else { registry };
        let path = if registry == "docker.io" && !path.contains('/') {
            format!("library/{path}")
        } else {
            path.into()
        };
        let part_ok = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
                })
                && part.starts_with(|first: char| first.is_ascii_alphanumeric())
        };
        if !path.split('/').all(part_ok) {
            bail!(bad("its repository may hold lower-case letters, digits and ._-/ only"));
        }
        if let Some(tag) = &tag {
            let ok = !tag.is_empty()
                && tag.len() <= 128
                && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
            if !ok {
                bail!(bad("its tag may hold letters, digits and ._- only"));
            }
        }
        let tag = if tag.is_none() && digest.is_none() { Some("latest".into()) } else { tag };
        Ok(Self { registry: registry.into(), path, tag, digest })
    }

    /// `registry/path`.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.registry, self.path)
    }

    /// `registry/path:tag`.
    pub fn with_tag(&self) -> Option<String> {
        self.tag.as_ref().map(|tag| format!("{}:{tag}", self.repository()))
    }

    /// `registry/path@digest`; without one, the repository.
    pub fn with_digest(&self) -> String {
        match &self.digest {
            Some(digest) => format!("{}@{digest}", self.repository()),
            None => self.repository(),
        }
    }

    /// The digest when there is one, else the tag.
    pub fn whole(&self) -> String {
        match (&self.digest, self.with_tag()) {
            (Some(_), _) => self.with_digest(),
            (None, Some(tagged)) => tagged,
            (None, None) => self.repository(),
        }
    }

    /// Whether the registry is this machine, where plain HTTP is as good as TLS.
    pub fn is_loopback(&self) -> bool {
        let host = self.registry.rsplit_once(':').map_or(self.registry.as_str(), |(host, _)| host);
        host == "localhost"
            || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, want) in [
            ("busybox", "docker.io/library/busybox:latest".to_string()),
            ("busybox:1.36", "docker.io/library/busybox:1.36".into()),
            ("a/b", "docker.io/a/b:latest".into()),
            ("localhost:5000/x:1", "localhost:5000/x:1".into()),
            ("kadm.local/kube:v1.36.2", "kadm.local/kube:v1.36.2".into()),
            (&format!("reg.io/a/b@{digest}"), format!("reg.io/a/b@{digest}")),
            (&format!("reg.io/a/b:t@{digest}"), format!("reg.io/a/b@{digest}")),
        ] {
            assert_eq!(Reference::parse(text).map(|found| found.whole()).ok(), Some(want), "{text}");
        }
        for text in ["", "A", "a//b", "a:b:c", "../etc", "a@sha256:1", "a b", "x/.."] {
            assert!(Reference::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn loopback() {
        let loopback = |text| Reference::parse(text).map(|found| found.is_loopback()).ok();
        assert_eq!(loopback("localhost:5000/a"), Some(true));
        assert_eq!(loopback("127.0.0.1:5000/a"), Some(true));
        assert_eq!(loopback("registry.k8s.io/a"), Some(false));
    }
}
