"""go-dqlite's own shell as the witness of our TLS: both speak to one cluster, on the same ports.

Mutual TLS as go-dqlite's app sets it up: one certificate, which all show and all trust. The nodes
themselves speak plainly to each other; in front of each, on the address the cluster tells, sslh
hands what speaks TLS to stunnel, and what does not to the node.
"""

import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import pyodbc
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import nodes  # noqa: E402

DRIVER = nodes.driver()
NAME = "cluster.dqlite.test"
PATIENCE = 30.0


def start(*command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def wait_for_port(port):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens on port {port}"
            time.sleep(0.01)


class Certificate:
    """A self-signed one and its key, in a folder."""

    def __init__(self, folder):
        self.file, self.key = folder / "cluster.crt", folder / "cluster.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
             "-addext", f"subjectAltName=DNS:{NAME}", "-out", self.file, "-keyout", self.key],
            check=True, capture_output=True)


class FrontedNode(nodes.Node):
    """A node behind sslh and stunnel: all of them reach it by the address it tells."""

    def __init__(self, generation, certificate, **options):
        self._certificate = certificate
        self._front = []
        super().__init__(generation, **options)

    def _launch(self):
        if not self._front:
            plain, secure = nodes.free_port(), nodes.free_port()
            self._options += ["--bind", f"127.0.0.1:{plain}"]
            self._config = tempfile.NamedTemporaryFile("w", suffix=".conf")
            self._config.write(
                f"foreground = yes\npid =\n[node]\naccept = 127.0.0.1:{secure}\n"
                f"connect = 127.0.0.1:{plain}\ncert = {self._certificate.file}\n"
                f"key = {self._certificate.key}\nCAfile = {self._certificate.file}\n"
                "verifyChain = yes\nrequireCert = yes\n")
            self._config.flush()
            self._front = [
                start("/usr/bin/stunnel4", self._config.name),
                start("/usr/sbin/sslh-select", "--foreground", "--listen", self.address,
                      "--tls", f"127.0.0.1:{secure}", "--anyprot", f"127.0.0.1:{plain}"),
            ]
            wait_for_port(secure)
            wait_for_port(self.port)
        return super()._launch()

    def close(self):
        super().close()
        for process in self._front:
            process.kill()
            process.wait()


class TlsCluster(nodes.Cluster):
    def __init__(self, generation, folder):
        self.nodes = []
        self.certificate = Certificate(folder)
        try:
            for number in range(1, 4):
                join = self.nodes[0].address if self.nodes else None
                self.nodes.append(FrontedNode(generation, self.certificate, id=number, join=join,
                                              latency_ms=20))
        except BaseException:
            self.close()
            raise

    def shell(self, command, certificate=None, patience=PATIENCE):
        """What the shell of go-dqlite prints for a statement."""
        certificate = certificate or self.certificate
        return subprocess.run(
            ["dqlite", "--servers", self.addresses, "--cert", certificate.file, "--key",
             certificate.key, "default", command],
            capture_output=True, text=True, timeout=patience, check=False)

    def connect(self, certificate=None, **keys):
        certificate = certificate or self.certificate
        keys = {"Driver": DRIVER, "Server": self.addresses, "TLS": 1, "TLSServerName": NAME,
                "TLSCA": certificate.file, "TLSCert": certificate.file,
                "TLSKey": certificate.key, "LoginTimeout": 10, **keys}
        return pyodbc.connect(";".join(f"{key}={value}" for key, value in keys.items()),
                              autocommit=True)


@pytest.fixture(scope="module", params=nodes.generations())
def cluster(request, tmp_path_factory):
    with TlsCluster(request.param, tmp_path_factory.mktemp("tls")) as three:
        three.leader()
        yield three


def lines(run):
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def test_each_reads_what_the_other_wrote(cluster):
    lines(cluster.shell("CREATE TABLE both (writer TEXT)"))
    lines(cluster.shell("INSERT INTO both VALUES ('shell')"))
    with cluster.connect() as db:
        assert db.execute("SELECT writer FROM both").fetchval() == "shell"
        db.execute("INSERT INTO both VALUES ('driver')")
    assert lines(cluster.shell("SELECT writer FROM both")) == ["shell", "driver"]


def test_both_know_the_same_leader_and_nodes(cluster):
    db = cluster.connect()
    leader = db.execute("{call dqlite_leader()}").fetchone()[1]
    assert lines(cluster.shell(".leader")) == [leader]
    told = {f"{int(row[0]):x}|{row[1]}|{row[2]}" for row in db.execute("{call dqlite_nodes()}")}
    assert set(lines(cluster.shell(".cluster"))) == told


def test_neither_gets_in_with_the_certificate_of_a_stranger(cluster, tmp_path):
    stranger = Certificate(tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):  # the shell tries for ever
        cluster.shell("SELECT 1", stranger, patience=3)
    with pytest.raises(pyodbc.Error, match="certificate"):
        cluster.connect(stranger)


def test_both_follow_the_leader_when_it_dies(cluster):
    db = cluster.connect()
    killed = cluster.kill_leader()
    try:
        assert db.execute("SELECT 1").fetchval() == 1
        assert lines(cluster.shell("SELECT 1")) == ["1"]
    finally:
        killed.restart()
