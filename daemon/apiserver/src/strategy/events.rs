//! Events: they stand in the namespace of what they tell of. Those that come as `events.k8s.io` have to
//! be whole; the core group takes what clients have always sent.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::Event;
use serde::Serialize;

use super::checks::{immutable, named};
use super::{GENERAL, General, Rules};

/// The longest text of each kind, in bytes.
const INSTANCE: usize = 128;
const ACTION: usize = 128;
const REASON: usize = 128;
const NOTE: usize = 1024;

const CREATED: General = General { creates: true, ..GENERAL };

/// Events, in the form of the core group.
pub static EVENTS: Rules<Event> =
    Rules { validate: |event, wrong| old(event, "reportingComponent", wrong), ..Rules::new(CREATED) };

/// Events that came in the form of `events.k8s.io`.
pub static NEW_EVENTS: Rules<Event> = Rules {
    validate: |event, wrong| old(event, "reportingController", wrong),
    validate_create: |event, wrong| {
        series(event, wrong);
        if event.event_time.is_none() {
            wrong.push(Violation::required(&Field::root("eventTime"), ""));
        }
        let kind = event.type_.as_deref().unwrap_or_default();
        if !matches!(kind, "Normal" | "Warning") {
            let why = format!("has invalid value: {kind}");
            wrong.push(Violation::invalid(&Field::root("type"), "", &why));
        }
        let source = event.source.clone().unwrap_or_default();
        for (name, given) in [
            ("firstTimestamp", event.first_timestamp.is_some()),
            ("lastTimestamp", event.last_timestamp.is_some()),
            ("count", event.count.unwrap_or(0) != 0),
            ("source", [source.component, source.host].into_iter().flatten().any(|text| !text.is_empty())),
        ] {
            if given {
                wrong.push(Violation::invalid(&Field::root(name), "", "needs to be unset"));
            }
        }
    },
    validate_update: |new, old, _, wrong| {
        if new.series != old.series {
            series(new, wrong);
        }
        immutable(&new.involved_object, &old.involved_object, &Field::root("involvedObject"), wrong);
        same("reason", &new.reason, &old.reason, wrong);
        same("message", &new.message, &old.message, wrong);
        same("source", &new.source, &old.source, wrong);
        immutable(&new.first_timestamp, &old.first_timestamp, &Field::root("firstTimestamp"), wrong);
        immutable(&new.last_timestamp, &old.last_timestamp, &Field::root("lastTimestamp"), wrong);
        same("count", &new.count, &old.count, wrong);
        same("type", &new.type_, &old.type_, wrong);
        immutable(&new.event_time, &old.event_time, &Field::root("eventTime"), wrong);
        same("action", &new.action, &old.action, wrong);
        same("related", &new.related, &old.related, wrong);
        same("reportingController", &new.reporting_component, &old.reporting_component, wrong);
        same("reportingInstance", &new.reporting_instance, &old.reporting_instance, wrong);
    },
    ..Rules::new(CREATED)
};

/// What an event says once stays; what is not said and what is empty are the same.
fn same<T: Clone + Default + PartialEq + Serialize>(
    name: &str,
    new: &Option<T>,
    old: &Option<T>,
    wrong: &mut Vec<Violation>,
) {
    let (new, old) = (new.clone().unwrap_or_default(), old.clone().unwrap_or_default());
    immutable(&new, &old, &Field::root(name), wrong);
}

fn series(event: &Event, wrong: &mut Vec<Violation>) {
    let Some(series) = &event.series else { return };
    if series.count.unwrap_or(0) < 2 {
        wrong.push(Violation::invalid(&Field::root("series.count"), "", "should be at least 2"));
    }
    if series.last_observed_time.is_none() {
        wrong.push(Violation::required(&Field::root("series.lastObservedTime"), ""));
    }
}

/// What both forms ask. An event with a time is one of the newer kind, and names who reports it.
fn old(event: &Event, reporter: &str, wrong: &mut Vec<Violation>) {
    let about = event.involved_object.namespace.as_deref().unwrap_or_default();
    let own = event.metadata.namespace.as_deref().unwrap_or_default();
    let fits = match (event.event_time.is_some(), about.is_empty()) {
        // What has no namespace is told of in the default one.
        (false, true) => matches!(own, "" | "default"),
        (false, false) => own == about,
        (true, true) => matches!(own, "default" | "kube-system"),
        (true, false) => true,
    };
    if !fits {
        let field = Field::root("involvedObject").child("namespace");
        wrong.push(Violation::invalid(&field, about, "does not match event.namespace"));
    }
    if event.event_time.is_some() {
        let controller = event.reporting_component.as_deref().unwrap_or_default();
        let place = Field::root(reporter);
        if controller.is_empty() {
            wrong.push(Violation::required(&place, ""));
        }
        named(names::qualified_name, controller, &place, wrong);
        for (name, value, most) in [
            ("reportingInstance", &event.reporting_instance, INSTANCE),
            ("action", &event.action, ACTION),
            ("reason", &event.reason, REASON),
        ] {
            let value = value.as_deref().unwrap_or_default();
            if value.is_empty() {
                wrong.push(Violation::required(&Field::root(name), ""));
            }
            short(name, value, most, wrong);
        }
        short("message", event.message.as_deref().unwrap_or_default(), NOTE, wrong);
    }
    named(names::dns_subdomain, own, &Field::root("namespace"), wrong);
}

fn short(name: &str, value: &str, most: usize, wrong: &mut Vec<Violation>) {
    if value.len() > most {
        let why = format!("can have at most {most} characters");
        wrong.push(Violation::invalid(&Field::root(name), "", &why));
    }
}
