"""The steps of `isovist import scannet` in NumPy and OpenCV, as a yardstick for its speed.

    pip install numpy opencv-python-headless
    python scannet_numpy.py make SCAN [FRAMES] [same]  # a scan of 150 000 vertices; `same`: colours of the depth's size
    python scannet_numpy.py read SCAN OUT              # what the importer does
    isovist bench import scannet SCAN -o SCRATCH       # the same by us
    python scannet_numpy.py compare SCAN SCRATCH       # both, one after the other, and how many times faster we are

Steps of `read`: mesh, alignment, segments, groups, the upright box of least footprint of each, poses, intrinsics, depth
fitted to the colour image pixel by pixel, every image hashed, images and scene written, and what every frame shows of every object:
its vertices projected and held against the depth image. `read` is one thread; OpenCV may use more.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import time

import cv2
import numpy as np


def make(scan, frames, same):
    rng = np.random.default_rng(7)
    (scan / "color").mkdir(parents=True)
    for name in ["depth", "pose", "intrinsic"]:
        (scan / name).mkdir()
    objects, per = 60, 2500
    centres = rng.uniform([0, 0, 0.5], [8, 6, 1.5], (objects, 3))
    yaw = rng.uniform(0, np.pi, objects)
    local = rng.uniform(-1, 1, (objects, per, 3)) * rng.uniform(0.1, 0.8, (objects, 1, 3))
    c, s = np.cos(yaw)[:, None], np.sin(yaw)[:, None]
    x = local[..., 0] * c - local[..., 1] * s + centres[:, 0:1]
    y = local[..., 0] * s + local[..., 1] * c + centres[:, 1:2]
    xyz = np.stack([x, y, local[..., 2] + centres[:, 2:3]], -1).reshape(-1, 3).astype("<f4")
    vertex = np.zeros(len(xyz), [("p", "<f4", 3), ("rgba", "u1", 4)])
    vertex["p"], vertex["rgba"] = xyz, 200
    face = np.zeros(2 * len(xyz), [("n", "u1"), ("i", "<i4", 3)])
    face["n"], face["i"] = 3, rng.integers(0, len(xyz), (len(face), 3))
    name = scan.name
    head = (
        f"ply\nformat binary_little_endian 1.0\nelement vertex {len(vertex)}\nproperty float x\nproperty float y\n"
        "property float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nproperty uchar alpha\n"
        f"element face {len(face)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    (scan / f"{name}_vh_clean_2.ply").write_bytes(head.encode() + vertex.tobytes() + face.tobytes())
    parts = 25
    segments = (np.arange(len(xyz)) * parts // per).tolist()
    segs = f"{name}_vh_clean_2.0.010000.segs.json"
    (scan / segs).write_text(json.dumps({"sceneId": name, "segIndices": segments}))
    groups = [
        {"id": i, "objectId": i, "segments": list(range(i * parts, (i + 1) * parts)), "label": f"thing {i % 9}"}
        for i in range(objects)
    ]
    (scan / f"{name}.aggregation.json").write_text(json.dumps({"segGroups": groups, "segmentsFile": segs}))
    wide = (640, 480) if same else (1296, 968)
    lens = {"color": (577.87, 319.5, 239.5) if same else (1170.19, 647.75, 483.75), "depth": (577.87, 319.5, 239.5)}
    sizes = {"color": wide, "depth": (640, 480)}
    text = "axisAlignment = 0.8 0.6 0 1 -0.6 0.8 0 2 0 0 1 -0.1 0 0 0 1\n"
    for sensor, (focal, cx, cy) in lens.items():
        text += f"{sensor}Width = {sizes[sensor][0]}\n{sensor}Height = {sizes[sensor][1]}\n"
        rows = [[focal, 0, cx, 0], [0, focal, cy, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        np.savetxt(scan / "intrinsic" / f"intrinsic_{sensor}.txt", rows, fmt="%.6f")
    (scan / f"{name}.txt").write_text(text)
    v, u = np.mgrid[0:480, 0:640]
    noise = cv2.GaussianBlur(rng.integers(0, 256, (wide[1], wide[0], 3), dtype=np.uint8), (0, 0), 3)
    for i in range(frames):
        depth = 1500 + 500 * np.sin(u / 90 + i) + 300 * np.cos(v / 70) + rng.integers(0, 6, u.shape)
        depth[rng.random(u.shape) < 0.05] = 0
        cv2.imwrite(str(scan / "depth" / f"{i}.png"), depth.astype(np.uint16))
        cv2.imwrite(str(scan / "color" / f"{i}.jpg"), np.roll(noise, 20 * i, 1), [cv2.IMWRITE_JPEG_QUALITY, 90])
        pose = np.eye(4)
        pose[:3, :3] = cv2.Rodrigues(np.array([0.1 * i, 1.2, 0.3]))[0]
        pose[:3, 3] = [3 + 0.05 * i, 2, 1.5]
        np.savetxt(scan / "pose" / f"{i}.txt", pose, fmt="%.6f")


def visible(points, camera_from_world, lens, depth):
    """Share of the vertices that the frame shows, the box around them and their depths."""
    p = points @ camera_from_world[:3, :3].T + camera_from_world[:3, 3]
    p = p[p[:, 2] > 0.01]
    u = p[:, 0] / p[:, 2] * lens[0, 0] + lens[0, 2]
    v = p[:, 1] / p[:, 2] * lens[1, 1] + lens[1, 2]
    height, width = depth.shape
    inside = (u >= 0) & (v >= 0) & (u < width) & (v < height)
    u, v, z = u[inside], v[inside], p[inside, 2]
    measured = depth[v.astype(int), u.astype(int)] * 0.001
    near = (measured == 0) | (z - measured <= 0.02 + 0.01 * measured)
    if not near.any():
        return None
    u, v, z = u[near], v[near], z[near]
    return {
        "visibility": round(len(z) / len(points), 4),
        "box": [float(u.min()), float(v.min()), float(u.max()), float(v.max())],
        "depth": [float(z.min()), float(z.max())],
    }


def compare(scan, scratch):
    scratch.mkdir(parents=True)
    start = time.perf_counter()
    read(scan, scratch / "numpy")
    numpy_ms = (time.perf_counter() - start) * 1e3
    print(f"NumPy and OpenCV: {numpy_ms:.0f} ms")
    for threads in [0, 1]:
        line = ["isovist", "bench", "import", "scannet", str(scan), "-o", str(scratch / "ours")]
        line += ["--threads", str(threads), "--json"]
        ours = json.loads(subprocess.run(line, check=True, capture_output=True).stdout)
        ms = ours["all_ms"]["median"]
        print(f"isovist, {ours['threads']} threads: {ms:.0f} ms, {numpy_ms / ms:.1f} times faster")
    shutil.rmtree(scratch)


def read(scan, out):
    name = scan.name
    raw = (scan / f"{name}_vh_clean_2.ply").read_bytes()
    start = raw.index(b"end_header\n") + 11
    count = next(int(line.split()[2]) for line in raw[:start].decode().split("\n") if line.startswith("element vertex"))
    vertex = np.frombuffer(raw, [("p", "<f4", 3), ("rgba", "u1", 4)], count, start)
    meta = dict(line.split(" = ") for line in (scan / f"{name}.txt").read_text().splitlines())
    align = np.array(meta["axisAlignment"].split(), float).reshape(4, 4)
    points = vertex["p"].astype(float) @ align[:3, :3].T + align[:3, 3]
    segments = np.array(json.loads((scan / f"{name}_vh_clean_2.0.010000.segs.json").read_text())["segIndices"])
    objects, vertices = [], []
    for group in json.loads((scan / f"{name}.aggregation.json").read_text())["segGroups"]:
        mine = points[np.isin(segments, group["segments"])]
        vertices.append(mine)
        (x, y), (w, h), angle = cv2.minAreaRect(mine[:, :2].astype(np.float32))
        low, high = mine[:, 2].min(), mine[:, 2].max()
        centre, half = [x, y, (low + high) / 2], [w / 2, h / 2, (high - low) / 2]
        objects.append({"id": group["objectId"] + 1, "label": group["label"], "centre": centre, "half": half, "yaw": angle})
    lens = {s: np.loadtxt(scan / "intrinsic" / f"intrinsic_{s}.txt") for s in ["color", "depth"]}
    (out / "frames").mkdir(parents=True)
    frames = []
    maps = None
    for colour in sorted((scan / "color").iterdir(), key=lambda path: int(path.stem)):
        i = colour.stem
        pose = align @ np.loadtxt(scan / "pose" / f"{i}.txt")
        shutil.copyfile(colour, out / "frames" / f"{i}.colour.jpg")
        hashes = {"colour": hashlib.sha256(colour.read_bytes()).hexdigest()}
        width, height = int(meta["colorWidth"]), int(meta["colorHeight"])
        source, target = scan / "depth" / f"{i}.png", out / "frames" / f"{i}.depth.png"
        if [meta["colorWidth"], meta["colorHeight"]] == [meta["depthWidth"], meta["depthHeight"]]:
            shutil.copyfile(source, target)
            depth = cv2.imread(str(source), cv2.IMREAD_UNCHANGED)
        else:
            depth = cv2.imread(str(source), cv2.IMREAD_UNCHANGED)
            if maps is None:
                c, d = lens["color"], lens["depth"]
                x = np.floor((np.arange(width) - c[0, 2]) / c[0, 0] * d[0, 0] + d[0, 2] + 0.5).astype(int)
                y = np.floor((np.arange(height) - c[1, 2]) / c[1, 1] * d[1, 1] + d[1, 2] + 0.5).astype(int)
                maps = np.ix_(np.clip(y, 0, depth.shape[0] - 1), np.clip(x, 0, depth.shape[1] - 1))
            depth = depth[maps]
            cv2.imwrite(str(target), depth)
        hashes["depth"] = hashlib.sha256(target.read_bytes()).hexdigest()
        seen = [
            {"object": thing["id"], **shown}
            for thing, mine in zip(objects, vertices)
            if (shown := visible(mine, np.linalg.inv(pose), lens["color"], depth))
        ]
        frames.append({"name": i, "pose": pose.tolist(), "sha256": hashes, "sightings": seen})
    np.save(out / "points.npy", points.astype(np.float32))
    (out / "scene.json").write_text(json.dumps({"id": name, "objects": objects, "frames": frames}))


if __name__ == "__main__":
    mode, place, *rest = sys.argv[1:]
    if mode == "make":
        make(pathlib.Path(place), int(rest[0]) if rest else 60, "same" in rest)
    elif mode == "compare":
        compare(pathlib.Path(place), pathlib.Path(rest[0]))
    else:
        start = time.perf_counter()
        read(pathlib.Path(place), pathlib.Path(rest[0]))
        print(f"{(time.perf_counter() - start) * 1e3:.0f} ms, interpreter and libraries apart")
