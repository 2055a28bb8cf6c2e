/* Keys for who works with them all day, and news of what failed; every page is whole without it. */
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  /* What the arrows scroll or move in by itself. */
  const OWN_ARROWS = "a, button, summary, [tabindex='0'], [role]";

  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };

  const toRow = (from, step) => {
    const links = [...from.closest("table").querySelectorAll("tbody .row-link")];
    const at = links.findIndex((link) => link.closest("tr") === from.closest("tr"));
    const next = links[at + step];
    if (!next) return false;
    next.focus();
    return true;
  };

  const firstRow = () => {
    const link = document.querySelector("table.main-list tbody .row-link");
    if (link) link.focus();
    return link !== null;
  };

  const onKey = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const inRow = event.target.closest("table.rows tbody tr");
    const doing = {
      "/": () => document.getElementById("search-field").focus() ?? true,
      "t": () => location.assign(document.body.dataset.today) ?? true,
      "?": () => open("keys") ?? true,
      "ArrowDown": () => (inRow ? toRow(event.target, 1) : !event.target.closest(OWN_ARROWS) && firstRow()),
      "ArrowUp": () => inRow !== null && toRow(event.target, -1),
    }[event.key];
    if (doing && doing()) event.preventDefault();
  };

  const tell = (id) => {
    const news = document.getElementById("news");
    const template = document.getElementById(id);
    if (!news || !template) return null;
    news.replaceChildren(template.content.cloneNode(true));
    news.scrollIntoView({ block: "nearest" });
    return news;
  };

  /* The same again; a press has an intent of its own in its form, so that it is never done twice. */
  const again = (failed) => {
    const { verb, path, parameters } = failed.requestConfig;
    window.htmx.ajax(verb, path, { source: failed.elt, target: failed.target, values: parameters });
  };

  const onFailure = (event) => {
    const status = event.detail.xhr ? event.detail.xhr.status : 0;
    if (status === 401) return tell("news-of-sign-out");
    if (status >= 400 && status < 500) return null;
    const news = tell("news-of-failure");
    if (!news) return null;
    const button = news.querySelector("button");
    button.addEventListener("click", () => {
      news.replaceChildren();
      again(event.detail);
    });
    return news;
  };

  /* In the frame of a host browsers leave autofocus alone. */
  const awaits = document.querySelector("[autofocus]");
  if (awaits && document.activeElement === document.body) awaits.focus();

  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) open(opener.dataset.opens);
    for (const menu of document.querySelectorAll("details.house-visitor[open]")) {
      if (!menu.contains(event.target) || opener) menu.open = false;
    }
  });
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(failure, onFailure);
  }
})();
