//! Compaction by itself: of what is older than a time, or further back than a number of revisions.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use component::flags::parse_duration;
use etcdapi::etcdserverpb::CompactionRequest;

use crate::auth::By;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;

/// How often revisions are counted in the revision mode.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// What to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoCompaction {
    /// Everything younger.
    Periodic(Duration),
    /// That many revisions.
    Revision(i64),
}

impl AutoCompaction {
    /// Reads the two flags; retention 0 means none.
    ///
    /// # Errors
    /// Fails when the mode doesn't exist or the retention isn't one.
    pub fn parse(mode: &str, retention: &str) -> Result<Option<Self>, String> {
        match mode {
            "revision" => match retention.parse::<i64>() {
                Ok(0) => Ok(None),
                Ok(count) if count > 0 => Ok(Some(Self::Revision(count))),
                _ => Err(format!("--auto-compaction-retention {retention:?} is not a number of revisions")),
            },
            "periodic" => {
                // A bare number counts hours.
                let period = match retention.parse::<u64>() {
                    Ok(hours) => Duration::from_secs(hours.saturating_mul(3600)),
                    Err(_) => parse_duration(retention)
                        .map_err(|reason| format!("--auto-compaction-retention: {reason}"))?,
                };
                Ok((!period.is_zero()).then_some(Self::Periodic(period)))
            }
            _ => Err(format!("--auto-compaction-mode {mode:?} is neither periodic nor revision")),
        }
    }
}

/// Compacts until the member ends.
pub async fn run(node: Arc<Node>, mode: AutoCompaction) {
    let mut sampled: VecDeque<i64> = VecDeque::new();
    let (interval, samples) = match mode {
        AutoCompaction::Revision(_) => (EVERY, 0),
        AutoCompaction::Periodic(period) => (period.min(Duration::from_secs(3600)) / 10, ticks(period)),
    };
    let mut tick = tokio::time::interval(interval);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = node.shutdown.cancelled() => return,
        }
        let now = node.store().revision();
        let target = match mode {
            AutoCompaction::Revision(keep) => now - keep,
            AutoCompaction::Periodic(_) => {
                sampled.push_back(now);
                if sampled.len() <= samples {
                    continue;
                }
                sampled.pop_front().unwrap_or_default()
            }
        };
        if target <= node.store().compact_revision() {
            continue;
        }
        let compact = Command::Compact(CompactionRequest { revision: target, physical: false });
        match node.propose(By::Server, compact).await {
            Ok(_) => tracing::info!(revision = target, "completed auto compaction"),
            Err(Error::Compacted | Error::Stopped) => {}
            Err(error) => tracing::warn!(revision = target, %error, "failed auto compaction"),
        }
    }
}

/// How many samples lie within the period.
fn ticks(period: Duration) -> usize {
    let interval = period.min(Duration::from_secs(3600)) / 10;
    usize::try_from(period.as_millis() / interval.as_millis().max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        let hour = Duration::from_secs(3600);
        assert_eq!(AutoCompaction::parse("periodic", "0"), Ok(None));
        assert_eq!(AutoCompaction::parse("periodic", "2"), Ok(Some(AutoCompaction::Periodic(2 * hour))));
        assert_eq!(AutoCompaction::parse("periodic", "60m"), Ok(Some(AutoCompaction::Periodic(hour))));
        assert_eq!(AutoCompaction::parse("revision", "1000"), Ok(Some(AutoCompaction::Revision(1000))));
        assert!(AutoCompaction::parse("revision", "1h").is_err());
        assert!(AutoCompaction::parse("sometimes", "1").is_err());
        assert_eq!((ticks(hour), ticks(24 * hour)), (10, 240));
    }
}
