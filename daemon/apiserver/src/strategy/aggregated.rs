//! API services: which server serves a version of a group.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;

use super::checks::named;
use super::{GENERAL, General, Rules};

/// The bounds of priorities: of groups, and of versions within one.
const GROUPS: i32 = 20_000;
const VERSIONS: i32 = 1000;

/// API services.
pub static SERVICES: Rules<APIService> = Rules {
    default: |service| {
        if let Some(reference) = service.spec.as_mut().and_then(|spec| spec.service.as_mut()) {
            reference.port.get_or_insert(443);
        }
    },
    validate: |service, wrong| {
        let field = Field::root("spec");
        let spec = service.spec.clone().unwrap_or_default();
        let (group, version) = (spec.group.unwrap_or_default(), spec.version.unwrap_or_default());
        let name = service.metadata.name.as_deref().unwrap_or_default();
        let own = format!("{version}.{group}");
        if name != own {
            let why = format!("must be `spec.version+\".\"+spec.group`: {own:?}");
            wrong.push(Violation::invalid(&Field::root("metadata").child("name"), name, &why));
        }
        if !group.is_empty() {
            named(names::dns_subdomain, &group, &field.child("group"), wrong);
        }
        if version.is_empty() {
            wrong.push(Violation::required(&field.child("version"), ""));
        } else {
            named(names::dns_1035_label, &version, &field.child("version"), wrong);
        }
        for (name, value, most) in [
            ("groupPriorityMinimum", spec.group_priority_minimum, GROUPS),
            ("versionPriority", spec.version_priority, VERSIONS),
        ] {
            if value <= 0 || value > most {
                let why = format!("must be positive and less than {most}");
                wrong.push(Violation::invalid_value(&field.child(name), &value, &why));
            }
        }
        let bundle = spec.ca_bundle.as_ref().is_some_and(|bundle| !bundle.0.is_empty());
        let insecure = spec.insecure_skip_tls_verify == Some(true);
        let Some(reference) = &spec.service else {
            if bundle {
                let why = "local APIServices may not have a caBundle";
                wrong.push(Violation::invalid(&field.child("caBundle"), "", why));
            }
            if insecure {
                let why = "local APIServices may not have insecureSkipTLSVerify";
                wrong.push(Violation::invalid_value(&field.child("insecureSkipTLSVerify"), &true, why));
            }
            return;
        };
        let place = field.child("service");
        for (name, value) in [("namespace", &reference.namespace), ("name", &reference.name)] {
            if value.as_deref().unwrap_or_default().is_empty() {
                wrong.push(Violation::required(&place.child(name), ""));
            }
        }
        if let Some(port) = reference.port
            && names::port_number(port.into()).is_err()
        {
            let why = "port is not valid: must be between 1 and 65535, inclusive";
            wrong.push(Violation::invalid_value(&place.child("port"), &port, why));
        }
        if insecure && bundle {
            let why = "may not be true if caBundle is specified";
            wrong.push(Violation::invalid_value(&field.child("insecureSkipTLSVerify"), &true, why));
        }
    },
    ..Rules::new(General { name: names::path_segment, versioned: true, ..GENERAL })
};
