//! A table of what may not be in a service: each line spoils a service that is right, names the field
//! that is blamed for it, and tells what would be right in its place.

use serde_json::{Value, json};

use super::*;

fn blamed(service: &Value) -> Vec<String> {
    let mut service: Service = serde_json::from_value(service.clone()).expect("a service");
    (SERVICES.default)(&mut service);
    let mut out = Vec::new();
    validate(&service, &mut out);
    out.iter().map(ToString::to_string).collect()
}

fn of(spec: Value) -> Value {
    let mut whole = json!({"ports": [{"port": 80}]});
    spec.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": whole})
}

#[test]
fn each_rule_refuses_and_accepts() {
    let balancer = |more: Value| {
        let mut spec = json!({"type": "LoadBalancer"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| spec[name] = value.clone());
        spec
    };
    let cases = [
        (json!({"type": "Pipe"}), "spec.type: Unsupported value", json!({"type": "NodePort"})),
        (json!({"ports": []}), "spec.ports: Required value", json!({"ports": [], "clusterIP": "None"})),
        (
            json!({"ports": [{"port": 0}]}),
            "spec.ports[0].port: Invalid value",
            json!({"ports": [{"port": 65535}]}),
        ),
        (
            json!({"ports": [{"port": 1}, {"port": 2}]}),
            "spec.ports[0].name: Required value",
            json!({"ports": [{"port": 1, "name": "a"}, {"port": 2, "name": "b"}]}),
        ),
        (
            json!({"ports": [{"port": 1, "name": "a"}, {"port": 2, "name": "a"}]}),
            "spec.ports[1].name: Duplicate value",
            json!({"ports": [{"port": 1, "name": "a"}]}),
        ),
        (
            json!({"ports": [{"port": 1, "name": "a"}, {"port": 1, "name": "b"}]}),
            "spec.ports[1]: Duplicate value",
            json!({"ports": [{"port": 1, "name": "a"}, {"port": 1, "name": "b", "protocol": "UDP"}]}),
        ),
        (
            json!({"ports": [{"port": 1, "protocol": "ICMP"}]}),
            "spec.ports[0].protocol: Unsupported value",
            json!({"ports": [{"port": 1, "protocol": "SCTP"}]}),
        ),
        (
            json!({"ports": [{"port": 1, "targetPort": "no port!"}]}),
            "spec.ports[0].targetPort: Invalid value",
            json!({"ports": [{"port": 1, "targetPort": "http"}]}),
        ),
        (
            json!({"ports": [{"port": 1, "appProtocol": "a b"}]}),
            "spec.ports[0].appProtocol: Invalid value",
            json!({"ports": [{"port": 1, "appProtocol": "kubernetes.io/h2c"}]}),
        ),
        (
            json!({"ports": [{"port": 1, "nodePort": 30000}]}),
            "spec.ports[0].nodePort: Forbidden",
            json!({"type": "NodePort", "ports": [{"port": 1, "nodePort": 30000}]}),
        ),
        (
            json!({"type": "NodePort", "ports": [{"port": 1, "name": "a", "nodePort": 30000}, {"port": 2, "name": "b", "nodePort": 30000}]}),
            "spec.ports[1].nodePort: Duplicate value",
            json!({"type": "NodePort", "ports": [{"port": 1, "name": "a", "nodePort": 30000}, {"port": 2, "name": "b", "nodePort": 30001}]}),
        ),
        (
            json!({"type": "ExternalName"}),
            "spec.externalName: Required value",
            json!({"type": "ExternalName", "externalName": "a.example"}),
        ),
        (
            json!({"type": "NodePort", "clusterIP": "None"}),
            "spec.clusterIPs[0]: Invalid value",
            json!({"clusterIP": "None"}),
        ),
        (
            json!({"sessionAffinity": "Sticky"}),
            "spec.sessionAffinity: Unsupported value",
            json!({"sessionAffinity": "ClientIP"}),
        ),
        (
            json!({"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}}),
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value",
            json!({"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86400}}}),
        ),
        (
            json!({"internalTrafficPolicy": "Far"}),
            "spec.internalTrafficPolicy: Unsupported value",
            json!({"internalTrafficPolicy": "Local"}),
        ),
        (
            json!({"externalIPs": ["x"]}),
            "spec.externalIPs[0]: Invalid value",
            json!({"externalIPs": ["203.0.113.5"]}),
        ),
        (
            json!({"externalIPs": ["127.0.0.1"]}),
            "spec.externalIPs[0]: Invalid value",
            json!({"externalIPs": ["2001:db8::1"]}),
        ),
        (json!({"externalIPs": ["::"]}), "spec.externalIPs[0]: Invalid value", json!({})),
        (json!({"externalIPs": ["169.254.1.1"]}), "spec.externalIPs[0]: Invalid value", json!({})),
        (json!({"externalIPs": ["ff02::1"]}), "spec.externalIPs[0]: Invalid value", json!({})),
        (
            json!({"ipFamilyPolicy": "Triple"}),
            "spec.ipFamilyPolicy: Unsupported value",
            json!({"ipFamilyPolicy": "PreferDualStack"}),
        ),
        (
            json!({"ipFamilies": ["IPv5"]}),
            "spec.ipFamilies[0]: Unsupported value",
            json!({"ipFamilies": ["IPv4"]}),
        ),
        (json!({"ipFamilies": ["IPv4", "IPv4"]}), "spec.ipFamilies[1]: Duplicate value", json!({})),
        (
            json!({"trafficDistribution": "PreferFar"}),
            "spec.trafficDistribution: Unsupported value",
            json!({"trafficDistribution": "PreferSameZone"}),
        ),
        (
            json!({"loadBalancerSourceRanges": ["10.0.0.0/8"]}),
            "spec.loadBalancerSourceRanges: Forbidden",
            balancer(json!({"loadBalancerSourceRanges": ["10.0.0.0/8"]})),
        ),
        (
            balancer(json!({"loadBalancerSourceRanges": ["10.0.0.0/33"]})),
            "spec.loadBalancerSourceRanges[0]: Invalid value",
            balancer(json!({"loadBalancerSourceRanges": ["::/0"]})),
        ),
        (
            json!({"loadBalancerClass": "a"}),
            "spec.loadBalancerClass: Forbidden",
            balancer(json!({"loadBalancerClass": "example.com/a"})),
        ),
        (
            balancer(json!({"loadBalancerClass": "a b"})),
            "spec.loadBalancerClass: Invalid value",
            balancer(json!({})),
        ),
        (
            balancer(json!({"healthCheckNodePort": 30000})),
            "spec.healthCheckNodePort: Invalid value",
            balancer(json!({"healthCheckNodePort": 30000, "externalTrafficPolicy": "Local"})),
        ),
        (
            json!({"externalTrafficPolicy": "Local"}),
            "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services",
            json!({"externalTrafficPolicy": "Local", "externalIPs": ["203.0.113.5"]}),
        ),
        (
            balancer(json!({"externalTrafficPolicy": "Far"})),
            "spec.externalTrafficPolicy: Unsupported value: \"Far\"",
            json!({"type": "NodePort", "externalTrafficPolicy": "Local"}),
        ),
        (
            json!({"allocateLoadBalancerNodePorts": true}),
            "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
            balancer(json!({"allocateLoadBalancerNodePorts": false})),
        ),
        (json!({"selector": {"a b": "c"}}), "spec.selector", json!({"selector": {"a": "c"}})),
    ];
    for (wrong, said, right) in cases {
        let found = blamed(&of(wrong.clone()));
        assert!(found.iter().any(|one| one.starts_with(said)), "{wrong}: {found:#?}");
        assert_eq!(blamed(&of(right.clone())), Vec::<String>::new(), "{right}");
    }
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
