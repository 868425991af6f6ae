//! Which HTTP requests are answered: by the host that they ask for, and by the page that makes them.

use http::header::{self, HeaderMap, HeaderValue};

/// The names that are let in; none: all.
#[derive(Clone, Debug, Default)]
pub struct Access {
    origins: Vec<String>,
    hosts: Vec<String>,
}

fn lets_in(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|known| known == "*" || known == name)
}

/// A Host header without its port.
fn hostname(host: &str) -> &str {
    let end = match host.rfind(']') {
        Some(bracket) => host[bracket..].find(':').map(|colon| bracket + colon),
        None => host.find(':'),
    };
    end.map_or(host, |end| &host[..end]).trim_start_matches('[').trim_end_matches(']')
}

impl Access {
    /// As `--cors` and `--host-whitelist` say.
    pub fn new(origins: Vec<String>, hosts: Vec<String>) -> Self {
        Self { origins, hosts }
    }

    /// Why a request without TLS is not answered, if it isn't: a page elsewhere may have a name that
    /// leads here (CVE-2018-5702).
    pub fn refusal(&self, host: &str) -> Option<String> {
        let host = hostname(host);
        (!lets_in(&self.hosts, host)).then(|| {
            format!(
                "etcd received your request, but its Host header {host:?} is not known here. Use https, or \
                 start etcd with --host-whitelist {host:?}. This keeps pages from elsewhere out (CVE-2018-5702).\n"
            )
        })
    }

    /// Tells browsers which pages may read the answer.
    pub fn allow(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        let all = self.origins.is_empty() || self.origins.iter().any(|known| known == "*");
        let allowed = if all {
            Some(HeaderValue::from_static("*"))
        } else {
            origin
                .filter(|origin| origin.to_str().is_ok_and(|origin| lets_in(&self.origins, origin)))
                .cloned()
        };
        let Some(origin) = allowed else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, OPTIONS, PUT, DELETE"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "accept, content-type, authorization"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_without_their_ports() {
        for (host, name) in [("a", "a"), ("a:1", "a"), ("[::1]:1", "::1"), ("[::1]", "::1"), ("", "")] {
            assert_eq!(hostname(host), name);
        }
    }

    #[test]
    fn who_is_let_in() {
        let all = Access::new(vec!["*".into()], Vec::new());
        assert_eq!(all.refusal("evil.example"), None);
        let some = Access::new(vec!["http://a".into()], vec!["localhost".into()]);
        assert_eq!(some.refusal("localhost:2379"), None);
        assert!(
            some.refusal("evil.example:1").expect("refuses").contains("--host-whitelist \"evil.example\"")
        );
        let told = |access: &Access, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            access.allow(origin.map(HeaderValue::from_static).as_ref(), &mut headers);
            headers
                .get(header::ACCESS_CONTROL_ALLOW_ORIGIN)
                .map(|value| value.to_str().expect("text").to_string())
        };
        assert_eq!(told(&all, None).as_deref(), Some("*"));
        assert_eq!(told(&some, Some("http://a")).as_deref(), Some("http://a"));
        assert_eq!((told(&some, Some("http://b")), told(&some, None)), (None, None));
    }
}
