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

let turns = 0;
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
  if (asked) {
    const card = asked.closest("[tabindex]") || asked;
    bring(asked, "center");
    card.focus({ preventScroll: true });
  }
  const all = element.querySelectorAll(".turn");
  if (all.length) bring(all[all.length - 1], all.length > turns ? "start" : "nearest");
  turns = all.length;
});
