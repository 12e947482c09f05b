"""dqlite-node's commands on a real cluster, as a person at a shell gives them."""

import contextlib
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import nodes

UNREACHED, USAGE = 8, 2
OPEN, EXEC_SQL = 3, 8


def run(*arguments):
    return subprocess.run([nodes.node_program(), *map(str, arguments)], capture_output=True,
                          text=True, timeout=60)


def text(value):
    raw = value.encode() + b"\0"
    return raw + bytes(-len(raw) % 8)


def request(kind, body):
    return struct.pack("<IBBH", len(body) // 8, kind, 0, 0) + body


def make_database(node):
    """The database "default" with a table of one row."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=10) as peer:
        peer.sendall(struct.pack("<Q", 1))
        requests = [request(OPEN, text("default") + struct.pack("<Q", 0) + text("volatile"))]
        for sql in ("CREATE TABLE t (a)", "INSERT INTO t VALUES (7)"):
            requests.append(request(EXEC_SQL, struct.pack("<Q", 0) + text(sql) + bytes(8)))
        with peer.makefile("rb") as answers:
            for one in requests:
                peer.sendall(one)
                words, kind = struct.unpack("<IB3x", answers.read(8))
                body = answers.read(words * 8)
                assert kind != 0, body  # a FAILURE


class CommandsTest(unittest.TestCase):
    def command(self, *arguments):
        """The output of a command that succeeds."""
        done = run(*arguments, "--server", self.servers)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def roles(self):
        lines = (line.split() for line in self.command("nodes").splitlines())
        return {int(id): role for id, _, role in lines}

    def test_a_clusters_whole_life(self):
        for generation in nodes.generations():
            with self.subTest(generation), nodes.Node(generation) as first, \
                    nodes.Node(generation, id=2, join=first.address, role="spare") as second:
                self.servers = f"{first.address},{second.address}"
                self.assertEqual(self.command("leader"), f"1 {first.address}\n")
                self.assertEqual(self.roles(), {1: "voter", 2: "spare"})
                self.assertEqual(self.command("remove", 2), "")
                self.assertEqual(self.roles(), {1: "voter"})
                self.command("add", 2, second.address, "standby")
                self.assertEqual(self.roles(), {1: "voter", 2: "standby"})
                self.command("assign", 2, "voter")
                self.assertEqual(self.roles(), {1: "voter", 2: "voter"})
                self.command("weight", 7, second.address)
                self.assertEqual(self.command("describe", second.address),
                                 "failure-domain 0\nweight 7\n")
                self.command("transfer", 2)
                self.assertEqual(self.command("leader"), f"2 {second.address}\n")

    def test_dump(self):
        for generation in nodes.generations():
            with self.subTest(generation), nodes.Node(generation) as node, \
                    tempfile.TemporaryDirectory() as directory:
                self.servers = node.address
                done = run("dump", "nobody", directory, "-s", node.address)
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(list(Path(directory).iterdir()), [])
                make_database(node)
                lines = self.command("dump", "default", directory).splitlines()
                sizes = {path: int(size) for size, path in (line.split(" ", 1) for line in lines)}
                self.assertEqual({path: Path(path).stat().st_size for path in sizes}, sizes)
                with contextlib.closing(sqlite3.connect(f"{directory}/default")) as copy:
                    self.assertEqual(copy.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
                    self.assertEqual(copy.execute("SELECT a FROM t").fetchall(), [(7,)])

    def test_what_is_wrong_is_told_by_the_exit_code(self):
        self.assertEqual(run("nodes").returncode, USAGE)
        self.assertEqual(run("remove", "-s", "127.0.0.1:1").returncode, USAGE)
        self.assertEqual(run("assign", 1, "king", "-s", "127.0.0.1:1").returncode, USAGE)
        self.assertEqual(run("nodes", "-s", "not an address").returncode, USAGE)
        self.assertEqual(run("nodes", "--help").returncode, 0)
        nobody = run("nodes", "--timeout", "1", "-s", f"127.0.0.1:{nodes.free_port()}")
        self.assertEqual(nobody.returncode, UNREACHED)
        self.assertIn("dqlite-node: ", nobody.stderr)
        with nodes.Node() as node:
            refused = run("remove", 99, "-s", node.address)
            self.assertEqual(refused.returncode, UNREACHED)
            self.assertNotEqual(refused.stderr, "")


if __name__ == "__main__":
    unittest.main()
