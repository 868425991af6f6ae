//! Tokens that another server knows: it is asked by a TokenReview, and its answers hold a while.

use std::time::Duration;

use serde_json::{Value, json};

use super::User;
use crate::remote::{Kept, Remote};

/// The server, and what it said.
pub struct Webhook {
    remote: Remote,
    version: String,
    time: Duration,
    kept: Kept<Option<User>>,
}

impl Webhook {
    /// `version` of reviews is what the server takes; its answers hold for `time`.
    pub fn new(remote: Remote, version: String, time: Duration) -> Self {
        Self { remote, version, time, kept: Kept::default() }
    }

    /// Whose token this is, for one of the audiences.
    ///
    /// # Errors
    /// Says why the server has no answer.
    pub async fn user(&self, token: &str, audiences: &[String]) -> Result<Option<User>, String> {
        let key = Kept::<Option<User>>::key(&format!("{token}\n{}", audiences.join("\n")));
        if let Some(known) = self.kept.get(&key) {
            return Ok(known);
        }
        let mut spec = json!({"token": token});
        if !audiences.is_empty() {
            spec["audiences"] = json!(audiences);
        }
        let review = json!({
            "apiVersion": format!("authentication.k8s.io/{}", self.version), "kind": "TokenReview",
            "metadata": {}, "spec": spec,
        });
        let answer = self.remote.ask(&review).await?;
        let found = judge(&answer["status"], audiences)?;
        self.kept.put(key, found.clone(), self.time);
        Ok(found)
    }
}

/// The user of an answer.
fn judge(status: &Value, audiences: &[String]) -> Result<Option<User>, String> {
    if status["authenticated"] != true {
        return match status["error"].as_str().filter(|error| !error.is_empty()) {
            Some(error) => Err(error.to_string()),
            None => Ok(None),
        };
    }
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
    };
    // A server that knows nothing of audiences speaks for all of ours.
    let held = texts(&status["audiences"]);
    if !audiences.is_empty() && !held.is_empty() && !held.iter().any(|one| audiences.contains(one)) {
        return Ok(None);
    }
    let user = &status["user"];
    let text = |field: &str| user[field].as_str().unwrap_or_default().to_string();
    if text("username").is_empty() {
        return Err("the answer names no user".into());
    }
    let extra = user["extra"].as_object().into_iter().flatten();
    Ok(Some(User {
        name: text("username"),
        uid: text("uid"),
        groups: texts(&user["groups"]),
        extra: extra.map(|(key, values)| (key.clone(), texts(values))).collect(),
        ..User::default()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let ours = ["api".to_string()];
        let user = json!({"username": "ann", "uid": "1", "groups": ["dev"], "extra": {"a": ["b"]}});
        let judge = |status: Value| super::judge(&status, &ours);
        let found = judge(json!({"authenticated": true, "user": user})).expect("holds").expect("a user");
        assert_eq!((found.name.as_str(), found.extra["a"].as_slice()), ("ann", &["b".to_string()][..]));
        assert_eq!(judge(json!({"authenticated": true, "user": user, "audiences": ["other"]})), Ok(None));
        assert!(
            judge(json!({"authenticated": true, "user": user, "audiences": ["api"]}))
                .expect("holds")
                .is_some()
        );
        assert_eq!(judge(json!({"authenticated": false})), Ok(None));
        assert!(judge(json!({"authenticated": false, "error": "lapsed"})).is_err());
        assert!(judge(json!({"authenticated": true, "user": {}})).is_err());
        assert_eq!(judge(json!("nonsense")), Ok(None));
    }
}
