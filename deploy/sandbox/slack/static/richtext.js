// rich_text blocks as page nodes.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

function inline(element, names) {
  const style = element.style ?? {};
  let node = plain(element, names);
  if (style.code) node = h("code", {}, node);
  if (style.bold) node = h("strong", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.strike) node = h("s", {}, node);
  return node;
}

function plain(element, names) {
  switch (element.type) {
    case "link": return link(element.url, element.text);
    case "emoji": return emoji(element.name);
    case "user": return h("span", { class: "mention" }, `@${names.user(element.user_id)}`);
    case "channel": return h("span", { class: "mention" }, `#${names.channel(element.channel_id)}`);
    case "broadcast": return h("span", { class: "mention loud" }, `@${element.range}`);
    case "usergroup": return h("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "date": return element.fallback ?? String(element.timestamp);
    default: return element.text ?? "";
  }
}

export function richText(block, names) {
  return block.elements.map((part) => {
    const words = () => part.elements.map((element) => inline(element, names));
    if (part.type === "rich_text_list") {
      const items = part.elements.map((item) => h("li", {}, item.elements.map((element) => inline(element, names))));
      return h(part.style === "ordered" ? "ol" : "ul", {}, items);
    }
    if (part.type === "rich_text_preformatted") return h("pre", {}, words());
    if (part.type === "rich_text_quote") return h("blockquote", {}, words());
    return h("span", { class: "lines" }, words());
  });
}
