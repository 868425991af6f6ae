//! Tables with three blanks between columns, as kubectl lays them out.

use tabled::builder::Builder;
use tabled::settings::{Padding, Style};

/// Lays out rows below headers (upper case is the caller's).
pub fn render(headers: Option<Vec<String>>, rows: &[Vec<String>]) -> String {
    let mut builder = Builder::default();
    if let Some(headers) = headers {
        builder.push_record(headers);
    }
    for row in rows {
        // A line break inside a cell would tear the table.
        builder.push_record(row.iter().map(|cell| cell.replace('\n', "\\n")));
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, 3, 0, 0));
    let mut out = String::new();
    for line in table.to_string().lines() {
        // The last column is not padded.
        out.push_str(line.trim_end_matches(' '));
        out.push('\n');
    }
    if rows.is_empty() && out == "\n" { String::new() } else { out }
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
