//! Probes: the client's, which may be too many, and ours.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// What a client without calls has no reason to fall below (as grpc-go has it).
const IDLE: Duration = Duration::from_secs(2 * 60 * 60);
/// Probes that came too early before a client is sent away.
const STRIKES: u32 = 2;

/// Counts a client's probes, by grpc-go's rules: those after something was sent to it are free.
pub struct Police {
    least: Duration,
    last: Option<Instant>,
    strikes: u32,
}

impl Police {
    pub fn new(least: Duration) -> Self {
        Self { least, last: None, strikes: 0 }
    }

    /// A probe has come; `false`: one too many. `spoke` tells whether an answer or data were sent
    /// since the last one, `busy` whether calls are under way.
    pub fn ping(&mut self, spoke: bool, busy: bool) -> bool {
        let now = Instant::now();
        let last = self.last.replace(now);
        if spoke {
            self.strikes = 0;
            return true;
        }
        let least = if busy { self.least } else { IDLE };
        if last.is_some_and(|last| now < last + least) {
            self.strikes += 1;
        }
        self.strikes <= STRIKES
    }
}

/// Our own probes of a connection that is silent.
pub struct Keepalive {
    every: Duration,
    patience: Duration,
    heard: Instant,
    /// When a probe was sent that nothing has followed yet.
    probed: bool,
    timer: Pin<Box<Sleep>>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    Nothing,
    Probe,
    /// The client is gone.
    End,
}

impl Keepalive {
    pub fn new((every, patience): (Duration, Duration)) -> Self {
        let heard = Instant::now();
        Self { every, patience, heard, probed: false, timer: Box::pin(sleep_until(heard + every)) }
    }

    /// Something has come.
    pub fn heard(&mut self) {
        self.heard = Instant::now();
    }

    pub fn poll(&mut self, context: &mut Context<'_>) -> Due {
        while self.timer.as_mut().poll(context).is_ready() {
            let due = self.timer.deadline();
            let silent = if self.probed { due - self.patience } else { due - self.every };
            if self.heard > silent {
                self.probed = false;
                self.timer.as_mut().reset(self.heard + self.every);
            } else if self.probed {
                return Due::End;
            } else {
                self.probed = true;
                self.timer.as_mut().reset(due + self.patience);
                // So that the timer wakes us.
                let _: Poll<()> = self.timer.as_mut().poll(context);
                return Due::Probe;
            }
        }
        Due::Nothing
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_asks_too_often_is_sent_away() {
        let mut police = Police::new(Duration::from_secs(5));
        for _ in 0..3 {
            assert!(police.ping(false, true), "the first, and two strikes");
        }
        assert!(!police.ping(false, true));
        // With answers between them, at any rate.
        let mut police = Police::new(Duration::from_secs(5));
        assert!((0..9).all(|_| police.ping(true, true)));
        // Slowly enough for who has calls is too often for who has none.
        let mut police = Police::new(Duration::from_secs(5));
        for busy in [true, true, true, true, false, false, false] {
            tokio::time::advance(Duration::from_secs(6)).await;
            let last = police.ping(false, busy);
            assert_eq!(last, police.strikes < 3);
        }
        assert_eq!(police.strikes, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_silent_are_probed_and_then_given_up() {
        let begun = Instant::now();
        let mut keepalive = Keepalive::new((Duration::from_secs(100), Duration::from_secs(20)));
        tokio::time::advance(Duration::from_secs(40)).await;
        keepalive.heard();
        let mut next = async |heard: bool| {
            if heard {
                keepalive.heard();
            }
            poll_fn(|context| match keepalive.poll(context) {
                Due::Nothing => Poll::Pending,
                due => Poll::Ready((due, begun.elapsed().as_secs())),
            })
            .await
        };
        assert_eq!(next(false).await, (Due::Probe, 140));
        // It answers at 140, the next probe is a hundred seconds later.
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(next(true).await, (Due::Probe, 241));
        assert_eq!(next(false).await, (Due::End, 261));
    }
}
