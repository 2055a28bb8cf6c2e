// A button that opens the browser's own window for printing.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});
