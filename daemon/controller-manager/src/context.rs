//! What controllers share: informers (one for each kind, started when first asked for), clients
//! that act under each controller's own service account, and the configuration.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use client::events::{ObjectReference, Recorder};
use client::informer::{Event, Informer};
use client::queue::WorkQueue;
use client::{Client, Error, Key, ListParams, Meta};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::objects::Resource;

/// How long a token of a controller's account is good for.
const TOKEN_SECONDS: u64 = 3600;

/// Shared by all controllers of one leader's term.
pub struct Context {
    pub config: Arc<Config>,
    pub shutdown: CancellationToken,
    /// With the manager's own rights.
    pub client: Client,
    /// Over connections without a client certificate, for tokens to count.
    bare: Option<Client>,
    informers: Mutex<HashMap<TypeId, Box<dyn Any + Send>>>,
}

impl Context {
    /// # Errors
    /// Fails when a client can't be set up.
    pub fn new(config: Arc<Config>, client: Client, shutdown: CancellationToken) -> Result<Arc<Self>, Error> {
        let bare = if config.service_account_credentials {
            let target = client.config();
            Some(Client::new(client::Config {
                server: target.server.clone(),
                ca: target.ca.clone(),
                insecure: target.insecure,
                tls_server_name: target.tls_server_name.clone(),
                user_agent: target.user_agent.clone(),
                ..client::Config::default()
            })?)
        } else {
            None
        };
        Ok(Arc::new(Self { config, shutdown, client, bare, informers: Mutex::default() }))
    }

    /// The informer of a kind.
    pub fn informer<T: Resource>(&self) -> Informer<T> {
        let mut informers = self.informers.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = informers.entry(TypeId::of::<T>()).or_insert_with(|| {
            let path = T::path(None, None, None);
            let informer: Informer<T> =
                Informer::start(self.client.clone(), path, ListParams::default(), self.shutdown.clone());
            Box::new(informer)
        });
        match entry.downcast_ref::<Informer<T>>() {
            Some(informer) => informer.clone(),
            // The key is the type: this can't be another one.
            None => Informer::start(
                self.client.clone(),
                T::path(None, None, None),
                ListParams::default(),
                self.shutdown.clone(),
            ),
        }
    }

    /// A client with the rights of the controller's account in kube-system.
    pub async fn client_of(&self, account: &'static str) -> Client {
        let Some(bare) = &self.bare else { return self.client.clone() };
        let token = Arc::new(RwLock::new(String::new()));
        let mut pause = Duration::from_millis(100);
        loop {
            match fresh_token(&self.client, account).await {
                Ok(fresh) => {
                    *token.write().unwrap_or_else(PoisonError::into_inner) = fresh;
                    break;
                }
                Err(error) => {
                    tracing::debug!(account, %error, "cannot get a token for the controller; trying again");
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = self.shutdown.cancelled() => break,
                    }
                    pause = (pause * 2).min(Duration::from_secs(10));
                }
            }
        }
        let (main, shared, shutdown) = (self.client.clone(), token.clone(), self.shutdown.clone());
        tokio::spawn(async move {
            let mut pause = Duration::from_secs(TOKEN_SECONDS * 3 / 4);
            loop {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shutdown.cancelled() => return,
                }
                pause = match fresh_token(&main, account).await {
                    Ok(fresh) => {
                        *shared.write().unwrap_or_else(PoisonError::into_inner) = fresh;
                        Duration::from_secs(TOKEN_SECONDS * 3 / 4)
                    }
                    Err(error) => {
                        tracing::warn!(account, %error, "cannot renew the controller's token; trying again");
                        Duration::from_secs(30)
                    }
                };
            }
        });
        bare.with_token(token)
    }

    /// Calls `handle` with every event of a kind.
    pub fn on<T: Resource>(&self, mut handle: impl FnMut(Event<T>) + Send + 'static) {
        let mut events = self.informer::<T>().subscribe();
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    event = events.recv() => match event { Some(event) => handle(event), None => return },
                    () = shutdown.cancelled() => return,
                }
            }
        });
    }

    /// Queues the key of every object of a kind that changes.
    pub fn enqueue<T: Resource>(&self, queue: &WorkQueue<Key>) {
        let queue = queue.clone();
        self.on::<T>(move |event| queue.add(event.object().meta().key()));
    }

    /// Works on a queue until the term ends.
    pub async fn work<F, Fut>(&self, queue: &WorkQueue<Key>, workers: usize, work: F)
    where
        F: Fn(Key) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = anyhow::Result<Option<Duration>>> + Send,
    {
        queue.run(workers, &self.shutdown, work).await;
    }
}

async fn fresh_token(client: &Client, account: &str) -> Result<String, Error> {
    let accounts = client::path("", "v1", "serviceaccounts", Some("kube-system"), None, None);
    let target = client::path("", "v1", "serviceaccounts", Some("kube-system"), Some(account), Some("token"));
    let request = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": { "expirationSeconds": TOKEN_SECONDS },
    });
    let answer = match client.create::<_, Value>(&target, &request).await {
        Err(error) if error.is_not_found() => {
            let body = json!({
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": { "name": account, "namespace": "kube-system" },
            });
            match client.create::<_, Value>(&accounts, &body).await {
                Err(error) if !error.is_already_exists() => return Err(error),
                _ => client.create::<_, Value>(&target, &request).await?,
            }
        }
        other => other?,
    };
    Ok(answer["status"]["token"].as_str().unwrap_or_default().to_string())
}

/// What an event is about.
pub fn reference<T: Resource>(meta: &Meta) -> ObjectReference {
    ObjectReference {
        api_version: T::api_version(),
        kind: T::KIND.into(),
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        resource_version: meta.resource_version.clone(),
        ..ObjectReference::default()
    }
}

/// The owner reference that makes an object the controller of what it creates.
pub fn controller_of<T: Resource>(meta: &Meta) -> Value {
    json!({
        "apiVersion": T::api_version(), "kind": T::KIND, "name": meta.name, "uid": meta.uid,
        "controller": true, "blockOwnerDeletion": true,
    })
}

/// A recorder for a controller.
pub fn recorder(client: &Client, component: &str) -> Recorder {
    Recorder::new(client.clone(), component, "")
}

/// Now, as the API writes times.
pub fn now() -> String {
    time(jiff::Timestamp::now())
}

/// A time as the API writes it.
pub fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Takes "it is gone already" for success.
pub fn gone_is_fine<T>(outcome: Result<T, Error>) -> Result<(), Error> {
    match outcome {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
