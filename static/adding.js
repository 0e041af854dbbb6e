// Sends files one by one with their progress, and keeps the pages of jobs up to date. Every page works without it.
"use strict";

const EVERY_MS = 1000;
const HIDDEN_MS = 10000;
const AT_ONCE = 2;
const MEGABYTE = 1e6;

const addForm = document.getElementById("add");
if (addForm) adding(addForm);

const live = document.getElementById("live-body");
if (live?.dataset.follow) follow(live);

// --- Adding ---

function adding(form) {
  const shelf = form.elements.shelf;
  const extra = document.getElementById("new-shelf");
  const choose = () => { extra.hidden = shelf.value !== extra.dataset.shownFor; };
  shelf.addEventListener("change", choose);
  choose();

  const queue = [];
  const tally = { running: 0, added: 0, there: 0, refused: 0, total: 0 };
  const drop = document.getElementById("drop");
  for (const chooser of form.querySelectorAll(".chooser")) {
    chooser.addEventListener("change", () => {
      take([...chooser.files].map((file) => [file, file.webkitRelativePath || file.name]));
      chooser.value = "";
    });
  }
  form.addEventListener("submit", (submit) => submit.preventDefault());
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (drag) => {
      if (!drag.dataTransfer?.types.includes("Files")) return;
      drag.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (drag) => { if (!drag.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", async (dropped) => {
    if (!dropped.dataTransfer?.types.includes("Files")) return;
    dropped.preventDefault();
    drop.classList.remove("over");
    take(await droppedFiles(dropped.dataTransfer));
  });
  addEventListener("beforeunload", (leave) => { if (tally.running || queue.length) leave.preventDefault(); });

  function take(found) {
    if (shelf.value === extra.dataset.shownFor && !form.elements.new_shelf.value.trim()) {
      form.elements.new_shelf.setCustomValidity("Give the new shelf a name first.");
      form.elements.new_shelf.reportValidity();
      form.elements.new_shelf.addEventListener("input", (typed) => typed.target.setCustomValidity(""), { once: true });
      return;
    }
    const sending = document.getElementById("sending");
    sending.hidden = false;
    const kept = found.filter(([, name]) => !name.split("/").some((part) => part.startsWith(".")));
    if (!kept.length) document.getElementById("sent").textContent = "There is no file in it that could be added.";
    for (const [file, name] of kept) {
      queue.push({ file, name, row: newRow(file, name), fields: chosen() });
      tally.total += 1;
    }
    next();
  }

  // What is chosen now, so that a later change of the shelf does not touch files that wait.
  function chosen() {
    const fields = {};
    for (const name of ["csrfmiddlewaretoken", "shelf", "new_shelf", "batch"]) fields[name] = form.elements[name].value;
    if (form.elements.check_first.checked) fields.check_first = "on";
    return fields;
  }

  function next() {
    while (queue.length && tally.running < AT_ONCE) {
      tally.running += 1;
      const item = queue.shift();
      send(item).then((kind) => {
        tally.running -= 1;
        tally[kind] += 1;
        report();
        next();
      });
    }
  }

  function report() {
    const said = [`${tally.added} of ${tally.total} received`];
    if (tally.there) said.push(`${tally.there} there already`);
    if (tally.refused) said.push(`${tally.refused} not added`);
    document.getElementById("sent").textContent = `${said.join(", ")}.`;
    const settled = tally.added + tally.there + tally.refused === tally.total;
    if (settled && tally.added && !tally.there && !tally.refused) {
      location.assign(document.querySelector("#watch a").href);
    }
  }

  async function send(item) {
    const limit = Number(form.dataset.limit);
    if (item.file.size > limit) {
      return refuse(item, `It is larger than ${Math.round(limit / MEGABYTE)} MB, the most that this installation takes. Divide it, or ask the operator to raise LAWQA_MAX_UPLOAD_MB.`);
    }
    if (!(await readable(item.file))) {
      return refuse(item, "It could not be read: it is gone, a folder, or open elsewhere. Look whether it is still there, then add it again.");
    }
    const reply = await post(item);
    if (reply.status === 201) return received(item, reply.body);
    if (reply.status === 200 && reply.body.url) return known(item, reply.body);
    return refuse(item, reply.body.error || sentenceOf(reply.status), ![413, 415].includes(reply.status));
  }

  function post(item) {
    const data = new FormData();
    for (const [name, value] of Object.entries(item.fields)) data.append(name, value);
    data.append("name", item.name);
    data.append("file", item.file, item.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.send);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "text";
    const bar = item.row.querySelector("progress");
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) bar.value = sent.loaded / sent.total;
      if (sent.loaded === sent.total) tell(item, "Being kept …");
    });
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        let body = {};
        try { body = JSON.parse(request.responseText); } catch { /* a page, or nothing: the status tells */ }
        resolve({ status: request.status, body });
      });
      request.send(data);
    });
  }

  function received(item, body) {
    end(item, "added", "Received.");
    link(item, body.url, "Follow it");
    const watch = document.getElementById("watch");
    watch.hidden = false;
    watch.querySelector("a").href = body.batch_url;
    return "added";
  }

  function known(item, body) {
    end(item, "there", body.said);
    link(item, body.url, "See it");
    return "there";
  }

  function refuse(item, said, again = false) {
    end(item, "refused", said);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Send again";
      button.addEventListener("click", () => {
        tally.refused -= 1;
        button.remove();
        end(item, "", "");
        item.row.querySelector("progress").hidden = false;
        item.fields = chosen();
        queue.push(item);
        next();
      });
      item.row.append(button);
    }
    return "refused";
  }
}

function newRow(file, name) {
  const row = document.getElementById("sent-file").content.firstElementChild.cloneNode(true);
  row.querySelector(".name").textContent = name;
  row.querySelector(".size").textContent = sizeOf(file.size);
  row.querySelector("progress").setAttribute("aria-label", `Sending ${name}`);
  document.getElementById("sent-files").append(row);
  return row;
}

function tell(item, said) {
  item.row.querySelector(".said").textContent = said;
}

function end(item, kind, said) {
  item.row.className = `sent-file ${kind}`;
  item.row.querySelector("progress").hidden = true;
  tell(item, said);
}

function link(item, address, said) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.textContent = said;
  item.row.querySelector(".said").append(" ", anchor);
}

function sentenceOf(status) {
  return {
    0: "The connection broke off before the file was received. Look whether the server runs, then send it again.",
    403: "The page has expired. Reload it, then add the file again.",
    413: "The file is larger than this installation takes. Divide it, or ask the operator to raise LAWQA_MAX_UPLOAD_MB.",
    503: "The library is busy. Wait a moment, then send it again.",
    507: "There is no room left on the server’s disk. Tell the operator, then send it again.",
  }[status] || `The server answered with ${status}. Send it again; if that stays, tell the operator.`;
}

function sizeOf(bytes) {
  if (bytes >= MEGABYTE) return `${(bytes / MEGABYTE).toFixed(1)} MB`;
  return bytes >= 1000 ? `${Math.round(bytes / 1000)} kB` : `${bytes} bytes`;
}

// A folder that was dropped looks like a file until its bytes are asked for; so does a file that is gone.
async function readable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function droppedFiles(transfer) {
  // Both lists are empty after the first wait, so they are taken before it.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...transfer.files].map((file) => [file, file.name]);
  if (!entries.length) return plain;
  const lost = [];
  const found = (await Promise.all(entries.map((entry) => walk(entry, lost)))).flat();
  if (lost.length) document.getElementById("sent").textContent = `Not readable and left out: ${lost.join(", ")}.`;
  return found;
}

async function walk(entry, lost) {
  try {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      return [[file, entry.fullPath.replace(/^\//, "")]];
    }
    const reader = entry.createReader();
    const inside = [];
    for (;;) { // a reader hands out a hundred at a time
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) break;
      inside.push(...some);
    }
    return (await Promise.all(inside.map((child) => walk(child, lost)))).flat();
  } catch {
    lost.push(entry.name);
    return [];
  }
}

// --- Following ---

// What is shown always comes from the server's template, so that a reload and this page show the same.
function follow(body) {
  const said = document.getElementById("said");
  let failures = 0;
  let edited = false;
  document.addEventListener("input", () => { edited = true; });

  const wait = () => setTimeout(step, Math.min(30000, (document.hidden ? HIDDEN_MS : EVERY_MS) * 2 ** Math.min(failures, 5)));

  async function step() {
    try {
      const response = await fetch(body.dataset.follow, { headers: { Accept: "text/html" }, redirect: "error" });
      if (response.status === 404) return location.reload();
      if (!response.ok) throw new Error(String(response.status));
      failures = 0;
      renew(new DOMParser().parseFromString(await response.text(), "text/html"));
    } catch {
      failures += 1;
      if (failures === 5) said.textContent = "The server has not answered for a while. The page goes on asking.";
    }
    if (body.dataset.follow) wait();
    return undefined;
  }

  function renew(page) {
    const next = page.getElementById(body.id);
    if (!next) return;
    const focused = document.activeElement?.id;
    const before = body.dataset.state;
    putJobs(page);
    put(page, body.id);
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
    for (const name of ["follow", "said", "state"]) {
      if (next.dataset[name] === undefined) delete body.dataset[name];
      else body.dataset[name] = next.dataset[name];
    }
    if (body.dataset.said && said.textContent !== body.dataset.said) said.textContent = body.dataset.said;
    // The rest of a job's page (facts, sections, changes) comes anew when its work has ended.
    if (before && !body.dataset.follow && !edited) location.reload();
  }

  wait();
}

// Row by row, so that only what changed is drawn again.
function putJobs(page) {
  const now = document.getElementById("jobs");
  const next = page.getElementById("jobs");
  if (!now || !next) return;
  const rows = new Map([...now.children].map((row) => [row.id, row]));
  const wanted = [...next.children].map((row) => {
    const old = rows.get(row.id);
    return old && old.outerHTML === row.outerHTML ? old : document.importNode(row, true);
  });
  const places = [...now.children];
  if (wanted.length === places.length && wanted.every((row, place) => row.id === places[place].id)) {
    wanted.forEach((row, place) => { if (row !== places[place]) places[place].replaceWith(row); });
  } else {
    now.replaceChildren(...wanted);
  }
  next.replaceWith(now.cloneNode(true)); // this part is done
}
