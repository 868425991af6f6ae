//! Servers that a kubeconfig names and that are asked for an opinion: webhooks of authentication,
//! authorization and audit. The URL in the kubeconfig is the whole address.

use std::path::Path;
use std::time::{Duration, Instant};

use client::{Client, Config};
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

use crate::egress::Way;
use crate::metrics::calls;

/// How often a question is asked before it is given up.
const TRIES: u32 = 5;
/// How much longer each pause is than the one before.
const FACTOR: f64 = 1.5;
/// The largest answer that is read.
const ANSWER: usize = 3 << 20;

/// One such server.
pub struct Remote {
    client: Client,
    /// Its host, as metrics name it.
    host: String,
    timeout: Duration,
    pause: Duration,
}

/// Why there is no answer, and whether another try may help.
struct Failed {
    why: String,
    again: bool,
    /// It was too late.
    late: bool,
}

/// Why there is no answer.
pub struct Unanswered {
    /// What went wrong the last time.
    pub why: String,
    /// Whether there was none in time.
    pub late: bool,
}

impl Remote {
    /// From a kubeconfig. A try may take `timeout`; after a first failure `pause` goes by; it goes by `way`.
    ///
    /// # Errors
    /// Fails when the file can't be read or names things that are not there.
    pub fn read(kubeconfig: &Path, timeout: Duration, pause: Duration, way: &Way) -> Result<Self, String> {
        let config = Config::from_kubeconfig(kubeconfig).map_err(|error| error.to_string())?;
        Self::new(config, timeout, pause, way)
    }

    /// From the pod that this server runs in.
    ///
    /// # Errors
    /// Fails outside of a pod.
    pub fn in_cluster(timeout: Duration, pause: Duration, way: &Way) -> Result<Self, String> {
        Self::new(Config::in_cluster().map_err(|error| error.to_string())?, timeout, pause, way)
    }

    fn new(mut config: Config, timeout: Duration, pause: Duration, way: &Way) -> Result<Self, String> {
        if !way.is_direct() {
            if config.proxy_url.is_some() {
                return Err("its proxy-url can't be used along with the proxy of an egress selector".into());
            }
            let url = url::Url::parse(&config.server).map_err(|error| format!("server: {error}"))?;
            let host = url.host_str().unwrap_or_default();
            let port = url.port_or_known_default().unwrap_or(443);
            config.proxy_url = way.proxy(Some(&format!("{host}:{port}")));
        }
        let host = url::Url::parse(&config.server).map(|url| calls::host(&url)).unwrap_or_default();
        let client = Client::new(config).map_err(|error| error.to_string())?;
        Ok(Self { client, host, timeout, pause })
    }

    /// Asks; again and again while the server is out of reach or not well.
    ///
    /// # Errors
    /// Says what went wrong the last time.
    pub async fn ask(&self, question: &Value) -> Result<Value, String> {
        self.answer(question).await.map_err(|unanswered| unanswered.why)
    }

    /// [`Self::ask`].
    ///
    /// # Errors
    /// Says what went wrong the last time, and whether it was too late.
    pub async fn answer(&self, question: &Value) -> Result<Value, Unanswered> {
        let body = question.to_string();
        let mut pause = self.pause;
        let mut tries = 0;
        loop {
            tries += 1;
            let outcome = tokio::time::timeout(self.timeout, self.once(&body)).await;
            let outcome = outcome.unwrap_or_else(|_| {
                Err(Failed { why: format!("no answer in {:?}", self.timeout), again: true, late: true })
            });
            match outcome {
                Ok(answer) => return Ok(answer),
                Err(failed) if failed.again && tries < TRIES => {
                    tokio::time::sleep(pause).await;
                    pause = pause.mul_f64(FACTOR);
                }
                Err(Failed { why, late, .. }) => return Err(Unanswered { why, late }),
            }
        }
    }

    async fn once(&self, body: &str) -> Result<Value, Failed> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, */*"));
        let unreachable = |why: String| Failed { why, again: true, late: false };
        let begun = Instant::now();
        let sent = self.client.send(Method::POST, "", headers, Some(body.to_string().into())).await;
        let code = sent.as_ref().ok().map(|answer| answer.status().as_u16());
        calls::posted(&self.host, code, begun.elapsed(), body.len());
        let mut answer = sent.map_err(|error| unreachable(error.to_string()))?;
        let code = answer.status().as_u16();
        let mut text = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(error.to_string()))? {
            text.extend_from_slice(&chunk);
            if text.len() > ANSWER {
                return Err(Failed {
                    why: format!("the answer is larger than {ANSWER} bytes"),
                    again: false,
                    late: false,
                });
            }
        }
        calls::received(&self.host, text.len());
        if !answer.status().is_success() {
            let start = String::from_utf8_lossy(&text[..text.len().min(200)]).into_owned();
            return Err(Failed {
                why: format!("code {code}: {start}"),
                again: code >= 500 || code == 429,
                late: false,
            });
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&text).map_err(|error| Failed {
            why: format!("the answer is no JSON: {error}"),
            again: false,
            late: false,
        })
    }
}

/// Answers that hold for a while.
pub struct Kept<T> {
    entries: std::sync::Mutex<std::collections::HashMap<[u8; 32], (tokio::time::Instant, T)>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { entries: std::sync::Mutex::default() }
    }
}

/// How many answers are kept at most.
const LARGEST: usize = 8192;

impl<T: Clone> Kept<T> {
    /// What a question is known by.
    pub fn key(question: &str) -> [u8; 32] {
        use sha2::Digest;
        sha2::Sha256::digest(question.as_bytes()).into()
    }

    /// The answer, if it still holds.
    pub fn get(&self, key: &[u8; 32]) -> Option<T> {
        let entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (until, answer) = entries.get(key)?;
        (tokio::time::Instant::now() < *until).then(|| answer.clone())
    }

    /// Keeps an answer for `time`.
    pub fn put(&self, key: [u8; 32], answer: T, time: Duration) {
        if time.is_zero() {
            return;
        }
        let now = tokio::time::Instant::now();
        let mut entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if entries.len() >= LARGEST {
            entries.retain(|_, (until, _)| now < *until);
        }
        if entries.len() >= LARGEST {
            entries.clear();
        }
        entries.insert(key, (now + time, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn answers_lapse() {
        let kept = Kept::default();
        let key = Kept::<u8>::key("q");
        assert_eq!(kept.get(&key), None);
        kept.put(key, 1, Duration::from_secs(5));
        assert_eq!(kept.get(&key), Some(1));
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(kept.get(&key), None);
        kept.put(key, 1, Duration::ZERO);
        assert_eq!(kept.get(&key), None);
    }
}
