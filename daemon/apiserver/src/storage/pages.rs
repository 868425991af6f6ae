//! Lists that clients are reading in pages: the objects as they were when the first page went out.
//!
//! The next pages come from here, at the price of their own size. Read from etcd, each would be
//! fetched and decoded anew; and once etcd has compacted the revision there would be none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use apimachinery::resources::Resource;

use super::entry::Entry;

/// How long the rest of a list is kept.
const KEPT: Duration = Duration::from_secs(75);
/// At most this many objects are kept for all lists together; the oldest lists go first.
const MOST: usize = 1 << 20;

/// Which list: all who read the same one share it.
#[derive(Debug)]
pub struct Which {
    /// Of what.
    pub resource: &'static Resource,
    /// As it was at this revision.
    pub revision: i64,
    /// Narrowed to this namespace; empty for all.
    pub namespace: String,
    /// Narrowed by this label selector.
    pub labels: String,
    /// Narrowed by this field selector.
    pub fields: String,
}

impl PartialEq for Which {
    fn eq(&self, other: &Self) -> bool {
        let of = |which: &Self| (which.revision, std::ptr::from_ref(which.resource));
        of(self) == of(other)
            && self.namespace == other.namespace
            && self.labels == other.labels
            && self.fields == other.fields
    }
}

struct Open {
    which: Which,
    entries: Vec<Arc<Entry>>,
}

/// All lists that are being read.
#[derive(Default)]
pub struct OpenLists {
    /// The oldest first.
    lists: Mutex<Vec<Arc<Open>>>,
}

impl OpenLists {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Open>>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps all objects of a list, in the order of their keys.
    pub fn keep(self: &Arc<Self>, which: Which, entries: Vec<Arc<Entry>>) {
        let mut lists = self.lock();
        if lists.iter().any(|open| open.which == which) {
            return;
        }
        let mut left = MOST.saturating_sub(entries.len());
        let from = lists.iter().rposition(|open| {
            let fits = open.entries.len() <= left;
            left = left.saturating_sub(open.entries.len());
            !fits
        });
        lists.drain(..from.map_or(0, |last| last + 1));
        let open = Arc::new(Open { which, entries });
        let (all, this) = (Arc::downgrade(self), Arc::downgrade(&open));
        lists.push(open);
        drop(lists);
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            if let Some(all) = all.upgrade() {
                all.forget(&this);
            }
        });
    }

    fn forget(&self, which: &Weak<Open>) {
        self.lock().retain(|open| !std::ptr::eq(Arc::as_ptr(open), which.as_ptr()));
    }

    /// At most `limit` objects after the key `start`, and how many follow them; `None` when the list
    /// is not kept any more.
    pub fn page(&self, which: &Which, start: &str, limit: usize) -> Option<(Vec<Arc<Entry>>, usize)> {
        let open = self.lock().iter().find(|open| open.which == *which).cloned()?;
        let from = open.entries.partition_point(|entry| *entry.key <= *start);
        let rest = &open.entries[from..];
        let page = &rest[..rest.len().min(limit)];
        if page.len() == rest.len() {
            // Who reads the same list at the same time goes on from etcd.
            self.forget(&Arc::downgrade(&open));
        }
        Some((page.to_vec(), rest.len() - page.len()))
    }
}

#[cfg(test)]
mod tests {
    use apimachinery::resources;
    use bytes::Bytes;

    use super::*;

    fn which(revision: i64, namespace: &str) -> Which {
        Which {
            resource: resources::find("", "v1", "configmaps").expect("in the table"),
            revision,
            namespace: namespace.into(),
            labels: String::new(),
            fields: String::new(),
        }
    }

    fn entries(count: usize) -> Vec<Arc<Entry>> {
        let resource = resources::find("", "v1", "configmaps").expect("in the table");
        let json = br#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#;
        (0..count)
            .map(|at| {
                let key = format!("ns/{at:04}");
                Arc::new(Entry::new(resource, &key, &Bytes::from_static(json), 1).expect("fits"))
            })
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn pages_follow_one_another() {
        let lists = Arc::new(OpenLists::default());
        lists.keep(which(5, "ns"), entries(5));
        assert!(lists.page(&which(6, "ns"), "", 2).is_none());
        assert!(lists.page(&which(5, ""), "", 2).is_none());
        let (page, left) = lists.page(&which(5, "ns"), "ns/0001", 2).expect("kept");
        assert_eq!(page.iter().map(|entry| &*entry.key).collect::<Vec<_>>(), ["ns/0002", "ns/0003"]);
        assert_eq!(left, 1);
        // The last page ends it.
        let (page, left) = lists.page(&which(5, "ns"), "ns/0003", 2).expect("kept");
        assert_eq!((page.len(), left), (1, 0));
        assert!(lists.page(&which(5, "ns"), "ns/0003", 2).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn they_end() {
        let lists = Arc::new(OpenLists::default());
        lists.keep(which(5, ""), entries(3));
        tokio::time::sleep(KEPT / 2).await;
        lists.keep(which(6, ""), entries(3));
        tokio::time::sleep(KEPT / 2 + Duration::from_secs(1)).await;
        assert!(lists.page(&which(5, ""), "", 1).is_none());
        assert!(lists.page(&which(6, ""), "", 1).is_some());
        // One that is as large as all may be leaves no room for others.
        lists.keep(which(7, ""), vec![entries(1).remove(0); MOST]);
        assert!(lists.page(&which(6, ""), "", 1).is_none());
        assert!(lists.page(&which(7, ""), "", 1).is_some());
    }
}
