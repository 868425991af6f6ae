//! kubeconfig files as kubeadm writes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::cert::Pair;

/// What the user in a kubeconfig proves itself with.
pub enum Credentials<'a> {
    /// A certificate and key, embedded.
    Embedded(&'a Pair),
    /// Files that are rotated in place.
    Files { certificate: &'a str, key: &'a str },
    /// A bearer token.
    Token(&'a str),
    /// Nothing: for the public cluster-info.
    None,
}

/// The YAML of a kubeconfig with one cluster, one user and one context.
pub fn render(server: &str, ca: &str, cluster: &str, user: &str, credentials: &Credentials<'_>) -> String {
    let encode = |text: &str| STANDARD.encode(text);
    let credentials = match credentials {
        Credentials::Embedded(pair) => json!({
            "client-certificate-data": encode(&pair.certificate), "client-key-data": encode(&pair.key),
        }),
        Credentials::Files { certificate, key } => {
            json!({"client-certificate": certificate, "client-key": key})
        }
        Credentials::Token(token) => json!({"token": token}),
        Credentials::None => Value::Null,
    };
    let clusters = json!([{
        "cluster": {"certificate-authority-data": encode(ca), "server": server},
        "name": cluster,
    }]);
    let config = if credentials.is_null() {
        json!({"apiVersion": "v1", "clusters": clusters, "contexts": null, "current-context": "", "kind": "Config", "preferences": {}, "users": null})
    } else {
        let context = format!("{user}@{cluster}");
        json!({
            "apiVersion": "v1",
            "clusters": clusters,
            "contexts": [{"context": {"cluster": cluster, "user": user}, "name": context}],
            "current-context": context,
            "kind": "Config",
            "users": [{"name": user, "user": credentials}],
        })
    };
    // A value of strings, maps and lists always has a YAML form.
    serde_yaml::to_string(&config).unwrap_or_default()
}
