//! Where Raft's work waits: any number of senders, one at a time who works it off.
//!
//! Sending wakes Raft's thread. Whoever will see to the work itself ([`crate::node::Node::tend`])
//! leaves it without waking anybody.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::consensus::Work;

/// The sending and the receiving side in one.
#[derive(Clone, Default)]
pub struct Inbox(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    ready: Condvar,
}

#[derive(Default)]
struct State {
    work: Vec<Work>,
    /// Raft's thread waits.
    sleeping: bool,
    /// It has been woken and has not looked yet.
    woken: bool,
    closed: bool,
}

/// Nobody works any more.
#[derive(Debug)]
pub struct Closed;

impl Inbox {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds work and sees to it that Raft's thread looks.
    ///
    /// # Errors
    /// Fails at the end.
    pub fn send(&self, work: Work) -> Result<(), Closed> {
        self.leave(work)?;
        self.wake();
        Ok(())
    }

    /// Adds work; the caller tends to it soon.
    ///
    /// # Errors
    /// Fails at the end.
    pub fn leave(&self, work: Work) -> Result<(), Closed> {
        let mut state = self.state();
        if state.closed {
            return Err(Closed);
        }
        state.work.push(work);
        Ok(())
    }

    /// Makes Raft's thread look.
    pub fn wake(&self) {
        let mut state = self.state();
        state.woken = true;
        if state.sleeping {
            self.0.ready.notify_one();
        }
    }

    /// Takes what there is.
    pub fn take(&self, most: usize) -> Vec<Work> {
        let mut state = self.state();
        if state.work.len() <= most {
            return std::mem::take(&mut state.work);
        }
        let rest = state.work.split_off(most);
        std::mem::replace(&mut state.work, rest)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.state().work.is_empty()
    }

    /// Raft's thread: sleeps until it is woken, or until `until`. `false` at the end.
    pub fn wait(&self, until: Option<Instant>) -> bool {
        let mut state = self.state();
        state.sleeping = true;
        while !state.woken && !state.closed {
            match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => state = self.0.ready.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => break,
                Some(left) => {
                    let waited = self.0.ready.wait_timeout(state, left);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
        state.sleeping = false;
        state.woken = false;
        !state.closed
    }

    /// Ends it: what waits is dropped, and whoever waits for its answer hears of it.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let dropped = std::mem::take(&mut state.work);
        self.0.ready.notify_one();
        drop(state);
        drop(dropped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_wakes_nobody_and_what_is_sent_does() {
        let inbox = Inbox::default();
        inbox.leave(Work::Removed).expect("open");
        assert!(inbox.wait(Some(Instant::now())), "time is up, not woken");
        assert!(!inbox.state().woken && !inbox.is_empty());
        inbox.send(Work::Removed).expect("open");
        // Without the wake-up this would last for ever.
        assert!(inbox.wait(None));
        assert_eq!((inbox.take(1).len(), inbox.take(8).len()), (1, 1));
        inbox.leave(Work::Removed).expect("open");
        inbox.close();
        assert!(!inbox.wait(None) && inbox.is_empty());
        assert!(inbox.send(Work::Removed).is_err());
    }
}
