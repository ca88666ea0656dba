/* The page: facts, tables, Gantt charts, curves, runs. */

function section(title, ...children) {
  return html("section", {}, html("h2", {}, title), ...children);
}

function note(text) {
  return text ? html("p", {class: "note"}, text) : null;
}

function factsSection({facts, notes}) {
  return html("section", {},
    html("dl", {class: "facts"}, ...facts.map(({label, value, kind}) =>
      html("div", {}, html("dt", {}, label), html("dd", {}, cellText(value, kind))))),
    ...notes.map(note));
}

function thinNote({every, total}) {
  return every > 1 ? `1 in ${every} of ${numberText(total)} runs is in this file.` : "";
}

/* More than three are drawn when somebody opens them. */
function ganttSection(timeline, index, timelines, everyone) {
  const count = timelines.length, gantt = new Gantt(timeline, everyone), draw = (width) => gantt.draw(width);
  const title = count > 1 ? `Schedule of ${timeline.name}` : "Schedule";
  if (index < 3) {
    const made = section(title, note(thinNote(timeline)), gantt.element);
    return [made, () => drawWide(gantt.holder, draw)];
  }
  const details = html("details", {}, html("summary", {}, title), gantt.element);
  return [details, () => drawWide(gantt.holder, draw)];
}

function curve({from, step}, values) {
  return values.map((value, i) => [from + i * step, value])
    .concat([[from + values.length * step, values[values.length - 1] ?? 0]]);
}

function chartsOf({load, waits, timelines}) {
  const of = (key) => load.map((entry) => ({name: entry.name, points: curve(entry, entry[key])}));
  const named = (series) => (series.length > 1 ? series : series.map((one) =>
    ({...one, name: "then"})));
  const any = (key) => load.some((entry) => entry[key].some((value) => value > 0));
  const charts = [];
  if (any("cpus"))
    charts.push(["CPUs in use", {series: named(of("cpus")), kind: "number",
      most: Math.max(...timelines.map(({cpus}) => cpus)) || 0}]);
  if (any("queue"))
    charts.push(["Runs that wait", {series: named(of("queue")), kind: "number"}]);
  if (waits.some(({points}) => points.some(([wait]) => wait > 0)))
    charts.push(["Share of runs that wait no longer", {waits: true, kind: "percent", most: 1,
      series: named(waits.filter(({points}) => points.length > 0).map(({name, points}) =>
        ({name, points: points.map(([wait, share]) => [Math.max(wait, 1), share])})))}]);
  return charts;
}

function chartSection([title, options]) {
  const chart = new LineChart({title, ...options});
  return [section(title, chart.element), () =>
    drawWide(chart.holder, (width) => chart.draw(width))];
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

function build(data) {
  const {timelines, tables} = data;
  const main = document.getElementById("main");
  const everyone = timelines.flatMap(runsOf);
  const from = timelines.reduce((least, timeline) => Math.min(least, timeline.from), Infinity);
  const to = timelines.reduce((most, timeline) => Math.max(most, timeline.to), -Infinity);
  const pictures = [...timelines.map((timeline, i) =>
    ganttSection({...timeline, from, to}, i, timelines, everyone)), ...chartsOf(data).map(chartSection)];
  const lists = tables.map((table) => section(table.title, note(table.note),
    new Table(table).element));
  const runs = timelines.map((timeline) => section(
    timelines.length > 1 ? `Runs of ${timeline.name}` : "Runs", note(thinNote(timeline)),
    new Table(timeline).element));
  main.append(factsSection(data), ...(data.facts.length > 0 ? [] : lists),
    ...pictures.map(([element]) => element), ...runs, ...(data.facts.length > 0 ? lists : []));
  pictures.forEach(([, start]) => start());
  document.getElementById("footer").textContent =
    `Made by ${data.made_by}. Times count from second 0 of the scenario.`;
  document.getElementById("theme").addEventListener("click", toggleTheme);
}

build(JSON.parse(document.getElementById("data").textContent));
