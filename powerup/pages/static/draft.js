// What is typed in a form is kept in this browser until it is saved, so that a closed tab loses nothing. It goes when the
// form was saved, when its owner signs out, and after a week.
"use strict";
(() => {
  const PREFIX = "draft ";
  const WEEK = 7 * 24 * 3600 * 1000;
  const OF_THE_PAGE = ["csrf_token", "intent", "back"];
  const kept = (() => {
    try {
      return window.localStorage;
    } catch {
      return null; // a browser that keeps nothing for a page in a frame
    }
  })();
  if (!kept) return;

  const keys = () => Object.keys(kept).filter((key) => key.startsWith(PREFIX));
  const found = (key) => {
    try {
      return JSON.parse(kept.getItem(key));
    } catch {
      return null;
    }
  };
  const form = document.querySelector("form[data-draft]");
  const key = form && PREFIX + form.dataset.draft;

  // A session that ended in a frame kept nothing of what was sent.
  const stays = document.querySelector("[data-drafts-stay]");
  for (const each of stays ? keys() : []) {
    const draft = found(each);
    if (!draft?.sent) continue;
    kept.setItem(each, JSON.stringify({ ...draft, sent: false }));
    stays.hidden = false;
  }

  // While one signs in again, what was sent is not saved yet.
  const isIn = "today" in document.body.dataset;
  for (const each of keys()) {
    const draft = found(each);
    const done = isIn && draft?.sent && each !== key;
    if (!draft || done || Date.now() - draft.at > WEEK) kept.removeItem(each);
  }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forgets-drafts]")) keys().forEach((each) => kept.removeItem(each));
  });
  if (!form) return;

  const entries = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OF_THE_PAGE.includes(name));
  const keep = (sent) => {
    try {
      kept.setItem(key, JSON.stringify({ at: Date.now(), sent, entries: entries() }));
    } catch {
      // full: what is typed still stands in the page
    }
  };

  const before = JSON.stringify(entries());
  const draft = found(key);
  const offer = document.getElementById(form.dataset.draftOffer);
  const notSaved = !offer || document.getElementById("errors") || document.getElementById("refused");
  if (notSaved) keep(false);
  else if (draft?.sent) kept.removeItem(key);
  else if (draft && JSON.stringify(draft.entries) !== before) offer.hidden = false;

  offer?.querySelector("[data-draft-forget]").addEventListener("click", () => {
    kept.removeItem(key);
    offer.hidden = true;
  });
  offer?.querySelector("[data-draft-restore]").addEventListener("click", () => {
    const values = { redraw: "1" };
    for (const [name, value] of draft.entries) (values[name] ??= []).push(value);
    for (const name of ["version", "seen"]) {
      const input = form.elements.namedItem(name);
      if (input && values[name]) input.value = values[name][0];
    }
    offer.hidden = true;
    htmx.ajax("POST", form.getAttribute("action"), { target: "#fields", select: "#fields", swap: "outerHTML", values });
  });

  let waiting;
  const typed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(false), 400);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("htmx:afterSettle", typed);
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    keep(true);
  });
})();
