/* Elements, the tip beside the pointer, axes. Text is always set as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
const BOXES_MOST = 5000; /* more of them only make a picture slow and black */
const COLOURS = 7;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== false) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/* Lines of [label, text]; the first without label is the heading. */
function showTip(event, lines) {
  const tip = document.getElementById("tip");
  tip.replaceChildren(...lines.map(([label, text]) =>
    label ? html("div", {}, html("span", {}, `${label}  `), text) : html("b", {}, text)));
  tip.hidden = false;
  const {width, height} = tip.getBoundingClientRect();
  const x = event.clientX + 14, y = event.clientY + 14;
  tip.style.left = `${Math.max(4, x + width > innerWidth ? event.clientX - width - 10 : x)}px`;
  tip.style.top = `${Math.max(4, y + height > innerHeight ? event.clientY - height - 10 : y)}px`;
}

function hideTip() {
  document.getElementById("tip").hidden = true;
}

function timeStep(span, most) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
    86400, 172800, 604800, 1209600, 2419200, 7257600, 31536000];
  return steps.find((step) => span / step <= most) || Math.ceil(span / most);
}

/* A round step so that at most `most` of them make the range. */
function numberStep(range, most) {
  const power = 10 ** Math.floor(Math.log10(range / most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => range / step <= most);
}

/* Vertical lines with times below, and above where `top` leaves room. `x` maps seconds to pixels. */
function timeAxis(from, to, x, top, bottom) {
  const step = timeStep(to - from, Math.max(2, Math.floor((x(to) - x(from)) / 70)));
  const group = svg("g"), heights = top < 18 ? [bottom + 16] : [bottom + 16, top - 6];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step)
    group.append(
      svg("line", {class: "grid", x1: x(at), x2: x(at), y1: top, y2: bottom}),
      ...heights.map((y) =>
        svg("text", {class: "faint", x: x(at), y, "text-anchor": "middle"}, tickText(at))));
  return group;
}

function swatch(index) {
  return html("i", {class: `fill${Math.min(index, COLOURS)}`});
}

/* Draws into `holder` now and whenever its width changes. */
function drawWide(holder, draw) {
  let width = 0;
  const again = () => {
    const now = Math.max(280, Math.floor(holder.clientWidth));
    if (holder.clientWidth === 0 || now === width) return;
    width = now;
    draw(width);
  };
  new ResizeObserver(again).observe(holder);
  again();
}
