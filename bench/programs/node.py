"""node: buffers, compression, hashing and JSON in three threads."""

import support

NEEDS = ["node"]


def command(folder, scale):
    return ["node", f"{support.INPUT}/objects.js", str(scale)]
