//! What a service sheds when it becomes one of another type.

use serde_json::{Value, json};

use super::*;

fn of(spec: Value) -> Value {
    let mut whole = json!({"ports": [{"port": 80}]});
    spec.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": whole})
}

#[test]
fn what_only_the_old_service_had_goes() {
    let service = |spec: Value| -> Service { serde_json::from_value(of(spec)).expect("a service") };
    let old = service(json!({
        "type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30001, "loadBalancerClass": "a",
    }));
    let mut new = old.clone();
    new.spec.as_mut().expect("a spec").external_traffic_policy = Some("Cluster".into());
    drop_leftovers(&mut new, &old);
    let spec = new.spec.as_ref().expect("a spec");
    assert_eq!((spec.health_check_node_port, spec.load_balancer_class.as_deref()), (None, Some("a")));
    new.spec.as_mut().expect("a spec").type_ = Some("NodePort".into());
    drop_leftovers(&mut new, &old);
    assert_eq!(new.spec.as_ref().expect("a spec").load_balancer_class, None);
    // Nobody from outside reaches it any more: how they would does not matter.
    let mut inner = old.clone();
    inner.spec.as_mut().expect("a spec").type_ = Some("ClusterIP".into());
    drop_leftovers(&mut inner, &old);
    assert_eq!(inner.spec.expect("a spec").external_traffic_policy, None);
    let mut asked = old.clone();
    let spec = asked.spec.as_mut().expect("a spec");
    (spec.type_, spec.load_balancer_class) = (Some("ClusterIP".into()), Some("b".into()));
    drop_leftovers(&mut asked, &old);
    assert_eq!(
        asked.spec.expect("a spec").load_balancer_class.as_deref(),
        Some("b"),
        "what is asked for stays"
    );
}
