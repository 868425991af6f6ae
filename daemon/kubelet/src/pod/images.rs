//! Images: whether to pull, pulling, and waiting longer after each failure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use criapi::{AuthConfig, Image, ImageSpec, ImageStatusRequest, PodSandboxConfig, PullImageRequest, Runtime};

/// Why there is no image, as the container's waiting state tells it.
#[derive(Debug)]
pub struct Unavailable {
    pub reason: &'static str,
    pub message: String,
    /// How long until another try makes sense.
    pub retry: Option<Duration>,
}

/// Pulls of this node. Clones share their history.
#[derive(Clone, Default)]
pub struct Images {
    backoff: Arc<Mutex<HashMap<String, (Duration, Instant)>>>,
}

const FIRST: Duration = Duration::from_secs(10);
const MOST: Duration = Duration::from_secs(300);

/// The pull policy of a container that names none.
pub fn default_policy(image: &str) -> &'static str {
    let tail = image.rsplit('/').next().unwrap_or(image);
    let latest = !image.contains('@') && tail.rsplit_once(':').is_none_or(|(_, tag)| tag == "latest");
    if latest { "Always" } else { "IfNotPresent" }
}

impl Images {
    /// The image, pulled if the policy says so. `note` is told of what happens, for events.
    ///
    /// # Errors
    /// Says why there is none, with upstream's reasons.
    pub async fn ensure(
        &self,
        cri: &Runtime,
        image: &str,
        policy: &str,
        credentials: &[AuthConfig],
        sandbox: &PodSandboxConfig,
        note: &(dyn Fn(&'static str, &str, String) + Send + Sync),
    ) -> Result<Image, Unavailable> {
        let spec =
            ImageSpec { image: image.into(), user_specified_image: image.into(), ..Default::default() };
        let present = || async {
            let request = ImageStatusRequest { image: Some(spec.clone()), verbose: false };
            cri.images.clone().image_status(request).await.map(|answer| answer.into_inner().image)
        };
        let found = present().await.map_err(|status| Unavailable {
            reason: if status.code() as i32 == 3 { "InvalidImageName" } else { "ImageInspectError" },
            message: format!("Failed to inspect image {image:?}: {}", status.message()),
            retry: Some(FIRST),
        })?;
        match (policy, found) {
            ("Never", None) => {
                return Err(Unavailable {
                    reason: "ErrImageNeverPull",
                    message: format!("Container image {image:?} is not present with pull policy of Never"),
                    retry: None,
                });
            }
            ("Never" | "IfNotPresent", Some(found)) => {
                note("Normal", "Pulled", format!("Container image {image:?} already present on machine"));
                return Ok(found);
            }
            // What kadm makes on the machine is in no registry to look for a newer one.
            (_, Some(found)) if image.starts_with("kadm.local/") => {
                note("Normal", "Pulled", format!("Container image {image:?} already present on machine"));
                return Ok(found);
            }
            _ => {}
        }
        if let Some(left) = self.waits(image) {
            note("Normal", "BackOff", format!("Back-off pulling image {image:?}"));
            return Err(Unavailable {
                reason: "ImagePullBackOff",
                message: format!("Back-off pulling image {image:?}"),
                retry: Some(left),
            });
        }
        note("Normal", "Pulling", format!("Pulling image {image:?}"));
        let begun = Instant::now();
        let mut last = None;
        let anonymous = [AuthConfig::default()];
        let tries = if credentials.is_empty() { &anonymous[..] } else { credentials };
        for auth in tries {
            let request = PullImageRequest {
                image: Some(spec.clone()),
                auth: (!credentials.is_empty()).then(|| auth.clone()),
                sandbox_config: Some(sandbox.clone()),
            };
            match cri.images.clone().pull_image(request).await {
                Ok(_) => {
                    self.lock().remove(image);
                    note(
                        "Normal",
                        "Pulled",
                        format!("Successfully pulled image {image:?} in {} ms", begun.elapsed().as_millis()),
                    );
                    return present().await.ok().flatten().ok_or_else(|| Unavailable {
                        reason: "ImageInspectError",
                        message: format!("image {image:?} is gone right after it was pulled"),
                        retry: Some(FIRST),
                    });
                }
                Err(status) => last = Some(status),
            }
        }
        let why = last.map(|status| status.message().to_string()).unwrap_or_default();
        let delay = self.failed(image);
        note("Warning", "Failed", format!("Failed to pull image {image:?}: {why}"));
        note("Warning", "Failed", "Error: ErrImagePull".into());
        Err(Unavailable { reason: "ErrImagePull", message: why, retry: Some(delay) })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Duration, Instant)>> {
        self.backoff.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn waits(&self, image: &str) -> Option<Duration> {
        let (delay, since) = *self.lock().get(image)?;
        delay.checked_sub(since.elapsed()).filter(|left| !left.is_zero())
    }

    fn failed(&self, image: &str) -> Duration {
        let mut backoff = self.lock();
        let delay = backoff.get(image).map_or(FIRST, |(delay, _)| (*delay * 2).min(MOST));
        backoff.insert(image.into(), (delay, Instant::now()));
        delay
    }
}

/// The credentials in a `kubernetes.io/dockerconfigjson` or `.dockercfg` secret that fit `image`.
pub fn credentials(kind: &str, data: &crate::objects::Data, image: &str) -> Vec<AuthConfig> {
    use base64::Engine;
    let text = match kind {
        "kubernetes.io/dockerconfigjson" => data.get(".dockerconfigjson"),
        "kubernetes.io/dockercfg" => data.get(".dockercfg"),
        _ => None,
    };
    let Some(Ok(config)) = text.map(|text| serde_json::from_slice::<serde_json::Value>(text)) else {
        return Vec::new();
    };
    let auths = config.get("auths").unwrap_or(&config);
    let host = match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    };
    let mut found = Vec::new();
    for (server, entry) in auths.as_object().into_iter().flatten() {
        let bare = server.trim_start_matches("https://").trim_start_matches("http://");
        let bare = bare.split('/').next().unwrap_or(bare);
        if bare != host && !(host == "docker.io" && bare == "index.docker.io") {
            continue;
        }
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_string();
        let (mut username, mut password) = (text("username"), text("password"));
        if username.is_empty()
            && let Ok(pair) = base64::engine::general_purpose::STANDARD.decode(text("auth"))
            && let Some((name, secret)) = String::from_utf8_lossy(&pair).split_once(':')
        {
            (username, password) = (name.into(), secret.into());
        }
        found.push(AuthConfig {
            username,
            password,
            server_address: server.clone(),
            identity_token: text("identitytoken"),
            ..Default::default()
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies() {
        for (image, want) in [
            ("a", "Always"),
            ("a:latest", "Always"),
            ("a:1", "IfNotPresent"),
            ("h:5000/a", "Always"),
            ("h:5000/a:1", "IfNotPresent"),
            ("a@sha256:0", "IfNotPresent"),
        ] {
            assert_eq!(default_policy(image), want, "{image}");
        }
    }

    #[test]
    fn pull_secrets_are_matched_by_host() {
        let json =
            br#"{"auths":{"https://r.example:5000/v1":{"auth":"dTpw"},"other":{"username":"x"}}}"#.to_vec();
        let data = [(".dockerconfigjson".to_string(), json)].into();
        let found = credentials("kubernetes.io/dockerconfigjson", &data, "r.example:5000/a/b:1");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].username.as_str(), found[0].password.as_str()), ("u", "p"));
    }
}
