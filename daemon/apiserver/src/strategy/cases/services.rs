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
            "spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.1/8\"",
            balancer(json!({"loadBalancerSourceRanges": ["10.0.0.0/8", "2001:db8::/32"]})),
        ),
        (
            json!({"externalIPs": ["::"]}),
            "spec.externalIPs[0]: Invalid value: \"::\": may not be unspecified (::)",
            json!({}),
        ),
        (
            json!({"type": "ExternalName", "externalName": "a.example.."}),
            "spec.externalName: Invalid value: \"a.example.\"",
            json!({}),
        ),
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
            "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
            balancer(json!({"loadBalancerSourceRanges": ["10.0.0.0/8"]})),
        ),
        (
            balancer(json!({"loadBalancerSourceRanges": ["10.0.0.0/33"]})),
            "spec.LoadBalancerSourceRanges[0]: Invalid value",
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
            json!({"internalTrafficPolicy": ""}),
            "spec.internalTrafficPolicy: Unsupported value: \"\": supported values: \"Cluster\", \"Local\"",
            balancer(json!({"ports": [{"port": 10250}]})),
        ),
        (
            balancer(json!({"clusterIP": "None"})),
            "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services",
            balancer(json!({})),
        ),
        (
            json!({"type": "ExternalName", "externalName": "a.example", "clusterIP": "10.0.0.1"}),
            "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
            json!({"type": "ExternalName", "externalName": "a.example.", "ports": [{"port": 1, "nodePort": 30000}]}),
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

#[test]
fn names_and_annotations() {
    let ranges = |kind: &str, ranges: &str| {
        let key = "service.beta.kubernetes.io/load-balancer-source-ranges";
        json!({"metadata": {"annotations": {key: ranges}}, "spec": {"type": kind}})
    };
    let named = |name: &str| json!({"metadata": {"name": name}});
    let at = "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: ";
    let said = |why: &str| -> &'static str { Box::leak(format!("{at}{why}").into_boxed_str()) };
    services().creations(&[
        (
            named("a.b"),
            "metadata.name: Invalid value: \"a.b\": a lowercase RFC 1123 label must consist of",
            named("1-a"),
        ),
        (
            ranges("ClusterIP", ""),
            said("Forbidden: may only be used when `type` is 'LoadBalancer'"),
            ranges("LoadBalancer", " "),
        ),
        (
            ranges("LoadBalancer", "10.0.0.0/8, x"),
            said("Invalid value: \"x\": must be a valid CIDR value"),
            ranges("LoadBalancer", " 10.0.0.0/8 , fd00::/8 "),
        ),
    ]);
}

#[test]
fn where_balancers_lead() {
    let points = |points: Value| json!({"spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": points}}});
    let point = |point: Value| points(json!([point]));
    let elsewhere = json!({"status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}});
    services().updates(
        Part::Status,
        &[(
            elsewhere,
            "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
            json!({"status": {"loadBalancer": {}}}),
        )],
    );
    let of = |more: &str| -> &'static str {
        Box::leak(format!("status.loadBalancer.ingress[0].{more}").into_boxed_str())
    };
    let old = json!({"spec": {"type": "LoadBalancer"}});
    services().updates_of(
        Part::Status,
        &old,
        &[
            (
                point(json!({"ip": "x"})),
                of("ip: Invalid value: \"x\": must be a valid IP address"),
                point(json!({"ip": "10.0.0.1"})),
            ),
            (
                point(json!({"ip": "10.0.0.1", "ipMode": "Odd"})),
                of("ipMode: Unsupported value: \"Odd\": supported values: \"Proxy\", \"VIP\""),
                point(json!({"ip": "10.0.0.1", "ipMode": "Proxy"})),
            ),
            (
                point(json!({"hostname": "a", "ipMode": "VIP"})),
                of("ipMode: Forbidden: may not be specified when `ip` is not set"),
                point(json!({"hostname": "a"})),
            ),
            (point(json!({"hostname": "A"})), of("hostname: Invalid value: \"A\""), points(json!([]))),
            (
                point(json!({"hostname": "10.0.0.1"})),
                of("hostname: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address"),
                points(Value::Null),
            ),
        ],
    );
}

#[test]
fn remarks() {
    let warned = |spec: Value| services().warned(&json!({"spec": spec}));
    assert!(warned(json!({})).is_empty());
    assert_eq!(
        services().warned(
            &json!({"metadata": {"annotations": {"service.kubernetes.io/topology-aware-hints": "auto"}}})
        ),
        [
            "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead"
        ]
    );
    let headless = json!({"clusterIP": "None", "loadBalancerIP": "10.0.0.1", "externalIPs": ["203.0.113.5"], "sessionAffinity": "ClientIP"});
    assert_eq!(
        warned(headless),
        [
            "spec.loadBalancerIP is ignored for headless services",
            "spec.externalIPs is ignored for headless services",
            "spec.SessionAffinity is ignored for headless services",
        ]
    );
    assert_eq!(
        warned(json!({"externalIPs": ["2001:DB8::1"], "externalName": "a"})),
        [
            "spec.externalIPs[0]: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")",
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
            "spec.externalName is ignored when spec.type is not \"ExternalName\"",
        ]
    );
    assert_eq!(
        warned(json!({"type": "ExternalName", "externalName": "a.b", "externalIPs": ["203.0.113.5"]})),
        ["spec.externalIPs is ignored when spec.type is \"ExternalName\""]
    );
    assert_eq!(
        warned(json!({"trafficDistribution": "PreferClose"})),
        ["spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""]
    );
}
