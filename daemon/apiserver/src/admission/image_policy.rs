//! ImagePolicyWebhook: another server is asked whether a pod's images may be used.

use std::path::PathBuf;
use std::time::Duration;

use apimachinery::Status;
use k8s_openapi::api::core::v1::Pod;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Attributes;
use crate::egress::Way;
use crate::remote::{Kept, Remote};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    image_policy: Policy,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Policy {
    kube_config_file: PathBuf,
    #[serde(rename = "allowTTL")]
    allow: i64,
    #[serde(rename = "denyTTL")]
    deny: i64,
    retry_backoff: i64,
    default_allow: bool,
}

/// The server, and what it said.
pub struct ImagePolicy {
    remote: Remote,
    allowed: Duration,
    denied: Duration,
    allows_failures: bool,
    kept: Kept<(bool, String)>,
}

/// The annotation of pods that were let in because the server did not answer.
const FAILED_OPEN: &str = "alpha.image-policy.k8s.io/failed-open";

/// A number of units within bounds; 0 stands for the default, a negative one for none.
fn bounded(name: &str, value: i64, default: u64, least: u64, most: u64) -> Result<u64, String> {
    match u64::try_from(value) {
        Ok(0) => Ok(default),
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        Ok(value) => Err(format!("imagePolicy.{name}: Invalid value: {value}: must be {least} to {most}")),
        Err(_) => Ok(0),
    }
}

impl ImagePolicy {
    /// From the plugin's settings.
    ///
    /// # Errors
    /// Names the field and what is wrong with it.
    pub fn new(configuration: Configuration) -> Result<Self, String> {
        let policy = configuration.image_policy;
        let pause = Duration::from_millis(bounded("retryBackoff", policy.retry_backoff, 500, 1, 300_000)?);
        let path = &policy.kube_config_file;
        let remote = Remote::read(path, Duration::from_secs(30), pause, &Way::default())
            .map_err(|why| format!("imagePolicy.kubeConfigFile {}: {why}", path.display()))?;
        Ok(Self {
            remote,
            allowed: Duration::from_secs(bounded("allowTTL", policy.allow, 300, 1, 1800)?),
            denied: Duration::from_secs(bounded("denyTTL", policy.deny, 30, 1, 1800)?),
            allows_failures: policy.default_allow,
            kept: Kept::default(),
        })
    }

    /// Judges a pod; one that is let in without an answer is marked.
    ///
    /// # Errors
    /// 403 when the server says no, or nothing while that counts as a no.
    pub async fn admit(&self, attributes: &Attributes<'_>, pod: &mut Pod) -> Result<(), Status> {
        let spec = spec(pod, &attributes.namespace);
        let key = Kept::<(bool, String)>::key(&spec.to_string());
        let (allowed, reason) = match self.kept.get(&key) {
            Some(known) => known,
            None => {
                let review = json!({
                    "apiVersion": "imagepolicy.k8s.io/v1alpha1", "kind": "ImageReview", "metadata": {}, "spec": spec,
                });
                match self.remote.ask(&review).await {
                    Ok(answer) => {
                        let status = &answer["status"];
                        let allowed = status["allowed"] == true;
                        let reason = status["reason"].as_str().unwrap_or_default().to_string();
                        let time = if allowed { self.allowed } else { self.denied };
                        self.kept.put(key, (allowed, reason.clone()), time);
                        (allowed, reason)
                    }
                    Err(why) if self.allows_failures => {
                        tracing::warn!(why, "the image policy's server gives no answer; the pod is let in");
                        pod.metadata
                            .annotations
                            .get_or_insert_default()
                            .insert(FAILED_OPEN.into(), "true".into());
                        return Ok(());
                    }
                    Err(why) => return Err(attributes.forbidden(format!("image policy webhook: {why}"))),
                }
            }
        };
        match (allowed, reason.as_str()) {
            (true, _) => Ok(()),
            (false, "") => Err(attributes.forbidden("one or more images rejected by webhook backend")),
            (false, reason) => Err(attributes
                .forbidden(format!("image policy webhook backend denied one or more images: {reason}"))),
        }
    }
}

/// What the server is asked about.
fn spec(pod: &Pod, namespace: &str) -> Value {
    let Some(spec) = &pod.spec else { return json!({"namespace": namespace}) };
    let ephemeral = spec.ephemeral_containers.iter().flatten().filter_map(|one| one.image.as_ref());
    let all = spec.containers.iter().chain(spec.init_containers.iter().flatten());
    let images: Vec<Value> = all
        .filter_map(|one| one.image.as_ref())
        .chain(ephemeral)
        .map(|image| json!({"image": image}))
        .collect();
    // Annotations by which the pod's author speaks to the server.
    let annotations: serde_json::Map<String, Value> = pod
        .metadata
        .annotations
        .iter()
        .flatten()
        .filter(|(key, _)| {
            key.split('/').next().is_some_and(|domain| domain.ends_with(".image-policy.k8s.io"))
        })
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    let mut out = json!({"containers": images, "namespace": namespace});
    if !annotations.is_empty() {
        out["annotations"] = Value::Object(annotations);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked() {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": {"annotations": {"my.image-policy.k8s.io/ticket": "7", "other.example.com/x": "y"}},
            "spec": {"containers": [{"name": "a", "image": "x:1"}], "initContainers": [{"name": "b", "image": "y"}]},
        }))
        .expect("a pod");
        let want = json!({
            "containers": [{"image": "x:1"}, {"image": "y"}], "namespace": "ns",
            "annotations": {"my.image-policy.k8s.io/ticket": "7"},
        });
        assert_eq!(spec(&pod, "ns"), want);
    }

    #[test]
    fn bounds() {
        assert_eq!(bounded("x", 0, 5, 1, 10), Ok(5));
        assert_eq!(bounded("x", -1, 5, 1, 10), Ok(0));
        assert!(bounded("x", 11, 5, 1, 10).is_err());
    }
}
