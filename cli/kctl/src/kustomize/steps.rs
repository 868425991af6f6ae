//! The steps of one kustomization: its generators, and its transformers in kustomize's order.

use anyhow::Result;
use serde_json::Value;

use super::part::{Id, Origin, Part};
use super::plugins::{self, Plugin};
use super::root::Root;
use super::transform::Subjects;
use super::{Build, Gathered, Kustomization, documents, generate, helm, patch, transform};

impl Build<'_> {
    pub(super) fn plugin<'a>(&'a self, config: &'a Value, root: &'a Root) -> Plugin<'a> {
        Plugin { config, root, settings: self.settings, schemas: &self.schemas }
    }

    pub(super) fn generate(
        &mut self,
        root: &Root,
        found: &Kustomization,
        from: &Origin,
        within: &str,
        own: &mut Gathered,
    ) -> Result<()> {
        let by = |kind: &str| {
            let by = Id { version: "builtin".into(), kind: kind.into(), ..Id::default() };
            let origin = Origin { configured_in: within.into(), configured_by: Some(by), ..from.clone() };
            Some(Origin { path: String::new(), ..origin })
        };
        let options = &found.generator_options;
        for generator in &found.config_map_generator {
            generator.run("ConfigMap", root, options, by("ConfigMapGenerator"), &mut own.parts)?;
        }
        for generator in &found.secret_generator {
            generator.run("Secret", root, options, by("SecretGenerator"), &mut own.parts)?;
        }
        let (older, globals) = helm::converted(&found.helm_chart_inflation_generator);
        let globals = found.helm_globals.as_ref().unwrap_or(&globals);
        for chart in found.helm_charts.iter().chain(&older) {
            for object in chart.objects(globals, root, self.settings.helm.as_ref())? {
                let origin = by("HelmChartInflationGenerator");
                generate::absorb(&mut own.parts, Part { origin, ..Part::new(object) }, "")?;
            }
        }
        for (config, place) in self.configurations(root, &found.generators, from)? {
            let place = if place.is_empty() { within.to_string() } else { place };
            let origin = Some(plugins::origin_of(&config, &place));
            self.plugin(&config, root).generate(origin, &mut own.parts)?;
        }
        Ok(())
    }

    /// Applies transformers in kustomize's order.
    pub(super) fn transform(
        &mut self,
        root: &Root,
        found: &Kustomization,
        within: &str,
        own: &mut Gathered,
    ) -> Result<()> {
        let Gathered { parts, config, .. } = own;
        let schemas = &self.schemas.clone();
        let wanted = self.wants("transformerAnnotations");
        // A transformer that is asked for has seen every object.
        let step = |parts: &mut Vec<Part>,
                    origin: Origin,
                    change: &mut dyn FnMut(&mut Vec<Part>) -> Result<()>|
         -> Result<()> {
            change(parts)?;
            if wanted {
                parts.iter_mut().for_each(|part| part.changed_by.push(origin.clone()));
            }
            Ok(())
        };
        let by = |kind: &str| Origin {
            configured_in: within.into(),
            configured_by: Some(Id { version: "builtin".into(), kind: kind.into(), ..Id::default() }),
            ..Origin::default()
        };
        if let Some(entries) = found.patches_strategic_merge.as_ref().filter(|entries| !entries.is_empty()) {
            step(parts, by("PatchStrategicMergeTransformer"), &mut |parts| {
                for entry in entries {
                    // Either a file or the patch itself.
                    let is_file = !entry.contains('\n') && root.folder().join(entry).is_file();
                    let text = if is_file { root.text(entry)? } else { entry.clone() };
                    patch::Patch::inline(text).apply(root, schemas, parts)?;
                }
                Ok(())
            })?;
        }
        for patch in &found.patches {
            step(parts, by("PatchTransformer"), &mut |parts| patch.apply(root, schemas, parts))?;
        }
        if !found.namespace.is_empty() {
            step(parts, by("NamespaceTransformer"), &mut |parts| {
                transform::namespace(parts, &found.namespace, &config.namespace, false, Subjects::DefaultOnly)
            })?;
        }
        if !found.name_prefix.is_empty() {
            step(parts, by("PrefixTransformer"), &mut |parts| {
                transform::prefix(parts, &found.name_prefix, &config.name_prefix)
            })?;
        }
        if !found.name_suffix.is_empty() {
            step(parts, by("SuffixTransformer"), &mut |parts| {
                transform::suffix(parts, &found.name_suffix, &config.name_suffix)
            })?;
        }
        for labels in &found.labels {
            step(parts, by("LabelTransformer"), &mut |parts| labels.apply(parts, config))?;
        }
        if let Some(common) = found.common_labels.as_ref().filter(|common| !common.is_empty()) {
            step(parts, by("LabelTransformer"), &mut |parts| {
                transform::pairs(parts, common, &config.common_labels)
            })?;
        }
        if !found.common_annotations.is_empty() {
            step(parts, by("AnnotationsTransformer"), &mut |parts| {
                transform::pairs(parts, &found.common_annotations, &config.common_annotations)
            })?;
        }
        for patch in found.patches_json6902.iter().flatten() {
            step(parts, by("PatchJson6902Transformer"), &mut |parts| patch.apply_json(root, parts))?;
        }
        for replicas in &found.replicas {
            step(parts, by("ReplicaCountTransformer"), &mut |parts| replicas.apply(parts, &config.replicas))?;
        }
        for image in found.images.iter().chain(found.image_tags.iter().flatten()) {
            step(parts, by("ImageTagTransformer"), &mut |parts| image.apply(parts, &config.images))?;
        }
        if !found.replacements.is_empty() {
            step(parts, by("ReplacementTransformer"), &mut |parts| {
                for entry in &found.replacements {
                    for replacement in entry.load(root)? {
                        replacement.apply(parts)?;
                    }
                }
                Ok(())
            })?;
        }
        for (entry, place) in self.configurations(root, &found.transformers, &Origin::default())? {
            let place = if place.is_empty() { within.to_string() } else { place };
            let origin = plugins::origin_of(&entry, &place);
            let plugin = self.plugin(&entry, root);
            step(parts, origin, &mut |parts| plugin.transform(parts))?;
        }
        Ok(())
    }

    /// The configurations of plugins, given there and then, in files, or by kustomizations; and the file that
    /// each is in.
    pub(super) fn configurations(
        &mut self,
        root: &Root,
        entries: &[String],
        from: &Origin,
    ) -> Result<Vec<(Value, String)>> {
        let mut found = Vec::new();
        for entry in entries.iter().filter(|entry| !entry.is_empty()) {
            let inline = entry.contains('\n').then(|| documents(entry).ok()).flatten();
            if let Some(documents) = inline.filter(|documents| documents.iter().all(Value::is_object)) {
                found.extend(documents.into_iter().map(|document| (document, String::new())));
                continue;
            }
            let mut below = Gathered::default();
            self.include(root, entry, from, &mut below)?;
            found.extend(below.parts.into_iter().map(|part| {
                let place = part.origin.map(|origin| origin.path).unwrap_or_default();
                (part.object, place)
            }));
        }
        Ok(found)
    }
}
