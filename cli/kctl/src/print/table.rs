//! Tables with three blanks between columns, as kubectl lays them out.

use tabled::builder::Builder;
use tabled::settings::{Padding, Style};

/// The narrowest column, without the blanks after it.
const LEAST: usize = 3;

/// Lays out rows below headers (upper case is the caller's).
pub fn render(headers: Option<Vec<String>>, rows: &[Vec<String>]) -> String {
    let mut builder = Builder::default();
    let mut lasts = Vec::new();
    let mut push = |cells: &[String]| {
        // A line break inside a cell would tear the table.
        let mut cells: Vec<String> =
            cells.iter().map(|cell| cell.replace('\n', "\\n").replace('\t', "\\t")).collect();
        // The last cell is not padded: it is put behind what tabled lays out.
        lasts.push(cells.pop().unwrap_or_default());
        builder.push_record(cells.into_iter().map(|cell| format!("{cell:<LEAST$}")));
    };
    if let Some(headers) = &headers {
        push(headers);
    }
    for row in rows {
        push(row);
    }
    if lasts.is_empty() {
        return String::new();
    }
    if headers.as_ref().or(rows.first()).is_some_and(|cells| cells.len() < 2) {
        return lasts.into_iter().map(|last| last + "\n").collect();
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, 3, 0, 0));
    table.to_string().lines().zip(lasts).map(|(line, last)| format!("{line}{last}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_three_blanks_apart() {
        let rows = [
            vec!["a".to_string(), "1/1".into(), "5d".into()],
            vec!["longer".into(), "0/1".into(), "1s".into()],
        ];
        let headers = ["NAME", "READY", "AGE"].map(String::from).to_vec();
        assert_eq!(
            render(Some(headers), &rows),
            "NAME     READY   AGE\na        1/1     5d\nlonger   0/1     1s\n"
        );
    }
}
