/**
 * Loaded before everything else (`node -r ./main/require-node.cjs …`): on an older Node the sources are a syntax error
 * and better-sqlite3 ends the process without a word, so this says what is missing while it still can.
 */
const process = require('node:process');
const v8 = require('node:v8');

const needed = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    `Tallywatch needs Node ${needed.join('.')} or newer; this is ${process.versions.node}.\n` +
      'On 64-bit Linux "npm install" brings it: start with npm (npm start, npm test). ' +
      'Elsewhere install it from https://nodejs.org.\n',
  );
  process.exit(2);
}

// Node strips types with a WebAssembly module in every thread that runs our sources. When calls into it tier up in one
// thread while another ends, V8 may abort the process (`jit_page.has_value()` below TierUpWasmToJSWrapper; seen once in
// some thousand threads, also nodejs/node#64500). So they never tier up. The built station strips nothing.
v8.setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');
