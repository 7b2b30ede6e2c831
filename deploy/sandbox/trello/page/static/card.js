// The card dialog: reading a card as a page, and every change a person can make to it.
import { act, attempt, el, get, say, when } from "./api.js";
import { chips, lists, refresh as refreshBoard } from "./board.js";

const box = document.getElementById("card");
let shown = null;
let editing = false;
let closed = () => {};

export const onClose = (listener) => { closed = listener; };
export const close = () => { if (box.open) box.close(); };

export async function open(shortLink) {
  shown = await get(`/_page/card/${shortLink}`);
  editing = false;
  draw();
  if (!box.open) box.showModal();
  box.scrollTop = 0;
}

const writing = () => editing || box.querySelector("textarea:focus, input[type=text]:focus");

/** Fetch again when something changed, unless a person is writing. */
export async function refresh() {
  if (!box.open || writing()) return;
  try {
    const news = await get(`/_page/card/${shown.card.id}`);
    if (!box.open || writing() || news.card.id !== shown.card.id) return;
    shown = news;
    draw();
  } catch (error) {
    say(error.message);
    close();
  }
}

/** What stands half-written in the fields that have a key: [[key, text], ...]. */
const drafts = () => [...box.querySelectorAll("textarea[data-key], input[type=text][data-key]")]
  .filter((field) => field.value).map((field) => [field.dataset.key, field.value]);

/** Send what a field holds; it empties at once and gets its text back when the sandbox refuses. */
async function submit(event, field, send) {
  event.preventDefault();
  const text = field.value;
  if (!text.trim()) return;
  field.value = "";
  if (!(await send(text))) field.value = text;
}

box.addEventListener("close", () => { shown = null; closed(); });
box.addEventListener("click", (event) => { if (event.target === box) close(); });

/** Make a change, then show what the sandbox made of it. */
async function change(method, path, values) {
  const done = await attempt(() => act(method, path, values));
  if (done === undefined) return false;
  editing = false;
  shown = await get(`/_page/card/${shown.card.id}`);
  draw();
  refreshBoard();
  return true;
}

const put = (values) => change("PUT", `/cards/${shown.card.id}`, values);

function draw() {
  const { card, checklists, attachments } = shown;
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const place = box.scrollTop;
  const kept = drafts();
  const parts = [
    el("header", {}, title(card), el("button", { class: "quiet", "data-key": "close", onclick: close }, "Close")),
    el("div", { class: "where" }, el("span", {}, card.closed ? "Archived, from " : "In ", el("b", {}, shown.list)),
      el("a", { href: card.shortUrl, class: "id" }, `#${card.idShort}`), card.labels.length > 0 && chips(card.labels)),
    verbs(card),
    description(card),
    ...checklists.map(checklist),
    attachments.length > 0 && section("Attachments", el("ul", { class: "links" }, ...attachments.map(attachment))),
    activity(),
  ];
  box.replaceChildren(...parts.filter(Boolean));
  for (const [key, text] of kept) {
    const field = box.querySelector(`[data-key="${key}"]`);
    if (field) field.value = text;
  }
  box.scrollTop = place;
  if (focused) box.querySelector(`[data-key="${focused}"]`)?.focus();
}

function section(name, ...children) {
  return el("section", {}, el("h3", {}, name), ...children);
}

/** A text shown with a verb beside it that turns it into a field with Save and Cancel. */
function editor(value, label, rows, save) {
  editing = true;
  const area = el("textarea", { rows: String(rows), maxlength: "16384", "aria-label": label }, value);
  const form = el("form", {}, area, el("div", { class: "row" }, el("button", { type: "submit" }, "Save"),
    el("button", { type: "button", class: "quiet", onclick: () => { editing = false; draw(); } }, "Cancel")));
  form.addEventListener("submit", (event) => { event.preventDefault(); save(area.value); });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); editing = false; draw(); }
    if (event.key === "Enter" && (rows === 1 || event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      save(area.value);
    }
  });
  setTimeout(() => area.focus());
  return form;
}

function title(card) {
  // Reading begins at the name, so that is where the dialog puts the focus.
  const heading = el("h2", { id: "card-title", tabindex: "-1", autofocus: true, "data-key": "name" },
    card.name || "Untitled");
  const rename = el("button", { class: "link", "data-key": "rename", onclick: () => {
    holder.replaceChildren(editor(card.name, "Name", 1, (name) => put({ name: name.trim() })));
  } }, "Rename");
  const holder = el("div", { class: "title" }, heading, rename);
  return holder;
}

function verbs(card) {
  const move = el("select", { "data-key": "move", onchange: () => moveTo(move.value) },
    ...lists().map((list) => el("option", { value: list.id, selected: list.id === card.idList }, list.name)));
  return el("div", { class: "verbs" }, el("label", {}, "Move to ", move),
    el("button", { class: "quiet", "data-key": "archive", onclick: () => archive(!card.closed) },
      card.closed ? "Send back to the board" : "Archive"));
}

async function moveTo(idList) {
  const { id, idList: before, name } = shown.card;
  if (await put({ idList, pos: "bottom" })) {
    say(`Moved “${name}” to ${shown.list}.`, () => undo(id, { idList: before }));
  }
}

async function archive(value) {
  const { id, name } = shown.card;
  if (await put({ closed: value }) && value) {
    close();
    say(`Archived “${name}”.`, () => undo(id, { closed: false }));
  }
}

const undo = (id, values) => attempt(() => act("PUT", `/cards/${id}`, values)).then(refreshBoard);

function description(card) {
  const body = el("div", { class: "prose" });
  if (shown.descHtml) body.innerHTML = shown.descHtml; // rendered by the sandbox with raw HTML switched off
  else body.append(el("p", { class: "note" }, "No description yet."));
  const part = section("Description", body, el("button", { class: "link", "data-key": "desc", onclick: () => {
    part.replaceChildren(el("h3", {}, "Description"), editor(card.desc, "Description", 14, (desc) => put({ desc })));
  } }, card.desc ? "Edit" : "Write one"));
  return part;
}

function checklist(row) {
  const done = row.checkItems.filter((item) => item.state === "complete").length;
  const field = el("input", {
    type: "text", maxlength: "16384", placeholder: "Add an item", "aria-label": `New item in ${row.name}`,
    "data-key": `new-${row.id}`,
  });
  const form = el("form", { class: "row" }, field, el("button", { type: "submit", class: "quiet" }, "Add"));
  form.addEventListener("submit", (event) => submit(event, field, (text) =>
    change("POST", `/checklists/${row.id}/checkItems`, { name: text.trim() })));
  return section(row.name,
    el("p", { class: "progress" },
      el("progress", { value: String(done), max: String(row.checkItems.length || 1), "aria-label": row.name }),
      ` ${done} of ${row.checkItems.length}`),
    el("ul", { class: "items" }, ...row.checkItems.map(item)), form);
}

function item(entry) {
  const tick = el("input", { type: "checkbox", "data-key": entry.id, onchange: () =>
    change("PUT", `/cards/${shown.card.id}/checkItem/${entry.id}`, { state: tick.checked }) });
  tick.checked = entry.state === "complete";
  return el("li", {}, el("label", { class: tick.checked ? "done" : null }, tick, el("span", {}, entry.name)));
}

function attachment(entry) {
  const same = entry.name === entry.url;
  return el("li", {}, el("a", { href: entry.url, target: "_blank", rel: "noopener noreferrer nofollow" }, entry.name),
    !same && !entry.isUpload && el("span", { class: "note" }, new URL(entry.url).host), when(entry.date));
}

function activity() {
  const area = el("textarea", {
    rows: "2", maxlength: "16384", placeholder: "Write a comment", "aria-label": "Comment", "data-key": "comment",
  });
  const form = el("form", {}, area, el("button", { type: "submit", class: "quiet" }, "Comment"));
  form.addEventListener("submit", (event) => submit(event, area, (text) =>
    change("POST", `/cards/${shown.card.id}/actions/comments`, { text })));
  return section("Activity", form, el("ol", { class: "story" }, ...shown.story.map(event)));
}

function event(entry) {
  const line = el("li", { class: entry.html ? "said" : null },
    el("span", { class: "face", "aria-hidden": "true" }, entry.initials),
    el("div", {}, el("p", {}, el("b", {}, entry.who), entry.html ? "" : ` ${entry.what}`, " ", when(entry.date))));
  if (entry.html) {
    const body = el("div", { class: "prose" });
    body.innerHTML = entry.html; // rendered by the sandbox with raw HTML switched off
    line.lastElementChild.append(body);
  }
  return line;
}
