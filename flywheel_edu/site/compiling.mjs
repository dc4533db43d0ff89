// Compiles wheels by the browser's own Python, since bytecode is one version's alone.
// node compiling.mjs PYODIDE CODE WHEEL...: the wheels lie in the folder of the Pyodide.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, code, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${folder}/` });
python.FS.mkdirTree("/wheels");
python.mountNodeFS("/wheels", folder);
python.runPython(readFileSync(code, "utf8"));
const compileWheel = python.globals.get("compile_wheel");
for (const wheel of wheels) {
  compileWheel(`/wheels/${wheel}`);
}
