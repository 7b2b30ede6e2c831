// The box to write in: Enter sends, Shift+Enter starts a line, the arrow up edits one's last message. A slash offers
// commands and the shortcuts that work everywhere, as Slack does.

import { h } from "./dom.js";

export function composer(box, { placeholder, send, editLast, commands, shortcuts, everywhere }) {
  const list = h("div", { class: "hints", hidden: true });
  const area = h("textarea", { rows: "1", placeholder, "aria-label": placeholder });
  const fit = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight, 160)}px`; };
  const hint = () => {
    const slash = /^\/\S*$/.test(area.value);
    const typed = slash ? commands().filter((command) => command.startsWith(area.value)) : [];
    const meant = slash ? shortcuts().filter((one) => one.name.toLowerCase().includes(area.value.slice(1))) : [];
    const use = (words, onclick) => h("button", { type: "button", onclick }, words);
    list.replaceChildren(
      ...typed.map((command) => use(command, () => { area.value = `${command} `; hint(); area.focus(); })),
      ...meant.map((one) => use(one.name, () => { area.value = ""; hint(); everywhere(one); })));
    list.hidden = !list.children.length;
  };
  const submit = async () => {
    const text = area.value.trim();
    if (!text) return;
    area.value = "";
    fit();
    hint();
    if ((await send(text)) === null) area.value ||= text;
  };
  area.addEventListener("input", () => { fit(); hint(); });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && !area.value && editLast) {
      event.preventDefault();
      editLast();
    }
  });
  box.replaceChildren(list, h("div", { class: "composer" }, area,
    h("button", { type: "button", class: "button primary", onclick: submit }, "Send")));
  const rename = (name) => {
    area.placeholder = name;
    area.setAttribute("aria-label", name);
  };
  return { focus: () => area.focus(), rename };
}
