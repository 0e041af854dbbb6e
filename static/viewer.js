// Shows an original page by page with the quoted words marked. Nothing of a PDF is run: no scripts, no forms.
import * as pdfjs from "./pdfjs/build/pdf.mjs";

const POINT = 96 / 72; // CSS pixels of a point at 100 %
const ZOOMS = [0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
const WIDEST_FIT = 1.6; // beyond it a page on a large screen is only large
const MAX_PIXELS = 2 ** 24; // of one page's picture; phones refuse larger ones
const LETTER = { width: 612, height: 792 };

const root = document.getElementById("viewer");
const byId = (id) => document.getElementById(id);
const box = byId("sheets");
const assets = new URL("./pdfjs/", import.meta.url).href;
pdfjs.GlobalWorkerOptions.workerSrc = `${assets}build/pdf.worker.mjs`;

const state = { pdf: null, sheets: [], current: Number(root.dataset.page) || 1, zoom: 1, fits: true, goal: null };

start();

async function start() {
  const finding = findPlaces();
  try {
    state.pdf = await open();
  } catch (error) {
    byId("loading").textContent = whyNot(error);
    root.dataset.state = "failed";
    return;
  }
  const places = await finding;
  layOut(state.pdf.numPages, places.sizes);
  mark(places);
  listen();
  fit();
  if (state.goal) toWords();
  else goTo(state.current);
  box.focus({ preventScroll: true, focusVisible: false });
  root.dataset.state = "ready";
}

function open() {
  return pdfjs.getDocument({
    url: new URL(root.dataset.file, location.href).href,
    cMapUrl: `${assets}cmaps/`,
    standardFontDataUrl: `${assets}standard_fonts/`,
    wasmUrl: `${assets}wasm/`,
    useWasm: false,
    enableXfa: false,
    isEvalSupported: false,
    disableAutoFetch: true,
    disableStream: true,
    rangeChunkSize: 2 ** 18,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  }).promise;
}

async function findPlaces() {
  const none = { pages: [], sizes: [], message: "The place of the words could not be asked for. Reload the page." };
  try {
    const response = await fetch(root.dataset.places, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : none;
  } catch {
    return none;
  }
}

function whyNot(error) {
  if (error?.name === "PasswordException") return "The original can only be opened with a password. Download it to open it in another program.";
  if (error?.status === 404) return "The original is not on this server any more.";
  if (error?.name === "InvalidPDFException") return "The original is damaged and cannot be shown here. Download it to try another program.";
  return "The original could not be loaded. Reload the page, or download it.";
}

// Every page has its place and size from the start, so that nothing jumps; pictures are drawn near the window only.
function layOut(count, sizes) {
  byId("of").textContent = `of ${count}`;
  byId("loading").remove();
  const near = new IntersectionObserver(
    (entries) => entries.forEach((entry) => (entry.isIntersecting ? draw(entry.target) : clear(entry.target))),
    { root: box, rootMargin: "100% 0px" },
  );
  let size = sizes[0] ? { width: sizes[0][1], height: sizes[0][2] } : LETTER;
  const changes = new Map(sizes.map(([number, width, height]) => [number, { width, height }]));
  for (let number = 1; number <= count; number += 1) {
    size = changes.get(number) ?? size;
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    sheet.dataset.number = number;
    sheet.setAttribute("role", "group");
    sheet.setAttribute("aria-label", `Page ${number}`);
    setSize(sheet, size);
    state.sheets.push(sheet);
    box.append(sheet);
    near.observe(sheet);
  }
  state.current = clamp(state.current, 1, count);
}

function setSize(sheet, { width, height }) {
  sheet.style.setProperty("--page-width", width);
  sheet.style.setProperty("--page-height", height);
  sheet.pageWidth = width;
}

async function draw(sheet) {
  sheet.near = true;
  if (sheet.drawn === state.zoom || sheet.task) return;
  const zoom = state.zoom;
  const page = await state.pdf.getPage(Number(sheet.dataset.number));
  if (!sheet.near || sheet.task || sheet.drawn === zoom) return;
  const natural = page.getViewport({ scale: 1 });
  setSize(sheet, natural);
  const viewport = page.getViewport({ scale: zoom * POINT });
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const ratio = Math.min(devicePixelRatio || 1, Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height)));
  canvas.width = Math.max(1, Math.round(viewport.width * ratio));
  canvas.height = Math.max(1, Math.round(viewport.height * ratio));
  sheet.task = page.render({ canvas, viewport, transform: [ratio, 0, 0, ratio, 0, 0] });
  try {
    await sheet.task.promise;
    sheet.querySelector("canvas")?.remove();
    sheet.prepend(canvas);
    sheet.drawn = zoom;
    if (!sheet.querySelector(".text-of-page")) await addText(sheet, page);
  } catch (error) {
    if (error?.name !== "RenderingCancelledException") sheet.dataset.failed = "yes";
  } finally {
    sheet.task = null;
  }
  if (!sheet.near) clear(sheet);
  else if (sheet.drawn !== state.zoom && !sheet.dataset.failed) draw(sheet);
}

async function addText(sheet, page) {
  const container = document.createElement("div");
  container.className = "text-of-page";
  sheet.querySelector("canvas").after(container);
  const viewport = page.getViewport({ scale: state.zoom * POINT });
  await new pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container, viewport }).render();
}

function clear(sheet) {
  sheet.near = false;
  sheet.task?.cancel();
  const canvas = sheet.querySelector("canvas");
  if (canvas) canvas.width = canvas.height = 0; // gives the memory back at once
  canvas?.remove();
  sheet.querySelector(".text-of-page")?.remove();
  sheet.drawn = null;
}

// Boxes are shares of the page, so that they stay on their words at every zoom.
function mark(places) {
  say(places);
  for (const page of places.pages) {
    const sheet = state.sheets[page.number - 1];
    if (!sheet || !page.boxes.length || !page.width || !page.height) continue;
    const layer = document.createElement("div");
    layer.className = root.dataset.whole ? "places whole" : "places";
    for (const lines of root.dataset.whole ? columns(page.boxes) : page.boxes) layer.append(placed(page, ...lines));
    sheet.append(layer);
    state.goal ??= layer.firstElementChild;
  }
  byId("to-words").disabled = !state.goal;
}

// Lines of one column as one box: a line that goes back up the page begins another column.
function columns(boxes) {
  const found = [];
  for (const [x0, y0, x1, y1] of boxes) {
    const last = found.at(-1);
    if (last && y1 > last[3] - 2 && x0 < last[2] && last[0] < x1) {
      found[found.length - 1] = [Math.min(last[0], x0), last[1], Math.max(last[2], x1), Math.max(last[3], y1)];
    } else {
      found.push([x0, y0, x1, y1]);
    }
  }
  return found;
}

function placed(page, x0, y0, x1, y1) {
  const place = document.createElement("div");
  place.className = "place";
  place.style.left = `${(100 * x0) / page.width}%`;
  place.style.top = `${(100 * y0) / page.height}%`;
  if (!root.dataset.whole) place.style.width = `${(100 * (x1 - x0)) / page.width}%`;
  place.style.height = `${(100 * (y1 - y0)) / page.height}%`;
  return place;
}

function say(places) {
  const message = byId("message");
  message.textContent = places.message;
  message.hidden = !places.message;
  const [first, last] = [places.pages[0], places.pages.at(-1)];
  const name = (page) => (page.label && page.label !== String(page.number) ? `${page.number} (${page.label})` : page.number);
  const where = !first ? "" : first === last ? `Page ${name(first)}` : `Pages ${name(first)} ${last.number - first.number > 1 ? "to" : "and"} ${name(last)}`;
  for (const element of document.querySelectorAll(".where")) element.textContent = where;
  const notes = new Set(places.pages.flatMap((page) => page.notes));
  byId("notes").replaceChildren(...[...notes].map((note) => Object.assign(document.createElement("li"), { textContent: note })));
}

function listen() {
  byId("before").onclick = () => goTo(state.current - 1);
  byId("after").onclick = () => goTo(state.current + 1);
  byId("smaller").onclick = () => zoomBy(-1);
  byId("larger").onclick = () => zoomBy(1);
  byId("fit").onclick = fit;
  byId("to-words").onclick = toWords;
  const input = byId("number");
  input.onfocus = () => input.select();
  input.onchange = () => {
    goTo(Number.parseInt(input.value, 10) || state.current);
    input.value = state.current; // what was typed may be no page
  };
  box.addEventListener("keydown", onKey);
  box.addEventListener("scroll", follow, { passive: true });
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (state.fits && box.clientWidth !== width) fit();
    width = box.clientWidth;
  }).observe(box);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const wide = box.scrollWidth > box.clientWidth;
  const actions = {
    ArrowLeft: wide ? null : () => goTo(state.current - 1),
    ArrowRight: wide ? null : () => goTo(state.current + 1),
    "+": () => zoomBy(1),
    "=": () => zoomBy(1),
    "-": () => zoomBy(-1),
    0: fit,
    h: toWords,
    H: toWords,
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function goTo(number) {
  show(clamp(number, 1, state.sheets.length));
  const sheet = state.sheets[state.current - 1];
  box.scrollTop += sheet.getBoundingClientRect().top - box.getBoundingClientRect().top - parseFloat(getComputedStyle(box).paddingTop);
}

function toWords() {
  if (!state.goal) return;
  show(Number(state.goal.closest(".sheet").dataset.number));
  const window = box.getBoundingClientRect();
  box.scrollTop += state.goal.getBoundingClientRect().top - window.top - box.clientHeight * 0.3;
  const left = Math.min(...[...state.goal.parentElement.children].map((place) => place.getBoundingClientRect().left));
  if (left < window.left || left > window.right - box.clientWidth / 3) box.scrollLeft += left - window.left - 24;
}

// The page that is read is the one under a line at a third of the window.
function follow() {
  const line = box.getBoundingClientRect().top + box.clientHeight / 3;
  let [low, high] = [0, state.sheets.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (state.sheets[middle].getBoundingClientRect().bottom < line) low = middle + 1;
    else high = middle;
  }
  show(low + 1);
}

function show(number) {
  state.current = number;
  const input = byId("number");
  if (document.activeElement !== input) input.value = number;
  byId("before").disabled = number <= 1;
  byId("after").disabled = number >= state.sheets.length;
}

function fit() {
  state.fits = true;
  const style = getComputedStyle(box);
  const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  setZoom(Math.min(WIDEST_FIT, room / (state.sheets[state.current - 1].pageWidth * POINT)));
}

function zoomBy(step) {
  state.fits = false;
  const next = step > 0 ? ZOOMS.find((zoom) => zoom > state.zoom + 0.01) : ZOOMS.findLast((zoom) => zoom < state.zoom - 0.01);
  if (next) setZoom(next);
}

// What stands in the middle of the window stays there.
function setZoom(zoom) {
  const sheet = state.sheets[state.current - 1];
  const middle = () => box.getBoundingClientRect().top + box.clientHeight / 2;
  const before = sheet.getBoundingClientRect();
  const share = before.height ? (middle() - before.top) / before.height : 0;
  state.zoom = zoom;
  box.style.setProperty("--total-scale-factor", zoom * POINT);
  const after = sheet.getBoundingClientRect();
  box.scrollTop += after.top + share * after.height - middle();
  box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
  byId("zoom").textContent = `${Math.round(zoom * 100)} %`;
  byId("fit").setAttribute("aria-pressed", String(state.fits));
  for (const other of state.sheets) if (other.near) draw(other);
}

function clamp(number, low, high) {
  return Math.min(Math.max(number, low), high);
}
