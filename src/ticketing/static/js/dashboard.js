// The dashboard: figures, parts and charts, kept up to date while somebody looks.

import { draw } from "./_chart.js";
import { keepFresh } from "./_live.js";

keepFresh((page) => {
  for (const element of document.querySelectorAll("[data-chart]")) draw(element, page.charts[element.dataset.chart]);
});
