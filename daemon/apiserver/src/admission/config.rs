//! `--admission-control-config-file`: an AdmissionConfiguration with the settings of plugins, each
//! inline or in a file of its own.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::event_rate::EventRates;
use super::image_policy::ImagePolicy;
use super::quota::Limited;
use super::security_levels::Security;
use super::switched::NodeSelectors;
use super::toleration_restriction::ClusterTolerations;
use crate::callout::Users;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Configuration {
    api_version: String,
    kind: String,
    plugins: Vec<Plugin>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Plugin {
    name: String,
    path: Option<PathBuf>,
    configuration: Option<Value>,
}

/// What the plugins are told.
#[derive(Default)]
pub struct Settings {
    /// EventRateLimit's.
    pub event_rates: Option<EventRates>,
    /// ImagePolicyWebhook's.
    pub image_policy: Option<ImagePolicy>,
    /// PodTolerationRestriction's.
    pub tolerations: ClusterTolerations,
    /// PodSecurity's.
    pub security: Security,
    /// PodNodeSelector's.
    pub node_selectors: NodeSelectors,
    /// ResourceQuota's: what may only be used where a quota says so.
    pub limited: Vec<Limited>,
    /// MutatingAdmissionWebhook's: as whom webhooks are called.
    pub mutating_users: Users,
    /// ValidatingAdmissionWebhook's.
    pub validating_users: Users,
}

/// A plugin's settings as their type.
fn typed<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_yaml::from_value(value).map_err(|error| error.to_string())
}

/// As [`strip`], of any of a few names.
fn strip_any(value: Value, names: &[(&str, &str)]) -> Result<Value, String> {
    let found = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let known = names.iter().find(|(version, kind)| (found("apiVersion"), found("kind")) == (version, kind));
    let (version, kind) = known.or_else(|| names.first()).copied().unwrap_or_default();
    strip(value, version, kind)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct QuotaConfiguration {
    limited_resources: Vec<Limited>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct WebhookConfiguration {
    kube_config_file: PathBuf,
}

/// As whom webhooks are called: the users of a kubeconfig, by the webhooks' hosts.
fn users(value: Value) -> Result<Users, String> {
    let names = [
        ("apiserver.config.k8s.io/v1", "WebhookAdmissionConfiguration"),
        ("apiserver.config.k8s.io/v1alpha1", "WebhookAdmission"),
    ];
    let path = typed::<WebhookConfiguration>(strip_any(value, &names)?)?.kube_config_file;
    if path.as_os_str().is_empty() {
        return Ok(Users::default());
    }
    if !path.is_absolute() {
        return Err(format!("kubeConfigFile: {:?} must be an absolute file path", path.display()));
    }
    Users::read(&path).map_err(|why| format!("kubeConfigFile {}: {why}", path.display()))
}

/// Checks a configuration's version and kind, and takes them away.
fn strip(mut value: Value, version: &str, kind: &str) -> Result<Value, String> {
    let Some(map) = value.as_mapping_mut() else { return Err("it is no mapping".into()) };
    let mut take = |name: &str| map.remove(name).and_then(|value| value.as_str().map(str::to_string));
    let found = (take("apiVersion").unwrap_or_default(), take("kind").unwrap_or_default());
    if found != (version.to_string(), kind.to_string()) {
        return Err(format!("it must be a {kind} of {version}"));
    }
    Ok(value)
}

impl Settings {
    /// Reads the file. Settings of plugins that do not run are read all the same.
    ///
    /// # Errors
    /// Names the plugin and what is wrong with its settings.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read(path).map_err(|error| error.to_string())?;
        Self::parse(&text, path.parent().unwrap_or_else(|| Path::new("")))
    }

    fn parse(text: &[u8], folder: &Path) -> Result<Self, String> {
        let configuration: Configuration = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
        let version = configuration.api_version.strip_prefix("apiserver.config.k8s.io/").unwrap_or_default();
        if configuration.kind != "AdmissionConfiguration" || !matches!(version, "v1" | "v1alpha1") {
            return Err("it must be an AdmissionConfiguration of apiserver.config.k8s.io/v1".into());
        }
        let mut settings = Self::default();
        for plugin in configuration.plugins {
            let name = plugin.name.clone();
            settings.add(plugin, folder).map_err(|why| format!("plugin {name}: {why}"))?;
        }
        Ok(settings)
    }

    fn add(&mut self, plugin: Plugin, folder: &Path) -> Result<(), String> {
        let value = match (plugin.configuration, plugin.path) {
            (Some(value), _) => value,
            (None, Some(path)) => {
                // Relative to the file that names it.
                let path = folder.join(path);
                let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                serde_yaml::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?
            }
            (None, None) => return Ok(()),
        };
        match plugin.name.as_str() {
            "EventRateLimit" => {
                let value = strip(value, "eventratelimit.admission.k8s.io/v1alpha1", "Configuration")?;
                self.event_rates = Some(EventRates::new(typed(value)?)?);
            }
            // Upstream's settings of this one have no version.
            "ImagePolicyWebhook" => self.image_policy = Some(ImagePolicy::new(typed(value)?)?),
            "PodTolerationRestriction" => {
                let version = "podtolerationrestriction.admission.k8s.io/v1alpha1";
                self.tolerations = typed(strip(value, version, "Configuration")?)?;
            }
            "PodSecurity" => {
                let group = "pod-security.admission.config.k8s.io";
                let versions = ["v1", "v1beta1", "v1alpha1"].map(|version| format!("{group}/{version}"));
                let names = versions.each_ref().map(|version| (version.as_str(), "PodSecurityConfiguration"));
                self.security = Security::new(typed(strip_any(value, &names)?)?)?;
            }
            // Nor have these.
            "PodNodeSelector" => self.node_selectors = NodeSelectors::new(typed(value)?)?,
            "ResourceQuota" => {
                let names = [
                    ("apiserver.config.k8s.io/v1", "ResourceQuotaConfiguration"),
                    ("resourcequota.admission.k8s.io/v1beta1", "Configuration"),
                    ("resourcequota.admission.k8s.io/v1alpha1", "Configuration"),
                ];
                let configuration: QuotaConfiguration = typed(strip_any(value, &names)?)?;
                for (index, limited) in configuration.limited_resources.iter().enumerate() {
                    if limited.resource.is_empty() {
                        return Err(format!("limitedResources[{index}].resource: Required value"));
                    }
                }
                self.limited = configuration.limited_resources;
            }
            "MutatingAdmissionWebhook" => self.mutating_users = users(value)?,
            "ValidatingAdmissionWebhook" => self.validating_users = users(value)?,
            other if crate::options::PLUGINS.contains(&other) => {
                return Err("this plugin takes no settings".into());
            }
            _ => return Err("there is no such plugin".into()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings() {
        let parse = |plugins: &str| {
            let text = format!(
                "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n{plugins}\n"
            );
            Settings::parse(text.as_bytes(), Path::new("/nonexistent"))
        };
        let rates = "{name: EventRateLimit, configuration: {apiVersion: eventratelimit.admission.k8s.io/v1alpha1, kind: Configuration, limits: [{type: Namespace, qps: 50, burst: 100}]}}";
        assert!(parse(&format!("- {rates}")).expect("is good").event_rates.is_some());
        for (plugins, why) in [
            ("- {name: EventRateLimit, configuration: {kind: Configuration}}".to_string(), "eventratelimit.admission.k8s.io"),
            (format!("- {}", rates.replace("Namespace", "Cluster")), "type"),
            (format!("- {}", rates.replace("qps: 50", "qps: 0")), "qps"),
            ("- {name: EventRateLimit, path: rates.yaml}".into(), "/nonexistent/rates.yaml"),
            ("- {name: ImagePolicyWebhook, configuration: {imagePolicy: {kubeConfigFile: /nonexistent}}}".into(), "kubeConfigFile"),
            ("- {name: PodSecurity, configuration: {}}".into(), "must be a PodSecurityConfiguration"),
            ("- {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, defaults: {enforce: high}}}".into(), "defaults.enforce"),
            ("- {name: ServiceAccount, configuration: {}}".into(), "takes no settings"),
            ("- {name: PodNodeSelector, configuration: {podNodeSelectorPluginConfig: {a: 'no selector'}}}".into(), "podNodeSelectorPluginConfig.a"),
            ("- {name: ResourceQuota, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: ResourceQuotaConfiguration, limitedResources: [{matchContains: [x]}]}}".into(), "limitedResources[0].resource"),
            ("- {name: ResourceQuota, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: Quota}}".into(), "must be a ResourceQuotaConfiguration"),
            ("- {name: MutatingAdmissionWebhook, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: hooks.conf}}".into(), "must be an absolute"),
            ("- {name: ValidatingAdmissionWebhook, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: /nonexistent}}".into(), "/nonexistent"),
            ("- {name: ValidatingAdmissionWebhook, configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, staticManifestsDir: /hooks}}".into(), "unknown field"),
            ("- {name: Nothing, configuration: {}}".into(), "no such plugin"),
            ("- {name: PodTolerationRestriction, configuration: {apiVersion: podtolerationrestriction.admission.k8s.io/v1alpha1, kind: Configuration, black: []}}".into(), "unknown field"),
        ] {
            let Err(error) = parse(&plugins) else { panic!("{plugins} is accepted") };
            assert!(error.contains(why), "{plugins}: {error}");
        }
        assert!(Settings::parse(b"kind: AdmissionConfiguration", Path::new("")).is_err());
    }
}
