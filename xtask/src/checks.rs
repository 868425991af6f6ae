//! The tree's rules that no compiler checks: who may depend on whom.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Dependencies point one way: `kubeadm-lite → daemon/*, cli/* → lib/*`.
pub fn layers(root: &Path) -> Result<()> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--no-deps"])
        .current_dir(root)
        .output()
        .context("cannot run cargo metadata")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
    let packages: Vec<&Value> = metadata["packages"].as_array().into_iter().flatten().collect();
    let layer = |package: &Value| -> Option<String> {
        let manifest = Path::new(package["manifest_path"].as_str()?).strip_prefix(root).ok()?;
        Some(manifest.iter().next()?.to_string_lossy().into_owned())
    };
    let mut wrong = Vec::new();
    for package in &packages {
        let (Some(from), Some(name)) = (layer(package), package["name"].as_str()) else { continue };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let Some(target) = packages
                .iter()
                .find(|other| other["name"] == dependency["name"] && !dependency["path"].is_null())
            else {
                continue;
            };
            let to = layer(target).unwrap_or_default();
            let allowed = match from.as_str() {
                "lib" | "daemon" | "cli" => to == "lib",
                _ => true,
            };
            if !allowed {
                wrong.push(format!("{name} ({from}/) uses {} ({to}/)", dependency["name"]));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("dependencies that point the wrong way: {}", wrong.join("; "));
    }
    Ok(())
}
