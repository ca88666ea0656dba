#!/usr/bin/env python3
"""A webhook on 127.0.0.1 that answers as it is told: server.py LOG ANSWER...

An answer is a status, "429:2" with a Retry-After, or "hang"; the last one is repeated. Prints its port; each
request's path and body become a line of JSON in LOG. Ends when its stdin does.
"""
import http.server, json, sys, threading, time

log, answers = sys.argv[1], sys.argv[2:]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(log, "a") as out:
            print(json.dumps({"path": self.path, "type": self.headers["Content-Type"], "body": json.loads(body),
                              "at": time.monotonic()}), file=out)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer == "hang":
            time.sleep(60)
        status, _, wait = answer.partition(":")
        self.send_response(int(status))
        if wait:
            self.send_header("Retry-After", wait)
        text = b"ok" if status == "200" else b"no_service"
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
