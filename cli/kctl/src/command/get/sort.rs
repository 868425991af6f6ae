//! `--sort-by`: the order of objects by what a JSONPath finds in them.

use anyhow::{Result, anyhow};
use serde_json::Value;

use crate::print::jsonpath;

/// Numbers before texts, quantities and times by what they mean.
#[derive(Debug, PartialEq, PartialOrd)]
pub enum SortKey {
    Nothing,
    Number(f64),
    Text(String),
}

/// What an object is sorted by, of what was found in it.
pub fn sort_key(value: Option<&Value>) -> SortKey {
    match value {
        None | Some(Value::Null) => SortKey::Nothing,
        Some(Value::Number(number)) => SortKey::Number(number.as_f64().unwrap_or_default()),
        Some(Value::String(text)) => match text.parse::<apimachinery::quantity::Quantity>() {
            Ok(quantity) if text.starts_with(|letter: char| letter.is_ascii_digit()) =>
            {
                #[expect(clippy::cast_precision_loss, reason = "an order is all that is wanted")]
                SortKey::Number(quantity.millis() as f64 / 1000.0)
            }
            _ => SortKey::Text(text.clone()),
        },
        Some(other) => SortKey::Text(jsonpath::text(other)),
    }
}

/// What is said when no object has the field.
pub fn not_found(path: &str) -> anyhow::Error {
    anyhow!("couldn't find any field with path {:?} in the list of objects", jsonpath::braced(path))
}

/// Sorts objects.
///
/// # Errors
/// Fails on what is no path, and when no object has the field.
pub fn sort(objects: &mut Vec<Value>, path: &str) -> Result<()> {
    let mut found_any = objects.is_empty();
    let mut keyed = Vec::with_capacity(objects.len());
    for object in objects.drain(..) {
        let found = jsonpath::find(path, &object)?;
        found_any |= !found.is_empty();
        keyed.push((sort_key(found.first().copied()), object));
    }
    if !found_any {
        return Err(not_found(path));
    }
    keyed.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal));
    objects.extend(keyed.into_iter().map(|(_, object)| object));
    Ok(())
}
