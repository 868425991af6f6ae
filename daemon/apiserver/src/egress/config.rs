//! `--egress-selector-config-file`: an EgressSelectorConfiguration of `apiserver.k8s.io`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Configuration {
    kind: String,
    /// The ways, each for a kind of destination.
    pub egress_selections: Vec<Selection>,
}

/// The way to one kind of destination.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Selection {
    /// `controlplane`, `etcd` or `cluster`, in letters of any case.
    pub name: String,
    /// The way.
    pub connection: Connection,
}

/// How the proxy is spoken to, and where it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Connection {
    /// `Direct`, `HTTPConnect` or `GRPC`.
    pub proxy_protocol: String,
    transport: Option<Transport>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Transport {
    tcp: Option<Tcp>,
    uds: Option<Uds>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Tcp {
    url: String,
    tls_config: Option<Tls>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Uds {
    uds_name: PathBuf,
}

/// What TLS to the proxy needs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Tls {
    /// The CAs of the proxy's certificate; the system's where there is none.
    pub ca_bundle: PathBuf,
    /// This server's certificate,
    pub client_cert: PathBuf,
    /// and its key.
    pub client_key: PathBuf,
}

/// Where a proxy is.
#[derive(Clone, Debug)]
pub enum Place {
    /// At a URL, with TLS or without.
    Tcp(url::Url, Option<Tls>),
    /// At a socket.
    Unix(PathBuf),
}

/// A way that the file asks for.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// No proxy.
    Direct,
    /// A proxy that speaks HTTP's CONNECT.
    Connect(Place),
    /// A proxy that speaks konnectivity's gRPC.
    Grpc(PathBuf),
}

/// The names of destinations.
const NAMES: [&str; 3] = ["cluster", "controlplane", "etcd"];

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let configuration: Self = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
        if configuration.kind != "EgressSelectorConfiguration" {
            return Err(format!("invalid service configuration object {:?}", configuration.kind));
        }
        Ok(configuration)
    }

    /// The ways by their destinations' names; what is wrong, as upstream says it.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn ways(&self) -> Result<Vec<(&'static str, Wanted)>, Vec<String>> {
        let (mut ways, mut wrong) = (Vec::new(), Vec::new());
        for (index, selection) in self.egress_selections.iter().enumerate() {
            let name = selection.name.to_lowercase();
            let known = NAMES.into_iter().find(|known| *known == name);
            match (known, selection.connection.way()) {
                (None, _) => wrong.push(format!(
                    "service.connection: Unsupported value: {name:?}: supported values: \"cluster\", \"controlplane\", \"etcd\""
                )),
                (Some(name), _) if ways.iter().any(|(known, _)| *known == name) => {
                    wrong.push(format!("service.connection[{index}]: Duplicate value: {name:?}"));
                }
                (Some(name), Ok(way)) => ways.push((name, way)),
                (Some(name), Err(why)) => {
                    wrong.push(why);
                    ways.push((name, Wanted::Direct));
                }
            }
        }
        if wrong.is_empty() { Ok(ways) } else { Err(wrong) }
    }
}

impl Connection {
    fn way(&self) -> Result<Wanted, String> {
        let required = |field: &str, why: &str| format!("service.connection.{field}: Required value: {why}");
        match self.proxy_protocol.as_str() {
            "Direct" if self.transport.is_some() => {
                Err("service.connection.transport: Invalid value: \"direct\": Transport config should be absent for direct connect".into())
            }
            "Direct" => Ok(Wanted::Direct),
            protocol @ ("HTTPConnect" | "GRPC") => {
                let Some(transport) = &self.transport else {
                    return Err(required("transport", &format!("transport must be set for {protocol}")));
                };
                match (&transport.tcp, &transport.uds) {
                    (_, None) if protocol == "GRPC" => Err(required("uds", "UDS must be set with GRPC")),
                    (_, Some(uds)) if protocol == "GRPC" => uds.path().map(Wanted::Grpc),
                    (Some(tcp), Some(_)) => Err(format!(
                        "service.connection.tcp: Invalid value: {:?}: TCP and UDS cannot both be set",
                        tcp.url
                    )),
                    (None, None) => Err(required("tcp", "One of TCP or UDS must be set")),
                    (Some(tcp), None) => tcp.place().map(Wanted::Connect),
                    (None, Some(uds)) => Ok(Wanted::Connect(Place::Unix(uds.path()?))),
                }
            }
            other => Err(format!(
                "service.connection.protocol: Unsupported value: {other:?}: supported values: \"Direct\", \"HTTPConnect\", \"GRPC\""
            )),
        }
    }
}

impl Uds {
    fn path(&self) -> Result<PathBuf, String> {
        if self.uds_name.as_os_str().is_empty() {
            return Err("service.connection.udsName: Invalid value: \"nil\": UDSName should be present for UDS connections".into());
        }
        Ok(self.uds_name.clone())
    }
}

impl Tcp {
    fn place(&self) -> Result<Place, String> {
        let invalid = |why: &str| format!("service.connection.url: Invalid value: {:?}: {why}", self.url);
        let url = url::Url::parse(&self.url).ok().filter(|url| url.has_host());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| invalid("supported connection protocols are http:// and https://"))?;
        match (url.scheme(), &self.tls_config) {
            ("http", None) => Ok(Place::Tcp(url, None)),
            ("http", Some(_)) => Err("service.connection.tlsConfig: Invalid value: \"nil\": TLSConfig config should not be present when using HTTP".into()),
            (_, None) => Err("service.connection.tlsConfig: Required value: TLSConfig must be present when using HTTPS".into()),
            (_, Some(tls)) => {
                tls.check()?;
                Ok(Place::Tcp(url, Some(tls.clone())))
            }
        }
    }
}

impl Tls {
    fn check(&self) -> Result<(), String> {
        let at = |field: &str, path: &Path, why: &str| {
            let value = if path.as_os_str().is_empty() { "nil".into() } else { path.display().to_string() };
            Err(format!("service.connection.tlsConfig.{field}: Invalid value: {value:?}: {why}"))
        };
        let is_given = |path: &Path| !path.as_os_str().is_empty();
        if is_given(&self.ca_bundle) && !self.ca_bundle.exists() {
            return at("caBundle", &self.ca_bundle, "TLS config ca bundle does not exist");
        }
        for (field, path, what) in
            [("clientCert", &self.client_cert, "client cert"), ("clientKey", &self.client_key, "client key")]
        {
            if !is_given(path) {
                return at(field, path, &format!("Using TLS requires {field}"));
            }
            if !path.exists() {
                return at(field, path, &format!("TLS {what} does not exist"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(selections: &str) -> Result<Vec<(&'static str, Wanted)>, Vec<String>> {
        let text = format!(
            "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections: {selections}"
        );
        Configuration::read(text.as_bytes()).expect("readable").ways()
    }

    #[test]
    fn ways_of_all_kinds() {
        let found = ways(
            r#"[{name: Cluster, connection: {proxyProtocol: GRPC, transport: {uds: {udsName: /run/k.sock}}}},
                {name: controlplane, connection: {proxyProtocol: Direct}},
                {name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {tcp: {url: "http://127.0.0.1:8131"}}}}]"#,
        );
        let found = found.expect("well formed");
        assert!(matches!(&found[0], ("cluster", Wanted::Grpc(path)) if path == Path::new("/run/k.sock")));
        assert!(matches!(&found[1], ("controlplane", Wanted::Direct)));
        assert!(
            matches!(&found[2], ("etcd", Wanted::Connect(Place::Tcp(url, None))) if url.port() == Some(8131))
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (selection, why) in [
            ("{name: x, connection: {proxyProtocol: Direct}}", "Unsupported value: \"x\""),
            ("{name: master, connection: {proxyProtocol: Direct}}", "Unsupported value: \"master\""),
            ("{name: etcd, connection: {proxyProtocol: direct}}", "protocol: Unsupported value: \"direct\""),
            ("{name: etcd, connection: {proxyProtocol: Direct, transport: {}}}", "should be absent"),
            ("{name: etcd, connection: {proxyProtocol: GRPC}}", "transport must be set for GRPC"),
            (
                "{name: etcd, connection: {proxyProtocol: GRPC, transport: {tcp: {url: 'http://a'}}}}",
                "UDS must be set",
            ),
            (
                "{name: etcd, connection: {proxyProtocol: GRPC, transport: {uds: {}}}}",
                "UDSName should be present",
            ),
            ("{name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {}}}", "One of TCP or UDS"),
            (
                "{name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {uds: {udsName: /x}, tcp: {url: 'http://a'}}}}",
                "cannot both be set",
            ),
            (
                "{name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {tcp: {url: 'ftp://a'}}}}",
                "supported connection",
            ),
            (
                "{name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {tcp: {url: 'https://a'}}}}",
                "TLSConfig must be present",
            ),
            (
                "{name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {tcp: {url: 'http://a', tlsConfig: {}}}}}",
                "should not be present",
            ),
            (
                "{name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {tcp: {url: 'https://a', tlsConfig: {}}}}}",
                "Using TLS requires clientCert",
            ),
            (
                "{name: etcd, connection: {proxyProtocol: HTTPConnect, transport: {tcp: {url: 'https://a', tlsConfig: {caBundle: /nonexistent/ca}}}}}",
                "ca bundle does not exist",
            ),
        ] {
            let wrong = ways(&format!("[{selection}]")).expect_err(selection);
            assert!(wrong.len() == 1 && wrong[0].contains(why), "{selection}: {wrong:?}");
        }
        let twice = "{name: etcd, connection: {proxyProtocol: Direct}}";
        let wrong = ways(&format!("[{twice}, {twice}]")).expect_err("twice");
        assert_eq!(wrong, ["service.connection[1]: Duplicate value: \"etcd\""]);
        assert!(Configuration::read(b"kind: Other").is_err());
        assert!(Configuration::read(b"[").is_err());
    }
}
