//! `/healthz`, `/livez` and `/readyz` with named checks, in the shape of upstream's answers:
//! `ok`, or with `?verbose` or on failure one `[+]name ok` or `[-]name failed` line a check.

use std::sync::Arc;
use std::sync::RwLock;

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::http::{Body, text};

/// Tells whether the thing it names works; the error says what does not, without secrets.
pub type Check = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// Every page.
pub const PAGES: [&str; 3] = ["healthz", "livez", "readyz"];

/// The checks of one daemon.
#[derive(Clone, Default)]
pub struct Health {
    checks: Arc<RwLock<Vec<Named>>>,
}

#[derive(Clone)]
struct Named {
    name: &'static str,
    /// Who leaves the check of this name away leaves this one away too.
    group: &'static str,
    pages: &'static [&'static str],
    check: Check,
}

impl Health {
    /// With upstream's `ping` check, which always passes.
    pub fn new() -> Self {
        let health = Self::default();
        health.add("ping", &PAGES, Arc::new(|| Ok(())));
        health
    }

    /// Adds a check to some of `healthz`, `livez` and `readyz`.
    pub fn add(&self, name: &'static str, pages: &'static [&'static str], check: Check) {
        self.add_beside(name, name, pages, check);
    }

    /// [`Self::add`], for a check that is left away with the check of the name `group`, too.
    pub fn add_beside(
        &self,
        group: &'static str,
        name: &'static str,
        pages: &'static [&'static str],
        check: Check,
    ) {
        self.checks.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(Named {
            name,
            group,
            pages,
            check,
        });
    }

    /// Answers `/healthz`, `/livez`, `/readyz` and `/<endpoint>/<check>`; `None` for other paths.
    pub fn answer(&self, path: &str, query: Option<&str>) -> Option<Response<Body>> {
        let mut parts = path.trim_start_matches('/').splitn(2, '/');
        let endpoint = parts.next()?;
        let only = parts.next().filter(|name| !name.is_empty());
        if !PAGES.contains(&endpoint) {
            return None;
        }
        let query = query.unwrap_or_default();
        let verbose = query.split('&').any(|part| part == "verbose" || part.starts_with("verbose="));
        let excluded: Vec<&str> = query.split('&').filter_map(|part| part.strip_prefix("exclude=")).collect();
        let checks: Vec<Named> = self
            .checks
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .iter()
            .filter(|named| named.pages.contains(&endpoint) && only.is_none_or(|name| name == named.name))
            .cloned()
            .collect();
        if only.is_some() && checks.is_empty() {
            return Some(text(StatusCode::NOT_FOUND, "no such check\n"));
        }
        let mut report = String::new();
        let mut failed = false;
        for Named { name, group, check, .. } in checks {
            if excluded.contains(&name) || excluded.contains(&group) {
                report.push_str(&format!("[+]{name} excluded: ok\n"));
                continue;
            }
            match check() {
                Ok(()) => report.push_str(&format!("[+]{name} ok\n")),
                Err(reason) => {
                    failed = true;
                    tracing::warn!(check = name, reason, "{endpoint} check failed");
                    report.push_str(&format!("[-]{name} failed: reason withheld\n"));
                }
            }
        }
        Some(if failed {
            report.push_str(&format!("{endpoint} check failed\n"));
            text(StatusCode::INTERNAL_SERVER_ERROR, report)
        } else if verbose {
            report.push_str(&format!("{endpoint} check passed\n"));
            text(StatusCode::OK, report)
        } else {
            text(StatusCode::OK, Bytes::from_static(b"ok"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failing_check_fails_readyz_but_not_livez() {
        let health = Health::new();
        health.add("sync", &["healthz", "readyz"], Arc::new(|| Err("not yet".into())));
        let status = |path| health.answer(path, None).map(|response| response.status().as_u16());
        assert_eq!(status("/readyz"), Some(500));
        assert_eq!(status("/livez"), Some(200));
        assert_eq!(status("/healthz/ping"), Some(200));
        assert_eq!(status("/healthz/none"), Some(404));
        assert_eq!(status("/api"), None);
        let excluded =
            health.answer("/readyz", Some("exclude=sync")).map(|response| response.status().as_u16());
        assert_eq!(excluded, Some(200));
        health.add_beside("sync", "sync-0", &["readyz"], Arc::new(|| Err("nor this".into())));
        let status = |query| health.answer("/readyz", Some(query)).map(|response| response.status().as_u16());
        assert_eq!(status("exclude=sync"), Some(200));
        assert_eq!(status("exclude=sync-0"), Some(500));
    }
}
