//! Since when the use of tokens that are kept in secrets is written down: a config map tells it to
//! whoever cleans them up.

use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use serde_json::json;

use super::{ensure, replace, resource};
use crate::authn::tokens::day;
use crate::server::Server;

const NAME: &str = "kube-apiserver-legacy-service-account-token-tracking";
/// How soon one that was removed comes again.
const AGAIN: Duration = Duration::from_secs(30 * 60);

/// Makes the config map, or mends its day.
pub async fn begin(server: &Arc<Server>) -> Result<(), Status> {
    let today = day(jiff::Timestamp::now());
    let maps = resource("", "configmaps");
    let wanted = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": NAME, "namespace": "kube-system"},
        "data": {"since": today},
    });
    if ensure(server, maps, &wanted).await? {
        return Ok(());
    }
    replace(server, maps, &format!("kube-system/{NAME}"), |map| {
        if map["data"]["since"].as_str().is_some_and(is_day) {
            return false;
        }
        map["data"]["since"] = today.as_str().into();
        true
    })
    .await
}

fn is_day(text: &str) -> bool {
    text.len() == "2006-01-02".len() && text.parse::<jiff::civil::Date>().is_ok()
}

/// Keeps the config map there until the end.
pub async fn keep(server: &Arc<Server>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = server.shutdown.cancelled() => return,
        }
        if let Err(status) = begin(server).await {
            tracing::warn!(error = status.message, "cannot keep the config map {NAME}; trying again");
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn days() {
        assert!(super::is_day("2026-10-07"));
        for text in ["", "2026-1-2", "2026-10-07T12:00:00Z", "BAD-TIME-S", "2026-13-01"] {
            assert!(!super::is_day(text), "{text:?}");
        }
    }
}
