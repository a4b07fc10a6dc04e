/** Sounds and vibration, one pattern for each look. Unlocked by the tap that starts the shift. */

const NOTES = {
  go: [[660, 0, 0.12], [990, 0.12, 0.22]],
  back: [[660, 0, 0.1], [990, 0.1, 0.14], [660, 0.28, 0.1], [990, 0.38, 0.2]],
  out: [[880, 0, 0.12], [587, 0.12, 0.24]],
  already: [[233, 0, 0.2], [233, 0.28, 0.32]],
  no: [[120, 0, 0.55]],
  full: [[180, 0, 0.3], [107, 0.3, 0.6]],
  ask: [[440, 0, 0.16], [349, 0.2, 0.24]],
};
const WAVES = { no: "sawtooth", full: "sawtooth", already: "square" };
const VIBRATIONS = {
  go: [80],
  back: [80],
  out: [80],
  already: [280, 120, 280],
  no: [90, 70, 90, 70, 90],
  full: [700],
  ask: [140, 90, 140],
};

export function createSound() {
  let context = null;

  function tone(wave, [frequency, after, seconds]) {
    const start = context.currentTime + after;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(0.5, start + 0.01);
    gain.gain.setValueAtTime(0.5, start + seconds - 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
    const oscillator = new OscillatorNode(context, { type: wave, frequency });
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + seconds);
  }

  return {
    /** Call from a tap: browsers give sound only to a page that was touched. */
    unlock() {
      context ??= new AudioContext();
      return context.resume();
    },
    play(look) {
      navigator.vibrate?.(VIBRATIONS[look] ?? []);
      if (!context || !NOTES[look]) return;
      if (context.state !== "running") context.resume();
      NOTES[look].forEach((note) => tone(WAVES[look] ?? "sine", note));
    },
  };
}
