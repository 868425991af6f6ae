//! What kctl does and kubectl 1.35, beside which it is tested, does not know yet: flags and commands of v1.36.

use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use kadm_tests::twins::Server;
use kadm_tests::{Output, built, kctl};

const OBJECTS: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {word: b2xk}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: x}]}
"#;

#[test]
fn flags_of_v1_36() -> Result<()> {
    let Some(ours) = built() else { return Ok(()) };
    let server = Server::start(&ours)?;
    let home = tempfile::tempdir()?;
    let program = kctl(&ours, home.path())?;
    let run = |script: &str| -> Result<Output> {
        let output = Command::new("sh")
            .args(["-c", script])
            .env("K", &program)
            .env("KUBECONFIG", &server.kubeconfig)
            .env("HOME", home.path())
            .current_dir(home.path())
            .stdin(Stdio::null())
            .output()?;
        Ok(output.into())
    };
    std::fs::write(home.path().join("o.yaml"), OBJECTS)?;
    run("$K create sa default; $K apply -f o.yaml && sed -i s/b2xk/bmV3/ o.yaml")?.ok()?;

    let masked = run("$K diff -f o.yaml")?;
    ensure!(
        masked.code == 1 && masked.out.contains("*** (before)") && !masked.out.contains("b2xk"),
        "{masked:?}"
    );
    let shown = run("$K diff -f o.yaml --show-secrets")?;
    ensure!(shown.code == 1 && shown.out.contains("b2xk") && shown.out.contains("bmV3"), "{shown:?}");

    let deep = run("$K explain pods.spec -R")?.ok()?;
    ensure!(deep.contains("securityContext") && deep.contains("livenessProbe"), "{deep}");

    let debugged =
        run("$K debug p --image=x -c d -q; $K get pod p -o jsonpath='{.spec.ephemeralContainers}'")?.ok()?;
    ensure!(debugged.contains("SYS_PTRACE"), "the profile is general: {debugged}");

    let script = "$K kuberc set --section=credentialplugin --policy=Allowlist --allowlist-entry=command=login \
        && $K kuberc set --section=defaults --command=get --option=output=name && $K kuberc view && $K get ns default";
    let kept = run(script)?.ok()?;
    for want in ["credentialPluginPolicy: Allowlist", "- command: login", "namespace/default"] {
        ensure!(kept.contains(want), "{kept}");
    }
    let refused =
        run("$K kuberc set --section=credentialplugin --policy=DenyAll --allowlist-entry=command=x")?;
    ensure!(refused.code == 1 && refused.err.contains("--allowlist-entry may only be used"), "{refused:?}");
    Ok(())
}
