//! What kind of answer a question has, read off the question.

use question::{Entity, Question, Term, Unit};
use scene::geometry::SectorSystem;

/// Kind of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerKind {
    Quantity(Unit),
    Turn,
    Count,
    Object,
    Frame,
    Pixel,
    Point,
    Region,
    /// So many words of the system `axes`.
    Turns(usize),
    Order,
    YesNo,
    Sector(SectorSystem),
}

/// Kind of the answer to a question.
pub(crate) fn answer_kind(question: &Question) -> AnswerKind {
    match question {
        Question::Value { sectors: Some(system), .. } => AnswerKind::Sector(*system),
        Question::Value { of, .. } if of.is_turn() => AnswerKind::Turn,
        Question::Value { of, .. } => AnswerKind::Quantity(unit(of)),
        Question::Pick { among, .. } | Question::Which { among, .. } => {
            let cameras = among.iter().all(|entity| matches!(entity, Entity::Camera(_)));
            let pixels = among.iter().all(|entity| matches!(entity, Entity::Pixel { .. }));
            match (cameras, pixels) {
                (true, _) => AnswerKind::Frame,
                (_, true) => AnswerKind::Pixel,
                _ => AnswerKind::Object,
            }
        }
        Question::Locate { .. } => AnswerKind::Point,
        Question::Region { .. } => AnswerKind::Region,
        Question::Turns { facing, along } => {
            AnswerKind::Turns((along.len() + usize::from(facing.is_some())).saturating_sub(2))
        }
        Question::Order { .. } => AnswerKind::Order,
        Question::Test { .. } => AnswerKind::YesNo,
        Question::Count { .. } => AnswerKind::Count,
    }
}

fn unit(term: &Term) -> Unit {
    use question::ExtentAxis::{Footprint, Volume};
    match term {
        Term::Constant { unit, .. } => *unit,
        Term::Sum { of } | Term::Difference { of } => of.first().map_or(Unit::One, unit_of),
        Term::Ratio { .. }
        | Term::Overlap { .. }
        | Term::Occupancy { .. }
        | Term::Number { .. }
        | Term::Visibility { .. }
        | Term::ViewOverlap { .. }
        | Term::FirstSeen { .. } => Unit::One,
        Term::Extent { axis: Volume, .. } => Unit::CubicMetre,
        Term::Extent { axis: Footprint, .. } | Term::RoomArea {} | Term::FreeArea { .. } => Unit::SquareMetre,
        Term::Distance { .. }
        | Term::Extent { .. }
        | Term::Elevation { .. }
        | Term::VerticalGap { .. }
        | Term::Clearance { .. }
        | Term::PassageWidth { .. }
        | Term::WalkingDistance { .. }
        | Term::Coordinate { .. } => Unit::Metre,
        Term::Bearing { .. }
        | Term::Bend { .. }
        | Term::AxisAngle { .. }
        | Term::Azimuth { .. }
        | Term::Pan { .. }
        | Term::Movement { .. } => Unit::Degree,
    }
}

fn unit_of(term: &Term) -> Unit {
    unit(term)
}
