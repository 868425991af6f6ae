//! What may not be in a pod as a whole: its claims on devices, its operating system, its users' names.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::PodSpec;

/// The longest list of domains to search, in letters.
const SEARCHES: usize = 2048;

/// What is wrong.
pub fn validate(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    claims(spec, &field.child("resourceClaims"), out);
    system(spec, field, out);
    if spec.host_users == Some(false) {
        let why = "when `pod.Spec.HostUsers` is false";
        for (name, given) in
            [("hostNetwork", spec.host_network), ("hostPID", spec.host_pid), ("hostIPC", spec.host_ipc)]
        {
            if given == Some(true) {
                out.push(Violation::forbidden(&field.child(name), why));
            }
        }
        for (index, one) in spec.containers.iter().enumerate() {
            if one.volume_devices.as_ref().is_some_and(|devices| !devices.is_empty()) {
                let place = field.child("containers").index(index).child("volumeDevices");
                out.push(Violation::forbidden(&place, why));
            }
        }
    }
    let searches = spec.dns_config.as_ref().and_then(|config| config.searches.as_deref()).unwrap_or_default();
    let place = field.child("dnsConfig").child("searches");
    if searches.join(" ").len() > SEARCHES {
        let why =
            format!("must not have more than {SEARCHES} characters (including spaces) in the search list");
        out.push(Violation::invalid_value(&place, &searches, &why));
    }
    for (index, domain) in searches.iter().enumerate() {
        // Upstream lets names of services that begin with an underscore through.
        let plain = domain.strip_suffix('.').unwrap_or(domain);
        let plain: Vec<&str> = plain.split('.').map(|part| part.trim_start_matches('_')).collect();
        if domain != "."
            && let Err(reason) = names::dns_subdomain(&plain.join("."))
        {
            out.push(Violation::invalid(&place.index(index), domain, &reason));
        }
    }
    if let Some(seconds) = spec.active_deadline_seconds.filter(|seconds| *seconds > i64::from(i32::MAX)) {
        let why = "must be between 1 and 2147483647, inclusive";
        out.push(Violation::invalid_value(&field.child("activeDeadlineSeconds"), &seconds, why));
    }
}

fn claims(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let mut seen = BTreeSet::new();
    for (index, claim) in spec.resource_claims.iter().flatten().enumerate() {
        let field = field.index(index);
        let place = field.child("name");
        if claim.name.is_empty() {
            out.push(Violation::required(&place, ""));
        } else if !seen.insert(&claim.name) {
            out.push(Violation::duplicate(&place, &claim.name));
        } else if let Err(reason) = names::dns_label(&claim.name) {
            out.push(Violation::invalid(&place, &claim.name, &reason));
        }
        match (&claim.resource_claim_name, &claim.resource_claim_template_name) {
            (None, None) => {
                let why = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
                out.push(Violation::invalid(&field, &claim.name, why));
            }
            (Some(_), Some(_)) => {
                let why =
                    "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
                out.push(Violation::invalid(&field, &claim.name, why));
            }
            _ => {}
        }
        for (name, value) in [
            ("resourceClaimName", &claim.resource_claim_name),
            ("resourceClaimTemplateName", &claim.resource_claim_template_name),
        ] {
            if let Some(value) = value
                && let Err(reason) = names::dns_subdomain(value)
            {
                out.push(Violation::invalid(&field.child(name), value, &reason));
            }
        }
    }
}

/// What pods of one operating system have nothing of from the other.
fn system(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let Some(os) = &spec.os else { return };
    let pod = spec.security_context.as_ref();
    let place = field.child("securityContext");
    let lists = [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("containers", &spec.containers[..]),
    ];
    let containers = lists.into_iter().flat_map(|(list, all)| {
        all.iter().enumerate().filter_map(move |(index, one)| {
            Some((field.child(list).index(index).child("securityContext"), one.security_context.as_ref()?))
        })
    });
    match os.name.as_str() {
        "linux" => {
            let why = "windows options cannot be set for a linux pod";
            if pod.is_some_and(|context| context.windows_options.is_some()) {
                out.push(Violation::forbidden(&place.child("windowsOptions"), why));
            }
            for (place, _) in containers.filter(|(_, context)| context.windows_options.is_some()) {
                out.push(Violation::forbidden(&place.child("windowsOptions"), why));
            }
        }
        "windows" => {
            let why = "cannot be set for a windows pod";
            let mut refuse = |place: Field, given: bool| {
                if given {
                    out.push(Violation::forbidden(&place, why));
                }
            };
            for (name, given) in [
                ("hostPID", spec.host_pid == Some(true)),
                ("hostIPC", spec.host_ipc == Some(true)),
                ("hostUsers", spec.host_users.is_some()),
                ("shareProcessNamespace", spec.share_process_namespace.is_some()),
            ] {
                refuse(field.child(name), given);
            }
            if let Some(context) = pod {
                for (name, given) in [
                    ("appArmorProfile", context.app_armor_profile.is_some()),
                    ("seLinuxOptions", context.se_linux_options.is_some()),
                    ("seccompProfile", context.seccomp_profile.is_some()),
                    ("fsGroup", context.fs_group.is_some()),
                    ("fsGroupChangePolicy", context.fs_group_change_policy.is_some()),
                    ("sysctls", context.sysctls.as_ref().is_some_and(|all| !all.is_empty())),
                    ("runAsUser", context.run_as_user.is_some()),
                    ("runAsGroup", context.run_as_group.is_some()),
                    ("supplementalGroups", context.supplemental_groups.is_some()),
                    ("supplementalGroupsPolicy", context.supplemental_groups_policy.is_some()),
                ] {
                    refuse(place.child(name), given);
                }
            }
            for (place, context) in containers {
                for (name, given) in [
                    ("appArmorProfile", context.app_armor_profile.is_some()),
                    ("seLinuxOptions", context.se_linux_options.is_some()),
                    ("seccompProfile", context.seccomp_profile.is_some()),
                    ("capabilities", context.capabilities.is_some()),
                    ("readOnlyRootFilesystem", context.read_only_root_filesystem.is_some()),
                    ("privileged", context.privileged.is_some()),
                    ("allowPrivilegeEscalation", context.allow_privilege_escalation.is_some()),
                    ("procMount", context.proc_mount.is_some()),
                    ("runAsUser", context.run_as_user.is_some()),
                    ("runAsGroup", context.run_as_group.is_some()),
                ] {
                    refuse(place.child(name), given);
                }
            }
        }
        _ => {}
    }
}
