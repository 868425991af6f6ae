//! The order in which objects come out.

use serde::Deserialize;

use super::part::Part;

/// `sortOptions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Options {
    order: String,
    legacy_sort_options: Option<Kinds>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Kinds {
    order_first: Vec<String>,
    order_last: Vec<String>,
}

/// What others need comes first.
const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

impl Options {
    /// Whether it says something that there is.
    ///
    /// # Errors
    /// Names an order that there is not.
    pub fn check(&self) -> anyhow::Result<()> {
        match (self.order.as_str(), &self.legacy_sort_options) {
            ("legacy", _) | ("fifo", None) => Ok(()),
            ("fifo", Some(_)) => anyhow::bail!(
                "the field 'legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
            ),
            (other, _) => {
                anyhow::bail!("the field 'sortOptions.order' must be one of [fifo, legacy], not {other:?}")
            }
        }
    }

    /// Sorts.
    pub fn sort(&self, parts: &mut [Part]) {
        if self.order == "fifo" {
            return;
        }
        let own = |kinds: &[&str]| kinds.iter().map(|kind| kind.to_string()).collect();
        let kinds = self
            .legacy_sort_options
            .clone()
            .unwrap_or_else(|| Kinds { order_first: own(FIRST), order_last: own(LAST) });
        parts.sort_by_cached_key(|part| {
            let id = part.id();
            let rank = |list: &[String]| list.iter().position(|kind| *kind == id.kind);
            let place = match (rank(&kinds.order_first), rank(&kinds.order_last)) {
                (Some(at), _) => at,
                (None, Some(at)) => kinds.order_first.len() + 1 + at,
                (None, None) => kinds.order_first.len(),
            };
            // What is empty comes last.
            let or = |text: String, otherwise: &str| if text.is_empty() { otherwise.into() } else { text };
            let kind = (or(id.group, "~G"), or(id.version, "~V"), id.kind);
            (place, kind, or(id.namespace, "~X"), id.name)
        });
    }
}
