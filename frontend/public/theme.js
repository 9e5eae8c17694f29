// Which theme was chosen last time? Runs before the first paint, so that the page never flashes in the other one.
(function () {
  try {
    var chosen = localStorage.getItem("liveloop.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (refused) {
    // Storage may be refused; the system's preference then holds.
  }
})();
