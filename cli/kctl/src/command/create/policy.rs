//! Quotas, disruption budgets and priority classes.

use anyhow::{Result, bail};
use apimachinery::quantity::Quantity;
use clap::ArgMatches;
use serde_json::{Map, Value, json};

use crate::flags::{get, is};

/// `cpu=1,memory=2Gi` as quantities, each in its canonical form.
pub fn quantities(text: &str) -> Result<Map<String, Value>> {
    let mut found = Map::new();
    for pair in text.split(',').filter(|pair| !pair.is_empty()) {
        let Some((key, value)) = pair.split_once('=') else {
            bail!("Invalid argument syntax {pair}, expected <resource>=<value>");
        };
        value.parse::<Quantity>()?;
        let amount = apimachinery::quantity::given_back(value).unwrap_or_else(|| value.into());
        found.insert(key.into(), amount.into());
    }
    found.sort_keys();
    Ok(found)
}

/// `create quota`.
pub fn quota(name: &str, matches: &ArgMatches) -> Result<Value> {
    let mut spec = json!({});
    if let Some(hard) = get(matches, "hard").filter(|hard| !hard.is_empty()) {
        spec["hard"] = Value::Object(quantities(hard)?);
    }
    if let Some(scopes) = get(matches, "scopes").filter(|scopes| !scopes.is_empty()) {
        spec["scopes"] = scopes.split(',').collect::<Vec<_>>().into();
    }
    Ok(
        json!({"kind": "ResourceQuota", "apiVersion": "v1", "metadata": {"name": name}, "spec": spec, "status": {}}),
    )
}

fn number_or_percent(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}

/// `create poddisruptionbudget`.
pub fn budget(name: &str, matches: &ArgMatches) -> Result<Value> {
    let text = |flag: &str| get(matches, flag).unwrap_or_default();
    let (least, most, selector) = (text("min-available"), text("max-unavailable"), text("selector"));
    if selector.is_empty() {
        bail!("a selector must be specified");
    }
    match (least.is_empty(), most.is_empty()) {
        (true, true) => bail!("one of min-available or max-unavailable must be specified"),
        (false, false) => bail!("min-available and max-unavailable cannot be both specified"),
        _ => {}
    }
    for (flag, given) in [("min-available", least), ("max-unavailable", most)] {
        let digits = given.strip_suffix('%').unwrap_or(given);
        if !given.is_empty() && (digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit())) {
            bail!("invalid format specified for {flag}");
        }
    }
    let mut spec = json!({});
    if !least.is_empty() {
        spec["minAvailable"] = number_or_percent(least);
    }
    spec["selector"] = label_selector(selector)?;
    if !most.is_empty() {
        spec["maxUnavailable"] = number_or_percent(most);
    }
    Ok(json!({
        "kind": "PodDisruptionBudget", "apiVersion": "policy/v1", "metadata": {"name": name}, "spec": spec,
        "status": {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0},
    }))
}

/// A selector in words as the API's `LabelSelector`.
pub fn label_selector(text: &str) -> Result<Value> {
    let bad = || anyhow::anyhow!("unable to parse requirement: {text:?} is not a label selector");
    apimachinery::labels::Selector::parse(text).map_err(|error| anyhow::anyhow!("{error}"))?;
    let (mut labels, mut expressions) = (Map::new(), Vec::new());
    let mut depth = 0;
    let parts = text.split(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    });
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        if let Some((key, value)) = part.split_once("!=") {
            expressions.push(json!({"key": key.trim(), "operator": "NotIn", "values": [value.trim()]}));
        } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
            labels.insert(key.trim().into(), value.trim().into());
        } else if let Some((head, values)) = part.split_once('(') {
            let values: Vec<&str> = values.trim_end_matches(')').split(',').map(str::trim).collect();
            let (key, word) = head.trim().rsplit_once(' ').ok_or_else(bad)?;
            let operator = if word == "in" { "In" } else { "NotIn" };
            expressions.push(json!({"key": key.trim(), "operator": operator, "values": values}));
        } else if let Some(key) = part.strip_prefix('!') {
            expressions.push(json!({"key": key.trim(), "operator": "DoesNotExist"}));
        } else {
            expressions.push(json!({"key": part, "operator": "Exists"}));
        }
    }
    let mut selector = json!({});
    if !labels.is_empty() {
        selector["matchLabels"] = Value::Object(labels);
    }
    if !expressions.is_empty() {
        selector["matchExpressions"] = json!(expressions);
    }
    Ok(selector)
}

/// `create priorityclass`.
pub fn priority_class(name: &str, matches: &ArgMatches) -> Value {
    let mut object = json!({
        "kind": "PriorityClass", "apiVersion": "scheduling.k8s.io/v1", "metadata": {"name": name},
        "value": matches.get_one::<i32>("value").copied().unwrap_or_default(),
    });
    if is(matches, "global-default") {
        object["globalDefault"] = true.into();
    }
    if let Some(description) = get(matches, "description").filter(|text| !text.is_empty()) {
        object["description"] = description.into();
    }
    object["preemptionPolicy"] = get(matches, "preemption-policy").unwrap_or_default().into();
    object
}
