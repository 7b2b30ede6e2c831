// Building and renewing parts of the page; everything a person or app wrote becomes text nodes, never markup.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Show `items` in `box`: a node is built anew only when its signature changed, so that nothing else moves.
export function renew(box, items, build) {
  const old = new Map([...box.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const known = old.get(item.key);
    if (known && known.dataset.signature === item.signature) return known;
    const node = build(item);
    node.dataset.key = item.key;
    node.dataset.signature = item.signature;
    return node;
  });
  nodes.forEach((node, at) => {
    if (box.children[at] !== node) box.insertBefore(node, box.children[at] ?? null);
  });
  while (box.children.length > nodes.length) box.lastChild.remove();
}

// Like renew, for a scrolling list: whoever reads the newest line keeps seeing the newest line.
export function renewScrolled(box, items, build, toEnd) {
  const atEnd = toEnd || box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  renew(box, items, build);
  if (atEnd) box.scrollTop = box.scrollHeight;
}

export function initials(name) {
  const words = name.split(/[\s\-_.]+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words[1][0] : name.slice(0, 2)).toUpperCase();
}

export function hue(id) {
  return [...id].reduce((sum, letter) => (sum * 7 + letter.codePointAt(0)) % 127, 7) % 8;
}
