//! `kctl cp`: files into and out of containers, as a tar stream through exec.

use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;

use super::exec::pipe;
use super::pods;
use crate::connect::Session;
use crate::flags::{self, all, get, is};

/// The flags.
pub fn define() -> Command {
    Command::new("cp")
        .about("Copy files and directories to and from containers")
        .arg(Arg::new("files").num_args(0..).help("<file-spec-src> <file-spec-dest>"))
        .arg(flags::text("container", "The container").short('c'))
        .arg(flags::boolean("no-preserve", false, "Don't keep owner and permissions in the container"))
        .arg(
            flags::text("retries", "How often to go on after a broken connection; -1 for ever")
                .default_value("0")
                .allow_negative_numbers(true),
        )
}

/// A file here, or in a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Spec {
    namespace: Option<String>,
    pod: Option<String>,
    file: String,
}

fn spec(text: &str) -> Result<Spec> {
    // Paths that begin with . or / are files, whatever is in their names.
    let Some((place, file)) = text.split_once(':').filter(|_| !text.starts_with(['.', '/'])) else {
        return Ok(Spec { namespace: None, pod: None, file: text.into() });
    };
    match place.split('/').collect::<Vec<_>>().as_slice() {
        [pod] => Ok(Spec { namespace: None, pod: Some((*pod).into()), file: file.into() }),
        [namespace, pod] => {
            Ok(Spec { namespace: Some((*namespace).into()), pod: Some((*pod).into()), file: file.into() })
        }
        _ => bail!("filespec must match the canonical format: [[namespace/]pod:]file/path"),
    }
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let files = all(matches, "files");
    let [source, target] = files.as_slice() else { bail!("source and destination are required") };
    let (source, target) = (spec(source)?, spec(target)?);
    match (&source.pod, &target.pod) {
        (Some(_), Some(_)) => bail!("one of src or dest must be a local file specification"),
        (None, None) => bail!("one of src or dest must be a remote file specification"),
        _ if source.file.is_empty() || target.file.is_empty() => bail!("filepath can not be empty"),
        (None, Some(_)) => into_pod(session, matches, &source, &target).await,
        (Some(_), None) => from_pod(session, matches, &source, &target).await,
    }
}

/// Namespace, pod and container.
async fn place(session: &Session, matches: &ArgMatches, of: &Spec) -> Result<(String, String, String)> {
    let namespace = match &of.namespace {
        Some(namespace) => namespace.clone(),
        None => session.namespace()?,
    };
    let name = of.pod.clone().unwrap_or_default();
    let path = client::path("", "v1", "pods", Some(&namespace), Some(&name), None);
    let pod: Value = session.client()?.get(&path).await?;
    // What is named is for the server to find.
    let container = pods::named_or_default(&pod, get(matches, "container"), false)?;
    Ok((namespace, name, container))
}

/// Pieces of a tar stream go over a channel from the thread that makes it.
struct Pieces(tokio::sync::mpsc::Sender<Vec<u8>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.blocking_send(bytes.to_vec()).map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn into_pod(session: &Session, matches: &ArgMatches, source: &Spec, target: &Spec) -> Result<u8> {
    let local = PathBuf::from(&source.file);
    if std::fs::symlink_metadata(&local).is_err() {
        bail!("{} doesn't exist in local filesystem", source.file);
    }
    let (namespace, pod, container) = place(session, matches, target).await?;
    let place = (namespace.as_str(), pod.as_str(), container.as_str());
    let mut remote = PathBuf::from(target.file.trim_end_matches('/'));
    if remote.as_os_str().is_empty() {
        remote = PathBuf::from("/");
    }
    let (code, _) =
        pipe(session, place, &["test", "-d", &remote.to_string_lossy()], None, |_| Ok(())).await?;
    if code == 0 {
        remote = remote.join(local.file_name().unwrap_or_default());
    }
    let folder = remote.parent().map(|parent| parent.to_string_lossy().into_owned()).unwrap_or_default();
    let name = PathBuf::from(remote.file_name().unwrap_or_default());
    let (sender, receiver) = tokio::sync::mpsc::channel(8);
    let packing = std::thread::spawn(move || -> std::io::Result<()> {
        let buffered = std::io::BufWriter::with_capacity(32 * 1024, Pieces(sender));
        let mut archive = tar::Builder::new(buffered);
        archive.follow_symlinks(false);
        if local.is_dir() {
            archive.append_dir_all(&name, &local)?;
        } else {
            archive.append_path_with_name(&local, &name)?;
        }
        archive.into_inner()?.flush()
    });
    let mut command = vec!["tar", "-xmf", "-"];
    if is(matches, "no-preserve") {
        command = vec!["tar", "--no-same-permissions", "--no-same-owner", "-xmf", "-"];
    }
    if !folder.is_empty() {
        command.extend(["-C", folder.as_str()]);
    }
    let (code, errors) = pipe(session, place, &command, Some(receiver), |_| Ok(())).await?;
    eprint!("{errors}");
    match packing.join() {
        Ok(done) => done.with_context(|| format!("cannot read {}", source.file))?,
        Err(_) => bail!("packing {} failed", source.file),
    }
    if code != 0 {
        eprintln!("command terminated with exit code {code}");
    }
    Ok(code)
}

async fn from_pod(session: &Session, matches: &ArgMatches, source: &Spec, target: &Spec) -> Result<u8> {
    let (namespace, pod, container) = place(session, matches, source).await?;
    let place = (namespace.as_str(), pod.as_str(), container.as_str());
    let file = source.file.clone();
    let retries: i64 = get(matches, "retries").unwrap_or("0").parse()?;
    let prefix = stripped(Path::new(&file));
    let local = PathBuf::from(&target.file);
    let mut attempt = 0;
    loop {
        let mut archive = tempfile::tempfile().context("cannot make a temporary file")?;
        let outcome = pipe(session, place, &["tar", "cf", "-", &file], None, |bytes| {
            archive.write_all(bytes).context("cannot write to a temporary file")
        })
        .await;
        match outcome {
            Ok((code, errors)) => {
                // Where kubectl says it.
                print!("{errors}");
                if code != 0 {
                    eprintln!("command terminated with exit code {code}");
                    return Ok(code);
                }
                std::io::Seek::rewind(&mut archive)?;
                unpack(archive, &prefix, &local)?;
                return Ok(0);
            }
            Err(error) if retries < 0 || attempt < retries => {
                attempt += 1;
                eprintln!("Resuming copy, retry {attempt}/{retries}: {error:#}");
            }
            Err(error) => return Err(error),
        }
    }
}

/// A path as `tar` stores it: without the root, and without what leads out of the archive.
fn stripped(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

/// Unpacks what is below `prefix` to `local`; nothing gets outside of it. A single file goes into a folder that is
/// there, a folder's files beside those that are there.
fn unpack(archive: impl Read, prefix: &Path, local: &Path) -> Result<()> {
    let mut archive = tar::Archive::new(archive);
    let (mut found, mut warned) = (false, false);
    for entry in archive.entries().context("the container's tar stream is malformed")? {
        let mut entry = entry.context("the container's tar stream is malformed")?;
        let path = stripped(&entry.path()?);
        let Ok(below) = path.strip_prefix(prefix) else {
            bail!("tar contents corrupted: {} is not below {}", path.display(), prefix.display());
        };
        found = true;
        let kind = entry.header().entry_type();
        let target = if !below.as_os_str().is_empty() {
            local.join(below)
        } else if kind.is_file() && local.is_dir() {
            local.join(prefix.file_name().unwrap_or_default())
        } else {
            local.to_path_buf()
        };
        if kind.is_dir() {
            std::fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
        } else if kind.is_file() {
            if let Some(parent) = target.parent() {
                std::fs::create_dir_all(parent)
                    .with_context(|| format!("cannot make {}", parent.display()))?;
            }
            let mut file = std::fs::File::create(&target)
                .with_context(|| format!("cannot write {}", target.display()))?;
            std::io::copy(&mut entry, &mut file)
                .with_context(|| format!("cannot write {}", target.display()))?;
            if let Ok(mode) = entry.header().mode() {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&target, std::fs::Permissions::from_mode(mode & 0o777))?;
            }
        } else if kind.is_symlink() {
            // A link could lead the next entry anywhere.
            let to = entry.link_name()?.map(|to| to.display().to_string()).unwrap_or_default();
            let advice = " (consider using \"kctl exec -n NAMESPACE POD -- tar cf - FILE | tar xf -\")";
            let advice = if std::mem::replace(&mut warned, true) { "" } else { advice };
            eprintln!("warning: skipping symlink: {:?} -> {to:?}{advice}", target.display().to_string());
        }
    }
    if !found {
        bail!("no such file or directory in the container: {}", prefix.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs() {
        let parts = |text: &str| spec(text).map(|spec| (spec.namespace, spec.pod, spec.file)).expect(text);
        assert_eq!(parts("a/b:/c"), (Some("a".into()), Some("b".into()), "/c".into()));
        assert_eq!(parts("b:c"), (None, Some("b".into()), "c".into()));
        assert_eq!(parts("/a:b"), (None, None, "/a:b".into()));
        assert_eq!(parts("./a:b"), (None, None, "./a:b".into()));
        assert!(spec("a/b/c:d").is_err());
    }

    #[test]
    fn archives_stay_inside() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut add = |name: &str, text: &str| {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o640);
            header.set_cksum();
            builder.append_data(&mut header, name, text.as_bytes()).expect("appended");
        };
        add("dir/a", "one");
        add("dir/sub/b", "two");
        let bytes = builder.into_inner().expect("an archive");
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("copy");
        unpack(bytes.as_slice(), Path::new("dir"), &target).expect("unpacked");
        assert_eq!(std::fs::read_to_string(target.join("a")).expect("a"), "one");
        assert_eq!(std::fs::read_to_string(target.join("sub/b")).expect("b"), "two");
        assert!(unpack(bytes.as_slice(), Path::new("other"), &target).is_err());
        // Once more, into what is there; a file alone goes into the folder.
        unpack(bytes.as_slice(), Path::new("dir"), &target).expect("unpacked");
        assert!(!target.join("dir").exists());
        let mut single = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(3);
        header.set_cksum();
        single.append_data(&mut header, "etc/x", "one".as_bytes()).expect("appended");
        let single = single.into_inner().expect("an archive");
        unpack(single.as_slice(), Path::new("etc/x"), &target).expect("unpacked");
        assert_eq!(std::fs::read_to_string(target.join("x")).expect("x"), "one");
        assert_eq!(stripped(Path::new("/../etc/./x")), Path::new("etc/x"));
    }
}
