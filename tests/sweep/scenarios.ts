/** Usual runs of pipelines, each with the literal state in which it must end. */
import type { Programs } from "../support/programs";
import type { Resource } from "../support/stack";

/** One run of a program that gets the faults, and the earlier runs before it. */
export interface Scenario {
  readonly name: string;
  /** The earlier runs, which have no faults. */
  readonly before: readonly (readonly Resource[])[];
  /** True: function, version and alias `prod` are first created by hand. */
  readonly byHand?: boolean;
  readonly run: readonly Resource[];
  readonly refresh?: boolean;
  /** See `lines` in tests/support/storeView.ts. */
  readonly expected: readonly string[];
  /** Objects that may be left if a fault stopped the clean-up. The next promotion deletes them. */
  readonly leftovers?: readonly string[];
}

const OF = " of shop/dev/api";
/** Settings that the service sets on a function that is created by hand without them. */
const CPU = 0.5;

export function scenarios(p: Programs): Scenario[] {
  const fn = p.fn("a");
  return [
    { name: "create function", before: [], run: [fn], expected: [`api${OF}: a`] },
    { name: "publish", before: [[fn]], run: [fn, p.version()], expected: [`api${OF}: a`, `api 1${OF}: a`] },
    {
      name: "alias create",
      before: [[fn, p.version()]],
      run: p.plain("a", 0),
      expected: [`api${OF}: a`, `api 1${OF}: a`, `api prod${OF}: 1 100 %`],
    },
    {
      name: "weight step of a plain alias",
      before: [p.plain("a", 0), p.plain("b", 10)],
      run: p.plain("b", 25),
      expected: [`api${OF}: b`, `api 1${OF}: a`, `api 2${OF}: b`, `api prod${OF}: 1 75 %, 2 25 %`],
    },
    {
      name: "first release",
      before: [],
      run: p.whole("a"),
      expected: [`api${OF}: a`, `api 1${OF}: a`, `api prod${OF}: 1 100 %`, `api http${OF} → prod`],
    },
    {
      name: "new code",
      before: [p.whole("a")],
      run: p.whole("b"),
      expected: [
        `api${OF}: b`,
        `api 1${OF}: a`,
        `api 2${OF}: b`,
        `api prod${OF}: 1 95 %, 2 5 %`,
        `api http${OF} → prod`,
      ],
    },
    {
      name: "weight step of a release, with a refresh",
      before: [p.whole("a"), p.whole("b")],
      run: p.whole("b", { weight: 25 }),
      refresh: true,
      expected: [
        `api${OF}: b`,
        `api 1${OF}: a`,
        `api 2${OF}: b`,
        `api prod${OF}: 1 75 %, 2 25 %`,
        `api http${OF} → prod`,
      ],
    },
    {
      name: "promotion that prunes",
      before: [p.whole("a"), p.whole("b"), p.whole("c"), p.whole("d")],
      run: p.whole("d", { weight: 100, keep: 0 }),
      expected: [`api${OF}: d`, `api 1${OF}: a`, `api 4${OF}: d`, `api prod${OF}: 4 100 %`, `api http${OF} → prod`],
      leftovers: [`api 2${OF}: b`, `api 3${OF}: c`],
    },
    {
      name: "rollback",
      before: [p.whole("a"), p.whole("b", { strategy: "direct" })],
      run: p.whole("a"),
      expected: [`api${OF}: a`, `api 1${OF}: a`, `api 2${OF}: b`, `api prod${OF}: 1 100 %`, `api http${OF} → prod`],
    },
    {
      name: "rejection",
      before: [p.whole("a"), p.whole("b")],
      run: p.whole("b", { reject: "v2" }),
      expected: [`api${OF}: b`, `api 1${OF}: a`, `api 2${OF}: b`, `api prod${OF}: 1 100 %`, `api http${OF} → prod`],
    },
    {
      name: "adopt",
      before: [],
      byHand: true,
      run: [p.fn("b", { adopt: true, cpu: CPU }), p.version(), p.release({ adopt: true })],
      expected: [`api${OF}: b`, `api 1: a`, `api 2${OF}: b`, `api prod${OF}: 1 95 %, 2 5 %`],
    },
    {
      name: "rename of a release",
      before: [p.whole("a").slice(0, 3), p.whole("b").slice(0, 3)],
      run: [p.fn("b"), p.version(), p.release({ aliasName: "live" })],
      expected: [`api${OF}: b`, `api 1${OF}: a`, `api 2${OF}: b`, `api live${OF}: 1 95 %, 2 5 %`],
    },
    {
      name: "trigger",
      before: [[fn, p.version(), p.release()]],
      run: p.whole("a"),
      expected: [`api${OF}: a`, `api 1${OF}: a`, `api prod${OF}: 1 100 %`, `api http${OF} → prod`],
    },
    {
      name: "trigger moves to LATEST",
      before: [p.whole("a")],
      run: [fn, p.version(), p.release(), p.trigger("LATEST", { methods: ["GET"] })],
      expected: [`api${OF}: a`, `api 1${OF}: a`, `api prod${OF}: 1 100 %`, `api http${OF} → LATEST`],
    },
    { name: "destroy", before: [p.whole("a"), p.whole("b")], run: [], refresh: true, expected: [] },
  ];
}
