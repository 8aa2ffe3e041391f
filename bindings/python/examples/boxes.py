"""Boxes of a scene as NumPy arrays: which things stand nearest to the fridge, by centres, and what exact geometry says."""

import numpy as np

import isovist


def main() -> None:
    """Runs the example."""
    kitchen = isovist.open("kitchen")
    labels = [thing.title for thing in kitchen.objects]
    fridge = labels.index("fridge")
    apart = np.linalg.norm(kitchen.centres_m - kitchen.centres_m[fridge], axis=1)
    for at in np.argsort(apart)[1:6]:
        thing = kitchen.objects[int(at)]
        surface = kitchen.ask(f"How far is #{thing.id} from #{kitchen.objects[fridge].id}?")
        print(f"{labels[int(at)]} #{thing.id}: centres {apart[at]:.2f} m, surfaces {surface.text}")

    frame = kitchen.frames[0]
    pose = frame.world_from_camera
    if pose is not None:
        print(f"{frame.name} stands at {np.round(pose[:3, 3], 2)} and shows {len(frame.visible_fractions or {})} things")


if __name__ == "__main__":
    main()
