/**
 * What the network costs in all, and where it comes from.
 */

import { bytes, byId, change, element, millions, named, percent, whole } from "report_dom.js";

const HASH_SHOWN = 12;

export function showSummary(reports) {
  byId("cards").replaceChildren(...CARDS.map((card) => cardOf(card, reports)));
  byId("origin").replaceChildren(...reports.map(originOf));
  byId("subtitle").textContent = subtitle(reports[0]);
}

function subtitle(report) {
  const { target } = report;
  const parts = [report.model ?? "no model named"];
  if (target) {
    const clock = target.clock_hz ? `, ${target.clock_hz / 1e6} MHz` : "";
    parts.push(`${target.name} (${target.cpu}${clock})`);
  }
  return [...parts, report.compiler].join(" · ");
}

/**
 * Each card: its heading, what it is about (a number, so that two compare), the number as text, a
 * line below, and the share of a bar, if any.
 */
const CARDS = [
  {
    id: "cycles",
    heading: "Cycles, predicted",
    number: (report) => report.totals.predicted_cycles,
    text: whole,
    detail: time,
  },
  {
    id: "macs",
    heading: "Multiply-accumulates kept",
    number: (report) => report.totals.macs - report.totals.macs_skipped,
    text: whole,
    detail: ({ totals }) => macsDetail(totals),
    share: ({ totals }) => kept(totals),
  },
  {
    id: "flash",
    heading: "Flash, predicted",
    number: (report) => report.totals.flash_bytes,
    text: bytes,
    detail: ({ target }) => budget(target?.flash_budget),
    share: ({ totals, target }) => part(totals.flash_bytes, target?.flash_budget),
  },
  {
    id: "ram",
    heading: "RAM, workspace",
    number: (report) => ram(report.totals),
    text: bytes,
    detail: ({ totals, target }) => ramDetail(totals, target),
    share: ({ totals, target }) => part(totals.workspace_bytes, target?.ram_budget),
  },
];

function kept(totals) {
  return totals.macs ? 1 - totals.macs_skipped / totals.macs : 1;
}

function macsDetail(totals) {
  const share = `${percent(kept(totals))} of ${whole(totals.macs)} exact`;
  return `${share}, ${millions(totals.macs_skipped)} skipped`;
}

function ram(totals) {
  return totals.workspace_bytes + (totals.fast_workspace_bytes ?? 0);
}

function ramDetail(totals, target) {
  const fast = totals.fast_workspace_bytes;
  const inside = fast === undefined ? "" : `, ${bytes(fast)} of it fast`;
  return `${budget(target?.ram_budget)}${inside}`;
}

function budget(limit) {
  return limit ? `of a budget of ${bytes(limit)}` : "";
}

function part(value, limit) {
  return limit ? value / limit : undefined;
}

function time({ totals, target }) {
  if (!target?.clock_hz) {
    return "";
  }
  const milliseconds = (1000 * totals.predicted_cycles) / target.clock_hz;
  return `${milliseconds.toFixed(2)} ms at ${target.clock_hz / 1e6} MHz`;
}

function cardOf(card, reports) {
  const rows = reports.flatMap((report, index) => valueOf(card, report, index, reports[0]));
  const heading = element("h3", {}, card.heading);
  return element("div", { className: "card", id: `card-${card.id}` }, heading, ...rows);
}

function valueOf(card, report, index, first) {
  const value = card.number(report);
  const number = element("span", { className: "number" }, card.text(value));
  const text = element("div", { className: "value" }, number);
  const compared = index ? `${change(value, card.number(first))} · ` : "";
  const detail = element("div", { className: "detail" }, compared + card.detail(report));
  if (index) {
    text.prepend(element("span", { className: "name-mark second" }));
  }
  return [text, detail, ...meter(card.share?.(report), index)];
}

function meter(share, index) {
  if (share === undefined) {
    return [];
  }
  const fill = element("span");
  fill.style.width = percent(Math.min(share, 1)).replace(" ", "");
  const outer = element("div", { className: "meter", "aria-hidden": "true" }, fill);
  return [element("div", { className: index ? "second" : "" }, outer)];
}

function originOf(report, index) {
  const facts = [
    ["Report", named(report, index)],
    ["Plan", planText(report.plan)],
    ["Pipeline", element("code", {}, report.pipeline ?? "not noted")],
    ["Model", modelText(report)],
  ];
  const pairs = facts.flatMap(([key, value]) => [element("dt", {}, key), element("dd", {}, value)]);
  return element("dl", { className: "facts" }, ...pairs);
}

function planText(plan) {
  if (!plan) {
    return "none";
  }
  return plan.note ? `${plan.file}: ${plan.note}` : plan.file;
}

function modelText(report) {
  const hash = report.model_sha256;
  return `${report.model ?? "not named"}${hash ? `, sha256 ${hash.slice(0, HASH_SHOWN)}…` : ""}`;
}
