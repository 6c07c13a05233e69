// Enhances what already works without it: the NHS components, also in parts that htmx swaps in.
import { initAll } from "../vendor/nhsuk/nhsuk-frontend.min.js";

initAll();
document.body.addEventListener("htmx:afterSwap", (event) => {
  initAll({ scope: event.detail.elt });
});
