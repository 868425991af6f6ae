//! Tables with three blanks between columns, as kubectl lays them out: its tab writer has cells at
//! least three letters wide, counts letters (not how wide they are on a screen), and knows a cell's
//! end by its tab.
//!
//! A table is as wide as its widest cells, so nothing can be printed before all is there. To take
//! little room meanwhile, all cells are one text.

use std::io::Write;

use super::tabs;

/// The narrowest column, without the blanks after it.
const LEAST: usize = 3;
/// The blanks between columns.
const PADDING: usize = 3;

/// Rows of cells.
#[derive(Debug, Default)]
pub struct Rows {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
    /// Where each row ends among the cells.
    rows: Vec<usize>,
}

impl Rows {
    /// Adds a cell to the row that is being written.
    pub fn cell(&mut self, cell: &str) {
        push_escaped(&mut self.text, cell);
        self.ends.push(self.text.len());
    }

    /// Ends the row that is being written.
    pub fn end_row(&mut self) {
        self.rows.push(self.ends.len());
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The cells of a row.
    pub fn row(&self, index: usize) -> impl Iterator<Item = &str> {
        let from = index.checked_sub(1).map_or(0, |before| self.rows[before]);
        (from..self.rows[index]).map(|cell| {
            let begin = cell.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.text[begin..self.ends[cell]]
        })
    }

    /// Writes rows in an order, with the columns for which `shown` says so.
    ///
    /// # Errors
    /// Fails when nobody reads the output any more.
    pub fn write(
        &self,
        out: &mut impl Write,
        headers: Option<&[&str]>,
        order: &[usize],
        shown: &[bool],
    ) -> std::io::Result<()> {
        let cells =
            |index: usize| self.row(index).zip(shown).filter(|(_, shown)| **shown).map(|(cell, _)| cell);
        // Every cell but the last of a row ends in a tab.
        let mut widths = vec![LEAST; shown.len()];
        let mut count = None;
        let mut even = true;
        let mut measure = |line: &mut dyn Iterator<Item = &str>| {
            let mut line = line.enumerate().peekable();
            while let Some((column, cell)) = line.next() {
                even &= !cell.contains('\t');
                if line.peek().is_some() {
                    widths[column] = widths[column].max(cell.chars().count());
                } else {
                    even &= *count.get_or_insert(column) == column;
                }
            }
        };
        if let Some(headers) = headers {
            measure(&mut headers.iter().copied());
        }
        for index in order {
            measure(&mut cells(*index));
        }
        if !even {
            return self.write_uneven(out, headers, order, cells);
        }
        let mut line = String::new();
        let mut write = |cells: &mut dyn Iterator<Item = &str>| {
            line.clear();
            let mut cells = cells.zip(&widths).peekable();
            while let Some((cell, width)) = cells.next() {
                line.push_str(cell);
                if cells.peek().is_some() {
                    let blanks = (width + PADDING).saturating_sub(cell.chars().count());
                    line.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            line.push('\n');
            out.write_all(line.as_bytes())
        };
        if let Some(headers) = headers {
            write(&mut headers.iter().copied())?;
        }
        for index in order {
            write(&mut cells(*index))?;
        }
        Ok(())
    }

    /// Rows of different lengths, or with tabs in cells: columns are blocks of lines.
    fn write_uneven<'a, I: Iterator<Item = &'a str>>(
        &'a self,
        out: &mut impl Write,
        headers: Option<&[&str]>,
        order: &[usize],
        cells: impl Fn(usize) -> I,
    ) -> std::io::Result<()> {
        let mut text = String::new();
        if let Some(headers) = headers {
            text.push_str(&headers.join("\t"));
            text.push('\n');
        }
        for index in order {
            text.push_str(&cells(*index).collect::<Vec<_>>().join("\t"));
            text.push('\n');
        }
        out.write_all(tabs::align_remembering(&text, LEAST + PADDING, PADDING).as_bytes())
    }
}

/// A cell as it may be printed: one line, and no control of the terminal.
fn push_escaped(text: &mut String, cell: &str) {
    let end = cell.find(['\n', '\r', '\x0c']);
    let line = &cell[..end.unwrap_or(cell.len())];
    for (index, part) in line.split('\x1b').enumerate() {
        if index > 0 {
            text.push_str("^[");
        }
        text.push_str(part);
    }
    if end.is_some() {
        text.push_str("...");
    }
}

/// Lays out rows below headers (upper case is the caller's).
pub fn render(headers: Option<Vec<String>>, rows: &[Vec<String>]) -> String {
    let mut held = Rows::default();
    for row in rows {
        row.iter().for_each(|cell| held.cell(cell));
        held.end_row();
    }
    let longest = rows.iter().chain(&headers).map(Vec::len).max().unwrap_or_default();
    let headers: Option<Vec<&str>> =
        headers.as_ref().map(|headers| headers.iter().map(String::as_str).collect());
    let order: Vec<usize> = (0..held.len()).collect();
    let mut out = Vec::new();
    // Into memory nothing fails.
    let _ = held.write(&mut out, headers.as_deref(), &order, &vec![true; longest]);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&[&str]]) -> Vec<Vec<String>> {
        lines.iter().map(|line| line.iter().map(ToString::to_string).collect()).collect()
    }

    #[test]
    fn columns_are_three_blanks_apart() {
        let rows = rows(&[&["a", "1/1", "5d"], &["longer", "0/1", "1s"]]);
        let headers = ["NAME", "READY", "AGE"].map(String::from).to_vec();
        assert_eq!(
            render(Some(headers), &rows),
            "NAME     READY   AGE\na        1/1     5d\nlonger   0/1     1s\n"
        );
    }

    /// What kubectl 1.35 prints of such cells.
    #[test]
    fn odd_cells() {
        for (given, want) in [
            (vec![&["日本語", "x"][..], &["e", "y"]], "日本語   x\ne     y\n"),
            (vec![&["two\nlines", "x"][..], &["cr\rx", "y"]], "two...   x\ncr...    y\n"),
            (vec![&["\x1b[31m", "x"][..]], "^[[31m   x\n"),
            // A tab ends a cell.
            (vec![&["a\tb", "x"][..], &["longer", "y"]], "a        b     x\nlonger   y\n"),
            // A shorter row ends the columns behind its end, which are no narrower after it.
            (
                vec![&["a", "wide cell", "z"][..], &["b", "x"], &["c", "d", "e"]],
                "a     wide cell   z\nb     x\nc     d           e\n",
            ),
            (vec![&["alone"][..], &["x"]], "alone\nx\n"),
        ] {
            assert_eq!(render(None, &rows(&given)), want, "{given:?}");
        }
        assert_eq!(render(None, &[]), "");
    }

    #[test]
    fn rows_in_another_order_and_without_some_columns() {
        let mut rows = Rows::default();
        for row in [["a", "hidden", "1"], ["b", "", "22"]] {
            row.iter().for_each(|cell| rows.cell(cell));
            rows.end_row();
        }
        let mut out = Vec::new();
        rows.write(&mut out, Some(&["X", "Y"]), &[1, 0], &[true, false, true]).expect("written");
        assert_eq!(String::from_utf8_lossy(&out), "X     Y\nb     22\na     1\n");
    }
}
