// A page of the office that keeps itself up to date.

import { keepFresh } from "./_live.js";

keepFresh();
