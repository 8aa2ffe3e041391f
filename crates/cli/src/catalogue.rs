//! `isovist catalogue`: what can be asked, as data.

use std::{
    error::Error,
    io::{Write as _, stdout},
};

use question::{ReasonCode, catalogue, profiles, relation::relations};

/// List task types, profiles, relations and reason codes.
#[derive(Debug, clap::Args)]
pub(crate) struct CatalogueArgs {
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Print the page of the documentation
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

/// Runs the command.
pub(crate) fn run(args: &CatalogueArgs) -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    if args.json {
        let relations: serde_json::Map<String, serde_json::Value> = relations()
            .map(|(name, relation)| Ok((name.to_owned(), serde_json::to_value(relation)?)))
            .collect::<Result<_, serde_json::Error>>()?;
        let reasons: Vec<_> =
            ReasonCode::ALL.iter().map(|code| serde_json::json!({ "code": code, "summary": code.summary() })).collect();
        let all = serde_json::json!({
            "tasks": catalogue(), "profiles": profiles(), "relations": relations, "reasons": reasons
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
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
    let mut page = String::from("# What can be asked\n\nWritten by `isovist catalogue --markdown`.\n\n## Tasks\n\n");
    page += "| task | family | level | what is asked | for example | answer |\n|---|---|---|---|---|---|\n";
    for task in catalogue() {
        let cells = [
            &task.name,
            &task.family,
            &task.level.to_string(),
            &task.summary,
            &task.example.text,
            &task.example.answer,
        ];
        page += &format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|").replace('\n', " ")).join(" | "));
    }
    page += "\n## Profiles\n\n| profile | what it is |\n|---|---|\n";
    for profile in profiles() {
        page += &format!("| {} | {} |\n", profile.name, profile.summary);
    }
    page += "\n## Relations\n\n| relation | what it means |\n|---|---|\n";
    for (name, relation) in relations() {
        page += &format!("| {name} | {} |\n", relation.summary);
    }
    page += "\n## Reasons without a certain answer\n\n| code | meaning |\n|---|---|\n";
    for code in ReasonCode::ALL {
        page += &format!("| {code} | {} |\n", code.summary());
    }
    page
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
