/* Tables: sorted by a click on a column, filtered by text, shown page by page. */

const ROWS_SHOWN = 100;

function plainValue(value) {
  return value !== null && typeof value === "object" ? value.value : value;
}

/* What is empty comes last, whichever way. */
function sortedRows(rows, index, descending) {
  const sign = descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = plainValue(one[index]), b = plainValue(other[index]);
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "string" || typeof b === "string")
      return sign * naturally.compare(String(a), String(b));
    return sign * (a - b);
  });
}

function tableRow(row, columns) {
  return html("tr", {}, ...row.map((value, i) => {
    const right = columns[i].kind !== "text" && columns[i].kind !== "bool" &&
      typeof value !== "string";
    return html("td", {class: right ? "number" : null}, value === false ? "" : cellText(value, columns[i].kind));
  }));
}

class Table {
  constructor({columns, rows}) {
    this.columns = columns;
    this.rows = this.seen = rows;
    this.limit = ROWS_SHOWN;
    this.body = html("tbody");
    this.pager = html("p", {class: "pager"});
    this.heads = columns.map((column, i) => this.head(column, i));
    this.element = html("div", {},
      rows.length > 15 ? this.filter() : null,
      html("div", {class: "scroll"},
        html("table", {}, html("thead", {}, html("tr", {}, ...this.heads)), this.body)),
      this.pager);
    this.show();
  }

  head(column, index) {
    const button = html("button", {type: "button"}, column.title);
    button.addEventListener("click", () => this.sort(index));
    return html("th", {scope: "col", class: column.kind === "text" ? null : "number"}, button);
  }

  filter() {
    const input = html("input", {type: "search", placeholder: "Only rows with ...",
      "aria-label": "only rows with this text"});
    input.addEventListener("input", () => {
      this.wanted = input.value.toLowerCase();
      this.show();
    });
    return html("div", {class: "tools"}, input);
  }

  sort(index) {
    const descending = this.heads[index].getAttribute("aria-sort") === "ascending";
    this.heads.forEach((head) => head.removeAttribute("aria-sort"));
    this.heads[index].setAttribute("aria-sort", descending ? "descending" : "ascending");
    this.seen = sortedRows(this.rows, index, descending);
    this.show();
  }

  matches(row) {
    return !this.wanted || row.some((value, i) =>
      cellText(value, this.columns[i].kind).toLowerCase().includes(this.wanted));
  }

  show() {
    const rows = this.seen.filter((row) => this.matches(row));
    const shown = rows.slice(0, this.limit);
    this.body.replaceChildren(...shown.map((row) => tableRow(row, this.columns)));
    this.pager.replaceChildren();
    if (rows.length === shown.length) return;
    const more = html("button", {type: "button"}, `Show ${numberText(this.limit * 9)} more`);
    more.addEventListener("click", () => {
      this.limit *= 10;
      this.show();
    });
    this.pager.append(`${numberText(shown.length)} of ${numberText(rows.length)} rows `, more);
  }
}
