//! Which metrics are told, and which values their labels may have: what `--disabled-metrics` and
//! `--allow-metric-labels` do to a page in Prometheus' text format.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// The limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    disabled: BTreeSet<String>,
    /// By metric and label: the values that are told as they are.
    allowed: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Limits {
    /// Leaves metrics out, by their whole names.
    pub fn disable(&mut self, names: impl IntoIterator<Item = String>) {
        self.disabled.extend(names);
    }

    /// Reads `metric,label=value,…`. Values may stand in quotes.
    ///
    /// # Errors
    /// Says what is wrong with the form.
    pub fn allow(&mut self, text: &str) -> Result<(), String> {
        let bad = || format!("{text:?} is not of the form metric,label=value,…");
        let (key, values) = text.trim_matches(['"', '\'']).split_once('=').ok_or_else(bad)?;
        let (metric, label) = key.trim().trim_matches(['"', '\'']).split_once(',').ok_or_else(bad)?;
        let is_name = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'))
        };
        let values = values.trim().trim_matches(['"', '\'']);
        if !is_name(metric) || !is_name(label) || values.is_empty() {
            return Err(bad());
        }
        let allowed = self.allowed.entry((metric.to_string(), label.to_string())).or_default();
        allowed.extend(values.split(',').map(|value| value.trim().to_string()));
        Ok(())
    }

    /// The page as it is told. Series that are the same once their labels are so become one, and their values a sum.
    pub fn apply(&self, page: String) -> String {
        if *self == Self::default() {
            return page;
        }
        let mut out = String::with_capacity(page.len());
        let mut family = Family::default();
        for line in page.lines() {
            if let Some(rest) = line.strip_prefix("# ") {
                let name = rest.split_whitespace().nth(1).unwrap_or_default();
                if family.name != name {
                    family.write(&mut out);
                    family = Family { name: name.to_string(), ..Family::default() };
                    family.hidden = self.disabled.contains(name);
                    let of = |((metric, label), values): (&(String, String), &BTreeSet<String>)| {
                        (metric == name).then(|| (label.clone(), values.clone()))
                    };
                    family.allowed = self.allowed.iter().filter_map(of).collect();
                }
                family.head.push(line.to_string());
            } else {
                family.add(line);
            }
        }
        family.write(&mut out);
        out
    }
}

/// A metric's part of a page.
#[derive(Default)]
struct Family {
    name: String,
    hidden: bool,
    allowed: HashMap<String, BTreeSet<String>>,
    head: Vec<String>,
    /// Series in their order.
    series: Vec<String>,
    values: HashMap<String, f64>,
    plain: Vec<String>,
}

impl Family {
    fn add(&mut self, line: &str) {
        if self.allowed.is_empty() {
            self.plain.push(line.to_string());
            return;
        }
        let Some((series, value)) = line.rsplit_once(' ') else { return };
        let series = match series.split_once('{') {
            Some((name, labels)) => format!("{name}{{{}}}", self.limited(labels.trim_end_matches('}'))),
            None => series.to_string(),
        };
        let value: f64 = value.parse().unwrap_or_default();
        match self.values.get_mut(&series) {
            Some(sum) => *sum += value,
            None => {
                self.values.insert(series.clone(), value);
                self.series.push(series);
            }
        }
    }

    /// Labels, `name="value",…`, with what is not allowed replaced.
    fn limited(&self, mut labels: &str) -> String {
        let mut out = String::new();
        while let Some((name, rest)) = labels.split_once("=\"") {
            let mut end = 0;
            let bytes = rest.as_bytes();
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let end = end.min(rest.len());
            let value = rest.get(..end).unwrap_or_default();
            let is_allowed = self.allowed.get(name).is_none_or(|values| values.contains(value));
            let separator = if out.is_empty() { "" } else { "," };
            let _ = write!(out, "{separator}{name}=\"{}\"", if is_allowed { value } else { "unexpected" });
            labels = rest.get(end + 1..).unwrap_or_default().trim_start_matches(',');
        }
        out
    }

    fn write(&self, out: &mut String) {
        if self.hidden {
            return;
        }
        for line in self.head.iter().chain(&self.plain) {
            out.push_str(line);
            out.push('\n');
        }
        for series in &self.series {
            let _ = writeln!(out, "{series} {}", self.values[series]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# HELP a_total All.\n# TYPE a_total counter\na_total{code=\"200\",verb=\"GET\"} 1\na_total{code=\"404\",verb=\"GET\"} 2\na_total{code=\"500\",verb=\"GET\"} 4\n# HELP b Some.\n# TYPE b histogram\nb_bucket{le=\"1\"} 3\nb_sum 0.5\n# HELP c Last.\n# TYPE c gauge\nc 7\n";

    #[test]
    fn metrics_and_values_are_limited() {
        let mut limits = Limits::default();
        assert_eq!(limits.apply(PAGE.into()), PAGE);
        limits.disable(["b".to_string()]);
        limits.allow("a_total,code='200,201'").expect("well-formed");
        let page = limits.apply(PAGE.into());
        assert_eq!(
            page,
            "# HELP a_total All.\n# TYPE a_total counter\na_total{code=\"200\",verb=\"GET\"} 1\na_total{code=\"unexpected\",verb=\"GET\"} 6\n# HELP c Last.\n# TYPE c gauge\nc 7\n"
        );
        for text in ["a", "a=b", "a,b", "a,b=", "a b,c=d", ",b=c"] {
            assert!(limits.allow(text).is_err(), "{text}");
        }
    }

    #[test]
    fn quotes_and_commas_in_values() {
        let mut limits = Limits::default();
        limits.allow("a,x=1").expect("well-formed");
        let page = "# TYPE a gauge\na{y=\"p\\\",q\",x=\"2\"} 1\n";
        assert_eq!(limits.apply(page.into()), "# TYPE a gauge\na{y=\"p\\\",q\",x=\"unexpected\"} 1\n");
    }
}
