//! Which object a label, name or number stands for. Nothing is guessed: no, several or unknown objects end
//! the evaluation with a reason.

use scene::{Class, ClassMiss, Description, LEAST_VISIBLE, ObjectId, Scene, Shown, region};

use super::{Evaluator, Halt};
use crate::{
    Answer, Entity, Reason, ReasonCode, Resolve, Step, Verdict,
    entity::plainly,
    evaluate,
    measure::not_looked,
    prove,
    reference::{chosen, meaning, surely_shown},
};

impl<'q> Evaluator<'q> {
    /// The object or camera an entity stands for here.
    pub(super) fn entity(&mut self, entity: &'q Entity) -> Result<Entity, Halt> {
        let bound = self.target(entity)?;
        if let Entity::Together(_) = bound {
            let sentence =
                format!("{} is no single object; only the direction to it is defined", plainly(&entity.to_string()));
            return Err(Reason::new(ReasonCode::OutsideDefinition, sentence).into());
        }
        Ok(bound)
    }

    /// The same, or the objects that mark a region.
    pub(super) fn target(&mut self, entity: &'q Entity) -> Result<Entity, Halt> {
        match entity {
            Entity::Each => {
                self.each.clone().ok_or_else(|| Halt::malformed("\"?\" stands outside of candidates and conditions"))
            }
            Entity::Id(id) => self.numbered(*id),
            Entity::Nearest(_) | Entity::Together(_) => {
                Err(Halt::malformed(format!("{entity}: a question names one object at a time")))
            }
            Entity::Camera(name) => {
                self.context.frame(name)?;
                Ok(entity.clone())
            }
            Entity::Pixel { frame, .. } => {
                self.context.frame(frame)?;
                Ok(entity.clone())
            }
            Entity::Seen(text) => self.seen(text),
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
        let scene: &'q Scene = self.scene();
        let class = match scene.class(name) {
            Ok(class) => class,
            Err(_) => match self.described(name, name, None)? {
                Some(described) => return Ok(described),
                None => self.class(name)?,
            },
        };
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
        self.trace.step(|| Step::Resolve { reference: name.to_owned(), objects, by: None });
        self.resolved.push((name, entity.clone()));
        Ok(entity)
    }

    /// What a frame shows of a label, name or region.
    fn seen(&mut self, text: &'q str) -> Result<Entity, Halt> {
        if let Some((_, entity)) = self.resolved.iter().find(|(known, _)| *known == text) {
            return Ok(entity.clone());
        }
        let (name, frame) = text.rsplit_once('@').unwrap_or((text, ""));
        self.context.frame(frame)?;
        let of_region = name.strip_prefix('~');
        let scene = self.scene();
        let positions: Vec<usize> = if let Some(name) = of_region {
            let unknown = || Reason::new(ReasonCode::UnknownLabel, format!("no region is called \"{name}\""));
            region(name).ok_or_else(unknown)?.marks(scene)
        } else {
            if let Some(described) = self.described(text, name, Some(frame))? {
                return Ok(described);
            }
            let class = self.class(name)?;
            let members = if self.profile.resolve == Resolve::Unique { class.wide } else { class.exact };
            if members.is_empty() {
                return Err(absent(name, class.canonical).into());
            }
            members.to_vec()
        };
        let ids: Vec<ObjectId> = positions.iter().map(|at| scene.objects()[*at].id).collect();
        let tolerance = self.context.sigmas * scene.noise().visible_fraction;
        let listed = |ids: &[ObjectId]| {
            let titles = ids.iter().filter_map(|id| scene.position(*id)).map(|at| &scene.objects()[at]);
            titles.map(|object| format!("{} {}", object.title(), object.id)).collect::<Vec<_>>().join(", ")
        };
        let shown = scene.shown(frame, &ids, tolerance).ok_or_else(|| not_looked(frame))?;
        let said = of_region.unwrap_or(name);
        let objects = match (shown, of_region.is_some()) {
            (Shown::One(id), _) => vec![id],
            (Shown::Several(ids), true) if surely_shown(scene, frame, &ids, tolerance) => ids,
            (Shown::None, _) => {
                let sentence = format!("{frame} shows no {said}, or less than {LEAST_VISIBLE} of it");
                return Err(Reason::new(ReasonCode::NotVisible, sentence).into());
            }
            (Shown::Several(ids), false) => {
                let sentence = format!("{frame} shows several that fit \"{said}\" ({})", listed(&ids));
                return Err(Reason::new(ReasonCode::NotUnique, sentence).into());
            }
            (Shown::Open(ids) | Shown::Several(ids), _) => {
                let sentence =
                    format!("within tolerance it is open which of {} {frame} shows as \"{said}\"", listed(&ids));
                return Err(Reason::new(ReasonCode::TooCloseToCall, sentence).into());
            }
        };
        let entity = match objects[..] {
            [one] => Entity::Id(one),
            _ => Entity::Together(objects.clone()),
        };
        self.trace.step(|| Step::Resolve { reference: text.to_owned(), objects, by: None });
        self.resolved.push((text, entity.clone()));
        Ok(entity)
    }

    /// The object that a description means, among all of its kind, or among those of them that a frame shows; none if the
    /// words are a name, or no description.
    fn described(&mut self, text: &'q str, name: &str, frame: Option<&str>) -> Result<Option<Entity>, Halt> {
        if let Some(id) = (self.known.meant)(text) {
            return Ok(Some(Entity::Id(id)));
        }
        let is_name = !matches!(self.scene().class(name), Err(ClassMiss::Unknown { .. }));
        if is_name || self.profile.resolve != Resolve::Unique {
            return Ok(None);
        }
        let Some(description) = Description::parse(name).filter(|description| description.fits(frame)) else {
            return Ok(None);
        };
        let question = meaning(self.scene(), &description, frame, self.context.sigmas)?;
        let (verdict, proof) = if self.trace.is_recording() {
            prove(self.scene(), &question, self.profile, "")
        } else {
            (evaluate(self.scene(), &question, self.profile), None)
        };
        let said = |reason: Reason| Reason { sentence: format!("\"{name}\": {}", reason.sentence), ..reason };
        let answer = match verdict {
            Verdict::Certain { answer, .. } => answer,
            Verdict::Ambiguous { reason, margin, .. } => {
                return Err(Halt::Ambiguous { reason: said(reason), rivals: Vec::new(), margin });
            }
            Verdict::Invalid { reason } => return Err(said(reason).into()),
        };
        let id = chosen(&description, &answer);
        let too_few =
            || Reason::new(ReasonCode::Absent, format!("there is no {description}: there are fewer of its kind"));
        let entity = Entity::Id(id.ok_or_else(too_few)?);
        let objects = id.into_iter().collect();
        self.trace.step(|| Step::Resolve { reference: text.to_owned(), objects, by: proof.map(Box::new) });
        self.resolved.push((text, entity.clone()));
        Ok(Some(entity))
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
