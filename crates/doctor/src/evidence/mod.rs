//! The scores. Each is a share of units (pairs of frames, objects, frames) for which the data agree, from 0 to 1.

mod gravity;
mod pictures;
mod size;

pub(crate) use gravity::floor_level;
pub(crate) use size::ratio_to_usual;

use crate::{case::Case, picture::spread};

/// One kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    /// Points of one frame, seen from another, have the depth and object seen there.
    Reprojection,
    /// Rays of an object's pixels meet its box.
    Rays,
    /// Points of an object's pixels lie in its box.
    Inside,
    /// Points of an object's pixels reach to the faces of its box.
    Tight,
    /// Boxes stand on the floor, on or in others.
    Support,
    /// Boxes stand upright.
    Upright,
    /// What looks up is seen most where cameras' tops point.
    Floor,
    /// Cameras are held upright.
    CamerasUpright,
    /// Labelled things are as large as such things are.
    Sizes,
    /// Cameras are as high above the floor as people hold them.
    EyeHeight,
    /// Depth is as far as rooms reach.
    DepthRange,
}

impl Of {
    /// Name in reports and weight in the sum. What is only habit (how people hold a camera) tips a balance and
    /// decides nothing alone.
    pub(crate) fn name_weight(self) -> (&'static str, f64) {
        match self {
            Self::Reprojection => ("reprojection", 1.0),
            Self::Rays => ("rays_meet_boxes", 1.0),
            Self::Inside => ("points_in_boxes", 1.0),
            Self::Tight => ("points_reach_faces", 1.0),
            Self::Support => ("boxes_supported", 1.0),
            Self::Upright => ("boxes_upright", 0.5),
            Self::Floor => ("floor", 0.5),
            Self::CamerasUpright => ("cameras_upright", 0.2),
            Self::Sizes => ("usual_sizes", 1.0),
            Self::EyeHeight => ("eye_height", 0.2),
            Self::DepthRange => ("depth_range", 0.2),
        }
    }

    /// Whether pictures, poses and boxes are held against each other, rather than the world against the usual.
    pub(crate) fn is_relative(self) -> bool {
        matches!(self, Self::Reprojection | Self::Rays | Self::Inside | Self::Tight)
    }
}

/// The score of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    pub(crate) of: Of,
    /// What agrees and what could, unit by unit; the units are the same for every change of a case.
    pub(crate) units: Vec<(f64, f64)>,
    /// The least that must be comparable for a full score.
    pub(crate) least: f64,
}

impl Evidence {
    /// The share that agrees.
    pub(crate) fn score(&self) -> f64 {
        self.weighted(|_| 1.0)
    }

    /// The share under weights of the units.
    pub(crate) fn weighted(&self, weight: impl Fn(usize) -> f64) -> f64 {
        let (mut agree, mut could) = (0.0, 0.0);
        for (at, (a, c)) in self.units.iter().enumerate() {
            agree += a * weight(at);
            could += c * weight(at);
        }
        let could = could.max(self.least);
        if could > 0.0 { agree / could } else { 0.0 }
    }
}

/// Fewest boxes that say what stands on what.
const LEAST_BOXES: usize = 4;
/// Fewest boxes whose usual size is known.
const LEAST_KNOWN: usize = 3;

/// Which evidence a case can give at all.
pub(crate) fn available(case: &Case) -> Vec<Of> {
    let posed = case.views.iter().filter(|view| case.pose(view).is_some()).count();
    let (depth, instances) = (case.has_depth() && posed >= 1, case.has_instances() && posed >= 1);
    let solid = case.things.len() >= LEAST_BOXES;
    let mut all = Vec::new();
    let mut put = |is: bool, of: Of| {
        if is {
            all.push(of);
        }
    };
    put(depth && posed >= 2, Of::Reprojection);
    put(instances, Of::Rays);
    put(depth && instances, Of::Inside);
    put(depth && instances, Of::Tight);
    put(solid, Of::Support);
    put(solid, Of::Upright);
    put(depth, Of::Floor);
    put(posed >= 1, Of::CamerasUpright);
    put(size::known(case) >= LEAST_KNOWN, Of::Sizes);
    put(posed >= 1 && (depth || solid), Of::EyeHeight);
    put(depth, Of::DepthRange);
    all
}

/// Every score of `of`; where the change is one of the world as a whole, relative ones are taken from `before`.
pub(crate) fn evidence(case: &Case, of: &[Of], before: Option<&[Evidence]>) -> Vec<Evidence> {
    let known = |of: Of| before.filter(|_| of.is_relative())?.iter().find(|e| e.of == of).cloned();
    let mut pictures = None;
    of.iter()
        .map(|of| {
            if let Some(known) = known(*of) {
                return known;
            }
            match of {
                Of::Reprojection => pictures::reprojection(case, &pairs(case.views.len())),
                Of::Rays | Of::Inside | Of::Tight => {
                    let [rays, inside, tight] = pictures.get_or_insert_with(|| pictures::boxes(case)).clone();
                    match of {
                        Of::Rays => rays,
                        Of::Inside => inside,
                        _ => tight,
                    }
                }
                Of::Support => gravity::support(case),
                Of::Upright => gravity::upright(case),
                Of::Floor => gravity::floor(case),
                Of::CamerasUpright => gravity::cameras_upright(case),
                Of::Sizes => size::sizes(case),
                Of::EyeHeight => size::eye_height(case),
                Of::DepthRange => size::depth_range(case),
            }
        })
        .collect()
}

/// Ordered pairs of views, at most as many as one looks at.
fn pairs(views: usize) -> Vec<(usize, usize)> {
    const MOST_PAIRS: usize = 132;
    let all: Vec<(usize, usize)> =
        (0..views).flat_map(|i| (0..views).filter(move |j| *j != i).map(move |j| (i, j))).collect();
    spread(all.len(), MOST_PAIRS).into_iter().map(|at| all[at]).collect()
}
