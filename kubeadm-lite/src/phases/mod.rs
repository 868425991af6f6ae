//! The phases of `kadm init`, in their order. Each can be run alone: `kadm init phase <name>`.

pub mod addons;
pub mod api;
pub mod certs;
pub mod control_plane;
pub mod kubeconfig;
pub mod kubelet;
pub mod mark;
pub mod preflight;
pub mod tokens;
pub mod upload;
pub mod wait;

use anyhow::Result;

use crate::config::Init;

/// One phase.
pub struct Phase {
    /// kubeadm's name for it; subphases after a slash.
    pub name: &'static str,
    pub about: &'static str,
    pub run: fn(&Init) -> Result<()>,
}

/// All phases in the order in which `init` runs them.
pub const PHASES: &[Phase] = &[
    Phase { name: "preflight", about: "Run pre-flight checks", run: preflight::run },
    Phase { name: "certs", about: "Generate certificates", run: certs::run },
    Phase {
        name: "kubeconfig",
        about: "Generate the kubeconfig files of the control plane and the administrator",
        run: kubeconfig::run,
    },
    Phase {
        name: "etcd",
        about: "Generate the static Pod manifest of a local etcd",
        run: control_plane::etcd,
    },
    Phase {
        name: "control-plane",
        about: "Generate the static Pod manifests of the control plane",
        run: control_plane::run,
    },
    Phase {
        name: "kubelet-start",
        about: "Write the kubelet's settings and start the node's daemons",
        run: kubelet::run,
    },
    Phase { name: "wait-control-plane", about: "Wait for the control plane to start", run: wait::run },
    Phase {
        name: "upload-config",
        about: "Upload the kubeadm and kubelet configuration to ConfigMaps",
        run: upload::run,
    },
    Phase { name: "mark-control-plane", about: "Mark this node as a control plane", run: mark::run },
    Phase {
        name: "bootstrap-token",
        about: "Generate the bootstrap token with which nodes join",
        run: tokens::run,
    },
    Phase { name: "addon", about: "Install the addons kube-proxy and kube-dns", run: addons::run },
];

/// The phase of that name.
pub fn find(name: &str) -> Option<&'static Phase> {
    PHASES.iter().find(|phase| phase.name == name)
}
