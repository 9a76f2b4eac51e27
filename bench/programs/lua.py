"""lua5.4: trees, strings, closures, coroutines."""

import support

NEEDS = ["lua5.4"]


def command(folder, scale):
    return ["lua5.4", f"{support.INPUT}/objects.lua", str(scale)]
