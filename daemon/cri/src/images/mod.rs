//! The image store: content-addressed manifests and configs, layers unpacked once and shared.
//!
//! On disk, below kube-cri's root folder:
//! ```text
//! blobs/sha256/<digest>   manifests, configs, layers as they were pulled
//! layers/<diff id>        one layer each, as overlayfs wants its lower folders
//! images/<config>.json    one file for each image: its names, manifest and layers
//! ```
//! An image exists when its file in `images/` does; that file is written last and atomically.
//! Other processes (`kube-cri image import`, `kadm init`) add images while the daemon runs.

pub mod archive;
mod command;
mod layer;
mod make;
mod pull;
pub mod reference;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

pub use command::{command, run};
pub use make::{ImageConfig, ImageFile, make_from_files};
pub use pull::{Credentials, pull};
use reference::Reference;

/// What is kept of each image.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Image {
    /// The config's digest, `sha256:…`.
    pub id: String,
    /// The manifest's digest.
    pub manifest: String,
    /// `registry/repository:tag`.
    pub tags: Vec<String>,
    /// `registry/repository@sha256:…`.
    pub digests: Vec<String>,
    /// Bytes of config and layers.
    pub size: u64,
    /// The layers' diff ids, bottom first.
    pub layers: Vec<String>,
    /// Not to be collected as garbage.
    #[serde(default)]
    pub pinned: bool,
}

/// The parts of an OCI image config that running it takes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunConfig {
    /// `user[:group]`.
    #[serde(rename = "User")]
    pub user: String,
    /// `NAME=value`.
    #[serde(rename = "Env")]
    pub env: Option<Vec<String>>,
    /// What runs.
    #[serde(rename = "Entrypoint")]
    pub entrypoint: Option<Vec<String>>,
    /// Its arguments, or what runs when there is no entrypoint.
    #[serde(rename = "Cmd")]
    pub cmd: Option<Vec<String>>,
    /// Working directory.
    #[serde(rename = "WorkingDir")]
    pub working_dir: String,
    /// `SIGTERM` style; empty for that.
    #[serde(rename = "StopSignal")]
    pub stop_signal: String,
}

#[derive(Deserialize)]
struct ConfigFile {
    #[serde(default)]
    config: Option<RunConfig>,
    rootfs: RootFs,
}

#[derive(Deserialize)]
struct RootFs {
    diff_ids: Vec<String>,
}

/// A manifest, as far as it is read.
#[derive(Deserialize)]
pub(crate) struct Manifest {
    #[serde(default)]
    pub(crate) config: Option<Descriptor>,
    #[serde(default)]
    pub(crate) layers: Vec<Descriptor>,
}

/// Names a blob.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) media_type: String,
    pub(crate) digest: String,
    pub(crate) size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) annotations: Option<BTreeMap<String, String>>,
}

/// The store in one root folder.
pub struct Store {
    root: PathBuf,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    stamp: Option<SystemTime>,
    images: BTreeMap<String, Arc<Image>>,
}

impl Store {
    /// Opens the store, making its folders.
    pub fn open(root: &Path) -> Result<Self> {
        for folder in ["blobs/sha256", "layers", "images"] {
            let path = root.join(folder);
            fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        }
        Ok(Self { root: root.into(), cache: Mutex::default() })
    }

    /// The folder that layers are relative to.
    pub fn layers_folder(&self) -> PathBuf {
        self.root.join("layers")
    }

    /// The folder of everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn blob_path(&self, digest: &str) -> Result<PathBuf> {
        Ok(self.root.join("blobs/sha256").join(digest_hex(digest)?))
    }

    fn layer_path(&self, diff_id: &str) -> Result<PathBuf> {
        Ok(self.layers_folder().join(layer_name(diff_id)?))
    }

    /// Every image, ordered by id.
    pub fn list(&self) -> Vec<Arc<Image>> {
        let folder = self.root.join("images");
        let stamp = fs::metadata(&folder).and_then(|meta| meta.modified()).ok();
        let mut cache = self.cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if cache.stamp != stamp || stamp.is_none() {
            cache.images = fs::read_dir(&folder)
                .into_iter()
                .flatten()
                .flatten()
                .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "json"))
                .filter_map(|entry| {
                    let image: Image = serde_json::from_slice(&fs::read(entry.path()).ok()?).ok()?;
                    Some((image.id.clone(), Arc::new(image)))
                })
                .collect();
            cache.stamp = stamp;
        }
        cache.images.values().cloned().collect()
    }

    /// The image of that id, short id, name or digest.
    pub fn find(&self, name: &str) -> Option<Arc<Image>> {
        let images = self.list();
        let by_id = name.strip_prefix("sha256:").unwrap_or(name);
        if by_id.len() >= 12 && by_id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let found = images.iter().find(|image| image.id["sha256:".len()..].starts_with(by_id));
            if found.is_some() {
                return found.cloned();
            }
        }
        let reference = Reference::parse(name).ok()?;
        images.into_iter().find(|image| {
            image.tags.iter().chain(&image.digests).any(|own| *own == reference.whole())
                || reference.digest.as_ref().is_some_and(|_| image.digests.contains(&reference.with_digest()))
        })
    }

    /// What running the image takes.
    pub fn run_config(&self, image: &Image) -> Result<RunConfig> {
        let file: ConfigFile = serde_json::from_slice(&self.read_blob(&image.id)?)
            .with_context(|| format!("the config of image {} is malformed", image.id))?;
        Ok(file.config.unwrap_or_default())
    }

    /// An image's layers as overlayfs lists them: folder names, topmost first.
    pub fn lower(&self, image: &Image) -> Result<Vec<String>> {
        let mut names = Vec::with_capacity(image.layers.len());
        for diff_id in image.layers.iter().rev() {
            let name = layer_name(diff_id)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    pub(crate) fn read_blob(&self, digest: &str) -> Result<Vec<u8>> {
        let path = self.blob_path(digest)?;
        fs::read(&path).with_context(|| format!("cannot read the blob {}", path.display()))
    }

    /// Stores a blob and returns its digest.
    pub(crate) fn write_blob(&self, bytes: &[u8]) -> Result<String> {
        let digest = digest_of(bytes);
        let path = self.blob_path(&digest)?;
        write_atomically(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(digest)
    }

    /// Copies a blob in, checking its digest on the way.
    pub(crate) fn copy_blob(&self, digest: &str, from: &mut dyn Read) -> Result<()> {
        let path = self.blob_path(digest)?;
        if path.exists() {
            return Ok(());
        }
        let temporary = temporary(&path);
        let mut file =
            fs::File::create(&temporary).with_context(|| format!("cannot create {}", temporary.display()))?;
        let mut hashing = Hashing::new(from);
        let copied = io::copy(&mut hashing, &mut file);
        let actual = hashing.digest();
        if let Err(error) = copied {
            let _ = fs::remove_file(&temporary);
            return Err(error).with_context(|| format!("cannot store the blob {digest}"));
        }
        if actual != digest {
            let _ = fs::remove_file(&temporary);
            bail!("the blob {digest} is damaged: its content's digest is {actual}");
        }
        fs::rename(&temporary, &path)?;
        Ok(())
    }

    pub(crate) fn has_blob(&self, digest: &str) -> bool {
        self.blob_path(digest).is_ok_and(|path| path.exists())
    }

    pub(crate) fn open_blob(&self, digest: &str) -> Result<fs::File> {
        let path = self.blob_path(digest)?;
        fs::File::open(&path).with_context(|| format!("cannot open the blob {}", path.display()))
    }

    /// Unpacks the layers of a manifest whose blobs are all here, and records the image.
    pub(crate) fn register(&self, manifest_digest: &str, name: Option<&Reference>) -> Result<Arc<Image>> {
        let manifest: Manifest = serde_json::from_slice(&self.read_blob(manifest_digest)?)
            .with_context(|| format!("the manifest {manifest_digest} is malformed"))?;
        let config = manifest.config.ok_or_else(|| anyhow!("{manifest_digest} is no image manifest"))?;
        let file: ConfigFile = serde_json::from_slice(&self.read_blob(&config.digest)?)
            .with_context(|| format!("{} is no image config", config.digest))?;
        if file.rootfs.diff_ids.len() != manifest.layers.len() {
            bail!(
                "the image's config names {} layers and its manifest {}",
                file.rootfs.diff_ids.len(),
                manifest.layers.len()
            );
        }
        for (diff_id, layer) in file.rootfs.diff_ids.iter().zip(&manifest.layers) {
            self.unpack(diff_id, layer)?;
        }
        let image = Image {
            id: config.digest.clone(),
            manifest: manifest_digest.into(),
            tags: Vec::new(),
            digests: Vec::new(),
            size: config.size + manifest.layers.iter().map(|layer| layer.size).sum::<u64>(),
            layers: file.rootfs.diff_ids,
            pinned: false,
        };
        self.record(image, name)
    }

    fn unpack(&self, diff_id: &str, layer: &Descriptor) -> Result<()> {
        let path = self.layer_path(diff_id)?;
        if path.exists() {
            return Ok(());
        }
        let temporary = temporary(&path);
        let blob = self.open_blob(&layer.digest)?;
        let unpacked = layer::unpack(blob, &temporary)
            .with_context(|| format!("cannot unpack the layer {}", layer.digest))
            .and_then(|actual| {
                if actual == *diff_id {
                    Ok(())
                } else {
                    Err(anyhow!("the layer {} is damaged: {actual} instead of {diff_id}", layer.digest))
                }
            });
        if let Err(error) = unpacked {
            let _ = fs::remove_dir_all(&temporary);
            return Err(error);
        }
        match fs::rename(&temporary, &path) {
            Ok(()) => Ok(()),
            // Somebody else unpacked the same layer meanwhile.
            Err(_) if path.exists() => Ok(fs::remove_dir_all(&temporary)?),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the image's file, moving `name` to it from whichever image had it.
    pub(crate) fn record(&self, mut image: Image, name: Option<&Reference>) -> Result<Arc<Image>> {
        let existing = self.list();
        if let Some(known) = existing.iter().find(|known| known.id == image.id) {
            image.tags = known.tags.clone();
            image.digests = known.digests.clone();
            image.pinned |= known.pinned;
        }
        if let Some(name) = name {
            if let Some(tag) = name.with_tag() {
                for other in existing.iter().filter(|other| other.id != image.id && other.tags.contains(&tag))
                {
                    let mut other = (**other).clone();
                    other.tags.retain(|own| *own != tag);
                    self.save(&other)?;
                }
                if !image.tags.contains(&tag) {
                    image.tags.push(tag);
                }
            }
            let digest = format!("{}@{}", name.repository(), image.manifest);
            if !image.digests.contains(&digest) {
                image.digests.push(digest);
            }
        }
        self.save(&image)?;
        Ok(Arc::new(image))
    }

    fn save(&self, image: &Image) -> Result<()> {
        let path = self.root.join("images").join(format!("{}.json", digest_hex(&image.id)?));
        write_atomically(&path, &serde_json::to_vec_pretty(image)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Removes an image, and what no other image needs. `in_use` are layers of containers.
    pub fn remove(&self, name: &str) -> Result<bool> {
        let Some(image) = self.find(name) else { return Ok(false) };
        fs::remove_file(self.root.join("images").join(format!("{}.json", digest_hex(&image.id)?)))?;
        self.collect(&image)?;
        Ok(true)
    }

    fn collect(&self, gone: &Image) -> Result<()> {
        let rest = self.list();
        let mut kept: Vec<String> = Vec::new();
        for image in &rest {
            kept.push(image.id.clone());
            kept.push(image.manifest.clone());
            if let Ok(manifest) = self.manifest(image) {
                kept.extend(manifest.layers.into_iter().map(|layer| layer.digest));
            }
        }
        let mut blobs = vec![gone.id.clone(), gone.manifest.clone()];
        if let Ok(manifest) = self.manifest(gone) {
            blobs.extend(manifest.layers.into_iter().map(|layer| layer.digest));
        }
        for blob in blobs.iter().filter(|blob| !kept.contains(blob)) {
            let _ = fs::remove_file(self.blob_path(blob)?);
        }
        for layer in gone.layers.iter().filter(|layer| !rest.iter().any(|image| image.layers.contains(layer)))
        {
            let path = self.layer_path(layer)?;
            let doomed = temporary(&path);
            if fs::rename(&path, &doomed).is_ok() {
                fs::remove_dir_all(&doomed).with_context(|| format!("cannot remove {}", doomed.display()))?;
            }
        }
        Ok(())
    }

    pub(crate) fn manifest(&self, image: &Image) -> Result<Manifest> {
        Ok(serde_json::from_slice(&self.read_blob(&image.manifest)?)?)
    }

    /// Writes a layer as a tar stream, from its blob or, for images made here, its folder.
    pub(crate) fn write_layer(
        &self,
        descriptor: &Descriptor,
        diff_id: &str,
        to: &mut dyn Write,
    ) -> Result<()> {
        if self.has_blob(&descriptor.digest) {
            io::copy(&mut self.open_blob(&descriptor.digest)?, to)?;
            return Ok(());
        }
        layer::pack(&self.layer_path(diff_id)?, to)
    }
}

/// A digest's hexadecimal part; refuses anything that could lead out of a folder.
pub(crate) fn digest_hex(digest: &str) -> Result<&str> {
    let hex = digest.strip_prefix("sha256:").unwrap_or_default();
    if hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        Ok(hex)
    } else {
        bail!("{digest:?} is not a sha256 digest")
    }
}

/// A layer's folder: short, so that many fit into one mount option, and long enough that no two
/// of a store are the same.
fn layer_name(diff_id: &str) -> Result<String> {
    Ok(digest_hex(diff_id)?[..24].to_string())
}

/// The digest of bytes in memory.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes)))
}

/// Hashes what passes through.
pub(crate) struct Hashing<T> {
    inner: T,
    context: ring::digest::Context,
    length: u64,
}

impl<T> Hashing<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self { inner, context: ring::digest::Context::new(&ring::digest::SHA256), length: 0 }
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn digest(self) -> String {
        format!("sha256:{}", hex::encode(self.context.finish()))
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.context.update(&buffer[..count]);
        self.length += count as u64;
        Ok(count)
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.context.update(&bytes[..count]);
        self.length += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A name beside `path` that no other process or thread uses.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.{:x}", std::process::id(), rand::random::<u32>()))
}

/// Writes a file so that readers see the old or the new content, never half of it.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary(path);
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}
