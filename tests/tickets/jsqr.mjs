// What jsQR reads in each picture: arguments are files of RGBA bytes, named *-<width>x<height>.rgba; prints a JSON list.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const jsQR = createRequire(import.meta.url)("jsqr");
const read = process.argv.slice(2).map((file) => {
  const [, width, height] = file.match(/-(\d+)x(\d+)\.rgba$/);
  return jsQR(new Uint8ClampedArray(readFileSync(file)), Number(width), Number(height))?.data ?? null;
});
console.log(JSON.stringify(read));
