"""python3: trees in two threads, JSON documents, strings."""

import support

NEEDS = ["python3"]
ENVIRONMENT = {"PYTHONHASHSEED": "0"}


def command(folder, scale):
    return ["python3", f"{support.INPUT}/objects.py", str(scale)]
