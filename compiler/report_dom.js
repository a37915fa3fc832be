/**
 * Elements, numbers as people read them, and colours of the style sheet.
 */

const WHOLE = new Intl.NumberFormat("en-US");
const TENTHS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const LONGEST_LABEL = 22;
const KIB = 1024;

/** An element with attributes (`className`, `id`, ... or `aria-...`) and children. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key in node) {
      node[key] = value;
    } else {
      node.setAttribute(key, value);
    }
  }
  node.append(...children);
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

export function whole(value) {
  return WHOLE.format(value);
}

/** Three digits: 0.0123, 4.56. */
export function short(value) {
  return SHORT.format(value);
}

/** One digit and a power of ten, for the ticks of a drawing. */
export function power(value) {
  const [digit, exponent] = value.toExponential(0).split("e").map(Number);
  return `${digit}·10<sup>${exponent}</sup>`.replace("-", "−");
}

/** 1,837,466 as 1.84 M. */
export function millions(value) {
  return `${(value / 1e6).toFixed(2)} M`;
}

export function bytes(value) {
  return value < KIB ? `${value} B` : `${TENTHS.format(value / KIB)} KiB`;
}

export function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

/** How `value` differs from `before`: -12.3 %, with a minus sign. */
export function change(value, before) {
  if (!before) {
    return "";
  }
  const share = (100 * (value - before)) / before;
  return `${share < 0 ? "−" : "+"}${Math.abs(share).toFixed(1)} %`;
}

/** 32×32×3. */
export function shape(dimensions) {
  return dimensions ? dimensions.join("×") : "";
}

/** The end of a long name tells more than its beginning. */
export function label(name) {
  return name.length <= LONGEST_LABEL ? name : `…${name.slice(1 - LONGEST_LABEL)}`;
}

/** The value of a custom property of the style sheet. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** What the first and the second report are drawn in. */
export function seriesColours(index) {
  const name = index === 0 ? "first" : "second";
  return { strong: colour(name), light: colour(`${name}-light`) };
}

/** A coloured square and the name of a report. */
export function named(report, index) {
  const mark = element("span", { className: index ? "name-mark second" : "name-mark" });
  return element("span", {}, mark, title(report));
}

/** Name and plan: what tells two reports of one network apart. */
export function title(report) {
  return report.plan ? `${report.name} (${report.plan.file})` : report.name;
}
