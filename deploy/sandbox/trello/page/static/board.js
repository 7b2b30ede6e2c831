// The board: columns, cards, dragging, adding, and looking for news once a second.
import { act, actor, attempt, el, get, icon, say } from "./api.js";
import * as dialog from "./card.js";

const main = document.getElementById("board");
const state = { board: null, data: null, drawn: 0, lost: false };

function badge(name, text, title, done) {
  return el("span", { class: done ? "badge done" : "badge", title }, icon(name),
    text && el("span", {}, text), el("span", { class: "hidden" }, title));
}

function badges(card) {
  const { badges: b } = card;
  const done = b.checkItems > 0 && b.checkItems === b.checkItemsChecked;
  return el("div", { class: "badges" },
    b.due && badge("clock", new Date(b.due).toLocaleDateString("en-GB", { day: "numeric", month: "short" }), "due"),
    b.description && badge("text", "", "has a description"),
    b.comments > 0 && badge("comment", String(b.comments), "comments"),
    b.attachments > 0 && badge("link", String(b.attachments), "attachments"),
    b.checkItems > 0 && badge("list", `${b.checkItemsChecked}/${b.checkItems}`, "items ticked", done),
    el("span", { class: "people" }, ...card.idMembers.map(face)));
}

function face(id) {
  const person = state.data.members.find((member) => member.id === id);
  return person && el("span", { class: "face", title: person.fullName }, person.initials);
}

export function chips(labels) {
  return el("div", { class: "labels" }, ...labels.map((label) =>
    el("span", { class: "label", "data-color": (label.color ?? "none").split("_")[0] },
      label.name || label.color || "")));
}

function front(card) {
  return el("li", { class: "card", "data-id": card.id, draggable: "true" },
    card.labels.length > 0 && chips(card.labels),
    el("a", { href: new URL(card.shortUrl).pathname, draggable: "false", onclick: (event) => {
      if (event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      open(card.shortLink);
    } }, card.name || "Untitled"),
    badges(card));
}

function column(list) {
  const cards = state.data.cards.filter((card) => card.idList === list.id);
  const items = el("ul", { "data-list": list.id }, ...cards.map(front));
  items.addEventListener("dragover", (event) => hover(event, items));
  items.addEventListener("drop", (event) => { event.preventDefault(); drop(items, list); });
  return el("section", { class: "column", "aria-label": list.name },
    el("h2", {}, list.name, el("span", { class: "count" }, String(cards.length))),
    items,
    cards.length === 0 && el("p", { class: "note empty" }, "No cards here."),
    adder(list));
}

function adder(list) {
  const area = el("textarea", {
    rows: "2", maxlength: "16384", "aria-label": `New card in ${list.name}`, placeholder: "What is it about?",
  });
  const show = (open) => { form.hidden = !open; start.hidden = open; (open ? area : start).focus(); };
  const close = () => { area.value = ""; show(false); };
  const form = el("form", { hidden: true }, area, el("div", { class: "row" },
    el("button", { type: "submit" }, "Add"),
    el("button", { type: "button", class: "quiet", onclick: close }, "Cancel")));
  const start = el("button", { class: "quiet add", onclick: () => show(true) }, "Add a card");
  const send = async () => {
    const name = area.value.trim();
    if (name && await attempt(() => act("POST", "/cards", { idList: list.id, name }))) { close(); refresh(); }
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
    if (event.key === "Escape") close();
  });
  return el("div", {}, start, form);
}

let dragged = null;
main.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".card");
  dragged?.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
});
main.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; draw(); });

function hover(event, items) {
  if (!dragged) return;
  event.preventDefault();
  const below = [...items.children].find((item) => {
    const box = item.getBoundingClientRect();
    return item !== dragged && event.clientY < box.top + box.height / 2;
  });
  items.insertBefore(dragged, below ?? null);
}

function drop(items, list) {
  const place = (node) => node && state.data.cards.find((card) => card.id === node.dataset.id).pos;
  const [before, after] = [place(dragged.previousElementSibling), place(dragged.nextElementSibling)];
  const pos = before && after ? (before + after) / 2 : after ? after / 2 : "bottom";
  const card = state.data.cards.find((item) => item.id === dragged.dataset.id);
  Object.assign(card, { idList: list.id, pos: typeof pos === "number" ? pos : Number.MAX_SAFE_INTEGER });
  state.data.cards.sort((one, two) => one.pos - two.pos);
  attempt(() => act("PUT", `/cards/${card.id}`, { idList: list.id, pos })).then(refresh);
}

/** Draw everything anew, keeping scroll positions and the focused card. */
function draw() {
  if (!state.data || dragged || main.querySelector("form:not([hidden])")) return;
  const scrolled = new Map([...main.querySelectorAll("ul")].map((list) => [list.dataset.list, list.scrollTop]));
  const focused = document.activeElement?.closest?.(".card")?.dataset.id;
  main.replaceChildren(...state.data.lists.map(column));
  state.drawn = state.data.version;
  if (state.data.lists.length === 0) main.replaceChildren(el("p", { class: "note" }, "This board has no lists yet."));
  for (const list of main.querySelectorAll("ul")) list.scrollTop = scrolled.get(list.dataset.list) ?? 0;
  if (focused) main.querySelector(`[data-id="${focused}"] a`)?.focus();
  document.title = state.data.board.name;
  const { archived } = state.data;
  document.getElementById("archived").textContent = archived ? `${archived} archived` : "";
  fillActors();
}

function fillActors() {
  const select = document.getElementById("actor");
  const chosen = select.value || sessionStorage.getItem("actor") || state.data.members[1]?.id;
  select.replaceChildren(...state.data.members.map((member) =>
    el("option", { value: member.id, selected: member.id === chosen }, member.fullName)));
}
document.getElementById("actor").addEventListener("change", () => sessionStorage.setItem("actor", actor()));

/** Ask for news; draw only when there is some. */
export async function refresh() {
  if (!state.board) return;
  try {
    const since = state.data ? `?since=${state.data.version}` : "";
    const news = await get(`/_page/board/${state.board}${since}`);
    if (state.lost) say("Back again.");
    state.lost = false;
    if (news) state.data = news;
    if (state.drawn !== state.data.version) draw();
    if (news) dialog.refresh();
  } catch (error) {
    if (!state.lost) say(`${error.message} What you see may be old.`);
    state.lost = true;
  }
}

export const lists = () => state.data?.lists ?? [];

async function open(shortLink, push = true) {
  if (push) history.pushState({}, "", `/c/${shortLink}`);
  await attempt(() => dialog.open(shortLink));
}

async function follow() {
  const [, kind, key] = location.pathname.split("/");
  if (kind === "c") await open(key, false);
  else dialog.close();
}
window.addEventListener("popstate", follow);
dialog.onClose(() => {
  if (location.pathname.startsWith("/c/")) history.pushState({}, "", `/b/${state.data.board.shortLink}`);
});

async function start() {
  const { boards } = await get("/_page/boards");
  const [, kind, key] = location.pathname.split("/");
  const home = kind === "c" ? (await get(`/_page/card/${key}`).catch(() => null))?.card.idBoard : key;
  const board = boards.find((item) => [item.id, item.shortLink].includes(home)) ?? boards[0];
  const choice = document.getElementById("board-choice");
  choice.replaceChildren(...boards.map((item) =>
    el("option", { value: item.shortLink, selected: item === board }, item.name)));
  choice.addEventListener("change", () => { location.href = `/b/${choice.value}`; });
  if (!board) {
    main.replaceChildren(el("p", { class: "note" }, "There is no board yet. Make one with POST /1/boards."));
    return;
  }
  state.board = board.id;
  await refresh();
  await follow();
  setInterval(() => { if (!document.hidden) refresh(); }, 1000);
}

attempt(start);
