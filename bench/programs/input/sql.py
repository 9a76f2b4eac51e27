"""Prints SQL: an order book filled, indexed, joined, updated and searched.

Usage: sql.py SCALE   (60 thousand orders at scale 1)
"""

import random
import sys

draw = random.Random(4)
orders = max(100, int(60000 * float(sys.argv[1])))
customers = max(10, orders // 40)
words = ["".join(draw.choices("abcdefgh", k=draw.randint(3, 9)))
         for _ in range(800)]

print("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")
print("CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, city TEXT);")
print("CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INT, item TEXT,"
      " amount INT, note TEXT);")
print("BEGIN;")
for c in range(customers):
    print(f"INSERT INTO customer VALUES({c}, '{draw.choice(words)}',"
          f" '{draw.choice(words[:60])}');")
for o in range(orders):
    note = " ".join(draw.choices(words, k=draw.randint(2, 14)))
    print(f"INSERT INTO orders VALUES({o}, {draw.randrange(customers)},"
          f" '{draw.choice(words)}', {draw.randrange(1000)}, '{note}');")
print("COMMIT;")
print("CREATE INDEX by_customer ON orders(customer, amount);")
print("CREATE INDEX by_item ON orders(item);")
for _ in range(3):
    print("SELECT city, count(*), sum(amount), group_concat(DISTINCT item)"
          " FROM orders JOIN customer c ON c.id = customer"
          " GROUP BY city ORDER BY 3 DESC, 1 LIMIT 5;")
    print("UPDATE orders SET note = note || ' ' || item WHERE amount % 7 = 3;")
    print("SELECT sum(length(replace(upper(note), 'A', 'xyz'))) FROM orders;")
print("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
      f" WHERE i < {orders}) SELECT sum(i * i % 97) FROM n;")
print("SELECT sum(json_extract(json_object('a', amount, 'n', note), '$.a'))"
      " FROM orders;")
print("SELECT item, amount, rank() OVER (PARTITION BY item ORDER BY amount, id)"
      " AS place FROM orders ORDER BY place DESC, item LIMIT 20;")
print("DELETE FROM orders WHERE amount < 300; VACUUM;")
print("SELECT count(*), sum(amount) FROM orders; PRAGMA integrity_check;")
