//! Which of the pod security standards hold for a namespace: its labels, and the defaults and exemptions
//! that PodSecurity is configured with.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use serde::Deserialize;

/// The minor version of Kubernetes that this server is of.
const MINOR: u32 = 36;

/// A standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Anything goes.
    #[default]
    Privileged,
    /// Nothing that is known to give away the host.
    Baseline,
    /// What hardens pods.
    Restricted,
}

/// A version of the standards: a minor one of Kubernetes, or none for the latest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version(Option<u32>);

impl Version {
    /// Whether a check that came with a minor version is among these standards.
    pub fn has(self, minor: u32) -> bool {
        self.0.is_none_or(|own| own >= minor)
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "latest" {
            return Ok(Self(None));
        }
        let wrong = "must be \"latest\" or \"v1.x\"";
        let minor = text.strip_prefix("v1.").ok_or(wrong)?;
        let plain =
            minor.bytes().all(|byte| byte.is_ascii_digit()) && (minor == "0" || !minor.starts_with('0'));
        minor.parse().ok().filter(|_| plain).map(|minor| Self(Some(minor))).ok_or(wrong)
    }
}

impl Level {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "privileged" => Ok(Self::Privileged),
            "baseline" => Ok(Self::Baseline),
            "restricted" => Ok(Self::Restricted),
            _ => Err("must be one of privileged, baseline, restricted"),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

/// A standard in a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standard {
    /// The standard.
    pub level: Level,
    /// The version.
    pub version: Version,
}

impl Standard {
    /// Its level and version as metrics have them: what is privileged is so in every version, and versions to come
    /// are one.
    pub fn words(self) -> [Cow<'static, str>; 2] {
        let version = match self.version.0 {
            _ if self.level == Level::Privileged => "latest".into(),
            None => "latest".into(),
            Some(minor) if minor > MINOR => "future".into(),
            Some(minor) => format!("v1.{minor}").into(),
        };
        [self.level.word().into(), version]
    }
}

impl fmt::Display for Standard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version.0 {
            None => write!(out, "{}:latest", self.level.word()),
            Some(minor) => write!(out, "{}:v1.{minor}", self.level.word()),
        }
    }
}

/// What holds for a namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standards {
    /// What pods must keep.
    pub enforce: Standard,
    /// What is noted when it is not kept.
    pub audit: Standard,
    /// What clients are told of.
    pub warn: Standard,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Defaults {
    enforce: String,
    enforce_version: String,
    audit: String,
    audit_version: String,
    warn: String,
    warn_version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Exemptions {
    usernames: Vec<String>,
    namespaces: Vec<String>,
    runtime_classes: Vec<String>,
}

/// PodSecurityConfiguration.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    defaults: Defaults,
    exemptions: Exemptions,
}

/// What the names of its labels begin with.
const LABELS: &str = "pod-security.kubernetes.io/";

/// What the plugin is told.
#[derive(Debug, Default)]
pub struct Security {
    defaults: Standards,
    exemptions: Exemptions,
}

impl Security {
    /// From the plugin's settings.
    ///
    /// # Errors
    /// Names each field that is wrong, and why.
    pub fn new(configuration: Configuration) -> Result<Self, String> {
        let mut wrong = Vec::new();
        let mut standard = |name: &str, level: &str, version: &str| {
            let mut bad = |field: String, value: &str, why: &str| {
                wrong.push(format!("defaults.{field}: Invalid value: {value:?}: {why}"));
            };
            let (level, version) = (
                if level.is_empty() { "privileged" } else { level },
                if version.is_empty() { "latest" } else { version },
            );
            let parsed = Level::parse(level).map_err(|why| bad(name.to_string(), level, why));
            let pinned = Version::parse(version).map_err(|why| bad(format!("{name}-version"), version, why));
            Standard { level: parsed.unwrap_or_default(), version: pinned.unwrap_or_default() }
        };
        let given = &configuration.defaults;
        let defaults = Standards {
            enforce: standard("enforce", &given.enforce, &given.enforce_version),
            warn: standard("warn", &given.warn, &given.warn_version),
            audit: standard("audit", &given.audit, &given.audit_version),
        };
        let label: fn(&str) -> Result<(), String> =
            |name| names::dns_label(name).map_err(|why| why.to_string());
        let subdomain: fn(&str) -> Result<(), String> =
            |name| names::dns_subdomain(name).map_err(|why| why.to_string());
        let some: fn(&str) -> Result<(), String> =
            |name| if name.is_empty() { Err("Required value".into()) } else { Ok(()) };
        let exempt = &configuration.exemptions;
        for (field, list, check) in [
            ("namespaces", &exempt.namespaces, label),
            ("runtimeClasses", &exempt.runtime_classes, subdomain),
            ("usernames", &exempt.usernames, some),
        ] {
            for (index, name) in list.iter().enumerate() {
                if let Err(why) = check(name) {
                    wrong.push(format!("exemptions.{field}[{index}]: Invalid value: {name:?}: {why}"));
                } else if list[..index].contains(name) {
                    wrong.push(format!("exemptions.{field}[{index}]: Duplicate value: {name:?}"));
                }
            }
        }
        if wrong.is_empty() {
            Ok(Self { defaults, exemptions: configuration.exemptions })
        } else {
            Err(wrong.join(", "))
        }
    }

    /// By what a request is exempt, if it is: as upstream's audit annotation names it.
    pub fn exempts(&self, user: &str, namespace: &str, class: Option<&str>) -> Option<&'static str> {
        let has = |list: &[String], name: &str| !name.is_empty() && list.iter().any(|one| one == name);
        if has(&self.exemptions.namespaces, namespace) {
            Some("namespace")
        } else if has(&self.exemptions.usernames, user) {
            Some("user")
        } else if has(&self.exemptions.runtime_classes, class.unwrap_or_default()) {
            Some("runtimeClass")
        } else {
            None
        }
    }

    /// What holds for a namespace by its labels, and which of those are wrong: a wrong one counts as the
    /// strictest where pods are refused, and as nothing where it is only told. Who enforces a level and says
    /// nothing else is told of it, too.
    pub fn standards(&self, labels: &BTreeMap<String, String>) -> (Standards, Vec<Violation>) {
        let mut wrong = Vec::new();
        if !labels.keys().any(|name| name.starts_with(LABELS)) {
            let Standards { enforce, audit, warn } = self.defaults;
            return (Standards { enforce, audit, warn }, wrong);
        }
        let mut read = |mode: &str, default: Standard, strict: bool| {
            let mut bad = |label: &str, value: &str, why: &str| {
                let field = Field::root("metadata").child("labels").key(label);
                wrong.push(Violation::invalid(&field, value, why));
            };
            let name = format!("{LABELS}{mode}");
            let level = labels.get(&name).map(|text| {
                Level::parse(text).map_err(|why| {
                    bad(&name, text, why);
                    if strict { Level::Restricted } else { Level::Privileged }
                })
            });
            let name = format!("{name}-version");
            let version = labels.get(&name).map(|text| {
                Version::parse(text).unwrap_or_else(|why| {
                    bad(&name, text, why);
                    Version(None)
                })
            });
            let standard = Standard {
                level: level.map_or(default.level, |level| level.unwrap_or_else(|level| level)),
                version: version.unwrap_or(default.version),
            };
            (standard, matches!(level, Some(Ok(_))), level.is_some(), version.is_some())
        };
        let (enforce, valid, ..) = read("enforce", self.defaults.enforce, true);
        let mut told = |mode: &str, default: Standard| {
            let (mut standard, _, has_level, has_version) = read(mode, default, false);
            if valid && !has_level && enforce.level > standard.level {
                standard.level = enforce.level;
                if !has_version {
                    standard.version = enforce.version;
                }
            }
            standard
        };
        let audit = told("audit", self.defaults.audit);
        let warn = told("warn", self.defaults.warn);
        (Standards { enforce, audit, warn }, wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        all.iter()
            .map(|(mode, value)| (format!("pod-security.kubernetes.io/{mode}"), value.to_string()))
            .collect()
    }

    fn shown(security: &Security, all: &[(&str, &str)]) -> ([String; 3], Vec<String>) {
        let (standards, wrong) = security.standards(&labels(all));
        let [enforce, audit, warn] = [standards.enforce, standards.audit, standards.warn];
        ([enforce, audit, warn].map(|one| one.to_string()), wrong.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn words_of_metrics() {
        let words = |level, version| Standard { level, version: Version(version) }.words();
        assert_eq!(words(Level::Privileged, Some(20)), ["privileged", "latest"]);
        assert_eq!(words(Level::Baseline, None), ["baseline", "latest"]);
        assert_eq!(words(Level::Restricted, Some(36)), ["restricted", "v1.36"]);
        assert_eq!(words(Level::Restricted, Some(37)), ["restricted", "future"]);
    }

    #[test]
    fn labels_say_what_holds() {
        let plain = Security::default();
        let all = |one: &str| [one.to_string(), one.to_string(), one.to_string()];
        assert_eq!(shown(&plain, &[]), (all("privileged:latest"), vec![]));
        assert_eq!(
            shown(&plain, &[("enforce", "baseline"), ("enforce-version", "v1.30")]).0,
            all("baseline:v1.30")
        );
        let told =
            shown(&plain, &[("enforce", "baseline"), ("warn", "restricted"), ("audit", "privileged")]).0;
        assert_eq!(told, ["baseline:latest", "privileged:latest", "restricted:latest"]);
        let (standards, wrong) =
            shown(&plain, &[("enforce", "high"), ("warn", "low"), ("warn-version", "v1.030")]);
        assert_eq!(standards, ["restricted:latest", "privileged:latest", "privileged:latest"]);
        assert_eq!(
            wrong,
            [
                "metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"high\": must be one of privileged, baseline, restricted",
                "metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: \"low\": must be one of privileged, baseline, restricted",
                "metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"v1.030\": must be \"latest\" or \"v1.x\"",
            ]
        );
        let settings = "{defaults: {enforce: baseline, warn: restricted, warn-version: v1.20}, exemptions: {usernames: [u], namespaces: [kube-system], runtimeClasses: [kata]}}";
        let security = Security::new(serde_yaml::from_str(settings).expect("settings")).expect("is good");
        assert_eq!(shown(&security, &[]).0, ["baseline:latest", "privileged:latest", "restricted:v1.20"]);
        assert_eq!(shown(&security, &[("enforce", "privileged")]).0[0], "privileged:latest");
        assert_eq!(security.exempts("u", "a", None), Some("user"));
        assert_eq!(security.exempts("x", "kube-system", None), Some("namespace"));
        assert_eq!(security.exempts("x", "a", Some("kata")), Some("runtimeClass"));
        assert_eq!(security.exempts("x", "a", Some("runc")), None);
    }

    #[test]
    fn settings_that_are_wrong() {
        let text = "{defaults: {enforce: high, audit-version: '1.20'}, exemptions: {usernames: [''], namespaces: [A, b, b], runtimeClasses: ['x y']}}";
        let wrong = Security::new(serde_yaml::from_str(text).expect("settings")).expect_err("is wrong");
        for part in [
            "defaults.enforce: Invalid value: \"high\"",
            "defaults.audit-version: Invalid value: \"1.20\"",
            "exemptions.usernames[0]",
            "exemptions.namespaces[0]: Invalid value: \"A\"",
            "exemptions.namespaces[2]: Duplicate value: \"b\"",
            "exemptions.runtimeClasses[0]",
        ] {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(serde_yaml::from_str::<Configuration>("{default: {}}").is_err());
    }
}
