"""git imports a history of 3000 commits, repacks it, and reads it back."""

import support

NEEDS = ["git"]
ENVIRONMENT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
               "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "pack.threads",
               "GIT_CONFIG_VALUE_0": "2"}
SCRIPT = """
git init -q -b main repository
cd repository
git fast-import --quiet <../history
git repack -adfq
git log -p --stat main | cksum
git blame main -- part0/file0.txt | cksum
git fsck --full --no-progress
"""


def prepare(folder, scale):
    support.generate("history.py", scale, f"{folder}/history")


def command(folder, scale):
    return ["sh", "-ec", SCRIPT]
