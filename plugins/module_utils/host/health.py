# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proof that a service does what it is there for, asked over its own port."""
from __future__ import annotations

import base64
import http.client
import re
import ssl
import urllib.error
import urllib.request

_PARTIAL_CHAIN = 0x80000  # X509_V_FLAG_PARTIAL_CHAIN; ssl has a name for it from Python 3.10 on
_SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{[^}]*\})?\s+(\S+)")


class Probe:
    """One service's probe.

    :param health: scheme, address, port, path, status, body, ca_file, server_name, validate_certs, client_cert, client_key,
        credentials_file (holds ``user:password``), metrics_path.
    """

    def __init__(self, health: dict):
        self.health = health
        host = health.get("address") or "127.0.0.1"
        self.base = "%s://%s:%d" % (health.get("scheme") or "http", "[%s]" % host if ":" in host else host, int(health["port"]))

    def answer(self) -> str:
        """Ask once. Return an empty text when the service is healthy, else why it is not."""
        try:
            status, body = self._get(self.health.get("path") or "/")
        except (OSError, http.client.HTTPException) as exc:
            return "%s%s: %s" % (self.base, self.health.get("path") or "/", getattr(exc, "reason", exc))
        if status not in (self.health.get("status") or [200]):
            return "%s%s answered %d: %s" % (self.base, self.health.get("path") or "/", status, body[:200].strip())
        wanted = self.health.get("body")
        if wanted and not re.search(wanted, body):
            return "%s%s does not contain %r" % (self.base, self.health.get("path") or "/", wanted)
        return ""

    def metrics(self, names: list) -> dict:
        """Return the values of metrics by name (the first sample of each); empty when they cannot be read."""
        try:
            status, body = self._get(self.health.get("metrics_path") or "/metrics")
        except (OSError, http.client.HTTPException):
            return {}
        found = {}
        for line in body.splitlines() if status == 200 else []:
            match = _SAMPLE.match(line)
            if match and match.group(1) in names and match.group(1) not in found:
                found[match.group(1)] = float(match.group(2))
        return found

    def _get(self, path: str):
        request = urllib.request.Request(self.base + path)
        secret = self.health.get("credentials_file")
        if secret:
            with open(secret, "rb") as handle:
                request.add_header("Authorization", "Basic " + base64.b64encode(handle.read().strip()).decode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *self._tls())
        try:
            with opener.open(request, timeout=5) as reply:
                return reply.status, reply.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as exc:
            return exc.code, exc.read().decode("utf-8", "replace")

    def _tls(self) -> list:
        if self.health.get("scheme") != "https":
            return []
        context = ssl.create_default_context(cafile=self.health.get("ca_file") or None)
        # The service's own certificate may be given as the authority: it proves that the listener holds the key to it.
        context.verify_flags |= _PARTIAL_CHAIN
        if self.health.get("client_cert"):
            context.load_cert_chain(self.health["client_cert"], self.health.get("client_key"))
        if self.health.get("validate_certs") is False:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif not self.health.get("server_name"):
            # The probe dials this host itself; the certificate must be the trusted one, its name may be the public one.
            context.check_hostname = False
        return [_NamedHTTPSHandler(context, self.health.get("server_name"))]


class _NamedHTTPSHandler(urllib.request.HTTPSHandler):
    """Asks for a certificate of the service's public name although it dials the local address."""

    def __init__(self, context, server_name):
        super().__init__(context=context)
        self.context, self.server_name = context, server_name

    def https_open(self, req):
        name, context = self.server_name, self.context

        class Connection(http.client.HTTPSConnection):
            def connect(self):
                http.client.HTTPConnection.connect(self)
                self.sock = context.wrap_socket(self.sock, server_hostname=name or self.host)

        return self.do_open(Connection, req, context=self.context)
