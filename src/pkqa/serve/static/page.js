// Runs once in each drawn part of the page (header, conversation, sources, and the small ones).
// Gradio hands in: element (the part), trigger (report an event), watch (after a redraw).
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const root = document.documentElement;

const bring = (target, block) => {
  target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });
};

// A sentence said in passing: shown for a while, and read out.
const say = (sentence) => {
  const place = document.getElementById("said");
  place.dir = root.dir;
  place.textContent = sentence;
  place.classList.add("shown");
  clearTimeout(Number(place.dataset.timer));
  place.dataset.timer = setTimeout(() => place.classList.remove("shown"), 5000);
};

if (!document.getElementById("said")) {
  const place = document.createElement("div");
  place.id = "said";
  place.setAttribute("role", "status"); // there from the start, or nobody is told of the first
  document.body.append(place);
}

// Where the clipboard is closed to a page without TLS, the old way still works.
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    const before = document.activeElement;
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    before?.focus({ preventScroll: true });
    return copied;
  }
};

// Not a form: under the page's referrer policy the browser would not say that it is ours.
const leave = async (address) => {
  const reply = await fetch(address, { method: "POST" });
  const told = new DOMParser().parseFromString(await reply.text(), "text/html");
  root.replaceWith(told.documentElement);
};

const save = ({ name, type, content }) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
};

// What a button does without the server; true where that is all.
const here = (control) => {
  const { act, turn, conversation } = control.dataset;
  if (act === "skip") {
    document.querySelector("#question textarea").focus();
  } else if (act === "sign-out") {
    leave(control.dataset.address);
  } else if (act === "copy") {
    const { text, address, done, failed } = control.dataset;
    copy(text ?? new URL(address, location.href).href).then((copied) => say(copied ? done : failed));
  } else if (act === "any-date") {
    const field = element.querySelector("[type=date]");
    field.value = "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  } else if (act === "answer" || act === "jump") {
    const history = control.closest("details");
    if (history) history.open = false;
    const shown = document.querySelector("[data-conversation]:not(button)");
    if (act === "jump" && shown?.dataset.conversation !== conversation) return false;
    const place = document.getElementById(`turn-${turn}`);
    if (place) {
      bring(place, "start");
      place.focus({ preventScroll: true });
    }
  } else {
    return false;
  }
  return true;
};

element.addEventListener("click", (event) => {
  const control = event.target.closest("button[data-act]");
  if (!control || !element.contains(control)) return;
  const { act, turn, marker } = control.dataset;
  if (here(control)) return;
  // The passage may be on the page already, and then a redraw changes nothing to watch for.
  const card = act === "passage" && document.getElementById(`passage-${turn}-${marker}`);
  if (card) {
    bring(card, "nearest");
    card.focus({ preventScroll: true });
  }
  trigger("click", { ...control.dataset });
});

element.addEventListener("change", ({ target }) => {
  if (target.dataset.act !== "as-of") return;
  target.closest(".as-of").classList.toggle("set", target.value !== "");
  trigger("click", { act: "as-of", value: target.value });
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const note = event.target.querySelector("textarea").value;
  if (note.trim()) trigger("click", { ...event.target.dataset, note });
});

// What the reader opened stays open when the part is drawn anew, as it is for each new sentence;
// what they are writing stays written.
const opened = new Set();
const written = new Map();
element.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.isConnected || !target.id) return;
    if (target.open) opened.add(target.id);
    else opened.delete(target.id);
  },
  true,
);
element.addEventListener("input", ({ target }) => {
  if (target.id) written.set(target.id, target.value);
});
element.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" && target.closest("details.history[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", ({ target }) => {
  const menu = element.querySelector("details.history[open]");
  if (menu && !menu.contains(target)) menu.open = false;
});

// What the header says of the whole page, its address included.
const dress = ({ language, direction, title, theme }) => {
  root.lang = language;
  root.dir = direction;
  root.dataset.theme = theme;
  document.title = title;
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  if (theme === "auto") address.searchParams.delete("theme");
  else address.searchParams.set("theme", theme);
  if (address.href !== location.href) history.replaceState(history.state, "", address);
};

let turns = 0;
let brought = "";
let holder; // what had the focus, so that a redraw does not take it away
const named = ({ act, turn, marker, rating, language, form }) =>
  JSON.stringify([act, turn, marker, rating, language, form]);
element.addEventListener("focusin", ({ target }) => {
  holder = named(target.dataset);
});
element.addEventListener("focusout", ({ relatedTarget }) => {
  if (relatedTarget) holder = undefined;
});

watch("value", () => {
  const head = element.querySelector("[data-language][data-direction]");
  if (head) dress(head.dataset);
  const told = element.querySelector("[data-told]");
  if (told) {
    say(told.textContent);
    if (told.dataset.content) save(told.dataset);
  }
  const asked = element.querySelector("[data-focus]");
  const card = asked && (asked.closest("[tabindex]") || asked);
  const place = card ? `${card.id} ${asked.textContent}` : "";
  if (card && place !== brought) bring(asked, asked === card ? "start" : "center");
  if (card && (place !== brought || document.activeElement === document.body)) {
    card.focus({ preventScroll: true });
  }
  brought = place;
  const all = element.querySelectorAll(".turn");
  const last = all[all.length - 1];
  const wanted = element.querySelector("[data-jump]");
  if (wanted) {
    bring(wanted, "start");
    wanted.focus({ preventScroll: true });
  } else if (last) {
    // A reader who has scrolled away from the last turn is left where they are.
    const { top } = last.getBoundingClientRect();
    if (all.length > turns) bring(last, "start");
    else if (top >= 0 && top < innerHeight) bring(last, "nearest");
  }
  turns = all.length;
  if (element.querySelector(".welcome")) opened.clear();
  for (const details of element.querySelectorAll("details")) {
    details.open = opened.has(details.id);
  }
  for (const field of element.querySelectorAll("textarea[id]")) {
    field.value = written.get(field.id) ?? "";
  }
  if (holder && document.activeElement === document.body) {
    for (const control of element.querySelectorAll("[data-act], summary")) {
      if (named(control.dataset) !== holder) continue;
      control.focus({ preventScroll: true });
      break;
    }
  }
});
