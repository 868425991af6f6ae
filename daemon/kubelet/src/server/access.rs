//! Who may ask the kubelet what: client certificates and TokenReview, then SubjectAccessReview.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use component::http::{Body, Request, text};
use component::serve::Connection;
use http::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kubelet::Kubelet;

/// A user that the kubelet has recognized.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct User {
    name: String,
    groups: Vec<String>,
    uid: String,
}

type Cached<K, V> = Mutex<HashMap<K, (V, Instant)>>;

/// Decides, and remembers decisions for as long as the configuration says.
pub struct Access {
    kubelet: Arc<Kubelet>,
    tokens: Cached<[u8; 32], Option<User>>,
    verdicts: Cached<(User, String, String), bool>,
}

/// The largest number of decisions that are remembered.
const REMEMBERED: usize = 4096;

fn recall<K: std::hash::Hash + Eq, V: Clone>(cache: &Cached<K, V>, key: &K) -> Option<V> {
    let cache = cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    cache.get(key).filter(|(_, until)| *until > Instant::now()).map(|(value, _)| value.clone())
}

fn remember<K: std::hash::Hash + Eq, V>(cache: &Cached<K, V>, key: K, value: V, time: Duration) {
    let mut cache = cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if cache.len() >= REMEMBERED {
        let now = Instant::now();
        cache.retain(|_, (_, until)| *until > now);
        if cache.len() >= REMEMBERED {
            cache.clear();
        }
    }
    cache.insert(key, (value, Instant::now() + time));
}

fn refuse(status: StatusCode, message: impl Into<String>) -> Box<Response<Body>> {
    Box::new(text(status, message.into()))
}

impl Access {
    pub fn new(kubelet: Arc<Kubelet>) -> Self {
        Self { kubelet, tokens: Mutex::default(), verdicts: Mutex::default() }
    }

    /// Lets the request pass, or gives the answer that refuses it.
    pub async fn check(&self, request: &Request, parts: &[&str]) -> Result<(), Box<Response<Body>>> {
        let user = self.authenticate(request).await?;
        let verb = match *request.method() {
            Method::GET | Method::HEAD => "get",
            Method::POST => "create",
            Method::PUT => "update",
            Method::PATCH => "patch",
            _ => "delete",
        };
        if self.kubelet.config.file.authorization.mode == "AlwaysAllow" {
            return Ok(());
        }
        let mut reasons = Vec::new();
        for subresource in subresources(parts).iter().copied() {
            match self.authorize(&user, verb, subresource).await {
                Ok(true) => return Ok(()),
                Ok(false) => reasons.push(subresource),
                Err(message) => return Err(refuse(StatusCode::INTERNAL_SERVER_ERROR, message)),
            }
        }
        let message = format!(
            "Forbidden (user={}, verb={verb}, resource=nodes, subresource(s)=[{}])",
            user.name,
            reasons.join(" ")
        );
        Err(refuse(StatusCode::FORBIDDEN, message))
    }

    async fn authenticate(&self, request: &Request) -> Result<User, Box<Response<Body>>> {
        let connection = request.extensions().get::<Connection>();
        if let Some(certificate) = connection.and_then(|connection| connection.certificates.first())
            && let Ok((_, parsed)) = x509_parser::parse_x509_certificate(certificate)
        {
            let text = |value: &x509_parser::x509::AttributeTypeAndValue<'_>| {
                value.as_str().unwrap_or_default().to_string()
            };
            let mut groups: Vec<String> = parsed.subject().iter_organization().map(text).collect();
            groups.push("system:authenticated".into());
            let name = parsed.subject().iter_common_name().next().map(text).unwrap_or_default();
            return Ok(User { name, groups, uid: String::new() });
        }
        let bearer = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        if let Some(token) = bearer
            && self.kubelet.config.file.authentication.webhook.enabled
        {
            let key: [u8; 32] = Sha256::digest(token).into();
            let known = match recall(&self.tokens, &key) {
                Some(known) => known,
                None => {
                    let user = self
                        .review(token)
                        .await
                        .map_err(|message| refuse(StatusCode::INTERNAL_SERVER_ERROR, message))?;
                    remember(
                        &self.tokens,
                        key,
                        user.clone(),
                        self.kubelet.config.file.authentication.webhook.cache_ttl.0,
                    );
                    user
                }
            };
            return known.ok_or_else(|| refuse(StatusCode::UNAUTHORIZED, "Unauthorized"));
        }
        if self.kubelet.config.file.authentication.anonymous.enabled {
            return Ok(User {
                name: "system:anonymous".into(),
                groups: vec!["system:unauthenticated".into()],
                uid: String::new(),
            });
        }
        Err(refuse(StatusCode::UNAUTHORIZED, "Unauthorized"))
    }

    async fn review(&self, token: &str) -> Result<Option<User>, String> {
        let Some(client) = &self.kubelet.client else { return Ok(None) };
        let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}});
        let answer: Value = client
            .create("/apis/authentication.k8s.io/v1/tokenreviews", &body)
            .await
            .map_err(|error| format!("cannot have the token reviewed: {error}"))?;
        let status = &answer["status"];
        if status["authenticated"] != true {
            return Ok(None);
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        Ok(Some(User {
            name: text(&status["user"]["username"]),
            groups: status["user"]["groups"].as_array().into_iter().flatten().map(text).collect(),
            uid: text(&status["user"]["uid"]),
        }))
    }

    async fn authorize(&self, user: &User, verb: &str, subresource: &str) -> Result<bool, String> {
        let key = (user.clone(), verb.to_string(), subresource.to_string());
        if let Some(verdict) = recall(&self.verdicts, &key) {
            return Ok(verdict);
        }
        let Some(client) = &self.kubelet.client else {
            return Err("this kubelet has no API server to ask who may do this".into());
        };
        let body = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
            "spec": {
                "user": user.name, "groups": user.groups, "uid": user.uid,
                "resourceAttributes": {
                    "verb": verb, "version": "v1", "resource": "nodes", "subresource": subresource,
                    "name": self.kubelet.node_name,
                },
            },
        });
        let answer: Value = client
            .create("/apis/authorization.k8s.io/v1/subjectaccessreviews", &body)
            .await
            .map_err(|error| format!("cannot have the access reviewed: {error}"))?;
        let allowed = answer["status"]["allowed"] == true;
        let ttl = &self.kubelet.config.file.authorization.webhook;
        remember(&self.verdicts, key, allowed, if allowed { ttl.authorized.0 } else { ttl.unauthorized.0 });
        Ok(allowed)
    }
}

/// The subresources of nodes of which one must be allowed, the finer first (KEP-2862).
fn subresources(parts: &[&str]) -> &'static [&'static str] {
    match parts.first().copied().unwrap_or_default() {
        "stats" => &["stats"],
        "metrics" => &["metrics"],
        "logs" => &["log"],
        "healthz" => &["healthz", "proxy"],
        "pods" | "runningpods" => &["pods", "proxy"],
        "configz" => &["configz", "proxy"],
        _ => &["proxy"],
    }
}
