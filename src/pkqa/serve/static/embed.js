// The iframe's side of the talk with the page that holds it: "pkqa:ready" and "pkqa:token-wanted"
// go up, and { type: "pkqa:token", token } comes down, from that page and from a listed origin.
(() => {
  "use strict";

  const WAIT = 20000; // ms for a new token

  const listed = document.body.dataset.origins.split(" ").filter(Boolean);
  // Browsers complain of messages to origins that are not the parent's; most of them know it.
  const known = location.ancestorOrigins?.[0];
  const parents = known ? listed.filter((origin) => origin === known) : listed;
  const framed = window.parent !== window;
  const chat = document.querySelector("pkqa-chat");

  const tell = (type) => {
    for (const origin of parents) window.parent.postMessage({ type }, origin);
  };

  const waiting = [];

  window.addEventListener("message", ({ source, origin, data }) => {
    if (!framed || source !== window.parent || !listed.includes(origin)) return;
    if (data?.type !== "pkqa:token" || typeof data.token !== "string") return;
    chat.token = data.token; // some pages give the next one before it is wanted
    for (const take of waiting.splice(0)) take(data.token);
  });
  const asked = new URLSearchParams(location.search);
  for (const name of ["theme", "heading"]) {
    if (asked.get(name)) chat.setAttribute(name, asked.get(name));
  }
  if (!framed) return;
  chat.tokenSource = () =>
    new Promise((take, refuse) => {
      waiting.push(take);
      setTimeout(() => refuse(new Error("no token came")), WAIT);
      tell("pkqa:token-wanted");
    });
  tell("pkqa:ready");
})();
