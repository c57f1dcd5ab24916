// The labelling desk in the browser: shows what Python says, and tells it which key was pressed on which question.

const KEYS = ["s", "d", "u", "z", "n"];

function render({ model, el }) {
  const desk = document.createElement("div");
  desk.className = "idlab-desk";
  desk.tabIndex = 0;
  // JupyterLab's own shortcuts must not hear these keys: "d d" would delete the cell.
  desk.dataset.lmSuppressShortcuts = "true";
  desk.setAttribute("role", "group");
  desk.setAttribute("aria-label", "labelling desk: press s, d, u, z or n");

  const show = () => {
    desk.innerHTML = model.get("html");
    desk.dataset.serial = model.get("serial");
  };
  const press = (key) => model.send({ key, serial: model.get("serial") });

  desk.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = event.key.toLowerCase();
    if (!KEYS.includes(key)) return;
    event.preventDefault();
    event.stopPropagation();
    press(key);
  });
  desk.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-key]");
    if (button) press(button.dataset.key);
    desk.focus({ preventScroll: true });
  });
  model.on("change:serial", show);
  show();
  el.appendChild(desk);
}

export default { render };
