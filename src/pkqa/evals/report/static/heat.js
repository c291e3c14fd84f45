// Means by question language and document language. The tone says how high; the darker (in the
// dark: the lighter), the higher. The numbers say it too.
const STEPS = [0.25, 0.5, 0.7, 0.8, 0.9, 0.95];

const tone = (value) => STEPS.filter((step) => value >= step).length + 1;

const changeText = (change) => {
  if (!change) return null;
  const sure = change[1] > 0 || change[2] < 0;
  return el(
    "span",
    {
      class: `change ${sure ? "sure" : ""}`,
      title: `${points(change[1])} to ${points(change[2])} points against the baseline`,
    },
    `${arrow(change[0])} ${points(change[0])}`,
  );
};

const heatCell = (cell, pair) => {
  if (!cell) return el("td", { class: "none" }, "\u2013");
  const [mean, low, high, questions] = cell.now;
  const inside = [
    el("strong", {}, number(mean)),
    el("span", { class: "wide" }, `${coarse(low)} to ${coarse(high)}`),
    el("span", {}, `n\u2009=\u2009${whole(questions)}`),
    changeText(cell.change),
  ];
  const box = pair
    ? el("button", { type: "button", title: `Show the questions of ${sliceName(pair)}` }, ...inside)
    : el("div", {}, ...inside);
  if (pair) box.addEventListener("click", () => narrowTo({ pair }));
  return el("td", { class: `tone-${tone(mean)}` }, box);
};

const drawHeat = () => {
  const metric = DATA.metrics.find(({ name }) => name === at("heat-metric").value);
  const { asked, answered } = DATA.languages;
  const columns = answered.filter((to) => asked.some((from) => metric.slices[`${from} -> ${to}`]));
  const head = el(
    "tr",
    {},
    el("td", {}),
    ...columns.map((to) =>
      to === "-"
        ? el("th", { scope: "col" }, el("span", { class: "wide" }, "no document answers"), el("span", { class: "narrow" }, "none"))
        : el("th", { scope: "col" }, languageName(to), el("span", { class: "wide" }, " documents")),
    ),
    el("th", { scope: "col", class: "sum" }, "all"),
  );
  const rows = asked.map((from) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("span", { class: "wide" }, "asked in "), languageName(from)),
      ...columns.map((to) => heatCell(metric.slices[`${from} -> ${to}`], `${from} -> ${to}`)),
      heatCell(metric.slices[from]),
    ),
  );
  const last = el(
    "tr",
    { class: "sum" },
    el("th", { scope: "row" }, "all", el("span", { class: "wide" }, " questions")),
    columns.length > 0 && el("td", { colspan: columns.length }),
    heatCell(metric.slices.all),
  );
  at("heat-says").textContent = metric.title;
  shown(
    at("heat"),
    el("table", { class: "heat" }, el("thead", {}, head), el("tbody", {}, ...rows, last)),
  );
};

const startHeat = () => {
  options(at("heat-metric"), DATA.metrics.map(({ name }) => [name, name]));
  at("heat-metric").addEventListener("change", drawHeat);
  const ends = ["0", ...STEPS.map(String), "1"];
  shown(
    at("heat-legend"),
    ...ends.slice(1).map((end, step) =>
      el("span", { class: `key tone-${step + 1}` }, `${ends[step]}\u2013${end}`),
    ),
    DATA.compared.comparable &&
      el("span", { class: "note" }, "\u25b2\u25bc points against the baseline; bold where its 95 % interval leaves out zero"),
  );
  drawHeat();
};
