//! Field specifications: which field of which kinds a transformer is for, and walking there.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::part::Id;

/// `{group, version, kind, path, create}`. Lists on the way are walked through.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldSpec {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub path: String,
    pub create: bool,
}

/// What is made of a field that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    Nothing,
    Scalar,
    Map,
}

impl FieldSpec {
    /// A field of one kind.
    pub fn of_kind(kind: &str, path: impl Into<String>) -> Self {
        Self { kind: kind.into(), path: path.into(), ..Self::default() }
    }

    /// Whether it is for that object.
    pub fn fits(&self, id: &Id) -> bool {
        id.is_kind(&self.group, &self.version, &self.kind)
    }

    /// Calls `set` with each such field of the object.
    ///
    /// # Errors
    /// Fails where the path leads through what is neither a map nor a list, and when `set` fails.
    pub fn visit(
        &self,
        object: &mut Value,
        make: Make,
        set: &mut dyn FnMut(&mut Value) -> Result<()>,
    ) -> Result<()> {
        if !self.fits(&Id::of(object)) {
            return Ok(());
        }
        let make = if self.create { make } else { Make::Nothing };
        if self.path.is_empty() {
            bail!("considering field '' of object {}: a field has no name", Id::of(object));
        }
        walk(object, &steps(&self.path), make, set)
            .with_context(|| format!("considering field '{}' of object {}", self.path, Id::of(object)))
    }
}

/// The names in a path; `\/` is a slash within one.
pub fn steps(path: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut glue = false;
    for piece in path.split('/') {
        let (piece, more) = piece.strip_suffix('\\').map_or((piece, false), |piece| (piece, true));
        match found.last_mut() {
            Some(last) if glue => {
                last.push('/');
                last.push_str(piece);
            }
            _ => found.push(piece.into()),
        }
        glue = more;
    }
    found.retain(|piece| !piece.is_empty());
    found
}

fn walk(
    here: &mut Value,
    path: &[String],
    make: Make,
    set: &mut dyn FnMut(&mut Value) -> Result<()>,
) -> Result<()> {
    let Some((first, rest)) = path.split_first() else { return set(here) };
    match here {
        Value::Null => Ok(()),
        Value::Array(items) => items.iter_mut().try_for_each(|item| walk(item, path, make, set)),
        Value::Object(map) => {
            let (name, list) = first.strip_suffix("[]").map_or((first.as_str(), false), |name| (name, true));
            let fresh = match make {
                Make::Nothing => None,
                _ if list => None,
                Make::Scalar if rest.is_empty() => Some(Value::Null),
                _ => Some(Value::Object(Map::new())),
            };
            if let Some(fresh) = fresh
                && map.get(name).is_none_or(Value::is_null)
            {
                map.insert(name.into(), fresh);
            }
            match map.get_mut(name) {
                Some(field) => walk(field, rest, make, set),
                None => Ok(()),
            }
        }
        _ => bail!("expected sequence or mapping node"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_through_lists_and_make_maps() {
        let mut object = json!({"kind": "A", "spec": {"items": [{"x": 1}, {}]}, "metadata": {"a/b": "c"}});
        let mut seen = 0;
        let mut count = |_: &mut Value| {
            seen += 1;
            Ok(())
        };
        FieldSpec::of_kind("A", "spec/items/x").visit(&mut object, Make::Scalar, &mut count).expect("walks");
        FieldSpec::of_kind("B", "spec").visit(&mut object, Make::Scalar, &mut count).expect("not for it");
        FieldSpec::of_kind("A", "metadata/a\\/b")
            .visit(&mut object, Make::Nothing, &mut count)
            .expect("walks");
        assert_eq!(seen, 2);
        let spec = FieldSpec { create: true, ..FieldSpec::of_kind("A", "spec/new/labels") };
        spec.visit(&mut object, Make::Map, &mut |field| {
            field["k"] = "v".into();
            Ok(())
        })
        .expect("makes it");
        assert_eq!(object["spec"]["new"]["labels"]["k"], "v");
        let wrong = FieldSpec::of_kind("A", "kind/x").visit(&mut object, Make::Nothing, &mut |_| Ok(()));
        assert!(wrong.is_err());
    }
}
