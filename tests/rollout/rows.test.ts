/** Rows that are kept between reads are the same as those of a new read of the whole window, with fewer calls. */
import type { Row, RowQuery, RowSource } from "../../provider/core/analysis";
import { keepingRows } from "../../provider/rollout/rows";

/** A logstore with one request in each second from 1000 on, and the queries that it got. */
function logstore(last: number): { source: RowSource; queries: RowQuery[] } {
  const queries: RowQuery[] = [];
  const source: RowSource = (query) => {
    queries.push(query);
    const end = Math.min(query.to, last + 1);
    const rows: Row[] = [];
    for (let second = end - 1; second >= Math.max(query.from, 1000); second--)
      rows.push({ requestId: `r${second}`, __time__: String(second) });
    return Promise.resolve({ rows: rows.slice(query.offset, query.offset + query.line), complete: true });
  };
  return { source, queries };
}

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `r${to - 1 - i}`);
const idsOf = (rows: readonly Row[]) => rows.map(({ requestId }) => requestId);

it("reads only rows since the last read, and returns the whole window, newest first", async () => {
  const { source, queries } = logstore(9999);
  const read = keepingRows();
  const first = await read(source, "api", 1000, 1250);
  expect([first.from, idsOf(first.rows)]).toEqual([1000, ids(1000, 1250)]);
  expect(queries).toHaveLength(3);
  const second = await read(source, "api", 1000, 1260);
  expect([second.from, idsOf(second.rows)]).toEqual([1000, ids(1000, 1260)]);
  expect(queries.slice(3).map(({ from, to, offset }) => [from, to, offset])).toEqual([[1250, 1260, 0]]);
  expect(idsOf((await read(source, "api", 1000, 1260)).rows)).toEqual(ids(1000, 1260));
  expect(queries).toHaveLength(4);
});

it("reads all rows again for a window that begins elsewhere, and for another function", async () => {
  const { source, queries } = logstore(9999);
  const read = keepingRows();
  await read(source, "api", 1000, 1050);
  const later = await read(source, "api", 1040, 1090);
  expect(idsOf(later.rows)).toEqual(ids(1040, 1090));
  await read(source, "web", 1040, 1090);
  expect(queries.map(({ from, to, topic }) => [from, to, topic.split("/")[1]])).toEqual([
    [1000, 1050, "api"],
    [1040, 1090, "api"],
    [1040, 1090, "web"],
  ]);
});

it("keeps the newest rows and whole seconds only, so that the window begins later", async () => {
  const { source } = logstore(9999);
  const read = keepingRows();
  await read(source, "api", 1000, 1150, 200);
  const grown = await read(source, "api", 1000, 1250, 200);
  // Of 250 rows the newest 200 begin with second 1050, which could be incomplete.
  expect([grown.from, idsOf(grown.rows)]).toEqual([1051, ids(1051, 1250)]);
  const again = await read(source, "api", 1000, 1251, 200);
  expect([again.from, idsOf(again.rows)]).toEqual([1051, ids(1051, 1251)]);
});

it("drops the kept rows if there are too many newer rows", async () => {
  const { source } = logstore(9999);
  const read = keepingRows();
  await read(source, "api", 1000, 1010, 200);
  const grown = await read(source, "api", 1000, 1500, 200);
  expect([grown.from, idsOf(grown.rows)]).toEqual([1301, ids(1301, 1500)]);
});

it("keeps no rows of a failed read", async () => {
  const { source } = logstore(9999);
  const read = keepingRows();
  await read(source, "api", 1000, 1010);
  await expect(read(() => Promise.reject(new Error("down")), "api", 1000, 1020)).rejects.toThrow("down");
  expect(idsOf((await read(source, "api", 1000, 1030)).rows)).toEqual(ids(1000, 1030));
});
