// The verdict, what was compared with what, and the few numbers that come first.
const SIGNS = {
  pass: ["\u2713", "good"],
  regression: ["\u2715", "bad"],
  inconclusive: ["?", "unsure"],
  "no baseline": ["?", "unsure"],
  incomparable: ["!", "unsure"],
};
const FIRST_SENTENCES = 5;

// Most begin with what they come to; where that is the verdict, it stands above them already.
const sentence = (told) => {
  const head = told.split(": ", 1)[0];
  if (!(head in SIGNS)) return [told];
  const rest = told.slice(head.length + 2);
  return head === DATA.verdict.word
    ? [rest]
    : [el("span", { class: `pill ${SIGNS[head][1]}` }, head), " ", rest];
};

const sentences = (told) => {
  const list = (some) =>
    el("ul", { class: "sentences" }, ...some.map((one) => el("li", {}, ...sentence(one))));
  const rest = told.slice(FIRST_SENTENCES);
  if (rest.length === 0) return [list(told)];
  return [
    list(told.slice(0, FIRST_SENTENCES)),
    el("details", {}, el("summary", {}, `${rest.length} more`), list(rest)),
  ];
};

const tile = (value, label, note, kind) =>
  el(
    "div",
    { class: `tile ${kind ?? ""}` },
    el("dt", {}, label),
    el("dd", {}, el("strong", {}, value), note && el("span", {}, note)),
  );

const tiles = () => {
  const { counts } = DATA;
  const pass = DATA.metrics.find((metric) => metric.name === "pass")?.slices.all;
  const shownTiles = [];
  if (pass) {
    const change = pass.change && `${points(pass.change[0])} points`;
    shownTiles.push(tile(number(pass.now[0]), "pass", change || `${coarse(pass.now[1])} to ${coarse(pass.now[2])}`));
  }
  shownTiles.push(tile(whole(counts.failed), "fail", `of ${whole(counts.questions)}`));
  if (DATA.compared.comparable) {
    shownTiles.push(
      tile(whole(counts.lost), "newly failing", null, counts.lost ? "bad" : ""),
      tile(whole(counts.won), "newly passing"),
    );
  }
  if (DATA.compared.repeats > 1) shownTiles.push(tile(whole(counts.flipped), "flipped", `in ${DATA.compared.repeats} rounds`));
  if (counts.quarantined) shownTiles.push(tile(whole(counts.quarantined), "quarantined", "asked, not counted"));
  return el("dl", { class: "tiles" }, ...shownTiles);
};

const fingerprintRow = ([name, now, before]) => {
  const changed = before !== null && before !== now;
  return el(
    "tr",
    { class: changed && "changed" },
    el("th", { scope: "row" }, name),
    el("td", {}, el("code", {}, now)),
    before !== null && el("td", {}, changed ? el("code", {}, before) : "the same"),
  );
};

const compared = () => {
  const { compared: told } = DATA;
  const { baseline } = told;
  const said = [
    `Profile ${told.profile}, answerer ${told.answerer}, pkqa ${told.version}: `,
    `${count(told.questions, "question")} on ${count(told.facts, "fact")}`,
    told.repeats > 1 ? `, each asked ${told.repeats} times` : "",
    told.filtered ? `, narrowed to ${told.filtered}` : "",
    ". ",
  ].join("");
  const against = baseline
    ? `${told.comparable ? "Compared with" : "Not compared with"} the baseline of ${
      baseline.day || "an unknown day"
    }${baseline.reason ? `: \u201c${baseline.reason}\u201d` : ""}.`
    : "There is no baseline to compare with.";
  const changed = told.fingerprints.filter(([, now, before]) => before !== null && before !== now);
  const heads = ["", "this run", ...(baseline ? ["baseline"] : [])];
  return [
    el("p", { class: "compared" }, said, against),
    el(
      "details",
      { class: "fingerprints", open: changed.length > 0 && !told.comparable },
      el(
        "summary",
        {},
        "Fingerprints",
        changed.length > 0 && ` (changed: ${changed.map(([name]) => name).join(", ")})`,
      ),
      el(
        "div",
        { class: "scroll", role: "region", "aria-label": "Fingerprints", tabindex: "0" },
        el(
          "table",
          {},
          el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
          el("tbody", {}, ...told.fingerprints.map(fingerprintRow)),
        ),
      ),
    ),
  ];
};

const drawVerdict = () => {
  const { verdict, compared: told } = DATA;
  const [sign, kind] = SIGNS[verdict.word] ?? ["?", "unsure"];
  at("run").textContent = `eval \u00b7 ${told.profile}`;
  shown(
    at("verdict"),
    el(
      "div",
      { class: `banner ${kind}` },
      el("span", { class: "sign", "aria-hidden": "true" }, sign),
      el("div", {}, el("h1", { id: "word" }, verdict.word), ...sentences(verdict.sentences)),
    ),
    tiles(),
    ...compared(),
  );
  at("colophon").textContent = `pkqa ${told.version} \u00b7 this page holds everything it shows, and fetches nothing`;
};
