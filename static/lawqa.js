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

// The menu opens and closes by itself; with script also by Escape and by a click elsewhere.
const menu = document.querySelector(".menu");
if (menu) {
  document.addEventListener("click", (click) => {
    if (!menu.contains(click.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (moved) => {
    if (moved.relatedTarget && !menu.contains(moved.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// While an answer grows it is fetched at most so often: several events come within a moment of each other.
const PAUSE_MS = 400;

const article = document.querySelector("[data-events]");
if (article) follow(article.dataset.events, article.dataset.body);

// Each event says only that there is something new: what is shown and said always comes from the server's template,
// so that a reload, another browser and this page show the same.
function follow(events, body) {
  const status = document.getElementById("status");
  const stream = new EventSource(events);
  let running = false;
  let again = false;
  let end;
  const ended = new Promise((resolve) => (end = resolve));

  async function refresh() {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        const response = await fetch(body, { headers: { Accept: "text/html" } });
        if (response.ok) put(new DOMParser().parseFromString(await response.text(), "text/html"));
        say(document.getElementById("answer-body").dataset.said);
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, PAUSE_MS))]);
      }
    } catch {
      if (stream.readyState === EventSource.CLOSED) lose();
    } finally {
      running = false;
    }
  }

  function say(words) {
    if (words !== undefined && words !== status.textContent) status.textContent = words;
  }

  // What the status says is heard; it is seen in the stages, and only this nowhere else.
  function lose() {
    say("The connection was lost. Reload the page.");
    status.classList.remove("off-screen");
  }

  for (const kind of ["restated", "stage", "sources", "claim", "withheld"]) stream.addEventListener(kind, refresh);
  for (const kind of ["done", "failed"]) {
    stream.addEventListener(kind, () => {
      stream.close();
      end();
      refresh();
    });
  }
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) lose();
  };
}

// Replaces only what changed, part by part, so that an opened part stays open, the keyboard stays where it is, and
// nothing that is read moves.
function put(page, id = "answer-body") {
  const now = document.getElementById(id);
  const next = page.getElementById(id);
  if (!now || !next) return;
  if (next.dataset.said !== undefined) now.dataset.said = next.dataset.said;
  const kept = new Set([...next.children].map((part) => part.id));
  [...now.children].filter((part) => !kept.has(part.id)).forEach((part) => part.remove());
  for (const details of next.querySelectorAll("details[id]")) {
    details.open = document.getElementById(details.id)?.open ?? details.open;
  }
  [...next.children].forEach((part, place) => {
    const old = [...now.children].find((other) => other.id === part.id);
    if (!old) now.insertBefore(document.importNode(part, true), now.children[place] || null);
    else if (old.outerHTML !== part.outerHTML) exchange(old, document.importNode(part, true));
  });
  now.className = next.className;
}

function exchange(old, part) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const place = held ? [...old.querySelectorAll(held.tagName)].indexOf(held) : -1;
  keepTyped(old, part);
  old.replaceWith(part);
  if (place >= 0) part.querySelectorAll(held.tagName)[place]?.focus({ preventScroll: true });
}

// What the reader types while an answer comes to its end is his, whatever the server sends.
function keepTyped(old, part) {
  for (const field of old.querySelectorAll("textarea[id]")) {
    const next = part.querySelector(`[id="${field.id}"]`);
    if (!next || field.value === field.defaultValue) continue;
    next.value = field.value;
    next.setSelectionRange(field.selectionStart, field.selectionEnd);
  }
}
