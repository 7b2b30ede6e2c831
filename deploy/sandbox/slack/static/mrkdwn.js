// Slack's mrkdwn, and the Markdown of markdown blocks, as page nodes.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";

const SPANS = new RegExp([
  "```([\\s\\S]+?)```", "`([^`\\n]+)`", "<([^<>]+)>",
  "(?<![\\w*])\\*(?=\\S)([^*\\n]+?)(?<=\\S)\\*(?![\\w*])", "(?<!\\w)_(?=\\S)([^_\\n]+?)(?<=\\S)_(?!\\w)",
  "(?<!\\w)~(?=\\S)([^~\\n]+?)(?<=\\S)~(?!\\w)", "(?<!\\w):([a-z0-9_+\\-]+):(?!\\w)",
].join("|"), "g");

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function link(url, label) {
  const inside = url.startsWith(`${location.origin}/`);
  const safe = /^(https?:|mailto:)/.test(url);
  if (!safe) return label ?? url;
  return h("a", { href: url, rel: "noreferrer", target: inside ? "_self" : "_blank" }, label ?? url);
}

function token(body, names) {
  const [head, label] = body.split(/\|(.*)/s);
  if (head.startsWith("@")) return h("span", { class: "mention" }, `@${names.user(head.slice(1))}`);
  if (head.startsWith("#")) {
    return h("button", { type: "button", class: "mention", data: { channel: head.slice(1) } },
      `#${names.channel(head.slice(1))}`);
  }
  if (head.startsWith("!date^")) return unescape(label ?? head);
  const loud = label ? unescape(label) : `@${head.slice(1)}`;
  if (head.startsWith("!")) return h("span", { class: "mention loud" }, loud);
  return link(unescape(head), label && unescape(label));
}

function spans(text, names) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(SPANS)) {
    nodes.push(unescape(text.slice(at, match.index)));
    const [whole, block, code, tag, bold, italic, struck, name] = match;
    if (block !== undefined) nodes.push(h("pre", {}, unescape(block.replace(/^\n/, ""))));
    else if (code !== undefined) nodes.push(h("code", {}, unescape(code)));
    else if (tag !== undefined) nodes.push(token(tag, names));
    else if (bold !== undefined) nodes.push(h("strong", {}, spans(bold, names)));
    else if (italic !== undefined) nodes.push(h("em", {}, spans(italic, names)));
    else if (struck !== undefined) nodes.push(h("s", {}, spans(struck, names)));
    else nodes.push(emoji(name));
    at = match.index + whole.length;
  }
  return [...nodes, unescape(text.slice(at))];
}

// Lines that begin with > form quotes; everything else keeps its line breaks (white-space: pre-wrap).
export function mrkdwn(text, names) {
  const parts = text.split(/((?:^&gt; ?.*(?:\n|$))+)/m);
  return parts.filter(Boolean).map((part) => (
    part.startsWith("&gt;")
      ? h("blockquote", {}, spans(part.replace(/^&gt; ?/gm, "").replace(/\n$/, ""), names))
      : h("span", { class: "lines" }, spans(part, names))
  ));
}

const PIECES = new RegExp([
  "`([^`]+)`", "\\*\\*([^*]+)\\*\\*", "\\[([^\\]]+)\\]\\(([^)\\s]+)\\)", "(?<!\\w)[*_]([^*_\\n]+)[*_](?!\\w)",
  "~~([^~]+)~~", "<([^<>\\s]+)>",
].join("|"), "g");

function pieces(text, names) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(PIECES)) {
    nodes.push(unescape(text.slice(at, match.index)));
    const [whole, code, bold, label, url, italic, struck, tag] = match;
    if (code) nodes.push(h("code", {}, code));
    else if (bold) nodes.push(h("strong", {}, pieces(bold, names)));
    else if (url) nodes.push(link(url, label));
    else if (italic) nodes.push(h("em", {}, pieces(italic, names)));
    else if (struck) nodes.push(h("s", {}, struck));
    else nodes.push(token(tag, names));
    at = match.index + whole.length;
  }
  return [...nodes, unescape(text.slice(at))];
}

// Standard Markdown, as far as an app's messages need it: headings, lists, quotes, fences and paragraphs.
export function markdown(text, names) {
  const out = [];
  for (const part of text.split(/(```[\s\S]*?```)/)) {
    if (part.startsWith("```")) out.push(h("pre", {}, part.slice(3, -3).replace(/^\w*\n/, "")));
    else {
      const chunks = part.split(/\n{2,}/).map((chunk) => chunk.trim()).filter(Boolean);
      out.push(...chunks.flatMap((chunk) => paragraph(chunk, names)));
    }
  }
  return out;
}

function paragraph(chunk, names) {
  const lines = chunk.split("\n");
  const heading = /^(#{1,6}) (.*)/.exec(lines[0]);
  if (heading) {
    const rest = lines.slice(1).join("\n");
    return [h("p", { class: "heading" }, pieces(heading[2], names)), ...(rest.trim() ? paragraph(rest, names) : [])];
  }
  if (lines.every((line) => /^\s*([-*]|\d+\.) /.test(line))) {
    const ordered = /^\s*\d/.test(lines[0]);
    return [h(ordered ? "ol" : "ul", {},
      lines.map((line) => h("li", {}, pieces(line.replace(/^\s*([-*]|\d+\.) /, ""), names))))];
  }
  if (lines.every((line) => line.startsWith(">"))) {
    return [h("blockquote", {}, pieces(lines.map((line) => line.replace(/^> ?/, "")).join("\n"), names))];
  }
  return [h("p", { class: "lines" }, pieces(chunk, names))];
}
