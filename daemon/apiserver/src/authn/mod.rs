//! Step 1: who asks. Tried in upstream's order: request headers from a front proxy, client
//! certificates, tokens, and last no one in particular.

mod certificates;
pub mod files;
mod legacy;
pub mod oidc;
pub mod signer;
pub mod tokens;
mod webhook;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Result;
use apimachinery::Status;
use component::serve::Connection;
use http::{HeaderMap, header};
use serde_json::json;
use std::time::Duration;

use crate::egress::Egress;
use crate::metrics::parts;
use crate::options::Options;
use crate::remote::Remote;
use crate::routes::Route;
use crate::server::Server;

pub use tokens::Tokens;

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The UID, where the source knows one.
    pub uid: String,
    /// The groups.
    pub groups: Vec<String>,
    /// Whatever else is known.
    pub extra: BTreeMap<String, Vec<String>>,
    /// What is to be said of the credentials.
    pub remarks: Vec<Remark>,
}

/// What is said of credentials that hold, but should not be used so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// To the client.
    Warning(&'static str),
    /// To the audit: an annotation and its value.
    Note(&'static str, String),
}

/// The group of everyone who is known.
pub const AUTHENTICATED: &str = "system:authenticated";
/// The group of everyone who is not.
pub const UNAUTHENTICATED: &str = "system:unauthenticated";
/// The name of those who are not known.
pub const ANONYMOUS: &str = "system:anonymous";
/// The group that may do everything.
pub const MASTERS: &str = "system:masters";

impl User {
    /// Whether the user is in the group.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|have| have == group)
    }

    /// The node whose kubelet this is.
    pub fn node(&self) -> Option<&str> {
        self.name.strip_prefix("system:node:").filter(|_| self.is_in("system:nodes"))
    }

    /// As `userInfo` in reviews.
    pub fn json(&self) -> serde_json::Value {
        let mut info = json!({"username": self.name, "groups": self.groups});
        if !self.uid.is_empty() {
            info["uid"] = json!(self.uid);
        }
        if !self.extra.is_empty() {
            info["extra"] = json!(self.extra);
        }
        info
    }

    fn known(mut self) -> Self {
        if !self.is_in(AUTHENTICATED) && !self.is_in(UNAUTHENTICATED) {
            self.groups.push(AUTHENTICATED.into());
        }
        self
    }
}

/// Everything that can tell who asks.
pub struct Authenticator {
    certificates: certificates::Certificates,
    files: files::TokenFile,
    /// Service-account tokens.
    pub tokens: Tokens,
    /// What the configuration file says; it may change.
    configured: RwLock<Arc<Configured>>,
    webhook: Option<webhook::Webhook>,
}

/// What the configuration file, or flags in its place, say.
struct Configured {
    /// Tokens of other issuers.
    issuers: oidc::Issuers,
    anonymous: oidc::Anonymous,
}

impl Configured {
    fn new(options: &Options, egress: &Egress, text: Option<&[u8]>) -> Result<Self, String> {
        let configuration = text.map(oidc::Configuration::parse).transpose()?;
        let issuers = oidc::Issuers::new(configuration.as_ref(), options.oidc.as_ref(), egress)?;
        let anonymous = configuration.and_then(|configuration| configuration.anonymous);
        let anonymous = anonymous.unwrap_or_else(|| oidc::Anonymous::everywhere(options.anonymous_auth));
        Ok(Self { issuers, anonymous })
    }
}

impl Authenticator {
    /// Reads keys, unless `signer` has them, CAs and token files; `configuration` is the content of the configuration
    /// file. Others are asked by the ways of `egress`.
    ///
    /// # Errors
    /// Fails when a file can't be used; names it.
    pub fn new(
        options: &Options,
        egress: &Egress,
        signer: Option<Arc<signer::Signer>>,
        configuration: Option<&[u8]>,
    ) -> Result<Self> {
        let configured = Configured::new(options, egress, configuration).map_err(|why| {
            match options.authentication_config.as_ref().filter(|_| configuration.is_some()) {
                Some(path) => anyhow::anyhow!("--authentication-config {}: {why}", path.display()),
                None => anyhow::anyhow!(why),
            }
        })?;
        let settings = &options.token_webhook;
        let webhook = match &settings.kubeconfig {
            None => None,
            Some(path) => {
                let remote = Remote::read(
                    path,
                    Duration::from_secs(30),
                    Duration::from_millis(500),
                    &egress.controlplane,
                )
                .map_err(|why| {
                    anyhow::anyhow!("--authentication-token-webhook-config-file {}: {why}", path.display())
                })?;
                Some(webhook::Webhook::new(remote, settings.version.clone(), settings.allowed))
            }
        };
        Ok(Self {
            configured: RwLock::new(Arc::new(configured)),
            webhook,
            certificates: certificates::Certificates::new(options)?,
            files: files::TokenFile::new(options.token_file.as_deref())?,
            tokens: Tokens::new(options, signer)?,
        })
    }

    fn configured(&self) -> Arc<Configured> {
        self.configured.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another configuration from now on.
    ///
    /// # Errors
    /// Tells what is wrong with it; then the old one stays.
    pub fn replace(&self, options: &Options, egress: &Egress, text: &[u8]) -> Result<(), String> {
        let configured = Configured::new(options, egress, Some(text))?;
        *self.configured.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(configured);
        Ok(())
    }

    /// Other CAs of clients' certificates from now on.
    ///
    /// # Errors
    /// Names the file that can't be used; then the old ones stay.
    pub fn reload_authorities(&self, options: &Options) -> Result<()> {
        self.certificates.reload(options)
    }

    /// The issuer's discovery document.
    pub fn openid(&self, server: &Server) -> String {
        let issuer = server.options.issuers.first().cloned().unwrap_or_default();
        let keys = server
            .options
            .jwks_uri
            .clone()
            .unwrap_or_else(|| format!("https://{}/openid/v1/jwks", server.external_address()));
        let shown = self.tokens.public_keys();
        let algorithms: std::collections::BTreeSet<_> =
            shown.iter().filter_map(|key| key["alg"].as_str()).collect();
        json!({
            "issuer": issuer, "jwks_uri": keys, "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": algorithms,
        })
        .to_string()
    }

    /// The issuer's keys.
    pub fn keys(&self) -> String {
        json!({"keys": self.tokens.public_keys()}).to_string()
    }
}

/// Finds out who asks.
///
/// # Errors
/// 401 when credentials are given that do not hold.
pub async fn authenticate(
    server: &Arc<Server>,
    headers: &HeaderMap,
    connection: Option<&Connection>,
    route: &Route,
) -> Result<Arc<User>, Status> {
    let begun = std::time::Instant::now();
    let outcome = ask(server, headers, connection, route).await;
    let result = match &outcome {
        Ok(user) => {
            parts::USERS.add([parts::known_user(&user.name)], 1);
            "success"
        }
        Err(status) if status.code == 401 => "failure",
        Err(_) => "error",
    };
    parts::AUTHENTICATIONS.add([result], 1);
    parts::AUTHENTICATION_TIMES.observe([result], begun.elapsed().as_secs_f64());
    outcome
}

async fn ask(
    server: &Arc<Server>,
    headers: &HeaderMap,
    connection: Option<&Connection>,
    route: &Route,
) -> Result<Arc<User>, Status> {
    let authenticator = &server.authenticator;
    if let Some(connection) = connection.filter(|connection| !connection.certificates.is_empty()) {
        if let Some(user) = authenticator.certificates.named_in(connection, headers) {
            return Ok(Arc::new(user.known()));
        }
        match authenticator.certificates.user(connection) {
            Ok(Some(user)) => return Ok(user),
            Ok(None) => {}
            // A bad certificate may come along with a good token.
            Err(reason) if headers.contains_key(header::AUTHORIZATION) => {
                tracing::debug!(reason, "client certificate does not hold");
            }
            Err(reason) => {
                tracing::warn!(reason, "client certificate does not hold");
                return Err(Status::unauthorized());
            }
        }
    }
    if let Some(token) = bearer(headers) {
        return match Box::pin(token_user(server, &token, None)).await? {
            Some(user) => Ok(user),
            None => Err(Status::unauthorized()),
        };
    }
    if !authenticator.configured().anonymous.may(&route.path) {
        return Err(Status::unauthorized());
    }
    Ok(Arc::new(User { name: ANONYMOUS.into(), groups: vec![UNAUTHENTICATED.into()], ..User::default() }))
}

/// The bearer token of a request; WebSocket clients in browsers send it as a subprotocol.
fn bearer(headers: &HeaderMap) -> Option<String> {
    use base64::Engine;
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_string());
    }
    let protocols = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let encoded = protocols
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|protocol| protocol.trim().strip_prefix("base64url.bearer.authorization.k8s.io."))?;
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(encoded).ok()?;
    String::from_utf8(text).ok()
}

/// Whose token this is; for these audiences, or the server's own.
pub async fn token_user(
    server: &Arc<Server>,
    token: &str,
    audiences: Option<&[String]>,
) -> Result<Option<Arc<User>>, Status> {
    let authenticator = &server.authenticator;
    if token.is_empty() {
        return Ok(None);
    }
    if let Some(user) = authenticator.files.user(token) {
        return Ok(Some(Arc::new(user.known())));
    }
    if token.split('.').count() == 3 {
        match authenticator.configured().issuers.user(token).await {
            Some(Ok(user)) => return Ok(Some(Arc::new(user.known()))),
            Some(Err(reason)) => {
                tracing::warn!(reason, "a token of another issuer does not hold");
                return Ok(None);
            }
            None => {}
        }
        if let Some(user) = authenticator.tokens.user(server, token, audiences).await? {
            return Ok(Some(user));
        }
    }
    if server.options.bootstrap_tokens
        && let Some(user) = tokens::bootstrap_user(server, token).await?
    {
        return Ok(Some(Arc::new(user)));
    }
    let Some(webhook) = &authenticator.webhook else { return Ok(None) };
    // Without an API audience of its own, the server takes any.
    let wanted = audiences.unwrap_or(&server.options.api_audiences);
    match webhook.user(token, wanted).await {
        Ok(user) => Ok(user.map(|user| Arc::new(user.known()))),
        Err(why) => {
            tracing::warn!(why, "the token webhook gives no answer");
            Ok(None)
        }
    }
}
