/**
 * One page of this browser scans at a time: two of them would spend the same permits.
 * @param {LockManager | null} locks where there are none (Node), nobody else can be here
 */
export function createSeat(locks, name) {
  let leave = () => {};

  function keep(lock, then) {
    then(Boolean(lock));
    return lock ? new Promise((resolve) => (leave = resolve)) : undefined;
  }

  return {
    /** Resolves to whether the seat is ours now; if not, `onFree` is called when the other page has gone. */
    async take(onFree) {
      if (!locks) return true;
      const isFree = await new Promise((resolve) => {
        locks.request(name, { ifAvailable: true }, (lock) => keep(lock, resolve));
      });
      if (!isFree) locks.request(name, (lock) => keep(lock, onFree));
      return isFree;
    },
    leave: () => leave(),
  };
}
