//! Choice of views: which frames show what a question is about, and views that nobody has taken.

use scene::{
    Frame, ObjectId, Pose, Scene,
    geometry::{Camera, CameraError, Distortion, Mat3, RigidTransform, Vec2, Vec3},
};
use serde::{Deserialize, Serialize};

/// A chosen frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// Its name.
    pub frame: String,
    /// What it adds to the frames chosen before it, in objects shown whole.
    pub gain: f64,
    /// Utility by the scores that were given, 0 without any.
    pub utility: f64,
    /// How much of each object the frames chosen so far show together, 0 to 1, in the order of the objects.
    pub coverage: Vec<f64>,
}

/// How alike a view, a text and a scene are, as models see it: cosines, given by whoever runs such models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scores {
    /// Text and three-dimensional content of the view.
    pub text_to_3d: f64,
    /// Picture and three-dimensional content, mean over the pictures.
    pub image_to_3d: f64,
    /// Text and picture, of CLIP.
    pub clip: f64,
}

/// Weights of the scores. The defaults are those that 3D-R1 reports as best; the last two add up to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Of [`Scores::text_to_3d`].
    pub text_to_3d: f64,
    /// Of [`Scores::image_to_3d`].
    pub image_to_3d: f64,
    /// Of [`Scores::clip`].
    pub clip: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { text_to_3d: 0.3, image_to_3d: 0.5, clip: 0.5 }
    }
}

impl Weights {
    /// 3D-R1's utility of a view.
    pub fn utility(&self, scores: &Scores) -> f64 {
        self.text_to_3d * scores.text_to_3d + self.image_to_3d * scores.image_to_3d + self.clip * scores.clip
    }
}

/// Up to `k` frames that show the most of some objects together, the best first.
///
/// A set of frames shows 1 − Π(1 − visible fraction) of each object, as if each frame showed a part of its own; the sum
/// over the objects has diminishing returns, so that choosing the frame of the greatest gain each time reaches at least
/// 1 − 1/e of the best set. `utility` of a frame is added to its gain. Frames whose gain and utility are nothing are not
/// chosen; of equal ones the earlier is.
pub fn choose_views(frames: &[Frame], objects: &[ObjectId], k: usize, utility: impl Fn(&str) -> f64) -> Vec<Chosen> {
    let seen: Vec<Vec<f64>> = frames.iter().map(|frame| fractions(frame, objects)).collect();
    let utilities: Vec<f64> = frames.iter().map(|frame| utility(&frame.name)).collect();
    let mut hidden = vec![1.0; objects.len()];
    let mut left: Vec<usize> = (0..frames.len()).collect();
    let mut chosen = Vec::new();
    while chosen.len() < k {
        let gain = |at: usize| seen[at].iter().zip(&hidden).map(|(fraction, hidden)| fraction * hidden).sum::<f64>();
        let best = left.iter().copied().reduce(|best, at| {
            let ahead = gain(at) + utilities[at] > gain(best) + utilities[best];
            if ahead { at } else { best }
        });
        let Some(best) = best.filter(|best| gain(*best) + utilities[*best] > 0.0) else { break };
        let gain = gain(best);
        for (hidden, fraction) in hidden.iter_mut().zip(&seen[best]) {
            *hidden *= 1.0 - fraction;
        }
        left.retain(|at| *at != best);
        chosen.push(Chosen {
            frame: frames[best].name.clone(),
            gain,
            utility: utilities[best],
            coverage: hidden.iter().map(|hidden| 1.0 - hidden).collect(),
        });
    }
    chosen
}

/// Visible fraction of each object in a frame, 0 where nobody has looked.
fn fractions(frame: &Frame, objects: &[ObjectId]) -> Vec<f64> {
    let sightings = frame.sightings.as_deref().unwrap_or_default();
    let fraction = |id: &ObjectId| {
        let at = sightings.binary_search_by_key(id, |sighting| sighting.object);
        at.map_or(0.0, |at| sightings[at].visible_fraction.clamp(0.0, 1.0))
    };
    objects.iter().map(fraction).collect()
}

/// Width and height of a view that nobody has taken, pixels.
const NOVEL_PX: [u32; 2] = [640, 480];
/// Its focal length, pixels: 65° from side to side.
const NOVEL_FOCAL_PX: f64 = 502.0;
/// Height of a turntable's cameras above what they look at, as a share of their distance.
const RISE: f64 = 0.4;
/// Height of the eyes above the lowest point of the object from which one looks, metres.
const EYES_M: f64 = 1.6;

/// Views that nobody has taken, without images or sightings: eight around some objects, one from above, and one from
/// each object towards the middle of the others.
pub fn novel_views(scene: &Scene, objects: &[ObjectId]) -> Result<Vec<Frame>, CameraError> {
    let positions = objects.iter().filter_map(|id| scene.position(*id));
    let corners: Vec<Vec3> = positions.flat_map(|at| scene.objects()[at].bounds.corners()).collect();
    let Some((low, high)) = corners.iter().map(|p| (*p, *p)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return Ok(Vec::new());
    };
    let (middle, reach) = ((low + high) / 2.0, (high - low).length() / 2.0);
    let [width, height] = NOVEL_PX;
    let centre = Vec2::new(f64::from(width), f64::from(height)) / 2.0;
    let camera = Camera::new(width, height, Vec2::splat(NOVEL_FOCAL_PX), centre, Distortion::None)?;
    // The sphere around them fits into the shorter side of the picture.
    let away = reach.max(0.3) * NOVEL_FOCAL_PX.hypot(centre.y) / centre.y;
    let mut eyes: Vec<(String, Vec3, Vec3)> = (0..8)
        .map(|at| {
            let (sin, cos) = (f64::from(at) * std::f64::consts::FRAC_PI_4).sin_cos();
            let way = Vec3::new(cos, sin, RISE).normalize();
            (format!("turntable-{at}"), middle + way * away, middle)
        })
        .collect();
    eyes.push(("top-down".to_owned(), middle + Vec3::Z * away, middle));
    for id in objects {
        let Some(position) = scene.position(*id) else { continue };
        let own = &scene.objects()[position].bounds;
        let others: Vec<Vec3> = objects
            .iter()
            .filter(|other| *other != id)
            .filter_map(|other| Some(scene.objects()[scene.position(*other)?].bounds.centre()))
            .collect();
        if !others.is_empty() {
            let eye = own.centre().truncate().extend(own.vertical_span_m().0 + EYES_M);
            eyes.push((format!("from-{}", id.0), eye, others.iter().sum::<Vec3>() / others.len() as f64));
        }
    }
    Ok(eyes.into_iter().filter_map(|(name, eye, target)| looking(name, camera, eye, target)).collect())
}

/// A frame at a place that looks at another; the top of its picture is up, or north where it looks straight down.
fn looking(name: String, camera: Camera, eye: Vec3, target: Vec3) -> Option<Frame> {
    let forward = (target - eye).try_normalize()?;
    let right = forward.cross(Vec3::Z).try_normalize().unwrap_or(Vec3::X);
    let axes = Mat3::from_cols(right, forward.cross(right), forward);
    let pose = Pose::Known(RigidTransform::new(axes, eye).ok()?);
    Some(Frame { name, time_s: None, camera, pose, colour: None, depth: None, instance: None, sightings: None })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use scene::{NoiseModel, Object, Provenance, Room, SceneParts, Sighting, geometry::OrientedBox};

    use super::*;

    fn frame(name: &str, seen: &[(u32, f64)]) -> Frame {
        let camera = Camera::new(64, 48, Vec2::splat(50.0), Vec2::new(32.0, 24.0), Distortion::None).unwrap();
        let sighting = |(id, visible_fraction): &(u32, f64)| Sighting::of_fraction(ObjectId(*id), *visible_fraction);
        Frame {
            sightings: Some(seen.iter().map(sighting).collect()),
            ..looking(name.to_owned(), camera, Vec3::ZERO, Vec3::X).unwrap()
        }
    }

    #[test]
    fn views_that_complete_each_other_are_chosen_before_those_that_repeat() {
        let frames =
            [frame("a", &[(1, 0.8), (2, 0.3)]), frame("b", &[(1, 0.9)]), frame("c", &[(2, 0.6)]), frame("d", &[])];
        let objects = [ObjectId(1), ObjectId(2)];
        let names = |k: usize| {
            choose_views(&frames, &objects, k, |_| 0.0).into_iter().map(|view| view.frame).collect::<Vec<_>>()
        };
        assert_eq!(names(2), ["a", "c"]);
        assert_eq!(names(9), ["a", "c", "b"], "what shows nothing is not chosen");
        let all = choose_views(&frames, &objects, 2, |_| 0.0);
        assert!((all[1].coverage[1] - (1.0 - 0.7 * 0.4)).abs() < 1e-12);
        assert_eq!(choose_views(&frames, &objects, 1, |name| if name == "d" { 2.0 } else { 0.0 })[0].frame, "d");
    }

    #[test]
    fn greedy_choice_reaches_its_share_of_the_best() {
        for seed in 0..200 {
            let mut draw = scene::Draw::new(seed, &["views"], 0);
            let frames: Vec<Frame> = (0..7)
                .map(|at| frame(&at.to_string(), &(1..5).map(|id| (id, draw.unit())).collect::<Vec<_>>()))
                .collect();
            let objects: Vec<ObjectId> = (1..5).map(ObjectId).collect();
            let worth = |chosen: &[usize]| -> f64 {
                let hidden = |at: usize| {
                    chosen.iter().map(|frame| 1.0 - fractions(&frames[*frame], &objects)[at]).product::<f64>()
                };
                (0..objects.len()).map(|at| 1.0 - hidden(at)).sum()
            };
            let found: Vec<usize> =
                choose_views(&frames, &objects, 3, |_| 0.0).iter().map(|view| view.frame.parse().unwrap()).collect();
            let mut best = 0.0_f64;
            for a in 0..7 {
                for b in 0..a {
                    for c in 0..b {
                        best = best.max(worth(&[a, b, c]));
                    }
                }
            }
            assert!(worth(&found) >= (1.0 - (-1.0_f64).exp()) * best, "{seed}");
        }
    }

    #[test]
    fn novel_views_look_at_their_objects_with_the_top_up() {
        let object = |id: u32, centre: Vec3| Object {
            id: ObjectId(id),
            label: "box".into(),
            names: Vec::new(),
            bounds: OrientedBox::upright(centre, Vec3::splat(0.2), 0.3).unwrap(),
            front: None,
        };
        let scene = Scene::new(SceneParts {
            id: "made".into(),
            source: Provenance::default(),
            noise: NoiseModel::NONE,
            room: Room::default(),
            objects: vec![object(1, Vec3::new(1.0, 2.0, 0.2)), object(2, Vec3::new(3.0, 2.0, 0.2))],
            declared_counts: BTreeMap::new(),
            frames: Vec::new(),
            points: Vec::new(),
        })
        .unwrap();
        let ids = [ObjectId(1), ObjectId(2)];
        let views = novel_views(&scene, &ids).unwrap();
        assert_eq!(views.len(), 8 + 1 + 2);
        for view in &views[..9] {
            let camera_from_world = view.pose.world_from_camera().unwrap().inverse();
            for object in scene.objects() {
                let place = camera_from_world.apply(object.bounds.centre());
                let pixel = view.camera.project(place).unwrap();
                assert!((0.0..640.0).contains(&pixel.x) && (0.0..480.0).contains(&pixel.y), "{}: {pixel}", view.name);
                let above = view.camera.project(camera_from_world.apply(object.bounds.centre() + Vec3::Z * 0.2));
                assert!(view.name == "top-down" || above.unwrap().y < pixel.y, "{}: upside down", view.name);
            }
        }
        assert!(novel_views(&scene, &[]).unwrap().is_empty());
    }
}
