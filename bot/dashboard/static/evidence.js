// A statement and its sources light up together, by pointer and by keyboard; without this the marks are plain links.
const linked = [...document.querySelectorAll("[data-marks]")];
const thread = document.querySelector(".thread details");
const pane = document.querySelector(".talks");
const narrow = matchMedia("(max-width: 960px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const marksOf = (element) => element.dataset.marks.split(" ");
const isStatement = (element) => element.classList.contains("statement");

function partnersOf(element) {
  const marks = new Set(marksOf(element));
  return linked.filter((other) => isStatement(other) !== isStatement(element) && marksOf(other).some((m) => marks.has(m)));
}

// Only the thread's own pane ever scrolls, and only when none of the sources can be seen: the page stays in place.
function bringIntoPane(entries) {
  if (narrow.matches || entries.length === 0) return;
  const frame = pane.getBoundingClientRect();
  const boxes = entries.map((entry) => entry.getBoundingClientRect());
  if (boxes.some((box) => box.top >= frame.top && box.bottom <= frame.bottom)) return;
  pane.scrollBy({ top: boxes[0].top - frame.top - 12, behavior: calm.matches ? "auto" : "smooth" });
}

function light(element) {
  for (const other of linked) other.classList.remove("lit");
  if (!element) return;
  const partners = partnersOf(element);
  for (const lit of [element, ...partners]) lit.classList.add("lit");
  if (isStatement(element)) bringIntoPane(partners);
}

const focused = () => document.activeElement?.closest?.("[data-marks]") ?? null;

for (const element of linked) {
  element.tabIndex = 0;
  element.addEventListener("mouseenter", () => light(element));
  element.addEventListener("mouseleave", () => light(focused()));
  element.addEventListener("focusin", () => light(element));
  element.addEventListener("focusout", () => light(null));
}

// On a small screen the thread is folded under the draft until a mark leads there.
if (thread && narrow.matches && !location.hash) thread.open = false;
document.addEventListener("click", (event) => {
  if (thread && event.target.closest("a.mark, .since a")) thread.open = true;
});

// The hand that opened a panel can write at once.
for (const verb of document.querySelectorAll(".verb")) {
  verb.addEventListener("toggle", () => {
    if (verb.open) verb.querySelector("textarea, input:not([type=hidden])").focus({ preventScroll: true });
  });
}

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.activeElement?.closest(".verb[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
