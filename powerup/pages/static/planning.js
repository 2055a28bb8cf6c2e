/* The planning's month: a visit is moved by dragging it to another day, or by the key m while it has the focus. Both lead
   to the page of the move, which shows its effects first. Without this script the list of visits has that page, too. */
"use strict";

(() => {
  const calendar = document.querySelector("table.calendar");
  if (!calendar) return;
  let dragged = null;

  const dayAt = (event) => event.target.closest("td[data-day]");
  const own = (visit) => visit.closest("td[data-day]");

  const aim = (day) => {
    for (const each of calendar.querySelectorAll(".target")) each.classList.remove("target");
    if (day) day.classList.add("target");
  };

  calendar.addEventListener("dragstart", (event) => {
    const visit = event.target.closest("[data-move]");
    if (!visit) return event.preventDefault();
    dragged = visit;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", visit.textContent);
  });

  calendar.addEventListener("dragover", (event) => {
    const day = dayAt(event);
    if (!dragged || !day) return aim(null);
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    aim(day);
  });

  calendar.addEventListener("drop", (event) => {
    const day = dayAt(event);
    if (!dragged || !day) return;
    event.preventDefault();
    if (day !== own(dragged)) location.assign(`${dragged.dataset.move}&to=${day.dataset.day}`);
  });

  calendar.addEventListener("dragend", () => {
    dragged = null;
    aim(null);
  });

  calendar.addEventListener("keydown", (event) => {
    const visit = event.target.closest("[data-move]");
    if (!visit || event.key !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    location.assign(visit.dataset.move);
  });
})();
