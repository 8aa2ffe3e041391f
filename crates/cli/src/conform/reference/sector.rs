//! Words for angles.

use scene::geometry::SectorSystem;

/// Counter-clockwise start of each sector, degrees, with its word, as `docs/proof.md` lists them.
fn sectors(system: SectorSystem) -> &'static [(f64, &'static str)] {
    match system {
        SectorSystem::Halves => &[(0.0, "left"), (180.0, "right")],
        SectorSystem::Thirds => &[(0.0, "left"), (135.0, "back"), (225.0, "right")],
        SectorSystem::Quadrants => {
            &[(0.0, "front-left"), (90.0, "back-left"), (180.0, "back-right"), (270.0, "front-right")]
        }
        SectorSystem::Axes => &[(45.0, "left"), (135.0, "back"), (225.0, "right"), (315.0, "front")],
        SectorSystem::Eight => &[
            (22.5, "front-left"),
            (67.5, "left"),
            (112.5, "back-left"),
            (157.5, "back"),
            (202.5, "back-right"),
            (247.5, "right"),
            (292.5, "front-right"),
            (337.5, "front"),
        ],
        SectorSystem::Clock => &[
            (15.0, "11 o'clock"),
            (45.0, "10 o'clock"),
            (75.0, "9 o'clock"),
            (105.0, "8 o'clock"),
            (135.0, "7 o'clock"),
            (165.0, "6 o'clock"),
            (195.0, "5 o'clock"),
            (225.0, "4 o'clock"),
            (255.0, "3 o'clock"),
            (285.0, "2 o'clock"),
            (315.0, "1 o'clock"),
            (345.0, "12 o'clock"),
        ],
        SectorSystem::Orientation => &[(0.0, "parallel"), (15.0, "oblique"), (75.0, "orthogonal")],
    }
}

/// What leads up or down, perhaps along one of the axes.
const RISING: [(&str, &str, &str); 10] = [
    ("up", "", "up"),
    ("up", "front", "up-front"),
    ("up", "left", "up-left"),
    ("up", "back", "up-back"),
    ("up", "right", "up-right"),
    ("down", "", "down"),
    ("down", "front", "down-front"),
    ("down", "left", "down-left"),
    ("down", "back", "down-back"),
    ("down", "right", "down-right"),
];

/// The word for up or down with an axis or none.
pub(super) fn rising(way: &str, level: Option<&str>) -> Option<&'static str> {
    let level = level.unwrap_or_default();
    RISING.iter().find(|(up, along, _)| (*up, *along) == (way, level)).map(|(.., word)| *word)
}

/// Whether a system has this word.
pub(super) fn has_word(system: SectorSystem, word: &str) -> bool {
    let rises = system == SectorSystem::Eight && RISING.iter().any(|(.., known)| *known == word);
    rises || sectors(system).iter().any(|(_, known)| *known == word)
}

/// The word for an angle; `None` within `slack` of a border.
pub(super) fn word(system: SectorSystem, angle_deg: f64, slack: f64) -> Option<&'static str> {
    let all = sectors(system);
    let at = angle_deg.rem_euclid(360.0);
    let acute = system == SectorSystem::Orientation;
    let near = |border: f64| {
        let apart = (at - border).abs();
        slack > 0.0 && apart.min(360.0 - apart) <= slack && !(acute && border == 0.0)
    };
    if all.iter().any(|(start, _)| near(*start)) {
        return None;
    }
    all.iter().rev().find(|(start, _)| *start <= at).or(all.last()).map(|(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_by_hand() {
        for (system, angle, is) in [
            (SectorSystem::Halves, -90.0, Some("right")),
            (SectorSystem::Thirds, 180.0, Some("back")),
            (SectorSystem::Quadrants, 10.0, Some("front-left")),
            (SectorSystem::Axes, -44.0, Some("front")),
            (SectorSystem::Axes, 45.0, None),
            (SectorSystem::Eight, -135.0, Some("back-right")),
            (SectorSystem::Clock, -90.0, Some("3 o'clock")),
            (SectorSystem::Clock, 0.0, Some("12 o'clock")),
            (SectorSystem::Orientation, 0.0, Some("parallel")),
            (SectorSystem::Orientation, 90.0, Some("orthogonal")),
        ] {
            assert_eq!(word(system, angle, 1e-9), is, "{system:?} {angle}");
        }
        assert_eq!(word(SectorSystem::Axes, 45.0, 0.0), Some("left"));
    }

    #[test]
    fn every_word_of_the_engine_is_known() {
        for system in SectorSystem::ALL {
            assert!(system.words().all(|word| has_word(system, word)), "{system:?}");
            assert_eq!(system.sectors().len(), sectors(system).len());
        }
    }
}
