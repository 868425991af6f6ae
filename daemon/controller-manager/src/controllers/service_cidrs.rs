//! Ranges that cluster IPs come from (KEP-1880): each says whether it is ready, and stays, by a finalizer, as long as
//! addresses in it are in no other range.

use std::sync::Arc;
use std::time::Duration;

use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Error, Key, ListParams, Object, PatchType};
use serde_json::{Value, json};

use super::node_ipam::Range;
use super::protection::{Protected, Step, step, take};
use crate::context::{Context, gone_is_fine, time};
use crate::objects::{IpAddress, Resource, ServiceCidr, condition};

const NAME: &str = "service-cidr-controller";
/// API servers may give addresses from a range for so long after it was deleted.
const GRACE: Duration = Duration::from_secs(10);
/// By whom the addresses are made that keep a range.
const MANAGER: (&str, &str) = ("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");

impl Protected for ServiceCidr {
    const FINALIZER: &'static str = "networking.k8s.io/service-cidr-finalizer";
}

fn ranges(cidr: &ServiceCidr) -> impl Iterator<Item = Range> + '_ {
    cidr.spec.cidrs.iter().filter_map(|text| Range::parse(text).ok())
}

/// Whether addresses would be in no range without this one.
fn is_needed<'a>(
    cidr: &ServiceCidr,
    all: &[Arc<ServiceCidr>],
    addresses: impl IntoIterator<Item = &'a IpAddress>,
) -> bool {
    let others: Vec<Range> = all
        .iter()
        .filter(|other| other.metadata.name != cidr.metadata.name)
        .filter(|other| other.metadata.deletion_timestamp.is_none())
        .flat_map(|other| ranges(other))
        .collect();
    let elsewhere = |range: Range| others.iter().any(|other| other.holds(range));
    if ranges(cidr).all(elsewhere) {
        return false;
    }
    let ours = |address: &&IpAddress| {
        address.metadata.labels.get(MANAGER.0).is_some_and(|manager| manager == MANAGER.1)
    };
    let mut addresses = addresses.into_iter().filter(ours).filter_map(|address| {
        let width = if address.metadata.name.contains(':') { 128 } else { 32 };
        Range::parse(&format!("{}/{width}", address.metadata.name)).ok()
    });
    addresses.any(|address| ranges(cidr).any(|range| range.holds(address)) && !elsewhere(address))
}

async fn tell(client: &Client, cidr: &ServiceCidr, is_ready: bool) -> Result<(), Error> {
    let (status, reason, message) = if is_ready {
        ("True", "", "Kubernetes Service CIDR is ready")
    } else {
        (
            "False",
            "Terminating",
            "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR",
        )
    };
    let said = condition(&cidr.status.conditions, "Ready");
    if said.is_some_and(|said| said.status == status && said.message == message) {
        return Ok(());
    }
    let applied = json!({
        "apiVersion": ServiceCidr::api_version(), "kind": ServiceCidr::KIND,
        "metadata": {"name": cidr.metadata.name},
        "status": {"conditions": [{
            "type": "Ready", "status": status, "reason": reason, "message": message,
            "lastTransitionTime": time(jiff::Timestamp::now()),
        }]},
    });
    let path = ServiceCidr::path(None, Some(&cidr.metadata.name), Some("status"));
    let path = format!("{path}?fieldManager={NAME}&force=true");
    gone_is_fine(client.patch::<_, Value>(&path, PatchType::Apply, &applied).await)
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of(NAME).await;
    let (known, addresses): (Informer<ServiceCidr>, Informer<IpAddress>) =
        (context.informer(), context.informer());
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<ServiceCidr>(&queue);
    // Another range, or an address that is gone, may be what one that is going has waited for.
    let (sender, all) = (queue.clone(), known.clone());
    let waiting = move || {
        for cidr in all.store().filter(|cidr| cidr.metadata.deletion_timestamp.is_some()) {
            sender.add(cidr.metadata.key());
        }
    };
    let again = waiting.clone();
    context.on::<ServiceCidr>(move |_| waiting());
    context.on::<IpAddress>(move |_| again());
    known.wait_synced().await;
    addresses.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, known, addresses) = (client.clone(), known.clone(), addresses.clone());
            async move {
                let Some(cidr) = known.store().get(&key) else { return Ok(None) };
                let all = known.store().list();
                let have = addresses.store().list();
                let used = || is_needed(&cidr, &all, have.iter().map(|address| &**address));
                let step = step(&*cidr, used);
                let Some(deleted) = cidr.meta().deletion_timestamp else {
                    take(&client, &*cidr, step).await?;
                    tell(&client, &cidr, true).await?;
                    return Ok(None);
                };
                if step != Step::Remove {
                    if cidr.metadata.finalizers.iter().any(|one| one == ServiceCidr::FINALIZER) {
                        tell(&client, &cidr, false).await?;
                    }
                    return Ok(None);
                }
                let since = jiff::Timestamp::now().duration_since(deleted).unsigned_abs();
                if let Some(left) = GRACE.checked_sub(since).filter(|left| !left.is_zero()) {
                    return Ok(Some(left));
                }
                // The informer may not have seen the newest address: the server has.
                let path = IpAddress::path(None, None, None);
                let now = client.list::<IpAddress>(&path, &ListParams::default()).await?;
                if !is_needed(&cidr, &all, &now.items) {
                    take(&client, &*cidr, step).await?;
                }
                Ok(None)
            }
        })
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(name: &str, ranges: &[&str], is_going: bool) -> Arc<ServiceCidr> {
        let mut value = json!({"metadata": {"name": name}, "spec": {"cidrs": ranges}});
        if is_going {
            value["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
        }
        Arc::new(serde_json::from_value(value).expect("an object"))
    }

    fn address(ip: &str) -> IpAddress {
        let labels = json!({MANAGER.0: MANAGER.1});
        serde_json::from_value(json!({"metadata": {"name": ip, "labels": labels}})).expect("an object")
    }

    #[test]
    fn a_range_is_needed_for_addresses_that_no_other_has() {
        let going = cidr("a", &["10.1.0.0/24", "fd00::/112"], true);
        let addresses = [address("10.1.0.7"), address("10.2.0.1"), address("fd00::5")];
        let needed = |others: &[Arc<ServiceCidr>], addresses: &[IpAddress]| {
            let all: Vec<_> = others.iter().cloned().chain([going.clone()]).collect();
            is_needed(&going, &all, addresses)
        };
        assert!(needed(&[], &addresses));
        assert!(!needed(&[], &[]));
        assert!(!needed(&[], &[address("10.2.0.1")]));
        // A larger one takes both families over; half of it does not.
        assert!(!needed(&[cidr("b", &["10.0.0.0/8", "fd00::/64"], false)], &addresses));
        assert!(needed(&[cidr("b", &["10.0.0.0/8"], false)], &addresses));
        assert!(!needed(&[cidr("b", &["10.0.0.0/8"], false)], &addresses[..2]));
        // A smaller one has this very address.
        assert!(!needed(&[cidr("b", &["10.1.0.0/29"], false)], &addresses[..1]));
        assert!(needed(&[cidr("b", &["10.1.0.0/29"], false)], &[address("10.1.0.9")]));
        // One that is going itself takes nothing over.
        assert!(needed(&[cidr("b", &["10.0.0.0/8", "fd00::/64"], true)], &addresses));
        // What someone else made keeps nothing.
        let foreign: IpAddress =
            serde_json::from_value(json!({"metadata": {"name": "10.1.0.7"}})).expect("an object");
        assert!(!needed(&[], &[foreign]));
    }
}
