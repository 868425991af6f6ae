//! How objects of a custom resource change from one version to another: by their `apiVersion` alone,
//! or as a webhook says.

use std::time::{Duration, Instant};

use apimachinery::invalid::{Field, Violation};
use apimachinery::resources::Resource;
use apimachinery::{Status, names};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceConversion, CustomResourceDefinition,
};
use serde_json::{Map, Value, json};

use crate::callout::{Callouts, Target, Users};
use crate::metrics::conversions::{self, Failed};
use crate::storage::Store;
use crate::strategy::checks::one_of;

/// How long a webhook may take, as upstream.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The versions of ConversionReview that are spoken.
const REVIEWS: [&str; 2] = ["v1", "v1beta1"];

/// How a definition's objects are converted.
#[derive(Debug)]
pub enum Conversion {
    /// The versions differ in nothing but their name.
    None,
    /// A webhook converts.
    Webhook(Box<Webhook>),
}

/// A webhook that converts.
#[derive(Debug)]
pub struct Webhook {
    target: Target,
    /// The version of the reviews that it is sent; `None` when it takes none that is spoken here.
    review: Option<&'static str>,
    callouts: Callouts,
}

/// What is wrong with a definition's `conversion`.
///
/// The CAs to trust are `judged` only of those that are in use.
pub fn wrong(given: &CustomResourceConversion, judged: bool, field: &Field, wrong: &mut Vec<Violation>) {
    let webhook = given.webhook.as_ref();
    // They are told of where older definitions had them.
    let place = field.child("webhookClientConfig");
    let versions = webhook.map(|webhook| webhook.conversion_review_versions.as_slice()).unwrap_or_default();
    let versions_place = field.child("conversionReviewVersions");
    let client = webhook.and_then(|webhook| webhook.client_config.as_ref());
    match given.strategy.as_str() {
        "Webhook" => {
            match client {
                None => {
                    let why = "required when strategy is set to Webhook";
                    wrong.push(Violation::required(&place, why));
                }
                Some(client) => {
                    let target = Target::from(client);
                    target.wrong(&place, wrong);
                    if judged {
                        target.wrong_authorities(&place, wrong);
                    }
                }
            }
            if versions.is_empty() {
                wrong.push(Violation::required(&versions_place, ""));
            }
            for (index, version) in versions.iter().enumerate() {
                let place = versions_place.index(index);
                if versions[..index].contains(version) {
                    wrong.push(Violation::invalid(&place, version, "duplicate version"));
                } else if let Err(reason) = names::dns_1035_label(version) {
                    wrong.push(Violation::invalid(&place, version, &reason));
                }
            }
            if !versions.is_empty() && !versions.iter().any(|version| REVIEWS.contains(&version.as_str())) {
                let why = format!("must include at least one of {}", REVIEWS.join(", "));
                wrong.push(Violation::invalid_value(&versions_place, &versions, &why));
            }
        }
        "None" => {
            let why = "should not be set when strategy is not set to Webhook";
            if client.is_some() {
                wrong.push(Violation::forbidden(&place, why));
            }
            if !versions.is_empty() {
                wrong.push(Violation::forbidden(&versions_place, why));
            }
        }
        other => one_of(other, &["None", "Webhook"], &field.child("strategy"), wrong),
    }
}

impl Conversion {
    /// That of a definition which is served.
    pub fn of(definition: &CustomResourceDefinition) -> Self {
        let given = definition.spec.conversion.as_ref().filter(|given| given.strategy == "Webhook");
        let Some(webhook) = given.and_then(|given| given.webhook.as_ref()) else { return Self::None };
        let Some(client) = &webhook.client_config else { return Self::None };
        let versions = &webhook.conversion_review_versions;
        // The first that both sides speak, in the order of the definition.
        let review = versions.iter().find_map(|version| REVIEWS.into_iter().find(|spoken| spoken == version));
        Self::Webhook(Box::new(Webhook {
            target: Target::from(client),
            review,
            callouts: Callouts::default(),
        }))
    }

    /// Objects in the version of `to`, in the same order.
    ///
    /// # Errors
    /// Tells what the webhook did wrong.
    pub async fn convert(
        &self,
        store: &Store,
        to: &'static Resource,
        mut objects: Vec<Value>,
    ) -> Result<Vec<Value>, Status> {
        let wanted = to.api_version();
        match self {
            Self::None => {
                for object in objects.iter_mut().filter_map(Value::as_object_mut) {
                    object.insert("apiVersion".into(), json!(wanted));
                }
                Ok(objects)
            }
            Self::Webhook(webhook) => {
                let others: Vec<usize> =
                    (0..objects.len()).filter(|index| objects[*index]["apiVersion"] != wanted).collect();
                let Some(first) = others.first() else { return Ok(objects) };
                let what = format!(
                    "{}, Kind={}",
                    objects[*first]["apiVersion"].as_str().unwrap_or_default(),
                    to.kind
                );
                let given = others.iter().map(|index| objects[*index].clone()).collect();
                let begun = Instant::now();
                let converted = webhook.ask(store, &wanted, given).await;
                let version = |text: &str| text.rsplit('/').next().unwrap_or_default().to_string();
                let from = version(objects[*first]["apiVersion"].as_str().unwrap_or_default());
                let definition = format!("{}.{}", to.plural, to.group);
                let versions = (from.as_str(), to.version);
                conversions::converted(&definition, versions, converted.is_ok(), begun.elapsed());
                let converted = converted.map_err(|why| {
                    Status::failure(500, "", format!("conversion webhook for {what} {why}"))
                })?;
                for (index, object) in others.into_iter().zip(converted) {
                    objects[index] = object;
                }
                Ok(objects)
            }
        }
    }
}

impl Webhook {
    /// Has objects converted, and tells how that went.
    async fn ask(&self, store: &Store, wanted: &str, objects: Vec<Value>) -> Result<Vec<Value>, String> {
        let begun = Instant::now();
        let outcome = self.converted(store, wanted, objects).await;
        conversions::asked(outcome.as_ref().err().map(|(failed, _)| *failed), begun.elapsed());
        outcome.map_err(|(_, why)| why)
    }

    /// Has objects converted, and holds the answer against what may change.
    async fn converted(
        &self,
        store: &Store,
        wanted: &str,
        objects: Vec<Value>,
    ) -> Result<Vec<Value>, (Failed, String)> {
        let failed = |why: String| (Failed::Call, format!("failed: {why}"));
        let version = self.review.ok_or_else(|| failed("no supported conversion review versions".into()))?;
        let review_version = format!("apiextensions.k8s.io/{version}");
        let uid = uuid::Uuid::new_v4().to_string();
        let review = json!({
            "kind": "ConversionReview", "apiVersion": review_version,
            "request": {"uid": uid, "desiredAPIVersion": wanted, "objects": objects},
        });
        let mut answer = self
            .callouts
            .post(store, &self.target, TIMEOUT, true, &review, &Users::default())
            .await
            .map_err(|error| failed(error.why))?;
        let converted = read(&mut answer, &review_version, &uid)
            .map_err(|why| (Failed::Malformed, format!("failed: {why}")))?;
        if converted.len() != objects.len() {
            let why = format!("returned {} objects, expected {}", converted.len(), objects.len());
            return Err((Failed::Partial, why));
        }
        let pairs = objects.iter().zip(converted).enumerate();
        pairs
            .map(|(index, (original, converted))| {
                check(original, converted, wanted)
                    .map_err(|why| format!("returned invalid converted object at index {index}: {why}"))
                    .map_err(|why| (Failed::Invalid, why))
            })
            .collect()
    }
}

/// The objects in a webhook's answer.
fn read(answer: &mut Value, review: &str, uid: &str) -> Result<Vec<Value>, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    if answer["apiVersion"] != review || answer["kind"] != "ConversionReview" {
        return Err(format!(
            "expected webhook response of {review}, Kind=ConversionReview, got {}, Kind={}",
            text(&answer["apiVersion"]),
            text(&answer["kind"])
        ));
    }
    let response = &mut answer["response"];
    if !response.is_object() {
        return Err("no response provided".into());
    }
    // The older version did not ask for it.
    if review.ends_with("/v1") && response["uid"] != uid {
        return Err(format!("expected response.uid={uid:?}, got {:?}", text(&response["uid"])));
    }
    let result = &response["result"];
    if result["status"] != "Success" {
        let message = text(&result["message"]);
        if message.is_empty() {
            return Err(format!(
                "response.result.status was '{}', expected 'Success'",
                text(&result["status"])
            ));
        }
        return Err(message);
    }
    match response["convertedObjects"].take() {
        Value::Array(objects) => Ok(objects),
        Value::Null => Ok(Vec::new()),
        _ => Err("response.convertedObjects is no list".into()),
    }
}

/// A converted object with the original's metadata; only labels and annotations are the webhook's.
fn check(original: &Value, mut converted: Value, wanted: &str) -> Result<Value, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    if converted["apiVersion"] != wanted {
        return Err(format!(
            "invalid groupVersion (expected {wanted}, received {})",
            text(&converted["apiVersion"])
        ));
    }
    if converted["kind"] != original["kind"] {
        return Err(format!(
            "invalid kind (expected {}, received {})",
            text(&original["kind"]),
            text(&converted["kind"])
        ));
    }
    let meta = match converted.get_mut("metadata").map(Value::take) {
        Some(Value::Object(meta)) => meta,
        None | Some(Value::Null) => return Err("missing metadata in converted object".into()),
        Some(_) => return Err("invalid metadata in converted object: it is no object".into()),
    };
    for (field, word) in [("name", "name"), ("namespace", "namespace"), ("uid", "UID")] {
        let before = text(&original["metadata"][field]);
        let after = text(meta.get(field).unwrap_or(&Value::Null));
        if before != after {
            return Err(format!("must have the same {word}: {before} != {after}"));
        }
    }
    let mut kept: Map<String, Value> = original["metadata"].as_object().cloned().unwrap_or_default();
    for field in ["labels", "annotations"] {
        let new = match meta.get(field) {
            None | Some(Value::Null) => None,
            Some(new @ Value::Object(map)) => {
                for (key, value) in map {
                    let value = value
                        .as_str()
                        .ok_or_else(|| format!("invalid metadata: metadata.{field}[{key}] is no text"))?;
                    let checked = names::qualified_name(&key.to_lowercase())
                        .and_then(|()| if field == "labels" { names::label_value(value) } else { Ok(()) });
                    // What was there before is not the webhook's.
                    if original["metadata"][field][key] != *value
                        && let Err(why) = checked
                    {
                        return Err(format!(
                            "invalid metadata: metadata.{field}: Invalid value: {key:?}: {why}"
                        ));
                    }
                }
                Some(new.clone())
            }
            Some(_) => return Err(format!("invalid metadata: metadata.{field} is no map of texts")),
        };
        match new {
            Some(new) => kept.insert(field.into(), new),
            None => kept.shift_remove(field),
        };
    }
    converted["metadata"] = Value::Object(kept);
    Ok(converted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mistake.
    type Change<'c> = &'c dyn Fn(&mut Value);

    fn original() -> Value {
        json!({
            "apiVersion": "x.io/v1", "kind": "X",
            "metadata": {"name": "a", "namespace": "n", "uid": "u", "labels": {"l": "1"}, "finalizers": ["f.io/f"]},
            "spec": {"host": "h"},
        })
    }

    fn converted(change: impl FnOnce(&mut Value)) -> Result<Value, String> {
        let mut object = original();
        object["apiVersion"] = json!("x.io/v2");
        change(&mut object);
        check(&original(), object, "x.io/v2")
    }

    #[test]
    fn only_labels_and_annotations_change_in_the_metadata() {
        let object = converted(|object| {
            object["metadata"]["labels"] = json!({"l": "2"});
            object["metadata"]["annotations"] = json!({"a": "b"});
            object["metadata"]["finalizers"] = json!(["other.io/f"]);
            object["spec"] = json!({"url": "h"});
        });
        let object = object.expect("it is a good answer");
        assert_eq!(object["metadata"]["labels"], json!({"l": "2"}));
        assert_eq!(object["metadata"]["annotations"], json!({"a": "b"}));
        assert_eq!(object["metadata"]["finalizers"], json!(["f.io/f"]));
        assert_eq!(object["spec"], json!({"url": "h"}));
        let bare =
            converted(|object| object["metadata"] = json!({"name": "a", "namespace": "n", "uid": "u"}));
        assert_eq!(bare.expect("a good answer")["metadata"].get("labels"), None);
    }

    #[test]
    fn bad_objects_are_refused() {
        let wrong: &[(&str, Change<'_>)] = &[
            ("invalid groupVersion (expected x.io/v2, received x.io/v1)", &|o| {
                o["apiVersion"] = json!("x.io/v1")
            }),
            ("invalid kind (expected X, received Y)", &|o| o["kind"] = json!("Y")),
            ("missing metadata in converted object", &|o| {
                o.as_object_mut().map(|map| map.shift_remove("metadata"));
            }),
            ("it is no object", &|o| o["metadata"] = json!("x")),
            ("must have the same name: a != b", &|o| o["metadata"]["name"] = json!("b")),
            ("must have the same namespace: n != m", &|o| o["metadata"]["namespace"] = json!("m")),
            ("must have the same UID: u != ", &|o| o["metadata"]["uid"] = json!("")),
            ("metadata.labels", &|o| o["metadata"]["labels"] = json!({"l": "no label!"})),
            ("metadata.labels[l] is no text", &|o| o["metadata"]["labels"] = json!({"l": 1})),
            ("metadata.annotations", &|o| o["metadata"]["annotations"] = json!({"no key": "x"})),
            ("metadata.annotations is no map", &|o| o["metadata"]["annotations"] = json!([])),
        ];
        for (expected, change) in wrong {
            let refused = converted(change).expect_err(expected);
            assert!(refused.contains(expected), "{refused} is not {expected}");
        }
    }

    #[test]
    fn answers_are_read() {
        let good = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "ConversionReview",
            "response": {"uid": "1", "result": {"status": "Success"}, "convertedObjects": [{}]},
        });
        let v1 = "apiextensions.k8s.io/v1";
        assert_eq!(read(&mut good.clone(), v1, "1"), Ok(vec![json!({})]));
        let wrong: &[(&str, Change<'_>)] = &[
            ("expected response.uid=\"1\", got \"2\"", &|a| a["response"]["uid"] = json!("2")),
            ("no response provided", &|a| a["response"] = json!(null)),
            ("response.result.status was 'Failed', expected 'Success'", &|a| {
                a["response"]["result"]["status"] = json!("Failed");
            }),
            ("no way", &|a| a["response"]["result"] = json!({"status": "Failed", "message": "no way"})),
            ("expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got x/v1", &|a| {
                a["apiVersion"] = json!("x/v1");
            }),
            ("is no list", &|a| a["response"]["convertedObjects"] = json!({})),
        ];
        for (expected, change) in wrong {
            let mut answer = good.clone();
            change(&mut answer);
            let refused = read(&mut answer, v1, "1").expect_err(expected);
            assert!(refused.contains(expected), "{refused} is not {expected}");
        }
        let mut old = good;
        old["apiVersion"] = json!("apiextensions.k8s.io/v1beta1");
        old["response"]["uid"] = json!("");
        assert_eq!(read(&mut old, "apiextensions.k8s.io/v1beta1", "1"), Ok(vec![json!({})]));
    }

    #[test]
    fn definitions_say_how() {
        let check = |value: Value| {
            let given: CustomResourceConversion = serde_json::from_value(value).expect("a conversion");
            let mut all = Vec::new();
            wrong(&given, true, &Field::root("conversion"), &mut all);
            all.iter()
                .map(|one| one.cause())
                .map(|cause| format!("{}: {}", cause.field, cause.message))
                .collect::<Vec<_>>()
        };
        let client = json!({"url": "https://a/convert"});
        for good in [
            json!({"strategy": "None"}),
            json!({"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": ["v1"]}}),
            json!({"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": ["v3", "v1beta1"]}}),
        ] {
            assert_eq!(check(good.clone()), Vec::<String>::new(), "{good}");
        }
        for (bad, expected) in [
            (json!({"strategy": "Other"}), "conversion.strategy: Unsupported value"),
            (
                json!({"strategy": "Webhook"}),
                "conversion.webhookClientConfig: Required value: required when strategy is set to Webhook",
            ),
            (
                json!({"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": []}}),
                "conversion.conversionReviewVersions: Required value",
            ),
            (
                json!({"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": ["v2"]}}),
                "must include at least one of v1, v1beta1",
            ),
            (
                json!({"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": ["v1", "v1"]}}),
                "duplicate version",
            ),
            (
                json!({"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": ["v1", "V2"]}}),
                "conversionReviewVersions[1]",
            ),
            (
                json!({"strategy": "Webhook", "webhook": {"clientConfig": {}, "conversionReviewVersions": ["v1"]}}),
                "exactly one of url or service is required",
            ),
            (
                json!({"strategy": "None", "webhook": {"clientConfig": client, "conversionReviewVersions": ["v1"]}}),
                "conversionReviewVersions: Forbidden",
            ),
            (
                json!({"strategy": "None", "webhook": {"clientConfig": client, "conversionReviewVersions": []}}),
                "webhookClientConfig: Forbidden",
            ),
        ] {
            let wrong = check(bad.clone());
            assert!(wrong.iter().any(|text| text.contains(expected)), "{bad}: {wrong:?}");
        }
    }
}
