//! `kctl autoscale`.

use anyhow::{Result, bail};
use apimachinery::quantity;
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use super::write::{self, DryRun, dry_run};
use crate::connect::Session;
use crate::flags::{self, get};
use crate::manifest;
use crate::select;

/// The flags.
pub fn define() -> Command {
    let number =
        |name: &'static str, help: &'static str| flags::number::<i32>(name, help).default_value("-1");
    Command::new("autoscale")
        .about("Auto-scale a deployment, replica set, stateful set, or replication controller")
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .args(flags::output())
        .arg(flags::dry_run())
        .arg(flags::boolean(
            "save-config",
            false,
            "Save the configuration in the object's annotation, for apply",
        ))
        .arg(number("min", "The least number of pods"))
        .arg(number("max", "The greatest number of pods"))
        .arg(
            number("cpu-percent", "Target CPU utilization of all pods, in percent of what they request")
                .hide(true),
        )
        .arg(flags::text("cpu", "Target CPU of all pods: a percentage (80%) or a quantity (500m)"))
        .arg(flags::text("memory", "Target memory of all pods: a percentage or a quantity"))
        .arg(flags::text("name", "The name of the new object"))
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-autoscale"),
        )
}

fn metric(resource: &str, text: &str) -> Result<Value> {
    let target = if let Some(percent) = text.strip_suffix('%') {
        let Ok(number) = percent.parse::<i32>() else {
            bail!("invalid percentage value: {percent}");
        };
        if number <= 0 {
            bail!("invalid percentage value: {number}");
        }
        json!({"type": "Utilization", "averageUtilization": number})
    } else {
        if text.parse::<quantity::Quantity>().is_err() {
            bail!("invalid resource {resource} value: {text}");
        }
        let amount = quantity::given_back(text).unwrap_or_else(|| text.into());
        json!({"type": "AverageValue", "averageValue": amount})
    };
    Ok(json!({"type": "Resource", "resource": {"name": resource, "target": target}}))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let number = |name: &str| matches.get_one::<i32>(name).copied().unwrap_or(-1);
    let (min, max) = (number("min"), number("max"));
    if matches.value_source("max") != Some(clap::parser::ValueSource::CommandLine) {
        bail!("required flag(s) \"max\" not set");
    }
    if max < 1 {
        bail!("--max=MAXPODS is required and must be at least 1, max: {max}");
    }
    if max < min {
        bail!("--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}");
    }
    let mut metrics = Vec::new();
    if matches.value_source("cpu-percent") == Some(clap::parser::ValueSource::CommandLine) {
        eprintln!(
            "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)."
        );
    }
    if number("cpu-percent") > 0 {
        metrics.push(metric("cpu", &format!("{}%", number("cpu-percent")))?);
    }
    for resource in ["cpu", "memory"] {
        if let Some(text) = get(matches, resource).filter(|text| !text.is_empty()) {
            metrics.push(metric(resource, text)?);
        }
    }
    // What a file describes need not be there yet.
    let targets = if manifest::given(matches) {
        select::targets(session, matches).await?
    } else {
        select::objects(session, matches).await?.into_iter().map(|(target, _)| target).collect()
    };
    for target in targets {
        if !target.kind.subresources.iter().any(|sub| sub == "scale") {
            bail!(
                "cannot autoscale a {}: could not find scale subresource for {}/{}, Resource={} in discovery information",
                target.kind.kind,
                target.kind.group,
                target.kind.version,
                target.kind.plural
            );
        }
        let mut spec = json!({"scaleTargetRef": {
            "kind": target.kind.kind, "name": target.name, "apiVersion": target.kind.api_version(),
        }});
        if min > 0 {
            spec["minReplicas"] = min.into();
        }
        spec["maxReplicas"] = max.into();
        if !metrics.is_empty() {
            spec["metrics"] = json!(metrics);
        }
        let name = get(matches, "name").filter(|name| !name.is_empty()).unwrap_or(&target.name);
        let metadata = json!({"name": name});
        let object = json!({
            "kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2", "metadata": metadata, "spec": spec,
            "status": {"desiredReplicas": 0, "currentMetrics": null},
        });
        let verb = if dry_run(matches) == DryRun::Client { "created" } else { "autoscaled" };
        let made = write::make(session, matches, object, false).await?;
        crate::print::another_printer();
        write::show(matches, &made, verb)?;
    }
    Ok(0)
}
