//! What a kustomization takes from elsewhere: files over HTTP, and repositories, which the `git`
//! program fetches as it does for kustomize.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a step of git may take, where the URL does not say.
const PATIENCE: Duration = Duration::from_secs(27);

/// Whether a file is one of the web's.
pub fn is_url(resource: &str) -> bool {
    resource.starts_with("http://") || resource.starts_with("https://")
}

/// Gets a file over HTTP.
///
/// # Errors
/// Names the URL, and what its server said.
pub fn get(url: &str) -> Result<Vec<u8>> {
    let address = url.to_string();
    // Kustomizations are built outside of any runtime.
    let fetching = std::thread::spawn(move || -> Result<Vec<u8>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(client::rest::fetch(&address))?.to_vec())
    });
    fetching
        .join()
        .map_err(|_| anyhow::anyhow!("the request panicked"))
        .and_then(|done| done)
        .with_context(|| format!("cannot get {url}"))
}

/// A folder in a repository.
#[derive(Debug, PartialEq, Eq)]
pub struct Repository {
    /// What git fetches from.
    pub url: String,
    /// The folder in it; empty for its top.
    pub folder: String,
    /// A branch, a tag or a commit; empty for the default.
    pub reference: String,
    pub submodules: bool,
    pub timeout: Option<Duration>,
}

impl Repository {
    /// Reads what kustomize takes for a repository: a URL with `//`, `.git` or `?ref=` in it, a place
    /// on GitHub, or `git@host:path`. `None` is anything else.
    ///
    /// # Errors
    /// Says which parameter is wrong.
    pub fn parse(resource: &str) -> Result<Option<Self>> {
        let forced = resource.strip_prefix("git::");
        let (place, query) =
            forced.unwrap_or(resource).split_once('?').unwrap_or((forced.unwrap_or(resource), ""));
        let mut found = Self {
            url: String::new(),
            folder: String::new(),
            reference: String::new(),
            submodules: true,
            timeout: Some(PATIENCE),
        };
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "ref" => found.reference = value.into_owned(),
                "version" if found.reference.is_empty() => found.reference = value.into_owned(),
                "submodules" => {
                    found.submodules =
                        value.parse().with_context(|| format!("submodules={value} of {resource}"))?;
                }
                "timeout" => {
                    let limit =
                        crate::flags::duration(&value).with_context(|| format!("timeout of {resource}"))?;
                    found.timeout = (!limit.is_zero()).then_some(limit);
                }
                _ => {}
            }
        }
        // What comes before the path.
        let (begin, sure) = match place {
            _ if place.starts_with("file://") => ("file://".len(), true),
            _ if place.starts_with("ssh://") => (after_host(place, "ssh://".len()), true),
            _ if place.starts_with("git@") => (place.find([':', '/']).map_or(place.len(), |at| at + 1), true),
            _ if place.starts_with("github.com/") || place.starts_with("github.com:") => {
                ("github.com/".len(), true)
            }
            _ if is_url(place) => {
                let scheme = place.find("://").map_or(0, |at| at + 3);
                let here = place[scheme..].starts_with("github.com/");
                (after_host(place, scheme), here || forced.is_some() || !query.is_empty())
            }
            _ => return Ok(None),
        };
        let path = &place[begin..];
        let split = |at: usize, skip: usize| (path[..at].to_string(), path[at + skip..].to_string());
        let (repository, folder) = if let Some(at) = path.find("//") {
            split(at, 2)
        } else if let Some(at) = path.find(".git/").map(|at| at + 4) {
            split(at, 1)
        } else if path.ends_with(".git") || place.starts_with("file://") {
            (path.to_string(), String::new())
        } else if sure {
            // A host's repositories have an owner and a name.
            match path.match_indices('/').nth(1) {
                Some((at, _)) => split(at, 1),
                None => (path.to_string(), String::new()),
            }
        } else {
            return Ok(None);
        };
        found.url = format!("{}{repository}", &place[..begin]);
        if place.starts_with("github.com") {
            found.url = format!("https://github.com/{repository}");
        }
        found.folder = folder;
        Ok(Some(found))
    }

    /// Where its objects are from.
    pub fn origin(&self) -> super::part::Origin {
        super::part::Origin {
            path: self.folder.trim_matches('/').into(),
            repository: self.url.clone(),
            reference: self.reference.clone(),
            ..Default::default()
        }
    }

    /// Fetches it; gives where it is and the folder in it. It is gone when the first is dropped.
    ///
    /// # Errors
    /// Has what git says, or how to do without it.
    pub fn check_out(&self) -> Result<(tempfile::TempDir, PathBuf)> {
        let place = tempfile::tempdir().context("no room for a repository")?;
        let reference = if self.reference.is_empty() { "HEAD" } else { &self.reference };
        self.git(&place, &["init", "--quiet"])?;
        self.git(&place, &["fetch", "--quiet", "--depth=1", "--", &self.url, reference])?;
        self.git(&place, &["checkout", "--quiet", "FETCH_HEAD"])?;
        if self.submodules {
            self.git(&place, &["submodule", "update", "--quiet", "--init", "--recursive"])?;
        }
        let folder = place.path().join(self.folder.trim_matches('/'));
        Ok((place, folder))
    }

    fn git(&self, place: &tempfile::TempDir, args: &[&str]) -> Result<()> {
        let said = tempfile::NamedTempFile::new()?;
        let started = Command::new("git")
            .args(args)
            .current_dir(place.path())
            // Nobody is there to be asked for a password.
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said.reopen()?)
            .spawn();
        let mut child = match started {
            Err(error) if error.kind() == ErrorKind::NotFound => bail!(
                "{} is a repository, and there is no git in PATH to fetch it; install git, or fetch it and name its folder",
                self.url
            ),
            other => other.context("cannot run git")?,
        };
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if let Some(limit) = self.timeout
                && begun.elapsed() > limit
            {
                let _ = child.kill();
                let _ = child.wait();
                bail!("hit {}s timeout running 'git {}'", limit.as_secs(), args.join(" "));
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        if !status.success() {
            let said = std::fs::read_to_string(said.path()).unwrap_or_default();
            bail!("failed to run 'git {}': {}", args.join(" "), said.trim());
        }
        Ok(())
    }
}

/// Where the path of a URL begins.
fn after_host(place: &str, scheme: usize) -> usize {
    place[scheme..].find('/').map_or(place.len(), |at| scheme + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories() {
        for (text, url, folder, reference) in [
            ("https://github.com/org/repo//deep/er?ref=v1", "https://github.com/org/repo", "deep/er", "v1"),
            ("https://github.com/org/repo/deep?ref=v1", "https://github.com/org/repo", "deep", "v1"),
            (
                "https://git.example/a/b/c.git/deep?version=main",
                "https://git.example/a/b/c.git",
                "deep",
                "main",
            ),
            ("https://git.example/a/b.git", "https://git.example/a/b.git", "", ""),
            ("github.com/org/repo/deep", "https://github.com/org/repo", "deep", ""),
            ("git@git.example:org/repo.git//x", "git@git.example:org/repo.git", "x", ""),
            ("ssh://git@git.example/org/repo//x?ref=1", "ssh://git@git.example/org/repo", "x", "1"),
            ("file:///srv/repo//overlay?ref=main", "file:///srv/repo", "overlay", "main"),
            ("file:///srv/repo", "file:///srv/repo", "", ""),
            ("git::https://git.example/org/repo/x", "https://git.example/org/repo", "x", ""),
        ] {
            let found = Repository::parse(text).expect(text).expect(text);
            assert_eq!(
                (found.url.as_str(), found.folder.as_str(), found.reference.as_str()),
                (url, folder, reference),
                "{text}"
            );
        }
        for text in ["https://x.example/a/b.yaml", "../base", "base", "deployment.yaml"] {
            assert_eq!(Repository::parse(text).expect(text), None, "{text}");
        }
        let found = Repository::parse("file:///r?timeout=90s&submodules=false").expect("read").expect("one");
        assert_eq!((found.timeout, found.submodules), (Some(Duration::from_secs(90)), false));
        assert!(Repository::parse("file:///r?timeout=x").is_err());
    }
}
