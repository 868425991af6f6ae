//! Step 2: may they. Each authorizer allows, denies or has no opinion; the first opinion counts,
//! and without any the answer is no.

mod abac;
mod config;
mod node;
pub mod rbac;
pub mod selectors;
mod webhook;

use std::sync::{Arc, PoisonError, RwLock};

use apimachinery::Status;
use apimachinery::status::qualified;
use http::HeaderMap;

use crate::audit::Trail;
use crate::authn::{self, User};
use crate::egress::Way;
use crate::metrics::judging::Opinions;
use crate::metrics::parts;
use crate::options::{Mode, Options};
use crate::remote::{Kept, Remote};
use crate::routes::Route;
use crate::server::Server;

/// Whether a configuration file can be used.
#[cfg(test)]
pub fn parse_config(text: &[u8]) -> Result<(), String> {
    config::parse(text, &Way::default()).map(|_| ())
}

/// What is to be judged.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// The verb.
    pub verb: String,
    /// Whether it is about a resource.
    pub is_resource: bool,
    /// The group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The resource.
    pub resource: String,
    /// The subresource.
    pub subresource: String,
    /// The namespace; empty for all or none.
    pub namespace: String,
    /// The object; empty for all.
    pub name: String,
    /// The path, for what is no resource.
    pub path: String,
    /// What it is narrowed to by fields.
    pub fields: apimachinery::fields::Selector,
    /// What it is narrowed to by labels.
    pub labels: apimachinery::labels::Selector,
}

impl From<&Route> for Attributes {
    fn from(route: &Route) -> Self {
        Self {
            verb: route.verb.to_string(),
            is_resource: route.is_resource,
            group: route.group.clone(),
            version: route.version.clone(),
            resource: route.resource.clone(),
            subresource: route.subresource.clone(),
            namespace: route.namespace.clone(),
            name: route.name.clone(),
            path: route.path.clone(),
            fields: route.fields.clone(),
            labels: route.labels.clone(),
        }
    }
}

/// An authorizer's opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, and why.
    Allow(String),
    /// No, whatever others think.
    Deny(String),
    /// None, and why.
    NoOpinion(String),
}

/// One authorizer.
#[derive(Clone)]
enum Kind {
    Node,
    Rbac,
    AlwaysAllow,
    AlwaysDeny,
    Abac(Arc<abac::Abac>),
    Webhook(Arc<webhook::Webhook>),
}

impl Kind {
    fn word(&self) -> &'static str {
        match self {
            Self::Node => "Node",
            Self::Rbac => "RBAC",
            Self::AlwaysAllow => "AlwaysAllow",
            Self::AlwaysDeny => "AlwaysDeny",
            Self::Abac(_) => "ABAC",
            Self::Webhook(_) => "Webhook",
        }
    }
}

/// An authorizer by its name.
#[derive(Clone)]
struct Named {
    name: String,
    kind: Kind,
    /// What it has settled.
    opinions: Arc<Opinions>,
}

impl Named {
    fn new(name: String, kind: Kind) -> Self {
        let opinions = Opinions::of(kind.word(), &name);
        Self { name, kind, opinions }
    }
}

/// The authorizers.
pub struct Authorizer {
    chain: RwLock<Arc<Vec<Named>>>,
    /// Roles and bindings.
    pub rbac: rbac::Rbac,
}

impl Authorizer {
    /// Those that the flags name, or the configuration file, whose content is `configuration`; webhooks are
    /// reached by `way`.
    ///
    /// # Errors
    /// Names the flag or file that can't be used.
    pub fn new(options: &Options, configuration: Option<&[u8]>, way: &Way) -> anyhow::Result<Self> {
        let chain = match (&options.authorization_config, configuration) {
            (Some(path), Some(text)) => config::parse(text, way)
                .map_err(|why| anyhow::anyhow!("--authorization-config {}: {why}", path.display()))?,
            _ => options
                .authorization
                .iter()
                .map(|mode| by_flag(options, *mode, way))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self { chain: RwLock::new(Arc::new(chain)), rbac: rbac::Rbac::default() })
    }

    fn chain(&self) -> Arc<Vec<Named>> {
        self.chain.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another configuration from now on. Node and RBAC can be moved in it, but neither come nor go:
    /// other parts of the server are set up with or without them.
    ///
    /// # Errors
    /// Tells every mistake in it; then the old one stays.
    pub fn replace(&self, text: &[u8], way: &Way) -> Result<(), String> {
        let chain = config::parse(text, way)?;
        let has = |chain: &[Named], word: &str| chain.iter().any(|one| one.kind.word() == word);
        for word in ["Node", "RBAC"] {
            if has(&chain, word) != has(&self.chain(), word) {
                return Err(format!("the authorizer {word} can't be added or removed while the server runs"));
            }
        }
        *self.chain.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(chain);
        Ok(())
    }

    /// Whether RBAC is among them.
    pub fn has_rbac(&self) -> bool {
        self.chain().iter().any(|one| matches!(one.kind, Kind::Rbac))
    }
}

fn by_flag(options: &Options, mode: Mode, way: &Way) -> anyhow::Result<Named> {
    let wrong = |flag: &str, path: &std::path::Path, why: String| {
        anyhow::anyhow!("--{flag} {}: {why}", path.display())
    };
    let kind = match mode {
        Mode::Node => Kind::Node,
        Mode::Rbac => Kind::Rbac,
        Mode::AlwaysAllow => Kind::AlwaysAllow,
        Mode::AlwaysDeny => Kind::AlwaysDeny,
        Mode::Abac => {
            let path = options.abac_policies.as_deref().unwrap_or_else(|| std::path::Path::new(""));
            let read = abac::Abac::read(path).map_err(|why| wrong("authorization-policy-file", path, why))?;
            Kind::Abac(Arc::new(read))
        }
        Mode::Webhook => {
            let settings = &options.authorization_webhook;
            let path = settings.kubeconfig.as_deref().unwrap_or_else(|| std::path::Path::new(""));
            let remote = Remote::read(path, std::time::Duration::from_secs(30), config::PAUSE, way)
                .map_err(|why| wrong("authorization-webhook-config-file", path, why))?;
            Kind::Webhook(Arc::new(webhook::Webhook {
                name: "webhook".into(),
                remote,
                version: if settings.version == "v1" { "v1" } else { "v1beta1" },
                allowed: settings.allowed,
                refused: settings.refused,
                denies_failures: false,
                conditions: Vec::new(),
                kept: Kept::default(),
            }))
        }
    };
    Ok(Named::new(kind.word().to_lowercase(), kind))
}

/// Judges.
pub async fn decide(server: &Arc<Server>, user: &User, attributes: &Attributes) -> Result<Decision, Status> {
    if user.is_in(authn::MASTERS) {
        return Ok(Decision::Allow(String::new()));
    }
    let mut reasons = Vec::new();
    for one in &*server.authorizer.chain() {
        let decision = match &one.kind {
            Kind::AlwaysAllow => Decision::Allow(String::new()),
            Kind::AlwaysDeny => Decision::NoOpinion("Everything is forbidden.".into()),
            // What few requests need is on the heap, so that the others need not carry it.
            Kind::Node => Box::pin(node::decide(server, user, attributes)).await?,
            Kind::Rbac => server.authorizer.rbac.decide(server, user, attributes).await?,
            Kind::Abac(abac) => abac.decide(user, attributes),
            Kind::Webhook(webhook) => Box::pin(webhook.decide(user, attributes)).await,
        };
        match decision {
            Decision::NoOpinion(reason) => {
                if !reason.is_empty() {
                    reasons.push(reason);
                }
            }
            Decision::Allow(reason) => {
                one.opinions.allowed();
                return Ok(Decision::Allow(reason));
            }
            Decision::Deny(reason) => {
                one.opinions.denied();
                return Ok(Decision::Deny(reason));
            }
        }
    }
    Ok(Decision::NoOpinion(reasons.join("; ")))
}

/// Lets the request pass, or explains who may not do what. The decision is noted in its trail.
///
/// # Errors
/// 403.
pub async fn authorize(
    server: &Arc<Server>,
    user: &User,
    route: &Route,
    trail: Option<&Trail>,
) -> Result<(), Status> {
    let attributes = Attributes::from(route);
    let begun = std::time::Instant::now();
    let decision = decide(server, user, &attributes).await;
    let result = match &decision {
        Ok(Decision::Allow(_)) => "allowed",
        Ok(Decision::Deny(_)) => "denied",
        Ok(Decision::NoOpinion(_)) => "no-opinion",
        Err(_) => "error",
    };
    parts::AUTHORIZATIONS.add([result], 1);
    parts::AUTHORIZATION_TIMES.observe([result], begun.elapsed().as_secs_f64());
    let (word, reason, outcome) = match decision? {
        Decision::Allow(reason) => ("allow", reason, Ok(())),
        Decision::Deny(reason) | Decision::NoOpinion(reason) => {
            let status = forbidden(user, &attributes, &reason);
            ("forbid", reason, Err(status))
        }
    };
    if let Some(trail) = trail {
        trail.annotate("authorization.k8s.io/decision", word);
        trail.annotate("authorization.k8s.io/reason", reason);
    }
    outcome
}

/// [`authorize`] for attributes that are no request's.
pub async fn authorize_with(
    server: &Arc<Server>,
    user: &User,
    attributes: &Attributes,
) -> Result<(), Status> {
    match decide(server, user, attributes).await? {
        Decision::Allow(_) => Ok(()),
        Decision::Deny(reason) | Decision::NoOpinion(reason) => Err(forbidden(user, attributes, &reason)),
    }
}

/// The refusal in words.
pub fn forbidden(user: &User, attributes: &Attributes, reason: &str) -> Status {
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    if !attributes.is_resource {
        let message = format!(
            "forbidden: User {:?} cannot {} path {:?}{why}",
            user.name, attributes.verb, attributes.path
        );
        let mut status = Status::failure(403, "Forbidden", message);
        status.details = Some(apimachinery::status::Details::default());
        return status;
    }
    let resource = if attributes.subresource.is_empty() {
        attributes.resource.clone()
    } else {
        format!("{}/{}", attributes.resource, attributes.subresource)
    };
    let scope = if attributes.namespace.is_empty() {
        "at the cluster scope".to_string()
    } else {
        format!("in the namespace {:?}", attributes.namespace)
    };
    let what = qualified(&attributes.group, &attributes.resource);
    let what = if attributes.name.is_empty() { what } else { format!("{what} {:?}", attributes.name) };
    let message = format!(
        "{what} is forbidden: User {:?} cannot {} resource {resource:?} in API group {:?} {scope}{why}",
        user.name, attributes.verb, attributes.group
    );
    let mut status = Status::forbidden(&attributes.group, &attributes.resource, &attributes.name, "");
    status.message = message;
    status
}

/// Who acts, when the client asks to act as someone else and may.
///
/// # Errors
/// 403 when it may not.
pub async fn impersonate(
    server: &Arc<Server>,
    user: Arc<User>,
    headers: &HeaderMap,
) -> Result<(Arc<User>, Option<Arc<User>>), Status> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = text("impersonate-user");
    let groups: Vec<String> = headers
        .get_all("impersonate-group")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .map(str::to_string)
        .collect();
    let uid = text("impersonate-uid");
    let mut extra = std::collections::BTreeMap::new();
    for key in headers.keys() {
        if let Some(key) = key.as_str().strip_prefix("impersonate-extra-") {
            let values = headers.get_all(format!("impersonate-extra-{key}")).iter();
            let values = values.filter_map(|value| value.to_str().ok()).map(str::to_string).collect();
            extra.insert(percent_encoding::percent_decode_str(key).decode_utf8_lossy().into_owned(), values);
        }
    }
    if name.is_empty() {
        if !groups.is_empty() || !uid.is_empty() || !extra.is_empty() {
            return Err(Status::bad_request("requested impersonation without impersonating a user"));
        }
        return Ok((user, None));
    }
    let mut wanted = User { name: name.to_string(), uid: uid.to_string(), groups, extra, ..User::default() };
    let mut checks = Vec::new();
    let of = |resource: &str, group: &str, namespace: &str, name: &str, sub: &str| Attributes {
        verb: "impersonate".into(),
        is_resource: true,
        group: group.into(),
        resource: resource.into(),
        subresource: sub.into(),
        namespace: namespace.into(),
        name: name.into(),
        ..Attributes::default()
    };
    if let Some((namespace, account)) =
        name.strip_prefix("system:serviceaccount:").and_then(|n| n.split_once(':'))
    {
        checks.push(of("serviceaccounts", "", namespace, account, ""));
        if wanted.groups.is_empty() {
            wanted.groups =
                vec!["system:serviceaccounts".into(), format!("system:serviceaccounts:{namespace}")];
        }
    } else {
        checks.push(of("users", "", "", name, ""));
    }
    for value in headers.get_all("impersonate-group") {
        checks.push(of("groups", "", "", value.to_str().unwrap_or_default(), ""));
    }
    if !uid.is_empty() {
        checks.push(of("uids", "authentication.k8s.io", "", uid, ""));
    }
    for (key, values) in &wanted.extra {
        for value in values {
            checks.push(of("userextras", "authentication.k8s.io", "", value, key));
        }
    }
    for check in &checks {
        Box::pin(authorize_with(server, &user, check)).await?;
    }
    if name == authn::ANONYMOUS {
        if !wanted.is_in(authn::UNAUTHENTICATED) {
            wanted.groups.push(authn::UNAUTHENTICATED.into());
        }
    } else if !wanted.is_in(authn::AUTHENTICATED) {
        wanted.groups.push(authn::AUTHENTICATED.into());
    }
    Ok((Arc::new(wanted), Some(user)))
}

/// Whoever writes a role or binding must have what it gives, or be told that they may go beyond.
///
/// # Errors
/// 403 when it gives more.
pub async fn escalation(
    call: &crate::request::Call,
    resource: &apimachinery::resources::Resource,
    object: &dyn apimachinery::kinds::Object,
    old: Option<&dyn apimachinery::kinds::Object>,
) -> Result<(), Status> {
    use k8s_openapi::api::rbac::v1::{
        ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef,
    };
    let server = &call.server;
    let user = &call.user;
    if resource.group != "rbac.authorization.k8s.io"
        || !server.authorizer.has_rbac()
        || user.is_in(authn::MASTERS)
    {
        return Ok(());
    }
    let namespace = object.namespace().to_string();
    let ask = |verb: &str, resource: &str, name: &str| Attributes {
        verb: verb.into(),
        is_resource: true,
        group: "rbac.authorization.k8s.io".into(),
        version: "v1".into(),
        resource: resource.into(),
        namespace: namespace.clone(),
        name: name.into(),
        ..Attributes::default()
    };
    let may = async |attributes: Attributes| -> Result<bool, Status> {
        Ok(matches!(decide(server, user, &attributes).await?, Decision::Allow(_)))
    };
    let rules_of = |object: &dyn apimachinery::kinds::Object| {
        let role = object.of::<Role>().and_then(|role| role.rules.clone());
        role.or_else(|| object.of::<ClusterRole>().and_then(|role| role.rules.clone()))
    };
    let reference = |object: &dyn apimachinery::kinds::Object| -> Option<RoleRef> {
        let binding = object.of::<RoleBinding>().map(|binding| binding.role_ref.clone());
        binding.or_else(|| object.of::<ClusterRoleBinding>().map(|binding| binding.role_ref.clone()))
    };
    let wanted: Vec<PolicyRule> = if let Some(role) = reference(object) {
        let plural = if role.kind == "Role" { "roles" } else { "clusterroles" };
        if may(ask("bind", plural, &role.name)).await? {
            return Ok(());
        }
        let key = if role.kind == "Role" { format!("{namespace}/{}", role.name) } else { role.name.clone() };
        let cache = server.store.known(if role.kind == "Role" { "roles" } else { "clusterroles" });
        let found = server.store.glance(cache, &key).await?;
        let Some(found) = found else {
            return Err(Status::not_found("rbac.authorization.k8s.io", plural, &role.name));
        };
        let decoded = found.decode(cache.resource).map_err(Status::internal)?;
        rules_of(decoded.as_ref()).unwrap_or_default()
    } else {
        if old.is_some_and(|old| rules_of(old) == rules_of(object)) {
            return Ok(());
        }
        if may(ask("escalate", resource.plural, object.name())).await? {
            return Ok(());
        }
        rules_of(object).unwrap_or_default()
    };
    let owned = server.authorizer.rbac.rules(server, user, &namespace).await?;
    if wanted.iter().all(|rule| rbac::covers(&owned, rule)) {
        return Ok(());
    }
    Err(Status::forbidden(
        resource.group,
        resource.plural,
        object.name(),
        format!(
            "user {:?} (groups={:?}) is attempting to grant RBAC permissions not currently held",
            user.name, user.groups
        ),
    ))
}
