# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Questions put to a page in the browser, as functions of JavaScript; each answers with plain values."""

# Every piece of text that is to be seen, with what it stands in.
VISIBLE_TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const holder = walker.currentNode.parentElement;
    if (!text || holder.closest('title, desc, style') || !holder.checkVisibility()) continue;
    found.push({text, code: Boolean(holder.closest('code, [data-source]')), label: holder.tagName === 'LABEL'});
  }
  return found;
}"""

# For every visible text the lowest WCAG 2 contrast with what lies under it, in colour and as a grey print.
CONTRASTS = """() => {
  const parse = text => {
    const numbers = (text.match(/[\\d.]+/g) || []).map(Number);
    return numbers.length < 3 ? null : {c: numbers.slice(0, 3), a: numbers.length > 3 ? numbers[3] : 1};
  };
  const over = (top, under) => top.c.map((value, i) => value * top.a + under[i] * (1 - top.a));
  const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
  const grey = c => Array(3).fill(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]);
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const grounds = holder => {
    const layers = [];
    for (let at = holder; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const drawn = style.backgroundImage.match(/rgba?\\([^)]*\\)/g) || [];
      if (drawn.length) layers.push(drawn.map(parse));
      const plain = parse(style.backgroundColor);
      if (plain && plain.a > 0) layers.push([plain]);
      if (plain && plain.a === 1) break;
    }
    return layers.reverse().reduce((under, layer) =>
      layer.flatMap(top => under.map(colour => over(top, colour))), [[255, 255, 255]]);
  };
  const fills = shape => {
    const fill = getComputedStyle(shape).fill;
    const pattern = fill.match(/url\\("?#([^")]+)/);
    const from = pattern ? [...document.getElementById(pattern[1]).children].map(part => getComputedStyle(part).fill) : [fill];
    return from.filter(text => text !== 'none').map(parse).filter(Boolean);
  };
  const drawnUnder = (text, base) => {
    let outer = text.closest('svg');
    while (outer.parentElement.closest('svg')) outer = outer.parentElement.closest('svg');
    const box = text.getBoundingClientRect();
    let under = base;
    for (const shape of outer.querySelectorAll('rect, circle, path, polygon')) {
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) || shape.closest('defs')) continue;
      const place = shape.getBoundingClientRect();
      const wide = Math.min(box.right, place.right) - Math.max(box.left, place.left);
      const high = Math.min(box.bottom, place.bottom) - Math.max(box.top, place.top);
      if (wide <= 1 || high <= 1) continue;
      const all = wide >= box.width - 1 && high >= box.height - 6 && shape.tagName === 'rect';
      const laid = fills(shape).flatMap(top => under.map(colour => over(top, colour)));
      under = all && laid.length && fills(shape).every(top => top.a === 1) ? laid : under.concat(laid);
    }
    return under;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const holder = walker.currentNode.parentElement;
    if (!text || holder.closest('title, desc, style') || !holder.checkVisibility({opacityProperty: true})) continue;
    const drawing = holder instanceof SVGElement;
    const style = getComputedStyle(holder);
    let under = grounds(drawing ? holder.closest('svg').parentElement : holder);
    if (drawing) under = drawnUnder(holder, under);
    const ink = parse(drawing ? style.fill : style.color);
    const worst = change => Math.min(...under.map(colour => ratio(change(over(ink, colour)), change(colour))));
    found.push({text, colour: worst(c => c), grey: worst(grey)});
  }
  return found;
}"""

# What lies beyond the right edge, other than what scrolls in a frame of its own.
BEYOND = """() => {
  const edge = document.documentElement.clientWidth + 0.5;
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('.quiet, .about, .skip, .switch, defs, title, desc') || !element.checkVisibility()) continue;
    const frame = element.parentElement.closest('.scroll');
    if (frame && getComputedStyle(frame).overflowX !== 'visible') continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > edge || box.left < -0.5)) {
      found.push(`${element.tagName} ${element.className.baseVal ?? element.className} ${Math.round(box.left)} ${Math.round(box.right)}`);
    }
  }
  return {width: document.documentElement.scrollWidth, found};
}"""

# Cells whose text is cut off, or lies on that of the next cell.
CUT_CELLS = """() => [...document.querySelectorAll('th, td, dd, dt, h1, h2, h3, h4, figcaption, li, p, summary, .chart text')]
  .filter(cell => cell.checkVisibility() && !cell.closest('.quiet'))
  .filter(cell => !(cell instanceof SVGElement) && cell.scrollWidth > cell.clientWidth + 1 &&
                  getComputedStyle(cell).display !== 'inline')
  .map(cell => cell.textContent.trim().slice(0, 60))"""

# The element with the focus: where it stands, and whether a reader sees that it has the focus.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const all = [...document.querySelectorAll('*')];
  const marked = [element, ...(element.labels || [])].find(part => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1.5;
  });
  const box = (marked || element).getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 20) / 2);
  return {number: all.indexOf(element), what: element.tagName.toLowerCase(), marked: Boolean(marked),
          seen: box.width > 0 && box.top >= 0 && box.top < innerHeight,
          covered: Boolean(middle) && !(marked || element).contains(middle) && !middle.contains(marked || element)};
}"""

TABBABLE = """() => {
  const all = [...document.querySelectorAll('*')];
  return all.filter(element => element.matches('a[href], summary, [tabindex="0"], input:checked') && element.checkVisibility())
    .map(element => all.indexOf(element));
}"""

# Drawings that stand alone, with what names and describes them.
DRAWINGS = """() => [...document.querySelectorAll('svg')]
  .filter(svg => !svg.parentElement.closest('svg') && svg.getAttribute('aria-hidden') !== 'true')
  .map(svg => {
    const said = attribute => (svg.getAttribute(attribute) || '').split(' ')
      .map(id => document.getElementById(id)).map(part => part ? part.innerText : '').join(' ').trim();
    return {role: svg.getAttribute('role'), name: said('aria-labelledby'), about: said('aria-describedby'),
            title: svg.querySelector(':scope > title')?.textContent, desc: svg.querySelector(':scope > desc')?.textContent,
            elements: svg.querySelectorAll('*').length, shown: svg.checkVisibility(),
            table: [...document.querySelectorAll('table[aria-labelledby]')]
              .some(table => table.getAttribute('aria-labelledby') === svg.getAttribute('aria-labelledby'))};
  })"""

HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => Number(heading.tagName[1]))"

# What was made of the page: its elements, and attributes that could run something.
OUTLINE = """() => {
  const all = [...document.querySelectorAll('*')];
  return {tags: [...new Set(all.map(element => element.tagName.toLowerCase()))],
          handlers: all.flatMap(element => element.getAttributeNames()).filter(name => name.startsWith('on')),
          links: [...document.querySelectorAll('[href], [src], [action], [data]')]
            .map(element => element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action') ?? ''),
          styled: document.querySelectorAll('[style]').length};
}"""

# Everything a reader can do to a page short of clicking a link: open, point at, focus.
TOUCH = """() => {
  document.querySelectorAll('details').forEach(fold => { fold.open = true; });
  for (const element of document.querySelectorAll('*')) {
    for (const kind of ['mouseover', 'mouseenter', 'focus', 'click']) {
      if (kind === 'click' && element.matches('a, label, input, summary')) continue;
      element.dispatchEvent(new Event(kind, {bubbles: kind !== 'click'}));
    }
  }
}"""

TABLE_CELLS = """() => [...document.querySelectorAll('th, td')]
  .filter(cell => cell.checkVisibility() && !cell.closest('.quiet'))
  .flatMap(cell => cell.innerText.split('\\n')).map(text => text.trim()).filter(Boolean)"""
