//! Published CSV tables: columns found by their heading, numbers read strictly.

use std::path::{Path, PathBuf};

use crate::IngestError;

/// A table in memory.
pub(crate) struct Table {
    file: PathBuf,
    headings: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

/// One line of it.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    /// Line in the file, from 1; the heading is line 1.
    line: usize,
    cells: &'a csv::StringRecord,
}

impl Table {
    /// Reads a file of comma-separated values with a heading line that names these columns, and rows below it.
    pub(crate) fn read(file: &Path, columns: &[&str]) -> Result<Self, IngestError> {
        let text = scene::file::read_text(file)?;
        if !text.ends_with('\n') {
            // A number that was cut in two is a number still; only this tells.
            let last = text.lines().last().unwrap_or_default();
            return Err(IngestError::value(file, "last line", last, "breaks off: it does not end with a line break"));
        }
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let wrong = |error: csv::Error| {
            let line = error.position().map_or(0, csv::Position::line);
            IngestError::value(file, format!("line {line}"), "", error.to_string())
        };
        let headings: Vec<String> =
            reader.headers().map_err(wrong)?.iter().map(|heading| heading.trim().to_owned()).collect();
        if let Some(column) = columns.iter().find(|column| !headings.iter().any(|heading| heading == *column)) {
            return Err(IngestError::value(file, "heading", &headings, format!("no column {column:?}")));
        }
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().map_err(wrong)?;
        if rows.is_empty() {
            return Err(IngestError::value(file, "line 2", "", "there are no rows below the heading"));
        }
        Ok(Self { file: file.to_owned(), headings, rows })
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().enumerate().map(|(position, cells)| Row { table: self, line: position + 2, cells })
    }
}

impl Row<'_> {
    fn cell(&self, heading: &str) -> Result<&str, IngestError> {
        let column = self.table.headings.iter().position(|found| found == heading);
        let cell = column.and_then(|column| self.cells.get(column));
        cell.map(str::trim).ok_or_else(|| {
            IngestError::value(&self.table.file, "heading", &self.table.headings, format!("no column {heading:?}"))
        })
    }

    /// An error about this cell.
    pub(crate) fn wrong(&self, heading: &str, problem: &str) -> IngestError {
        let field = format!("line {}, column {heading:?}", self.line);
        IngestError::value(&self.table.file, field, self.cell(heading).unwrap_or_default(), problem)
    }

    /// The text of a cell, without blanks around it.
    pub(crate) fn text(&self, heading: &str) -> Result<&str, IngestError> {
        self.cell(heading)
    }

    /// A whole number.
    pub(crate) fn whole<T: std::str::FromStr>(&self, heading: &str) -> Result<T, IngestError> {
        self.cell(heading)?.parse().map_err(|_| self.wrong(heading, "is no whole number in range"))
    }

    /// A finite number of at most a million.
    pub(crate) fn number(&self, heading: &str) -> Result<f64, IngestError> {
        let number: f64 = self.cell(heading)?.parse().map_err(|_| self.wrong(heading, "is no number"))?;
        if number.abs() <= 1e6 { Ok(number) } else { Err(self.wrong(heading, "is not finite or beyond 1e6")) }
    }

    /// Several numbers.
    pub(crate) fn numbers<const N: usize>(&self, headings: [&str; N]) -> Result<[f64; N], IngestError> {
        let mut numbers = [0.0; N];
        for (number, heading) in numbers.iter_mut().zip(headings) {
            *number = self.number(heading)?;
        }
        Ok(numbers)
    }
}
