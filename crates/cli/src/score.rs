//! `isovist score`: stored replies to a benchmark, under the rules of one harness or several.

use std::{
    error::Error,
    io::{BufWriter, Write as _, stdout},
    path::PathBuf,
};

use judge::benchmark::{Average, Benchmark, Profile, Rows, benchmark, benchmarks, differences, score};

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
    /// File or folder of replies
    replies: PathBuf,
    /// Right answers by id, or the benchmark's published file or folder, for replies that stand apart from them
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Profiles; left out, all of the benchmark
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    profile: Vec<String>,
    /// Print the rows that profiles score differently and what each took for the answer, a JSON object a row
    #[arg(long)]
    diff: bool,
    /// Print the scores as JSON, tasks included
    #[arg(long, conflicts_with = "diff")]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist score blink saved_outputs/GPT4o
  isovist score blink saved_val_predictions/GPT4o.json --answers val_answers.json --profile official
  isovist score sqa3d replies.jsonl --answers SQA3D_test/ --profile leo
  isovist score vsi-bench samples_vsibench.jsonl --profile official,lmms-eval,vlmevalkit --diff";

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
    let profiles = known_profiles(benchmark, &args.profile)?;
    let rows = Rows::read(benchmark, &args.replies, args.answers.as_deref())?;
    for (reason, count) in &rows.passed_over {
        eprintln!("passed over: {count} of {reason}");
    }
    let sheet = score(benchmark, &rows.all, &profiles);
    let mut out = BufWriter::new(stdout().lock());
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&sheet)?)?;
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
