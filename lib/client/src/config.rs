//! Where the API server is and who we are: kubeconfig files and the in-cluster account.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::credentials::Plugins;
use crate::error::Error;

/// Everything needed to connect.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The server's URL, without a trailing slash.
    pub server: String,
    /// The CA bundle as PEM; the system's roots without it.
    pub ca: Option<Vec<u8>>,
    /// The client certificate and key.
    pub identity: Option<Identity>,
    /// A bearer token.
    pub token: Option<String>,
    /// A file with a bearer token, read again as time goes by; it counts more than `token`.
    pub token_file: Option<PathBuf>,
    /// Name and password for basic authentication (our server refuses it, proxies may want it).
    pub basic: Option<(String, String)>,
    /// Verify nothing of the server's certificate.
    pub insecure: bool,
    /// The name to verify the server's certificate against.
    pub tls_server_name: Option<String>,
    /// An HTTP proxy.
    pub proxy_url: Option<String>,
    /// The context's namespace.
    pub namespace: Option<String>,
    /// Act as this user.
    pub impersonate_user: Option<String>,
    /// Act as a member of these groups.
    pub impersonate_groups: Vec<String>,
    /// Act as the user with this UID.
    pub impersonate_uid: Option<String>,
    /// Act as the user with these extras.
    pub impersonate_extra: BTreeMap<String, Vec<String>>,
    /// The `User-Agent`.
    pub user_agent: Option<String>,
    /// A bound on each request that is not a watch or stream.
    pub timeout: Option<std::time::Duration>,
    /// Ask for compressed answers, unless the kubeconfig says not to: worth it for a person far
    /// from the server, not between daemons of one machine.
    pub compress: bool,
    /// The kubeconfig's `disable-compression`.
    pub disable_compression: bool,
    /// How often an idle TCP connection is probed.
    pub tcp_keepalive: Option<std::time::Duration>,
    /// The server is reached through a Service, whose rules may come after us.
    pub behind_service: bool,
}

/// A client certificate.
#[derive(Clone, Debug)]
pub enum Identity {
    /// PEM texts.
    Pem { certificate: Vec<u8>, key: Vec<u8> },
    /// PEM files, read again when they change (rotated certificates).
    Files { certificate: PathBuf, key: PathBuf },
}

/// A kubeconfig file (`v1 Config`).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Kubeconfig {
    #[serde(rename = "apiVersion", skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Value>,
    #[serde(deserialize_with = "crate::object::null_is_default")]
    pub clusters: Vec<NamedCluster>,
    #[serde(deserialize_with = "crate::object::null_is_default")]
    pub contexts: Vec<NamedContext>,
    pub current_context: String,
    #[serde(deserialize_with = "crate::object::null_is_default")]
    pub users: Vec<NamedUser>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Value>,
}

/// A cluster with its name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NamedCluster {
    pub name: String,
    #[serde(deserialize_with = "crate::object::null_is_default")]
    pub cluster: Cluster,
}

/// How to reach a server.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Cluster {
    pub server: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_server_name: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub insecure_skip_tls_verify: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_authority: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_authority_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub disable_compression: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Value>,
}

/// A context with its name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NamedContext {
    pub name: String,
    #[serde(deserialize_with = "crate::object::null_is_default")]
    pub context: Context,
}

/// A user at a cluster, and a default namespace.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Context {
    pub cluster: String,
    pub user: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Value>,
}

/// A user with its name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NamedUser {
    pub name: String,
    #[serde(deserialize_with = "crate::object::null_is_default")]
    pub user: User,
    /// The file that it comes from: renewed credentials are written there.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// Credentials.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct User {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(rename = "tokenFile", skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub impersonate: Option<String>,
    #[serde(rename = "as-uid", skip_serializing_if = "Option::is_none")]
    pub impersonate_uid: Option<String>,
    #[serde(rename = "as-groups", skip_serializing_if = "Vec::is_empty")]
    pub impersonate_groups: Vec<String>,
    #[serde(
        rename = "as-user-extra",
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "crate::object::null_is_default"
    )]
    pub impersonate_extra: BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    #[serde(rename = "auth-provider", skip_serializing_if = "Option::is_none")]
    pub auth_provider: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Value>,
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// Which parts of a kubeconfig the command line overrides.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub context: Option<String>,
    pub cluster: Option<String>,
    pub user: Option<String>,
    /// Which programs may be run for credentials.
    pub plugins: Plugins,
}

impl Kubeconfig {
    /// Reads one file; paths in it become absolute, relative to its folder.
    ///
    /// # Errors
    /// Names the file, and the line where YAML does.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::Config(format!("cannot read kubeconfig {}: {error}", path.display())))?;
        let mut config: Self = serde_yaml::from_str::<Option<Self>>(&text)
            .map_err(|error| Error::Config(format!("kubeconfig {} is malformed: {error}", path.display())))?
            .unwrap_or_default();
        let folder = path.parent().unwrap_or(Path::new(""));
        let absolute = |file: &mut Option<PathBuf>| {
            if let Some(file) =
                file.as_mut().filter(|file| file.is_relative() && !file.as_os_str().is_empty())
            {
                *file = folder.join(&*file);
            }
        };
        for cluster in &mut config.clusters {
            absolute(&mut cluster.cluster.certificate_authority);
        }
        for user in &mut config.users {
            absolute(&mut user.user.client_certificate);
            absolute(&mut user.user.client_key);
            absolute(&mut user.user.token_file);
            // A name alone is found along PATH.
            let command = user.user.exec.as_mut().and_then(|exec| exec.get_mut("command"));
            if let Some(Value::String(command)) = command
                && command.contains('/')
            {
                *command = folder.join(&*command).to_string_lossy().into_owned();
            }
            user.file = Some(path.to_path_buf());
        }
        Ok(config)
    }

    /// Adds what `other` has and this one lacks: in a `KUBECONFIG` list the first file to name a
    /// thing wins.
    pub fn merge(&mut self, other: Self) {
        for cluster in other.clusters {
            if !self.clusters.iter().any(|mine| mine.name == cluster.name) {
                self.clusters.push(cluster);
            }
        }
        for context in other.contexts {
            if !self.contexts.iter().any(|mine| mine.name == context.name) {
                self.contexts.push(context);
            }
        }
        for user in other.users {
            if !self.users.iter().any(|mine| mine.name == user.name) {
                self.users.push(user);
            }
        }
        if self.current_context.is_empty() {
            self.current_context = other.current_context;
        }
    }

    /// The connection that the current context (or the overriding one) describes.
    ///
    /// # Errors
    /// Says which context, cluster, user or file is missing.
    pub fn resolve(&self, overrides: &Overrides) -> Result<Config, Error> {
        let name = overrides.context.as_deref().unwrap_or(&self.current_context);
        let context = match self.contexts.iter().find(|context| context.name == name) {
            Some(found) => found.context.clone(),
            None if name.is_empty() => Context::default(),
            None => return Err(Error::Config(format!("context {name:?} does not exist"))),
        };
        let cluster_name = overrides.cluster.as_deref().unwrap_or(&context.cluster);
        let cluster = match self.clusters.iter().find(|cluster| cluster.name == cluster_name) {
            Some(found) => found.cluster.clone(),
            None if cluster_name.is_empty() => Cluster::default(),
            None => return Err(Error::Config(format!("cluster {cluster_name:?} does not exist"))),
        };
        let user_name = overrides.user.as_deref().unwrap_or(&context.user);
        let named = self.users.iter().find(|user| user.name == user_name);
        let user = match named {
            Some(found) => found.user.clone(),
            None if user_name.is_empty() => User::default(),
            None => return Err(Error::Config(format!("user {user_name:?} does not exist"))),
        };
        let decode = |data: &str, what: &str| {
            BASE64
                .decode(data.trim())
                .map_err(|error| Error::Config(format!("{what} is not base64: {error}")))
        };
        let ca = match (&cluster.certificate_authority_data, &cluster.certificate_authority) {
            (Some(data), _) => Some(decode(data, "certificate-authority-data")?),
            (None, Some(file)) => Some(std::fs::read(file).map_err(|error| {
                Error::Config(format!("cannot read certificate-authority {}: {error}", file.display()))
            })?),
            (None, None) => None,
        };
        let identity = match (
            &user.client_certificate_data,
            &user.client_key_data,
            &user.client_certificate,
            &user.client_key,
        ) {
            (Some(certificate), Some(key), _, _) => Some(Identity::Pem {
                certificate: decode(certificate, "client-certificate-data")?,
                key: decode(key, "client-key-data")?,
            }),
            (None, None, Some(certificate), Some(key)) => {
                Some(Identity::Files { certificate: certificate.clone(), key: key.clone() })
            }
            (None, None, None, None) => None,
            (certificate, key, certificate_file, key_file) => {
                let read = |data: &Option<String>, file: &Option<PathBuf>, what: &str| match (data, file) {
                    (Some(data), _) => decode(data, what),
                    (None, Some(file)) => std::fs::read(file).map_err(|error| {
                        Error::Config(format!("cannot read {what} {}: {error}", file.display()))
                    }),
                    (None, None) => Err(Error::Config(format!("user {user_name:?} has no {what}"))),
                };
                Some(Identity::Pem {
                    certificate: read(certificate, certificate_file, "client-certificate")?,
                    key: read(key, key_file, "client-key")?,
                })
            }
        };
        let has_token = user.token.as_ref().is_some_and(|token| !token.is_empty());
        // As client-go: nobody is asked for credentials that would go over the wire in the clear.
        let asks = !has_token && cluster.server.starts_with("https://");
        let exec = user.exec.clone().filter(|_| asks);
        let mut config = Config {
            disable_compression: cluster.disable_compression,
            compress: false,
            tcp_keepalive: None,
            server: cluster.server.trim_end_matches('/').to_string(),
            ca,
            identity,
            token: user.token.filter(|token| !token.is_empty()),
            token_file: user.token_file,
            basic: user.username.map(|name| (name, user.password.unwrap_or_default())),
            insecure: cluster.insecure_skip_tls_verify,
            tls_server_name: cluster.tls_server_name.clone(),
            proxy_url: cluster.proxy_url.clone(),
            namespace: context.namespace.filter(|namespace| !namespace.is_empty()),
            impersonate_user: user.impersonate,
            impersonate_groups: user.impersonate_groups,
            impersonate_uid: user.impersonate_uid,
            impersonate_extra: user.impersonate_extra,
            user_agent: None,
            timeout: None,
            behind_service: false,
        };
        let provider = user.auth_provider.filter(|_| asks);
        if exec.is_some() && provider.is_some() {
            return Err(Error::Config("execProvider and authProvider cannot be used in combination".into()));
        }
        if let (Some(provider), Some(named)) = (provider, named) {
            config.token = Some(crate::oidc::token(named, &provider)?);
        }
        if let Some(exec) = exec {
            crate::credentials::obtain(&exec, &cluster, &overrides.plugins, &mut config)?;
        }
        Ok(config)
    }
}

/// Where a pod finds its service account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

impl Config {
    /// The current context of one kubeconfig file.
    ///
    /// # Errors
    /// Fails when the file can't be read or names things that are not there.
    pub fn from_kubeconfig(path: &Path) -> Result<Self, Error> {
        let config = Kubeconfig::read(path)?.resolve(&Overrides::default())?;
        if config.server.is_empty() {
            return Err(Error::Config(format!("kubeconfig {} names no server", path.display())));
        }
        Ok(config)
    }

    /// Where `kctl` caches what this server serves, below `caches` (`~/.kube/cache`).
    pub fn discovery_cache(&self, caches: &Path) -> PathBuf {
        let server = self.server.split("://").last().unwrap_or_default();
        let name: String = server
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '_' })
            .collect();
        caches.join("kctl").join(name)
    }

    /// What a daemon does: the given kubeconfig, else the in-cluster account.
    ///
    /// # Errors
    /// Fails when neither is usable.
    pub fn from_flags(kubeconfig: Option<&Path>) -> Result<Self, Error> {
        match kubeconfig.filter(|path| !path.as_os_str().is_empty()) {
            Some(path) => Self::from_kubeconfig(path),
            None => Self::in_cluster(),
        }
    }

    /// Whether this is a pod with a service account mounted.
    pub fn is_in_cluster() -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        set("KUBERNETES_SERVICE_HOST")
            && set("KUBERNETES_SERVICE_PORT")
            && Path::new(ACCOUNT).join("token").is_file()
    }

    /// The service account mounted into this pod.
    ///
    /// # Errors
    /// Fails outside a pod, and names what is missing.
    pub fn in_cluster() -> Result<Self, Error> {
        let missing =
            |name: &str| Error::Config(format!("not in a pod ({name} is not set); give --kubeconfig"));
        let host =
            std::env::var("KUBERNETES_SERVICE_HOST").map_err(|_| missing("KUBERNETES_SERVICE_HOST"))?;
        let port =
            std::env::var("KUBERNETES_SERVICE_PORT").map_err(|_| missing("KUBERNETES_SERVICE_PORT"))?;
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let account = Path::new(ACCOUNT);
        let ca = account.join("ca.crt");
        Ok(Self {
            server: format!("https://{host}:{port}"),
            ca: Some(
                std::fs::read(&ca)
                    .map_err(|error| Error::Config(format!("cannot read {}: {error}", ca.display())))?,
            ),
            token_file: Some(account.join("token")),
            behind_service: true,
            namespace: std::fs::read_to_string(account.join("namespace"))
                .ok()
                .map(|text| text.trim().to_string()),
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_wins_and_contexts_resolve() {
        let parse = |text: &str| serde_yaml::from_str::<Kubeconfig>(text).expect("parses");
        let mut first = parse(
            "clusters: [{name: a, cluster: {server: 'https://1:1/'}}]\ncontexts: [{name: x, context: {cluster: a, user: u, namespace: n}}]\ncurrent-context: x\nusers:\n",
        );
        first.merge(parse(
            "clusters: [{name: a, cluster: {server: 'https://2:2'}}]\nusers: [{name: u, user: {token: t}}]\ncurrent-context: y",
        ));
        let config = first.resolve(&Overrides::default()).expect("resolves");
        assert_eq!(config.server, "https://1:1");
        assert_eq!(config.token.as_deref(), Some("t"));
        assert_eq!(config.namespace.as_deref(), Some("n"));
        let other = Overrides { context: Some("z".into()), ..Overrides::default() };
        assert_eq!(
            first.resolve(&other).err().map(|error| error.to_string()).as_deref(),
            Some("context \"z\" does not exist")
        );
    }
}
