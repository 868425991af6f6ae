//! The config maps and secrets that pods on this node use: watched one by one while some pod
//! wants them, as the Node authorizer allows, so that changes reach volumes without polling.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use base64::Engine;
use client::informer::Informer;
use client::{Client, Key, ListParams, Meta, Object, path};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

/// The contents of a config map or secret.
pub type Data = BTreeMap<String, Vec<u8>>;

/// The kinds that pods take data from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    ConfigMap,
    Secret,
}

impl Kind {
    /// As messages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigMap => "configmap",
            Self::Secret => "secret",
        }
    }
}

/// One object that a pod wants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    pub kind: Kind,
    pub namespace: String,
    pub name: String,
}

impl Wanted {
    pub fn config_map(namespace: &str, name: &str) -> Self {
        Self { kind: Kind::ConfigMap, namespace: namespace.into(), name: name.into() }
    }

    pub fn secret(namespace: &str, name: &str) -> Self {
        Self { kind: Kind::Secret, namespace: namespace.into(), name: name.into() }
    }
}

/// A config map or secret, decoded.
pub struct Holder {
    metadata: Meta,
    data: Arc<Data>,
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default)]
    metadata: Meta,
    #[serde(default)]
    data: Option<BTreeMap<String, String>>,
    #[serde(default)]
    binary_data: Option<BTreeMap<String, String>>,
    /// Secrets have a type; config maps have none.
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let raw = Raw::deserialize(de)?;
        let decode = |text: String| {
            base64::engine::general_purpose::STANDARD.decode(text).map_err(serde::de::Error::custom)
        };
        let mut data = Data::new();
        for (key, value) in raw.data.into_iter().flatten() {
            data.insert(key, if raw.kind.is_some() { decode(value)? } else { value.into_bytes() });
        }
        for (key, value) in raw.binary_data.into_iter().flatten() {
            data.insert(key, decode(value)?);
        }
        Ok(Self { metadata: raw.metadata, data: Arc::new(data), kind: raw.kind.unwrap_or_default() })
    }
}

impl Object for Holder {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

struct Watched {
    informer: Informer<Holder>,
    users: HashSet<String>,
    stop: CancellationToken,
}

/// The objects in use. Clones share them.
#[derive(Clone)]
pub struct Objects {
    client: Option<Client>,
    watched: Arc<Mutex<HashMap<Wanted, Watched>>>,
    /// Called with a pod's UID when an object it uses has changed.
    changed: Arc<dyn Fn(&str) + Send + Sync>,
    shutdown: CancellationToken,
}

impl Objects {
    /// Nothing is watched until some pod wants it.
    pub fn new(
        client: Option<Client>,
        changed: Arc<dyn Fn(&str) + Send + Sync>,
        shutdown: CancellationToken,
    ) -> Self {
        Self { client, watched: Arc::default(), changed, shutdown }
    }

    /// The object's data as it is now, `None` if there is no such object. The pod is told of
    /// changes from here on, until [`release`](Self::release).
    ///
    /// # Errors
    /// Says why the API server can't be asked.
    pub async fn get(&self, uid: &str, wanted: &Wanted) -> Result<Option<Arc<Data>>, String> {
        Ok(self.holder(uid, wanted).await?.map(|holder| holder.data.clone()))
    }

    /// The object's data with the type that a secret has.
    pub async fn secret(&self, uid: &str, wanted: &Wanted) -> Result<Option<(String, Arc<Data>)>, String> {
        Ok(self.holder(uid, wanted).await?.map(|holder| (holder.kind.clone(), holder.data.clone())))
    }

    async fn holder(&self, uid: &str, wanted: &Wanted) -> Result<Option<Arc<Holder>>, String> {
        let Some(client) = &self.client else {
            return Err("this kubelet has no API server to get it from".into());
        };
        let (informer, fresh) = {
            let mut watched = self.watched.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match watched.get_mut(wanted) {
                Some(found) => {
                    found.users.insert(uid.to_string());
                    (found.informer.clone(), false)
                }
                None => {
                    let plural = match wanted.kind {
                        Kind::ConfigMap => "configmaps",
                        Kind::Secret => "secrets",
                    };
                    let stop = self.shutdown.child_token();
                    let informer = Informer::<Holder>::start(
                        client.clone(),
                        path("", "v1", plural, Some(&wanted.namespace), None, None),
                        ListParams::fields(format!("metadata.name={}", wanted.name)),
                        stop.clone(),
                    );
                    self.notify(wanted.clone(), &informer);
                    let entry = Watched { informer: informer.clone(), users: [uid.to_string()].into(), stop };
                    watched.insert(wanted.clone(), entry);
                    (informer, true)
                }
            }
        };
        let _ = fresh;
        let wait = tokio::time::timeout(std::time::Duration::from_secs(10), informer.wait_synced()).await;
        if !matches!(wait, Ok(true)) {
            return Err("the API server does not answer in time".into());
        }
        Ok(informer.store().get(&Key::new(&*wanted.namespace, &*wanted.name)))
    }

    fn notify(&self, wanted: Wanted, informer: &Informer<Holder>) {
        let mut events = informer.subscribe();
        let (watched, changed) = (self.watched.clone(), self.changed.clone());
        tokio::spawn(async move {
            while events.recv().await.is_some() {
                let users: Vec<String> = {
                    let watched = watched.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    watched
                        .get(&wanted)
                        .map(|found| found.users.iter().cloned().collect())
                        .unwrap_or_default()
                };
                for uid in users {
                    changed(&uid);
                }
            }
        });
    }

    /// The pod is gone: what nobody else uses is watched no longer.
    pub fn release(&self, uid: &str) {
        let mut watched = self.watched.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        watched.retain(|_, found| {
            found.users.remove(uid);
            if found.users.is_empty() {
                found.stop.cancel();
            }
            !found.users.is_empty()
        });
    }
}
