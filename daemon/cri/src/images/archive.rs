//! Images as files: OCI layouts in a tar, `docker save` archives, and the way back.
//!
//! `ctr -n k8s.io images import` and `docker load` read what [`export`] writes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use serde_json::json;

use super::make::architecture;
use super::reference::Reference;
use super::{Descriptor, Hashing, Image, Store, digest_of, temporary};

#[derive(Deserialize)]
struct OciIndex {
    #[serde(default)]
    manifests: Vec<OciEntry>,
}

#[derive(Deserialize)]
struct OciEntry {
    digest: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    platform: Option<OciPlatform>,
}

#[derive(Deserialize)]
struct OciPlatform {
    architecture: String,
    os: String,
}

#[derive(Deserialize)]
struct DockerEntry {
    #[serde(rename = "Config")]
    config: String,
    #[serde(rename = "RepoTags", default)]
    tags: Option<Vec<String>>,
    #[serde(rename = "Layers")]
    layers: Vec<String>,
}

/// Imports every image of an archive. `name` overrides the name of an archive with one image.
pub fn import(store: &Store, archive: &Path, name: Option<&str>) -> Result<Vec<Arc<Image>>> {
    let unpacked = temporary(&store.root().join("import"));
    fs::create_dir(&unpacked).with_context(|| format!("cannot create {}", unpacked.display()))?;
    let imported = extract(archive, &unpacked).and_then(|()| {
        if unpacked.join("index.json").exists() {
            import_oci(store, &unpacked, name)
        } else if unpacked.join("manifest.json").exists() {
            import_docker(store, &unpacked, name)
        } else {
            Err(anyhow!("it holds neither index.json (OCI) nor manifest.json (docker)"))
        }
    });
    let _ = fs::remove_dir_all(&unpacked);
    imported.with_context(|| format!("cannot import {}", archive.display()))
}

fn extract(archive: &Path, to: &Path) -> Result<()> {
    let mut file = fs::File::open(archive)?;
    let mut magic = [0u8; 2];
    let is_gzip = file.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
    let file = fs::File::open(archive)?;
    let stream: Box<dyn Read> =
        if is_gzip { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    tar::Archive::new(stream).unpack(to)?;
    Ok(())
}

fn read_inside(folder: &Path, path: &str) -> Result<fs::File> {
    // Archives are strangers' files: nothing in them may name a file of the host.
    let full = fs::canonicalize(folder.join(path)).with_context(|| format!("the archive lacks {path}"))?;
    if !full.starts_with(fs::canonicalize(folder)?) {
        bail!("the archive's {path} leads out of it");
    }
    Ok(fs::File::open(full)?)
}

fn import_oci(store: &Store, folder: &Path, name: Option<&str>) -> Result<Vec<Arc<Image>>> {
    let index: OciIndex = serde_json::from_reader(read_inside(folder, "index.json")?)?;
    let mut images = Vec::new();
    for entry in index.manifests {
        let own = entry
            .annotations
            .get("io.containerd.image.name")
            .or_else(|| entry.annotations.get("org.opencontainers.image.ref.name"));
        let Some(name) = name.or(own.map(String::as_str)) else {
            bail!("the archive does not name its image; give it one with --name");
        };
        let reference = Reference::parse(name)?;
        let digest = copy_manifest(store, folder, &entry.digest)?;
        images.push(store.register(&digest, Some(&reference))?);
    }
    if images.is_empty() { Err(anyhow!("it holds no image")) } else { Ok(images) }
}

/// Copies a manifest's blobs in, choosing this platform's where it is an index.
fn copy_manifest(store: &Store, folder: &Path, digest: &str) -> Result<String> {
    let blob = |digest: &str| -> Result<fs::File> {
        read_inside(folder, &format!("blobs/sha256/{}", super::digest_hex(digest)?))
    };
    let mut bytes = Vec::new();
    blob(digest)?.read_to_end(&mut bytes)?;
    let index: OciIndex = serde_json::from_slice(&bytes).context("a manifest is malformed")?;
    if !index.manifests.is_empty() {
        let chosen = index
            .manifests
            .iter()
            .find(|entry| {
                entry
                    .platform
                    .as_ref()
                    .is_none_or(|platform| platform.os == "linux" && platform.architecture == architecture())
            })
            .ok_or_else(|| anyhow!("it has no image for linux/{}", architecture()))?;
        return copy_manifest(store, folder, &chosen.digest);
    }
    let manifest: super::Manifest = serde_json::from_slice(&bytes)?;
    for descriptor in manifest.config.iter().chain(&manifest.layers) {
        store.copy_blob(&descriptor.digest, &mut blob(&descriptor.digest)?)?;
    }
    store.write_blob(&bytes)
}

fn import_docker(store: &Store, folder: &Path, name: Option<&str>) -> Result<Vec<Arc<Image>>> {
    let entries: Vec<DockerEntry> = serde_json::from_reader(read_inside(folder, "manifest.json")?)?;
    let mut images = Vec::new();
    for entry in entries {
        let mut config = Vec::new();
        read_inside(folder, &entry.config)?.read_to_end(&mut config)?;
        let config_digest = store.write_blob(&config)?;
        let mut layers = Vec::new();
        for path in &entry.layers {
            let mut hashing = Hashing::new(read_inside(folder, path)?);
            std::io::copy(&mut hashing, &mut std::io::sink())?;
            let (size, digest) = (hashing.length(), hashing.digest());
            store.copy_blob(&digest, &mut read_inside(folder, path)?)?;
            let mut magic = [0u8; 2];
            let compressed = read_inside(folder, path)?.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
            let suffix = if compressed { "+gzip" } else { "" };
            layers.push(Descriptor {
                media_type: format!("application/vnd.oci.image.layer.v1.tar{suffix}"),
                digest,
                size,
                annotations: None,
            });
        }
        let manifest = serde_json::to_vec(&json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": config_digest,
                "size": config.len(),
            },
            "layers": layers,
        }))?;
        let manifest = store.write_blob(&manifest)?;
        let own = entry.tags.unwrap_or_default();
        let names: Vec<&str> = match name {
            Some(name) => vec![name],
            None => own.iter().map(String::as_str).collect(),
        };
        if names.is_empty() {
            bail!("the archive does not name its image; give it one with --name");
        }
        for name in names {
            images.push(store.register(&manifest, Some(&Reference::parse(name)?))?);
        }
    }
    if images.is_empty() { Err(anyhow!("it holds no image")) } else { Ok(images) }
}

/// Writes an image as a tar that is both an OCI layout and a `docker save` archive.
pub fn export(store: &Store, image: &Image, to: impl Write) -> Result<()> {
    let name = image.tags.first().or(image.digests.first()).cloned().unwrap_or_else(|| image.id.clone());
    let manifest_bytes = store.read_blob(&image.manifest)?;
    let manifest = store.manifest(image)?;
    let config = store.read_blob(&image.id)?;
    let mut builder = tar::Builder::new(to);
    let tag = name.rsplit_once(':').map_or("latest", |(_, tag)| tag);
    let index = serde_json::to_vec(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": image.manifest,
            "size": manifest_bytes.len(),
            "annotations": {
                "io.containerd.image.name": name,
                "org.opencontainers.image.ref.name": tag,
            },
            "platform": { "architecture": architecture(), "os": "linux" },
        }],
    }))?;
    let blob =
        |digest: &str| -> Result<String> { Ok(format!("blobs/sha256/{}", super::digest_hex(digest)?)) };
    let layers = manifest.layers.iter().map(|layer| blob(&layer.digest)).collect::<Result<Vec<_>>>()?;
    let docker = serde_json::to_vec(&json!([{
        "Config": blob(&image.id)?,
        "RepoTags": image.tags,
        "Layers": layers,
    }]))?;
    append(&mut builder, "oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
    append(&mut builder, "index.json", &index)?;
    append(&mut builder, "manifest.json", &docker)?;
    append(&mut builder, &blob(&image.manifest)?, &manifest_bytes)?;
    append(&mut builder, &blob(&digest_of(&config))?, &config)?;
    for (layer, diff_id) in manifest.layers.iter().zip(&image.layers) {
        let mut header = header(layer.size);
        header.set_path(blob(&layer.digest)?)?;
        header.set_cksum();
        let out = builder.get_mut();
        out.write_all(header.as_bytes())?;
        let mut hashing = Hashing::new(&mut *out);
        store.write_layer(layer, diff_id, &mut hashing)?;
        let (length, digest) = (hashing.length(), hashing.digest());
        if digest != layer.digest || length != layer.size {
            bail!("the layer {} has changed on disk: it now is {digest}", layer.digest);
        }
        let padding = (512 - length % 512) % 512;
        out.write_all(&[0u8; 512][..padding as usize])?;
    }
    builder.into_inner()?.flush()?;
    Ok(())
}

fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(0);
    header
}

fn append<W: Write>(builder: &mut tar::Builder<W>, path: &str, bytes: &[u8]) -> Result<()> {
    builder.append_data(&mut header(bytes.len() as u64), path, bytes)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{ImageConfig, ImageFile, make_from_files};
    use super::*;

    #[test]
    fn export_and_import_keep_the_image() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = [ImageFile::Text { path: "/a/b".into(), content: b"text".to_vec(), mode: 0o644 }];
        let config = ImageConfig { cmd: vec!["x".into()], ..Default::default() };
        let image =
            make_from_files(&folder.path().join("1"), "kadm.local/a:1", &files, &config).expect("makes");
        let one = Store::open(&folder.path().join("1")).expect("opens");
        let archive = folder.path().join("a.tar");
        export(&one, &image, fs::File::create(&archive).expect("creates")).expect("exports");
        let two = Store::open(&folder.path().join("2")).expect("opens");
        let imported = import(&two, &archive, None).expect("imports");
        assert_eq!(imported.len(), 1);
        assert_eq!((&imported[0].id, &imported[0].tags), (&image.id, &image.tags));
        let lower = two.lower(&imported[0]).expect("layers");
        let text = fs::read(two.layers_folder().join(&lower[0]).join("a/b"));
        assert_eq!(text.ok().as_deref(), Some(&b"text"[..]));
        // The same archive read as docker's.
        let unpacked = folder.path().join("docker");
        extract(&archive, &unpacked).expect("extracts");
        fs::remove_file(unpacked.join("index.json")).expect("removes");
        let three = Store::open(&folder.path().join("3")).expect("opens");
        let docker = import_docker(&three, &unpacked, Some("other/name:2")).expect("imports");
        assert_eq!(docker[0].id, image.id);
        assert_eq!(docker[0].tags, ["docker.io/other/name:2"]);
    }
}
