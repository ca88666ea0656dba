#!/usr/bin/env python3
"""Hold srx against every recorded case and fail below the levels reached so far.

  ratchet.py --srx PATH                 simulate, print the table, compare with tests/recordings/levels.json
  ratchet.py --srx PATH --update        write the levels reached now, less a margin, into levels.json

What is compared is described in tests/recordings/README.md. The micro cases are hardly chaotic, so
their levels are fixed and stand below; the level of a family is the mean of its recordings.
"""
import argparse
import concurrent.futures
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
RECORDINGS = HERE.parent / "recordings"
LEVELS = RECORDINGS / "levels.json"
MICRO = {"within60": 0.995, "within5": 0.98, "nodes": 0.96, "state": 1.0, "refused": 0}
MARGIN = 0.03  # of a family's share within 60 s, below what was reached
MEASURES = [("within60", "<=60s"), ("within5", "<=5s"), ("state", "state"), ("nodes", "nodes"),
            ("wait_error", "wait err"), ("waits_error", "waits"), ("makespan_error", "span err")]


def load_score():
    """tests/slurm/score as a module; it is a command and has no .py."""
    loader = importlib.machinery.SourceFileLoader("score", str(HERE / "score"))
    sys.dont_write_bytecode = True
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("score", loader))
    loader.exec_module(module)
    return module


score = load_score()


def compare(srx, case):
    """-> the measures of one case; one that cannot be simulated has only "why"."""
    recording = json.loads((case / "recording.json").read_text())
    try:
        runs, refused = score.simulated(srx, str(case), recording)
    except Exception as error:  # a crash, a time-out, an answer that is no JSON: shown in the table
        return {"why": f"{type(error).__name__}: {error}"}
    return score.compare(score.real_runs(recording), runs, set(recording["meta"]["refused"]), refused)


def compare_all(srx, cases):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(cases, pool.map(lambda case: compare(srx, case), cases)))


def mean(rows, measure):
    return sum(row[measure] for row in rows) / len(rows)


def print_row(name, rows, level=None):
    cells = " ".join(f"{mean(rows, key):8.1%}" for key, _ in MEASURES)
    bound = "" if level is None else f"{level:7.1%}"
    print(f"{name:28} {sum(r['runs'] for r in rows):5} {sum(r['refused'] for r in rows):3} {cells} {bound}")


def print_head():
    heads = " ".join(f"{head:>8}" for _, head in MEASURES)
    print(f"{'case':28} {'runs':>5} {'ref':>3} {heads} {'level':>7}")


def wrong_micro(results):
    """The micro cases' table. -> sentences on what is below its level"""
    rows = list(results.values())
    for case, row in results.items():
        if min(row["within60"], row["within5"], row["nodes"], row["state"]) < 1 or row["refused"]:
            print_row(f"micro/{case.parent.name}/{case.name}", [row])
    print_row(f"micro, all {len(rows)}", rows)
    for measure, level in MICRO.items():
        reached = mean(rows, measure)
        if reached > level if measure == "refused" else reached < level:
            yield f"micro cases: {measure} is {reached:.4f}, expected {level:g}"


def families(results):
    """-> {family: [rows of its recordings]}"""
    out = {}
    for case, row in sorted(results.items(), key=lambda item: (item[0].name, item[0].parent.name)):
        out.setdefault(case.name, []).append(row)
    return out


def wrong_families(results, levels):
    """The families' table. -> sentences on what is below its level"""
    for family, rows in families(results).items():
        level = levels.get(family)
        print_row(family, rows, level)
        if level is None:
            yield f"{family}: has no level in {LEVELS.name}; run ratchet.py --update"
        elif mean(rows, "within60") < level:
            yield (f"{family}: {mean(rows, 'within60'):.1%} of the starts are within 60 s, "
                   f"expected {level:.1%}")
    rows = list(results.values())
    print_row(f"families, all {len(rows)}", rows, levels["mean"])
    if mean(rows, "within60") < levels["mean"]:
        yield f"all families: {mean(rows, 'within60'):.1%}, expected {levels['mean']:.1%}"
    if mean(rows, "state") < levels["state"]:
        yield f"all families: {mean(rows, 'state'):.1%} end alike, expected {levels['state']:.1%}"


def update(results):
    rows = list(results.values())
    reached = {name: mean(r, "within60") - MARGIN for name, r in families(results).items()}
    reached["mean"] = mean(rows, "within60") - MARGIN / 3
    reached["state"] = mean(rows, "state") - 0.01
    LEVELS.write_text(json.dumps({k: round(v, 3) for k, v in reached.items()}, indent=4) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--srx", type=pathlib.Path, required=True)
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    micro = sorted(RECORDINGS.glob("micro/*/*/"))
    long = sorted(RECORDINGS.glob("[0-9]*/*/"))
    results = compare_all(str(args.srx.resolve()), micro + long)
    broken = [f"{case.relative_to(RECORDINGS)}: {row['why']}"
              for case, row in results.items() if "why" in row]
    if broken:
        print("\n".join(broken))
        return 1
    if args.update:
        update({case: results[case] for case in long})
    levels = json.loads(LEVELS.read_text())
    print_head()
    wrong = list(wrong_micro({case: results[case] for case in micro}))
    wrong += wrong_families({case: results[case] for case in long}, levels)
    print("\n".join(wrong) if wrong else "every level is held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
