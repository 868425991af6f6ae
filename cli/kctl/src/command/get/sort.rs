//! `--sort-by`: the order of objects by what a JSONPath finds in them, as kubectl has it.

use std::cmp::Ordering;

use anyhow::{Result, anyhow, bail};
use apimachinery::quantity::Quantity;
use serde_json::Value;

use crate::print::jsonpath::Path;

/// What an object is sorted by.
#[derive(Clone, Debug, PartialEq)]
enum SortKey {
    /// Comes first.
    Nothing,
    Integer(i64),
    Float(f64),
    /// A text; amounts go by what they mean.
    Text(String, Option<Quantity>),
    /// What has no order, by its kind.
    Unsortable(&'static str),
}

impl SortKey {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(_) => Self::Unsortable("bool"),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Self::Integer(number),
                None => Self::Float(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => Self::Text(text.clone(), text.parse().ok()),
            Value::Array(_) => Self::Unsortable("list"),
            Value::Object(_) => Self::Unsortable("map"),
        }
    }

    /// The order of two, if they have one.
    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Nothing, Self::Nothing) => Ordering::Equal,
            (Self::Nothing, _) => Ordering::Less,
            (_, Self::Nothing) => Ordering::Greater,
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => a.total_cmp(b),
            (Self::Text(_, Some(a)), Self::Text(_, Some(b))) => a.cmp(b),
            (Self::Text(a, _), Self::Text(b, _)) => a.cmp(b),
            _ => return None,
        })
    }
}

/// What objects are sorted by, one after the other.
#[derive(Clone, Debug)]
pub struct Keys {
    path: Path,
    keys: Vec<SortKey>,
    /// Whether any object had the field.
    found: bool,
}

impl Keys {
    /// None yet.
    pub fn new(path: Path) -> Self {
        Self { path, keys: Vec::new(), found: false }
    }

    /// Adds an object's.
    ///
    /// # Errors
    /// Fails when the path can't be applied to it.
    pub fn add(&mut self, object: &Value) -> Result<()> {
        let found = self.path.find(object)?;
        self.found |= !found.is_empty();
        self.keys.push(found.first().map_or(SortKey::Nothing, |value| SortKey::of(value)));
        Ok(())
    }

    /// The places of the objects in their order.
    ///
    /// # Errors
    /// Fails when no object has the field, or it has no order.
    pub fn order(&self) -> Result<Vec<usize>> {
        if !self.keys.is_empty() && !self.found {
            bail!("couldn't find any field with path {:?} in the list of objects", self.path.to_string());
        }
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        let mut failed = None;
        order.sort_by(|a, b| {
            let (a, b) = (&self.keys[*a], &self.keys[*b]);
            a.order(b).unwrap_or_else(|| {
                failed.get_or_insert((a.clone(), b.clone()));
                Ordering::Equal
            })
        });
        match failed {
            None => Ok(order),
            Some((SortKey::Unsortable(kind), _) | (_, SortKey::Unsortable(kind))) => {
                Err(anyhow!("field {} is of an unsortable type: {kind}", self.path))
            }
            Some(_) => Err(anyhow!("field {} is not of the same type in all objects", self.path)),
        }
    }
}

/// Sorts objects.
///
/// # Errors
/// Fails when the path can't be applied to them, and as [`Keys::order`].
pub fn sort(objects: &mut Vec<Value>, path: &Path) -> Result<()> {
    let mut keys = Keys::new(path.clone());
    objects.iter().try_for_each(|object| keys.add(object))?;
    *objects = keys.order()?.into_iter().map(|index| objects[index].take()).collect();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn orders() {
        for (values, want) in [
            (json!([{"v": "pod-9"}, {"v": "pod-10"}, {}]), Ok(vec![2, 1, 0])),
            (json!([{"v": "1Gi"}, {"v": "2Mi"}, {"v": "x"}]), Ok(vec![1, 0, 2])),
            (json!([{"v": 10}, {"v": 9}, {"v": null}]), Ok(vec![2, 1, 0])),
            (json!([{"v": 1.5}, {"v": 0.5}]), Ok(vec![1, 0])),
            (json!([{"v": {}}]), Ok(vec![0])),
            (json!([{"v": {}}, {"v": {}}]), Err("field {.v} is of an unsortable type: map")),
            (json!([{"v": 1}, {"v": "1"}]), Err("field {.v} is not of the same type in all objects")),
            (json!([{}, {}]), Err("couldn't find any field with path \"{.v}\" in the list of objects")),
            (json!([]), Ok(vec![])),
        ] {
            let mut keys = Keys::new(Path::read("v").expect("a path"));
            for value in values.as_array().into_iter().flatten() {
                keys.add(value).expect("applies");
            }
            let got = keys.order().map_err(|error| error.to_string());
            assert_eq!(got, want.map_err(str::to_string), "{values}");
        }
    }
}
