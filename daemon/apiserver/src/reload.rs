//! Files that may change while the server runs: configurations, and the certificates of CAs.

use std::path::{Path, PathBuf};

use futures::StreamExt;
use inotify::{Inotify, WatchMask};
use tokio_util::sync::CancellationToken;

/// Reads the file anew whenever it changes, and hands its content over. The folder is watched, not
/// the file: editors and kubelets replace files rather than write to them.
///
/// `known` is what was read at first. A file that can't be read is left as it was.
pub async fn follow(
    path: PathBuf,
    mut known: Vec<u8>,
    shutdown: CancellationToken,
    mut changed: impl FnMut(&[u8]),
) {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let watch = || -> std::io::Result<_> {
        let inotify = Inotify::init()?;
        let mask = WatchMask::CLOSE_WRITE | WatchMask::MOVED_TO | WatchMask::CREATE | WatchMask::DELETE;
        inotify.watches().add(&folder, mask)?;
        inotify.into_event_stream(vec![0u8; 4096])
    };
    let mut events = match watch() {
        Ok(events) => events,
        Err(error) => {
            tracing::error!(file = %path.display(), %error, "cannot watch the file; changes need a restart");
            return;
        }
    };
    loop {
        // It may have changed before the watch began.
        match read(&path).await {
            Ok(found) if found != known => {
                tracing::info!(file = %path.display(), "the file has changed");
                changed(&found);
                known = found;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "cannot read the file; what it said before stays in force");
            }
        }
        tokio::select! {
            event = events.next() => if event.is_none() { return },
            () = shutdown.cancelled() => return,
        }
    }
}

async fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    tokio::fs::read(path).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn tells_of_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, "1").expect("writable");
        let (send, mut seen) = mpsc::unbounded_channel();
        let end = CancellationToken::new();
        let task = tokio::spawn(follow(path.clone(), b"1".to_vec(), end.clone(), move |content| {
            send.send(content.to_vec()).expect("someone listens");
        }));
        // Written in place, and replaced.
        std::fs::write(&path, "2").expect("writable");
        let mut last = seen.recv().await.expect("a change");
        while last != b"2" {
            last = seen.recv().await.expect("a change");
        }
        let other = folder.path().join("other");
        std::fs::write(&other, "3").expect("writable");
        std::fs::rename(&other, &path).expect("renamed");
        assert_eq!(seen.recv().await.expect("a change"), b"3");
        end.cancel();
        task.await.expect("ends");
    }
}
