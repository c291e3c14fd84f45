// One question: a line in the list, and what lies under it.
const BECAME = {
  lost: ["\u2715", "newly failing", "bad"],
  worse: ["\u25bc", "passes, lost something", "unsure"],
  failed: ["\u2715", "fails", "unsure"],
  won: ["\u2713", "newly passing", "good"],
  passed: ["\u2713", "passes", "quiet"],
};

const valueList = (question) => {
  const line = ({ text, vital, found }) =>
    el(
      "li",
      { class: found ? "found" : "missing" },
      el("span", { class: "tick", "aria-hidden": "true" }, found ? "\u2713" : "\u2715"),
      el("bdi", {}, text),
      el("span", { class: "note" }, `${found ? "said" : "missing"}${vital ? "" : ", welcome extra"}`),
    );
  const wrong = ({ text, said }) =>
    el(
      "li",
      { class: said ? "missing" : "found" },
      el("span", { class: "tick", "aria-hidden": "true" }, said ? "\u2715" : "\u2713"),
      el("bdi", {}, text),
      el("span", { class: "note" }, said ? "must not be said, and is" : "must not be said, and is not"),
    );
  if (question.nuggets.length + question.forbidden.length === 0) return null;
  return [
    el("h3", {}, "A right answer says"),
    el("ul", { class: "values" }, ...question.nuggets.map(line), ...question.forbidden.map(wrong)),
  ];
};

const STATUS = { answered: "answered", partial: "answered in part", not_found: "not in the documents" };

const answerBox = (title, told) =>
  el(
    "div",
    { class: "answer" },
    el(
      "h3",
      {},
      title,
      el("span", { class: `pill ${told.passed ? "good" : "bad"}` }, told.passed ? "pass" : "fail"),
      el("span", { class: "note" }, STATUS[told.status] ?? told.status),
    ),
    ...written(told.answer),
  );

const answers = (question) => {
  const { before } = question;
  if (!before) return el("div", { class: "answers" }, answerBox("Answer", question));
  const same = JSON.stringify(before.answer) === JSON.stringify(question.answer);
  if (same && before.passed === question.passed && before.status === question.status) {
    return el("div", { class: "answers" }, answerBox("Answer, the same as in the baseline", question));
  }
  return el(
    "div",
    { class: "answers two" },
    answerBox("Baseline", before),
    answerBox("This run", question),
  );
};

const scoreTable = (question) => {
  const rows = DATA.metrics
    .map(({ name }, i) => [name, question.scores[i], question.before?.scores[i] ?? null])
    .filter(([, now, before]) => now !== null || before !== null);
  const value = (score) => (score === null ? "\u2013" : coarse(score));
  return el(
    "details",
    { class: "scores" },
    el("summary", {}, "Scores by metric"),
    el(
      "ul",
      {},
      ...rows.map(([name, now, before]) =>
        el(
          "li",
          { class: before !== null && before !== now && "moved" },
          el("span", {}, name),
          el("strong", {}, question.before && before !== now ? `${value(before)} \u2192 ${value(now)}` : value(now)),
        ),
      ),
    ),
  );
};

const facts = (question) => {
  const told = [
    ["question", question.id],
    ["fact", question.fact],
    ["tags", question.tags.join(", ")],
    ["as of", question.asOf],
    ["nothing answers", question.unanswerable],
    ["quarantined", question.quarantined],
    ["lost in", question.stage],
    ["note", question.note],
  ].filter(([, value]) => value);
  return el(
    "dl",
    { class: "facts" },
    ...told.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
};

const drillDown = (question) =>
  el(
    "div",
    { class: "drill" },
    question.after.length > 0 &&
      el("div", { class: "after", dir: dirOf(question.from) }, ...question.after.map((one) => el("p", {}, one))),
    ...(valueList(question) ?? []),
    answers(question),
    question.withheld.length > 0 &&
      el(
        "div",
        { class: "withheld" },
        el("h3", {}, "Withheld by the check"),
        ...question.withheld.map(([dir, text]) => el("p", { dir }, text)),
      ),
    passages(question),
    scoreTable(question),
    facts(question),
  );

const questionRow = (question) => {
  const [sign, says, kind] = BECAME[question.became];
  const row = el(
    "details",
    { class: "question", id: `q-${question.id}` },
    el(
      "summary",
      {},
      el("span", { class: `sign ${kind}`, "aria-hidden": "true" }, sign),
      el(
        "span",
        { class: "asked" },
        el("span", { class: "text", dir: dirOf(question.from), lang: question.from }, question.question),
        el(
          "span",
          { class: "about" },
          el("span", { class: `says ${kind}` }, says),
          question.stage && el("span", {}, question.stage === "not refused" ? "not refused" : `lost in ${question.stage}`),
          el("span", {}, sliceName(`${question.from} -> ${question.to}`)),
          question.flipped && el("span", { class: "pill unsure" }, "flips"),
          question.quarantined && el("span", { class: "pill unsure" }, "quarantined"),
        ),
      ),
    ),
  );
  row.addEventListener(
    "toggle",
    () => {
      if (!row.querySelector(".drill")) row.append(drillDown(question));
    },
    { once: true },
  );
  return row;
};
