//! Which objects a command is about: `pods`, `pod a b`, `deploy/x svc/y`, `-f file`, `-l a=b`.

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::Value;

use crate::command::Silent;
use crate::command::write::Failures;
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{all, get, is};
use crate::manifest;

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

/// What a command says that needs files or names and has neither.
pub fn nothing_named() -> anyhow::Error {
    anyhow::anyhow!(
        "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'"
    )
}

/// Reads the positional arguments.
///
/// # Errors
/// As kubectl: unknown types, mixed forms, nothing at all.
pub async fn selection(session: &Session, args: &[String], all_namespaces: bool) -> Result<Selection> {
    let Some(first) = args.first() else { return Err(nothing_named()) };
    let discovery = session.discovery().await?;
    let namespace = if all_namespaces { None } else { Some(session.namespace()?) };
    if args.iter().any(|arg| arg.contains('/')) {
        let mut named = Vec::new();
        for arg in args {
            if arg.matches('/').count() > 1 {
                bail!("arguments in resource/name form may not have more than one slash");
            }
            let Some((word, name)) = arg.split_once('/') else {
                bail!(
                    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kctl get resource/<resource_name>' instead of 'kctl get resource resource/<resource_name>'"
                );
            };
            if name.is_empty() || word.is_empty() || word.contains(',') {
                bail!("arguments in resource/name form must have a single resource and name");
            }
            let kind = discovery.find(word)?.clone();
            named.push(target(kind, namespace.clone(), name, all_namespaces)?);
        }
        return Ok(Selection::Named(named));
    }
    if args[1..].iter().any(String::is_empty) {
        bail!("resource name may not be empty");
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

/// Tells `pods a` from `key=value other-` in the words of a command that makes `what` changes.
///
/// # Errors
/// Fails on a resource after a change.
pub fn split_changes(args: &[String], what: &str) -> Result<(Vec<String>, Vec<String>)> {
    let is_change =
        |arg: &str| arg.find('=').is_some_and(|at| at > 0) || (arg.ends_with('-') && arg.len() > 1);
    let (resources, changes) =
        args.split_at(args.iter().position(|arg| is_change(arg)).unwrap_or(args.len()));
    if let Some(late) = changes.iter().find(|arg| !is_change(arg)) {
        bail!("all resources must be specified before {what} changes: {late}");
    }
    Ok((resources.to_vec(), changes.to_vec()))
}

/// Whether the words can mean one object only.
pub fn is_single(args: &[String]) -> bool {
    match args {
        [one] => one.contains('/') && !one.contains(','),
        [kind, name] => !kind.contains([',', '/']) && !name.contains(['/']),
        _ => false,
    }
}

/// Refuses words beside files.
///
/// # Errors
/// Fails when there are some.
pub fn files_alone(args: &[String]) -> Result<()> {
    if !args.is_empty() {
        bail!(
            "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
        );
    }
    Ok(())
}

/// The selectors among the flags, and the size of pages.
pub fn params(matches: &ArgMatches) -> client::ListParams {
    let text = |flag: &str| get(matches, flag).filter(|text| !text.is_empty()).map(str::to_string);
    client::ListParams {
        label_selector: text("selector"),
        field_selector: text("field-selector"),
        limit: text("chunk-size").and_then(|size| size.parse().ok()).filter(|size| *size != 0),
        ..Default::default()
    }
}

/// The objects of commands that change things: by name, by selector, by file, or `--all`.
///
/// # Errors
/// As [`selection`]; also when a collection is named without a selector.
pub async fn targets(session: &Session, matches: &ArgMatches) -> Result<Vec<Target>> {
    targets_of(session, matches, &all(matches, "resource")).await
}

/// The same, of commands for which a kind alone stands for all of its objects.
///
/// # Errors
/// As [`selection`].
pub async fn targets_or_all(session: &Session, matches: &ArgMatches) -> Result<Vec<Target>> {
    chosen(session, matches, &all(matches, "resource"), true).await
}

/// As [`targets`], with the arguments that are names.
///
/// # Errors
/// As [`targets`].
pub async fn targets_of(session: &Session, matches: &ArgMatches, args: &[String]) -> Result<Vec<Target>> {
    chosen(session, matches, args, false).await
}

async fn chosen(
    session: &Session,
    matches: &ArgMatches,
    args: &[String],
    whole_kinds: bool,
) -> Result<Vec<Target>> {
    if manifest::given(matches) {
        files_alone(args)?;
        let mut targets = Vec::new();
        for item in manifest::read_fitting(session, matches, "the command").await? {
            let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
            let name = item.object["metadata"]["name"].as_str().unwrap_or_default().to_string();
            if name.is_empty() {
                bail!("resource name may not be empty");
            }
            targets.push(Target { kind, namespace, name });
        }
        return Ok(targets);
    }
    let all_namespaces = is(matches, "all-namespaces");
    match selection(session, args, all_namespaces).await? {
        Selection::Named(named) => {
            let params = params(matches);
            if is(matches, "all") || params.label_selector.is_some() || params.field_selector.is_some() {
                bail!("name cannot be provided when a selector is specified");
            }
            Ok(named)
        }
        Selection::Kinds(kinds) => {
            let params = params(matches);
            let selective = params.label_selector.is_some() || params.field_selector.is_some();
            if !selective && !whole_kinds && !is(matches, "all") {
                bail!("resource(s) were provided, but no name was specified");
            }
            members(session, kinds, &params, all_namespaces).await
        }
    }
}

/// The members of whole collections.
///
/// # Errors
/// As the server refuses.
pub async fn members(
    session: &Session,
    kinds: Vec<Kind>,
    params: &client::ListParams,
    all_namespaces: bool,
) -> Result<Vec<Target>> {
    let mut found = Vec::new();
    for kind in kinds {
        let namespace = if all_namespaces { None } else { Some(session.namespace()?) };
        let list = session
            .client()?
            .list_all::<client::object::MetadataOnly>(&kind.path(namespace.as_deref(), None, None), params)
            .await?;
        found.extend(list.items.into_iter().map(|object| Target {
            kind: kind.clone(),
            namespace: Some(object.metadata.namespace).filter(|namespace| !namespace.is_empty()),
            name: object.metadata.name,
        }));
    }
    Ok(found)
}

/// The targets with the objects that the server has for them. With `--local` the objects are
/// the files' own, and no server is asked for them.
///
/// # Errors
/// As [`targets`].
pub async fn objects(session: &Session, matches: &ArgMatches) -> Result<Vec<(Target, Value)>> {
    objects_of(session, matches, &all(matches, "resource")).await
}

/// The same, with the arguments that are names.
///
/// # Errors
/// As [`targets`].
pub async fn objects_of(
    session: &Session,
    matches: &ArgMatches,
    args: &[String],
) -> Result<Vec<(Target, Value)>> {
    let mut failures = Failures::default();
    let found = readable(session, matches, args, &mut failures).await?;
    match failures.end() {
        0 => Ok(found),
        code => Err(Silent(code).into()),
    }
}

/// The same, of commands that go on with the others when one can't be read.
///
/// # Errors
/// As [`targets`]; what went wrong with single objects is added to `failures`.
pub async fn readable(
    session: &Session,
    matches: &ArgMatches,
    args: &[String],
    failures: &mut Failures,
) -> Result<Vec<(Target, Value)>> {
    if is(matches, "local") {
        if !manifest::given(matches) {
            bail!(
                "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'"
            );
        }
        let found = manifest::read_fitting(session, matches, "the command").await?;
        return Ok(found.into_iter().map(|item| (unserved(&item.object), item.object)).collect());
    }
    let mut found = Vec::new();
    for target in targets_of(session, matches, args).await? {
        match session.fetch(&target.path(None)).await {
            Ok(object) => found.push((target, object)),
            Err(error) => failures.add(error.into())?,
        }
    }
    Ok(found)
}

/// A target without asking the server what it serves: enough to name the object.
fn unserved(object: &Value) -> Target {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let api_version = text(&object["apiVersion"]);
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let kind = text(&object["kind"]);
    let known = apimachinery::resources::of_kind(group, version, &kind);
    Target {
        kind: Kind {
            group: group.into(),
            version: version.into(),
            plural: known.map_or_else(|| kind.to_lowercase() + "s", |known| known.plural.to_string()),
            singular: kind.to_lowercase(),
            kind,
            short_names: Vec::new(),
            categories: Vec::new(),
            namespaced: known.is_none_or(|known| known.namespaced),
            verbs: Vec::new(),
            subresources: Vec::new(),
        },
        namespace: object["metadata"]["namespace"].as_str().map(str::to_string),
        name: text(&object["metadata"]["name"]),
    }
}
