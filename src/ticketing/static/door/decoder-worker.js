/** Reads QR codes off the page's thread. The wasm address comes from the page: nothing is fetched from elsewhere. */

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const OPTIONS = {
  formats: ["QRCode"],
  maxNumberOfSymbols: 1,
  textMode: "Plain",
  tryHarder: true,
  tryRotate: false,
  tryInvert: true,
  tryDownscale: true,
};

async function prepare(wasmUrl) {
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
  self.postMessage({ ready: true });
}

async function read({ width, height, pixels }) {
  const image = new ImageData(new Uint8ClampedArray(pixels), width, height);
  const [found] = await readBarcodes(image, OPTIONS);
  self.postMessage({ text: found?.text ?? null });
}

self.addEventListener("message", async ({ data }) => {
  try {
    await (data.wasmUrl ? prepare(data.wasmUrl) : read(data));
  } catch {
    self.postMessage({ failed: true });
  }
});
