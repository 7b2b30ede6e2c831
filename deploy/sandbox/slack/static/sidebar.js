// The left bar: workspace, who you are, channels and the app.

import { h, renew } from "./dom.js";
import { avatar } from "./messages.js";

export function sidebar(box, page) {
  const { state, me, room } = page;
  const mine = state.channels.filter((channel) => !channel.is_im && channel.members.includes(me));
  const others = state.channels.filter((channel) => !channel.is_im && !channel.is_private
    && !channel.members.includes(me));
  const signature = JSON.stringify([me, room, page.tab, state.users,
    mine.map((channel) => [channel.id, unread(channel, page)]),
    others.map((channel) => channel.id), unread(page.direct(), page)]);
  renew(box, [{ key: "side", signature }], () => h("div", { class: "side-inner" },
    h("p", { class: "team" }, state.team.name),
    h("label", { class: "you" }, h("span", {}, "You are:"), people(state, me, page)),
    h("p", { class: "side-title", id: "side-channels" }, "Channels"),
    h("ul", { "aria-labelledby": "side-channels" },
      mine.map((channel) => h("li", {}, room_(`# ${channel.name}`, channel.id, unread(channel, page), page))),
      others.map((channel) => h("li", {},
        h("button", { type: "button", class: "other", onclick: () => page.join(channel) }, `# ${channel.name}`,
        h("small", {}, "Join"))))),
    h("p", { class: "side-title", id: "side-apps" }, "Apps"),
    h("ul", { "aria-labelledby": "side-apps" }, h("li", {}, h("button", {
      type: "button", class: unread(page.direct(), page) ? "unread" : "", "aria-current": room === "app" ? "page"
        : null,
      onclick: () => page.go("app"),
    }, avatar(state.bot.id, state.bot.real_name), state.bot.real_name)))));
}

function people(state, me, page) {
  const node = h("select", { "aria-label": "You are" }, state.users.filter((user) => !user.is_bot).map(
    (user) => h("option", { value: user.id, selected: user.id === me }, user.name)));
  node.addEventListener("change", () => page.become(node.value));
  return node;
}

const unread = (channel, page) => Boolean(channel?.last_ts) && channel.last_ts > (page.seen(channel.id) ?? "");

const room_ = (name, id, isUnread, page) => h("button", {
  type: "button", class: isUnread ? "unread" : "", "aria-current": page.room === id ? "page" : null,
    onclick: () => page.go(id),
}, name);
