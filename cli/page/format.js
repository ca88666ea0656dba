"use strict";
/* Values as people read them. Everything here returns text. */

function two(number) {
  return String(number).padStart(2, "0");
}

/* 5025 is "1:23:45", a day more "1-01:23:45", as Slurm writes times. */
function instantText(instant) {
  const s = Math.abs(Math.round(instant)), days = Math.floor(s / 86400);
  const clock = `${Math.floor(s / 3600) % 24}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  if (days === 0) return (instant < 0 ? "-" : "") + clock;
  return `${instant < 0 ? "-" : ""}${days}-${clock.padStart(8, "0")}`;
}

/* The two greatest units: "45s", "9m33s", "1h04m", "2d03h". */
function spanText(span) {
  const s = Math.abs(span), sign = span < 0 ? "-" : "", whole = Math.round(s);
  if (s < 10 && s !== whole) return `${sign}${s.toFixed(1)}s`;
  if (whole < 60) return `${sign}${whole}s`;
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86400) return `${sign}${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m`;
  return `${sign}${Math.floor(whole / 86400)}d${two(Math.floor(whole / 3600) % 24)}h`;
}

function numberText(number) {
  return number.toLocaleString("en-US", {maximumFractionDigits: Math.abs(number) < 1000 ? 2 : 0});
}

function percentText(share) {
  return `${(share * 100).toFixed(1)} %`;
}

const formats = {
  text: String,
  number: numberText,
  percent: percentText,
  instant: instantText,
  span: spanText,
  bool: (value) => (value ? "yes" : "no"),
};

/* A cell may bring its own kind: {value, kind}. */
function cellText(value, kind) {
  if (value !== null && typeof value === "object") return cellText(value.value, value.kind);
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return (formats[kind] || String)(value);
}

/* A length of time on an axis: without the zeros. */
function tickText(at) {
  return at === 0 ? "0" : spanText(at).replace(/([hd])00[mh]$/, "$1").replace(/m00s$/, "m");
}

const naturally = new Intl.Collator("en", {numeric: true});
