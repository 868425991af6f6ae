//! The files of volumes that come from the API: config maps, secrets, the downward API, tokens.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{
    DownwardAPIVolumeFile, KeyToPath, Pod, ServiceAccountTokenProjection, Volume, VolumeProjection,
};
use serde_json::{Value, json};

use super::atomic::File;
use super::{VolumeError, Volumes};
use crate::objects::{Data, Wanted};
use crate::pod::env::{Local, field, resource};

type Files = BTreeMap<String, File>;

/// Tokens that were fetched for projected volumes, until they want renewing.
#[derive(Clone, Default)]
pub struct Tokens {
    held: Arc<Mutex<HashMap<TokenKey, Held>>>,
}

/// Pod UID, audience, seconds asked for.
type TokenKey = (String, String, i64);

struct Held {
    token: String,
    renew: Instant,
    expires: Instant,
}

impl Tokens {
    /// The pod is gone.
    pub fn forget(&self, uid: &str) {
        self.held
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .retain(|(held, _, _), _| held != uid);
    }
}

/// The files of a volume, and how long until a token in it wants renewing.
pub async fn files(
    volumes: &Volumes,
    pod: &Pod,
    volume: &Volume,
    local: &Local,
) -> Result<(Files, Option<Duration>), VolumeError> {
    let mut files = Files::new();
    let mut renew = None;
    if let Some(source) = &volume.config_map {
        let mode = mode(source.default_mode);
        from_object(
            volumes,
            pod,
            &mut files,
            &Wanted::config_map(crate::pod::namespace(pod), &source.name),
            &source.items,
            mode,
            source.optional,
        )
        .await?;
    } else if let Some(source) = &volume.secret {
        let name = source.secret_name.as_deref().unwrap_or_default();
        let wanted = Wanted::secret(crate::pod::namespace(pod), name);
        from_object(
            volumes,
            pod,
            &mut files,
            &wanted,
            &source.items,
            mode(source.default_mode),
            source.optional,
        )
        .await?;
    } else if let Some(source) = &volume.downward_api {
        downward(pod, &mut files, source.items.iter().flatten(), mode(source.default_mode), local)?;
    } else if let Some(source) = &volume.projected {
        let mode = mode(source.default_mode);
        for part in source.sources.iter().flatten() {
            let again = projected(volumes, pod, &mut files, part, mode, local).await?;
            renew = [renew, again].into_iter().flatten().min();
        }
    }
    Ok((files, renew))
}

fn mode(mode: Option<i32>) -> u32 {
    mode.and_then(|mode| u32::try_from(mode).ok()).unwrap_or(0o644)
}

async fn projected(
    volumes: &Volumes,
    pod: &Pod,
    files: &mut Files,
    part: &VolumeProjection,
    mode: u32,
    local: &Local,
) -> Result<Option<Duration>, VolumeError> {
    let namespace = crate::pod::namespace(pod);
    if let Some(source) = &part.config_map {
        from_object(
            volumes,
            pod,
            files,
            &Wanted::config_map(namespace, &source.name),
            &source.items,
            mode,
            source.optional,
        )
        .await?;
    } else if let Some(source) = &part.secret {
        from_object(
            volumes,
            pod,
            files,
            &Wanted::secret(namespace, &source.name),
            &source.items,
            mode,
            source.optional,
        )
        .await?;
    } else if let Some(source) = &part.downward_api {
        downward(pod, files, source.items.iter().flatten(), mode, local)?;
    } else if let Some(source) = &part.service_account_token {
        let (token, again) = token(volumes, pod, source).await?;
        // Readable by the pod's user alone, unless a group is set on the volume.
        let spec = crate::pod::spec(pod);
        let group = spec.security_context.as_ref().is_some_and(|context| context.fs_group.is_some());
        let mode = if group { 0o600 } else { mode };
        files.insert(source.path.clone(), File { bytes: token.into_bytes(), mode });
        return Ok(Some(again));
    } else {
        return Err("a projected source of this kind is not built yet; configMap, secret, downwardAPI and serviceAccountToken are".into());
    }
    Ok(None)
}

async fn from_object(
    volumes: &Volumes,
    pod: &Pod,
    files: &mut Files,
    wanted: &Wanted,
    items: &Option<Vec<KeyToPath>>,
    mode: u32,
    optional: Option<bool>,
) -> Result<(), VolumeError> {
    let optional = optional == Some(true);
    let Some(data) = volumes.objects.get(crate::pod::uid(pod), wanted).await? else {
        return if optional {
            Ok(())
        } else {
            Err(format!("{} {:?} not found", wanted.kind.as_str(), wanted.name))
        };
    };
    pick(files, &data, items, mode, optional)
        .map_err(|key| format!("{} {:?} has no key {key:?}", wanted.kind.as_str(), wanted.name))
}

/// Takes all keys, or those that `items` name. The error is the key that is missing.
fn pick(
    files: &mut Files,
    data: &Data,
    items: &Option<Vec<KeyToPath>>,
    mode: u32,
    optional: bool,
) -> Result<(), String> {
    match items.as_ref().filter(|items| !items.is_empty()) {
        None => {
            files.extend(data.iter().map(|(key, bytes)| (key.clone(), File { bytes: bytes.clone(), mode })))
        }
        Some(items) => {
            for item in items {
                match data.get(&item.key) {
                    Some(bytes) => {
                        let mode = item.mode.and_then(|mode| u32::try_from(mode).ok()).unwrap_or(mode);
                        files.insert(item.path.clone(), File { bytes: bytes.clone(), mode });
                    }
                    None if optional => {}
                    None => return Err(item.key.clone()),
                }
            }
        }
    }
    Ok(())
}

fn downward<'a>(
    pod: &Pod,
    files: &mut Files,
    items: impl Iterator<Item = &'a DownwardAPIVolumeFile>,
    mode: u32,
    local: &Local,
) -> Result<(), VolumeError> {
    let spec = crate::pod::spec(pod);
    for item in items {
        let text = if let Some(selector) = &item.field_ref {
            field(pod, selector, local).map_err(|error| error.to_string())?
        } else if let Some(selector) = &item.resource_field_ref {
            let name = selector.container_name.as_deref().unwrap_or_default();
            let container = spec
                .containers
                .iter()
                .find(|container| container.name == name)
                .ok_or_else(|| format!("the pod has no container {name:?}"))?;
            resource(container, selector, local).map_err(|error| error.to_string())?
        } else {
            continue;
        };
        let mode = item.mode.and_then(|mode| u32::try_from(mode).ok()).unwrap_or(mode);
        files.insert(item.path.clone(), File { bytes: text.into_bytes(), mode });
    }
    Ok(())
}

async fn token(
    volumes: &Volumes,
    pod: &Pod,
    source: &ServiceAccountTokenProjection,
) -> Result<(String, Duration), VolumeError> {
    let seconds = source.expiration_seconds.unwrap_or(3600);
    let audience = source.audience.clone().unwrap_or_default();
    let key = (crate::pod::uid(pod).to_string(), audience.clone(), seconds);
    let now = Instant::now();
    let stale = {
        let held = volumes.tokens.held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match held.get(&key) {
            Some(found) if found.renew > now => return Ok((found.token.clone(), found.renew - now)),
            Some(found) if found.expires > now => Some(found.token.clone()),
            _ => None,
        }
    };
    match request(volumes, pod, &audience, seconds).await {
        Ok((token, life)) => {
            // Renewed at four fifths of its life, or after a day, as upstream does.
            let renew = (life * 4 / 5).min(Duration::from_secs(24 * 3600));
            let entry = Held { token: token.clone(), renew: now + renew, expires: now + life };
            volumes.tokens.held.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(key, entry);
            Ok((token, renew))
        }
        Err(error) => match stale {
            Some(token) => {
                tracing::warn!(
                    pod = crate::pod::name(pod),
                    error,
                    "cannot renew a token; the old one still holds"
                );
                Ok((token, Duration::from_secs(30)))
            }
            None => Err(error),
        },
    }
}

async fn request(
    volumes: &Volumes,
    pod: &Pod,
    audience: &str,
    seconds: i64,
) -> Result<(String, Duration), VolumeError> {
    let Some(client) = &volumes.client else {
        return Err("this kubelet has no API server to get a token from".into());
    };
    let spec = crate::pod::spec(pod);
    let account = spec.service_account_name.as_deref().filter(|name| !name.is_empty()).unwrap_or("default");
    let audiences: Vec<&str> = if audience.is_empty() { Vec::new() } else { vec![audience] };
    let body = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": {
            "audiences": audiences, "expirationSeconds": seconds,
            "boundObjectRef": {"apiVersion": "v1", "kind": "Pod", "name": crate::pod::name(pod), "uid": crate::pod::uid(pod)},
        },
    });
    let target = client::path(
        "",
        "v1",
        "serviceaccounts",
        Some(crate::pod::namespace(pod)),
        Some(account),
        Some("token"),
    );
    let answer: Value =
        client.create(&target, &body).await.map_err(|error| format!("failed to fetch token: {error}"))?;
    let token = answer["status"]["token"].as_str().ok_or("the API server sent no token")?;
    let expires: Option<jiff::Timestamp> =
        answer["status"]["expirationTimestamp"].as_str().and_then(|text| text.parse().ok());
    let life = expires.map_or(seconds, |at| at.as_second() - jiff::Timestamp::now().as_second());
    Ok((token.to_string(), Duration::from_secs(u64::try_from(life).unwrap_or_default())))
}
