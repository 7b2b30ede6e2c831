// One message as a row: who, when, what, reactions, its thread, and the verbs that appear beside it.

import { blocks } from "./blocks.js";
import { h, hue, initials } from "./dom.js";
import { QUICK, emoji } from "./emoji.js";
import { mrkdwn, unescape } from "./mrkdwn.js";

const seconds = (ts) => new Date(Number(ts) * 1000);
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export const avatar = (id, name) => h("span",
  { class: "avatar", "aria-hidden": "true", data: { hue: String(hue(id)) } }, initials(name));

export const time = (ts) => h("time", { datetime: seconds(ts).toISOString(), title: seconds(ts).toLocaleString() },
  clock.format(seconds(ts)));

// `list` with a line between days; each entry is {key, signature, message} or {key, signature, day}.
export function rows(list, more) {
  let last = "";
  return list.flatMap((message) => {
    const today = day.format(seconds(message.ts));
    const row = { key: `${message.ts}${message.to ?? ""}`, signature: JSON.stringify([message, more(message)]),
      message };
    const line = { key: `day ${today}`, signature: today, day: today };
    return today === last ? [row] : ((last = today), [line, row]);
  });
}

export function row(item, ctx) {
  if (item.day) return h("div", { class: "day" }, h("span", {}, item.day));
  const { message } = item;
  if (message.subtype === "tombstone") return h("div", { class: "message gone" },
    h("div", { class: "body" }, "This message was deleted."));
  const author = ctx.author(message);
  const body = message.blocks?.length ? blocks(message.blocks, ctx.blocks(message))
    : message.plain ? h("span", { class: "lines" }, unescape(message.text)) : mrkdwn(message.text, ctx.names);
  return h("div", { class: message.to ? "message private" : "message", id: `m${message.ts}`, tabindex: "-1" },
    avatar(author.id, author.name),
    h("div", { class: "body" },
      message.to && h("small", { class: "only" }, "Only visible to you"),
      message.subtype === "thread_broadcast" && h("small", { class: "only" }, "replied in a thread, and here"),
      h("div", { class: "by" }, h("strong", {}, author.name), author.app && h("span", { class: "badge" }, "APP"),
        time(message.ts)),
      h("div", { class: "text" }, body, message.edited && h("small", { class: "edited" }, " (edited)")),
      (message.files ?? []).map((file) => h("small", { class: "only" }, `📎 ${file.name ?? "a file"}`)),
      (message.attachments ?? []).map((shared) => h("small", { class: "only" },
        `↪ ${shared.author_name ?? shared.title ?? ""}: ${shared.text ?? ""}`)),
      reactions(message, ctx), thread(message, ctx)),
    message.to ? null : verbs(message, ctx));
}

function reactions(message, ctx) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((reaction) => {
    const mine = reaction.users.includes(ctx.me);
    const who = reaction.users.map((id) => ctx.names.user(id)).join(", ");
    return h("button", {
      type: "button", class: mine ? "reaction mine" : "reaction", title: `${who}: ${reaction.name}`,
      "aria-pressed": String(mine),
      onclick: () => ctx.react(message, reaction.name, mine),
    }, `${emoji(reaction.name)} ${reaction.count}`);
  }));
}

function thread(message, ctx) {
  if (ctx.inThread || !message.reply_count) return null;
  const noun = message.reply_count === 1 ? "reply" : "replies";
  const faces = message.reply_users.slice(0, 4).map((id) => avatar(id, ctx.names.user(id)));
  return h("button", { type: "button", class: "replies", onclick: () => ctx.openThread(message) },
    faces, h("strong", {}, `${message.reply_count} ${noun}`),
      h("span", {}, "Last reply ", time(message.latest_reply)));
}

function verbs(message, ctx) {
  const own = message.user === ctx.me;
  const has = (name) => message.reactions?.some((reaction) => reaction.name === name
    && reaction.users.includes(ctx.me));
  const verb = (words, run, extra = {}) => h("button", { type: "button", onclick: run, ...extra }, words);
  const item = (words, run) => verb(words, () => { more.open = false; run(); }, { role: "menuitem" });
  const more = h("details", { class: "overflow" }, h("summary", { "aria-label": "More actions" }, "⋯"),
    h("div", { class: "menu", role: "menu" },
      ctx.shortcuts.map((shortcut) => item(shortcut.name, () => ctx.shortcut(message, shortcut))),
      item("Copy link", () => ctx.copyLink(message)),
      own && item("Edit message", () => ctx.edit(message)),
      own && item("Delete message", () => ctx.remove(message))));
  return h("div", { class: "verbs" },
    QUICK.map((name) => verb(emoji(name), () => ctx.react(message, name, has(name)),
      { "aria-label": `React with ${name}` })),
    !ctx.inThread && verb("Reply", () => ctx.openThread(message), { "aria-label": "Reply in thread" }), more);
}
