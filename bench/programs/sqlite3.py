"""sqlite3 fills, joins, updates, searches and vacuums an order book."""

import support

NEEDS = ["sqlite3"]


def prepare(folder, scale):
    support.generate("sql.py", scale * 2, f"{folder}/orders.sql")


def command(folder, scale):
    return ["sqlite3", "orders.db", ".read orders.sql"]
