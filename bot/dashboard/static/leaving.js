// Asks before a changed form is left, so that nothing written is lost by a stray click.
for (const form of document.querySelectorAll("[data-ask-before-leaving]")) {
  let changed = form.querySelector(".newer, [aria-invalid]") !== null;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
