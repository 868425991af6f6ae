//! What reading and following a resource costs. Each cache counts for itself: without a lock, and without looking for
//! a series by its labels, as every get passes here.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use apimachinery::resources::Resource;
use component::metrics::Times;

use super::Store;
use super::cache::{Cache, MOST};
use crate::metrics::head;

/// Bounds of waits, in seconds.
const WAITS: [f64; 13] = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0];
/// Revisions are told by their last 15 digits: a float has no room for more.
const DIGITS: i64 = 1_000_000_000_000_000;

/// What is counted of one cache. The fields' names are the metrics', without what they begin with.
#[derive(Default)]
pub struct Costs {
    cache_lists: AtomicU64,
    cache_fetched: AtomicU64,
    cache_returned: AtomicU64,
    storage_lists: AtomicU64,
    storage_fetched: AtomicU64,
    storage_evaluated: AtomicU64,
    storage_returned: AtomicU64,
    /// What etcd told of.
    stored_events: AtomicU64,
    /// What of that came to the cache, and from there to watchers.
    received: AtomicU64,
    dispatched: AtomicU64,
    loads: AtomicU64,
    /// Watchers that read so slowly that the events they need are gone.
    terminated: AtomicU64,
    fresh: AtomicU64,
    stale: AtomicU64,
    /// What lies in etcd and is no object.
    unreadable: AtomicU64,
    waits: Times<13>,
}

impl Costs {
    /// A list from the cache: how many objects were looked at, and how many were given.
    pub fn listed(&self, fetched: usize, returned: usize) {
        self.cache_lists.fetch_add(1, Ordering::Relaxed);
        self.cache_fetched.fetch_add(fetched as u64, Ordering::Relaxed);
        self.cache_returned.fetch_add(returned as u64, Ordering::Relaxed);
    }

    /// A list from etcd: how many objects came from there, how many of them were held against a filter, how many given.
    pub fn listed_from_storage(&self, fetched: usize, evaluated: usize, returned: usize) {
        self.storage_lists.fetch_add(1, Ordering::Relaxed);
        self.storage_fetched.fetch_add(fetched as u64, Ordering::Relaxed);
        self.storage_evaluated.fetch_add(evaluated as u64, Ordering::Relaxed);
        self.storage_returned.fetch_add(returned as u64, Ordering::Relaxed);
    }

    /// An event from etcd.
    pub fn told(&self) {
        self.stored_events.fetch_add(1, Ordering::Relaxed);
    }

    /// Events that came to the cache, and how many of them watchers see.
    pub fn applied(&self, received: u64, dispatched: u64) {
        self.received.fetch_add(received, Ordering::Relaxed);
        self.dispatched.fetch_add(dispatched, Ordering::Relaxed);
    }

    /// The cache was filled.
    pub fn loaded(&self) {
        self.loads.fetch_add(1, Ordering::Relaxed);
    }

    /// A watcher was too slow.
    pub fn terminated(&self) {
        self.terminated.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody wanted what is newest, and got it or not.
    pub fn read_fresh(&self, got: bool) {
        let count = if got { &self.fresh } else { &self.stale };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Something in etcd can't be read.
    pub fn unreadable(&self) {
        self.unreadable.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody waited so long for the cache to be new enough.
    pub fn waited(&self, time: Duration) {
        self.waits.observe(&WAITS, time);
    }
}

/// The labels of a series, in the order of their names.
#[derive(Clone, Copy)]
enum Labels {
    /// Group and resource.
    Plain,
    /// And the index by which objects were found: there is none.
    Indexed,
    /// And whether what was wanted was there in time. What was not is an error: nobody falls back to etcd.
    Fresh(bool),
}

impl Labels {
    fn of(self, resource: &Resource) -> String {
        let (group, plural) = (resource.group, resource.plural);
        match self {
            Self::Plain => format!("group=\"{group}\",resource=\"{plural}\""),
            Self::Indexed => format!("group=\"{group}\",index=\"\",resource=\"{plural}\""),
            Self::Fresh(success) => {
                format!("fallback=\"false\",group=\"{group}\",resource=\"{plural}\",success=\"{success}\"")
            }
        }
    }
}

/// Where a number is.
type Number = fn(&Costs) -> &AtomicU64;

/// Counters: their names, what they are, their labels, and where they are. Those of one name follow one another.
const COUNTERS: [(&str, &str, Labels, Number); 15] = [
    ("apiserver_cache_list_total", "Number of LIST requests served from watch cache", Labels::Indexed, |c| {
        &c.cache_lists
    }),
    (
        "apiserver_cache_list_fetched_objects_total",
        "Number of objects read from watch cache in the course of serving a LIST request",
        Labels::Indexed,
        |c| &c.cache_fetched,
    ),
    (
        "apiserver_cache_list_returned_objects_total",
        "Number of objects returned for a LIST request from watch cache",
        Labels::Plain,
        |c| &c.cache_returned,
    ),
    ("apiserver_storage_list_total", "Number of LIST requests served from storage", Labels::Plain, |c| {
        &c.storage_lists
    }),
    (
        "apiserver_storage_list_fetched_objects_total",
        "Number of objects read from storage in the course of serving a LIST request",
        Labels::Plain,
        |c| &c.storage_fetched,
    ),
    (
        "apiserver_storage_list_evaluated_objects_total",
        "Number of objects tested in the course of serving a LIST request from storage",
        Labels::Plain,
        |c| &c.storage_evaluated,
    ),
    (
        "apiserver_storage_list_returned_objects_total",
        "Number of objects returned for a LIST request from storage",
        Labels::Plain,
        |c| &c.storage_returned,
    ),
    (
        "apiserver_storage_events_received_total",
        "Number of etcd events received split by kind.",
        Labels::Plain,
        |c| &c.stored_events,
    ),
    (
        "apiserver_watch_cache_events_received_total",
        "Counter of events received in watch cache broken by resource type.",
        Labels::Plain,
        |c| &c.received,
    ),
    (
        "apiserver_watch_cache_events_dispatched_total",
        "Counter of events dispatched in watch cache broken by resource type.",
        Labels::Plain,
        |c| &c.dispatched,
    ),
    (
        "apiserver_watch_cache_initializations_total",
        "Counter of watch cache initializations broken by resource type.",
        Labels::Plain,
        |c| &c.loads,
    ),
    (
        "apiserver_storage_decode_errors_total",
        "Number of stored object decode errors split by object type",
        Labels::Plain,
        |c| &c.unreadable,
    ),
    (
        "apiserver_terminated_watchers_total",
        "Counter of watchers closed due to unresponsiveness broken by resource type.",
        Labels::Plain,
        |c| &c.terminated,
    ),
    (
        "apiserver_watch_cache_consistent_read_total",
        "Counter for consistent reads from cache.",
        Labels::Fresh(true),
        |c| &c.fresh,
    ),
    (
        "apiserver_watch_cache_consistent_read_total",
        "Counter for consistent reads from cache.",
        Labels::Fresh(false),
        |c| &c.stale,
    ),
];

/// Those that are not shown before they count.
const USED: [&str; 2] = ["apiserver_storage_decode_errors_total", "apiserver_terminated_watchers_total"];

/// Gauges of the caches that are filled.
type Measure = fn(&Store, &Arc<Cache>) -> i64;

const GAUGES: [(&str, &str, Measure); 2] = [
    (
        "apiserver_watch_cache_resource_version",
        "Current resource version of watch cache broken by resource type. This is truncated to the 15 least significant digits.",
        |store, cache| store.observed_by(cache) % DIGITS,
    ),
    ("watch_cache_capacity", "Total capacity of watch cache broken by resource type.", |_, _| {
        i64::try_from(MOST).unwrap_or(i64::MAX)
    }),
];

impl Store {
    /// What all resources cost, as metrics.
    pub fn render_costs(&self, out: &mut String) {
        let mut all = self.all();
        all.sort_by_key(|cache| (cache.resource.group, cache.resource.plural));
        let plain = |cache: &Cache| Labels::Plain.of(cache.resource);
        let mut last = "";
        for (name, help, labels, number) in COUNTERS {
            let counts = all.iter().map(|cache| (cache, number(&cache.costs).load(Ordering::Relaxed)));
            let counts: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
            if name != last && (!counts.is_empty() || !USED.contains(&name)) {
                head(out, name, help, "counter");
                last = name;
            }
            for (cache, count) in counts {
                let _ = writeln!(out, "{name}{{{}}} {count}", labels.of(cache.resource));
            }
        }
        for (name, help, measure) in GAUGES {
            head(out, name, help, "gauge");
            for cache in all.iter().filter(|cache| cache.is_ready()) {
                let _ = writeln!(out, "{name}{{{}}} {}", plain(cache), measure(self, cache));
            }
        }
        let name = "apiserver_watch_cache_read_wait_seconds";
        head(out, name, "Histogram of time spent waiting for a watch cache to become fresh.", "histogram");
        for cache in all.iter().filter(|cache| cache.costs.waits.count() > 0) {
            cache.costs.waits.render(out, name, &plain(cache), &WAITS);
        }
    }
    /// How many objects are stored, and how large they are, of resources that someone asked for.
    pub fn render_objects(&self, out: &mut String) {
        let counts = self.counts();
        let name = "apiserver_resource_objects";
        head(out, name, "Objects that are stored, of resources that someone asked for.", "gauge");
        for (resource, count, _) in &counts {
            let _ = writeln!(
                out,
                "{name}{{group=\"{}\",resource=\"{}\"}} {count}",
                resource.group, resource.plural
            );
        }
        let name = "apiserver_storage_objects";
        head(out, name, "The same by names alone: consider apiserver_resource_objects instead.", "gauge");
        for (resource, count, _) in &counts {
            let dot = if resource.group.is_empty() { "" } else { "." };
            let _ =
                writeln!(out, "{name}{{resource=\"{}{dot}{}\"}} {count}", resource.plural, resource.group);
        }
        let name = "apiserver_resource_size_estimate_bytes";
        head(out, name, "How large the stored objects are together, as JSON.", "gauge");
        for (resource, _, size) in &counts {
            let _ = writeln!(
                out,
                "{name}{{group=\"{}\",resource=\"{}\"}} {size}",
                resource.group, resource.plural
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_in_order() {
        let resource = apimachinery::resources::find("apps", "v1", "deployments").expect("in the table");
        let own = "group=\"apps\",resource=\"deployments\"";
        assert_eq!(Labels::Plain.of(resource), own);
        assert_eq!(Labels::Indexed.of(resource), "group=\"apps\",index=\"\",resource=\"deployments\"");
        assert_eq!(Labels::Fresh(false).of(resource), format!("fallback=\"false\",{own},success=\"false\""));
    }
}
