"""What NeMo Gym starts as the resources server: the command `isovist serve judge`, at the address of the configuration."""

import os

import yaml

settings = yaml.safe_load(os.environ["NEMO_GYM_CONFIG_DICT"])
own = settings[os.environ["NEMO_GYM_CONFIG_PATH"]]["resources_servers"]["isovist"]
command = [own.get("command", "isovist"), "serve", "judge", "--host", str(own["host"]), "--port", str(own["port"])]
os.execvp(command[0], [*command, "--preset", own.get("preset", "isovist")])
