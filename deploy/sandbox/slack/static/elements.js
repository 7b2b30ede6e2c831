// Interactive elements. In a message they act at once; in a form they keep a value that `collect` reads.

import { h } from "./dom.js";
import { mrkdwn, unescape } from "./mrkdwn.js";

const allOptions = (element) => [...(element.options ?? []),
  ...(element.option_groups ?? []).flatMap((group) => group.options)];
const label = (element) => element.accessibility_label ?? element.placeholder?.text ?? element.label ?? "Choose";

export const words = (object, names) => (
  object.type === "mrkdwn" ? mrkdwn(object.text, names) : h("span", { class: "lines" }, object.text)
);

// `ctx`: names, people, places, act(block, element, value), and in forms `current(block, element)` and `input: true`.
export function element(block, item, ctx) {
  const make = MAKERS[item.type];
  const node = make ? make(block, item, ctx) : h("span", { class: "unknown" }, `[${item.type}]`);
  if (node.readValue) Object.assign(node.dataset, { block: block.block_id, action: item.action_id });
  return node;
}

export function collect(root) {
  const values = {};
  for (const node of root.querySelectorAll("[data-action]")) {
    (values[node.dataset.block] ??= {})[node.dataset.action] = node.readValue();
  }
  return values;
}

function button(block, item, ctx) {
  const style = item.style ? ` ${item.style}` : "";
  const press = async () => {
    if (item.confirm && !(await ctx.confirm(item.confirm))) return;
    if (item.url) window.open(item.url, "_blank", "noreferrer");
    ctx.act(block, item, item.value);
  };
  return h("button", { type: "button", class: `button${style}`, "aria-label": item.accessibility_label,
    onclick: press }, item.text?.text ?? item.icon);
}

function chosen(item, ctx, block) {
  const now = ctx.current?.(block, item);
  const option = now?.selected_option ?? item.initial_option;
  return now?.value ?? now?.selected_date ?? now?.selected_time ?? now?.selected_user ?? option?.value ?? "";
}

function select(block, item, ctx, options) {
  const picked = chosen(item, ctx, block);
  const make = (option) => h("option", { value: option.value, selected: option.value === picked },
    unescape(option.text.text));
  const groups = (item.option_groups ?? []).map((group) =>
    h("optgroup", { label: group.label.text }, group.options.map(make)));
  const node = h("select", { "aria-label": label(item) },
    h("option", { value: "", selected: picked === "" }, item.placeholder?.text ?? "Choose an option"),
    options ? options.map(make) : groups.length ? groups : item.options.map(make));
  node.addEventListener("change", () => node.value && ctx.act(block, item, node.value));
  node.readValue = () => node.value || null;
  return node;
}

function choices(type) {
  return (block, item, ctx) => {
    const now = ctx.current?.(block, item);
    const ticked = new Set((now?.selected_options ?? item.initial_options ?? []).map((option) => option.value));
    const single = now?.selected_option ?? item.initial_option;
    if (single) ticked.add(single.value);
    const name = `${block.block_id}-${item.action_id}-${Math.random()}`;
    const boxes = allOptions(item).map((option) => {
      const box = h("input", { type, name, value: option.value, checked: ticked.has(option.value) });
      const more = option.description && h("small", {}, words(option.description, ctx.names));
      return h("label", { class: "choice" }, box, h("span", {}, words(option.text, ctx.names), more));
    });
    const node = h("fieldset", { class: "choices" }, h("legend", { class: "unseen" }, label(item)), boxes);
    const read = () => [...node.querySelectorAll("input:checked")].map((box) => box.value);
    node.readValue = () => (type === "radio" ? read()[0] ?? null : read());
    node.addEventListener("change", () => ctx.act(block, item, node.readValue()));
    return node;
  };
}

function field(type) {
  return (block, item, ctx) => {
    const initial = item.initial_value ?? item.initial_date ?? item.initial_time ?? "";
    const node = h(item.multiline ? "textarea" : "input", {
      type: item.multiline ? null : type, placeholder: item.placeholder?.text, maxlength: item.max_length?.toString(),
      "aria-label": label(item), rows: item.multiline ? "4" : null,
    });
    node.value = chosen(item, ctx, block) || initial;
    node.readValue = () => node.value || null;
    if (type === "date" || type === "time") node.addEventListener("change", () => ctx.act(block, item, node.value));
    return node;
  };
}

function overflow(block, item, ctx) {
  const options = item.options.map((option) => h("button", {
    type: "button", role: "menuitem", onclick: () => { node.open = false; ctx.act(block, item, option.value); },
  }, option.text.text));
  const node = h("details", { class: "overflow" }, h("summary", { "aria-label": "More actions" }, "⋯"),
    h("div", { class: "menu", role: "menu" }, options));
  return node;
}

const people = (block, item, ctx) => select(block, item, ctx, ctx.people);
const places = (block, item, ctx) => select(block, item, ctx, ctx.places);
const feedback = (block, item, ctx) => h("span", { class: "buttons" },
  [item.positive_button, item.negative_button].map(
  (side) => button(block, { ...item, ...side }, ctx)));
const picture = (block, item) => h("span", { class: "picture", role: "img", "aria-label": item.alt_text },
  item.alt_text);

const MAKERS = {
  button, overflow, static_select: select, users_select: people,
  channels_select: places, conversations_select: places,
  radio_buttons: choices("radio"), checkboxes: choices("checkbox"), multi_static_select: choices("checkbox"),
  plain_text_input: field("text"), email_text_input: field("email"), url_text_input: field("url"),
  number_input: field("number"), datepicker: field("date"), timepicker: field("time"), feedback_buttons: feedback,
  icon_button: button, image: picture,
};
