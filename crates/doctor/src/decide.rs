//! Which fix explains the data, and how sure that is.

use scene::{Draw, Scene};

use crate::{
    candidates::{Candidate, candidates, not_examined},
    case::Case,
    diagnosis::{CONFIDENCE, Diagnosis, Finding, KindReport, Rival, Score, Status},
    evidence::{Evidence, Of, available, evidence, floor_level, ratio_to_usual},
    fix::Fix,
    kind::FaultKind,
    picture::FramePictures,
};

/// By how much the summed scores must rise for a fault to be named.
const LEAST_GAIN: f64 = 0.25;
/// In how many resamplings they must rise.
const SURE: f64 = 0.95;
/// Sums that differ by less are as good.
const EQUAL: f64 = 0.02;
/// Sums that fall by less leave a kind undecidable.
const SAME: f64 = 0.05;
/// Resamplings of the evidence.
const RESAMPLINGS: usize = 200;
/// Share of resamplings from which on another kind is a rival.
const RIVAL: f64 = 0.1;
/// Sums that are lower by more do not win a resampling.
const REACH: f64 = 0.5;
/// Most faults that are undone one after the other.
const MOST_FAULTS: usize = 3;
/// Relative evidence below this contradicts itself.
const CONTRADICTS: f64 = 0.5;

/// A candidate with its evidence.
struct Tried {
    candidate: Candidate,
    case: Case,
    evidence: Vec<Evidence>,
    total: f64,
}

/// Examines a scene with the images of its frames, one entry a frame ([`crate::load_pictures`]); empty where there are
/// none.
pub fn examine(scene: &Scene, pictures: Vec<FramePictures>) -> Diagnosis {
    let first = Case::new(scene, pictures);
    let of = available(&first);
    let start = evidence(&first, &of, None);
    let mut work = Work { case: first.clone(), now: start.clone(), findings: Vec::new() };
    let mut last = work.undo_all(&of);
    // What was estimated while other faults were there is estimated anew without them.
    let fitted = work.findings.iter().position(|(_, cost)| *cost > 0.0);
    if let Some(at) = fitted.filter(|_| work.findings.len() > 1)
        && let Some(others) = Work::without(&first, &of, &work.findings, at)
    {
        let mut again = others;
        let last_again = again.undo_all(&of);
        if total(&again.now, 0.0) >= total(&work.now, 0.0) - EQUAL {
            (work, last) = (again, last_again);
        }
    }
    let Work { case, now, findings } = work;
    let findings: Vec<Finding> = findings.into_iter().map(|(finding, _)| finding).collect();
    let total_now = total(&now, 0.0);
    let kinds = FaultKind::ALL.map(|kind| {
        let found = findings.iter().any(|finding| finding.kind == kind);
        let status = if found { Status::Found } else { status(kind, &case, &of, total_now, &last) };
        KindReport { kind, status }
    });
    Diagnosis {
        scene: scene.id().to_owned(),
        unexplained: unexplained(&now, &findings),
        up: up(&findings, &now, &kinds),
        scale: scale(&case, &findings, &now),
        kinds: kinds.to_vec(),
        evidence: scores(&start, &now),
        findings,
        confidence_is: CONFIDENCE,
    }
}

/// A case while its faults are undone.
struct Work {
    case: Case,
    now: Vec<Evidence>,
    /// What was undone, and the cost of its estimated numbers.
    findings: Vec<(Finding, f64)>,
}

impl Work {
    /// Undoes fault after fault; what was tried in vain in the end.
    fn undo_all(&mut self, of: &[Of]) -> Vec<Tried> {
        loop {
            let tried = tried(&self.case, of, &self.now);
            let room = self.findings.len() < MOST_FAULTS;
            let Some((finding, at)) = named(of, &self.now, &tried).filter(|_| room) else { return tried };
            // What is named twice does not settle.
            if self.findings.iter().any(|(earlier, _)| earlier.kind == finding.kind) {
                return tried;
            }
            // What cannot be decided is not undone.
            let stop = finding.is_undecidable();
            self.findings.push((finding, tried[at].candidate.cost));
            if stop {
                return tried;
            }
            (self.case, self.now) = (tried[at].case.clone(), tried[at].evidence.clone());
        }
    }

    /// The first case with all findings undone but one.
    fn without(first: &Case, of: &[Of], findings: &[(Finding, f64)], left_out: usize) -> Option<Self> {
        let mut work = Self { case: first.clone(), now: evidence(first, of, None), findings: Vec::new() };
        for (_, (finding, cost)) in findings.iter().enumerate().filter(|(at, _)| *at != left_out) {
            if finding.is_undecidable() {
                return None;
            }
            work.case = finding.fix.apply(&work.case)?;
            let after = evidence(&work.case, of, None);
            let finding = Finding { evidence: scores(&work.now, &after), ..finding.clone() };
            work.findings.push((finding, *cost));
            work.now = after;
        }
        Some(work)
    }
}

fn total(evidence: &[Evidence], cost: f64) -> f64 {
    evidence.iter().map(|e| e.score() * e.of.name_weight().1).sum::<f64>() - cost
}

/// Every candidate that changes something, scored.
fn tried(case: &Case, of: &[Of], now: &[Evidence]) -> Vec<Tried> {
    let try_one = |candidate: Candidate| {
        let changed = candidate.fix.apply(case).filter(|changed| !changed.is_as(case))?;
        let before = candidate.fix.is_of_world().then_some(now);
        let evidence = evidence(&changed, of, before);
        let total = total(&evidence, candidate.cost);
        Some(Tried { candidate, case: changed, evidence, total })
    };
    candidates(case, of).into_iter().filter_map(try_one).collect()
}

fn scores(before: &[Evidence], after: &[Evidence]) -> Vec<Score> {
    let score = |(before, after): (&Evidence, &Evidence)| Score {
        evidence: before.of.name_weight().0,
        before: before.score(),
        after: after.score(),
    };
    before.iter().zip(after).map(score).collect()
}

/// Weights of the units of each kind of evidence in one resampling: how often each is drawn.
fn resampled(evidence: &[Evidence], index: u64) -> Vec<Vec<f64>> {
    let weights = |e: &Evidence| {
        let mut draw = Draw::new(0, &["doctor", e.of.name_weight().0], index);
        let mut weights = vec![0.0; e.units.len()];
        for _ in 0..e.units.len() {
            weights[draw.below(e.units.len())] += 1.0;
        }
        weights
    };
    evidence.iter().map(weights).collect()
}

fn resampled_total(evidence: &[Evidence], weights: &[Vec<f64>], cost: f64) -> f64 {
    let score = |(e, w): (&Evidence, &Vec<f64>)| e.weighted(|at| w[at]) * e.of.name_weight().1;
    evidence.iter().zip(weights).map(score).sum::<f64>() - cost
}

/// The fault that explains the data, with its position; `None` where no fault does clearly better than none.
fn named(of: &[Of], now: &[Evidence], tried: &[Tried]) -> Option<(Finding, usize)> {
    let before = total(now, 0.0);
    let mut best = (0..tried.len()).reduce(|best, at| if tried[at].total > tried[best].total { at } else { best })?;
    if tried[best].total - before < LEAST_GAIN {
        return None;
    }
    // A fault that is there besides the best is no rival of it. What is estimated waits for what is not, since the
    // estimate is better afterwards.
    let mut besides = companions(of, before, tried, best);
    if tried[best].candidate.cost > 0.0
        && let Some(first) = besides
            .iter()
            .copied()
            .filter(|at| tried[*at].candidate.cost <= 0.0 && tried[*at].total - before >= LEAST_GAIN)
            .max_by(|a, b| tried[*a].total.total_cmp(&tried[*b].total))
    {
        besides = companions(of, before, tried, first);
        best = first;
    }
    let chosen = &tried[best];
    let within = |at: &usize| *at != best && tried[*at].total > chosen.total - REACH;
    let rivals: Vec<usize> = (0..tried.len()).filter(|at| within(at) && !besides.contains(at)).collect();
    let (mut beats_none, mut beats_all) = (0, 0);
    let mut lost_to = vec![0usize; rivals.len()];
    for index in 0..RESAMPLINGS {
        let weights = resampled(now, index as u64);
        let none = resampled_total(now, &weights, 0.0);
        let mine = resampled_total(&chosen.evidence, &weights, chosen.candidate.cost);
        let mut wins = mine > none;
        beats_none += usize::from(wins);
        for (lost, at) in lost_to.iter_mut().zip(&rivals) {
            let other = &tried[*at];
            if resampled_total(&other.evidence, &weights, other.candidate.cost) > mine - EQUAL {
                *lost += 1;
                wins &= other.candidate.kind == chosen.candidate.kind;
            }
        }
        beats_all += usize::from(wins);
    }
    let share = |count: usize| count as f64 / RESAMPLINGS as f64;
    if share(beats_none) < SURE {
        return None;
    }
    let rival = |(at, lost): (&usize, &usize)| {
        let Candidate { kind, words, fix, .. } = tried[*at].candidate.clone();
        let other_kind = kind != chosen.candidate.kind;
        // Of the same kind only what is truly as good is worth a word.
        let as_good = tried[*at].total > chosen.total - EQUAL;
        (if other_kind { share(*lost) > RIVAL } else { as_good }).then_some(Rival { kind, words, fix })
    };
    let finding = Finding {
        kind: chosen.candidate.kind,
        words: chosen.candidate.words.clone(),
        confidence: share(beats_all),
        fix: chosen.candidate.fix.clone(),
        evidence: scores(now, &chosen.evidence),
        rivals: rivals.iter().zip(&lost_to).filter_map(rival).collect(),
    };
    Some((finding, best))
}

/// Candidates of other kinds whose fix is as much of a gain once that of `best` is made.
fn companions(of: &[Of], before: f64, tried: &[Tried], best: usize) -> Vec<usize> {
    let chosen = &tried[best];
    let is_companion = |at: &usize| {
        let other = &tried[*at];
        let gain = other.total - before;
        if other.candidate.kind == chosen.candidate.kind || gain < LEAST_GAIN / 2.0 {
            return false;
        }
        other.candidate.fix.apply(&chosen.case).is_some_and(|both| {
            let evidence = evidence(&both, of, None);
            total(&evidence, chosen.candidate.cost + other.candidate.cost) - chosen.total > gain / 2.0
        })
    };
    (0..tried.len()).filter(is_companion).collect()
}

/// What is known of a kind that was not found.
fn status(kind: FaultKind, case: &Case, of: &[Of], now: f64, tried: &[Tried]) -> Status {
    if let Some(reason) = not_examined(kind, case, of) {
        return Status::NotExamined { reason: reason.to_owned() };
    }
    let of_kind = tried.iter().filter(|tried| tried.candidate.kind == kind);
    match of_kind.max_by(|a, b| a.total.total_cmp(&b.total)) {
        Some(best) if now - best.total < SAME => Status::Undecidable { like: best.candidate.words.clone() },
        Some(best) => Status::Excluded { margin: now - best.total },
        // Sizes that agree leave nothing to try.
        None => Status::Excluded { margin: now },
    }
}

fn unexplained(now: &[Evidence], findings: &[Finding]) -> Vec<String> {
    if findings.iter().any(Finding::is_undecidable) {
        return Vec::new();
    }
    let contradicts = now.iter().filter(|e| e.of.is_relative() && e.of != Of::Tight && e.score() < CONTRADICTS);
    let words = |e: &Evidence| {
        format!("{}: only {:.2} agree, and no single known fault explains it", e.of.name_weight().0, e.score())
    };
    contradicts.map(words).collect()
}

fn score_of(now: &[Evidence], of: Of) -> Option<f64> {
    now.iter().find(|e| e.of == of).map(Evidence::score)
}

/// Which way is up in the data as given.
fn up(findings: &[Finding], now: &[Evidence], kinds: &[KindReport]) -> Option<String> {
    let says: Vec<String> = [Of::Support, Of::Floor, Of::CamerasUpright]
        .into_iter()
        .filter_map(|of| Some(format!("{} {:.2}", of.name_weight().0, score_of(now, of)?)))
        .collect();
    let turned = findings.iter().find_map(|finding| finding.words.rsplit_once("up is "));
    let up = turned.map_or("+z", |(_, up)| up);
    score_of(now, Of::Support).or(score_of(now, Of::Floor))?;
    let unsure = kinds.iter().find_map(|report| match &report.status {
        Status::Undecidable { like } if report.kind == FaultKind::WorldUp => Some(format!("; as good: {like}")),
        _ => None,
    });
    Some(format!("{up} ({}){}", says.join(", "), unsure.unwrap_or_default()))
}

/// In which unit lengths are in the data as given.
fn scale(case: &Case, findings: &[Finding], now: &[Evidence]) -> Option<String> {
    let mut says = Vec::new();
    if let Some(([low, middle, high], count)) = ratio_to_usual(case).filter(|(_, count)| *count >= 3) {
        says.push(format!(
            "{count} labelled things are {middle:.2} times as long as usual, half of them {low:.2} to {high:.2}"
        ));
    }
    if score_of(now, Of::EyeHeight).is_some()
        && let Some(level) = floor_level(case)
    {
        let mut heights: Vec<f64> =
            case.views.iter().filter_map(|view| Some(case.pose(view)?.translation().z - level)).collect();
        heights.sort_by(f64::total_cmp);
        if let Some(height) = heights.get(heights.len() / 2) {
            says.push(format!("cameras are {height:.2} m above the floor"));
        }
    }
    if let Some(share) = score_of(now, Of::DepthRange) {
        says.push(format!("{:.0} % of the frames see as far as rooms reach", share * 100.0));
    }
    if says.is_empty() {
        return None;
    }
    let scaled = findings.iter().find(|finding| matches!(finding.fix, Fix::ScaleLengths(..)));
    let unit = scaled.map_or("metres", |finding| finding.words.as_str());
    let after = if scaled.is_some() { "; in metres " } else { "; " };
    Some(format!("{unit}{after}{}", says.join("; ")))
}
