/**
 * The environment of Node.js for jest, in which each worker compiles a module once. jest evaluates a module again for
 * each test file. On Node.js 20 it also compiles the module again, because V8 does not reuse code that may contain a
 * dynamic import. For 50 test files, this took 6.6 of 38 seconds of processor time.
 */
const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");

const compile = vm.compileFunction;
/** The cached data of V8 for each compiled source. @type {Map<string, Buffer>} */
const compiled = new Map();

/** @type {typeof vm.compileFunction} */
vm.compileFunction = (source, parameters, options) => {
  const cachedData = compiled.get(source);
  // If V8 does not accept the cached data, it compiles the source.
  if (cachedData !== undefined) return compile(source, parameters, { ...options, cachedData });
  const made = compile(source, parameters, { ...options, produceCachedData: true });
  if (made.cachedData !== undefined) compiled.set(source, made.cachedData);
  return made;
};

module.exports = TestEnvironment;
