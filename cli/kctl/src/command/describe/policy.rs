//! Namespaces, quotas, limits, budgets, autoscalers and priority classes.

use anyhow::Result;
use serde_json::Value;

use super::{Page, entries, head, list, marks, number, or, selector, text, time};
use crate::connect::Session;

/// What a quota's scope means.
fn scope(name: &str) -> &'static str {
    match name {
        "Terminating" => {
            " * Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system."
        }
        "NotTerminating" => {
            " * Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate."
        }
        "BestEffort" => {
            " * Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
        }
        "NotBestEffort" => {
            " * Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service."
        }
        _ => "",
    }
}

/// A namespace, with its quotas and limits.
pub async fn namespace(session: &Session, page: &mut Page, object: &Value) -> Result<bool> {
    let name = text(&object["metadata"]["name"]);
    page.pair(0, "Name", &name);
    marks(page, object);
    page.pair(0, "Status", text(&object["status"]["phase"]));
    if list(&object["status"]["conditions"]).next().is_some() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t------------------\t------\t-------");
        for condition in list(&object["status"]["conditions"]) {
            page.line(
                1,
                format!(
                    "{}\t{}\t{}\t{}\t{}",
                    text(&condition["type"]),
                    text(&condition["status"]),
                    time(&condition["lastTransitionTime"]),
                    text(&condition["reason"]),
                    text(&condition["message"])
                ),
            );
        }
    }
    let client = session.client()?;
    let quotas = client
        .list::<Value>(
            &client::path("", "v1", "resourcequotas", Some(&name), None, None),
            &client::ListParams::default(),
        )
        .await?
        .items;
    page.line(0, "");
    if quotas.is_empty() {
        page.line(0, "No resource quota.");
    } else {
        page.line(0, "Resource Quotas");
        for quota in &quotas {
            page.line(0, format!("  Name:\t{}", text(&quota["metadata"]["name"])));
            let scopes: Vec<String> = list(&quota["spec"]["scopes"]).map(text).collect();
            if !scopes.is_empty() {
                page.line(0, format!("  Scopes:\t{}", scopes.join(", ")));
                for name in &scopes {
                    if !scope(name).is_empty() {
                        page.line(0, format!(" {}", scope(name)));
                    }
                }
            }
            page.line(0, "  Resource\tUsed\tHard");
            page.line(0, "  --------\t---\t---");
            for (resource, hard) in entries(&quota["status"]["hard"]) {
                page.line(
                    0,
                    format!("  {resource}\t{}\t{}", text(&quota["status"]["used"][resource]), text(hard)),
                );
            }
        }
    }
    let ranges = client
        .list::<Value>(
            &client::path("", "v1", "limitranges", Some(&name), None, None),
            &client::ListParams::default(),
        )
        .await?
        .items;
    page.line(0, "");
    if ranges.is_empty() {
        page.line(0, "No LimitRange resource.");
    } else {
        page.line(0, "Resource Limits");
        page.line(0, " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
        page.line(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
        for range in &ranges {
            limit_lines(page, " ", &range["spec"]);
        }
    }
    Ok(false)
}

fn limit_lines(page: &mut Page, prefix: &str, spec: &Value) {
    for item in list(&spec["limits"]) {
        let mut resources: Vec<&String> = Vec::new();
        for field in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
            for (resource, _) in entries(&item[field]) {
                if !resources.contains(&resource) {
                    resources.push(resource);
                }
            }
        }
        resources.sort();
        for resource in resources {
            let cell = |field: &str| or(&item[field][resource], "-");
            page.line(
                0,
                format!(
                    "{prefix}{}\t{resource}\t{}\t{}\t{}\t{}\t{}",
                    text(&item["type"]),
                    cell("min"),
                    cell("max"),
                    cell("defaultRequest"),
                    cell("default"),
                    cell("maxLimitRequestRatio")
                ),
            );
        }
    }
}

/// A limit range.
pub fn limits(page: &mut Page, object: &Value) -> bool {
    head(page, object);
    page.line(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
    page.line(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    limit_lines(page, "", &object["spec"]);
    false
}

/// A quota.
pub fn quota(page: &mut Page, object: &Value) -> bool {
    head(page, object);
    let mut scopes: Vec<String> = list(&object["spec"]["scopes"]).map(text).collect();
    if !scopes.is_empty() {
        scopes.sort();
        page.pair(0, "Scopes", scopes.join(", "));
        for name in &scopes {
            if !scope(name).is_empty() {
                page.line(0, scope(name));
            }
        }
    }
    page.line(0, "Resource\tUsed\tHard");
    page.line(0, "--------\t----\t----");
    for (resource, hard) in entries(&object["status"]["hard"]) {
        page.line(0, format!("{resource}\t{}\t{}", text(&object["status"]["used"][resource]), text(hard)));
    }
    false
}

/// A disruption budget.
pub fn budget(page: &mut Page, object: &Value) -> bool {
    let (spec, status) = (&object["spec"], &object["status"]);
    head(page, object);
    if !spec["minAvailable"].is_null() {
        page.pair(0, "Min available", text(&spec["minAvailable"]));
    } else if !spec["maxUnavailable"].is_null() {
        page.pair(0, "Max unavailable", text(&spec["maxUnavailable"]));
    }
    page.pair(
        0,
        "Selector",
        if spec["selector"].is_object() { selector(&spec["selector"]) } else { "<unset>".into() },
    );
    page.line(0, "Status:");
    page.pair(2, "Allowed disruptions", number(&status["disruptionsAllowed"]));
    page.pair(2, "Current", number(&status["currentHealthy"]));
    page.pair(2, "Desired", number(&status["desiredHealthy"]));
    page.pair(2, "Total", number(&status["expectedPods"]));
    true
}

/// An autoscaler.
pub fn autoscaler(page: &mut Page, object: &Value) -> bool {
    let (metadata, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    head(page, object);
    marks(page, object);
    page.pair(0, "CreationTimestamp", time(&metadata["creationTimestamp"]));
    let target = &spec["scaleTargetRef"];
    page.pair(0, "Reference", format!("{}/{}", text(&target["kind"]), text(&target["name"])));
    if spec["metrics"].is_array() {
        page.line(0, "Metrics:\t( current / target )");
        for (index, metric) in list(&spec["metrics"]).enumerate() {
            let current = &status["currentMetrics"][index];
            let kind = text(&metric["type"]);
            let field = match kind.as_str() {
                "Resource" => "resource",
                "ContainerResource" => "containerResource",
                "Pods" => "pods",
                "Object" => "object",
                _ => "external",
            };
            let (wanted, has) = (&metric[field]["target"], &current[field]["current"]);
            let name = if metric[field]["name"].is_string() {
                text(&metric[field]["name"])
            } else {
                text(&metric[field]["metric"]["name"])
            };
            if field == "resource" || field == "containerResource" {
                let place = if field == "resource" {
                    "on pods".to_string()
                } else {
                    format!("of container {:?} on pods", text(&metric[field]["container"]))
                };
                if wanted["averageValue"].is_string() {
                    let current = or(&has["averageValue"], "<unknown>");
                    page.line(
                        1,
                        format!("resource {name} {place}:\t{current} / {}", text(&wanted["averageValue"])),
                    );
                } else {
                    let current = match has["averageUtilization"].as_i64() {
                        Some(percent) => format!("{percent}% ({})", text(&has["averageValue"])),
                        None => "<unknown>".into(),
                    };
                    let target = wanted["averageUtilization"].as_i64();
                    let target = target.map_or_else(|| "<auto>".to_string(), |percent| format!("{percent}%"));
                    page.line(
                        1,
                        format!(
                            "resource {name} {place}  (as a percentage of request):\t{current} / {target}"
                        ),
                    );
                }
                continue;
            }
            let value = if wanted["averageValue"].is_string() { "averageValue" } else { "value" };
            let words = match field {
                "pods" => format!("{name:?} on pods"),
                "object" => format!(
                    "{name:?} on {}/{} (target {})",
                    text(&metric["object"]["describedObject"]["kind"]),
                    text(&metric["object"]["describedObject"]["name"]),
                    if value == "value" { "value" } else { "average value" }
                ),
                _ => {
                    format!("{name:?} (target {})", if value == "value" { "value" } else { "average value" })
                }
            };
            page.line(1, format!("{words}:\t{} / {}", or(&has[value], "<unknown>"), text(&wanted[value])));
        }
    }
    page.pair(0, "Min replicas", or(&spec["minReplicas"], "<unset>"));
    page.pair(0, "Max replicas", text(&spec["maxReplicas"]));
    for (field, title) in [("scaleUp", "Scale Up"), ("scaleDown", "Scale Down")] {
        let rules = &spec["behavior"][field];
        if !rules.is_object() {
            continue;
        }
        if field == "scaleUp" || !spec["behavior"]["scaleUp"].is_object() {
            page.line(0, "Behavior:");
        }
        page.line(1, format!("{title}:"));
        if rules["stabilizationWindowSeconds"].is_number() {
            page.line(
                2,
                format!("Stabilization Window: {} seconds", number(&rules["stabilizationWindowSeconds"])),
            );
        }
        if list(&rules["policies"]).next().is_some() {
            page.line(2, format!("Select Policy: {}", or(&rules["selectPolicy"], "Max")));
            page.line(2, "Policies:");
            for policy in list(&rules["policies"]) {
                page.line(
                    3,
                    format!(
                        "- Type: {}\tValue: {}\tPeriod: {} seconds",
                        text(&policy["type"]),
                        number(&policy["value"]),
                        number(&policy["periodSeconds"])
                    ),
                );
            }
        }
    }
    page.line(
        0,
        format!(
            "{} pods:\t{} current / {} desired",
            text(&target["kind"]),
            number(&status["currentReplicas"]),
            number(&status["desiredReplicas"])
        ),
    );
    if list(&status["conditions"]).next().is_some() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tReason\tMessage");
        page.line(1, "----\t------\t------\t-------");
        for condition in list(&status["conditions"]) {
            page.line(
                1,
                format!(
                    "{}\t{}\t{}\t{}",
                    text(&condition["type"]),
                    text(&condition["status"]),
                    text(&condition["reason"]),
                    text(&condition["message"])
                ),
            );
        }
    }
    true
}

/// A priority class.
pub fn priority_class(page: &mut Page, object: &Value) -> bool {
    page.pair(0, "Name", text(&object["metadata"]["name"]));
    page.pair(0, "Value", number(&object["value"]));
    page.pair(0, "GlobalDefault", object["globalDefault"] == true);
    page.pair(0, "PreemptionPolicy", or(&object["preemptionPolicy"], "PreemptLowerPriority"));
    page.pair(0, "Description", text(&object["description"]));
    let shown: Vec<String> = entries(&object["metadata"]["annotations"])
        .iter()
        .filter(|(key, _)| *key != crate::apply::LAST_APPLIED)
        .map(|(key, value)| format!("{key}={}", text(value)))
        .collect();
    page.pair(0, "Annotations", if shown.is_empty() { "<none>".into() } else { shown.join(",") });
    true
}
