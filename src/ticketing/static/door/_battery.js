/** The battery, where the browser tells of it (Chrome does, Safari and Firefox do not). */

/** @param {(percent: number) => void} onChange called at once and with every change */
export async function watchBattery(onChange) {
  const battery = await navigator.getBattery?.().catch(() => null);
  if (!battery) return;
  const tell = () => onChange(Math.round(battery.level * 100));
  battery.addEventListener("levelchange", tell);
  tell();
}
