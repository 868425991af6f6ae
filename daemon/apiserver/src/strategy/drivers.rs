//! What volumes say to the drivers that were once built in. The sources of pods' volumes and of
//! persistent volumes ask nearly the same; they are judged as the JSON that both are written in.

use std::sync::LazyLock;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use regex::Regex;
use serde_json::Value;

use super::checks::{named, one_of_if_given, required_name};

/// Whose source it is, and by which name.
#[derive(Clone, Copy)]
pub enum Of<'n> {
    /// A volume of a pod.
    Pod(&'n str),
    /// A persistent volume, or one within an attachment.
    Persistent(&'n str),
}

/// The sources that are judged here, as their fields are named.
pub const KINDS: [&str; 19] = [
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "iscsi",
    "glusterfs",
    "flocker",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "scaleIO",
];

/// The longest name of a volume with the address of its target, of those with a named initiator.
const TARGET: usize = 64;
/// The longest name of a tenant.
const TENANT: usize = 64;
const PAIRS: &str = "must be a host:port pair or multiple pairs separated by commas";

/// A source, and where what is wrong with it is told.
struct Source<'s> {
    value: &'s Value,
    field: Field,
    of: Of<'s>,
}

impl Source<'_> {
    fn text(&self, name: &str) -> &str {
        self.value[name].as_str().unwrap_or_default()
    }

    fn number(&self, name: &str) -> i64 {
        self.value[name].as_i64().unwrap_or(0)
    }

    fn list(&self, name: &str) -> usize {
        self.value[name].as_array().map_or(0, Vec::len)
    }

    fn is_set(&self, name: &str) -> bool {
        self.value[name] == true
    }

    fn at(&self, name: &str) -> Field {
        self.field.child(name)
    }

    fn is_persistent(&self) -> bool {
        matches!(self.of, Of::Persistent(_))
    }

    fn need(&self, fields: &[&str], wrong: &mut Vec<Violation>) {
        for name in fields.iter().filter(|name| self.text(name).is_empty() && self.list(name) == 0) {
            wrong.push(Violation::required(&self.at(name), ""));
        }
    }

    /// The secret that the driver logs in with, if it has one.
    fn secret(&self, wrong: &mut Vec<Violation>) {
        let secret = &self.value["secretRef"];
        if secret.is_null() {
            return;
        }
        let needed: &[&str] = if self.is_persistent() { &["name", "namespace"] } else { &["name"] };
        for name in needed.iter().filter(|name| secret[**name].as_str().unwrap_or_default().is_empty()) {
            wrong.push(Violation::required(&self.at("secretRef").child(name), ""));
        }
    }

    fn byte(&self, name: &str, wrong: &mut Vec<Violation>) {
        let number = self.number(name);
        if !(0..=255).contains(&number) {
            let why = "must be between 0 and 255, inclusive";
            wrong.push(Violation::invalid_value(&self.at(name), &number, why));
        }
    }
}

/// What is wrong with a source of one of [`KINDS`], in the object at `field`.
pub fn check(kind: &str, value: &Value, of: Of<'_>, field: &Field, wrong: &mut Vec<Violation>) {
    // One of them is told of by another name than it has.
    let told = if kind == "gcePersistentDisk" { "persistentDisk" } else { kind };
    let source = Source { value, field: field.child(told), of };
    match kind {
        "gitRepo" => {
            source.need(&["repository"], wrong);
            let path = source.text("directory");
            if path.starts_with('/') {
                wrong.push(Violation::invalid(&source.at("directory"), path, "must be a relative path"));
            }
            if path.split('/').any(|part| part == "..") {
                wrong.push(Violation::invalid(&source.at("directory"), path, "must not contain '..'"));
            }
        }
        "gcePersistentDisk" => {
            source.need(&["pdName"], wrong);
            source.byte("partition", wrong);
        }
        "awsElasticBlockStore" => {
            source.need(&["volumeID"], wrong);
            source.byte("partition", wrong);
        }
        "iscsi" => iscsi(&source, field, wrong),
        "glusterfs" => {
            source.need(&["endpoints", "path"], wrong);
            let place = source.at("endpointsNamespace");
            match source.value["endpointsNamespace"].as_str() {
                Some("") => {
                    let why = "if the endpointnamespace is set, it must be a valid namespace name";
                    wrong.push(Violation::invalid(&place, "", why));
                }
                Some(namespace) => named(names::dns_label, namespace, &place, wrong),
                None => {}
            }
        }
        "flocker" => flocker(&source, wrong),
        "rbd" => source.need(&["monitors", "image"], wrong),
        "cinder" => {
            source.need(&["volumeID"], wrong);
            source.secret(wrong);
        }
        "cephfs" => source.need(&["monitors"], wrong),
        "quobyte" => quobyte(&source, wrong),
        "fc" => fibre(&source, wrong),
        "flexVolume" => flex(&source, wrong),
        "azureFile" => {
            source.need(&["secretName", "shareName"], wrong);
            if source.value["secretNamespace"] == "" {
                wrong.push(Violation::required(&source.at("secretNamespace"), ""));
            }
        }
        "azureDisk" => azure_disk(&source, wrong),
        "vsphereVolume" => source.need(&["volumePath"], wrong),
        "photonPersistentDisk" => source.need(&["pdID"], wrong),
        "portworxVolume" => source.need(&["volumeID"], wrong),
        "scaleIO" => source.need(&["gateway", "system", "volumeName"], wrong),
        "storageos" => {
            required_name(names::dns_label, source.text("volumeName"), &source.at("volumeName"), wrong);
            let namespace = source.text("volumeNamespace");
            if !namespace.is_empty() {
                named(names::dns_label, namespace, &source.at("volumeNamespace"), wrong);
            }
            source.secret(wrong);
        }
        _ => {}
    }
}

/// The three forms of names of initiators and targets.
fn is_qualified(name: &str) -> Option<bool> {
    static FORMS: LazyLock<[Regex; 3]> = LazyLock::new(|| {
        [
            r"iqn\.\d{4}-\d{2}\.([[:alnum:]\-.]+)(:[^,;*&$|\s]+)$",
            r"^eui.[[:alnum:]]{16}$",
            r"^naa.[[:alnum:]]{32}$",
        ]
        .map(|form| Regex::new(form).expect("a form"))
    });
    let form = ["iqn", "eui", "naa"].iter().position(|start| name.starts_with(start))?;
    Some(FORMS[form].is_match(name))
}

fn iscsi(source: &Source<'_>, field: &Field, wrong: &mut Vec<Violation>) {
    source.need(&["targetPortal"], wrong);
    let initiator = source.value["initiatorName"].as_str();
    let portal = source.text("targetPortal");
    let name = match source.of {
        Of::Pod(name) | Of::Persistent(name) => name,
    };
    let long = initiator.is_some() && name.len() + 1 + portal.len() > TARGET;
    let too_long = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
    if long && source.is_persistent() {
        wrong.push(Violation::invalid(&source.at("targetportal"), portal, too_long));
    }
    // Of a pod's volume the missing beginning is named.
    let unknown = match source.of {
        Of::Pod(_) => "must be valid format starting with iqn, eui, or naa",
        Of::Persistent(_) => "must be valid format",
    };
    let mut form = |name: &str, place: Field| match is_qualified(name) {
        None => wrong.push(Violation::invalid(&place, name, unknown)),
        Some(false) => wrong.push(Violation::invalid(&place, name, "must be valid format")),
        Some(true) => {}
    };
    match source.text("iqn") {
        "" => wrong.push(Violation::required(&source.at("iqn"), "")),
        target => form(target, source.at("iqn")),
    }
    source.byte("lun", wrong);
    let secret = &source.value["secretRef"];
    let asks = source.is_set("chapAuthDiscovery") || source.is_set("chapAuthSession");
    if asks && secret.is_null() {
        wrong.push(Violation::required(&source.at("secretRef"), ""));
    }
    if source.is_persistent() && secret.is_object() && secret["name"].as_str().unwrap_or_default().is_empty()
    {
        wrong.push(Violation::required(&source.at("secretRef").child("name"), ""));
    }
    if let Some(initiator) = initiator {
        let place = source.at("initiatorname");
        match is_qualified(initiator) {
            None => wrong.push(Violation::invalid(&place, initiator, unknown)),
            Some(false) => wrong.push(Violation::invalid(&place, initiator, "must be valid format")),
            Some(true) => {}
        }
    }
    if long && !source.is_persistent() {
        wrong.push(Violation::invalid(&field.child("name"), name, too_long));
    }
}

fn flocker(source: &Source<'_>, wrong: &mut Vec<Violation>) {
    let (name, uuid) = (source.text("datasetName"), source.text("datasetUUID"));
    match (name.is_empty(), uuid.is_empty()) {
        (true, true) => {
            let why = "one of datasetName and datasetUUID is required";
            wrong.push(Violation::required(&source.field, why));
        }
        (false, false) => {
            let why = "datasetName and datasetUUID can not be specified simultaneously";
            wrong.push(Violation::invalid(&source.field, "resource", why));
        }
        _ => {}
    }
    if name.contains('/') {
        wrong.push(Violation::invalid(&source.at("datasetName"), name, "must not contain '/'"));
    }
}

fn quobyte(source: &Source<'_>, wrong: &mut Vec<Violation>) {
    let registry = source.text("registry");
    if registry.is_empty() {
        wrong.push(Violation::required(&source.at("registry"), PAIRS));
    } else if source.text("tenant").len() > TENANT {
        let why = "must be a UUID and may not exceed a length of 64 characters";
        wrong.push(Violation::required(&source.at("tenant"), why));
    } else {
        for _ in registry.split(',').filter(|pair| !is_pair(pair)) {
            wrong.push(Violation::invalid(&source.at("registry"), registry, PAIRS));
        }
    }
    source.need(&["volume"], wrong);
}

/// Whether a text is a host and a port; an IPv6 address stands in brackets.
fn is_pair(text: &str) -> bool {
    let Some((host, _)) = text.rsplit_once(':') else { return false };
    match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|host| !host.contains(['[', ']'])),
        None => !host.contains([':', '[', ']']),
    }
}

fn fibre(source: &Source<'_>, wrong: &mut Vec<Violation>) {
    let (targets, ids) = (source.list("targetWWNs"), source.list("wwids"));
    let place = source.at("targetWWNs");
    if targets == 0 && ids == 0 {
        let why = "must specify either targetWWNs or wwids, but not both";
        wrong.push(Violation::required(&place, why));
    }
    if targets != 0 && ids != 0 {
        let why = "targetWWNs and wwids can not be specified simultaneously";
        wrong.push(Violation::invalid_value(&place, &source.value["targetWWNs"], why));
    }
    if targets != 0 {
        if source.value["lun"].is_null() {
            let why = "lun is required if targetWWNs is specified";
            wrong.push(Violation::required(&source.at("lun"), why));
        } else {
            source.byte("lun", wrong);
        }
    }
}

fn flex(source: &Source<'_>, wrong: &mut Vec<Violation>) {
    source.need(&["driver"], wrong);
    for option in source.value["options"].as_object().into_iter().flatten().map(|(name, _)| name) {
        let namespace = option.split_once('/').map_or(option.as_str(), |(namespace, _)| namespace);
        let namespace = format!(".{}", namespace.to_lowercase());
        if namespace.ends_with(".kubernetes.io") || namespace.ends_with(".k8s.io") {
            let why = "kubernetes.io and k8s.io namespaces are reserved";
            wrong.push(Violation::invalid(&source.at("options").key(option), option, why));
        }
    }
}

fn azure_disk(source: &Source<'_>, wrong: &mut Vec<Violation>) {
    source.need(&["diskName", "diskURI"], wrong);
    let caching = ["None", "ReadOnly", "ReadWrite"];
    one_of_if_given(source.value["cachingMode"].as_str(), &caching, &source.at("cachingMode"), wrong);
    let kind = source.value["kind"].as_str();
    one_of_if_given(kind, &["Dedicated", "Managed", "Shared"], &source.at("kind"), wrong);
    let uri = source.text("diskURI");
    let form = match kind {
        Some("Managed") if !uri.starts_with("/subscriptions/") => {
            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
        }
        Some(kind) if kind != "Managed" && !uri.starts_with("https://") => {
            "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
        }
        _ => return,
    };
    wrong.push(Violation::unsupported(&source.at("diskURI"), uri, &[form]));
}
