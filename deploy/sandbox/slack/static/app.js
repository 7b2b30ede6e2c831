// The page's state, its once-a-second look at the sandbox, and what each gesture does.

import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { confirmed, question, showViews } from "./dialogs.js";
import { h, renew, renewScrolled } from "./dom.js";
import { row, rows } from "./messages.js";
import { unescape } from "./mrkdwn.js";
import { act, look, onTrouble } from "./net.js";
import { sidebar } from "./sidebar.js";

const $ = (id) => document.getElementById(id);
const memory = (key) => JSON.parse(localStorage.getItem(`slack-sandbox ${key}`) ?? "null");
const keep = (key, value) => localStorage.setItem(`slack-sandbox ${key}`, JSON.stringify(value));

const page = {
  state: null, me: memory("me"), room: null, tab: "home", thread: "", listed: null, rev: -1, toEnd: true, target: "",
  direct: () => page.state.channels.find((channel) => channel.is_im && channel.user === page.me),
  seen: (id) => memory(`seen ${page.me}`)?.[id],
  channelId: () => (page.room === "app" ? page.direct()?.id : page.room),
  go(room, thread = "") {
    Object.assign(page, { room, thread, toEnd: true });
    $("frame").classList.remove("side-open");
    openApp().then(refresh);
  },
  become(me) {
    keep("me", me);
    page.me = me;
    page.go(mayRead(page.room) ? page.room : firstRoom());
  },
  join: (channel) => act("join", { user: page.me, channel: channel.id }).then(() => page.go(channel.id)),
};

const user = (id) => page.state.users.find((one) => one.id === id);
const names = {
  user: (id) => (id === "USLACKBOT" ? "Slackbot" : user(id)?.name ?? id),
  channel: (id) => page.state.channels.find((one) => one.id === id)?.name ?? id,
};
const mayRead = (room) => room === "app"
  || page.state.channels.some((one) => one.id === room && one.members.includes(page.me));
const firstRoom = () => page.state.channels.find((one) => !one.is_im && one.members.includes(page.me))?.id ?? "app";
const openApp = async () => { if (page.room === "app") await act("home", { user: page.me, tab: page.tab }); };

let toastTimer;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 6000);
}
onTrouble(toast);

async function done(promise) {
  const result = await promise;
  if (result?.status === "error") toast(`The app did not answer as it should (${result.shown}).`);
  await refresh();
  return result;
}

const option = (value, text) => ({ value, text: { text } });
const blockParts = {
  names, confirm: confirmed,
  get people() { return page.state.users.filter((one) => !one.is_bot).map((one) => option(one.id, one.name)); },
  get places() { return page.state.channels.filter((one) => !one.is_im).map((one) => option(one.id, `#${one.name}`)); },
};
const click = (args) => done(act("click", { user: page.me, ...args }));

const shortcutsOf = (type) => page.state?.shortcuts.filter((one) => one.type === type) ?? [];
const rowParts = (inThread) => ({
  names, inThread, me: page.me, shortcuts: shortcutsOf("message"),
  author(message) {
    const app = Boolean(message.bot_id);
    return { id: message.user ?? "", app, name: app ? page.state.bot.real_name : names.user(message.user) };
  },
  blocks: (message) => ({ ...blockParts, act: (block, item, value) => click({
    channel: page.channelId(), ts: message.ts, block_id: block.block_id, action_id: item.action_id, value }) }),
  openThread: (message) => { page.thread = message.thread_ts ?? message.ts; refresh().then(() => reply.focus()); },
  react: (message, name, remove) => done(act("react",
    { user: page.me, channel: page.channelId(), ts: message.ts, name, remove: Boolean(remove) })),
  shortcut: (message, shortcut) => done(act("shortcut",
    { user: page.me, channel: page.channelId(), ts: message.ts, callback_id: shortcut.callback_id })),
  async copyLink(message) {
    const link = `${location.origin}/archives/${page.channelId()}/p${message.ts.replace(".", "")}`;
    await navigator.clipboard.writeText(link);
    toast("Link copied.");
  },
  async edit(message) {
    const readable = unescape(message.text.replace(/<(@[A-Z0-9]+|#[A-Z0-9]+)>/g,
      (all, id) => id[0] + (id[0] === "@" ? names.user(id.slice(1)) : names.channel(id.slice(1))))
      .replace(/<(https?:[^|>]+)(\|[^>]*)?>/g, "$1"));
    const text = await question({ title: "Edit message", yes: "Save", value: readable });
    if (text) await done(act("edit", { user: page.me, channel: page.channelId(), ts: message.ts, text }));
  },
  async remove(message) {
    const sure = await question({ title: "Delete message", text: "Delete this message? This cannot be undone.",
      yes: "Delete", danger: true });
    if (sure) await done(act("delete", { user: page.me, channel: page.channelId(), ts: message.ts }));
  },
});

const byTime = (a, b) => (a.ts < b.ts ? -1 : 1);
const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;

function paintMessages() {
  const { messages, ephemerals } = page.listed;
  const top = [...messages.filter((one) => !isReply(one) || one.subtype === "thread_broadcast"),
    ...ephemerals.filter((one) => !one.thread_ts)];
  const status = (message) => [page.me, page.state.statuses[`${page.channelId()} ${message.ts}`]];
  const outside = rowParts(false);
  renewScrolled($("messages"), rows(top.sort(byTime), status), (item) => row(item, outside), page.toEnd);
  $("thread").hidden = !page.thread;
  $("frame").classList.toggle("with-thread", Boolean(page.thread));
  if (!page.thread) return;
  const inside = [...messages.filter((one) => (one.thread_ts ?? one.ts) === page.thread),
    ...ephemerals.filter((one) => one.thread_ts === page.thread)];
  const within = rowParts(true);
  renewScrolled($("replies"), rows(inside.sort(byTime), status), (item) => row(item, within), page.toEnd);
  const word = page.state.statuses[`${page.channelId()} ${page.thread}`];
  $("status").textContent = word ? `${page.state.bot.real_name} ${word}` : "";
}

function paintHome(view) {
  const show = page.room === "app" && page.tab === "home";
  $("home").hidden = !show;
  $("messages").hidden = show;
  $("composer").hidden = show;
  if (!show) return;
  const ctx = { ...blockParts, current: () => undefined,
    act: (block, item, value) => click({
      view_id: view.id, block_id: block.block_id, action_id: item.action_id, value }) };
  renew($("home"), [{ key: "home", signature: view ? view.id + view.hash : "" }],
    () => h("div", { class: "home-inner" },
    view ? blocks(view.blocks, ctx) : h("p", {}, "The app has not published a Home for you yet.")));
}

function paintPrompts() {
  const set = page.room === "app" && page.tab === "messages" && page.state.prompts[page.channelId()];
  $("prompts").hidden = !set;
  if (!set) return;
  const one = (prompt) => h("button", { type: "button", class: "quiet", onclick: () => send(prompt.message) },
    prompt.title);
  renew($("prompts"), [{ key: "prompts", signature: JSON.stringify(set) }],
    () => h("div", {}, h("p", {}, set.title), set.prompts.map(one)));
}

function paintHead() {
  const app = page.room === "app";
  const name = app ? page.state.bot.real_name : `# ${names.channel(page.room)}`;
  $("room-name").textContent = name;
  $("tabs").hidden = !app;
  renew($("tabs"), [{ key: "tabs", signature: page.tab }],
    () => h("span", {}, ["home", "messages"].map((tab) => h("button", {
      type: "button", class: "tab", "aria-pressed": String(tab === page.tab),
      onclick: () => { page.tab = tab; page.go("app"); },
    }, tab === "home" ? "Home" : "Messages"))));
  write.rename(`Message ${name.replace("# ", "#")}`);
  document.title = `${name} · Slack sandbox`;
}

async function refresh() {
  page.state = await look("state") ?? page.state;
  if (!page.state) return;
  if (!user(page.me)) page.me = page.state.users.find((one) => !one.is_bot).id;
  if (!page.room || !mayRead(page.room)) page.room = firstRoom();
  const id = page.channelId();
  const [listed, open] = await Promise.all([
    id ? look("messages", { channel: id, user: page.me }) : { messages: [], ephemerals: [] },
    look("views", { user: page.me }),
  ]);
  if (!listed || !open || id !== page.channelId()) return;
  page.rev = page.state.rev;
  page.listed = listed;
  const newest = page.state.channels.find((one) => one.id === id)?.last_ts;
  const reading = page.room !== "app" || page.tab !== "home";
  if (newest && reading) keep(`seen ${page.me}`, { ...memory(`seen ${page.me}`), [id]: newest });
  paintHead();
  sidebar($("side"), page);
  paintMessages();
  paintHome(open.home);
  paintPrompts();
  showViews(open.views, { blockParts, click,
    submit: (view_id, values) => done(act("submit", { user: page.me, view_id, values })),
    close: (view_id) => done(act("close", { user: page.me, view_id })) });
  page.toEnd = false;
  showTarget();
}

function showTarget() {
  const node = page.target && document.getElementById(`m${page.target}`);
  if (!node) return;
  page.target = "";
  node.classList.add("pointed");
  node.scrollIntoView({ block: "center" });
}

// People write @Inkling as they read it; Slack's own composer turns what they read into the handle.
const handles = (text) => text.replace(/(?<![\w@])@([\w.-]*\w)/g, (all, name) => {
  const same = (word) => word.toLowerCase() === name.toLowerCase();
  const known = page.state.users.find((one) => same(one.name) || same(one.real_name));
  return known ? `@${known.name}` : all;
});

function send(typed, thread_ts = "") {
  const text = handles(typed);
  const where = { user: page.me, channel: page.channelId() };
  const [command, ...rest] = text.split(" ");
  if (!/^\/[a-z]/.test(command)) {
    page.toEnd = true;
    return done(act(page.room === "app" ? "dm" : "say",
      { ...(page.room === "app" ? { user: page.me } : where), text, thread_ts }));
  }
  if (!thread_ts) return done(act("command", { ...where, command, text: rest.join(" ") }));
  toast(`${command} is not supported in threads. Sorry!`);
  return null;
}

const editLast = (inThread) => {
  const own = page.listed.messages.filter((one) => one.user === page.me
    && (!inThread || one.thread_ts === page.thread));
  if (own.length) rowParts(inThread).edit(own.at(-1));
};
const commands = () => page.state?.commands ?? [];
const shortcuts = () => shortcutsOf("global");
const everywhere = (shortcut) => done(act("shortcut", { user: page.me, callback_id: shortcut.callback_id }));
const write = composer($("composer"),
  { placeholder: "Message", send, commands, shortcuts, everywhere, editLast: () => editLast(false) });
const reply = composer($("reply-composer"),
  { placeholder: "Reply", commands, shortcuts, everywhere, send: (text) => send(text, page.thread), editLast: () => editLast(true) });

$("thread-close").addEventListener("click", () => { page.thread = ""; refresh(); });
$("side-toggle").addEventListener("click", () => {
  $("side-toggle").setAttribute("aria-expanded", String($("frame").classList.toggle("side-open")));
});
document.addEventListener("click", (event) => {
  const mention = event.target.closest("button.mention");
  if (mention && mayRead(mention.dataset.channel)) page.go(mention.dataset.channel);
  for (const menu of document.querySelectorAll("details.overflow[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

const permalink = /^\/archives\/(\w+)(?:\/p(\d{10})(\d{6}))?/.exec(location.pathname);
if (permalink) {
  page.room = permalink[1].startsWith("D") ? "app" : permalink[1];
  page.tab = permalink[1].startsWith("D") ? "messages" : page.tab;
  page.target = permalink[2] ? `${permalink[2]}.${permalink[3]}` : "";
  page.thread = new URLSearchParams(location.search).get("thread_ts") ?? "";
}

async function watch() {
  const now = document.hidden ? null : await look("rev");
  if (now && now.rev !== page.rev) await refresh();
  setTimeout(watch, 1000);
}
refresh().then(watch);
