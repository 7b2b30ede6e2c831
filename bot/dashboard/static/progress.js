// While a source is being read, the page follows by itself; what is open stays open, and focus where it is.
const EVERY = 3000;

const handles = (part) => [...part.querySelectorAll("a, button, summary")];

function renew(old, fresh) {
  if (!fresh) return;
  const folds = [...fresh.querySelectorAll("details")];
  old.querySelectorAll("details").forEach((fold, number) => { if (folds[number]) folds[number].open = fold.open; });
  if (old.outerHTML === fresh.outerHTML) return;
  const held = handles(old).find((handle) => handle === document.activeElement);
  old.replaceWith(document.adoptNode(fresh));
  if (held) handles(fresh).find((handle) => handle.textContent === held.textContent)?.focus({ preventScroll: true });
}

// Whether there is more to come.
async function follow() {
  if (document.hidden) return true;
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) renew(old, page.getElementById(old.id));
  return page.querySelector("[data-busy]") !== null;
}

async function wait() {
  // With the network cut the page stays as it is, and goes on when it is back.
  if (await follow().catch(() => true)) setTimeout(wait, EVERY);
}

if (document.querySelector("[data-busy]")) setTimeout(wait, EVERY);
