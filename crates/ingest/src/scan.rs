//! The scan behind a scene's objects: what frames see of them is told from its vertices rather than from their boxes.

use render::Cloud;
use scene::{Frame, ObjectId, geometry::Vec3};

use crate::Report;

/// With fewer vertices than this an object's sightings are those of its box.
const LEAST_VERTICES: usize = 20;

const FROM_SCAN: &str = "sightings of objects from their vertices in the scan";

/// The vertices of objects, and those of none.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    cloud: Cloud,
    rest: Vec<[f32; 3]>,
    /// Objects with too few vertices.
    few: usize,
}

impl Scan {
    /// Adds the vertices of an object.
    pub(crate) fn add<'a>(&mut self, object: ObjectId, vertices: impl IntoIterator<Item = &'a Vec3>) {
        let points: Vec<[f32; 3]> = vertices.into_iter().map(single).collect();
        if points.len() < LEAST_VERTICES {
            self.few += 1;
            self.rest.extend(points);
        } else {
            self.cloud.add(object, points);
        }
    }

    /// Adds vertices of no object: they may hide one.
    pub(crate) fn add_rest<'a>(&mut self, vertices: impl IntoIterator<Item = &'a Vec3>) {
        self.rest.extend(vertices.into_iter().map(single));
    }

    /// All vertices, where some are of an object.
    pub(crate) fn cloud(&mut self) -> Option<&Cloud> {
        self.cloud.objects().next()?;
        self.cloud.add_rest(std::mem::take(&mut self.rest));
        Some(&self.cloud)
    }

    /// The cloud, where it says something of some frame. Says so in the report.
    pub(crate) fn finish(
        mut self,
        frames: &[Frame],
        report: &mut Report,
        converted: &mut Vec<String>,
    ) -> Option<Cloud> {
        let objects = self.cloud()?.objects().count();
        if frames.iter().all(|frame| frame.pose.world_from_camera().is_none()) {
            return None;
        }
        report.convert(FROM_SCAN, objects);
        converted.push(FROM_SCAN.to_owned());
        if self.few > 0 {
            let few = self.few;
            let note =
                format!("{few} objects have fewer than {LEAST_VERTICES} vertices: sightings are those of their boxes");
            report.notes.push(note);
        }
        Some(self.cloud)
    }
}

fn single(p: &Vec3) -> [f32; 3] {
    p.to_array().map(|value| value as f32)
}
