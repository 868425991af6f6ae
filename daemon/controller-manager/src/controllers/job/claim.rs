//! Which pods are a job's.

use crate::objects::{Job, Pod, selector};

/// What a pod is to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing.
    None,
    /// It is the job's.
    Owned,
    /// It becomes the job's.
    Adopt,
    /// It is the job's no longer.
    Release,
}

impl Claim {
    pub fn of(job: &Job, pod: &Pod) -> Self {
        // One that chooses everything chooses nothing.
        let selector = selector(&job.spec.selector).filter(|selector| !selector.is_everything());
        let selected = selector.map(|selector| selector.matches(&pod.metadata.labels));
        let ends = job.is_finished() || job.metadata.deletion_timestamp.is_some();
        match pod.metadata.controller() {
            Some(owner) if owner.uid != job.metadata.uid => Self::None,
            Some(_) if !ends && selected == Some(false) => Self::Release,
            Some(_) => Self::Owned,
            None if !ends && pod.metadata.deletion_timestamp.is_none() && selected == Some(true) => {
                Self::Adopt
            }
            None => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn pods_are_adopted_and_released() {
        let job = |more: Value| -> Job {
            let mut job =
                json!({"metadata": {"uid": "1"}, "spec": {"selector": {"matchLabels": {"a": "b"}}}});
            for (key, value) in more.as_object().into_iter().flatten() {
                job[key] = value.clone();
            }
            serde_json::from_value(job).expect("a job")
        };
        let pod = |label: &str, owner: Option<&str>| -> Pod {
            let owners = owner.map(|uid| json!({"apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": uid, "controller": true}));
            let owners: Vec<Value> = owners.into_iter().collect();
            serde_json::from_value(json!({"metadata": {"labels": {"a": label}, "ownerReferences": owners}}))
                .expect("a pod")
        };
        let over = json!({"status": {"conditions": [{"type": "Complete", "status": "True"}]}});
        for (more, label, owner, wanted) in [
            (json!({}), "b", Some("1"), Claim::Owned),
            (json!({}), "c", Some("1"), Claim::Release),
            (json!({}), "b", None, Claim::Adopt),
            (json!({}), "c", None, Claim::None),
            (json!({}), "b", Some("2"), Claim::None),
            (json!({"spec": {"selector": {}}}), "c", Some("1"), Claim::Owned),
            (json!({"spec": {"selector": {}}}), "c", None, Claim::None),
            (over.clone(), "c", Some("1"), Claim::Owned),
            (over, "b", None, Claim::None),
        ] {
            assert_eq!(Claim::of(&job(more.clone()), &pod(label, owner)), wanted, "{more} {label} {owner:?}");
        }
    }
}
