//! The kubeconfigs of the administrator, the kubelet, the controller manager and the scheduler.

use std::path::Path;

use anyhow::{Context, Result};
use pki::kubeconfig::{Credentials, render};
use pki::{Authority, Leaf};

use crate::config::{Init, KUBERNETES};

/// File, user, group.
pub const FILES: &[(&str, &str, Option<&str>)] = &[
    ("admin.conf", "kubernetes-admin", Some("kubeadm:cluster-admins")),
    ("super-admin.conf", "kubernetes-super-admin", Some("system:masters")),
    ("kubelet.conf", "system:node:", Some("system:nodes")),
    ("controller-manager.conf", "system:kube-controller-manager", None),
    ("scheduler.conf", "system:kube-scheduler", None),
];

/// Writes what is missing.
///
/// # Errors
/// Names the file.
pub fn run(init: &Init) -> Result<()> {
    println!("[kubeconfig] Using kubeconfig folder {KUBERNETES:?}");
    for (file, _, _) in FILES {
        one(init, file)?;
    }
    Ok(())
}

/// Writes one kubeconfig, unless it is there.
///
/// # Errors
/// Names the file.
pub fn one(init: &Init, file: &str) -> Result<()> {
    let path = Path::new(KUBERNETES).join(file);
    let (_, user, group) = FILES
        .iter()
        .find(|(name, _, _)| *name == file)
        .with_context(|| format!("there is no kubeconfig {file:?}"))?;
    let user = if file == "kubelet.conf" { format!("{user}{}", init.node_name) } else { (*user).to_string() };
    // The control plane's own components talk to the API server beside them.
    let server = if file == "admin.conf" || file == "super-admin.conf" || file == "kubelet.conf" {
        init.server()
    } else {
        init.local_server()
    };
    let ca = Authority::read(&init.cert_dir.join("ca"))?;
    if let Ok(existing) = client::config::Kubeconfig::read(&path) {
        let known = existing.resolve(&client::config::Overrides::default());
        if known.is_ok_and(|known| {
            known.server == server && known.ca.as_deref() == Some(ca.certificate.as_bytes())
        }) {
            println!("[kubeconfig] Using existing kubeconfig file: {:?}", path.display().to_string());
            return Ok(());
        }
        anyhow::bail!(
            "{} belongs to another cluster or server; run kadm reset, or remove the file",
            path.display()
        );
    }
    let pair = ca.issue(&Leaf::client(&user, *group))?;
    let text = render(&server, &ca.certificate, &init.cluster_name, &user, &Credentials::Embedded(&pair));
    pki::write::secret(&path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    println!("[kubeconfig] Writing {file:?} kubeconfig file");
    Ok(())
}
