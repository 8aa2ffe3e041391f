//! Scenes, their objects and frames.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods as _};
use pyo3::{prelude::*, types::PyString};
use scene::{Pose, builtin, geometry::Mat3, open_scene, parse_scene, read_scene, scene_sha256, scene_text};

use crate::{
    errors::{bad_file, not_opened},
    verdict::{self, Verdict},
};

/// A validated scene: labelled oriented boxes, the room, frames. World coordinates: metres, right-handed, z up.
///
/// Made by :func:`isovist.open` or :meth:`Scene.from_json`; never changed.
#[pyclass(frozen, module = "isovist")]
#[derive(Clone)]
pub(crate) struct Scene {
    inner: Arc<Inner>,
}

struct Inner {
    scene: scene::Scene,
    sha256: OnceLock<String>,
}

impl From<scene::Scene> for Scene {
    fn from(scene: scene::Scene) -> Self {
        Self { inner: Arc::new(Inner { scene, sha256: OnceLock::new() }) }
    }
}

impl Scene {
    /// The scene of the library.
    pub(crate) fn get(&self) -> &scene::Scene {
        &self.inner.scene
    }

    /// Hash of its canonical text, taken once.
    pub(crate) fn hash(&self) -> &str {
        self.inner.sha256.get_or_init(|| scene_sha256(&self.inner.scene))
    }
}

/// Opens a scene.
///
/// ``name_or_path``: the name of a built-in scene (:func:`isovist.builtin_names`), or a scene's folder or ``scene.json``. As
/// a ``str``, a built-in name wins over a folder of the same name; an ``os.PathLike`` is always a path.
///
/// Raises :class:`isovist.UnknownName` where there is neither, with the built-in names that look alike in ``known``, and
/// :class:`isovist.SceneError` for a file that is no scene, naming file, field and value.
#[pyfunction]
#[pyo3(text_signature = "(name_or_path)")]
pub(crate) fn open(py: Python<'_>, name_or_path: &Bound<'_, PyAny>) -> PyResult<Scene> {
    let scene = if let Ok(name) = name_or_path.cast::<PyString>() {
        let name = name.to_string_lossy().into_owned();
        py.detach(|| open_scene(&name)).map_err(not_opened)?
    } else {
        let path: PathBuf = name_or_path.extract()?;
        py.detach(|| read_scene(&path)).map_err(bad_file)?
    };
    Ok(scene.into())
}

/// Names of the scenes in the package, sorted: ``kitchen`` and the 288 rooms of VSI-Bench.
#[pyfunction]
pub(crate) fn builtin_names() -> Vec<&'static str> {
    builtin::names().collect()
}

#[pymethods]
impl Scene {
    /// The scene of a canonical JSON text (``isovist schema scene``), as :meth:`to_json` writes it.
    ///
    /// Raises :class:`isovist.SceneError` naming field and value; a text that names points or images beside it has
    /// neither of them here.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        py.detach(|| parse_scene(text, "text")).map(Self::from).map_err(bad_file)
    }

    /// The canonical text: the same scene always has the same bytes.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| scene_text(self.get()))
    }

    /// Name of the scene.
    #[getter]
    fn id(&self) -> &str {
        self.get().id()
    }

    /// SHA-256 of the canonical text, 64 hexadecimal digits; what proofs name the scene by.
    #[getter]
    fn sha256(&self, py: Python<'_>) -> &str {
        py.detach(|| self.hash())
    }

    /// The objects, in order of their numbers.
    #[getter]
    fn objects(&self) -> Vec<Object> {
        (0..self.get().objects().len()).map(|at| Object { scene: self.clone(), at }).collect()
    }

    /// The frames, in the order of their sequence.
    #[getter]
    fn frames(&self) -> Vec<Frame> {
        (0..self.get().frames().len()).map(|at| Frame { scene: self.clone(), at }).collect()
    }

    /// Centres of the objects' boxes, metres, world frame: an array of shape (n, 3), a copy.
    #[getter]
    fn centres_m<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let all = self.get().objects().iter().flat_map(|object| object.bounds.centre().to_array()).collect();
        PyArray1::from_vec(py, all).reshape([self.get().objects().len(), 3])
    }

    /// Half of the objects' sizes along the axes of their boxes, metres: an array of shape (n, 3), a copy.
    #[getter]
    fn half_extents_m<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let all = self.get().objects().iter().flat_map(|object| object.bounds.half().to_array()).collect();
        PyArray1::from_vec(py, all).reshape([self.get().objects().len(), 3])
    }

    /// Rotations ``world_from_box``, whose columns are the boxes' axes: an array of shape (n, 3, 3), a copy.
    #[getter]
    fn rotations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<f64>>> {
        let all = self.get().objects().iter().flat_map(|object| by_row(object.bounds.axes())).collect();
        PyArray1::from_vec(py, all).reshape([self.get().objects().len(), 3, 3])
    }

    /// Asks a question.
    ///
    /// ``question``: words (``"How far is the vase from the fridge?"``, options ``A. … B. …`` after it if there are any), or
    /// the JSON form as a ``str`` or a ``dict`` (``isovist schema question``). ``profile``: the named set of definitions.
    ///
    /// Raises :class:`isovist.QuestionError` where the wording is not known, a thing in it is not, or the JSON is no
    /// question, and :class:`isovist.UnknownName` for a profile. What the scene cannot answer is no error but a verdict of
    /// kind ``invalid`` with its reason.
    #[pyo3(signature = (question, profile = "isovist"))]
    fn ask(&self, py: Python<'_>, question: &Bound<'_, PyAny>, profile: &str) -> PyResult<Verdict> {
        verdict::ask(py, self, question, profile)
    }

    fn __len__(&self) -> usize {
        self.get().objects().len()
    }

    fn __repr__(&self) -> String {
        let scene = self.get();
        format!("<Scene {}: {} objects, {} frames>", scene.id(), scene.objects().len(), scene.frames().len())
    }
}

/// A matrix by its rows, as NumPy has it.
fn by_row(matrix: Mat3) -> [f64; 9] {
    matrix.transpose().to_cols_array()
}

/// A labelled instance of a scene.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Object {
    scene: Scene,
    at: usize,
}

impl Object {
    fn get(&self) -> &scene::Object {
        &self.scene.get().objects()[self.at]
    }
}

#[pymethods]
impl Object {
    /// Number within the scene; ``#17`` in questions.
    #[getter]
    fn id(&self) -> u32 {
        self.get().id.0
    }

    /// Class label, normalised: ``"dining chair"``.
    #[getter]
    fn label(&self) -> &str {
        &self.get().label
    }

    /// Further names of this very instance.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.get().names.iter().map(String::as_str).collect()
    }

    /// What to call it in a sentence: its first own name, otherwise its label.
    #[getter]
    fn title(&self) -> &str {
        self.get().title()
    }

    /// Centre of its box, metres, world frame: an array of shape (3,), a copy.
    #[getter]
    fn centre_m<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.get().bounds.centre().to_array())
    }

    /// Half of its size along the axes of its box, metres: an array of shape (3,), a copy.
    #[getter]
    fn half_extents_m<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.get().bounds.half().to_array())
    }

    /// Rotation ``world_from_box``, whose columns are the box's axes: an array of shape (3, 3), a copy.
    #[getter]
    fn rotation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        PyArray1::from_slice(py, &by_row(self.get().bounds.axes())).reshape([3, 3])
    }

    /// Unit vector that its front faces, world frame: an array of shape (3,), or ``None`` where the source states none.
    #[getter]
    fn front<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyArray1<f64>>> {
        self.get().front.map(|front| PyArray1::from_slice(py, &front.to_array()))
    }

    fn __repr__(&self) -> String {
        format!("<Object {} {}>", self.get().title(), self.get().id)
    }
}

/// A picture of a scene: its camera, pose and image files.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Frame {
    scene: Scene,
    at: usize,
}

impl Frame {
    fn get(&self) -> &scene::Frame {
        &self.scene.get().frames()[self.at]
    }
}

#[pymethods]
impl Frame {
    /// Name within the scene; ``@NAME`` is its camera in questions.
    #[getter]
    fn name(&self) -> &str {
        &self.get().name
    }

    /// When it was taken, seconds on the recording's clock; ``None`` where nobody says.
    #[getter]
    fn time_s(&self) -> Option<f64> {
        self.get().time_s
    }

    /// Width of the image, pixels.
    #[getter]
    fn width_px(&self) -> u32 {
        self.get().camera.width_px()
    }

    /// Height of the image, pixels.
    #[getter]
    fn height_px(&self) -> u32 {
        self.get().camera.height_px()
    }

    /// Intrinsics, pixels, the centre of the top-left pixel at (0.5, 0.5): an array of shape (3, 3), a copy. The lens's
    /// distortion is not in it; :meth:`Scene.to_json` states it.
    #[getter]
    fn intrinsics_px<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let ([fx, fy], [cx, cy]) = (self.get().camera.focal_px().to_array(), self.get().camera.centre_px().to_array());
        PyArray1::from_slice(py, &[fx, 0.0, cx, 0.0, fy, cy, 0.0, 0.0, 1.0]).reshape([3, 3])
    }

    /// Pose ``world_from_camera`` (camera axes x right, y down, z forward; metres): an array of shape (4, 4), a copy;
    /// ``None`` where it is not known.
    #[getter]
    fn world_from_camera<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        let Some(pose) = self.get().pose.world_from_camera() else { return Ok(None) };
        let mut rows = Vec::with_capacity(16);
        for (row, at_m) in by_row(pose.rotation()).chunks(3).zip(pose.translation().to_array()) {
            rows.extend_from_slice(row);
            rows.push(at_m);
        }
        rows.extend([0.0, 0.0, 0.0, 1.0]);
        PyArray1::from_vec(py, rows).reshape([4, 4]).map(Some)
    }

    /// Why the pose is not known; ``None`` where it is.
    #[getter]
    fn pose_missing(&self) -> Option<&str> {
        match &self.get().pose {
            Pose::Missing { reason } => Some(reason),
            Pose::Known(_) => None,
        }
    }

    /// Path of the colour image within the scene's folder, or ``None``.
    #[getter]
    fn colour_file(&self) -> Option<&str> {
        self.get().colour.as_ref().map(|image| image.file.as_str())
    }

    /// Path of the depth image within the scene's folder, or ``None``.
    #[getter]
    fn depth_file(&self) -> Option<&str> {
        self.get().depth.as_ref().map(|depth| depth.image.file.as_str())
    }

    /// Metres that one step of the depth image stands for, or ``None``.
    #[getter]
    fn depth_scale_m(&self) -> Option<f64> {
        self.get().depth.as_ref().map(|depth| depth.scale_m)
    }

    /// Path of the image of object numbers within the scene's folder, or ``None``.
    #[getter]
    fn instance_file(&self) -> Option<&str> {
        self.get().instance.as_ref().map(|image| image.file.as_str())
    }

    /// Share of each object's full projection (nothing before it, no border) that the frame shows, by object number;
    /// ``None`` where nobody has looked.
    #[getter]
    fn visible_fractions(&self) -> Option<std::collections::BTreeMap<u32, f64>> {
        let sightings = self.get().sightings.as_ref()?;
        Some(sightings.iter().map(|seen| (seen.object.0, seen.visible_fraction)).collect())
    }

    fn __repr__(&self) -> String {
        let camera = &self.get().camera;
        format!("<Frame {}: {} x {} px>", self.get().name, camera.width_px(), camera.height_px())
    }
}
