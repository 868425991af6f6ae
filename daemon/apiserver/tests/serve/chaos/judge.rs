//! Whether what clients were told is linearizable, held against what the store kept. Every write has
//! a revision, and revisions are one order for all: so each answer is judged by itself, by the states
//! that there were between its question's beginning and its own arrival.

use std::collections::{BTreeMap, HashMap};

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A new object with this value.
    Create(u64),
    /// This value in place of what has this revision.
    Update(u64, i64),
    /// The end of what has this revision.
    Delete(i64),
    /// The object.
    Get,
    /// All objects.
    List,
}

/// What it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is written, at this revision.
    Wrote(i64),
    /// It is gone.
    Deleted,
    /// The object's revision and value.
    Object(i64, u64),
    /// There is no such object.
    Absent,
    /// There is one already.
    Exists,
    /// It has another revision.
    Conflict,
    /// All objects at a revision: by key, each with its revision and value.
    Items(i64, BTreeMap<usize, (i64, u64)>),
    /// Nothing, or that something went wrong: it may have happened or not, or yet happen.
    Nothing,
}

/// A question and its answer. Times are of one clock that all clients share.
#[derive(Clone, Debug)]
pub struct Op {
    pub key: usize,
    pub asked: Asked,
    pub told: Told,
    pub began: u64,
    pub ended: u64,
}

/// What the store kept: a value, or that the object ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub key: usize,
    pub revision: i64,
    pub value: Option<u64>,
}

/// What one watch showed, from the revision on that it was begun with.
#[derive(Clone, Debug)]
pub struct Session {
    pub from: i64,
    pub events: Vec<Event>,
}

/// A state of a key: what there is from a revision on, up to another one.
#[derive(Clone, Copy, Debug)]
struct State {
    from: i64,
    until: i64,
    value: Option<u64>,
}

struct Truth {
    events: Vec<Event>,
    states: HashMap<usize, Vec<State>>,
}

impl Truth {
    fn new(events: &[Event]) -> Result<Self, String> {
        let mut states: HashMap<usize, Vec<State>> = HashMap::new();
        let mut last = 0;
        for event in events {
            if event.revision <= last {
                return Err(format!("the store's history is out of order at {event:?}"));
            }
            last = event.revision;
            let start = State { from: 0, until: i64::MAX, value: None };
            let all = states.entry(event.key).or_insert_with(|| vec![start]);
            if let Some(before) = all.last_mut() {
                before.until = event.revision;
            }
            all.push(State { from: event.revision, until: i64::MAX, value: event.value });
        }
        Ok(Self { events: events.to_vec(), states })
    }

    fn of(&self, key: usize) -> Vec<State> {
        let none = || vec![State { from: 0, until: i64::MAX, value: None }];
        self.states.get(&key).cloned().unwrap_or_else(none)
    }

    /// The state that a write at this revision began, and the one before it.
    fn written(&self, key: usize, revision: i64) -> Option<(State, State)> {
        let all = self.of(key);
        let at = all.iter().position(|state| state.from == revision).filter(|at| *at > 0)?;
        Some((all[at - 1], all[at]))
    }

    /// The state after the one that began at this revision, if it is the object's end.
    fn end(&self, key: usize, base: i64) -> Option<State> {
        let all = self.of(key);
        let at = all.iter().position(|state| state.from == base && state.value.is_some())?;
        all.get(at + 1).copied().filter(|next| next.value.is_none())
    }
}

/// The revision that an answer proves the store to have reached.
fn reached(op: &Op, truth: &Truth) -> Option<i64> {
    match (&op.told, &op.asked) {
        (Told::Wrote(revision) | Told::Object(revision, _) | Told::Items(revision, _), _) => Some(*revision),
        (Told::Deleted, Asked::Delete(base)) => truth.end(op.key, *base).map(|state| state.from),
        _ => None,
    }
}

/// For each operation, the revision that the store had reached when it began, and the first one that
/// it had not when it ended.
fn windows(ops: &[Op], truth: &Truth) -> Vec<(i64, i64)> {
    let mut ends: Vec<(u64, i64)> = Vec::new();
    let mut begins: Vec<(u64, i64)> = Vec::new();
    for op in ops {
        let Some(revision) = reached(op, truth) else { continue };
        ends.push((op.ended, revision));
        if matches!(op.told, Told::Wrote(_) | Told::Deleted) {
            begins.push((op.began, revision));
        }
    }
    ends.sort_unstable();
    begins.sort_unstable();
    let mut most = Vec::with_capacity(ends.len());
    let mut so_far = 0;
    for (_, revision) in &ends {
        so_far = so_far.max(*revision);
        most.push(so_far);
    }
    let mut least = vec![i64::MAX; begins.len() + 1];
    for (index, (_, revision)) in begins.iter().enumerate().rev() {
        least[index] = least[index + 1].min(*revision);
    }
    ops.iter()
        .map(|op| {
            let before = ends.partition_point(|(ended, _)| *ended < op.began);
            let after = begins.partition_point(|(began, _)| *began <= op.ended);
            (if before == 0 { 0 } else { most[before - 1] }, least[after])
        })
        .collect()
}

/// Judges a history.
///
/// # Errors
/// Tells the first answer that no order of the writes explains.
pub fn judge(ops: &[Op], events: &[Event], sessions: &[Session]) -> Result<(), String> {
    let truth = Truth::new(events)?;
    let windows = windows(ops, &truth);
    for (op, (from, until)) in ops.iter().zip(&windows) {
        answer(op, *from, *until, &truth).map_err(|why| {
            format!("{why}: {op:?}, between the revisions {from} and {until}, with {:?}", truth.of(op.key))
        })?;
    }
    explained(ops, &windows, &truth)?;
    for session in sessions {
        let start = truth.events.partition_point(|event| event.revision <= session.from);
        let should: Vec<Event> = truth.events[start..].iter().take(session.events.len()).copied().collect();
        if should != session.events {
            let at = should.iter().zip(&session.events).position(|(a, b)| a != b).unwrap_or(should.len());
            return Err(format!(
                "a watch from {} shows {:?} where {:?} happened",
                session.from,
                session.events.get(at),
                should.get(at)
            ));
        }
    }
    Ok(())
}

fn answer(op: &Op, from: i64, until: i64, truth: &Truth) -> Result<(), &'static str> {
    let all = truth.of(op.key);
    // What there was at some time between the beginning and the end.
    let mut seen = all.iter().filter(|state| state.until > from && state.from < until);
    let holds = |so: bool, why: &'static str| if so { Ok(()) } else { Err(why) };
    match (&op.asked, &op.told) {
        (_, Told::Nothing) => Ok(()),
        (Asked::Create(value), Told::Wrote(revision)) => {
            let Some((before, after)) = truth.written(op.key, *revision) else {
                return Err("an acknowledged creation is lost");
            };
            holds(before.value.is_none(), "what exists was created again")?;
            holds(after.value == Some(*value), "another value was created")?;
            holds(*revision > from, "a creation is older than its question")
        }
        (Asked::Update(value, base), Told::Wrote(revision)) => {
            let Some((before, after)) = truth.written(op.key, *revision) else {
                return Err("an acknowledged update is lost");
            };
            holds(before.from == *base && before.value.is_some(), "an update overwrote another one")?;
            holds(after.value == Some(*value), "another value was written")?;
            holds(*revision > from, "an update is older than its question")
        }
        (Asked::Delete(base), Told::Deleted) => match truth.end(op.key, *base) {
            None => Err("an acknowledged deletion is lost, or took another object"),
            Some(end) => holds(end.from > from, "a deletion is older than its question"),
        },
        (Asked::Get, Told::Object(revision, value)) => {
            let shown = seen.any(|state| state.from == *revision && state.value == Some(*value));
            holds(shown, "what is read was not there at that time")
        }
        (Asked::Get | Asked::Update(..) | Asked::Delete(_), Told::Absent) => holds(
            seen.any(|state| state.value.is_none()),
            "what is said to be missing was there all the time",
        ),
        (Asked::Create(_), Told::Exists) => {
            holds(seen.any(|state| state.value.is_some()), "what is said to exist was never there")
        }
        (Asked::Update(_, base) | Asked::Delete(base), Told::Conflict) => {
            let other = seen.any(|state| state.value.is_some() && state.from != *base);
            holds(other, "a conflict is told where there was none")
        }
        (Asked::List, Told::Items(revision, items)) => {
            let unseen =
                truth.events.iter().any(|event| event.revision > *revision && event.revision <= from);
            holds(!unseen, "a list is older than its question")?;
            let mut should = BTreeMap::new();
            for (key, states) in &truth.states {
                let at = states.iter().rfind(|state| state.from <= *revision);
                if let Some(State { from, value: Some(value), .. }) = at {
                    should.insert(*key, (*from, *value));
                }
            }
            holds(should == *items, "a list shows what was not there at its revision")
        }
        _ => Err("an answer does not go with its question"),
    }
}

/// Every write in the store is some client's, who was not told that it failed.
fn explained(ops: &[Op], windows: &[(i64, i64)], truth: &Truth) -> Result<(), String> {
    let mut writers: HashMap<u64, usize> = HashMap::new();
    let mut enders: HashMap<(usize, i64), Vec<usize>> = HashMap::new();
    for (index, op) in ops.iter().enumerate() {
        match op.asked {
            Asked::Create(value) | Asked::Update(value, _) => {
                writers.insert(value, index);
            }
            Asked::Delete(base) => enders.entry((op.key, base)).or_default().push(index),
            Asked::Get | Asked::List => {}
        }
    }
    for event in &truth.events {
        let (before, _) = truth.written(event.key, event.revision).ok_or("no state")?;
        match event.value {
            Some(value) => {
                let index = writers
                    .remove(&value)
                    .ok_or_else(|| format!("{event:?} is written twice, or by nobody"))?;
                let op = &ops[index];
                let fits = op.key == event.key
                    && matches!(op.told, Told::Wrote(_) | Told::Nothing)
                    && event.revision > windows[index].0;
                if !fits {
                    return Err(format!("{event:?} happened, but {op:?}"));
                }
            }
            None => {
                let all = enders.get(&(event.key, before.from)).map(Vec::as_slice).unwrap_or_default();
                let told = all.iter().filter(|index| ops[**index].told == Told::Deleted).count();
                let open = all.iter().any(|index| ops[*index].told == Told::Nothing);
                if told > 1 || (told == 0 && !open) {
                    return Err(format!(
                        "{event:?} is the end of an object that {told} clients were told of"
                    ));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(revision: i64, value: Option<u64>) -> Event {
        Event { key: 0, revision, value }
    }

    fn op(asked: Asked, told: Told, began: u64, ended: u64) -> Op {
        Op { key: 0, asked, told, began, ended }
    }

    fn items(revision: i64, all: &[(usize, i64, u64)]) -> Told {
        Told::Items(revision, all.iter().map(|(key, revision, value)| (*key, (*revision, *value))).collect())
    }

    /// Created at 5, changed at 7, gone at 9, there again at 11.
    fn events() -> Vec<Event> {
        vec![event(5, Some(1)), event(7, Some(2)), event(9, None), event(11, Some(3))]
    }

    fn history() -> Vec<Op> {
        vec![
            op(Asked::Create(1), Told::Wrote(5), 1, 2),
            op(Asked::Get, Told::Object(5, 1), 3, 4),
            op(Asked::Update(2, 5), Told::Wrote(7), 5, 6),
            // At the same time as the deletion, both are right.
            op(Asked::Get, Told::Object(7, 2), 7, 12),
            op(Asked::Get, Told::Absent, 8, 11),
            op(Asked::Delete(7), Told::Deleted, 9, 10),
            op(Asked::List, items(9, &[]), 13, 14),
            op(Asked::Create(3), Told::Nothing, 15, 16),
            op(Asked::Create(4), Told::Exists, 17, 18),
            op(Asked::Update(5, 7), Told::Conflict, 19, 20),
            op(Asked::List, items(11, &[(0, 11, 3)]), 21, 22),
        ]
    }

    #[test]
    fn what_is_in_order_passes() {
        assert_eq!(
            judge(&history(), &events(), &[Session { from: 5, events: events()[1..3].to_vec() }]),
            Ok(())
        );
        assert_eq!(judge(&[], &[], &[]), Ok(()));
    }

    #[test]
    fn every_kind_of_lie_is_found() {
        let refused = |what: &str, change: fn(&mut Vec<Op>)| {
            let mut ops = history();
            change(&mut ops);
            let why = judge(&ops, &events(), &[]).expect_err(what);
            assert!(why.contains(what), "{why}");
        };
        refused("creation is lost", |ops| ops[0].told = Told::Wrote(6));
        refused("what is read was not there", |ops| ops[1].told = Told::Object(7, 2));
        refused("what is read was not there", |ops| {
            ops.push(op(Asked::Get, Told::Object(5, 1), 23, 24));
        });
        refused("overwrote another one", |ops| ops[2].asked = Asked::Update(2, 4));
        refused("was there all the time", |ops| ops.push(op(Asked::Get, Told::Absent, 23, 24)));
        refused("was never there", |ops| {
            ops[7].told = Told::Wrote(11);
            ops.push(op(Asked::Create(6), Told::Exists, 13, 14));
        });
        refused("deletion is lost", |ops| ops.push(op(Asked::Delete(11), Told::Deleted, 23, 24)));
        refused("where there was none", |ops| {
            ops.push(op(Asked::Update(7, 11), Told::Conflict, 23, 24));
        });
        refused("a list is older", |ops| ops.push(op(Asked::List, items(9, &[]), 23, 24)));
        refused("was not there at its revision", |ops| ops[10].told = items(11, &[]));
        refused("by nobody", |ops| {
            ops.remove(7);
        });
        refused("happened, but", |ops| ops[7].told = Told::Exists);
        refused("that 0 clients were told of", |ops| ops[5].told = Told::Conflict);
        refused("that 2 clients were told of", |ops| ops.push(op(Asked::Delete(7), Told::Deleted, 9, 10)));
    }

    #[test]
    fn a_watch_shows_everything_once_and_in_order() {
        let all = events();
        for (from, shown, right) in [
            (0, all.clone(), true),
            (7, vec![all[2], all[3]], true),
            (7, vec![all[3]], false),
            (0, vec![all[1], all[0]], false),
            (0, vec![all[0], all[0]], false),
            (11, vec![all[3]], false),
        ] {
            let outcome = judge(&history(), &all, &[Session { from, events: shown.clone() }]);
            assert_eq!(outcome.is_ok(), right, "{from} {shown:?}: {outcome:?}");
        }
    }
}
