// The passages behind a question, in their documents: what should be found (gold), what the answer
// cites, and what was retrieved, each marked in a way of its own.
const KINDS = ["gold", "cited", "retrieved"];

const boundaries = (marks, from, to) => {
  const cuts = new Set([from, to]);
  for (const mark of marks) {
    for (const cut of [mark.start, mark.end]) {
      if (cut > from && cut < to) cuts.add(cut);
    }
  }
  return [...cuts].sort((a, b) => a - b);
};

const stretch = (text, from, to, marks) => {
  const over = marks.filter((mark) => mark.start <= from && mark.end >= to);
  if (over.length === 0) return [text];
  const classes = new Set(over.map(({ kind }) => kind));
  const badges = [];
  for (const mark of over) {
    if (mark.start === from) {
      classes.add(`${mark.kind}-start`);
      badges.push(el("span", { class: `badge of-${mark.kind}` }, mark.label));
    }
    if (mark.end === to) classes.add(`${mark.kind}-end`);
  }
  const kinds = KINDS.filter((kind) => classes.has(kind));
  return [...badges, el("mark", { class: [...classes].join(" "), title: kinds.join(", ") }, text)];
};

// Offsets count code points, as the documents' do; a string of this language counts otherwise.
const marked = (part, marks) => {
  const [offset, text] = part;
  const letters = [...text];
  const cuts = boundaries(marks, offset, offset + letters.length);
  return cuts.slice(1).flatMap((to, i) => {
    const from = cuts[i];
    return stretch(letters.slice(from - offset, to - offset).join(""), from, to, marks);
  });
};

const documentCard = (id, marks, open) => {
  const found = DATA.documents[id];
  if (!found) return el("p", { class: "note" }, `${id} is not in the index.`);
  const name = [el("bdi", {}, found.title), el("span", { class: "note" }, `${[languageName(found.language), found.date, id].filter(Boolean).join(" \u00b7 ")}`)];
  const has = KINDS.filter((kind) => marks.some((mark) => mark.kind === kind));
  const named = (kind) => {
    if (kind === "gold") return kind;
    return `${kind} ${marks.filter((mark) => mark.kind === kind).map(({ label }) => label).join(" ")}`;
  };
  const text = el("div", {
    class: "passage",
    dir: found.dir,
    lang: found.language,
    tabindex: "0",
    role: "region",
    "aria-label": `Text of ${found.title}`,
  });
  const fill = () => {
    if (text.firstChild) return;
    found.parts.forEach((part, i) => {
      if (part[0] > 0 || i > 0) text.append(el("span", { class: "gap" }, "\u22ef"));
      text.append(...marked(part, marks));
    });
    if (found.cut) text.append(el("span", { class: "gap" }, "\u22ef"));
    const first = text.querySelector("mark.gold, mark.cited");
    if (first) text.scrollTop = first.offsetTop - text.offsetTop - 60;
  };
  const card = el(
    "details",
    { class: "document", open },
    el("summary", {}, ...name, el("span", { class: "has" }, ...has.map((kind) => el("span", { class: `badge of-${kind}` }, named(kind))))),
    text,
  );
  card.addEventListener("toggle", () => card.open && fill());
  return card;
};

const marksOf = (question) => {
  const byDocument = new Map();
  const add = (id, mark) => byDocument.set(id, [...(byDocument.get(id) ?? []), mark]);
  question.gold.forEach((set, i) => {
    const label = question.gold.length > 1 ? `gold ${i + 1}` : "gold";
    for (const span of set) if (span.start !== null) add(span.document, { kind: "gold", label, ...span });
  });
  for (const span of question.cited) add(span.document, { kind: "cited", label: `[${span.marker}]`, ...span });
  question.retrieved.forEach((span, i) => add(span.document, { kind: "retrieved", label: `#${i + 1}`, ...span }));
  return byDocument;
};

const passages = (question) => {
  const documents = [...marksOf(question)];
  const central = ([, marks]) => marks.some(({ kind }) => kind !== "retrieved");
  const lost = question.gold.flat().filter((span) => span.start === null);
  if (documents.length === 0 && lost.length === 0) return null;
  return el(
    "div",
    { class: "passages" },
    el("h3", {}, "Passages"),
    el(
      "div",
      { class: "legend" },
      el("span", { class: "key" }, el("mark", { class: "gold gold-start gold-end" }, "gold"), "should be found"),
      el("span", { class: "key" }, el("mark", { class: "cited cited-start cited-end" }, "cited"), "by the answer"),
      el("span", { class: "key" }, el("mark", { class: "retrieved retrieved-start retrieved-end" }, "retrieved"), "with its rank"),
      question.gold.length > 1 && el("span", { class: "note" }, `any one of the ${question.gold.length} gold sets is enough`),
    ),
    ...lost.map((span) =>
      el("p", { class: "note" }, `A gold passage stands nowhere in ${span.document}: `, el("q", {}, span.quote)),
    ),
    ...documents.filter(central).map(([id, marks]) => documentCard(id, marks, true)),
    ...documents.filter((one) => !central(one)).map(([id, marks]) => documentCard(id, marks, false)),
  );
};
