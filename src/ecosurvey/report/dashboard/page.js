"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#222222"];
  const state = {
    lang: document.documentElement.lang.startsWith("zh") ? "zh" : "en",
    wave: data.waves.length - 1,
    part: 0,
    chosen: data.filters.map(() => ""),
  };
  const get = (id) => document.getElementById(id);
  const say = (words) => words[state.lang];
  const word = (key, values = {}) =>
    say(data.words[key]).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const unitName = (code) => say(data.units[code] || { en: code, zh: code });
  const colourOf = (code) => COLOURS[Object.keys(data.units).indexOf(code) % COLOURS.length];
  const fixed = (value) => value.toFixed(1).replace("-", "\u2212");

  function element(name, attributes = {}, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }
  function shape(name, attributes = {}, text = null) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== null) made.textContent = text;
    return made;
  }
  const slice = (wave) =>
    data.slices[[data.waves[wave], ...state.chosen].join("\u001f")] || null;

  // how wide a text is, roughly: Chinese letters count double
  function breadth(text) {
    let sum = 0;
    for (const char of text) sum += char.charCodeAt(0) > 0x2e7f ? 12.5 : 6.6;
    return sum;
  }
  function shorten(text, room) {
    if (breadth(text) <= room) return text;
    let kept = "";
    for (const char of text) {
      if (breadth(kept + char) > room - 10) break;
      kept += char;
    }
    return kept + "\u2026";
  }

  function options(select, entries, chosen) {
    for (const [value, text] of entries) {
      const one = element("option", { value }, text);
      if (String(value) === String(chosen)) one.selected = true;
      select.append(one);
    }
  }
  function choice(label, entries, chosen, change) {
    const select = element("select");
    options(select, entries, chosen);
    select.addEventListener("change", () => change(select.value));
    get("choices").append(element("label", {}, label, select));
  }

  function choices() {
    get("choices").replaceChildren();
    if (data.waves.length > 1) {
      choice(word("wave"), data.waves.map((name, at) => [at, name]), state.wave, (value) => {
        state.wave = Number(value);
        show();
      });
    }
    choice(word("measure"), data.parts.map((part, at) => [at, say(part.name)]), state.part, (value) => {
      state.part = Number(value);
      show();
    });
    data.filters.forEach((filter, at) => {
      const entries = [["", word("everybody")], ...filter.values.map((v) => [v.code, say(v.name)])];
      choice(say(filter.name), entries, state.chosen[at], (value) => {
        if (!data.together) state.chosen = state.chosen.map(() => "");
        state.chosen[at] = value;
        show();
      });
    });
  }

  function limits(rows) {
    let low = 100, high = 0;
    for (const [, lower, upper, raw] of rows.map((r) => r.slice(1))) {
      low = Math.min(low, lower, raw);
      high = Math.max(high, upper, raw);
    }
    const target = data.targets[data.parts[state.part].id];
    if (target !== undefined) { low = Math.min(low, target); high = Math.max(high, target); }
    return [Math.max(0, Math.floor(low / 5) * 5 - 5), Math.min(100, Math.ceil(high / 5) * 5 + 5)];
  }
  function empty(place, text) {
    get(place).replaceChildren(element("p", { class: "empty" }, text));
  }

  function bars() {
    const found = slice(state.wave);
    const rows = found
      ? Object.entries(found.scores).filter(([, row]) => row[state.part]).map(([unit, row]) => [unit, row[state.part]])
      : [];
    if (!rows.length) return empty("bars", word("nobody"));
    rows.sort((a, b) => b[1][1] - a[1][1]);
    const narrow = get("bars").clientWidth < 460;
    const [wide, tall, room] = [narrow ? 400 : 620, 34, narrow ? 118 : 190];
    const [low, high] = limits(rows.map((row) => row[1]));
    const right = narrow ? 44 : 150;
    const x = (value) => room + ((value - low) / (high - low)) * (wide - room - right);
    const height = rows.length * tall + 30;
    const svg = shape("svg", { viewBox: `0 0 ${wide} ${height}`, role: "img" });
    const step = high - low > 50 ? 20 : 10;
    for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      svg.append(shape("line", { x1: x(tick), x2: x(tick), y1: 4, y2: height - 22, class: "axis" }));
      svg.append(shape("text", { x: x(tick), y: height - 8, "text-anchor": "middle", class: "faint" }, tick));
    }
    const target = data.targets[data.parts[state.part].id];
    if (target !== undefined)
      svg.append(shape("line", { x1: x(target), x2: x(target), y1: 0, y2: height - 22, class: "target" }));
    rows.forEach(([unit, [n, score, lower, upper, raw, share]], at) => {
      const y = at * tall + 20;
      const colour = colourOf(unit);
      const group = shape("g");
      const told = [`${unitName(unit)}: ${fixed(score)} [${fixed(lower)}, ${fixed(upper)}], n = ${n}`,
        word("own", { r: fixed(raw), b: share.toFixed(2) })];
      if (target !== undefined) told.push(word("target", { t: target }), word("gap", { g: fixed(target - score) }));
      group.append(shape("title", {}, told.join("; ")));
      group.append(shape("text", { x: 0, y: y + 4 }, shorten(unitName(unit), room - 8)));
      group.append(shape("line", { x1: x(lower), x2: x(upper), y1: y, y2: y, stroke: colour, class: "span" }));
      group.append(shape("circle", { cx: x(raw), cy: y, r: 4.5, fill: "none", stroke: colour }));
      group.append(shape("circle", { cx: x(score), cy: y, r: 4.5, fill: colour }));
      group.append(shape("text", { x: wide - right + 10, y: y + 4 },
        narrow ? fixed(score) : `${fixed(score)} [${fixed(lower)}, ${fixed(upper)}]`));
      if (!narrow) group.append(shape("text", { x: 0, y: y + 16, class: "faint small" }, `n = ${n}`));
      svg.append(group);
    });
    get("bars").replaceChildren(svg);
  }

  function trend() {
    const part = data.parts[state.part];
    if (data.waves.length < 2) return empty("trend", word("one_wave"));
    if (part.loose) return empty("trend", word("loose"));
    const lines = {};
    data.waves.forEach((_, at) => {
      const found = slice(at);
      if (!found) return;
      for (const [unit, row] of Object.entries(found.scores))
        if (row[state.part]) (lines[unit] = lines[unit] || []).push([at, row[state.part]]);
    });
    const all = Object.values(lines).flat().map((one) => one[1]);
    if (!all.length) return empty("trend", word("nobody"));
    const [wide, height, left, right] = [480, 300, 34, 130];
    const [low, high] = limits(all);
    const y = (value) => 12 + ((high - value) / (high - low)) * (height - 44);
    const gap = (wide - left - right - 24) / (data.waves.length - 1);
    const svg = shape("svg", { viewBox: `0 0 ${wide} ${height}`, role: "img" });
    const step = high - low > 50 ? 20 : high - low > 20 ? 10 : 5;
    for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      svg.append(shape("line", { x1: left, x2: wide - right, y1: y(tick), y2: y(tick), class: "axis" }));
      svg.append(shape("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end", class: "faint" }, tick));
    }
    data.waves.forEach((name, at) => svg.append(shape("text",
      { x: left + 12 + at * gap, y: height - 8, "text-anchor": "middle", class: "faint" }, shorten(name, Math.max(gap, 40)))));
    const units = Object.keys(lines);
    const ends = units.map((unit) => [unit, y(lines[unit].at(-1)[1][1])]).sort((a, b) => a[1] - b[1]);
    for (let at = 1; at < ends.length; at += 1) ends[at][1] = Math.max(ends[at][1], ends[at - 1][1] + 15);
    units.forEach((unit, at) => {
      const shift = (at - (units.length - 1) / 2) * Math.min(5, 30 / units.length);
      const colour = colourOf(unit);
      const x = (wave) => left + 12 + wave * gap + shift;
      svg.append(shape("polyline", { points: lines[unit].map(([w, s]) => `${x(w)},${y(s[1])}`).join(" "), stroke: colour, class: "span" }));
      for (const [wave, s] of lines[unit]) {
        svg.append(shape("line", { x1: x(wave), x2: x(wave), y1: y(s[2]), y2: y(s[3]), stroke: colour }));
        const dot = shape("circle", { cx: x(wave), cy: y(s[1]), r: 3.5, fill: colour });
        dot.append(shape("title", {}, `${unitName(unit)}, ${data.waves[wave]}: ${fixed(s[1])} [${fixed(s[2])}, ${fixed(s[3])}]`));
        svg.append(dot);
      }
    });
    for (const [unit, at] of ends)
      svg.append(shape("text", { x: wide - right + 8, y: at + 4 }, shorten(unitName(unit), right - 10)));
    get("trend").replaceChildren(svg);
  }

  function heat() {
    const found = slice(state.wave);
    if (!found || !Object.keys(found.scores).length) return empty("heat", word("nobody"));
    const head = element("tr", {}, element("th", { scope: "col" }, say(data.by)));
    data.parts.forEach((part, at) => {
      const button = element("button", { type: "button" }, say(part.name));
      button.addEventListener("click", () => { state.part = at; show(); });
      const cell = element("th", { scope: "col" }, button);
      if (at > 0) cell.append(element("small", {}, part.weight === null ? word("beside") : word("weight", { w: part.weight.toFixed(2) + (part.range ? ` [${part.range.map((v) => v.toFixed(2)).join("\u2013")}]` : "") })));
      if (at === state.part) cell.className = "on";
      head.append(cell);
    });
    const body = element("tbody");
    for (const [unit, row] of Object.entries(found.scores)) {
      const line = element("tr", {}, element("th", { scope: "row" }, unitName(unit)));
      row.forEach((one, at) => {
        const cell = element("td", {}, one ? fixed(one[1]) : "\u2014");
        if (one) {
          const share = one[1] / 100;
          cell.style.backgroundColor = `hsl(205 75% ${96 - 56 * share * share}%)`;
          if (share > 0.8) cell.className = "dark";
          cell.title = `[${fixed(one[2])}, ${fixed(one[3])}], n = ${one[0]}`;
        }
        if (at === state.part) cell.classList.add("on");
        line.append(cell);
      });
      body.append(line);
    }
    const table = element("table", {}, element("thead", {}, head), body);
    get("heat").replaceChildren(element("div", { class: "scroll", tabindex: "0" }, table));
  }

  function ranks() {
    const here = data.ranks.filter((one) => one.wave === data.waves[state.wave]);
    here.sort((a, b) => a.rank - b.rank);
    const span = ([a, b]) => (a === b ? String(a) : `${a}\u2013${b}`);
    const loose = here.some((one) => one.unsure);
    const heads = [say(data.by), word("rank"), word("chance"), ...(loose ? [word("unsure")] : []), word("first"), ...data.schemes.map(say), word("without")];
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    const body = element("tbody");
    for (const one of here) {
      const cells = [one.rank, span(one.chance), ...(loose ? [one.unsure ? span(one.unsure) : "\u2014"] : []), one.first.toFixed(2), ...one.schemes.map((r) => (r === null ? "\u2014" : r)), span(one.without)];
      body.append(element("tr", {}, element("th", { scope: "row" }, unitName(one.unit)),
        ...cells.map((text) => element("td", {}, String(text)))));
    }
    const table = element("table", {}, element("thead", {}, head), body);
    get("ranks").replaceChildren(element("div", { class: "scroll", tabindex: "0" }, table));
  }

  function show() {
    document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
    document.title = say(data.title);
    get("title").textContent = say(data.title);
    get("language").textContent = word("language");
    get("subtitle").textContent = word("subtitle", { by: say(data.by) });
    get("banner").hidden = !data.banner;
    if (data.banner) get("banner").textContent = say(data.banner);
    choices();
    const part = data.parts[state.part];
    const found = slice(state.wave);
    const told = [word("told", { n: found ? found.n : 0, part: say(part.name), wave: data.waves[state.wave] })];
    if (state.part === 0) told.push(word("weights_from", { scheme: say(data.scheme) }));
    if (!data.together) told.push(word("one_only"));
    get("told").textContent = told.join(" ");
    get("h-bars").textContent = word("bars_of", { part: say(part.name), level: data.level });
    get("h-trend").textContent = word("trend");
    get("h-heat").textContent = word("heat");
    get("h-ranks").textContent = word("ranks");
    get("about-ranks").textContent = word("about_ranks", { level: data.level }) + (data.ranks.some((one) => one.unsure) ? " " + word("about_unsure") : "");
    bars(); trend(); heat(); ranks();
    const notes = [element("p", {}, word("method"))];
    for (const one of data.findings) notes.push(element("p", { class: one.severity }, say(one.words)));
    get("notes").replaceChildren(...notes);
  }

  get("language").addEventListener("click", () => { state.lang = state.lang === "zh" ? "en" : "zh"; show(); });
  addEventListener("resize", bars);
  show();
})();
