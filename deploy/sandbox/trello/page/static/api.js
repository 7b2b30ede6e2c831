// Talking to the sandbox and building elements; knows nothing of boards and cards.

export const actor = () => document.getElementById("actor").value;

/** Fetch JSON; null for 204. Throws an Error whose message a person can read. */
export async function get(path) {
  const answer = await fetch(path).catch(() => { throw new Error("The sandbox cannot be reached."); });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/** A REST call as the chosen person. */
export async function act(method, path, values = {}) {
  const answer = await fetch(`/_page/1${path}`, {
    method,
    headers: { "Content-Type": "application/json", "X-Member": actor() },
    body: JSON.stringify(values),
  }).catch(() => { throw new Error("The sandbox cannot be reached. Nothing was changed."); });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/** el("button", {class: "quiet", onclick: f}, "Text", child): text is always text, never markup. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const STEPS = [
  ["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 days ago", the exact moment on hover. */
export function when(date) {
  const seconds = (new Date(date) - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  const said = Math.abs(seconds) < 60 ? "just now" : words.format(Math.round(seconds / size), unit);
  return el("time", { datetime: date, title: new Date(date).toLocaleString("en-GB") }, said);
}

/** Show one quiet line at the bottom, with an optional way back; it leaves after ten seconds. */
let timer;
export function say(text, undo) {
  const line = document.getElementById("undo");
  line.replaceChildren(text);
  if (undo) line.append(" ", el("button", { class: "link", onclick: () => { line.hidden = true; undo(); } }, "Undo"));
  line.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { line.hidden = true; }, 10000);
}

/** Run a change and say why when it fails. */
export async function attempt(change) {
  try {
    return await change();
  } catch (error) {
    say(error.message);
    return undefined;
  }
}
