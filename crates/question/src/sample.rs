//! Draws fillings for a task from a scene: candidate questions, good and bad, for generation and tests.

use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use foldhash::{HashMap, HashSet};
use scene::{Frame, Images, LEAST_VISIBLE, Object, ObjectId, Region, Scene, Shown, has_flat_top, is_seat, regions};

use crate::{Draw, Filling, Fillings, Profile, Role, Stand, Task, reference::described, stacks::Stacks, ways::Ways};

/// Where objects come from (`None`: the whole scene), and which of them; walks first, then what else is choosy.
type Source<'a> = (Option<&'a str>, Reverse<Option<Stand>>);

/// How far above the floor the bottom of what stands on it may be, metres.
const ON_FLOOR_M: f64 = 0.05;

/// What a scene offers to fill roles with.
#[derive(Debug, Clone)]
pub struct Sampler {
    /// For each object that some phrase names alone, that phrase; in order of the objects.
    unique: Vec<String>,
    /// Their numbers.
    unique_ids: Vec<ObjectId>,
    /// The same, to ask whether one is among them.
    unique_set: HashSet<String>,
    /// Those of them that have a flat top, and those that stand on the floor.
    standing: BTreeMap<Stand, Standing>,
    /// Which of those on the floor are joined by a way, found when first needed.
    ways: OnceLock<Ways>,
    /// What lies over or under what, found when first needed.
    stacks: OnceLock<Stacks>,
    /// All classes, sorted.
    kinds: Vec<String>,
    /// Those with at least two objects.
    classes: Vec<String>,
    /// Those of them whose label says how they stand.
    standing_classes: BTreeMap<Stand, Vec<String>>,
    /// Frames with a known pose, in their order.
    frames: Vec<FrameOffer>,
    /// Where the depth images of the frames lie.
    images: Images,
    /// What its descriptions mean, as a question has them: `tallest lamp`, `tallest lamp@rgb_0`.
    meant: HashMap<String, ObjectId>,
}

impl Stand {
    /// Those that an object has by itself, whatever else fills the roles.
    const OF_ITSELF: [Self; 3] = [Self::FlatTop, Self::Seat, Self::OnFloor];
}

/// Whether an object stands so; of ways, whether it may be an end of one.
fn stands(scene: &Scene, stand: Stand, object: &Object) -> bool {
    match stand {
        Stand::FlatTop => has_flat_top(&object.label),
        Stand::Seat => is_seat(&object.label),
        Stand::OnFloor | Stand::OnWay => {
            let bottom = object.bounds.vertical_span_m().0;
            scene.room().floor_height_m.is_some_and(|floor| (bottom - floor).abs() <= ON_FLOOR_M)
        }
    }
}

/// Objects that stand in one way.
#[derive(Debug, Clone)]
struct Standing {
    phrases: Vec<String>,
    phrase_set: HashSet<String>,
    /// Their numbers, in the same order.
    ids: Vec<ObjectId>,
}

/// What a frame offers.
#[derive(Debug, Clone)]
struct FrameOffer {
    name: String,
    /// Phrases that name one object each among those it shows.
    seen: Vec<String>,
    /// Those of them whose object stands so.
    standing: BTreeMap<Stand, Vec<String>>,
    /// Regions some of whose marks it shows.
    regions: Vec<String>,
    /// The frame without its sightings, if it names a depth image.
    depth: Option<Frame>,
}

impl FrameOffer {
    /// `describing`: things that no name tells from their like are described.
    fn new(
        scene: &Scene,
        frame: &Frame,
        describing: Option<&Describing>,
        meant: &mut HashMap<String, ObjectId>,
    ) -> Option<Self> {
        frame.pose.world_from_camera()?;
        let name = &frame.name;
        let shown = |positions: &[usize]| {
            let ids: Vec<ObjectId> = positions.iter().map(|at| scene.objects()[*at].id).collect();
            scene.shown(name, &ids, 0.0)
        };
        let alone =
            |phrase: &&String| scene.class(phrase).is_ok_and(|class| matches!(shown(class.wide), Some(Shown::One(_))));
        let sightings = frame.sightings.iter().flatten().filter(|sighting| sighting.visible_fraction >= LEAST_VISIBLE);
        let objects = sightings.filter_map(|sighting| Some(&scene.objects()[scene.position(sighting.object)?]));
        let objects: Vec<&Object> = objects.collect();
        let named = |object: &&Object| std::iter::once(&object.label).chain(&object.names).find(alone).cloned();
        let by_name = objects.iter().filter_map(|object| Some((named(object)?, object.id)));
        let mut seen: BTreeMap<String, ObjectId> = by_name.collect();
        if let Some(describing) = describing {
            let mut told: BTreeSet<ObjectId> = BTreeSet::new();
            let alike: BTreeSet<&String> =
                objects.iter().filter(|object| named(object).is_none()).map(|object| &object.label).collect();
            for label in alike {
                let Ok(class) = scene.class(label) else { continue };
                let Some(Shown::Several(ids)) = shown(class.wide) else { continue };
                for (id, phrase) in described(scene, label, &ids, &[], Some(name), describing.telling.profile) {
                    told.insert(id);
                    meant.insert(format!("{phrase}@{name}"), id);
                    seen.insert(phrase, id);
                }
            }
            if describing.telling.marks {
                let sightings = frame.sightings.iter().flatten();
                let is_large = sightings.filter(|sighting| sighting.pixels >= LEAST_MARKED_PX);
                let large: BTreeSet<ObjectId> = is_large.map(|sighting| sighting.object).collect();
                let marked = |object: &&&Object| {
                    named(object).is_none() && !told.contains(&object.id) && large.contains(&object.id)
                };
                seen.extend(objects.iter().filter(marked).map(|object| (object.id.to_string(), object.id)));
            }
        }
        let marked = |region: &&Region| matches!(shown(&region.marks(scene)), Some(Shown::One(_) | Shown::Several(_)));
        let regions = regions().iter().filter(marked).filter_map(|region| region.names.first().cloned()).collect();
        let depth = frame.depth.as_ref().map(|_| Frame { sightings: None, ..frame.clone() });
        let standing = Stand::OF_ITSELF.map(|stand| {
            let stands_so =
                |id: &ObjectId| scene.position(*id).is_some_and(|at| stands(scene, stand, &scene.objects()[at]));
            (stand, seen.iter().filter(|(_, id)| stands_so(id)).map(|(phrase, _)| phrase.clone()).collect())
        });
        let seen = seen.into_keys().collect();
        Some(Self { name: name.clone(), seen, standing: standing.into(), regions, depth })
    }

    /// Phrases that name one object each among those it shows that stand so.
    fn offered(&self, stand: Option<Stand>) -> &[String] {
        match stand {
            None => &self.seen,
            Some(stand) => self.standing.get(&stand).map_or(&[], Vec::as_slice),
        }
    }

    /// Whether it shows what the frame of a role has to show: the names and regions that fill the roles that depend on it.
    fn shows(&self, task: &Task, fillings: &Fillings, frame: &str) -> bool {
        task.roles.iter().all(|(role, kind)| {
            let names = || fillings.get(role).map(Filling::texts).unwrap_or_default();
            match kind {
                Role::Object { seen_in: Some(of), stand, .. } | Role::Objects { seen_in: Some(of), stand, .. } => {
                    of != frame || are_all_in(self.offered(*stand), names())
                }
                Role::Region { seen_in } => seen_in != frame || names().iter().all(|name| self.regions.contains(name)),
                _ => true,
            }
        })
    }

    /// Different pixels whose depth is known; `None` where too few are found, or there is no depth.
    fn pixels(&self, count: usize, images: &Images, draw: &mut Draw) -> Option<Vec<String>> {
        let frame = self.depth.as_ref()?;
        let depths = images.depths(frame).ok()?;
        let mut pixels = Vec::with_capacity(count);
        for _ in 0..MOST_PIXEL_DRAWS {
            if pixels.len() == count {
                break;
            }
            let column = draw.below(frame.camera.width_px() as usize) as u32;
            let row = draw.below(frame.camera.height_px() as usize) as u32;
            let pixel = format!("{column},{row}");
            if depths.at(column, row).is_some() && !pixels.contains(&pixel) {
                pixels.push(pixel);
            }
        }
        (pixels.len() == count).then_some(pixels)
    }
}

/// Whether names are all among sorted ones.
fn are_all_in(sorted: &[String], names: &[String]) -> bool {
    names.iter().all(|name| sorted.binary_search(name).is_ok())
}

/// How things are told that no name tells from their like.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'p> {
    /// The profile under which they are described.
    pub profile: &'p Profile,
    /// Whether what a frame shows and nothing describes is offered by its number, to be marked in the picture.
    pub marks: bool,
}

/// Descriptions of things that no name tells from their like.
struct Describing<'p> {
    telling: Telling<'p>,
    names: BTreeMap<ObjectId, String>,
}

impl<'p> Describing<'p> {
    fn new(scene: &Scene, telling: Telling<'p>) -> Self {
        let mut anchors = Vec::new();
        let mut alike: BTreeSet<&String> = BTreeSet::new();
        for object in scene.objects() {
            match named_alone(scene, object) {
                Some(name) => anchors.push((name.clone(), object.id)),
                None => drop(alike.insert(&object.label)),
            }
        }
        let mut names = BTreeMap::new();
        for label in alike {
            let Ok(class) = scene.class(label) else { continue };
            let ids: Vec<ObjectId> = class.wide.iter().map(|at| scene.objects()[*at].id).collect();
            for (id, name) in described(scene, label, &ids, &anchors, None, telling.profile) {
                // Of a wider kind, only what bears its very label is called so.
                if scene.position(id).is_some_and(|at| scene.objects()[at].label == *label) {
                    names.insert(id, name);
                }
            }
        }
        Self { telling, names }
    }
}

/// The phrase that names only this object: its label, the plainest, or where several share that, an instance name.
pub fn named_alone<'s>(scene: &Scene, object: &'s Object) -> Option<&'s String> {
    let is_alone = |phrase: &&String| scene.class(phrase).is_ok_and(|class| class.wide.len() == 1);
    std::iter::once(&object.label).chain(&object.names).find(is_alone)
}

/// Least area that a frame shows of what may be marked in it, pixels.
const LEAST_MARKED_PX: f64 = 400.0;

/// Pixels drawn of a frame before it counts as one without depth.
const MOST_PIXEL_DRAWS: usize = 64;

impl Sampler {
    /// Collects what the scene offers.
    pub fn new(scene: &Scene) -> Self {
        Self::of(scene, None)
    }

    /// The same, with descriptions ("second tallest lamp") for things that no name tells from their like: of each the
    /// plainest that is certain under the profile, by comparison with all of its kind.
    pub fn telling(scene: &Scene, telling: Telling) -> Self {
        Self::of(scene, Some(&Describing::new(scene, telling)))
    }

    fn of(scene: &Scene, describing: Option<&Describing>) -> Self {
        let name = |object: &Object| named_alone(scene, object).or_else(|| describing?.names.get(&object.id)).cloned();
        let (unique, unique_ids): (Vec<String>, _) =
            scene.objects().iter().filter_map(|object| Some((name(object)?, object.id))).unzip();
        let standing = Stand::OF_ITSELF.map(|stand| {
            let objects = scene.objects().iter().filter(|object| stands(scene, stand, object));
            let (phrases, ids): (Vec<String>, _) =
                objects.filter_map(|object| Some((name(object)?, object.id))).unzip();
            (stand, Standing { phrase_set: phrases.iter().cloned().collect(), phrases, ids })
        });
        let classes: BTreeSet<String> = scene
            .objects()
            .iter()
            .filter(|object| scene.class(&object.label).is_ok_and(|class| class.exact.len() >= 2))
            .map(|object| object.label.clone())
            .collect();
        let kinds: BTreeSet<&String> = scene.objects().iter().map(|object| &object.label).collect();
        let of_label = |is_such: fn(&str) -> bool| classes.iter().filter(|label| is_such(label)).cloned().collect();
        let standing_classes = [(Stand::FlatTop, of_label(has_flat_top)), (Stand::Seat, of_label(is_seat))].into();
        let mut meant: HashMap<String, ObjectId> = describing
            .into_iter()
            .flat_map(|describing| &describing.names)
            .map(|(id, name)| (name.clone(), *id))
            .collect();
        let frames =
            scene.frames().iter().filter_map(|frame| FrameOffer::new(scene, frame, describing, &mut meant)).collect();
        Self {
            unique_set: unique.iter().cloned().collect(),
            unique,
            unique_ids,
            standing: standing.into(),
            ways: OnceLock::new(),
            stacks: OnceLock::new(),
            kinds: kinds.into_iter().cloned().collect(),
            classes: classes.into_iter().collect(),
            standing_classes,
            frames,
            images: scene.images().clone(),
            meant,
        }
    }

    /// The object that a description means, if it is one of those that fill roles.
    pub fn meant(&self, phrase: &str) -> Option<ObjectId> {
        self.meant.get(phrase).copied()
    }

    /// Descriptions that fill roles, with what they mean.
    pub fn descriptions(&self) -> impl Iterator<Item = (&str, ObjectId)> {
        self.meant.iter().map(|(phrase, id)| (phrase.as_str(), *id))
    }

    /// Classes that fill roles.
    fn classes(&self, or_one: bool) -> &[String] {
        if or_one { &self.kinds } else { &self.classes }
    }

    /// Phrases that name one object each.
    pub fn unique(&self) -> &[String] {
        &self.unique
    }

    /// Draws a filling for every role, different objects for different roles; `None` where the scene, of which this
    /// is the sampler, has too few objects, frames that show enough, no class to count or no way to walk.
    pub fn fillings(&self, scene: &Scene, task: &Task, draw: &mut Draw) -> Option<Fillings> {
        let sizes: BTreeMap<&str, usize> =
            task.roles.iter().filter_map(|(role, kind)| Some((role.as_str(), self.size(kind, draw)?))).collect();
        let mut fillings = Fillings::new();
        let frames = self.frames(task, &sizes, draw, &mut fillings)?;
        let mut sources: BTreeMap<Source<'_>, Vec<&str>> = BTreeMap::new();
        for (role, kind) in &task.roles {
            if let Role::Object { seen_in, stand, .. } | Role::Objects { seen_in, stand, .. } = kind {
                sources.entry((seen_in.as_deref(), Reverse(*stand))).or_default().push(role);
            }
        }
        // Whatever is drawn of one source is different.
        let has_several = sources.len() > 1;
        let mut taken: Vec<(Option<&str>, String)> = Vec::new();
        for ((source, Reverse(stand)), roles) in sources {
            let wanted: usize = roles.iter().map(|role| sizes[role]).sum();
            let phrases: Cow<'_, [String]> = match (source, stand) {
                (Some(frame), stand) => frames.get(frame)?.offered(stand).into(),
                (None, Some(Stand::OnWay)) => self.walk(scene, wanted, draw)?.into(),
                (None, Some(stand)) => self.standing.get(&stand)?.phrases.as_slice().into(),
                (None, None) => self.unique.as_slice().into(),
            };
            // What is named alone in the scene is the same thing wherever it is seen.
            let is_taken = |phrase: &String| {
                taken.iter().any(|(of, other)| other == phrase && (of.is_none() || source.is_none() || *of == source))
            };
            let free: Option<Vec<usize>> =
                (!taken.is_empty()).then(|| (0..phrases.len()).filter(|at| !is_taken(&phrases[*at])).collect());
            let offered = free.as_ref().map_or(phrases.len(), Vec::len);
            if wanted > offered {
                return None;
            }
            let order = match stand {
                Some(Stand::OnWay) => (0..wanted).collect(),
                _ => draw.distinct(wanted, offered),
            };
            let mut objects = order.into_iter().map(|at| phrases[free.as_ref().map_or(at, |free| free[at])].clone());
            for role in roles {
                let filling = match task.roles[role] {
                    Role::Objects { .. } => Filling::List(objects.by_ref().take(sizes[role]).collect()),
                    _ => Filling::Text(objects.next()?),
                };
                if has_several {
                    taken.extend(filling.texts().iter().map(|text| (source, text.clone())));
                }
                fillings.insert(role.to_owned(), filling);
            }
        }
        self.pixels(task, &sizes, &frames, draw, &mut fillings)?;
        let classes =
            task.roles.values().filter(|kind| matches!(kind, Role::Class { stand: None, or_one: false, .. })).count();
        let mut drawn = draw.distinct(classes, self.classes.len()).into_iter();
        for (role, kind) in &task.roles {
            let filling = match kind {
                Role::Class { stand: None, or_one: false, .. } => Filling::Text(self.classes[drawn.next()?].clone()),
                Role::Class { stand: None, or_one: true, .. } => Filling::Text(draw.pick(&self.kinds)?.clone()),
                Role::Class { stand: Some(stand), .. } => {
                    Filling::Text(draw.pick(self.standing_classes.get(stand)?)?.clone())
                }
                Role::Quantity { values, .. } => Filling::Number(*draw.pick(values)?),
                Role::Word { words } => Filling::Text(draw.pick(words)?.1.clone()),
                Role::Region { seen_in } => Filling::Text(draw.pick(&frames.get(seen_in.as_str())?.regions)?.clone()),
                Role::Object { .. }
                | Role::Objects { .. }
                | Role::Frame
                | Role::Frames { .. }
                | Role::Pixel { .. }
                | Role::Pixels { .. } => continue,
            };
            fillings.insert(role.clone(), filling);
        }
        self.stack(scene, task, draw, &mut fillings);
        Some(fillings)
    }

    /// Puts over or under each other, half of the time, what may be.
    fn stack(&self, scene: &Scene, task: &Task, draw: &mut Draw, fillings: &mut Fillings) {
        for (role, kind) in &task.roles {
            let (Role::Object { stacked_with: Some(with), .. } | Role::Class { stacked_with: Some(with), .. }) = kind
            else {
                continue;
            };
            if draw.below(2) == 0 {
                continue;
            }
            let Some(Filling::Text(other)) = fillings.get(with) else { continue };
            let Some(at) = self.unique.iter().position(|phrase| phrase == other) else { continue };
            let stacks = self.stacks.get_or_init(|| Stacks::new(scene, &self.unique_ids, &self.kinds));
            let chosen = match kind {
                Role::Class { or_one, .. } => {
                    let kinds = stacks.classes(at).iter().map(|at| &self.kinds[*at]);
                    let kinds: Vec<&String> =
                        kinds.filter(|kind| self.classes(*or_one).binary_search(kind).is_ok()).collect();
                    draw.pick(&kinds).copied()
                }
                _ => draw.pick(stacks.objects(at)).map(|at| &self.unique[*at]),
            };
            // Different roles are filled with different things.
            if let Some(chosen) =
                chosen.filter(|chosen| fillings.values().all(|filling| !filling.texts().contains(chosen)))
            {
                fillings.insert(role.clone(), Filling::Text(chosen.clone()));
            }
        }
    }

    /// The phrases among the fillings of a task that must name one object each in the whole scene.
    pub fn bare<'f>(task: &Task, fillings: &'f Fillings) -> impl Iterator<Item = &'f String> {
        let is_bare =
            |kind: &Role| matches!(kind, Role::Object { seen_in: None, .. } | Role::Objects { seen_in: None, .. });
        let bare = task.roles.iter().filter(move |(_, kind)| is_bare(kind));
        bare.filter_map(|(role, _)| fillings.get(role)).flat_map(Filling::texts)
    }

    /// The same question of this scene, as a draw could come to it: the same names and words, in frames drawn among those that
    /// show the things. `None` where the scene does not offer them all; never of walks and pixels, which are of one scene.
    pub fn alike(&self, task: &Task, fillings: &Fillings, draw: &mut Draw) -> Option<Fillings> {
        let names = |role: &str| fillings.get(role).map(Filling::texts).unwrap_or_default();
        if !Self::bare(task, fillings).all(|name| self.unique_set.contains(name)) {
            return None;
        }
        let mut own = fillings.clone();
        for (role, kind) in &task.roles {
            let is_offered = match kind {
                Role::Object { stand: Some(stand), seen_in: None, .. }
                | Role::Objects { stand: Some(stand), seen_in: None, .. } => {
                    let standing = self.standing.get(stand);
                    standing.is_some_and(|standing| names(role).iter().all(|name| standing.phrase_set.contains(name)))
                }
                Role::Class { stand: None, or_one, .. } => are_all_in(self.classes(*or_one), names(role)),
                Role::Class { stand: Some(stand), .. } => {
                    self.standing_classes.get(stand).is_some_and(|classes| are_all_in(classes, names(role)))
                }
                Role::Frame => {
                    let showing: Vec<&FrameOffer> =
                        self.frames.iter().filter(|offer| offer.shows(task, fillings, role)).collect();
                    own.insert(role.clone(), Filling::Text(draw.pick(&showing)?.name.clone()));
                    true
                }
                // What is seen in a frame comes with it.
                Role::Object { .. }
                | Role::Objects { .. }
                | Role::Region { .. }
                | Role::Quantity { .. }
                | Role::Word { .. } => true,
                Role::Frames { .. } | Role::Pixel { .. } | Role::Pixels { .. } => false,
            };
            if !is_offered {
                return None;
            }
        }
        let frames = task.roles.iter().filter(|(_, kind)| matches!(kind, Role::Frame));
        let frames: Vec<&[String]> = frames.filter_map(|(role, _)| Some(own.get(role)?.texts())).collect();
        (frames.iter().collect::<BTreeSet<_>>().len() == frames.len()).then_some(own)
    }

    /// The same question with another frame in one of its roles: of each frame that shows the things and fills no role.
    pub fn retaken(&self, task: &Task, fillings: &Fillings, role: &str) -> Vec<Fillings> {
        let is_taken = |name: &String| fillings.values().any(|filling| filling.texts().contains(name));
        let showing = self.frames.iter().filter(|offer| !is_taken(&offer.name) && offer.shows(task, fillings, role));
        let with = |offer: &FrameOffer| {
            let mut own = fillings.clone();
            own.insert(role.to_owned(), Filling::Text(offer.name.clone()));
            own
        };
        showing.map(with).collect()
    }

    /// Fills the roles of pixels, each with other pixels of its frame.
    fn pixels(
        &self,
        task: &Task,
        sizes: &BTreeMap<&str, usize>,
        frames: &BTreeMap<&str, &FrameOffer>,
        draw: &mut Draw,
        fillings: &mut Fillings,
    ) -> Option<()> {
        let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (role, kind) in &task.roles {
            if let Role::Pixel { seen_in } | Role::Pixels { seen_in, .. } = kind {
                sources.entry(seen_in).or_default().push(role);
            }
        }
        for (frame, roles) in sources {
            let wanted: usize = roles.iter().map(|role| sizes[role]).sum();
            let mut pixels = frames.get(frame)?.pixels(wanted, &self.images, draw)?.into_iter();
            for role in roles {
                let filling = match task.roles[role] {
                    Role::Pixels { .. } => Filling::List(pixels.by_ref().take(sizes[role]).collect()),
                    _ => Filling::Text(pixels.next()?),
                };
                fillings.insert(role.to_owned(), filling);
            }
        }
        Some(())
    }

    /// Phrases for so many places of a walk.
    fn walk(&self, scene: &Scene, places: usize, draw: &mut Draw) -> Option<Vec<String>> {
        let floor = self.standing.get(&Stand::OnFloor)?;
        let walk = self.ways.get_or_init(|| Ways::new(scene, &floor.ids)).walk(places, draw)?;
        Some(walk.into_iter().map(|at| floor.phrases[at].clone()).collect())
    }

    /// How many objects, frames or pixels a role takes.
    fn size(&self, kind: &Role, draw: &mut Draw) -> Option<usize> {
        let between = |least: usize, most: usize, draw: &mut Draw| least + draw.below((most + 1).saturating_sub(least));
        match kind {
            Role::Object { .. } | Role::Frame | Role::Pixel { .. } => Some(1),
            Role::Objects { least, most, seen_in: None, .. } => {
                Some(between(*least, (*most).min(self.unique.len()), draw))
            }
            // How many a frame shows is known once it is drawn.
            Role::Objects { least, most, .. } | Role::Pixels { least, most, .. } => Some(between(*least, *most, draw)),
            Role::Frames { least, most } => Some(between(*least, (*most).min(self.frames.len()), draw)),
            Role::Class { .. } | Role::Quantity { .. } | Role::Word { .. } | Role::Region { .. } => None,
        }
    }

    /// Fills the roles of frames with different ones that show enough for the roles that depend on them.
    fn frames<'s>(
        &'s self,
        task: &'s Task,
        sizes: &BTreeMap<&str, usize>,
        draw: &mut Draw,
        fillings: &mut Fillings,
    ) -> Option<BTreeMap<&'s str, &'s FrameOffer>> {
        let mut taken: Vec<&str> = Vec::new();
        let mut single = BTreeMap::new();
        for (role, kind) in &task.roles {
            let (Role::Frame | Role::Frames { .. }) = kind else { continue };
            let mut wanted: BTreeMap<Option<Stand>, usize> = BTreeMap::new();
            for (of, kind) in &task.roles {
                if let Role::Object { seen_in: Some(frame), stand, .. }
                | Role::Objects { seen_in: Some(frame), stand, .. } = kind
                    && frame == role
                {
                    *wanted.entry(*stand).or_default() += sizes[of.as_str()];
                }
            }
            let region = task.roles.values().any(|kind| matches!(kind, Role::Region { seen_in } if seen_in == role));
            let pixel = task
                .roles
                .values()
                .any(|kind| matches!(kind, Role::Pixel { seen_in } | Role::Pixels { seen_in, .. } if seen_in == role));
            let fits = |offer: &&FrameOffer| {
                let depth_suits = !pixel || offer.depth.is_some();
                depth_suits
                    && !taken.contains(&offer.name.as_str())
                    && wanted.iter().all(|(stand, wanted)| offer.offered(*stand).len() >= *wanted)
                    && !(region && offer.regions.is_empty())
            };
            let fitting: Vec<&FrameOffer> = self.frames.iter().filter(fits).collect();
            let count = sizes[role.as_str()];
            if count > fitting.len() {
                return None;
            }
            let drawn: Vec<&FrameOffer> =
                draw.distinct(count, fitting.len()).into_iter().map(|at| fitting[at]).collect();
            taken.extend(drawn.iter().map(|offer| offer.name.as_str()));
            let names = || drawn.iter().map(|offer| offer.name.clone());
            let filling = match kind {
                Role::Frames { .. } => Filling::List(names().collect()),
                _ => Filling::Text(names().next()?),
            };
            fillings.insert(role.clone(), filling);
            single.insert(role.as_str(), *drawn.first()?);
        }
        Some(single)
    }
}
