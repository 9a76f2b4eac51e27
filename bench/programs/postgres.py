"""postgres under pgbench, then sorts, joins and aggregates of larger sets."""

import os
import signal

import support

NEEDS = ["postgres", "initdb", "pgbench", "psql", "setpriv"]
STOP = signal.SIGINT
UNPRIVILEGED = True
QUERIES = """
CREATE TABLE word AS SELECT i, md5(i::text) AS t, i % 977 AS g
    FROM generate_series(1, {rows}) AS i;
SELECT sum(length(t)) FROM (SELECT g, string_agg(t, ',' ORDER BY t) AS t
    FROM word GROUP BY g) AS s;
SELECT count(*) FROM word a JOIN word b ON a.t = b.t AND a.i = b.i;
SELECT count(*) FROM word WHERE t ~ '^[0-9]+[a-f]{{2}}.*9$';
SELECT length(json_agg(json_build_object('t', t, 'g', g))::text) FROM word;
"""


def prepare(folder, scale):
    support.give(folder)
    support.run(support.as_user([
        support.find("initdb"), "-D", f"{folder}/data", "-U", "bench",
        "-A", "trust", "-N", "--locale=C", "-E", "UTF8"]), cwd="/")


def serve(folder, port):
    os.chmod(f"{folder}/data", 0o700)
    return ["postgres", "-D", f"{folder}/data", "-p", str(port),
            "-h", "127.0.0.1", "-k", "", "-F", "-c", "max_wal_size=2GB",
            "-c", "autovacuum=off", "-c", "work_mem=32MB"]


def drive(folder, port, scale):
    where = ["-h", "127.0.0.1", "-p", str(port), "-U", "bench"]
    pgbench = [support.find("pgbench")] + where
    support.run(pgbench + ["-i", "-q", "-s", "4", "postgres"])
    transactions = str(int(1500 * scale) + 1)
    for kind in ("tpcb-like", "select-only"):
        support.run(pgbench + ["-n", "-c", "4", "-j", "1", "-b", kind,
                               "--random-seed=1", "-t", transactions,
                               "-M", "simple", "postgres"])
    rows = int(120000 * scale) + 1
    answers = support.run(
        [support.find("psql")] + where +
        ["-qAtX", "-v", "ON_ERROR_STOP=1", "-c",
         QUERIES.format(rows=rows), "postgres"]).decode().split()
    if str(rows) not in answers:
        raise support.Failed(f"postgres answers {answers}")
