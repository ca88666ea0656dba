/* Gantt charts: a row a run, or a row a node; drag to look closer. */

const ROW = 20, ROWS_HIGH = 900; /* [px] */
const GROUPINGS = ["partition", "qos", "state", "user", "account"];

/* "n[1-3],x" to its names. */
function hostNames(text) {
  const names = [];
  for (const part of text.match(/[^,[]*(\[[^\]]*\][^,[]*)*/g).filter((found) => found)) {
    let made = [""];
    for (const piece of part.split(/(\[[^\]]*\])/)) {
      const ends = piece.startsWith("[") ? rangeNames(piece.slice(1, -1)) : [piece];
      made = made.flatMap((head) => ends.map((end) => head + end));
    }
    names.push(...made);
  }
  return names;
}

function rangeNames(text) {
  return text.split(",").flatMap((range) => {
    const [first, last] = range.split("-");
    if (last === undefined) return [first];
    return Array.from({length: Math.max(0, last - first + 1)},
      (_, i) => String(Number(first) + i).padStart(first.length, "0"));
  });
}

/* What the runs differ in: the first way that tells them apart. */
function defaultGrouping(runs) {
  return GROUPINGS.slice(0, 3).find((key) =>
    new Set(runs.map((run) => run[key]).filter((name) => name)).size > 1) || "partition";
}

/* Names by how many runs each has; the eighth and later ones share the last colour. */
function groupNames(runs, key) {
  const counts = new Map();
  for (const run of runs) {
    const name = run[key] ?? "none";
    counts.set(name, (counts.get(name) || 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || naturally.compare(a[0], b[0]))
    .map(([name]) => name);
}

/* Gives every box of a node the lowest lane that is free; returns how many lanes there are. */
function packLanes(boxes) {
  const ends = [];
  for (const box of boxes.sort((a, b) => a.from - b.from || a.run.index - b.run.index)) {
    const free = ends.findIndex((end) => end <= box.from);
    box.lane = free < 0 ? ends.length : free;
    ends[box.lane] = box.to;
  }
  return Math.max(ends.length, 1);
}

/* The rows of a timeline as maps. */
function runsOf({columns, rows}) {
  return rows.map((row, index) =>
    Object.assign(Object.fromEntries(columns.map(({key}, i) => [key, row[i]])), {index, row}));
}

class Gantt {
  /* everyone: the runs of all charts of the page, which agree in their colours. */
  constructor(timeline, everyone) {
    this.timeline = timeline;
    this.everyone = everyone;
    this.runs = runsOf(timeline);
    this.runs.sort((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) ||
      (a.submit ?? 0) - (b.submit ?? 0) || a.index - b.index);
    this.whole();
    this.colourBy = defaultGrouping(everyone);
    this.byNode = false;
    this.legend = html("div", {class: "legend"});
    this.note = html("p", {class: "note"});
    this.holder = html("div", {class: "gantt"});
    this.element = html("div", {}, this.tools(), this.legend, this.holder, this.note);
  }

  whole() {
    this.from = this.timeline.from;
    this.to = this.timeline.to;
  }

  select(label, choices, chosen, change) {
    const select = html("select", {"aria-label": label}, ...choices.map(([value, text]) =>
      html("option", {value, selected: value === chosen ? "" : null}, text)));
    select.addEventListener("change", () => {
      change(select.value);
      this.draw(this.width);
    });
    return html("label", {}, `${label} `, select);
  }

  tools() {
    const have = GROUPINGS.filter((key) => this.runs.some((run) => run[key]));
    const titles = Object.fromEntries(this.timeline.columns.map(({key, title}) => [key, title]));
    this.reset = html("button", {type: "button", hidden: ""}, "Whole time");
    this.reset.addEventListener("click", () => this.zoom(this.timeline.from, this.timeline.to));
    return html("div", {class: "tools"},
      this.runs.some((run) => run.hosts && run.start !== null) ? this.select("Rows",
        [["job", "by job"], ["node", "by node"]], "job",
        (value) => { this.byNode = value === "node"; }) : null,
      have.length > 1 ? this.select("Colour", have.map((key) => [key, titles[key]]), this.colourBy,
        (value) => { this.colourBy = value; }) : null,
      this.reset, html("span", {class: "note hint"}, "Drag to look closer."));
  }

  zoom(from, to) {
    const {from: first, to: last} = this.timeline;
    this.from = Math.max(first, Math.min(from, last - 1));
    this.to = Math.min(last, Math.max(to, this.from + 1));
    this.reset.hidden = this.from === first && this.to === last;
    this.draw(this.width);
  }

  visible() {
    return this.runs.filter((run) => {
      const begin = run.eligible ?? run.submit ?? run.start;
      return (begin ?? run.start) < this.to && (run.end ?? Infinity) > this.from;
    });
  }

  /* Rows of boxes {run, from, to, lane}, so few that a picture holds them. */
  jobRows() {
    const runs = this.visible(), every = Math.max(1, Math.ceil(runs.length / (BOXES_MOST / 2)));
    if (every > 1)
      this.thinned = `1 in ${every} of ${numberText(runs.length)} runs is drawn; look closer to see more.`;
    return runs.filter((_, i) => i % every === 0).map((run) => ({name: run.job, lanes: 1,
      waits: this.waitOf(run), boxes: run.start === null || run.start === undefined ? [] :
        [{run, from: run.start, to: run.end ?? this.timeline.to, lane: 0}], run}));
  }

  waitOf(run) {
    const from = run.eligible ?? run.submit, to = run.start ?? this.timeline.to;
    return from !== null && from !== undefined && from < to ? {run, from, to} : null;
  }

  nodeRows() {
    let boxes = this.visible().filter((run) => run.hosts && run.start !== null)
      .flatMap((run) => hostNames(run.hosts).map((node) =>
        ({run, node, from: run.start, to: run.end ?? this.timeline.to})));
    if (boxes.length > BOXES_MOST) {
      this.thinned = `The ${numberText(BOXES_MOST)} longest of ${numberText(boxes.length)} boxes ` +
        "are drawn.";
      boxes = boxes.sort((a, b) => (b.to - b.from) - (a.to - a.from) || a.run.index - b.run.index)
        .slice(0, BOXES_MOST);
    }
    const nodes = new Map();
    for (const box of boxes) {
      if (!nodes.has(box.node)) nodes.set(box.node, []);
      nodes.get(box.node).push(box);
    }
    return [...nodes].sort(([a], [b]) => naturally.compare(a, b))
      .map(([name, own]) => ({name, boxes: own, waits: null, lanes: packLanes(own)}));
  }

  draw(width) {
    this.width = width;
    this.thinned = "";
    const rows = this.byNode ? this.nodeRows() : this.jobRows();
    const names = groupNames(this.everyone, this.colourBy);
    const gutter = Math.min(Math.max(...rows.map(({name}) => name.length), 4) * 7 + 12,
      180, width * .28);
    const high = Math.min(Math.max(rows.length, 1) * ROW, ROWS_HIGH);
    const head = high > 500 ? 20 : 6;
    this.plan = {rows, width, left: gutter, right: width - 16, top: head, bottom: head + high,
      row: high / Math.max(rows.length, 1)};
    const {left, right, top, bottom} = this.plan;
    this.x = (at) => left + (Math.min(Math.max(at, this.from), this.to) - this.from) /
      (this.to - this.from) * (right - left);
    const picture = svg("svg", {viewBox: `0 0 ${width} ${bottom + 24}`, tabindex: 0, role: "img",
      "aria-label": `Gantt chart, ${rows.length} rows; the table below holds the same. ` +
        "Plus and minus look closer, arrows move, Escape shows the whole time."},
      timeAxis(this.from, this.to, this.x, top, bottom), this.labels(), this.boxes(names),
      this.nowLine());
    this.listen(picture);
    this.holder.replaceChildren(picture);
    this.note.textContent = rows.length > 0 ? this.thinned : "Nothing happens in this time.";
    this.showLegend(names, rows);
  }

  nowLine() {
    const {top, bottom} = this.plan, {now} = this.timeline;
    if (now === null || now <= this.from || now > this.to) return null;
    return svg("line", {class: "now", x1: this.x(now), x2: this.x(now), y1: top, y2: bottom});
  }

  labels() {
    const {rows, left, top, row} = this.plan, group = svg("g");
    const every = Math.ceil(15 / row), letters = Math.floor((left - 10) / 6.6);
    for (let i = 0; i < rows.length; i += every) {
      const name = rows[i].name, cut = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
      group.append(svg("text", {x: left - 8, y: top + (i + .5) * row + 4, "text-anchor": "end"},
        cut));
    }
    return group;
  }

  rect(box, index, from, high, kind) {
    const {top, row} = this.plan, x = this.x(box.from);
    return svg("rect", {class: kind, "data-run": box.run.index, x: x.toFixed(2),
      y: (top + index * row + from * row).toFixed(2),
      width: Math.max(this.x(box.to) - x, .8).toFixed(2), height: (high * row).toFixed(2)});
  }

  boxes(names) {
    const {rows, row} = this.plan, group = svg("g");
    rows.forEach(({boxes, waits, lanes}, i) => {
      if (waits) group.append(this.rect(waits, i, .34, .32, "wait"));
      for (const box of boxes) {
        const colour = Math.min(names.indexOf(box.run[this.colourBy] ?? "none"), COLOURS);
        const edge = box.run.critical ? "critical" : row / lanes >= 5 ? "box" : "";
        group.append(this.rect(box, i, .1 + box.lane * .8 / lanes, .8 / lanes,
          `fill${colour} ${edge}`));
        if (this.byNode) group.append(...this.inside(box, i, lanes, colour));
      }
    });
    return group;
  }

  /* The job's name in its box, where there is room. */
  inside(box, index, lanes, colour) {
    const {top, row} = this.plan, x = this.x(box.from), width = this.x(box.to) - x;
    if (row * .8 / lanes < 11 || width < box.run.job.length * 7 + 6) return [];
    return [svg("text", {class: `inside ${colour === 0 ? "inside0" : ""}`, x: x + 4,
      y: top + index * row + (.1 + (box.lane + .5) * .8 / lanes) * row + 4}, box.run.job)];
  }

  showLegend(names, rows) {
    const own = new Set(this.runs.map((run) => run[this.colourBy] ?? "none"));
    const shown = names.slice(0, COLOURS).map((name, i) =>
      own.has(name) ? html("span", {}, swatch(i), name) : null).filter((item) => item);
    if (names.length > COLOURS)
      shown.push(html("span", {}, swatch(COLOURS), `${names.length - COLOURS} others`));
    if (rows.some(({waits}) => waits))
      shown.push(html("span", {}, html("i", {class: "pale"}), "waits"));
    if (this.runs.some((run) => run.critical))
      shown.push(html("span", {}, html("i", {class: "framed"}), "critical path"));
    this.legend.replaceChildren(...shown);
  }

  runAt(event, picture) {
    const index = event.target.getAttribute("data-run");
    if (index !== null) return this.runs.find((run) => run.index === Number(index));
    const {rows, top, row, bottom} = this.plan, box = picture.getBoundingClientRect();
    const y = (event.clientY - box.top) / box.height * (bottom + 24) - top;
    return this.byNode ? undefined : rows[Math.floor(y / row)]?.run;
  }

  hover(event, picture) {
    const run = this.runAt(event, picture);
    for (const rect of picture.querySelectorAll(".over")) rect.classList.remove("over");
    if (!run) return hideTip();
    for (const rect of picture.querySelectorAll(`[data-run="${run.index}"]:not(.wait)`))
      rect.classList.add("over");
    const lines = this.timeline.columns.map(({title, kind}, i) =>
      [title, cellText(run.row[i], kind)]);
    return showTip(event, [["", run.job], ...lines.slice(1).filter(([, text]) => text)]);
  }

  listen(picture) {
    let begin = null, mark = null;
    const {width, left, right, top, bottom} = this.plan;
    const pixel = (event) => {
      const box = picture.getBoundingClientRect();
      return Math.min(Math.max((event.clientX - box.left) / box.width * width, left), right);
    };
    const time = (at) => Math.round(this.from + (at - left) / (right - left) *
      (this.to - this.from));
    picture.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      begin = pixel(event);
      mark = svg("rect", {class: "choice", x: begin, y: top, width: 0, height: bottom - top});
      picture.append(mark);
    });
    picture.addEventListener("pointermove", (event) => {
      if (begin === null) return this.hover(event, picture);
      mark.setAttribute("x", Math.min(begin, pixel(event)));
      mark.setAttribute("width", Math.abs(pixel(event) - begin));
      return hideTip();
    });
    picture.addEventListener("pointerup", (event) => {
      const from = begin, to = pixel(event);
      begin = null;
      mark?.remove();
      if (from !== null && Math.abs(to - from) > 8)
        this.zoom(time(Math.min(from, to)), time(Math.max(from, to)));
    });
    picture.addEventListener("pointerleave", () => {
      begin = null;
      mark?.remove();
      hideTip();
    });
    picture.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const middle = (this.from + this.to) / 2, half = (this.to - this.from) / 2;
    const moves = {"+": [0, .5], "-": [0, 2], ArrowLeft: [-.5, 1], ArrowRight: [.5, 1]};
    const [shift, scale] = moves[event.key] || [];
    if (event.key === "Escape") this.whole();
    else if (scale === undefined) return;
    event.preventDefault();
    const at = middle + (shift || 0) * half, wide = half * (scale || 1);
    if (event.key === "Escape") this.zoom(this.from, this.to);
    else this.zoom(Math.round(at - wide), Math.round(at + wide));
    this.holder.firstChild.focus();
  }
}
