//! What admission tells of itself: of its plugins, of the webhooks and of the policies.

use std::borrow::Cow;
use std::time::Duration;

use component::metrics::{Family, Metric, Summaries};

use super::parts::STEPS;

/// A label's value: a word of ours, or the name of an object.
pub type Name = Cow<'static, str>;

const WEBHOOKS: [f64; 8] = [0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 25.0];
const CHECKS: [f64; 5] = [0.000_000_5, 0.001, 0.01, 0.1, 1.0];

/// How long the two steps of admission took.
pub static STEP_TIMES: Family<3, 6> = Family::histograms(
    "apiserver_admission_step_admission_duration_seconds",
    "Admission sub-step latency histogram in seconds, broken out for each operation and API resource and step type (validate or admit).",
    ["operation", "rejected", "type"],
    STEPS,
);
/// The same of the last hours.
pub static STEP_SUMMARIES: Summaries<3> = Summaries::new(
    "apiserver_admission_step_admission_duration_seconds_summary",
    "Admission sub-step latency summary in seconds, broken out for each operation and API resource and step type (validate or admit).",
    ["operation", "rejected", "type"],
);
/// How long each plugin took, of those that had something to look at.
pub static PLUGIN_TIMES: Family<4, 6> = Family::histograms(
    "apiserver_admission_controller_admission_duration_seconds",
    "Admission controller latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).",
    ["name", "operation", "rejected", "type"],
    STEPS,
);
/// How long each webhook took.
static WEBHOOK_TIMES: Family<4, 8, Name> = Family::histograms(
    "apiserver_admission_webhook_admission_duration_seconds",
    "Admission webhook latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).",
    ["name", "operation", "rejected", "type"],
    WEBHOOKS,
);
static WEBHOOK_REQUESTS: Family<5, 0, Name> = Family::counters(
    "apiserver_admission_webhook_request_total",
    "Admission webhook request total, identified by name and broken out for each admission type (validating or mutating) and operation. Additional labels specify whether the request was rejected or not and an HTTP status code. Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.",
    ["code", "name", "operation", "rejected", "type"],
);
static WEBHOOK_REJECTIONS: Family<5, 0, Name> = Family::counters(
    "apiserver_admission_webhook_rejection_count",
    "Admission webhook rejection count, identified by name and broken out for each admission type (validating or admit) and operation. Additional labels specify an error type (calling_webhook_error or apiserver_internal_error if an error occurred; no_error otherwise) and optionally a non-zero rejection code if the webhook rejects the request with an HTTP status code (honored by the apiserver when the code is greater or equal to 400). Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.",
    ["error_type", "name", "operation", "rejection_code", "type"],
);
/// Webhooks that failed where they may.
static FAIL_OPEN: Family<2, 0, Name> = Family::counters(
    "apiserver_admission_webhook_fail_open_count",
    "Admission webhook fail open count, identified by name and broken out for each admission type (validating or mutating).",
    ["name", "type"],
);
static CONDITION_TIMES: Family<4, 6, Name> = Family::histograms(
    "apiserver_admission_match_condition_evaluation_seconds",
    "Admission match condition evaluation time in seconds, identified by name and broken out for each kind containing matchConditions (webhook or policy), operation and type (validate or admit).",
    ["kind", "name", "operation", "type"],
    STEPS,
);
static CONDITION_ERRORS: Family<4, 0, Name> = Family::counters(
    "apiserver_admission_match_condition_evaluation_errors_total",
    "Admission match condition evaluation errors count, identified by name of resource containing the match condition and broken out for each kind containing matchConditions (webhook or policy), operation and admission type (validate or admit).",
    ["kind", "name", "operation", "type"],
);
static CONDITION_EXCLUSIONS: Family<4, 0, Name> = Family::counters(
    "apiserver_admission_match_condition_exclusions_total",
    "Admission match condition evaluation exclusions count, identified by name of resource containing the match condition and broken out for each kind containing matchConditions (webhook or policy), operation and admission type (validate or admit).",
    ["kind", "name", "operation", "type"],
);
static VALIDATING_CHECKS: Family<4, 0, Name> = Family::counters(
    "apiserver_validating_admission_policy_check_total",
    "Validation admission policy check total, labeled by policy and further identified by binding and enforcement action taken.",
    ["enforcement_action", "error_type", "policy", "policy_binding"],
);
static VALIDATING_TIMES: Family<4, 5, Name> = Family::histograms(
    "apiserver_validating_admission_policy_check_duration_seconds",
    "Validation admission latency for individual validation expressions in seconds, labeled by policy and further including binding and enforcement action taken.",
    ["enforcement_action", "error_type", "policy", "policy_binding"],
    CHECKS,
);
static MUTATING_CHECKS: Family<3, 0, Name> = Family::counters(
    "apiserver_mutating_admission_policy_check_total",
    "Mutation admission policy check total, labeled by policy and further identified by binding.",
    ["error_type", "policy", "policy_binding"],
);
static MUTATING_TIMES: Family<3, 5, Name> = Family::histograms(
    "apiserver_mutating_admission_policy_check_duration_seconds",
    "Mutation admission latency for individual mutation expressions in seconds, labeled by policy and binding.",
    ["error_type", "policy", "policy_binding"],
    CHECKS,
);

static SECURITY_EVALUATIONS: Family<7, 0, Name> = Family::counters(
    "pod_security_evaluations_total",
    "Number of policy evaluations that occurred, not counting ignored or exempt requests.",
    ["decision", "mode", "policy_level", "policy_version", "request_operation", "resource", "subresource"],
);
static SECURITY_EXEMPTIONS: Family<3, 0> = Family::counters(
    "pod_security_exemptions_total",
    "Number of exempt requests, not counting ignored or out of scope requests.",
    ["request_operation", "resource", "subresource"],
);

/// All of these that upstream shows from the start, then those that only appear with their first use.
pub fn render(out: &mut String) {
    // As upstream, the most usual ones are there before they are counted.
    for operation in ["create", "update"] {
        let usual = ["allow", "enforce", "privileged", "latest", operation, "pod", ""];
        SECURITY_EVALUATIONS.add(usual.map(Name::Borrowed), 0);
        for resource in ["controller", "pod"] {
            SECURITY_EXEMPTIONS.add([operation, resource, ""], 0);
        }
    }
    let always: [&dyn Metric; 5] =
        [&STEP_TIMES, &STEP_SUMMARIES, &PLUGIN_TIMES, &SECURITY_EVALUATIONS, &SECURITY_EXEMPTIONS];
    let used: [&dyn Metric; 11] = [
        &WEBHOOK_TIMES,
        &WEBHOOK_REQUESTS,
        &WEBHOOK_REJECTIONS,
        &FAIL_OPEN,
        &CONDITION_TIMES,
        &CONDITION_ERRORS,
        &CONDITION_EXCLUSIONS,
        &VALIDATING_CHECKS,
        &VALIDATING_TIMES,
        &MUTATING_CHECKS,
        &MUTATING_TIMES,
    ];
    for metric in always {
        metric.render(out);
    }
    super::render_used(out, &used);
}

/// The word for a truth.
pub fn word(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// What became of asking a webhook.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// It allows.
    Allowed,
    /// It refuses, with this code.
    Denied(u16),
    /// It could not be asked, or its answer makes no sense: with the code that stands for why. Its policy says what
    /// comes of that.
    Failed { code: u16, ignored: bool },
    /// This server could not go on.
    Broken,
}

/// Notes that a webhook was asked; `validates`: to judge, not to change.
pub fn webhook(name: &str, operation: &'static str, validates: bool, asked: Asked, time: Duration) {
    // Upstream's words of the two kinds are not of one form.
    let kind: Name = if validates { "validating" } else { "admit" }.into();
    let name = || Name::Owned(name.to_string());
    let number = |code: u16| Name::Owned(code.min(600).to_string());
    let (code, refused_for) = match asked {
        Asked::Allowed => (200, None),
        Asked::Denied(code) => (code, Some("no_error")),
        Asked::Failed { code, ignored } => (code, (!ignored).then_some("calling_webhook_error")),
        Asked::Broken => (0, Some("apiserver_internal_error")),
    };
    let rejected: Name = word(refused_for.is_some()).into();
    if let Some(why) = refused_for {
        WEBHOOK_REJECTIONS.add([why.into(), name(), operation.into(), number(code), kind.clone()], 1);
    }
    if matches!(asked, Asked::Failed { ignored: true, .. }) {
        FAIL_OPEN.add([name(), kind.clone()], 1);
    }
    WEBHOOK_REQUESTS.add([number(code), name(), operation.into(), rejected.clone(), kind.clone()], 1);
    WEBHOOK_TIMES.observe([name(), operation.into(), rejected, kind], time.as_secs_f64());
}

/// Whose conditions were looked at: `webhook` or `policy`, its name, and the words of what it does.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    pub kind: &'static str,
    pub name: &'a str,
    pub operation: &'static str,
    pub step: &'static str,
}

/// Notes that conditions were looked at: how many of them failed, and whether one says that it is not meant.
pub fn conditions(of: Of<'_>, failed: u64, excluded: bool, time: Duration) {
    let labels = || [of.kind.into(), Name::Owned(of.name.to_string()), of.operation.into(), of.step.into()];
    CONDITION_TIMES.observe(labels(), time.as_secs_f64());
    if failed > 0 {
        CONDITION_ERRORS.add(labels(), failed);
    }
    // As upstream: of policies it is not told.
    if excluded && of.kind == "webhook" {
        CONDITION_EXCLUSIONS.add(labels(), 1);
    }
}

/// Notes what one expression of a validating policy found, and what is done about it: `allow`, `deny`, `audit`, `warn`.
pub fn validated(action: &'static str, error: &'static str, [policy, binding]: [&str; 2], time: Duration) {
    let labels =
        || [action.into(), error.into(), Name::Owned(policy.to_string()), Name::Owned(binding.to_string())];
    VALIDATING_CHECKS.add(labels(), 1);
    VALIDATING_TIMES.observe(labels(), time.as_secs_f64());
}

/// Notes what became of one mutation of a policy.
pub fn mutated(error: &'static str, [policy, binding]: [&str; 2], time: Duration) {
    let labels = || [error.into(), Name::Owned(policy.to_string()), Name::Owned(binding.to_string())];
    MUTATING_CHECKS.add(labels(), 1);
    MUTATING_TIMES.observe(labels(), time.as_secs_f64());
}

/// What PodSecurity was asked about: the operation, the kind of object (`pod`, `controller`), and its part.
pub type Secured = [&'static str; 3];

/// PodSecurity held something against a standard (its level and version) because of `mode`.
pub fn secured(of: Secured, mode: &'static str, [level, version]: [Name; 2], allowed: bool) {
    let [operation, resource, part] = of.map(Name::Borrowed);
    let decision = if allowed { "allow" } else { "deny" };
    SECURITY_EVALUATIONS.add([decision.into(), mode.into(), level, version, operation, resource, part], 1);
}

/// PodSecurity was not to look.
pub fn exempted(of: Secured) {
    SECURITY_EXEMPTIONS.add(of, 1);
}

/// The words for how an expression failed.
pub mod error_type {
    /// It did not.
    pub const NONE: &str = "no_error";
    /// It is none.
    pub const COMPILE: &str = "compile_error";
    /// It costs too much.
    pub const BUDGET: &str = "out_of_budget";
    /// Any other way.
    pub const INVALID: &str = "invalid_error";
}
