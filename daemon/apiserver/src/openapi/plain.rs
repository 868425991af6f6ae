//! The paths that are no resources: versions, groups and lists of resources, the server's version, the
//! issuer of service accounts' tokens.

use serde_json::{Map, Value, json};

use super::operations::{group_word, tag};
use super::types::{self, Form, META, Words};
use super::{info, security};
use crate::server::Server;

/// The documents of such paths, as the index names them.
pub fn names(server: &Server) -> Vec<String> {
    let mut names: Vec<String> =
        [".well-known/openid-configuration", "api", "apis", "openid/v1/jwks", "version"]
            .map(String::from)
            .to_vec();
    for (group, _) in super::versions(server) {
        let name = format!("apis/{group}");
        if !group.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

const BINARY: &[&str] = &["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/// One GET.
struct Get {
    path: String,
    id: String,
    tag: String,
    told: &'static str,
    media: &'static [&'static str],
    /// The answer's schema; `None`: a text.
    answer: Option<String>,
}

impl Get {
    fn item(&self, form: Form) -> Value {
        let schema =
            self.answer.as_ref().map_or_else(|| json!({"type": "string"}), |name| form.reference(name));
        let mut operation = json!({
            "operationId": self.id, "tags": [self.tag], "description": self.told,
            "responses": {"200": {"description": "OK"}, "401": {"description": "Unauthorized"}},
        });
        match form {
            Form::V2 => {
                operation["responses"]["200"]["schema"] = schema;
                // What can be had as protobuf could be asked in it, too; upstream says so.
                if self.answer.is_some() {
                    let takes = if self.media == BINARY { self.media } else { &["application/json"] };
                    operation["consumes"] = json!(takes);
                }
                operation["produces"] = json!(self.media);
                operation["schemes"] = json!(["https"]);
            }
            Form::V3 => {
                for media in self.media {
                    operation["responses"]["200"]["content"][*media] = json!({"schema": schema});
                }
            }
        }
        json!({"get": operation})
    }
}

/// The list of a group version's resources.
pub fn resources(group: &str, version: &str, form: Form) -> (String, Value) {
    let root =
        if group.is_empty() { format!("/api/{version}/") } else { format!("/apis/{group}/{version}/") };
    let mut word = version.to_string();
    word[..1].make_ascii_uppercase();
    let get = Get {
        path: root,
        id: format!("get{}{word}APIResources", group_word(group)),
        tag: format!("{}_{version}", tag(group)),
        told: "The resources of this version.",
        media: BINARY,
        answer: Some(format!("{META}.APIResourceList")),
    };
    let item = get.item(form);
    (get.path, item)
}

fn get(server: &Server, name: &str) -> Option<Get> {
    let meta = |name: &str| Some(format!("{META}.{name}"));
    let of = |id: &str, tag: &str, told, media, answer| Get {
        path: format!("/{name}/"),
        id: id.into(),
        tag: tag.into(),
        told,
        media,
        answer,
    };
    Some(match name {
        "api" => {
            of("getCoreAPIVersions", "core", "The versions of the core group.", BINARY, meta("APIVersions"))
        }
        "apis" => {
            of("getAPIVersions", "apis", "The groups and their versions.", BINARY, meta("APIGroupList"))
        }
        "version" => of(
            "getCodeVersion",
            "version",
            "The version of this server.",
            &["application/json"],
            Some("io.k8s.apimachinery.pkg.version.Info".into()),
        ),
        ".well-known/openid-configuration" => of(
            "getServiceAccountIssuerOpenIDConfiguration",
            "WellKnown",
            "Who issues the tokens of service accounts.",
            &["application/json"],
            None,
        ),
        "openid/v1/jwks" => of(
            "getServiceAccountIssuerOpenIDKeyset",
            "openid",
            "The public keys of service accounts' tokens.",
            &["application/jwk-set+json"],
            None,
        ),
        _ => {
            let group = name.strip_prefix("apis/")?;
            super::versions(server).iter().find(|(known, _)| *known == group)?;
            let id = format!("get{}APIGroup", group_word(group));
            of(&id, &tag(group), "The versions of this group.", BINARY, meta("APIGroup"))
        }
    })
}

/// The paths of a document, and the types that they speak of.
pub fn paths(server: &Server, name: &str, form: Form) -> Option<(Map<String, Value>, Vec<String>)> {
    let get = get(server, name)?;
    let mut paths = Map::new();
    paths.insert(get.path.clone(), get.item(form));
    Some((paths, get.answer.into_iter().collect()))
}

/// A document of OpenAPI v3.
pub fn document(server: &Server, name: &str) -> Option<Value> {
    let (paths, roots) = paths(server, name, Form::V3)?;
    let words = Words::new();
    let mut components = json!({"securitySchemes": security()});
    for name in types::closure(roots) {
        components["schemas"][name] = types::schema(name, Form::V3, &words, &[]);
    }
    Some(json!({"openapi": "3.0.0", "info": info(), "paths": paths, "components": components}))
}
