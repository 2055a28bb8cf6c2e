// Parts of a page that are fetched: one that cannot be says so, in the words that stand in it unseen (unfetched.html),
// and what a person types while a form is being drawn anew stays.
"use strict";
(() => {
  const tell = (event, failed) => {
    const found = [event.detail.target, event.detail.elt].map((part) => part && part.querySelector(":scope > .unfetched"));
    const words = found.find(Boolean);
    if (!words) return;
    words.hidden = !failed;
    words.parentElement.querySelectorAll(":scope > .working").forEach((working) => { working.hidden = failed; });
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => tell(event, true));
  }
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) tell(event, false); });

  const typed = () => new Map([...document.querySelectorAll("#fields input[type=text], #fields textarea")].map((field) => [field.id, field.value]));
  const isForm = (event) => event.detail.target && event.detail.target.id === "fields";
  let sent = new Map();
  let since = [];
  document.addEventListener("htmx:beforeRequest", (event) => { if (isForm(event)) sent = typed(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isForm(event)) since = [...typed()].filter(([id, value]) => sent.get(id) !== value);
  });
  const again = (work) => since.forEach(([id, value]) => {
    const field = document.getElementById(id);
    if (field) work(field, value);
  });
  document.addEventListener("htmx:afterSwap", () => again((field, value) => { field.value = value; }));
  document.addEventListener("htmx:afterSettle", () => {
    again((field) => field.dispatchEvent(new Event("change", { bubbles: true })));
    since = [];
  });
})();
