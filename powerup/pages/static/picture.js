/* The picture of a contract's year: its days say why without another page, arrows walk the visits, and a visit is moved
   by dragging or by the key m. Without this script every day is a link, and moving is a field beside the visit. */
"use strict";

(() => {
  const LEAST_DRAGGED = 5;
  const picture = document.querySelector("svg.year");
  if (!picture || !window.htmx) return;

  const said = document.querySelector(".picture-said");
  const first = said.textContent;
  const marks = () => [...picture.querySelectorAll("a.look")];
  const dayOf = (link) => link.dataset.day;
  let from = null;
  let drag = null;
  let dragged = false;

  const show = (address) =>
    window.htmx.ajax("GET", address.split("#")[0], { target: "#day", swap: "outerHTML", source: picture });

  /* The panel of a day was drawn anew: its address is that of the page, and keys go on in it. */
  const onPanel = (event) => {
    const panel = document.getElementById("day");
    const { target, pathInfo } = event.detail;
    if (!panel || !target || target.id !== "day") return;
    history.replaceState(null, "", pathInfo.finalRequestPath);
    const field = panel.querySelector("input[name=day]") || panel.querySelector("h3");
    panel.scrollIntoView({ block: "nearest" });
    if (field) field.focus({ preventScroll: true });
    if (field && field.select) field.select();
  };

  const moving = (mark, day) => {
    const asked = new URLSearchParams({ move: mark.dataset.visit });
    if (mark.dataset.number !== "1") asked.set("all", "1");
    if (day) asked.set("day", day);
    return `${picture.dataset.address}?${asked}`;
  };

  const say = (link) => {
    said.textContent = link ? link.querySelector("title").textContent : first;
  };

  /* One mark is stopped at by Tab: the one that comes next, and then where one was last. */
  const stopAt = (mark) => {
    for (const each of marks()) each.setAttribute("tabindex", each === mark ? "0" : "-1");
  };

  const go = (mark) => {
    if (!mark) return;
    stopAt(mark);
    mark.focus();
  };

  const inMonth = (mark, step) => {
    const day = dayOf(mark);
    const others = marks().filter((each) => (step > 0 ? dayOf(each).slice(0, 7) > day.slice(0, 7) : dayOf(each).slice(0, 7) < day.slice(0, 7)));
    const month = others.length && dayOf(step > 0 ? others[0] : others[others.length - 1]).slice(0, 7);
    const apart = (each) => Math.abs(Number(dayOf(each).slice(8)) - Number(day.slice(8)));
    return others.filter((each) => dayOf(each).startsWith(month)).sort((one, other) => apart(one) - apart(other))[0];
  };

  const onKey = (event) => {
    const mark = event.target.closest("a.look");
    if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = marks();
    const at = all.indexOf(mark);
    const doing = {
      ArrowRight: () => go(all[at + 1]),
      ArrowLeft: () => go(all[at - 1]),
      ArrowDown: () => go(inMonth(mark, 1)),
      ArrowUp: () => go(inMonth(mark, -1)),
      Home: () => go(all[0]),
      End: () => go(all[all.length - 1]),
      m: () => mark.dataset.visit && begin(mark, moving(mark)),
    }[event.key];
    if (!doing) return;
    event.preventDefault();
    doing();
  };

  const begin = (link, address) => {
    putBack();
    from = link;
    return show(address);
  };

  const onClick = (event) => {
    const link = event.target.closest("a[data-day]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (dragged) return;
    begin(link, link.getAttribute("href"));
  };

  const dayAt = (event) => {
    const under = document.elementsFromPoint(event.clientX, event.clientY);
    const cell = under.find((each) => each.matches("svg.year .days rect"));
    return cell ? cell.closest("a") : null;
  };

  const aim = (day) => {
    for (const each of picture.querySelectorAll(".target")) each.classList.remove("target");
    if (day) day.classList.add("target");
    if (day) say(day);
  };

  const putBack = () => {
    aim(null);
    for (const each of picture.querySelectorAll("a.look[transform]")) each.removeAttribute("transform");
  };

  const onDown = (event) => {
    const mark = event.target.closest("a.look[data-visit]");
    dragged = false;
    if (!mark || event.button !== 0) return;
    putBack();
    drag = { mark, x: event.clientX, y: event.clientY, scale: picture.getScreenCTM().a };
  };

  const onMove = (event) => {
    if (!drag) return;
    const x = event.clientX - drag.x;
    const y = event.clientY - drag.y;
    if (!dragged && Math.hypot(x, y) < LEAST_DRAGGED) return;
    dragged = true;
    picture.classList.add("moving");
    drag.mark.setAttribute("transform", `translate(${x / drag.scale} ${y / drag.scale})`);
    aim(dayAt(event));
  };

  const onUp = (event) => {
    if (!drag) return;
    const { mark } = drag;
    const day = dragged ? dayAt(event) : null;
    drag = null;
    picture.classList.remove("moving");
    if (!dragged) return;
    if (!day || dayOf(day) === dayOf(mark)) return putBack();
    from = mark;
    show(moving(mark, dayOf(day)));
  };

  const closeMore = (event) => {
    for (const menu of document.querySelectorAll("details.more[open]")) if (!menu.contains(event.target)) menu.open = false;
  };

  const onEscape = (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details.more[open]");
    if (menu) {
      menu.open = false;
      return menu.querySelector("summary").focus();
    }
    if (drag) {
      drag = null;
      picture.classList.remove("moving");
      return putBack();
    }
    if (event.target.closest("#day") && from) {
      putBack();
      from.focus();
    }
  };

  picture.addEventListener("click", onClick);
  picture.addEventListener("keydown", onKey);
  picture.addEventListener("pointerdown", onDown);
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener("pointerover", (event) => !drag && say(event.target.closest("a[data-day]")));
  picture.addEventListener("pointerleave", () => !drag && say(null));
  picture.addEventListener("focusin", (event) => say(event.target.closest("a[data-day]")));
  document.addEventListener("pointermove", onMove);
  document.addEventListener("pointerup", onUp);
  document.addEventListener("pointercancel", () => {
    drag = null;
    putBack();
  });
  document.addEventListener("keydown", onEscape);
  document.addEventListener("click", closeMore);
  document.addEventListener("htmx:afterSettle", onPanel);
  stopAt(marks().find((each) => dayOf(each) >= picture.dataset.today) || marks()[0]);
})();
