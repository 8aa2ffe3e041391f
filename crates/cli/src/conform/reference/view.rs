//! Cameras: angles, coordinates and what frames show, by plain means.

use question::{Answer, AzimuthDefinition, CameraAxis, Entity, MovementDefinition, PanDefinition, ReasonCode, Unit};
use scene::{
    LEAST_VISIBLE, ObjectId,
    geometry::{Vec2, Vec3},
    regions,
};

use super::{Decided, Reference, amount::Amount, name::meant};

type Measured = Result<Amount, ReasonCode>;

/// Shortest horizontal way that has a direction, metres.
const HAIR: f64 = 1e-9;

impl Reference<'_> {
    /// Positions of what a frame shows of a label, name or region.
    pub(super) fn seen(&mut self, text: &str) -> Result<Vec<usize>, ReasonCode> {
        let (name, frame) = text.rsplit_once('@').ok_or(ReasonCode::Malformed)?;
        let at = self.scene.frames().iter().position(|known| known.name == frame).ok_or(ReasonCode::Absent)?;
        let members = match name.strip_prefix('~') {
            Some(name) => {
                let region = regions().iter().find(|region| region.names.iter().any(|known| known == name));
                let labels = &region.ok_or(ReasonCode::UnknownLabel)?.marked_by;
                let mut all: Vec<usize> = labels
                    .iter()
                    .filter_map(|label| meant(self.scene, label).ok())
                    .flat_map(|meant| meant.wide)
                    .collect();
                all.sort_unstable();
                all.dedup();
                all
            }
            None => meant(self.scene, name)?.wide,
        };
        let mut shown = Vec::new();
        for position in members {
            let id = self.scene.objects()[position].id;
            if self.fraction(at, id).ok_or(ReasonCode::MissingData)? >= LEAST_VISIBLE {
                shown.push(position);
            }
        }
        match shown[..] {
            [] => Err(ReasonCode::NotVisible),
            [_, _, ..] if !name.starts_with('~') => Err(ReasonCode::NotUnique),
            _ => Ok(shown),
        }
    }

    fn fraction(&mut self, frame: usize, id: ObjectId) -> Option<f64> {
        let sightings = self.scene.frames()[frame].sightings.as_ref()?;
        let fraction = sightings.iter().find(|seen| seen.object == id).map_or(0.0, |seen| seen.visible_fraction);
        // What is shown is told by one limit; noise or rounding may move a fraction across it.
        self.doubt |= (fraction - LEAST_VISIBLE).abs() <= 4.0 * self.scene.noise().visible_fraction + HAIR;
        Some(fraction)
    }

    /// The right, down and forward of an entity that must be a camera, and where it is.
    pub(super) fn camera(&mut self, entity: &Entity) -> Result<(Vec3, [Vec3; 3]), ReasonCode> {
        let position = self.position(entity)?;
        self.frame_at(position).ok_or(ReasonCode::Malformed)?;
        let bounds = &self.thing(position)?.bounds;
        let axes = bounds.axes();
        Ok((bounds.centre(), [axes.x_axis, axes.y_axis, axes.z_axis]))
    }

    /// The angle from a horizontal direction to another, counter-clockwise.
    fn turned(&mut self, from: Vec2, to: Vec2) -> Measured {
        for way in [from, to] {
            self.doubt |= (way.length() - HAIR).abs() <= 1e-12;
            if way.length() < HAIR {
                return Err(ReasonCode::DegenerateViewpoint);
            }
        }
        let turn = (to.y.atan2(to.x) - from.y.atan2(from.x)).to_degrees().rem_euclid(360.0);
        Ok(Amount::measured(if turn > 180.0 { turn - 360.0 } else { turn }, Unit::Degree))
    }

    pub(super) fn azimuth(
        &mut self,
        definition: Option<AzimuthDefinition>,
        from: &Entity,
        of: &Entity,
        heading: &Entity,
    ) -> Measured {
        let stand = self.position(from)?;
        let targets = match of {
            Entity::Seen(text) if text.starts_with('~') => self.seen(text)?,
            one => vec![self.position(one)?],
        };
        if targets == [stand] {
            return Err(self.twice(stand));
        }
        self.position(heading)?;
        let start = self.thing(stand)?.bounds.centre();
        let (_, [right, down, forward]) = self.camera(heading)?;
        let places = targets.iter().map(|target| Ok(self.thing(*target)?.bounds.centre()));
        let places = places.collect::<Result<Vec<Vec3>, ReasonCode>>()?;
        // Marks that stand apart leave the angle of their region open.
        self.doubt |= places.len() > 1;
        let way = places.iter().sum::<Vec3>() / places.len() as f64 - start;
        match definition.unwrap_or(AzimuthDefinition::Horizontal) {
            AzimuthDefinition::Horizontal => {
                // The angle of a region is certain only where that of each of its marks is defined.
                for place in &places {
                    self.turned(forward.truncate(), (*place - start).truncate())?;
                }
                self.turned(forward.truncate(), way.truncate())
            }
            AzimuthDefinition::OpticalPlane => self.turned(Vec2::X, Vec2::new(forward.dot(way), -right.dot(way))),
            AzimuthDefinition::Rising => self.by_rule(rising, [right, down, forward].map(|axis| axis.dot(way))),
            AzimuthDefinition::ImagePlane => self.turned(Vec2::X, Vec2::new(down.dot(way), -right.dot(way))),
        }
    }

    pub(super) fn movement(&mut self, definition: Option<MovementDefinition>, from: &Entity, to: &Entity) -> Measured {
        let [first, last] = [self.position(from)?, self.position(to)?];
        if first == last {
            return Err(self.twice(first));
        }
        let ((start, axes), (end, _)) = (self.camera(from)?, self.camera(to)?);
        match definition.unwrap_or(MovementDefinition::Horizontal) {
            MovementDefinition::Horizontal => self.turned(axes[2].truncate(), (end - start).truncate()),
            MovementDefinition::Dominant => self.by_rule(dominant, axes.map(|axis| axis.dot(end - start))),
        }
    }

    /// The angle of a way right, down and forward by a published rule; what the rule says of up and down is kept.
    fn by_rule(&mut self, rule: fn([f64; 3]) -> Course, way: [f64; 3]) -> Measured {
        let Course { level, rise, doubt } = rule(way);
        self.doubt |= doubt;
        self.rise = rise.map(|rise| (rise, level != Vec2::ZERO));
        match (level == Vec2::ZERO, rise) {
            (true, None) => Err(ReasonCode::DegenerateViewpoint),
            (true, Some(_)) => Ok(Amount::given(0.0, Unit::Degree)),
            _ => self.turned(Vec2::X, level),
        }
    }

    pub(super) fn pan(&mut self, definition: Option<PanDefinition>, from: &Entity, to: &Entity) -> Measured {
        let [first, last] = [self.position(from)?, self.position(to)?];
        if first == last {
            return Err(self.twice(first));
        }
        if definition == Some(PanDefinition::WorldXz) {
            // An artefact of a published engine, compared with the checker alone.
            self.doubt = true;
            return Ok(Amount::given(0.0, Unit::Degree));
        }
        let ((_, [.., a]), (_, [.., b])) = (self.camera(from)?, self.camera(to)?);
        self.turned(a.truncate(), b.truncate())
    }

    pub(super) fn coordinate(&mut self, axis: CameraAxis, of: &Entity, frame: &Entity) -> Measured {
        let positions = [self.position(of)?, self.position(frame)?];
        if positions[0] == positions[1] {
            return Err(self.twice(positions[0]));
        }
        let thing = self.thing(positions[0])?.clone();
        let (place, [right, down, forward]) = self.camera(frame)?;
        let along = match axis {
            CameraAxis::Right => right,
            CameraAxis::Down => down,
            CameraAxis::Forward => forward,
        };
        Ok(Amount::measured(along.dot(thing.bounds.centre()) - along.dot(place), Unit::Metre))
    }

    pub(super) fn locate(&mut self, of: &Entity, frame: &Entity) -> Decided<Answer> {
        let mut value = [0.0; 3];
        let mut slack = [0.0; 3];
        for (at, axis) in [CameraAxis::Right, CameraAxis::Down, CameraAxis::Forward].into_iter().enumerate() {
            let amount = self.coordinate(axis, of, frame)?;
            (value[at], slack[at]) = (amount.value, amount.slack);
        }
        let off = |sign: f64| std::array::from_fn(|at| value[at] + sign * slack[at]);
        Ok(Some(Answer::Point { value, lo: off(-1.0), hi: off(1.0) }))
    }

    /// The number of an entity that must be one object.
    fn id(&mut self, entity: &Entity) -> Result<ObjectId, ReasonCode> {
        let position = self.position(entity)?;
        self.scene.objects().get(position).map(|object| object.id).ok_or(ReasonCode::OutsideDefinition)
    }

    pub(super) fn visibility(&mut self, of: &Entity, frame: &Entity) -> Measured {
        let id = self.position(of)?;
        let frame = self.position(frame)?;
        let id = self.scene.objects().get(id).map(|object| object.id).ok_or(ReasonCode::OutsideDefinition)?;
        let frame = self.frame_at(frame).ok_or(ReasonCode::Malformed)?;
        let doubt = self.doubt;
        let fraction = self.fraction(frame, id).ok_or(ReasonCode::MissingData);
        self.doubt = doubt;
        Ok(Amount::measured(fraction?, Unit::One))
    }

    pub(super) fn first_seen(&mut self, of: &Entity, least: f64) -> Measured {
        let id = self.id(of)?;
        if !(0.0..=1.0).contains(&least) {
            return Err(ReasonCode::Malformed);
        }
        let slack = 4.0 * self.scene.noise().visible_fraction + HAIR;
        let doubt = self.doubt;
        let fractions: Vec<Option<f64>> =
            (0..self.scene.frames().len()).map(|frame| self.fraction(frame, id)).collect();
        // Fractions near the limit, and frames that nobody has looked at, leave the first one open.
        let open = fractions.iter().any(|seen| seen.is_none_or(|seen| (seen - least).abs() <= slack));
        self.doubt = doubt || open;
        let first = fractions.iter().position(|seen| seen.is_some_and(|seen| seen >= least));
        first.map(|at| Amount::given((at + 1) as f64, Unit::One)).ok_or(ReasonCode::NotVisible)
    }
}

/// Where a published rule says that a way leads: ahead and to the left on the plane, and whether up or down.
struct Course {
    level: Vec2,
    rise: Option<&'static str>,
    /// Whether rounding could decide.
    doubt: bool,
}

/// Beside a limit of a published rule, rounding could decide.
fn beside(value: f64, limit: f64) -> bool {
    (value - limit).abs() <= 1e-9
}

fn up_or_down(down: f64) -> &'static str {
    if down > 0.0 { "down" } else { "up" }
}

/// The larger level part alone, where it rises by more than half of the level way.
fn rising([right, down, forward]: [f64; 3]) -> Course {
    let level = Vec2::new(forward, -right);
    let way = level.length();
    let doubt = way < 1e-7 || beside(down.abs() / way, 0.5);
    if down.abs() <= way / 2.0 {
        return Course { level, rise: None, doubt };
    }
    let larger = if right.abs() < forward.abs() { Vec2::new(forward, 0.0) } else { Vec2::new(0.0, -right) };
    Course { level: larger, rise: Some(up_or_down(down)), doubt: doubt || beside(right.abs(), forward.abs()) }
}

/// The parts that count, each as a step of one.
fn dominant(way: [f64; 3]) -> Course {
    let mut parts = [(way[0].abs(), 0), (way[1].abs(), 1), (way[2].abs(), 2)];
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let [(most, first), (next, second), (least, _)] = parts;
    let whole = most.hypot(next).hypot(least);
    let both = next / most >= 0.35 && next / whole >= 0.25;
    let equal = beside(most, next) || both && beside(next, least);
    let doubt = most < 1e-7 || equal || beside(next / most, 0.35) || beside(next / whole, 0.25);
    let step = |axis: usize| if axis == first || both && axis == second { way[axis].signum() } else { 0.0 };
    let rise = (step(1) != 0.0).then(|| up_or_down(way[1]));
    Course { level: Vec2::new(step(2), -step(0)), rise, doubt }
}
