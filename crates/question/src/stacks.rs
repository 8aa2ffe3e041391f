//! What lies over or under what: where generation looks for things that are on, above or below each other, which things drawn
//! blindly hardly ever are. No answer depends on it.

use scene::{Object, ObjectId, Scene};

/// Things over and under each of some objects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stacks {
    /// For each object, the positions of the others.
    objects: Vec<Vec<usize>>,
    /// For each object, the positions of the kinds of which some are.
    classes: Vec<Vec<usize>>,
}

impl Stacks {
    /// Finds them among objects, by their numbers, and among all things of kinds, by their labels.
    pub(crate) fn new(scene: &Scene, ids: &[ObjectId], classes: &[String]) -> Self {
        let object = |id: &ObjectId| scene.position(*id).map(|at| &scene.objects()[at]);
        let members = |label: &String| -> Vec<&Object> {
            let positions = scene.class(label).map(|class| class.wide).unwrap_or_default();
            positions.iter().map(|at| &scene.objects()[*at]).collect()
        };
        let objects: Vec<Option<&Object>> = ids.iter().map(object).collect();
        let kinds: Vec<Vec<&Object>> = classes.iter().map(members).collect();
        let of_objects = |one: Option<&Object>| {
            let others = objects.iter().enumerate();
            let is_stacked =
                |other: Option<&Object>| one.zip(other).is_some_and(|(one, other)| are_stacked(one, other));
            others.filter(|(_, other)| is_stacked(**other)).map(|(at, _)| at).collect()
        };
        let of_classes = |one: Option<&Object>| {
            let is_any = |of: &Vec<&Object>| one.is_some_and(|one| of.iter().any(|other| are_stacked(one, other)));
            kinds.iter().enumerate().filter(|(_, of)| is_any(of)).map(|(at, _)| at).collect()
        };
        Self {
            objects: objects.iter().copied().map(of_objects).collect(),
            classes: objects.iter().copied().map(of_classes).collect(),
        }
    }

    /// The objects over and under this one.
    pub(crate) fn objects(&self, at: usize) -> &[usize] {
        self.objects.get(at).map_or(&[], Vec::as_slice)
    }

    /// The kinds of which some are over or under this one.
    pub(crate) fn classes(&self, at: usize) -> &[usize] {
        self.classes.get(at).map_or(&[], Vec::as_slice)
    }
}

/// Whether the middle of one lies within the other, both seen from above in boxes along the axes.
fn are_stacked(one: &Object, other: &Object) -> bool {
    let holds = |outer: &Object, inner: &Object| {
        let (low, high) = outer.bounds.aabb();
        let middle = inner.bounds.centre();
        low.x <= middle.x && middle.x <= high.x && low.y <= middle.y && middle.y <= high.y
    };
    one.id != other.id && (holds(one, other) || holds(other, one))
}
