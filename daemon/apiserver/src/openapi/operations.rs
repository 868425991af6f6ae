//! The paths of a resource, with the operations there: names, parameters and answers are upstream's.

use std::collections::BTreeSet;

use apimachinery::resources::{Resource, Subresource};
use serde_json::{Map, Value, json};

use super::types::{Form, META, of_kind};
use crate::handlers::stored_as;
use crate::strategy;

/// The parameters of queries, with their types and what they are for.
const PARAMETERS: &[(&str, &str, &str)] = &[
    (
        "allowWatchBookmarks",
        "boolean",
        "Whether a watch may tell how far it has come by events without an object.",
    ),
    ("command", "string", "The command to run, and its arguments."),
    ("container", "string", "In which container; the first one by default."),
    ("continue", "string", "Where an earlier list goes on."),
    ("dryRun", "string", "All: everything is done but storing the outcome."),
    ("fieldManager", "string", "Who makes the change."),
    ("fieldSelector", "string", "Which objects, by the values of fields."),
    ("fieldValidation", "string", "What is done about unknown and duplicate fields: Ignore, Warn or Strict."),
    ("follow", "boolean", "Whether the log is followed as it is written."),
    ("force", "boolean", "Whether an apply takes over fields that others own."),
    ("gracePeriodSeconds", "integer", "How long the object has to end by itself; 0: none."),
    ("insecureSkipTLSVerifyBackend", "boolean", "Whether the kubelet's certificate is not checked."),
    ("labelSelector", "string", "Which objects, by their labels."),
    ("limit", "integer", "At most how many objects."),
    ("limitBytes", "integer", "At most how many bytes of the log."),
    ("orphanDependents", "boolean", "Whether dependents stay; propagationPolicy takes its place."),
    ("path", "string", "The path behind the proxy."),
    ("ports", "integer", "Which ports are forwarded."),
    ("pretty", "string", "Whether the answer is indented."),
    ("previous", "boolean", "Whether the log is that of the container which ended before."),
    ("propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground."),
    ("resourceVersion", "string", "How old the answer may be."),
    ("resourceVersionMatch", "string", "How resourceVersion is meant: Exact or NotOlderThan."),
    ("sendInitialEvents", "boolean", "Whether a watch begins with what is there."),
    ("sinceSeconds", "integer", "How old the log's first line may be."),
    ("stderr", "boolean", "Whether the command's standard error is sent."),
    ("stdin", "boolean", "Whether the command has a standard input."),
    ("stdout", "boolean", "Whether the command's standard output is sent."),
    ("stream", "string", "Which stream of the log: All, Stdout or Stderr."),
    ("tailLines", "integer", "How many of the log's last lines."),
    ("timeoutSeconds", "integer", "How long the call may last."),
    ("timestamps", "boolean", "Whether each line of the log tells its time."),
    ("tty", "boolean", "Whether the command has a terminal."),
    ("watch", "boolean", "Whether changes follow."),
];

const LISTING: &[&str] = &[
    "allowWatchBookmarks",
    "continue",
    "fieldSelector",
    "labelSelector",
    "limit",
    "pretty",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "timeoutSeconds",
    "watch",
];
const WRITING: &[&str] = &["dryRun", "fieldManager", "fieldValidation", "pretty"];
const PATCHING: &[&str] = &["dryRun", "fieldManager", "fieldValidation", "force", "pretty"];
const DELETING: &[&str] =
    &["dryRun", "gracePeriodSeconds", "orphanDependents", "pretty", "propagationPolicy"];
const COLLECTING: &[&str] = &[
    "continue",
    "dryRun",
    "fieldSelector",
    "gracePeriodSeconds",
    "labelSelector",
    "limit",
    "orphanDependents",
    "pretty",
    "propagationPolicy",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "timeoutSeconds",
];
const LOG: &[&str] = &[
    "container",
    "follow",
    "insecureSkipTLSVerifyBackend",
    "limitBytes",
    "pretty",
    "previous",
    "sinceSeconds",
    "stream",
    "tailLines",
    "timestamps",
];

/// Connections: the kind of their options, their parameters, their methods.
const ALL: &[&str] = &["delete", "get", "head", "options", "patch", "post", "put"];
const CONNECTIONS: &[(&str, &str, &[&str], &[&str])] = &[
    ("attach", "AttachOptions", &["container", "stderr", "stdin", "stdout", "tty"], &["get", "post"]),
    ("exec", "ExecOptions", &["command", "container", "stderr", "stdin", "stdout", "tty"], &["get", "post"]),
    ("portforward", "PortForwardOptions", &["ports"], &["get", "post"]),
    ("proxy", "ProxyOptions", &["path"], ALL),
];

const PATCHES: &[&str] = &[
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
];

/// `rbac.authorization.k8s.io` as `RbacAuthorization`, and the core group as `Core`.
pub fn group_word(group: &str) -> String {
    let group = if group.is_empty() { "core" } else { group.strip_suffix(".k8s.io").unwrap_or(group) };
    group.split(['.', '-']).map(capital).collect()
}

/// The tag of a group's operations.
pub fn tag(group: &str) -> String {
    let word = group_word(group);
    let mut chars = word.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What is done at a path with one method.
struct Operation<'a> {
    action: &'a str,
    /// The method's name in the operation's, when it is no verb of a resource.
    id: String,
    gvk: (&'a str, &'a str, String),
    query: Vec<&'a str>,
    body: Body,
    /// The schema of the answer; `None`: a text.
    answer: Option<String>,
    codes: &'a [&'a str],
    media: Vec<&'a str>,
}

/// What a request carries.
enum Body {
    None,
    /// An object of this type.
    Needed(String),
    /// Options.
    Optional(String),
    /// A patch.
    Patch,
}

/// Writes the paths of one resource.
pub struct Paths {
    pub resource: &'static Resource,
    pub form: Form,
    /// The name of the objects' schema.
    pub schema: String,
    /// The name of the lists' schema.
    pub list: String,
}

impl Paths {
    /// Adds all of them.
    pub fn describe(&self, paths: &mut Map<String, Value>) {
        let resource = self.resource;
        let root = resource.root_path();
        let collection = if resource.namespaced {
            format!("{root}/namespaces/{{namespace}}/{}", resource.plural)
        } else {
            format!("{root}/{}", resource.plural)
        };
        let item = format!("{collection}/{{name}}");
        let has = |verb: &str| resource.verbs.contains(&verb);
        let mut on_collection = Vec::new();
        let mut on_item = Vec::new();
        if has("list") {
            on_collection.push(("get", self.list(false)));
        }
        if has("create") {
            on_collection.push(("post", self.write("post", "create", "", None)));
        }
        if has("deletecollection") {
            on_collection.push(("delete", self.delete(true)));
        }
        if has("get") {
            on_item.push(("get", self.get("", None)));
        }
        if has("update") {
            on_item.push(("put", self.write("put", "replace", "", None)));
        }
        if has("patch") {
            on_item.push(("patch", self.patch("", None)));
        }
        if has("delete") {
            on_item.push(("delete", self.delete(false)));
        }
        let namespaced: &[&str] = if resource.namespaced { &["namespace"] } else { &[] };
        let named: &[&str] = if resource.namespaced { &["name", "namespace"] } else { &["name"] };
        if resource.namespaced && has("list") {
            let everywhere = format!("{root}/{}", resource.plural);
            self.add(paths, &everywhere, &[], vec![("get", self.list(true))]);
        }
        self.add(paths, &collection, namespaced, on_collection);
        self.add(paths, &item, named, on_item);
        for sub in resource.subresources {
            self.subresource(paths, &item, named, sub);
        }
        if has("watch") {
            let watching = |path: &str| path.replacen(&root, &format!("{root}/watch"), 1);
            if resource.namespaced {
                let everywhere = format!("{root}/watch/{}", resource.plural);
                let watch = self.watch("watchlist", &format!("{}ListForAllNamespaces", resource.kind), false);
                self.add(paths, &everywhere, &[], vec![("get", watch)]);
            }
            let watch = self.watch("watchlist", &format!("{}List", resource.kind), true);
            self.add(paths, &watching(&collection), namespaced, vec![("get", watch)]);
            let watch = self.watch("watch", resource.kind, true);
            self.add(paths, &watching(&item), named, vec![("get", watch)]);
        }
    }

    fn subresource(&self, paths: &mut Map<String, Value>, item: &str, named: &[&str], sub: &Subresource) {
        let path = format!("{item}/{}", sub.name);
        if let Some((_, options, query, methods)) = CONNECTIONS.iter().find(|(name, ..)| *name == sub.name) {
            let connect = |method: &'static str, end: &str| {
                let id =
                    format!("connect{}{}{}", self.group(), capital(method), self.scoped(self.resource.kind));
                Operation {
                    action: "connect",
                    id: format!("{id}{}{end}", capital(sub.name)),
                    gvk: ("", "v1", format!("{}{options}", self.resource.kind)),
                    query: query.to_vec(),
                    body: Body::None,
                    answer: None,
                    codes: &["200", "401"],
                    media: vec!["*/*"],
                }
            };
            let all = |end: &str| methods.iter().map(|method| (*method, connect(method, end))).collect();
            self.add(paths, &path, named, all(""));
            if sub.name == "proxy" {
                let behind: Vec<&str> = named.iter().copied().chain(["path"]).collect();
                self.add(paths, &format!("{path}/{{path}}"), &behind, all("WithPath"));
            }
            return;
        }
        let mut operations = Vec::new();
        let has = |verb: &str| sub.verbs.contains(&verb);
        if has("get") {
            operations.push(("get", self.get(sub.name, Some(sub))));
        }
        if has("create") {
            operations.push(("post", self.write("post", "create", sub.name, Some(sub))));
        }
        if has("update") {
            operations.push(("put", self.write("put", "replace", sub.name, Some(sub))));
        }
        if has("patch") {
            operations.push(("patch", self.patch(sub.name, Some(sub))));
        }
        self.add(paths, &path, named, operations);
    }

    /// `CoreV1`.
    fn group(&self) -> String {
        format!("{}{}", group_word(self.resource.group), capital(self.resource.version))
    }

    /// `NamespacedPod`, `Node`.
    fn scoped(&self, kind: &str) -> String {
        if self.resource.namespaced { format!("Namespaced{kind}") } else { kind.to_string() }
    }

    /// Group, version and kind of the objects, or of a subresource's.
    fn gvk<'s>(&'s self, sub: Option<&'s Subresource>) -> (&'s str, &'s str, String) {
        match sub {
            Some(sub) if !sub.version.is_empty() => (sub.group, sub.version, sub.kind.to_string()),
            Some(sub) => (self.resource.group, self.resource.version, sub.kind.to_string()),
            _ => (self.resource.group, self.resource.version, self.resource.kind.to_string()),
        }
    }

    /// The schema of the objects, or of a subresource's.
    fn schema(&self, sub: Option<&Subresource>) -> String {
        let (group, version, kind) = self.gvk(sub);
        let other = of_kind(group, version, &kind).filter(|_| kind != self.resource.kind);
        other.map_or_else(|| self.schema.clone(), str::to_string)
    }

    fn media(&self, watches: bool) -> Vec<&'static str> {
        let mut media = vec!["application/json", "application/yaml"];
        let binary = self.resource.custom.is_none();
        if binary {
            media.push("application/vnd.kubernetes.protobuf");
        }
        if watches && binary {
            media.extend([
                "application/json;stream=watch",
                "application/vnd.kubernetes.protobuf;stream=watch",
            ]);
        }
        media
    }

    fn list(&self, everywhere: bool) -> Operation<'_> {
        let kind = self.resource.kind;
        let word = if everywhere { format!("{kind}ForAllNamespaces") } else { self.scoped(kind) };
        Operation {
            action: "list",
            id: format!("list{}{word}", self.group()),
            gvk: self.gvk(None),
            query: LISTING.to_vec(),
            body: Body::None,
            answer: Some(self.list.clone()),
            codes: &["200", "401"],
            media: self.media(true),
        }
    }

    fn watch(&self, action: &'static str, word: &str, scoped: bool) -> Operation<'_> {
        let word = if scoped { self.scoped(word) } else { word.to_string() };
        Operation {
            action,
            id: format!("watch{}{word}", self.group()),
            gvk: self.gvk(None),
            query: LISTING.to_vec(),
            body: Body::None,
            answer: Some(format!("{META}.WatchEvent")),
            codes: &["200", "401"],
            media: self.media(true),
        }
    }

    fn get<'s>(&'s self, name: &str, sub: Option<&'s Subresource>) -> Operation<'s> {
        let log = name == "log";
        let mut media = self.media(false);
        if log {
            media.push("text/plain");
        }
        Operation {
            action: "get",
            id: format!("read{}{}{}", self.group(), self.scoped(self.resource.kind), capital(name)),
            gvk: self.gvk(sub),
            query: if log { LOG.to_vec() } else { vec!["pretty"] },
            body: Body::None,
            answer: (!log).then(|| self.schema(sub)),
            codes: &["200", "401"],
            media,
        }
    }

    fn write<'s>(
        &'s self,
        action: &'static str,
        word: &str,
        name: &str,
        sub: Option<&'s Subresource>,
    ) -> Operation<'s> {
        let schema = self.schema(sub);
        Operation {
            action,
            id: format!("{word}{}{}{}", self.group(), self.scoped(self.resource.kind), capital(name)),
            gvk: self.gvk(sub),
            query: WRITING.to_vec(),
            body: Body::Needed(schema.clone()),
            answer: Some(schema),
            codes: if action == "post" { &["200", "201", "202", "401"] } else { &["200", "201", "401"] },
            media: self.media(false),
        }
    }

    fn patch<'s>(&'s self, name: &str, sub: Option<&'s Subresource>) -> Operation<'s> {
        Operation {
            action: "patch",
            id: format!("patch{}{}{}", self.group(), self.scoped(self.resource.kind), capital(name)),
            gvk: self.gvk(sub),
            query: PATCHING.to_vec(),
            body: Body::Patch,
            answer: Some(self.schema(sub)),
            // Objects that are custom are not made by a patch, as upstream has it.
            codes: if self.resource.custom.is_some() { &["200", "401"] } else { &["200", "201", "401"] },
            media: self.media(false),
        }
    }

    fn delete(&self, all: bool) -> Operation<'_> {
        let kind = self.resource.kind;
        let word = if all { "Collection" } else { "" };
        let returned = !all && strategy::of(stored_as(self.resource)).returns_deleted();
        Operation {
            action: if all { "deletecollection" } else { "delete" },
            id: format!("delete{}{word}{}", self.group(), self.scoped(kind)),
            gvk: self.gvk(None),
            query: if all { COLLECTING.to_vec() } else { DELETING.to_vec() },
            body: Body::Optional(format!("{META}.DeleteOptions")),
            answer: Some(if returned { self.schema.clone() } else { format!("{META}.Status") }),
            codes: if all { &["200", "401"] } else { &["200", "202", "401"] },
            media: self.media(false),
        }
    }

    /// Adds a path: what all its operations take stands there once.
    fn add(
        &self,
        paths: &mut Map<String, Value>,
        path: &str,
        in_path: &[&str],
        operations: Vec<(&str, Operation<'_>)>,
    ) {
        if operations.is_empty() {
            return;
        }
        let all: Vec<Vec<Value>> = operations.iter().map(|(_, one)| self.parameters(in_path, one)).collect();
        let everywhere = |one: &&Value| one["in"] != "body" && all.iter().all(|list| list.contains(one));
        let shared: Vec<Value> = all[0].iter().filter(everywhere).cloned().collect();
        let mut item = Map::new();
        for ((method, operation), parameters) in operations.into_iter().zip(all) {
            let own: Vec<Value> = parameters.into_iter().filter(|one| !shared.contains(one)).collect();
            item.insert(method.to_string(), self.operation(&operation, own));
        }
        if !shared.is_empty() {
            item.insert("parameters".into(), Value::Array(shared));
        }
        paths.insert(path.to_string(), Value::Object(item));
    }

    /// The parameters of an operation in the order of their names.
    fn parameters(&self, in_path: &[&str], operation: &Operation<'_>) -> Vec<Value> {
        let mut all: BTreeSet<(&str, bool)> = operation.query.iter().map(|name| (*name, false)).collect();
        all.extend(in_path.iter().map(|name| (*name, true)));
        let mut out = Vec::new();
        if self.form == Form::V2 {
            let body = match &operation.body {
                Body::None => None,
                Body::Needed(schema) => Some((schema.clone(), true)),
                Body::Optional(schema) => Some((schema.clone(), false)),
                Body::Patch => Some((format!("{META}.Patch"), true)),
            };
            if let Some((schema, required)) = body {
                let mut body = json!({"in": "body", "name": "body", "schema": self.form.reference(&schema)});
                if required {
                    body["required"] = json!(true);
                }
                out.push(body);
            }
        }
        for (name, in_path) in all {
            let known = PARAMETERS.iter().find(|(known, ..)| *known == name);
            let (kind, told) = match (in_path, known) {
                (false, Some((_, kind, told))) => (*kind, (*told).to_string()),
                (_, _) if name == "name" => ("string", format!("name of the {}", self.resource.kind)),
                (_, _) if name == "namespace" => ("string", "The namespace of the objects.".to_string()),
                (_, _) => ("string", "The path behind the proxy.".to_string()),
            };
            let place = if in_path { "path" } else { "query" };
            let mut one = json!({"name": name, "in": place, "description": told});
            if in_path {
                one["required"] = json!(true);
            }
            match self.form {
                Form::V2 => {
                    one["type"] = json!(kind);
                    one["uniqueItems"] = json!(true);
                }
                Form::V3 => one["schema"] = json!({"type": kind, "uniqueItems": true}),
            }
            out.push(one);
        }
        out
    }

    fn operation(&self, operation: &Operation<'_>, parameters: Vec<Value>) -> Value {
        let (group, version, kind) = &operation.gvk;
        let mut out = json!({
            "operationId": operation.id, "tags": [format!("{}_{}", tag(self.resource.group), self.resource.version)],
            "description": format!("{}: {}", operation.action, self.resource.kind),
            "x-kubernetes-action": operation.action,
            "x-kubernetes-group-version-kind": {"group": group, "version": version, "kind": kind},
        });
        if !parameters.is_empty() {
            out["parameters"] = Value::Array(parameters);
        }
        let schema = match &operation.answer {
            Some(schema) => self.form.reference(schema),
            None => json!({"type": "string"}),
        };
        for code in operation.codes {
            let word = match *code {
                "200" => "OK",
                "201" => "Created",
                "202" => "Accepted",
                _ => "Unauthorized",
            };
            out["responses"][*code] = json!({"description": word});
            if *code == "401" {
                continue;
            }
            match self.form {
                Form::V2 => out["responses"][*code]["schema"] = schema.clone(),
                Form::V3 => {
                    for media in &operation.media {
                        out["responses"][*code]["content"][*media] = json!({"schema": schema});
                    }
                }
            }
        }
        let patches: Vec<&str> = match self.resource.custom {
            // Nothing is known of lists in custom resources: strategic patches are refused.
            Some(_) => PATCHES.iter().copied().filter(|media| !media.contains("strategic")).collect(),
            None => PATCHES.to_vec(),
        };
        match self.form {
            Form::V2 => {
                let takes = if matches!(operation.body, Body::Patch) { patches } else { vec!["*/*"] };
                out["consumes"] = json!(takes);
                out["produces"] = json!(operation.media);
                out["schemes"] = json!(["https"]);
            }
            Form::V3 => {
                let (schema, takes, required) = match &operation.body {
                    Body::None => return out,
                    Body::Needed(schema) => (schema.clone(), vec!["*/*"], true),
                    Body::Optional(schema) => (schema.clone(), vec!["*/*"], false),
                    Body::Patch => (format!("{META}.Patch"), patches, true),
                };
                for media in takes {
                    out["requestBody"]["content"][media] = json!({"schema": self.form.reference(&schema)});
                }
                if required {
                    out["requestBody"]["required"] = json!(true);
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_groups() {
        assert_eq!(group_word(""), "Core");
        assert_eq!(group_word("rbac.authorization.k8s.io"), "RbacAuthorization");
        assert_eq!(group_word("example.com"), "ExampleCom");
        assert_eq!(tag("flowcontrol.apiserver.k8s.io"), "flowcontrolApiserver");
    }
}
