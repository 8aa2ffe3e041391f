//! Questions asked and what comes out.

use language::PhraseBook;
use pyo3::{
    prelude::*,
    types::{PyDict, PyString},
};
use question::{Profile, Proof, Question, catalogue::everything, print, profiles, prove, readable};
use serde_json::Value;

use crate::{
    answer::Answer,
    errors::{broken, not_read, unknown},
    json,
    scenes::Scene,
};

/// What the engine says to a question: one answer with its proof, several possible ones, or why there is none.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Verdict {
    scene: Scene,
    profile: &'static Profile,
    question: Question,
    inner: question::Verdict,
    proof: Option<Proof>,
    options: Vec<String>,
    right: Vec<usize>,
}

/// The phrase book.
pub(crate) fn book() -> PyResult<&'static PhraseBook> {
    PhraseBook::builtin().map_err(|error| broken("the phrase book of this build", error))
}

/// The JSON of what has one.
pub(crate) fn value_of(what: &str, serialised: &impl serde::Serialize) -> PyResult<Value> {
    serde_json::to_value(serialised).map_err(|error| broken(what, error))
}

/// Asks a scene a question; see `Scene::ask`.
pub(crate) fn ask(py: Python<'_>, scene: &Scene, question: &Bound<'_, PyAny>, profile: &str) -> PyResult<Verdict> {
    let Some(profile) = question::profile(profile) else {
        return Err(unknown("profile", profile, profiles().iter().map(|profile| profile.name.as_str())));
    };
    let (text, book) = (json::text_of(question)?, book()?);
    py.detach(|| {
        let asked = book.read(scene.get(), &text).map_err(not_read)?;
        let (verdict, proof) = prove(scene.get(), &asked.question, profile, scene.hash());
        let right = match verdict.answer() {
            Some(answer) if !asked.options.is_empty() => book.options_that_say(scene.get(), &asked.options, answer),
            _ => Vec::new(),
        };
        let (scene, question, options) = (scene.clone(), asked.question, asked.options);
        Ok(Verdict { scene, profile, question, inner: verdict, proof, options, right })
    })
}

#[pymethods]
impl Verdict {
    /// ``certain``, ``ambiguous`` or ``invalid``.
    #[getter]
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    /// The answer; ``None`` where the verdict is not certain.
    #[getter]
    fn answer(&self) -> Option<Answer> {
        self.inner.answer().cloned().map(Answer::from)
    }

    /// The answers that remain possible where the verdict is ambiguous, the likeliest first.
    #[getter]
    fn rivals(&self) -> Vec<Answer> {
        match &self.inner {
            question::Verdict::Ambiguous { rivals, .. } => rivals.iter().cloned().map(Answer::from).collect(),
            _ => Vec::new(),
        }
    }

    /// The verdict in one line, as ``isovist ask`` prints it.
    #[getter]
    fn text(&self) -> String {
        print::verdict(self.profile, &self.question, &self.inner)
    }

    /// Stable code of why there is no certain answer: ``not_unique``, ``too_close_to_call``; ``None`` where there is one.
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        self.inner.reason().map(|reason| reason.code.as_str())
    }

    /// Why there is no certain answer, in a sentence; ``None`` where there is one.
    #[getter]
    fn sentence(&self) -> Option<&str> {
        self.inner.reason().map(|reason| reason.sentence.as_str())
    }

    /// Name of the profile that the question was asked under.
    #[getter]
    fn profile(&self) -> &str {
        &self.profile.name
    }

    /// The question in its JSON form.
    #[getter]
    fn question<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &value_of("question", &self.question)?)
    }

    /// Options that followed the question, without their letters.
    #[getter]
    fn options(&self) -> Vec<String> {
        self.options.clone()
    }

    /// Letters of the options that say the answer: one in a well-made question.
    #[getter]
    fn right_options(&self) -> Vec<String> {
        let letters: Vec<char> = ('A'..='Z').collect();
        self.right.iter().filter_map(|at| Some(letters.get(*at)?.to_string())).collect()
    }

    /// The proof as a dictionary (``docs/proof.md``); ``None`` where the verdict is not certain.
    #[getter]
    fn proof<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.proof.as_ref().map(|proof| json::to_python(py, &value_of("proof", proof)?)).transpose()
    }

    /// The proof as JSON; ``None`` where the verdict is not certain.
    #[getter]
    fn proof_json(&self) -> PyResult<Option<String>> {
        let text = self.proof.as_ref().map(serde_json::to_string).transpose();
        text.map_err(|error| broken("proof", error))
    }

    /// The verdict in one line and, where it is certain, the steps of its proof in words, one a line.
    fn explain(&self, py: Python<'_>) -> String {
        let steps = || self.proof.as_ref().map(|proof| readable::steps(self.scene.get(), proof)).unwrap_or_default();
        py.detach(|| format!("{}\n{}", self.text(), steps()))
    }

    /// The verdict as a dictionary, the same as ``isovist ask --json`` prints.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.value()?)
    }

    /// The verdict as JSON.
    fn to_json(&self) -> PyResult<String> {
        Ok(self.value()?.to_string())
    }

    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        format!("<Verdict {}: {}>", self.kind(), self.text())
    }
}

impl Verdict {
    fn value(&self) -> PyResult<Value> {
        let mut value = value_of("verdict", &self.inner)?;
        if !self.options.is_empty() {
            value["right_options"] = self.right_options().into();
        }
        Ok(value)
    }
}

/// What a text asks, before it is answered.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Parsed {
    parsed: language::Parsed,
}

#[pymethods]
impl Parsed {
    /// Name of the task (:func:`isovist.catalogue`).
    #[getter]
    fn task(&self) -> &'static str {
        self.parsed.task
    }

    /// The question in its JSON form, as a dictionary; :meth:`Scene.ask` takes it.
    #[getter]
    fn question<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &value_of("question", &self.parsed.question)?)
    }

    /// What fills the roles of the task, by role.
    #[getter]
    fn fillings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &value_of("fillings", &self.parsed.fillings)?)
    }

    /// How it wants to be answered: ``free_form``, ``multiple_choice`` or ``true_false``.
    #[getter]
    fn format(&self) -> &'static str {
        self.parsed.format.name()
    }

    /// Options that followed the question, without their letters.
    #[getter]
    fn options(&self) -> Vec<String> {
        self.parsed.options.clone()
    }

    fn __repr__(&self) -> String {
        format!("<Parsed {}>", self.parsed.task)
    }
}

/// Reads a question in words about a scene, without answering it.
///
/// The whole text must be a phrasing of the phrase book and every thing in it a phrase that the scene or the label table
/// knows: nothing is guessed. Raises :class:`isovist.QuestionError` with its code and, where there is one, a hint.
#[pyfunction]
pub(crate) fn parse(py: Python<'_>, scene: &Scene, text: &Bound<'_, PyString>) -> PyResult<Parsed> {
    let (text, book) = (text.to_string_lossy().into_owned(), book()?);
    let parsed = py.detach(|| book.parse(scene.get(), &text));
    Ok(Parsed { parsed: parsed.map_err(|refusal| not_read(refusal.into()))? })
}

/// All that can be asked: a dictionary of ``tasks`` (each with its roles, phrasings and an example), ``profiles``,
/// ``relations`` and ``reasons``.
#[pyfunction]
pub(crate) fn catalogue(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let all = everything().map_err(|error| broken("catalogue", error))?;
    Ok(json::to_python(py, &all)?.cast_into()?)
}
