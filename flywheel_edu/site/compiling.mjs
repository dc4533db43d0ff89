// Compiles wheels by the browser's own Python, since bytecode is one version's alone.
// node compiling.mjs PYODIDE WHEEL...: the wheels lie in the folder of the Pyodide.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${folder}/` });
python.FS.mkdirTree("/wheels");
python.mountNodeFS("/wheels", folder);
python.runPython(readFileSync(new URL("compiling.py", import.meta.url), "utf8"));
const compileWheel = python.globals.get("compile_wheel");
for (const wheel of ["python_stdlib.zip", ...wheels]) {
  compileWheel(`/wheels/${wheel}`);
}
