/** Draws the state that the server sends, and updates the page when it changes. Text is never inserted as markup. */

/**
 * @typedef {{ version: string, isMain: boolean, weight: number, requests: number, errors: number, low: number, high: number }} Split
 * @typedef {{ name: string, requests: number, split: Split[] }} Alias
 * @typedef {{ id: string, created: string, description: string, aliases: string[] }} Version
 * @typedef {{ name: string, runtime: string, memoryMb: number, modified: string, versions: Version[], aliases: Alias[] }} Fn
 * @typedef {{ region: string, window: number, functions: Fn[] }} State
 */

/**
 * A description of an element. `key` identifies the same object in the next drawing.
 * @typedef {{ tag: string, attributes: Record<string, string>, children: (Drawn | string)[] }} Drawn
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "rect", "line"]);

/** @type {State | undefined} */
let state;

const list = byId("list");
const filter = /** @type {HTMLInputElement} */ (byId("filter"));

filter.addEventListener("input", draw);
byId("filter-form").addEventListener("submit", (event) => event.preventDefault());
connect();

function connect() {
  const events = new EventSource("/events");
  events.addEventListener("state", (event) => {
    /** @type {unknown} */
    const data = JSON.parse(/** @type {MessageEvent<string>} */ (event).data);
    const next = /** @type {State} */ (data);
    announce(state, next);
    state = next;
    setStatus("live", "Live");
    draw();
  });
  events.addEventListener("error", () => setStatus("lost", "Connection lost, trying again"));
}

/**
 * @param {string} kind
 * @param {string} text
 */
function setStatus(kind, text) {
  const status = byId("status");
  if (status.dataset["state"] === kind) return;
  status.dataset["state"] = kind;
  status.textContent = text;
}

function draw() {
  if (state === undefined) return;
  const wanted = filter.value.trim().toLowerCase();
  const shown = state.functions.filter(({ name }) => name.toLowerCase().includes(wanted));
  setText("place", `Region ${state.region}, on this machine`);
  setText("count", countText(shown.length, state.functions.length));
  setText(
    "legend",
    `Each alias is judged by its last ${state.window} requests since its weights were set. The bracket on a bar is ` +
      `where chance leaves all but one in 100,000 honest splits.`,
  );
  const content = shown.length === 0 ? [emptyText(state.functions.length)] : shown.map(drawFunction);
  patchChildren(list, content);
}

/**
 * @param {number} shown
 * @param {number} all
 */
function countText(shown, all) {
  const noun = all === 1 ? "function" : "functions";
  return shown === all ? `${all} ${noun}` : `${shown} of ${all} ${noun}`;
}

/** @param {number} all */
function emptyText(all) {
  const text = all === 0 ? "No functions yet. Create one, and it appears here." : "No function has this in its name.";
  return element("p", { class: "empty", "data-key": "empty" }, text);
}

/** @param {Fn} fn */
function drawFunction(fn) {
  const id = `function-${fn.name}`;
  return element(
    "section",
    { class: "card", "aria-labelledby": id, "data-key": fn.name },
    element("h2", { id }, fn.name),
    element(
      "p",
      { class: "quiet" },
      `${fn.runtime}, ${fn.memoryMb} MB, LATEST changed `,
      element("time", { datetime: fn.modified }, readable(fn.modified)),
    ),
    ...fn.aliases.map((alias) => drawAlias(fn, alias)),
    fn.aliases.length === 0 ? element("p", { class: "none" }, "No aliases.") : undefined,
    drawVersions(fn),
  );
}

/**
 * @param {Fn} fn
 * @param {Alias} alias
 */
function drawAlias(fn, alias) {
  const id = `alias-${fn.name}-${alias.name}`;
  const head = ["Version", "Weight", "Requests", "Expected", "Errors"].map((text) =>
    element("th", { scope: "col" }, text),
  );
  return element(
    "section",
    { class: "alias", "aria-labelledby": id, "data-key": `alias ${alias.name}` },
    element("h3", { id }, "Alias ", element("strong", {}, alias.name)),
    element(
      "table",
      {},
      element("caption", {}, captionOf(alias)),
      element("thead", {}, element("tr", {}, ...head)),
      ...alias.split.map((row) => drawSplit(alias, row)),
    ),
    drawVerdict(alias),
  );
}

/** @param {Alias} alias */
function captionOf(alias) {
  if (alias.requests === 0) return "No requests since these weights were set";
  return `Last ${alias.requests} ${alias.requests === 1 ? "request" : "requests"} since these weights were set`;
}

/**
 * @param {Alias} alias
 * @param {Split} row
 */
function drawSplit(alias, row) {
  // Multiplied before the division, so that 23 of 80 gives exactly 28.75.
  const share = alias.requests === 0 ? 0 : (100 * row.requests) / alias.requests;
  const isKnown = alias.requests > 0;
  return element(
    "tbody",
    { class: row.isMain ? "main" : "additional", "data-key": row.version },
    element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        row.version,
        element("span", { class: "role" }, row.isMain ? " main" : " additional"),
      ),
      element("td", {}, percent(row.weight)),
      element(
        "td",
        {},
        String(row.requests),
        isKnown ? element("span", { class: "share" }, ` ${percent(share)}`) : undefined,
      ),
      element("td", {}, isKnown ? bandText(row) : "–"),
      element("td", { class: row.errors > 0 ? "errors" : "" }, String(row.errors)),
    ),
    element(
      "tr",
      { class: "bar-row", "aria-hidden": "true" },
      element("td", { colspan: "5" }, drawBar(alias, row, share)),
    ),
  );
}

/** @param {Split} row */
function bandText({ low, high }) {
  // An en dash without spaces, because a range with spaces could be broken into two lines.
  return low === high ? String(low) : `${low}\u2013${high}`;
}

/**
 * Draws the count as a bar, and the expected range as a bracket on the bar.
 * @param {Alias} alias
 * @param {Split} row
 * @param {number} share
 */
function drawBar(alias, row, share) {
  const low = alias.requests === 0 ? row.weight : (row.low / alias.requests) * 100;
  const high = alias.requests === 0 ? row.weight : (row.high / alias.requests) * 100;
  const bracket = [
    element("line", { class: "bracket", x1: `${low}%`, x2: `${low}%`, y1: "1", y2: "21" }),
    element("line", { class: "bracket", x1: `${high}%`, x2: `${high}%`, y1: "1", y2: "21" }),
    element("line", { class: "bracket", x1: `${low}%`, x2: `${high}%`, y1: "21", y2: "21" }),
  ];
  return element(
    "svg",
    { class: "bar", width: "100%", height: "22" },
    element("rect", { class: "track", x: "0", y: "5", width: "100%", height: "12", rx: "3" }),
    element("rect", { class: "fill", x: "0", y: "5", width: `${share}%`, height: "12", rx: "3" }),
    ...bracket,
  );
}

/** @param {Alias} alias */
function drawVerdict(alias) {
  if (alias.requests === 0) return undefined;
  const wrong = alias.split.filter(isOutside);
  if (wrong.length === 0) return element("p", { class: "verdict inside" }, "Inside the expected band");
  const each = wrong.map((row) => `version ${row.version} has ${row.requests}, expected ${bandText(row)}`);
  return element("p", { class: "verdict outside" }, `Outside the expected band: ${each.join("; ")}`);
}

/** @param {Split} row */
function isOutside({ requests, low, high }) {
  return requests < low || requests > high;
}

/** @param {Fn} fn */
function drawVersions(fn) {
  if (fn.versions.length === 0) return element("p", { class: "none", "data-key": "versions" }, "No versions.");
  const head = ["Version", "Published", "Description", "Aliases"].map((text) => element("th", { scope: "col" }, text));
  const rows = fn.versions.map((version) =>
    element(
      "tr",
      { "data-key": version.id },
      element("th", { scope: "row" }, version.id),
      element("td", {}, element("time", { datetime: version.created }, readable(version.created))),
      element("td", {}, version.description),
      element("td", {}, version.aliases.join(", ")),
    ),
  );
  return element(
    "details",
    { "data-key": "versions" },
    element("summary", {}, fn.versions.length === 1 ? "1 version" : `${fn.versions.length} versions`),
    element(
      "table",
      { class: "versions" },
      element("caption", { class: "hidden" }, `Versions of ${fn.name}, newest first`),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows),
    ),
  );
}

/**
 * Announces changes to screen readers: new weights, and a split that leaves its expected range or returns to it.
 * @param {State | undefined} before
 * @param {State} after
 */
function announce(before, after) {
  if (before === undefined) return;
  const known = new Map(
    before.functions.flatMap((fn) => fn.aliases.map((alias) => [`${fn.name} ${alias.name}`, alias])),
  );
  const news = after.functions.flatMap((fn) =>
    fn.aliases.flatMap((alias) => {
      const old = known.get(`${fn.name} ${alias.name}`);
      const name = `Alias ${alias.name} of ${fn.name}`;
      if (weightsText(old) !== weightsText(alias)) return [`${name}: ${weightsText(alias)}.`];
      const isWrong = alias.split.some(isOutside);
      if (isWrong === old?.split.some(isOutside)) return [];
      return [`${name}: ${isWrong ? "outside" : "inside"} the expected band.`];
    }),
  );
  if (news.length > 0) setText("news", news.join(" "));
}

/** @param {Alias | undefined} alias */
function weightsText(alias) {
  return alias?.split.map(({ version, weight }) => `version ${version} ${percent(weight)}`).join(", ");
}

/** @param {number} value */
function percent(value) {
  return `${Math.round(value * 10) / 10}\u00a0%`;
}

/**
 * A time of the service in the format of the reader's language.
 * @param {string} time
 */
function readable(time) {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Drawn | string | undefined)[]} children
 * @returns {Drawn}
 */
function element(tag, attributes, ...children) {
  return {
    tag,
    attributes,
    children: children.flatMap((child) => (child === undefined || child === "" ? [] : [child])),
  };
}

/**
 * Changes the children of a node to the described ones. Elements that stay are kept, so that focus, open details and
 * the position of a screen reader are preserved.
 * @param {Element} parent
 * @param {(Drawn | string)[]} wanted
 */
function patchChildren(parent, wanted) {
  const keyed = new Map([...parent.children].map((child) => [child.getAttribute("data-key"), child]));
  keyed.delete(null);
  for (const [index, drawn] of wanted.entries()) {
    const present = parent.childNodes[index];
    if (typeof drawn === "string") {
      if (present?.nodeType !== Node.TEXT_NODE) parent.insertBefore(document.createTextNode(drawn), present ?? null);
      else if (present.nodeValue !== drawn) present.nodeValue = drawn;
      continue;
    }
    const same = keyed.get(drawn.attributes["data-key"] ?? "") ?? reusable(present, drawn);
    const node = same?.localName === drawn.tag ? same : create(drawn.tag);
    if (node !== present) parent.insertBefore(node, present ?? null);
    patch(node, drawn);
  }
  while (parent.childNodes.length > wanted.length) parent.lastChild?.remove();
}

/**
 * The element at the same position, if it has the same tag and no key.
 * @param {ChildNode | undefined} present
 * @param {Drawn} drawn
 */
function reusable(present, drawn) {
  if (!(present instanceof Element) || "data-key" in drawn.attributes) return undefined;
  return present.hasAttribute("data-key") ? undefined : present;
}

/**
 * @param {Element} node
 * @param {Drawn} drawn
 */
function patch(node, drawn) {
  for (const [name, value] of Object.entries(drawn.attributes)) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  patchChildren(node, drawn.children);
}

/** @param {string} tag */
function create(tag) {
  return SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
}

/**
 * @param {string} id
 * @param {string} text
 */
function setText(id, text) {
  const node = byId(id);
  if (node.textContent !== text) node.textContent = text;
}

/** @param {string} id */
function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`the page has no element ${id}`);
  return node;
}
