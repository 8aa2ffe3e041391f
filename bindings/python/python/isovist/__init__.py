"""Isovist: the truth engine for 3D spatial reasoning.

Ask a scene a spatial question and get the answer with its tolerance and a proof, or the reason why there is none; check
the proof by independent means; reward what a model replied.

>>> import isovist
>>> kitchen = isovist.open("kitchen")
>>> verdict = kitchen.ask("How far is the white vase from the fridge?")
>>> verdict.text
'1.91 m ± 0.02 m'
>>> isovist.check(kitchen, verdict.proof)
<Checked 4 steps, 3 facts of the scene>
>>> isovist.Judge().judge(verdict.answer.to_json(), "<answer>191 cm</answer>").reward
1.0

Lengths are metres, angles degrees, world coordinates right-handed with z up, cameras x right, y down, z forward.
:mod:`isovist.corpus` makes training data; :mod:`isovist.trainers` has reward functions in the form that each trainer expects.
"""

from isovist import corpus
from isovist._native import (
    Answer,
    Checked,
    Component,
    Frame,
    Judge,
    Judgement,
    Judgements,
    Object,
    Parsed,
    Scene,
    Verdict,
    __version__,
    builtin_names,
    catalogue,
    check,
    open,
    parse,
    presets,
)
from isovist.errors import (
    ArgumentError,
    CorpusError,
    Error,
    ProofRejected,
    QuestionError,
    SceneError,
    TruthError,
    UnknownName,
)

__all__ = [
    "Answer",
    "ArgumentError",
    "Checked",
    "Component",
    "CorpusError",
    "Error",
    "Frame",
    "Judge",
    "Judgement",
    "Judgements",
    "Object",
    "Parsed",
    "ProofRejected",
    "QuestionError",
    "Scene",
    "SceneError",
    "TruthError",
    "UnknownName",
    "Verdict",
    "__version__",
    "builtin_names",
    "catalogue",
    "check",
    "corpus",
    "open",
    "parse",
    "presets",
]
