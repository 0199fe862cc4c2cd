/**
 * Boundaries of published tests that may be read at any time. The boundaries are used to compare the library's special
 * functions and our mixtures with a reference. Source of the definitions: Howard, Ramdas, McAuliffe, Sekhon, arXiv
 * 1810.08240, and Howard and Ramdas, arXiv 1906.09712.
 */
import { igamc, lgam } from "cephes";
import { betaBelow, logBeta, normalBelow } from "../../provider/core/analysis/special";

/** Logarithm of a supermartingale at a sum s and an intrinsic time v. */
type Mixture = (s: number, v: number) => number;

/** Parameter of a mixture that is tightest at an intrinsic time, for a two-sided level. */
export function bestRho(v: number, alpha: number): number {
  const log = 2 * Math.log(1 / alpha);
  return v / (log + Math.log1p(log));
}

/** The sum at which a mixture reaches 1/α, by halving an interval. */
export function boundary(mixture: Mixture, v: number, alpha: number): number {
  return root((s) => mixture(s, v) - Math.log(1 / alpha), 0, 4 * v);
}

/** The zero of an increasing function. */
function root(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Normal mixture over both signs. */
export function normalTwoSided(v0: number, alpha: number): Mixture {
  const rho = bestRho(v0, alpha);
  return (s, v) => 0.5 * Math.log(rho / (v + rho)) + (s * s) / (2 * (v + rho));
}

/** Normal mixture over positive means. */
export function normalOneSided(v0: number, alpha: number): Mixture {
  const rho = bestRho(v0, 2 * alpha);
  return (s, v) =>
    0.5 * Math.log((4 * rho) / (v + rho)) + (s * s) / (2 * (v + rho)) + Math.log(normalBelow(s / Math.sqrt(v + rho)));
}

/** Gamma mixture of the rates of a Poisson process of scale c, above the rate that is tested. */
export function gammaPoisson(v0: number, alpha: number, c: number): Mixture {
  const rho = bestRho(v0, 2 * alpha);
  const upper = (a: number, b: number) => lgam(a) + Math.log(igamc(a, b)) - a * Math.log(b);
  return (s, v) =>
    v / c ** 2 + upper((c * s + v + rho) / c ** 2, (v + rho) / c ** 2) - upper(rho / c ** 2, rho / c ** 2);
}

/** Beta mixture of the success probabilities of steps between −g and h. */
export function betaBinomial(v0: number, alpha: number, g: number, h: number, oneSided: boolean): Mixture {
  const rho = bestRho(v0, oneSided ? 2 * alpha : alpha);
  const r = Math.max(rho - g * h, 1e-3 * g * h);
  const tested = h / (g + h);
  const part = (a: number, b: number) => logBeta(a, b) + (oneSided ? Math.log(betaBelow(a, b, tested)) : 0);
  return (s, v) =>
    (v / (g * h)) * Math.log(g + h) -
    ((v + h * s) / (h * (g + h))) * Math.log(g) -
    ((v - g * s) / (g * (g + h))) * Math.log(h) +
    part((r + v - g * s) / (g * (g + h)), (r + v + h * s) / (h * (g + h))) -
    part(r / (g * (g + h)), r / (h * (g + h)));
}

/** Bound for the distance of an empirical distribution function at all sizes from `t0` on: law of the iterated logarithm. */
export function empiricalProcess(t: number, alpha: number, t0: number, a: number): number {
  const error = (c: number) => {
    let least = Infinity;
    for (let eta = 1.0005; eta < 4; eta += 0.0005) {
      const gamma2 = (2 / eta) * Math.max(0, a - Math.sqrt((2 * (eta - 1)) / c)) ** 2;
      if (gamma2 <= 1) continue;
      least = Math.min(least, 4 * Math.exp(-gamma2 * c) * (1 + 1 / ((gamma2 - 1) * Math.log(eta))));
    }
    return least;
  };
  const c = root((x) => alpha - error(x), 4, 40);
  return a * Math.sqrt((Math.log1p(Math.log(t / t0)) + c) / t);
}
