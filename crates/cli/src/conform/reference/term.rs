//! Objects of a question, and arithmetic.

use question::{BearingDefinition, DistanceDefinition, Entity, ExtentDefinition, ReasonCode, Term, Unit};
use scene::Object;

use super::{Reference, amount::Amount, name::meant};

impl Reference<'_> {
    pub(super) fn position(&mut self, entity: &Entity) -> Result<usize, ReasonCode> {
        match (entity, self.pair) {
            (Entity::Each, _) => self.each.ok_or(ReasonCode::Malformed),
            (Entity::Id(id), _) => {
                self.scene.objects().iter().position(|object| object.id == *id).ok_or(ReasonCode::Absent)
            }
            (Entity::Nearest(_) | Entity::Together(_), _) => Err(ReasonCode::Malformed),
            (Entity::Camera(name), _) => {
                let frame = self.scene.frames().iter().position(|frame| frame.name == *name);
                frame.map(|at| self.scene.objects().len() + at).ok_or(ReasonCode::Absent)
            }
            (Entity::Pixel { frame, at_px }, _) => self.pixel(frame, *at_px),
            (Entity::Seen(text), _) => match self.seen(text)?[..] {
                [one] => Ok(one),
                _ => Err(ReasonCode::OutsideDefinition),
            },
            (Entity::Named(name), Some([a, _])) if name == "$a" => Ok(a),
            (Entity::Named(name), Some([_, b])) if name == "$b" => Ok(b),
            (Entity::Named(name), _) => match meant(self.scene, name)?.wide[..] {
                [one] => Ok(one),
                _ => Err(ReasonCode::NotUnique),
            },
        }
    }

    /// The members of a class that can be counted.
    pub(super) fn members(&self, class: &str) -> Result<Vec<usize>, ReasonCode> {
        let meant = meant(self.scene, class)?;
        if !meant.exact.is_empty() && meant.exact != meant.wide {
            return Err(ReasonCode::ClassAmbiguous);
        }
        if meant.declared.is_some_and(|declared| declared as usize != meant.wide.len()) {
            return Err(ReasonCode::CountDisagrees);
        }
        Ok(meant.wide)
    }

    /// Why something may not stand in two places.
    pub(super) fn twice(&self, position: usize) -> ReasonCode {
        let candidate = self.each == Some(position);
        if candidate { ReasonCode::OverlappingCandidates } else { ReasonCode::SameObjectTwice }
    }

    /// Objects that must be different.
    pub(super) fn different<const N: usize>(&mut self, entities: [&Entity; N]) -> Result<[Object; N], ReasonCode> {
        let mut positions = Vec::with_capacity(N);
        for entity in entities {
            let position = self.position(entity)?;
            if positions.contains(&position) {
                return Err(self.twice(position));
            }
            positions.push(position);
        }
        let things = positions.into_iter().map(|position| self.thing(position).cloned());
        let things = things.collect::<Result<Vec<_>, _>>()?;
        things.try_into().map_err(|_| ReasonCode::Malformed)
    }

    fn one(&mut self, entity: &Entity) -> Result<Object, ReasonCode> {
        let position = self.position(entity)?;
        self.thing(position).cloned()
    }

    /// Different entities, all of them objects.
    fn objects<const N: usize>(&mut self, entities: [&Entity; N]) -> Result<[Object; N], ReasonCode> {
        let positions = entities.iter().map(|entity| self.position(entity)).collect::<Result<Vec<_>, _>>()?;
        let things = self.different(entities);
        let same = matches!(things, Err(ReasonCode::SameObjectTwice | ReasonCode::OverlappingCandidates));
        if !same && positions.iter().any(|position| !self.is_object(*position)) {
            return Err(ReasonCode::OutsideDefinition);
        }
        things
    }

    pub(super) fn term(&mut self, term: &Term) -> Result<Amount, ReasonCode> {
        match term {
            Term::Constant { value, unit } => Ok(Amount::given(*value, *unit)),
            Term::Number { class } => Ok(Amount::given(self.members(class)?.len() as f64, Unit::One)),
            Term::Sum { of } => {
                let parts = self.parts(of, 2..=8)?;
                let (value, slack) =
                    parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.value, sum.1 + part.slack));
                Ok(Amount { value, slack, unit: parts[0].unit })
            }
            Term::Difference { of } => {
                let parts = self.parts(of, 2..=2)?;
                let slack = parts[0].slack + parts[1].slack;
                Ok(Amount { value: parts[0].value - parts[1].value, slack, unit: parts[0].unit })
            }
            Term::Ratio { of } => {
                let parts = self.parts(of, 2..=2)?;
                self.ratio(&parts[0], &parts[1])
            }
            Term::Distance { definition, from, to } => {
                let [from, to] = self.different([from, to])?;
                Ok(self.distance(definition.unwrap_or(DistanceDefinition::Surface), &from, &to))
            }
            Term::Extent { definition, axis, of } => {
                let [of] = self.objects([of])?;
                self.extent(*axis, *definition == Some(ExtentDefinition::AxisAligned), &of)
            }
            Term::Elevation { part, of } => {
                let of = self.one(of)?;
                self.elevation(*part, &of)
            }
            Term::VerticalGap { bottom_of, top_of } => {
                let [upper, lower] = self.different([bottom_of, top_of])?;
                Ok(Self::vertical_gap(&upper, &lower))
            }
            Term::Overlap { of, over } => {
                let [of, over] = self.objects([of, over])?;
                self.overlap(&of, &over)
            }
            Term::Occupancy { of } => {
                let [of] = self.objects([of])?;
                Ok(self.occupancy(&of))
            }
            Term::Bearing { definition, at, facing, of } => {
                let [at, facing, of] = self.different([at, facing, of])?;
                self.bearing(definition.unwrap_or(BearingDefinition::Horizontal), &at, &facing, &of)
            }
            Term::Bend { from, at, to } => {
                let [from, at, to] = self.different([from, at, to])?;
                let back = self.bearing(BearingDefinition::Horizontal, &at, &from, &to)?;
                let turned = (back.value + 180.0).rem_euclid(360.0);
                Ok(Amount { value: if turned > 180.0 { turned - 360.0 } else { turned }, ..back })
            }
            Term::AxisAngle { a, b } => {
                let [a, b] = self.objects([a, b])?;
                self.axis_angle(&a, &b)
            }
            Term::Azimuth { definition, from, of, heading } => self.azimuth(*definition, from, of, heading),
            Term::Pan { definition, from, to } => self.pan(*definition, from, to),
            Term::Movement { definition, from, to } => self.movement(*definition, from, to),
            Term::Coordinate { axis, of, frame } => self.coordinate(*axis, of, frame),
            Term::Visibility { of, frame } => self.visibility(of, frame),
            Term::ViewOverlap { of, with } => self.view_overlap(of, with),
            Term::FirstSeen { of, least } => self.first_seen(of, *least),
            Term::Clearance { of, to, toward, heading, by_m } => {
                self.clearance([of, to], (*toward, heading.as_ref(), *by_m))
            }
            Term::FreeArea { .. } => self.free_area(term),
            Term::PassageWidth { from, to } => self.passage_width(from, to),
            Term::WalkingDistance { from, to } => {
                // Shortest walks have a slow reference of their own beside their algorithm.
                // Which things are meant may be in doubt wherever they lie.
                for end in [from, to] {
                    self.position(end).ok();
                }
                let doubt = self.doubt;
                let width = self.passage_width(from, to)?;
                let [from, to] = self.different([from, to])?;
                let line = (from.bounds.centre() - to.bounds.centre()).truncate().length();
                if line < 0.9e-6 {
                    self.doubt = doubt;
                    return Err(ReasonCode::OutsideDefinition);
                }
                self.doubt = true;
                Ok(width)
            }
            Term::RoomArea {} => self.room_area(),
        }
    }

    fn parts(&mut self, of: &[Term], number: std::ops::RangeInclusive<usize>) -> Result<Vec<Amount>, ReasonCode> {
        if !number.contains(&of.len()) {
            return Err(ReasonCode::Malformed);
        }
        of.iter().try_for_each(compared)?;
        let parts = of.iter().map(|term| self.term(term)).collect::<Result<Vec<_>, _>>()?;
        if parts.iter().any(|part| part.unit != parts[0].unit) {
            return Err(ReasonCode::UnitMismatch);
        }
        Ok(parts)
    }

    fn ratio(&mut self, a: &Amount, b: &Amount) -> Result<Amount, ReasonCode> {
        if b.value == 0.0 && b.slack == 0.0 {
            return Err(ReasonCode::OutsideDefinition);
        }
        self.doubt |= b.value.abs() <= b.slack;
        let value = a.value / b.value;
        Ok(Amount { value, slack: (a.slack + value.abs() * b.slack) / b.value.abs(), unit: Unit::One })
    }
}

/// Refuses a bearing where amounts are compared or added.
pub(super) fn compared(term: &Term) -> Result<(), ReasonCode> {
    if term.is_turn() { Err(ReasonCode::OutsideDefinition) } else { Ok(()) }
}
