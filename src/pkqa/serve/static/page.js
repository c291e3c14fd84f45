// Runs once in each drawn part of the page (header, conversation, sources).
// Gradio hands in: element (the part), trigger (report an event), watch (after a redraw).
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const bring = (target, block) => {
  target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });
};

element.addEventListener("click", (event) => {
  const control = event.target.closest("[data-act]");
  if (!control || !element.contains(control)) return;
  const { act, turn, marker } = control.dataset;
  if (act === "answer") {
    const answer = document.getElementById(`turn-${turn}`);
    if (answer) {
      bring(answer, "start");
      answer.focus({ preventScroll: true });
    }
    return;
  }
  // The passage may be on the page already, and then a redraw changes nothing to watch for.
  const card = act === "passage" && document.getElementById(`passage-${turn}-${marker}`);
  if (card) {
    bring(card, "nearest");
    card.focus({ preventScroll: true });
  }
  trigger("click", { ...control.dataset });
});

// What the reader opened stays open when the part is drawn anew, as it is for each new sentence.
const opened = new Set();
element.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.isConnected || !target.id) return;
    if (target.open) opened.add(target.id);
    else opened.delete(target.id);
  },
  true,
);

let turns = 0;
let brought = "";
watch("value", () => {
  const head = element.querySelector("[data-language][data-direction]");
  if (head) {
    const { language, direction, title } = head.dataset;
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
    document.title = title;
    const address = new URL(location.href);
    if (address.searchParams.get("lang") !== language) {
      address.searchParams.set("lang", language);
      history.replaceState(history.state, "", address);
    }
  }
  const asked = element.querySelector("[data-focus]");
  const card = asked && (asked.closest("[tabindex]") || asked);
  const place = card ? `${card.id} ${asked.textContent}` : "";
  if (card && place !== brought) bring(asked, "center");
  if (card && (place !== brought || document.activeElement === document.body)) {
    card.focus({ preventScroll: true });
  }
  brought = place;
  const all = element.querySelectorAll(".turn");
  const last = all[all.length - 1];
  if (last) {
    // A reader who has scrolled away from the last turn is left where they are.
    const { top } = last.getBoundingClientRect();
    if (all.length > turns) bring(last, "start");
    else if (top >= 0 && top < innerHeight) bring(last, "nearest");
  }
  turns = all.length;
  if (!turns) opened.clear();
  for (const details of element.querySelectorAll("details")) {
    details.open = opened.has(details.id);
  }
});
