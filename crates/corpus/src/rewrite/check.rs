//! Whether a wording still says what the row says.

use language::{Format, PhraseBook};
use question::{Profile, Proof, Step};

use crate::{Row, Source, cot, export::judged, recipe::Style, row::Unlike};

/// Nothing was asked for: the answer alone.
pub(super) const NOTHING: &str = "nothing to reword";

/// Reasons of the engine; every other one is of whoever was asked.
const OWN: [&str; 12] = [
    "rewritten",
    NOTHING,
    "the same words",
    "several lines",
    "not understood",
    "another question",
    "another format",
    "not in the form of the recipe",
    "another answer",
    "a number that is not the proof's",
    "no proof",
    "empty",
];

/// Whether something came back, or nothing was asked for.
pub(super) fn is_said(what: &str) -> bool {
    OWN.contains(&what)
}

/// The question of a row without its options.
pub(super) fn stem(row: &Row) -> &str {
    match row.format {
        Format::MultipleChoice => row.text.split_once('\n').map_or(row.text.as_str(), |(stem, _)| stem),
        Format::FreeForm | Format::TrueFalse => &row.text,
    }
}

/// The row with a question that was worded anew, if it is read as the same question.
pub(super) fn question(book: &PhraseBook, source: &Source, row: &Row, reply: &str) -> Result<Row, &'static str> {
    let text = reply.trim();
    let before = stem(row);
    if text.is_empty() {
        return Err("empty");
    }
    if text.contains(['\n', '\r']) {
        return Err("several lines");
    }
    if text == before {
        return Err("the same words");
    }
    let whole = format!("{text}{}", &row.text[before.len()..]);
    row.read_back(book, &source.scene, &whole).map_err(|unlike| match unlike {
        Unlike::NotUnderstood(_) => "not understood",
        Unlike::Question => "another question",
        Unlike::Format => "another format",
    })?;
    Ok(Row { text: whole, ..row.clone() })
}

/// The row with a reasoning that was worded anew, if it ends in the row's answer and has no number but those that the row and
/// its proof have.
pub(super) fn reasoning(
    profile: &Profile,
    source: &Source,
    style: Style,
    row: &Row,
    reply: &str,
) -> Result<Row, &'static str> {
    let text = reply.trim();
    let before = row.reasoning.as_deref().unwrap_or_default();
    if text.is_empty() {
        return Err("empty");
    }
    if text == before {
        return Err("the same words");
    }
    let last_line = || text.lines().last().and_then(|line| line.strip_prefix("Answer:"));
    let is_right = match style {
        Style::Think | Style::Grounded => cot::sections(text).map(|(_, answer)| is_the_answer(row, answer)),
        Style::Steps => last_line().map(|answer| is_the_answer(row, answer)),
        Style::None | Style::Short => Some(says_the_answer(row, text)),
    };
    if !is_right.ok_or("not in the form of the recipe")? {
        return Err("another answer");
    }
    let proof = row.proof_in(source, profile).ok_or("no proof")?;
    let mut known: Vec<f64> = Vec::new();
    known_numbers(&proof, &mut known);
    // What the row says itself is told from the proof or given by the question.
    let said: Vec<String> = [before, &row.text, &row.answer_text]
        .iter()
        .flat_map(|text| numbers(text))
        .map(|(word, _)| word.to_owned())
        .collect();
    let is_known = |(word, is_ordinal): (&str, bool)| {
        let decimals = word.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        is_ordinal
            || said.iter().any(|known| known == word)
            || known.iter().any(|known| format!("{:.decimals$}", known.abs()) == word)
    };
    if !numbers(text).into_iter().all(is_known) {
        return Err("a number that is not the proof's");
    }
    Ok(Row { reasoning: Some(text.to_owned()), ..row.clone() })
}

/// The numbers of a proof, those of what its descriptions mean too.
fn known_numbers(proof: &Proof, known: &mut Vec<f64>) {
    for step in &proof.steps {
        match step {
            Step::Resolve { by: Some(by), .. } => known_numbers(by, known),
            Step::Measure { value, lo, hi, .. } | Step::Combine { value, lo, hi, .. } => {
                known.extend([*value, *lo, *hi]);
            }
            Step::Compare { margin, .. } | Step::Sector { margin, .. } => known.push(*margin),
            Step::Count { of, tests, value } => {
                known.extend([f64::from(*value), tests.len() as f64]);
                if let Some(Step::Resolve { objects, .. }) = proof.steps.get(*of) {
                    known.push(objects.len() as f64);
                }
            }
            _ => {}
        }
    }
}

/// Whether a section that holds the answer alone has the row's.
fn is_the_answer(row: &Row, answer: &str) -> bool {
    cot::words(answer).eq(cot::words(&row.answer_text))
}

/// Whether a sentence has the row's answer, in its words and as the judge reads it.
fn says_the_answer(row: &Row, sentence: &str) -> bool {
    let (said, wanted) = (cot::words(sentence).collect::<Vec<_>>(), cot::words(&row.answer_text).collect::<Vec<_>>());
    if wanted.is_empty() || !said.windows(wanted.len()).any(|run| run == wanted) {
        return false;
    }
    let Some(preset) = judge::reward::preset("isovist") else { return false };
    match judge::row::judge(preset, &judged(row, sentence)) {
        Ok(judgement) => judgement.reward.components.get("accuracy").is_some_and(|part| part.score > 1.0 - 1e-9),
        // Of a kind that no reply is read for.
        Err(_) => true,
    }
}

/// The numbers of a text without their signs, and whether each only numbers a step: `Step 3`, or `3.` or `3)` at the beginning
/// of a line or of the thinking.
fn numbers(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        let whole = at;
        if at + 1 < bytes.len() && bytes[at] == b'.' && bytes[at + 1].is_ascii_digit() {
            at += 1;
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
        }
        let line = text[..start].rsplit('\n').next().unwrap_or_default();
        let before = line.trim_end();
        let begins = matches!(before.trim(), "" | "<think>") && matches!(bytes.get(at), Some(b'.' | b')' | b':'));
        let is_step = before.len() >= 4
            && before.is_char_boundary(before.len() - 4)
            && before[before.len() - 4..].eq_ignore_ascii_case("step");
        found.push((&text[start..at], at == whole && at - start <= 2 && (begins || is_step)));
    }
    found
}

#[cfg(test)]
mod tests {
    use question::{example_scene, task};

    use super::*;
    use crate::{Drawing, drawing::Tally};

    fn rows(name: &str) -> (Source, Vec<Row>) {
        let task = task(name).unwrap();
        let source = Source::from(example_scene(task).unwrap());
        let drawing = Drawing {
            book: PhraseBook::builtin().unwrap(),
            profile: question::profile("isovist").unwrap(),
            seed: 1,
            proofs: true,
        };
        let formats = [Format::FreeForm, Format::MultipleChoice, Format::TrueFalse];
        let mut sources = vec![source];
        let rows = drawing.rows(&sources, task, &formats, 30, &mut Tally::new());
        (sources.pop().unwrap(), rows)
    }

    #[test]
    fn numbers_are_found_with_what_they_number() {
        assert_eq!(
            numbers("Step 1: 2.10 m, -3 or 4.\n2) 1.5.6"),
            [("1", true), ("2.10", false), ("3", false), ("4", false), ("2", true), ("1.5", false), ("6", false)]
        );
        assert_eq!(numbers("é1 ☃ 2"), [("1", false), ("2", false)]);
    }

    #[test]
    fn another_phrase_of_the_book_is_taken_and_everything_else_refused() {
        let book = PhraseBook::builtin().unwrap();
        let (source, rows) = rows("absolute_distance");
        let mut taken = 0;
        for row in &rows {
            let of = |reply: &str| question(book, &source, row, reply);
            assert_eq!(of(stem(row)), Err("the same words"));
            assert_eq!(of("  \n"), Err("empty"));
            assert_eq!(of("What is\nthat?"), Err("several lines"));
            assert_eq!(of("Is it far from here to there?"), Err("not understood"));
            let parsed = book.parse(&source.scene, &row.text).unwrap();
            let fillings = &parsed.fillings;
            let task = task("absolute_distance").unwrap();
            let other =
                (0..8).filter_map(|phrase| book.ask(task, fillings, phrase)).find(|text| text != stem(row)).unwrap();
            match of(&other) {
                Ok(new) => {
                    assert!(new.text.starts_with(&other) && row.format != Format::TrueFalse);
                    assert_eq!((new.options, new.answer), (row.options.clone(), row.answer.clone()));
                    taken += 1;
                }
                Err(why) => assert!(row.format == Format::TrueFalse && why != "not understood", "{why}: {other}"),
            }
            if row.format == Format::FreeForm {
                assert_eq!(of("How many chairs are there?"), Err("another question"));
            }
        }
        assert!(taken >= 5, "{taken}");
    }

    #[test]
    fn reasoning_with_another_number_or_answer_is_refused() {
        let profile = question::profile("isovist").unwrap();
        let (source, rows) = rows("absolute_distance");
        for row in rows {
            let Some(Step::Measure { value, .. }) = row.proof.as_ref().and_then(|proof| {
                proof.steps.iter().find(|step| matches!(step, Step::Measure { witness: Some(_), .. }))
            }) else {
                continue;
            };
            let think = |thought: &str, answer: &str| format!("<think>{thought}</think><answer>{answer}</answer>");
            let of = |style: Style, reply: &str| {
                let row = Row { reasoning: Some(think("So it is.", &row.answer_text)), ..row.clone() };
                reasoning(profile, &source, style, &row, reply).map(|row| row.reasoning.unwrap())
            };
            let good = think(&format!("1. The gap is {value:.2} m, or {value:.1} m roughly."), &row.answer_text);
            assert_eq!(of(Style::Think, &good), Ok(good.clone()));
            assert_eq!(of(Style::Think, &think("So it is.", &row.answer_text)), Err("the same words"));
            assert_eq!(of(Style::Think, &good.replace("</think>", "")), Err("not in the form of the recipe"));
            assert_eq!(of(Style::Steps, &good), Err("not in the form of the recipe"));
            let wrong = if row.format == Format::TrueFalse { "perhaps" } else { "77.7 m" };
            assert_eq!(of(Style::Think, &think("So it is.", wrong)), Err("another answer"));
            let other = think(&format!("The gap is {:.3} m.", value + 0.777), &row.answer_text);
            assert_eq!(of(Style::Think, &other), Err("a number that is not the proof's"));
            let short = format!("It comes to {}.", row.answer_text);
            if row.format == Format::FreeForm {
                assert_eq!(of(Style::Short, &short), Ok(short.clone()));
                assert_eq!(of(Style::Short, "It comes to 77.7 m."), Err("another answer"));
            }
            let no = Row { answer_text: "no".into(), ..row.clone() };
            assert_eq!(reasoning(profile, &source, Style::Think, &no, &think("So.", "no idea")), Err("another answer"));
            let steps = format!("Step 1: It is {value:.2} m.\nAnswer: {}", row.answer_text);
            assert_eq!(of(Style::Steps, &steps), Ok(steps.clone()));
        }
    }
}
