//! The dataset card: `README.md` with a YAML header, as dataset hubs read it.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use language::Format;

use crate::{
    CorpusError, Manifest, Place,
    audit::{self, Report},
    recipe::{Export, ImageMode},
};

/// Bounds of the size categories that dataset hubs use.
const SIZES: [(u64, &str); 8] = [
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
    (u64::MAX, "n>1B"),
];

/// The card's file.
const CARD: &str = "README.md";

/// Audits a corpus and writes its card; returns where, and the audit that it tells.
pub fn write<'a>(corpus: impl Into<Place<'a>>, manifest: &Manifest) -> Result<(PathBuf, Option<Report>), CorpusError> {
    let place = corpus.into();
    let report = audit::write(place, manifest)?;
    place.write(CARD, card(manifest, report.as_ref()).as_bytes())?;
    Ok((place.of(CARD), report))
}

/// How many rows stand in minimal pairs, where some should.
pub fn pairs(manifest: &Manifest) -> Option<String> {
    let wanted = manifest.recipe.balance.minimal_pairs;
    let rows: u64 = manifest.splits.values().map(|split| split.rows).sum();
    let paired: u64 = manifest.counts.paired.values().sum();
    let share = 100.0 * paired as f64 / rows.max(1) as f64;
    (wanted > 0.0)
        .then(|| format!("{paired} of {rows} rows in minimal pairs ({share:.1} %, {} % wanted)", 100.0 * wanted))
}

/// The card of a corpus, with what the blind audit found if it was run.
pub fn card(manifest: &Manifest, audit: Option<&Report>) -> String {
    let recipe = &manifest.recipe;
    let rows: u64 = manifest.splits.values().map(|split| split.rows).sum();
    let mut text = String::from("---\n");
    // Writing to a String cannot fail.
    let mut put = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    put(format!("pretty_name: {}", recipe.name));
    put(format!("license: {}", recipe.licence.as_deref().unwrap_or("other")));
    put("language:\n- en".into());
    put(format!(
        "task_categories:\n- {}",
        if recipe.output.images == ImageMode::None { "question-answering" } else { "visual-question-answering" }
    ));
    put("tags:\n- spatial-reasoning\n- 3d\n- isovist".into());
    let size = SIZES.iter().find(|(most, _)| rows < *most).map_or("n>1B", |(_, name)| name);
    put(format!("size_categories:\n- {size}"));
    // Tars have a loader of their own, and full rows as JSON have fields whose type changes with the task.
    let has_loader =
        |export: &&Export| !matches!(export, Export::Webdataset | Export::Hispatial | Export::Jsonl | Export::JsonlZst);
    // `datasets` reads all configurations of a card by one loader.
    let loader = |export: &&Export| (export.ending() != "parquet", export.ending());
    let (own, others): (Vec<&Export>, Vec<&Export>) = {
        let first = recipe.output.exports.iter().filter(has_loader).min_by_key(loader).map(|export| export.ending());
        recipe.output.exports.iter().filter(has_loader).partition(|export| Some(export.ending()) == first)
    };
    if !own.is_empty() {
        put("configs:".into());
    }
    for export in own {
        put(format!("- config_name: {}\n  data_files:", export.name()));
        for split in manifest.splits.keys() {
            put(format!("  - split: {split}\n    path: {}/{split}-*.{}", export.name(), export.ending()));
        }
    }
    put("---\n".into());
    put(format!("# {}\n", recipe.name));
    put(format!(
        "{rows} questions about {} scenes, each with an answer that follows from the scene's annotation within its stated \
         tolerance. Made by isovist {} with seed {} under profile `{}`; the same recipe gives the same bytes \
         (`manifest.json` has the recipe and the hash of every file).\n",
        manifest.splits.values().map(|split| split.scenes.len()).sum::<usize>(),
        manifest.engine,
        recipe.seed,
        recipe.profile
    ));
    for export in others {
        let (name, ending) = (export.name(), export.ending());
        let files = manifest.splits.keys().map(|split| format!("\"{split}\": \"{name}/{split}-*.{ending}\""));
        let files = files.collect::<Vec<_>>().join(", ");
        put(format!("`load_dataset(\"json\", data_files={{{files}}})` reads the export `{name}`.\n"));
    }
    put("## Splits\n\nNo scene is in two splits.\n\n| split | rows | scenes | files |\n|---|---:|---:|---:|".into());
    for (name, split) in &manifest.splits {
        put(format!("| {name} | {} | {} | {} |", split.rows, split.scenes.len(), split.files.len()));
    }
    put("\n## Tasks\n\n| task | free form | multiple choice | true or false | planned, not found |\n|---|---:|---:|---:|---:|".into());
    let of = |counts: Option<&BTreeMap<Format, u64>>, format| {
        counts.and_then(|counts| counts.get(&format)).copied().unwrap_or(0)
    };
    let mut tasks: Vec<&String> = manifest.counts.rows.keys().chain(manifest.counts.short.keys()).collect();
    tasks.sort();
    tasks.dedup();
    for task in tasks {
        let found = manifest.counts.rows.get(task);
        let counts =
            [Format::FreeForm, Format::MultipleChoice, Format::TrueFalse].map(|format| of(found, format).to_string());
        let short: u64 = manifest.counts.short.get(task).map_or(0, |counts| counts.values().sum());
        put(format!("| `{task}` | {} | {short} |", counts.join(" | ")));
    }
    if let Some(pairs) = pairs(manifest) {
        let by_task = manifest.counts.paired.iter().map(|(task, rows)| format!("`{task}` {rows}"));
        put(format!("\nIn minimal pairs, by task: {}. All: {pairs}.", by_task.collect::<Vec<_>>().join(", ")));
    }
    if !manifest.without.is_empty() {
        put(format!("\nTasks of the recipe that the scenes cannot ask: {}.", manifest.without.join(", ")));
    }
    if !manifest.exports.is_empty() {
        put("\n## What became of rows\n\n| where | what | number |\n|---|---|---:|".into());
        for (export, notes) in &manifest.exports {
            for (what, number) in notes {
                put(format!("| `{export}` | {what} | {number} |"));
            }
        }
    }
    put("\n## What a guesser scores without the scene\n".into());
    match audit {
        None => put("Not measured: no export of this corpus holds full rows.".into()),
        Some(report) => {
            put(format!(
                "The best of six guessers (position, words, prior of the named things, size, rank, length), trained on one half of \
                 {} rows and tested on the other; the limit is {} points above chance.\n",
                report.rows, report.limit_points
            ));
            put("| task | format | rows | chance | best | points above | by |\n|---|---|---:|---:|---:|---:|---|"
                .into());
            for (task, formats) in &report.scores {
                for (format, score) in formats {
                    put(format!(
                        "| `{task}` | {} | {} | {:.1} % | {:.1} % | {:+.1} ± {:.1} | {:?} |",
                        format.name(),
                        score.rows,
                        100.0 * score.chance,
                        100.0 * score.best,
                        score.points,
                        score.deviation_points,
                        score.by
                    ));
                }
            }
        }
    }
    if let Some(rewritten) = &manifest.rewritten {
        put(format!(
            "\n## Wording\n\nEach {} was given to `{}` to be worded anew; what no longer followed was refused.",
            rewritten.what, rewritten.model
        ));
    }
    put("\n## Sources\n\n| collection | licence | scenes |\n|---|---|---:|".into());
    let mut sources: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for scene in manifest.splits.values().flat_map(|split| split.scenes.values()) {
        *sources.entry((&scene.source, &scene.licence)).or_default() += 1;
    }
    for ((source, licence), scenes) in sources {
        put(format!("| {source} | {licence} | {scenes} |"));
    }
    text
}
