//! Tables of what may not be in an object: each line spoils an object that is right, tells what is said
//! of it, and what would be right in its place. Objects go the way that requests send them: read,
//! defaulted, prepared, and judged with their metadata.

mod admission;
mod aggregated;
mod apps;
mod batch;
mod core;
mod definitions;
mod devices;
mod flows;
mod job_statuses;
mod limits;
mod networking;
mod nodes;
mod pods;
mod scaling;
mod services;
mod signing;
mod stateful;
mod storage;
mod volumes;

use apimachinery::kinds::{self, Object};
use apimachinery::patch;
use apimachinery::resources::{self, Resource};
use serde_json::Value;

use super::{Strategy, asked_as, metadata, metadata_update};
use crate::handlers::write::Part;

/// What spoils the object, the beginning of what is said, and what would be right: both are merge patches.
pub type Case = (Value, &'static str, Value);

/// A resource and an object of it that is right.
pub struct Table {
    /// As requests name it.
    asked: &'static Resource,
    resource: &'static Resource,
    good: Value,
}

impl Table {
    /// `good` needs no more than what is particular to its kind.
    pub fn new(group: &str, version: &str, plural: &str, mut good: Value) -> Self {
        let resource = resources::find(group, version, plural).expect("in the table");
        good["apiVersion"] = resource.api_version().into();
        good["kind"] = resource.kind.into();
        let meta = &mut good["metadata"];
        if meta["name"].is_null() {
            meta["name"] = "a".into();
        }
        meta["uid"] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8".into();
        if resource.namespaced {
            meta["namespace"] = "default".into();
        }
        let table = Self { asked: resource, resource, good };
        let (_, wrong) = table.created(&Value::Null);
        assert!(wrong.is_empty(), "{plural}: the object is not right: {wrong:#?}");
        table
    }

    /// The same objects with a change, in requests that name them by another version.
    pub fn asked_as(&self, group: &str, version: &str, plural: &str, change: Value) -> Self {
        let asked = resources::find(group, version, plural).expect("in the table");
        let mut good = self.good.clone();
        patch::merge(&mut good, change);
        let table = Self { asked, resource: self.resource, good };
        let (_, wrong) = table.created(&Value::Null);
        assert!(wrong.is_empty(), "{plural}: the object is not right: {wrong:#?}");
        table
    }

    fn rules(&self) -> &'static dyn Strategy {
        asked_as(self.asked, self.resource)
    }

    fn read(&self, change: &Value) -> Box<dyn Object> {
        let mut value = self.good.clone();
        if !change.is_null() {
            patch::merge(&mut value, change.clone());
        }
        let kind = kinds::find(self.resource.group, self.resource.version, self.resource.kind);
        let text = value.to_string();
        (kind.expect("a type").decode)(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// The object as it would be stored, and what is wrong with it.
    fn created(&self, change: &Value) -> (Box<dyn Object>, Vec<String>) {
        let rules = self.rules();
        let mut object = self.read(change);
        rules.default(object.as_mut());
        rules.prepare_create(object.as_mut());
        let mut wrong = metadata(self.resource, rules, object.as_ref());
        wrong.extend(rules.validate(object.as_ref()));
        (object, wrong.iter().map(ToString::to_string).collect())
    }

    /// What is wrong with an update from one object to another.
    fn updated(&self, part: Part, old: &Value, new: &Value) -> Vec<String> {
        self.update(part, old, new).1
    }

    fn update(&self, part: Part, old: &Value, new: &Value) -> (Box<dyn Object>, Vec<String>) {
        let rules = self.rules();
        let mut before = self.created(old).0;
        if matches!(part, Part::Status | Part::Approval) {
            before = self.read(old);
            rules.default(before.as_mut());
        }
        let mut object = self.read(new);
        if part == Part::Main {
            // What the server has set is in what clients send back.
            let mut value = before.value();
            patch::merge(&mut value, new.clone());
            let kind = kinds::find(self.resource.group, self.resource.version, self.resource.kind);
            object = (kind.expect("a type").decode)(value.to_string().as_bytes()).expect("an object");
        }
        rules.default(object.as_mut());
        rules.prepare_update(object.as_mut(), before.as_ref(), part);
        let mut wrong = metadata_update(self.resource, rules, object.as_ref(), before.as_ref());
        wrong.extend(rules.validate_update(object.as_ref(), before.as_ref(), part));
        (object, wrong.iter().map(ToString::to_string).collect())
    }

    /// The object with a change, as it would be stored.
    pub fn stored(&self, change: &Value) -> Value {
        self.created(change).0.value()
    }

    /// The object after an update from the one that is right, as it would be stored.
    pub fn restored(&self, change: &Value) -> Value {
        self.update(Part::Main, &Value::Null, change).0.value()
    }

    /// What is wrong with an update of an object that has come as far as `old` says, status and all.
    pub fn changed(&self, old: &Value, new: &Value) -> Vec<String> {
        let rules = self.rules();
        let mut before = self.created(old).0.value();
        before["status"] = old["status"].clone();
        let kind = kinds::find(self.resource.group, self.resource.version, self.resource.kind);
        let decode = kind.expect("a type").decode;
        let mut after = before.clone();
        patch::merge(&mut after, new.clone());
        let (before, mut after) = (
            decode(before.to_string().as_bytes()).expect("an object"),
            decode(after.to_string().as_bytes()).expect("an object"),
        );
        rules.default(after.as_mut());
        rules.prepare_update(after.as_mut(), before.as_ref(), Part::Main);
        let wrong = rules.validate_update(after.as_ref(), before.as_ref(), Part::Main);
        wrong.iter().map(ToString::to_string).collect()
    }

    /// What the client is told of a new object.
    pub fn warned(&self, change: &Value) -> Vec<String> {
        self.rules().warnings(self.created(change).0.as_ref(), None)
    }

    /// New objects.
    pub fn creations(&self, cases: &[Case]) {
        for (spoiled, said, right) in cases {
            self.refused(&self.created(spoiled).1, said, spoiled);
            self.accepted(&self.created(right).1, right);
        }
    }

    /// Changes of the object that is right.
    pub fn updates(&self, part: Part, cases: &[Case]) {
        self.updates_of(part, &Value::Null, cases);
    }

    /// Changes of another object, which is `old` on top of the one that is right.
    pub fn updates_of(&self, part: Part, old: &Value, cases: &[Case]) {
        for (spoiled, said, right) in cases {
            self.refused(&self.updated(part, old, spoiled), said, spoiled);
            self.accepted(&self.updated(part, old, right), right);
        }
    }

    fn refused(&self, found: &[String], said: &str, what: &Value) {
        let plural = self.resource.plural;
        let blamed = found.iter().any(|one| one.starts_with(said));
        assert!(blamed, "{plural} with {what}: {said:?} is not among {found:#?}");
    }

    fn accepted(&self, found: &[String], what: &Value) {
        assert!(found.is_empty(), "{} with {what}, which is right: {found:#?}", self.resource.plural);
    }
}
