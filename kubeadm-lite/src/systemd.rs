//! On a host with systemd the node's daemons are its units.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::supervisor::Unit;

fn path(unit: &str) -> PathBuf {
    Path::new("/etc/systemd/system").join(format!("{unit}.service"))
}

fn text(unit: &Unit, after: Option<&str>) -> String {
    // systemd starts a program by its path; the link's name tells the executable what it is.
    let program = Path::new(crate::install::PREFIX).join("bin").join(&unit.name);
    let args = unit.command.iter().skip(1).cloned().collect::<Vec<_>>().join(" ");
    let after =
        after.map(|after| format!("Wants={after}.service\nAfter={after}.service\n")).unwrap_or_default();
    format!(
        "[Unit]\nDescription={}, kept by kadm\nAfter=network-online.target\nWants=network-online.target\n{after}\n[Service]\nExecStart={} {args}\nRestart=always\nRestartSec=100ms\nStartLimitIntervalSec=0\nKillMode=process\nDelegate=yes\nOOMScoreAdjust=-999\n\n[Install]\nWantedBy=multi-user.target\n",
        unit.name,
        program.display(),
    )
}

fn systemctl(args: &[&str]) -> Result<()> {
    let output = Command::new("systemctl").args(args).output().context("cannot run systemctl")?;
    if !output.status.success() {
        bail!("systemctl {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Writes the units, enables and (re)starts them.
///
/// # Errors
/// systemd's words.
pub fn start(units: &[Unit]) -> Result<()> {
    let mut after = None;
    for unit in units {
        let file = path(&unit.name);
        pki::write::public(&file, text(unit, after).as_bytes())
            .with_context(|| format!("cannot write {}", file.display()))?;
        after = Some(unit.name.as_str());
    }
    systemctl(&["daemon-reload"])?;
    for unit in units {
        systemctl(&["enable", "--quiet", &unit.name])?;
        systemctl(&["restart", &unit.name])?;
    }
    Ok(())
}

/// Stops and removes the units that kadm has written.
///
/// # Errors
/// systemd's words.
pub fn stop() -> Result<()> {
    let mut found = false;
    for name in ["kubelet", "kube-cri"] {
        let file = path(name);
        if std::fs::read_to_string(&file).is_ok_and(|text| text.contains("kept by kadm")) {
            systemctl(&["disable", "--quiet", "--now", name])?;
            std::fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
            found = true;
        }
    }
    if found { systemctl(&["daemon-reload"]) } else { Ok(()) }
}
