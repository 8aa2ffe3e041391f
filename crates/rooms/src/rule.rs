//! Rules: where a kind may be placed.

use serde::Deserialize;

/// A side of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Where its front is.
    Front,
    /// Opposite the front.
    Back,
    /// Left, seen from the front.
    Left,
    /// Right, seen from the front.
    Right,
}

/// Which part of a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurfacePart {
    /// All of it.
    #[default]
    Any,
    /// As far back as it goes.
    Back,
    /// The front half.
    Front,
    /// The left half.
    Left,
    /// The right half.
    Right,
}

/// Where a kind may be; `Of` names the kinds it belongs to: positions in the table, or names in its text.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule<Of = usize> {
    /// On the floor, its back to a wall.
    AgainstWall,
    /// On the floor, its back to a wall and its side to another.
    Corner,
    /// On the floor, away from the walls.
    Centre,
    /// Anywhere on the floor.
    Free {
        /// Greatest turn either way, degrees.
        turn: f64,
    },
    /// On the floor, facing a thing, perhaps partly under it.
    Around {
        /// What it stands around.
        of: Vec<Of>,
        /// On which sides of it.
        sides: Vec<Edge>,
        /// How far under it, at most, metres.
        tuck: f64,
    },
    /// On the floor, beside a thing, their backs in line.
    Beside {
        /// Beside what.
        of: Vec<Of>,
    },
    /// On the floor, in front of a thing.
    Before {
        /// Before what.
        of: Vec<Of>,
        /// Least and greatest gap between, metres.
        gap: [f64; 2],
    },
    /// On a surface of a thing.
    On {
        /// On what.
        of: Vec<Of>,
        /// On which part of the surface.
        #[serde(default)]
        at: SurfacePart,
        /// Greatest turn either way, degrees.
        turn: f64,
    },
    /// On the floor below a thing.
    Under {
        /// Below what.
        of: Vec<Of>,
        /// Greatest turn either way, degrees.
        turn: f64,
    },
    /// On a wall.
    Hung {
        /// Least and greatest height of its lower side, metres.
        bottom: [f64; 2],
    },
    /// On the wall over a thing.
    Above {
        /// Over what.
        of: Vec<Of>,
        /// Least and greatest height of its lower side, metres.
        bottom: [f64; 2],
    },
    /// Under the ceiling.
    Ceiling,
    /// In the doorways.
    Door,
    /// In the window openings.
    Window,
}

impl<Of> Rule<Of> {
    /// The word that the table has for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AgainstWall => "against_wall",
            Self::Corner => "corner",
            Self::Centre => "centre",
            Self::Free { .. } => "free",
            Self::Around { .. } => "around",
            Self::Beside { .. } => "beside",
            Self::Before { .. } => "before",
            Self::On { .. } => "on",
            Self::Under { .. } => "under",
            Self::Hung { .. } => "hung",
            Self::Above { .. } => "above",
            Self::Ceiling => "ceiling",
            Self::Door => "door",
            Self::Window => "window",
        }
    }

    /// What it belongs to, if anything.
    pub fn of(&self) -> &[Of] {
        match self {
            Self::Around { of, .. }
            | Self::Beside { of }
            | Self::Before { of, .. }
            | Self::On { of, .. }
            | Self::Under { of, .. }
            | Self::Above { of, .. } => of,
            _ => &[],
        }
    }

    /// The same rule with other names for what it belongs to.
    pub(crate) fn with<To>(self, name: impl FnMut(Of) -> To) -> Rule<To> {
        let all = |of: Vec<Of>| of.into_iter().map(name).collect();
        match self {
            Self::AgainstWall => Rule::AgainstWall,
            Self::Corner => Rule::Corner,
            Self::Centre => Rule::Centre,
            Self::Free { turn } => Rule::Free { turn },
            Self::Around { of, sides, tuck } => Rule::Around { of: all(of), sides, tuck },
            Self::Beside { of } => Rule::Beside { of: all(of) },
            Self::Before { of, gap } => Rule::Before { of: all(of), gap },
            Self::On { of, at, turn } => Rule::On { of: all(of), at, turn },
            Self::Under { of, turn } => Rule::Under { of: all(of), turn },
            Self::Hung { bottom } => Rule::Hung { bottom },
            Self::Above { of, bottom } => Rule::Above { of: all(of), bottom },
            Self::Ceiling => Rule::Ceiling,
            Self::Door => Rule::Door,
            Self::Window => Rule::Window,
        }
    }
}
