//! `isovist score`: stored replies to a benchmark, under the rules of one harness or several.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{BufWriter, Write, stdout},
    path::{Path, PathBuf},
};

use judge::benchmark::{Average, Benchmark, Profile, Rows, Sheet, benchmark, benchmarks, differences, score};

/// Score stored replies to a benchmark as one harness or several would.
///
/// Reads JSON lines, lists and folders of them, tables parted by tabs or commas, the samples of lmms-eval, and answers
/// by id. Rows whose request failed score nothing and stay in the mean.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScoreArgs {
    /// Which benchmark
    #[arg(value_parser = names())]
    benchmark: String,
    /// File or folder of replies; `-`: standard input, of JSON
    #[arg(required_unless_present = "fields")]
    replies: Option<PathBuf>,
    /// Print the names under which files may have what is needed, the groups and the profiles, instead
    #[arg(long, conflicts_with_all = ["replies", "answers", "profile", "diff"])]
    fields: bool,
    /// Right answers by id, or the benchmark's published file or folder, for replies that stand apart from them
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Profiles; left out, all of the benchmark
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    profile: Vec<String>,
    /// Print the rows that profiles score differently and what each took for the answer, a JSON object a row
    #[arg(long)]
    diff: bool,
    /// Print the scores as JSON, tasks included; with `--fields`, the benchmark as data
    #[arg(long, conflicts_with = "diff")]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist score vsi-bench --fields
  isovist score blink saved_outputs/GPT4o
  isovist score blink saved_val_predictions/GPT4o.json --answers val_answers.json --profile official
  isovist score sqa3d replies.jsonl --answers SQA3D_test/ --profile leo
  isovist score vsi-bench samples_vsibench.jsonl --profile official,lmms-eval,vlmevalkit --diff";

/// What is printed as JSON.
#[derive(serde::Serialize)]
struct Told<'s> {
    /// What is no part of the scores, by reason, as questions without a reply.
    passed_over: &'s BTreeMap<String, usize>,
    #[serde(flatten)]
    sheet: &'s Sheet,
}

fn names() -> Vec<&'static str> {
    benchmarks().iter().map(|benchmark| benchmark.name.as_str()).collect()
}

/// The profiles of these names, or all.
fn known_profiles<'b>(benchmark: &'b Benchmark, names: &[String]) -> Result<Vec<&'b Profile>, String> {
    if names.is_empty() {
        return Ok(benchmark.profile.iter().collect());
    }
    let known = || benchmark.profile.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>().join(", ");
    let find = |name: &String| {
        let unknown = || format!("--profile: {} has no profile {name:?} (hint: one of {})", benchmark.name, known());
        benchmark.profile(name).ok_or_else(unknown)
    };
    names.iter().map(find).collect()
}

/// Runs the command.
pub(crate) fn run(args: &ScoreArgs) -> Result<(), Box<dyn Error>> {
    let benchmark = benchmark(&args.benchmark).ok_or("the benchmark is not built in")?;
    let Some(replies) = &args.replies else {
        let mut out = BufWriter::new(stdout().lock());
        if args.json {
            writeln!(out, "{}", serde_json::to_string_pretty(benchmark)?)?;
        } else {
            fields(benchmark, &mut out)?;
        }
        return Ok(out.flush()?);
    };
    let profiles = known_profiles(benchmark, &args.profile)?;
    let replies = if replies.as_os_str() == "-" { Path::new("/dev/stdin") } else { replies };
    let rows = Rows::read(benchmark, replies, args.answers.as_deref())?;
    for (reason, count) in &rows.passed_over {
        eprintln!("passed over: {count} of {reason}");
    }
    let sheet = score(benchmark, &rows.all, &profiles);
    let mut out = BufWriter::new(stdout().lock());
    if args.json {
        let told = Told { passed_over: &rows.passed_over, sheet: &sheet };
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
        return Ok(out.flush()?);
    }
    if args.diff {
        let differences = differences(&sheet, &rows.all);
        for difference in &differences {
            writeln!(out, "{}", serde_json::to_string(difference)?)?;
        }
        out.flush()?;
        eprintln!("{} of {} rows differ", differences.len(), rows.all.len());
        return Ok(());
    }
    writeln!(out, "{}: {} rows", benchmark.title, rows.all.len())?;
    writeln!(
        out,
        "{:<22} {:>7} {:>15}  {:>7} {:>7} {:>7} {:>7}  version",
        "profile", "score", "95 %", "macro", "micro", "unread", "failed"
    )?;
    for scores in &sheet.profiles {
        if scores.rows == 0 {
            writeln!(out, "{:<22} covers none of these rows", scores.profile)?;
            continue;
        }
        let kind = if scores.headline == Average::Macro { "macro" } else { "micro" };
        writeln!(
            out,
            "{:<22} {:>7.2} {:>7.2}-{:<7.2}  {:>7.2} {:>7.2} {:>7} {:>7}  {} ({kind})",
            scores.profile,
            100.0 * scores.score(),
            100.0 * scores.interval.lo,
            100.0 * scores.interval.hi,
            100.0 * scores.macro_mean,
            100.0 * scores.micro,
            scores.unread,
            scores.failed,
            scores.version,
        )?;
        let measures: Vec<String> =
            (scores.measures.iter()).map(|of| format!("{} {:.2}", of.name, 100.0 * of.score)).collect();
        if !measures.is_empty() {
            writeln!(out, "{:<22} {}", "", measures.join(", "))?;
        }
        if scores.rows != rows.all.len() || scores.counted != scores.rows {
            writeln!(out, "{:<22} covers {} rows, counted as {}", "", scores.rows, scores.counted)?;
        }
    }
    Ok(out.flush()?)
}

/// What files of the benchmark may call things, its groups and its profiles.
fn fields(benchmark: &Benchmark, out: &mut dyn Write) -> std::io::Result<()> {
    let id =
        if benchmark.id_of.is_empty() { "the row's place, from 0".to_owned() } else { benchmark.id_of.join(" and ") };
    writeln!(out, "{}", benchmark.title)?;
    writeln!(out, "\nfields, each under one of its names; a full stop goes into an object or a list:")?;
    let mut put = |name: &str, words: &str| match words {
        "" => Ok(()),
        words => writeln!(out, "  {name:<16} {words}"),
    };
    put("id", &format!("{}; without one: {id}", benchmark.id.join(", ")))?;
    for (name, names) in [
        ("reply", &benchmark.reply),
        ("right answer", &benchmark.truth),
        ("as its words", &benchmark.truth_in_words),
        ("its unit", &benchmark.unit),
        ("options", &benchmark.options),
        ("recorded answer", &benchmark.recorded),
        ("ranked answers", &benchmark.ranked),
        ("scene", &benchmark.scene),
        ("picture's width", &benchmark.width),
        ("picture's height", &benchmark.height),
        ("overlap of boxes", &benchmark.overlap),
    ] {
        put(name, &names.join(", "))?;
    }
    if !benchmark.option_each.is_empty() {
        put("or of an option", &format!("{}, all that there are", benchmark.option_each.join(", ")))?;
    }
    put("failed request", &format!("a null reply, \"failed\": true, or {}", benchmark.failed.join(", ")))?;
    if let Some(only) = &benchmark.only {
        put("rows that count", &format!("{} is {}", only.field.join(", "), only.is.join(" or ")))?;
    }
    if let Some(split) = &benchmark.split {
        put("split", &format!("{split}, of a file with several"))?;
    }
    writeln!(out, "\ngroups, by one of these fields:")?;
    for grouping in &benchmark.grouping {
        let by = if grouping.field.is_empty() { "all rows".to_owned() } else { grouping.field.join(", ") };
        let without = grouping.otherwise.as_ref().filter(|_| !grouping.field.is_empty());
        let without = without.map(|group| format!("; without one: {group}")).unwrap_or_default();
        writeln!(out, "  {:<16} {by}{without}", grouping.name)?;
        if !grouping.known.is_empty() {
            writeln!(out, "  {:<16} one of {}", "", grouping.known.join(", "))?;
        }
    }
    writeln!(out, "\nprofiles:")?;
    for profile in &benchmark.profile {
        writeln!(out, "  {:<22} {}", profile.name, profile.version)?;
        if !profile.note.is_empty() {
            writeln!(out, "  {:<22} {}", "", profile.note)?;
        }
    }
    Ok(())
}
