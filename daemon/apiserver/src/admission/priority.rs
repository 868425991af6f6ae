//! Priority: the number behind a pod's priority class.

use apimachinery::Status;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::scheduling::v1::PriorityClass;

use super::Attributes;
use crate::storage::Filter;

/// Completes a new pod.
pub async fn admit(attributes: &Attributes<'_>, pod: &mut Pod) -> Result<(), Status> {
    let Some(spec) = &mut pod.spec else { return Ok(()) };
    let server = attributes.server();
    let cache = server.store.known("priorityclasses");
    let (value, policy) = match spec.priority_class_name.as_deref() {
        None | Some("") => {
            let classes = server.store.list(cache, &Filter::default()).await?.entries;
            let defaults = classes
                .iter()
                .filter(|entry| {
                    std::str::from_utf8(&entry.bytes)
                        .is_ok_and(|text| text.contains("\"globalDefault\":true"))
                })
                .filter_map(|entry| entry.typed::<PriorityClass>())
                .filter(|class| class.global_default == Some(true));
            // Of several defaults the lowest counts.
            match defaults.min_by_key(|class| class.value) {
                None => (0, None),
                Some(class) => {
                    spec.priority_class_name.clone_from(&class.metadata.name);
                    (class.value.unwrap_or(0), class.preemption_policy)
                }
            }
        }
        Some(name) => {
            let found =
                server.store.glance(cache, name).await?.and_then(|entry| entry.typed::<PriorityClass>());
            let Some(class) = found else {
                return Err(attributes.forbidden(format!("no PriorityClass with name {name} was found")));
            };
            (class.value.unwrap_or(0), class.preemption_policy)
        }
    };
    if let Some(asked) = spec.priority.filter(|asked| *asked != value) {
        return Err(attributes.forbidden(format!(
            "the integer value of priority ({asked}) must not be provided in pod spec; priority admission controller computed {value} from the given PriorityClass name"
        )));
    }
    spec.priority = Some(value);
    let policy = policy.unwrap_or_else(|| "PreemptLowerPriority".into());
    if let Some(asked) = spec.preemption_policy.as_deref().filter(|asked| *asked != policy) {
        return Err(attributes.forbidden(format!(
            "the string value of PreemptionPolicy ({asked}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name"
        )));
    }
    spec.preemption_policy = Some(policy);
    Ok(())
}
