//! Says in the status of each ValidatingAdmissionPolicy what in its expressions does not go together with the types that
//! it matches (KEP-3488, "Type checking" in kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy).
//! It is advice: the API server enforces a policy whatever stands here.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use cel::{Scope, Type};
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Error, Key, PatchType};
use serde_json::{Map, Value, json};

use crate::context::{Context, gone_is_fine};
use crate::discovery::{self, ApiResource};
use crate::objects::{PolicySpec, Resource, ResourceRule, ValidatingAdmissionPolicy};

const NAME: &str = "validatingadmissionpolicy-status-controller";
/// How many types of a policy are looked at.
const MOST: usize = 10;

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of(NAME).await;
    let policies: Informer<ValidatingAdmissionPolicy> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<ValidatingAdmissionPolicy>(&queue);
    policies.wait_synced().await;
    let workers = context.config.policies_at_once;
    context
        .work(&queue, workers, move |key| {
            let (client, policies) = (client.clone(), policies.clone());
            async move {
                if let Some(policy) = policies.store().get(&key) {
                    look_at(&client, &policy).await?;
                }
                Ok(None)
            }
        })
        .await;
}

/// Looks at a policy whose specification has not been looked at.
async fn look_at(client: &Client, policy: &ValidatingAdmissionPolicy) -> Result<(), Error> {
    let generation = policy.metadata.generation;
    if generation <= policy.status.observed_generation {
        return Ok(());
    }
    let mut source = Server { client, documents: HashMap::new() };
    let warnings = Check::new(&policy.spec, &mut source).await?.warnings();
    let applied = json!({
        "apiVersion": ValidatingAdmissionPolicy::api_version(), "kind": ValidatingAdmissionPolicy::KIND,
        "metadata": {"name": policy.metadata.name},
        "status": {"observedGeneration": generation, "typeChecking": checked(warnings)},
    });
    let path = ValidatingAdmissionPolicy::path(None, Some(&policy.metadata.name), Some("status"));
    let path = format!("{path}?fieldManager={NAME}&force=true");
    gone_is_fine(client.patch::<_, Value>(&path, PatchType::Apply, &applied).await)
}

/// What the status says: that there was a check, and what it found.
fn checked(warnings: Vec<Warning>) -> Value {
    if warnings.is_empty() {
        return json!({});
    }
    let all = warnings.into_iter().map(|one| json!({"fieldRef": one.field, "warning": one.text}));
    json!({"expressionWarnings": all.collect::<Vec<_>>()})
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct KindName {
    group: String,
    version: String,
    kind: String,
}

impl std::fmt::Display for KindName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { group, version, kind } = self;
        match group.as_str() {
            "" => write!(out, "/{version}, Kind={kind}"),
            group => write!(out, "{group}/{version}, Kind={kind}"),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Warning {
    field: String,
    text: String,
}

/// The schemas of a version of a group, by their names; none where it is not described.
type Schemas = Option<Arc<Map<String, Value>>>;

/// Where resources and schemas come from.
trait Source {
    /// The resources of a version of a group, or of that version of every group.
    async fn resources(&mut self, group: &str, version: &str) -> Result<Vec<ApiResource>, Error>;
    /// What there is of a version of a group.
    async fn schemas(&mut self, group: &str, version: &str) -> Result<Schemas, Error>;
}

/// A server's discovery and its OpenAPI v3: read anew for each policy, as definitions come and go.
struct Server<'c> {
    client: &'c Client,
    documents: HashMap<String, Schemas>,
}

impl Source for Server<'_> {
    async fn resources(&mut self, group: &str, version: &str) -> Result<Vec<ApiResource>, Error> {
        if !group.is_empty() {
            return Ok(
                answered(discovery::of_version(self.client, group, version).await)?.unwrap_or_default()
            );
        }
        let mut found = Vec::new();
        for group in discovery::groups(self.client, version).await? {
            found.extend(
                answered(discovery::of_version(self.client, &group, version).await)?.unwrap_or_default(),
            );
        }
        Ok(found)
    }

    async fn schemas(&mut self, group: &str, version: &str) -> Result<Schemas, Error> {
        let name = discovery::path(group, version);
        if let Some(known) = self.documents.get(&name) {
            return Ok(known.clone());
        }
        let document: Option<Value> = answered(self.client.get(&format!("/openapi/v3{name}")).await)?;
        let schemas = document.map(|mut document| match document["components"]["schemas"].take() {
            Value::Object(schemas) => Arc::new(schemas),
            _ => Arc::default(),
        });
        self.documents.insert(name, schemas.clone());
        Ok(schemas)
    }
}

/// What can't be described just now (the server of a group is down) is left out; what was not answered at all is
/// tried again.
fn answered<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Err(error) if error.status().is_some() => {
            tracing::debug!(%error, "a policy's types are not described; they are left out");
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// A policy with the types that it is about.
struct Check<'p> {
    spec: &'p PolicySpec,
    types: Vec<(KindName, Type)>,
    parameters: Option<Type>,
}

impl<'p> Check<'p> {
    async fn new(spec: &'p PolicySpec, source: &mut impl Source) -> Result<Self, Error> {
        let mut types = Vec::new();
        for name in matched(&spec.match_constraints.resource_rules, source).await? {
            types.extend(type_of(&name, source).await?.map(|kind| (name, kind)));
        }
        let parameters = match &spec.param_kind {
            None => None,
            Some(kind) => {
                let (group, version) = kind.api_version.split_once('/').unwrap_or(("", &kind.api_version));
                let name = KindName { group: group.into(), version: version.into(), kind: kind.kind.clone() };
                type_of(&name, source).await?
            }
        };
        Ok(Self { spec, types, parameters })
    }

    /// What is wrong with what it asks, and with what it answers then. Its conditions and what it tells the audit are
    /// not looked at, nor what is wrong with its variables, as upstream.
    fn warnings(&self) -> Vec<Warning> {
        let scopes: Vec<(&KindName, Scope)> =
            self.types.iter().map(|(name, kind)| (name, self.scope(kind))).collect();
        let mut found = Vec::new();
        let mut look = |field: String, text: &str| {
            let wrong: Vec<String> = scopes
                .iter()
                .filter_map(|(name, scope)| {
                    scope.compile(text, &[]).err().map(|error| format!("{name}: {error}\n"))
                })
                .collect();
            if !wrong.is_empty() {
                found.push(Warning { field, text: wrong.join("\n") });
            }
        };
        for (index, one) in self.spec.validations.iter().enumerate() {
            look(format!("spec.validations[{index}].expression"), &one.expression);
            if !one.message_expression.is_empty() {
                look(format!("spec.validations[{index}].messageExpression"), &one.message_expression);
            }
        }
        found
    }

    fn scope(&self, object: &Type) -> Scope {
        let mut scope = Scope::typed(object.clone(), self.parameters.clone());
        for variable in &self.spec.variables {
            let kind = scope.compile(&variable.expression, &[]).map_or(Type::Dyn, |(_, kind)| kind);
            scope.declare([(variable.name.clone(), kind)]);
        }
        scope
    }
}

/// The type of a kind's objects; `None` for one that is not described.
async fn type_of(name: &KindName, source: &mut impl Source) -> Result<Option<Type>, Error> {
    let Some(schemas) = source.schemas(&name.group, &name.version).await? else { return Ok(None) };
    let is_it = |schema: &Value| {
        schema["x-kubernetes-group-version-kind"].as_array().is_some_and(|kinds| {
            kinds.iter().any(|one| {
                one["group"] == *name.group && one["version"] == *name.version && one["kind"] == *name.kind
            })
        })
    };
    let schema = schemas.values().find(|schema| is_it(schema));
    Ok(schema.and_then(|schema| cel::type_of(&name.kind, schema, &schemas)))
}

/// The kinds that rules name, in order. A rule with a wildcard for groups or versions names none; resources with one,
/// and subresources, are passed over.
async fn matched(rules: &[ResourceRule], source: &mut impl Source) -> Result<Vec<KindName>, Error> {
    let mut found = BTreeSet::new();
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    for rule in rules {
        if rule.api_groups.iter().chain(&rule.api_versions).any(|name| name.contains('*')) {
            continue;
        }
        let resources: Vec<String> =
            sorted(&rule.resources).into_iter().filter(|name| !name.contains(['*', '/'])).collect();
        if resources.is_empty() {
            continue;
        }
        let mut count = 0;
        for group in sorted(&rule.api_groups) {
            for version in sorted(&rule.api_versions) {
                // The empty group stands for every group that has the version and the resource.
                let known = source.resources(&group, &version).await?;
                for name in &resources {
                    for one in known.iter().filter(|one| one.plural == *name || one.singular == *name) {
                        found.insert(KindName {
                            group: one.group.clone(),
                            version: one.version.clone(),
                            kind: one.kind.clone(),
                        });
                        count += 1;
                        if count == MOST {
                            return Ok(found.into_iter().collect());
                        }
                    }
                }
            }
        }
    }
    Ok(found.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deployments, replica sets, events of both groups and a custom resource.
    struct Known;

    impl Source for Known {
        async fn resources(&mut self, group: &str, version: &str) -> Result<Vec<ApiResource>, Error> {
            let all = [
                ("apps", "deployments", "Deployment"),
                ("apps", "replicasets", "ReplicaSet"),
                ("", "events", "Event"),
                ("events.k8s.io", "events", "Event"),
                ("stable.example.com", "crontabs", "CronTab"),
            ];
            let own = all.into_iter().filter(|one| (group.is_empty() || one.0 == group) && version == "v1");
            Ok(own
                .map(|(group, plural, kind)| ApiResource {
                    group: group.into(),
                    version: "v1".into(),
                    plural: plural.into(),
                    singular: kind.to_lowercase(),
                    kind: kind.into(),
                    namespaced: true,
                    verbs: Vec::new(),
                })
                .collect())
        }

        async fn schemas(&mut self, group: &str, _: &str) -> Result<Schemas, Error> {
            let spec = json!({"type": "object", "properties": {"replicas": {"type": "integer"}}});
            let of = |kind: &str| {
                json!({"type": "object", "properties": {"spec": spec},
                    "x-kubernetes-group-version-kind": [{"group": group, "version": "v1", "kind": kind}]})
            };
            let schemas = match group {
                "apps" => json!({"a": of("Deployment"), "b": of("ReplicaSet")}),
                "stable.example.com" => json!({"c": of("CronTab")}),
                _ => return Ok(None),
            };
            Ok(schemas.as_object().cloned().map(Arc::new))
        }
    }

    fn spec(resources: Value, fields: Value) -> PolicySpec {
        let mut spec = fields;
        spec["matchConstraints"] = json!({"resourceRules": [resources]});
        serde_json::from_value(spec).expect("a policy")
    }

    fn rule(group: &str, resources: &[&str]) -> Value {
        json!({"apiGroups": [group], "apiVersions": ["v1"], "resources": resources})
    }

    async fn warnings(rule: Value, fields: Value) -> Vec<(String, String)> {
        let spec = spec(rule, fields);
        let check = Check::new(&spec, &mut Known).await.expect("schemas");
        check.warnings().into_iter().map(|one| (one.field, one.text)).collect()
    }

    /// The cases of test/e2e/apimachinery/validatingadmissionpolicy.go.
    #[tokio::test]
    async fn expressions_that_confuse_types_are_told() {
        let right = json!({"validations": [{"expression": "object.spec.replicas > 1"}]});
        assert_eq!(warnings(rule("apps", &["deployments"]), right.clone()).await, []);
        assert_eq!(warnings(rule("stable.example.com", &["crontabs"]), right).await, []);
        let wrong = json!({"validations": [{
            "expression": "object.spec.replicas > '1'",
            "messageExpression": "'wants replicas > 1, got ' + object.spec.replicas",
        }]});
        let found = warnings(rule("apps", &["deployments"]), wrong).await;
        let text = concat!(
            "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n",
            " | object.spec.replicas > '1'\n",
            " | .....................^\n",
        );
        assert_eq!(found[0], ("spec.validations[0].expression".into(), text.into()));
        assert_eq!(found[1].0, "spec.validations[0].messageExpression");
        assert!(
            found[1].1.contains("found no matching overload for '_+_' applied to '(string, int)'"),
            "{found:?}"
        );
        let wrong = json!({"validations": [
            {"expression": "object.spec.replicas > '1'"}, {"expression": "object.spec.maxRetries < 10"},
        ]});
        let found = warnings(rule("stable.example.com", &["crontabs"]), wrong).await;
        assert!(found[0].1.contains("applied to '(int, string)'"), "{found:?}");
        assert_eq!(found[1].0, "spec.validations[1].expression");
        assert!(found[1].1.contains("undefined field 'maxRetries'"), "{found:?}");
    }

    #[tokio::test]
    async fn each_type_is_told_in_order() {
        let wrong = json!({"validations": [{"expression": "object.replicas > 1"}]});
        let found = warnings(rule("apps", &["replicasets", "deployments"]), wrong).await;
        let one = "ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n";
        assert_eq!(found[0].1, format!("apps/v1, Kind=Deployment: {one}\napps/v1, Kind=ReplicaSet: {one}"));
    }

    #[tokio::test]
    async fn variables_and_parameters_have_their_types() {
        let fields = json!({
            "paramKind": {"apiVersion": "stable.example.com/v1", "kind": "CronTab"},
            "variables": [
                {"name": "most", "expression": "params.spec.replicas"}, {"name": "none", "expression": "object.nope"},
            ],
            "validations": [
                {"expression": "object.spec.replicas < variables.most && variables.none == 1"},
                {"expression": "variables.most == 'x'"}, {"expression": "params.spec.most == 1"},
            ],
        });
        let found = warnings(rule("apps", &["deployments"]), fields).await;
        let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["spec.validations[1].expression", "spec.validations[2].expression"], "{found:?}");
        let fields = json!({
            "paramKind": {"apiVersion": "gone/v1", "kind": "Gone"}, "validations": [{"expression": "params.x == 1"}],
        });
        let found = warnings(rule("apps", &["deployments"]), fields).await;
        assert!(found[0].1.contains("undeclared reference to 'params'"), "{found:?}");
    }

    #[tokio::test]
    async fn what_is_matched() {
        let names = |rule: Value| async move {
            let spec = spec(rule, json!({}));
            let found = matched(&spec.match_constraints.resource_rules, &mut Known).await.expect("resources");
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            names(rule("apps", &["*", "deployments", "deployments/scale"])).await,
            ["apps/v1, Kind=Deployment"]
        );
        assert_eq!(names(rule("*", &["deployments"])).await, [""; 0]);
        assert_eq!(names(rule("nope", &["deployments"])).await, [""; 0]);
        assert_eq!(names(rule("", &["events"])).await, ["/v1, Kind=Event", "events.k8s.io/v1, Kind=Event"]);
        let many: Vec<&str> = vec!["deployments"; 20];
        assert_eq!(names(rule("apps", &many)).await.len(), 1);
        // What is not described is not looked at.
        let fields = json!({"validations": [{"expression": "object.nope"}]});
        assert_eq!(warnings(rule("", &["events"]), fields).await, []);
    }

    #[test]
    fn a_check_that_found_nothing_says_so() {
        assert_eq!(checked(Vec::new()), json!({}));
        let one = Warning { field: "spec.validations[0].expression".into(), text: "w".into() };
        let want =
            json!({"expressionWarnings": [{"fieldRef": "spec.validations[0].expression", "warning": "w"}]});
        assert_eq!(checked(vec![one]), want);
    }
}
