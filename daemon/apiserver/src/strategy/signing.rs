//! Signing requests: what may be asked, who approves, who signs.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::certificates::v1::{
    CertificateSigningRequest, CertificateSigningRequestCondition, CertificateSigningRequestStatus,
};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::checks::one_of_if_given;
use super::{GENERAL, General, Rules};
use crate::handlers::write::Part;

/// The longest domain and path of a signer's name.
const DOMAIN: usize = 253;
const PATH: usize = 253 + 63 + 1;

/// What a certificate may be asked to be used for.
const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];

/// Conditions that hold once they are there.
const LASTING: [&str; 3] = ["Approved", "Denied", "Failed"];

/// Signing requests.
pub static REQUESTS: Rules<CertificateSigningRequest> = Rules {
    prepare_create: |request| request.status = Some(CertificateSigningRequestStatus::default()),
    prepare_update,
    validate_create: |request, wrong| check(request, None, Part::Main, wrong),
    validate_update: |new, old, part, wrong| check(new, Some(old), part, wrong),
    ..Rules::new(General { name: names::path_segment, ..GENERAL })
};

fn conditions(request: &CertificateSigningRequest) -> &[CertificateSigningRequestCondition] {
    request.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default()
}

fn of_type<'r>(
    request: &'r CertificateSigningRequest,
    kind: &'r str,
) -> Vec<&'r CertificateSigningRequestCondition> {
    conditions(request).iter().filter(|condition| condition.type_ == kind).collect()
}

fn prepare_update(new: &mut CertificateSigningRequest, old: &CertificateSigningRequest, part: Part) {
    new.spec = old.spec.clone();
    if part == Part::Main {
        return;
    }
    let status = new.status.get_or_insert_default();
    if part == Part::Approval {
        // The certificate is the signer's.
        status.certificate = old.status.as_ref().and_then(|status| status.certificate.clone());
    } else {
        // Approval is the approver's: what a signer merely repeats is kept as it was.
        for kind in ["Approved", "Denied"] {
            let before = of_type(old, kind);
            let mut now: Vec<_> =
                status.conditions.iter_mut().flatten().filter(|one| one.type_ == kind).collect();
            if now.len() == before.len() {
                now.iter_mut().zip(before).for_each(|(now, before)| **now = before.clone());
            }
        }
    }
    let now = crate::handlers::write::now();
    for condition in status.conditions.iter_mut().flatten() {
        condition.last_update_time.get_or_insert_with(|| now.clone());
        let same = |old: &&CertificateSigningRequestCondition| {
            (&old.type_, &old.status) == (&condition.type_, &condition.status)
        };
        let since = conditions(old).iter().filter(same).find_map(|old| old.last_transition_time.clone());
        condition.last_transition_time.get_or_insert_with(|| since.unwrap_or_else(|| now.clone()));
    }
}

fn check(
    new: &CertificateSigningRequest,
    old: Option<&CertificateSigningRequest>,
    part: Part,
    wrong: &mut Vec<Violation>,
) {
    let field = Field::root("spec");
    if let Err(why) = readable(&new.spec.request.0) {
        wrong.push(Violation::invalid_value(&field.child("request"), &new.spec.request, why));
    }
    usages(new, old, &field.child("usages"), wrong);
    let place = field.child("signerName");
    let signer = &new.spec.signer_name;
    if signer == "kubernetes.io/legacy-unknown" && old.is_none_or(|old| old.spec.signer_name != *signer) {
        let why = "the legacy signerName is not allowed via this API version";
        wrong.push(Violation::invalid(&place, signer, why));
    } else {
        signer_name(signer, &place, wrong);
    }
    if let Some(seconds) = new.spec.expiration_seconds.filter(|seconds| *seconds < 600) {
        let why = "may not specify a duration less than 600 seconds (10 minutes)";
        wrong.push(Violation::invalid_value(&field.child("expirationSeconds"), &seconds, why));
    }
    told(new, old, wrong);
    let certificate = |request: &CertificateSigningRequest| {
        request.status.as_ref().and_then(|status| status.certificate.clone()).unwrap_or_default().0
    };
    let (signed, before) = (certificate(new), old.map(certificate).unwrap_or_default());
    let place = Field::root("status").child("certificate");
    if signed != before
        && certificates(&before).is_ok()
        && let Err(why) = certificates(&signed)
    {
        wrong.push(Violation::invalid(&place, "<certificate data>", &why));
    }
    let Some(old) = old else { return };
    changed(new, old, part, wrong);
    if signed != before {
        let why = match part {
            Part::Status if before.is_empty() => return,
            Part::Status => "updates may not modify existing certificate content",
            _ => "updates may not set certificate content",
        };
        wrong.push(Violation::forbidden(&place, why));
    }
}

/// Approval is for the approver to say, and none of the lasting conditions goes again.
fn changed(
    new: &CertificateSigningRequest,
    old: &CertificateSigningRequest,
    part: Part,
    wrong: &mut Vec<Violation>,
) {
    let place = Field::root("status").child("conditions");
    for kind in LASTING {
        if of_type(new, kind).len() < of_type(old, kind).len() {
            let why = format!("updates may not remove a condition of type {kind:?}");
            wrong.push(Violation::forbidden(&place, &why));
        }
    }
    for kind in ["Approved", "Denied"].iter().filter(|_| part != Part::Approval) {
        let (now, before) = (of_type(new, kind), of_type(old, kind));
        if now.len() > before.len() {
            let why = format!("updates may not add a condition of type {kind:?}");
            wrong.push(Violation::forbidden(&place, &why));
        } else if now.len() == before.len() && now != before {
            let why = format!("updates may not modify a condition of type {kind:?}");
            wrong.push(Violation::forbidden(&place, &why));
        }
    }
}

/// What an older server took stays.
fn usages(
    new: &CertificateSigningRequest,
    old: Option<&CertificateSigningRequest>,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    let of = |request: &CertificateSigningRequest| request.spec.usages.clone().unwrap_or_default();
    let is_odd = |usage: &String| !USAGES.contains(&usage.as_str());
    let repeats = |all: &[String]| all.iter().enumerate().any(|(index, one)| all[..index].contains(one));
    let (given, before) = (of(new), old.map(of).unwrap_or_default());
    if given.is_empty() {
        wrong.push(Violation::required(field, ""));
    }
    if !before.iter().any(is_odd) {
        for (index, usage) in given.iter().enumerate() {
            one_of_if_given(Some(usage), &USAGES, &field.index(index), wrong);
        }
    }
    if !repeats(&before) {
        for (index, usage) in given.iter().enumerate() {
            if given[..index].contains(usage) {
                wrong.push(Violation::duplicate(&field.index(index), usage));
            }
        }
    }
}

/// A domain and a path of two parts at most, such as `example.com/signer`.
pub fn signer_name(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if name.is_empty() {
        return wrong.push(Violation::required(field, ""));
    }
    let parts: Vec<&str> = name.split('/').collect();
    let [domain, path] = parts[..] else {
        let why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        return wrong.push(Violation::invalid(field, name, why));
    };
    if domain.len() > DOMAIN {
        wrong.push(Violation::too_long(field, DOMAIN));
    }
    let mut labels = |whole: &str, rule: fn(&str) -> Result<(), String>| {
        let odd = whole.split('.').find_map(|label| rule(label).err().map(|why| (label, why)));
        if let Some((label, why)) = odd {
            let why = format!("validating label {label:?}: {why}");
            wrong.push(Violation::invalid(field, whole, &why));
        }
    };
    labels(domain, names::dns_label);
    labels(path, names::dns_subdomain);
    if !domain.contains('.') {
        let why = "should be a domain with at least two segments separated by dots";
        wrong.push(Violation::invalid(field, domain, why));
    }
    if name.len() > DOMAIN + PATH + 1 {
        wrong.push(Violation::too_long(field, DOMAIN + PATH + 1));
    }
}

/// What the conditions say.
fn told(
    new: &CertificateSigningRequest,
    old: Option<&CertificateSigningRequest>,
    wrong: &mut Vec<Violation>,
) {
    let field = Field::root("status").child("conditions");
    let before = old.map(conditions).unwrap_or_default();
    let had = |kind: &str| before.iter().any(|one| one.type_ == kind);
    let repeated =
        before.iter().enumerate().any(|(index, one)| before[..index].iter().any(|o| o.type_ == one.type_));
    let all = conditions(new);
    for (index, one) in all.iter().enumerate() {
        let place = field.index(index);
        if one.type_.is_empty() && !had("") {
            wrong.push(Violation::required(&place.child("type"), ""));
        }
        let allowed: &[&str] =
            if LASTING.contains(&one.type_.as_str()) { &["True"] } else { &["False", "True", "Unknown"] };
        super::checks::one_of(&one.status, allowed, &place.child("status"), wrong);
        let opposite = match one.type_.as_str() {
            "Approved" => "Denied",
            "Denied" => "Approved",
            _ => "",
        };
        let earlier = &all[..index];
        if earlier.iter().any(|other| !opposite.is_empty() && other.type_ == opposite)
            && !(had("Approved") && had("Denied"))
        {
            let why = "Approved and Denied conditions are mutually exclusive";
            wrong.push(Violation::invalid(&field, &one.type_, why));
        }
        if !repeated && earlier.iter().any(|other| other.type_ == one.type_) {
            wrong.push(Violation::duplicate(&place.child("type"), &one.type_));
        }
    }
}

/// The request itself must be one, signed by the key that it asks for.
fn readable(pem: &[u8]) -> Result<(), &'static str> {
    let block = x509_parser::pem::parse_x509_pem(pem).ok().map(|(_, block)| block);
    let Some(block) = block.filter(|block| block.label == "CERTIFICATE REQUEST") else {
        return Err("PEM block type must be CERTIFICATE REQUEST");
    };
    let (_, request) = X509CertificationRequest::from_der(&block.contents)
        .map_err(|_| "asn1: structure error: tags don't match")?;
    request.verify_signature().map_err(|_| "x509: invalid signature")
}

/// What a signer has signed: certificates, and nothing else between them.
fn certificates(pem: &[u8]) -> Result<(), String> {
    if pem.is_empty() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(pem);
    let bodies = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    if bodies.filter_map(|rest| rest.split("-----END").next()).any(|body| body.contains(':')) {
        return Err("no PEM block headers are permitted".into());
    }
    let mut count = 0;
    for block in x509_parser::pem::Pem::iter_from_buffer(pem) {
        let Ok(block) = block else { break };
        if block.label != "CERTIFICATE" {
            return Err(format!("only CERTIFICATE PEM blocks are allowed, found {:?}", block.label));
        }
        if block.contents.is_empty() {
            return Err("found CERTIFICATE PEM block containing 0 certificates".into());
        }
        X509Certificate::from_der(&block.contents).map_err(|_| "x509: malformed certificate".to_string())?;
        count += 1;
    }
    if count == 0 { Err("must contain at least one CERTIFICATE PEM block".into()) } else { Ok(()) }
}
