// The list of questions: narrowed by what was chosen, a page at a time, worst change first.
const STATES = {
  "": ["all", () => true],
  failed: ["failed", ({ passed }) => !passed],
  passed: ["passed", ({ passed }) => passed],
  lost: ["newly failing", ({ became }) => became === "lost"],
  won: ["newly passing", ({ became }) => became === "won"],
  changed: ["answer changed", ({ moved }) => moved],
  flipped: ["flips between rounds", ({ flipped }) => flipped],
  quarantined: ["quarantined", ({ quarantined }) => quarantined],
};
const COMPARING = new Set(["lost", "won", "changed"]);

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

let wanted = [];
let drawn = 0;

const showMore = () => {
  const next = wanted.slice(drawn, drawn + PAGE);
  const first = next.map(questionRow);
  at("list").append(...first);
  drawn += next.length;
  const left = wanted.length - drawn;
  at("more").hidden = left === 0;
  at("more").textContent = `Show ${Math.min(PAGE, left)} more`;
  return first[0];
};

const chosen = () => ({
  words: plain(at("filter-text").value).split(/\s+/).filter(Boolean),
  state: at("filter-state").value,
  pair: at("filter-pair").value,
  blame: at("filter-blame").value,
  tag: at("filter-tag").value,
});

const applyFilters = () => {
  const { words, state, pair, blame, tag } = chosen();
  wanted = DATA.questions.filter(
    (question) =>
      STATES[state][1](question) &&
      (!pair || question.slices.includes(pair)) &&
      (!blame || question.stage === blame) &&
      (!tag || question.tags.includes(tag)) &&
      words.every((word) => question.searched.includes(word)),
  );
  at("found").textContent =
    wanted.length === DATA.questions.length
      ? count(wanted.length, "question")
      : `${whole(wanted.length)} of ${count(DATA.questions.length, "question")}`;
  drawn = 0;
  shown(at("list"));
  showMore();
  if (wanted.length === 0) shown(at("list"), el("p", { class: "empty" }, "No question is like that."));
};

// From the other parts of the page: only what is named stays chosen.
const narrowTo = ({ pair = "", language = "", blame = "", state = "" }) => {
  at("filters").reset();
  at("filter-pair").value = pair || language;
  at("filter-blame").value = blame;
  at("filter-state").value = state;
  applyFilters();
  at("questions").scrollIntoView();
  at("questions").focus({ preventScroll: true });
};

const openNamed = () => {
  const name = decodeURIComponent(location.hash.slice(1));
  if (!name.startsWith("q-")) return;
  const place = DATA.questions.findIndex(({ id }) => `q-${id}` === name);
  if (place < 0) return;
  at("filters").reset();
  applyFilters();
  while (drawn <= place) showMore();
  const row = at(name);
  row.open = true;
  row.scrollIntoView();
};

const startQuestions = () => {
  for (const question of DATA.questions) {
    question.slices = ["all", question.from, `${question.from} -> ${question.to}`];
    question.searched = plain(
      [question.question, question.id, question.fact, ...question.answer.map(([, text]) => text)].join(" "),
    );
  }
  const used = Object.entries(STATES).filter(
    ([name, [, holds]]) =>
      name === "" || ((DATA.compared.comparable || !COMPARING.has(name)) && DATA.questions.some(holds)),
  );
  options(at("filter-state"), used.map(([name, [label]]) => [name, label]));
  const slices = DATA.slices.filter((slice) => slice !== "all");
  options(at("filter-pair"), [["", "all"], ...slices.map((slice) => [slice, sliceName(slice)])]);
  options(at("filter-blame"), [["", "any stage"], ...STAGES.map(([name]) => [name, name])]);
  const tags = [...new Set(DATA.questions.flatMap((question) => question.tags))].sort();
  options(at("filter-tag"), [["", "any"], ...tags.map((tag) => [tag, tag])]);
  at("filters").addEventListener("input", applyFilters);
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("more").addEventListener("click", () => showMore()?.querySelector("summary").focus());
  addEventListener("hashchange", openNamed);
  applyFilters();
};
