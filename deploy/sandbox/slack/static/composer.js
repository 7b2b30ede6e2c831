// The box to write in: Enter sends, Shift+Enter starts a line, the arrow up edits one's last message.

import { h } from "./dom.js";

export function composer(box, { placeholder, send, editLast, commands }) {
  const list = h("div", { class: "hints", hidden: true });
  const area = h("textarea", { rows: "1", placeholder, "aria-label": placeholder });
  const fit = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight, 160)}px`; };
  const hint = () => {
    const typed = /^\/\S*$/.test(area.value) ? commands().filter((command) => command.startsWith(area.value)) : [];
    list.replaceChildren(...typed.map((command) => h("button", {
      type: "button", onclick: () => { area.value = `${command} `; hint(); area.focus(); },
    }, command)));
    list.hidden = typed.length === 0;
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
