//! Webhooks that an object names, by URL or by service, with the CA to trust: those of admission and
//! of conversion.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use http::{HeaderMap, HeaderValue, Method};
use k8s_openapi::ByteString;
use k8s_openapi::api::admissionregistration::v1 as admission;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as extensions;
use serde_json::Value;
use url::Url;

use crate::egress::Egress;
use crate::metrics::calls;
use crate::service_endpoints::{self, Address, Nowhere, Wanted};
use crate::storage::Store;
use crate::traces;

/// The largest answer that is read.
const ANSWER: usize = 3 << 20;
/// How many clients are kept.
const KEPT: usize = 256;

/// Where a webhook is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Option<String>,
    service: Option<Place>,
    ca: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub struct Failed {
    /// For people.
    pub why: String,
    /// What the webhook's server said instead, if it said something.
    pub code: Option<u16>,
}

impl From<String> for Failed {
    fn from(why: String) -> Self {
        Self { why, code: None }
    }
}

/// A service, and the path there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    namespace: String,
    name: String,
    path: Option<String>,
    port: Option<i32>,
}

macro_rules! target {
    ($client:expr) => {{
        let client = $client;
        Self {
            url: client.url.clone(),
            service: client.service.as_ref().map(|service| Place {
                namespace: service.namespace.clone(),
                name: service.name.clone(),
                path: service.path.clone(),
                port: service.port,
            }),
            ca: client.ca_bundle.as_ref().map(|ByteString(ca)| ca.clone()).unwrap_or_default(),
        }
    }};
}

impl From<&admission::WebhookClientConfig> for Target {
    fn from(client: &admission::WebhookClientConfig) -> Self {
        target!(client)
    }
}

impl From<&extensions::WebhookClientConfig> for Target {
    fn from(client: &extensions::WebhookClientConfig) -> Self {
        target!(client)
    }
}

impl Target {
    /// What is wrong with it, as upstream says it.
    pub fn wrong(&self, field: &Field, wrong: &mut Vec<Violation>) {
        match (&self.url, &self.service) {
            (Some(_), Some(_)) | (None, None) => {
                wrong.push(Violation::required(field, "exactly one of url or service is required"));
            }
            (Some(url), None) => wrong_url(url, &field.child("url"), wrong),
            (None, Some(service)) => service.wrong(&field.child("service"), wrong),
        }
    }

    /// What is wrong with the CAs to trust. Those of admission show only when they are used.
    pub fn wrong_authorities(&self, field: &Field, wrong: &mut Vec<Violation>) {
        let is_bundle =
            || matches!(reqwest::Certificate::from_pem_bundle(&self.ca), Ok(all) if !all.is_empty());
        if !self.ca.is_empty() && !is_bundle() {
            let why = "unable to load root certificates: unable to parse bytes as PEM block";
            wrong.push(Violation::invalid(&field.child("caBundle"), "<binary>", why));
        }
    }

    /// The URL, and for services the address behind it.
    async fn address(&self, store: &Store) -> Result<(String, Option<(String, Address)>), String> {
        if let Some(url) = &self.url {
            return Ok((url.clone(), None));
        }
        let Some(service) = &self.service else { return Err("it has neither a url nor a service".into()) };
        let port = u16::try_from(service.port.unwrap_or(443))
            .map_err(|_| "the service's port is no port".to_string())?;
        let wanted = Wanted { namespace: &service.namespace, name: &service.name, port };
        let found = service_endpoints::address(store, &wanted).await;
        let address = found.map_err(|nowhere| told(nowhere, &wanted))?;
        let host = format!("{}.{}.svc", service.name, service.namespace);
        let path = service.path.as_deref().unwrap_or("/").trim_start_matches('/');
        Ok((format!("https://{host}:{port}/{path}"), Some((host, address))))
    }
}

/// Why a webhook's service leads nowhere.
fn told(nowhere: Nowhere, wanted: &Wanted<'_>) -> String {
    let Wanted { name, port, .. } = wanted;
    match nowhere {
        Nowhere::Unreadable(why) => why,
        Nowhere::NotFound => format!("service {name:?} not found"),
        Nowhere::NoPort => format!("no service port {port} found for service {name:?}"),
        Nowhere::NoEndpoints => format!("no endpoints available for service {name:?}"),
        Nowhere::Unresolved(why) => format!("service {name:?} is {why}"),
        Nowhere::Headless => format!("cannot route to service {name:?} with ClusterIP \"None\""),
        Nowhere::NoAddress => format!("service {name:?} has no cluster IP"),
    }
}

const FORM: &str = "; desired format: https://host[/path]";

fn wrong_url(text: &str, field: &Field, wrong: &mut Vec<Violation>) {
    // Upstream reads what has no scheme or no host too, and then misses them.
    let url = match Url::parse(text) {
        Ok(url) => Some(url),
        Err(url::ParseError::EmptyHost | url::ParseError::RelativeUrlWithoutBase) => None,
        Err(error) => {
            wrong.push(Violation::required(field, &format!("url must be a valid URL: {error}{FORM}")));
            return;
        }
    };
    let scheme = url.as_ref().map_or_else(|| text.split_once("://").map_or("", |(it, _)| it), Url::scheme);
    if scheme != "https" {
        let why = format!("'https' is the only allowed URL scheme{FORM}");
        wrong.push(Violation::invalid(field, scheme, &why));
    }
    if url.as_ref().and_then(Url::host_str).is_none_or(str::is_empty) {
        wrong.push(Violation::invalid(field, "", &format!("host must be specified{FORM}")));
    }
    let Some(url) = url else { return };
    if !url.username().is_empty() || url.password().is_some() {
        let password = url.password().map(|password| format!(":{password}")).unwrap_or_default();
        let user = format!("{}{password}", url.username());
        wrong.push(Violation::invalid(field, &user, "user information is not permitted in the URL"));
    }
    if let Some(fragment) = url.fragment().filter(|fragment| !fragment.is_empty()) {
        wrong.push(Violation::invalid(field, fragment, "fragments are not permitted in the URL"));
    }
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        wrong.push(Violation::invalid(field, query, "query parameters are not permitted in the URL"));
    }
}

impl Place {
    fn wrong(&self, field: &Field, wrong: &mut Vec<Violation>) {
        // Upstream takes the one for the other here, and so misses a name under `namespace`.
        for (given, child) in [(&self.namespace, "name"), (&self.name, "namespace")] {
            if given.is_empty() {
                wrong.push(Violation::required(&field.child(child), ""));
            }
        }
        if let Some(port) = self.port
            && let Err(reason) = names::port_number(port.into())
        {
            let why = format!("port is not valid: {reason}");
            wrong.push(Violation::invalid_value(&field.child("port"), &port, &why));
        }
        let Some(path) = &self.path else { return };
        let place = field.child("path");
        if path == "/" || path.is_empty() {
            return;
        }
        if !path.starts_with('/') {
            wrong.push(Violation::invalid(&place, path, "must start with a '/'"));
        }
        // The first letter is left out whatever it is, as upstream does.
        let steps = path.char_indices().nth(1).map_or("", |(at, _)| &path[at..]);
        let steps = steps.strip_suffix('/').unwrap_or(steps);
        for (index, step) in steps.split('/').enumerate() {
            if step.is_empty() {
                wrong.push(Violation::invalid(&place, path, &format!("segment[{index}] may not be empty")));
            } else if let Err(reason) = names::dns_subdomain(step) {
                wrong.push(Violation::invalid(&place, path, &format!("segment[{index}]: {reason}")));
            }
        }
    }
}

/// As whom webhooks are called: users of a kubeconfig that are named for hosts.
#[derive(Debug, Default)]
pub struct Users(client::config::Kubeconfig);

impl Users {
    /// Reads the kubeconfig.
    ///
    /// # Errors
    /// Fails when the file can't be read, or has credentials that can't be used here.
    pub fn read(path: &std::path::Path) -> Result<Self, String> {
        let read = client::config::Kubeconfig::read(path).map_err(|error| error.to_string())?;
        for named in &read.users {
            let user = &named.user;
            if user.exec.is_some() || user.auth_provider.is_some() {
                return Err(format!(
                    "user {:?}: exec and auth-provider are not used for webhooks",
                    named.name
                ));
            }
        }
        let users = Self(read);
        for named in &users.0.users {
            users.credentials(&named.name)?;
        }
        Ok(users)
    }

    /// The user for a host: by the whole name with its port, by `*.` and its end, the same without the port if
    /// that is 443, `*`, and else the current context's.
    fn of(&self, host: &str, port: u16) -> Option<&str> {
        let named =
            |name: &str| self.0.users.iter().find(|user| user.name == name).map(|user| user.name.as_str());
        let by = |target: &str| {
            let ends = target.match_indices('.').map(|(at, _)| format!("*{}", &target[at..]));
            std::iter::once(target.to_string()).chain(ends).find_map(|name| named(&name))
        };
        let bare = || if port == 443 { by(host) } else { None };
        let current = || {
            let context = self.0.contexts.iter().find(|context| context.name == self.0.current_context)?;
            named(&context.context.user)
        };
        by(&format!("{host}:{port}")).or_else(bare).or_else(|| named("*")).or_else(current)
    }

    /// A user's credentials.
    fn credentials(&self, name: &str) -> Result<client::Config, String> {
        let bare = client::config::Kubeconfig {
            users: self.0.users.clone(),
            ..client::config::Kubeconfig::default()
        };
        let user = client::config::Overrides {
            user: Some(name.to_string()),
            ..client::config::Overrides::default()
        };
        bare.resolve(&user).map_err(|error| format!("user {name:?}: {error}"))
    }
}

/// The headers and the certificate that a user is known by. What lies in files is read each time, so that renewed ones are used.
fn identity(config: &client::Config, headers: &mut HeaderMap) -> Result<Option<reqwest::Identity>, String> {
    let read = |path: &std::path::Path| {
        std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let token = match (&config.token, &config.token_file) {
        (_, Some(file)) => Some(String::from_utf8_lossy(&read(file)?).trim().to_string()),
        (token, None) => token.clone(),
    };
    let basic = |(name, password): &(String, String)| {
        format!("Basic {}", BASE64.encode(format!("{name}:{password}")))
    };
    let authorization =
        token.map(|token| format!("Bearer {token}")).or_else(|| config.basic.as_ref().map(basic));
    if let Some(text) = authorization {
        let mut value =
            HeaderValue::from_str(&text).map_err(|_| "the credentials can't be sent in a header")?;
        value.set_sensitive(true);
        headers.insert(http::header::AUTHORIZATION, value);
    }
    let pem = match &config.identity {
        None => return Ok(None),
        Some(client::config::Identity::Pem { certificate, key }) => {
            [&certificate[..], b"\n", &key[..]].concat()
        }
        Some(client::config::Identity::Files { certificate, key }) => {
            [&read(certificate)?[..], b"\n", &read(key)?].concat()
        }
    };
    reqwest::Identity::from_pem(&pem).map(Some).map_err(|error| format!("the client certificate: {error}"))
}

/// The clients that webhooks are reached with.
#[derive(Debug, Default)]
pub struct Callouts {
    clients: Mutex<HashMap<String, reqwest::Client>>,
}

impl Callouts {
    /// Sends a review and reads the answer. `told`: whether the webhook is told how long it may
    /// take.
    ///
    /// # Errors
    /// Says what went wrong, and where.
    pub async fn post(
        &self,
        store: &Store,
        target: &Target,
        timeout: Duration,
        told: bool,
        review: &Value,
        users: &Users,
    ) -> Result<Value, Failed> {
        let (mut url, resolved) = target.address(store).await?;
        let mut headers = HeaderMap::new();
        let mut certificate = None;
        let at = Url::parse(&url).map_err(|error| error.to_string())?;
        let (host, port) = (at.host_str().unwrap_or_default(), at.port_or_known_default().unwrap_or(443));
        let user = users.of(host, port).map(str::to_string);
        if let Some(user) = &user {
            certificate = identity(&users.credentials(user)?, &mut headers)?;
        }
        // A certificate may change in its file: its client lives for one call.
        let client = match certificate {
            Some(_) => make(&target.ca, resolved.as_ref(), certificate, &store.egress)?,
            None => self.client(&target.ca, resolved.as_ref(), &store.egress)?,
        };
        if told {
            let glue = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{glue}timeout={}s", timeout.as_secs());
        }
        let span = traces::call(&Method::POST, &url, &mut headers);
        let body = review.to_string();
        let told = match target.service {
            Some(_) => format!("{host}:{port}"),
            None => calls::host(&at),
        };
        let size = body.len();
        let post = client
            .post(&url)
            .timeout(timeout)
            .headers(headers)
            .header("content-type", "application/json")
            .header("accept", "application/json, */*")
            .body(body);
        let unreachable = |error: reqwest::Error| {
            if error.is_timeout() {
                return format!("Post {url:?}: context deadline exceeded");
            }
            let error = error.without_url();
            let mut why = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(inner) = source {
                why = format!("{why}: {inner}");
                source = inner.source();
            }
            format!("Post {url:?}: {why}")
        };
        let begun = Instant::now();
        let sent = post.send().await.map_err(unreachable);
        let outcome = sent.as_ref().map(|answer| answer.status().as_u16());
        calls::posted(&told, outcome.as_ref().ok().copied(), begun.elapsed(), size);
        traces::called(span, outcome.map_err(Clone::clone));
        let mut answer = sent?;
        let code = answer.status();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER {
                return Err(format!("the answer is larger than {ANSWER} bytes").into());
            }
        }
        calls::received(&told, body.len());
        if !code.is_success() {
            let start = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
            let why = format!(
                "an error on the server ({start:?}) has prevented the request from succeeding, code {code}"
            );
            return Err(Failed { why, code: Some(code.as_u16()) });
        }
        serde_json::from_slice(&body).map_err(|error| format!("the answer is no JSON: {error}").into())
    }

    /// A client that trusts the webhook's CA and finds its service; kept for the next time.
    fn client(
        &self,
        ca: &[u8],
        resolved: Option<&(String, Address)>,
        egress: &Egress,
    ) -> Result<reqwest::Client, String> {
        let key = format!("{resolved:?} {}", hex::encode(ca));
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = make(ca, resolved, None, egress)?;
        // Services come and go: those that are not used any more go some day, too.
        if clients.len() >= KEPT {
            clients.clear();
        }
        clients.insert(key, client.clone());
        Ok(client)
    }
}

/// A client that trusts the CA, finds the service and shows the certificate. Services are in the cluster; what has
/// a URL belongs to the control plane.
fn make(
    ca: &[u8],
    resolved: Option<&(String, Address)>,
    identity: Option<reqwest::Identity>,
    egress: &Egress,
) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(format!("kube-apiserver-admission/{}", component::KUBERNETES_VERSION));
    if !ca.is_empty() {
        let bundle =
            reqwest::Certificate::from_pem_bundle(ca).map_err(|error| format!("its caBundle: {error}"))?;
        builder = builder.tls_certs_only(bundle);
    }
    match resolved {
        Some((host, address)) => builder = egress.cluster.lead(builder, Some((host, address)))?,
        None => builder = egress.controlplane.lead(builder, None)?,
    }
    if let Some(identity) = identity {
        builder = builder.identity(identity);
    }
    builder.build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: Option<&str>, service: Option<(&str, &str, &str, i32)>) -> Target {
        Target {
            url: url.map(str::to_string),
            service: service.map(|(namespace, name, path, port)| Place {
                namespace: namespace.into(),
                name: name.into(),
                path: Some(path.into()),
                port: Some(port),
            }),
            ca: Vec::new(),
        }
    }

    fn wrong(target: &Target) -> Vec<String> {
        let mut wrong = Vec::new();
        let field = Field::root("clientConfig");
        target.wrong(&field, &mut wrong);
        target.wrong_authorities(&field, &mut wrong);
        wrong
            .iter()
            .map(|violation| violation.cause())
            .map(|c| format!("{}: {}", c.field, c.message))
            .collect()
    }

    #[test]
    fn addresses() {
        let good = [
            target(Some("https://hooks.example.com/convert"), None),
            target(Some("https://127.0.0.1:8443"), None),
            target(None, Some(("ns", "hook", "/", 443))),
            target(None, Some(("ns", "hook", "/a/b-c/", 8443))),
        ];
        for target in good {
            assert_eq!(wrong(&target), Vec::<String>::new(), "{target:?}");
        }
        let bad = [
            (target(None, None), "clientConfig: Required value: exactly one of url or service is required"),
            (
                target(Some("https://a"), Some(("n", "s", "/", 1))),
                "clientConfig: Required value: exactly one of url or service is required",
            ),
            (target(Some("http://a/"), None), "'https' is the only allowed URL scheme"),
            (
                target(Some("no url"), None),
                "clientConfig.url: Invalid value: \"\": 'https' is the only allowed URL scheme",
            ),
            (target(Some("no url"), None), "clientConfig.url: Invalid value: \"\": host must be specified"),
            (target(Some("https://a:b"), None), "clientConfig.url: Required value: url must be a valid URL"),
            (target(Some("https://"), None), "host must be specified"),
            (
                target(Some("https://u:p@a/"), None),
                "Invalid value: \"u:p\": user information is not permitted in the URL",
            ),
            (target(Some("https://a/#b"), None), "fragments are not permitted in the URL"),
            (target(Some("https://a/?b=c"), None), "query parameters are not permitted in the URL"),
            (target(None, Some(("", "s", "/", 1))), "clientConfig.service.name: Required value"),
            (target(None, Some(("n", "", "/", 1))), "clientConfig.service.namespace: Required value"),
            (target(None, Some(("n", "s", "/", 0))), "port is not valid"),
            (target(None, Some(("n", "s", "a", 1))), "must start with a '/'"),
            (target(None, Some(("n", "s", "a", 1))), "segment[0] may not be empty"),
            (target(None, Some(("n", "s", "/a//b", 1))), "segment[1] may not be empty"),
            (target(None, Some(("n", "s", "/a/B", 1))), "segment[1]: "),
            (target(None, Some(("n", "s", "//", 1))), "segment[0] may not be empty"),
            (
                Target { ca: b"no pem".to_vec(), ..target(Some("https://a"), None) },
                "clientConfig.caBundle: Invalid value",
            ),
        ];
        for (target, expected) in bad {
            let wrong = wrong(&target);
            assert!(wrong.iter().any(|text| text.contains(expected)), "{target:?}: {wrong:?}");
        }
    }

    #[test]
    fn users_by_host() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hooks.conf");
        let users = |text: &str| {
            std::fs::write(&path, text).expect("writable");
            Users::read(&path)
        };
        let text = "{apiVersion: v1, kind: Config, users: [{name: 'hook.ns.svc', user: {token: a}}, {name: '*.example.com', user: {token: b}}, \
            {name: 'x.example.com:8443', user: {username: u, password: p}}, {name: '*', user: {token: d}}]}";
        let all = users(text).expect("is good");
        for (host, port, name) in [
            ("hook.ns.svc", 443, "hook.ns.svc"),
            ("hook.ns.svc", 8443, "*"),
            ("a.example.com", 443, "*.example.com"),
            ("a.b.example.com", 443, "*.example.com"),
            ("x.example.com", 8443, "x.example.com:8443"),
            ("elsewhere", 443, "*"),
        ] {
            assert_eq!(all.of(host, port), Some(name), "{host}:{port}");
        }
        let header = |name: &str| {
            let mut headers = HeaderMap::new();
            let config = all.credentials(name).expect("credentials");
            assert!(identity(&config, &mut headers).expect("is good").is_none());
            headers[http::header::AUTHORIZATION].to_str().expect("text").to_string()
        };
        assert_eq!((header("*"), header("x.example.com:8443")), ("Bearer d".into(), "Basic dTpw".into()));
        assert_eq!(Users::default().of("a", 443), None);
        let context = "{current-context: c, contexts: [{name: c, context: {user: u}}], users: [{name: u, user: {token: t}}]}";
        assert_eq!(users(context).expect("is good").of("any", 443), Some("u"));
        for (text, why) in [
            ("{users: [{name: u, user: {exec: {command: x}}}]}", "exec"),
            ("{users: [{name: u, user: {client-certificate-data: '!'}}]}", "base64"),
            ("[", ""),
        ] {
            let wrong = users(text).expect_err(text);
            assert!(wrong.contains(why), "{text}: {wrong}");
        }
    }
}
