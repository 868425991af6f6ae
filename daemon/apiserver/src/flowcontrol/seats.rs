//! How many seats each priority level has: its share of the server's, what it may lend and borrow,
//! and what is wanted. Numbers in, numbers out.
//!
//! Source: KEP-1040, "Dispatching" and "Borrowing".

use super::queues::Demand;

/// A level's shares, as its configuration has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Its part of all shares.
    pub nominal: u32,
    /// How much of its seats others may borrow, in percent.
    pub lendable: u32,
    /// How much it may borrow, in percent of its own; `None`: all there is.
    pub borrowing: Option<u32>,
}

/// The bounds of a level's seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// By its shares.
    pub nominal: usize,
    /// When it has lent all that it may.
    pub lower: usize,
    /// When it has borrowed all that it may.
    pub upper: usize,
}

/// Shares become seats, rounded up.
pub fn bounds(all: &[Shares], server: usize) -> Vec<Bounds> {
    let sum: f64 = all.iter().map(|shares| f64::from(shares.nominal)).sum();
    let of = |shares: &Shares| {
        let nominal = if sum == 0.0 { 0.0 } else { (server as f64 * f64::from(shares.nominal) / sum).ceil() };
        let part = |percent: u32| (nominal * f64::from(percent) / 100.0).round() as usize;
        let nominal = nominal as usize;
        Bounds {
            nominal,
            lower: nominal.saturating_sub(part(shares.lendable)),
            upper: shares.borrowing.map_or(server.max(nominal), |percent| nominal + part(percent)),
        }
    };
    all.iter().map(of).collect()
}

/// How much of the old smoothed demand stays each time.
const SMOOTHING: f64 = 0.977;

/// What a level wants, made smooth: up at once, down slowly.
pub fn smooth(before: f64, demand: Demand) -> f64 {
    let envelope = demand.average + demand.deviation;
    envelope.max(SMOOTHING * before + (1.0 - SMOOTHING) * envelope)
}

/// One level's part in the sharing.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// What it has to have: what it wanted at most, but no more than its own.
    pub least: f64,
    /// What it may have.
    pub most: f64,
    /// What it would like.
    pub target: f64,
}

impl Claim {
    /// From bounds and demand.
    pub fn new(bounds: Bounds, high: f64, smoothed: f64) -> Self {
        let least = (bounds.lower as f64).max(high.min(bounds.nominal as f64));
        Self { least, most: (bounds.upper as f64).max(least), target: least.max(smoothed) }
    }
}

/// Shares `server` seats so that each level gets the same fraction of its target, within its
/// bounds. Gives the fraction, and seats.
pub fn share(claims: &[Claim], server: usize) -> (f64, Vec<usize>) {
    let least: f64 = claims.iter().map(|claim| claim.least).sum();
    let at = |fraction: f64, claim: &Claim| (fraction * claim.target).clamp(claim.least, claim.most);
    let whole = |seats: f64| seats.round() as usize;
    if least >= server as f64 {
        return (0.0, claims.iter().map(|claim| whole(claim.least)).collect());
    }
    // The sum grows with the fraction: it is closed in on.
    let sum = |fraction: f64| claims.iter().map(|claim| at(fraction, claim)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    while sum(high) < server as f64 && high < 1e9 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if sum(middle) < server as f64 { low = middle } else { high = middle }
    }
    (high, claims.iter().map(|claim| whole(at(high, claim))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_default_levels() {
        let of = |nominal, lendable| Shares { nominal, lendable, borrowing: None };
        // catch-all, global-default, leader-election, node-high, system, workload-high, workload-low
        let all = [of(5, 0), of(20, 50), of(10, 0), of(40, 25), of(30, 33), of(40, 50), of(100, 90)];
        let bounds = bounds(&all, 600);
        let nominal: Vec<usize> = bounds.iter().map(|bounds| bounds.nominal).collect();
        assert_eq!(nominal, [13, 49, 25, 98, 74, 98, 245]);
        let lower: Vec<usize> = bounds.iter().map(|bounds| bounds.lower).collect();
        assert_eq!(lower, [13, 24, 25, 73, 50, 49, 24]);
        assert!(bounds.iter().all(|bounds| bounds.upper == 600));
        let limited = Shares { nominal: 10, lendable: 0, borrowing: Some(50) };
        assert_eq!(super::bounds(&[limited], 100)[0].upper, 150);
    }

    #[test]
    fn idle_seats_are_lent() {
        let bounds = bounds(
            &[
                Shares { nominal: 50, lendable: 50, borrowing: None },
                Shares { nominal: 50, lendable: 50, borrowing: None },
            ],
            100,
        );
        let seats =
            |a: f64, b: f64| share(&[Claim::new(bounds[0], a, a), Claim::new(bounds[1], b, b)], 100).1;
        assert_eq!(seats(0.0, 200.0), [25, 75]);
        assert_eq!(seats(200.0, 200.0), [50, 50]);
        assert_eq!(seats(40.0, 200.0), [40, 60]);
    }

    #[test]
    fn demand_falls_slowly() {
        let demand = Demand { high: 10.0, average: 8.0, deviation: 2.0 };
        assert!((smooth(0.0, demand) - 10.0).abs() < 1e-9);
        let none = Demand::default();
        assert!((smooth(10.0, none) - 9.77).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn shares_are_within_bounds(
            levels in prop::collection::vec((0u32..100, 0u32..=100, prop::option::of(0u32..300), 0.0f64..500.0), 1..10),
            server in 1usize..1000,
        ) {
            let shares: Vec<Shares> = levels
                .iter()
                .map(|(nominal, lendable, borrowing, _)| Shares { nominal: *nominal, lendable: *lendable, borrowing: *borrowing })
                .collect();
            let bounds = bounds(&shares, server);
            let claims: Vec<Claim> =
                bounds.iter().zip(&levels).map(|(bounds, level)| Claim::new(*bounds, level.3, level.3)).collect();
            let (_, seats) = share(&claims, server);
            for ((seats, bounds), claim) in seats.iter().zip(&bounds).zip(&claims) {
                prop_assert!(*seats >= bounds.lower && *seats <= bounds.upper.max(bounds.nominal));
                prop_assert!(*seats as f64 + 0.5 >= claim.least);
            }
        }
    }
}
