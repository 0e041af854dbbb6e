// What is wrong with the page that is open, as sentences. `frame`: it has the site's header, footer and title.
// Thresholds are those of WCAG 2.2 AA, but for large text, of which 4.5 is asked as of all other.
({ frame, foreign }) => {
  const faults = [];
  const say = (fault, element) =>
    faults.push(element ? `${fault}: ${element.outerHTML.slice(0, 160).replace(/\s+/g, " ")}` : fault);
  const own = (selector) => [...document.querySelectorAll(selector)].filter((element) => !foreign || !element.closest(foreign));
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;

  // Colours: [red, green, blue, opacity]
  const read = (colour) => {
    const numbers = colour.match(/[\d.]+/g).map(Number);
    const scale = colour.startsWith("color(srgb") ? 255 : 1;
    return [...numbers.slice(0, 3).map((number) => number * scale), numbers[3] ?? 1];
  };
  const over = (upper, lower) => {
    const opacity = upper[3] + lower[3] * (1 - upper[3]);
    const mixed = [0, 1, 2].map((at) => (upper[at] * upper[3] + lower[at] * lower[3] * (1 - upper[3])) / (opacity || 1));
    return [...mixed, opacity];
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    let colour = [0, 0, 0, 0];
    for (let at = element; at; at = at.parentElement) colour = over(colour, read(getComputedStyle(at).backgroundColor));
    return over(colour, [255, 255, 255, 1]);
  };
  const opacity = (element) => {
    let product = 1;
    for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
    return product;
  };

  function text() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const exempt = "script, style, option, :disabled, [aria-hidden=true]";
      if (!node.data.trim() || element.closest(exempt) || (foreign && element.closest(foreign)) || !shown(element)) continue;
      const style = getComputedStyle(element);
      const ink = read(element.closest("svg") ? style.fill : style.color);
      ink[3] *= opacity(element);
      const back = ground(element);
      const ratio = contrast(over(ink, back), back);
      if (ratio < 4.5) say(`contrast ${ratio.toFixed(2)}`, element);
    }
  }

  function structure() {
    const headings = own("h1, h2, h3, h4, h5, h6").filter(shown);
    if (headings.filter((heading) => heading.tagName === "H1").length !== 1) say("not one h1");
    headings.reduce((level, heading) => {
      const next = Number(heading.tagName[1]);
      if (next > level + 1) say(`a heading skips a level after h${level}`, heading);
      if (!heading.innerText.trim()) say("an empty heading", heading);
      return next;
    }, 0);
    if (!document.documentElement.lang) say("no language");
    if (!document.title.trim() || (frame && !/\S · lawqa$/.test(document.title))) say(`the title is “${document.title}”`);
    if (own("main").length !== 1) say("not one main");
    if (frame && document.querySelectorAll("body > header, body > footer").length !== 2) say("no header or no footer");
    const named = (nav) => nav.ariaLabel || document.getElementById(nav.getAttribute("aria-labelledby"))?.innerText;
    const names = own("nav").filter(shown).map(named);
    if (names.some((name) => !name) || new Set(names).size < names.length) say(`navigations are called ${names.join(", ")}`);
    const ids = own("[id]").map((element) => element.id);
    ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => say(`the id ${id} twice`));
    own("th:not([scope])").forEach((cell) => say("a th without scope", cell));
    for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
      for (const element of own(`[${name}]`)) {
        const missing = element.getAttribute(name).split(/\s+/).filter((id) => !document.getElementById(id));
        if (missing.length) say(`${name} names nothing`, element);
      }
    }
  }

  function controls() {
    const focusable = own("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]");
    for (const element of focusable.filter((one) => shown(one) && !one.matches(":disabled, [tabindex='-1']"))) {
      const labels = [...(element.labels ?? [])].map((label) => label.textContent).join("");
      const referred = document.getElementById(element.getAttribute("aria-labelledby"))?.textContent;
      if (![element.ariaLabel, referred, labels, element.innerText].some((name) => name?.trim())) say("no name", element);
      if (element.tabIndex > 0) say("an order of its own", element);
      element.focus({ preventScroll: true });
      const style = getComputedStyle(element);
      if (document.activeElement !== element) say("takes no focus", element);
      else if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) say("focus is not seen", element);
      element.blur();
      const box = element.getBoundingClientRect();
      const inText = element.matches("a, label *") || labels;
      if (!inText && Math.min(box.width, box.height) < 24) say(`${box.width} by ${box.height} pixels`, element);
    }
    own("fieldset").filter((set) => shown(set) && !set.querySelector("legend")).forEach((set) => say("no legend", set));
    own("img:not([alt])").forEach((image) => say("no alternative text", image));
    own("svg:not([aria-hidden], [role])").forEach((picture) => say("a picture without a role", picture));
  }

  function width() {
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) say(`wider than the window by ${root.scrollWidth - root.clientWidth} pixels`);
    for (const element of own("main *").filter(shown)) {
      const style = getComputedStyle(element);
      const spills = element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 2;
      if (spills && style.overflowX === "visible" && style.display !== "inline") return say("holds something wider", element);
    }
  }

  [text, structure, controls, width].forEach((look) => look());
  return faults;
};
