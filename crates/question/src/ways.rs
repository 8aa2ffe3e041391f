//! The graph of the free floor: which things on it are joined by a straight way wide enough for a walker.

use scene::{ObjectId, Scene};

use crate::{
    Draw, Entity,
    measure::{Context, WALKER_WIDTH_M},
};

/// Standard deviations by which a way must be wide enough.
const SIGMAS: f64 = 4.0;
/// Starts tried before there is no walk of so many places.
const STARTS: usize = 16;

/// Things by position, and for each those that can be reached straight from it.
#[derive(Debug, Clone)]
pub(crate) struct Ways {
    reached: Vec<Vec<usize>>,
}

impl Ways {
    /// The graph over these objects.
    pub(crate) fn new(scene: &Scene, objects: &[ObjectId]) -> Self {
        let context = Context { scene, sigmas: SIGMAS, memory: None };
        let wide = |a: ObjectId, b: ObjectId| {
            context.is_wider(&Entity::Id(a), &Entity::Id(b), WALKER_WIDTH_M).is_ok_and(|is_wider| is_wider)
        };
        let mut reached = vec![Vec::new(); objects.len()];
        for (at, object) in objects.iter().enumerate() {
            for (earlier, other) in objects[..at].iter().enumerate() {
                if wide(*other, *object) {
                    reached[at].push(earlier);
                    reached[earlier].push(at);
                }
            }
        }
        Self { reached }
    }

    /// Positions of so many different things, each straight on from the one before; `None` where none was found.
    pub(crate) fn walk(&self, places: usize, draw: &mut Draw) -> Option<Vec<usize>> {
        let starts: Vec<usize> = (0..self.reached.len()).filter(|at| !self.reached[*at].is_empty()).collect();
        (0..STARTS).find_map(|_| {
            let mut walk = vec![*draw.pick(&starts)?];
            while walk.len() < places {
                let next: Vec<usize> =
                    self.reached[walk[walk.len() - 1]].iter().copied().filter(|at| !walk.contains(at)).collect();
                walk.push(*draw.pick(&next)?);
            }
            Some(walk)
        })
    }
}
