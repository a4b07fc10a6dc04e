/**
 * The code that a tablet shows to itself: the QR symbol of a ticket that nobody has, drawn by the page, read by its decoder.
 * A test holds the symbol to the one that tickets carry.
 */

export const TEST_CODE = "T1000000000000000000000000000";

/** The 25 rows of the symbol in hex, dark modules as ones. */
const ROWS = [
  "1fdc57f", "1040341", "175a15d", "1753a5d", "1741c5d",
  "105be41", "1fd557f", "0017300", "0af71ed", "099faaa",
  "10f9c71", "0611e38", "147d555", "0a1838f", "17d35c6",
  "09286a8", "1e4c1f1", "001ff1a", "1fd8956", "105eb1f",
  "1743df4", "17592aa", "1749871", "105fe39", "1fc3955",
];
const QUIET = 4;
const SCALE = 8;

/** Draws the symbol with its quiet zone and returns the picture. */
export function drawTestCode(canvas) {
  const side = (ROWS.length + 2 * QUIET) * SCALE;
  Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.fillStyle = "#000";
  ROWS.forEach((row, y) => {
    const modules = Number.parseInt(row, 16).toString(2).padStart(ROWS.length, "0");
    [...modules].forEach((module, x) => {
      if (module === "1") context.fillRect((x + QUIET) * SCALE, (y + QUIET) * SCALE, SCALE, SCALE);
    });
  });
  return context.getImageData(0, 0, side, side);
}
