// Runs programs one after the other in one process: starting Node and loading the SDK takes half a second.
//
//     node node_driver.mjs jobs.json
//
// `jobs.json` is a list of [working directory, file]. `file` leaves `file.out`, `file.err` and `file.code`. A program
// has ended when nothing is left to wait for.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const jobs = JSON.parse(readFileSync(process.argv[2], "utf8"));
const exit = Symbol("exit");
let file;
let output;

for (const name of ["stdout", "stderr"]) {
  process[name].write = (chunk, encoding, callback) => {
    output[name].push(Buffer.from(chunk));
    [encoding, callback].find((each) => typeof each === "function")?.();
    return true;
  };
}

process.exit = (code) => {
  process.exitCode = code ?? process.exitCode;
  throw exit;
};

process.on("uncaughtException", (error) => {
  if (error === exit) return;
  output.stderr.push(Buffer.from(String(error?.stack ?? error)));
  process.exitCode = 1;
});

process.on("beforeExit", () => {
  if (file !== undefined) {
    writeFileSync(`${file}.out`, Buffer.concat(output.stdout));
    writeFileSync(`${file}.err`, Buffer.concat(output.stderr));
    writeFileSync(`${file}.code`, String(process.exitCode ?? 0));
    process.exitCode = undefined;
  }
  if (jobs.length === 0) return;
  const [folder, next] = jobs.shift();
  file = next;
  output = { stdout: [], stderr: [] };
  process.chdir(folder);
  import(pathToFileURL(file).href);
});
