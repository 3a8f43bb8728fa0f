/**
 * What moves on the page: keys, the panel, search, filters, zoom. Runs in the browser from inside the page, so it has no
 * imports. INVARIANT: what comes from a template is set as text, never as markup.
 */
"use strict";
(() => {
  /** @param {string} id */
  const byId = (id) => {
    const found = document.getElementById(id);
    if (!found) throw new Error(`the page has no ${id}`);
    return found;
  };
  /** @type {import("./page-data.ts").PageData} */
  const data = JSON.parse(byId("data").textContent ?? "");
  const stage = byId("map");
  const svg = /** @type {SVGSVGElement} */ (stage.firstElementChild);
  const panel = byId("panel");
  const status = byId("status");
  const search = /** @type {HTMLInputElement} */ (byId("search"));
  const waysButton = byId("ways");
  const help = /** @type {HTMLDialogElement} */ (byId("help"));
  /** Undefined for what is in the table alone. */
  const cards = data.nodes.map((_, index) => svg.querySelector(`#w-n${index}`) ?? undefined);
  const lines = data.edges.map((_, index) => document.getElementById(`w-e${index}`));
  const order = [...svg.querySelectorAll(".w-card")].map(numberOf);
  let chosen = -1;
  let showsWays = false;
  /** The boxes among which up and down move: other ends of the arrows that were followed. @type {number[]} */
  let siblings = [];

  /** @param {Element} card */
  function numberOf(card) {
    return Number(card.id.slice(3));
  }

  // A list holds items; what can be pressed is grouped.
  for (const list of svg.querySelectorAll("[role=list]")) list.setAttribute("role", "group");
  for (const card of svg.querySelectorAll(".w-card")) {
    card.setAttribute("tabindex", "0");
    card.setAttribute("role", "button");
    card.addEventListener("focus", () => point(numberOf(card)));
    card.addEventListener("click", () => open(numberOf(card)));
    card.addEventListener("mouseenter", () => light(numberOf(card)));
    card.addEventListener("mouseleave", () => relight());
  }

  // ---- light ----

  /** @param {Set<number> | null} nodes @param {Set<number> | null} edges */
  function show(nodes, edges) {
    svg.classList.toggle("lights", nodes !== null);
    cards.forEach((card, index) => card?.classList.toggle("lit", nodes?.has(index) ?? false));
    lines.forEach((line, index) => line?.classList.toggle("lit", edges?.has(index) ?? false));
  }

  /** A box with what it is joined to. @param {number} node */
  function light(node) {
    const nodes = new Set([node, ...(data.nodes[node]?.uses ?? [])]);
    const edges = new Set();
    data.edges.forEach(({ from, to }, index) => {
      if (from !== node && to !== node) return;
      edges.add(index);
      nodes.add(from).add(to);
    });
    data.nodes.forEach(({ uses }, index) => {
      if (uses.includes(node)) nodes.add(index);
    });
    show(nodes, edges);
  }

  /** What is shown while nothing is pointed to: the search, the ways, or all. */
  function relight() {
    const wanted = search.value.trim().toLowerCase();
    const { activeElement } = document;
    if (activeElement?.classList.contains("w-card")) return light(numberOf(activeElement));
    if (wanted !== "")
      return show(new Set(order.filter((index) => data.nodes[index]?.text.includes(wanted))), new Set());
    if (showsWays) {
      const edges = new Set(data.edges.flatMap(({ isOnWay }, index) => (isOnWay ? [index] : [])));
      return show(new Set(data.edges.flatMap(({ from, to, isOnWay }) => (isOnWay ? [from, to] : []))), edges);
    }
    return show(null, null);
  }

  /** @param {boolean} on */
  function showWays(on) {
    if (waysButton.hasAttribute("disabled"))
      return say("There is no way from the internet to anything that keeps PHI.");
    showsWays = on;
    waysButton.setAttribute("aria-pressed", String(on));
    if (on && document.activeElement instanceof SVGElement) document.activeElement.blur();
    relight();
    return say(
      on
        ? `${data.edges.filter(({ isOnWay }) => isOnWay).length} connections lie on ways from the internet to PHI.`
        : "",
    );
  }

  /** @param {string} text */
  function say(text) {
    status.textContent = text;
  }

  // ---- moving ----

  /** @param {number} node */
  function point(node) {
    const joined = data.edges.filter(({ from, to }) => from === node || to === node);
    light(node);
    bringIntoView(node);
    say(
      joined.length === 0
        ? "Nothing is joined to it."
        : joined
            .slice(0, 4)
            .map(({ words }) => words)
            .join(" · ") + (joined.length > 4 ? ` · and ${joined.length - 4} more` : ""),
    );
  }

  /** @param {number} node @param {number[]} among */
  function go(node, among) {
    siblings = among;
    focusOn(node);
  }

  /** @param {number} node */
  function focusOn(node) {
    const card = cards[node];
    if (card instanceof SVGElement) card.focus();
  }

  /** @param {number} node @param {boolean} isForward */
  function follow(node, isForward) {
    const ends = data.edges.flatMap(({ from, to }) =>
      isForward ? (from === node ? [to] : []) : to === node ? [from] : [],
    );
    const sorted = [...new Set(ends)].sort((one, other) => order.indexOf(one) - order.indexOf(other));
    const [first] = sorted;
    if (first === undefined) say(isForward ? "No arrow leads on from here." : "No arrow leads here.");
    else go(first, sorted);
  }

  /** @param {number} node @param {number} step */
  function aside(node, step) {
    const at = siblings.indexOf(node);
    if (at >= 0 && siblings.length > 1)
      return go(siblings[(at + step + siblings.length) % siblings.length] ?? node, siblings);
    const next = order[order.indexOf(node) + step];
    return next === undefined ? undefined : go(next, []);
  }

  // ---- the panel ----

  /**
   * @param {string} tag @param {string} text @param {string} [className]
   * @returns {HTMLElement}
   */
  function make(tag, text, className) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  /** @param {number} node */
  function linkTo(node) {
    const link = make("button", data.nodes[node]?.name ?? "", "link");
    link.setAttribute("type", "button");
    link.addEventListener("click", () => {
      open(node);
    });
    return link;
  }

  /** @param {number} node */
  function open(node) {
    const about = data.nodes[node];
    if (!about) return;
    choose(node);
    const close = make("button", "Close", "close");
    close.setAttribute("type", "button");
    close.addEventListener("click", shut);
    const title = make("h2", about.name);
    panel.replaceChildren(close, title, make("p", `${about.words} · ${about.type}`, "quiet"));
    if (about.place !== "") panel.append(make("code", about.place));
    panel.append(listOf(about.facts.map((fact) => make("span", fact))));
    section("Connections", connectionsOf(node));
    section("Uses", about.uses.filter((one) => one >= 0).map(linkTo));
    section(
      `Told of here: ${about.folded.length}`,
      about.folded.map(({ name, words, type }) => {
        const item = make("span", `${name} `);
        item.append(make("span", `${words} · ${type}`, "quiet"));
        return item;
      }),
    );
    panel.append(
      make("h3", about.findings.length === 0 ? "Findings: none" : `Findings: ${about.findings.length}`),
      ...about.findings.map(findingOf),
    );
    panel.hidden = false;
    panel.scrollTop = 0;
    panel.setAttribute("aria-label", `Details of ${about.name}`);
    panel.focus();
    bringIntoView(node);
    light(node);
  }

  /** @param {string} title @param {HTMLElement[]} items */
  function section(title, items) {
    if (items.length > 0) panel.append(make("h3", title), listOf(items));
  }

  /** @param {HTMLElement[]} items */
  function listOf(items) {
    const list = document.createElement("ul");
    for (const item of items) {
      const row = document.createElement("li");
      row.append(item);
      list.append(row);
    }
    return list;
  }

  /** @param {number} node */
  function connectionsOf(node) {
    return data.edges.flatMap(({ from, to, labels, words }) => {
      if (from !== node && to !== node) return [];
      const item = make("span", from === node ? "→ " : "← ");
      item.append(linkTo(from === node ? to : from), make("span", labels === "" ? "" : ` ${labels}`, "quiet"));
      item.title = words;
      return [item];
    });
  }

  /** @param {import("./page-data.ts").PageData["nodes"][number]["findings"][number]} finding */
  function findingOf(finding) {
    const rule = data.rules[finding.rule];
    const box = document.createElement("details");
    const head = document.createElement("summary");
    const isUndecided = finding.state === "undecided";
    head.append(
      make(
        "span",
        isUndecided ? "undecided" : (rule?.severity ?? ""),
        `badge ${isUndecided ? "undecided" : (rule?.severity ?? "")}`,
      ),
      ` ${isUndecided ? "Whether it holds is open" : "Does not hold"}: ${rule?.title ?? finding.rule}${finding.state === "open" || isUndecided ? "" : ` (${finding.state})`}`,
    );
    box.append(head, make("p", `Seen: ${finding.because} (${finding.resource}, ${finding.place})`));
    if (rule)
      box.append(make("p", rule.why), make("p", `Mend: ${rule.remedy}`), make("pre", finding.mend ?? rule.snippet));
    box.append(make("code", finding.rule, "quiet"));
    return box;
  }

  /** @param {number} node */
  function choose(node) {
    cards[chosen]?.classList.remove("chosen");
    chosen = node;
    cards[node]?.classList.add("chosen");
  }

  function shut() {
    const before = chosen;
    panel.hidden = true;
    choose(-1);
    if (before >= 0) focusOn(before);
    relight();
  }

  // ---- zoom ----

  const whole = { x: 0, y: 0, width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
  let view = { ...whole };

  function draw() {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  }

  /** Pixels of the map for one of the screen. */
  function scale() {
    return Math.max(view.width / stage.clientWidth, view.height / stage.clientHeight);
  }

  /** @param {number} factor @param {{ x: number, y: number }} [at] */
  function zoom(factor, at = { x: view.x + view.width / 2, y: view.y + view.height / 2 }) {
    const width = Math.min(whole.width, Math.max(300, view.width * factor));
    const real = width / view.width;
    view = { x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real, width, height: view.height * real };
    if (width === whole.width) view = { ...whole };
    draw();
  }

  /** @param {MouseEvent} event */
  function placeOf(event) {
    const matrix = svg.getScreenCTM();
    if (!matrix) return undefined;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return { x: point.x, y: point.y };
  }

  /** @param {number} node */
  function bringIntoView(node) {
    const card = cards[node];
    if (!card || view.width >= whole.width) return;
    const [x = 0, y = 0] = (/translate\(([\d.-]+) ([\d.-]+)\)/.exec(card.getAttribute("transform") ?? "") ?? [])
      .slice(1)
      .map(Number);
    const margin = 60;
    if (x - margin < view.x || x + 224 + margin > view.x + view.width) view.x = x + 112 - view.width / 2;
    if (y - margin < view.y || y + 66 + margin > view.y + view.height) view.y = y + 33 - view.height / 2;
    draw();
  }

  stage.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, placeOf(event));
    },
    { passive: false },
  );
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest(".w-card"))) return;
    const start = { x: event.clientX, y: event.clientY, view };
    stage.classList.add("drags");
    /** @param {PointerEvent} moved */
    const move = (moved) => {
      const by = scale();
      view = {
        ...start.view,
        x: start.view.x - (moved.clientX - start.x) * by,
        y: start.view.y - (moved.clientY - start.y) * by,
      };
      draw();
    };
    const end = () => {
      stage.classList.remove("drags");
      removeEventListener("pointermove", move);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
    addEventListener("pointercancel", end, { once: true });
  });
  byId("in").addEventListener("click", () => zoom(1 / 1.3));
  byId("out").addEventListener("click", () => zoom(1.3));
  byId("fit").addEventListener("click", () => zoom(Number.POSITIVE_INFINITY));

  // ---- search, filters, order ----

  const table = /** @type {HTMLTableElement} */ (byId("table"));
  const body = /** @type {HTMLTableSectionElement} */ (table.tBodies[0]);
  const filters = /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("select[data-filter]"));

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const row of body.rows) {
      const fits = [...filters].every(
        ({ value, dataset }) => value === "" || row.dataset[dataset["filter"] ?? ""] === value,
      );
      row.hidden = !fits || !(row.textContent ?? "").toLowerCase().includes(wanted);
      if (!row.hidden) shown++;
    }
    byId("shown").textContent = `${shown} of ${body.rows.length} resources`;
  }

  for (const select of filters) select.addEventListener("change", filter);
  search.addEventListener("input", () => {
    filter();
    relight();
    const found = matches();
    say(search.value === "" ? "" : `${found.length} on the map. Enter goes to the first.`);
  });

  function matches() {
    const wanted = search.value.trim().toLowerCase();
    return wanted === "" ? [] : order.filter((index) => data.nodes[index]?.text.includes(wanted));
  }

  const heads = [...table.querySelectorAll("thead th")];
  heads.forEach((head, column) => {
    head.querySelector("button")?.addEventListener("click", () => {
      const isUp = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", isUp ? "descending" : "ascending");
      const keyed = [...body.rows].map((row) => {
        const cell = row.cells[column];
        return { row, number: Number(cell?.dataset["sort"] ?? Number.NaN), text: cell?.textContent ?? "" };
      });
      keyed.sort(
        (one, other) =>
          (Number.isNaN(one.number) ? one.text.localeCompare(other.text) : one.number - other.number) * (isUp ? -1 : 1),
      );
      body.append(...keyed.map(({ row }) => row));
    });
  });
  body.addEventListener("click", (event) => {
    const row = event.target instanceof Element && event.target.closest("button") ? event.target.closest("tr") : null;
    if (!row) return;
    stage.scrollIntoView({ block: "center" });
    open(Number(row.dataset["node"]));
  });

  // ---- keys ----

  waysButton.addEventListener("click", () => showWays(!showsWays));
  byId("help-open").addEventListener("click", () => help.showModal());
  byId("print").addEventListener("click", () => print());

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const { target, key } = event;
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (key === "Escape") return escape(isTyping);
    if (isTyping) {
      const [first] = matches();
      if (key === "Enter" && target === search && first !== undefined) go(first, matches());
      return;
    }
    const node = target instanceof SVGElement && target.classList.contains("w-card") ? numberOf(target) : -1;
    if (act(key, node)) event.preventDefault();
  });

  /** @param {boolean} isTyping */
  function escape(isTyping) {
    if (isTyping || search.value !== "") {
      search.value = "";
      filter();
      search.blur();
    }
    if (!panel.hidden) return shut();
    if (showsWays) showWays(false);
    if (document.activeElement instanceof SVGElement) document.activeElement.blur();
    say("");
    return relight();
  }

  /** @param {string} key @param {number} node @returns {boolean} whether the key was for the map */
  function act(key, node) {
    switch (key) {
      case "/":
        search.focus();
        search.select();
        return true;
      case "?":
        help.showModal();
        return true;
      case "p":
        showWays(!showsWays);
        return true;
      case "+":
      case "=":
        zoom(1 / 1.3);
        return true;
      case "-":
        zoom(1.3);
        return true;
      case "0":
        zoom(Number.POSITIVE_INFINITY);
        return true;
    }
    if (node < 0) return false;
    switch (key) {
      case "ArrowRight":
      case "ArrowLeft":
        follow(node, key === "ArrowRight");
        return true;
      case "ArrowDown":
      case "ArrowUp":
        aside(node, key === "ArrowDown" ? 1 : -1);
        return true;
      case "Enter":
      case " ":
        open(node);
        return true;
      default:
        return false;
    }
  }
})();
