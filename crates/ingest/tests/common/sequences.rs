//! The pictures of a scene as other layouts keep them.

use std::{fs, path::Path};

use scene::Scene;

/// A sequence of TUM RGB-D.
pub(crate) fn tum_sequence(scene: &Scene, images: &Path, sequence: &Path) {
    let mut lists = [String::new(), String::new(), String::new()];
    for dir in ["rgb", "depth"] {
        fs::create_dir_all(sequence.join(dir)).unwrap();
    }
    for (at, frame) in scene.frames().iter().enumerate() {
        let time = format!("{}.25", 100 + at);
        for (slot, (dir, image)) in
            [("rgb", frame.colour.as_ref().unwrap()), ("depth", &frame.depth.as_ref().unwrap().image)]
                .into_iter()
                .enumerate()
        {
            fs::copy(images.join(&image.file), sequence.join(format!("{dir}/{time}.png"))).unwrap();
            lists[slot].extend([&time, " ", dir, "/", &time, ".png\n"]);
        }
        let pose = frame.pose.world_from_camera().unwrap();
        let [x, y, z] = pose.translation().to_array();
        let q = scene::geometry::Quat::from_mat3(&pose.rotation());
        lists[2].extend([format!("{time} {x:.4} {y:.4} {z:.4} {:.4} {:.4} {:.4} {:.4}\n", q.x, q.y, q.z, q.w)]);
    }
    for (name, list) in ["rgb.txt", "depth.txt", "groundtruth.txt"].into_iter().zip(&lists) {
        fs::write(sequence.join(name), list).unwrap();
    }
}

/// A folder of `frame-*` files.
pub(crate) fn frame_folder(scene: &Scene, images: &Path, dir: &Path) {
    fs::create_dir_all(dir).unwrap();
    for (at, frame) in scene.frames().iter().enumerate() {
        let place = |kind: &str| dir.join(format!("frame-{at:06}.{kind}"));
        fs::copy(images.join(&frame.colour.as_ref().unwrap().file), place("color.png")).unwrap();
        fs::copy(images.join(&frame.depth.as_ref().unwrap().image.file), place("depth.png")).unwrap();
        let pose = frame.pose.world_from_camera().unwrap();
        let (r, t) = (pose.rotation(), pose.translation());
        let row = |i: usize| format!("{:.7} {:.7} {:.7} {:.7}\n", r.col(0)[i], r.col(1)[i], r.col(2)[i], t[i]);
        fs::write(place("pose.txt"), row(0) + &row(1) + &row(2) + "0 0 0 1\n").unwrap();
    }
    let camera = &scene.frames()[0].camera;
    let (focal, centre) = (camera.focal_px(), camera.centre_px());
    // Such files count pixels from the middle of the first.
    let lens = format!("{} 0 {}\n0 {} {}\n0 0 1\n", focal.x, centre.x - 0.5, focal.y, centre.y - 0.5);
    fs::write(dir.join("camera-intrinsics.txt"), lens).unwrap();
}
