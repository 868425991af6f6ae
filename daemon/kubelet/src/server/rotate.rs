//! Logs that grow too large are put aside, and the oldest ones removed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use criapi::{
    ContainerFilter, ContainerState, ContainerStateValue, ListContainersRequest, ReopenContainerLogRequest,
};

use crate::kubelet::Kubelet;
use crate::pod::runtime::{LABEL_CONTAINER, LABEL_NAME, LABEL_NAMESPACE, LABEL_UID};

/// How often sizes are looked at. Upstream looks every ten seconds; a log that grows by more
/// than its limit between two looks is cut late, not wrongly.
const LOOK: Duration = Duration::from_secs(60);

/// Rotates for as long as the kubelet runs.
pub async fn run(kubelet: Arc<Kubelet>) {
    let file = &kubelet.config.file;
    let most =
        file.container_log_max_size.parse::<apimachinery::quantity::Quantity>().map(|size| size.units()).ok();
    let Some(most) = most.and_then(|most| u64::try_from(most).ok()).filter(|most| *most > 0) else { return };
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = kubelet.shutdown.cancelled() => return,
        }
        let running = ContainerFilter {
            state: Some(ContainerStateValue { state: ContainerState::ContainerRunning.into() }),
            ..Default::default()
        };
        let listed = kubelet
            .cri
            .runtime
            .clone()
            .list_containers(ListContainersRequest { filter: Some(running) })
            .await;
        for container in listed.map(|answer| answer.into_inner().containers).unwrap_or_default() {
            let label = |name: &str| container.labels.get(name).cloned().unwrap_or_default();
            let attempt = container.metadata.as_ref().map_or(0, |metadata| metadata.attempt);
            let folder = format!("{}_{}_{}", label(LABEL_NAMESPACE), label(LABEL_NAME), label(LABEL_UID));
            let log = kubelet
                .config
                .log_root
                .join(folder)
                .join(label(LABEL_CONTAINER))
                .join(format!("{attempt}.log"));
            if std::fs::metadata(&log).is_ok_and(|meta| meta.len() > most) {
                rotate(&log, file.container_log_max_files);
                let request = ReopenContainerLogRequest { container_id: container.id.clone() };
                if let Err(error) = kubelet.cri.runtime.clone().reopen_container_log(request).await {
                    tracing::warn!(log = %log.display(), error = error.message(), "cannot reopen a rotated log");
                }
            }
        }
    }
}

/// Puts `log` aside and keeps at most `files` in all.
fn rotate(log: &Path, files: u32) {
    let stamp = jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S");
    let aside = PathBuf::from(format!("{}.{stamp}", log.display()));
    if let Err(error) = std::fs::rename(log, &aside) {
        tracing::warn!(log = %log.display(), %error, "cannot put a log aside");
        return;
    }
    let (Some(folder), Some(name)) =
        (log.parent(), log.file_name().map(|name| name.to_string_lossy().into_owned()))
    else {
        return;
    };
    let mut old: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name().is_some_and(|found| found.to_string_lossy().starts_with(&format!("{name}.")))
        })
        .collect();
    old.sort();
    let keep = usize::try_from(files).unwrap_or(5).max(2) - 1;
    for path in old.iter().take(old.len().saturating_sub(keep)) {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("0.log");
        for stamp in ["20260101-000000", "20260102-000000", "20260103-000000"] {
            std::fs::write(folder.path().join(format!("0.log.{stamp}")), "").expect("writes");
        }
        std::fs::write(&log, "x").expect("writes");
        rotate(&log, 3);
        assert!(!log.exists());
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 2);
        assert!(folder.path().join("0.log.20260103-000000").exists());
    }
}
