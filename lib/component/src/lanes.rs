//! Threads that each tend to connections of their own, from beginning to end.
//!
//! A runtime with several workers moves a connection between them at nearly every request: one
//! gets the kernel's event and works, and wakes another to look for more. For a client with one
//! request at a time that costs more than the answer does. Work that may take long belongs to the
//! program's other runtime, so that the lane's other connections need not wait.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The lanes; they end when the last copy is dropped, and drop what runs on them.
#[derive(Clone)]
pub struct Lanes(Arc<Inner>);

struct Inner {
    lanes: Vec<(Handle, Arc<AtomicUsize>)>,
    _end: DropGuard,
}

/// A connection's place on a lane, given back when dropped.
pub struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lanes {
    /// Starts `count` lanes, at least one.
    ///
    /// # Errors
    /// Fails when the kernel refuses a thread or its epoll instance.
    pub fn start(count: usize) -> io::Result<Self> {
        let end = CancellationToken::new();
        let lanes = (0..count.max(1)).map(|_| {
            let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(16).build()?;
            let handle = runtime.handle().clone();
            let ended = end.clone().cancelled_owned();
            std::thread::Builder::new().name("lane".into()).spawn(move || {
                runtime.block_on(ended);
                // Blocking work must not hold the process back.
                runtime.shutdown_background();
            })?;
            Ok((handle, Arc::default()))
        });
        let lanes = lanes.collect::<io::Result<_>>()?;
        Ok(Self(Arc::new(Inner { lanes, _end: end.drop_guard() })))
    }

    /// The lane with the fewest connections, and a place on it.
    pub fn place(&self) -> (Handle, Place) {
        let lanes = self.0.lanes.iter();
        let (handle, taken) =
            lanes.min_by_key(|(_, taken)| taken.load(Ordering::Relaxed)).unwrap_or(&self.0.lanes[0]);
        taken.fetch_add(1, Ordering::Relaxed);
        (handle.clone(), Place(taken.clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn connections_are_spread_and_stay() {
        let lanes = Lanes::start(2).expect("threads");
        let mut places = Vec::new();
        let mut threads = HashMap::<_, usize>::new();
        for _ in 0..6 {
            let (handle, place) = lanes.place();
            let first = handle.spawn(async { std::thread::current().id() }).await.expect("runs");
            let again = handle.spawn(async { std::thread::current().id() }).await.expect("runs");
            assert_eq!(first, again);
            *threads.entry(first).or_default() += 1;
            places.push((first, place));
        }
        assert_eq!(threads.into_values().collect::<Vec<_>>(), [3, 3]);
        // Whoever leaves makes room where it was.
        let left = places[0].0;
        places.retain(|(thread, _)| *thread != left);
        let (handle, _place) = lanes.place();
        assert_eq!(handle.spawn(async { std::thread::current().id() }).await.expect("runs"), left);
    }

    #[tokio::test]
    async fn at_the_end_what_runs_is_dropped() {
        let lanes = Lanes::start(1).expect("threads");
        let (handle, place) = lanes.place();
        let (sender, receiver) = oneshot::channel::<()>();
        let task = handle.spawn(async move {
            let _held = sender;
            std::future::pending::<()>().await;
        });
        drop((lanes, place));
        assert!(receiver.await.is_err());
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
    }
}
