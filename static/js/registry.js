// Enhances what already works without it: the NHS components, also in parts that htmx swaps in.
import { initAll } from "../vendor/nhsuk/nhsuk-frontend.min.js";

const enhance = (event) => initAll({ scope: event.detail.elt });

initAll();
document.body.addEventListener("htmx:afterSwap", enhance);
document.body.addEventListener("htmx:oobAfterSwap", enhance);
