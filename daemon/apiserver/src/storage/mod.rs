//! Objects in etcd: written with compare-and-swap, read through a cache that one watch on the
//! whole key space keeps current.
//!
//! etcd holds each object's JSON without its `resourceVersion`; that is the key's revision.

mod backend;
pub mod cache;
mod costs;
pub mod encryption;
mod entry;
mod feed;
mod foreign;
mod overrides;
mod pages;
mod pick;
mod versions;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use apimachinery::resources::{RESOURCES, Resource};
use bytes::Bytes;
use etcdapi::etcdserverpb as pb;
use tokio_util::sync::CancellationToken;

use crate::egress::Egress;
use crate::metrics::parts;
use crate::traces;

pub use backend::Backend;
pub use cache::{Cache, Event, EventKind, Snapshot};
pub use encryption::Encryption;
pub use entry::{Entry, Filter, metadata, splice};
pub use overrides::Override;
pub use pages::{OpenLists, Which};

type Kv = pb::kv_client::KvClient<tonic::transport::Channel>;

/// The longest that one request waits for etcd.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many keys one page of a range holds.
const PAGE: i64 = 1000;

/// What became of a conditional write.
#[derive(Debug)]
pub enum Written {
    /// It happened, at this revision.
    At(i64),
    /// Someone was faster; this is what stands there now, if anything.
    Lost(Option<Arc<Entry>>),
}

/// All objects.
pub struct Store {
    /// Itself, for tasks that must not keep it.
    this: std::sync::Weak<Self>,
    /// Where objects are: first what `--etcd-servers` names, which has all that is not said to be elsewhere.
    backends: Vec<Arc<Backend>>,
    root: String,
    /// How objects lie in etcd.
    encryption: Arc<Encryption>,
    caches: HashMap<&'static str, Arc<Cache>>,
    /// The caches of custom resources: the stored version's first, then those of other versions. They
    /// stay for ever, empty when their resource is gone.
    custom: std::sync::RwLock<HashMap<&'static str, Vec<&'static Arc<Cache>>>>,
    /// Whether services that are called are reached by their endpoints.
    pub routes_to_endpoints: bool,
    /// The ways out of this server's network.
    pub egress: Arc<Egress>,
    /// What clients read in pages.
    pub open_lists: Arc<OpenLists>,
}

fn etcd_error(error: &tonic::Status) -> Status {
    match error.code() {
        tonic::Code::OutOfRange => Status::expired("The resourceVersion for the provided list is too old."),
        tonic::Code::Unavailable | tonic::Code::DeadlineExceeded => {
            tracing::warn!(error = error.message(), "etcd does not answer");
            Status::timeout("etcdserver: request timed out")
        }
        _ => Status::internal(format!("etcd: {}", error.message())),
    }
}

async fn patiently<T>(
    call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
) -> Result<T, Status> {
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(error)) => Err(etcd_error(&error)),
        Err(_) => Err(Status::timeout("etcdserver: request timed out")),
    }
}

/// A request of etcd's key-value service.
trait Asked: Sized + Send {
    /// The call's name.
    const METHOD: &'static str;
    type Answer;

    fn call(
        kv: Kv,
        request: tonic::Request<Self>,
    ) -> impl Future<Output = Result<tonic::Response<Self::Answer>, tonic::Status>> + Send;
}

macro_rules! asked {
    ($($request:ident: $name:literal, $method:ident -> $answer:ident;)*) => {$(
        impl Asked for pb::$request {
            const METHOD: &'static str = $name;
            type Answer = pb::$answer;

            async fn call(
                mut kv: Kv,
                request: tonic::Request<Self>,
            ) -> Result<tonic::Response<Self::Answer>, tonic::Status> {
                kv.$method(request).await
            }
        }
    )*};
}

asked! {
    RangeRequest: "Range", range -> RangeResponse;
    PutRequest: "Put", put -> PutResponse;
    DeleteRangeRequest: "DeleteRange", delete_range -> DeleteRangeResponse;
    TxnRequest: "Txn", txn -> TxnResponse;
}

/// Asks etcd's key-value service. Below a request that is traced, the call has a span of its own.
async fn ask<R: Asked>(kv: &Kv, request: R) -> Result<R::Answer, Status> {
    let mut request = tonic::Request::new(request);
    let span = traces::etcd(R::METHOD, request.metadata_mut());
    // In a box: the futures of tonic are large, and all of a request's steps carry this one with them.
    let call = Box::pin(R::call(kv.clone(), request));
    patiently(async {
        let answer = call.await;
        traces::told(span, answer.as_ref().map(|_| ()));
        answer
    })
    .await
}

/// Does it, and tells how long etcd took.
async fn timed<T>(
    resource: &Resource,
    operation: &'static str,
    call: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    let begun = std::time::Instant::now();
    let answer = call.await;
    let labels = [resource.group, operation, resource.plural];
    parts::ETCD_CALLS.add(labels, 1);
    if answer.is_err() {
        parts::ETCD_ERRORS.add(labels, 1);
    }
    parts::ETCD_TIMES.observe(labels, begun.elapsed().as_secs_f64());
    answer
}

/// How the store is kept.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Below this lies everything (`/registry`).
    pub root: &'a str,
    /// How long a lease is used again for objects that expire.
    pub lease_reuse: Duration,
    /// Whether services that are called are reached by their endpoints, not by their cluster IPs.
    pub routes_to_endpoints: bool,
    /// What is stored elsewhere.
    pub overrides: &'a [Override],
    /// The ways out of this server's network.
    pub egress: &'a Arc<Egress>,
}

impl Store {
    /// Opens the store below its root and starts following it.
    ///
    /// # Errors
    /// Fails when an etcd can't be reached, with its addresses and why.
    pub async fn open(
        config: etcdapi::Config,
        settings: Settings<'_>,
        encryption: Arc<Encryption>,
        shutdown: CancellationToken,
    ) -> Result<Arc<Self>, (Vec<String>, String)> {
        let root = settings.root.trim_end_matches('/').to_string();
        let (servers, homes) = overrides::homes(&config.endpoints, settings.overrides);
        let mut backends = Vec::with_capacity(servers.len());
        for servers in servers {
            let config = etcdapi::Config { endpoints: servers.clone(), ..config.clone() };
            let backend = Backend::connect(config, settings.lease_reuse).await;
            backends.push(backend.map_err(|why| (servers, why))?);
        }
        let mut caches = HashMap::new();
        for resource in RESOURCES.iter().filter(|resource| is_storage(resource)) {
            let home = homes.get(resource.prefix).copied().unwrap_or_default();
            caches.insert(resource.prefix, Arc::new(Cache::at(home, resource)));
        }
        let store = Arc::new_cyclic(|this| Self {
            this: this.clone(),
            backends,
            root,
            encryption,
            caches,
            custom: std::sync::RwLock::default(),
            routes_to_endpoints: settings.routes_to_endpoints,
            egress: settings.egress.clone(),
            open_lists: Arc::default(),
        });
        for home in 0..store.backends.len() {
            tokio::spawn(feed::run(store.clone(), home, shutdown.clone()));
        }
        Ok(store)
    }

    /// Every etcd: first what `--etcd-servers` names, then those of `--etcd-servers-overrides`.
    pub fn backends(&self) -> &[Arc<Backend>] {
        &self.backends
    }

    /// The etcd that has all that is not said to be elsewhere, and the keys that are no objects.
    fn main(&self) -> &Arc<Backend> {
        &self.backends[0]
    }

    /// The etcd that has a cache's objects.
    fn home(&self, cache: &Cache) -> &Arc<Backend> {
        &self.backends[cache.home]
    }

    /// Where a cache's objects are read from, and of which resource they are.
    fn keys_of(&self, cache: &Cache) -> (&Kv, Option<&'static Resource>) {
        (&self.home(cache).kv, Some(cache.resource))
    }

    /// Whether the store follows every etcd right now.
    pub fn is_connected(&self) -> bool {
        self.backends.iter().all(|backend| backend.is_connected())
    }

    /// The revision up to which the caches of all that is stored beside these objects have seen every event.
    pub fn observed(&self, cache: &Cache) -> i64 {
        self.home(cache).observed()
    }

    /// Waits until something changes in the store.
    pub async fn changed(&self) {
        let changes = self.backends.iter().map(|backend| {
            let mut observed = backend.observed.subscribe();
            observed.mark_unchanged();
            Box::pin(async move {
                // The store outlives whoever asks.
                let _ = observed.changed().await;
            })
        });
        futures::future::select_all(changes).await;
    }

    /// Waits until everything up to `revision` has been seen of what is stored beside these objects.
    ///
    /// # Errors
    /// 504 when that takes too long.
    pub async fn wait_for(&self, cache: &Cache, revision: i64) -> Result<(), Status> {
        self.home(cache).wait_for(revision).await
    }

    /// The cache of a stored resource.
    pub fn cache(&self, resource: &'static Resource) -> Option<&Arc<Cache>> {
        self.caches.get(resource.prefix).or_else(|| {
            let customs = self.customs();
            let all = customs.get(resource.prefix)?;
            // A request that is under way while its row is replaced goes on by the new one of its version.
            let own = all.iter().copied().find(|cache| std::ptr::eq(cache.resource, resource));
            own.or_else(|| all.iter().copied().find(|cache| cache.resource.version == resource.version))
        })
    }

    fn customs(&self) -> std::sync::RwLockReadGuard<'_, HashMap<&'static str, Vec<&'static Arc<Cache>>>> {
        self.custom.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Keeps a custom resource's objects from now on, as its rows have them; `stored` is the row in
    /// whose version they are stored. Requests that came by rows of before go on until
    /// [`Self::retire_custom`].
    pub fn add_custom(&self, stored: &'static Resource, rows: &[&'static Resource]) {
        let mut custom = self.custom.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let all = custom.entry(stored.prefix).or_default();
        if all.first().is_none_or(|base| !std::ptr::eq(base.resource, stored)) {
            for old in all.iter() {
                // Nobody keeps it current any more: each request reads it anew.
                old.forget();
            }
            all.insert(0, Box::leak(Box::new(Arc::new(Cache::new(stored)))));
        }
        let base = all[0].clone();
        for row in rows {
            if !all.iter().any(|cache| std::ptr::eq(cache.resource, *row) && cache.follows(&base)) {
                all.insert(1, Box::leak(Box::new(Arc::new(Cache::derived(row, base.clone())))));
            }
        }
    }

    /// Forgets what [`Self::add_custom`] has replaced: requests come by the new rows alone.
    pub fn retire_custom(&self, stored: &'static Resource, rows: &[&'static Resource]) {
        let mut custom = self.custom.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(all) = custom.get_mut(stored.prefix) else { return };
        let Some(base) = all.first().map(|base| (*base).clone()) else { return };
        all.retain(|cache| {
            let stays = Arc::ptr_eq(cache, &base)
                || cache.follows(&base) && rows.iter().any(|row| std::ptr::eq(*row, cache.resource));
            if !stays {
                cache.forget();
            }
            stays
        });
    }

    /// Reads a custom resource's objects anew, in all versions; its watchers end.
    pub fn reread(&self, stored: &'static Resource) {
        for cache in self.customs().get(stored.prefix).into_iter().flatten() {
            cache.reset();
        }
    }

    /// Forgets a custom resource's objects; its watchers end.
    pub fn drop_custom(&self, stored: &'static Resource) {
        let mut custom = self.custom.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for cache in custom.remove(stored.prefix).into_iter().flatten() {
            cache.forget();
        }
    }

    /// How many objects there are of each resource whose cache is filled, and how large they are together, in bytes of
    /// JSON.
    pub fn counts(&self) -> Vec<(&'static Resource, usize, usize)> {
        let mut counts: Vec<_> = self
            .all()
            .iter()
            .filter(|cache| cache.is_ready())
            .map(|cache| (cache.resource, cache.len(), cache.size()))
            .collect();
        counts.sort_by_key(|(resource, _, _)| (resource.group, resource.plural));
        counts
    }

    /// Every cache of a stored version.
    fn all(&self) -> Vec<Arc<Cache>> {
        let customs = self.customs();
        let custom = customs.values().filter_map(|all| all.first()).map(|cache| (*cache).clone());
        self.caches.values().cloned().chain(custom).collect()
    }

    /// The cache for this plural name below the store's root, which must exist.
    pub fn known(&self, prefix: &'static str) -> &Arc<Cache> {
        &self.caches[prefix]
    }

    fn path(&self, cache: &Cache, key: &str) -> Bytes {
        Bytes::from(self.name_of(cache.resource, key))
    }

    /// The whole key of an object, as etcd has it.
    pub fn name_of(&self, resource: &Resource, key: &str) -> String {
        format!("{}/{}/{key}", self.root, resource.prefix)
    }

    /// The objects that pass, no older than what the caller waited for before.
    ///
    /// # Errors
    /// Fails when they can't be read.
    pub async fn list(&self, cache: &Arc<Cache>, filter: &Filter) -> Result<Snapshot, Status> {
        loop {
            self.load(cache).await?;
            if let Some(snapshot) = cache.current_list(filter) {
                return Ok(snapshot);
            }
        }
    }

    /// The object, no older than what the caller waited for before; `None` when there is none.
    ///
    /// # Errors
    /// Fails when the resource's objects can't be read.
    pub async fn get(&self, cache: &Arc<Cache>, key: &str) -> Result<Option<Arc<Entry>>, Status> {
        loop {
            self.load(cache).await?;
            if let Some(found) = cache.current(key) {
                return Ok(found);
            }
        }
    }

    /// What stands for the contents of the cache: the same as long as they are the same.
    ///
    /// # Errors
    /// Fails when the resource's objects can't be read.
    pub async fn version(&self, cache: &Arc<Cache>) -> Result<(u64, u64), Status> {
        loop {
            if let Some(version) = cache.current_version() {
                return Ok(version);
            }
            // Once in a while: every request asks, and need not carry the room for it.
            Box::pin(self.load(cache)).await?;
        }
    }

    /// [`Store::list`] of everything, with what [`Store::version`] gives for it.
    ///
    /// # Errors
    /// Fails when the resource's objects can't be read.
    pub async fn everything(&self, cache: &Arc<Cache>) -> Result<(Vec<Arc<Entry>>, (u64, u64)), Status> {
        let snapshot = self.list(cache, &Filter::default()).await?;
        Ok((snapshot.entries, (snapshot.epoch, snapshot.next)))
    }

    /// Loads the cache if it is not, without waiting for what is newer.
    pub async fn load(&self, cache: &Arc<Cache>) -> Result<(), Status> {
        if cache.is_ready() {
            return Ok(());
        }
        match &cache.base {
            None => self.fill(cache).await,
            Some(base) => {
                let _one = cache.loading.lock().await;
                if cache.is_ready() { Ok(()) } else { self.derive(cache, base).await }
            }
        }
    }

    /// Loads the cache of a stored version from etcd, if it is not loaded.
    async fn fill(&self, cache: &Arc<Cache>) -> Result<(), Status> {
        let _one = cache.loading.lock().await;
        if cache.is_ready() {
            return Ok(());
        }
        cache.begin();
        let prefix = self.path(cache, "");
        let mut entries = Vec::new();
        let mut pages = Pages::new(self.keys_of(cache), &prefix, prefix.clone(), 0, i64::MAX);
        let result = async {
            let mut fetched = 0;
            while let Some(page) = pages.next().await? {
                fetched += page.len();
                entries.extend(self.read_all(cache, &page).await?);
            }
            cache.costs().listed_from_storage(fetched, fetched, entries.len());
            Ok(pages.revision)
        };
        match result.await {
            Ok(revision) => {
                cache.loaded(entries, revision);
                Ok(())
            }
            Err(status) => {
                cache.reset();
                Err(status)
            }
        }
    }

    /// Loads the cache and makes sure that it holds every write acknowledged before this call.
    pub async fn fresh(self: &Arc<Self>, cache: &Arc<Cache>) -> Result<i64, Status> {
        let revision = self.home(cache).current_revision().await?;
        let outcome = self.not_older(cache, revision).await;
        cache.costs().read_fresh(outcome.is_ok());
        outcome.map(|()| revision)
    }

    /// The objects of keys, in the cache's version; those that can't be read are left out.
    async fn read_all(
        &self,
        cache: &Cache,
        kvs: &[etcdapi::mvccpb::KeyValue],
    ) -> Result<Vec<Arc<Entry>>, Status> {
        let mut opened = Vec::with_capacity(kvs.len());
        for kv in kvs {
            opened.extend(self.open_sealed(cache, kv).await?);
        }
        self.entries(cache, opened).await
    }

    /// The object of a key; `None`, and a word in the log, when it is none that can be read.
    async fn entry(
        &self,
        cache: &Cache,
        kv: &etcdapi::mvccpb::KeyValue,
    ) -> Result<Option<Arc<Entry>>, Status> {
        Ok(self.read_all(cache, std::slice::from_ref(kv)).await?.pop())
    }

    /// Whether the object must be written even though nothing in it has changed: it lies in etcd
    /// under a key that is no longer the one to write with, or in a version that is not stored any more.
    pub fn is_stale(&self, resource: &Resource, entry: &Entry) -> bool {
        entry.is_outdated || self.encryption.rules().is_stale(resource, &entry.seal)
    }

    /// A page of the resource as it was at `revision`, from the key after `start` on, below
    /// `within` (a namespace and a slash, or nothing). Gives the entries and how many are left.
    pub async fn page(
        &self,
        cache: &Cache,
        within: &str,
        start: &str,
        revision: i64,
        limit: i64,
    ) -> Result<(Vec<Arc<Entry>>, i64), Status> {
        let prefix = self.path(cache, within);
        let mut start = self.path(cache, start).to_vec();
        start.push(0);
        let mut entries = Vec::new();
        let mut pages = Pages::new(self.keys_of(cache), &prefix, start.into(), revision, limit);
        while let Some(page) = pages.next().await? {
            entries.extend(self.read_all(cache, &page).await?);
        }
        Ok((entries, pages.remaining))
    }

    /// The object as etcd has it now.
    pub async fn read(&self, cache: &Cache, key: &str) -> Result<Option<Arc<Entry>>, Status> {
        let request = pb::RangeRequest { key: self.path(cache, key), ..pb::RangeRequest::default() };
        let answer = timed(cache.resource, "get", ask(&self.home(cache).kv, request)).await?;
        match answer.kvs.first() {
            Some(kv) => self.entry(cache, kv).await,
            None => Ok(None),
        }
    }

    /// The object as the cache has it, which may be a moment old; fit to begin an update with.
    pub async fn glance(&self, cache: &Arc<Cache>, key: &str) -> Result<Option<Arc<Entry>>, Status> {
        match self.load(cache).await {
            Ok(()) => {}
            // An object that can't be decrypted keeps the cache empty, and others of its kind readable.
            Err(status) if status.code == 500 => return self.read(cache, key).await,
            Err(status) => return Err(status),
        }
        match cache.get(key) {
            Some(entry) => Ok(Some(entry)),
            None => self.read(cache, key).await,
        }
    }

    /// Stores a new object; `ttl` makes it go by itself.
    pub async fn create(
        &self,
        cache: &Cache,
        key: &str,
        value: Bytes,
        ttl: Option<Duration>,
    ) -> Result<Written, Status> {
        let lease = match ttl {
            Some(ttl) => self.home(cache).lease(ttl).await?,
            None => 0,
        };
        self.write(cache, key, 0, Some(value), lease).await
    }

    /// Replaces the object if it is still at `revision`.
    pub async fn update(
        &self,
        cache: &Cache,
        key: &str,
        revision: i64,
        value: Bytes,
        ttl: Option<Duration>,
    ) -> Result<Written, Status> {
        let lease = match ttl {
            Some(ttl) => self.home(cache).lease(ttl).await?,
            None => 0,
        };
        self.write(cache, key, revision, Some(value), lease).await
    }

    /// Deletes the object if it is still at `revision`.
    pub async fn delete(&self, cache: &Cache, key: &str, revision: i64) -> Result<Written, Status> {
        self.write(cache, key, revision, None, 0).await
    }

    async fn write(
        &self,
        cache: &Cache,
        key: &str,
        revision: i64,
        value: Option<Bytes>,
        lease: i64,
    ) -> Result<Written, Status> {
        use pb::compare::{CompareResult, CompareTarget, TargetUnion};
        use pb::request_op::Request;
        let path = self.path(cache, key);
        let compare = pb::Compare {
            result: CompareResult::Equal.into(),
            target: CompareTarget::Mod.into(),
            key: path.clone(),
            target_union: Some(TargetUnion::ModRevision(revision)),
            ..pb::Compare::default()
        };
        let operation = match (&value, revision) {
            (None, _) => "delete",
            (Some(_), 0) => "create",
            (Some(_), _) => "update",
        };
        let change = match value {
            Some(value) => Request::RequestPut(pb::PutRequest {
                value: {
                    let value = self.as_stored(cache, value).await?;
                    self.encryption.rules().seal(cache.resource, &path, value).await?
                },
                key: path.clone(),
                lease,
                ..pb::PutRequest::default()
            }),
            None => Request::RequestDeleteRange(pb::DeleteRangeRequest {
                key: path.clone(),
                ..pb::DeleteRangeRequest::default()
            }),
        };
        let look = Request::RequestRange(pb::RangeRequest { key: path, ..pb::RangeRequest::default() });
        let txn = pb::TxnRequest {
            compare: vec![compare],
            success: vec![pb::RequestOp { request: Some(change) }],
            failure: vec![pb::RequestOp { request: Some(look) }],
        };
        let answer = timed(cache.resource, operation, ask(&self.home(cache).kv, txn)).await?;
        if answer.succeeded {
            return Ok(Written::At(answer.header.map_or(0, |header| header.revision)));
        }
        let found = answer.responses.into_iter().next().and_then(|op| op.response);
        let Some(pb::response_op::Response::ResponseRange(range)) = found else {
            return Ok(Written::Lost(None));
        };
        match range.kvs.first() {
            Some(kv) => Ok(Written::Lost(self.entry(cache, kv).await?)),
            None => Ok(Written::Lost(None)),
        }
    }

    /// Keeps a key of our own for `ttl`; again and again by whoever is alive.
    pub async fn beat(&self, key: &str, value: &str, ttl: Duration) -> Result<(), Status> {
        let lease = self.main().grant(ttl).await?;
        let request = pb::PutRequest {
            key: Bytes::from(format!("{}/{key}", self.root)),
            value: Bytes::from(value.to_string()),
            lease,
            ..pb::PutRequest::default()
        };
        ask(&self.main().kv, request).await.map(|_| ())
    }

    /// What follows `prefix` in the keys that begin with it.
    pub async fn names(&self, prefix: &str) -> Result<Vec<String>, Status> {
        let prefix = Bytes::from(format!("{}/{prefix}", self.root));
        let mut names = Vec::new();
        let mut pages = Pages::new((&self.main().kv, None), &prefix, prefix.clone(), 0, i64::MAX);
        while let Some(page) = pages.next().await? {
            let name = |key: &[u8]| String::from_utf8_lossy(&key[prefix.len().min(key.len())..]).into_owned();
            names.extend(page.iter().map(|kv| name(&kv.key)));
        }
        Ok(names)
    }

    /// Takes a key of our own if nobody has it. Gives whether nobody had.
    pub async fn claim(&self, key: &str, value: &str) -> Result<bool, Status> {
        use pb::compare::{CompareResult, CompareTarget, TargetUnion};
        let key = Bytes::from(format!("{}/{key}", self.root));
        let put = pb::PutRequest {
            key: key.clone(),
            value: Bytes::from(value.to_string()),
            ..pb::PutRequest::default()
        };
        let txn = pb::TxnRequest {
            compare: vec![pb::Compare {
                result: CompareResult::Equal.into(),
                target: CompareTarget::Mod.into(),
                key,
                target_union: Some(TargetUnion::ModRevision(0)),
                ..pb::Compare::default()
            }],
            success: vec![pb::RequestOp { request: Some(pb::request_op::Request::RequestPut(put)) }],
            failure: Vec::new(),
        };
        Ok(ask(&self.main().kv, txn).await?.succeeded)
    }

    /// Deletes a key of our own.
    pub async fn forget(&self, key: &str) -> Result<(), Status> {
        let request = pb::DeleteRangeRequest {
            key: Bytes::from(format!("{}/{key}", self.root)),
            ..pb::DeleteRangeRequest::default()
        };
        ask(&self.main().kv, request).await.map(|_| ())
    }
}

/// The keys of a prefix, page by page, at one revision.
struct Pages<'a> {
    kv: &'a Kv,
    /// Of which resource they are; keys of our own are of none.
    resource: Option<&'static Resource>,
    start: Bytes,
    end: Bytes,
    left: i64,
    over: bool,
    /// The revision; 0 until the first page tells.
    revision: i64,
    /// How many keys are left past the limit.
    remaining: i64,
}

impl<'a> Pages<'a> {
    /// From `start` on, at `revision` (0: the current), `limit` keys at most.
    fn new(
        (kv, resource): (&'a Kv, Option<&'static Resource>),
        prefix: &Bytes,
        start: Bytes,
        revision: i64,
        limit: i64,
    ) -> Self {
        let end = Bytes::from(etcdapi::prefix_end(prefix));
        Self { kv, resource, start, end, left: limit, over: false, revision, remaining: 0 }
    }

    async fn next(&mut self) -> Result<Option<Vec<etcdapi::mvccpb::KeyValue>>, Status> {
        if self.over {
            return Ok(None);
        }
        let request = pb::RangeRequest {
            key: self.start.clone(),
            range_end: self.end.clone(),
            limit: self.left.min(PAGE),
            revision: self.revision,
            ..pb::RangeRequest::default()
        };
        let call = ask(self.kv, request);
        let answer = match self.resource {
            Some(resource) => timed(resource, "list", call).await?,
            None => call.await?,
        };
        if self.revision == 0 {
            self.revision = answer.header.map_or(0, |header| header.revision);
        }
        let got = i64::try_from(answer.kvs.len()).unwrap_or(i64::MAX);
        self.left -= got;
        self.remaining = answer.count - got;
        match answer.kvs.last() {
            Some(last) if answer.more && self.left > 0 => {
                self.start = [&last.key[..], &[0]].concat().into();
            }
            _ => self.over = true,
        }
        Ok(Some(answer.kvs))
    }
}

/// Whether this row's version is the one that objects are stored in: two versions of a resource
/// share a prefix.
pub fn is_storage(resource: &Resource) -> bool {
    if let Some(custom) = &resource.custom {
        return custom.storage.is_none();
    }
    resource.is_stored()
        && !(resource.group == "events.k8s.io"
            || (resource.group == "autoscaling" && resource.version == "v1"))
}
