//! Scans of `ScanNet`: written from flats and read back, and the traps of the published ones.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;
#[path = "common/flats.rs"]
mod flats;
#[path = "common/sens_file.rs"]
mod sens_file;

use std::{fs, io::Write as _, path::Path};

use common::write_images;
use ingest::{Import, Options, ply::read_ply, reader, writer};
use scene::{
    ObjectId, Pose, Scene,
    geometry::{OrientedBox, Vec2, Vec3},
};
use sens_file::sens;

fn import(path: &Path) -> Import {
    (reader("scannet").unwrap().read)(path).unwrap()
}

/// A flat written as a scan: the flat, its images, and the scan's folder.
struct Scan {
    flat: Scene,
    images: tempfile::TempDir,
    folder: tempfile::TempDir,
}

fn scan(seed: u64, frames: usize) -> Scan {
    let (images, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let flat = flats::flat(seed, frames, images.path());
    let report = (writer("scannet").unwrap().write)(&flat, images.path(), folder.path()).unwrap();
    assert_eq!(report.made["frames"], frames, "{report}");
    Scan { flat, images, folder }
}

impl Scan {
    fn file(&self, ending: &str) -> std::path::PathBuf {
        self.folder.path().join(format!("{}{ending}", self.flat.id()))
    }

    /// Replaces text in a file of the scan.
    fn change(&self, ending: &str, from: &str, to: &str) {
        let file = self.file(ending);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from} is not in {}", file.display());
        fs::write(file, text.replacen(from, to, 1)).unwrap();
    }
}

/// The number of an object after its way through the layout, which has none of number 0.
fn number(flat: &Scene, id: u32) -> ObjectId {
    let from_zero = flat.objects()[0].id == ObjectId(0);
    ObjectId(if from_zero { flat.position(ObjectId(id)).unwrap() as u32 + 1 } else { id })
}

/// The largest distance of a corner of one box from the nearest of another.
fn apart_m(a: &OrientedBox, b: &OrientedBox) -> f64 {
    let far = |a: &OrientedBox, b: &OrientedBox| {
        let nearest = |p: &Vec3| b.corners().iter().map(|q| p.distance(*q)).fold(f64::INFINITY, f64::min);
        a.corners().iter().map(nearest).fold(0.0, f64::max)
    };
    far(a, b).max(far(b, a))
}

/// The sightings that the reader takes while images are at hand are those of the images that it leaves.
fn sightings_are_those_of_the_written_images(read: &Import) {
    let dir = tempfile::tempdir().unwrap();
    write_images(read, dir.path());
    let scene = &read.scenes[0];
    let mut parts = scene.clone().into_parts();
    parts.frames.iter_mut().for_each(|frame| frame.sightings = None);
    let scan = read.scans.get(scene.id());
    let again = render::sighted_by(&Scene::new(parts).unwrap(), dir.path(), scan, &render::Options::default()).unwrap();
    for (frame, again) in scene.frames().iter().zip(again.frames()) {
        assert_eq!(frame.sightings, again.sightings, "frame {}", frame.name);
        assert_eq!(frame.sightings.is_some(), frame.pose.world_from_camera().is_some());
    }
    assert!(scene.frames().iter().flat_map(|frame| &frame.sightings).any(|seen| !seen.is_empty()));
}

#[test]
fn five_flats_come_back() {
    for seed in 1..=5 {
        let scan = scan(seed, 4);
        let read = import(scan.folder.path());
        sightings_are_those_of_the_written_images(&read);
        let back = &read.scenes[0];
        assert_eq!(back.id(), scan.flat.id());
        assert_eq!(back.objects().len(), scan.flat.objects().len(), "{}", read.report);
        for (back, object) in back.objects().iter().zip(scan.flat.objects()) {
            assert_eq!((back.id, &back.label), (number(&scan.flat, object.id.0), &object.label));
            let apart = apart_m(&back.bounds, &object.bounds);
            assert!(apart < 2e-6, "{}: {apart} m", object.label);
            assert!(back.bounds.centre().distance(object.bounds.centre()) < 1e-6);
        }
        let (found, wanted) = (back.room().floor_height_m.unwrap(), scan.flat.room().floor_height_m.unwrap());
        assert!((found - wanted).abs() < 1e-6);
        let images = tempfile::tempdir().unwrap();
        write_images(&read, images.path());
        assert_eq!(back.frames().len(), 4);
        for (back, frame) in back.frames().iter().zip(scan.flat.frames()) {
            let (a, b) = (back.pose.world_from_camera().unwrap(), frame.pose.world_from_camera().unwrap());
            assert!(a.translation().distance(b.translation()) < 1e-8);
            assert!((a.rotation() - b.rotation()).to_cols_array().iter().all(|v| v.abs() < 1e-8));
            assert!(back.camera.focal_px().distance(frame.camera.focal_px()) < 1e-8);
            assert!(back.camera.centre_px().distance(frame.camera.centre_px()) < 1e-8);
            let depth = |dir: &Path, frame| render::depth_image(dir, frame).unwrap().unwrap().pixels;
            let same = depth(images.path(), back).into_iter().zip(depth(scan.images.path(), frame));
            assert!(same.clone().all(|(a, b)| a.to_bits() == b.to_bits()));
            let known = same.filter(|(depth, _)| depth.is_finite()).count();
            assert!(known > 1000, "{known}");
            let instances = |dir: &Path, frame| render::instance_image(dir, frame).unwrap().unwrap().pixels;
            let wanted = instances(scan.images.path(), frame).into_iter().map(|id| match id {
                render::NOTHING => id,
                id => number(&scan.flat, id).0,
            });
            assert_eq!(instances(images.path(), back), wanted.collect::<Vec<_>>());
            let colours = |dir: &Path, frame| render::colour_image(dir, frame).unwrap().unwrap().pixels;
            let pairs = colours(images.path(), back).into_iter().zip(colours(scan.images.path(), frame));
            let off: f64 = pairs.map(|(a, b)| f64::from(a[1].abs_diff(b[1]))).sum();
            assert!(off / (96.0 * 72.0) < 6.0, "JPEG keeps the picture");
        }
        // What is written again is the same.
        let again = tempfile::tempdir().unwrap();
        (writer("scannet").unwrap().write)(&scan.flat, scan.images.path(), again.path()).unwrap();
        for entry in fs::read_dir(scan.folder.path().join("pose")).unwrap() {
            let name = entry.unwrap().file_name();
            let read = |dir: &Path| fs::read(dir.join("pose").join(&name)).unwrap();
            assert_eq!(read(scan.folder.path()), read(again.path()));
        }
    }
}

#[test]
fn the_mesh_of_a_box_is_closed_and_faces_outwards() {
    let scan = scan(1, 1);
    let ply = read_ply(&scan.file("_vh_clean_2.ply"), &[]).unwrap();
    let mesh = scene::geometry::Mesh::new(ply.vertices[..8].to_vec(), ply.triangles[..12].to_vec()).unwrap();
    assert!((mesh.volume_m3() - scan.flat.objects()[0].bounds.volume_m3()).abs() < 1e-5);
}

#[test]
fn alignment_moves_boxes_and_cameras_alike() {
    let scan = scan(2, 2);
    let before = import(scan.folder.path());
    // A quarter turn about z, and a step.
    scan.change(".txt", "1 0 0 0 0 1 0 0 0 0 1 0", "0 -1 0 5 1 0 0 -2 0 0 1 0.5");
    let after = import(scan.folder.path());
    let turned = |p: Vec3| Vec3::new(5.0 - p.y, p.x - 2.0, p.z + 0.5);
    for (one, other) in before.scenes[0].objects().iter().zip(after.scenes[0].objects()) {
        assert!(turned(one.bounds.centre()).distance(other.bounds.centre()) < 1e-5);
    }
    for (one, other) in before.scenes[0].frames().iter().zip(after.scenes[0].frames()) {
        let place = |frame: &scene::Frame| frame.pose.world_from_camera().unwrap().translation();
        assert!(turned(place(one)).distance(place(other)) < 1e-5);
    }
    assert!(after.report.converted.contains_key("axisAlignment applied to vertices and poses"));
    // Without it the report says what is missing.
    scan.change(".txt", "axisAlignment", "otherAlignment");
    assert!(import(scan.folder.path()).report.notes.iter().any(|note| note.contains("no axisAlignment")));
}

#[test]
fn lost_poses_are_missing() {
    let scan = scan(3, 3);
    let lost = "-inf -inf -inf -inf\n".repeat(4);
    fs::write(scan.folder.path().join("pose/1.txt"), lost).unwrap();
    fs::remove_file(scan.folder.path().join("pose/2.txt")).unwrap();
    let Import { scenes, report, .. } = import(scan.folder.path());
    let missing: Vec<bool> =
        scenes[0].frames().iter().map(|frame| matches!(frame.pose, Pose::Missing { .. })).collect();
    assert_eq!(missing, [false, true, true]);
    assert!(report.converted.keys().any(|how| how.contains("tracker was lost")), "{report}");
    assert!(report.converted.contains_key("frames without a pose file have no pose"));
}

#[test]
fn depth_of_another_size_is_fitted_to_the_colours() {
    let scan = scan(4, 2);
    // Colours of twice the size, as if from the larger sensor.
    for number in 0..2 {
        let mut jpeg = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
        encoder.encode(&vec![80; 192 * 144 * 3], 192, 144, jpeg_encoder::ColorType::Rgb).unwrap();
        fs::write(scan.folder.path().join(format!("color/{number}.jpg")), jpeg).unwrap();
    }
    scan.change(".txt", "colorHeight = 72\ncolorWidth = 96", "colorHeight = 144\ncolorWidth = 192");
    let lens = "150 0 96.5 0\n0 152 70.5 0\n0 0 1 0\n0 0 0 1\n";
    fs::write(scan.folder.path().join("intrinsic/intrinsic_color.txt"), lens).unwrap();
    fs::remove_dir_all(scan.folder.path().join("instance-filt")).unwrap();
    let read = import(scan.folder.path());
    sightings_are_those_of_the_written_images(&read);
    let frame = &read.scenes[0].frames()[0];
    assert_eq!((frame.camera.width_px(), frame.camera.focal_px()), (192, Vec2::new(150.0, 152.0)));
    assert!(read.report.converted.keys().any(|how| how.contains("from 96 x 72 to the 192 x 144")), "{}", read.report);
    let dir = tempfile::tempdir().unwrap();
    write_images(&read, dir.path());
    let large = render::depth_image(dir.path(), frame).unwrap().unwrap().pixels;
    let small = render::depth_image(scan.images.path(), &scan.flat.frames()[0]).unwrap().unwrap().pixels;
    let mut same = 0;
    for y in 0..144 {
        for x in 0..192 {
            same += usize::from(large[y * 192 + x].to_bits() == small[y / 2 * 96 + x / 2].to_bits());
        }
    }
    assert_eq!(same, 192 * 144, "each pixel has the depth of the one under it");
}

#[test]
fn annotations_that_contradict_themselves() {
    let scan = scan(5, 0);
    let objects = scan.flat.objects().len();
    let first = &scan.flat.objects()[0];
    let first = number(&scan.flat, first.id.0);
    let start = format!("\"objectId\":{}", first.0 - 1);
    // A segment that the decimated mesh has lost: its object is refused, all others stay.
    scan.change(".aggregation.json", "\"segments\":[0]", "\"segments\":[4000000000]");
    let read = import(scan.folder.path());
    assert_eq!(read.scenes[0].objects().len(), objects - 1);
    let refused = |read: &Import, why: &str| read.report.refused.iter().any(|entry| entry.reason.contains(why));
    assert!(refused(&read, "only 0 vertices") && refused(&read, "shell"), "{}", read.report);
    assert!(read.report.notes.iter().any(|note| note.starts_with("1 segments of groups have no vertex")));
    // A segment of two groups counts for both.
    scan.change(".aggregation.json", "\"segments\":[4000000000]", "\"segments\":[0,1]");
    let read = import(scan.folder.path());
    assert!(read.report.notes.iter().any(|note| note.starts_with("1 segments belong to several")));
    // The number of an object is objectId, whatever id says.
    scan.change(".aggregation.json", "\"id\":", "\"id\":77, \"was\":");
    let read = import(scan.folder.path());
    assert_eq!(read.scenes[0].objects()[0].id, first);
    assert!(read.report.notes.iter().any(|note| note.starts_with("1 groups have an id other")));
    scan.change(".aggregation.json", &start, "\"objectId\":4294967295");
    assert!((reader("scannet").unwrap().read)(scan.folder.path()).unwrap_err().to_string().contains("objectId"));
}

#[test]
fn labels_by_the_table() {
    let scan = scan(1, 0);
    let label = scan.flat.objects()[0].label.clone();
    let table = format!("id\traw_category\tcategory\tnyu40id\n1\t{label}\tthing of wood\t3\n2\tother\tother\t4\n");
    fs::write(scan.folder.path().join("scannetv2-labels.combined.tsv"), table).unwrap();
    let read = import(scan.folder.path());
    let object = &read.scenes[0].objects()[0];
    assert_eq!((object.label.as_str(), object.names.as_slice()), ("thing of wood", std::slice::from_ref(&label)));
    assert!(read.report.notes.iter().any(|note| note.contains("the raw label is kept")), "others are not in the table");
    assert_eq!(read.scenes[0].objects().len(), scan.flat.objects().len());
}

/// Moves the exported frames of a scan into a recording.
fn recorded(scan: &Scan) -> Vec<u8> {
    let folder = scan.folder.path();
    let frames: Vec<(Vec<u8>, Vec<u8>, [f32; 16])> = (0..scan.flat.frames().len())
        .map(|number| {
            let png = fs::read(folder.join(format!("depth/{number}.png"))).unwrap();
            let steps = render::grey_16(Path::new("depth"), &png).unwrap().pixels;
            let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            for step in &steps {
                packed.write_all(&step.to_le_bytes()).unwrap();
            }
            let text = fs::read_to_string(folder.join(format!("pose/{number}.txt"))).unwrap();
            let pose: Vec<f32> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
            let colour = fs::read(folder.join(format!("color/{number}.jpg"))).unwrap();
            (colour, packed.finish().unwrap(), pose.try_into().unwrap())
        })
        .collect();
    let camera = flats::camera();
    let lens = [camera.focal_px().x, camera.focal_px().y, camera.centre_px().x - 0.5, camera.centre_px().y - 0.5];
    for dir in ["color", "depth", "pose", "intrinsic", "instance-filt"] {
        fs::remove_dir_all(folder.join(dir)).unwrap();
    }
    sens(&frames, [96, 72], lens.map(|v| v as f32))
}

#[test]
fn recordings_hold_the_same_frames() {
    let scan = scan(2, 5);
    let exported = import(scan.folder.path());
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_images(&exported, other.path());
    let bytes = recorded(&scan);
    let file = scan.file(".sens");
    fs::write(&file, &bytes).unwrap();
    let read = import(scan.folder.path());
    sightings_are_those_of_the_written_images(&read);
    write_images(&read, dir.path());
    let frames = read.scenes[0].frames();
    assert_eq!(frames.len(), 5);
    for (frame, exported) in frames.iter().zip(exported.scenes[0].frames()) {
        let depth = |dir: &Path, frame| render::depth_image(dir, frame).unwrap().unwrap().pixels;
        let pairs = depth(dir.path(), frame).into_iter().zip(depth(other.path(), exported));
        assert!(pairs.into_iter().all(|(a, b)| a.to_bits() == b.to_bits()));
        assert_eq!(frame.colour.as_ref().unwrap().sha256, exported.colour.as_ref().unwrap().sha256);
        let place = |frame: &scene::Frame| frame.pose.world_from_camera().unwrap().translation();
        assert!(place(frame).distance(place(exported)) < 1e-5);
    }
    assert_eq!(frames[1].time_s, Some(0.08));
    let every = Options { stride: std::num::NonZeroUsize::new(2), ..Options::default() };
    let some = reader("scannet").unwrap().read_with(scan.folder.path(), &every).unwrap();
    let names: Vec<&str> = some.scenes[0].frames().iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(names, ["0", "2", "4"]);
    assert!(some.report.notes.iter().any(|note| note == "3 of 5 frames are taken: every 2th"), "{}", some.report);

    // Cut anywhere before the frames end, and wrong in its head.
    let end = bytes.len() - 8;
    for step in 0..40 {
        fs::write(&file, &bytes[..end * step / 40]).unwrap();
        let error = (reader("scannet").unwrap().read)(scan.folder.path()).unwrap_err().to_string();
        assert!(error.contains(".sens"), "{error}");
    }
    for (at, wrong) in
        [(0, 3), (4, 0xff), (4 + 12 + 256, 9), (4 + 12 + 260, 2), (4 + 12 + 264 + 3, 0xff), (4 + 12 + 284 + 6, 1)]
    {
        let mut bytes = bytes.clone();
        bytes[at] = wrong;
        fs::write(&file, &bytes).unwrap();
        let error = (reader("scannet").unwrap().read)(scan.folder.path()).unwrap_err().to_string();
        assert!(error.contains(".sens"), "{at}: {error}");
    }
}
