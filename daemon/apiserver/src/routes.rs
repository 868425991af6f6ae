//! From a method and a path to what is asked: verb, resource, namespace, name.

use std::collections::HashMap;

use http::Method;

/// What a request asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// `get`, `list`, `watch`, `create`, … for resources; the method in lower case for the rest.
    pub verb: &'static str,
    /// Whether the path names a resource.
    pub is_resource: bool,
    /// The API group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The namespace; empty for none or all.
    pub namespace: String,
    /// The plural name.
    pub resource: String,
    /// The subresource; empty for none.
    pub subresource: String,
    /// The object; empty for collections.
    pub name: String,
    /// What follows the subresource, for proxies.
    pub rest: String,
    /// The path: as it came for resources, without escapes for the rest.
    pub path: String,
    /// What a list, watch or deletion of a collection is narrowed to by fields.
    pub fields: apimachinery::fields::Selector,
    /// What it is narrowed to by labels.
    pub labels: apimachinery::labels::Selector,
}

impl Route {
    /// Whether it leads through the server, to a pod, a node or a service.
    pub fn leads_through(&self) -> bool {
        matches!(self.subresource.as_str(), "proxy" | "log" | "exec" | "attach" | "portforward")
    }

    /// Whether requests of that way may last.
    pub fn lasts(&self) -> bool {
        self.verb == "watch" || self.leads_through()
    }
}

/// The query's parameters.
#[derive(Clone, Debug, Default)]
pub struct Query(HashMap<String, Vec<String>>);

impl Query {
    /// From the raw text behind the `?`.
    pub fn parse(text: &str) -> Self {
        let mut map: HashMap<String, Vec<String>> = HashMap::new();
        for (key, value) in url::form_urlencoded::parse(text.as_bytes()) {
            map.entry(key.into_owned()).or_default().push(value.into_owned());
        }
        Self(map)
    }

    /// The first value; empty when there is none.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// All values.
    pub fn all(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether the parameter is there at all.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// A boolean as the API reads it: any value but `false` and `0` is true.
    pub fn flag(&self, key: &str) -> bool {
        let value = self.0.get(key).and_then(|values| values.first());
        value.is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
    }
}

fn method_verb(method: &Method) -> &'static str {
    match *method {
        Method::GET => "get",
        Method::HEAD => "head",
        Method::POST => "post",
        Method::PUT => "put",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        Method::OPTIONS => "options",
        _ => "other",
    }
}

/// Reads the path. Segments are decoded after the split, so that names may hold escapes.
pub fn parse(method: &Method, path: &str, query: &Query) -> Route {
    let mut route = Route { verb: method_verb(method), path: path.to_string(), ..Route::default() };
    let decode = |part: &str| {
        percent_encoding::percent_decode_str(part)
            .decode_utf8()
            .map_or_else(|_| part.to_string(), |text| text.into_owned())
    };
    let mut offset = 0;
    // Each segment with the place in the path behind it.
    let mut parts: Vec<(String, usize)> = Vec::new();
    for part in path.split('/') {
        offset += part.len() + 1;
        if !part.is_empty() {
            parts.push((decode(part), offset));
        }
    }
    let words: Vec<&str> = parts.iter().map(|(word, _)| word.as_str()).collect();
    let start = match words.as_slice() {
        ["api", version, _, ..] => {
            route.version = (*version).to_string();
            2
        }
        ["apis", group, version, _, ..] => {
            route.group = (*group).to_string();
            route.version = (*version).to_string();
            3
        }
        _ => {
            // Who judges the path and who answers it have to read it alike, as upstream's do: without escapes.
            route.path = decode(path);
            return route;
        }
    };
    route.is_resource = true;
    let mut rest = &words[start..];
    let mut used = start;
    let mut old_watch = false;
    if rest[0] == "watch" && rest.len() > 1 {
        old_watch = true;
        rest = &rest[1..];
        used += 1;
    }
    if rest[0] == "namespaces" && rest.len() > 2 && !matches!(rest[2], "status" | "finalize") {
        route.namespace = rest[1].to_string();
        rest = &rest[2..];
        used += 2;
    }
    route.resource = rest[0].to_string();
    route.name = rest.get(1).map_or(String::new(), ToString::to_string);
    route.subresource = rest.get(2).map_or(String::new(), ToString::to_string);
    if route.resource == "namespaces" && route.group.is_empty() {
        route.namespace.clone_from(&route.name);
    }
    if rest.len() > 3
        && let Some((_, behind)) = parts.get(used + 2)
    {
        // The rest of a proxy's path is the target's business: not decoded.
        route.rest = path.get(*behind..).unwrap_or_default().to_string();
    }
    route.verb = match *method {
        Method::GET | Method::HEAD if old_watch => "watch",
        Method::GET | Method::HEAD if !route.name.is_empty() => "get",
        Method::GET | Method::HEAD if query.flag("watch") => "watch",
        Method::GET | Method::HEAD => "list",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE if route.name.is_empty() => "deletecollection",
        Method::DELETE => "delete",
        _ => route.verb,
    };
    if matches!(route.verb, "list" | "watch" | "deletecollection") {
        // Selectors can only narrow a request: one that can't be understood is as none for those who
        // judge it, and refused later.
        route.fields = apimachinery::fields::Selector::parse(query.get("fieldSelector")).unwrap_or_default();
        route.labels = apimachinery::labels::Selector::parse(query.get("labelSelector")).unwrap_or_default();
        if route.name.is_empty() {
            // Authorization sees the name, as upstream's does: kubelets list one secret this way.
            route.name = route.fields.exact("metadata.name").unwrap_or_default().to_string();
        }
    }
    route
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, path: &str, want: (&str, &str, &str, &str, &str, &str)) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let route = parse(&method, path, &Query::parse(query));
        let have = (
            route.verb,
            route.group.as_str(),
            route.namespace.as_str(),
            route.resource.as_str(),
            route.name.as_str(),
            route.subresource.as_str(),
        );
        assert_eq!(have, want, "{path}");
    }

    #[test]
    fn paths() {
        check(Method::GET, "/api/v1/pods", ("list", "", "", "pods", "", ""));
        check(Method::GET, "/api/v1/pods?watch=1", ("watch", "", "", "pods", "", ""));
        check(Method::GET, "/api/v1/namespaces/n/pods/p/log", ("get", "", "n", "pods", "p", "log"));
        check(Method::GET, "/api/v1/namespaces/n", ("get", "", "n", "namespaces", "n", ""));
        check(
            Method::PUT,
            "/api/v1/namespaces/n/finalize",
            ("update", "", "n", "namespaces", "n", "finalize"),
        );
        check(
            Method::POST,
            "/apis/apps/v1/namespaces/n/deployments",
            ("create", "apps", "n", "deployments", "", ""),
        );
        check(Method::DELETE, "/api/v1/namespaces/n/pods", ("deletecollection", "", "n", "pods", "", ""));
        check(Method::GET, "/version", ("get", "", "", "", "", ""));
        check(Method::GET, "/apis/apps/v1", ("get", "", "", "", "", ""));
        let path = |path| parse(&Method::GET, path, &Query::default()).path;
        assert_eq!(path("/logs/a%20b%2F%2e%2E"), "/logs/a b/..");
        assert_eq!(path("/logs/%ff"), "/logs/%ff", "no text");
        let route = parse(&Method::GET, "/api/v1/nodes/n/proxy/a%2Fb/c", &Query::default());
        assert_eq!((route.subresource.as_str(), route.rest.as_str()), ("proxy", "a%2Fb/c"));
    }
}
