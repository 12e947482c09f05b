"""Real dqlite servers for Python tests: dqlite-node processes on ports and directories of their own.

    with Cluster("trixie") as cluster:
        connect(cluster.follower().address)

DQLITE_NODE and DQLITE_ODBC_DRIVER name the program and the driver if they are not the release
build's, DQLITE_TEST_GENERATIONS the servers to test with (names between spaces; debian12 and, if it
is unpacked, trixie).
"""

import os
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
GENERATIONS = ("debian12", "trixie", "sid")
PORT_TAKEN = 6  # dqlite-node's exit code
TIME_TO_START = 60.0
TIME_TO_STOP = 30.0


class NodeError(Exception):
    """A node that does not do as it should; carries the program's own words."""


def node_program():
    return os.environ.get("DQLITE_NODE", str(REPOSITORY / "build/release/setup/dqlite-node"))


def driver():
    """The driver under test."""
    return os.environ.get("DQLITE_ODBC_DRIVER",
                          str(REPOSITORY / "build/release/driver/libdqliteodbc.so"))


def tree(generation):
    """The folder setup/other-suite-libdqlite unpacks a suite into."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache) / "dqlite-odbc" / generation


def is_available(generation):
    return generation == "debian12" or (tree(generation) / ".complete").exists()


def generations():
    """Those this run is to use. One that is asked for and missing is an error, never left out."""
    wanted = os.environ.get("DQLITE_TEST_GENERATIONS", "").split()
    if not wanted:
        return [g for g in ("debian12", "trixie") if is_available(g)]
    for generation in wanted:
        if generation not in GENERATIONS or not is_available(generation):
            raise NodeError(f"DQLITE_TEST_GENERATIONS: {generation} is unknown or not unpacked")
    return wanted


def command(generation, *arguments):
    """dqlite-node's command line on a generation's libdqlite."""
    launcher = []
    if generation != "debian12":
        libraries = next((tree(generation) / "usr/lib").rglob("libdqlite.so.0")).parent
        loader = next(libraries.glob("ld-linux*"))
        launcher = [str(loader), "--library-path", str(libraries)]
    return [*launcher, node_program(), *map(str, arguments)]


def free_port():
    """A port nobody listens on now; somebody may be quicker than you."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Node:
    """One node, stopped and removed at the end of the `with` block or by close()."""

    def __init__(self, generation="debian12", id=1, join=None, role="voter", latency_ms=5, more=()):
        self.generation, self.id = generation, id
        self._options = ["--latency", latency_ms, "--die-with-parent", *more]
        if join:
            self._options += ["--join", join, "--role", role]
        self.directory = tempfile.mkdtemp(prefix="dqlite-test-")
        self.process = None
        try:
            for _ in range(20):
                self.port = free_port()
                self.address = f"127.0.0.1:{self.port}"
                if self._launch():
                    return
                # The directory may have learned the address already.
                shutil.rmtree(self.directory)
                os.mkdir(self.directory)
            raise NodeError("every port tried was taken")
        except BaseException:
            self.close()
            raise

    def _launch(self):
        """Whether the node is ready; False if somebody has taken the port."""
        self.process = subprocess.Popen(
            command(self.generation, "--id", self.id, "--address", self.address,
                    "--dir", self.directory, *self._options),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        said = self._read_until(b"ready:", TIME_TO_START)
        if said is None:
            return True
        if self.process.wait(timeout=5) == PORT_TAKEN:
            return False
        raise NodeError(f"dqlite-node does not start: {said.decode(errors='replace')}")

    def _read_until(self, prefix, patience):
        """None once a line begins with the prefix, else all that was said until the end."""
        said, deadline = b"", time.monotonic() + patience
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                chunk = os.read(self.process.stdout.fileno(), 4096)
                said += chunk
                if any(line.startswith(prefix) for line in said.splitlines()):
                    return None
                if not chunk:
                    return said
        self.kill9()
        return said + b"(not ready in time)"

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        """Stops it in order; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=TIME_TO_STOP)

    def kill9(self):
        if self.alive():
            self.process.kill()
        self.process.wait()

    def sigstop(self):
        """Freezes it: every thread stands still when this returns."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def sigcont(self):
        self.process.send_signal(signal.SIGCONT)

    def restart(self):
        """Starts it again on the same directory and port."""
        if self.alive():
            self.stop()
        for _ in range(20):
            self.process.stdout.close()
            if self._launch():
                return
            time.sleep(0.1)
        raise NodeError(f"port {self.port} stays taken")

    def known_leader(self):
        """The address this node knows for the leader; None: none, or no answer in 2 s."""
        handshake, leader = struct.pack("<Q", 1), struct.pack("<IBBHQ", 1, 0, 0, 0, 0)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as s:
                s.sendall(handshake + leader)
                with s.makefile("rb") as answer:
                    words = struct.unpack("<I4x", answer.read(8))[0]
                    body = answer.read(words * 8)
            return body[8:].split(b"\0")[0].decode() or None
        except (OSError, struct.error):
            return None

    def wait_for_leader(self, patience=20.0):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if address := self.known_leader():
                return address
            time.sleep(0.005)
        raise NodeError(f"{self.address} knows no leader in time")

    def close(self):
        if self.process is not None:
            self.kill9()
            self.process.stdout.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Cluster:
    """Several voters in one cluster."""

    def __init__(self, generation="debian12", size=3, latency_ms=5):
        self.nodes = []
        try:
            for i in range(size):
                join = self.nodes[0].address if self.nodes else None
                self.nodes.append(Node(generation, id=i + 1, join=join, latency_ms=latency_ms))
        except BaseException:
            self.close()
            raise

    @property
    def addresses(self):
        """All of them, as the connection key Server lists them."""
        return ",".join(node.address for node in self.nodes)

    def leader(self, patience=20.0):
        """The node that knows itself as the leader. Waits through an election."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for node in self.nodes:
                if node.alive() and node.known_leader() == node.address:
                    return node
            time.sleep(0.005)
        raise NodeError("the cluster has no leader in time")

    def follower(self):
        leader = self.leader()
        return next(node for node in self.nodes if node is not leader and node.alive())

    def kill_leader(self):
        leader = self.leader()
        leader.kill9()
        return leader

    def close(self):
        for node in self.nodes:
            node.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
