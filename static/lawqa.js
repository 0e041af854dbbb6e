// Shows an answer while it is being made, and copies citations. Every page works without it.
"use strict";

document.documentElement.classList.add("script");

const COPIED_MS = 1500;

document.addEventListener("click", async (click) => {
  const button = click.target.closest("[data-copy]");
  if (!button || button.dataset.busy) return;
  const label = button.textContent;
  button.dataset.busy = "1";
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select and copy by hand";
  }
  setTimeout(() => {
    button.textContent = label;
    delete button.dataset.busy;
  }, COPIED_MS);
});

const article = document.querySelector("[data-events]");
if (article) follow(article.dataset.events, article.dataset.body);

// Each event says only that there is something new: what is shown always comes from the server's template,
// so that a reload, another browser and this page show the same.
function follow(events, body) {
  const status = document.getElementById("status");
  const stream = new EventSource(events);
  let sentences = 0;
  let running = false;
  let again = false;

  async function refresh() {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      const response = await fetch(body, { headers: { Accept: "text/html" } });
      if (response.ok) put(new DOMParser().parseFromString(await response.text(), "text/html"));
    }
    running = false;
  }

  function on(kind, say) {
    stream.addEventListener(kind, (event) => {
      const said = say(JSON.parse(event.data));
      if (said) status.textContent = said;
      refresh().catch(() => { running = false; });
    });
  }

  on("stage", (data) => ({
    citations: "Citations read.",
    keywords: "Keywords found.",
    retrieval: "The shelf is searched.",
    writing: "The sentences are chosen.",
    verification: "Every sentence is verified.",
  })[data.name] || "");
  on("sources", () => "");
  on("claim", () => `${++sentences} verified so far.`);
  on("withheld", () => "");
  on("done", (data) => {
    stream.close();
    return data.outcome && data.outcome !== "answered" ? "There is no answer; the reason is below." : "The answer is complete.";
  });
  on("failed", (data) => {
    stream.close();
    return data.message;
  });
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) status.textContent = "The connection was lost. Reload the page.";
  };
}

// Replaces only what changed, part by part, so that an opened part stays open and nothing jumps.
function put(page, id = "answer-body") {
  const now = document.getElementById(id);
  const next = page.getElementById(id);
  if (!now || !next) return;
  now.className = next.className;
  const kept = new Set([...next.children].map((part) => part.id));
  [...now.children].filter((part) => !kept.has(part.id)).forEach((part) => part.remove());
  for (const details of next.querySelectorAll("details[id]")) {
    details.open = document.getElementById(details.id)?.open ?? details.open;
  }
  [...next.children].forEach((part, place) => {
    const old = [...now.children].find((other) => other.id === part.id);
    if (!old) now.insertBefore(document.importNode(part, true), now.children[place] || null);
    else if (old.outerHTML !== part.outerHTML) old.replaceWith(document.importNode(part, true));
  });
}
