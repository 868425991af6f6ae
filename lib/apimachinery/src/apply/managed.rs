//! `metadata.managedFields`: which manager owns which fields, and how ownership moves with each
//! write.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{FieldsV1, ManagedFieldsEntry, Time};
use serde_json::Value;

use super::schema::Node;
use super::set::{Element, Set, display};
use super::{fresh, typed};

/// The most managers that plain updates are kept of; the oldest of more are put together.
const MOST_UPDATERS: usize = 10;
/// Whom the fields of the oldest updates belong to.
const ANCIENT: &str = "ancient-changes";
/// Whom the fields belong to that were there before the first apply.
const BEFORE: &str = "before-first-apply";
/// The manager whose applies take over from client-side apply.
const KUBECTL: &str = "kubectl";
/// Where client-side apply keeps what it applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// The most bytes that are kept of it.
const LAST_APPLIED_LIMIT: usize = 256 << 10;

/// Who writes.
#[derive(Clone, Debug)]
pub struct Writer<'a> {
    /// The field manager.
    pub manager: &'a str,
    /// The version that the request is made in.
    pub api_version: &'a str,
    /// The subresource that is written; empty for the object itself.
    pub subresource: &'a str,
    /// When.
    pub now: Time,
}

/// An object in another version, with its type there.
pub type Converted<'a> = Option<(Value, Node<'a>)>;

/// What is known of the object's kind.
pub struct Context<'a> {
    /// Its type.
    pub node: Node<'a>,
    /// Fields that this request does not write, whatever it says of them.
    pub ignored: &'a Set,
    /// The object in another version; `None` when there is no such version.
    pub convert: &'a dyn Fn(&str, &Value) -> Converted<'a>,
}

/// A field that another manager owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The other manager, in words.
    pub manager: String,
    /// The field.
    pub path: String,
}

/// Why a configuration can't be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Others own some of its fields.
    #[error("{}", conflict_message(.0))]
    Conflicts(Vec<Conflict>),
    /// It does not fit the kind's schema.
    #[error("{0}")]
    DoesNotFit(String),
}

/// What upstream says of conflicts.
fn conflict_message(conflicts: &[Conflict]) -> String {
    if let [one] = conflicts {
        return format!("Apply failed with 1 conflict: conflict with {}: {}", one.manager, one.path);
    }
    let mut managers: Vec<&str> = conflicts.iter().map(|conflict| conflict.manager.as_str()).collect();
    managers.sort_unstable();
    managers.dedup();
    let mut lines = Vec::new();
    for manager in managers {
        lines.push(format!("conflicts with {manager}:"));
        for conflict in conflicts.iter().filter(|conflict| conflict.manager == manager) {
            lines.push(format!("- {}", conflict.path));
        }
    }
    format!("Apply failed with {} conflicts: {}", conflicts.len(), lines.join("\n"))
}

/// One manager's fields.
#[derive(Clone, Debug, PartialEq)]
struct Owned {
    manager: String,
    applied: bool,
    api_version: String,
    subresource: String,
    time: Option<Time>,
    set: Set,
}

impl Owned {
    fn of(writer: &Writer<'_>, applied: bool, set: Set) -> Self {
        Self {
            manager: if writer.manager.is_empty() { "unknown".into() } else { writer.manager.into() },
            applied,
            api_version: writer.api_version.into(),
            subresource: writer.subresource.into(),
            time: Some(writer.now.clone()),
            set,
        }
    }

    /// As `managedFields` has it, with its set encoded.
    fn entry(self, fields: Value) -> ManagedFieldsEntry {
        let some = |text: String| (!text.is_empty()).then_some(text);
        ManagedFieldsEntry {
            api_version: some(self.api_version),
            fields_type: Some("FieldsV1".into()),
            fields_v1: Some(FieldsV1(fields)),
            manager: some(self.manager),
            operation: Some(if self.applied { "Apply" } else { "Update" }.into()),
            subresource: some(self.subresource),
            time: self.time,
        }
    }

    /// Whether both are the same manager: an applier is, whatever version it applies in.
    fn is(&self, other: &Self) -> bool {
        self.manager == other.manager
            && self.applied == other.applied
            && self.subresource == other.subresource
            && (self.applied || self.api_version == other.api_version)
    }

    fn words(&self) -> String {
        let mut text = format!("{:?}", self.manager);
        if !self.subresource.is_empty() {
            text.push_str(&format!(" with subresource {:?}", self.subresource));
        }
        if !self.applied {
            text.push_str(&format!(" using {}", self.api_version));
        }
        text
    }
}

/// The managers of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Managers(Vec<Owned>);

/// Fields that belong to no one.
pub(super) fn is_nobodys(path: &[&str]) -> bool {
    matches!(
        path,
        ["apiVersion" | "kind" | "metadata"]
            | [
                "metadata",
                "name"
                    | "namespace"
                    | "creationTimestamp"
                    | "selfLink"
                    | "uid"
                    | "clusterName"
                    | "generation"
                    | "managedFields"
                    | "resourceVersion"
            ]
    )
}

fn strip(set: &mut Set) {
    set.0.retain(|element, member| {
        let Element::Field(name) = element else { return true };
        if is_nobodys(&[name]) {
            member.own = false;
        }
        if &**name == "metadata" {
            member.below.0.retain(|element, member| {
                if let Element::Field(name) = element
                    && is_nobodys(&["metadata", name])
                {
                    member.own = false;
                }
                member.own || !member.below.is_empty()
            });
        }
        member.own || !member.below.is_empty()
    });
}

impl Managers {
    /// From `managedFields`; `None` when they can't be read.
    pub fn decode(entries: &[ManagedFieldsEntry]) -> Option<Self> {
        let mut managers = Vec::new();
        for entry in entries {
            let applied = match entry.operation.as_deref() {
                Some("Apply") => true,
                Some("Update") => false,
                _ => return None,
            };
            if entry.fields_type.as_deref().is_some_and(|kind| !matches!(kind, "" | "FieldsV1")) {
                return None;
            }
            let set = match &entry.fields_v1 {
                Some(fields) => Set::decode(&fields.0)?,
                None => Set::default(),
            };
            managers.push(Owned {
                manager: entry.manager.clone().unwrap_or_default(),
                applied,
                api_version: entry.api_version.clone().unwrap_or_default(),
                subresource: entry.subresource.clone().unwrap_or_default(),
                time: entry.time.clone(),
                set,
            });
        }
        Some(Self(managers))
    }

    /// What a request says about managers beats what is known of them: a list of one empty entry
    /// takes all ownership away, an empty or unreadable list changes nothing.
    pub fn of_request(live: Option<&[ManagedFieldsEntry]>, new: Option<&[ManagedFieldsEntry]>) -> Self {
        if let Some([entry]) = new
            && *entry == ManagedFieldsEntry::default()
        {
            return Self::default();
        }
        let of = |entries: Option<&[ManagedFieldsEntry]>| {
            entries.and_then(Self::decode).filter(|managers| !managers.0.is_empty())
        };
        of(new).or_else(|| of(live)).unwrap_or_default()
    }

    /// Whether nobody owns anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As `managedFields`, in upstream's order.
    pub fn encode(mut self) -> Option<Vec<ManagedFieldsEntry>> {
        let second = |owned: &Owned| owned.time.as_ref().map_or(0, |time| time.0.as_second());
        self.0.sort_by(|a, b| {
            (!a.applied, second(a), &a.manager, &a.api_version, &a.subresource).cmp(&(
                !b.applied,
                second(b),
                &b.manager,
                &b.api_version,
                &b.subresource,
            ))
        });
        let entries = self.0.into_iter().map(|mut owned| {
            let fields = std::mem::take(&mut owned.set).encode();
            owned.entry(fields)
        });
        let entries: Vec<ManagedFieldsEntry> = entries.collect();
        (!entries.is_empty()).then_some(entries)
    }

    /// The `managedFields` after a plain write of an object, in `text`, that was not there before and of which
    /// nobody owns anything: what [`Self::update`] makes of it. `ignored`: fields at the top that this
    /// request does not write.
    pub fn of_new(
        node: Node<'_>,
        ignored: &[&str],
        writer: &Writer<'_>,
        text: &[u8],
    ) -> Option<Vec<ManagedFieldsEntry>> {
        let fields = fresh::fields(node, ignored, text)?;
        Some(vec![Owned::of(writer, false, Set::default()).entry(fields)])
    }

    fn clean(&mut self) {
        for owned in &mut self.0 {
            strip(&mut owned.set);
        }
        self.0.retain(|owned| !owned.set.is_empty());
    }

    /// Takes fields that changed from their owners. With `force` unset, gives the conflicts that
    /// this would be instead of doing it. `own`: the manager that makes the change.
    fn take(
        &mut self,
        context: &Context<'_>,
        writer: &Writer<'_>,
        live: &Value,
        new: &Value,
        own: Option<&Owned>,
        force: bool,
    ) -> Result<typed::Difference, Vec<(Owned, Set)>> {
        let mut difference = typed::compare(context.node, live, new);
        let filter = |difference: &mut typed::Difference| {
            if !context.ignored.is_empty() {
                for set in [&mut difference.added, &mut difference.modified, &mut difference.removed] {
                    *set = std::mem::take(set).without(context.ignored);
                }
            }
        };
        filter(&mut difference);
        let mut others: Vec<(String, typed::Difference)> = Vec::new();
        let mut conflicts = Vec::new();
        let mut lost: Vec<(usize, Set)> = Vec::new();
        let mut unknown = Vec::new();
        for (index, owned) in self.0.iter().enumerate() {
            if own.is_some_and(|own| own.is(owned)) {
                continue;
            }
            let differs = if owned.api_version == writer.api_version {
                &difference
            } else {
                if !others.iter().any(|(version, _)| *version == owned.api_version) {
                    let pair = (context.convert)(&owned.api_version, live)
                        .zip((context.convert)(&owned.api_version, new));
                    let Some(((live, node), (new, _))) = pair else {
                        unknown.push(index);
                        continue;
                    };
                    let mut there = typed::compare(node, &live, &new);
                    filter(&mut there);
                    others.push((owned.api_version.clone(), there));
                }
                match others.iter().find(|(version, _)| *version == owned.api_version) {
                    Some((_, there)) => there,
                    None => continue,
                }
            };
            let changed = differs.modified.union(&differs.added);
            let conflict = owned.set.intersection(&changed);
            if !conflict.is_empty() {
                conflicts.push((owned.clone(), conflict.clone()));
            }
            lost.push((index, conflict.union(&differs.removed)));
        }
        if !force && !conflicts.is_empty() {
            return Err(conflicts);
        }
        for (index, set) in lost {
            if !set.is_empty() {
                self.0[index].set = self.0[index].set.difference(&set);
            }
        }
        for index in unknown.into_iter().rev() {
            self.0.remove(index);
        }
        Ok(difference)
    }

    /// Tells who owns what after a plain write: what changed belongs to the writer.
    pub fn update(&mut self, context: &Context<'_>, writer: &Writer<'_>, live: &Value, new: &Value) {
        // The writer's earlier fields are the same as anyone's until they are joined again.
        let Ok(difference) = self.take(context, writer, live, new, None, true) else { return };
        let mut set = difference.added;
        set.add(&difference.modified);
        strip(&mut set);
        self.clean();
        if !set.is_empty() {
            let mut owned = Owned::of(writer, false, set);
            if let Some(index) = self.0.iter().position(|other| other.is(&owned)) {
                owned.set.add(&self.0.remove(index).set);
            }
            self.0.push(owned);
        }
        self.cap();
    }

    fn cap(&mut self) {
        let mut updaters: Vec<usize> = (0..self.0.len()).filter(|index| !self.0[*index].applied).collect();
        if updaters.len() <= MOST_UPDATERS {
            return;
        }
        let second = |owned: &Owned| owned.time.as_ref().map_or(0, |time| time.0.as_second());
        updaters.sort_by(|a, b| {
            let (a, b) = (&self.0[*a], &self.0[*b]);
            (second(a), &a.manager).cmp(&(second(b), &b.manager))
        });
        let mut left = updaters.len();
        let mut firsts: Vec<(String, Owned)> = Vec::new();
        let old: Vec<Owned> = updaters.into_iter().map(|index| self.0[index].clone()).collect();
        for owned in old {
            if left <= MOST_UPDATERS {
                break;
            }
            let Some((_, first)) = firsts.iter().find(|(version, _)| *version == owned.api_version) else {
                firsts.push((owned.api_version.clone(), owned));
                continue;
            };
            let mut bucket = Owned { manager: ANCIENT.into(), subresource: String::new(), ..owned.clone() };
            // The first of its version becomes the bucket, with all that is in it already.
            let first = first.clone();
            self.0.retain(|other| !other.is(&owned));
            if let Some(index) = self.0.iter().position(|other| other.is(&bucket)) {
                bucket.set.add(&self.0.remove(index).set);
            } else if let Some(index) = self.0.iter().position(|other| other.is(&first)) {
                bucket.set.add(&self.0.remove(index).set);
            }
            self.0.push(bucket);
            left -= 1;
        }
    }

    /// Applies a configuration. Gives the object that results.
    ///
    /// # Errors
    /// Fails when the configuration does not fit the schema, and, without `force`, when it says
    /// something else about fields that others own.
    pub fn apply(
        &mut self,
        context: &Context<'_>,
        writer: &Writer<'_>,
        live: &Value,
        config: &Value,
        force: bool,
    ) -> Result<Value, ApplyError> {
        let wrong = typed::check(context.node, config);
        if !wrong.is_empty() {
            return Err(ApplyError::DoesNotFit(wrong.join("\n")));
        }
        if self.0.is_empty() && live.as_object().is_some_and(|map| map.contains_key("metadata")) {
            let before = Writer { manager: BEFORE, ..writer.clone() };
            self.update(context, &before, &bare(live), live);
        }
        let attempt = self.clone();
        match attempt.try_apply(context, writer, live, config, force) {
            Ok((object, managers)) => {
                *self = managers;
                Ok(object)
            }
            Err(conflicts) => {
                // kubectl's applies take over what its client-side applies have set.
                let mut left: Vec<(Owned, Set)> = conflicts;
                if writer.manager == KUBECTL
                    && let Some(allowed) = taken_over(context.node, live)
                {
                    for (_, set) in &mut left {
                        *set = set.difference(&allowed);
                    }
                    left.retain(|(_, set)| !set.is_empty());
                    if left.is_empty()
                        && let Ok((object, managers)) =
                            self.clone().try_apply(context, writer, live, config, true)
                    {
                        *self = managers;
                        return Ok(object);
                    }
                }
                let mut conflicts: Vec<Conflict> = left
                    .iter()
                    .flat_map(|(owned, set)| {
                        set.paths()
                            .into_iter()
                            .map(|path| Conflict { manager: owned.words(), path: display(&path) })
                    })
                    .collect();
                conflicts.sort_by(|a, b| (&a.manager, &a.path).cmp(&(&b.manager, &b.path)));
                Err(ApplyError::Conflicts(conflicts))
            }
        }
    }

    fn try_apply(
        mut self,
        context: &Context<'_>,
        writer: &Writer<'_>,
        live: &Value,
        config: &Value,
        force: bool,
    ) -> Result<(Value, Self), Vec<(Owned, Set)>> {
        let node = context.node;
        let merged = typed::merge(node, live, config);
        let mut set = typed::fields(node, config).without(context.ignored);
        let mut own = Owned::of(writer, true, Set::default());
        let last = self.0.iter().position(|other| other.is(&own)).map(|index| self.0.remove(index));
        own.set = set.clone();
        self.0.push(own.clone());
        let mut object = match last.as_ref().filter(|last| !last.set.is_empty()) {
            // What became empty on the way is there again if the configuration has it.
            Some(last) => typed::merge(node, &self.prune(node, merged, &last.set), config),
            None => merged,
        };
        self.take(context, writer, live, &object, Some(&own), force)?;
        strip(&mut set);
        if let Some(last) = &last
            && last.set == set
            && last.api_version == own.api_version
            && object == *live
            && let Some(mine) = self.0.iter_mut().find(|other| other.is(&own))
        {
            // Nothing changes: not the time either.
            mine.time.clone_from(&last.time);
        }
        self.clean();
        if writer.manager == KUBECTL {
            keep_last_applied(&mut object, config);
        }
        Ok((object, self))
    }

    /// Takes away what the manager applied before and does not any more, unless someone else
    /// owns it.
    fn prune(&self, node: Node<'_>, merged: Value, last: &Set) -> Value {
        let named = |set: &Set| typed::with_named_fields(node, set);
        let last = named(last);
        let Some(pruned) = typed::remove(node, &merged, &last) else { return merged };
        // What others own, or the new configuration has, comes back.
        let mut owned = Set::default();
        for manager in &self.0 {
            owned.add(&manager.set);
        }
        let all = named(&typed::fields(node, &merged));
        let left = named(&typed::fields(node, &pruned));
        let gone = all.difference(&left.union(&named(&owned)));
        let pruned = typed::remove(node, &merged, &gone).unwrap_or_default();
        // And what was lost with its parent, though never applied.
        let left = named(&typed::fields(node, &pruned));
        let gone = all.difference(&left).intersection(&last);
        typed::remove(node, &merged, &gone).unwrap_or_default()
    }
}

/// An object of the same kind with nothing in it.
fn bare(object: &Value) -> Value {
    let mut out = serde_json::Map::new();
    for field in ["apiVersion", "kind"] {
        if let Some(value) = object.get(field) {
            out.insert(field.into(), value.clone());
        }
    }
    out.insert("metadata".into(), Value::Object(serde_json::Map::new()));
    Value::Object(out)
}

/// The fields that the last client-side apply set and that are still so.
fn taken_over(node: Node<'_>, live: &Value) -> Option<Set> {
    let text = live["metadata"]["annotations"][LAST_APPLIED].as_str()?;
    let applied: Value = serde_json::from_str(text).ok()?;
    let differs = typed::compare(node, live, &applied);
    let set = typed::fields(node, &applied);
    Some(set.difference(&differs.modified).difference(&differs.added).difference(&differs.removed))
}

/// Where there is a record of client-side applies, it follows those of the server.
fn keep_last_applied(object: &mut Value, config: &Value) {
    let annotations = object.get_mut("metadata").and_then(|meta| meta.get_mut("annotations"));
    let Some(Value::Object(annotations)) = annotations else { return };
    if !annotations.contains_key(LAST_APPLIED) {
        return;
    }
    let mut config = config.clone();
    if let Some(Value::Object(own)) = config.get_mut("metadata").and_then(|meta| meta.get_mut("annotations"))
    {
        own.shift_remove(LAST_APPLIED);
    }
    let text = format!("{config}\n");
    if text.len() > LAST_APPLIED_LIMIT {
        annotations.shift_remove(LAST_APPLIED);
    } else {
        annotations.insert(LAST_APPLIED.into(), text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::schema;
    use proptest::prelude::*;
    use serde_json::json;

    fn writer(manager: &str) -> Writer<'_> {
        let now = Time(jiff::Timestamp::from_second(1_700_000_000).expect("in range"));
        Writer { manager, api_version: "apps/v1", subresource: "", now }
    }

    fn node() -> Node<'static> {
        schema::builtin("apps", "v1", "Deployment").expect("in the schema")
    }

    fn empty() -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {}})
    }

    fn apply(
        managers: &mut Managers,
        manager: &str,
        live: &Value,
        config: &Value,
        force: bool,
    ) -> Result<Value, ApplyError> {
        let context = Context { node: node(), ignored: &Set::of_fields(&["status"]), convert: &|_, _| None };
        managers.apply(&context, &writer(manager), live, config, force)
    }

    fn update(managers: &mut Managers, manager: &str, live: &Value, new: &Value) {
        let context = Context { node: node(), ignored: &Set::of_fields(&["status"]), convert: &|_, _| None };
        managers.update(&context, &writer(manager), live, new);
    }

    fn fields(managers: &Managers, manager: &str) -> Value {
        managers
            .0
            .iter()
            .find(|owned| owned.manager == manager)
            .map_or(Value::Null, |owned| owned.set.encode())
    }

    fn deployment(name: &str, rest: Value) -> Value {
        let mut out = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        });
        json_patch::merge(&mut out, &rest);
        out
    }

    /// What upstream's server writes for `kubectl create deployment`, to the letter.
    #[test]
    fn a_created_deployment_belongs_to_its_creator() {
        let new = deployment(
            "web",
            json!({
                "metadata": {"uid": "1", "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"app": "web"}},
                "spec": {
                    "progressDeadlineSeconds": 600, "replicas": 1, "revisionHistoryLimit": 10,
                    "selector": {"matchLabels": {"app": "web"}},
                    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
                    "template": {
                        "metadata": {"labels": {"app": "web"}},
                        "spec": {
                            "containers": [{"name": "nginx", "image": "nginx", "imagePullPolicy": "Always",
                                "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}],
                            "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
                            "securityContext": {}, "terminationGracePeriodSeconds": 30,
                        },
                    },
                },
            }),
        );
        let mut managers = Managers::default();
        update(&mut managers, "kubectl-create", &empty(), &new);
        let container = json!({".": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {}, "f:resources": {},
            "f:terminationMessagePath": {}, "f:terminationMessagePolicy": {}});
        assert_eq!(
            fields(&managers, "kubectl-create"),
            json!({
                "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                "f:spec": {
                    "f:progressDeadlineSeconds": {}, "f:replicas": {}, "f:revisionHistoryLimit": {}, "f:selector": {},
                    "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}}, "f:type": {}},
                    "f:template": {
                        "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                        "f:spec": {
                            "f:containers": {"k:{\"name\":\"nginx\"}": container},
                            "f:dnsPolicy": {}, "f:restartPolicy": {}, "f:schedulerName": {}, "f:securityContext": {},
                            "f:terminationGracePeriodSeconds": {},
                        },
                    },
                },
            })
        );
        let entries = managers.encode().expect("one");
        assert_eq!(entries[0].operation.as_deref(), Some("Update"));
        assert_eq!(Managers::decode(&entries).and_then(Managers::encode), Some(entries));
    }

    #[test]
    fn others_fields_are_conflicts_until_forced() {
        let config = |replicas: i32| deployment("web", json!({"spec": {"replicas": replicas}}));
        let mut managers = Managers::default();
        let live = apply(&mut managers, "a", &empty(), &config(1), false).expect("the first");
        assert_eq!(fields(&managers, "a"), json!({"f:spec": {"f:replicas": {}}}));
        let error = apply(&mut managers.clone(), "b", &live, &config(2), false).expect_err("conflicts");
        assert_eq!(error.to_string(), "Apply failed with 1 conflict: conflict with \"a\": .spec.replicas");
        // To say the same is to share.
        let mut shared = managers.clone();
        apply(&mut shared, "b", &live, &config(1), false).expect("no conflict");
        assert_eq!(fields(&shared, "a"), fields(&shared, "b"));
        // What one of two drops, stays.
        let kept = apply(&mut shared, "b", &live, &deployment("web", json!({})), false).expect("applies");
        assert_eq!(kept["spec"]["replicas"], 1);
        let forced = apply(&mut managers, "b", &live, &config(2), true).expect("forced");
        assert_eq!(forced["spec"]["replicas"], 2);
        assert_eq!(fields(&managers, "a"), Value::Null);
        // What its only owner drops, goes.
        let dropped =
            apply(&mut managers, "b", &forced, &deployment("web", json!({})), false).expect("applies");
        assert_eq!(dropped["spec"].get("replicas"), None);
        // An update takes without asking.
        let mut scaled = live.clone();
        scaled["spec"]["replicas"] = json!(5);
        let mut managers = Managers::default();
        apply(&mut managers, "a", &empty(), &config(1), false).expect("the first");
        update(&mut managers, "scaler", &live, &scaled);
        assert_eq!(fields(&managers, "a"), Value::Null);
        let error = apply(&mut managers, "a", &scaled, &config(1), false).expect_err("conflicts");
        assert_eq!(
            error.to_string(),
            "Apply failed with 1 conflict: conflict with \"scaler\" using apps/v1: .spec.replicas"
        );
    }

    #[test]
    fn lists_merge_by_their_keys() {
        let with = |containers: Value| {
            deployment("web", json!({"spec": {"template": {"spec": {"containers": containers}}}}))
        };
        let mut managers = Managers::default();
        let config = with(json!([{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]));
        let live = apply(&mut managers, "x", &empty(), &config, false).expect("applies");
        let live = apply(
            &mut managers,
            "y",
            &live,
            &with(json!([{"name": "c", "image": "1", "ports": [{"containerPort": 80}]}])),
            false,
        )
        .expect("applies");
        let names = |object: &Value| -> Vec<String> {
            let containers = object["spec"]["template"]["spec"]["containers"].as_array().expect("a list");
            containers.iter().map(|c| c["name"].as_str().expect("a name").to_string()).collect()
        };
        assert_eq!(names(&live), ["a", "b", "c"]);
        let live = apply(&mut managers, "x", &live, &with(json!([{"name": "b", "image": "2"}])), false)
            .expect("applies");
        assert_eq!(names(&live), ["b", "c"]);
        assert_eq!(
            fields(&managers, "y")["f:spec"]["f:template"]["f:spec"]["f:containers"],
            json!({"k:{\"name\":\"c\"}": {".": {}, "f:image": {}, "f:name": {},
                "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}}})
        );
        let error = apply(&mut managers, "x", &live, &with(json!([{"name": "b"}, {"name": "b"}])), false);
        assert!(matches!(error, Err(ApplyError::DoesNotFit(_))), "{error:?}");
        let odd = deployment("web", json!({"spec": {"replicaz": 1}}));
        let error = apply(&mut managers, "x", &live, &odd, false).expect_err("no such field");
        assert_eq!(error.to_string(), ".spec.replicaz: field not declared in schema");
    }

    #[test]
    fn kubectl_takes_over_from_its_client_side_applies() {
        let applied = deployment("web", json!({"spec": {"replicas": 1, "paused": true}}));
        let mut live = applied.clone();
        live["metadata"]["annotations"] = json!({LAST_APPLIED: applied.to_string()});
        let mut managers = Managers::default();
        update(&mut managers, "kubectl-client-side-apply", &empty(), &live);
        let next = deployment("web", json!({"spec": {"replicas": 3, "paused": true}}));
        assert!(apply(&mut managers.clone(), "other", &live, &next, false).is_err());
        let object = apply(&mut managers, "kubectl", &live, &next, false).expect("taken over");
        assert_eq!(object["spec"]["replicas"], 3);
        let kept = object["metadata"]["annotations"][LAST_APPLIED].as_str().expect("kept");
        assert_eq!(serde_json::from_str::<Value>(kept).expect("JSON"), next);
    }

    #[test]
    fn what_was_there_before_belongs_to_before_first_apply() {
        let live = deployment("web", json!({"spec": {"replicas": 1}}));
        let mut managers = Managers::default();
        let error =
            apply(&mut managers, "a", &live, &deployment("web", json!({"spec": {"replicas": 2}})), false);
        let error = error.expect_err("conflicts").to_string();
        assert_eq!(
            error,
            "Apply failed with 1 conflict: conflict with \"before-first-apply\" using apps/v1: .spec.replicas"
        );
    }

    #[test]
    fn old_updaters_are_put_together() {
        let mut managers = Managers::default();
        let mut live = empty();
        for number in 0..20 {
            let mut new = live.clone();
            new["metadata"]["labels"][format!("l{number}")] = json!("x");
            let context = Context { node: node(), ignored: &Set::default(), convert: &|_, _| None };
            let now = Time(jiff::Timestamp::from_second(1_700_000_000 + number).expect("in range"));
            let name = format!("m{number}");
            managers.update(&context, &Writer { manager: &name, now, ..writer("") }, &live, &new);
            live = new;
        }
        let entries = managers.clone().encode().expect("some");
        assert_eq!(entries.len(), MOST_UPDATERS);
        let ancient = fields(&managers, ANCIENT);
        assert_eq!(
            ancient["f:metadata"]["f:labels"].as_object().map(serde_json::Map::len),
            Some(12),
            "{ancient}"
        );
    }

    /// Configurations that touch labels, scalars and keyed lists.
    fn configuration(prefix: &'static str) -> impl Strategy<Value = Value> {
        let labels = prop::collection::btree_map("[a-d]", "[xy]", 0..4);
        let containers = prop::collection::btree_map("[a-d]", prop::option::of("[12]"), 0..4);
        (labels, containers, prop::option::of(0..3)).prop_map(move |(labels, containers, replicas)| {
            let labels: serde_json::Map<String, Value> =
                labels.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value.into())).collect();
            let containers: Vec<Value> = containers
                .into_iter()
                .map(|(name, image)| match image {
                    Some(image) => json!({"name": format!("{prefix}{name}"), "image": image}),
                    None => json!({"name": format!("{prefix}{name}")}),
                })
                .collect();
            let mut out = deployment("web", json!({"metadata": {"labels": labels}}));
            if !containers.is_empty() {
                out["spec"]["template"]["spec"]["containers"] = json!(containers);
            }
            if let Some(replicas) = replicas.filter(|_| prefix == "a") {
                out["spec"]["replicas"] = json!(replicas);
            }
            out
        })
    }

    /// Lists in the order of their elements: which of two managers came first shows there.
    fn sorted(mut object: Value) -> Value {
        let list = object.pointer_mut("/spec/template/spec/containers").and_then(Value::as_array_mut);
        if let Some(list) = list {
            list.sort_by_key(|container| container["name"].as_str().map(str::to_string));
        }
        object
    }

    proptest! {
        #[test]
        fn applying_again_changes_nothing(first in configuration("a"), second in configuration("a")) {
            let mut managers = Managers::default();
            let live = apply(&mut managers, "m", &empty(), &first, false).expect("the first");
            let live = apply(&mut managers, "m", &live, &second, false).expect("its own fields");
            // What is left is the second alone.
            prop_assert_eq!(typed::fields(node(), &second).is_empty(), false);
            let before = managers.clone();
            let again = apply(&mut managers, "m", &live, &second, false).expect("again");
            prop_assert_eq!(&again, &live);
            prop_assert_eq!(&managers, &before);
            let differs = typed::compare(node(), &second, &live);
            prop_assert!(differs.modified.is_empty() && differs.removed.is_empty(), "{:?}", differs);
        }

        #[test]
        fn disjoint_managers_commute(a in configuration("a"), b in configuration("b")) {
            let run = |order: [(&str, &Value); 2]| {
                let mut managers = Managers::default();
                let mut live = empty();
                for (manager, config) in order {
                    live = apply(&mut managers, manager, &live, config, false).expect("disjoint");
                }
                let entries = managers.encode();
                (sorted(live), entries)
            };
            prop_assert_eq!(run([("a", &a), ("b", &b)]), run([("b", &b), ("a", &a)]));
        }

        #[test]
        fn an_applied_configuration_is_in_the_object(first in configuration("a"), second in configuration("b"), third in configuration("a")) {
            let mut managers = Managers::default();
            let mut live = empty();
            for (manager, config) in [("x", &first), ("y", &second), ("x", &third)] {
                live = apply(&mut managers, manager, &live, config, true).expect("forced");
                let differs = typed::compare(node(), config, &live);
                prop_assert!(differs.modified.is_empty() && differs.removed.is_empty(), "{:?}", differs);
            }
            // Nothing is left of what only the first configuration had.
            let have = typed::fields(node(), &live);
            let owned = typed::fields(node(), &second).union(&typed::fields(node(), &third));
            prop_assert!(have.difference(&owned).is_empty(), "{:?}", have.difference(&owned));
        }
    }
}
