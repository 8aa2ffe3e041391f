//! Sector systems: which word a closed interval of angles has, and how far it is from losing it.

/// An interval end this close to a border (degrees) counts as on the side that the proof says, unless it lies on the
/// border exactly: turning radians into degrees may have moved it across.
const ROUNDING_DEG: f64 = 1e-9;

/// The words counter-clockwise, the border at which the first begins, and the width of each, degrees.
fn table(system: &str) -> (&'static str, f64, &'static [f64]) {
    let clock = "12 o'clock|11 o'clock|10 o'clock|9 o'clock|8 o'clock|7 o'clock|6 o'clock|5 o'clock|4 o'clock|3 o'clock\
        |2 o'clock|1 o'clock";
    match system {
        "halves" => ("left|right", 0.0, &[180.0; 2]),
        "thirds" => ("left|back|right", 0.0, &[135.0, 90.0, 135.0]),
        "quadrants" => ("front-left|back-left|back-right|front-right", 0.0, &[90.0; 4]),
        "axes" => ("front|left|back|right", -45.0, &[90.0; 4]),
        "eight" => ("front|front-left|left|back-left|back|back-right|right|front-right", -22.5, &[45.0; 8]),
        "clock" => (clock, -15.0, &[30.0; 12]),
        // Only 15 and 75 are borders: at 0 and 90 acute angles turn back.
        "orientation" => ("parallel|oblique|orthogonal", -15.0, &[30.0, 60.0, 30.0]),
        _ => ("", 0.0, &[]),
    }
}

/// The words of a system.
fn words(system: &str) -> impl Iterator<Item = &'static str> {
    table(system).0.split('|')
}

/// Whether a system has this word: of a sector, or in `eight` also up or down, alone or with an axis.
pub(crate) fn has_word(system: &str, word: &str) -> bool {
    let (way, level) = word.split_once('-').unwrap_or((word, "front"));
    let rises = system == "eight" && ["up", "down"].contains(&way) && words("axes").any(|known| known == level);
    rises || words(system).any(|known| known == word)
}

/// How far the interval `lo..=hi` (degrees) is from the nearest border of the sector called `word`, or `None` if it does
/// not lie inside that sector.
pub(crate) fn margin(system: &str, word: &str, lo: f64, hi: f64) -> Option<f64> {
    let (_, first, widths) = table(system);
    let at = words(system).position(|known| known == word)?;
    let start = first + widths.get(..at)?.iter().sum::<f64>();
    let turned = (lo - start).rem_euclid(360.0);
    let past_start = if turned > 360.0 - ROUNDING_DEG { turned - 360.0 } else { turned };
    // The border at the start belongs to the sector, that at the end to the next.
    let width = widths.get(at)?;
    let before_end = width - past_start - (hi - lo);
    // Written so that nothing is rounded: what is a hair before the border is still before it.
    let end = start + width;
    let on_border = [end - 360.0, end, end + 360.0].contains(&hi);
    (!on_border && before_end > -ROUNDING_DEG).then(|| past_start.min(before_end).max(0.0))
}
