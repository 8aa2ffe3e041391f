//! A page of plots of what a corpus holds, from its manifest alone.

use std::{collections::BTreeMap, fmt::Write as _};

use plotters::prelude::*;

use crate::{CorpusError, Manifest};

const WIDTH_PX: u32 = 900;
/// Height of one bar with its gap, pixels.
const BAR_PX: u32 = 20;
/// Most bars of one plot; what is left is one bar.
const MOST_BARS: usize = 40;

/// The page.
pub fn page(manifest: &Manifest) -> Result<String, CorpusError> {
    let counts = &manifest.counts;
    let sum = |counts: &BTreeMap<_, u64>| counts.values().sum::<u64>();
    let tasks: Vec<(String, u64)> = counts.rows.iter().map(|(task, formats)| (task.clone(), sum(formats))).collect();
    let mut formats: BTreeMap<&str, u64> = BTreeMap::new();
    for (format, count) in counts.rows.values().flatten() {
        *formats.entry(format.name()).or_default() += count;
    }
    let formats = formats.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    let drawn = counts.drawn.iter().map(|(what, count)| (what.to_string(), *count)).collect();
    let mut sections = vec![
        ("Rows by task".to_owned(), bars(tasks)?),
        ("Rows by format".to_owned(), bars(formats)?),
        ("Draws by what became of them".to_owned(), bars(drawn)?),
    ];
    for (task, answers) in &counts.answers {
        let mut answers: Vec<(String, u64)> = answers.iter().map(|(answer, count)| (answer.clone(), *count)).collect();
        let number = |text: &str| text.trim_end_matches('°').parse::<f64>().ok();
        if answers.iter().all(|(answer, _)| number(answer).is_some()) {
            answers.sort_by(|a, b| number(&a.0).unwrap_or(0.0).total_cmp(&number(&b.0).unwrap_or(0.0)));
        }
        sections.push((format!("Answers of {task}"), bars(answers)?));
    }
    for (task, letters) in &counts.letters {
        let letters = letters.iter().map(|(letter, count)| (letter.clone(), *count)).collect();
        sections.push((format!("Letters and truths of {task}"), bars(letters)?));
    }
    let mut body = String::new();
    for (title, plot) in &sections {
        // Writing to a String cannot fail.
        let _ = writeln!(
            body,
            "<h2>{}</h2>
{plot}",
            escaped(title)
        );
    }
    let name = escaped(&manifest.recipe.name);
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{name}</title>\n<style>body {{ font-family: \
         sans-serif; max-width: {WIDTH_PX}px; margin: 2em auto; }} h2 {{ font-size: 1em; }}</style>\n<h1>{name}</h1>\n{body}</html>\n"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A horizontal bar chart as SVG.
fn bars(mut all: Vec<(String, u64)>) -> Result<String, CorpusError> {
    if all.len() > MOST_BARS {
        let rest: u64 = all[MOST_BARS - 1..].iter().map(|(_, count)| count).sum();
        all.truncate(MOST_BARS - 1);
        all.push(("others".to_owned(), rest));
    }
    let mut svg = String::new();
    let fault = |error: &dyn std::fmt::Display| CorpusError::Io(std::io::Error::other(format!("a plot: {error}")));
    {
        let height = BAR_PX * all.len() as u32 + 40;
        let area = SVGBackend::with_string(&mut svg, (WIDTH_PX, height)).into_drawing_area();
        let most = all.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
        let rows = i32::try_from(all.len().max(1)).unwrap_or(i32::MAX);
        let mut chart = ChartBuilder::on(&area)
            .margin(4)
            .x_label_area_size(24)
            .y_label_area_size(240)
            .build_cartesian_2d(0..most + most / 20 + 1, (0..rows).into_segmented())
            .map_err(|error| fault(&error))?;
        let label = |at: &SegmentValue<i32>| match at {
            SegmentValue::CenterOf(at) => {
                all.get((rows - 1 - at) as usize).map(|(name, _)| name.clone()).unwrap_or_default()
            }
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(all.len())
            .x_labels(6)
            .y_label_formatter(&label)
            .draw()
            .map_err(|error| fault(&error))?;
        let bar = |(at, (_, count)): (usize, &(String, u64))| {
            let row = rows - 1 - i32::try_from(at).unwrap_or(0);
            let mut bar = Rectangle::new(
                [(0, SegmentValue::Exact(row)), (*count, SegmentValue::Exact(row + 1))],
                RGBColor(70, 110, 170).filled(),
            );
            bar.set_margin(3, 3, 0, 0);
            bar
        };
        chart.draw_series(all.iter().enumerate().map(bar)).map_err(|error| fault(&error))?;
        area.present().map_err(|error| fault(&error))?;
    }
    Ok(svg)
}
