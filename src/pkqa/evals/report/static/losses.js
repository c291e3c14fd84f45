// How many questions of each language fail, by the stage that lost them.
const STAGES = [
  ["retrieval", "the value is in no passage that was found"],
  ["answering", "found, and not said"],
  ["checking", "written, and withheld"],
  ["not refused", "answered though nothing answers"],
];

const bar = (label, questions, pick) => {
  const parts = STAGES.map(([name]) => {
    const found = questions.filter(({ stage }) => stage === name).length;
    if (found === 0) return null;
    const part = el(
      "button",
      { type: "button", class: `part lost-${name.replace(" ", "-")}`, title: `${name}: ${found}` },
      String(found),
      el("span", { class: "hidden" }, ` lost in ${name}`),
    );
    part.style.setProperty("flex-grow", found);
    part.addEventListener("click", () => narrowTo({ ...pick, blame: name, state: "failed" }));
    return part;
  });
  const passed = questions.filter((question) => question.passed).length;
  const rest = el("span", { class: "part passed" }, passed > 0 && `${passed} pass`);
  rest.style.setProperty("flex-grow", passed);
  return el(
    "div",
    { class: "loss" },
    el("span", { class: "of" }, label, el("span", { class: "note" }, `${questions.length - passed} of ${questions.length}`)),
    el("div", { class: "bar" }, ...parts, passed > 0 && rest),
  );
};

const drawLosses = () => {
  shown(
    at("losses-legend"),
    ...STAGES.map(([name, says]) =>
      el("span", { class: "key" }, el("i", { class: `swatch lost-${name.replace(" ", "-")}` }), `${name}: ${says}`),
    ),
  );
  shown(
    at("losses-bars"),
    ...DATA.languages.asked.map((language) =>
      bar(
        languageName(language),
        DATA.questions.filter(({ from, quarantined }) => from === language && !quarantined),
        { language },
      ),
    ),
  );
};
