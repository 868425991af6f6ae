//! EventRateLimit: so many events a second of the server, of a namespace, of a user, or about one
//! object, as token buckets.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use apimachinery::Status;
use apimachinery::kinds::Object;
use serde::Deserialize;
use tokio::time::Instant;

use super::{Attributes, Operation};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    limits: Vec<LimitConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct LimitConfig {
    r#type: String,
    qps: i32,
    burst: i32,
    cache_size: i32,
}

/// What a limit counts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Server,
    Namespace,
    User,
    SourceAndObject,
}

/// Tokens that are left, and since when they come back.
type Buckets = HashMap<String, (f64, Instant)>;

#[derive(Debug)]
struct Limit {
    by: By,
    rate: f64,
    burst: f64,
    size: usize,
    buckets: Mutex<Buckets>,
}

/// All limits.
#[derive(Debug)]
pub struct EventRates(Vec<Limit>);

impl Limit {
    fn take(&self, key: &str) -> bool {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= self.size && !buckets.contains_key(key) {
            // The one that was used least recently goes.
            let oldest = buckets.iter().min_by_key(|(_, (_, since))| *since).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| buckets.remove(&oldest));
        }
        let (left, since) = buckets.entry(key.to_string()).or_insert((self.burst, now));
        *left = (*left + now.duration_since(*since).as_secs_f64() * self.rate).min(self.burst);
        *since = now;
        let allowed = *left >= 1.0;
        if allowed {
            *left -= 1.0;
        }
        allowed
    }
}

impl EventRates {
    /// From the plugin's settings.
    ///
    /// # Errors
    /// Names the field and what is wrong with it.
    pub fn new(configuration: Configuration) -> Result<Self, String> {
        if configuration.limits.is_empty() {
            return Err("limits: Required value".into());
        }
        let mut limits = Vec::new();
        for (index, limit) in configuration.limits.iter().enumerate() {
            let by = match limit.r#type.as_str() {
                "Server" => By::Server,
                "Namespace" => By::Namespace,
                "User" => By::User,
                "SourceAndObject" => By::SourceAndObject,
                other => {
                    return Err(format!(
                        "limits[{index}].type: Unsupported value: {other:?}: supported values: \"Namespace\", \"Server\", \"SourceAndObject\", \"User\""
                    ));
                }
            };
            for (name, value) in [("qps", limit.qps), ("burst", limit.burst)] {
                if value <= 0 {
                    return Err(format!("limits[{index}].{name}: Invalid value: {value}: must be positive"));
                }
            }
            if limit.cache_size < 0 {
                return Err(format!("limits[{index}].cacheSize: Invalid value: must not be negative"));
            }
            let size = if limit.cache_size == 0 { 4096 } else { limit.cache_size.unsigned_abs() as usize };
            limits.push(Limit {
                by,
                rate: f64::from(limit.qps),
                burst: f64::from(limit.burst),
                size,
                buckets: Mutex::default(),
            });
        }
        Ok(Self(limits))
    }

    /// Judges an event.
    ///
    /// # Errors
    /// 429 past a limit.
    pub fn validate(&self, attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
        let event = attributes.resource.kind == "Event" && attributes.subresource.is_empty();
        if !event || attributes.operation == Operation::Delete || attributes.call.dry_run()? {
            return Ok(());
        }
        let value = object.value();
        for limit in &self.0 {
            let key = match limit.by {
                By::Server => String::new(),
                By::Namespace => attributes.namespace.clone(),
                By::User => attributes.call.user.name.clone(),
                By::SourceAndObject => {
                    let (source, about) = (&value["source"], &value["involvedObject"]);
                    let parts = [
                        &source["component"],
                        &source["host"],
                        &about["kind"],
                        &about["namespace"],
                        &about["name"],
                        &about["uid"],
                        &about["apiVersion"],
                    ];
                    parts.map(|part| part.as_str().unwrap_or_default()).join("")
                }
            };
            if !limit.take(&key) {
                return Err(Status::too_many_requests(
                    format!("limit reached on type {:?} for key {key}", limit.by),
                    0,
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn buckets_fill_again() {
        let limit = Limit { by: By::User, rate: 2.0, burst: 3.0, size: 2, buckets: Mutex::default() };
        for wanted in [true, true, true, false] {
            assert_eq!(limit.take("ann"), wanted);
        }
        assert!(limit.take("bob"));
        tokio::time::advance(Duration::from_millis(500)).await;
        assert!(limit.take("ann"));
        assert!(!limit.take("ann"));
        // A third key takes the place of the one that was used least recently.
        assert!(limit.take("eve"));
        assert_eq!(limit.buckets.lock().expect("not poisoned").len(), 2);
        assert!(!limit.take("ann"));
    }
}
