"""Scenes, objects and frames."""

import json
from pathlib import Path

import numpy as np
import pytest

import isovist


def test_built_in_scenes_open_by_name() -> None:
    names = isovist.builtin_names()
    assert len(names) == 289 and names == sorted(names) and "kitchen" in names
    for name in names[:: len(names) // 20]:
        assert isovist.open(name).id == name


def test_arrays_have_the_shapes_and_values_of_the_file(kitchen: isovist.Scene) -> None:
    told = json.loads(kitchen.to_json())
    count = len(told["objects"])
    assert len(kitchen) == len(kitchen.objects) == count == 348
    assert kitchen.centres_m.shape == kitchen.half_extents_m.shape == (count, 3)
    assert kitchen.rotations.shape == (count, 3, 3)
    identity = kitchen.rotations @ kitchen.rotations.transpose(0, 2, 1)
    assert np.allclose(identity, np.eye(3), atol=1e-9) and np.all(kitchen.half_extents_m >= 0)
    for at, (row, thing) in enumerate(zip(told["objects"], kitchen.objects, strict=True)):
        assert (thing.id, thing.label, thing.names) == (row["id"], row["label"], row.get("names", []))
        assert thing.centre_m.tolist() == row["box"]["centre_m"] == kitchen.centres_m[at].tolist()
        assert thing.half_extents_m.tolist() == kitchen.half_extents_m[at].tolist()
        assert np.array_equal(thing.rotation, kitchen.rotations[at])
        assert thing.title == (thing.names or [thing.label])[0]
    assert kitchen.objects[0].centre_m.dtype == np.float64


def test_a_scene_is_its_text(kitchen: isovist.Scene) -> None:
    room = isovist.open("scene0207_02")
    again = isovist.Scene.from_json(room.to_json())
    assert (again.id, again.sha256, again.to_json()) == (room.id, room.sha256, room.to_json())
    assert len(kitchen.sha256) == 64 and kitchen.sha256 != room.sha256


def test_a_folder_a_file_and_a_path_open(tmp_path: Path) -> None:
    room = isovist.open("scene0207_02")
    folder = tmp_path / "kitchen"
    folder.mkdir()
    (folder / "scene.json").write_text(room.to_json(), "utf-8")
    for place in (folder, str(folder), folder / "scene.json"):
        assert isovist.open(place).sha256 == room.sha256


def test_frames_have_cameras_and_poses(kitchen: isovist.Scene) -> None:
    told = json.loads(kitchen.to_json())["frames"]
    frames = {frame.name: frame for frame in kitchen.frames}
    assert list(frames) == [row["name"] for row in told] and "rgb_0" in frames
    frame, row = frames["rgb_0"], next(row for row in told if row["name"] == "rgb_0")
    assert (frame.width_px, frame.height_px) == (row["camera"]["width_px"], row["camera"]["height_px"])
    assert frame.intrinsics_px[0, 0] == row["camera"]["focal_px"][0]
    assert frame.intrinsics_px[:2, 2].tolist() == row["camera"]["centre_px"]
    pose = frame.world_from_camera
    assert pose is not None and frame.pose_missing is None
    assert pose.shape == (4, 4) and pose[3].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert np.allclose(pose[:3, :3] @ pose[:3, :3].T, np.eye(3), atol=1e-6)
    assert np.isclose(np.linalg.det(pose[:3, :3]), 1.0, atol=1e-6)
    assert frame.colour_file == row["colour"]["file"] and frame.depth_scale_m == row["depth"]["scale_m"]
    seen = frame.visible_fractions
    assert seen is not None and all(0.0 <= share <= 1.0 for share in seen.values())


def test_arrays_are_copies(kitchen: isovist.Scene) -> None:
    kitchen.centres_m[:] = 0.0
    kitchen.objects[0].centre_m[:] = 0.0
    assert np.any(kitchen.centres_m != 0.0) and np.any(kitchen.objects[0].centre_m != 0.0)


def test_an_unknown_scene_is_told_with_names_alike() -> None:
    with pytest.raises(isovist.UnknownName, match="did you mean kitchen") as caught:
        isovist.open("Kichen")
    assert caught.value.known == ["kitchen"]
    with pytest.raises(isovist.UnknownName, match=r"isovist\.builtin_names"):
        isovist.open("cathedral")
    with pytest.raises(LookupError):
        isovist.open("\ud800" * 10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("{", "EOF"),
        ('{"format": "other", "version": 1}', "format"),
        ("[]", "text"),
        ("\x00" * 1000, "text"),
    ],
)
def test_a_text_that_is_no_scene_names_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(isovist.SceneError, match=said):
        isovist.Scene.from_json(text)


def test_a_file_that_is_no_scene_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(isovist.SceneError, match=r"scene\.json"):
        isovist.open(tmp_path)
    with pytest.raises(isovist.SceneError, match="missing: cannot open"):
        isovist.open(tmp_path / "missing")
    (tmp_path / "scene.json").write_bytes(b"\xff\xfe")
    with pytest.raises(isovist.SceneError, match="UTF-8"):
        isovist.open(tmp_path)
    with pytest.raises(TypeError):
        isovist.open(7)  # type: ignore[arg-type]
