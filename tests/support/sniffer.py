"""A TCP proxy in front of nodes that records the requests passing through it.

    with Sniffer(*(node.address for node in cluster.nodes)) as sniffer:
        connect(server=sniffer.addresses[follower.address], address_map=sniffer.address_map)
        sniffer.sql()           # the SQL texts that went to any of the nodes, in order
        len(sniffer.requests)   # every request, SQL or not

A request is recorded before it is passed on, so once an answer has been seen it is there. The proxy
is a process of its own: an extension module may hold Python's lock while it waits for an answer.
"""

import functools
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
import tempfile
from collections import namedtuple

Request = namedtuple("Request", "type sql")  # sql: None for requests without a text

PREPARE, EXEC_SQL, QUERY_SQL = 4, 8, 9
NAMES = {0: "LEADER", 1: "CLIENT", 2: "HEARTBEAT", 3: "OPEN", PREPARE: "PREPARE", 5: "EXEC",
         6: "QUERY", 7: "FINALIZE", EXEC_SQL: "EXEC_SQL", QUERY_SQL: "QUERY_SQL", 10: "INTERRUPT",
         16: "CLUSTER"}
HANDSHAKE_SIZE = HEADER_SIZE = 8


class Sniffer:
    """Proxies every connection to the nodes at `addresses` until the `with` block ends."""

    def __init__(self, *addresses):
        self._record = tempfile.TemporaryFile()
        self._read = 0
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self._record.fileno()), *addresses],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[self._record.fileno()])
        dialled = self._process.stdout.readline().decode().split()
        self.addresses = dict(zip(addresses, dialled, strict=True))  # a node's -> dialled instead

    @property
    def address_map(self):
        """For the connection key AddressMap: leads redirects through here too."""
        return ",".join(f"{told}={dialled}" for told, dialled in self.addresses.items())

    @property
    def requests(self):
        """Those since the last forget()."""
        end = os.fstat(self._record.fileno()).st_size
        lines = os.pread(self._record.fileno(), end - self._read, self._read).splitlines()
        return [Request(*json.loads(line)) for line in lines]

    def sql(self):
        return [request.sql for request in self.requests if request.sql is not None]

    def forget(self):
        self._read = os.fstat(self._record.fileno()).st_size

    def close(self):
        self._process.communicate()  # the end of its standard input ends it
        self._record.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class _Requests:
    """Takes the bytes one client sends apart into requests."""

    def __init__(self):
        self._buffer = bytearray()
        self._skip = HANDSHAKE_SIZE

    def feed(self, chunk):
        self._buffer += chunk
        if self._skip:
            if len(self._buffer) < self._skip:
                return
            del self._buffer[:self._skip]
            self._skip = 0
        while len(self._buffer) >= HEADER_SIZE:
            words, kind = struct.unpack_from("<IB", self._buffer)
            end = HEADER_SIZE + 8 * words
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[HEADER_SIZE:end])
            del self._buffer[:end]
            yield Request(NAMES.get(kind, str(kind)), self._sql(kind, body))

    @staticmethod
    def _sql(kind, body):
        if kind not in (PREPARE, EXEC_SQL, QUERY_SQL):
            return None
        return body[8:].split(b"\0", 1)[0].decode()  # behind the database's id


class _Proxy:
    """What runs in the process of its own."""

    def __init__(self, record, addresses):
        self._record = record
        self.addresses = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(sys.stdin, selectors.EVENT_READ, sys.exit)
        for address in addresses:
            listener = socket.create_server(("127.0.0.1", 0))
            self.addresses.append("127.0.0.1:%d" % listener.getsockname()[1])
            accept = functools.partial(self._accept, listener, address)
            self._selector.register(listener, selectors.EVENT_READ, accept)

    def run(self):
        while True:
            for key, _ in self._selector.select():
                # A socket closed by an earlier event of this round is no longer registered.
                if key.fileobj.fileno() >= 0:
                    key.data()

    def _accept(self, listener, address):
        client, _ = listener.accept()
        host, port = address.rsplit(":", 1)
        try:
            node = socket.create_connection((host, int(port)), timeout=5)
        except OSError:
            client.close()
            return
        for s in (client, node):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        requests = _Requests()

        def record(chunk):
            for request in requests.feed(chunk):
                # One write a line, so that a reader sees whole lines only.
                os.write(self._record, json.dumps(request).encode() + b"\n")

        self._pass_on(client, node, record)
        self._pass_on(node, client, lambda chunk: None)

    def _pass_on(self, source, target, watch):
        def move():
            try:
                if chunk := source.recv(1 << 16):
                    watch(chunk)
                    target.sendall(chunk)
                    return
            except OSError:
                pass  # either side gone: the other one learns it below
            for s in (source, target):
                self._selector.unregister(s)
                s.close()

        self._selector.register(source, selectors.EVENT_READ, move)


def main():
    record, *addresses = sys.argv[1:]
    proxy = _Proxy(int(record), addresses)
    print(*proxy.addresses, flush=True)
    proxy.run()


if __name__ == "__main__":
    main()
