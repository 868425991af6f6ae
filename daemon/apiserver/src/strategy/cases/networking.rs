//! Ingresses and their classes, network policies, endpoints, addresses, events.

use serde_json::{Value, json};

use super::{Part, Table};

fn spec(spec: Value) -> Value {
    json!({"spec": spec})
}

#[test]
fn ingresses() {
    let backend = json!({"service": {"name": "s", "port": {"number": 80}}});
    let table = Table::new("networking.k8s.io", "v1", "ingresses", spec(json!({"defaultBackend": backend})));
    let main = |backend: Value| spec(json!({"defaultBackend": backend}));
    let rule = |rule: Value| spec(json!({"rules": [rule]}));
    let path = |path: &str, kind: &str| {
        rule(
            json!({"host": "a.b", "http": {"paths": [{"path": path, "pathType": kind, "backend": backend}]}}),
        )
    };
    table.creations(&[
        (main(Value::Null), "spec: Invalid value: []: either `defaultBackend` or `rules` must be specified", rule(json!({"host": "a.b"}))),
        (main(json!({"service": null})), "spec.defaultBackend: Invalid value: \"\": resource or service backend is required", main(json!({"service": null, "resource": {"kind": "Bucket", "name": "b"}}))),
        (main(json!({"resource": {"kind": "Bucket", "name": "b"}})), "spec.defaultBackend: Invalid value: \"\": cannot set both resource and service backends", json!({})),
        (main(json!({"service": null, "resource": {"kind": "", "name": "b"}})), "spec.defaultBackend.resource.kind: Required value: kind is required", json!({})),
        (main(json!({"service": null, "resource": {"kind": "K", "name": ""}})), "spec.defaultBackend.resource.name: Required value: name is required", json!({})),
        (main(json!({"service": null, "resource": {"apiGroup": "no group", "kind": "K", "name": "b"}})), "spec.defaultBackend.resource.apiGroup: Invalid value: \"no group\"", json!({})),
        (main(json!({"service": {"name": ""}})), "spec.defaultBackend.service.name: Required value", json!({})),
        (main(json!({"service": {"name": "s.a"}})), "spec.defaultBackend.service.name: Invalid value: \"s.a\": a lowercase RFC 1123 label must consist of", main(json!({"service": {"name": "1s"}}))),
        (main(json!({"service": {"port": {"number": null}}})), "spec.defaultBackend: Required value: port name or number is required", main(json!({"service": {"port": {"number": null, "name": "http"}}}))),
        (main(json!({"service": {"port": {"name": "http"}}})), "spec.defaultBackend: Invalid value: \"\": cannot set both port name & port number", json!({})),
        (main(json!({"service": {"port": {"number": 65536}}})), "spec.defaultBackend.service.port.number: Invalid value: 65536", main(json!({"service": {"port": {"number": 65535}}}))),
        (main(json!({"service": {"port": {"number": null, "name": "no port"}}})), "spec.defaultBackend.service.port.name: Invalid value: \"no port\"", json!({})),
        (rule(json!({"host": "1.2.3.4"})), "spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address", rule(json!({"host": "*.a.b"}))),
        (rule(json!({"host": "a.*"})), "spec.rules[0].host: Invalid value: \"a.*\": a wildcard DNS-1123 subdomain must start with '*.'", json!({})),
        (rule(json!({"host": "A"})), "spec.rules[0].host: Invalid value: \"A\"", json!({})),
        (rule(json!({"http": {"paths": []}})), "spec.rules[0].http.paths: Required value", path("/", "Prefix")),
        (path("a", "Exact"), "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path", path("/a", "Exact")),
        (path("/a//b", "Exact"), "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b\": must not contain '//'", path("/a/b", "Exact")),
        (path("/a//b/../c", "Prefix"), "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/../c\": must not contain '/../'", json!({})),
        (path("/a/../b", "Prefix"), "spec.rules[0].http.paths[0].path: Invalid value: \"/a/../b\": must not contain '/../'", json!({})),
        (path("/a%2fb", "Prefix"), "spec.rules[0].http.paths[0].path: Invalid value: \"/a%2fb\": must not contain '%2f'", json!({})),
        (path("/a/..", "Prefix"), "spec.rules[0].http.paths[0].path: Invalid value: \"/a/..\": cannot end with '/..'", json!({})),
        (path("/a/.", "Prefix"), "spec.rules[0].http.paths[0].path: Invalid value: \"/a/.\": cannot end with '/.'", json!({})),
        (path("a", "ImplementationSpecific"), "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path", path("", "ImplementationSpecific")),
        (path("/", ""), "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified", json!({})),
        (path("/", "Regex"), "spec.rules[0].http.paths[0].pathType: Unsupported value: \"Regex\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\"", json!({})),
        (spec(json!({"ingressClassName": "No Class"})), "spec.ingressClassName: Invalid value: \"No Class\"", spec(json!({"ingressClassName": "nginx"}))),
        (
            json!({"metadata": {"annotations": {"kubernetes.io/ingress.class": "a"}}, "spec": {"ingressClassName": "b"}}),
            "annotations.kubernetes.io/ingress.class: Invalid value: \"a\": must match `ingressClassName` when both are specified",
            json!({"metadata": {"annotations": {"kubernetes.io/ingress.class": "a"}}, "spec": {"ingressClassName": "a"}}),
        ),
        (spec(json!({"tls": [{"hosts": ["A"]}]})), "spec.tls[0].hosts[0]: Invalid value: \"A\"", spec(json!({"tls": [{"hosts": ["*.a.b"], "secretName": "s"}]}))),
        (spec(json!({"tls": [{"secretName": "No Secret"}]})), "spec.tls[0].secretName: Invalid value: \"No Secret\"", json!({})),
        (spec(json!({"tls": [{"hosts": [""]}]})), "spec.tls[0].hosts[0]: Invalid value: \"\"", json!({})),
    ]);
    let secret = |name: &str| spec(json!({"tls": [{"secretName": name}]}));
    table.updates(
        Part::Main,
        &[(secret("No Secret"), "spec.tls[0].secretName: Invalid value: \"No Secret\"", secret("s"))],
    );
    let point = |point: Value| json!({"status": {"loadBalancer": {"ingress": [point]}}});
    table.updates(Part::Status, &[
        (point(json!({"ip": "a"})), "status.loadBalancer.ingress[0].ip: Invalid value: \"a\": must be a valid IP address", point(json!({"ip": "10.0.0.1"}))),
        (point(json!({"hostname": "A"})), "status.loadBalancer.ingress[0].hostname: Invalid value: \"A\"", point(json!({"hostname": "a.b"}))),
        (point(json!({"hostname": "10.0.0.1"})), "status.loadBalancer.ingress[0].hostname: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address", json!({})),
    ]);
    let old = json!({"metadata": {"annotations": {"kubernetes.io/ingress.class": "a"}}});
    assert_eq!(
        table.warned(&old),
        [
            "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"
        ]
    );
}

#[test]
fn ingress_classes() {
    let table = Table::new("networking.k8s.io", "v1", "ingressclasses", spec(json!({"controller": "a.b/c"})));
    let parameters = |more: Value| {
        let mut whole = json!({"kind": "K", "name": "n"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        spec(json!({"parameters": whole}))
    };
    table.creations(&[
        (spec(json!({"controller": ""})), "spec.controller: Required value", spec(json!({"controller": "a.b/c/d"}))),
        (spec(json!({"controller": "plain"})), "spec.controller: Invalid value: \"plain\": must be a domain-prefixed path (such as \"acme.io/foo\")", json!({})),
        (spec(json!({"controller": "A/b"})), "spec.controller: Invalid value: \"A\"", json!({})),
        (spec(json!({"controller": "a.b/c d"})), "spec.controller: Invalid value: \"c d\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')", spec(json!({"controller": "a.b/c%20d"}))),
        (spec(json!({"controller": format!("a.b/{}", "c".repeat(250))})), "spec.controller: Too long: may not be more than 250 bytes", json!({})),
        (parameters(json!({"kind": ""})), "spec.parameters.kind: Required value: kind is required", parameters(json!({}))),
        (parameters(json!({"name": ""})), "spec.parameters.name: Required value: name is required", json!({})),
        (parameters(json!({"apiGroup": "no group"})), "spec.parameters.apiGroup: Invalid value: \"no group\"", parameters(json!({"apiGroup": "a.b"}))),
        (parameters(json!({"scope": "Planet"})), "spec.parameters.scope: Unsupported value: \"Planet\": supported values: \"Cluster\", \"Namespace\"", json!({})),
        (parameters(json!({"scope": ""})), "spec.parameters.scope: Unsupported value: \"\"", parameters(json!({"scope": null}))),
        (parameters(json!({"scope": "Namespace"})), "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'", parameters(json!({"scope": "Namespace", "namespace": "n"}))),
        (parameters(json!({"namespace": "n"})), "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'", json!({})),
        (parameters(json!({"scope": "Namespace", "namespace": "No"})), "spec.parameters.namespace: Invalid value: \"No\"", json!({})),
    ]);
    table.updates(
        Part::Main,
        &[(
            spec(json!({"controller": "a.b/d"})),
            "spec.controller: Invalid value: \"a.b/d\": field is immutable",
            parameters(json!({})),
        )],
    );
}

#[test]
fn network_policies() {
    let table = Table::new("networking.k8s.io", "v1", "networkpolicies", spec(json!({"podSelector": {}})));
    for (way, peers) in [("ingress", "from"), ("egress", "to")] {
        let said =
            |rest: &str| -> &'static str { Box::leak(format!("spec.{way}[0].{rest}").into_boxed_str()) };
        let port = |port: Value| spec(json!({way: [{"ports": [port]}]}));
        let peer = |peer: Value| spec(json!({way: [{peers: [peer]}]}));
        let at = |rest: &str| said(&format!("{peers}[0]{rest}"));
        table.creations(&[
            (port(json!({"port": 0})), said("ports[0].port: Invalid value: 0"), port(json!({"port": 53}))),
            (port(json!({"port": "no port"})), said("ports[0].port: Invalid value: \"no port\""), port(json!({"port": "dns"}))),
            (port(json!({"protocol": "ICMP"})), said("ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"TCP\", \"UDP\", \"SCTP\""), port(json!({"protocol": "UDP"}))),
            (port(json!({"port": 80, "endPort": 79})), said("ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`"), port(json!({"port": 80, "endPort": 80}))),
            (port(json!({"port": 80, "endPort": 65536})), said("ports[0].endPort: Invalid value: 65536: must be between 1 and 65535, inclusive"), json!({})),
            (port(json!({"port": "dns", "endPort": 79})), said("ports[0].endPort: Invalid value: 79: may not be specified when `port` is non-numeric"), json!({})),
            (port(json!({"endPort": 79})), said("ports[0].endPort: Invalid value: 79: may not be specified when `port` is not specified"), json!({})),
            (peer(json!({})), at(": Required value: must specify a peer"), peer(json!({"podSelector": {}, "namespaceSelector": {}}))),
            (peer(json!({"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}})), at(": Forbidden: may not specify both ipBlock and another peer"), peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}))),
            (peer(json!({"ipBlock": {"cidr": ""}})), at(".ipBlock.cidr: Required value"), json!({})),
            (peer(json!({"ipBlock": {"cidr": "10.0.0.0"}})), at(".ipBlock.cidr: Invalid value: \"10.0.0.0\": must be a valid CIDR value"), json!({})),
            (peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["x"]}})), at(".ipBlock.except[0]: Invalid value: \"x\": must be a valid CIDR value"), json!({})),
            (peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}})), at(".ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`"), json!({})),
            (peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}})), at(".ipBlock.except[0]: Invalid value: \"10.0.0.0/8\": must be a strict subset of `cidr`"), json!({})),
            (peer(json!({"ipBlock": {"cidr": "10.0.0.1/8"}})), at(".ipBlock.cidr: Invalid value: \"10.0.0.1/8\": must not have bits set beyond the prefix length"), json!({})),
            (peer(json!({"ipBlock": {"cidr": "10.0.00.0/8"}})), at(".ipBlock.cidr: Invalid value: \"10.0.00.0/8\": must not have leading 0s in IP or prefix length"), json!({})),
            (peer(json!({"podSelector": {"matchLabels": {"a b": "c"}}})), at(".podSelector.matchLabels: Invalid value: \"a b\""), json!({})),
            (peer(json!({"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}})), at(".namespaceSelector.matchExpressions[0].values: Required value"), json!({})),
        ]);
    }
    table.creations(&[
        (spec(json!({"podSelector": {"matchLabels": {"a b": "c"}}})), "spec.podSelector.matchLabels: Invalid value: \"a b\"", spec(json!({"podSelector": {"matchLabels": {"a": "c"}}}))),
        (spec(json!({"policyTypes": ["Sideways"]})), "spec.policyTypes[0]: Unsupported value: \"Sideways\": supported values: \"Ingress\", \"Egress\"", spec(json!({"policyTypes": ["Egress", "Ingress"]}))),
        (spec(json!({"policyTypes": ["Egress", "Ingress", "Egress"]})), "spec.policyTypes: Invalid value: [\"Egress\",\"Ingress\",\"Egress\"]: may not specify more than two policyTypes", json!({})),
    ]);
    let odd = spec(json!({"egress": [{"to": [{"ipBlock": {"cidr": "2001:0db8::/32"}}]}]}));
    assert_eq!(
        table.warned(&odd),
        [
            "spec.egress[0].to[0].ipBlock.cidr: IPv6 CIDR value \"2001:0db8::/32\" should be in RFC 5952 canonical format (\"2001:db8::/32\")"
        ]
    );
}

#[test]
fn endpoint_slices() {
    let table = Table::new(
        "discovery.k8s.io",
        "v1",
        "endpointslices",
        json!({"addressType": "IPv4", "endpoints": [], "ports": []}),
    );
    let addresses = |addresses: Value| json!({"endpoints": [{"addresses": addresses}]});
    let endpoint = |more: Value| {
        let mut whole = json!({"addresses": ["10.0.0.1"]});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        json!({"endpoints": [whole]})
    };
    let ports = |ports: Value| json!({"ports": ports});
    let zones = |count: usize| -> Value { (0..count).map(|n| json!({"name": format!("z{n}")})).collect() };
    table.creations(&[
        (json!({"addressType": ""}), "addressType: Required value", json!({"addressType": "FQDN"})),
        (json!({"addressType": "IPv5"}), "addressType: Unsupported value: \"IPv5\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"", json!({"addressType": "IPv6"})),
        (json!({"endpoints": (0..1001).map(|_| json!({"addresses": ["10.0.0.1"]})).collect::<Vec<_>>()}), "endpoints: Too many: 1001: must have at most 1000 items", json!({"endpoints": (0..1000).map(|_| json!({"addresses": ["10.0.0.1"]})).collect::<Vec<_>>()})),
        (addresses(json!([])), "endpoints[0].addresses: Required value: must contain at least 1 address", addresses(json!(["10.0.0.1"]))),
        (addresses((0..101).map(|n| json!(format!("10.0.0.{n}"))).collect()), "endpoints[0].addresses: Too many: 101: must have at most 100 items", json!({})),
        (addresses(json!(["::1"])), "endpoints[0].addresses[0]: Invalid value: \"::1\": must be an IPv4 address", json!({"addressType": "IPv6", "endpoints": [{"addresses": ["2001:db8::1"]}]})),
        (json!({"addressType": "IPv6", "endpoints": [{"addresses": ["10.0.0.1"]}]}), "endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be an IPv6 address", json!({})),
        (json!({"addressType": "FQDN", "endpoints": [{"addresses": ["No Name"]}]}), "endpoints[0].addresses[0]: Invalid value: \"No Name\"", json!({"addressType": "FQDN", "endpoints": [{"addresses": ["a.example"]}]})),
        (addresses(json!(["127.0.0.1"])), "endpoints[0].addresses[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range", json!({})),
        (addresses(json!(["0.0.0.0"])), "endpoints[0].addresses[0]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)", json!({})),
        (addresses(json!(["169.254.1.1"])), "endpoints[0].addresses[0]: Invalid value: \"169.254.1.1\": may not be in the link-local range", json!({})),
        (addresses(json!(["224.0.0.1"])), "endpoints[0].addresses[0]: Invalid value: \"224.0.0.1\": may not be in the link-local multicast range", json!({})),
        (endpoint(json!({"hostname": "No_Name"})), "endpoints[0].hostname: Invalid value: \"No_Name\"", endpoint(json!({"hostname": "h"}))),
        (endpoint(json!({"nodeName": "No_Name"})), "endpoints[0].nodeName: Invalid value: \"No_Name\"", endpoint(json!({"nodeName": "n.a"}))),
        (endpoint(json!({"hints": {"forZones": zones(9)}})), "endpoints[0].hints.forZones: Too many: 9: must have at most 8 items", endpoint(json!({"hints": {"forZones": zones(8)}}))),
        (json!({"addressType": "FQDN", "endpoints": [{"addresses": ["local"]}]}), "endpoints[0].addresses[0]: Invalid value: \"local\": should be a domain with at least two segments separated by dots", json!({"addressType": "FQDN", "endpoints": [{"addresses": ["a.example."]}]})),
        (addresses(json!(["10.0.0.01"])), "endpoints[0].addresses[0]: Invalid value: \"10.0.0.01\": must not have leading 0s", json!({})),
        (endpoint(json!({"hints": {"forNodes": zones(9)}})), "endpoints[0].hints.forNodes: Too many: 9: must have at most 8 items", endpoint(json!({"hints": {"forNodes": zones(8)}}))),
        (endpoint(json!({"hints": {"forNodes": [{"name": "No"}]}})), "endpoints[0].hints.forNodes[0].name: Invalid value: \"No\"", endpoint(json!({"hints": {"forZones": [{"name": ""}]}}))),
        (endpoint(json!({"hints": {"forZones": [{"name": "no zone"}]}})), "endpoints[0].hints.forZones[0].name: Invalid value: \"no zone\"", json!({})),
        (endpoint(json!({"hints": {"forZones": [{"name": "a"}, {"name": "a"}]}})), "endpoints[0].hints.forZones[1].name: Duplicate value: \"a\"", json!({})),
        (ports(json!([{"port": 1}, {"port": 2}])), "ports[1].name: Duplicate value: \"\"", ports(json!([{"port": 1}, {"port": 2, "name": "b"}]))),
        (ports(json!([{"name": "No_Name"}])), "ports[0].name: Invalid value: \"No_Name\"", json!({})),
        (ports(json!([{"protocol": "ICMP"}])), "ports[0].protocol: Unsupported value: \"ICMP\"", ports(json!([{"protocol": "SCTP"}]))),
        (ports(json!([{"appProtocol": "a b"}])), "ports[0].appProtocol: Invalid value: \"a b\"", ports(json!([{"appProtocol": "kubernetes.io/h2c"}]))),
    ]);
    table.updates(
        Part::Main,
        &[(
            json!({"addressType": "IPv6"}),
            "addressType: Invalid value: \"IPv6\": field is immutable",
            ports(json!([{"port": 1}])),
        )],
    );
    assert_eq!(table.warned(&json!({"addressType": "FQDN"})), ["addressType: FQDN endpoints are deprecated"]);
    let placed = table.stored(&endpoint(json!({"deprecatedTopology": {"a": "b"}})));
    assert_eq!(placed["endpoints"], json!([{"addresses": ["10.0.0.1"], "conditions": {}}]));
}

#[test]
fn endpoints() {
    let table = Table::new("", "v1", "endpoints", json!({}));
    let set = |more: Value| {
        let mut whole = json!({"addresses": [{"ip": "10.0.0.1"}]});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        json!({"subsets": [whole]})
    };
    table.creations(&[
        (json!({"subsets": [{}]}), "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`", set(json!({}))),
        (set(json!({"addresses": [{"ip": "x"}]})), "subsets[0].addresses[0].ip: Invalid value: \"x\": must be a valid IP address", set(json!({"addresses": [{"ip": "2001:db8::1"}]}))),
        (set(json!({"notReadyAddresses": [{"ip": "127.0.0.1"}]})), "subsets[0].notReadyAddresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range", set(json!({"notReadyAddresses": [{"ip": "10.0.0.2"}]}))),
        (set(json!({"addresses": [{"ip": "10.0.0.1", "hostname": "No_Name"}]})), "subsets[0].addresses[0].hostname: Invalid value: \"No_Name\"", set(json!({"addresses": [{"ip": "10.0.0.1", "hostname": "h"}]}))),
        (set(json!({"addresses": [{"ip": "10.0.0.1", "nodeName": "No_Name"}]})), "subsets[0].addresses[0].nodeName: Invalid value: \"No_Name\"", set(json!({"addresses": [{"ip": "10.0.0.1", "nodeName": "n"}]}))),
        (set(json!({"ports": [{"port": 1}, {"port": 2}]})), "subsets[0].ports[0].name: Required value", set(json!({"ports": [{"port": 1}]}))),
        (set(json!({"ports": [{"port": 1, "name": "No_Name"}]})), "subsets[0].ports[0].name: Invalid value: \"No_Name\"", set(json!({"ports": [{"port": 1, "name": "a"}]}))),
        (set(json!({"ports": [{"port": 0}]})), "subsets[0].ports[0].port: Invalid value: 0", set(json!({"ports": [{"port": 65535}]}))),
        (set(json!({"ports": [{"port": 1, "protocol": "ICMP"}]})), "subsets[0].ports[0].protocol: Unsupported value: \"ICMP\"", set(json!({"ports": [{"port": 1, "protocol": "UDP"}]}))),
        (set(json!({"ports": [{"port": 1, "appProtocol": "a b"}]})), "subsets[0].ports[0].appProtocol: Invalid value: \"a b\"", set(json!({"ports": [{"port": 1, "appProtocol": "http"}]}))),
        (set(json!({"addresses": [{"ip": "::"}]})), "subsets[0].addresses[0].ip: Invalid value: \"::\": may not be unspecified (::)", json!({})),
    ]);
    let odd = set(json!({"addresses": [{"ip": "2001:DB8::1"}]}));
    assert_eq!(
        table.warned(&odd),
        [
            "subsets[0].addresses[0].ip: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")"
        ]
    );
    let mut known = odd;
    known["metadata"] = json!({"labels": {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}});
    assert!(table.warned(&known).is_empty());
}

#[test]
fn addresses() {
    let parent = json!({"resource": "services", "namespace": "n", "name": "s"});
    let table = Table::new(
        "networking.k8s.io",
        "v1",
        "ipaddresses",
        json!({"metadata": {"name": "10.0.0.1"}, "spec": {"parentRef": parent}}),
    );
    let named = |name: &str| json!({"metadata": {"name": name}});
    let parent = |parent: Value| spec(json!({"parentRef": parent}));
    table.creations(&[
        (
            named("a"),
            "metadata.name: Invalid value: \"a\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            named("10.0.0.2"),
        ),
        (
            named("2001:DB8::1"),
            "metadata.name: Invalid value: \"2001:DB8::1\": must be in canonical form (\"2001:db8::1\")",
            named("2001:db8::1"),
        ),
        (parent(Value::Null), "spec.parentRef: Required value", json!({})),
        (parent(json!({"resource": ""})), "spec.parentRef.resource: Required value", json!({})),
        (
            parent(json!({"resource": "a/b"})),
            "spec.parentRef.resource: Invalid value: \"a/b\"",
            parent(json!({"resource": "gateways"})),
        ),
        (parent(json!({"name": ""})), "spec.parentRef.name: Required value", json!({})),
        (
            parent(json!({"group": "no group"})),
            "spec.parentRef.group: Invalid value: \"no group\"",
            parent(json!({"group": "a.b"})),
        ),
        (parent(json!({"namespace": "a/b"})), "spec.parentRef.namespace: Invalid value: \"a/b\"", json!({})),
    ]);
    table.updates(
        Part::Main,
        &[(
            parent(json!({"name": "t"})),
            "spec.parentRef: Invalid value: {\"name\":\"t\",",
            json!({"metadata": {"labels": {"a": "b"}}}),
        )],
    );
}

#[test]
fn ranges() {
    let table =
        Table::new("networking.k8s.io", "v1", "servicecidrs", spec(json!({"cidrs": ["10.0.0.0/16"]})));
    let cidrs = |cidrs: Value| spec(json!({"cidrs": cidrs}));
    table.creations(&[
        (cidrs(json!([])), "spec.cidrs: Required value: at least one CIDR required", cidrs(json!(["10.0.0.0/16", "fd00::/112"]))),
        (cidrs(json!(["10.0.0.0/16", "fd00::/112", "10.2.0.0/16"])), "spec.cidrs: Invalid value: {\"cidrs\":[\"10.0.0.0/16\",\"fd00::/112\",\"10.2.0.0/16\"]}: may only hold up to 2 values", json!({})),
        (cidrs(json!(["10.0.0.0/16", "10.1.0.0/16"])), "spec.cidrs: Invalid value: {\"cidrs\":[\"10.0.0.0/16\",\"10.1.0.0/16\"]}: may specify no more than one IP for each IP family", json!({})),
        (cidrs(json!(["fd00:0::/112"])), "spec.cidrs[0]: Invalid value: \"fd00:0::/112\": must be in canonical form (\"fd00::/112\")", json!({})),
        (cidrs(json!(["10.0.0.0"])), "spec.cidrs[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value", json!({})),
    ]);
    table.updates(
        Part::Main,
        &[(
            cidrs(json!(["10.1.0.0/16"])),
            "spec.cidrs[0]: Invalid value: \"10.1.0.0/16\": field is immutable",
            cidrs(json!(["10.0.0.0/16", "fd00::/112"])),
        )],
    );
}

#[test]
fn events() {
    let about = |about: Value| json!({"involvedObject": about});
    let table = Table::new(
        "",
        "v1",
        "events",
        about(json!({"apiVersion": "v1", "kind": "Pod", "namespace": "default", "name": "p"})),
    );
    let timed = |more: Value| {
        let mut whole = json!({"eventTime": "2026-01-01T00:00:00.000000Z", "reportingComponent": "a.io/c", "reportingInstance": "i", "action": "Act", "reason": "Why"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone());
        whole
    };
    table.creations(&[
        (about(json!({"namespace": "other"})), "involvedObject.namespace: Invalid value: \"other\": does not match event.namespace", json!({"metadata": {"namespace": "other"}, "involvedObject": {"namespace": "other"}})),
        (json!({"metadata": {"namespace": "other"}, "involvedObject": {"kind": "Node", "namespace": null}}), "involvedObject.namespace: Invalid value: \"\": does not match event.namespace", about(json!({"kind": "Node", "namespace": null}))),
        (timed(json!({"metadata": {"namespace": "other"}, "involvedObject": {"kind": "Node", "namespace": null}})), "involvedObject.namespace: Invalid value: \"\": does not match event.namespace", timed(json!({"metadata": {"namespace": "kube-system"}, "involvedObject": {"kind": "Node", "namespace": null}}))),
        (timed(json!({"reportingComponent": ""})), "reportingComponent: Required value", timed(json!({}))),
        (timed(json!({"reportingComponent": "no name"})), "reportingComponent: Invalid value: \"no name\"", json!({})),
        (timed(json!({"reportingInstance": ""})), "reportingInstance: Required value", json!({})),
        (timed(json!({"reportingInstance": "i".repeat(129)})), "reportingInstance: Invalid value: \"\": can have at most 128 characters", timed(json!({"reportingInstance": "i".repeat(128)}))),
        (timed(json!({"action": null})), "action: Required value", json!({})),
        (timed(json!({"action": "a".repeat(129)})), "action: Invalid value: \"\": can have at most 128 characters", json!({})),
        (timed(json!({"reason": ""})), "reason: Required value", json!({})),
        (timed(json!({"reason": "r".repeat(129)})), "reason: Invalid value: \"\": can have at most 128 characters", json!({})),
        (timed(json!({"message": "m".repeat(1025)})), "message: Invalid value: \"\": can have at most 1024 characters", timed(json!({"message": "m".repeat(1024)}))),
    ]);
    let table = table.asked_as("events.k8s.io", "v1", "events", timed(json!({"type": "Normal"})));
    let series = |count: i32, last: Value| json!({"series": {"count": count, "lastObservedTime": last}});
    let last = json!("2026-01-01T00:00:01.000000Z");
    table.creations(&[
        (json!({"eventTime": null}), "eventTime: Required value", json!({})),
        (json!({"reportingComponent": ""}), "reportingController: Required value", json!({})),
        (
            json!({"type": "Odd"}),
            "type: Invalid value: \"\": has invalid value: Odd",
            json!({"type": "Warning"}),
        ),
        (
            json!({"firstTimestamp": "2026-01-01T00:00:00Z"}),
            "firstTimestamp: Invalid value: \"\": needs to be unset",
            json!({}),
        ),
        (
            json!({"lastTimestamp": "2026-01-01T00:00:00Z"}),
            "lastTimestamp: Invalid value: \"\": needs to be unset",
            json!({}),
        ),
        (json!({"count": 1}), "count: Invalid value: \"\": needs to be unset", json!({"count": 0})),
        (
            json!({"source": {"component": "c"}}),
            "source: Invalid value: \"\": needs to be unset",
            json!({"source": {}}),
        ),
        (
            series(1, last.clone()),
            "series.count: Invalid value: \"\": should be at least 2",
            series(2, last.clone()),
        ),
        (series(2, Value::Null), "series.lastObservedTime: Required value", json!({})),
    ]);
    table.updates(
        Part::Main,
        &[
            (
                series(1, last.clone()),
                "series.count: Invalid value: \"\": should be at least 2",
                series(2, last),
            ),
            (
                json!({"reason": "Other"}),
                "reason: Invalid value: \"Other\": field is immutable",
                json!({"metadata": {"labels": {"a": "b"}}}),
            ),
            (
                json!({"message": "m"}),
                "message: Invalid value: \"m\": field is immutable",
                json!({"message": ""}),
            ),
            (json!({"type": "Warning"}), "type: Invalid value: \"Warning\": field is immutable", json!({})),
            (json!({"count": 3}), "count: Invalid value: 3: field is immutable", json!({})),
            (json!({"action": "Other"}), "action: Invalid value: \"Other\": field is immutable", json!({})),
            (json!({"related": {"kind": "Node", "name": "n"}}), "related: Invalid value: {", json!({})),
            (json!({"involvedObject": {"name": "q"}}), "involvedObject: Invalid value: {", json!({})),
            (
                json!({"source": {"host": "h"}}),
                "source: Invalid value: {\"host\":\"h\"}: field is immutable",
                json!({}),
            ),
            (
                json!({"reportingComponent": "b"}),
                "reportingController: Invalid value: \"b\": field is immutable",
                json!({}),
            ),
            (
                json!({"reportingInstance": "j"}),
                "reportingInstance: Invalid value: \"j\": field is immutable",
                json!({}),
            ),
            (
                json!({"eventTime": "2026-01-01T00:00:05.000000Z"}),
                "eventTime: Invalid value: \"2026-01-01T00:00:05.000000Z\": field is immutable",
                json!({}),
            ),
            (
                json!({"firstTimestamp": "2026-01-01T00:00:00Z"}),
                "firstTimestamp: Invalid value: \"2026-01-01T00:00:00Z\": field is immutable",
                json!({}),
            ),
            (
                json!({"lastTimestamp": "2026-01-01T00:00:00Z"}),
                "lastTimestamp: Invalid value: \"2026-01-01T00:00:00Z\": field is immutable",
                json!({}),
            ),
        ],
    );
}
