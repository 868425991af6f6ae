//! Reads that need the same confirmation share it: those that come before it begins.
//!
//! A read may be answered when a majority confirms, after it has come, who leads. What one read has to wait
//! for is enough for every other that came before the asking.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use grpc::Gate;
use tonic::Status;

/// The confirmation that has not begun, if somebody waits for one.
#[derive(Default)]
pub struct Rounds(Arc<Mutex<Option<Gate>>>);

fn lock(next: &Mutex<Option<Gate>>) -> MutexGuard<'_, Option<Gate>> {
    next.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rounds {
    /// The confirmation that has not begun, which it does when it is first polled; `confirm` makes it if
    /// there is none.
    pub fn join<F>(&self, confirm: impl FnOnce() -> F) -> Gate
    where
        F: Future<Output = Result<(), Status>> + Send + 'static,
    {
        let begin = || {
            let (next, confirm) = (Arc::downgrade(&self.0), confirm());
            let round = async move {
                // Whoever comes from here on needs another.
                let begun = next.upgrade().and_then(|next| lock(&next).take());
                drop(begun);
                confirm.await
            };
            round.boxed().shared()
        };
        lock(&self.0).get_or_insert_with(begin).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn those_who_come_before_it_begins_share_one() {
        let (rounds, asked, answers) =
            (Rounds::default(), Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let join = || {
            let (asked, answers) = (asked.clone(), answers.clone());
            rounds.join(|| async move {
                asked.fetch_add(1, Ordering::SeqCst);
                answers.acquire().await.expect("open").forget();
                Ok(())
            })
        };
        let (first, same) = (join(), join());
        assert!(first.clone().now_or_never().is_none(), "it has begun and waits");
        let later = join();
        assert!(later.clone().now_or_never().is_none());
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        answers.add_permits(1);
        assert!(first.await.is_ok() && same.await.is_ok());
        assert!(later.clone().now_or_never().is_none(), "its own answer has not come");
        answers.add_permits(1);
        assert!(later.await.is_ok());
    }

    #[tokio::test]
    async fn one_that_nobody_waits_for_is_left_to_the_next() {
        let rounds = Rounds::default();
        drop(rounds.join(|| async { Err(Status::internal("nobody asks")) }));
        assert!(rounds.join(|| async { Ok(()) }).await.is_err());
        assert!(rounds.join(|| async { Ok(()) }).await.is_ok());
    }
}
