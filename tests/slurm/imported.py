#!/usr/bin/env python3
"""Hold scenarios imported from sacct against the recordings they come from.

  imported.py --srx PATH

For each recorded case of six families, and for one that keeps the full table of sacct, the text of
`sacct -P` is imported with `srx import`, simulated and scored like the case itself: at most three
points may be lost, except to what sacct does not hold, which is said below and checked by taking it
from jobs.json as well. For every other family the report must name what is missing.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from ratchet import RECORDINGS, score
from sacct_of import table

FAMILIES = ["fifo", "backfill", "backfill_nodes", "multifactor", "fairtree", "big"]
WORSE = 0.03  # that the share of starts within 60 s may be
UNKNOWN = {"multifactor": r"--nice="}  # arguments that no column tells

# family -> what the report of an import says about it
REPORTS = {
    "gpus": "no SubmitLine", "partitions": "no SubmitLine", "workflow": "became eligible later",
    "reservations": "holds no reservations", "user_actions": "changed with scontrol",
    "qos_requeue": "no SubmitLine", "campus": "arrays have no SubmitLine",
}


def text_of(case, recording):
    return recording.get("sacct") if case.parent.parent.name == "sacct" else table(recording)


def imported(srx, case, recording, folder):
    """The case's table of sacct as a scenario. -> what the import reports"""
    version = re.search(r"\d+\.\d+", recording["meta"]["slurm"]).group(0)
    (folder / "sacct.txt").write_text(text_of(case, recording))
    start = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(recording["meta"]["t0"]))
    words = [srx, "import", folder / "sacct.txt", "--slurm-conf", case / "slurm.conf", "--start",
             start, "--slurm-version", version, "-o", folder / "scenario"]
    if (case / "accounting.txt").exists():
        words += ["--accounting", case / "accounting.txt"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"srx import: {done.stderr[-300:]}")
    return done.stderr


def simulated(srx, case, recording, folder):
    """-> runs and refused jobs as score.simulated has them, under the case's own names"""
    done = subprocess.run([srx, "simulate", folder / "scenario", "--json"], capture_output=True,
                          text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"srx simulate: {done.stderr[-300:]}")
    said = json.loads(done.stdout)
    names = {job["slurm_id"]: job["id"] for job in recording["jobs"] if job["slurm_id"]}
    runs = {(names[run["job"]], run["task"], run["attempt"]): run
            for run in said["runs"] if run["start"] is not None}
    return runs, {names[job] for job in said["refused"]} | set(recording["meta"]["refused"])


def without(case, pattern, folder):
    """The case without the arguments that @pattern finds."""
    for path in case.iterdir():
        if path.name != "jobs.json":
            (folder / path.name).write_bytes(path.read_bytes())
    jobs = json.loads((case / "jobs.json").read_text())
    for job in jobs:
        job["args"] = [arg for arg in job.get("args", []) if not re.match(pattern, arg)]
    (folder / "jobs.json").write_text(json.dumps(jobs))
    return folder


def within60(recording, runs, refused):
    return score.compare(score.real_runs(recording), runs, set(recording["meta"]["refused"]),
                         refused)["within60"]


def check(srx, case):
    """-> a sentence on what is wrong, or None"""
    recording = json.loads((case / "recording.json").read_text())
    family = case.name.rsplit("-", 1)[0]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        base = case
        if family in UNKNOWN:
            base = without(case, UNKNOWN[family], pathlib.Path(two))
        expected = within60(recording, *score.simulated(srx, str(base), recording))
        report = imported(srx, case, recording, pathlib.Path(one))
        if family in REPORTS and REPORTS[family] not in report:
            return f"{case.name}: the import does not tell '{REPORTS[family]}':\n{report}"
        reached = within60(recording, *simulated(srx, case, recording, pathlib.Path(one)))
    name = f"{case.parent.name}/{case.name}"
    note = f" without {UNKNOWN[family]}" if family in UNKNOWN else ""
    print(f"{name:28} jobs.json {expected:6.1%}{note}, sacct {reached:6.1%}")
    scored = family in FAMILIES or case.parent.parent.name == "sacct"
    if scored and reached < expected - WORSE:
        return f"{name}: {reached:.1%} from sacct, {expected:.1%} from jobs.json"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--srx", type=pathlib.Path, required=True)
    srx = str(parser.parse_args().srx.resolve())
    cases = sorted(RECORDINGS.glob("[0-9]*/*/")) + sorted(RECORDINGS.glob("sacct/*/*/"))
    wanted = set(FAMILIES) | set(REPORTS)
    cases = [c for c in cases if c.name.rsplit("-", 1)[0] in wanted or c.parts[-3] == "sacct"]
    wrong = [sentence for sentence in (check(srx, case) for case in cases) if sentence]
    print("\n".join(wrong) or f"{len(cases)} cases: as good as from jobs.json, or said why not")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
