//! The question algebra: form × measures × entities.
//!
//! A question is a small expression. A **term** is a typed quantity with an interval, a **predicate** is
//! true, false or undecidable, a **question** asks for one of them, for the best candidate, for an order or
//! for a count. Every task of the catalogue is such an expression with holes for its roles.
//!
//! ```
//! use question::Question;
//! let question: Question = serde_json::from_str(
//!     r#"{"form": "pick", "want": "least", "of": {"measure": "distance", "from": "?", "to": "sofa"},
//!         "among": ["chair", "lamp", "door"]}"#,
//! )?;
//! assert!(matches!(question, Question::Pick { .. }));
//! # Ok::<(), serde_json::Error>(())
//! ```

use geometry::SectorSystem;
use serde::{Deserialize, Serialize};

use crate::{Answer, Entity, Unit};

/// A spatial question about one scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "form", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// How much: the quantity with its tolerance, or, with `in`, the sector it falls into.
    Value {
        /// The quantity asked for.
        of: Term,
        /// Sector system that turns an angle into a word.
        #[serde(default, skip_serializing_if = "Option::is_none", rename = "in")]
        #[schemars(with = "Option<SectorName>")]
        sectors: Option<SectorSystem>,
    },
    /// Which candidate has the least or most of a quantity.
    Pick {
        /// Least or most.
        want: Extreme,
        /// The quantity, with `"?"` for the candidate.
        of: Term,
        /// What a candidate must satisfy to be considered, with `"?"` for it; left out, all are.
        #[serde(default, skip_serializing_if = "Option::is_none", rename = "where")]
        filter: Option<Predicate>,
        /// The candidates.
        among: Vec<Entity>,
    },
    /// Which candidate, and only it, satisfies a predicate.
    Which {
        /// The predicate, with `"?"` for the candidate.
        #[serde(rename = "where")]
        filter: Predicate,
        /// The candidates.
        among: Vec<Entity>,
    },
    /// The candidates from the least to the most of a quantity, or the other way round.
    Order {
        /// What stands first.
        first: Extreme,
        /// The quantity, with `"?"` for the candidate.
        of: Term,
        /// The candidates.
        among: Vec<Entity>,
    },
    /// Where something lies for a camera: metres to the right, down and forward.
    Locate {
        /// What is looked for.
        of: Entity,
        /// The camera.
        frame: Entity,
    },
    /// Where there is free space: the part of a surface that is certainly free.
    Region {
        /// The free part; a `free_area`.
        of: Term,
    },
    /// Which way to turn at each place of a walk that leads straight from one to the next.
    Turns {
        /// What one faces at the first place; left out, the first turn is at the second place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facing: Option<Entity>,
        /// The places, from first to last.
        along: Vec<Entity>,
    },
    /// Whether a predicate holds.
    Test {
        /// The predicate.
        that: Predicate,
    },
    /// How many objects of a class there are, or how many of them satisfy a predicate.
    Count {
        /// Label of the class.
        class: String,
        /// The predicate, with `"?"` for the object at hand.
        #[serde(default, skip_serializing_if = "Option::is_none", rename = "where")]
        filter: Option<Predicate>,
    },
}

impl Question {
    /// What there is to choose from, or to put in an order; nothing where the question has no candidates.
    pub fn candidates(&self) -> &[Entity] {
        match self {
            Self::Pick { among, .. } | Self::Which { among, .. } | Self::Order { among, .. } => among,
            _ => &[],
        }
    }
}

/// Which end of a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Extreme {
    /// The smallest value.
    Least,
    /// The largest value.
    Most,
}

/// A typed quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "measure", rename_all = "snake_case", deny_unknown_fields)]
pub enum Term {
    /// A given number: metres, square metres, cubic metres, degrees, or a bare number.
    Constant {
        /// The number, in `unit`.
        value: f64,
        /// Its unit.
        unit: Unit,
    },
    /// Sum of terms of one unit.
    Sum {
        /// Two to eight terms.
        of: Vec<Term>,
    },
    /// First term less the second.
    Difference {
        /// Exactly two terms of one unit.
        of: Vec<Term>,
    },
    /// First term divided by the second.
    Ratio {
        /// Exactly two terms of one unit.
        of: Vec<Term>,
    },
    /// Distance between two objects, or a camera and an object, metres.
    Distance {
        /// Which distance; left out, the profile's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<DistanceDefinition>,
        /// One object.
        from: Entity,
        /// The other object.
        to: Entity,
    },
    /// Size of one object: metres, square metres (footprint) or cubic metres (volume).
    Extent {
        /// Which box; left out, the profile's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<ExtentDefinition>,
        /// Which size.
        axis: ExtentAxis,
        /// The object.
        of: Entity,
    },
    /// Height of a part of an object, or of a camera, above the floor, metres.
    Elevation {
        /// Which part.
        part: Part,
        /// The object.
        of: Entity,
    },
    /// Signed height of the bottom of one object above the top of another, metres; negative if it is lower.
    VerticalGap {
        /// The upper object.
        bottom_of: Entity,
        /// The lower object.
        top_of: Entity,
    },
    /// Share of the footprint of one object that lies over the footprint of another, 0 to 1.
    Overlap {
        /// The object whose footprint is the whole.
        of: Entity,
        /// The object below or above.
        over: Entity,
    },
    /// Number of other objects that lie on or in an object: half of their footprint or more over it, their bottom above the lowest
    /// quarter of its height and no more than 5 cm above its top.
    Occupancy {
        /// The object that may be free, or taken.
        of: Entity,
    },
    /// Horizontal angle to turn, standing at one object and facing another, towards a third: degrees,
    /// positive to the left.
    Bearing {
        /// Which rule; left out, the profile's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<BearingDefinition>,
        /// Where one stands.
        at: Entity,
        /// What one faces.
        facing: Entity,
        /// What is asked for.
        of: Entity,
    },
    /// Horizontal angle to turn at one place, coming from another, to go on to a third: degrees, positive to the left; 0
    /// is straight on.
    Bend {
        /// Where one comes from.
        from: Entity,
        /// Where one turns.
        at: Entity,
        /// Where one goes on to.
        to: Entity,
    },
    /// Horizontal angle from where a camera looks to the direction from one place to another: degrees, positive to the
    /// left.
    Azimuth {
        /// Which rule; left out, the profile's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<AzimuthDefinition>,
        /// Where the direction begins; often the camera itself.
        from: Entity,
        /// Where it leads.
        of: Entity,
        /// The camera whose view is straight ahead.
        heading: Entity,
    },
    /// Horizontal angle by which the view of one camera is turned from that of another: degrees, positive to the left.
    Pan {
        /// Which rule; left out, the profile's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<PanDefinition>,
        /// The first camera.
        from: Entity,
        /// The second camera.
        to: Entity,
    },
    /// Horizontal angle from where a camera looks to the way in which it moved to where another is: degrees, positive to the
    /// left.
    Movement {
        /// Which rule; left out, the profile's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<MovementDefinition>,
        /// The first camera.
        from: Entity,
        /// The second camera.
        to: Entity,
    },
    /// Where something lies along an axis of a camera, metres.
    Coordinate {
        /// The axis.
        axis: CameraAxis,
        /// What is looked for.
        of: Entity,
        /// The camera.
        frame: Entity,
    },
    /// Share of an object's full projection that a frame shows, 0 to 1.
    Visibility {
        /// The object.
        of: Entity,
        /// The camera of the frame.
        frame: Entity,
    },
    /// Position, from 1, of the first frame of the sequence that shows an object.
    FirstSeen {
        /// The object.
        of: Entity,
        /// Share of its full projection that counts as shown, 0 to 1.
        least: f64,
    },
    /// Signed distance between the boxes of two objects, metres: negative where they run into each other, by how far one
    /// would have to be pushed to be out of the other. With `toward`, the least on the way while the first is moved.
    Clearance {
        /// The object that may be moved.
        of: Entity,
        /// The other object.
        to: Entity,
        /// Where it is moved, as a camera sees it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        toward: Option<Toward>,
        /// The camera; only with `toward`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heading: Option<Entity>,
        /// How far it is moved, metres; only with `toward`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by_m: Option<f64>,
    },
    /// Free area of a surface, square metres: of the places where something may stand.
    FreeArea {
        /// The object whose flat top it is; left out, the floor of the room.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<Entity>,
        /// Only the quarter of all directions around an object that lies to this side of it, as a camera sees it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        toward: Option<Toward>,
        /// That object; only with `toward`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Entity>,
        /// That camera; only with `toward`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heading: Option<Entity>,
        /// The object for whose footprint there must be room, its sides parallel to those of the surface (on the floor: as
        /// it is turned now); the places are those of its middle, in the better of two ways to turn it, a quarter apart.
        /// Left out, a point.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room_for: Option<Entity>,
    },
    /// Width of the straight way over the floor from one object to another, metres: the diameter of the widest disc that can
    /// be moved along the line between their middles, from where it touches the one to where it touches the other, past walls
    /// and what else stands in the way of a person. What reaches less than 0.2 m, or a quarter of the gap, beyond an end
    /// belongs to that end.
    PassageWidth {
        /// Where it starts.
        from: Entity,
        /// Where it ends.
        to: Entity,
    },
    /// Length of the shortest walk over the free floor from one object to another, metres, for a walker 0.4 m wide and
    /// 1.8 m tall: of the way of its middle, from where it touches the first to where it touches the second. It takes up a
    /// regular octagon with two sides across the line between the two.
    WalkingDistance {
        /// Where it starts.
        from: Entity,
        /// Where it ends.
        to: Entity,
    },
    /// Share of what one frame shows that another frame shows too, 0 to 1, as their depth images have it.
    ViewOverlap {
        /// The frame whose pixels are looked for.
        of: Entity,
        /// The frame in which they are looked for.
        with: Entity,
    },
    /// Acute horizontal angle between the longer sides of two upright boxes, degrees, 0 to 90.
    AxisAngle {
        /// One object.
        a: Entity,
        /// The other object.
        b: Entity,
    },
    /// Floor area of the room, square metres.
    RoomArea {},
    /// Number of objects of a class.
    Number {
        /// Label of the class.
        class: String,
    },
}

impl Term {
    /// Everything the term is a measure of, in the order of its fields.
    pub fn entities(&self) -> Vec<&Entity> {
        match self {
            Self::Distance { from, to, .. }
            | Self::Pan { from, to, .. }
            | Self::Movement { from, to, .. }
            | Self::PassageWidth { from, to }
            | Self::WalkingDistance { from, to } => vec![from, to],
            Self::Clearance { of, to, heading, .. } => {
                [Some(of), Some(to), heading.as_ref()].into_iter().flatten().collect()
            }
            Self::FreeArea { on, of, heading, room_for, .. } => {
                [on, of, heading, room_for].into_iter().filter_map(Option::as_ref).collect()
            }
            Self::Extent { of, .. }
            | Self::Elevation { of, .. }
            | Self::Occupancy { of }
            | Self::FirstSeen { of, .. } => vec![of],
            Self::VerticalGap { bottom_of, top_of } => vec![bottom_of, top_of],
            Self::Overlap { of, over } => vec![of, over],
            Self::Bearing { at, facing, of, .. } => vec![at, facing, of],
            Self::AxisAngle { a, b } => vec![a, b],
            Self::Bend { from, at, to } => vec![from, at, to],
            Self::Azimuth { from, of, heading, .. } => vec![from, of, heading],
            Self::Coordinate { of, frame, .. } | Self::Visibility { of, frame } => vec![of, frame],
            Self::ViewOverlap { of, with } => vec![of, with],
            Self::Sum { of } | Self::Difference { of } | Self::Ratio { of } => {
                of.iter().flat_map(Self::entities).collect()
            }
            Self::Constant { .. } | Self::RoomArea {} | Self::Number { .. } => Vec::new(),
        }
    }
}

impl Term {
    /// Whether it goes round in a circle, so that it is neither larger nor smaller than another.
    pub fn is_turn(&self) -> bool {
        matches!(
            self,
            Self::Bearing { .. } | Self::Bend { .. } | Self::Azimuth { .. } | Self::Pan { .. } | Self::Movement { .. }
        )
    }
}

/// A side, as a camera sees it; height plays no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Toward {
    /// To the left in the picture.
    Left,
    /// To the right in the picture.
    Right,
    /// Away from the camera.
    Farther,
    /// Towards the camera.
    Nearer,
}

/// Which distance between two objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DistanceDefinition {
    /// Between the nearest points of the two boxes; 0 where they touch.
    Surface,
    /// Between the centres of the two boxes.
    Centre,
    /// Between the nearest points of the two footprints (height ignored).
    Horizontal,
    /// Between the vertical spans (0 where they share a height).
    Vertical,
    /// Between the world-axis-aligned boxes around them, as `SpatialEvo` measures from a camera.
    AxisAligned,
    /// Between sampled surface grids, as VSI-Bench's ground truth was computed; biased long.
    SampledSurface,
}

/// Whose sides an extent measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtentDefinition {
    /// The oriented box.
    Oriented,
    /// The world-axis-aligned box around it, as SpatialEvo measures; grows when the object is turned.
    AxisAligned,
}

/// How a bearing is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BearingDefinition {
    /// Between box centres on the floor plane; height plays no part.
    Horizontal,
    /// SpatialEvo's rule: directions shortened by their height, components under 0.3 ignored; the bearing is
    /// the middle of the eighth of the circle that rule answers.
    Shortened,
}

/// How an azimuth is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AzimuthDefinition {
    /// On the floor plane: heights and a level camera's tilt play no part.
    Horizontal,
    /// In the camera's own right and forward axes, as `SpatialEvo` places objects; a tilt of the camera counts.
    OpticalPlane,
    /// In the camera's right and down axes, as `SpatialEvo` places other cameras: what is below counts as ahead.
    ImagePlane,
    /// In the camera's own axes, as `SpatialEvo` places objects from each other: what rises or falls by more than half its
    /// way along the right and forward axes is up or down, and along the larger of these only. Where it has no such way, the
    /// angle is 0.
    Rising,
}

/// How the way of a camera is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MovementDefinition {
    /// On the floor plane: how much it rose plays no part.
    Horizontal,
    /// `SpatialEvo`'s rule: along that of the first camera's three axes on which it moved farthest, and along the second
    /// of them where that is at least 0.35 of the first and 0.25 of the whole way; up and down count like the others. The angle
    /// is that of the level axes among these, 0 without any.
    Dominant,
}

/// How the turn between two views is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PanDefinition {
    /// About the vertical.
    Horizontal,
    /// About the world's y axis, from frame to frame of the sequence and added up, as `SpatialEvo` measures.
    WorldXz,
}

/// An axis of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CameraAxis {
    /// To the right in the picture.
    Right,
    /// Downward in the picture.
    Down,
    /// Along the optical axis: depth.
    Forward,
}

/// Which size of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtentAxis {
    /// Longest side of the box.
    Longest,
    /// Longer horizontal side of an upright box.
    Width,
    /// Shorter horizontal side of an upright box.
    Depth,
    /// Vertical span.
    Height,
    /// Area of the vertical projection.
    Footprint,
    /// Volume of the box.
    Volume,
}

/// A part of an object along the vertical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Lowest point.
    Bottom,
    /// Centre.
    Centre,
    /// Highest point.
    Top,
}

/// Something that holds or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "test", rename_all = "snake_case", deny_unknown_fields)]
pub enum Predicate {
    /// The left term is less or greater than the right one.
    Compare {
        /// Left side.
        left: Term,
        /// How they compare.
        is: Comparison,
        /// Right side.
        right: Term,
    },
    /// An angle falls into a sector.
    Sector {
        /// The angle.
        of: Term,
        /// The sector system.
        #[serde(rename = "in")]
        #[schemars(with = "SectorName")]
        sectors: SectorSystem,
        /// A word of that system.
        is: String,
    },
    /// A named relation of `data/relations.toml`, which says what it stands for.
    Relation {
        /// Its name: `on`, `above`, `below` …
        name: String,
        /// First object.
        a: Entity,
        /// Second object.
        b: Entity,
    },
    /// All of them hold.
    All {
        /// The parts.
        of: Vec<Predicate>,
    },
    /// At least one of them holds.
    Any {
        /// The parts.
        of: Vec<Predicate>,
    },
    /// It does not hold.
    Not {
        /// The part.
        of: Box<Predicate>,
    },
    /// A question has this answer: the same word, object, order or count, or a quantity inside the claimed
    /// interval.
    Claim {
        /// The question.
        question: Box<Question>,
        /// The claimed answer.
        answer: Answer,
    },
}

/// How two terms compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Left is smaller.
    Less,
    /// Left is larger.
    Greater,
}

/// Names of the sector systems, for the JSON Schema.
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used; geometry itself does not depend on schemars")]
enum SectorName {
    Halves,
    Thirds,
    Quadrants,
    Axes,
    Eight,
    Clock,
    Orientation,
}
