#!/usr/bin/env python3
"""Tries dqlite-bench with next to no work: what it measures, and what it makes of the figures.

usage: program_test.py DQLITE_BENCH [unittest's options]
"""

import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

PROGRAM = sys.argv.pop(1)
SERVERS = os.environ.get("DQLITE_TEST_GENERATIONS", "debian12").split()[:1]
PEER = """#!/bin/sh
case "$*" in *--count*) ;; *) printf 'block.rate 7\\nblock.cpu 8\\n' ;; esac
"""


def bench(*arguments):
    environment = {**os.environ, "DQLITE_TEST_GENERATIONS": " ".join(SERVERS)}
    return subprocess.run([PROGRAM, *map(str, arguments)], env=environment, check=True,
                          stdout=subprocess.PIPE, text=True).stdout


class Program(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dqlite-test-bench-")
        cls.addClassCleanup(folder.cleanup)
        cls.figures = Path(folder.name) / "figures"
        peer = Path(folder.name) / "peer"
        peer.write_text(PEER)
        peer.chmod(0o700)
        bench("measure", "--tiny", "--rounds", 2, "--program", f"go={peer}", cls.figures)
        cls.lines = bench("report", "--absent", "dbapi=no Python", cls.figures).splitlines()

    def line(self, start):
        found = [line for line in self.lines if line.startswith(f"| {start}")]
        self.assertEqual(len(found), 1, f"lines that begin with {start}")
        return found[0]

    def test_measures_every_figure_in_every_round(self):
        names = [line.split()[0] for line in self.figures.read_text().splitlines()]
        for system in ("raw", "odbc", "client"):
            self.assertEqual(names.count(f"{SERVERS[0]}.{system}.block.rate"), 2, system)
            self.assertEqual(names.count(f"{SERVERS[0]}.{system}.connect.trips"), 1, system)
        for work in ("select", "insert"):
            for clients in (1, 8, 64):
                self.assertEqual(names.count(f"{SERVERS[0]}.odbc.{work}.{clients}.rate"), 2)
                self.assertEqual(names.count(f"{SERVERS[0]}.odbc.{work}.{clients}.slow"), 2)

    def test_every_aim_is_told_that_needs_no_other_peer(self):
        for start in ("block fetch", "SQLFetch + SQLGetData", "array insert / row by row",
                      "1 GB forward-only", "connect: time", "… of the driver alone"):
            self.assertNotIn("not measured", self.line(start))
        self.assertIn("2.00 met", self.line("connect: round trips"))

    def test_what_a_peer_prints_is_in_the_table(self):
        self.assertIn("| 7.0 | 8.0 |", self.line("go-dqlite"))

    def test_an_absent_peer_is_named_with_the_reason(self):
        self.assertIn("not measured: no Python", self.line("python dqlite-dbapi |"))
        self.assertIn("not measured: left out", self.line("psqlodbc"))

    def test_the_chart_is_xml_with_a_bar_for_every_system(self):
        picture = xml.fromstring(bench("chart", self.figures))
        texts = {element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")}
        self.assertLessEqual({"raw frames, no driver", "dqlite-odbc", "its C++ client"}, texts)

    def test_a_peer_that_fails_ends_the_run(self):
        with self.assertRaises(subprocess.CalledProcessError):
            bench("measure", "--tiny", "--only", "fetch", "--program", "go=false",
                  self.figures.with_name("others"))


unittest.main()
