// Parts of a page that are fetched: one that cannot be says so, in the words that stand in it unseen (unfetched.html),
// and what a person types or chooses while a form is being drawn anew stays.
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

  const fields = () => [...document.querySelectorAll("#fields input:not([type=hidden]), #fields select, #fields textarea")];
  const isBox = (field) => field.type === "checkbox";
  const keyOf = (field) => (isBox(field) ? `${field.name}=${field.value}` : field.name);
  const entered = () => new Map(fields().map((field) => [keyOf(field), isBox(field) ? field.checked : field.value]));
  const fill = (field, value) => {
    if (isBox(field)) field.checked = value;
    else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
  };
  const isForm = (event) => event.detail.target && event.detail.target.id === "fields";
  let sent = new Map();
  let since = [];
  document.addEventListener("htmx:beforeRequest", (event) => { if (isForm(event)) sent = entered(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isForm(event)) since = [...entered()].filter(([key, value]) => sent.get(key) !== value);
  });
  const again = (work) => since.forEach(([key, value]) => {
    const field = fields().find((one) => keyOf(one) === key);
    if (field) work(field, value);
  });
  document.addEventListener("htmx:afterSwap", () => again(fill));
  document.addEventListener("htmx:afterSettle", () => {
    again((field) => field.dispatchEvent(new Event("change", { bubbles: true })));
    since = [];
  });
})();

// A panel of the power-up is opened as soon as its page is there.
document.querySelectorAll("form[data-opens]").forEach((form) => form.submit());
