// The app's modals, and Slack's own small questions (confirm, edit).

import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { collect } from "./elements.js";

const modal = document.getElementById("modal");
const small = document.getElementById("ask");
let shown = "";
let close = () => {};
modal.addEventListener("cancel", (event) => { event.preventDefault(); close(); });

// Show the top view of `views`; what was typed stays when the app changes the view around it.
export function showViews(views, ctx) {
  const view = views.at(-1);
  const signature = view ? JSON.stringify([view.id, view.hash, view.errors]) : "";
  if (signature === shown) return;
  const typed = view && modal.dataset.view === view.id ? collect(modal) : {};
  shown = signature;
  if (!view) {
    modal.close();
    modal.replaceChildren();
    delete modal.dataset.view;
    return;
  }
  modal.dataset.view = view.id;
  modal.replaceChildren(form(view, typed, ctx));
  if (!modal.open) modal.showModal();
  const fields = ":is(input, textarea, select)";
  (modal.querySelector(`.wrong ${fields}`) ?? modal.querySelector(`.inner ${fields}`))?.focus();
}

function form(view, typed, ctx) {
  const current = (block, item) => {
    const kept = typed[block.block_id]?.[item.action_id];
    if (kept === undefined || kept === null) return view.state.values[block.block_id]?.[item.action_id];
    const option = (value) => ({ value });
    return Array.isArray(kept) ? { selected_options: kept.map(option) }
      : { value: kept, selected_option: option(kept) };
  };
  const act = (block, item, value) => ctx.click({ view_id: view.id, values: collect(modal), block_id: block.block_id,
    action_id: item.action_id, value });
  const inside = blocks(view.blocks, { ...ctx.blockParts, current, act, errors: view.errors });
  const send = h("button", { type: "submit", class: "button primary" }, view.submit?.text ?? "Submit");
  const node = h("form", { method: "dialog" },
    h("header", {}, h("h2", { id: "modal-title" }, view.title.text),
      h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => close() }, "✕")),
    h("div", { class: "inner" }, inside),
    h("p", { class: "error", role: "alert" }),
    h("footer", {},
      h("button", { type: "button", class: "button", onclick: () => close() }, view.close?.text ?? "Cancel"),
      view.submit && send));
  close = () => ctx.close(view.id);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    const done = await ctx.submit(view.id, collect(modal));
    send.disabled = false;
    const failed = !done || done.status === "error";
    node.querySelector("p.error").textContent = failed ? "We had some trouble connecting. Try again?" : "";
  });
  return node;
}

// Ask one thing; resolves to the typed text, true, or null when the person backs out.
export function question({ title, text, yes, no = "Cancel", value, danger }) {
  return new Promise((resolve) => {
    const area = value === undefined ? null : h("textarea", { rows: "4", "aria-label": title });
    if (area) area.value = value;
    const finish = (answer) => { small.close(); resolve(answer); };
    const onsubmit = (event) => { event.preventDefault(); finish(area ? area.value : true); };
    small.replaceChildren(h("form", { method: "dialog", onsubmit },
      h("header", {}, h("h2", { id: "ask-title" }, title)),
      h("div", { class: "inner" }, text && h("p", {}, text), area),
      h("footer", {}, h("button", { type: "button", class: "button", onclick: () => finish(null) }, no),
        h("button", { type: "submit", class: danger ? "button danger" : "button primary" }, yes))));
    small.oncancel = () => resolve(null);
    small.showModal();
    area?.focus();
  });
}

export const confirmed = (confirm) => question({
  title: confirm.title.text, text: confirm.text.text, yes: confirm.confirm.text, no: confirm.deny.text,
  danger: confirm.style === "danger",
});
