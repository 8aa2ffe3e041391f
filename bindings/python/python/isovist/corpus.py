"""Training data from scenes: planned, made in parts anywhere, streamed as Arrow record batches, read back.

>>> import isovist
>>> recipe = '''
... name = "kitchen"
... rows = 40
... [[scenes]]
... builtin = ["kitchen"]
... [tasks]
... only = ["absolute_distance", "object_size"]
... '''
>>> plan = isovist.corpus.Plan.from_text(recipe, ".")
>>> plan
<Plan kitchen: 40 rows in 1 parts>
>>> plan.parts[0]
<Part train-00000: 40 rows>
>>> plan.batches(0)
<Batches of train-00000>

``pyarrow.table(plan.batches(0))`` has the rows; ``docs/corpus.md`` says what a recipe holds and how rows are drawn.
:mod:`isovist.ray` makes the parts on a Ray cluster.
"""

from os import PathLike

from isovist._native import Batches, Corpus, Made, Part, Plan, Verified

__all__ = ["Batches", "Corpus", "Made", "Part", "Plan", "Verified", "open", "plan"]


def plan(recipe: str | PathLike[str]) -> Plan:
    """Plan the recipe of a file, ``corpus.toml``: splits of scenes, parts, rows.

    Relative paths of scenes begin at its folder; :meth:`Plan.from_text` takes text and folder. Some scenes are opened, to
    find out which tasks can be asked. Raises :class:`isovist.CorpusError`.
    """
    return Plan.read(recipe)


def open(folder: str | PathLike[str]) -> Corpus:
    """Open a corpus that is made, by ``isovist corpus make``, :meth:`Plan.make` or :mod:`isovist.ray`.

    Raises :class:`isovist.CorpusError` where the folder has no manifest.
    """
    return Corpus(folder)
