/**
 * The camera of one shift: asked for once, rebuilt when its track ends or the page comes back without a picture.
 * States: asking, live, denied, missing, lost.
 */

/** Every second frame of a usual camera is looked at: a shift lasts hours, and tablets get hot. */
const LOOK_EVERY_MS = 50;
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** @param {{video, wants: () => boolean, onFrame: (image: ImageData) => void, onState: (state: string) => void}} parts */
export function createCamera({ video, wants, onFrame, onState }) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let track = null;
  let isOn = false;
  let shift = 0;
  let lookedAt = 0;
  let opening = null;
  let cameraId = null;
  let lit = false;

  function open(id = cameraId) {
    opening ??= build(id).finally(() => {
      opening = null;
    });
    return opening;
  }

  async function build(id) {
    cameraId = id;
    release();
    onState("asking");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: await constraints(id) });
      [track] = stream.getVideoTracks();
      track.addEventListener("ended", () => onLost(stream));
      video.srcObject = stream;
      await video.play();
      onState("live");
    } catch (error) {
      onState(error.name === "NotAllowedError" ? "denied" : "missing");
    }
  }

  /** The camera that staff chose, if it is still there; otherwise the one on the back. */
  async function constraints(id) {
    const known = id ? (await cameras()).some((camera) => camera.deviceId === id) : false;
    return known ? { ...WANTED, deviceId: { exact: id } } : { ...WANTED, facingMode: { ideal: "environment" } };
  }

  async function cameras() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput" && device.deviceId);
  }

  function onLost(stream) {
    if (video.srcObject !== stream) return;
    onState("lost");
    if (document.visibilityState === "visible") open();
  }

  function release() {
    video.srcObject?.getTracks().forEach((old) => old.stop());
    video.srcObject = null;
    track = null;
    lit = false;
  }

  function watch(mine) {
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(() => grab(mine));
    else setTimeout(grab, 66, mine);
  }

  function grab(mine) {
    if (mine !== shift) return;
    const { videoWidth: width, videoHeight: height } = video;
    const isTime = performance.now() - lookedAt >= LOOK_EVERY_MS;
    if (width && isTime && document.visibilityState === "visible" && wants()) {
      lookedAt = performance.now();
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.drawImage(video, 0, 0);
      onFrame(context.getImageData(0, 0, width, height));
    }
    watch(mine);
  }

  function onVisible() {
    if (!isOn || document.visibilityState !== "visible") return;
    if (track?.readyState !== "live" || track.muted) open();
    else video.play().catch(() => open());
  }

  document.addEventListener("visibilitychange", onVisible);

  return {
    /** Call from a tap: starts the one camera request of the shift. */
    async start(id = null) {
      isOn = true;
      shift += 1;
      watch(shift);
      await open(id);
    },
    stop() {
      isOn = false;
      shift += 1;
      release();
    },
    retry: () => open(),
    /** Whether there is a picture now; outside a shift a camera is opened for a moment. */
    async tryOut() {
      if (isOn && track?.readyState === "live" && video.videoWidth > 0) return true;
      if (isOn) return false;
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: await constraints(cameraId) });
        const hasPicture = await showsPicture(stream);
        stream.getTracks().forEach((one) => one.stop());
        return hasPicture;
      } catch {
        return false;
      }
    },
    count: async () => (await cameras()).length,
    /** Switches to the next camera and returns its id, to be kept. */
    async next() {
      const ids = (await cameras()).map((camera) => camera.deviceId);
      const now = track?.getSettings().deviceId;
      const id = ids[(ids.indexOf(now) + 1) % ids.length] ?? null;
      await open(id);
      return id;
    },
    hasTorch: () => Boolean(track?.getCapabilities?.().torch),
    /** Turns the lamp over; resolves to whether it is lit. */
    async torch() {
      await track.applyConstraints({ advanced: [{ torch: !lit }] });
      lit = !lit;
      return lit;
    },
  };
}

/** Whether a frame comes out of it within a few seconds. */
async function showsPicture(stream) {
  const probe = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: stream });
  probe.play().catch(() => {});
  for (let n = 0; n < 50 && !probe.videoWidth; n += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  const hasPicture = probe.videoWidth > 0;
  probe.pause();
  probe.srcObject = null;
  return hasPicture;
}
