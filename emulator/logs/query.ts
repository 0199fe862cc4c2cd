/**
 * Search statements of the log service: `field: value`, words, comparisons of numbers, joined by and, or, not. Pure.
 *
 * Precedence, from the documentation: parentheses, then not, then and (also between two conditions without an
 * operator), then or. A statement that is not supported is refused, because a filter that silently finds other rows is
 * worse than an error.
 */
import { notImplemented } from "../base/errors";
import { invalidQueryString } from "./errors";
import type { LogRow } from "../service/logstores";

/** A filter: returns whether a row is found. */
export type Filter = (row: LogRow) => boolean;

/** Largest number of conditions in one statement. Source: documentation. */
const MAX_CONDITIONS = 30;

/** Largest depth of parentheses and negations inside each other. The limit is the emulator's own. */
const MAX_DEPTH = 100;

/** Characters that separate the words of a text. Source: the default in the documentation. */
const DELIMITERS = /[, '";=()[\]{}?@&<>/:\n\t\r]+/;

type Token =
  { readonly kind: "word" | "quoted"; readonly text: string } | { readonly kind: "symbol"; readonly text: string };

/**
 * The filter of a search statement. Throws the service's error for an invalid statement, and an error of the emulator
 * for SQL.
 */
export function parseQuery(query: string): Filter {
  const tokens = tokenize(query);
  if (tokens.length === 0) return () => true;
  const parser = new Parser(tokens);
  const filter = parser.or();
  parser.end();
  return filter;
}

function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|(>=|<=|[():<>=[\]|#])|([^\s"():<>=[\]|#]+)|(")/gy;
  for (const [, quoted, symbol, word, open] of query.matchAll(pattern)) {
    if (symbol === "|") {
      throw notImplemented("GetLogs", "analysis statements (SQL after |) are not emulated; use a search statement");
    }
    if (symbol === "#") throw notImplemented("GetLogs", "phrase search (#) is not emulated");
    if (open !== undefined) throw invalidQueryString("a quotation mark is not closed");
    if (quoted !== undefined) tokens.push({ kind: "quoted", text: quoted.replace(/\\(.)/g, "$1") });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
  }
  return tokens;
}

/** A recursive descent parser over the tokens. Each method consumes the tokens of its rule. */
class Parser {
  #at = 0;
  #conditions = 0;
  #depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  or(): Filter {
    const parts = [this.#and()];
    while (this.#takeWord("or")) parts.push(this.#and());
    return (row) => parts.some((part) => part(row));
  }

  end(): void {
    const rest = this.tokens[this.#at];
    if (rest !== undefined) throw invalidQueryString(`'${rest.text}' was not expected`);
  }

  #and(): Filter {
    const parts = [this.#not()];
    while (this.#takeWord("and") || this.#startsCondition()) parts.push(this.#not());
    return (row) => parts.every((part) => part(row));
  }

  #not(): Filter {
    if (!this.#takeWord("not")) return this.#condition();
    const inner = this.#nested(() => this.#not());
    return (row) => !inner(row);
  }

  #condition(): Filter {
    if (this.#takeSymbol("(")) {
      const inner = this.#nested(() => this.or());
      this.#expect(")");
      return inner;
    }
    this.#conditions += 1;
    if (this.#conditions > MAX_CONDITIONS) throw invalidQueryString(`more than ${MAX_CONDITIONS} conditions`);
    const first = this.#text("a condition");
    if (this.#takeSymbol(":")) return fieldFilter(first.text, this.#text(`a value of ${first.text}`));
    const operator = ["<=", ">=", "<", ">", "="].find((each) => this.#takeSymbol(each));
    if (operator !== undefined) return comparison(first.text, operator, this.#number());
    if (this.#peekWord("in") && first.kind === "word") {
      this.#at += 1;
      return this.#range(first.text);
    }
    return anywhere(first);
  }

  #nested(rule: () => Filter): Filter {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw invalidQueryString(`more than ${MAX_DEPTH} parentheses or negations inside each other`);
    const filter = rule();
    this.#depth -= 1;
    return filter;
  }

  /**
   * Parses a range such as `field in [1 5]`. A round bracket in place of a square one excludes the number beside it.
   */
  #range(name: string): Filter {
    const lowOpen = this.#takeSymbol("(");
    if (!lowOpen) this.#expect("[");
    const low = this.#number();
    const high = this.#number();
    const highOpen = this.#takeSymbol(")");
    if (!highOpen) this.#expect("]");
    const above = comparison(name, lowOpen ? ">" : ">=", low);
    const below = comparison(name, highOpen ? "<" : "<=", high);
    return (row) => above(row) && below(row);
  }

  #startsCondition(): boolean {
    const next = this.tokens[this.#at];
    if (next === undefined || this.#peekWord("or")) return false;
    return next.kind !== "symbol" || next.text === "(";
  }

  #text(what: string): Token {
    const next = this.tokens[this.#at];
    if (next === undefined || next.kind === "symbol") {
      throw invalidQueryString(`${what} was expected, got ${next === undefined ? "the end" : `'${next.text}'`}`);
    }
    if (next.kind === "word" && /^(and|or|not)$/i.test(next.text)) {
      throw invalidQueryString(`${what} was expected, got '${next.text}'; put it in quotation marks to find the word`);
    }
    this.#at += 1;
    return next;
  }

  #number(): number {
    const { text } = this.#text("a number");
    const value = Number(text);
    if (text.trim() === "" || Number.isNaN(value)) throw invalidQueryString(`'${text}' is not a number`);
    return value;
  }

  #expect(symbol: string): void {
    if (!this.#takeSymbol(symbol)) {
      throw invalidQueryString(`'${symbol}' was expected, got '${this.tokens[this.#at]?.text ?? "the end"}'`);
    }
  }

  #takeSymbol(text: string): boolean {
    const next = this.tokens[this.#at];
    if (next?.kind !== "symbol" || next.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #takeWord(text: string): boolean {
    if (!this.#peekWord(text)) return false;
    this.#at += 1;
    return true;
  }

  #peekWord(text: string): boolean {
    const next = this.tokens[this.#at];
    return next?.kind === "word" && next.text.toLowerCase() === text;
  }
}

/** The filter for a field. A topic is compared as a whole, other text by its words, a number by its value. */
function fieldFilter(name: string, value: Token): Filter {
  if (value.kind === "word" && value.text === "*") return (row) => (row[name] ?? "") !== "";
  if (name === "__topic__") {
    const topic = value.kind === "word" ? wildcard(value.text) : (text: string) => text === value.text;
    return (row) => topic(row[name] ?? "");
  }
  const matches = textMatcher(value);
  return (row) => Object.hasOwn(row, name) && matches(row[name] ?? "");
}

/** The filter for a word without the name of a field. The word is searched in all fields of a row. */
function anywhere(value: Token): Filter {
  if (value.kind === "word" && value.text === "*") return () => true;
  const matches = textMatcher(value);
  return (row) => Object.entries(row).some(([name, text]) => !name.startsWith("__") && matches(text));
}

/** Matches text that has every word of the value, ignoring case. `*` and `?` are wildcards outside quotes only. */
function textMatcher(value: Token): (text: string) => boolean {
  const isPattern = value.kind === "word" && /[*?]/.test(value.text);
  if (isPattern && /^[*?]/.test(value.text)) throw invalidQueryString("a wildcard cannot stand at the beginning");
  const wanted = isPattern ? [value.text] : wordsOf(value.text);
  if (wanted.length === 0) throw invalidQueryString(`'${value.text}' has no word to look for`);
  const tests = wanted.map((word) => (isPattern ? wildcard(word.toLowerCase()) : (text: string) => text === word));
  return (text) => {
    const words = wordsOf(text);
    return tests.every((test) => words.some(test));
  };
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(DELIMITERS)
    .filter((word) => word !== "");
}

/**
 * Matches a pattern with `*` for any characters and `?` for one. The search backtracks only to the last `*`, so no
 * pattern takes long.
 */
function wildcard(pattern: string): (text: string) => boolean {
  const wanted = [...pattern];
  return (text) => {
    const given = [...text];
    let at = 0;
    let star = -1;
    let afterStar = 0;
    for (let next = 0; next < given.length;) {
      if (wanted[at] === "*") {
        star = at;
        at += 1;
        afterStar = next;
      } else if (wanted[at] === "?" || wanted[at] === given[next]) {
        at += 1;
        next += 1;
      } else if (star >= 0) {
        at = star + 1;
        afterStar += 1;
        next = afterStar;
      } else {
        return false;
      }
    }
    return wanted.slice(at).every((each) => each === "*");
  };
}

function comparison(name: string, operator: string, wanted: number): Filter {
  const compare: Record<string, (value: number) => boolean> = {
    "<": (value) => value < wanted,
    "<=": (value) => value <= wanted,
    ">": (value) => value > wanted,
    ">=": (value) => value >= wanted,
    "=": (value) => value === wanted,
  };
  const holds = compare[operator];
  return (row) => {
    const text = row[name];
    // A comparison of numbers does not find a row whose field is not a number.
    return text !== undefined && text.trim() !== "" && holds?.(Number(text)) === true;
  };
}
