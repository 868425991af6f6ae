//! The queues in a simulated time.

use super::*;
use proptest::prelude::*;

const QUEUING: Queuing = Queuing { queues: 8, hand: 2, length: 1000 };

/// Runs requests `(flow, seats, seconds)` that all come at 0, and gives the order in which they end.
fn run(set: &mut QueueSet<(u64, usize, f64)>, requests: &[(u64, usize, f64)]) -> Vec<(f64, u64)> {
    for request in requests {
        assert!(matches!(set.arrive(0.0, request.0, request.1, *request), Arrival::Queued(_)));
    }
    let mut running: Vec<(f64, u64, Ticket)> = Vec::new();
    let mut ended = Vec::new();
    let mut now = 0.0;
    loop {
        for one in set.dispatch(now) {
            running.push((now + one.request.2, one.request.0, one.ticket));
        }
        let Some(next) = (0..running.len()).min_by(|a, b| running[*a].0.total_cmp(&running[*b].0)) else {
            return ended;
        };
        let (end, flow, ticket) = running.swap_remove(next);
        now = end;
        set.finish(now, &ticket);
        ended.push((now, flow));
    }
}

#[test]
fn hands() {
    for hash in [0, 1, 12345, u64::MAX] {
        let hand = deal(hash, 64, 6);
        let mut sorted = hand.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((sorted.len(), hand.iter().all(|card| *card < 64)), (6, true), "{hand:?}");
    }
    assert_eq!(deal(7, 3, 5).len(), 3);
    assert_eq!(deal(5, 1, 1), [0]);
}

#[test]
fn mice_pass_an_elephant() {
    // One flow sends 200 requests at once; another sends 5 after them.
    let mut set = QueueSet::new(Some(Queuing { queues: 2, hand: 1, length: 1000 }), Some(4), 0.0);
    let mut requests = vec![(0, 1, 1.0); 200];
    requests.extend(vec![(1, 1, 1.0); 5]);
    let ended = run(&mut set, &requests);
    assert_eq!(ended.len(), 205);
    let last_mouse = ended.iter().rposition(|(_, flow)| *flow == 1).expect("mice end");
    assert!(last_mouse < 16, "the last mouse ends as number {last_mouse}");
}

#[test]
fn flows_share_by_seats_and_time() {
    // Each of one flow's requests takes four times the seats, or the time: it gets a quarter as many.
    for (seats, seconds) in [(4, 1.0), (1, 4.0)] {
        let mut set = QueueSet::new(Some(Queuing { queues: 2, hand: 1, length: 10_000 }), Some(8), 0.0);
        let mut requests = Vec::new();
        for _ in 0..400 {
            requests.extend([(0, 1, 1.0), (0, 1, 1.0), (0, 1, 1.0), (0, 1, 1.0), (1, seats, seconds)]);
        }
        let ended = run(&mut set, &requests);
        let half: Vec<_> = ended.iter().filter(|(at, _)| *at <= 100.0).collect();
        let wide = half.iter().filter(|(_, flow)| *flow == 1).count() as f64;
        let share = wide / (half.len() as f64 - wide);
        assert!((0.2..0.32).contains(&share), "share {share} with {seats} seats, {seconds} seconds");
    }
}

#[test]
fn limits_and_queues_hold() {
    let mut set = QueueSet::new(None, Some(2), 0.0);
    for _ in 0..2 {
        assert!(matches!(set.arrive(0.0, 0, 1, ()), Arrival::Queued(_)));
        assert_eq!(set.dispatch(0.0).len(), 1);
    }
    assert!(matches!(set.arrive(0.0, 0, 1, ()), Arrival::Refused(Refusal::ConcurrencyLimit)));
    let mut set = QueueSet::new(Some(Queuing { queues: 1, hand: 1, length: 1 }), Some(1), 0.0);
    set.arrive(0.0, 0, 1, 1);
    let first = set.dispatch(0.0).pop().expect("runs");
    let Arrival::Queued(id) = set.arrive(0.0, 0, 1, 2) else { panic!("is queued") };
    assert!(set.dispatch(0.0).is_empty());
    assert!(matches!(set.arrive(0.0, 0, 1, 3), Arrival::Refused(Refusal::QueueFull)));
    assert_eq!(set.cancel(1.0, id), Some(2));
    assert_eq!(set.cancel(1.0, id), None);
    // One that is wider than the level waits until it is alone, and then runs.
    set.arrive(1.0, 0, 9, 4);
    assert!(set.dispatch(1.0).is_empty());
    set.finish(2.0, &first.ticket);
    assert_eq!(set.dispatch(2.0).pop().map(|one| one.request), Some(4));
    // Without a limit everything runs.
    let mut set = QueueSet::new(None, None, 0.0);
    for _ in 0..1000 {
        set.arrive(0.0, 0, 10, ());
    }
    assert_eq!(set.dispatch(0.0).len(), 1000);
}

#[test]
fn demand_is_measured() {
    let mut set = QueueSet::new(Some(QUEUING), Some(1), 0.0);
    for _ in 0..4 {
        set.arrive(0.0, 0, 1, ());
    }
    let first = set.dispatch(0.0).pop().expect("runs");
    set.finish(5.0, &first.ticket);
    let demand = set.demand(10.0);
    assert_eq!((demand.high, demand.average), (4.0, 3.5));
    assert!((demand.deviation - 0.5).abs() < 1e-9);
    assert_eq!(set.demand(20.0), Demand { high: 3.0, average: 3.0, deviation: 0.0 });
}

proptest! {
    #[test]
    fn whatever_comes(requests in prop::collection::vec((0u64..6, 1usize..5, 1u32..50), 1..120), limit in 1usize..8) {
        let mut set = QueueSet::new(Some(QUEUING), Some(limit), 0.0);
        let requests: Vec<_> = requests.into_iter().map(|(f, s, t)| (f, s, f64::from(t))).collect();
        // Everything runs once, no seat too many is taken, and the time is not wasted.
        let mut running: Vec<(f64, Ticket, usize)> = Vec::new();
        let mut done = 0;
        for request in &requests {
            let _ = set.arrive(0.0, request.0, request.1, *request);
        }
        let mut now = 0.0;
        loop {
            for one in set.dispatch(now) {
                running.push((now + one.request.2, one.ticket, one.request.1));
            }
            let taken: usize = running.iter().map(|one| one.2).sum();
            prop_assert_eq!(taken, set.seats());
            prop_assert!(taken <= limit || running.len() == 1);
            prop_assert!(set.waiting() == 0 || !running.is_empty(), "nothing runs while {} wait", set.waiting());
            let Some(next) = (0..running.len()).min_by(|a, b| running[*a].0.total_cmp(&running[*b].0)) else { break };
            let (end, ticket, _) = running.swap_remove(next);
            now = end;
            set.finish(now, &ticket);
            done += 1;
        }
        prop_assert_eq!((done, set.seats(), set.running()), (requests.len(), 0, 0));
    }

    #[test]
    fn hands_are_of_different_cards(hash: u64, queues in 1usize..200, hand in 1usize..12) {
        let mut dealt = deal(hash, queues, hand);
        dealt.sort_unstable();
        dealt.dedup();
        prop_assert_eq!(dealt.len(), hand.min(queues));
        prop_assert!(dealt.iter().all(|card| *card < queues));
    }
}
