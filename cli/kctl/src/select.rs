//! Which objects a command is about: `pods`, `pod a b`, `deploy/x svc/y`, `-f file`, `-l a=b`.

use anyhow::{Result, bail};
use clap::ArgMatches;

use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{all, is};

/// One named object.
#[derive(Clone, Debug)]
pub struct Target {
    pub kind: Kind,
    pub namespace: Option<String>,
    pub name: String,
}

impl Target {
    /// The object's path.
    pub fn path(&self, subresource: Option<&str>) -> String {
        self.kind.path(self.namespace.as_deref(), Some(&self.name), subresource)
    }

    /// `pod/x`, `deployment.apps/x`.
    pub fn display(&self) -> String {
        format!("{}/{}", self.kind.singular_qualified(), self.name)
    }
}

/// What the arguments name.
#[derive(Debug)]
pub enum Selection {
    /// Whole collections (perhaps filtered by selectors).
    Kinds(Vec<Kind>),
    /// Single objects.
    Named(Vec<Target>),
}

/// Reads the positional arguments.
///
/// # Errors
/// As kubectl: unknown types, mixed forms, nothing at all.
pub async fn selection(session: &Session, args: &[String], all_namespaces: bool) -> Result<Selection> {
    let discovery = session.discovery().await?;
    let namespace = if all_namespaces { None } else { Some(session.namespace()?) };
    let Some(first) = args.first() else {
        bail!(
            "You must specify the type of resource. Use \"kctl api-resources\" for a complete list of supported resources."
        );
    };
    if args.iter().any(|arg| arg.contains('/')) {
        let mut named = Vec::new();
        for arg in args {
            let Some((word, name)) = arg.split_once('/') else {
                bail!(
                    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kctl get resource/<resource_name>' instead of 'kctl get resource resource/<resource_name>'"
                );
            };
            if name.is_empty() || name.contains('/') {
                bail!("arguments in resource/name form may not have more than one slash");
            }
            let kind = discovery.find(word)?.clone();
            named.push(target(kind, namespace.clone(), name, all_namespaces)?);
        }
        return Ok(Selection::Named(named));
    }
    let mut kinds = Vec::new();
    for word in first.split(',').filter(|word| !word.is_empty()) {
        let of_category = discovery.category(word);
        if of_category.is_empty() {
            kinds.push(discovery.find(word)?.clone());
        } else {
            kinds.extend(of_category.into_iter().cloned());
        }
    }
    if args.len() == 1 {
        return Ok(Selection::Kinds(kinds));
    }
    let mut named = Vec::new();
    for kind in kinds {
        for name in &args[1..] {
            named.push(target(kind.clone(), namespace.clone(), name, all_namespaces)?);
        }
    }
    Ok(Selection::Named(named))
}

fn target(kind: Kind, namespace: Option<String>, name: &str, all_namespaces: bool) -> Result<Target> {
    if all_namespaces && kind.namespaced {
        bail!("a resource cannot be retrieved by name across all namespaces");
    }
    let namespace = namespace.filter(|_| kind.namespaced);
    Ok(Target { kind, namespace, name: name.into() })
}

/// The objects of commands that change things: by name, by selector, by file, or `--all`.
///
/// # Errors
/// As [`selection`]; also when a collection is named without a selector.
pub async fn targets(session: &Session, matches: &ArgMatches) -> Result<Vec<Target>> {
    let files = all(matches, "filename");
    if !files.is_empty() {
        let mut targets = Vec::new();
        for object in crate::manifest::read(&files, is(matches, "recursive"))? {
            let (kind, namespace) = crate::manifest::place(session, &object).await?;
            let name = object["metadata"]["name"].as_str().unwrap_or_default().to_string();
            if name.is_empty() {
                bail!("resource name may not be empty");
            }
            targets.push(Target { kind, namespace, name });
        }
        return Ok(targets);
    }
    let args = all(matches, "resource");
    let all_namespaces = is(matches, "all-namespaces");
    match selection(session, &args, all_namespaces).await? {
        Selection::Named(named) => Ok(named),
        Selection::Kinds(kinds) => {
            let selector = crate::flags::get(matches, "selector").map(str::to_string);
            let field_selector = crate::flags::get(matches, "field-selector").map(str::to_string);
            if selector.is_none() && field_selector.is_none() && !is(matches, "all") {
                bail!("resource(s) were provided, but no name was specified");
            }
            let params =
                client::ListParams { label_selector: selector, field_selector, ..Default::default() };
            let mut found = Vec::new();
            for kind in kinds {
                let namespace = if all_namespaces { None } else { Some(session.namespace()?) };
                let list = session
                    .client()?
                    .list::<client::object::MetadataOnly>(
                        &kind.path(namespace.as_deref(), None, None),
                        &params,
                    )
                    .await?;
                found.extend(list.items.into_iter().map(|object| Target {
                    kind: kind.clone(),
                    namespace: Some(object.metadata.namespace).filter(|namespace| !namespace.is_empty()),
                    name: object.metadata.name,
                }));
            }
            Ok(found)
        }
    }
}
