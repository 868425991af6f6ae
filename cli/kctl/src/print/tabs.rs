//! Elastic tab stops: cells that end in a tab line up with those above and below, as long as the
//! lines follow each other. What `describe` and tables that grow while they are watched are laid
//! out with.

/// Lays out `text`, whose cells end in tabs: columns are at least `least` wide and `padding`
/// blanks apart.
pub fn align(text: &str, least: usize, padding: usize) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut widths: Vec<Vec<usize>> =
        lines.iter().map(|cells| vec![0; cells.len().saturating_sub(1)]).collect();
    column(&lines, &mut widths, 0, lines.len(), 0, least, padding);
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

/// Sets the widths of the blocks of column `at` between two lines, and of the columns inside.
fn column(
    lines: &[Vec<&str>],
    widths: &mut [Vec<usize>],
    from: usize,
    to: usize,
    at: usize,
    least: usize,
    padding: usize,
) {
    let mut line = from;
    while line < to {
        if lines[line].len() <= at + 1 {
            line += 1;
            continue;
        }
        let begin = line;
        let mut width = least;
        let mut empty = true;
        while line < to && lines[line].len() > at + 1 {
            let length = lines[line][at].chars().count();
            width = width.max(length + padding);
            empty &= length == 0;
            line += 1;
        }
        // A column of nothing but empty cells takes no room beyond its least.
        let width = if empty && least == 0 { padding } else { width };
        for row in &mut widths[begin..line] {
            row[at] = width;
        }
        column(lines, widths, begin, line, at + 1, least, padding);
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
