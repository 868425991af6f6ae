//! `helmCharts`: what `helm template` makes of charts.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::root::Root;

/// The flags of `kustomize` that are about helm.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub command: String,
    pub api_versions: Vec<String>,
    pub kube_version: String,
    pub debug: bool,
}

/// `helmGlobals`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Globals {
    chart_home: String,
    config_home: String,
}

/// One of `helmCharts`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Chart {
    name: String,
    version: String,
    repo: String,
    release_name: String,
    namespace: String,
    additional_values_files: Vec<String>,
    values_file: String,
    values_inline: Map<String, Value>,
    values_merge: String,
    #[serde(rename = "includeCRDs")]
    include_crds: bool,
    skip_hooks: bool,
    api_versions: Vec<String>,
    kube_version: String,
    name_template: String,
    skip_tests: bool,
    debug: bool,
    devel: bool,
}

/// One of `helmChartInflationGenerator`, which came before `helmCharts`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Inflation {
    chart_name: String,
    chart_version: String,
    chart_repo_url: String,
    chart_home: String,
    helm_home: String,
    values: String,
    values_local: Map<String, Value>,
    values_merge: String,
    release_name: String,
    // Read and of no effect, as in kustomize.
    #[serde(rename = "chartRepoName")]
    _chart_repo_name: Value,
    #[serde(rename = "helmBin")]
    _helm_bin: Value,
    #[serde(rename = "releaseNamespace")]
    _release_namespace: Value,
    #[serde(rename = "extraArgs")]
    _extra_args: Value,
}

/// The older form as the newer.
pub fn converted(old: &[Inflation]) -> (Vec<Chart>, Globals) {
    let mut globals = Globals::default();
    let charts = old.iter().map(|old| {
        if !old.helm_home.is_empty() {
            globals.config_home.clone_from(&old.helm_home);
        }
        if !old.chart_home.is_empty() {
            globals.chart_home.clone_from(&old.chart_home);
        }
        Chart {
            name: old.chart_name.clone(),
            version: old.chart_version.clone(),
            repo: old.chart_repo_url.clone(),
            values_file: old.values.clone(),
            values_inline: old.values_local.clone(),
            values_merge: old.values_merge.clone(),
            release_name: old.release_name.clone(),
            ..Chart::default()
        }
    });
    (charts.collect(), globals)
}

/// One run of the generator.
struct Run<'a> {
    chart: &'a Chart,
    root: &'a Root,
    settings: &'a Settings,
    /// Where charts are.
    home: PathBuf,
    config_home: PathBuf,
    scratch: tempfile::TempDir,
}

impl Chart {
    /// The objects of the chart.
    ///
    /// # Errors
    /// Fails without `--enable-helm`, and when helm does.
    pub fn objects(&self, globals: &Globals, root: &Root, settings: Option<&Settings>) -> Result<Vec<Value>> {
        let Some(settings) = settings else { bail!("must specify --enable-helm") };
        if settings.command.is_empty() {
            bail!("must specify --helm-command");
        }
        if self.name.is_empty() {
            bail!("chart name cannot be empty");
        }
        let merge = ["", "merge", "override", "replace"];
        if !merge.contains(&self.values_merge.as_str()) {
            bail!("valuesMerge must be one of [merge override replace]");
        }
        let scratch = tempfile::Builder::new().prefix("kustomize-helm-").tempdir()?;
        let home = if globals.chart_home.is_empty() { "charts" } else { &globals.chart_home };
        let mut home = root.folder().join(home);
        if !self.version.is_empty() && !self.repo.is_empty() {
            home.push(format!("{}-{}", self.name, self.version));
        }
        let config_home = if globals.config_home.is_empty() {
            scratch.path().join("helm")
        } else {
            globals.config_home.clone().into()
        };
        let run = Run { chart: self, root, settings, home, config_home, scratch };
        run.objects()
    }
}

impl Run<'_> {
    fn helm(&self, args: &[String]) -> Result<String> {
        let command = &self.settings.command;
        let below = |name: &str| self.config_home.join(name);
        let line = || format!("'{command} {}' (is '{command}' installed?)", args.join(" "));
        let output = Command::new(command)
            .args(args)
            .env("HELM_CONFIG_HOME", &self.config_home)
            .env("HELM_CACHE_HOME", below(".cache"))
            .env("HELM_DATA_HOME", below(".data"))
            .stdin(std::process::Stdio::null())
            .output()
            .with_context(|| format!("unable to run: {}", line()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{}: unable to run: {}: {}", said.trim_end(), line(), output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("{} prints no UTF-8", line()))
    }

    fn check_version(&self) -> Result<()> {
        let said = self.helm(&["version".into(), "--short".into()])?;
        let version = regex::Regex::new(r"v?(\d+)(\.\d+)+")?;
        let Some(found) = version.captures(&said) else { bail!("cannot find version string in {said}") };
        match &found[1] {
            "3" | "4" => Ok(()),
            _ => bail!("this plugin requires helm V3 or V4 but got {}", &found[0]),
        }
    }

    fn pull(&self) -> Result<()> {
        let chart = self.chart;
        if chart.repo.is_empty() {
            let path = self.home.join(&chart.name);
            bail!("no repo specified for pull, no chart found at '{}'", path.display());
        }
        let mut args: Vec<String> =
            ["pull", "--untar", "--untardir"].iter().map(|arg| arg.to_string()).collect();
        args.push(self.home.display().to_string());
        if chart.repo.starts_with("oci://") {
            args.push(format!("{}/{}", chart.repo.trim_end_matches('/'), chart.name));
        } else {
            args.extend(["--repo".into(), chart.repo.clone(), chart.name.clone()]);
        }
        if !chart.version.is_empty() {
            args.extend(["--version".into(), chart.version.clone()]);
        }
        if chart.devel {
            args.push("--devel".into());
        }
        self.helm(&args).map(drop)
    }

    /// The file of values: the chart's or another, with those of the kustomization.
    fn values(&self) -> Result<PathBuf> {
        let chart = self.chart;
        let from = if chart.values_file.is_empty() {
            self.home.join(&chart.name).join("values.yaml")
        } else {
            PathBuf::from(&chart.values_file)
        };
        let read = || self.root.text(&from.display().to_string());
        let parse =
            |text: String| yaml::one(&text).with_context(|| format!("could not parse {}", from.display()));
        let text = if chart.values_inline.is_empty() {
            read()?
        } else {
            let inline = Value::Object(chart.values_inline.clone());
            let whole = match chart.values_merge.as_str() {
                "replace" => inline,
                "merge" => over(inline, parse(read()?)?),
                _ => over(parse(read()?)?, inline),
            };
            whole.to_string()
        };
        let file = self.scratch.path().join(format!("{}-kustomize-values.yaml", chart.name));
        std::fs::write(&file, text).with_context(|| format!("failed to write {}", file.display()))?;
        Ok(file)
    }

    fn template(&self, values: &Path) -> Result<Vec<String>> {
        let (chart, settings) = (self.chart, self.settings);
        let mut args = vec!["template".to_string()];
        args.push(if chart.release_name.is_empty() {
            "--generate-name".into()
        } else {
            chart.release_name.clone()
        });
        args.push(self.home.join(&chart.name).display().to_string());
        let mut with = |flag: &str, value: &str| {
            if !value.is_empty() {
                args.extend([flag.to_string(), value.to_string()]);
            }
        };
        with("--namespace", &chart.namespace);
        with("--name-template", &chart.name_template);
        with("-f", &values.display().to_string());
        for file in &chart.additional_values_files {
            self.root.bytes(file).context("could not load additionalValuesFile")?;
            with("-f", &self.root.folder().join(file).display().to_string());
        }
        // What the chart says counts before what the command line says.
        let or = |own: &[String], flag: &[String]| if own.is_empty() { flag.to_vec() } else { own.to_vec() };
        for version in or(&chart.api_versions, &settings.api_versions) {
            with("--api-versions", &version);
        }
        let kube = if chart.kube_version.is_empty() { &settings.kube_version } else { &chart.kube_version };
        with("--kube-version", kube);
        for (wanted, flag) in [
            (chart.include_crds, "--include-crds"),
            (chart.skip_tests, "--skip-tests"),
            (chart.skip_hooks, "--no-hooks"),
            (chart.debug || settings.debug, "--debug"),
            (chart.devel, "--devel"),
        ] {
            if wanted {
                args.push(flag.into());
            }
        }
        Ok(args)
    }

    fn objects(&self) -> Result<Vec<Value>> {
        self.check_version()?;
        if !self.home.join(&self.chart.name).is_dir() {
            self.pull()?;
        }
        let said = self.helm(&self.template(&self.values()?)?)?;
        let documents = super::documents(&said);
        // helm may have words before the first document.
        match (documents, said.split_once("\n---\n")) {
            (Ok(documents), _) if documents.iter().all(Value::is_object) => Ok(documents),
            (_, Some((_, rest))) => super::documents(rest).context("error reading helm output"),
            (Err(error), None) => Err(error).context("error reading helm output"),
            (Ok(_), None) => bail!("error reading helm output: it has no objects"),
        }
    }
}

/// A map with another's values over its own; null takes a value away.
fn over(mut below: Value, above: Value) -> Value {
    if below.is_null() {
        return above;
    }
    json_patch::merge(&mut below, &above);
    below
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_merged() {
        let below = json!({"a": 1, "m": {"x": 1, "y": 2}, "l": [1]});
        let above = json!({"m": {"y": 3}, "l": [2], "n": 4});
        assert_eq!(over(below, above), json!({"a": 1, "m": {"x": 1, "y": 3}, "l": [2], "n": 4}));
    }
}
