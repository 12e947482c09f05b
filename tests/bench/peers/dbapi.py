#!/usr/bin/env python3
"""The same work by python dqlite-dbapi; see tests/bench/README.md for what a peer is asked."""

import argparse
import resource
import threading
import time

import dqlitedbapi

TEXT = "twenty bytes of text"
WARM_UP = 50  # together
CONNECTS = 100
PATIENCE = 120.0  # seconds: a busy machine is no error


def connect(database="bench0"):
    return dqlitedbapi.connect(options.address, database=database, max_total_rows=None,
                               timeout=PATIENCE)


def print_rate(name, units, wall, cpu, values_a_unit=1):
    print(f"{name}.rate {units / wall:.6g}")
    print(f"{name}.cpu {cpu * 1e9 / units / values_a_unit:.6g}")


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def measured(work):
    """Wall and CPU seconds."""
    start, before = time.perf_counter(), cpu_seconds()
    work()
    return time.perf_counter() - start, cpu_seconds() - before


def peak_megabytes():
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def fetch():
    cursor = connect().cursor()

    def read_all():
        cursor.execute("SELECT i, r, t20, t100, b16 FROM many")
        assert len(cursor.fetchall()) == options.rows

    print_rate("block", options.rows, *measured(read_all), values_a_unit=5)
    print(f"peak {peak_megabytes():.6g}")


def array():
    connection = connect()
    cursor = connection.cursor()
    rows = [(number, TEXT) for number in range(options.rows // 20)]

    def insert_all():
        cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany("INSERT INTO inserts VALUES (?, ?)", rows)
        cursor.execute("COMMIT")

    print_rate("array", len(rows), *measured(insert_all))


def selecting(client):
    cursor = connect().cursor()
    number = client * 7

    def once():
        nonlocal number
        number = number % (options.rows // 20) + 1
        cursor.execute("SELECT v FROM points WHERE id = ?", (number,))
        assert cursor.fetchone()

    return once


def inserting(client):
    cursor = connect(f"bench{client}").cursor()
    cursor.execute("BEGIN IMMEDIATE")
    return lambda: cursor.execute("INSERT INTO inserts VALUES (?, ?)", (1, TEXT))


def connecting(_client):
    def once():
        connection = connect()
        connection.connect()
        connection.close()

    return once


WORKERS = {"select": selecting, "insert": inserting, "connect": connecting}


def latency():
    """All clients at once, each in a thread of its own."""
    start, stop = threading.Barrier(options.clients + 1), threading.Event()
    done, errors = [0] * options.clients, []

    def client(number):
        try:
            work = WORKERS[options.work](number)
            for _ in range(max(1, WARM_UP // options.clients)):
                work()
            start.wait()
            while not stop.is_set():
                work()
                done[number] += 1
        except Exception as error:  # is told by the main thread
            errors.append(error)
            start.abort()

    def run():
        start.wait()
        time.sleep(options.milliseconds / 1000)
        stop.set()
        for thread in threads:
            thread.join()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(options.clients)]
    for thread in threads:
        thread.start()
    try:
        wall, cpu = measured(run)
    finally:
        stop.set()
        if errors:
            raise errors[0]
    print_rate(f"{options.work}.{options.clients}", sum(done), wall, cpu)


def repeat(count):
    work = WORKERS[options.work](0)
    for _ in range(count):
        work()


def main():
    if options.count is not None:
        repeat(options.count)
    elif options.work == "connect":
        print_rate("connect", CONNECTS, *measured(lambda: repeat(CONNECTS)))
    elif options.work in WORKERS:
        latency()
    else:
        {"fetch": fetch, "array": array}[options.work]()


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("work", choices=[*WORKERS, "fetch", "array"])
parser.add_argument("address")
parser.add_argument("--clients", type=int, default=1)
parser.add_argument("--rows", type=int, default=200_000)
parser.add_argument("--milliseconds", type=int, default=250)
parser.add_argument("--count", type=int, help="only do the work so often")
options = parser.parse_args()
main()
