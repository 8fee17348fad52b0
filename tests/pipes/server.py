"""Serves the files of a folder on a free port of 127.0.0.1, as servers do on bad days.

server.py FOLDER PORT_FILE: writes its port into PORT_FILE, stops after a minute at the latest.
/cut/NAME breaks the connection after a third of what was asked for; Range is understood.
/deaf/NAME breaks it once, and doesn't understand Range. /NAME is a good server.
"""
import http.server
import os
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    cut = set()

    def do_GET(self):
        *mode, name = self.path.strip("/").split("/")
        try:
            with open(os.path.join(sys.argv[1], name), "rb") as file:
                data = file.read()
        except OSError:
            return self.send_error(404)
        first = 0
        asked = self.headers.get("Range")
        if asked and mode != ["deaf"]:
            first = int(asked.removeprefix("bytes=").split("-")[0])
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - first))
        self.end_headers()
        self.wfile.write(data[first : self.end(mode, name, first, len(data))])

    def end(self, mode, name, first, size):
        left = size - first
        if mode == ["cut"] and left > size // 4:
            return first + left // 3
        if mode == ["deaf"] and name not in self.cut:
            self.cut.add(name)
            return first + left // 3
        return size

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[2] + ".new", "w") as file:
    file.write(str(server.server_port))
os.rename(sys.argv[2] + ".new", sys.argv[2])
threading.Timer(60, server.shutdown).start()
server.serve_forever()
