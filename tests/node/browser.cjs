// Shows a page in headless Chromium that calls the shop, and ends with 0 if all of its calls went well.
//   NODE_PATH=MODULES node browser.cjs --shop=HOST:PORT --chromium=PROGRAM --screenshot=FILE
// Started by tests/tests/browser.rs.
"use strict";

const { execFileSync, spawn } = require("node:child_process");
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { createServer } = require("node:http");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");

const PAGE = `<!doctype html><meta charset="utf-8"><title>The shop, in a browser</title>
<h1>The shop, in a browser</h1><pre style="font-size: 15px"></pre>
<script src="/schema.js"></script><script type="module" src="/page.js"></script><img src="/end" alt="">`;

const options = Object.fromEntries(["shop", "chromium", "screenshot"].map((name) => [name, { type: "string" }]));
const { shop, chromium, screenshot } = parseArgs({ options }).values;
const tool = (name) => path.join(process.env.NODE_PATH, ".bin", name);
const folder = mkdtempSync(path.join(tmpdir(), "browser-"));

/** The files of the page, by their paths. */
function files() {
  const schema = path.join(folder, "schema.binpb");
  execFileSync(tool("buf"), ["build", path.join(__dirname, "../../examples/proto"), "-o", schema]);
  const page = path.join(folder, "page.js");
  const bundle = ["--bundle", "--format=esm", "--log-level=warning", `--outfile=${page}`];
  execFileSync(tool("esbuild"), [path.join(__dirname, "browser_page.mjs"), ...bundle]);
  const text = readFileSync(schema).toString("base64");
  return {
    "/": ["text/html", PAGE],
    "/page.js": ["text/javascript", readFileSync(page)],
    "/schema.js": ["text/javascript", `globalThis.SCHEMA = "${text}"; globalThis.SHOP = "http://${shop}";`],
  };
}

/** Serves the page on another origin than the shop's. Its image comes last of all: the browser waits for it, and then draws. */
function serve(known, told) {
  let waiting = [];
  let said;
  const finish = () => waiting.splice(0).forEach((image) => image.writeHead(204).end());
  return createServer((request, response) => {
    if (request.url === "/outcome") {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        said = Buffer.concat(parts).toString();
        told(said);
        response.end();
        finish();
      });
    } else if (request.url === "/end") {
      waiting.push(response);
      if (said !== undefined) finish();
    } else if (known[request.url]) {
      const [type, content] = known[request.url];
      response.writeHead(200, { "content-type": type }).end(content);
    } else {
      response.writeHead(404).end();
    }
  });
}

let outcome = "FAILED: the page has said nothing";
const server = serve(files(), (said) => (outcome = said));
server.listen(0, "127.0.0.1", () => {
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const more = [`--user-data-dir=${folder}/profile`, "--window-size=1000,400", `--screenshot=${screenshot}`];
  const url = `http://127.0.0.1:${server.address().port}/`;
  const browser = spawn(chromium, [...flags, ...more, url], { stdio: ["ignore", "ignore", "pipe"] });
  const complaints = [];
  browser.stderr.on("data", (part) => complaints.push(part));
  const limit = setTimeout(() => browser.kill("SIGKILL"), 90000);
  browser.on("close", () => {
    clearTimeout(limit);
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    const went = outcome.split("\n").every((line) => line.startsWith("ok "));
    process.stdout.write(`${outcome}\n`);
    if (!went) process.stderr.write(Buffer.concat(complaints));
    process.exitCode = went ? 0 : 1;
  });
});
