"""A gateway on the loopback address: answers what the test tells it and remembers what it was sent."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Gateway:
    """`answers` are given one after the other, the last one for ever: (status, body)."""

    def __init__(self, answers):
        self.answers, self.asked = list(answers), []

    def answer(self, path):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Wechat(Gateway):
    """Gives tokens and accepts each message once, as the real one does by client_msg_id."""

    def __init__(self, answers=((200, {"errcode": 0, "msgid": 7}),)):
        super().__init__(answers)
        self.tokens = 0

    def answer(self, path):
        if path.startswith("/cgi-bin/stable_token"):
            self.tokens += 1
            return 200, {"access_token": f"token{self.tokens}", "expires_in": 7200}
        return super().answer(path)


@contextmanager
def serving(gateway):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.asked.append((self.path, dict(self.headers), body))
            status, content = gateway.answer(self.path)
            reply = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
