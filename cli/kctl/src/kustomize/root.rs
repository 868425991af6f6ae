//! The folder of a kustomization, and which files it may read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::remote;

/// `--load-restrictor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// Files are in the kustomization's folder or below it.
    RootOnly,
    /// Files are anywhere.
    None,
}

impl std::str::FromStr for Restriction {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "LoadRestrictionsRootOnly" => Ok(Self::RootOnly),
            "LoadRestrictionsNone" => Ok(Self::None),
            _ => bail!(
                "illegal flag value --load-restrictor {text}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]"
            ),
        }
    }
}

/// A kustomization's folder.
#[derive(Clone, Debug)]
pub struct Root {
    folder: PathBuf,
    restriction: Restriction,
    /// The repository that it is in, which it may not lead out of.
    repository: Option<PathBuf>,
}

fn real(folder: &Path) -> Result<PathBuf> {
    let found = folder.canonicalize().with_context(|| {
        format!(
            "must build at directory: not a valid directory: evalsymlink failure on '{}'",
            folder.display()
        )
    })?;
    if !found.is_dir() {
        bail!("must build at directory: '{}': file is not directory", folder.display());
    }
    Ok(found)
}

impl Root {
    /// A folder of this machine.
    ///
    /// # Errors
    /// Fails when there is no such folder.
    pub fn new(folder: &Path, restriction: Restriction) -> Result<Self> {
        Ok(Self { folder: real(folder)?, restriction, repository: None })
    }

    /// A folder in a repository.
    ///
    /// # Errors
    /// Fails when there is no such folder in it.
    pub fn of_repository(top: &Path, folder: &Path, restriction: Restriction) -> Result<Self> {
        let root = Self { folder: real(folder)?, restriction, repository: Some(real(top)?) };
        root.check_repository(&root.folder)?;
        Ok(root)
    }

    /// Another folder, as this one names it.
    ///
    /// # Errors
    /// Fails when there is no such folder, and when it leads out of a repository.
    pub fn below(&self, folder: &str) -> Result<Self> {
        let folder = real(&self.folder.join(folder))?;
        self.check_repository(&folder)?;
        Ok(Self { folder, ..self.clone() })
    }

    fn check_repository(&self, path: &Path) -> Result<()> {
        match &self.repository {
            Some(top) if !path.starts_with(top) => {
                bail!("security; '{}' is not in the repository at '{}'", path.display(), top.display())
            }
            _ => Ok(()),
        }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Which files may be read.
    pub fn restriction(&self) -> Restriction {
        self.restriction
    }

    /// A file's content.
    ///
    /// # Errors
    /// Fails when it can't be read, or may not be.
    pub fn bytes(&self, file: &str) -> Result<Vec<u8>> {
        if remote::is_url(file) {
            return remote::get(file);
        }
        let path = self.folder.join(file);
        let real = path
            .canonicalize()
            .with_context(|| format!("accumulating resources: cannot find {}", path.display()))?;
        // What is built can't depend on the rest of the disk, unless it is told to.
        if self.restriction == Restriction::RootOnly && !real.starts_with(&self.folder) {
            bail!("security; file '{}' is not in or below '{}'", real.display(), self.folder.display());
        }
        self.check_repository(&real)?;
        std::fs::read(&real).with_context(|| format!("cannot read {}", real.display()))
    }

    /// A file's text.
    ///
    /// # Errors
    /// As [`Self::bytes`], and when it is not UTF-8.
    pub fn text(&self, file: &str) -> Result<String> {
        String::from_utf8(self.bytes(file)?).with_context(|| format!("{file} is not UTF-8"))
    }
}
