/** The style of a report: on a screen, in light and dark mode, and on paper. The colours are those of the emulator's web page. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --line: #d9dde3; --text: #1b2129; --quiet: #566170;
  --main: #3566d6; --main-soft: #c9d7f8; --additional: #c2570c; --additional-soft: #f3cfae; --good: #1a7344; --bad: #b3261e; --odd: #7a5600; --focus: #3566d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151a; --card: #1a1e25; --line: #313843; --text: #e7eaee; --quiet: #a3adba;
    --main: #6d9bff; --main-soft: #2f4372; --additional: #f2994a; --additional-soft: #6b431d; --good: #6fcf97; --bad: #ff8a80; --odd: #f2c94c; --focus: #8db2ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 60rem; padding: 1.5rem clamp(0.75rem, 4vw, 2.5rem) 3rem;
  background: var(--ground); color: var(--text);
  font: 0.9375rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, dl, dd, ul, ol, figure { margin: 0; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; font-weight: 650; letter-spacing: -0.01em; line-height: 1.25; }
h2 { font-size: 1.125rem; font-weight: 650; }
h3 { font-size: 0.9375rem; font-weight: 650; }
a { color: var(--main); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 0.25rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.25rem 0.5rem; background: var(--card); z-index: 1; }
header { margin-bottom: 1.25rem; }
header .place { color: var(--quiet); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; margin-top: 0.75rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 0.625rem; padding: 1.25rem clamp(0.875rem, 3vw, 1.5rem); margin-top: 1rem; }
section > * + * { margin-top: 0.75rem; }
.note { color: var(--quiet); max-width: 46rem; }
.lead { font-size: 1.0625rem; font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0.75rem 1.5rem; }
.facts dt { color: var(--quiet); font-size: 0.8125rem; }
.facts dd { font-weight: 600; }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 0.625rem; font-size: 0.8125rem; font-weight: 650; white-space: nowrap; }
.pass { color: var(--good); }
.fail { color: var(--bad); }
.hold { color: var(--odd); }
.inconclusive { color: var(--quiet); }
.alert { border-left: 4px solid var(--bad); padding-left: 0.875rem; }
.key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; color: var(--quiet); font-size: 0.8125rem; }
.key span { display: inline-block; width: 0.75rem; height: 0.75rem; margin-right: 0.375rem; vertical-align: -1px; }
.key .stable { background: var(--main); border-radius: 50%; }
.key .rest { background: var(--main-soft); }
.key .candidate { background: var(--additional); transform: rotate(45deg) scale(0.85); }
.key .share { background: var(--additional-soft); border-top: 2.5px solid var(--additional); }
.key .line { width: 1.25rem; height: 0; border-top: 2px dashed var(--bad); vertical-align: 4px; }
.key .seen { border: 2px solid var(--text); border-radius: 50%; }
.plot { display: block; height: auto; width: 100%; color: var(--text); overflow: visible; }
.plot text { white-space: pre; font-size: 11px; }
.narrow { display: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.8125rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: 0.375rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3125rem 0.75rem 0.3125rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; }
tbody th { font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
.when { white-space: nowrap; }
.range { color: var(--quiet); }
.steps { padding: 0; list-style: none; }
.steps > li { padding: 0.75rem 0; border-top: 1px solid var(--line); }
.steps > li > * + * { margin-top: 0.25rem; }
.steps ul { padding-left: 1.125rem; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
footer { margin-top: 1.25rem; color: var(--quiet); font-size: 0.8125rem; }
@media (max-width: 36rem) {
  .wide { display: none; }
  .narrow { display: block; }
  .number, .when { white-space: normal; }
  .facts { grid-template-columns: 1fr 1fr; }
}
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  :root {
    color-scheme: light;
    --ground: #ffffff; --card: #ffffff; --line: #c6ccd4; --text: #000000; --quiet: #444b55;
    --main: #3566d6; --main-soft: #c9d7f8; --additional: #c2570c; --additional-soft: #f3cfae; --good: #1a7344; --bad: #b3261e; --odd: #7a5600;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  section { border: 0; padding: 0; margin-top: 8mm; }
  .wide { display: block; }
  .narrow { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding-right: 2mm; overflow-wrap: anywhere; }
  .number, .when { white-space: normal; }
  figure, tr, .steps > li { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
}
`;
