/** Small drawings and page parts that several screens share. */

const SVG = "http://www.w3.org/2000/svg";

/** Tier signs by order of tier: full disc, half disc, then triangle, square, diamond. */
const TIER_SIGNS = ["disc", "half", "triangle", "square", "diamond"];

export const byId = (id) => document.getElementById(id);

/** An icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg, name) {
  svg.querySelector("use").setAttribute("href", `#sign-${name}`);
}

/** The sprite name of a tier's sign, or null when the tier has none. */
export function tierSign(sign) {
  return Number.isInteger(sign) ? (TIER_SIGNS[Math.min(sign, TIER_SIGNS.length - 1)] ?? null) : null;
}

/** The tier as staff read it: its name in `language`, else its code. */
export function tierName(ticket, texts, language) {
  return texts.pick(ticket.tier_name ?? ticket.tier, language);
}

/** Sets text and hides the element when there is none. */
export function fill(element, text) {
  element.textContent = text ?? "";
  element.hidden = !text;
}
