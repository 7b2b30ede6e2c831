// Block Kit blocks as page nodes.

import { h } from "./dom.js";
import { element, words } from "./elements.js";
import { markdown } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const MAKERS = {
  section(block, ctx) {
    const text = block.text && h("div", { class: "words" }, words(block.text, ctx.names));
    const fields = block.fields && h("div", { class: "fields" },
      block.fields.map((field) => h("div", {}, words(field, ctx.names))));
    const side = block.accessory && h("div", { class: "accessory" }, element(block, block.accessory, ctx));
    return h("div", { class: "section" }, h("div", {}, text, fields), side);
  },
  header: (block) => h("p", { class: "heading large" }, block.text.text),
  divider: () => h("hr"),
  context: (block, ctx) => h("div", { class: "context" }, block.elements.map((part) => (
    part.type === "image" ? element(block, part, ctx) : h("span", {}, words(part, ctx.names))))),
  actions: (block, ctx) => h("div", { class: "buttons" }, block.elements.map((part) => element(block, part, ctx))),
  context_actions: (block, ctx) => MAKERS.actions(block, ctx),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, block.title.text),
    h("span", { class: "picture", role: "img", "aria-label": block.alt_text }, block.alt_text)),
  markdown: (block, ctx) => h("div", { class: "markdown" }, markdown(block.text, ctx.names)),
  rich_text: (block, ctx) => h("div", { class: "words" }, richText(block, ctx.names)),
  input(block, ctx) {
    const quiet = { ...ctx, input: true, act: block.dispatch_action ? ctx.act : () => {} };
    const control = element(block, { ...block.element, label: block.label.text }, quiet);
    const error = ctx.errors?.[block.block_id];
    const title = block.label.text + (block.optional ? " (optional)" : "");
    return h("div", { class: error ? "input wrong" : "input" }, h("span", { class: "label" }, title), control,
      error && h("span", { class: "error", role: "alert" }, error), block.hint && h("small", {}, block.hint.text));
  },
};

export function blocks(list, ctx) {
  return list.map((block) => {
    const make = MAKERS[block.type];
    return h("div", { class: "block" }, make ? make(block, ctx) : h("span", { class: "unknown" }, `[${block.type}]`));
  });
}
