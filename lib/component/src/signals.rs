//! SIGINT and SIGTERM as one shutdown token.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first SIGINT or SIGTERM. A second one ends the process at
/// once with status 1, for the operator who has no patience with a hanging drain.
///
/// # Errors
/// Fails when a handler can't be installed. Call it inside the runtime.
pub fn shutdown() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let cancel = token.clone();
    tokio::spawn(async move {
        for round in 0.. {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if round > 0 {
                std::process::exit(1);
            }
            tracing::info!("shutting down on a signal");
            cancel.cancel();
        }
    });
    Ok(token)
}
