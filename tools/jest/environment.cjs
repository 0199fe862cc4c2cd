/**
 * The environment of Node.js, in a worker that compiles each module once. jest evaluates a module anew for each test file.
 * Before Node.js 21 that compiles it anew as well, since V8 does not recognise a source that may import dynamically: 6.6 of
 * 38 seconds of processor time for 50 test files.
 */
const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");

const compile = vm.compileFunction;
/** What V8 keeps of a source it has compiled, by the source. @type {Map<string, Buffer>} */
const compiled = new Map();

/** @type {typeof vm.compileFunction} */
vm.compileFunction = (source, parameters, options) => {
  const cachedData = compiled.get(source);
  // V8 compiles the source where it does not accept the data.
  if (cachedData !== undefined) return compile(source, parameters, { ...options, cachedData });
  const made = compile(source, parameters, { ...options, produceCachedData: true });
  if (made.cachedData !== undefined) compiled.set(source, made.cachedData);
  return made;
};

module.exports = TestEnvironment;
