"""The plugin that ms-swift loads: a reward for every preset, by name."""

from isovist.trainers.swift import register

register()
