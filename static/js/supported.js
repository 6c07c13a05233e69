// Runs before the page is drawn: says that scripts run, so that enhanced parts do not flash.
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
}
