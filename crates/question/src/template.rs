//! Questions of a task with their holes filled, without going through JSON each time.
//!
//! What fills a role is either a name (of an object, a frame, a pixel, a region, a class) or part of the question's shape (a
//! word, a number). A shape is made once from the task's JSON, with `$role` in the place of each name; a question is a copy
//! of its shape with the names put in.

use std::{cell::RefCell, collections::HashMap};

use serde_json::Value;

use crate::{Entity, Filling, Fillings, Predicate, Question, Role, Task, Term, catalogue::CatalogueError};

thread_local! {
    /// Shapes made so far, by task and what is part of the shape.
    static SHAPES: RefCell<HashMap<String, Question>> = RefCell::new(HashMap::new());
}

/// Most shapes that a thread keeps; the catalogue has a few hundred.
const MOST_SHAPES: usize = 4096;

/// A place that a name fills.
enum Hole<'a> {
    One(&'a mut Entity),
    Several(&'a mut Vec<Entity>),
    Class(&'a mut String),
}

impl Task {
    /// The question with every hole filled.
    pub fn question(&self, fillings: &Fillings) -> Result<Question, CatalogueError> {
        let mut shape = self.name.clone();
        for (role, kind) in &self.roles {
            let filling = fillings.get(role).ok_or_else(|| self.unfilled(role))?;
            match (kind, filling) {
                (Role::Word { .. } | Role::Quantity { .. }, Filling::Text(word)) => {
                    shape.push('\n');
                    shape.push_str(word);
                }
                (Role::Word { .. } | Role::Quantity { .. }, Filling::Number(number)) => {
                    shape.push('\n');
                    shape.push_str(&number.to_bits().to_string());
                }
                (_, Filling::Text(_)) => shape.push_str("\n$"),
                (_, Filling::List(_)) => shape.push_str("\n[$]"),
                // A number for a name is refused by whoever reads the question.
                (_, Filling::Number(_)) => return self.filled(fillings, &|role| self.value(role, fillings)),
            }
        }
        let known = SHAPES.with_borrow(|shapes| shapes.get(&shape).cloned());
        let mut question = if let Some(question) = known {
            question
        } else {
            let made = self.filled(fillings, &|role| Ok(self.sign(role, fillings)))?;
            SHAPES.with_borrow_mut(|shapes| {
                if shapes.len() >= MOST_SHAPES {
                    shapes.clear();
                }
                shapes.insert(shape, made.clone());
            });
            made
        };
        let mut fault = None;
        question.holes(&mut |hole| {
            if let Err(error) = self.put(hole, fillings) {
                fault.get_or_insert(error);
            }
        });
        match fault {
            Some(error) => Err(error),
            None => Ok(question),
        }
    }

    /// `$role` for a name, `[$role]` for several, itself for what is part of the shape.
    fn sign(&self, role: &str, fillings: &Fillings) -> Value {
        match (self.roles.get(role), fillings.get(role)) {
            (Some(Role::Word { .. } | Role::Quantity { .. }), Some(Filling::Text(word))) => Value::from(word.as_str()),
            (_, Some(Filling::Number(number))) => Value::from(*number),
            (_, Some(Filling::List(_))) => Value::from(vec![format!("${role}")]),
            _ => Value::from(format!("${role}")),
        }
    }

    /// Puts the name or names into a hole that a sign marks.
    fn put(&self, hole: Hole, fillings: &Fillings) -> Result<(), CatalogueError> {
        let named = |role: &str, text: &str| {
            self.entity(role, text, fillings)
                .parse::<Entity>()
                .map_err(|error| CatalogueError::Malformed { task: self.name.clone(), message: error.to_string() })
        };
        let sign = |entity: &Entity| match entity {
            Entity::Named(text) => text.strip_prefix('$').map(str::to_owned),
            _ => None,
        };
        match hole {
            Hole::One(entity) => {
                if let Some(role) = sign(entity)
                    && let Some(Filling::Text(text)) = fillings.get(&role)
                {
                    *entity = named(&role, text)?;
                }
            }
            Hole::Several(entities) => {
                let mut all = Vec::with_capacity(entities.len());
                for entity in entities.drain(..) {
                    match sign(&entity).map(|role| (fillings.get(&role), role)) {
                        Some((Some(Filling::Text(text)), role)) => all.push(named(&role, text)?),
                        Some((Some(Filling::List(texts)), role)) => {
                            for text in texts {
                                all.push(named(&role, text)?);
                            }
                        }
                        _ => all.push(entity),
                    }
                }
                *entities = all;
            }
            Hole::Class(class) => {
                if let Some(role) = class.strip_prefix('$')
                    && let Some(Filling::Text(text)) = fillings.get(role)
                {
                    class.clone_from(text);
                }
            }
        }
        Ok(())
    }
}

type Visit<'v> = &'v mut dyn FnMut(Hole);

fn each<'e>(entities: impl IntoIterator<Item = &'e mut Entity>, visit: Visit) {
    for entity in entities {
        visit(Hole::One(entity));
    }
}

impl Question {
    fn holes(&mut self, visit: Visit) {
        match self {
            Self::Value { of, .. } | Self::Region { of } => of.holes(visit),
            Self::Pick { of, filter, among, .. } => {
                of.holes(visit);
                if let Some(filter) = filter {
                    filter.holes(visit);
                }
                visit(Hole::Several(among));
            }
            Self::Order { of, among, .. } => {
                of.holes(visit);
                visit(Hole::Several(among));
            }
            Self::Which { filter, among } => {
                filter.holes(visit);
                visit(Hole::Several(among));
            }
            Self::Locate { of, frame } => {
                visit(Hole::One(of));
                visit(Hole::One(frame));
            }
            Self::Turns { facing, along } => {
                each(facing, visit);
                visit(Hole::Several(along));
            }
            Self::Test { that } => that.holes(visit),
            Self::Count { class, filter } => {
                visit(Hole::Class(class));
                if let Some(filter) = filter {
                    filter.holes(visit);
                }
            }
        }
    }
}

impl Predicate {
    fn holes(&mut self, visit: Visit) {
        match self {
            Self::Compare { left, right, .. } => {
                left.holes(visit);
                right.holes(visit);
            }
            Self::Sector { of, .. } => of.holes(visit),
            Self::Relation { a, b, .. } => {
                visit(Hole::One(a));
                visit(Hole::One(b));
            }
            Self::All { of } | Self::Any { of } => {
                for part in of {
                    part.holes(visit);
                }
            }
            Self::Not { of } => of.holes(visit),
            Self::Claim { question, .. } => question.holes(visit),
        }
    }
}

impl Term {
    fn holes(&mut self, visit: Visit) {
        match self {
            Self::Sum { of } | Self::Difference { of } | Self::Ratio { of } => {
                for term in of {
                    term.holes(visit);
                }
            }
            Self::Number { class } => visit(Hole::Class(class)),
            Self::Distance { from, to, .. }
            | Self::Pan { from, to, .. }
            | Self::Movement { from, to, .. }
            | Self::PassageWidth { from, to }
            | Self::WalkingDistance { from, to } => each([from, to], visit),
            Self::Extent { of, .. }
            | Self::Elevation { of, .. }
            | Self::Occupancy { of }
            | Self::FirstSeen { of, .. } => visit(Hole::One(of)),
            Self::VerticalGap { bottom_of, top_of } => {
                each([bottom_of, top_of], visit);
            }
            Self::Overlap { of, over } => each([of, over], visit),
            Self::Bearing { at, facing, of, .. } => {
                each([at, facing, of], visit);
            }
            Self::Bend { from, at, to } => each([from, at, to], visit),
            Self::Azimuth { from, of, heading, .. } => {
                each([from, of, heading], visit);
            }
            Self::Coordinate { of, frame, .. } | Self::Visibility { of, frame } => {
                each([of, frame], visit);
            }
            Self::Clearance { of, to, heading, .. } => {
                each([Some(of), Some(to), heading.as_mut()].into_iter().flatten(), visit);
            }
            Self::FreeArea { on, of, heading, room_for, .. } => {
                each([on, of, heading, room_for].into_iter().filter_map(Option::as_mut), visit);
            }
            Self::ViewOverlap { of, with } => each([of, with], visit),
            Self::AxisAngle { a, b } => each([a, b], visit),
            Self::Constant { .. } | Self::RoomArea {} => {}
        }
    }
}
