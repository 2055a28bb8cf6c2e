// Picking a record of the host in a field: by mouse, or with the arrows, Enter and Escape. Without it the buttons send.
// Enter in such a field never sends the form: whoever presses it means what is found.
"use strict";
(() => {
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const options = (list) => [...list.querySelectorAll("[role=option]")];
  const active = (list) => list.querySelector("[aria-selected=true]");

  const close = (input) => {
    listOf(input).replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const point = (input, option) => {
    const list = listOf(input);
    options(list).forEach((each, place) => {
      each.id ||= `${list.id}-${place}`;
      each.setAttribute("aria-selected", String(each === option));
    });
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const pick = (option) => {
    const place = option.closest(".pick");
    const input = place.querySelector("[role=combobox]");
    const chosen = place.querySelector(".chosen");
    if (chosen) {
      const name = option.value.slice(0, option.value.length - option.dataset.code.length - 1);
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name, value: option.dataset.code, checked: true, className: "form-check-input" });
      const told = Object.assign(document.createElement("span"), { className: "text-body-secondary", textContent: option.dataset.name });
      const label = Object.assign(document.createElement("label"), { className: "form-check" });
      label.append(box, ` ${option.dataset.code} `, told);
      chosen.append(label);
      input.value = "";
    } else {
      input.value = option.dataset.code;
      place.querySelector(".said").textContent = option.dataset.name === option.dataset.code ? "" : option.dataset.name;
    }
    close(input);
    input.focus();
    if (chosen) htmx.trigger(input, "focus");
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const option = event.target.closest(".found [role=option]");
    if (option) {
      event.preventDefault();
      pick(option);
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const input = document.querySelector(`[role=combobox][aria-controls="${event.target.id}"]`);
    if (input && document.activeElement === input) {
      input.setAttribute("aria-expanded", String(options(event.target).length > 0));
    } else if (input) {
      close(input);
    }
  });

  document.addEventListener("keydown", (event) => {
    const input = event.target.closest("[role=combobox]");
    if (!input) return;
    const list = listOf(input);
    const all = options(list);
    const at = all.indexOf(active(list));
    if (event.key === "Escape" && all.length) {
      close(input);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(input, all[(at + step + all.length) % all.length]);
    } else if (event.key === "ArrowDown") {
      htmx.trigger(input, "focus");
    } else if (event.key === "Enter") {
      const option = at >= 0 ? all[at] : all.length === 1 ? all[0] : null;
      if (option) pick(option);
    } else {
      return;
    }
    event.preventDefault();
  });

  document.addEventListener("focusout", (event) => {
    const input = event.target.closest("[role=combobox]");
    if (input && !listOf(input).contains(event.relatedTarget)) close(input);
  });

  // Dates are said back by the server; what was said of a code is not of another.
  document.addEventListener("input", (event) => {
    const said = event.target.closest(".pick")?.querySelector(".said");
    if (said && event.target.matches("[role=combobox]")) said.textContent = "";
  });
})();
