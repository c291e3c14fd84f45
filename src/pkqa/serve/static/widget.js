// The chat as one element for pages of other sites: <pkqa-chat>. See docs/widget.md.
//
// Whatever comes from documents, models or the host page reaches the screen as text nodes alone,
// and styles come as a constructed sheet: the strictest policy of a host page has nothing to allow
// but this script and its connections. Nothing is stored; a conversation lasts as long as the
// element does. The server puts the sentences (those of its own page) and widget.css in.
(() => {
  "use strict";

  const WORDS = "pkqa:words";
  const STYLE = "pkqa:style";

  const script = document.currentScript?.src;
  const HOME = script ? new URL(".", script).href : "";

  const SUGGESTIONS = 3;
  const NEAREST = 3; // documents named where nothing answers
  const REMEMBERED = 8; // earlier exchanges that go with a question
  const LONGEST_BEFORE = 4000; // characters of each answer among them
  const REACH = 800; // characters looked at on each side of a quotation for its context
  const AROUND = 2; // sentences shown on each side
  const TIED = 30; // characters; a longer word has to be free to break before its chip
  const SILENCE = 60000; // ms without a sign from the server, which gives one every 15 s
  const SKEW = 15; // seconds before its end that a token counts as over

  // Text

  const LETTER = /\p{L}/gu;
  const RIGHT_TO_LEFT = /(?=\p{L})[\p{Script=Arabic}\p{Script=Hebrew}]/gu;

  // By the majority of letters: an Arabic paragraph may open with "MINUSMA".
  const directionOf = (text) => {
    const sample = text.slice(0, 3000);
    const count = (pattern) => (sample.match(pattern) ?? []).length;
    return count(RIGHT_TO_LEFT) * 2 > count(LETTER) ? "rtl" : "ltr";
  };

  const spoken = (language) => (language in WORDS.languages ? language : "en");

  const known = (language) => (language === "und" ? null : language);

  const fill = (sentence, values) =>
    sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // A sentence as nodes, with an element in place of each {name}.
  const woven = (sentence, nodes) =>
    sentence.split(/\{(\w+)\}/).map((part, place) => (place % 2 ? nodes[part] : part));

  const guarded = (text) => text.replaceAll("« ", "«\u00a0").replaceAll(" »", "\u00a0»");

  const writtenDate = (date, words) => {
    if (!date) return words.undated;
    const found = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/.exec(date);
    if (!found) return date;
    const [, year, month, day] = found;
    if (!month) return year;
    const name = words.months.split(" ")[Number(month) - 1];
    if (!day) return `${name} ${year}`;
    const written = day === "01" ? words.first_day : String(Number(day));
    return fill(words.date, { day: written, month: name, year });
  };

  const webAddress = (source) => {
    if (!source || !/^https?:\/\/[^\s\p{C}\\]+$/iu.test(source) || !URL.canParse(source)) return null;
    return new URL(source);
  };

  // Elements

  // Controls that turn round what stands after them, our own words too, are left out.
  const kept = (content) =>
    typeof content === "string" ? content.replace(/[\u202a-\u202e\u2066-\u2069]/g, "") : content;

  const make = (name, attributes = {}, ...content) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value || value === 0) made.setAttribute(key, value);
    }
    made.append(...content.flat().filter(Boolean).map(kept));
    return made;
  };

  const block = (name, text, attributes = {}) =>
    make(name, { dir: directionOf(text), ...attributes }, text);

  // What a redraw has put in the place of a control.
  const keyed = (place, control) =>
    control.dataset.key && place.querySelector(`[data-key="${CSS.escape(control.dataset.key)}"]`);

  const isolated = (text) => make("bdi", {}, String(text));

  const button = (attributes, act, ...content) => {
    const made = make("button", { type: "button", ...attributes }, ...content);
    made.addEventListener("click", act);
    return made;
  };

  const STROKES = {
    close: ["M6.5 6.5l11 11", "M17.5 6.5l-11 11"],
    new: ["M5 19.5 5.8 15.6 16.2 5.2a1.8 1.8 0 0 1 2.6 2.6L8.4 18.2z", "M12.5 19.5H19"],
    back: ["M14.5 5.5 8 12l6.5 6.5"],
    send: ["M12 19V5.5", "M6 11.2 12 5.2l6 6"],
    up: [
      "M7 11v9H4v-9z",
      "M7 11l4-7c1.4 0 2.3 1 2 2.5L12.4 10H18a2 2 0 0 1 2 2.3l-1 6A2 2 0 0 1 17 20H7",
    ],
    down: [
      "M17 13V4h3v9z",
      "M17 13l-4 7c-1.4 0-2.3-1-2-2.5l.6-3.5H6a2 2 0 0 1-2-2.3l1-6A2 2 0 0 1 7 4h10",
    ],
    bubble: [
      "M5.5 4h13A2.5 2.5 0 0 1 21 6.5v8a2.5 2.5 0 0 1-2.5 2.5h-7L7 20.5V17H5.5A2.5 2.5 0 0 1 3 14.5v-8A2.5 2.5 0 0 1 5.5 4z",
      "M7.5 8.7h9",
      "M7.5 12.3h5.5",
    ],
  };

  // Silent, since the control that bears it has a name.
  const icon = (name) => {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    const facts = { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true" };
    for (const [key, value] of Object.entries(facts)) drawing.setAttribute(key, value);
    for (const stroke of STROKES[name]) {
      const path = document.createElementNS(space, "path");
      path.setAttribute("d", stroke);
      drawing.append(path);
    }
    return drawing;
  };

  // Marked text. Offsets count characters (code points) as the server counts them, and a string
  // here counts otherwise: text is taken apart into characters first.

  const emphasised = (characters, strong, start, end) => {
    const nodes = [];
    let position = start;
    for (const [first, last] of [...strong].sort((a, b) => a[0] - b[0])) {
      const left = Math.max(first, position);
      const right = Math.min(last, end);
      if (left >= right) continue;
      nodes.push(characters.slice(position, left).join(""));
      nodes.push(make("strong", {}, characters.slice(left, right).join("")));
      position = right;
    }
    nodes.push(characters.slice(position, end).join(""));
    return nodes;
  };

  // characters[start:end], one paragraph a line; marks are {start, end, focus, strong}.
  const marked = (characters, start, end, marks, language) => {
    const paragraphs = [];
    let position = start;
    while (position < end) {
      const stop = characters.indexOf("\n", position);
      const right = stop < 0 || stop > end ? end : stop;
      const line = characters.slice(position, right).join("");
      if (line.trim()) {
        const cuts = new Set([position, right]);
        for (const mark of marks) {
          for (const cut of [mark.start, mark.end]) {
            if (position < cut && cut < right) cuts.add(cut);
          }
        }
        const edges = [...cuts].sort((a, b) => a - b);
        const pieces = edges.slice(1).map((last, place) => {
          const first = edges[place];
          const over = marks.filter((mark) => mark.start <= first && last <= mark.end);
          const strong = over.flatMap((mark) => mark.strong);
          const piece = emphasised(characters, strong, first, last);
          if (!over.length) return piece;
          return [make("mark", { class: over.some((mark) => mark.focus) && "focus" }, piece)];
        });
        paragraphs.push(
          make("p", { dir: directionOf(line), lang: known(language) }, ...pieces.flat()),
        );
      }
      position = right + 1;
    }
    return paragraphs;
  };

  // Where whole sentences start in a text, and where the last one ends.
  const sentenceEdges = (text, language) => {
    const segments = new Intl.Segmenter(known(language) ?? "en", { granularity: "sentence" });
    const edges = [0];
    for (const { segment } of segments.segment(text)) {
      const end = edges[edges.length - 1] + [...segment].length;
      if (segment.trim()) edges.push(end);
      else edges[edges.length - 1] = end;
    }
    return edges;
  };

  // The stretch around a quotation: some sentences on each side, none of them cut off; the title
  // at the head of a text is shown above it already.
  const contextOf = (found, characters, start, end) => {
    const title = [...found.title];
    const opens = characters.slice(0, title.length).join("") === found.title;
    const head = opens && start >= title.length ? title.length : 0;
    const low = Math.max(head, start - REACH);
    const high = Math.min(characters.length, end + REACH);
    const before = sentenceEdges(characters.slice(low, start).join(""), found.language);
    const after = sentenceEdges(characters.slice(end, high).join(""), found.language);
    if (low > head) before.shift();
    if (high < characters.length) after.pop();
    const left = before.length > 1 ? low + before[Math.max(0, before.length - 1 - AROUND)] : start;
    let right = after.length > 1 ? end + after[Math.min(AROUND, after.length - 1)] : end;
    while (right > end && !characters[right - 1].trim()) right -= 1;
    return {
      start: left,
      end: right,
      cutBefore: characters.slice(head, left).join("").trim() !== "",
      cutAfter: characters.slice(right).join("").trim() !== "",
    };
  };

  const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

  const squeezed = (text) => text.trim().split(/\s+/).join(" ");

  // The words of an answer as paragraphs: quotations set apart, [n] turned into the chips that
  // `chip(citation)` makes. One in another language opens a paragraph of its own; a number in
  // brackets that is no citation's marker stays plain text.
  const answerText = (answer, chip) => {
    const citations = new Map(answer.citations.map((one) => [one.marker, one]));
    const quotes = [...new Set(answer.citations.map((one) => one.quote.trim()).filter(Boolean))];
    const pieces = quotes
      .sort((a, b) => b.length - a.length)
      .map((quote) => quote.split(/\s+/).map(escaped).join("\\s+"));
    const finder = new RegExp([...pieces, "\\[(\\d{1,3})\\]"].join("|"), "gu");
    const opened = () => ({ nodes: [], said: "", quoted: "", language: null });
    const paragraphs = [opened()];
    const last = () => paragraphs[paragraphs.length - 1];

    const say = (text) => {
      text.split("\n").forEach((line, place) => {
        if (place) paragraphs.push(opened());
        if (line) last().nodes.push(guarded(line));
        last().said += line;
      });
    };

    // A chip never starts a line of its own.
    const tie = (made) => {
      const { nodes } = last();
      const before = typeof nodes[nodes.length - 1] === "string" ? nodes.pop() : "";
      const [, rest, word, blank] = /^([^]*?)(\S*)( *)$/.exec(before);
      if (word.length > TIED) nodes.push(before, made);
      else nodes.push(rest, make("span", { class: "tied" }, word, blank && "\u00a0", made));
    };

    let position = 0;
    for (const found of answer.answer.matchAll(finder)) {
      say(answer.answer.slice(position, found.index));
      position = found.index + found[0].length;
      const cited = citations.get(Number(found[1]));
      if (found[1] === undefined) {
        const source = answer.citations.find((one) => squeezed(one.quote) === squeezed(found[0]));
        if (last().language !== null && last().language !== source.language) {
          paragraphs.push(opened()); // two scripts on one line would put the chips astray
        }
        last().nodes.push(verbatim(source));
        last().quoted += found[0];
        last().language = source.language;
      } else if (cited) {
        tie(chip(cited));
      } else {
        say(found[0]);
      }
    }
    say(answer.answer.slice(position));
    return paragraphs
      .map(({ nodes, said, quoted }) =>
        make("p", { dir: directionOf(/\p{L}/u.test(said) ? said : quoted) }, nodes),
      )
      .filter((paragraph) => paragraph.textContent.trim());
  };

  const strongIn = (citation) =>
    citation.emphasis.map(([start, end]) => [start - citation.start, end - citation.start]);

  // A quotation as the document has it, the words that answer in bold.
  const verbatim = (citation) => {
    const characters = [...citation.quote];
    return make(
      "span",
      { class: "verbatim", dir: directionOf(citation.quote), lang: known(citation.language) },
      emphasised(characters, strongIn(citation), 0, characters.length),
    );
  };

  // The wire

  class Fault extends Error {
    constructor(kind) {
      super(kind);
      this.kind = kind; // of the server's refusals, or "unreachable"
    }
  }

  const faultOf = async (response) => {
    const body = await response.json().catch(() => null);
    const usual = { 401: "sign_in", 403: "forbidden", 404: "unknown" };
    return new Fault(body?.error?.kind ?? usual[response.status] ?? "failed");
  };

  // The seconds at which a token ends, as far as can be read.
  const endOf = (token) => {
    try {
      const claims = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
      return JSON.parse(atob(claims)).exp ?? Infinity;
    } catch {
      return Infinity;
    }
  };

  // The events of a text/event-stream as [name, data]; comments keep the connection alive.
  async function* eventsOf(response, alive) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let name = "";
    let data = [];
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        const [, field, content] = /^([^:]*):? ?([^]*)$/.exec(line);
        if (field === "event") name = content;
        if (field === "data") data.push(content);
        if (line === "" && data.length) yield [name, data.join("\n")];
        if (line === "") [name, data] = ["", []];
      }
    }
  }

  let sheet = null;
  const style = () => {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    return sheet;
  };

  class Chat extends HTMLElement {
    static observedAttributes = ["lang", "heading", "mode", "token"];

    #root = this.attachShadow({ mode: "open" });
    #language = null; // of what is drawn
    #parts = {};
    #turns = [];
    #views = []; // what is open over the conversation, the last one on top
    #suggestions = new Map(); // by language
    #open = false;
    #left = 0; // how far the conversation was scrolled before a view lay over it
    #busy = null; // stops the question that is being answered
    #token = "";
    #source = null;
    #renewing = null;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [style()];
      // Keys pressed in here are no shortcuts of the page around it.
      for (const name of ["keydown", "keypress", "keyup"]) {
        this.#root.addEventListener(name, (event) => this.#pressed(event));
      }
    }

    // Moved about by its page, the element is taken out and put in again: it stays as it was.
    connectedCallback() {
      for (const name of ["token", "tokenSource"]) {
        if (!Object.hasOwn(this, name)) continue;
        const given = this[name]; // set before this script had come
        delete this[name];
        this[name] = given;
      }
      if (this.#language !== this.#wanted()) this.#draw();
    }

    attributeChangedCallback(name, before, now) {
      if (name === "token") this.token = now;
      else if (this.#language !== null && before !== now) this.#draw();
    }

    get token() {
      return this.#token;
    }

    set token(token) {
      this.#token = token ?? "";
      this.#suggest();
    }

    // A function that gives (a promise of) a new token; in place of token-url.
    get tokenSource() {
      return this.#source;
    }

    set tokenSource(source) {
      this.#source = source;
      this.#suggest();
    }

    open() {
      this.#show(true);
    }

    close() {
      this.#show(false);
    }

    #wanted() {
      const told = this.closest("[lang]")?.lang || navigator.language;
      return spoken(told.toLowerCase().split("-")[0]);
    }

    get #words() {
      return WORDS.languages[this.#language];
    }

    get #inline() {
      return this.getAttribute("mode") === "inline";
    }

    get #shown() {
      return this.#language !== null && (this.#inline || this.#open);
    }

    // Drawing: the frame once, then each turn by itself.

    #draw() {
      this.#language = this.#wanted();
      const words = this.#words;
      const heading = this.getAttribute("heading") || words.welcome;
      const typed = this.#parts.box?.value ?? "";
      const box = make("textarea", {
        rows: 1,
        dir: "auto",
        placeholder: words.placeholder,
        "aria-label": words.question,
        enterkeyhint: "send",
      });
      box.value = typed;
      const log = make("div", {
        class: "log",
        role: "log",
        "aria-live": "polite",
        "aria-label": words.conversation,
      });
      const welcome = make("div", { class: "welcome" });
      const talk = make("div", { class: "talk", tabindex: 0 }, welcome, log);
      const view = make("div", { class: "view", hidden: true });
      const told = make("p", { class: "told", role: "status" });
      const send = make(
        "button",
        { type: "submit", class: "send", "aria-label": words.ask, title: words.ask },
        icon("send"),
      );
      const composer = make("form", { class: "composer" }, box, send);
      composer.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#put(box.value);
      });
      const title = make("h2", { id: "heading", dir: directionOf(heading) }, heading);
      const head = make(
        "div",
        { class: "head" },
        make("span", { class: "logo" }, icon("bubble")),
        make("div", {}, title, make("p", { class: "tagline" }, words.tagline)),
        button(
          { class: "round", "aria-label": words.new_conversation, title: words.new_conversation },
          () => this.#restart(),
          icon("new"),
        ),
        !this.#inline &&
          button(
            { class: "round", "aria-label": words.close, title: words.close },
            () => this.close(),
            icon("close"),
          ),
      );
      const panel = make(
        "section",
        {
          class: "panel",
          id: "panel",
          role: this.#inline ? "region" : "dialog",
          "aria-labelledby": "heading",
          lang: this.#language,
          dir: words.direction,
        },
        head,
        talk,
        view,
        told,
        composer,
      );
      const launcher = button(
        {
          class: "launcher",
          dir: words.direction,
          lang: this.#language,
          "aria-label": heading,
          title: heading,
          "aria-controls": "panel",
        },
        () => this.#show(!this.#open),
        icon("bubble"),
        icon("close"),
      );
      this.#parts = { panel, launcher, welcome, talk, log, view, told, box, send };
      this.#root.replaceChildren(panel);
      if (!this.#inline) this.#root.append(launcher);
      for (const turn of this.#turns) {
        turn.node = null;
        this.#drawTurn(turn);
      }
      this.#drawWelcome();
      this.#drawView();
      this.#drawFrame();
    }

    #drawFrame() {
      const { panel, launcher } = this.#parts;
      panel.hidden = !this.#shown;
      launcher.setAttribute("aria-expanded", String(this.#open));
      this.#suggest();
    }

    #drawWelcome() {
      const { welcome } = this.#parts;
      const words = this.#words;
      welcome.hidden = this.#turns.length > 0;
      if (welcome.hidden) return;
      const questions = this.#suggestions.get(this.#language) ?? [];
      const offered = questions.map((question) =>
        make(
          "li",
          {},
          button(
            { class: "suggestion", dir: directionOf(question) },
            () => this.#put(question),
            guarded(question),
          ),
        ),
      );
      welcome.replaceChildren(
        make("p", { class: "promise" }, words.promise),
        ...(offered.length
          ? [make("p", { class: "eyebrow" }, words.try_one), make("ul", {}, offered)]
          : []),
      );
    }

    #drawTurn(turn) {
      const { log, talk } = this.#parts;
      const words = this.#words;
      const fresh = !turn.node;
      if (fresh) {
        turn.node = make("section", { class: "turn", tabindex: -1 });
        log.append(turn.node);
      }
      const focused = turn.node.contains(this.#root.activeElement) && this.#root.activeElement;
      const content = [block("p", turn.question, { class: "asked" })];
      // What grows and has confirmed nothing yet is no answer, not even that there is none.
      const shown = turn.answer && !(turn.growing && turn.answer.status === "not_found");
      if (shown) content.push(this.#answered(turn));
      if (turn.growing) content.push(this.#working(shown ? words.checking : words.searching));
      if (turn.fault) content.push(this.#failed(turn));
      turn.node.replaceChildren(...content);
      log.setAttribute("aria-busy", String(turn.growing)); // read out when whole
      this.#parts.send.disabled = this.#busy !== null;
      if (focused) keyed(turn.node, focused)?.focus({ preventScroll: true });
      if (fresh) talk.scrollTop = turn.node.offsetTop - 16;
    }

    #working(sentence) {
      const dots = make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
      return make("p", { class: "searching" }, sentence, dots);
    }

    #failed(turn) {
      const words = this.#words;
      const limit = WORDS.longest_question;
      const told = fill(words.faults[turn.fault] ?? words.failed, { limit });
      const again = button({ class: "quiet", "data-key": "again" }, () => this.#again(turn), words.again);
      return make(
        "div",
        { class: "failure", role: "alert" },
        make("p", {}, told),
        turn.fault !== "too_long" && turn === this.#turns.at(-1) && again,
      );
    }

    #answered(turn) {
      const { answer } = turn;
      const whole = !turn.growing && !turn.fault;
      return make(
        "article",
        { class: `answer ${answer.status}`, "aria-label": this.#words.answer },
        this.#askedAs(answer),
        this.#notice(answer),
        make("div", { class: "said" }, this.#said(turn)),
        answer.disagreements.map((told) => this.#disagreement(told, turn)),
        answer.notes.map((note) => block("p", note, { class: "remark" })),
        this.#nearest(turn),
        whole && this.#withheld(turn),
        whole && this.#foot(turn),
      );
    }

    #chip(turn, citation) {
      const label = fill(this.#words.show_passage, citation);
      return button(
        { class: "chip", "aria-label": label, title: label, "data-key": `chip-${citation.marker}` },
        (event) => this.#openView({ turn, citation }, event.currentTarget),
        isolated(citation.marker),
      );
    }

    // What a follow-up was taken to mean.
    #askedAs(answer) {
      if (!answer.standalone) return "";
      const question = block("bdi", answer.standalone);
      return make("p", { class: "asked-as" }, woven(this.#words.asked_as, { question }));
    }

    // An answer that broke off is partial too, and its notes say why.
    #lacking(answer) {
      return answer.status === "partial" && (answer.missing.length || !answer.notes.length);
    }

    #notice(answer) {
      if (!this.#lacking(answer)) return "";
      const words = this.#words;
      const parts = answer.missing.map((part) => make("li", {}, block("bdi", part)));
      return make(
        "div",
        { class: "notice" },
        make("p", {}, words.partial),
        parts.length && [make("p", {}, words.missing), make("ul", {}, parts)],
      );
    }

    // What comes nearest is listed below the words, and what is missing is told above them, so the
    // answer's own sentences about it are not repeated.
    #said(turn) {
      const { answer } = turn;
      if (answer.status === "not_found") {
        const language = answer.language in WORDS.languages ? answer.language : this.#language;
        return [block("p", WORDS.languages[language].not_found, { lang: language })];
      }
      const told = `\n\n${WORDS.languages[spoken(answer.language)].partly}`;
      const at = this.#lacking(answer) ? answer.answer.indexOf(told) : -1;
      const end = answer.answer.indexOf("\n", at + 2);
      const kept =
        at < 0
          ? answer.answer
          : answer.answer.slice(0, at) + (end < 0 ? "" : answer.answer.slice(end));
      return answerText({ ...answer, answer: kept }, (citation) => this.#chip(turn, citation));
    }

    #disagreement(told, turn) {
      const words = this.#words;
      const values = told.values.map((value) => {
        const cited = turn.answer.citations.find((one) => one.marker === value.marker);
        return make(
          "li",
          {},
          make("strong", {}, block("bdi", value.value)),
          make("span", { class: "date" }, isolated(writtenDate(value.date, words))),
          cited && this.#chip(turn, cited),
        );
      });
      return make(
        "aside",
        { class: "differ" },
        make("p", { class: "eyebrow" }, words[told.kind]),
        make("p", {}, block("bdi", told.about)),
        make("ul", {}, values),
      );
    }

    #nearest(turn) {
      if (!turn.nearest.length) return "";
      const words = this.#words;
      const entries = turn.nearest.map((found) =>
        make(
          "li",
          {},
          button(
            {
              class: "source-link",
              "aria-label": fill(words.show_document, found),
              "data-key": `document-${found.document_id}`,
            },
            (event) => this.#openView({ turn, documentId: found.document_id }, event.currentTarget),
            block("bdi", found.title),
          ),
        ),
      );
      return make(
        "div",
        { class: "nearest" },
        make("p", { class: "eyebrow" }, words.nearest),
        make("ul", {}, entries),
      );
    }

    // What a model wrote and no passage confirmed: closed at first, each with its verdict.
    #withheld(turn) {
      const words = this.#words;
      const keptBack = turn.answer.checked.filter((one) => one.verdict !== "confirmed");
      if (!keptBack.length) return "";
      const sentences = keptBack.map((one) => {
        const reason = words.reasons[one.reason];
        const detail = reason && this.#detail(one);
        return make(
          "li",
          {},
          block("p", one.sentence),
          make(
            "p",
            { class: "reason" },
            make("strong", {}, words.verdicts[one.verdict] ?? one.verdict),
            reason && ` · ${reason}`,
            detail && [" (", isolated(detail), ")"],
          ),
        );
      });
      const details = make(
        "details",
        { class: "withheld" },
        make("summary", {}, fill(words.withheld, { count: keptBack.length })),
        make("p", {}, words.why_withheld),
        make("ul", {}, sentences),
      );
      details.open = turn.unfolded;
      details.addEventListener("toggle", () => {
        if (details.isConnected) turn.unfolded = details.open;
      });
      return details;
    }

    // What failed, as a reader knows it: codes of the check's own are left out.
    #detail(one) {
      if (one.reason === "date") return writtenDate(one.detail, this.#words);
      if (one.reason === "language") return this.#words.names[one.detail] ?? one.detail;
      return one.reason === "marker" || one.sentence.includes(one.detail) ? one.detail : "";
    }

    #foot(turn) {
      const { answer } = turn;
      const words = this.#words;
      const model = answer.model || answer.answerer;
      const how = answer.answerer === "quote" ? words.verbatim : fill(words.written, { model });
      const total = answer.timings_ms.total;
      const seconds = total !== undefined && (total / 1000).toFixed(2);
      const thumb = (rating, label) =>
        button(
          {
            class: "thumb",
            "aria-label": label,
            title: label,
            "aria-pressed": String(turn.rating === rating),
            "data-key": rating,
          },
          () => this.#rate(turn, rating),
          icon(rating),
        );
      return make(
        "footer",
        {},
        answer.status !== "not_found" && make("span", {}, how),
        seconds && make("span", {}, isolated(fill(words.seconds, { seconds }))),
        make(
          "span",
          { class: "thumbs", role: "group", "aria-label": words.actions },
          thumb("up", words.helpful),
          thumb("down", words.unhelpful),
        ),
      );
    }

    // The view over the conversation: one passage in its place, or one whole document.

    async #openView(view, opener) {
      const entry = { opener, document: null, fault: null, ...view };
      if (!this.#views.length) this.#left = this.#parts.talk.scrollTop;
      this.#views.push(entry);
      this.#drawView();
      this.#parts.view.querySelector("button").focus({ preventScroll: true });
      try {
        entry.document = await this.#document(entry.documentId ?? entry.citation.document_id);
      } catch (error) {
        entry.fault = error instanceof Fault ? error.kind : "failed";
      }
      if (this.#views.at(-1) === entry) this.#drawView();
    }

    #backView() {
      const { opener, turn } = this.#views.pop();
      const { view, talk, box } = this.#parts;
      this.#drawView();
      if (!this.#views.length) talk.scrollTop = this.#left;
      const place = this.#views.length ? view : turn.node;
      const again = opener.isConnected ? opener : keyed(place, opener);
      (again || box).focus({ preventScroll: true });
    }

    #drawView() {
      const { view, talk, panel } = this.#parts;
      const entry = this.#views.at(-1);
      const held = view.contains(this.#root.activeElement);
      view.hidden = !entry;
      talk.hidden = Boolean(entry);
      panel.classList.toggle("reading", Boolean(entry));
      view.replaceChildren();
      if (!entry) return;
      const words = this.#words;
      const label = this.#views.length > 1 ? words.back : words.to_answer;
      const back = button({ class: "quiet back" }, () => this.#backView(), icon("back"), label);
      view.append(back, this.#card(entry));
      if (held) back.focus({ preventScroll: true });
      const focus = view.querySelector("mark.focus");
      view.scrollTop = focus ? Math.max(0, focus.offsetTop - view.clientHeight / 3) : 0;
    }

    #card(entry) {
      const { citation, document: found } = entry;
      const words = this.#words;
      const told = found ?? citation;
      if (!told) {
        const said = entry.fault && (entry.fault === "unknown" ? words.gone : words.faults[entry.fault]);
        return said ? make("p", { class: "failure", role: "alert" }, said) : this.#working(words.searching);
      }
      const address = webAddress(found?.source ?? citation?.source);
      return make(
        "article",
        { class: "card", "aria-label": citation && fill(words.cited_passage, citation) },
        make(
          "div",
          { class: "card-head" },
          citation && make("span", { class: "number", "aria-hidden": "true" }, isolated(citation.marker)),
          block("h3", told.title, { lang: known(told.language) }),
        ),
        this.#facts(told, citation, found),
        citation && !entry.whole ? this.#passage(entry) : this.#entire(entry),
        citation?.translation && this.#translation(entry),
        citation?.versions.length && !entry.whole && this.#versions(entry),
        make(
          "div",
          { class: "actions" },
          found && citation && !entry.whole &&
            button(
              { class: "quiet", "data-key": "whole" },
              (event) =>
                this.#openView({ turn: entry.turn, citation, whole: true }, event.currentTarget),
              words.whole_document,
            ),
          address &&
            make(
              "a",
              {
                class: "quiet link",
                href: address.href,
                target: "_blank",
                rel: "noopener noreferrer nofollow",
                referrerpolicy: "no-referrer",
                title: words.new_tab,
              },
              make(
                "span",
                {},
                woven(words.open_source, { host: make("bdi", { dir: "ltr" }, address.hostname) }),
              ),
            ),
        ),
      );
    }

    #facts(told, citation, found) {
      const words = this.#words;
      const language = known(told.language);
      const page = citation?.page;
      const facts = [
        found?.publication && block("bdi", found.publication),
        isolated(writtenDate(told.date, words)),
        language && (words.names[language] ?? language),
        page !== null && page !== undefined && isolated(fill(words.page, { page })),
      ];
      return make("ul", { class: "facts" }, facts.filter(Boolean).map((fact) => make("li", {}, fact)));
    }

    // The quotation among the sentences around it, or by itself where it no longer stands there.
    #passage({ citation, document: found, fault }) {
      const { start, end, quote } = citation;
      const words = this.#words;
      const characters = found && [...found.text];
      if (found && characters.slice(start, end).join("") === quote) {
        const around = contextOf(found, characters, start, end);
        const mark = { start, end, focus: true, strong: citation.emphasis };
        const shape = ["passage", around.cutBefore && "cut-before", around.cutAfter && "cut-after"];
        return make(
          "div",
          { class: shape.filter(Boolean).join(" ") },
          marked(characters, around.start, around.end, [mark], found.language),
        );
      }
      const alone = [...quote];
      const mark = { start: 0, end: alone.length, focus: true, strong: strongIn(citation) };
      const note = found
        ? words.changed
        : fault && (fault === "unknown" ? words.not_among : words.faults[fault] ?? words.failed);
      return [
        make("div", { class: "passage" }, marked(alone, 0, alone.length, [mark], citation.language)),
        note && make("p", { class: "note", role: "alert" }, note),
      ].filter(Boolean);
    }

    #entire({ turn, citation, document: found }) {
      if (!found) return this.#working(this.#words.searching);
      const characters = [...found.text];
      const marks = turn.answer.citations
        .filter((one) => one.document_id === found.document_id)
        .filter((one) => characters.slice(one.start, one.end).join("") === one.quote)
        .map((one) => ({
          start: one.start,
          end: one.end,
          focus: one.marker === citation?.marker,
          strong: one.emphasis,
        }));
      const text = marked(characters, 0, characters.length, marks, found.language);
      return make("div", { class: "passage entire" }, text);
    }

    #translation({ turn, citation }) {
      const { answer } = turn;
      const model = answer.model || answer.answerer;
      return make(
        "div",
        { class: "translation" },
        make("p", {}, fill(this.#words.translated, { model })),
        block("p", citation.translation, { lang: known(answer.language) }),
      );
    }

    // The other documents that tell the same.
    #versions({ turn, citation }) {
      const entries = citation.versions.map((version) =>
        make(
          "li",
          {},
          button(
            { class: "quiet", "data-key": `version-${version.document_id}` },
            (event) => this.#openView({ turn, documentId: version.document_id }, event.currentTarget),
            block("bdi", version.title, { lang: known(version.language) }),
          ),
        ),
      );
      return make(
        "div",
        { class: "also" },
        make("p", { class: "eyebrow" }, this.#words.also_in),
        make("ul", {}, entries),
      );
    }

    // What the reader does

    #show(open) {
      if (this.#inline || open === this.#open) return;
      this.#open = open;
      this.#drawFrame();
      if (open) {
        (this.#views.length ? this.#parts.view.querySelector("button") : this.#parts.box).focus();
      } else {
        this.#parts.launcher.focus();
      }
    }

    #pressed(event) {
      event.stopPropagation();
      if (event.type !== "keydown" || event.isComposing) return;
      if (event.key === "Escape" && this.#views.length) this.#backView();
      else if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && !event.shiftKey && event.target === this.#parts.box) {
        event.preventDefault();
        this.#put(this.#parts.box.value);
      }
    }

    #restart() {
      this.#busy?.abort();
      this.#busy = null;
      this.#turns = [];
      this.#views = [];
      this.#draw();
      this.#parts.box.focus();
    }

    #put(question) {
      const { box } = this.#parts;
      if (!question.trim() || this.#busy) return;
      const turn = {
        question: question.trim(),
        answer: null,
        growing: true,
        fault: null,
        nearest: [],
        rating: null,
        unfolded: false,
        node: null,
      };
      this.#turns.push(turn);
      box.value = "";
      this.#drawWelcome();
      this.#answer(turn);
    }

    #again(turn) {
      if (this.#busy) return;
      turn.fault = null;
      turn.answer = null;
      turn.growing = true;
      this.#parts.box.focus();
      this.#answer(turn);
    }

    async #answer(turn) {
      const stop = new AbortController();
      this.#busy = stop;
      this.#drawTurn(turn);
      try {
        await this.#ask(turn, stop);
        turn.nearest = await this.#nearestOf(turn.answer);
      } catch (error) {
        turn.fault = error instanceof Fault ? error.kind : "failed";
      }
      if (!this.#turns.includes(turn)) return; // a new conversation has begun
      this.#busy = null;
      turn.growing = false;
      const { box } = this.#parts;
      if (turn.fault === "too_long" && !box.value) box.value = turn.question; // to be shortened
      this.#drawTurn(turn);
    }

    async #ask(turn, stop) {
      const earlier = this.#turns.filter((one) => one !== turn && one.answer && !one.fault);
      const history = earlier.slice(-REMEMBERED).map(({ answer }) => ({
        question: answer.standalone || answer.question,
        answer: answer.answer.replace(/\s?\[\d+\]/g, "").slice(0, LONGEST_BEFORE),
      }));
      const body = { question: turn.question, history, stream: true };
      let timer = 0;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => stop.abort(), SILENCE);
      };
      alive();
      try {
        const response = await this.#fetch("api/v1/ask", body, stop.signal);
        for await (const [name, data] of eventsOf(response, alive)) {
          const told = JSON.parse(data);
          if (name === "error") throw new Fault(told.error.kind);
          turn.answer = told;
          if (name === "done") return;
          if (this.#turns.includes(turn)) this.#drawTurn(turn);
        }
      } catch (error) {
        throw error instanceof Fault ? error : new Fault("unreachable"); // cut off, or silent
      } finally {
        clearTimeout(timer);
        stop.abort();
      }
      throw new Fault("unreachable"); // it ended, and the answer did not
    }

    async #document(id) {
      const path = `api/v1/documents/${id.split("/").map(encodeURIComponent).join("/")}`;
      return (await this.#fetch(path)).json();
    }

    // Where nothing answered: the documents of the best hits, those that are still there.
    async #nearestOf(answer) {
      if (answer.status !== "not_found") return [];
      const ids = [...new Set(answer.hits.map((hit) => hit.document_id))].slice(0, NEAREST);
      const found = await Promise.allSettled(
        ids.map(async (id) => {
          const { document_id, title } = await this.#document(id);
          return { document_id, title };
        }),
      );
      return found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    }

    async #rate(turn, rating) {
      if (turn.rating === rating) return;
      const before = turn.rating;
      const words = this.#words;
      turn.rating = rating;
      this.#drawTurn(turn);
      try {
        await this.#fetch("api/v1/feedback", { answer: turn.answer, rating });
        this.#tell(words.thanks);
      } catch {
        turn.rating = before;
        this.#drawTurn(turn);
        this.#tell(words.not_kept);
      }
    }

    #tell(sentence) {
      const { told } = this.#parts;
      told.textContent = sentence;
      setTimeout(() => {
        if (told.textContent === sentence) told.textContent = "";
      }, 6000);
    }

    async #suggest() {
      const language = this.#language;
      if (!this.#shown || this.#turns.length || this.#suggestions.has(language)) return;
      try {
        const path = `api/v1/suggestions?language=${language}&n=${SUGGESTIONS}`;
        const { suggestions } = await (await this.#fetch(path)).json();
        this.#suggestions.set(language, suggestions);
        this.#drawWelcome();
      } catch {
        // without suggestions one can still ask
      }
    }

    // Asking the server

    async #fetch(path, body, signal) {
      let response = await this.#sent(path, body, signal, await this.#pass());
      if (response.status === 401 && this.#renewable) {
        await response.body?.cancel();
        response = await this.#sent(path, body, signal, await this.#pass(true));
      }
      if (!response.ok) throw await faultOf(response);
      return response;
    }

    async #sent(path, body, signal, token) {
      const home = this.getAttribute("server")?.replace(/\/*$/, "/") || HOME;
      const headers = new Headers({ Accept: body?.stream ? "text/event-stream" : "application/json" });
      if (token) headers.set("Authorization", `Bearer ${token}`);
      if (body) headers.set("Content-Type", "application/json");
      try {
        return await fetch(new URL(path, new URL(home, location.href)), {
          method: body ? "POST" : "GET",
          headers,
          body: body && JSON.stringify(body),
          signal: signal ?? AbortSignal.timeout(SILENCE),
          credentials: "omit",
          referrerPolicy: "no-referrer",
          redirect: "error",
          cache: "no-store",
        });
      } catch {
        throw new Fault("unreachable"); // down, or its answer is not for this page to read
      }
    }

    get #renewable() {
      return Boolean(this.#source || this.hasAttribute("token-url"));
    }

    // The token to ask with; a new one where there is none, or its time is over.
    async #pass(renew = false) {
      const over = !this.#token || endOf(this.#token) - SKEW < Date.now() / 1000;
      if (this.#renewable && (renew || over)) {
        this.#renewing ??= this.#renewed().finally(() => (this.#renewing = null));
        this.#token = await this.#renewing;
      }
      return this.#token;
    }

    async #renewed() {
      try {
        if (this.#source) return String(await this.#source());
        const response = await fetch(this.getAttribute("token-url"), {
          method: this.getAttribute("token-method") ?? "GET",
          headers: { Accept: "application/json" },
          credentials: "same-origin",
          redirect: "error",
          cache: "no-store",
          signal: AbortSignal.timeout(SILENCE),
        });
        if (!response.ok) throw new Fault("sign_in");
        return String((await response.json()).token);
      } catch {
        throw new Fault("sign_in");
      }
    }
  }

  if (!customElements.get("pkqa-chat")) customElements.define("pkqa-chat", Chat);
})();
