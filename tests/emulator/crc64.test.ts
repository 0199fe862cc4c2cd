import { crc64 } from "../../emulator";

it.each([
  ["", "0"],
  ["123456789", "11051210869376104954"],
  ["print('hello')", "4270285996107335518"],
])("the checksum of %j is the published one", (text, checksum) => {
  expect(crc64(Buffer.from(text))).toBe(checksum);
});
