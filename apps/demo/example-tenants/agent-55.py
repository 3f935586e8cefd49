#!/usr/bin/env python3
"""An example of a tenant's handler, to be copied: Python 3 and nothing else.

It checks the signature (Standard Webhooks), knows a message that comes again,
and replies in its answer.

    WEBHOOK_SECRET=whsec_... python3 agent-55.py [port]
"""

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

PORT = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PORT", "0"))
# Made by the gateway for this tenant and known to nobody else.
SECRET = base64.b64decode(os.environ.get("WEBHOOK_SECRET", "").removeprefix("whsec_"))

LARGEST_BODY_BYTES = 1024 * 1024
MOST_ANSWERS_KEPT = 10_000
# A signature that is older was perhaps recorded by somebody and is played again.
SIGNATURE_VALID_SECONDS = 5 * 60


def is_signed(headers, body):
    """Whether the gateway, which alone knows the secret, sent exactly these bytes."""
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not webhook_id or not re.fullmatch("[0-9]{1,12}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > SIGNATURE_VALID_SECONDS:
        return False
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(SECRET, signed, hashlib.sha256)).decode()
    # While a secret is being replaced there are two signatures, one by each secret.
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected.encode(), each.encode()) for each in signatures)


def converse(data):
    """What Agent 55 says to a message."""
    message = data["message"]
    text = message.get("text", "").lower()
    if data["is_new_session"]:
        name = data["contact"].get("name", "there")
        return f"Hello {name}, this is Agent 55: offices and shops. What kind of space do you need?"
    if message["type"] != "text":
        return "Thank you, one of us will look at it and come back to you."
    if re.search(r"\b(office|shop)\b", text):
        return "We have space in Business Bay and in Deira. For how many people?"
    if re.search(r"\b[0-9]+\b|\bpeople\b", text):
        return "Then Business Bay fits best: 140 m2 on the 12th floor, free from January. Shall we show it to you?"
    return "Would you tell me a little more about what you need?"


class Answers:
    """What was answered to which webhook-id.

    The gateway delivers at least once, so a message may come again, with the
    same webhook-id. It then gets the same answer. A real business keeps these
    where they survive a restart.
    """

    def __init__(self):
        self._lock = Lock()
        self._answers = OrderedDict()

    def answer(self, webhook_id, make):
        with self._lock:
            if webhook_id not in self._answers:
                self._answers[webhook_id] = make()
                if len(self._answers) > MOST_ANSWERS_KEPT:
                    self._answers.popitem(last=False)
            return self._answers[webhook_id]


ANSWERS = Answers()


class Handler(BaseHTTPRequestHandler):
    # Keeps connections open between messages, which saves the gateway time.
    protocol_version = "HTTP/1.1"
    # Sends headers and body as one. As two, the second would wait 40 ms for the first to be acknowledged.
    wbufsize = -1

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > LARGEST_BODY_BYTES:
            self.close_connection = True
            self.respond(413, {"error": "The body is too large, or does not say how large it is"})
            return
        body = self.rfile.read(int(length))
        if not is_signed(self.headers, body):
            # Not from the gateway: anybody could have sent it.
            self.respond(401, {"error": "The signature is missing or wrong"})
            return
        event = json.loads(body)
        if event["type"] != "message.received":
            # There are other types of events, and there will be more. What is not known here is just taken.
            self.respond(200, {"reply": None})
            return
        self.respond(200, ANSWERS.answer(self.headers["webhook-id"], lambda: {"reply": converse(event["data"])}))

    def respond(self, status, answer):
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """A line for each request would say nothing that the gateway's log does not say."""


def main():
    if not SECRET:
        # Nothing starts without one: anybody could write.
        print("WEBHOOK_SECRET is not set", file=sys.stderr)
        sys.exit(2)
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    print(f"listening http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
