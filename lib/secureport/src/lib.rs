//! The HTTPS port of a control-plane component: health for everybody, metrics for whom the API
//! server says may read them (delegated authentication and authorization).

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::{Arg, ArgMatches};
use client::{Client, path};
use component::flags::value;
use component::health::Health;
use component::http::{Body, Request, text, typed};
use component::tls::{ClientAuth, ServerTls};
use http::{Response, StatusCode, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Renders the component's metrics.
pub type Metrics = fn() -> String;

/// The flags of the port; `port` is the component's own.
pub fn flags(port: &'static str) -> Vec<Arg> {
    vec![
        value("bind-address", "0.0.0.0", "The IP address on which to listen for the --secure-port port"),
        value("secure-port", port, "The port on which to serve HTTPS; 0 serves none"),
        value(
            "tls-cert-file",
            "",
            "File containing the x509 certificate for HTTPS; without it one is made up",
        ),
        value("tls-private-key-file", "", "File containing the private key of --tls-cert-file"),
        value("authentication-kubeconfig", "", "kubeconfig with the right to create tokenreviews"),
        value("authorization-kubeconfig", "", "kubeconfig with the right to create subjectaccessreviews"),
        value("client-ca-file", "", "CA of client certificates (bearer tokens are what this port takes)"),
        value("requestheader-client-ca-file", "", "CA of front proxies (none are trusted on this port)"),
        value("cert-dir", "", "Unused: certificates that are made up stay in memory"),
    ]
}

/// Where and with what to serve.
pub struct Port {
    address: SocketAddr,
    files: Option<(PathBuf, PathBuf)>,
    reviews: Option<Client>,
}

impl Port {
    /// Reads the flags; `None` when the port is off.
    ///
    /// # Errors
    /// Names the flag that is wrong.
    pub fn new(matches: &ArgMatches) -> Result<Option<Self>> {
        let flag = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
        let ip: IpAddr =
            flag("bind-address").parse().map_err(|_| anyhow!("--bind-address is not an IP address"))?;
        let port: u16 = flag("secure-port").parse().map_err(|_| anyhow!("--secure-port is not a port"))?;
        if port == 0 {
            return Ok(None);
        }
        let files = match (flag("tls-cert-file"), flag("tls-private-key-file")) {
            (cert, key) if cert.is_empty() && key.is_empty() => None,
            (cert, key) if !cert.is_empty() && !key.is_empty() => Some((cert.into(), key.into())),
            _ => return Err(anyhow!("--tls-cert-file and --tls-private-key-file go together")),
        };
        let kubeconfig = PathBuf::from(flag("authentication-kubeconfig"));
        let reviews = if kubeconfig.as_os_str().is_empty() {
            None
        } else {
            let config = client::Config::from_kubeconfig(&kubeconfig)
                .with_context(|| format!("--authentication-kubeconfig {}", kubeconfig.display()))?;
            Some(Client::new(config)?)
        };
        Ok(Some(Self { address: SocketAddr::new(ip, port), files, reviews }))
    }

    /// Serves in the background until `shutdown`.
    ///
    /// # Errors
    /// Fails when the address is taken or the certificate can't be used.
    pub async fn start(
        self,
        name: &str,
        health: Health,
        metrics: Metrics,
        shutdown: CancellationToken,
    ) -> Result<()> {
        let tls = match &self.files {
            Some((cert, key)) => ServerTls::new(cert, key, None, ClientAuth::None)?,
            None => {
                let host = "localhost".to_string();
                let leaf = pki::Leaf::server(name, vec![host], vec![IpAddr::from([127, 0, 0, 1])]);
                let pair = pki::Authority::new(&format!("{name}-ca"))?.issue(&leaf)?;
                ServerTls::in_memory(&pair.certificate, &pair.key)?
            }
        };
        let listener = TcpListener::bind(self.address)
            .await
            .with_context(|| format!("cannot listen on {} (--bind-address, --secure-port)", self.address))?;
        let reviews = Arc::new(self.reviews);
        let handler = move |request: Request| {
            let (health, reviews) = (health.clone(), reviews.clone());
            async move {
                if let Some(answer) = health.answer(request.uri().path(), request.uri().query()) {
                    return answer;
                }
                match allowed(reviews.as_ref().as_ref(), &request).await {
                    Ok(()) => {}
                    Err(answer) => return *answer,
                }
                match request.uri().path() {
                    "/metrics" => typed(StatusCode::OK, "text/plain; version=0.0.4", metrics()),
                    _ => text(StatusCode::NOT_FOUND, "404 page not found\n"),
                }
            }
        };
        let grace = Duration::from_secs(1);
        tokio::spawn(component::serve::serve(listener, Some(tls), handler, shutdown, grace));
        Ok(())
    }
}

/// Asks the API server who the caller is and whether they may.
async fn allowed(reviews: Option<&Client>, request: &Request) -> Result<(), Box<Response<Body>>> {
    let refuse = |status: StatusCode, message: &'static str| Box::new(text(status, message));
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .ok_or_else(|| refuse(StatusCode::UNAUTHORIZED, "Unauthorized\n"))?;
    let reviews = reviews.ok_or_else(|| {
        refuse(StatusCode::FORBIDDEN, "Forbidden: the component runs without --authentication-kubeconfig\n")
    })?;
    let failed = |error: client::Error| {
        tracing::warn!(%error, "cannot ask the API server who may read metrics");
        refuse(StatusCode::INTERNAL_SERVER_ERROR, "the API server can't be asked\n")
    };
    let review = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": { "token": token },
    });
    let target = path("authentication.k8s.io", "v1", "tokenreviews", None, None, None);
    let review: Value = reviews.create(&target, &review).await.map_err(failed)?;
    if review["status"]["authenticated"] != true {
        return Err(refuse(StatusCode::UNAUTHORIZED, "Unauthorized\n"));
    }
    let user = &review["status"]["user"];
    let access = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {
            "user": user["username"], "groups": user["groups"], "uid": user["uid"],
            "nonResourceAttributes": { "path": request.uri().path(), "verb": "get" },
        },
    });
    let target = path("authorization.k8s.io", "v1", "subjectaccessreviews", None, None, None);
    let access: Value = reviews.create(&target, &access).await.map_err(failed)?;
    if access["status"]["allowed"] == true {
        Ok(())
    } else {
        Err(refuse(StatusCode::FORBIDDEN, "Forbidden\n"))
    }
}
