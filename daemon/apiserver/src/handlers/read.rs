//! Get and list: from the cache, made sure to be fresh, bytes as they are.

use std::sync::Arc;

use apimachinery::invalid::{Field, Violation};
use apimachinery::resources::Resource;
use apimachinery::{Status, fields, labels, unreadable};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{key, options, stored_as};
use crate::convert;
use crate::output::{self, ListMeta, Shape};
use crate::request::{Answer, Call};
use crate::storage::{Cache, Entry, Filter, Which};

/// Reads one object.
pub async fn get(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let entry = find(call).await?;
    output::object(call, &shape, &entry.bytes, http::StatusCode::OK)
}

/// The object that the path names, fresh unless `resourceVersion=0` allows otherwise.
pub async fn find(call: &Call) -> Result<Arc<Entry>, Status> {
    let stored = stored_as(call.resource);
    let cache = call.server.store.cache(stored).ok_or_else(Status::no_such_path)?;
    let store = &call.server.store;
    let waited = match call.query.get("resourceVersion") {
        "" => store.fresh(cache).await.map(|_| ()),
        text => store.not_older(cache, revision(text)?).await,
    };
    let key = key(stored, &call.route.namespace, &call.route.name);
    let found = match waited {
        Ok(()) => store.get(cache, &key).await,
        Err(status) => Err(status),
    };
    let found = match found {
        Ok(found) => found,
        // An object that can't be decrypted keeps the cache empty, and others of its kind readable.
        Err(status) if status.code == 500 => store.read(cache, &key).await?,
        Err(status) => return Err(status),
    };
    found.ok_or_else(|| Status::not_found(stored.group, stored.plural, &call.route.name))
}

/// A resource version as a client gives it; the error says why it is none.
fn parsed(text: &str) -> Result<i64, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let why = if digits { "value out of range" } else { "invalid syntax" };
    let number = text.parse::<i64>().ok().filter(|_| digits);
    number.ok_or_else(|| {
        let field = Field::root("resourceVersion");
        let why = format!("strconv.ParseUint: parsing {text:?}: {why}");
        Violation::invalid(&field, text, &why).to_string()
    })
}

/// The resource version of a get or watch.
///
/// # Errors
/// Fails as upstream does, without a reason, when it is none.
pub fn revision(text: &str) -> Result<i64, Status> {
    parsed(text).map_err(options::unexplained)
}

/// The resource version of a list.
fn listed_at(text: &str) -> Result<i64, Status> {
    parsed(text).map_err(|why| Status::bad_request(format!("invalid resource version: {why}")))
}

/// Why a field can't be selected by: kinds with fields of their own have words of their own.
fn unselectable(asked: &Resource, field: &str) -> String {
    match (asked.group, asked.plural) {
        ("batch", "jobs") => format!("field label {field:?} not supported for batchv1.Job"),
        ("resource.k8s.io", "resourceslices") => {
            format!("field label not supported for {}, Kind={}: {field}", asked.api_version(), asked.kind)
        }
        _ if asked.custom.is_some() || !asked.fields.is_empty() => {
            format!("field label not supported: {field}")
        }
        _ => {
            format!("{field:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
        }
    }
}

/// The selectors of a list or watch.
pub fn filter(call: &Call) -> Result<Filter, Status> {
    let stored = stored_as(call.resource);
    let labels = labels::Selector::parse(call.query.get("labelSelector"))
        .map_err(|error| Status::bad_request(error.to_string()))?;
    let mut fields = fields::Selector::parse(call.query.get("fieldSelector")).map_err(Status::bad_request)?;
    for requirement in &mut fields.requirements {
        let asked = requirement.field.clone();
        convert::field(call.resource, &mut requirement.field);
        let field = requirement.field.as_str();
        let plain = stored.fields.is_empty() && stored.custom.is_none();
        let known = field == "metadata.name"
            || (field == "metadata.namespace" && (stored.namespaced || plain))
            || stored.fields.contains(&field);
        if !known {
            return Err(Status::bad_request(unselectable(call.resource, &asked)));
        }
    }
    Ok(Filter {
        namespace: if stored.namespaced { call.route.namespace.clone() } else { String::new() },
        labels,
        fields,
    })
}

/// Where a list goes on: at which revision, after which key.
#[derive(Serialize, Deserialize)]
struct Continue {
    v: String,
    rv: i64,
    start: String,
}

/// The form of tokens.
const VERSION: &str = "meta.k8s.io/v1";
/// In place of a revision: whatever there is when the token is used.
const NOW: i64 = -1;

impl Continue {
    fn write(&self) -> Option<String> {
        Some(STANDARD_NO_PAD.encode(serde_json::to_vec(self).ok()?))
    }

    /// From a client's token; the error says what is wrong with it.
    fn read(text: &str) -> Result<Self, String> {
        let text = STANDARD_NO_PAD.decode(text.trim_end_matches('=')).map_err(|error| {
            let at = match error {
                base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol(at, _) => at,
                _ => text.len(),
            };
            format!("illegal base64 data at input byte {at}")
        })?;
        let token: Self = serde_json::from_slice(&text)
            .map_err(|error| unreadable::syntax_error(&text).unwrap_or_else(|| error.to_string()))?;
        match token.v.as_str() {
            "meta.k8s.io/v1" if token.rv == 0 => {
                Err("incorrect encoded start resourceVersion (version meta.k8s.io/v1)".into())
            }
            "meta.k8s.io/v1" if token.start.is_empty() => {
                Err("encoded start key empty (version meta.k8s.io/v1)".into())
            }
            "meta.k8s.io/v1" => Ok(token),
            other => Err(format!("server does not recognize this encoded version {other:?}")),
        }
    }
}

/// Lists objects.
pub async fn list(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, true)?;
    let (entries, meta) = entries(call).await?;
    output::list(call, &shape, entries, &meta)
}

/// The objects that a list, or a deletion of many, is about.
///
/// # Errors
/// Fails where the options of the list make no sense.
pub async fn entries(call: &Call) -> Result<(Vec<Arc<Entry>>, ListMeta), Status> {
    let stored = stored_as(call.resource);
    let server = &call.server;
    let cache = server.store.cache(stored).ok_or_else(Status::no_such_path)?;
    let filter = filter(call)?;
    // As upstream: less than nothing is no limit.
    let limit = options::number(call, "limit")?.unwrap_or(0).max(0);
    options::number(call, "timeoutSeconds")?;
    options::of_list(call)?;
    let asked = call.query.get("resourceVersion");
    let matching = call.query.get("resourceVersionMatch");
    let token = call.query.get("continue");
    if !token.is_empty() {
        if !asked.is_empty() && asked != "0" {
            return Err(Status::bad_request(
                "specifying resource version is not allowed when using continue",
            ));
        }
        let token = Continue::read(token).map_err(|why| {
            Status::bad_request(format!("invalid continue token: continue key is not valid: {why}"))
        })?;
        let start = token.start.trim_end_matches('\0').to_string();
        if token.rv == NOW {
            server.store.fresh(cache).await?;
            return begin(call, cache, &filter, &start, limit).await;
        }
        let most = usize::try_from(limit).ok().filter(|most| *most > 0).unwrap_or(usize::MAX);
        if let Some((entries, left)) = server.store.open_lists.page(&which(call, token.rv), &start, most) {
            cache.costs().listed(entries.len(), entries.len());
            let meta = meta(&entries, token.rv, left, &filter);
            return Ok((entries, meta));
        }
        let found = page(call, cache, &filter, &start, token.rv, limit).await;
        return found.map_err(|status| too_old(status, (limit > 0).then_some(&*token.start)));
    }
    if matching == "Exact" {
        let revision = listed_at(asked)?;
        server.store.wait_for(cache, revision).await?;
        let found = page(call, cache, &filter, "", revision, limit).await;
        return found.map_err(|status| too_old(status, (limit > 0).then_some("")));
    }
    match asked {
        "" => {
            server.store.fresh(cache).await?;
        }
        text => {
            server.store.not_older(cache, listed_at(text)?).await?;
        }
    }
    // `resourceVersion=0` asks for whatever is at hand, which is everything: as upstream.
    begin(call, cache, &filter, "", if asked == "0" { 0 } else { limit }).await
}

/// The first page of what there is now, after the key `start`.
async fn begin(
    call: &Call,
    cache: &Arc<Cache>,
    filter: &Filter,
    start: &str,
    limit: i64,
) -> Result<(Vec<Arc<Entry>>, ListMeta), Status> {
    let server = &call.server;
    let observed = server.store.observed_by(cache);
    let mut snapshot = server.store.list(cache, filter).await?;
    let revision = snapshot.revision.max(observed);
    if !start.is_empty() {
        snapshot.entries.drain(..snapshot.entries.partition_point(|entry| *entry.key <= *start));
    }
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut left = 0;
    if limit > 0 && snapshot.entries.len() > most {
        left = snapshot.entries.len() - most;
        let first = snapshot.entries[..most].to_vec();
        let all = std::mem::replace(&mut snapshot.entries, first);
        server.store.open_lists.keep(which(call, revision), all);
    }
    cache.costs().listed(snapshot.fetched, snapshot.entries.len());
    let meta = meta(&snapshot.entries, revision, left, filter);
    Ok((snapshot.entries, meta))
}

/// The refusal of a list at a revision that is not kept any more. Who was reading it in pages from the key `start` may go
/// on from there with what there is now: the token for that comes along.
fn too_old(status: Status, start: Option<&str>) -> Status {
    const NO_LIST: &str = "The resourceVersion for the provided list is too old.";
    const ANEW: &str = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter";
    const OTHERWISE: &str = "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";
    if status.code != 410 {
        return status;
    }
    match start {
        None => Status::expired(NO_LIST),
        Some("") => Status::expired(format!("{ANEW}.")),
        Some(start) => {
            let mut status = Status::expired(format!("{ANEW}, {OTHERWISE}"));
            if let Some(token) = (Continue { v: VERSION.into(), rv: NOW, start: start.into() }).write() {
                status.metadata.insert("continue".into(), token.into());
            }
            status
        }
    }
}

/// The list that the call reads.
fn which(call: &Call, revision: i64) -> Which {
    let resource = stored_as(call.resource);
    Which {
        resource,
        revision,
        namespace: if resource.namespaced { call.route.namespace.clone() } else { String::new() },
        labels: call.query.get("labelSelector").into(),
        fields: call.query.get("fieldSelector").into(),
    }
}

/// The metadata of a page that `left` more objects follow.
fn meta(page: &[Arc<Entry>], revision: i64, left: usize, filter: &Filter) -> ListMeta {
    ListMeta {
        revision,
        next: (left > 0).then(|| next(page, revision)).flatten(),
        remaining: (left > 0 && filter.is_everything()).then_some(left),
    }
}

fn next(entries: &[Arc<Entry>], revision: i64) -> Option<String> {
    let start = format!("{}\0", entries.last()?.key);
    Continue { v: VERSION.into(), rv: revision, start }.write()
}

/// A page at a past revision, from etcd.
async fn page(
    call: &Call,
    cache: &Arc<Cache>,
    filter: &Filter,
    start: &str,
    revision: i64,
    limit: i64,
) -> Result<(Vec<Arc<Entry>>, ListMeta), Status> {
    let within = if filter.namespace.is_empty() { String::new() } else { format!("{}/", filter.namespace) };
    let mut start = if start.is_empty() { within.clone() } else { start.to_string() };
    let wanted = usize::try_from(limit).ok().filter(|wanted| *wanted > 0).unwrap_or(usize::MAX);
    let mut entries: Vec<Arc<Entry>> = Vec::new();
    let mut fetched = 0;
    let remaining = loop {
        let ask = i64::try_from(wanted - entries.len()).unwrap_or(i64::MAX);
        let (mut found, left) = call.server.store.page(cache, &within, &start, revision, ask).await?;
        if let Some(last) = found.last() {
            start = last.key.to_string();
        }
        fetched += found.len();
        found.retain(|entry| filter.matches(cache.resource, entry));
        entries.append(&mut found);
        if left <= 0 || entries.len() >= wanted {
            break left;
        }
    };
    cache.costs().listed_from_storage(fetched, fetched, entries.len());
    let left = usize::try_from(remaining).unwrap_or(0);
    let meta = meta(&entries, revision, left, filter);
    Ok((entries, meta))
}
