"""The same Python program with PYTHONMALLOC=malloc: every object is a block."""

import support

NEEDS = ["python3"]
ENVIRONMENT = {"PYTHONHASHSEED": "0", "PYTHONMALLOC": "malloc"}


def command(folder, scale):
    return ["python3", f"{support.INPUT}/objects.py", str(scale)]
