//! Signing requests: who asks is written in by the server, and approving or signing needs a
//! permission of its own for the signer.

use apimachinery::Status;
use apimachinery::kinds::Object;
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;

use super::{Attributes, Operation};
use crate::authz;

/// Completes a new request.
pub fn admit(attributes: &Attributes<'_>, object: &mut dyn Object) {
    if attributes.operation != Operation::Create {
        return;
    }
    if let Some(request) = object.of_mut::<CertificateSigningRequest>() {
        let user = &attributes.call.user;
        request.spec.username = Some(user.name.clone());
        request.spec.uid = (!user.uid.is_empty()).then(|| user.uid.clone());
        request.spec.groups = Some(user.groups.clone());
        request.spec.extra = (!user.extra.is_empty()).then(|| user.extra.clone());
    }
}

/// Judges approvals and signatures.
pub async fn validate(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let Some(request) = object.of::<CertificateSigningRequest>() else { return Ok(()) };
    let old = attributes.old.and_then(|old| old.of::<CertificateSigningRequest>());
    let signer = &request.spec.signer_name;
    let on = |plugin: &str| attributes.server().options.plugin(plugin);
    if attributes.operation == Operation::Create {
        return if on("CertificateSubjectRestriction") { subject(attributes, request) } else { Ok(()) };
    }
    let verb = match attributes.subresource {
        "approval" if on("CertificateApproval") => "approve",
        "status" if on("CertificateSigning") => {
            let certificate =
                |r: &CertificateSigningRequest| r.status.as_ref().and_then(|s| s.certificate.clone());
            if old.is_some_and(|old| certificate(old) == certificate(request)) {
                return Ok(());
            }
            "sign"
        }
        _ => return Ok(()),
    };
    let domain = signer.split_once('/').map_or("", |(domain, _)| domain);
    for name in [signer.clone(), format!("{domain}/*")] {
        let wanted = authz::Attributes {
            verb: verb.into(),
            is_resource: true,
            group: "certificates.k8s.io".into(),
            version: "*".into(),
            resource: "signers".into(),
            name,
            ..authz::Attributes::default()
        };
        if let authz::Decision::Allow(_) =
            authz::decide(attributes.server(), &attributes.call.user, &wanted).await?
        {
            return Ok(());
        }
    }
    Err(attributes.forbidden(format!("user not permitted to {verb} requests with signerName {signer:?}")))
}

/// No kubelet-client certificate, nor any for clients, may make its holder a master.
fn subject(attributes: &Attributes<'_>, request: &CertificateSigningRequest) -> Result<(), Status> {
    if request.spec.signer_name != "kubernetes.io/kube-apiserver-client" {
        return Ok(());
    }
    let Ok((_, pem)) = x509_parser::pem::parse_x509_pem(&request.spec.request.0) else { return Ok(()) };
    let Ok((_, parsed)) =
        <x509_parser::certification_request::X509CertificationRequest<'_> as x509_parser::prelude::FromDer<
            '_,
            _,
        >>::from_der(&pem.contents)
    else {
        return Err(attributes.forbidden("the certificate request cannot be read"));
    };
    let subject = &parsed.certification_request_info.subject;
    if subject.iter_organization().any(|group| group.as_str() == Ok("system:masters")) {
        return Err(attributes.forbidden(
            "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed",
        ));
    }
    Ok(())
}
