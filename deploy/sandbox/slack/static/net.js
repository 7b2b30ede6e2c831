// Talking to the sandbox's control API; trouble is shown to the person and returned as null.

let showTrouble = () => {};
export const onTrouble = (show) => { showTrouble = show; };

async function ask(url, options) {
  try {
    const answer = await fetch(url, options);
    const body = await answer.json();
    if (answer.ok) return body;
    showTrouble(body.error ?? `The sandbox answered ${answer.status}.`);
  } catch {
    showTrouble("The sandbox does not answer. Is it still running?");
  }
  return null;
}

export const look = (name, query = {}) => ask(`/_control/${name}?${new URLSearchParams(query)}`);

export const act = (name, args) => ask(`/_control/${name}`, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(args),
});
