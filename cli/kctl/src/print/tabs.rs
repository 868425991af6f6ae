//! Elastic tab stops: cells that end in a tab line up with those above and below, as long as the
//! lines follow each other. What `describe` and tables that grow while they are watched are laid
//! out with.

/// Lays out `text`, whose cells end in tabs: columns are at least `least` wide and `padding`
/// blanks apart.
pub fn align(text: &str, least: usize, padding: usize) -> String {
    lay_out(text, least, padding, false)
}

/// The same, but a column is nowhere narrower than it was further up.
pub fn align_remembering(text: &str, least: usize, padding: usize) -> String {
    lay_out(text, least, padding, true)
}

fn lay_out(text: &str, least: usize, padding: usize, remembers: bool) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut widths: Vec<Vec<usize>> =
        lines.iter().map(|cells| vec![0; cells.len().saturating_sub(1)]).collect();
    let mut columns =
        Columns { lines: &lines, widths: &mut widths, least, padding, held: remembers.then(Vec::new) };
    columns.set(0, lines.len(), 0);
    let mut out = String::new();
    for (index, (cells, widths)) in lines.iter().zip(&widths).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        for (position, cell) in cells.iter().enumerate() {
            out.push_str(cell);
            // The last cell of a line ends the line, not the cell: it is not padded.
            if let Some(width) = widths.get(position) {
                out.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
            }
        }
    }
    out
}

/// Cells, and the widths that are found for them.
struct Columns<'a> {
    lines: &'a [Vec<&'a str>],
    widths: &'a mut [Vec<usize>],
    least: usize,
    padding: usize,
    /// The widest that each column has been, where that is remembered.
    held: Option<Vec<usize>>,
}

impl Columns<'_> {
    /// Sets the widths of the blocks of column `at` between two lines, and of the columns inside.
    fn set(&mut self, from: usize, to: usize, at: usize) {
        let mut line = from;
        while line < to {
            if self.lines[line].len() <= at + 1 {
                line += 1;
                continue;
            }
            let begin = line;
            let mut width = self.least;
            let mut empty = true;
            while line < to && self.lines[line].len() > at + 1 {
                let length = self.lines[line][at].chars().count();
                width = width.max(length + self.padding);
                empty &= length == 0;
                line += 1;
            }
            // A column of nothing but empty cells takes no room beyond its least.
            if empty && self.least == 0 {
                width = self.padding;
            }
            if let Some(held) = &mut self.held {
                held.resize(held.len().max(at + 1), 0);
                held[at] = held[at].max(width);
                width = held[at];
            }
            for row in &mut self.widths[begin..line] {
                row[at] = width;
            }
            self.set(begin, line, at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_line_up() {
        assert_eq!(
            align("Name:\tx\nNamespace:\ty\nData\n====\na:\tb\tc\nlong:\tbbb\tc\n", 0, 2),
            "Name:       x\nNamespace:  y\nData\n====\na:     b    c\nlong:  bbb  c\n"
        );
        assert_eq!(align("A\tB\n1\t2\n", 6, 3), "A     B\n1     2\n");
    }
}
