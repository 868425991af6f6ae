//! Services.

use serde_json::{Value, json};

use super::{Part, Table};

fn services() -> Table {
    Table::new("", "v1", "services", json!({"spec": {"ports": [{"port": 80}]}}))
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
        (
            json!({"externalIPs": ["203.0.113.05"]}),
            "spec.externalIPs[0]: Invalid value: \"203.0.113.05\"",
            json!({}),
        ),
        (
            json!({"externalIPs": ["::ffff:203.0.113.5"]}),
            "spec.externalIPs[0]: Invalid value: \"::ffff:203.0.113.5\"",
            json!({}),
        ),
        (
            balancer(json!({"loadBalancerSourceRanges": ["10.0.0.1/8"]})),
            "spec.loadBalancerSourceRanges[0]: Invalid value: \"10.0.0.1/8\"",
            balancer(json!({"loadBalancerSourceRanges": ["10.0.0.0/8", "2001:db8::/32"]})),
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
        (
            balancer(json!({"ports": [{"port": 10250}]})),
            "spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet",
            json!({"ports": [{"port": 10250}]}),
        ),
        (
            balancer(json!({"clusterIP": "None"})),
            "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services",
            balancer(json!({})),
        ),
        (
            json!({"type": "ExternalName", "externalName": "a.example", "clusterIP": "10.0.0.1"}),
            "spec.clusterIPs: Forbidden: may not be set when `type` is 'ExternalName'",
            json!({"type": "ExternalName", "externalName": "a.example."}),
        ),
        (
            json!({"type": "ExternalName", "externalName": "no name"}),
            "spec.externalName: Invalid value: \"no name\"",
            json!({"type": "ExternalName", "externalName": "a.example"}),
        ),
        (
            json!({"type": "ExternalName", "externalName": "a.example", "ipFamilies": ["IPv4"]}),
            "spec.ipFamilies: Forbidden: may not be set for ExternalName services",
            json!({"ipFamilies": ["IPv4"]}),
        ),
        (
            json!({"type": "ExternalName", "externalName": "a.example", "ipFamilyPolicy": "SingleStack"}),
            "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
            json!({"ipFamilyPolicy": "SingleStack"}),
        ),
        (
            json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.2"]}),
            "spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: first value must match `clusterIP`",
            json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"]}),
        ),
        (
            json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1", "None"]}),
            "spec.clusterIPs: Invalid value: [\"10.0.0.1\",\"None\"]: 'None' must be the first and only value",
            json!({"clusterIP": "None", "clusterIPs": ["None"]}),
        ),
        (
            json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1", "::1", "::2"]}),
            "spec.clusterIPs: Invalid value: [\"10.0.0.1\",\"::1\",\"::2\"]: may only hold up to 2 values",
            json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1", "fd00::1"]}),
        ),
        (
            json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1", "10.0.0.2"]}),
            "spec.clusterIPs: Invalid value: [\"10.0.0.1\",\"10.0.0.2\"]: may specify no more than one IP for each IP family",
            json!({"clusterIP": "10.0.0.1"}),
        ),
        (
            json!({"clusterIP": "ten"}),
            "spec.clusterIPs[0]: Invalid value: \"ten\": must be a valid IP address",
            json!({"clusterIP": "10.0.0.1"}),
        ),
        (json!({"selector": {"a b": "c"}}), "spec.selector", json!({"selector": {"a": "c"}})),
    ];
    let table = services();
    for (wrong, said, right) in cases {
        table.creations(&[(json!({"spec": wrong}), said, json!({"spec": right}))]);
    }
}

#[test]
fn what_stays_for_life() {
    let balancer = |more: Value| {
        let mut spec = json!({"type": "LoadBalancer"});
        apimachinery::patch::merge(&mut spec, more);
        json!({"spec": spec})
    };
    let checked =
        |port: u16| balancer(json!({"externalTrafficPolicy": "Local", "healthCheckNodePort": port}));
    services().updates_of(Part::Main, &balancer(json!({"loadBalancerClass": "a.io/a"})), &[
        (balancer(json!({"loadBalancerClass": "a.io/b"})), "spec.loadBalancerClass: Invalid value: \"a.io/b\": may not change once set", balancer(json!({"loadBalancerClass": "a.io/a"}))),
        (json!({"spec": {"type": "LoadBalancer", "loadBalancerClass": null}}), "spec.loadBalancerClass: Invalid value: null: may not change once set", json!({"spec": {"type": "ClusterIP", "loadBalancerClass": null, "allocateLoadBalancerNodePorts": null, "externalTrafficPolicy": null}})),
    ]);
    let of = |one: Value, all: Value| json!({"spec": {"clusterIP": one, "clusterIPs": all}});
    let had = of(json!("10.0.0.1"), json!(["10.0.0.1"]));
    services().updates_of(
        Part::Main,
        &had,
        &[
            (
                of(json!("10.0.0.2"), json!(["10.0.0.1"])),
                "spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set",
                of(json!("10.0.0.1"), Value::Null),
            ),
            (
                of(json!("10.0.0.2"), json!(["10.0.0.2"])),
                "spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set",
                of(Value::Null, Value::Null),
            ),
            (
                of(json!("None"), Value::Null),
                "spec.clusterIPs[0]: Invalid value: [\"None\"]: may not change once set",
                of(json!(""), json!(["10.0.0.1"])),
            ),
        ],
    );
    services().updates_of(
        Part::Main,
        &of(json!("None"), json!(["None"])),
        &[(
            of(json!("10.0.0.1"), json!(["None"])),
            "spec.clusterIPs[0]: Invalid value: [\"10.0.0.1\"]: may not change once set",
            of(json!("None"), json!(["None"])),
        )],
    );
    services().updates_of(
        Part::Main,
        &checked(30001),
        &[(checked(30002), "spec.healthCheckNodePort: Forbidden: field is immutable", checked(30001))],
    );
}
