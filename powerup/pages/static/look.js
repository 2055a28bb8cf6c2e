// Looks again at what goes on, for as long as the page asks for it: quietly in a hidden tab, slower at a slow server.
(() => {
  "use strict";
  const LEAST_OF_THE_TIME = 2; // the server rests twice as long as it has worked
  let timer = 0;
  let begun = 0;
  let took = 0;

  function wait() {
    clearTimeout(timer);
    const asking = document.querySelector("[data-look-again]");
    if (asking && !document.hidden) {
      timer = setTimeout(() => look(asking), Math.max(Number(asking.dataset.lookAgain) * 1000, took * LEAST_OF_THE_TIME));
    }
  }

  function look(asking) {
    begun = performance.now();
    htmx.trigger(asking, "look");
  }

  document.addEventListener("htmx:afterRequest", () => {
    took = performance.now() - begun;
    setTimeout(wait, 0); // what was swapped in stands by then
  });
  document.addEventListener("htmx:afterSettle", wait);
  document.addEventListener("visibilitychange", wait);
  document.addEventListener("DOMContentLoaded", wait);
})();
