#!/usr/bin/env python3
"""The page of srx report in a headless Chromium: sorted, hovered, dragged, dark, narrow, on paper.

  page.py --srx SRX [--keep DIR]

--keep leaves pages and screenshots there. Exits 77 where there is no Chromium.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from browser import Browser, find_browser

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVIL = "</script><script>alert(1)</script><!-- & \"'`<b>"


def run_entry(i, job, start, end):
    return {"job": job, "task": None, "attempt": 0, "submit": i, "eligible": i, "start": start,
            "end": end, "state": "FAILED" if i % 7 == 0 else "COMPLETED",
            "nodes": f"n[{i % 9 + 1}-{i % 9 + 2}],x{i % 3}", "cpus": 2, "suspended": 0,
            "priority": i, "partition": f"p{i % 11}", "qos": EVIL, "user": f"u{i % 4}",
            "reason": None}


def simulated(count):
    """Many runs, the first with a name that is no good in HTML."""
    runs = [run_entry(i, f"job{i}", i * 3 + i * 7919 % 5000,
                      i * 3 + i * 7919 % 5000 + 100 + i * 104729 % 9000) for i in range(1, count)]
    return {"schema": "srx/simulate/1", "cpus": 64, "metrics": {"runs": count},
            "runs": [run_entry(0, EVIL, 5, 5000)] + runs}


def compared():
    """What srx compare writes of variants of a scenario: numbers without runs."""
    def metrics(wait):
        return {"wait": {"mean": wait, "p95": wait * 3}, "utilisation": wait / 5000, "runs": 900}
    return {"schema": "srx/compare/1", "variants": [
        {"name": "now", "text": "", "metrics": metrics(1000), "difference": None,
         "by": {"qos": {EVIL: metrics(10), "low": metrics(2000)}}},
        {"name": "new", "text": "PriorityWeightAge=0", "metrics": metrics(900),
         "difference": {"wait.mean": {"mean": -100, "low": -210.5, "high": 10.5, "noise": True}},
         "by": {"qos": {EVIL: metrics(11), "low": metrics(1900)}}}]}


# Texts of the same picture that touch each other.
OVERLAPS = """
[...document.querySelectorAll("svg")].flatMap(svg => {
  const boxes = [...svg.querySelectorAll("text")].map(t => [t, t.getBoundingClientRect()]);
  return boxes.flatMap(([t, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
    .map(([u]) => `${t.textContent} / ${u.textContent}`));
})"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TIP = "(tip => tip.hidden ? '' : tip.textContent)(document.getElementById('tip'))"


class Checks:
    def __init__(self, browser, srx, folder):
        self.browser, self.srx, self.folder, self.wrong, self.seen = browser, srx, folder, 0, 0

    def same(self, found, expected, what):
        self.seen += 1
        if found != expected:
            self.wrong += 1
            print(f"{what}: expected {expected!r}, found {found!r}")

    def true(self, condition, what):
        self.same(bool(condition), True, what)

    def open(self, name, *operands, data=None):
        page = self.folder / f"{name}.html"
        if data is not None:
            operands = [self.folder / f"{name}.json"]
            operands[0].write_text(json.dumps(data))
        subprocess.run([self.srx, "report", *operands, "-o", page], check=True)
        self.browser.media()
        self.browser.resize(1200, 900)
        self.browser.open(page)

    def shot(self, name, whole=False):
        self.browser.screenshot(self.folder / f"{name}.png", whole)

    def column(self, index, rows):
        return self.browser.run(f"""[...document.querySelectorAll(
          "section:last-of-type tbody tr")].slice(0, {rows}).map(r => r.cells[{index}].textContent)""")

    def settings(self, name):
        """Narrow, dark and on paper: nothing overlaps, nothing sticks out."""
        browser = self.browser
        for width in (1200, 480):
            browser.resize(width, 900)
            browser.settle()
            self.same(browser.run(OVERLAPS), [], f"{name}: texts on each other at {width} px")
            self.same(browser.run(WIDER), 0, f"{name}: wider than {width} px")
            self.shot(f"{name}_{width}", width == 1200)
        browser.resize(1200, 900)
        paper = "getComputedStyle(document.body).backgroundColor"
        self.same(browser.run(paper), "rgb(255, 255, 255)", f"{name}: light")
        browser.media(scheme="dark")
        self.same(browser.run(paper), "rgb(20, 24, 28)", f"{name}: dark")
        self.shot(f"{name}_dark")
        browser.click("#theme")
        self.same(browser.run(paper), "rgb(255, 255, 255)", f"{name}: light by the button")
        browser.click("#theme")
        browser.media("print", "dark")
        self.same(browser.run(paper), "rgb(255, 255, 255)", f"{name}: paper is white")
        self.same(browser.run("document.getElementById('theme').offsetWidth"), 0,
                  f"{name}: no button on paper")
        self.shot(f"{name}_print", True)
        browser.media()


def check_sorting(checks):
    browser = checks.browser
    checks.open("small", data=simulated(40))
    wait = browser.run("[...document.querySelectorAll('th')].findIndex(h => "
                       "h.textContent === 'Wait')")
    head = f"document.querySelectorAll('th')[{wait}].getAttribute('aria-sort')"
    before = checks.column(0, 40)
    checks.same(before[0], EVIL, "a job's name is shown as it is")
    browser.click("th button", wait)
    checks.same(browser.run(head), "ascending", "sorted by a click")
    first = checks.column(wait, 1)
    browser.click("th button", wait)
    checks.same(browser.run(head), "descending", "sorted the other way by another click")
    checks.true(checks.column(wait, 1) != first, "another row is first")
    browser.click("th button", 0)
    checks.same(checks.column(0, 4)[1:], ["job1", "job2", "job3"], "text sorts naturally")
    browser.run("(i => { i.value = 'JOB3'; i.dispatchEvent(new Event('input')); })"
                "(document.querySelector('input'))")
    checks.same(len(checks.column(0, 40)), 11, "rows with the text")


def check_pointing(checks):
    browser = checks.browser
    browser.hover(".gantt rect.box", 1)
    checks.true(browser.run(TIP).startswith("job"), "a bar tells whose it is")
    checks.true("Priority" in browser.run(TIP), "a bar tells about its run")
    checks.same(browser.run("document.querySelectorAll('.gantt .over').length"), 1, "one is marked")
    browser.hover("h1")
    checks.same(browser.run(TIP), "", "nothing is told beside the chart")
    browser.hover(".chart svg")
    checks.true(browser.run(TIP), "a curve tells its value")
    x, y = browser.place(".gantt svg")
    reset = "[...document.querySelectorAll('button')].find(b => b.textContent === 'Whole time')"
    checks.true(browser.run(f"{reset}.hidden"), "the whole time is shown")
    everything = browser.run("document.querySelectorAll('.gantt rect').length")
    browser.drag((x + 380, y), (x + 480, y))
    checks.same(browser.run(f"{reset}.hidden"), False, "dragging looks closer")
    checks.true(browser.run("document.querySelectorAll('.gantt rect').length") < everything,
                "fewer rows are seen then")
    browser.run(f"{reset}.click()")
    checks.same(browser.run("document.querySelectorAll('.gantt rect').length"), everything,
                "all is back")
    browser.run("(s => { s.value = 'node'; s.dispatchEvent(new Event('change')); })"
                "(document.querySelector('select'))")
    checks.same(browser.run("document.querySelectorAll('.gantt text')[0].textContent !== ''"), True,
                "nodes have names")
    checks.same(browser.run("new Set([...document.querySelectorAll('.gantt g text[text-anchor=end]')]"
                            ".map(t => t.textContent)).size"), 13, "a row a node")


def check_thinning(checks):
    browser = checks.browser
    checks.open("large", data=simulated(30000))
    checks.true(browser.run("document.querySelectorAll('.gantt rect').length") <= 5000,
                "at most 5,000 boxes")
    checks.true("1 in 6 of 15,000 runs is drawn" in browser.run("document.body.textContent"),
                "a chart says that it is thinned out")
    checks.true("1 in 2 of 30,000 runs is in this file" in browser.run("document.body.textContent"),
                "a page says that it is thinned out")
    checks.same(len(checks.column(0, 20000)), 100, "rows page by page")
    checks.same(browser.run(OVERLAPS), [], "texts on each other")


def check_scenarios(checks):
    checks.open("campus", ROOT / "scenarios" / "campus")
    checks.settings("campus")
    seeds = ROOT / "scenarios" / "seeds-parallel"
    for command in ("plan", "compare"):
        answer = subprocess.run([checks.srx, command, seeds / "workflow.yaml", "--cluster", seeds,
                                 "--json", "--quiet"], capture_output=True, check=True).stdout
        checks.open(command, data=json.loads(answer))
        checks.settings(command)
    checks.open("variants", data=compared())
    checks.true("noise" in checks.browser.run("document.body.textContent"), "noise is called so")
    checks.settings("variants")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--srx", required=True)
    parser.add_argument("--keep", type=pathlib.Path)
    given = parser.parse_args()
    if not find_browser():
        print("no Chromium here: skipped")
        return 77
    with tempfile.TemporaryDirectory() as temporary, Browser() as browser:
        folder = given.keep or pathlib.Path(temporary)
        folder.mkdir(exist_ok=True)
        checks = Checks(browser, pathlib.Path(given.srx).resolve(), folder)
        for check in (check_sorting, check_pointing, check_thinning, check_scenarios):
            check(checks)
        checks.same(browser.said, [], "the console is silent")
        checks.same([url for url in browser.asked if not url.startswith(folder.as_uri())
                     and url.startswith(("http", "ws", "file"))], [], "nothing is loaded")
        checks.same(browser.run("document.querySelectorAll('script').length"), 2, "scripts")
    print(f"{checks.seen} checks, {checks.wrong} wrong")
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
