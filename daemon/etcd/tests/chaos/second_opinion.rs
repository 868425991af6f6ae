//! The judge against a library's: stateright's search over all orders of an operation and its answer
//! must come to the same verdict, on small histories that are right and on ones that are not.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};

use super::clients::Random;
use super::history::{Event, Outcome, Record, judge};

/// etcd, as far as the load uses it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Model {
    /// The revision, less the first.
    changes: i64,
    keys: BTreeMap<u64, (u64, i64)>,
    events: Vec<(u64, Option<u64>, i64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Op {
    Put(u64, u64),
    Delete(u64),
    Read(u64),
    /// Everything that a watch of all keys tells.
    Watch,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Answer {
    Wrote(i64),
    Deleted(i64),
    Read(Option<(u64, i64)>, i64),
    Watched(Vec<(u64, Option<u64>, i64)>),
}

impl SequentialSpec for Model {
    type Op = Op;
    type Ret = Answer;

    fn invoke(&mut self, op: &Op) -> Answer {
        match *op {
            Op::Put(key, value) => {
                self.changes += 1;
                let revision = self.changes + 1;
                self.keys.insert(key, (value, revision));
                self.events.push((key, Some(value), revision));
                Answer::Wrote(revision)
            }
            Op::Delete(key) => match self.keys.remove(&key) {
                None => Answer::Read(None, self.changes + 1),
                Some(_) => {
                    self.changes += 1;
                    self.events.push((key, None, self.changes + 1));
                    Answer::Deleted(self.changes + 1)
                }
            },
            Op::Read(key) => Answer::Read(self.keys.get(&key).copied(), self.changes + 1),
            Op::Watch => Answer::Watched(self.events.clone()),
        }
    }
}

/// An operation, when it began and ended, and what its client knows.
#[derive(Clone, Debug)]
struct Done {
    began: u64,
    ended: u64,
    op: Op,
    outcome: Outcome,
}

/// A history as clients of a right store see it, and what happened.
fn right(random: &mut Random) -> (Vec<Done>, Vec<Event>) {
    let count = 3 + random.next(5);
    let mut times: Vec<(u64, u64, u64)> = (0..count)
        .map(|_| {
            // Long ones and short ones, so that some follow each other and some don't. No two times are
            // the same.
            let (from, span) = (random.next(1 << 40), 1 << (30 + random.next(10)));
            (from, from + 1 + random.next(span), from + 2 + span + random.next(span))
        })
        .collect();
    times.sort_by_key(|(_, happens, _)| *happens);
    let mut model = Model::default();
    let mut history = Vec::new();
    for (value, (began, _, ended)) in (1..).zip(times) {
        let key = random.next(2);
        let op = match random.next(6) {
            0..3 => Op::Put(key, value),
            3 => Op::Delete(key),
            _ => Op::Read(key),
        };
        let lost = random.next(6) == 0 && !matches!(op, Op::Read(_));
        // Whoever gets no answer does not know whether it happened.
        let answer = (!lost || random.next(2) == 0).then(|| model.invoke(&op));
        let outcome = match (op, answer) {
            (Op::Put(_, value), _) if lost => Outcome::Unknown { value },
            (Op::Delete(key), _) if lost => Outcome::UnknownDelete { key },
            (Op::Put(key, value), Some(Answer::Wrote(revision))) => Outcome::Wrote { key, value, revision },
            (Op::Delete(key), Some(Answer::Deleted(revision))) => Outcome::Deleted { key, revision },
            (_, Some(Answer::Read(found, revision))) => Outcome::Read { key, found, revision },
            (op, answer) => unreachable!("{op:?}: {answer:?}"),
        };
        // A deletion that finds nothing is a read.
        let op = if matches!(outcome, Outcome::Read { .. }) { Op::Read(key) } else { op };
        history.push(Done { began, ended, op, outcome });
    }
    let events = model.events.iter().map(|(key, value, revision)| Event {
        key: *key,
        value: *value,
        revision: *revision,
    });
    (history, events.collect())
}

/// Makes one record say something else, which is a lie most of the time.
fn lie(random: &mut Random, history: &mut [Done], newest: i64) {
    let at = usize::try_from(random.next(history.len() as u64)).expect("small");
    let kind = random.next(3);
    let done = &mut history[at];
    let other = 1 + i64::try_from(random.next(u64::try_from(newest).expect("positive"))).expect("small");
    match &mut done.outcome {
        // Of when it began the judge knows nothing, as there is no revision.
        Outcome::UnknownDelete { .. } => {}
        _ if kind == 0 => {
            let (from, span) = (random.next(1 << 40), 1 << (28 + random.next(10)));
            (done.began, done.ended) = (from, from + span);
        }
        Outcome::Read { revision, .. } if kind == 1 => *revision = other,
        Outcome::Read { found, .. } => {
            *found =
                found.map_or(Some((1, 2)), |(value, revision)| (value > 2).then_some((value - 1, revision)));
        }
        Outcome::Wrote { revision, .. } | Outcome::Deleted { revision, .. } => *revision = other,
        Outcome::Unknown { .. } => {}
    }
}

/// What stateright says.
fn linearizable(history: &[Done], events: &[Event]) -> bool {
    let mut steps: Vec<(u64, usize, bool)> = Vec::new();
    for (at, done) in history.iter().enumerate() {
        steps.push((done.began, at, true));
        if !done.outcome.unknown() {
            steps.push((done.ended, at, false));
        }
    }
    steps.sort_unstable();
    let mut tester = LinearizabilityTester::new(Model::default());
    for (_, at, begins) in steps {
        if begins {
            tester.on_invoke(at, history[at].op).expect("each has a thread of its own");
            continue;
        }
        let answer = match history[at].outcome {
            Outcome::Wrote { revision, .. } => Answer::Wrote(revision),
            Outcome::Deleted { revision, .. } => Answer::Deleted(revision),
            Outcome::Read { found, revision, .. } => Answer::Read(found, revision),
            Outcome::Unknown { .. } | Outcome::UnknownDelete { .. } => continue,
        };
        tester.on_return(at, answer).expect("it was invoked");
    }
    let told = events.iter().map(|event| (event.key, event.value, event.revision)).collect();
    tester.on_invoke(history.len(), Op::Watch).expect("a thread of its own");
    tester.on_return(history.len(), Answer::Watched(told)).expect("it was invoked");
    tester.is_consistent()
}

#[test]
fn a_search_over_all_orders_says_the_same() {
    let start = Instant::now();
    let (mut good, mut bad) = (0, 0);
    for seed in 1..1500 {
        let mut random = Random(u64::wrapping_mul(seed, 0x9e37_79b9_7f4a_7c15) | 1);
        let (mut history, events) = right(&mut random);
        let lied = random.next(3) > 0;
        if lied {
            let newest = events.last().map_or(1, |event| event.revision);
            lie(&mut random, &mut history, newest);
        }
        let records: Vec<Record> = history
            .iter()
            .map(|done| Record {
                began: start + Duration::from_nanos(done.began),
                ended: start + Duration::from_nanos(done.ended),
                outcome: done.outcome.clone(),
            })
            .collect();
        let wrong = judge(&records, &[(None, events.clone())]);
        let theirs = linearizable(&history, &events);
        assert!(theirs || lied, "seed {seed}: a right history is refused: {history:#?}");
        assert_eq!(wrong.is_empty(), theirs, "seed {seed}: {wrong:?}, {history:#?}, {events:?}");
        *(if theirs { &mut good } else { &mut bad }) += 1;
    }
    println!("{good} histories are right, {bad} are not");
    assert!(good > 300 && bad > 300, "{good} right, {bad} wrong: neither says much");
}
