//! `isovist score`: stored replies to a benchmark, under the rules of one harness or several.

use std::{
    error::Error,
    io::{BufWriter, Write as _, stdout},
    path::PathBuf,
};

use judge::benchmark::{Average, Benchmark, Profile, Rows, benchmark, benchmarks, differences, score};

/// Score stored replies to a benchmark as one harness or several would.
///
/// Reads JSON lines, lists and folders of them, the samples of lmms-eval, and tables of answers by id. Rows whose
/// request failed score nothing and stay in the mean.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScoreArgs {
    /// Which benchmark
    #[arg(value_parser = names())]
    benchmark: String,
    /// File or folder of replies
    replies: PathBuf,
    /// Right answers by id, a JSON object, for replies that stand apart from them
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
        "{:<16} {:>7} {:>15}  {:>7} {:>7} {:>7} {:>7}  version",
        "profile", "score", "95 %", "macro", "micro", "unread", "failed"
    )?;
    for scores in &sheet.profiles {
        let kind = if scores.headline == Average::Macro { "macro" } else { "micro" };
        writeln!(
            out,
            "{:<16} {:>7.2} {:>7.2}-{:<7.2}  {:>7.2} {:>7.2} {:>7} {:>7}  {} ({kind})",
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
    }
    Ok(out.flush()?)
}
