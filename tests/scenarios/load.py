# SPDX-License-Identifier: GPL-2.0
"""Two hosts with a bad link between them, and real programs that talk across it.

     client            middle             server
     c0 ─────────── m1 ─ bridge ─ m2 ─────────── s0

The link is bad at m1 and m2: what tcpdump sees at c0 and s0 is exactly what the
client and the server send and get."""

import contextlib
import os
import random
import subprocess

from lib import *

HOSTS = ("client", "middle", "server")


@contextlib.contextmanager
def bad_link(*netem_words):
    for host in HOSTS:
        run("ip", "netns", "add", host)
    try:
        run("ip", "-n", "middle", "link", "add", "bridge", "up", "type", "bridge")
        for host, device, port, number in (("client", "c0", "m1", 2),
                                           ("server", "s0", "m2", 1)):
            ip = ("ip", "-n", host)
            run("ip", "link", "add", device, "netns", host, "type", "veth",
                "peer", "name", port, "netns", "middle")
            run(*ip, "link", "set", "lo", "up")
            run(*ip, "address", "add", f"10.0.0.{number}/24", "dev", device)
            run(*ip, "address", "add", f"fd00::{number}/64", "dev", device,
                "nodad")
            # Multicast makes the bridge learn and leave; nobody needs it here.
            run(*ip, "link", "set", device, "up")
            run("ip", "-n", "middle", "link", "set", port, "up", "master",
                "bridge")
        for host, device, other in (("client", "c0", 1), ("server", "s0", 2)):
            mac = run("ip", "netns", "exec", {1: "server", 2: "client"}[other],
                      "cat", f"/sys/class/net/{ {1: 's0', 2: 'c0'}[other]}/address")
            for address in (f"10.0.0.{other}", f"fd00::{other}"):
                run("ip", "-n", host, "neighbour", "replace", address, "lladdr",
                    mac.strip(), "dev", device, "nud", "permanent")
        for port in ("m1", "m2"):
            netem("middle", port, *netem_words)
        wait_for(lambda: not any(subprocess.run(
            ["ip", "netns", "exec", "client", "ping", "-qc1", "-W1", a],
            stdout=subprocess.DEVNULL, check=False).returncode
            for a in SERVER.values()))
        yield
    finally:
        for host in HOSTS:
            run("ip", "netns", "delete", host)


def inside(host, *command):
    return ["ip", "netns", "exec", host, *command]


PART = many(1, 10)    # of a round
ROUND = 530 // PART
CLOSING, KEEPING = 8000, 8100     # first ports of nginx; refused: 8300 and up


@contextlib.contextmanager
def servers():
    """nginx: CLOSING closes after each answer, KEEPING (200 ports) waits for the
    client to; /reset is answered by a reset. And iperf3."""
    os.makedirs("/tmp/www", exist_ok=True)
    with open("/tmp/www/index.html", "w", encoding="ascii") as file:
        file.write("x" * 615)
    with open("/tmp/www/long", "w", encoding="ascii") as file:
        file.write("y" * 40000)

    def server(ports, keep):
        return (f"server {{ {''.join(f'listen {a}:{ports}; ' for a in ('10.0.0.1', '[fd00::1]'))}"
                f"keepalive_timeout {keep}; root /tmp/www; "
                "reset_timedout_connection on; lingering_close off; "
                "location /reset { return 444; } }")
    with open("/tmp/load.conf", "w", encoding="ascii") as file:
        file.write("pid /tmp/load.pid; error_log /dev/null; user root;"
                   "worker_processes 1; worker_rlimit_nofile 8192;"
                   "events { worker_connections 4096; }"
                   "http { access_log off;"
                   + server(CLOSING, 0) + server("8100-8299", 25) + "}")
    subprocess.run(inside("server", "nginx", "-c", "/tmp/load.conf"), check=True,
                   stdout=subprocess.DEVNULL)
    iperf = subprocess.Popen(inside("server", "iperf3", "-s"),
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    wait_for(lambda: ":5201" in run(*inside("server", "ss", "-Hltn")))
    try:
        yield
    finally:
        subprocess.run(inside("server", "nginx", "-c", "/tmp/load.conf", "-s",
                              "stop"), check=False)
        iperf.kill()
        iperf.wait()


def curl(family, what, parallel=40, seconds=20):
    """Many requests from one process, at once; each gives up after a while."""
    host = {4: "10.0.0.1", 6: "\\[fd00::1\\]"}[family]
    return subprocess.Popen(
        inside("client", "curl", "-s", "-o", "/dev/null", "-Z",
               "--parallel-max", str(parallel), "--parallel-immediate",
               "-m", str(seconds), f"http://{host}:{what}"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def round_of_load(family):
    """ROUND connections; returns the processes, which end by themselves."""
    return [curl(family, f"{CLOSING}/?[1-{240 // PART}]"),
            curl(family, f"{CLOSING}/long?[1-{10 // PART}]", 5),
            curl(family, f"[8100-{8099 + 200 // PART}]/"),
            curl(family, f"[8300-{8299 + 50 // PART}]/", 10),          # refused
            # A reset that got lost leaves nothing to wait for.
            curl(family, f"{CLOSING}/reset?[1-{30 // PART}]", 30, 3)]


def others(family):
    """A few of other programs."""
    for _ in range(5):
        subprocess.run(inside("client", "nc", "-z", SERVER[family],
                              str(KEEPING)), check=False)
        subprocess.run(inside("client", "nc", "-z", SERVER[family], "8400"),
                       check=False, stderr=subprocess.DEVNULL)
    subprocess.run(inside("client", "iperf3", "-c", SERVER[family], "-n", "1M",
                          "-P", "2"), check=True, stdout=subprocess.DEVNULL,
                   timeout=120 * SLOWNESS)


def moving():
    """Sockets of both hosts that will still do something by themselves."""
    return [line for host in ("client", "server")
            for line in run(*inside(host, "ss", "-Htan")).splitlines()
            if line.split()[0] not in ("LISTEN", "TIME-WAIT")]
