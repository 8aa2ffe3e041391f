//! `isovist catalogue`: what can be asked, as data.

use std::{
    error::Error,
    io::{Write as _, stdout},
};

use question::{
    ReasonCode, catalogue,
    catalogue::{Example, everything},
    profiles,
    relation::relations,
};

use crate::verbs;

/// List task types, profiles, relations and reason codes.
#[derive(Debug, clap::Args)]
pub(crate) struct CatalogueArgs {
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Print the page of the documentation
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Do everything that can be done with each task in each format (generate, validate, answer, prove, word, parse,
    /// explain, export), and print the table; with `--json`, as JSON
    #[arg(long, conflicts_with = "markdown")]
    verbs: bool,
}

/// Runs the command.
pub(crate) fn run(args: &CatalogueArgs) -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    if args.verbs {
        let lines = verbs::lines()?;
        if args.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&lines)?)?;
        } else {
            writeln!(out, "{}", verbs::table(&lines))?;
        }
        let lacking = lines.iter().filter(|line| line.is_lacking()).count();
        if lacking > 0 {
            return Err(
                format!("{lacking} rows of the table have an empty cell (hint: report it with the table)").into()
            );
        }
    } else if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&everything()?)?)?;
    } else if args.markdown {
        write!(out, "{}", markdown())?;
    } else {
        for task in catalogue() {
            writeln!(out, "{:<28} {:<12} level {}  {}", task.name, task.family, task.level, task.summary)?;
        }
    }
    Ok(())
}

/// The page `docs/catalogue.md`.
fn markdown() -> String {
    let tasks = catalogue().iter().map(|task| {
        let Example { text, answer, .. } = &task.example;
        row(&[&task.name, &task.family, &task.level.to_string(), &task.summary, text, answer])
    });
    let profiles = profiles().iter().map(|profile| row(&[&profile.name, &profile.summary]));
    let relations = relations().map(|(name, relation)| row(&[name, &relation.summary]));
    let reasons = ReasonCode::ALL.iter().map(|code| row(&[code.as_str(), code.summary()]));
    [
        "# What can be asked\n\nWritten by `isovist catalogue --markdown`.\n".to_owned(),
        table("Tasks", &["task", "family", "level", "what is asked", "for example", "answer"], tasks),
        table("Profiles", &["profile", "what it is"], profiles),
        table("Relations", &["relation", "what it means"], relations),
        table("Reasons without a certain answer", &["code", "meaning"], reasons),
    ]
    .join("\n")
}

fn table(title: &str, head: &[&str], rows: impl Iterator<Item = String>) -> String {
    let rule = row(&vec!["---"; head.len()]);
    format!("## {title}\n\n{}\n{rule}\n{}\n", row(head), rows.collect::<Vec<_>>().join("\n"))
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
    format!("| {} |", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_documentation_page_is_in_step() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/catalogue.md");
        let page = std::fs::read_to_string(path).expect("docs/catalogue.md");
        assert_eq!(page, super::markdown(), "write it anew: isovist catalogue --markdown > docs/catalogue.md");
    }
}
