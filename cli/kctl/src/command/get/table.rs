//! The server's table, read row by row into the cells that are printed: of the objects that come
//! along nothing is kept but what columns are made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::sort::Keys;
use crate::print::gotemplate;
use crate::print::jsonpath::Path;
use crate::print::table::Rows;

/// What is printed beside the server's columns.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// The namespace, first.
    pub namespace: bool,
    /// The kind in front of each name.
    pub kind: Option<String>,
    /// A column for each of these labels.
    pub labels: Vec<String>,
    /// All labels, last.
    pub all_labels: bool,
    /// What to sort by.
    pub sort_by: Option<Path>,
}

/// What is null is as if it were left out, to Go.
fn nullable<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(de: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(de)?.unwrap_or_default())
}

/// A column as the server describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Column {
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub kind: String,
    #[serde(deserialize_with = "nullable")]
    pub format: String,
    #[serde(deserialize_with = "nullable")]
    pub priority: i64,
}

/// What a page is besides its rows: a list's metadata.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Page {
    #[serde(deserialize_with = "nullable")]
    pub resource_version: String,
    #[serde(rename = "continue", deserialize_with = "nullable")]
    pub next: String,
}

/// All rows so far.
#[derive(Debug, Default)]
pub struct Table {
    extras: Extras,
    /// The server's columns.
    pub columns: Vec<Column>,
    rows: Rows,
    keys: Option<Keys>,
    cells: Vec<String>,
    /// The revision of the last object.
    pub seen: Option<String>,
}

/// What of an object is shown.
#[derive(Default)]
struct Shown {
    namespace: String,
    labels: BTreeMap<String, String>,
    revision: Option<String>,
}

impl Table {
    /// An empty table.
    pub fn new(extras: Extras) -> Self {
        let keys = extras.sort_by.clone().map(Keys::new);
        Self { extras, keys, ..Self::default() }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// Reads a page: a table, a list of objects or an object of a server that makes no tables.
    ///
    /// # Errors
    /// Says what is not JSON, or no such thing.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Page, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let page = PageSeed(self).deserialize(&mut json)?;
        json.end()?;
        Ok(page)
    }

    /// The same, of what was parsed already.
    ///
    /// # Errors
    /// Says what is no such thing.
    pub fn read_value(&mut self, value: &Value) -> Result<Page, serde_json::Error> {
        PageSeed(self).deserialize(value)
    }

    /// Adds an object that the server has put in no table: name and age.
    ///
    /// # Errors
    /// Fails when it can't be sorted.
    pub fn object(&mut self, object: &Value) -> anyhow::Result<()> {
        if self.columns.is_empty() {
            let column = |name: &str, format: &str| Column {
                name: name.into(),
                kind: "string".into(),
                format: format.into(),
                priority: 0,
            };
            self.columns = vec![column("Name", "name"), column("Age", "")];
        }
        let metadata = &object["metadata"];
        let text = |field: &str| metadata[field].as_str().unwrap_or_default().to_string();
        self.cells = vec![text("name"), crate::command::events::ago(&text("creationTimestamp"))];
        let labels = metadata["labels"].as_object().into_iter().flatten();
        let labels = labels.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_string()));
        let shown = Shown {
            namespace: text("namespace"),
            labels: labels.collect(),
            revision: metadata["resourceVersion"].as_str().map(str::to_string),
        };
        self.keys.as_mut().map_or(Ok(()), |keys| keys.add(object))?;
        self.push(2, shown);
        Ok(())
    }

    /// Adds the row of the first `count` cells.
    fn push(&mut self, count: usize, shown: Shown) {
        let name = self.columns.iter().position(|column| column.format == "name" && column.kind == "string");
        if self.extras.namespace {
            self.rows.cell(&shown.namespace);
        }
        for (index, cell) in self.cells.iter().enumerate().take(count) {
            match &self.extras.kind {
                Some(kind) if Some(index) == name => self.rows.cell(&format!("{kind}/{cell}")),
                _ => self.rows.cell(cell),
            }
        }
        for label in &self.extras.labels {
            self.rows.cell(shown.labels.get(label).map_or("", String::as_str));
        }
        if self.extras.all_labels {
            let labels: Vec<String> =
                shown.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let all = if labels.is_empty() { "<none>".to_string() } else { labels.join(",") };
            self.rows.cell(&all);
        }
        self.rows.end_row();
        self.seen = shown.revision;
    }

    /// The names of all columns, and which of them are shown.
    fn all_columns(&self, wide: bool) -> (Vec<String>, Vec<bool>) {
        let mut names = Vec::new();
        let mut shown = Vec::new();
        if self.extras.namespace {
            names.push("NAMESPACE".to_string());
            shown.push(true);
        }
        for column in &self.columns {
            names.push(column.name.to_uppercase());
            shown.push(wide || column.priority == 0);
        }
        for label in &self.extras.labels {
            names.push(label.rsplit('/').next().unwrap_or(label).to_uppercase());
            shown.push(true);
        }
        if self.extras.all_labels {
            names.push("LABELS".into());
            shown.push(true);
        }
        (names, shown)
    }

    /// Headers and cells as texts: for a table that grows while it is watched.
    pub fn texts(&self, wide: bool) -> (Vec<String>, Vec<Vec<String>>) {
        let (names, shown) = self.all_columns(wide);
        let headers =
            names.into_iter().zip(&shown).filter(|(_, shown)| **shown).map(|(name, _)| name).collect();
        let rows = (0..self.rows.len()).map(|index| {
            let cells = self.rows.row(index).zip(&shown).filter(|(_, shown)| **shown);
            cells.map(|(cell, _)| cell.to_string()).collect()
        });
        (headers, rows.collect())
    }

    /// Prints it.
    ///
    /// # Errors
    /// Fails when no object has what it is to be sorted by, or nobody reads the output any more.
    pub fn write(&self, out: &mut impl Write, headers: bool, wide: bool) -> anyhow::Result<()> {
        let (names, shown) = self.all_columns(wide);
        let names: Vec<&str> =
            names.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(name, _)| name.as_str()).collect();
        let order = match &self.keys {
            // One row is in order, whatever it has.
            Some(keys) if self.rows.len() > 1 => keys.order()?,
            _ => (0..self.rows.len()).collect(),
        };
        self.rows.write(out, headers.then_some(names.as_slice()), &order, &shown)?;
        Ok(())
    }
}

/// A page, read into a table.
struct PageSeed<'t>(&'t mut Table);

impl<'de> DeserializeSeed<'de> for PageSeed<'_> {
    type Value = Page;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Page, D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// The fields of a page that are read.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum PageField {
    Metadata,
    ColumnDefinitions,
    Rows,
    Items,
    #[serde(other)]
    Other,
}

impl<'de> Visitor<'de> for PageSeed<'_> {
    type Value = Page;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page, A::Error> {
        let table = self.0;
        let mut page = Page::default();
        while let Some(field) = map.next_key()? {
            match field {
                PageField::Metadata => page = map.next_value::<Option<Page>>()?.unwrap_or_default(),
                PageField::ColumnDefinitions => {
                    // Only the first event of a watch has them.
                    let columns = map.next_value::<Option<Vec<Column>>>()?.unwrap_or_default();
                    if !columns.is_empty() {
                        table.columns = columns;
                    }
                }
                PageField::Rows => map.next_value_seed(Each { table, of_table: true })?,
                PageField::Items => map.next_value_seed(Each { table, of_table: false })?,
                PageField::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(page)
    }
}

/// The rows of a table, or the objects of a list.
struct Each<'t> {
    table: &'t mut Table,
    of_table: bool,
}

impl<'de> DeserializeSeed<'de> for Each<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Each<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows or objects")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.of_table {
            while list.next_element_seed(Row(self.table))?.is_some() {}
        } else {
            while let Some(object) = list.next_element::<Value>()? {
                self.table.object(&object).map_err(serde::de::Error::custom)?;
            }
        }
        Ok(())
    }
}

/// One row of the server's.
struct Row<'t>(&'t mut Table);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum RowField {
    Cells,
    Object,
    #[serde(other)]
    Other,
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table's row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let table = self.0;
        let (mut count, mut shown, mut key) = (0, Shown::default(), Value::Null);
        while let Some(field) = map.next_key()? {
            match field {
                RowField::Cells => count = map.next_value_seed(Cells(&mut table.cells))?,
                RowField::Object if table.extras.sort_by.is_some() => {
                    let object: Value = map.next_value()?;
                    shown = Object::<Labelled>::deserialize(&object)
                        .map_err(serde::de::Error::custom)?
                        .metadata
                        .unwrap_or_default()
                        .shown();
                    key = object;
                }
                RowField::Object if table.extras.all_labels || !table.extras.labels.is_empty() => {
                    let object: Option<Object<Labelled>> = map.next_value()?;
                    shown = object.and_then(|object| object.metadata).unwrap_or_default().shown();
                }
                RowField::Object => {
                    let object: Option<Object<Named>> = map.next_value()?;
                    shown.namespace.clear();
                    let named = object.and_then(|object| object.metadata).unwrap_or_default();
                    shown.namespace.push_str(&named.namespace.unwrap_or_default());
                    shown.revision = named.resource_version.map(Cow::into_owned);
                }
                RowField::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if let Some(keys) = &mut table.keys {
            keys.add(&key).map_err(serde::de::Error::custom)?;
        }
        table.push(count, shown);
        Ok(())
    }
}

/// An object of which only metadata is read.
#[derive(Deserialize)]
struct Object<M> {
    #[serde(default = "Option::default")]
    metadata: Option<M>,
}

/// What is in columns of an object's metadata.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Named<'a> {
    #[serde(borrow)]
    namespace: Option<Cow<'a, str>>,
    #[serde(borrow)]
    resource_version: Option<Cow<'a, str>>,
}

/// The same, with labels.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Labelled {
    namespace: Option<String>,
    resource_version: Option<String>,
    labels: Option<BTreeMap<String, String>>,
}

impl Labelled {
    fn shown(self) -> Shown {
        Shown {
            namespace: self.namespace.unwrap_or_default(),
            labels: self.labels.unwrap_or_default(),
            revision: self.resource_version,
        }
    }
}

/// A row's cells; gives how many there are. The texts of the row before are written over.
struct Cells<'t>(&'t mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Cells<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row's cells")
    }

    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<usize, A::Error> {
        let mut count = 0;
        loop {
            if self.0.len() == count {
                self.0.push(String::new());
            }
            self.0[count].clear();
            if list.next_element_seed(Cell(&mut self.0[count]))?.is_none() {
                return Ok(count);
            }
            count += 1;
        }
    }
}

/// One cell, as Go prints such a value; of nothing, nothing.
struct Cell<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Cell<'_> {
    fn value(self, value: &Value) {
        self.0.push_str(&gotemplate::text(value));
    }
}

impl<'de> Visitor<'de> for Cell<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.value(&value.into());
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.value(&value.into());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        // What is no int64 is a float to Go.
        #[expect(clippy::cast_precision_loss, reason = "as Go's decoder does")]
        match i64::try_from(value) {
            Ok(value) => self.value(&value.into()),
            Err(_) => self.value(&(value as f64).into()),
        }
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.value(&value.into());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.value(&Value::deserialize(SeqAccessDeserializer::new(list))?);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.value(&Value::deserialize(MapAccessDeserializer::new(map))?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"{"kind":"Table","metadata":{"continue":"next","resourceVersion":"7"},
        "columnDefinitions":[{"name":"Name","type":"string","format":"name","priority":0},
            {"name":"Odd","type":"string","priority":0},{"name":"Far","type":"string","priority":1}],
        "rows":[
            {"cells":["b",null,"x"],"object":{"metadata":{"name":"b","namespace":"n1","labels":{"a":"1"}}}},
            {"object":{"metadata":{"namespace":"n2","labels":null}},"cells":["a",18446744073709551615,1.0]},
            {"cells":["c",{"k":[true]}],"object":{"metadata":{"name":"c","resourceVersion":"5"}}}]}"#;

    fn printed(extras: Extras, wide: bool) -> String {
        let mut table = Table::new(extras);
        let page = table.read(PAGE.as_bytes()).expect("a page");
        assert_eq!((page.next.as_str(), page.resource_version.as_str()), ("next", "7"));
        let mut out = Vec::new();
        table.write(&mut out, true, wide).expect("printed");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn cells_are_as_go_prints_them() {
        assert_eq!(
            printed(Extras { namespace: true, ..Extras::default() }, false),
            "NAMESPACE   NAME   ODD\nn1          b      \nn2          a      1.8446744073709552e+19\n            c      map[k:[true]]\n"
        );
    }

    #[test]
    fn labels_kinds_and_an_order() {
        let extras = Extras {
            labels: vec!["x/a".into(), "a".into()],
            all_labels: true,
            kind: Some("thing.x".into()),
            sort_by: Some(Path::read(".metadata.name").expect("a path")),
            ..Extras::default()
        };
        assert_eq!(
            printed(extras, false),
            "NAME        ODD                      A     A     LABELS\nthing.x/a   1.8446744073709552e+19               <none>\nthing.x/b                                  1     a=1\nthing.x/c   map[k:[true]]                  <none>\n"
        );
    }

    #[test]
    fn an_order_by_what_nothing_has_is_an_error() {
        let mut table = Table::new(Extras {
            sort_by: Some(Path::read(".spec.none").expect("a path")),
            ..Extras::default()
        });
        table.read(br#"{"items":[{"metadata":{"name":"a"}}]}"#).expect("a list");
        table.write(&mut Vec::new(), true, false).expect("one row is in order");
        table.read(PAGE.as_bytes()).expect("a page");
        let error = table.write(&mut Vec::new(), true, false).expect_err("no such field");
        assert_eq!(
            error.to_string(),
            "couldn't find any field with path \"{.spec.none}\" in the list of objects"
        );
    }

    #[test]
    fn objects_in_no_table_have_names_and_ages() {
        let mut table = Table::new(Extras { namespace: true, ..Extras::default() });
        table.read(br#"{"items":[{"metadata":{"name":"a","namespace":"n"}}]}"#).expect("a list");
        let (headers, rows) = table.texts(false);
        assert_eq!(headers, ["NAMESPACE", "NAME", "AGE"]);
        let page = table.read(br#"{"metadata":{"resourceVersion":null,"continue":null},"items":null}"#);
        assert_eq!(page.expect("an empty list").next, "");
        assert_eq!(rows[0][..2], ["n", "a"]);
    }
}
