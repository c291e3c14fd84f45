"use strict";
// The page's data, and the few ways in which elements are made. Data reaches the page as text
// nodes and attributes of ours, never as markup.
const DATA = JSON.parse(document.getElementById("data").textContent);
const RTL = new Set(DATA.rtl);
const SVG = document.querySelector("svg").namespaceURI;
const PAGE = 50; // questions shown at a time

const at = (id) => document.getElementById(id);

const filled = (node, attributes, parts) => {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...parts.filter((part) => part !== null && part !== undefined && part !== false));
  return node;
};

const el = (tag, attributes, ...parts) =>
  filled(document.createElement(tag), attributes, parts);

const svg = (tag, attributes, ...parts) =>
  filled(document.createElementNS(SVG, tag), attributes, parts);

const shown = (place, ...parts) => place.replaceChildren(...parts);

const options = (select, choices) =>
  shown(select, ...choices.map(([value, label]) => el("option", { value }, label)));

// Words

const MINUS = "\u2212";
const NAMES = new Intl.DisplayNames(["en"], { type: "language" });

const languageName = (code) => {
  if (code === "-") return "no document";
  try {
    return NAMES.of(code);
  } catch {
    return code;
  }
};

const sliceName = (slice) =>
  slice === "all"
    ? "all questions"
    : slice.split(" -> ").map(languageName).join(" \u2192 ");

const whole = (n) => n.toLocaleString("en");

const count = (n, one) => `${whole(n)} ${one}${n === 1 ? "" : "s"}`;

const signed = (text) => text.replace("-", MINUS);

const number = (value) => signed(value.toFixed(3));

const coarse = (value) => signed(value.toFixed(2));

const points = (difference) => {
  const rounded = Math.round(difference * 1000) / 10;
  if (!rounded) return "0";
  return `${rounded > 0 ? "+" : MINUS}${Math.abs(rounded).toFixed(1)}`;
};

const arrow = (difference) => {
  const rounded = Math.round(difference * 1000);
  return rounded > 0 ? "\u25b2" : rounded < 0 ? "\u25bc" : "=";
};

const written = (paragraphs) =>
  paragraphs.map(([dir, text]) => el("p", { dir }, text));

const dirOf = (language) => (RTL.has(language) ? "rtl" : "ltr");
