"""A corpus made by a Ray cluster: the same bytes as ``isovist corpus make``.

    python -m isovist.ray make corpus.toml -o out/

Ray Data places one task a part, and runs a task anew whose worker is lost; what is made is :meth:`Plan.make_part`, and
what is there already is kept. The folders of the scenes and of the corpus must lie at the same paths on every node, and
isovist must be installed there; a node that would make another corpus refuses. Needs ``ray`` with its data library.
"""

import functools
import logging
import os
import platform
import socket
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

import isovist
from isovist.corpus import Plan

__all__ = ["PIP", "RayError", "make"]

PIP = 'pip install "ray[data]"'
"""What installs Ray."""

_OBJECT_STORE_BYTES = 128 << 20  # What tasks return are a few words each.
_SECONDS_TO_ANSWER = 10


class RayError(isovist.Error):
    """A part that a cluster could not make, or a cluster that there is not."""


@functools.lru_cache(maxsize=2)
def _planned(text: str, folder: str, sha256: str, version: str) -> Plan:
    """The plan of the driver, once a process."""
    if isovist.__version__ != version:
        raise RayError(f"{platform.node()} has isovist {isovist.__version__}, the driver {version}")
    plan = Plan.from_text(text, folder)
    if plan.sha256 != sha256:
        raise RayError(f"{platform.node()}: the scenes below {folder} are not those of the driver")
    return plan


def _make_part(row: dict[str, Any], out: str, planned: tuple[str, str, str, str]) -> dict[str, Any]:
    """One task: makes a part. What goes wrong is told in the row, so that the driver can name the part."""
    try:
        rows = _planned(*planned).make_part(out, int(row["part"]))
    except isovist.Error as error:
        return {"part": row["part"], "rows": 0, "error": str(error)}
    except Exception as error:
        return {"part": row["part"], "rows": 0, "error": f"{type(error).__name__}: {error}"}
    return {"part": row["part"], "rows": rows, "error": ""}


def make(
    plan: Plan,
    out: str | PathLike[str],
    *,
    address: str | None = None,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> dict[str, Any] | None:
    """Make the parts of a corpus that are not there yet on a Ray cluster, then its manifest, audit and card.

    ``address``: the cluster's (``host:6379``, or ``auto`` for the one of this machine); left out, the one of ``RAY_ADDRESS`` or that
    this process is connected to, else one is started on this machine and ended afterwards. ``workers``: most tasks at once;
    left out, one a core of the cluster. ``progress`` is called with the rows of every part that is done. Returns the audit,
    as :meth:`Plan.finish` does. Raises :class:`RayError` naming the part that could not be made,
    :class:`isovist.CorpusError` where the folder holds another corpus, and :class:`ImportError` with what to install
    where there is no Ray.
    """
    if workers is not None and workers < 1:
        raise isovist.ArgumentError(f"workers: {workers} (hint: from 1)")
    missing = plan.missing(out)
    if missing:
        _make_parts(plan, Path(out).absolute(), [part.index for part in missing], address, workers, progress)
    return plan.finish(out)


def _make_parts(
    plan: Plan,
    out: Path,
    indices: list[int],
    address: str | None,
    workers: int | None,
    progress: Callable[[int], object] | None,
) -> None:
    # Nothing is told to anyone unless the user says so.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ImportError(f"Ray with its data library is not installed: {error} (hint: {PIP})", name="ray") from error

    is_connected = ray.is_initialized()
    if not is_connected:
        _connect(ray, address, workers)
        logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        ray.data.DataContext.get_current().enable_progress_bars = False
        parts = plan.parts
        tasks = ray.data.from_items([{"part": index} for index in indices], override_num_blocks=len(indices)).map(
            _make_part,
            fn_args=(str(out), (plan.text, str(plan.folder), plan.sha256, isovist.__version__)),
            num_cpus=1,
            compute=ray.data.TaskPoolStrategy(size=workers),
        )
        for done in tasks.iter_rows():
            if done["error"]:
                raise RayError(f"part {parts[done['part']].name}: {done['error']}")
            if progress is not None:
                progress(done["rows"])
    except ray.exceptions.RayError as error:
        left = ", ".join(part.name for part in plan.missing(out)[:3])
        hint = "run it again: what is made is kept; ray's log says why"
        raise RayError(f"part {left} …: {_first_line(error)} (hint: {hint})") from error
    finally:
        if not is_connected:
            ray.shutdown()


def _connect(ray: Any, address: str | None, workers: int | None) -> None:
    given: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    address = address or os.environ.get("RAY_ADDRESS")
    if address is None:
        given |= {"include_dashboard": False, "object_store_memory": _OBJECT_STORE_BYTES}
        address, given["num_cpus"] = "local", workers
    try:
        _reach(address)
        ray.init(address=address, **given)
    except (OSError, RuntimeError, ValueError) as error:
        raise RayError(f"no Ray cluster at {address}: {_first_line(error)} (hint: `ray status` says what runs)") from error


def _reach(address: str) -> None:
    """Raise ``OSError`` where nobody answers: Ray itself tries for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), _SECONDS_TO_ANSWER).close()


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
