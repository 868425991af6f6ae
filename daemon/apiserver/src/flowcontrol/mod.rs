//! Priority and fairness: every request belongs to a flow of a priority level, which has seats and
//! queues of its own, so that no flow and no level can take the server from the others. Requests
//! that last (exec, logs, proxies) are not held; watches only until they stream.
//!
//! Source: KEP-1040. Levels and schemas are read from their objects; seats are lent between
//! levels as they are wanted, looked at every ten seconds while requests come.

pub mod dangling;
mod queues;
mod schemas;
mod seats;
mod tables;
mod utilization;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use apimachinery::Status;
use http::{HeaderMap, HeaderName, HeaderValue};
use k8s_openapi::api::flowcontrol::v1 as api;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::authn::{self, User};
use crate::metrics::InFlight;
use crate::routes::{Query, Route};
use crate::server::Server;

use queues::{Arrival, QueueSet, Queuing, Refusal, Ticket};
use schemas::{CATCH_ALL, EXEMPT, Schema};
use seats::{Bounds, Claim, Shares};

/// How often seats are lent anew.
const PERIOD: f64 = 10.0;
/// Where the rules are kept.
const CACHES: [&str; 2] = ["flowschemas", "prioritylevelconfigurations"];
/// Objects of a list that make a seat.
const OBJECTS: usize = 100;
/// Watchers of a resource that make a seat for whoever changes it.
const WATCHERS: usize = 10;
/// The most seats of one request.
const WIDEST: usize = 10;
/// How long the events of a change keep its seats after its end.
const EVENTS: Duration = Duration::from_millis(5);

/// The header that names the schema by its UID.
const SCHEMA: HeaderName = HeaderName::from_static("x-kubernetes-pf-flowschema-uid");
/// The header that names the priority level by its UID.
const LEVEL: HeaderName = HeaderName::from_static("x-kubernetes-pf-prioritylevel-uid");

/// A request that waits in a queue.
#[derive(Debug)]
struct Request {
    wake: oneshot::Sender<Ticket>,
    schema: String,
    flow: String,
    user: String,
    verb: &'static str,
    path: String,
}

/// A priority level.
struct Level {
    name: String,
    uid: String,
    exempt: bool,
    shares: Shares,
    /// Most seats of one request here.
    widest: usize,
    set: Mutex<QueueSet<Request>>,
    seats: Mutex<Seats>,
}

/// How many seats a level has, and why.
#[derive(Clone, Copy, Debug, Default)]
struct Seats {
    bounds: Bounds,
    current: usize,
    smoothed: f64,
    demand: queues::Demand,
    target: f64,
}

/// Everything that the objects say.
#[derive(Default)]
struct State {
    version: Option<[(u64, u64); 2]>,
    schemas: Vec<Schema>,
    levels: BTreeMap<String, Arc<Level>>,
    fraction: Mutex<f64>,
}

/// What is counted of a schema's requests.
#[derive(Default)]
struct Counts {
    dispatched: u64,
    refused: BTreeMap<Refusal, u64>,
    waiting: i64,
    running: i64,
    seats: i64,
    waited: tables::Times,
    ran: tables::Times,
    /// How many seats requests took.
    widths: tables::Sizes<4>,
    /// How many watched what requests changed.
    watchers: tables::Sizes<6>,
}

/// Priority and fairness.
pub struct FlowControl {
    /// All seats there are; 0 switches everything off.
    total: usize,
    patience: Duration,
    began: Instant,
    state: RwLock<Arc<State>>,
    adjusted: Mutex<f64>,
    counts: Mutex<HashMap<(String, String), Counts>>,
}

/// Which flow a request belongs to, for its answer.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    schema: String,
    level: String,
}

impl Flow {
    /// Names it in the answer.
    pub fn show(&self, headers: &mut HeaderMap) {
        for (name, uid) in [(SCHEMA, &self.schema), (LEVEL, &self.level)] {
            if let Some(value) = HeaderValue::from_str(uid).ok().filter(|_| !uid.is_empty()) {
                headers.insert(name, value);
            }
        }
    }
}

/// A request's seats; given back when this is dropped.
pub struct Turn {
    control: Arc<FlowControl>,
    level: Arc<Level>,
    key: (String, String),
    ticket: Option<Ticket>,
    seats: usize,
    began: Instant,
    /// How long the seats stay taken after the request's end.
    hold: Duration,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket.take() else { return };
        let ran = self.began.elapsed();
        let seats = self.seats as i64;
        self.control.count(&self.key, |counts| {
            counts.running -= 1;
            counts.seats -= seats;
            counts.ran.add(ran);
        });
        let (control, level, hold) = (self.control.clone(), self.level.clone(), self.hold);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if !hold.is_zero() => {
                runtime.spawn(async move {
                    tokio::time::sleep(hold).await;
                    control.finish(&level, &ticket);
                });
            }
            _ => control.finish(&level, &ticket),
        }
    }
}

/// How much a request asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Work {
    seats: usize,
    /// How many watch what it changes.
    watchers: Option<usize>,
    hold: Duration,
}

fn hash(schema: &str, flow: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(schema.as_bytes());
    hash.update([0]);
    hash.update(flow.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk::<8>().map_or(0, |first| u64::from_le_bytes(*first))
}

fn percent(value: Option<i32>) -> u32 {
    value.and_then(|value| u32::try_from(value).ok()).unwrap_or(0)
}

/// What a level's object says: whether it is exempt, its shares and its queues.
fn settings(level: &api::PriorityLevelConfiguration) -> Option<(bool, Shares, Option<Queuing>)> {
    let spec = level.spec.as_ref()?;
    if spec.type_ == "Exempt" {
        let exempt = spec.exempt.as_ref();
        let nominal = percent(exempt.and_then(|exempt| exempt.nominal_concurrency_shares));
        let lendable = percent(exempt.and_then(|exempt| exempt.lendable_percent));
        return Some((true, Shares { nominal, lendable, borrowing: None }, None));
    }
    let limited = spec.limited.as_ref()?;
    let shares = Shares {
        nominal: limited.nominal_concurrency_shares.and_then(|n| u32::try_from(n).ok()).unwrap_or(30),
        lendable: percent(limited.lendable_percent),
        borrowing: limited.borrowing_limit_percent.and_then(|n| u32::try_from(n).ok()),
    };
    let size = |value: i32, default: usize| usize::try_from(value).ok().filter(|n| *n > 0).unwrap_or(default);
    let queuing =
        limited.limit_response.as_ref().filter(|response| response.type_ == "Queue").map(|response| {
            let queuing = response.queuing.as_ref();
            Queuing {
                queues: size(queuing.and_then(|q| q.queues).unwrap_or(0), 64),
                hand: size(queuing.and_then(|q| q.hand_size).unwrap_or(0), 8),
                length: size(queuing.and_then(|q| q.queue_length_limit).unwrap_or(0), 50),
            }
        });
    Some((false, shares, queuing))
}

impl FlowControl {
    /// With so many seats. A request waits for `patience` at most.
    pub fn new(total: usize, patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            total,
            patience,
            began: Instant::now(),
            state: RwLock::default(),
            adjusted: Mutex::default(),
            counts: Mutex::default(),
        })
    }

    /// What the use of a level with so many seats is told as a part of: of a level without any, a tenth of all.
    fn whole(&self, current: usize) -> usize {
        if current > 0 { current } else { ((self.total + 5) / 10).max(1) }
    }

    fn now(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// Whether what is in force has been read from the store.
    pub fn is_synced(&self) -> bool {
        self.current().version.is_some()
    }

    fn current(&self) -> Arc<State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, key: &(String, String), change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if !counts.contains_key(key) {
            counts.insert(key.clone(), Counts::default());
        }
        if let Some(counts) = counts.get_mut(key) {
            change(counts);
        }
    }

    /// The objects as the cache has them.
    async fn state(&self, server: &Arc<Server>) -> Arc<State> {
        let have = self.current();
        let versions = CACHES.map(|prefix| server.store.known(prefix).current_version());
        if have.version.is_some_and(|version| version.map(Some) == versions) {
            return have;
        }
        Box::pin(self.renew(server, have)).await
    }

    /// What holds now, after something has changed.
    async fn renew(&self, server: &Arc<Server>, have: Arc<State>) -> Arc<State> {
        let [schemas, levels] = CACHES.map(|prefix| server.store.known(prefix));
        let (schemas, levels) =
            match (server.store.everything(schemas).await, server.store.everything(levels).await) {
                (Ok(schemas), Ok(levels)) => (schemas, levels),
                // Without the store, what was known goes on.
                _ if !have.levels.is_empty() => return have,
                _ => Default::default(),
            };
        let version = [schemas.1, levels.1];
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.version == Some(version) {
            return state.clone();
        }
        let levels: Vec<api::PriorityLevelConfiguration> =
            levels.0.iter().filter_map(|entry| entry.typed()).collect();
        let schemas: Vec<api::FlowSchema> = schemas.0.iter().filter_map(|entry| entry.typed()).collect();
        *state = Arc::new(self.build(&state, Some(version), &schemas, &levels));
        state.clone()
    }

    fn build(
        &self,
        old: &State,
        version: Option<[(u64, u64); 2]>,
        schemas: &[api::FlowSchema],
        objects: &[api::PriorityLevelConfiguration],
    ) -> State {
        let mut wanted: BTreeMap<String, (String, bool, Shares, Option<Queuing>)> = BTreeMap::new();
        // These two are always there, whatever becomes of their objects.
        let none = Shares { nominal: 0, lendable: 0, borrowing: None };
        wanted.insert(EXEMPT.into(), (String::new(), true, none, None));
        let few = Shares { nominal: 5, ..none };
        wanted.insert(CATCH_ALL.into(), (String::new(), false, few, None));
        for object in objects {
            if let (Some(name), Some((exempt, shares, queuing))) = (&object.metadata.name, settings(object)) {
                let uid = object.metadata.uid.clone().unwrap_or_default();
                wanted.insert(name.clone(), (uid, exempt, shares, queuing));
            }
        }
        let shares: Vec<Shares> = wanted.values().map(|level| level.2).collect();
        let bounds = seats::bounds(&shares, self.total);
        let mut levels = BTreeMap::new();
        for ((name, (uid, exempt, shares, queuing)), bounds) in wanted.into_iter().zip(bounds) {
            let hand = queuing.map_or(1, |queuing| queuing.hand);
            let widest = WIDEST.min(bounds.nominal.div_ceil(hand)).max(1);
            let same = |level: &&Arc<Level>| {
                level.uid == uid && level.exempt == exempt && level.shares == shares && level.widest == widest
            };
            let level = match old.levels.get(&name).filter(same) {
                // Its queues go on, with who waits in them.
                Some(level) => level.clone(),
                None => Arc::new(Level {
                    set: Mutex::new(QueueSet::new(queuing, (!exempt).then_some(bounds.nominal), self.now())),
                    seats: Mutex::default(),
                    name: name.clone(),
                    uid,
                    exempt,
                    shares,
                    widest,
                }),
            };
            {
                let mut seats = level.seats.lock().unwrap_or_else(PoisonError::into_inner);
                if seats.bounds != bounds {
                    *seats = Seats { bounds, current: bounds.nominal, ..Seats::default() };
                }
                let mut set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
                set.configure(queuing);
                set.set_limit(seats.current);
                set.set_whole(self.whole(seats.current));
            }
            levels.insert(name, level);
        }
        // A schema whose level is missing has no effect.
        let mut schemas: Vec<Schema> = schemas
            .iter()
            .filter_map(Schema::new)
            .filter(|schema| levels.contains_key(&schema.level))
            .collect();
        for name in [EXEMPT, CATCH_ALL] {
            if !schemas.iter().any(|schema| schema.name == name) {
                schemas.push(Schema::everything(name));
            }
        }
        schemas::sort(&mut schemas);
        State { version, schemas, levels, fraction: Mutex::default() }
    }

    /// Waits until the request may run. The flow it belongs to is known in any case.
    pub async fn admit(
        self: &Arc<Self>,
        server: &Arc<Server>,
        user: &User,
        route: &Route,
        query: &Query,
    ) -> (Flow, Result<Turn, Status>) {
        let state = self.state(server).await;
        let schema = if user.is_in(authn::MASTERS) {
            state.schemas.iter().find(|schema| schema.name == EXEMPT)
        } else {
            schemas::find(&state.schemas, user, route)
        };
        let found = schema.and_then(|schema| Some((schema, state.levels.get(&schema.level)?)));
        let Some((schema, level)) = found else {
            return (Flow::default(), Err(Status::internal("no priority level takes the request")));
        };
        let flow = Flow { schema: schema.uid.clone(), level: level.uid.clone() };
        let work = work(server, route, query, level.widest);
        let turn = self.take(&state, schema, level, user, route, work).await;
        (flow, turn)
    }

    async fn take(
        self: &Arc<Self>,
        state: &State,
        schema: &Schema,
        level: &Arc<Level>,
        user: &User,
        route: &Route,
        work: Work,
    ) -> Result<Turn, Status> {
        self.adjust(state);
        let key = (schema.name.clone(), level.name.clone());
        let distinguisher = schema.distinguisher(user, route);
        let (wake, woken) = oneshot::channel();
        let request = Request {
            wake,
            schema: schema.name.clone(),
            flow: distinguisher.to_string(),
            user: user.name.clone(),
            verb: route.verb,
            path: route.path.clone(),
        };
        let arrival = {
            let mut set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
            let now = self.now();
            let arrival = set.arrive(now, hash(&schema.name, distinguisher), work.seats, request);
            Self::pump(&mut set, now);
            arrival
        };
        let id = match arrival {
            Arrival::Queued(id) => id,
            Arrival::Refused(why) => return Err(self.refuse(&key, why, false)),
        };
        let mut place = Place { control: self, level, key: &key, id: Some(id), woken, began: None };
        let ticket = match place.woken.try_recv() {
            Ok(ticket) => ticket,
            Err(_) => {
                let _queued = InFlight::queued(route.verb);
                place.began = Some(Instant::now());
                self.count(&key, |counts| counts.waiting += 1);
                match tokio::time::timeout(self.patience, &mut place.woken).await {
                    Ok(Ok(ticket)) => ticket,
                    _ => {
                        place.leave(Refusal::TimeOut);
                        return Err(busy());
                    }
                }
            }
        };
        place.id = None;
        let waited = place.began.map(|began| began.elapsed());
        self.count(&key, |counts| {
            counts.dispatched += 1;
            counts.running += 1;
            counts.seats += work.seats as i64;
            counts.widths.add(&tables::WIDTHS, work.seats);
            if let Some(watchers) = work.watchers {
                counts.watchers.add(&tables::WATCHERS, watchers);
            }
            if let Some(waited) = waited {
                counts.waiting -= 1;
                counts.waited.add(waited);
            }
        });
        Ok(Turn {
            control: self.clone(),
            level: level.clone(),
            key: key.clone(),
            ticket: Some(ticket),
            seats: work.seats,
            began: Instant::now(),
            hold: work.hold,
        })
    }

    fn refuse(&self, key: &(String, String), why: Refusal, waited: bool) -> Status {
        self.count(key, |counts| {
            *counts.refused.entry(why).or_default() += 1;
            if waited {
                counts.waiting -= 1;
            }
        });
        busy()
    }

    /// Tells requests that they may run; the seats of those that have gone are free again.
    fn pump(set: &mut QueueSet<Request>, now: f64) {
        loop {
            let mut gone = Vec::new();
            for one in set.dispatch(now) {
                gone.extend(one.request.wake.send(one.ticket).err());
            }
            if gone.is_empty() {
                return;
            }
            for ticket in &gone {
                set.finish(now, ticket);
            }
        }
    }

    fn finish(&self, level: &Arc<Level>, ticket: &Ticket) {
        let mut set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        set.finish(now, ticket);
        Self::pump(&mut set, now);
    }

    /// Lends seats anew when it is time.
    fn adjust(&self, state: &State) {
        let now = self.now();
        {
            let mut adjusted = self.adjusted.lock().unwrap_or_else(PoisonError::into_inner);
            if now - *adjusted < PERIOD {
                return;
            }
            *adjusted = now;
        }
        let mut claims = Vec::new();
        for level in state.levels.values() {
            let demand = level.set.lock().unwrap_or_else(PoisonError::into_inner).demand(now);
            let mut seats = level.seats.lock().unwrap_or_else(PoisonError::into_inner);
            seats.demand = demand;
            seats.smoothed = seats::smooth(seats.smoothed, demand);
            let claim = Claim::new(seats.bounds, demand.high, seats.smoothed);
            seats.target = claim.target;
            claims.push(claim);
        }
        let (fraction, shared) = seats::share(&claims, self.total);
        *state.fraction.lock().unwrap_or_else(PoisonError::into_inner) = fraction;
        for (level, current) in state.levels.values().zip(shared) {
            level.seats.lock().unwrap_or_else(PoisonError::into_inner).current = current;
            let mut set = level.set.lock().unwrap_or_else(PoisonError::into_inner);
            set.set_limit(current);
            set.set_whole(self.whole(current));
            Self::pump(&mut set, now);
        }
    }
}

/// A request's place in a queue; it leaves it when its client goes.
struct Place<'a> {
    control: &'a Arc<FlowControl>,
    level: &'a Arc<Level>,
    key: &'a (String, String),
    id: Option<u64>,
    woken: oneshot::Receiver<Ticket>,
    /// Since when it waits; `None`: it does not.
    began: Option<Instant>,
}

impl Place<'_> {
    fn leave(&mut self, why: Refusal) {
        let Some(id) = self.id.take() else { return };
        let found = {
            let mut set = self.level.set.lock().unwrap_or_else(PoisonError::into_inner);
            let now = self.control.now();
            let found = set.cancel(now, id);
            // A wide one may have been in the way of others.
            FlowControl::pump(&mut set, now);
            found
        };
        if found.is_none() {
            // It was told to run in the same moment.
            if let Ok(ticket) = self.woken.try_recv() {
                self.control.finish(self.level, &ticket);
            }
        }
        self.control.refuse(self.key, why, self.began.is_some());
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.leave(Refusal::Cancelled);
    }
}

fn busy() -> Status {
    Status::too_many_requests("Too many requests, please try again later.", 1)
}

/// How many seats a request takes: lists by their objects, changes by those who watch.
fn work(server: &Arc<Server>, route: &Route, query: &Query, widest: usize) -> Work {
    let one = Work { seats: 1, watchers: None, hold: Duration::ZERO };
    if !route.is_resource || !route.subresource.is_empty() {
        return one;
    }
    let resource = server.resource(&route.group, &route.version, &route.resource);
    let cache = resource.map(crate::handlers::stored_as).and_then(|stored| server.store.cache(stored));
    let Some(cache) = cache else { return one };
    match route.verb {
        "list" if !query.get("fieldSelector").contains("metadata.name=") => {
            Work { seats: cache.len().div_ceil(OBJECTS).clamp(1, widest), ..one }
        }
        "create" | "update" | "patch" | "delete" => {
            let watchers = cache.watchers();
            let seats = watchers / WATCHERS;
            match seats {
                0 => Work { watchers: Some(watchers), ..one },
                // Many more watchers take more time instead of more seats.
                _ => Work {
                    seats: seats.min(widest),
                    watchers: Some(watchers),
                    hold: EVENTS.mul_f64(seats as f64 / seats.min(widest) as f64),
                },
            }
        }
        _ => one,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
