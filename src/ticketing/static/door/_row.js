/** A ticket of the list as one row: where its holder is, and how staff tell it from others. */

import { icon, tierSign } from "./_draw.js";

/** Where a ticket's holder is, as this tablet knows it: `inside`, `revoked`, `used` (may not come again) or `out`. */
export function stateOf(record, tier) {
  if (record.state !== "valid") return "revoked";
  if (record.inside) return "inside";
  return record.entries && !tier?.reentry ? "used" : "out";
}

/** One ticket as staff tell it from others: sign, tier, name where there is one, order code, where its holder is. */
export function describe(record, engine, texts) {
  const tier = engine.tier(record.tier);
  const sign = tierSign(tier?.sign);
  const name = part("row-name", record.name ?? texts.pick(tier?.name ?? record.tier));
  const small = [record.name ? texts.pick(tier?.name ?? record.tier) : "", `${record.order}-${record.n}`].filter(Boolean);
  const where = part("row-state", texts.say(`party.${stateOf(record, tier)}`));
  return [...(sign ? [icon(sign)] : []), name, part("row-small", small.join(" ")), where];
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}
