//! The data set's table of raw labels, where it lies beside the scans.

use std::{collections::BTreeMap, path::Path};

use scene::normalise;

use crate::{IngestError, Report};

const TABLE: &str = "scannetv2-labels.combined.tsv";

/// Raw label → clean category, both normalised.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    categories: Option<BTreeMap<String, String>>,
}

impl Labels {
    /// The table in the scan's folder, or else in the one around it.
    pub(crate) fn beside(path: &Path, report: &mut Report) -> Result<Self, IngestError> {
        let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let places = [Some(full.as_path()), full.parent()];
        let Some(file) = places.into_iter().flatten().map(|dir| dir.join(TABLE)).find(|file| file.is_file()) else {
            report.notes.push(format!("no {TABLE} here or one level up: labels are the annotators' own words"));
            return Ok(Self::default());
        };
        let text = scene::file::read_text(&file)?;
        let mut rows = text.lines();
        let heading: Vec<&str> = rows.next().unwrap_or_default().split('\t').map(str::trim).collect();
        let column = |name: &str| {
            heading
                .iter()
                .position(|found| *found == name)
                .ok_or_else(|| IngestError::value(&file, "heading", &heading, format!("no column {name:?}")))
        };
        let (raw, category) = (column("raw_category")?, column("category")?);
        let mut categories = BTreeMap::new();
        for (line, row) in rows.enumerate().filter(|(_, row)| !row.trim().is_empty()) {
            let cells: Vec<&str> = row.split('\t').collect();
            let (Some(raw), Some(category)) = (cells.get(raw), cells.get(category)) else {
                return Err(IngestError::value(&file, format!("line {}", line + 2), row, "has too few columns"));
            };
            categories.insert(normalise(raw), normalise(category));
        }
        report.read("rows of the label table", categories.len());
        Ok(Self { categories: Some(categories) })
    }

    /// The label of an object that annotators called so, and its further names.
    pub(crate) fn of(&self, raw: &str, report: &mut Report) -> (String, Vec<String>) {
        let raw = normalise(raw);
        let Some(categories) = &self.categories else { return (raw, Vec::new()) };
        match categories.get(&raw) {
            Some(category) if !category.is_empty() && *category != raw => {
                report.convert("raw labels replaced by their category; the raw label is a further name", 1);
                (category.clone(), vec![raw])
            }
            Some(_) => (raw, Vec::new()),
            None => {
                report.notes.push(format!("{TABLE}: has no {raw:?}; the raw label is kept"));
                (raw, Vec::new())
            }
        }
    }
}
