/* A list at hand: rows selected, all of the page, by a key, several with shift, and how many; and its print. */
"use strict";

(() => {
  let last = null;

  const form = () => document.querySelector("form[data-selects]");
  const boxes = (list) => [...list.querySelectorAll('tbody input[type="checkbox"]')];

  const count = (list) => {
    const told = list.querySelector("[data-selected-count]");
    const all = list.querySelector("[data-selects-all]");
    const every = boxes(list);
    const selected = every.filter((box) => box.checked).length;
    const number = selected + Number(told.dataset.others);
    list.classList.toggle("has-selected", number > 0);
    told.textContent = told.dataset.words.replace("#", number.toLocaleString(document.documentElement.lang));
    all.checked = selected === every.length;
    all.indeterminate = selected > 0 && selected < every.length;
    for (const box of every) box.closest("tr").classList.toggle("is-selected", box.checked);
  };

  const onClick = (event) => {
    if (event.target.closest("[data-prints]")) {
      window.print();
      return;
    }
    const list = form();
    if (!list || !list.contains(event.target)) return;
    if (event.target.matches("[data-selects-all]")) {
      for (const box of boxes(list)) box.checked = event.target.checked;
    } else if (event.target.matches('tbody input[type="checkbox"]')) {
      const every = boxes(list);
      const here = every.indexOf(event.target);
      const there = every.indexOf(last);
      if (event.shiftKey && there >= 0) {
        for (const box of every.slice(Math.min(here, there), Math.max(here, there) + 1)) box.checked = event.target.checked;
      }
      last = event.target;
    } else {
      return;
    }
    count(list);
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("select, textarea, input:not([type='checkbox'])")) return;
    if (event.key === "f") {
      const search = document.getElementById("list-search");
      if (!search) return;
      search.focus();
      search.select();
      event.preventDefault();
    } else if (event.key === "x") {
      const row = event.target.closest("table.rows tbody tr");
      const box = row && row.querySelector('input[type="checkbox"]');
      if (box) box.click();
    }
  };

  const begin = () => {
    const list = form();
    if (list) count(list);
  };

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:afterSettle", begin);
  window.addEventListener("pageshow", begin);
})();
