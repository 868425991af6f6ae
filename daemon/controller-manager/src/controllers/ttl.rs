//! Finished jobs that say how long they want to be remembered.

use std::sync::Arc;
use std::time::Duration;

use client::Key;
use client::informer::Informer;
use client::queue::WorkQueue;
use serde_json::json;

use crate::context::{Context, gone_is_fine};
use crate::objects::{Job, Resource};

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("ttl-after-finished-controller").await;
    let jobs: Informer<Job> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    let sender = queue.clone();
    context.on::<Job>(move |event| {
        let job = event.object();
        if job.spec.ttl_seconds_after_finished.is_some() && job.is_finished() {
            sender.add(job.metadata.key());
        }
    });
    jobs.wait_synced().await;
    context
        .work(&queue, 5, move |key| {
            let (client, jobs) = (client.clone(), jobs.clone());
            async move {
                let Some(job) = jobs.store().get(&key).filter(|job| job.is_finished()) else {
                    return Ok(None);
                };
                let Some(ttl) = job.spec.ttl_seconds_after_finished else { return Ok(None) };
                let finished = job
                    .status
                    .conditions
                    .iter()
                    .filter(|condition| condition.kind == "Complete" || condition.kind == "Failed")
                    .find_map(|condition| condition.last_transition_time);
                let Some(finished) = finished.filter(|_| job.metadata.deletion_timestamp.is_none()) else {
                    return Ok(None);
                };
                let left =
                    (finished + jiff::SignedDuration::from_secs(ttl)).duration_since(jiff::Timestamp::now());
                if left.is_positive() {
                    return Ok(Some(Duration::from_secs(left.as_secs().unsigned_abs() + 1)));
                }
                let path = Job::path(Some(&key.namespace), Some(&key.name), None);
                let options = json!({
                    "propagationPolicy": "Foreground", "preconditions": { "uid": job.metadata.uid },
                });
                gone_is_fine(client.delete(&path, Some(&options)).await)?;
                Ok(None)
            }
        })
        .await;
}
