// VitePress searches its configuration in this file.
export { default } from "../config.mjs";
