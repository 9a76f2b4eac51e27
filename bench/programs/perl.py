"""perl: hashes, nested lists, patterns over long strings."""

import support

NEEDS = ["perl"]
ENVIRONMENT = {"PERL_HASH_SEED": "0"}


def command(folder, scale):
    return ["perl", f"{support.INPUT}/objects.pl", str(scale)]
