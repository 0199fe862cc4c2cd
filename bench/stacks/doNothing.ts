/**
 * Providers that accept every resource and do nothing. The dynamic resources of the program floor.ts load this module.
 */

type Props = Record<string, unknown>;

function doNothing(outputs: Props) {
  return {
    check: (_olds: Props, inputs: Props) => Promise.resolve({ inputs }),
    diff: (_id: string, olds: Props, news: Props) => Promise.resolve({ changes: told(olds) !== told(news) }),
    create: (inputs: Props) => Promise.resolve({ id: "floor", outs: { ...inputs, ...outputs } }),
    update: (_id: string, _olds: Props, inputs: Props) => Promise.resolve({ outs: { ...inputs, ...outputs } }),
    delete: () => Promise.resolve(),
  };
}

/** Values that the runs of the benchmark change. */
function told({ canary, code }: Props): string {
  return JSON.stringify([canary, code]);
}

export const Function = doNothing({ fingerprint: "f", environmentFingerprint: "e", revision: 1, content: "c" });
export const Version = doNothing({ versionId: "1" });
export const Alias = doNothing({});
