#!/usr/bin/env python3
"""Writes the scenario of a large site: whole nodes, multifactor priority, QoS with limits.

The machine, its QoS and its mix of jobs are modelled on a national service of 5,860 nodes. Users
submit day and night but most by day, often several alike jobs at once, and what they submit is worth
about what the machine can do: while the jobs are drawn, a rough EASY scheduler runs them, and run
times get shorter while its queue is longer than wanted. Same options, same bytes.
"""
import argparse
import bisect
import collections
import heapq
import math
import os
import random

TICK = 60  # [s] how often the rough scheduler looks
NODES = 5860  # of the site that the sizes below are for
SIZES = [(1, 450), (2, 120), (4, 140), (8, 110), (16, 80), (32, 50), (64, 30), (128, 13), (256, 5), (512, 2)]
LIMITS = [10, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1080, 1440]  # [min] what users write
LONGEST = 5760  # [min] of QoS long
BY_HOUR = [6, 5, 4, 4, 4, 5, 6, 8, 12, 16, 18, 18, 16, 17, 18, 18, 17, 15, 12, 10, 9, 8, 7, 7]
BY_DAY = [11, 11, 11, 11, 11, 8, 8]  # from Monday


class Rough:
    """EASY on node counts, by classes of size: good enough to see the queue grow and shrink."""

    LOOK = 4  # jobs a class that are tried behind the head

    def __init__(self, nodes):
        self.free = nodes
        self.ends = []  # (end, nodes), by end
        self.queues = collections.defaultdict(collections.deque)  # nodes -> (number, limit, runtime)
        self.waiting = 0

    def submit(self, number, nodes, limit, runtime):
        self.queues[nodes].append((number, limit, runtime))
        self.waiting += 1

    def start(self, nodes, index, now):
        queue = self.queues[nodes]
        runtime = queue[index][2]
        del queue[index]
        self.waiting -= 1
        self.free -= nodes
        bisect.insort(self.ends, (now + runtime, nodes))

    def shadow(self, needed):
        free = self.free
        for end, nodes in self.ends:
            free += nodes
            if free >= needed:
                return end, free - needed
        return math.inf, 0

    def tick(self, now):
        done = bisect.bisect_right(self.ends, (now, math.inf))
        self.free += sum(nodes for _, nodes in self.ends[:done])
        del self.ends[:done]
        while self.waiting:
            head = min((queue[0][0], nodes) for nodes, queue in self.queues.items() if queue)[1]
            if head > self.free:
                break
            self.start(head, 0, now)
        if self.waiting and self.free:
            self.fill(now, *self.shadow(head))

    def fill(self, now, shadow, extra):
        for nodes in sorted(self.queues):
            index = 0
            while nodes <= self.free and index < min(self.LOOK, len(self.queues[nodes])):
                late = now + self.queues[nodes][index][1] > shadow
                if late and nodes > extra:
                    index += 1
                    continue
                extra -= nodes if late else 0
                self.start(nodes, index, now)


def arrivals(rng, jobs, days):
    """Seconds of submission, a batch (second, jobs in it) each: most by day, few at weekends."""
    weights = [BY_DAY[d % 7] * h for d in range(days) for h in BY_HOUR]
    batches = []
    left = jobs
    while left > 0:
        size = min(left, 1 if rng.random() < 0.6 else min(64, 1 + int(rng.expovariate(1 / 5))))
        batches.append(size)
        left -= size
    hours = rng.choices(range(len(weights)), weights, k=len(batches))
    return sorted((hour * 3600 + rng.randrange(3600), size) for hour, size in zip(hours, batches))


def draw_nodes(rng, nodes):
    size = rng.choices([s for s, _ in SIZES], [w for _, w in SIZES])[0]
    if size > 2 and rng.random() < 0.3:
        size = rng.randrange(size // 2 + 1, size + 1)
    return max(1, min(nodes, round(size * nodes / NODES))) if size > 1 else 1


def draw_limit(rng, minutes, longest):
    wanted = minutes * (1 + 3 * rng.random() ** 2)
    at = bisect.bisect_left(LIMITS, wanted)
    return min(LIMITS[at], longest) if at < len(LIMITS) else longest


def draw_qos(rng, nodes, limit, total):
    if limit > LIMITS[-1]:
        return "long"
    if limit <= 20 and nodes <= 32 and rng.random() < 0.4:
        return "short"
    if nodes <= 16 and rng.random() < 0.06:
        return "taskfarm"
    if nodes > total // 6:
        return "largescale"
    return "lowpriority" if rng.random() < 0.05 else ""


def draw_batch(rng, options, size, scale):
    """What the jobs of a batch have in common: nodes, minutes it takes, limit, QoS."""
    nodes = draw_nodes(rng, options.nodes)
    longest = max(LIMITS[-1] / 2, LONGEST / size)  # nobody may run a hundred long jobs at once
    minutes = min(longest, max(0.5, rng.lognormvariate(math.log(60), 1.4) * scale))
    limit = draw_limit(rng, minutes, LONGEST if nodes <= 64 else LIMITS[-1])
    return nodes, minutes, limit, draw_qos(rng, nodes, limit, options.nodes)


def draw_runtime(rng, minutes, limit):
    """[s], and the exit status."""
    chance = rng.random()
    if chance < 0.05:  # soon broken
        return rng.randrange(2, 120), 1
    if chance < 0.08:  # longer than allowed
        return limit * 60 + 600, 0
    return max(2, min(limit * 60, int(minutes * 60 * rng.uniform(0.85, 1.15)))), 0


def factor(waiting, wanted):
    """How long jobs are made, for the queue to come to what is wanted."""
    return math.exp(max(-2.0, min(0.6, 1.0 * (wanted - waiting) / max(wanted, 1))))


def draw_jobs(options):
    rng = random.Random(options.seed)
    rough = Rough(options.nodes)
    users = [1 / (1 + i) ** 0.5 for i in range(options.users)]
    # the scale at which the machine is just busy, corrected as the queue grows and shrinks
    hours = options.nodes * options.days * 24 / options.jobs
    level = hours / (sum(s * w for s, w in SIZES) / 1000 * options.nodes / NODES) / 1.8
    now = 0
    for at, size in arrivals(rng, options.jobs, options.days):
        while now + TICK <= at:
            now += TICK
            rough.tick(now)
        user = rng.choices(range(options.users), users)[0]
        scale = level * factor(rough.waiting, options.pending * options.held)
        nodes, minutes, limit, qos = draw_batch(rng, options, size, scale)
        for _ in range(size):
            runtime, status = draw_runtime(rng, minutes, limit)
            yield at, runtime, status, user, nodes, limit, qos
            rough.submit((at, rng.random()), nodes, limit * 60, min(runtime, limit * 60))
            at += rng.randrange(3)


def write_jobs(path, options):
    with open(path, "w") as out:
        out.write("[\n")
        jobs = sorted(draw_jobs(options), key=lambda job: job[0])
        for i, (at, runtime, status, user, nodes, limit, qos) in enumerate(jobs):
            asked = f"-N{nodes} -t{limit}" + (f" -q{qos}" if qos else "")
            failed = f', "exit": {status}' if status else ""
            comma = "," if i + 1 < len(jobs) else ""
            out.write(f'{{"id": "{i + 1}", "submit": {at}, "runtime": {runtime}, '
                      f'"user": "u{user + 1}", "args": "{asked}"{failed}}}{comma}\n')
        out.write("]\n")


def write_conf(path, options):
    large = options.nodes // 10
    with open(path, "w") as out:
        out.write(f"""# A site of {options.nodes} nodes that are given out whole.
ClusterName=site
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PriorityType=priority/multifactor
PriorityWeightAge=500
PriorityMaxAge=14-0
PriorityWeightFairshare=300
PriorityWeightJobSize=100
PriorityWeightQOS=10000
PriorityDecayHalfLife=2-0
AccountingStorageEnforce=associations,limits,qos,safe
MaxJobCount={max(100000, 4 * options.pending)}

NodeName=nid[{1:06d}-{options.nodes - large:06d}] Sockets=2 CoresPerSocket=64 ThreadsPerCore=2 RealMemory=256000 Weight=1000
NodeName=nid[{options.nodes - large + 1:06d}-{options.nodes:06d}] Sockets=2 CoresPerSocket=64 ThreadsPerCore=2 RealMemory=512000 Weight=4000
PartitionName=standard Nodes=ALL Default=YES DefaultTime=1:00:00 MaxTime=4-0 OverSubscribe=EXCLUSIVE
PartitionName=highmem Nodes=nid[{options.nodes - large + 1:06d}-{options.nodes:06d}] DefaultTime=1:00:00 MaxTime=2-0 OverSubscribe=EXCLUSIVE
""")


def write_accounting(path, options):
    """The QoS of the service; projects with shares; users in them."""
    rng = random.Random(options.seed + 1)
    each = max(64, 16 * options.pending // options.users)
    most = max(1, options.nodes * 1024 // NODES)
    qos = ("standard", "short", "long", "taskfarm", "largescale", "lowpriority")
    with open(path, "w") as out:
        out.write(f"""add qos standard priority=100 MaxTRESPerUser=node={2 * most} MaxJobsPerUser={each} MaxSubmitJobsPerUser={each * 8}
add qos short priority=500 MaxTRESPerUser=node=32 MaxJobsPerUser={max(4, each // 16)} MaxWall=20
add qos long priority=100 MaxTRESPerUser=node={most} MaxJobsPerUser={each // 2} MaxWall=4-0
add qos taskfarm priority=100 MaxTRESPerUser=node={max(16, most // 8)} MaxJobsPerUser={each // 2}
add qos largescale priority=200 GrpTRES=node={max(1, options.nodes * 3584 // NODES)} MaxJobsPerUser=1
add qos lowpriority priority=1 MaxTRESPerUser=node={most} MaxJobsPerUser={each // 2}
""")
        for a in range(options.accounts):
            out.write(f"add account a{a + 1} fairshare={rng.randrange(1, 100)}\n")
        for u in range(options.users):
            out.write(f"add user u{u + 1} account=a{rng.randrange(options.accounts) + 1} fairshare=1 "
                      f"qos={','.join(qos)} defaultqos=standard\n")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("directory", help="where the scenario is written; made when absent")
    parser.add_argument("--jobs", type=int, default=600000)
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--days", type=int, default=122)
    parser.add_argument("--pending", type=int, default=540, help="jobs in the queue, on average")
    parser.add_argument("--users", type=int, default=0, help="default: by the jobs, 20 to 1000")
    parser.add_argument("--accounts", type=int, default=0, help="default: a tenth of the users")
    parser.add_argument("--held", type=float, default=1.6,
                        help="queue of the rough scheduler for each job wanted: Slurm.s is shorter")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.users = options.users or max(20, min(1000, options.jobs // options.days // 5))
    options.accounts = options.accounts or max(4, options.users // 10)
    return options


def main():
    options = read_options()
    os.makedirs(options.directory, exist_ok=True)
    write_conf(os.path.join(options.directory, "slurm.conf"), options)
    write_accounting(os.path.join(options.directory, "accounting.txt"), options)
    write_jobs(os.path.join(options.directory, "jobs.json"), options)


if __name__ == "__main__":
    main()
