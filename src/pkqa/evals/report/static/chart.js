// Every metric with its interval: a dot with whiskers, the baseline a hollow dot.
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const across = (value, [from, to]) => `${(100 * (value - from)) / (to - from)}%`;

const plot = (cell, range) => {
  const y = 14;
  const [mean, low, high] = cell.now;
  const x = (value) => across(value, range);
  const grid = TICKS.map((tick) => range[0] + tick * (range[1] - range[0]));
  return svg(
    "svg",
    { class: "plot", width: "100%", height: 28, "aria-hidden": "true" },
    ...grid.map((tick) => svg("line", { class: "grid", x1: x(tick), x2: x(tick), y1: 0, y2: 28 })),
    svg("line", { class: "whisker", x1: x(low), x2: x(high), y1: y, y2: y }),
    ...[low, high].map((end) =>
      svg("line", { class: "whisker", x1: x(end), x2: x(end), y1: y - 4, y2: y + 4 }),
    ),
    cell.before && svg("circle", { class: "before", cx: x(cell.before[0]), cy: y, r: 5.5 }),
    svg("circle", { class: "now", cx: x(mean), cy: y, r: 4 }),
  );
};

const axis = ([from, to]) =>
  el(
    "div",
    { class: "axis", "aria-hidden": "true" },
    ...TICKS.map((tick) => {
      const mark = el("span", {}, signed(String(from + tick * (to - from))));
      mark.style.setProperty("inset-inline-start", `${100 * tick}%`);
      return mark;
    }),
  );

const GATED = { regression: ["regression", "bad"], inconclusive: ["may be noise", "unsure"] };

const gatedText = (gated, lower) => {
  if (!gated) return null;
  const [text, kind] = GATED[gated.outcome] ?? [];
  if (text) return el("span", { class: `pill ${kind}` }, text);
  if (gated.visible === null) return null;
  return el("span", { class: "note" }, `${(100 * gated.visible).toFixed(1)} points ${lower ? "up" : "down"} would be seen`);
};

const chartRow = (metric, slice) => {
  const cell = metric.slices[slice];
  const [mean, low, high, questions, facts] = cell.now;
  const range = metric.signed ? [-1, 1] : [0, 1];
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      el("span", { title: metric.title }, metric.name),
      metric.lower && el("span", { class: "note" }, "lower is better"),
      metric.signed && el("span", { class: "note" }, `${MINUS}1 to 1`),
    ),
    el("td", { class: "drawn" }, plot(cell, range)),
    el("td", { class: "figure" }, number(mean), el("span", { class: "note" }, `${coarse(low)} to ${coarse(high)}`)),
    el(
      "td",
      { class: "figure" },
      cell.change ? changeText(cell.change) : "",
      cell.change && el("span", { class: "note" }, `${points(cell.change[1])} to ${points(cell.change[2])}`),
    ),
    el("td", { class: "figure n" }, whole(questions), el("span", { class: "note" }, count(facts, "fact"))),
    el("td", { class: "gate" }, gatedText(cell.gated, metric.lower)),
  );
};

const drawChart = () => {
  const slice = at("chart-slice").value;
  const held = DATA.metrics.filter((metric) => metric.slices[slice]);
  const head = (text, kind) => el("th", { scope: "col", class: kind }, text);
  shown(
    at("chart"),
    el(
      "table",
      { class: "chart" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          head("metric"),
          el("th", { scope: "col", class: "drawn", "aria-label": "drawn" }, axis([0, 1])),
          head("mean", "figure"),
          head(DATA.compared.comparable ? "change" : "", "figure"),
          head("n", "figure n"),
          head("gate", "gate"),
        ),
      ),
      el("tbody", {}, ...held.map((metric) => chartRow(metric, slice))),
    ),
  );
};

const startChart = () => {
  options(at("chart-slice"), DATA.slices.map((slice) => [slice, sliceName(slice)]));
  at("chart-slice").addEventListener("change", drawChart);
  const sample = (kind, r) =>
    svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, svg("circle", { class: kind, cx: 7, cy: 7, r }));
  shown(
    at("chart-legend"),
    el("span", { class: "key" }, sample("now", 4), "this run, with its 95 % interval"),
    DATA.compared.comparable && el("span", { class: "key" }, sample("before", 5.5), "baseline"),
  );
  drawChart();
};
