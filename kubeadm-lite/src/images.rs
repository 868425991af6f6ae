//! The images that kadm makes from what is on this machine.

use std::path::{Path, PathBuf};

use anyhow::Result;
use cri::images::{ImageConfig, ImageFile, make_from_files};

use crate::config::{OWN_REPOSITORY, VERSION};
use crate::programs::PROGRAMS;

/// Where kube-cri keeps images.
pub const CRI_ROOT: &str = "/var/lib/kadm/cri";

/// Makes `kadm.local/kube:<version>`, `kadm.local/hello`, `kadm.local/pause` and, where there is a static busybox,
/// `kadm.local/busybox`. Gives their names.
///
/// # Errors
/// Says which image can't be made.
pub fn make(executable: &Path) -> Result<Vec<String>> {
    let root = Path::new(CRI_ROOT);
    let bin = Path::new("/usr/local/bin");
    let path = vec!["PATH=/usr/local/bin:/usr/bin:/bin".to_string()];
    let mut names = Vec::new();
    let mut files = vec![ImageFile::Host { path: bin.join("kadm"), from: executable.into() }];
    files.extend(base());
    for program in PROGRAMS {
        files.push(ImageFile::Link { path: bin.join(program.name), to: "kadm".into() });
    }
    let kube = format!("{OWN_REPOSITORY}/kube:{VERSION}");
    let config = ImageConfig { env: path.clone(), pinned: true, ..ImageConfig::default() };
    make_from_files(root, &kube, &files, &config)?;
    names.push(kube);
    let mut files = vec![ImageFile::Host { path: "/bin/kadm".into(), from: executable.into() }];
    files.extend(base());
    for name in ["hello", "wget"] {
        files.push(ImageFile::Link { path: Path::new("/bin").join(name), to: "kadm".into() });
    }
    let hello = format!("{OWN_REPOSITORY}/hello:latest");
    // Not an entrypoint: `kctl run … -- wget …` then runs the other program.
    let config = ImageConfig { cmd: vec!["/bin/hello".into()], env: path.clone(), ..ImageConfig::default() };
    make_from_files(root, &hello, &files, &config)?;
    names.push(hello);
    // Other runtimes want a pause image: theirs is in a registry, this one is here.
    let pause = format!("{OWN_REPOSITORY}/pause:latest");
    let files = [
        ImageFile::Host { path: "/bin/kadm".into(), from: executable.into() },
        ImageFile::Link { path: "/bin/pause".into(), to: "kadm".into() },
    ];
    let config =
        ImageConfig { entrypoint: vec!["/bin/pause".into()], pinned: true, ..ImageConfig::default() };
    make_from_files(root, &pause, &files, &config)?;
    names.push(pause);
    if let Some(busybox) = busybox() {
        let mut files = vec![ImageFile::Host { path: "/bin/busybox".into(), from: busybox.clone() }];
        files.extend(base());
        for applet in applets(&busybox) {
            files.push(ImageFile::Link { path: Path::new("/bin").join(applet), to: "busybox".into() });
        }
        let name = format!("{OWN_REPOSITORY}/busybox:latest");
        make_from_files(
            root,
            &name,
            &files,
            &ImageConfig { cmd: vec!["sh".into()], env: path, ..ImageConfig::default() },
        )?;
        names.push(name);
    }
    Ok(names)
}

/// What every image has: users, and a folder for temporary files.
fn base() -> Vec<ImageFile> {
    vec![
        ImageFile::Text {
            path: "/etc/passwd".into(),
            content: b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n".to_vec(),
            mode: 0o644,
        },
        ImageFile::Text {
            path: "/etc/group".into(),
            content: b"root:x:0:\nnogroup:x:65534:\n".to_vec(),
            mode: 0o644,
        },
        ImageFile::Folder { path: "/tmp".into(), mode: 0o1777 },
        ImageFile::Folder { path: "/root".into(), mode: 0o700 },
    ]
}

/// A busybox that needs no libraries.
fn busybox() -> Option<PathBuf> {
    ["/bin/busybox", "/usr/bin/busybox", "/sbin/busybox"]
        .iter()
        .map(PathBuf::from)
        .find(|path| is_static(path))
}

/// Whether an ELF executable names no interpreter.
fn is_static(path: &Path) -> bool {
    const PT_INTERP: u32 = 3;
    let Ok(bytes) = std::fs::read(path) else { return false };
    if bytes.get(..5) != Some(b"\x7fELF\x02") {
        return false;
    }
    let u16_at = |at: usize| {
        bytes.get(at..at + 2).and_then(|b| Some(usize::from(u16::from_le_bytes(b.try_into().ok()?))))
    };
    let start = bytes.get(32..40).and_then(|b| usize::try_from(u64::from_le_bytes(b.try_into().ok()?)).ok());
    let (Some(start), Some(size), Some(count)) = (start, u16_at(54), u16_at(56)) else { return false };
    (0..count).all(|index| {
        let at = start + index * size;
        bytes.get(at..at + 4).is_some_and(|b| b != PT_INTERP.to_le_bytes())
    })
}

fn applets(busybox: &Path) -> Vec<String> {
    let listed = std::process::Command::new(busybox).arg("--list").output();
    let text = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let names: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != "busybox")
        .map(str::to_string)
        .collect();
    if names.is_empty() { vec!["sh".into(), "cat".into(), "ls".into(), "wget".into()] } else { names }
}
