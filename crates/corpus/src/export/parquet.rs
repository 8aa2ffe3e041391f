//! Full rows in columns, and rows for reinforcement learning.

use std::path::Path;

use scene::Whole;

use super::{
    Notes, Settings, Shown, Writer, Written,
    columns::{Column, Table},
    ground_truth, paths, prompt,
};
use crate::{
    CorpusError, Row,
    columns::{Cell, FULL, told},
    pictures::Picture,
    recipe::ImageMode,
};

/// Puts a row into columns, or says why it is not among them.
type Fill = fn(&mut [Column], &Row, &[Picture], Settings) -> Result<(), &'static str>;

/// A Parquet file of rows, as `fill` puts them into columns.
pub(super) struct Columns {
    table: Table,
    settings: Settings,
    fill: Fill,
    notes: Notes,
}

impl Writer for Columns {
    fn row(&mut self, shown: &Shown) -> Result<(), CorpusError> {
        match (self.fill)(&mut self.table.columns, shown.row, shown.pictures, self.settings) {
            Ok(()) => self.table.end_row(),
            Err(why) => {
                *self.notes.entry(why.to_owned()).or_default() += 1;
                Ok(())
            }
        }
    }

    fn finish(self: Box<Self>) -> Result<Written, CorpusError> {
        Ok(Written { digest: self.table.finish()?, notes: self.notes })
    }
}

/// Lists of pictures as the `datasets` library stores them.
const IMAGES: &str = "OPTIONAL GROUP images (LIST) { REPEATED GROUP list { OPTIONAL GROUP element { \
     OPTIONAL BINARY bytes; OPTIONAL BINARY path (STRING); } } }";

fn text_leaf(name: &str) -> String {
    format!("REQUIRED BINARY {name} (STRING);")
}

fn number_leaf(name: &str) -> String {
    format!("REQUIRED FLOAT {name};")
}

fn leaf(name: &str, cell: Cell) -> String {
    match cell {
        Cell::Text(_) => text_leaf(name),
        Cell::Optional(_) => format!("OPTIONAL BINARY {name} (STRING);"),
        Cell::Texts(_) => {
            format!("REQUIRED GROUP {name} (LIST) {{ REPEATED GROUP list {{ REQUIRED BINARY element (STRING); }} }}")
        }
        Cell::Whole(_) => format!("REQUIRED INT32 {name};"),
        Cell::Number(_) => number_leaf(name),
    }
}

fn column(cell: Cell) -> Column {
    match cell {
        Cell::Text(_) => Column::text(),
        Cell::Optional(_) => Column::optional(),
        Cell::Texts(_) => Column::list(),
        Cell::Whole(_) => Column::Whole(Vec::new()),
        Cell::Number(_) => Column::Number(Vec::new()),
    }
}

/// Full rows.
pub(super) fn full(out: Whole, place: &Path, settings: Settings) -> Result<Columns, CorpusError> {
    let mut schema: String = FULL.iter().map(|(name, cell)| leaf(name, *cell)).collect();
    let mut columns: Vec<Column> = FULL.iter().map(|(_, cell)| column(*cell)).collect();
    if settings.images != ImageMode::None {
        schema += IMAGES;
        columns.extend([Column::optional_list(), Column::optional_list()]);
    }
    let schema = format!("message row {{ {schema} }}");
    let told = vec![told(&FULL, settings.images)];
    let table = Table::new(out, place, &schema, columns, &["scene", "task", "format", "answer_text"], told)?;
    Ok(Columns { table, settings, fill: fill_full, notes: Notes::new() })
}

#[expect(clippy::unnecessary_wraps, reason = "the other form passes rows over")]
fn fill_full(columns: &mut [Column], row: &Row, pictures: &[Picture], settings: Settings) -> Result<(), &'static str> {
    for (column, (_, cell)) in columns.iter_mut().zip(FULL) {
        match (cell, column) {
            (Cell::Text(of), column) => column.push([Some(of(row).as_bytes())]),
            (Cell::Optional(of), column) => column.push([of(row).as_deref().map(str::as_bytes)]),
            (Cell::Texts(of), column) => column.push(of(row).iter().map(|text| Some(text.as_bytes()))),
            (Cell::Whole(of), Column::Whole(numbers)) => numbers.push(of(row)),
            (Cell::Number(of), Column::Number(numbers)) => numbers.push(of(row)),
            // The columns are made of the cells.
            (Cell::Whole(_) | Cell::Number(_), _) => {}
        }
    }
    if settings.images != ImageMode::None {
        push_images(columns, FULL.len(), pictures, settings);
    }
    Ok(())
}

/// The pictures of a row, in two columns: bytes where they are embedded, and paths.
fn push_images(columns: &mut [Column], at: usize, pictures: &[Picture], settings: Settings) {
    let embeds = settings.images == ImageMode::Embed;
    columns[at].push(pictures.iter().map(|picture| embeds.then_some(picture.bytes.as_slice())));
    let paths: Vec<String> =
        if embeds { pictures.iter().map(|picture| picture.path.clone()).collect() } else { paths(pictures) };
    columns[at + 1].push(paths.iter().map(|path| Some(path.as_bytes())));
}

/// Rows for EasyR1 (`problem`, `answer`, `images`) and verl (`data_source`, `prompt`, `ability`, `reward_model`,
/// `extra_info`); `answer` and `reward_model.ground_truth` hold what the judge compares with, as JSON.
pub(super) fn rl(out: Whole, place: &Path, settings: Settings) -> Result<Columns, CorpusError> {
    let prompt = "REQUIRED GROUP prompt (LIST) { REPEATED GROUP list { REQUIRED GROUP element { \
         REQUIRED BINARY role (STRING); REQUIRED BINARY content (STRING); } } }";
    let mut schema = format!(
        "{} {prompt} {} {} {} REQUIRED GROUP reward_model {{ {} {} }} REQUIRED GROUP extra_info {{ {} {} {} {} }}",
        text_leaf("data_source"),
        text_leaf("problem"),
        text_leaf("answer"),
        text_leaf("ability"),
        text_leaf("style"),
        text_leaf("ground_truth"),
        text_leaf("split"),
        text_leaf("id"),
        text_leaf("scene"),
        number_leaf("difficulty"),
    );
    let mut columns = vec![Column::text(), Column::list(), Column::list()];
    columns.extend((0..8).map(|_| Column::text()));
    columns.push(Column::Number(Vec::new()));
    if settings.images != ImageMode::None {
        schema += IMAGES;
        columns.extend([Column::optional_list(), Column::optional_list()]);
    }
    let schema = format!("message row {{ {schema} }}");
    let told = vec![told(&[], settings.images)];
    let table = Table::new(out, place, &schema, columns, &["data_source", "ability"], told)?;
    Ok(Columns { table, settings, fill: fill_rl, notes: Notes::new() })
}

fn fill_rl(columns: &mut [Column], row: &Row, pictures: &[Picture], settings: Settings) -> Result<(), &'static str> {
    let truth = ground_truth(row).ok_or("passed over: an answer that no reply is compared with")?;
    let problem = prompt(row, pictures);
    let texts: [&str; 11] =
        ["isovist", "user", &problem, &problem, &truth, &row.task, "rule", &truth, settings.split, &row.id, &row.scene];
    for (column, text) in columns.iter_mut().zip(texts) {
        column.push([Some(text.as_bytes())]);
    }
    if let Some(Column::Number(numbers)) = columns.get_mut(texts.len()) {
        numbers.push(row.difficulty.unwrap_or(f32::NAN));
    }
    if settings.images != ImageMode::None {
        push_images(columns, texts.len() + 1, pictures, settings);
    }
    Ok(())
}
