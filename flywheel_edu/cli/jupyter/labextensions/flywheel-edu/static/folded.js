// On a phone JupyterLab's list of files would leave a chapter 92 pixels: there it opens folded away,
// and its tab brings it. A phone's layout is kept apart from that of wider windows, so that theirs
// stays as it was. Written in the form in which JupyterLab loads what webpack has built.

const narrow = matchMedia("(max-width: 600px)").matches;

function haveOwnLayout() {
  const { baseUrl, mode, workspace } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const { hash, pathname, search } = location;
  const app = `${baseUrl}lab`;
  if (mode !== "multiple-document" || workspace !== "default" || !pathname.startsWith(app)) return;
  location.replace(`${app}/workspaces/phone${pathname.slice(app.length)}${search}${hash}`);
}

const folded = {
  id: "flywheel-edu:folded",
  autoStart: true,
  activate({ restored, shell }) {
    if (narrow) restored.then(() => shell.collapseLeft());
  },
};

const made = { __esModule: true, default: folded };
globalThis._JUPYTERLAB ??= {};
globalThis._JUPYTERLAB["flywheel-edu"] = { init() {}, get: async () => () => made };
if (narrow) haveOwnLayout();
