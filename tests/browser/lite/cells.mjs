// The browser's Python without a browser: asked for a notebook a line, it answers with what was
// red under each cell. node cells.mjs PYODIDE ROOM CELLS: a folder
// with a Pyodide, one with the notebooks, and kernel.py.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [pyodide, room, kernel] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const quiet = { messageCallback: () => {}, errorCallback: () => {} };
const python = await loadPyodide({ indexURL: `${pyodide}/`, stdout: () => {}, stderr: () => {} });
python.FS.mkdirTree("/room");
python.mountNodeFS("/room", room);
await python.loadPackage(["ipython", "sqlite3"], quiet);
python.runPython(await readFile(kernel, "utf8"));
const begin = python.globals.get("begin");
const run = python.globals.get("run");

for await (const notebook of createInterface({ input: process.stdin })) {
  const said = [];
  for (const code of begin(notebook).toJs()) {
    await python.loadPackagesFromImports(code, quiet);
    said.push(run(code));
  }
  console.log(JSON.stringify(said));
}
