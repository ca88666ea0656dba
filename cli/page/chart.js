/* Lines over time or over waits, several on each other, with the values under the pointer. */

const DASHES = ["", "7 4", "2 3", "9 3 2 3", "5 2", "12 4", "1 3", "3 6"];
const WAIT_TICKS = [1, 5, 15, 60, 300, 900, 3600, 14400, 43200, 86400, 345600, 1209600, 4838400,
  31536000];

function lineLegend(series) {
  if (series.length < 2) return null;
  return html("div", {class: "legend"}, ...series.map(({name}, i) =>
    html("span", {}, svg("svg", {viewBox: "0 0 32 12"}, svg("path", {d: "M0 6H32",
      class: `line line${Math.min(i, COLOURS)}`, "stroke-dasharray": DASHES[i % 8]})), name)));
}

/* Steps: a value holds until the next point. */
function stepPath(points, x, y) {
  return points.map(([px, py], i) =>
    (i ? `H${x(px).toFixed(1)}V` : `M${x(px).toFixed(1)} `) + y(py).toFixed(1)).join("");
}

function valueAt(points, at) {
  let low = 0, high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] <= at) low = middle + 1; else high = middle;
  }
  return low > 0 ? points[low - 1][1] : null;
}

function waitAxis(most, x, top, bottom) {
  const group = svg("g");
  let last = 0, room = 0;
  for (const at of WAIT_TICKS.filter((tick) => tick <= most)) {
    if (x(at) - last < room) continue;
    last = x(at);
    room = at === 1 ? 85 : 45;
    group.append(svg("line", {class: "grid", x1: last, x2: last, y1: top, y2: bottom}),
      svg("text", {class: "faint", x: last, y: bottom + 16,
        "text-anchor": at === 1 ? "start" : "middle"},
        at === 1 ? "1s or less" : tickText(at)));
  }
  return group;
}

function valueAxis(most, step, y, left, right, kind) {
  const group = svg("g");
  for (let at = 0; at <= most + step / 1e6; at += step)
    group.append(svg("line", {class: "grid", x1: left, x2: right, y1: y(at), y2: y(at)}),
      svg("text", {class: "faint", x: left - 6, y: y(at) + 4, "text-anchor": "end"},
        kind === "percent" ? `${Math.round(at * 100)} %` : numberText(at)));
  return group;
}

/* series: {name, points: [[x, y]]}; x is time, or a wait on a scale by powers. */
class LineChart {
  constructor({title, series, waits, kind, most}) {
    Object.assign(this, {title, series, waits, kind});
    const xs = series.flatMap(({points}) => points.map(([x]) => x));
    this.from = waits ? 1 : xs.reduce((a, b) => Math.min(a, b), Infinity);
    this.to = xs.reduce((a, b) => Math.max(a, b), waits ? 60 : this.from + 1);
    this.most = series.flatMap(({points}) => points.map(([, y]) => y))
      .reduce((a, b) => Math.max(a, b), most || 1);
    this.holder = html("div");
    this.element = html("div", {class: "chart"}, lineLegend(series), this.holder);
  }

  draw(width) {
    const height = 220, left = 56, right = width - 30, top = 10, bottom = height - 24;
    const place = this.waits ? (at) => Math.log(Math.max(at, 1)) : (at) => at;
    const low = place(this.from), range = place(this.to) - low || 1;
    const x = (at) => left + (place(at) - low) / range * (right - left);
    const step = numberStep(this.most, 5), highest = Math.ceil(this.most / step - 1e-9) * step;
    const y = (value) => bottom - value / highest * (bottom - top);
    const cursor = svg("line", {class: "cursor", y1: top, y2: bottom, visibility: "hidden"});
    const picture = svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": this.title},
      this.waits ? waitAxis(this.to, x, top, bottom) : timeAxis(this.from, this.to, x, top, bottom),
      valueAxis(highest, step, y, left, right, this.kind),
      ...this.series.map(({points}, i) => svg("path", {d: stepPath(points, x, y),
        class: `line line${Math.min(i, COLOURS)}`, "stroke-dasharray": DASHES[i % 8]})), cursor);
    this.follow(picture, cursor, (pixel) => {
      const along = low + (Math.min(Math.max(pixel, left), right) - left) / (right - left) * range;
      return this.waits ? Math.exp(along) : along;
    }, x, width);
    this.holder.replaceChildren(picture);
  }

  follow(picture, cursor, back, x, width) {
    picture.addEventListener("pointermove", (event) => {
      const box = picture.getBoundingClientRect();
      const at = back((event.clientX - box.left) / box.width * width);
      cursor.setAttribute("x1", x(at));
      cursor.setAttribute("x2", x(at));
      cursor.setAttribute("visibility", "visible");
      showTip(event, [["", this.waits ? `waits of at most ${spanText(at)}` : instantText(at)],
        ...this.series.map(({name, points}) =>
          [name, cellText(valueAt(points, at) ?? 0, this.kind)])]);
    });
    picture.addEventListener("pointerleave", () => {
      cursor.setAttribute("visibility", "hidden");
      hideTip();
    });
  }
}
