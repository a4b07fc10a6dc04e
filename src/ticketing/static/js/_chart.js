// Bars as slits, drawn by uPlot in the colours of the page. What a chart shows stands in the table beside it as well.

import uPlot from "uplot";

const COLORS = ["--light", "--strip-b", "--strip-a", "--edge"];
const drawn = new Map();

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The rows of bars in the order of drawing: of those that lie on each other, the highest first. */
function stacks(chart) {
  const sums = { up: new Array(chart.labels.length).fill(0), down: new Array(chart.labels.length).fill(0) };
  const rows = chart.series.map((series, index) => {
    const side = series.down ? sums.down : sums.up;
    const values = series.values.map((value, place) => {
      side[place] += Math.max(0, value);
      return series.down ? -side[place] : side[place];
    });
    return { values, color: COLORS[(index + (chart.blocks ? 1 : 0)) % COLORS.length], empty: false };
  });
  return rows.reverse();
}

/** The forecast begins behind the last day that is known. */
function likely(chart) {
  if (!chart.ahead) return [];
  const known = new Array(chart.ahead.start).fill(null);
  return [{ values: [...known, ...chart.ahead.likely], color: "--edge", empty: true }];
}

function labelsToShow(chart, wide) {
  const every = Math.max(1, Math.ceil(chart.labels.length / (wide ? 10 : 4)));
  const chosen = [];
  for (let place = chart.labels.length - 1; place >= 0; place -= every) chosen.unshift(place);
  return chosen;
}

function line(context, from, to, dashes, color, width) {
  context.save();
  context.beginPath();
  context.setLineDash(dashes);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.restore();
}

/** The limit as a dashed line, the range of the forecast as strokes, guests as blocks: uPlot has no such marks. */
function marks(plot, chart) {
  const { left, top, width, height } = plot.bbox;
  const y = (value) => plot.valToPos(value, "y", true);
  const ratio = uPlot.pxRatio;
  if (chart.limit) line(plot.ctx, [left, y(chart.limit)], [left + width, y(chart.limit)], [6 * ratio, 4 * ratio], token("--text"), 2 * ratio);
  for (const [place, low] of (chart.ahead?.low ?? []).entries()) {
    const x = plot.valToPos(chart.ahead.start + place, "x", true);
    line(plot.ctx, [x, y(low)], [x, y(chart.ahead.high[place])], [], token("--text"), 2 * ratio);
  }
  const most = Math.floor(Math.max(plot.scales.y.max, -plot.scales.y.min));
  if (!chart.blocks || height / (plot.scales.y.max - plot.scales.y.min) < 6 * ratio) return;
  for (let value = -most; value <= most; value += 1) {
    if (value && y(value) > top && y(value) < top + height) {
      line(plot.ctx, [left, y(value)], [left + width, y(value)], [], token("--ground"), 2 * ratio);
    }
  }
}

function range(chart, rows) {
  const values = rows.flatMap((row) => row.values).concat(chart.limit, chart.ahead?.high ?? []);
  const most = Math.max(chart.blocks ? 4 : 1, ...values);
  const least = Math.min(0, ...values);
  return [least < 0 ? least * 1.08 : 0, most * 1.06];
}

function make(element, chart) {
  const width = element.clientWidth;
  const rows = [...stacks(chart), ...likely(chart)];
  const gap = chart.labels.length > width / 12 ? 0.8 : 0.66;
  const paths = uPlot.paths.bars({ size: [gap, 40], gap: 0 });
  const series = rows.map((row) => {
    const color = token(row.color);
    return row.empty
      ? { paths, points: { show: false }, stroke: color, width: 1, fill: "transparent" }
      : { paths, points: { show: false }, stroke: token("--ground"), width: 1, fill: color };
  });
  const axis = { stroke: token("--text-2"), font: `14px ${getComputedStyle(element).fontFamily}`, ticks: { show: false } };
  const chosen = labelsToShow(chart, width > 640);
  const options = {
    width,
    height: Math.round(Math.min(320, Math.max(200, width * 0.3))),
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [-0.6, chart.labels.length - 0.4] }, y: { range: range(chart, rows) } },
    axes: [
      { ...axis, grid: { show: false }, splits: chosen, values: (_plot, places) => places.map((place) => chart.labels[place]) },
      {
        ...axis,
        grid: { stroke: token("--rule"), width: 1 },
        size: 48,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000],
        values: (_plot, values) => values.map((value) => Math.abs(value).toLocaleString("en")),
      },
    ],
    series: [{}, ...series],
    hooks: { draw: [(plot) => marks(plot, chart)] },
  };
  const places = chart.labels.map((_label, place) => place);
  const filled = rows.map((row) => places.map((place) => row.values[place] ?? null));
  return new uPlot(options, [places, ...filled], element);
}

function legend(chart) {
  const list = document.createElement("ul");
  list.className = "legend";
  for (const [index, series] of chart.series.entries()) {
    const swatch = document.createElement("span");
    swatch.className = `swatch bar-${(index + (chart.blocks ? 1 : 0)) % COLORS.length}`;
    const item = document.createElement("li");
    item.append(swatch, series.name);
    list.append(item);
  }
  return list;
}

function paint(element) {
  const one = drawn.get(element);
  one.plot?.destroy();
  element.replaceChildren();
  if (element.clientWidth > 0) one.plot = make(element, one.chart);
  element.append(legend(one.chart));
}

function paintAll() {
  for (const element of drawn.keys()) paint(element);
}

/** Draw a chart (office/charts.py) into an element; nothing happens where it is drawn already. */
export function draw(element, chart) {
  const key = JSON.stringify(chart);
  const before = drawn.get(element);
  if (!chart || before?.key === key) return;
  drawn.set(element, { key, chart, plot: before?.plot, width: element.clientWidth });
  paint(element);
  if (!before) watch(element);
}

function watch(element) {
  new ResizeObserver(() => {
    const one = drawn.get(element);
    if (one.width === element.clientWidth) return;
    one.width = element.clientWidth;
    paint(element);
  }).observe(element);
}

for (const query of ["(prefers-color-scheme: light)", "(prefers-contrast: more)"]) {
  window.matchMedia(query).addEventListener("change", paintAll);
}
