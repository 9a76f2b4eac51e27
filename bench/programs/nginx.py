"""nginx: pipelined requests for files, compressed pages and listings.

The client asks a fixed number of times, so that the server's CPU time is for
the same work under every allocator; load generators that run for a fixed time
would measure their own patience.
"""

import os
import re
import signal
import socket

import support

NEEDS = ["nginx"]
STOP = signal.SIGQUIT
UNPRIVILEGED = True

CONFIGURATION = """
daemon off;
worker_processes 2;
error_log {folder}/error.log crit;
pid {folder}/pid;
events {{ worker_connections 512; }}
http {{
    access_log off;
    keepalive_requests 200;
    types {{ text/html html; }}
    gzip on;
    gzip_min_length 0;
    ssi on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/site;
        location /list/ {{ autoindex on; }}
        location /via/ {{ proxy_pass http://127.0.0.1:{port}/; }}
    }}
}}
"""
PATHS = ["/page1.html", "/data5.bin", "/list/", "/page3.html", "/missing",
         "/via/page2.html", "/data1.bin", "/via/data3.bin"]
BATCH = 25


def prepare(folder, scale):
    os.makedirs(f"{folder}/site/list")
    for i in range(1, 7):
        with open(f"{folder}/site/page{i}.html", "w", encoding="ascii") as page:
            page.write(f"<p>paragraph {i} of a page</p>\n" * (40 * i))
            page.write('<!--#include virtual="/page1.html" -->\n' * (i == 3))
        with open(f"{folder}/site/data{i}.bin", "wb") as data:
            data.write(bytes(range(256)) * (4 << i))
    for i in range(150):
        open(f"{folder}/site/list/entry{i}", "w", encoding="ascii").close()


def serve(folder, port):
    path = f"{folder}/nginx.conf"
    with open(path, "w", encoding="utf-8") as out:
        out.write(CONFIGURATION.format(folder=folder, port=port))
    return ["nginx", "-c", path, "-p", folder, "-e", f"{folder}/error.log"]


def ask(port, path):
    """A batch of the same request down one new connection: the answers."""
    # Only the last asks to close, so that the end of the stream is the end.
    line = f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n"
    request = (line + "\r\n") * (BATCH - 1) + line + "Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request.encode())
        parts = []
        while part := connection.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)


def drive(folder, port, scale):
    for _ in range(int(100 * scale) + 1):
        for path in PATHS:
            answers = ask(port, path)
            status = b"404" if path == "/missing" else b"200"
            good = len(re.findall(b"HTTP/1.1 " + status, answers))
            if good != BATCH:
                raise support.Failed(f"{path}: {good} of {BATCH} answers")
