// Stops an answer without leaving the page, refreshes what stands around it, and shows keywords as chips.
// Every page works without it.
"use strict";

const answerPage = document.querySelector("article.answer");
if (answerPage?.dataset.again) refreshAround(answerPage);
document.addEventListener("submit", stopHere);
chipsIn(document);
if (answerPage) new MutationObserver(() => chipsIn(answerPage)).observe(answerPage, { childList: true, subtree: true });

// Stop: the server says by an event when nothing more comes; until then the page stays as it is.
async function stopHere(submit) {
  const form = submit.target.closest("form.stop");
  if (!form || submit.defaultPrevented) return;
  submit.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  button.textContent = "Stopping …";
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (response.type !== "opaqueredirect" && !response.ok) throw new Error(String(response.status));
  } catch {
    form.submit(); // without script: the server's own page says what is wrong
  }
}

// How the question was read and which day it names is known before its first sentence; the rest when it is finished.
// Between the two nothing is touched, so that nothing that is read moves.
function refreshAround(article) {
  const body = document.getElementById("answer-body");
  let due = 0;
  let asked = 0;

  async function refresh() {
    const turn = ++asked;
    const response = await fetch(article.dataset.again, { headers: { Accept: "text/html" } });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== asked) return; // a later one is on its way, or was faster
    for (const id of ["asked-as", "asked-tools", "again"]) put(page, id);
  }

  new MutationObserver((_, observer) => {
    const finished = body.classList.contains("finished");
    if (finished) observer.disconnect();
    else if (body.querySelector(".claim, .statement")) return;
    clearTimeout(due);
    due = setTimeout(() => refresh().catch(() => {}), finished ? 0 : 200);
  }).observe(body, { attributes: true, childList: true, attributeFilter: ["class"] });
}

// The field of keywords stays what is sent; the chips only edit it.
function chipsIn(root) {
  for (const box of root.querySelectorAll("[data-chips]:not([data-ready])")) {
    box.dataset.ready = "1";
    chips(box, box.querySelector("input[name=terms]"));
  }
}

function chips(box, field) {
  const list = document.createElement("ul");
  const add = document.createElement("input");
  const words = () => read(field.value);
  list.className = "chips";
  add.id = "terms-add";
  add.maxLength = 80;
  add.autocomplete = "off";
  add.placeholder = "Add a keyword";
  add.setAttribute("aria-describedby", "terms-note");

  function put(chosen) {
    field.value = [...new Set(chosen)].join(", ");
    list.replaceChildren(...words().map((word) => chip(word, () => {
      put(words().filter((other) => other !== word));
      add.focus();
    })));
  }

  function take() {
    if (add.value.trim()) put([...words(), ...read(add.value)]);
    add.value = "";
  }

  add.addEventListener("keydown", (key) => {
    if (key.key === "Enter" && add.value.trim()) key.preventDefault();
    if (key.key === "Enter" || key.key === ",") {
      if (key.key === ",") key.preventDefault();
      take();
    }
  });
  add.addEventListener("change", take);
  add.setAttribute("form", field.getAttribute("form")); // Enter in an empty field searches
  for (const label of document.querySelectorAll("label[for=terms]")) label.htmlFor = add.id;
  field.type = "hidden";
  field.before(list, add);
  put(words());
}

function read(text) {
  return text.split(/[,;\n]/).map((word) => word.trim()).filter(Boolean);
}

function chip(word, remove) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  const button = document.createElement("button");
  text.textContent = word;
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", `Remove “${word}”`);
  button.addEventListener("click", remove);
  item.append(text, button);
  return item;
}
