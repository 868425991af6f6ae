//! An object on its way through a kustomization, and the names that it has had.

use serde_json::Value;

/// What an object is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Id {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

/// The group and version of an `apiVersion`.
pub fn group_version(text: &str) -> (&str, &str) {
    text.split_once('/').unwrap_or(("", text))
}

/// A field's text; nothing for what is none.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Id {
    /// What an object is called now.
    pub fn of(object: &Value) -> Self {
        let (group, version) = group_version(text(&object["apiVersion"]));
        let metadata = &object["metadata"];
        Self {
            group: group.into(),
            version: version.into(),
            kind: text(&object["kind"]).into(),
            namespace: text(&metadata["namespace"]).into(),
            name: text(&metadata["name"]).into(),
        }
    }

    /// Whether it is of the cluster. What is not known is taken to be in a namespace.
    pub fn is_of_cluster(&self) -> bool {
        apimachinery::resources::of_kind(&self.group, &self.version, &self.kind)
            .is_some_and(|resource| !resource.namespaced)
    }

    /// Where it is: objects without a namespace are in `default`.
    pub fn place(&self) -> &str {
        match self.namespace.as_str() {
            _ if self.is_of_cluster() => "",
            "" => "default",
            other => other,
        }
    }

    /// Whether both are in the same namespace.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.place() == other.place()
    }

    /// Whether both are the same object.
    pub fn is(&self, other: &Self) -> bool {
        self.group == other.group
            && self.version == other.version
            && self.kind == other.kind
            && self.name == other.name
            && self.is_beside(other)
    }

    /// Whether a selector's group, version and kind fit; empty ones fit everything.
    pub fn is_kind(&self, group: &str, version: &str, kind: &str) -> bool {
        [(group, &self.group), (version, &self.version), (kind, &self.kind)]
            .iter()
            .all(|(wanted, held)| wanted.is_empty() || wanted == held)
    }

    /// Whether a selector fits; its empty fields fit everything.
    pub fn is_selected_by(&self, selector: &Self) -> bool {
        self.is_kind(&selector.group, &selector.version, &selector.kind)
            && (selector.name.is_empty() || selector.name == self.name)
            && (selector.namespace.is_empty()
                || self.place() == Self { namespace: selector.namespace.clone(), ..self.clone() }.place())
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let or =
            |text: &str, otherwise: &str| if text.is_empty() { otherwise.into() } else { text.to_string() };
        write!(
            f,
            "{}.{}.{}/{}.{}",
            or(&self.kind, "[noKind]"),
            or(&self.version, "[noVer]"),
            or(&self.group, "[noGrp]"),
            or(&self.name, "[noName]"),
            or(&self.namespace, "[noNs]")
        )
    }
}

/// Where an object is from: a file, or what made it.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub path: String,
    pub repository: String,
    pub reference: String,
    pub configured_in: String,
    /// `apiVersion`, kind and name of the generator or transformer.
    pub configured_by: Option<Id>,
}

impl Origin {
    /// The lines of the annotation.
    pub fn lines(&self) -> String {
        let mut lines = String::new();
        for (field, value) in [
            ("configuredIn", &self.configured_in),
            ("path", &self.path),
            ("ref", &self.reference),
            ("repo", &self.repository),
        ] {
            if !value.is_empty() {
                lines.push_str(&format!("{field}: {value}\n"));
            }
        }
        if let Some(by) = &self.configured_by {
            let version =
                if by.group.is_empty() { by.version.clone() } else { format!("{}/{}", by.group, by.version) };
            lines.push_str(&format!("configuredBy:\n  apiVersion: {version}\n  kind: {}\n", by.kind));
            for (field, value) in [("name", &by.name), ("namespace", &by.namespace)] {
                if !value.is_empty() {
                    lines.push_str(&format!("  {field}: {value}\n"));
                }
            }
        }
        lines
    }
}

/// An object and what is known of its way.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub object: Value,
    /// What it was called before, first name first.
    pub previous: Vec<Id>,
    /// Whether its name gets a hash of its content.
    pub hashed: bool,
    pub prefixes: Vec<String>,
    pub suffixes: Vec<String>,
    pub origin: Option<Origin>,
    /// What changed it, where that is wanted.
    pub changed_by: Vec<Origin>,
    /// The variables whose value is in it.
    pub variables: Vec<String>,
}

impl Part {
    /// An object nothing has happened to.
    pub fn new(object: Value) -> Self {
        Self { object, ..Self::default() }
    }

    /// What it is called now.
    pub fn id(&self) -> Id {
        Id::of(&self.object)
    }

    /// What it was called first.
    pub fn original(&self) -> Id {
        self.previous.first().cloned().unwrap_or_else(|| self.id())
    }

    /// Everything that it was and is called.
    pub fn ids(&self) -> Vec<Id> {
        self.previous.iter().cloned().chain([self.id()]).collect()
    }

    /// To be called before anything of its name is changed.
    pub fn remember(&mut self) {
        let id = self.id();
        if self.previous.last() != Some(&id) {
            self.previous.push(id);
        }
    }

    /// Sets its name.
    pub fn rename(&mut self, name: String) {
        self.object["metadata"]["name"] = name.into();
    }

    /// Whether it went through the same prefixes and suffixes as another, as far as the shorter list goes.
    pub fn has_affixes_of(&self, other: &Self) -> bool {
        let same = |a: &[String], b: &[String]| a.iter().rev().zip(b.iter().rev()).all(|(a, b)| a == b);
        same(&self.prefixes, &other.prefixes) && same(&self.suffixes, &other.suffixes)
    }
}
