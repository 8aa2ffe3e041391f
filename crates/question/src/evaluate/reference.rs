//! Which object a label, name or number stands for. Nothing is guessed: no, several or unknown objects end
//! the evaluation with a reason.

use scene::{Class, ClassMiss, ObjectId};

use super::{Evaluator, Halt};
use crate::{Answer, Entity, Reason, ReasonCode, Resolve, Step};

impl<'q> Evaluator<'q> {
    /// The object an entity stands for here.
    pub(super) fn entity(&mut self, entity: &'q Entity) -> Result<Entity, Halt> {
        match entity {
            Entity::Each => {
                self.each.clone().ok_or_else(|| Halt::malformed("\"?\" stands outside of candidates and conditions"))
            }
            Entity::Id(id) => self.numbered(*id),
            Entity::Nearest(_) => Err(Halt::malformed(format!("{entity}: a question names one object at a time"))),
            Entity::Named(name) => match (name.as_str(), &self.pair) {
                ("$a", Some((a, _))) => Ok(a.clone()),
                ("$b", Some((_, b))) => Ok(b.clone()),
                _ => self.named(name, false),
            },
        }
    }

    /// The object or objects a candidate stands for.
    pub(super) fn candidate(&mut self, entity: &'q Entity) -> Result<Entity, Halt> {
        match entity {
            Entity::Named(name) => self.named(name, true),
            other => self.entity(other),
        }
    }

    fn numbered(&self, id: ObjectId) -> Result<Entity, Halt> {
        if self.scene().position(id).is_some() {
            Ok(Entity::Id(id))
        } else {
            Err(Reason::new(ReasonCode::Absent, format!("the scene has no object {id}")).into())
        }
    }

    fn named(&mut self, name: &'q str, several: bool) -> Result<Entity, Halt> {
        let known = self.resolved.iter().find(|(known, _)| *known == name).map(|(_, entity)| entity.clone());
        if let (Some(entity), Resolve::Unique | Resolve::Exact) = (&known, self.profile.resolve) {
            return Ok(entity.clone());
        }
        let class = self.class(name)?;
        let ids = |positions: &[usize]| -> Vec<ObjectId> {
            positions.iter().map(|at| self.scene().objects()[*at].id).collect()
        };
        let not_unique = |positions: &[usize]| {
            let shown: Vec<String> = positions
                .iter()
                .take(4)
                .map(|at| &self.scene().objects()[*at])
                .map(|object| format!("{} {}", object.title(), object.id))
                .collect();
            let more = if positions.len() > shown.len() { ", …" } else { "" };
            Reason::new(
                ReasonCode::NotUnique,
                format!(
                    "{} objects fit \"{name}\" ({}{more}); name exactly one, for example by its number",
                    positions.len(),
                    shown.join(", ")
                ),
            )
        };
        let objects = match self.profile.resolve {
            Resolve::Unique => match class.wide {
                [_] => ids(class.wide),
                several => return Err(not_unique(several).into()),
            },
            Resolve::Exact => match class.exact {
                [_] => ids(class.exact),
                [] => return Err(absent(name, class.canonical).into()),
                several => return Err(not_unique(several).into()),
            },
            Resolve::Declared => {
                let declared = self.declared(name, class);
                match (class.exact, declared) {
                    ([], _) => return Err(absent(name, class.canonical).into()),
                    ([first, ..], 1) if !several => ids(&[*first]),
                    (all, _) if several => ids(all),
                    (all, _) => return Err(not_unique(all).into()),
                }
            }
        };
        let entity = match objects.as_slice() {
            [one] => Entity::Id(*one),
            _ => Entity::Nearest(objects.clone()),
        };
        if let Some(known) = known {
            // A candidate may stand for all its instances, a thing measured from may not: one word, one meaning.
            return if known == entity { Ok(entity) } else { Err(not_unique(class.exact).into()) };
        }
        self.trace.step(|| Step::Resolve { reference: name.to_owned(), objects });
        self.resolved.push((name, entity.clone()));
        Ok(entity)
    }

    /// How many objects of a class the source says there are: declared, or else outlined.
    fn declared(&self, name: &str, class: Class<'_>) -> usize {
        self.scene().declared_count(name).map_or(class.exact.len(), |count| count as usize)
    }

    pub(super) fn class(&self, name: &str) -> Result<Class<'q>, Reason> {
        self.scene().class(name).map_err(|miss| match miss {
            ClassMiss::Absent { canonical } => absent(name, &canonical),
            ClassMiss::Unknown { phrase } => Reason::new(
                ReasonCode::UnknownLabel,
                match self.scene().similar(&phrase).as_slice() {
                    [] => format!("nothing here is called \"{phrase}\", and the label table does not know the word"),
                    similar => format!("nothing here is called \"{phrase}\"; the scene has: {}", similar.join(", ")),
                },
            ),
        })
    }

    /// Members of a class to be counted, and how many the profile says they are.
    pub(super) fn members(&mut self, name: &'q str) -> Result<(Vec<ObjectId>, u32), Halt> {
        let class = self.class(name)?;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let rivals = |numbers: &[u32]| numbers.iter().map(|value| Answer::Count { value: *value }).collect();
        let (positions, value) = match self.profile.resolve {
            Resolve::Unique => {
                // A class of which only narrower kinds are present is their sum; beside its own objects they
                // leave open whether the annotator meant them too.
                if !class.exact.is_empty() && class.exact.len() != class.wide.len() {
                    let (exact, wide) = (count(class.exact.len()), count(class.wide.len()));
                    return Err(Halt::Ambiguous {
                        reason: Reason::new(
                            ReasonCode::ClassAmbiguous,
                            format!(
                                "{exact} {} labelled \"{}\" and {} more {} a kind of it; ask for a narrower class",
                                if exact == 1 { "object is" } else { "objects are" },
                                class.canonical,
                                wide - exact,
                                if wide - exact == 1 { "is" } else { "are" }
                            ),
                        ),
                        rivals: rivals(&[exact, wide]),
                        margin: None,
                    });
                }
                let boxes = count(class.wide.len());
                if let Some(declared) = self.scene().declared_count(name)
                    && declared != boxes
                {
                    return Err(Halt::Ambiguous {
                        reason: Reason::new(
                            ReasonCode::CountDisagrees,
                            format!("the source declares {declared} \"{}\" but outlines {boxes}", class.canonical),
                        ),
                        rivals: rivals(&[boxes, declared]),
                        margin: None,
                    });
                }
                (class.wide, boxes)
            }
            Resolve::Exact => (class.exact, count(class.exact.len())),
            Resolve::Declared => (class.exact, count(self.declared(name, class))),
        };
        if positions.is_empty() {
            return Err(absent(name, class.canonical).into());
        }
        Ok((positions.iter().map(|at| self.scene().objects()[*at].id).collect(), value))
    }
}

fn absent(name: &str, canonical: &str) -> Reason {
    let sentence = if name == canonical {
        format!("the scene has no {name}")
    } else {
        format!("the scene has no {name} ({canonical})")
    };
    Reason::new(ReasonCode::Absent, sentence)
}
