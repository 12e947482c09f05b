"""The Python side of the harness does what it says."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import nodes


class NodesTest(unittest.TestCase):
    def test_node_stops_and_comes_back(self):
        for generation in nodes.generations():
            with self.subTest(generation), nodes.Node(generation) as node:
                self.assertEqual(node.wait_for_leader(), node.address)
                self.assertEqual(node.stop(), 0)
                self.assertIsNone(node.known_leader())
                node.restart()
                self.assertEqual(node.wait_for_leader(), node.address)
                directory = Path(node.directory)
            self.assertFalse(node.alive())
            self.assertFalse(directory.exists())

    def test_cluster_survives_its_leader(self):
        for generation in nodes.generations():
            with self.subTest(generation), nodes.Cluster(generation) as cluster:
                first = cluster.leader()
                self.assertIsNot(cluster.follower(), first)
                self.assertIs(cluster.kill_leader(), first)
                self.assertIsNot(cluster.leader(), first)
                first.restart()
                self.assertEqual(first.wait_for_leader(), cluster.leader().address)

    def test_a_node_that_cannot_start_says_why(self):
        with self.assertRaisesRegex(nodes.NodeError, "refused"):
            nodes.Node(id=2, join=f"127.0.0.1:{nodes.free_port()}", more=["--join-timeout", "1"])


if __name__ == "__main__":
    unittest.main()
